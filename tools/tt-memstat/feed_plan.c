// SPDX-License-Identifier: GPL-2.0-only
/* A plan of a capture as a history. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ttmemstat.h>

#include "feed_plan.h"

#define RECTS	((size_t)CORES_MAX * CORES_MAX)
#define NO_SET	UINT32_MAX

/*
 * @enclosing: by node: 1 + the innermost function_start around it
 * @of_record: by id: 1 + its event; @of_program: by number: 1 + the event of its first record
 */
struct feed_plan {
	const struct capture *capture;
	const struct plan *plan;
	struct books_client *client;
	size_t next;
	uint64_t time_ns;
	size_t timed;		/* number of nodes included in @time_ns */
	uint32_t *sets;
	uint32_t *enclosing;
	uint32_t *of_record;
	uint32_t *of_program;
	uint64_t ids;
	uint64_t programs;
};

/* By nesting, as in program.c; an aborted function has no end. */
static int find_enclosing(struct feed_plan *f)
{
	const struct capture *capture = f->capture;
	uint32_t *stack = malloc((capture->count + 1) * sizeof(*stack));
	size_t depth = 0;

	if (!stack)
		return -ENOMEM;
	for (size_t i = 0; i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];
		bool level = node->has & CAPTURE_HAS_LEVEL && node->level;

		if (node->kind == CAPTURE_FUNCTION_START && level && node->level - 1 < depth)
			depth = node->level - 1;
		f->enclosing[i] = depth ? stack[depth - 1] + 1 : 0;
		if (node->kind == CAPTURE_FUNCTION_START)
			stack[depth++] = (uint32_t)i;
		else if (node->kind == CAPTURE_FUNCTION_END && level && node->level <= depth)
			depth = node->level - 1;
		else if (node->kind == CAPTURE_FUNCTION_END && depth)
			depth--;
	}
	free(stack);
	return 0;
}

static void count_ids(struct feed_plan *f)
{
	for (size_t i = 0; i < f->plan->event_count; i++) {
		const struct plan_event *event = &f->plan->events[i];

		if (event->op != PLAN_RECORD)
			continue;
		f->ids = event->id > f->ids ? event->id : f->ids;
		f->programs = event->program > f->programs ? event->program : f->programs;
	}
}

static void index_events(struct feed_plan *f)
{
	for (size_t i = f->plan->event_count; i > 0; i--) {
		const struct plan_event *event = &f->plan->events[i - 1];

		if (event->op != PLAN_RECORD)
			continue;
		f->of_record[event->id] = (uint32_t)i;
		f->of_program[event->program] = (uint32_t)i;
	}
}

static int start(void *of, struct books_client *client)
{
	struct feed_plan *f = of;

	f->client = client;
	f->next = 0;
	f->time_ns = 0;
	f->timed = 0;
	for (size_t i = 0; i < f->plan->set_count; i++)
		f->sets[i] = NO_SET;
	return 0;
}

static size_t set_rects(const struct feed_plan *f, size_t index, struct tt_memstat_rect *rects)
{
	struct core_rect cores[RECTS];
	size_t count = core_set_rects(&f->plan->sets[index], cores, RECTS);

	for (size_t i = 0; i < count; i++)
		rects[i] = (struct tt_memstat_rect){
			.x0 = cores[i].x0, .y0 = cores[i].y0, .x1 = cores[i].x1, .y1 = cores[i].y1,
		};
	return count;
}

static void fold(void *of, struct books *books)
{
	const struct feed_plan *f = of;
	struct tt_memstat_rect rects[RECTS];

	/* Invalid sets are refused when they are defined. */
	for (size_t i = 0; i < f->plan->set_count; i++)
		books_fold(books, rects, set_rects(f, i, rects));
}

static int set_number(struct feed_plan *f, size_t index, uint32_t *number)
{
	struct tt_memstat_rect rects[RECTS];
	int err = 0;

	*number = 0;
	if (index == PLAN_WHOLE)
		return 0;
	if (f->sets[index] == NO_SET) {
		err = books_set_l1(f->client, rects, set_rects(f, index, rects), number);
		if (!err)
			f->sets[index] = *number;
	}
	*number = f->sets[index];
	return err;
}

/* Outermost functions do not overlap, so the time is the sum of their durations. */
static void pass_time(struct feed_plan *f, size_t node)
{
	for (; f->timed < node; f->timed++) {
		const struct capture_node *at = &f->capture->nodes[f->timed];

		if (at->kind == CAPTURE_FUNCTION_END && f->enclosing[f->timed] &&
		    !f->enclosing[f->enclosing[f->timed] - 1])
			f->time_ns += at->duration_ns;
	}
}

/* Make entries as the library does for the module. */
static int make_entry(struct feed_plan *f, const struct plan_event *from,
		      struct tt_memstat_entry *entry)
{
	struct ttmemstat_record record = {
		.id = from->id, .addr = from->address, .size = from->size, .program = from->program,
		.pool = from->pool, .flags = from->view ? TT_MEMSTAT_ENTRY_VIEW : 0,
	};
	int err;

	switch (from->op) {
	case PLAN_RECORD:
		err = set_number(f, from->set, &record.set);
		return err ? err : ttmemstat_entry_record(entry, &record);
	case PLAN_FREE:
		return ttmemstat_entry_free(entry, from->id);
	case PLAN_PROGRAM_FREE:
		return ttmemstat_entry_program_free(entry, from->program);
	default:
		return ttmemstat_entry_dispatch(entry, from->program, 0);
	}
}

static int next(void *of, struct feed_event *event)
{
	struct feed_plan *f = of;
	const struct plan_event *from;
	int err;

	if (f->next == f->plan->event_count)
		return 0;
	from = &f->plan->events[f->next++];
	pass_time(f, from->node);
	*event = (struct feed_event){ .node = from->node, .time_ns = f->time_ns };
	err = make_entry(f, from, &event->entry);
	/* The ledger refuses entries that the library would not make. */
	if (err && err != -ENOMEM)
		event->entry = (struct tt_memstat_entry){
			.op = TT_MEMSTAT_OP_RECORD, .id = from->id, .pool = TT_MEMSTAT_POOLS,
		};
	return err == -ENOMEM ? err : 1;
}

/* The device operation around a node, or the outermost function, and its caller. */
static void name_functions(const struct feed_plan *f, uint64_t node, struct feed_name *name)
{
	const struct capture_node *nodes = f->capture->nodes;

	if (node >= f->capture->count)
		return;
	for (uint32_t at = nodes[node].kind == CAPTURE_FUNCTION_START ? (uint32_t)node + 1 :
									f->enclosing[node];
	     at; at = f->enclosing[at - 1]) {
		const struct capture_node *function = &nodes[at - 1];

		if (!name->line)
			name->line = function->line;
		if (!name->operation && strstr(function->name, "DeviceOperation"))
			name->operation = function->name;
		name->caller = function->name;
		name->call = at;
	}
	if (!name->operation) {
		name->operation = name->caller;
		name->caller = NULL;
	}
	if (name->caller == name->operation)
		name->caller = NULL;
}

static void name_event(const struct feed_plan *f, size_t index, struct feed_name *name)
{
	const struct plan_event *event = &f->plan->events[index];
	const struct capture_node *node = &f->capture->nodes[event->made];

	name->node = event->made;
	name_functions(f, event->made, name);
	if (node->kind != CAPTURE_BUFFER_ALLOCATE)
		return;
	name->memory = node->layout;
	name->cores = node->num_cores;
	name->page = node->page_size;
	if (node->tensor) {
		const struct capture_tensor *tensor = &f->capture->tensors[node->tensor - 1];

		name->shape = tensor->shape;
		name->dtype = tensor->dtype;
		name->layout = tensor->layout;
	}
}

static void name(void *of, uint64_t id, uint64_t program, struct feed_name *out)
{
	struct feed_plan *f = of;
	uint32_t event = 0;

	*out = (struct feed_name){ .unit = "node", .node = FEED_NO_NODE };
	if (id && id <= f->ids)
		event = f->of_record[id];
	else if (!id && program && program <= f->programs)
		event = f->of_program[program];
	if (event)
		name_event(f, event - 1, out);
}

static void where(void *of, uint64_t node, struct feed_name *out)
{
	*out = (struct feed_name){ .unit = "node", .node = node };
	name_functions(of, node, out);
}

int feed_plan_new(const struct capture *capture, const struct plan *plan, struct feed *feed)
{
	static const struct feed_ops ops = {
		.fold = fold, .start = start, .next = next, .name = name, .where = where,
	};
	struct feed_plan *f = calloc(1, sizeof(*f));
	int err = -ENOMEM;

	*feed = (struct feed){ &ops, f };
	if (!f)
		return err;
	f->capture = capture;
	f->plan = plan;
	count_ids(f);
	f->sets = malloc((plan->set_count + 1) * sizeof(*f->sets));
	f->enclosing = calloc(capture->count + 1, sizeof(*f->enclosing));
	f->of_record = calloc(f->ids + 1, sizeof(*f->of_record));
	f->of_program = calloc(f->programs + 1, sizeof(*f->of_program));
	if (f->sets && f->enclosing && f->of_record && f->of_program)
		err = find_enclosing(f);
	if (err) {
		feed_plan_free(feed);
		return err;
	}
	index_events(f);
	return 0;
}

void feed_plan_free(struct feed *feed)
{
	struct feed_plan *f = feed->of;

	if (!f)
		return;
	free(f->sets);
	free(f->enclosing);
	free(f->of_record);
	free(f->of_program);
	free(f);
	feed->of = NULL;
}
