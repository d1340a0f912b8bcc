// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what an entry must satisfy, which nodes it needs, and what it does.
 *
 * Knows entries and records. Does not know where an entry came from.
 *
 * Everything is checked before anything is changed.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include "ledger.h"

/* So far that no sum can wrap: a record has less than 2^36 bytes on each of at most 140 cores. */
#define TTMEM_KERNEL_BYTES_MAX	BIT_ULL(62)

static bool ttmem_pool_has_program(unsigned int pool)
{
	return pool == TT_MEMSTAT_POOL_CB || pool == TT_MEMSTAT_POOL_KERNEL;
}

static unsigned int ttmem_pool_space(unsigned int pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE ?
		TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1;
}

static void ttmem_need_range(struct ttmem_need *need, enum ttmem_map_id map)
{
	ttmem_need_add(need, TTMEM_NODE_CLIENT_BOUNDARY + map, 2);
	ttmem_need_add(need, TTMEM_NODE_CHIP_BOUNDARY + map, 2);
}

/**
 * ttmem_ledger_need() - add what taking an entry may need to @need
 * @e: any bytes; what ttmem_ledger_apply() will refuse may need nothing
 * @need: added to
 *
 * An entry of which ttmem_ledger_needs() is false needs nothing.
 */
void ttmem_ledger_need(const struct tt_memstat_entry *e, struct ttmem_need *need)
{
	if (e->op == TT_MEMSTAT_OP_SNAPSHOT)
		ttmem_need_add(need, TTMEM_NODE_SNAPSHOT, 1);
	if (e->op != TT_MEMSTAT_OP_RECORD)
		return;
	switch (e->pool) {
	case TT_MEMSTAT_POOL_DRAM:
	case TT_MEMSTAT_POOL_TRACE:
		ttmem_need_add(need, TTMEM_NODE_RECORD, 1);
		ttmem_need_range(need, e->set ? TTMEM_MAP_DRAM_PART : TTMEM_MAP_DRAM);
		break;
	case TT_MEMSTAT_POOL_L1:
	case TT_MEMSTAT_POOL_L1_SMALL:
		ttmem_need_add(need, TTMEM_NODE_RECORD, 1);
		ttmem_need_range(need, TTMEM_MAP_USED);
		ttmem_need_range(need, TTMEM_MAP_LOADED);
		break;
	case TT_MEMSTAT_POOL_CB:
		if (!(e->flags & TT_MEMSTAT_ENTRY_VIEW)) {
			ttmem_need_add(need, TTMEM_NODE_PROGRAM_BOUNDARY, 2);
			ttmem_need_range(need, TTMEM_MAP_USED);
			ttmem_need_range(need, TTMEM_MAP_LOADED);
		}
		fallthrough;
	case TT_MEMSTAT_POOL_KERNEL:
		ttmem_need_add(need, TTMEM_NODE_PROGRAM_RECORD, 1);
		ttmem_need_add(need, TTMEM_NODE_PROGRAM, 1);
		ttmem_need_add(need, TTMEM_NODE_PROGRAM_SET, 1);
		break;
	}
}

/*
 * The record, or NULL and where one with that id would be linked. Ids mostly come in order, so
 * the neighbours of the last record that was looked for are tried before the tree is searched.
 */
static struct ttmem_record *ttmem_record_seek(struct ttmem_ledger_client *c, u64 id,
					      struct rb_node **parent, struct rb_node ***link)
{
	struct ttmem_record *r = c->near_record, *next;
	unsigned int steps;

	for (steps = 0; r && r->id <= id && steps < 4; steps++, r = next) {
		if (r->id == id)
			return r;
		next = rb_entry_safe(rb_next(&r->rb), struct ttmem_record, rb);
		if (next && next->id <= id)
			continue;
		*parent = r->rb.rb_right ? &next->rb : &r->rb;
		*link = r->rb.rb_right ? &next->rb.rb_left : &r->rb.rb_right;
		return NULL;
	}
	*link = &c->records.rb_node;
	*parent = NULL;
	while (**link) {
		*parent = **link;
		r = rb_entry(*parent, struct ttmem_record, rb);
		if (r->id == id)
			return r;
		*link = id < r->id ? &(*parent)->rb_left : &(*parent)->rb_right;
	}
	return NULL;
}

struct ttmem_record *ttmem_record_find(struct ttmem_ledger_client *c, u64 id)
{
	struct rb_node *parent, **link;
	struct ttmem_record *r = ttmem_record_seek(c, id, &parent, &link);

	if (r)
		c->near_record = r;
	return r;
}

/* The live record with the lowest id from @id on, or NULL. */
struct ttmem_record *ttmem_record_from(struct ttmem_ledger_client *c, u64 id)
{
	struct rb_node *rb = c->records.rb_node;
	struct ttmem_record *best = NULL;

	while (rb) {
		struct ttmem_record *r = rb_entry(rb, struct ttmem_record, rb);

		if (r->id >= id) {
			best = r;
			rb = rb->rb_left;
		} else {
			rb = rb->rb_right;
		}
	}
	return best;
}

static void ttmem_record_link(struct ttmem_ledger_client *c, struct ttmem_record *r)
{
	struct rb_node *parent, **link;
	struct ttmem_record *head = ttmem_record_seek(c, r->id, &parent, &link);

	if (head) {
		r->next_part = head->next_part;
		head->next_part = r;
		head->parts++;
		return;
	}
	r->next_part = NULL;
	r->parts = 1;
	rb_link_node(&r->rb, parent, link);
	rb_insert_color(&r->rb, &c->records);
	c->near_record = r;
}

static struct ttmem_program *ttmem_record_program(struct ttmem_record *r)
{
	if (!ttmem_pool_has_program(r->pool))
		return NULL;
	return container_of(r, struct ttmem_program_record, r)->program;
}

static u64 ttmem_kernel_bytes(struct ttmem_ledger_client *c, const struct ttmem_record *r)
{
	return ttmem_bytes(r->len) * ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, r->set)->banks;
}

static void ttmem_kernel_count(struct ttmem_ledger_client *c, const struct ttmem_record *r,
			       bool add)
{
	u64 bytes = ttmem_kernel_bytes(c, r);

	if (!add)
		bytes = -bytes;
	if (r->flags & TT_MEMSTAT_ENTRY_SYSTEM) {
		c->kernel_system += bytes;
		c->ledger->kernel_system += bytes;
	} else {
		c->kernel_app += bytes;
		c->ledger->kernel_app += bytes;
	}
}

/* Set 0 of DRAM is the same for everybody and lives in a map that counts it once for all banks. */
static void ttmem_dram_count(struct ttmem_ledger_client *c, struct ttmem_record *r, bool add,
			     struct ttmem_prealloc *prealloc)
{
	enum ttmem_map_id map = r->set ? TTMEM_MAP_DRAM_PART : TTMEM_MAP_DRAM;
	struct ttmem_set *set = ttmem_set_find(c, TT_MEMSTAT_SPACE_DRAM, r->set);
	unsigned int class = r->pool == TT_MEMSTAT_POOL_DRAM ? TTMEM_CLASS_DRAM : TTMEM_CLASS_TRACE;
	static const unsigned long one[BITS_TO_LONGS(TTMEM_MAX_CORES)] = { 1 };
	const unsigned long *banks = r->set ? set->map : one;

	if (add)
		r->from = ttmem_map_add(c, map, class, banks, r->at, r->len, prealloc);
	else
		ttmem_map_remove(c, map, class, banks, r->from, r->len, prealloc);
}

/* LOADED first and last: its boundaries bring the nodes of those of USED. */
static void ttmem_l1_count(struct ttmem_ledger_client *c, struct ttmem_record *r, bool add,
			   struct ttmem_prealloc *prealloc)
{
	struct ttmem_set *set = ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, r->set);
	unsigned int class = r->pool == TT_MEMSTAT_POOL_L1 ? TTMEM_CLASS_L1 : TTMEM_CLASS_SMALL;

	if (add) {
		r->from = ttmem_map_add(c, TTMEM_MAP_LOADED, TTMEM_CLASS_BUFFERS, set->map,
					r->at, r->len, prealloc);
		ttmem_map_add(c, TTMEM_MAP_USED, class, set->map, r->at, r->len, prealloc);
	} else {
		ttmem_map_remove(c, TTMEM_MAP_USED, class, set->map,
				 ttmem_client_boundary_find(c, TTMEM_MAP_USED, r->at), r->len,
				 prealloc);
		ttmem_map_remove(c, TTMEM_MAP_LOADED, TTMEM_CLASS_BUFFERS, set->map,
				 r->from, r->len, prealloc);
	}
}

static void ttmem_record_count(struct ttmem_ledger_client *c, struct ttmem_record *r,
			       struct ttmem_program *p, struct ttmem_prealloc *prealloc)
{
	switch (r->pool) {
	case TT_MEMSTAT_POOL_DRAM:
	case TT_MEMSTAT_POOL_TRACE:
		ttmem_dram_count(c, r, true, prealloc);
		break;
	case TT_MEMSTAT_POOL_L1:
	case TT_MEMSTAT_POOL_L1_SMALL:
		ttmem_l1_count(c, r, true, prealloc);
		break;
	default:
		ttmem_program_add(c, p, container_of(r, struct ttmem_program_record, r), prealloc);
		if (r->pool == TT_MEMSTAT_POOL_KERNEL)
			ttmem_kernel_count(c, r, true);
	}
	c->nr_records++;
	c->ledger->records++;
}

static void ttmem_record_uncount(struct ttmem_ledger_client *c, struct ttmem_record *r,
				 struct ttmem_prealloc *prealloc)
{
	switch (r->pool) {
	case TT_MEMSTAT_POOL_DRAM:
	case TT_MEMSTAT_POOL_TRACE:
		ttmem_dram_count(c, r, false, prealloc);
		break;
	case TT_MEMSTAT_POOL_L1:
	case TT_MEMSTAT_POOL_L1_SMALL:
		ttmem_l1_count(c, r, false, prealloc);
		break;
	default:
		if (r->pool == TT_MEMSTAT_POOL_KERNEL)
			ttmem_kernel_count(c, r, false);
		ttmem_program_del(c, container_of(r, struct ttmem_program_record, r), prealloc);
	}
	c->nr_records--;
	c->ledger->records--;
}

static void ttmem_record_end(struct ttmem_ledger_client *c, struct ttmem_record *r,
			     struct ttmem_prealloc *prealloc)
{
	ttmem_record_uncount(c, r, prealloc);
	if (ttmem_pool_has_program(r->pool))
		ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM_RECORD,
				    container_of(r, struct ttmem_program_record, r));
	else
		ttmem_prealloc_push(prealloc, TTMEM_NODE_RECORD, r);
}

/*
 * Free a record with its parts, the first part last. False: that was enough for one hold of the
 * lock, and there are parts left.
 */
bool ttmem_record_drop(struct ttmem_ledger_client *c, struct ttmem_record *head,
		       struct ttmem_prealloc *prealloc)
{
	while (head->next_part) {
		struct ttmem_record *r = head->next_part;

		if (ttmem_ledger_should_yield(c->ledger))
			return false;
		head->next_part = r->next_part;
		head->parts--;
		ttmem_record_end(c, r, prealloc);
	}
	if (c->near_record == head)
		c->near_record = rb_entry_safe(rb_prev(&head->rb), struct ttmem_record, rb);
	rb_erase(&head->rb, &c->records);
	ttmem_record_end(c, head, prealloc);
	return true;
}

/*
 * False: that was enough for one hold of the lock, and there are records left. The first on the
 * program's list is always the first part of its id.
 */
static bool ttmem_program_drop_records(struct ttmem_ledger_client *c, struct ttmem_program *p,
				       struct ttmem_prealloc *prealloc)
{
	while (p->records) {
		struct ttmem_program_record *pr =
			list_first_entry(&p->of_records, struct ttmem_program_record, of_program);

		if (ttmem_ledger_should_yield(c->ledger) || !ttmem_record_drop(c, &pr->r, prealloc))
			return false;
	}
	return true;
}

static int ttmem_record_check_fields(const struct ttmem_ledger_client *c,
				     const struct tt_memstat_entry *e)
{
	const u16 known = TT_MEMSTAT_ENTRY_VIEW | TT_MEMSTAT_ENTRY_SYSTEM |
			  TT_MEMSTAT_ENTRY_PART | TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;

	if (e->flags & ~known || e->pool >= TT_MEMSTAT_POOLS || !(c->covers & BIT(e->pool)))
		return -EINVAL;
	if (e->flags & TT_MEMSTAT_ENTRY_VIEW && e->pool != TT_MEMSTAT_POOL_CB)
		return -EINVAL;
	if (e->flags & TT_MEMSTAT_ENTRY_SYSTEM && e->pool != TT_MEMSTAT_POOL_KERNEL)
		return -EINVAL;
	if (e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM && !e->program)
		return -EINVAL;
	if (e->program && !ttmem_pool_has_program(e->pool))
		return -EINVAL;
	if ((e->addr | e->size) % TT_MEMSTAT_GRANULE)
		return -EINVAL;
	if (!e->size && e->pool != TT_MEMSTAT_POOL_KERNEL && !(e->flags & TT_MEMSTAT_ENTRY_VIEW))
		return -EINVAL;
	return 0;
}

static int ttmem_record_check_place(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e)
{
	unsigned int space = ttmem_pool_space(e->pool);
	struct ttmem_ledger *l = c->ledger;
	struct ttmem_set *set;
	u64 at = e->addr >> TTMEM_GRANULE_SHIFT, len = e->size >> TTMEM_GRANULE_SHIFT, bank;

	if (!(c->pools & BIT(e->pool)))
		return -ENODATA;
	set = ttmem_set_find(c, space, e->set);
	if (!set)
		return -ENOENT;
	if (set->space != space)
		return -EINVAL;
	if (e->pool == TT_MEMSTAT_POOL_KERNEL)
		return len > U32_MAX || l->kernel_app + l->kernel_system > TTMEM_KERNEL_BYTES_MAX ?
			-ERANGE : 0;
	bank = space == TT_MEMSTAT_SPACE_DRAM ? l->dram_len : l->l1_len;
	return len > bank || at > bank - len ? -ERANGE : 0;
}

/* @replaced: whose records go first, or NULL */
static int ttmem_record_check_id(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				 const struct ttmem_program *replaced)
{
	struct ttmem_record *head = ttmem_record_find(c, e->id);
	struct ttmem_program *p;

	if (!head)
		return 0;
	p = ttmem_record_program(head);
	if (replaced && p == replaced)
		return 0;
	if (!(e->flags & head->flags & TT_MEMSTAT_ENTRY_PART) || head->pool != e->pool ||
	    (p && p->id != e->program))
		return -EEXIST;
	return head->parts >= TTMEM_MAX_PARTS ? -ENOSPC : 0;
}

/* Its CBs over their cores, had it this one more; those of a chip's program fit its L1 once. */
static bool ttmem_program_has_room(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				   const struct ttmem_program *p)
{
	const struct ttmem_set *set = ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, e->set);
	u64 more = (e->size >> TTMEM_GRANULE_SHIFT) * set->banks;

	if (p->records >= TTMEM_MAX_PROGRAM_RECORDS || p->nr_sets >= TTMEM_MAX_PROGRAM_SETS)
		return false;
	return e->pool != TT_MEMSTAT_POOL_CB || e->flags & TT_MEMSTAT_ENTRY_VIEW ||
	       p->reach + more <= ttmem_program_reach_max(c);
}

/* Boundaries that the range may cross. */
static bool ttmem_range_has_room(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e)
{
	enum ttmem_map_id map = TTMEM_MAP_LOADED;

	if (e->pool == TT_MEMSTAT_POOL_KERNEL || e->flags & TT_MEMSTAT_ENTRY_VIEW)
		return true;
	if (ttmem_pool_space(e->pool) == TT_MEMSTAT_SPACE_DRAM)
		map = e->set ? TTMEM_MAP_DRAM_PART : TTMEM_MAP_DRAM;
	return ttmem_map_has_room(c, map, (u32)(e->addr >> TTMEM_GRANULE_SHIFT),
				  (u32)(e->size >> TTMEM_GRANULE_SHIFT));
}

/* What one event frees, or looks at, must not be without bound. */
static int ttmem_record_check_room(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				   const struct ttmem_program *replaced)
{
	const struct ttmem_program *p;

	if (!ttmem_range_has_room(c, e))
		return -ENOSPC;
	if (!e->program || replaced)
		return 0;
	p = ttmem_program_find(c, e->program);
	return !p || ttmem_program_has_room(c, e, p) ? 0 : -ENOSPC;
}

/* @replaced: out: the program whose records the entry replaces, or NULL */
static int ttmem_record_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			      struct ttmem_program **replaced)
{
	int ret;

	ret = ttmem_record_check_fields(c, e);
	if (!ret)
		ret = ttmem_record_check_place(c, e);
	if (ret)
		return ret;
	*replaced = e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM ?
		ttmem_program_find(c, e->program) : NULL;
	ret = ttmem_record_check_id(c, e, *replaced);
	return ret ? ret : ttmem_record_check_room(c, e, *replaced);
}

static int ttmem_record_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			      struct ttmem_prealloc *prealloc)
{
	struct ttmem_program *p;
	struct ttmem_record *r;
	int ret;

	ret = ttmem_record_check(c, e, &p);
	if (ret)
		return ret;
	if (p && !ttmem_program_drop_records(c, p, prealloc))
		return TTMEM_AGAIN;
	if (ttmem_pool_has_program(e->pool)) {
		struct ttmem_program_record *pr =
			ttmem_prealloc_pop(prealloc, TTMEM_NODE_PROGRAM_RECORD);

		p = ttmem_program_get(c, e->program, prealloc);
		r = &pr->r;
	} else {
		r = ttmem_prealloc_pop(prealloc, TTMEM_NODE_RECORD);
	}
	r->id = e->id;
	r->at = e->pool == TT_MEMSTAT_POOL_KERNEL ? 0 : (u32)(e->addr >> TTMEM_GRANULE_SHIFT);
	r->len = (u32)(e->size >> TTMEM_GRANULE_SHIFT);
	r->set = (u16)e->set;
	r->pool = (u8)e->pool;
	r->flags = (u8)e->flags;
	ttmem_record_link(c, r);
	ttmem_record_count(c, r, p, prealloc);
	ttmem_snapshot_recorded(c, r->pool);
	return 0;
}

/* Which fields, of those after flags and seq, an op without a place may use. */
static bool ttmem_entry_only(const struct tt_memstat_entry *e, bool id, bool program)
{
	return !e->flags && !e->addr && !e->size && !e->set && !e->pool &&
	       (id || !e->id) && (program || !e->program);
}

static int ttmem_free_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			    struct ttmem_prealloc *prealloc)
{
	struct ttmem_record *head;

	if (!ttmem_entry_only(e, true, false))
		return -EINVAL;
	head = ttmem_record_find(c, e->id);
	if (!head)
		return -ENOENT;
	return ttmem_record_drop(c, head, prealloc) ? 0 : TTMEM_AGAIN;
}

static int ttmem_program_free_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				    struct ttmem_prealloc *prealloc)
{
	struct ttmem_program *p;

	if (!ttmem_entry_only(e, false, true) || !e->program)
		return -EINVAL;
	p = ttmem_program_find(c, e->program);
	if (!p)
		return -ENOENT;
	if (!ttmem_program_drop_records(c, p, prealloc))
		return TTMEM_AGAIN;
	ttmem_program_end(c, p, prealloc);
	return 0;
}

static int ttmem_dispatch_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				u64 now_ns)
{
	struct ttmem_program *p;

	if (!ttmem_entry_only(e, true, true) || !e->program)
		return -EINVAL;
	p = ttmem_program_find(c, e->program);
	if (!p)
		return -ENOENT;
	c->dispatch_time = now_ns;
	c->ledger->dispatch_time = now_ns;
	if (!c->dispatched)
		ttmem_view_touch(c);
	return ttmem_program_dispatch(c, p, e->id);
}

static int ttmem_entry_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			     u64 now_ns, struct ttmem_prealloc *prealloc)
{
	if (e->reserved[0] || e->reserved[1])
		return -EINVAL;
	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		return ttmem_record_apply(c, e, prealloc);
	case TT_MEMSTAT_OP_FREE:
		return ttmem_free_apply(c, e, prealloc);
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		return ttmem_program_free_apply(c, e, prealloc);
	case TT_MEMSTAT_OP_DISPATCH:
		return ttmem_dispatch_apply(c, e, now_ns);
	case TT_MEMSTAT_OP_SNAPSHOT:
		return ttmem_snapshot_apply(c, e, now_ns, prealloc);
	}
	return -EINVAL;
}

/**
 * ttmem_ledger_check() - whether an entry for which there are no nodes would have been taken
 * @c: attached client, not dead
 * @e: a RECORD or SNAPSHOT, by its op
 *
 * Return: 0, or what ttmem_ledger_apply() would have returned. Nothing is counted.
 */
int ttmem_ledger_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e)
{
	struct ttmem_program *replaced;
	struct ttmem_set *set;

	if (e->reserved[0] || e->reserved[1])
		return -EINVAL;
	if (e->op == TT_MEMSTAT_OP_SNAPSHOT)
		return ttmem_snapshot_check(c, e, &set);
	return ttmem_record_check(c, e, &replaced);
}

/**
 * ttmem_ledger_apply() - apply one entry
 * @c: attached client, not dead
 * @e: any bytes
 * @now_ns: the time, for the age of snapshots and dispatches
 * @prealloc: holds at least what ttmem_ledger_need() says; gets back what the event frees
 *
 * What frees or evicts much is taken in steps: TTMEM_AGAIN says that there is more to do than one
 * hold of the lock should last. The books are in order then, and show what is done so far; the same
 * entry goes on with it. Others may report meanwhile, the client itself too.
 *
 * Context: under the chip's lock, after ttmem_ledger_begin(). Never allocates.
 * Return: 0; TTMEM_AGAIN; or the error as documented with struct tt_memstat_entry, with nothing
 * changed but a counter.
 */
int ttmem_ledger_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e, u64 now_ns,
		       struct ttmem_prealloc *prealloc)
{
	int ret;

	ret = ttmem_entry_apply(c, e, now_ns, prealloc);
	if (ret == -ENOSPC) {
		ttmem_ledger_count_dropped(c);
	} else if (ret < 0) {
		ttmem_ledger_count_rejected(c);
	} else {
		c->generation++;
		c->ledger->generation++;
		ttmem_figures_update(c);
	}
	return ret;
}
