// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs: their circular buffers, and where they are resident.
 *
 * Knows programs, the bank sets of their records and dispatches. Does not know entries.
 *
 * All CBs of a program are in the LOADED map, range by range. The USED map shows of a program
 * only the ends of its merged CBs on each bank set, on the cores where it is resident, so that a
 * dispatch costs what the program's extents cost, not what is loaded. An end is an address where
 * a CB starts or ends, thus a boundary of LOADED, which brought the nodes of one of USED: a
 * program can be shown and hidden without allocating.
 *
 * Residency: `last` has the cores where the program was the last dispatched by this client;
 * until the first dispatch it has all cores for all programs. Program 0 holds the cb and kernel
 * records without a program; it is resident while it lives.
 */
#include <linux/bug.h>
#include "../geometry.h"
#include "ledger.h"

struct ttmem_program *ttmem_program_find(struct ttmem_ledger_client *c, u64 id)
{
	struct rb_node *rb = c->programs.rb_node;

	while (rb) {
		struct ttmem_program *p = rb_entry(rb, struct ttmem_program, rb);

		if (p->id == id)
			return p;
		rb = id < p->id ? rb->rb_left : rb->rb_right;
	}
	return NULL;
}

/* The loaded program with the lowest id from @id on, or NULL. */
struct ttmem_program *ttmem_program_from(struct ttmem_ledger_client *c, u64 id)
{
	struct rb_node *rb = c->programs.rb_node;
	struct ttmem_program *best = NULL;

	while (rb) {
		struct ttmem_program *p = rb_entry(rb, struct ttmem_program, rb);

		if (p->id >= id) {
			best = p;
			rb = rb->rb_left;
		} else {
			rb = rb->rb_right;
		}
	}
	return best;
}

static void ttmem_program_link(struct ttmem_ledger_client *c, struct ttmem_program *p)
{
	struct rb_node **link = &c->programs.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = p->id < rb_entry(parent, struct ttmem_program, rb)->id ?
			&parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&p->rb, parent, link);
	rb_insert_color(&p->rb, &c->programs);
}

/* The program, made from the prealloc if this is its first record. */
struct ttmem_program *ttmem_program_get(struct ttmem_ledger_client *c, u64 id,
					struct ttmem_prealloc *prealloc)
{
	struct ttmem_program *p = ttmem_program_find(c, id);

	if (p)
		return p;
	p = ttmem_prealloc_pop(prealloc, TTMEM_NODE_PROGRAM);
	p->id = id;
	p->list = 0;
	p->records = 0;
	p->nr_sets = 0;
	p->reach = 0;
	INIT_LIST_HEAD(&p->of_records);
	INIT_LIST_HEAD(&p->sets);
	INIT_LIST_HEAD(&p->of_resident);
	if (!id || !c->dispatched)
		bitmap_fill(p->last, TTMEM_MAX_CORES);
	else
		bitmap_zero(p->last, TTMEM_MAX_CORES);
	ttmem_program_link(c, p);
	if (id) {
		c->nr_programs++;
		c->ledger->programs++;
	}
	return p;
}

/* Forget a program without records. */
void ttmem_program_end(struct ttmem_ledger_client *c, struct ttmem_program *p,
		       struct ttmem_prealloc *prealloc)
{
	rb_erase(&p->rb, &c->programs);
	list_del(&p->of_resident);
	if (p->id) {
		c->nr_programs--;
		c->ledger->programs--;
	}
	ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM, p);
}

static struct ttmem_program_boundary *
ttmem_program_boundary_next(struct ttmem_program_boundary *boundary)
{
	struct rb_node *rb = rb_next(&boundary->rb);

	return rb ? rb_entry(rb, struct ttmem_program_boundary, rb) : NULL;
}

static bool ttmem_program_boundary_covered_before(struct ttmem_program_boundary *boundary)
{
	struct rb_node *rb = rb_prev(&boundary->rb);

	return rb && rb_entry(rb, struct ttmem_program_boundary, rb)->count;
}

static struct ttmem_program_boundary *ttmem_program_boundary_get(struct ttmem_program_set *ps,
								 u32 at, bool add,
								 struct ttmem_prealloc *prealloc)
{
	struct rb_node **link = &ps->boundaries.rb_node, *parent = NULL;
	struct ttmem_program_boundary *boundary, *before = NULL;

	while (*link) {
		parent = *link;
		boundary = rb_entry(parent, struct ttmem_program_boundary, rb);
		if (boundary->at == at) {
			boundary->users += add;
			return boundary;
		}
		if (boundary->at < at) {
			before = boundary;
			link = &parent->rb_right;
		} else {
			link = &parent->rb_left;
		}
	}
	boundary = ttmem_prealloc_pop(prealloc, TTMEM_NODE_PROGRAM_BOUNDARY);
	boundary->at = at;
	boundary->users = 1;
	boundary->count = before ? before->count : 0;
	rb_link_node(&boundary->rb, parent, link);
	rb_insert_color(&boundary->rb, &ps->boundaries);
	return boundary;
}

static void ttmem_program_boundary_put(struct ttmem_program_set *ps,
				       struct ttmem_program_boundary *boundary,
				       struct ttmem_prealloc *prealloc)
{
	if (--boundary->users)
		return;
	rb_erase(&boundary->rb, &ps->boundaries);
	ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM_BOUNDARY, boundary);
}

static struct ttmem_client_boundary *ttmem_used_boundary(struct ttmem_ledger_client *c, u32 at,
							 bool fresh)
{
	return fresh ? ttmem_client_boundary_get(c, TTMEM_MAP_USED, at, NULL) :
		       ttmem_client_boundary_find(c, TTMEM_MAP_USED, at);
}

/*
 * [from, to) of the program's CBs on the set has become covered, or uncovered. An address is a
 * boundary of the USED map while exactly one of its sides is covered.
 */
static void ttmem_program_set_flip(struct ttmem_ledger_client *c, struct ttmem_program *p,
				   struct ttmem_program_set *ps,
				   struct ttmem_program_boundary *from,
				   struct ttmem_program_boundary *to, bool add)
{
	u32 len = to->at - from->at;
	bool fresh_from, fresh_to;
	struct ttmem_client_boundary *a, *b;

	ps->covered += add ? len : -len;
	p->reach += add ? (u64)len * ps->set->banks : -((u64)len * ps->set->banks);
	if (bitmap_empty(ps->on, TTMEM_MAX_CORES))
		return;
	fresh_from = ttmem_program_boundary_covered_before(from) != add;
	fresh_to = !!to->count != add;
	a = ttmem_used_boundary(c, from->at, fresh_from);
	b = ttmem_used_boundary(c, to->at, fresh_to);
	ttmem_map_cover(c, TTMEM_MAP_USED, TTMEM_CLASS_CB, ps->on, a, to->at, add);
	if (!fresh_from)
		ttmem_client_boundary_put(c, TTMEM_MAP_USED, a, NULL);
	if (!fresh_to)
		ttmem_client_boundary_put(c, TTMEM_MAP_USED, b, NULL);
}

/* One CB more, or less, on [at, at + len) of the set. */
static void ttmem_program_set_cover(struct ttmem_ledger_client *c, struct ttmem_program *p,
				    struct ttmem_program_set *ps, u32 at, u32 len, bool add,
				    struct ttmem_prealloc *prealloc)
{
	struct ttmem_program_boundary *from = ttmem_program_boundary_get(ps, at, add, prealloc);
	struct ttmem_program_boundary *to = ttmem_program_boundary_get(ps, at + len, add, prealloc);
	struct ttmem_program_boundary *boundary, *run = NULL;

	for (boundary = from; boundary != to; boundary = ttmem_program_boundary_next(boundary)) {
		bool flipped = !(add ? boundary->count++ : --boundary->count);

		if (flipped && !run)
			run = boundary;
		if (!flipped && run) {
			ttmem_program_set_flip(c, p, ps, run, boundary, add);
			run = NULL;
		}
	}
	if (run)
		ttmem_program_set_flip(c, p, ps, run, to, add);
	if (!add) {
		ttmem_program_boundary_put(ps, from, prealloc);
		ttmem_program_boundary_put(ps, to, prealloc);
	}
	if (RB_EMPTY_ROOT(&ps->boundaries))
		return;
	ps->lowest = rb_entry(rb_first(&ps->boundaries), struct ttmem_program_boundary, rb)->at;
	ps->highest = rb_entry(rb_last(&ps->boundaries), struct ttmem_program_boundary, rb)->at;
}

/* A maximal covered run [from, to) of a set; zeroed to begin with. */
struct ttmem_extent {
	u32 from;
	u32 to;
	bool begun;
	struct ttmem_program_boundary *next;
};

/*
 * The next run; false when there is none. CBs are laid out side by side, so there mostly is one
 * from the lowest to the highest address, which is known without looking at boundaries.
 */
static bool ttmem_extent_next(const struct ttmem_program_set *ps, struct ttmem_extent *e)
{
	struct ttmem_program_boundary *boundary = e->next;

	if (!e->begun) {
		e->begun = true;
		if (!ps->covered)
			return false;
		if (ps->covered == ps->highest - ps->lowest) {
			e->from = ps->lowest;
			e->to = ps->highest;
			return true;
		}
		boundary = rb_entry(rb_first(&ps->boundaries), struct ttmem_program_boundary, rb);
	}
	while (boundary && !boundary->count)
		boundary = ttmem_program_boundary_next(boundary);
	if (!boundary)
		return false;
	e->from = boundary->at;
	while (boundary->count)
		boundary = ttmem_program_boundary_next(boundary);
	e->to = boundary->at;
	e->next = boundary;
	return true;
}

/* Show the set's extents in the USED map on @cores, none of which shows them yet. */
static void ttmem_program_set_show(struct ttmem_ledger_client *c, struct ttmem_program_set *ps,
				   const unsigned long *cores)
{
	bool fresh = bitmap_empty(ps->on, TTMEM_MAX_CORES);
	struct ttmem_extent e = {};

	while (ttmem_extent_next(ps, &e)) {
		struct ttmem_client_boundary *a = ttmem_used_boundary(c, e.from, fresh);

		if (fresh)
			ttmem_client_boundary_get(c, TTMEM_MAP_USED, e.to, NULL);
		ttmem_map_cover(c, TTMEM_MAP_USED, TTMEM_CLASS_CB, cores, a, e.to, true);
	}
	bitmap_or(ps->on, ps->on, cores, TTMEM_MAX_CORES);
}

/* Hide them on @cores, all of which show them. */
static void ttmem_program_set_hide(struct ttmem_ledger_client *c, struct ttmem_program_set *ps,
				   const unsigned long *cores)
{
	struct ttmem_extent e = {};
	bool last;

	bitmap_andnot(ps->on, ps->on, cores, TTMEM_MAX_CORES);
	last = bitmap_empty(ps->on, TTMEM_MAX_CORES);
	while (ttmem_extent_next(ps, &e)) {
		struct ttmem_client_boundary *a =
			ttmem_client_boundary_find(c, TTMEM_MAP_USED, e.from);
		struct ttmem_client_boundary *b;

		b = ttmem_map_cover(c, TTMEM_MAP_USED, TTMEM_CLASS_CB, cores, a, e.to, false);
		if (last) {
			ttmem_client_boundary_put(c, TTMEM_MAP_USED, a, NULL);
			ttmem_client_boundary_put(c, TTMEM_MAP_USED, b, NULL);
		}
	}
}

static struct ttmem_program_set *ttmem_program_set_get(struct ttmem_program *p,
						       struct ttmem_set *set,
						       struct ttmem_prealloc *prealloc)
{
	struct ttmem_program_set *ps;

	list_for_each_entry(ps, &p->sets, of_program)
		if (ps->set == set)
			return ps;
	ps = ttmem_prealloc_pop(prealloc, TTMEM_NODE_PROGRAM_SET);
	ps->set = set;
	ps->records = 0;
	ps->covered = 0;
	ps->boundaries = RB_ROOT;
	bitmap_and(ps->on, set->map, p->last, TTMEM_MAX_CORES);
	list_add_tail(&ps->of_program, &p->sets);
	p->nr_sets++;
	return ps;
}

static bool ttmem_program_record_counts(const struct ttmem_program_record *pr)
{
	return pr->r.pool == TT_MEMSTAT_POOL_CB && !(pr->r.flags & TT_MEMSTAT_ENTRY_VIEW);
}

/* A record, linked to its id already, joins its program. */
void ttmem_program_add(struct ttmem_ledger_client *c, struct ttmem_program *p,
		       struct ttmem_program_record *pr, struct ttmem_prealloc *prealloc)
{
	struct ttmem_set *set = ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, pr->r.set);
	struct ttmem_program_set *ps = ttmem_program_set_get(p, set, prealloc);

	pr->program = p;
	pr->pset = ps;
	ps->records++;
	p->records++;
	list_add_tail(&pr->of_program, &p->of_records);
	if (!ttmem_program_record_counts(pr))
		return;
	pr->r.from = ttmem_map_add(c, TTMEM_MAP_LOADED, TTMEM_CLASS_CB_LOADED, set->map,
				   pr->r.at, pr->r.len, prealloc);
	ttmem_program_set_cover(c, p, ps, pr->r.at, pr->r.len, true, prealloc);
}

/* A record leaves its program; program 0 ends with its last, the others when they are freed. */
void ttmem_program_del(struct ttmem_ledger_client *c, struct ttmem_program_record *pr,
		       struct ttmem_prealloc *prealloc)
{
	struct ttmem_program_set *ps = pr->pset;
	struct ttmem_program *p = pr->program;

	if (ttmem_program_record_counts(pr)) {
		ttmem_program_set_cover(c, p, ps, pr->r.at, pr->r.len, false, prealloc);
		ttmem_map_remove(c, TTMEM_MAP_LOADED, TTMEM_CLASS_CB_LOADED, ps->set->map,
				 pr->r.from, pr->r.len, prealloc);
	}
	list_del(&pr->of_program);
	p->records--;
	if (!--ps->records) {
		list_del(&ps->of_program);
		p->nr_sets--;
		ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM_SET, ps);
	}
	if (!p->id && !p->records)
		ttmem_program_end(c, p, prealloc);
}

/* The program's core set: the union of the sets of its records. */
void ttmem_program_cores(struct ttmem_program *p, unsigned long *cores)
{
	struct ttmem_program_set *ps;

	bitmap_zero(cores, TTMEM_MAX_CORES);
	list_for_each_entry(ps, &p->sets, of_program)
		bitmap_or(cores, cores, ps->set->map, TTMEM_MAX_CORES);
}

static void ttmem_program_evict(struct ttmem_ledger_client *c, struct ttmem_program *p,
				const unsigned long *cores)
{
	DECLARE_BITMAP(gone, TTMEM_MAX_CORES);
	struct ttmem_program_set *ps;

	list_for_each_entry(ps, &p->sets, of_program)
		if (bitmap_and(gone, ps->on, cores, TTMEM_MAX_CORES))
			ttmem_program_set_hide(c, ps, gone);
	bitmap_andnot(p->last, p->last, cores, TTMEM_MAX_CORES);
	if (bitmap_empty(p->last, TTMEM_MAX_CORES))
		list_del_init(&p->of_resident);
	c->ledger->work += 1 + p->nr_sets;
}

/*
 * From the first dispatch on only what was dispatched is resident. A step of evicting all; false
 * while there is more to do. What comes meanwhile is not resident.
 */
static bool ttmem_program_first_dispatch(struct ttmem_ledger_client *c)
{
	DECLARE_BITMAP(all, TTMEM_MAX_CORES);
	struct rb_node *next;
	struct ttmem_program *p;

	if (c->dispatched && !c->evicting)
		return true;
	if (!c->dispatched) {
		c->dispatched = true;
		c->evicting = true;
		c->evict_next = 1;
	}
	bitmap_fill(all, TTMEM_MAX_CORES);
	for (p = ttmem_program_from(c, c->evict_next); p;
	     p = rb_entry_safe(next, struct ttmem_program, rb)) {
		if (ttmem_ledger_should_yield(c->ledger)) {
			c->evict_next = p->id;
			return false;
		}
		next = rb_next(&p->rb);
		ttmem_program_evict(c, p, all);
	}
	c->evicting = false;
	return true;
}

/* The state before the first dispatch: every loaded program counts as resident. */
void ttmem_program_forget_dispatches(struct ttmem_ledger_client *c)
{
	DECLARE_BITMAP(hidden, TTMEM_MAX_CORES);
	struct ttmem_program_set *ps;
	struct rb_node *rb;

	for (rb = rb_first(&c->programs); rb; rb = rb_next(rb)) {
		struct ttmem_program *p = rb_entry(rb, struct ttmem_program, rb);

		list_for_each_entry(ps, &p->sets, of_program)
			if (bitmap_andnot(hidden, ps->set->map, ps->on, TTMEM_MAX_CORES))
				ttmem_program_set_show(c, ps, hidden);
		bitmap_fill(p->last, TTMEM_MAX_CORES);
		list_del_init(&p->of_resident);
		p->list = 0;
	}
	c->dispatched = false;
	c->evicting = false;
}

/* What a program leaves free of each core when it runs, and whether it ran into a buffer. */
static void ttmem_program_headroom(struct ttmem_ledger_client *c, struct ttmem_program *p,
				   const unsigned long *cores)
{
	struct ttmem_ledger *l = c->ledger;
	struct ttmem_program_set *ps;
	u32 lowest, highest = 0;
	bool clash = false;
	s64 room;

	list_for_each_entry(ps, &p->sets, of_program) {
		struct ttmem_extent e = {};

		while (ttmem_extent_next(ps, &e)) {
			highest = max(highest, e.to);
			clash = clash || ttmem_map_buffers_overlap(c, ps->set->map, e.from, e.to);
		}
	}
	if (!highest)
		return;
	lowest = ttmem_map_lowest_l1(c, cores);
	if (lowest != U32_MAX)
		room = ttmem_bytes(lowest);
	else if (c->layout.valid & TT_MEMSTAT_LAYOUT_L1)
		room = c->layout.l1_end - c->layout.l1_small;
	else
		room = ttmem_bytes(l->l1_len);
	room -= ttmem_bytes(highest);
	c->headroom_min = c->headroom_known ? min(c->headroom_min, room) : room;
	l->headroom_min = l->headroom_known ? min(l->headroom_min, room) : room;
	c->headroom = room;
	l->headroom = room;
	c->headroom_known = true;
	l->headroom_known = true;
	c->clash += clash;
	l->clash += clash;
}

static bool ttmem_program_yields(const struct ttmem_program *other, const struct ttmem_program *p,
				 u64 list, const unsigned long *cores)
{
	return other != p && !(list && other->list == list) &&
	       bitmap_intersects(other->last, cores, TTMEM_MAX_CORES);
}

/* How far a program can reach at most. */
u64 ttmem_program_reach_max(const struct ttmem_ledger_client *c)
{
	return TTMEM_MAX_PROGRAM_L1 * (u64)ttmem_geometry_cores(&c->geometry) * c->ledger->l1_len;
}

/*
 * Evict what is more than one program can be, before @p is shown; false while there is more to do.
 * As a rule nothing is, and what @p has in common with those it evicts then does not flip.
 */
static bool ttmem_program_make_way(struct ttmem_ledger_client *c, struct ttmem_program *p, u64 list,
				   const unsigned long *cores)
{
	struct ttmem_ledger *l = c->ledger;
	struct ttmem_program *other, *tmp;
	u64 reach = 0;

	list_for_each_entry_safe(other, tmp, &c->resident, of_resident) {
		if (!ttmem_program_yields(other, p, list, cores))
			continue;
		reach += other->reach + other->nr_sets;
		if (reach <= ttmem_program_reach_max(c))
			continue;
		if (ttmem_ledger_should_yield(l))
			return false;
		ttmem_program_evict(c, other, cores);
	}
	return true;
}

/**
 * ttmem_program_dispatch() - the program was dispatched, alone or in a list
 * @c: whose
 * @p: not program 0
 * @list: members of the same list, not 0, stay resident together
 *
 * Return: 0, or TTMEM_AGAIN: not yet, and others may have the lock before it is called again.
 */
int ttmem_program_dispatch(struct ttmem_ledger_client *c, struct ttmem_program *p, u64 list)
{
	DECLARE_BITMAP(cores, TTMEM_MAX_CORES);
	DECLARE_BITMAP(hidden, TTMEM_MAX_CORES);
	struct ttmem_program *other, *tmp;
	struct ttmem_program_set *ps;

	ttmem_program_cores(p, cores);
	if (!ttmem_program_first_dispatch(c) || !ttmem_program_make_way(c, p, list, cores))
		return TTMEM_AGAIN;
	/* Shown before the others are hidden: what both have does not flip. */
	list_for_each_entry(ps, &p->sets, of_program)
		if (bitmap_andnot(hidden, ps->set->map, ps->on, TTMEM_MAX_CORES))
			ttmem_program_set_show(c, ps, hidden);
	list_for_each_entry_safe(other, tmp, &c->resident, of_resident)
		if (ttmem_program_yields(other, p, list, cores))
			ttmem_program_evict(c, other, cores);
	bitmap_or(p->last, p->last, cores, TTMEM_MAX_CORES);
	if (list_empty(&p->of_resident) && !bitmap_empty(p->last, TTMEM_MAX_CORES))
		list_add_tail(&p->of_resident, &c->resident);
	p->list = list;
	ttmem_program_headroom(c, p, cores);
	return 0;
}

/*
 * Bytes of the program's CBs, over its cores: on each bank set the union. Sets of a program that
 * share cores do not share addresses there, as one core cannot run two CBs at one place.
 */
u64 ttmem_program_cb_bytes(struct ttmem_program *p)
{
	struct ttmem_program_set *ps;
	u64 sum = 0;

	list_for_each_entry(ps, &p->sets, of_program)
		sum += ttmem_bytes(ps->covered) * ps->set->banks;
	return sum;
}

bool ttmem_program_is_resident(const struct ttmem_program *p, unsigned int core)
{
	return test_bit(core, p->last);
}
