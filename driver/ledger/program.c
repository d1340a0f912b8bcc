// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Programs: their circular buffers, and where they are resident.
 *
 * All CBs of a program are in the LOADED map, range by range. The USED map has only the ends of its
 * merged CBs on each bank set, on the cores where the program is resident, so that the cost of a
 * dispatch depends on the program's extents and not on what is loaded. An end is an address where a
 * CB starts or ends, thus a boundary of LOADED, which brought the nodes for one of USED: showing
 * and hiding a program allocates nothing.
 *
 * Residency: `last` has the cores where the program was the last that this client dispatched;
 * before the first dispatch all programs have all cores. Program 0 holds the CB and kernel records
 * without a program; it is always resident.
 */
#include <linux/bug.h>
#include "../geometry.h"
#include "ledger.h"

static_assert(offsetof(struct ttmem_by_id, id) == offsetof(struct ttmem_record, id));
static_assert(offsetof(struct ttmem_by_id, id) == offsetof(struct ttmem_program, id));

/* The record, or program, with the lowest id not below @id, or NULL. */
void *ttmem_by_id_from(const struct rb_root *root, u64 id)
{
	struct ttmem_by_id *object, *best = NULL;
	struct rb_node *rb = root->rb_node;

	while (rb) {
		object = rb_entry(rb, struct ttmem_by_id, rb);
		if (object->id >= id)
			best = object;
		rb = object->id >= id ? rb->rb_left : rb->rb_right;
	}
	return best;
}

struct ttmem_program *ttmem_program_find(struct ttmem_ledger_client *c, u64 id)
{
	struct ttmem_program *p = ttmem_by_id_from(&c->programs, id);

	return p && p->id == id ? p : NULL;
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

/* Find the program, or make it from the prealloc. */
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
	INIT_LIST_HEAD(&p->of_records);
	INIT_LIST_HEAD(&p->sets);
	INIT_LIST_HEAD(&p->of_resident);
	if (!id || !c->sums.dispatched)
		bitmap_fill(p->last, TTMEM_MAX_CORES);
	else
		bitmap_zero(p->last, TTMEM_MAX_CORES);
	ttmem_program_link(c, p);
	if (id) {
		c->sums.programs++;
		c->ledger->sums.programs++;
	}
	return p;
}

/* Free a program without records. */
void ttmem_program_end(struct ttmem_ledger_client *c, struct ttmem_program *p,
		       struct ttmem_prealloc *prealloc)
{
	rb_erase(&p->rb, &c->programs);
	list_del(&p->of_resident);
	if (p->id) {
		c->sums.programs--;
		c->ledger->sums.programs--;
	}
	ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM, p);
}

/* Find or make the boundary at @at and become a user of it. */
static void ttmem_program_boundary_get(struct ttmem_program_set *ps, u32 at,
				       struct ttmem_prealloc *prealloc)
{
	struct rb_node *parent, **link;
	struct ttmem_program_boundary *boundary, *before =
		ttmem_boundary_find(&ps->boundaries, at, &parent, &link);

	if (before && before->at == at) {
		before->users++;
		return;
	}
	boundary = ttmem_prealloc_pop(prealloc, TTMEM_NODE_PROGRAM_BOUNDARY);
	boundary->at = at;
	boundary->users = 1;
	boundary->count = before ? before->count : 0;
	rb_link_node(&boundary->rb, parent, link);
	rb_insert_color(&boundary->rb, &ps->boundaries);
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
		       ttmem_boundary_floor(&c->coverage.map[TTMEM_MAP_USED], at);
}

/*
 * The program's CBs have come to cover, or uncover, [from, to) on the set: begin to change USED. An
 * address is a boundary of USED while exactly one of its sides is covered.
 */
static void ttmem_program_set_flip(struct ttmem_ledger_client *c, struct ttmem_program_set *ps,
				   struct ttmem_program_boundary *from,
				   struct ttmem_program_boundary *to, bool add)
{
	struct rb_node *before = rb_prev(&from->rb);
	struct ttmem_client_boundary *a;
	bool fresh_from, fresh_to;

	ps->covered += add ? to->at - from->at : from->at - to->at;
	if (bitmap_empty(ps->on, TTMEM_MAX_CORES))
		return;
	fresh_from = (before && rb_entry(before, struct ttmem_program_boundary, rb)->count) != add;
	fresh_to = !!to->count != add;
	a = ttmem_used_boundary(c, from->at, fresh_from);
	ttmem_used_boundary(c, to->at, fresh_to);
	c->op.cover = (struct ttmem_cover) {
		.map = TTMEM_MAP_USED, .class = TTMEM_CLASS_CB, .banks = ps->on, .add = add,
		.put_from = !fresh_from, .put_to = !fresh_to, .from = a, .at = a, .end = to->at,
	};
}

/*
 * Count a CB on its set, or discount it, from op.at on, and let USED follow where the program's
 * coverage flips. False: the work of the hold is used up.
 */
bool ttmem_program_cover(struct ttmem_ledger_client *c, struct ttmem_program_record *pr, bool add,
			 struct ttmem_prealloc *prealloc)
{
	struct ttmem_program_set *ps = pr->pset;
	u32 end = pr->r.at + pr->r.len;
	struct ttmem_program_boundary *boundary, *next;

	boundary = ttmem_boundary_floor(&ps->boundaries, c->op.at);
	for (; c->op.at != end; boundary = next) {
		if (ttmem_ledger_should_yield(c->ledger))
			return false;
		next = ttmem_boundary_next(boundary);
		c->op.at = next->at;
		c->ledger->work++;
		if (add ? boundary->count++ : --boundary->count)
			continue;
		ttmem_program_set_flip(c, ps, boundary, next, add);
		if (!ttmem_map_run(c, NULL))
			return false;
	}
	if (!add) {
		ttmem_program_boundary_put(ps, boundary, prealloc);
		boundary = ttmem_boundary_floor(&ps->boundaries, pr->r.at);
		ttmem_program_boundary_put(ps, boundary, prealloc);
	}
	if (!RB_EMPTY_ROOT(&ps->boundaries)) {
		ps->lowest = rb_entry(rb_first(&ps->boundaries), struct ttmem_program_boundary,
				      rb)->at;
		ps->highest = rb_entry(rb_last(&ps->boundaries), struct ttmem_program_boundary,
				       rb)->at;
	}
	return true;
}

/*
 * The first maximal covered run [*from, *to) of a set that begins at @at or later; false: none. CBs
 * mostly lie side by side: then there is one run, known without looking at boundaries.
 */
static bool ttmem_extent_next(struct ttmem_program_set *ps, u32 at, u32 *from, u32 *to)
{
	struct ttmem_program_boundary *boundary;

	if (!ps->covered)
		return false;
	if (ps->covered == ps->highest - ps->lowest) {
		*from = ps->lowest;
		*to = ps->highest;
		return at <= ps->lowest;
	}
	boundary = ttmem_boundary_from(&ps->boundaries, at);
	while (boundary && !boundary->count)
		boundary = ttmem_boundary_next(boundary);
	if (!boundary)
		return false;
	*from = boundary->at;
	while (boundary->count)
		boundary = ttmem_boundary_next(boundary);
	*to = boundary->at;
	return true;
}

/* Begin to show the set in USED on op.cores, or to hide it; so far all of them are equal. */
static bool ttmem_program_set_begin(struct ttmem_ledger_client *c, struct ttmem_program_set *ps,
				    bool show)
{
	c->op.pset = ps;
	c->op.show = show;
	c->op.end = 0;
	return ttmem_program_set_run(c);
}

/*
 * Continue to show or hide the set at hand, if there is one, extent by extent. False: the work of
 * the hold is used up.
 */
bool ttmem_program_set_run(struct ttmem_ledger_client *c)
{
	struct ttmem_op *op = &c->op;
	struct ttmem_program_set *ps = op->pset;
	struct ttmem_client_boundary *a;
	bool alone;
	u32 from;

	if (!ps)
		return true;
	/* Whether this makes the set's first boundaries in USED, or removes its last. */
	alone = op->show ? bitmap_empty(ps->on, TTMEM_MAX_CORES) :
			   bitmap_subset(ps->on, op->cores, TTMEM_MAX_CORES);
	while (ttmem_map_run(c, NULL)) {
		if (!ttmem_extent_next(ps, op->end, &from, &op->end)) {
			if (op->show)
				bitmap_or(ps->on, ps->on, op->cores, TTMEM_MAX_CORES);
			else
				bitmap_andnot(ps->on, ps->on, op->cores, TTMEM_MAX_CORES);
			op->pset = NULL;
			return true;
		}
		a = ttmem_used_boundary(c, from, op->show && alone);
		if (op->show && alone)
			ttmem_client_boundary_get(c, TTMEM_MAP_USED, op->end, NULL);
		op->cover = (struct ttmem_cover) {
			.map = TTMEM_MAP_USED, .class = TTMEM_CLASS_CB, .banks = op->cores,
			.add = op->show, .put_from = !op->show && alone,
			.put_to = !op->show && alone, .from = a, .at = a, .end = op->end,
		};
	}
	return false;
}

static struct ttmem_program_set *ttmem_program_set_get(struct ttmem_ledger_client *c,
						       struct ttmem_program *p,
						       struct ttmem_set *set,
						       struct ttmem_prealloc *prealloc)
{
	struct ttmem_program_set *ps;

	list_for_each_entry(ps, &p->sets, of_program) {
		if (ps->set == set)
			return ps;
		c->ledger->work++;
	}
	ps = ttmem_prealloc_pop(prealloc, TTMEM_NODE_PROGRAM_SET);
	ps->set = set;
	ps->records = 0;
	ps->covered = 0;
	ps->boundaries = RB_ROOT;
	bitmap_and(ps->on, set->map, p->last, TTMEM_MAX_CORES);
	list_add_tail(&ps->of_program, &p->sets);
	return ps;
}

bool ttmem_program_record_counts(const struct ttmem_program_record *pr)
{
	return pr->r.pool == TT_MEMSTAT_POOL_CB && !(pr->r.flags & TT_MEMSTAT_ENTRY_VIEW);
}

/* Add a record, linked to its id already, to pr->program and begin to cover it in LOADED. */
void ttmem_program_add(struct ttmem_ledger_client *c, struct ttmem_program_record *pr,
		       struct ttmem_prealloc *prealloc)
{
	struct ttmem_set *set = ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, pr->r.set);
	struct ttmem_program *p = pr->program;
	struct ttmem_program_set *ps = ttmem_program_set_get(c, p, set, prealloc);

	pr->pset = ps;
	ps->records++;
	p->records++;
	list_add_tail(&pr->of_program, &p->of_records);
	if (!ttmem_program_record_counts(pr))
		return;
	ttmem_program_boundary_get(ps, pr->r.at, prealloc);
	ttmem_program_boundary_get(ps, pr->r.at + pr->r.len, prealloc);
	pr->r.from = ttmem_map_add_begin(c, TTMEM_MAP_LOADED, TTMEM_CLASS_CB_LOADED, set->map,
					 pr->r.at, pr->r.len, prealloc);
}

/* Remove a record from its program; program 0 ends with its last, others when they are freed. */
void ttmem_program_del(struct ttmem_ledger_client *c, struct ttmem_program_record *pr,
		       struct ttmem_prealloc *prealloc)
{
	struct ttmem_program_set *ps = pr->pset;
	struct ttmem_program *p = pr->program;

	list_del(&pr->of_program);
	p->records--;
	if (!--ps->records) {
		list_del(&ps->of_program);
		ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM_SET, ps);
	}
	if (!p->id && !p->records)
		ttmem_program_end(c, p, prealloc);
}

/* The program's cores: the union of the sets of its records. */
void ttmem_program_cores(struct ttmem_program *p, unsigned long *cores)
{
	struct ttmem_program_set *ps;

	bitmap_zero(cores, TTMEM_MAX_CORES);
	list_for_each_entry(ps, &p->sets, of_program)
		bitmap_or(cores, cores, ps->set->map, TTMEM_MAX_CORES);
}

/* Evict the program from @cores. False: the work of the hold is used up. */
static bool ttmem_program_evict(struct ttmem_ledger_client *c, struct ttmem_program *p,
				const unsigned long *cores)
{
	struct ttmem_program_set *ps;

	c->ledger->work++;
	list_for_each_entry(ps, &p->sets, of_program) {
		c->ledger->work++;
		if (bitmap_and(c->op.cores, ps->on, cores, TTMEM_MAX_CORES) &&
		    !ttmem_program_set_begin(c, ps, false))
			return false;
	}
	bitmap_andnot(p->last, p->last, cores, TTMEM_MAX_CORES);
	if (bitmap_empty(p->last, TTMEM_MAX_CORES))
		list_del_init(&p->of_resident);
	return true;
}

/* Show all of a program on all of its cores. False: the work of the hold is used up. */
static bool ttmem_program_show(struct ttmem_ledger_client *c, struct ttmem_program *p)
{
	struct ttmem_program_set *ps;

	c->ledger->work++;
	list_for_each_entry(ps, &p->sets, of_program) {
		c->ledger->work++;
		if (bitmap_andnot(c->op.cores, ps->set->map, ps->on, TTMEM_MAX_CORES) &&
		    !ttmem_program_set_begin(c, ps, true))
			return false;
	}
	return true;
}

/* Make the program resident, as before the first dispatch. False: the work is used up. */
bool ttmem_program_forget_dispatches(struct ttmem_ledger_client *c, struct ttmem_program *p)
{
	if (!ttmem_program_show(c, p))
		return false;
	bitmap_fill(p->last, TTMEM_MAX_CORES);
	list_del_init(&p->of_resident);
	p->list = 0;
	return true;
}

/* Evict all programs, at the first dispatch: only dispatched programs are resident then. */
static bool ttmem_program_evict_all(struct ttmem_ledger_client *c)
{
	DECLARE_BITMAP(all, TTMEM_MAX_CORES);
	struct ttmem_program *p;

	bitmap_fill(all, TTMEM_MAX_CORES);
	while ((p = c->op.other)) {
		if (ttmem_ledger_should_yield(c->ledger) || !ttmem_program_evict(c, p, all))
			return false;
		c->op.other = rb_entry_safe(rb_next(&p->rb), struct ttmem_program, rb);
	}
	return true;
}

/* Evict other programs from the program's cores, except members of the same list. */
static bool ttmem_program_evict_others(struct ttmem_ledger_client *c, struct ttmem_program *p,
				       u64 list, const unsigned long *cores)
{
	struct ttmem_op *op = &c->op;
	struct ttmem_program *other;
	struct list_head *next;

	for (; op->next != &c->resident; op->next = next) {
		if (ttmem_ledger_should_yield(c->ledger))
			return false;
		c->ledger->work++;
		next = op->next->next;
		other = list_entry(op->next, struct ttmem_program, of_resident);
		if (other != p && !(list && other->list == list) &&
		    bitmap_intersects(other->last, cores, TTMEM_MAX_CORES) &&
		    !ttmem_program_evict(c, other, cores))
			return false;
	}
	return true;
}

/* Set op.clash if a CB of the program lies on a buffer of the client. */
static bool ttmem_program_find_clash(struct ttmem_ledger_client *c, struct ttmem_program *p)
{
	const unsigned int buffers = BIT(TTMEM_CLASS_L1) | BIT(TTMEM_CLASS_SMALL);
	struct ttmem_op *op = &c->op;

	while (&op->scan->of_program != &p->sets) {
		if (op->at < op->end &&
		    !ttmem_map_seek(c, op->scan->set->map, buffers, &op->at, op->end))
			return false;
		if (op->at < op->end) {
			op->clash = true;
			return true;
		}
		if (ttmem_extent_next(op->scan, op->end, &op->at, &op->end))
			continue;
		c->ledger->work++;
		op->scan = list_next_entry(op->scan, of_program);
		op->at = 0;
		op->end = 0;
	}
	return true;
}

/* Account for the headroom that the program leaves, and for a clash. */
static void ttmem_program_headroom(struct ttmem_ledger_client *c, struct ttmem_program *p)
{
	struct ttmem_ledger *l = c->ledger;
	struct ttmem_program_set *ps;
	u32 highest = 0;
	s64 room;

	list_for_each_entry(ps, &p->sets, of_program)
		if (ps->covered)
			highest = max(highest, ps->highest);
	if (!highest)
		return;
	if (c->op.lowest != l->l1_len)
		room = ttmem_bytes(c->op.lowest);
	else if (c->layout.valid & TT_MEMSTAT_LAYOUT_L1)
		room = c->layout.l1_end - c->layout.l1_small;
	else
		room = ttmem_bytes(l->l1_len);
	room -= ttmem_bytes(highest);
	c->sums.headroom_min = c->sums.headroom_known ? min(c->sums.headroom_min, room) : room;
	l->sums.headroom_min = l->sums.headroom_known ? min(l->sums.headroom_min, room) : room;
	c->sums.headroom = room;
	l->sums.headroom = room;
	c->sums.headroom_known = true;
	l->sums.headroom_known = true;
	c->sums.clash += c->op.clash;
	l->sums.clash += c->op.clash;
}

enum ttmem_dispatch_stage {
	TTMEM_DISPATCH_FIRST, TTMEM_DISPATCH_SHOW, TTMEM_DISPATCH_EVICT, TTMEM_DISPATCH_SEEK,
	TTMEM_DISPATCH_CLASH,
};

/**
 * ttmem_program_dispatch_begin() - begin a dispatch; ttmem_program_dispatch_run() does the work
 * @c: the client; op.program is what it dispatches, not program 0
 */
void ttmem_program_dispatch_begin(struct ttmem_ledger_client *c)
{
	c->op.stage = c->sums.dispatched ? TTMEM_DISPATCH_SHOW : TTMEM_DISPATCH_FIRST;
	c->op.other = c->sums.dispatched ? NULL : ttmem_by_id_from(&c->programs, 1);
	c->op.lowest = 0;
	c->op.clash = false;
	c->sums.dispatched = true;
}

/*
 * Continue with the stage of the dispatch. False: the work of the hold is used up. A stage may set
 * up the next one; repeating that is harmless.
 */
static bool ttmem_program_dispatch_stage(struct ttmem_ledger_client *c, u64 list,
					 const unsigned long *cores)
{
	struct ttmem_op *op = &c->op;
	struct ttmem_program *p = op->program;

	switch (op->stage) {
	case TTMEM_DISPATCH_FIRST:
		return ttmem_program_evict_all(c);
	case TTMEM_DISPATCH_SHOW:
		/* Show before hiding the others: common coverage does not flip. */
		op->next = c->resident.next;
		return ttmem_program_show(c, p);
	case TTMEM_DISPATCH_EVICT:
		return ttmem_program_evict_others(c, p, list, cores);
	case TTMEM_DISPATCH_SEEK:
		op->scan = list_first_entry(&p->sets, struct ttmem_program_set, of_program);
		op->at = 0;
		op->end = 0;
		return ttmem_map_seek(c, cores, BIT(TTMEM_CLASS_L1), &op->lowest,
				      c->ledger->l1_len);
	default:
		return ttmem_program_find_clash(c, p);
	}
}

/**
 * ttmem_program_dispatch_run() - continue the dispatch
 * @c: after ttmem_program_dispatch_begin()
 * @list: members of the same list, not 0, stay resident together
 *
 * Return: false when the work of the hold is used up.
 */
bool ttmem_program_dispatch_run(struct ttmem_ledger_client *c, u64 list)
{
	DECLARE_BITMAP(cores, TTMEM_MAX_CORES);
	struct ttmem_program *p = c->op.program;

	if (!ttmem_program_set_run(c))
		return false;
	ttmem_program_cores(p, cores);
	for (; c->op.stage <= TTMEM_DISPATCH_CLASH; c->op.stage++)
		if (!ttmem_program_dispatch_stage(c, list, cores))
			return false;
	bitmap_or(p->last, p->last, cores, TTMEM_MAX_CORES);
	if (list_empty(&p->of_resident) && !bitmap_empty(p->last, TTMEM_MAX_CORES))
		list_add_tail(&p->of_resident, &c->resident);
	p->list = list;
	ttmem_program_headroom(c, p);
	return true;
}

/*
 * Bytes of the program's CBs over its cores: the union on each bank set. Sets of a program that
 * share cores share no addresses there, as one core cannot have two CBs at one place.
 */
u64 ttmem_program_cb_bytes(struct ttmem_program *p)
{
	struct ttmem_program_set *ps;
	u64 sum = 0;

	list_for_each_entry(ps, &p->sets, of_program)
		sum += ttmem_bytes(ps->covered) * ps->set->banks;
	return sum;
}
