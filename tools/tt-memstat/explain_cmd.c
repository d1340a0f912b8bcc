// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat explain. Runs each file's history through the ledger and prints the state at the
 * interesting moments.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "explain.h"
#include "explain_source.h"

static enum cli_status fail(const char *file, int err)
{
	char reason[CLI_ERROR_LEN];

	return cli_fail(CLI_FAILED, "%s: %s", file, cli_error(err, reason, sizeof(reason)));
}

static int find_events(const struct explain_request *request, struct history *history,
		       uint64_t *l1, uint64_t *dram)
{
	int err = 0;

	*l1 = history->l1_peak;
	*dram = history->dram_peak;
	if (request->at == EXPLAIN_END)
		*l1 = history->events;
	else if (request->at == EXPLAIN_NODE)
		err = history_event_of(history, request->node, l1);
	if (request->at != EXPLAIN_PEAK)
		*dram = *l1;
	return err;
}

/* Moments must be found in the order of their events. */
static int find_moments(struct explanation *e)
{
	struct explain_side *sides[] = { &e->l1, &e->dram };
	struct moment moments[3] = { 0 };
	struct moment *to[3] = { &e->l1.moment, &e->dram.moment, &e->misfit };
	uint64_t at[3] = { 0 };
	int err = find_events(e->request, &e->history, &at[0], &at[1]);

	if (!err && e->plan && e->plan->misfit_count)
		err = history_event_of(&e->history, e->plan->misfits[0].node, &at[2]);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = i + 1; k < 3; k++)
			if (at[k] < at[i]) {
				uint64_t event = at[i];
				struct moment *moment = to[i];

				at[i] = at[k];
				at[k] = event;
				to[i] = to[k];
				to[k] = moment;
			}
	if (!err)
		err = history_moments(&e->history, at, 3, moments);
	for (size_t i = 0; i < 3; i++)
		*to[i] = moments[i];
	for (size_t i = 0; !err && i < 2; i++)
		err = shares_of(&sides[i]->moment, i ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1,
				&sides[i]->shares);
	return err;
}

static int find_blocks(struct explanation *e, struct explain_side *side, uint32_t pool)
{
	struct pieces pieces;
	int err = pieces_of_pool(&side->moment, &e->history.layout, pool, &pieces);

	if (!err)
		pieces_free_blocks(&pieces, &side->blocks);
	pieces_release(&pieces);
	return err;
}

static int answer_need(struct explanation *e)
{
	const struct explain_request *request = e->request;
	const struct layout *layout = &e->history.layout;
	bool dram = request->need_pool == TT_MEMSTAT_POOL_DRAM;
	uint64_t banks = dram ? layout->dram_banks : (uint64_t)layout->worker_x * layout->worker_y;
	uint64_t bytes = request->need;
	int err;

	if (!bytes)
		return 0;
	if (!request->need_per_bank)
		bytes = bytes / banks + (bytes % banks != 0);
	err = pieces_of_pool(dram ? &e->dram.moment : &e->l1.moment, layout, request->need_pool,
			     &e->need_pieces);
	if (!err)
		need_find(&e->need_pieces, bytes, dram ? layout->dram_align : TT_MEMSTAT_GRANULE,
			  !dram, &e->need);
	return err;
}

static int look(struct explanation *e)
{
	const struct explain_request *request = e->request;
	int err = find_moments(e);

	e->core_x = request->core ? request->core_x : e->l1.moment.usage.core_x;
	e->core_y = request->core ? request->core_y : e->l1.moment.usage.core_y;
	if (!err)
		err = pieces_of_core(&e->l1.moment, &e->history.layout, e->core_x, e->core_y,
				     &e->core);
	if (!err)
		err = find_blocks(e, &e->l1, TT_MEMSTAT_POOL_L1);
	if (!err)
		err = find_blocks(e, &e->dram, TT_MEMSTAT_POOL_DRAM);
	return err ? err : answer_need(e);
}

static void release(struct explanation *e)
{
	moment_free(&e->l1.moment);
	moment_free(&e->dram.moment);
	moment_free(&e->misfit);
	shares_release(&e->l1.shares);
	shares_release(&e->dram.shares);
	pieces_release(&e->core);
	pieces_release(&e->need_pieces);
}

/* @write: writes the contents. An existing file is overwritten, as by a redirection. */
static enum cli_status write_file(const struct explanation *e, const char *name,
				  int (*write)(const struct explanation *e, FILE *out))
{
	FILE *out;
	int err;

	if (!name)
		return CLI_OK;
	out = fopen(name, "we");
	if (!out)
		return fail(name, -errno);
	err = write(e, out);
	if (fclose(out) && !err)
		err = -errno;
	return err ? fail(name, err) : CLI_OK;
}

static enum cli_status tell(struct explanation *e, struct json_object *list)
{
	enum cli_status status = CLI_OK;
	struct json_object *one;
	int err = look(e);

	if (!err && !list && !e->request->html && !e->request->perfetto)
		err = explain_text(e, stdout);
	if (!err && list) {
		one = explain_json(e);
		if (!one || json_object_array_add(list, one)) {
			json_object_put(one);
			err = -ENOMEM;
		}
	}
	if (err)
		status = fail(e->file, err);
	if (!status)
		status = write_file(e, e->request->html, explain_html);
	if (!status)
		status = write_file(e, e->request->perfetto, explain_perfetto);
	release(e);
	return status;
}

static enum cli_status judge(const struct explanation *e)
{
	if ((e->plan && e->plan->misfit_count) || (e->request->need && !e->need.fits))
		return CLI_MISFIT;
	if (!e->history.refused)
		return CLI_OK;
	return cli_fail(CLI_FAILED, "%s: %llu of its events contradict others, or do not fit the chip: they "
			"are refused, as by the module, and change nothing", e->file,
			(unsigned long long)e->history.refused);
}

static enum cli_status check_core(const struct explanation *e, const struct layout *layout)
{
	const struct explain_request *request = e->request;

	if (!request->core || (request->core_x < layout->chip_x && request->core_y < layout->chip_y))
		return CLI_OK;
	return cli_fail(CLI_FAILED, "%s: core %u,%u is not within the chip's %ux%u", e->file,
			request->core_x, request->core_y, layout->chip_x, layout->chip_y);
}

/* Nodes are numbered from 0, events of a recording from 1. */
static enum cli_status check_at(const struct explanation *e)
{
	const uint64_t last = e->capture && e->nodes ? e->nodes - 1 : e->nodes;

	if (e->request->at != EXPLAIN_NODE || e->request->node <= last)
		return CLI_OK;
	return cli_fail(CLI_FAILED, "%s: --at %llu: its last %s is %llu", e->file,
			(unsigned long long)e->request->node, e->capture ? "node" : "event",
			(unsigned long long)last);
}

static enum cli_status explain_file(const struct explain_request *request, const char *name,
				    struct json_object *list)
{
	struct explanation e = { .request = request };
	struct source *source;
	enum cli_status status = source_open(request, name, &e, &source);

	if (!status)
		status = check_core(&e, &e.history.layout);
	if (!status)
		status = check_at(&e);
	if (!status)
		status = tell(&e, list);
	if (!status)
		status = judge(&e);
	source_close(source);
	return status;
}

/* Print an object for one explanation, a list for several. */
static enum cli_status print_list(struct json_object *list)
{
	struct json_object *object = json_object_array_length(list) == 1 ?
					     json_object_array_get_idx(list, 0) : list;
	const char *text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY);

	if (!text)
		return fail("output", -ENOMEM);
	if (json_object_array_length(list))
		puts(text);
	return CLI_OK;
}

enum cli_status cmd_explain(int argc, char **argv)
{
	struct explain_request request;
	enum cli_status worst = explain_parse(argc, argv, &request), status;
	struct json_object *list = NULL;

	if (worst)
		return worst;
	if (request.json && !(list = json_object_new_array()))
		return fail("output", -ENOMEM);
	for (size_t i = 0; i < request.file_count; i++) {
		if (i && !list)
			putchar('\n');
		status = explain_file(&request, request.files[i], list);
		if (status && worst != CLI_FAILED)
			worst = status;
	}
	if (list && print_list(list))
		worst = CLI_FAILED;
	json_object_put(list);
	return cli_finish(worst);
}
