// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compute the events of a capture on a chip: combines the capture's nodes, programs, addresses, and
 * the matching of deallocations to buffers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "match.h"
#include "plan.h"

/* A loaded program: the space that it needs on each core, and whether it has a record. */
struct loaded {
	struct place_program cores;
	bool recorded;
};

struct builder {
	const struct capture *capture;
	const struct layout *layout;
	struct plan *plan;
	struct place *place;
	struct programs *programs;
	struct match match;
	struct loaded **loaded;		/* by program - 1; NULL = freed */
	size_t loaded_count;
	size_t loaded_room;
	size_t event_room;
	size_t misfit_room;
	size_t set_room;
	size_t node;
	uint64_t last_id;
};

static int add_event(struct builder *b, const struct plan_event *event)
{
	struct plan *plan = b->plan;
	int err = array_reserve((void **)&plan->events, plan->event_count, &b->event_room,
				sizeof(*plan->events));

	if (err)
		return err;
	plan->events[plan->event_count] = *event;
	plan->events[plan->event_count].node = b->node;
	if (!event->made)
		plan->events[plan->event_count].made = b->node;
	plan->event_count++;
	return 0;
}

static int add_misfit(struct builder *b, const struct place_misfit *what)
{
	struct plan *plan = b->plan;
	int err = array_reserve((void **)&plan->misfits, plan->misfit_count, &b->misfit_room,
				sizeof(*plan->misfits));

	if (err)
		return err;
	plan->misfits[plan->misfit_count++] = (struct plan_misfit){ b->node, *what };
	return 0;
}

static int add_set(struct builder *b, const struct core_set *set, size_t *index)
{
	struct plan *plan = b->plan;
	int err;

	for (*index = 0; *index < plan->set_count; (*index)++) {
		if (core_set_equal(&plan->sets[*index], set))
			return 0;
	}
	err = array_reserve((void **)&plan->sets, plan->set_count, &b->set_room, sizeof(*plan->sets));
	if (!err)
		plan->sets[plan->set_count++] = *set;
	return err;
}

static enum place_region region_of(uint32_t buffer_type)
{
	switch (buffer_type) {
	case CAPTURE_L1:
		return PLACE_L1;
	case CAPTURE_L1_SMALL:
		return PLACE_L1_SMALL;
	case CAPTURE_TRACE:
		return PLACE_TRACE;
	default:
		return PLACE_DRAM;
	}
}

static enum tt_memstat_pool pool_of(uint32_t buffer_type)
{
	switch (buffer_type) {
	case CAPTURE_L1:
		return TT_MEMSTAT_POOL_L1;
	case CAPTURE_L1_SMALL:
		return TT_MEMSTAT_POOL_L1_SMALL;
	case CAPTURE_TRACE:
		return TT_MEMSTAT_POOL_TRACE;
	default:
		return TT_MEMSTAT_POOL_DRAM;
	}
}

static bool has_place(const struct builder *b, const struct capture_node *node)
{
	return capture_has_place(node, b->capture->addressed);
}

/* Find the first core of the ranges that is not on the chip. */
static bool outside(const struct layout *layout, const struct core_ranges *cores,
		    struct place_misfit *misfit)
{
	memset(misfit, 0, sizeof(*misfit));
	for (size_t i = 0; i < cores->count; i++) {
		const struct core_rect *r = &cores->rects[i];

		if (r->x1 < layout->chip_x && r->y1 < layout->chip_y)
			continue;
		misfit->outside = true;
		misfit->x = r->x1;
		misfit->y = r->y1;
		return true;
	}
	return false;
}

/* Reports of tt-memstat export name the cores of buffers that are not on all workers. */
static bool has_cores(const struct builder *b, const struct capture_node *node)
{
	return node->cores.count && has_place(b, node) &&
	       (node->buffer_type == CAPTURE_L1 || node->buffer_type == CAPTURE_L1_SMALL);
}

/* Such a buffer stands in nobody's way on other cores, so it is not placed. */
static int find_cores(struct builder *b, const struct capture_node *node, uint64_t size,
		      size_t *set, struct place_misfit *misfit)
{
	struct core_set cores;

	if (outside(b->layout, &node->cores, misfit) || core_set_from_ranges(&cores, &node->cores))
		return -ERANGE;
	if (size > b->layout->l1_bytes || node->address > b->layout->l1_bytes - size) {
		misfit->need = node->address > UINT64_MAX - size ? UINT64_MAX : node->address + size;
		misfit->have = b->layout->l1_bytes;
		return -ERANGE;
	}
	return add_set(b, &cores, set);
}

static int allocate(struct builder *b, const struct capture_node *node)
{
	struct match_live live = { .node = node, .address = node->address };
	uint64_t size = layout_per_bank(b->layout, node);
	struct place_misfit misfit;
	size_t set = PLAN_WHOLE;
	int err = 0;

	if (node->buffer_type == CAPTURE_HOST) {
		b->plan->host++;
		return 0;
	}
	if (!size) {
		b->plan->empty++;
		return match_add(&b->match, &live);
	}
	if (has_cores(b, node))
		err = find_cores(b, node, size, &set, &misfit);
	else
		err = place_buffer(b->place, region_of(node->buffer_type), has_place(b, node),
				   &live.address, size, &misfit);
	if (err == -ERANGE)
		err = add_misfit(b, &misfit);
	else if (!err)
		live.recorded = true;
	if (err)
		return err;
	live.id = ++b->last_id;
	err = match_add(&b->match, &live);
	if (err || !live.recorded)
		return err;
	return add_event(b, &(struct plan_event){
		.op = PLAN_RECORD, .pool = pool_of(node->buffer_type), .id = live.id,
		.address = live.address, .size = size, .set = set,
	});
}

static int deallocate(struct builder *b, const struct capture_node *node)
{
	struct match_live live;

	if (node->buffer_type == CAPTURE_HOST)
		return 0;
	if (!match_take(&b->match, node, &live)) {
		b->plan->before++;
		return 0;
	}
	if (!live.recorded)
		return 0;
	if (!has_cores(b, live.node))
		place_release(b->place, region_of(live.node->buffer_type), live.address,
			      layout_per_bank(b->layout, live.node));
	return add_event(b, &(struct plan_event){ .op = PLAN_FREE, .id = live.id });
}

/* A view's address is listed if it is valid; views are not counted. */
static void place_view(const struct layout *layout, const struct capture_node *node,
		       uint64_t *address, uint64_t *size)
{
	*size = 0;
	*address = 0;
	if (node->size > layout->l1_bytes || node->address > layout->l1_bytes - node->size ||
	    node->address % 16 || node->size % 16)
		return;
	*size = node->size;
	*address = node->address;
}

/*
 * Captures from before November 2024 do not mark views. A circular buffer inside a live buffer,
 * from the buffer's start, must be a view of it.
 */
static bool is_view(const struct builder *b, const struct capture_node *node)
{
	if (node->has & CAPTURE_HAS_VIEW || !has_place(b, node))
		return node->view;
	for (size_t i = 0; i < b->match.count; i++) {
		const struct match_live *live = &b->match.live[i];

		if (live->node->buffer_type == CAPTURE_L1 && has_place(b, live->node) &&
		    live->address == node->address &&
		    node->size <= layout_per_bank(b->layout, live->node))
			return true;
	}
	return false;
}

static int load_member(struct builder *b, uint64_t program, struct loaded *loaded,
		       const struct capture_node *node)
{
	struct plan_event event = {
		.op = PLAN_RECORD, .pool = TT_MEMSTAT_POOL_CB, .program = program,
		.address = node->address, .size = node->size, .view = is_view(b, node),
		.made = (size_t)(node - b->capture->nodes),
	};
	struct place_misfit misfit;
	struct core_set cores;
	int err;

	if (!node->cores.count || (!event.view && !node->size)) {
		b->plan->empty++;
		return 0;
	}
	if (outside(b->layout, &node->cores, &misfit) ||
	    core_set_from_ranges(&cores, &node->cores))
		return add_misfit(b, &misfit);
	if (event.view) {
		place_view(b->layout, node, &event.address, &event.size);
	} else {
		if (place_cb(b->place, &loaded->cores, has_place(b, node), &cores,
			     &event.address, event.size))
			return 0;	/* the dispatch reports how much is missing */
	}
	event.id = ++b->last_id;
	err = add_set(b, &cores, &event.set);
	if (!err)
		err = add_event(b, &event);
	if (!err)
		loaded->recorded = true;
	return err;
}

static int on_load(void *context, uint64_t program, const struct capture_node *const *members,
		   size_t count)
{
	struct builder *b = context;
	struct loaded *loaded;
	int err = array_reserve((void **)&b->loaded, b->loaded_count, &b->loaded_room,
				sizeof(struct loaded *));

	if (err)
		return err;
	loaded = calloc(1, sizeof(*loaded));
	if (!loaded)
		return -ENOMEM;
	b->loaded[b->loaded_count++] = loaded;
	for (size_t i = 0; !err && i < count; i++)
		err = load_member(b, program, loaded, members[i]);
	return err;
}

static int on_dispatch(void *context, uint64_t program)
{
	struct builder *b = context;
	const struct loaded *loaded = b->loaded[program - 1];
	struct place_misfit misfit;
	int err;

	if (place_check(b->place, &loaded->cores, &misfit)) {
		err = add_misfit(b, &misfit);
		if (err)
			return err;
	}
	if (!loaded->recorded)
		return 0;
	return add_event(b, &(struct plan_event){ .op = PLAN_DISPATCH, .program = program });
}

static int on_unload(void *context, uint64_t program)
{
	struct builder *b = context;
	struct loaded *loaded = b->loaded[program - 1];
	int err = 0;

	if (loaded->recorded)
		err = add_event(b, &(struct plan_event){ .op = PLAN_PROGRAM_FREE,
							 .program = program });
	b->loaded[program - 1] = NULL;
	free(loaded);
	return err;
}

static int build(struct builder *b)
{
	const struct capture *capture = b->capture;
	int err = 0;

	for (b->node = 0; !err && b->node < capture->count; b->node++) {
		const struct capture_node *node = &capture->nodes[b->node];

		err = programs_node(b->programs, node);
		if (!err && node->kind == CAPTURE_BUFFER_ALLOCATE)
			err = allocate(b, node);
		if (!err && node->kind == CAPTURE_BUFFER_DEALLOCATE)
			err = deallocate(b, node);
	}
	if (!err && capture->count) {
		b->node = capture->count - 1;
		err = programs_end(b->programs);
	}
	b->plan->programs = *programs_counts(b->programs);
	return err;
}

int plan_build(const struct capture *capture, const struct layout *layout, bool cache,
	       struct plan **plan)
{
	static const struct program_ops ops = {
		.load = on_load, .dispatch = on_dispatch, .unload = on_unload,
	};
	struct builder b = { .capture = capture, .layout = layout };
	int err = -ENOMEM;

	if (layout->chip_x > CORES_MAX || layout->chip_y > CORES_MAX)
		return -EINVAL;
	match_init(&b.match, capture->addressed);
	b.plan = calloc(1, sizeof(*b.plan));
	if (b.plan)
		err = place_new(layout, &b.place);
	if (!err)
		err = programs_new(cache, &ops, &b, &b.programs);
	if (!err)
		err = build(&b);
	for (size_t i = 0; i < b.loaded_count; i++)
		free(b.loaded[i]);
	free(b.loaded);
	programs_free(b.programs);
	place_free(b.place);
	match_free(&b.match);
	if (err)
		plan_free(b.plan);
	else
		*plan = b.plan;
	return err;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free(plan->events);
	free(plan->sets);
	free(plan->misfits);
	free(plan);
}
