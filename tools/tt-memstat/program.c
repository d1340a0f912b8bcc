// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where programs begin, run and end in the order of a capture.
 *
 * A program's circular buffers follow a circular_buffer_deallocate_all without interruption; the
 * program is dispatched when the last one is known. With the program cache, programs stay loaded
 * and are identified by their operation and circular buffers; a deallocate_all without circular
 * buffers is another run of a cached program. If an operation has several programs, the best match
 * is, in this order: the one that ran at the same position in a call with the same arguments; the
 * one that ran at the same position in another call; the one that ran last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "program.h"

/* A call: the function, and the number of programs that it has begun. */
struct call {
	const char *name;
	uint64_t arguments;
	uint32_t turn;
};

/* A cached program. */
struct cached {
	uint64_t program;
	struct call call;
	const struct capture_node **members;
	size_t count;
	uint64_t used;		/* time of its last run */
};

struct list {
	void *items;
	size_t count;
	size_t room;
};

struct programs {
	bool cache;
	const struct program_ops *ops;
	void *context;
	struct program_counts counts;
	struct list calls;		/* struct call, innermost last */
	struct list members;		/* const struct capture_node *: not yet loaded */
	struct list cached;		/* struct cached */
	struct list open;		/* uint64_t: without cache, loaded and not yet ended */
	struct call call;		/* of @members, or of the pending deallocate_all */
	bool waiting;			/* for circular buffers after a deallocate_all */
	size_t waiting_depth;		/* number of @calls at the deallocate_all */
	uint64_t last_program;
	uint64_t clock;
};

static int push(struct list *list, size_t size, const void *item)
{
	int err = array_reserve(&list->items, list->count, &list->room, size);

	if (!err)
		memcpy((char *)list->items + list->count++ * size, item, size);
	return err;
}

int programs_new(bool cache, const struct program_ops *ops, void *context,
		 struct programs **programs)
{
	struct programs *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->cache = cache;
	p->ops = ops;
	p->context = context;
	*programs = p;
	return 0;
}

void programs_free(struct programs *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->cached.count; i++)
		free(((struct cached *)p->cached.items)[i].members);
	free(p->calls.items);
	free(p->members.items);
	free(p->cached.items);
	free(p->open.items);
	free(p);
}

const struct program_counts *programs_counts(const struct programs *p)
{
	return &p->counts;
}

/* The innermost device operation; plain functions may be between it and its program. */
static struct call *enclosing(struct programs *p)
{
	struct call *calls = p->calls.items;

	for (size_t i = p->calls.count; i > 0; i--) {
		if (strstr(calls[i - 1].name, "DeviceOperation"))
			return &calls[i - 1];
	}
	return p->calls.count ? &calls[p->calls.count - 1] : NULL;
}

static struct call call_now(struct programs *p)
{
	const struct call *call = enclosing(p);

	return call ? *call : (struct call){ .name = "" };
}

static bool same_cores(const struct core_ranges *a, const struct core_ranges *b)
{
	return a->count == b->count &&
	       (!a->count || !memcmp(a->rects, b->rects, a->count * sizeof(*a->rects)));
}

/* The address of a view depends on its tensor and differs between calls. */
static bool same_member(const struct capture_node *a, const struct capture_node *b)
{
	return a->kind == b->kind && a->view == b->view && a->size == b->size &&
	       (a->view || a->address == b->address) && same_cores(&a->cores, &b->cores);
}

static struct cached *find_equal(struct programs *p)
{
	const struct capture_node **members = p->members.items;
	struct cached *cached = p->cached.items;

	for (size_t i = 0; i < p->cached.count; i++) {
		size_t same = 0;

		if (strcmp(cached[i].call.name, p->call.name) ||
		    cached[i].count != p->members.count)
			continue;
		while (same < cached[i].count &&
		       same_member(cached[i].members[same], members[same]))
			same++;
		if (same == cached[i].count)
			return &cached[i];
	}
	return NULL;
}

/* How well a cached program matches a call without circular buffers; 0 = not at all. */
static int likeness(const struct cached *cached, const struct call *call)
{
	if (!*call->name || strcmp(cached->call.name, call->name))
		return 0;
	if (cached->call.turn != call->turn)
		return 1;
	return cached->call.arguments == call->arguments ? 3 : 2;
}

static struct cached *find_by_call(struct programs *p)
{
	struct cached *cached = p->cached.items;
	struct cached *best = NULL;
	int best_likeness = 0;

	for (size_t i = 0; i < p->cached.count; i++) {
		int now = likeness(&cached[i], &p->call);

		if (now > best_likeness ||
		    (now && now == best_likeness && cached[i].used > best->used)) {
			best = &cached[i];
			best_likeness = now;
		}
	}
	return best;
}

static int run_cached(struct programs *p, struct cached *cached)
{
	cached->call = p->call;
	cached->used = ++p->clock;
	p->counts.hits++;
	return p->ops->dispatch(p->context, cached->program);
}

static int keep(struct programs *p, uint64_t program)
{
	struct cached cached = {
		.program = program, .call = p->call, .count = p->members.count, .used = ++p->clock,
	};
	size_t size = p->members.count * sizeof(*cached.members);
	int err;

	if (!p->cache)
		return push(&p->open, sizeof(program), &program);
	cached.members = malloc(size);
	if (!cached.members)
		return -ENOMEM;
	memcpy(cached.members, p->members.items, size);
	err = push(&p->cached, sizeof(cached), &cached);
	if (err)
		free(cached.members);
	return err;
}

static int load(struct programs *p)
{
	uint64_t program = p->last_program + 1;
	int err;

	err = keep(p, program);
	if (err)
		return err;
	p->last_program = program;
	p->counts.programs++;
	err = p->ops->load(p->context, program, p->members.items, p->members.count);
	return err ? err : p->ops->dispatch(p->context, program);
}

/* Run the program whose circular buffers were collected. */
static int run_collected(struct programs *p)
{
	struct cached *known;
	int err;

	if (!p->members.count)
		return 0;
	known = p->cache ? find_equal(p) : NULL;
	err = known ? run_cached(p, known) : load(p);
	p->members.count = 0;
	return err;
}

/* No circular buffers followed: run the best match of the cache, if any. */
static int run_waiting(struct programs *p)
{
	struct cached *known;

	if (!p->waiting)
		return 0;
	p->waiting = false;
	known = find_by_call(p);
	if (known)
		return run_cached(p, known);
	if (*p->call.name)
		p->counts.unknown_hits++;
	return 0;
}

static int member(struct programs *p, const struct capture_node *node)
{
	p->waiting = false;
	if (!p->members.count)
		p->call = call_now(p);
	return push(&p->members, sizeof(node), &node);
}

static int deallocate_all(struct programs *p)
{
	struct call *call = enclosing(p);
	int err = run_collected(p);

	if (!err)
		err = run_waiting(p);
	for (size_t i = 0; !err && i < p->open.count; i++)
		err = p->ops->unload(p->context, ((const uint64_t *)p->open.items)[i]);
	p->open.count = 0;
	if (call)
		call->turn++;
	p->waiting = p->cache;
	p->waiting_depth = p->calls.count;
	p->call = call_now(p);
	return err;
}

static int function_start(struct programs *p, const struct capture_node *node)
{
	struct call call = { .name = node->name, .arguments = node->arguments };
	int err = run_collected(p);

	/* An aborted function has no end node. */
	if ((node->has & CAPTURE_HAS_LEVEL) && node->level && node->level - 1 < p->calls.count)
		p->calls.count = node->level - 1;
	return err ? err : push(&p->calls, sizeof(call), &call);
}

static int function_end(struct programs *p, const struct capture_node *node)
{
	int err = run_collected(p);

	if (!err && p->calls.count <= p->waiting_depth)
		err = run_waiting(p);
	if ((node->has & CAPTURE_HAS_LEVEL) && node->level && node->level <= p->calls.count)
		p->calls.count = node->level - 1;
	else if (p->calls.count)
		p->calls.count--;
	return err;
}

int programs_node(struct programs *p, const struct capture_node *node)
{
	int err;

	switch (node->kind) {
	case CAPTURE_CB:
	case CAPTURE_DATAFLOW_BUFFER:
	case CAPTURE_SCRATCHPAD:
		return member(p, node);
	case CAPTURE_CB_DEALLOCATE_ALL:
		return deallocate_all(p);
	case CAPTURE_FUNCTION_START:
		return function_start(p, node);
	case CAPTURE_FUNCTION_END:
		return function_end(p, node);
	case CAPTURE_BUFFER_DEALLOCATE:
		/* The program ran before the buffer was freed. */
		err = run_collected(p);
		return err ? err : run_waiting(p);
	default:
		return 0;
	}
}

int programs_end(struct programs *p)
{
	int err = run_collected(p);

	return err ? err : run_waiting(p);
}
