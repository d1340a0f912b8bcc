// SPDX-License-Identifier: GPL-2.0-only
/* Report a plan to the module as a client. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "replay.h"

/* Replays cover all pools: memory that a capture does not show was not allocated. */
#define COVERED	TT_MEMSTAT_POOL_MASK_ALL

#define NO_SET	UINT32_MAX
#define RECTS	((size_t)CORES_MAX * CORES_MAX)

struct replay {
	struct replay_job job;
	struct ttmemstat_attachment *att;
	size_t next;			/* index of the next event of the plan */
	uint32_t *sets;			/* the module's number of each set of the plan */
	bool *refused;			/* by record id */
	bool stale;			/* the chip's geometry has changed */
	struct replay_result result;
};

void replay_describe_misfit(const struct place_misfit *misfit, char *text, size_t len)
{
	if (misfit->outside)
		snprintf(text, len, "does not fit: needs core %u,%u, which the chip does not have",
			 misfit->x, misfit->y);
	else if (misfit->dram)
		snprintf(text, len, "does not fit: needs %llu of %llu on each DRAM bank",
			 (unsigned long long)misfit->need, (unsigned long long)misfit->have);
	else
		snprintf(text, len, "does not fit: needs %llu of %llu on core %u,%u",
			 (unsigned long long)misfit->need, (unsigned long long)misfit->have,
			 misfit->x, misfit->y);
}

static uint64_t last_id(const struct plan *plan)
{
	uint64_t last = 0;

	for (size_t i = 0; i < plan->event_count; i++) {
		if (plan->events[i].op == PLAN_RECORD && plan->events[i].id > last)
			last = plan->events[i].id;
	}
	return last;
}

/* The plan's addresses are invalid for the new geometry. */
static void described_anew(struct ttmemstat_attachment *att, void *arg)
{
	struct replay *replay = arg;

	(void)att;
	replay->stale = true;
}

/* Attach with the geometry that the plan was made for. */
static void tell_geometry(const struct replay *replay, struct ttmemstat_attach_options *options)
{
	struct tt_memstat_chip_find find = { .flags = TT_MEMSTAT_FIND_NAME };

	snprintf(find.name, sizeof(find.name), "tt%u", replay->job.chip);
	if (ttmemstat_chip_find(replay->job.ctx, &find))
		return;
	options->flags |= TT_MEMSTAT_ATTACH_GEOMETRY;
	options->geometry = find.geometry;
}

static int attach(struct replay *replay)
{
	const struct layout *layout = replay->job.layout;
	struct ttmemstat_attach_options options;

	ttmemstat_attach_options_init(&options);
	tell_geometry(replay, &options);
	options.report_again = described_anew;
	options.arg = replay;
	options.chip = replay->job.chip;
	options.covers = COVERED;
	options.label = replay->job.label;
	options.layout.valid = TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1;
	options.layout.worker_x = layout->worker_x;
	options.layout.worker_y = layout->worker_y;
	options.layout.l1_base = layout->l1_base;
	options.layout.l1_end = layout->l1_end;
	options.layout.l1_small = layout->l1_small;
	return ttmemstat_attach(replay->job.ctx, &options, &replay->att, NULL);
}

int replay_start(const struct replay_job *job, struct replay **out)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };
	const struct plan *plan = job->plan;
	int err = -ENOMEM;

	if (!replay)
		return err;
	replay->job = *job;
	replay->sets = malloc((plan->set_count + 1) * sizeof(*replay->sets));
	replay->refused = calloc((size_t)last_id(plan) + 1, sizeof(*replay->refused));
	if (!replay->sets || !replay->refused)
		goto fail;
	for (size_t i = 0; i < plan->set_count; i++)
		replay->sets[i] = NO_SET;
	err = ttmemstat_info(job->ctx, &info);
	if (!err)
		err = attach(replay);
	if (err)
		goto fail;
	replay->result.client = info.client;
	*out = replay;
	return 0;
fail:
	replay_end(replay);
	return err;
}

void replay_end(struct replay *replay)
{
	if (!replay)
		return;
	ttmemstat_detach(replay->att);
	free(replay->sets);
	free(replay->refused);
	free(replay);
}

/* The module's number of a set, which is created at its first use. */
static int set_number(struct replay *replay, size_t index, uint32_t *number)
{
	struct core_rect cores[RECTS];
	struct tt_memstat_rect rects[RECTS];
	size_t count;
	int err;

	*number = 0;
	if (index == PLAN_WHOLE)
		return 0;
	if (replay->sets[index] == NO_SET) {
		count = core_set_rects(&replay->job.plan->sets[index], cores, RECTS);
		for (size_t i = 0; i < count; i++)
			rects[i] = (struct tt_memstat_rect){
				.x0 = cores[i].x0, .y0 = cores[i].y0,
				.x1 = cores[i].x1, .y1 = cores[i].y1,
			};
		err = ttmemstat_bank_set_l1(replay->att, rects, count, &replay->sets[index]);
		if (err) {
			replay->sets[index] = NO_SET;
			return err;
		}
	}
	*number = replay->sets[index];
	return 0;
}

static int record(struct replay *replay, const struct plan_event *event)
{
	struct ttmemstat_record r = {
		.id = event->id, .addr = event->address, .size = event->size,
		.program = event->program, .pool = event->pool,
		.flags = event->view ? TT_MEMSTAT_ENTRY_VIEW : 0,
	};
	int err = set_number(replay, event->set, &r.set);

	return err ? err : ttmemstat_report_record(replay->att, &r);
}

/* -ERANGE: the module's bank is smaller than the plan's. */
static void refused_record(struct replay *replay, const struct plan_event *event, int err)
{
	bool dram = event->pool == TT_MEMSTAT_POOL_DRAM || event->pool == TT_MEMSTAT_POOL_TRACE;
	struct place_misfit misfit = {
		.need = event->address + event->size,
		.have = dram ? replay->job.layout->dram_bytes : replay->job.layout->l1_bytes,
		.dram = dram,
	};
	struct core_rect first = { 0 };
	char node[WORKLOAD_NODE_LEN];
	char text[CLI_ERROR_LEN];

	replay->refused[event->id] = true;
	if (err != -ERANGE)
		return;
	if (event->set != PLAN_WHOLE)
		core_set_rects(&replay->job.plan->sets[event->set], &first, 1);
	misfit.x = first.x0;
	misfit.y = first.y0;
	replay->result.misfits++;
	replay_describe_misfit(&misfit, text, sizeof(text));
	cli_fail(CLI_MISFIT, "%s%s: %s", replay->job.prefix,
		 workload_node(replay->job.workload, event->node, node, sizeof(node)), text);
}

static int send(struct replay *replay, const struct plan_event *event)
{
	switch (event->op) {
	case PLAN_RECORD:
		return record(replay, event);
	case PLAN_FREE:
		return replay->refused[event->id] ? 0 :
						    ttmemstat_report_free(replay->att, event->id);
	case PLAN_PROGRAM_FREE:
		return ttmemstat_report_program_free(replay->att, event->program);
	default:
		return ttmemstat_report_dispatch(replay->att, event->program, 0);
	}
}

/* Whether only this event is wrong, so that the next ones can be reported. */
static bool about_the_event(int err)
{
	return err == -EINVAL || err == -ERANGE || err == -EEXIST || err == -ENOENT;
}

static int report(struct replay *replay, const struct plan_event *event)
{
	static const char *const names[] = {
		[PLAN_RECORD] = "record", [PLAN_FREE] = "free",
		[PLAN_PROGRAM_FREE] = "end of a program", [PLAN_DISPATCH] = "dispatch",
	};
	char node[WORKLOAD_NODE_LEN];
	char reason[CLI_ERROR_LEN];
	int err = send(replay, event);

	if (replay->stale)
		err = -ESTALE;
	if (!err)
		return 0;
	if (event->op == PLAN_RECORD)
		refused_record(replay, event, err);
	if (err != -ERANGE || event->op != PLAN_RECORD)
		cli_fail(CLI_FAILED, "%s%s: the module refused a %s: %s", replay->job.prefix,
			 workload_node(replay->job.workload, event->node, node, sizeof(node)),
			 names[event->op], cli_error(err, reason, sizeof(reason)));
	replay->result.refused++;
	return about_the_event(err) ? 0 : err;
}

int replay_node(struct replay *replay, size_t node)
{
	const struct plan *plan = replay->job.plan;
	int err = 0;

	while (!err && replay->next < plan->event_count && plan->events[replay->next].node == node)
		err = report(replay, &plan->events[replay->next++]);
	return err;
}

int replay_query(struct replay *replay, struct replay_result *result)
{
	int err = ttmemstat_query_client(replay->job.ctx, replay->job.chip, replay->result.client,
					 &replay->result.mine);

	if (!err)
		err = ttmemstat_query_chip(replay->job.ctx, replay->job.chip, &replay->result.chip);
	*result = replay->result;
	return err;
}
