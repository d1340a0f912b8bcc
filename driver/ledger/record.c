// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Records: the nodes that an entry needs, its checks, and its coverage.
 *
 * Everything is checked before anything is changed. A record takes its nodes when it begins and is
 * then covered, or uncovered, hold by hold of the lock, from struct ttmem_op. Step functions return
 * false when the work of the hold is used up and are called again; most are named *_run.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include "ledger.h"

#define TTMEM_RECORD_WORK	8	/* of a record, beside its coverage */

/* The first range in a map provides the reserve for cuts. */
static void ttmem_need_range(const struct ttmem_ledger_client *c, struct ttmem_need *need,
			     enum ttmem_map_id map)
{
	unsigned int type = TTMEM_NODE_CLIENT_BOUNDARY + map;
	u32 count = 2;

	if (!(READ_ONCE(c->reserved) & BIT(map)) && !need->type[type])
		count += TTMEM_RESERVE;
	ttmem_need_add(need, type, count);
	ttmem_need_add(need, TTMEM_NODE_CHIP_BOUNDARY + map, count);
}

/**
 * ttmem_ledger_need() - add the nodes that an entry may need to @need
 * @c: its client
 * @e: any bytes; an entry that ttmem_ledger_apply() will refuse may need nothing
 * @need: added to
 *
 * An entry of which ttmem_ledger_needs() is false needs nothing.
 */
void ttmem_ledger_need(const struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
		       struct ttmem_need *need)
{
	if (e->op == TT_MEMSTAT_OP_SNAPSHOT)
		ttmem_need_add(need, TTMEM_NODE_SNAPSHOT, 1);
	if (e->op != TT_MEMSTAT_OP_RECORD)
		return;
	switch (e->pool) {
	case TT_MEMSTAT_POOL_DRAM:
	case TT_MEMSTAT_POOL_TRACE:
		ttmem_need_add(need, TTMEM_NODE_RECORD, 1);
		ttmem_need_range(c, need, e->set ? TTMEM_MAP_DRAM_PART : TTMEM_MAP_DRAM);
		break;
	case TT_MEMSTAT_POOL_L1:
	case TT_MEMSTAT_POOL_L1_SMALL:
		ttmem_need_add(need, TTMEM_NODE_RECORD, 1);
		ttmem_need_range(c, need, TTMEM_MAP_USED);
		ttmem_need_range(c, need, TTMEM_MAP_LOADED);
		break;
	case TT_MEMSTAT_POOL_CB:
		if (!(e->flags & TT_MEMSTAT_ENTRY_VIEW)) {
			ttmem_need_add(need, TTMEM_NODE_PROGRAM_BOUNDARY, 2);
			ttmem_need_range(c, need, TTMEM_MAP_USED);
			ttmem_need_range(c, need, TTMEM_MAP_LOADED);
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
 * The record, or NULL and the place to link it. Ids mostly come in order, so try the neighbours of
 * the last record before the tree is searched.
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

static void ttmem_kernel_count(struct ttmem_ledger_client *c, const struct ttmem_record *r,
			       bool add)
{
	u64 bytes = ttmem_bytes(r->len) * ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, r->set)->banks;

	if (!add)
		bytes = -bytes;
	if (r->flags & TT_MEMSTAT_ENTRY_SYSTEM) {
		c->sums.kernel_system += bytes;
		c->ledger->sums.kernel_system += bytes;
	} else {
		c->sums.kernel_app += bytes;
		c->ledger->sums.kernel_app += bytes;
	}
}

/* Begin to cover, or uncover, a record's range in the map for which it notes its boundary. */
static void ttmem_range_begin(struct ttmem_ledger_client *c, struct ttmem_record *r,
			      enum ttmem_map_id map, unsigned int class, const unsigned long *banks,
			      bool add, struct ttmem_prealloc *prealloc)
{
	if (add)
		r->from = ttmem_map_add_begin(c, map, class, banks, r->at, r->len, prealloc);
	else
		ttmem_map_remove_begin(c, map, class, banks, r->from, r->len);
}

/* Set 0 of DRAM is all banks for every client: its map has one count for all of them. */
static void ttmem_dram_begin(struct ttmem_ledger_client *c, struct ttmem_record *r, bool add,
			     struct ttmem_prealloc *prealloc)
{
	enum ttmem_map_id map = r->set ? TTMEM_MAP_DRAM_PART : TTMEM_MAP_DRAM;
	struct ttmem_set *set = ttmem_set_find(c, TT_MEMSTAT_SPACE_DRAM, r->set);
	unsigned int class = r->pool == TT_MEMSTAT_POOL_DRAM ? TTMEM_CLASS_DRAM : TTMEM_CLASS_TRACE;
	static const unsigned long one[BITS_TO_LONGS(TTMEM_MAX_CORES)] = { 1 };

	ttmem_range_begin(c, r, map, class, r->set ? set->map : one, add, prealloc);
}

/* Begin with one of a buffer's two maps: LOADED first and last, as it brings the nodes of USED. */
static void ttmem_l1_begin(struct ttmem_ledger_client *c, struct ttmem_record *r, bool add,
			   bool loaded, struct ttmem_prealloc *prealloc)
{
	struct ttmem_set *set = ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, r->set);
	unsigned int class = r->pool == TT_MEMSTAT_POOL_L1 ? TTMEM_CLASS_L1 : TTMEM_CLASS_SMALL;

	if (loaded)
		ttmem_range_begin(c, r, TTMEM_MAP_LOADED, TTMEM_CLASS_BUFFERS, set->map, add,
				  prealloc);
	else if (add)
		ttmem_map_add_begin(c, TTMEM_MAP_USED, class, set->map, r->at, r->len, prealloc);
	else
		ttmem_map_remove_begin(c, TTMEM_MAP_USED, class, set->map,
				       ttmem_boundary_floor(&c->coverage.map[TTMEM_MAP_USED],
							    r->at),
				       r->len);
}

/* Begin to cover a record, which takes all nodes that it needs, or to uncover it. */
static void ttmem_record_begin(struct ttmem_ledger_client *c, struct ttmem_record *r, bool add,
			       struct ttmem_prealloc *prealloc)
{
	c->op.record = r;
	c->op.second = false;
	c->op.at = r->at;
	if (ttmem_pool_space(r->pool) == TT_MEMSTAT_SPACE_DRAM)
		ttmem_dram_begin(c, r, add, prealloc);
	else if (!ttmem_pool_has_program(r->pool))
		ttmem_l1_begin(c, r, add, add, prealloc);
	else if (add)
		ttmem_program_add(c, container_of(r, struct ttmem_program_record, r), prealloc);
}

/* Continue with a CB: it, too, is in LOADED first and last. */
static bool ttmem_cb_run(struct ttmem_ledger_client *c, struct ttmem_program_record *pr, bool add,
			 struct ttmem_prealloc *prealloc)
{
	if (!ttmem_program_record_counts(pr))
		return true;
	if (!ttmem_map_run(c, prealloc))
		return false;
	if (c->op.second)
		return true;
	if (!ttmem_program_cover(c, pr, add, prealloc))
		return false;
	if (add)
		return true;
	c->op.second = true;
	ttmem_map_remove_begin(c, TTMEM_MAP_LOADED, TTMEM_CLASS_CB_LOADED, pr->pset->set->map,
			       pr->r.from, pr->r.len);
	return ttmem_map_run(c, prealloc);
}

/* Continue to cover, or uncover, op.record. */
static bool ttmem_record_run(struct ttmem_ledger_client *c, bool add,
			     struct ttmem_prealloc *prealloc)
{
	struct ttmem_record *r = c->op.record;

	if (ttmem_pool_has_program(r->pool))
		return ttmem_cb_run(c, container_of(r, struct ttmem_program_record, r), add,
				    prealloc);
	if (!ttmem_map_run(c, prealloc))
		return false;
	if (c->op.second || ttmem_pool_space(r->pool) == TT_MEMSTAT_SPACE_DRAM)
		return true;
	c->op.second = true;
	ttmem_l1_begin(c, r, add, !add, prealloc);
	return ttmem_map_run(c, prealloc);
}

/* Count a record, or discount it. */
static void ttmem_record_count(struct ttmem_ledger_client *c, const struct ttmem_record *r,
			       bool add)
{
	c->sums.records += add ? 1 : -1;
	c->ledger->sums.records += add ? 1 : -1;
	if (r->pool == TT_MEMSTAT_POOL_KERNEL)
		ttmem_kernel_count(c, r, add);
}

/* End a record that covers nothing any more. */
static void ttmem_record_end(struct ttmem_ledger_client *c, struct ttmem_record *r,
			     struct ttmem_prealloc *prealloc)
{
	ttmem_record_count(c, r, false);
	if (ttmem_pool_has_program(r->pool)) {
		struct ttmem_program_record *pr = container_of(r, struct ttmem_program_record, r);

		ttmem_program_del(c, pr, prealloc);
		ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM_RECORD, pr);
	} else {
		ttmem_prealloc_push(prealloc, TTMEM_NODE_RECORD, r);
	}
}

/* Continue to free op.head, if set, and its parts, the first part last. */
bool ttmem_record_free_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	struct ttmem_op *op = &c->op;
	struct ttmem_record *head, *r;

	while ((head = op->head)) {
		if (!op->record) {
			if (ttmem_ledger_should_yield(c->ledger))
				return false;
			c->ledger->work += TTMEM_RECORD_WORK;
			ttmem_record_begin(c, head->next_part ?: head, false, prealloc);
		}
		r = op->record;
		if (!ttmem_record_run(c, false, prealloc))
			return false;
		op->record = NULL;
		if (r != head) {
			head->next_part = r->next_part;
			head->parts--;
		} else {
			op->head = NULL;
			if (c->near_record == head)
				c->near_record = rb_entry_safe(rb_prev(&head->rb),
							       struct ttmem_record, rb);
			rb_erase(&head->rb, &c->records);
		}
		ttmem_record_end(c, r, prealloc);
	}
	return true;
}

/*
 * Continue to free the records of op.program. The first on its list is always the first part of its
 * id.
 */
bool ttmem_program_free_records_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	struct ttmem_program *p = c->op.program;

	while (ttmem_record_free_run(c, prealloc)) {
		if (!p->records)
			return true;
		c->op.head = &list_first_entry(&p->of_records, struct ttmem_program_record,
					       of_program)->r;
	}
	return false;
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
	/* A kernel has no place, and may be reported as a sum over all cores. */
	if (e->pool == TT_MEMSTAT_POOL_KERNEL)
		return e->size > TTMEM_KERNEL_BYTES_MAX ? -ERANGE : 0;
	bank = space == TT_MEMSTAT_SPACE_DRAM ? l->dram_len : l->l1_len;
	return len > bank || at > bank - len ? -ERANGE : 0;
}

/* @replaced: the program whose records are freed first, or NULL */
static int ttmem_record_check_id(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				 const struct ttmem_program *replaced)
{
	struct ttmem_record *head = ttmem_record_find(c, e->id);
	struct ttmem_program *p;

	if (!head)
		return 0;
	p = ttmem_pool_has_program(head->pool) ?
		container_of(head, struct ttmem_program_record, r)->program : NULL;
	if (replaced && p == replaced)
		return 0;
	if (!(e->flags & head->flags & TT_MEMSTAT_ENTRY_PART) || head->pool != e->pool ||
	    (p && p->id != e->program))
		return -EEXIST;
	return head->parts >= TTMEM_MAX_PARTS ? -ENOSPC : 0;
}

/* A dispatch may look at each record of a program in one step, so bound their number. */
static int ttmem_record_check_room(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				   const struct ttmem_program *replaced)
{
	const struct ttmem_program *p = e->program && !replaced ?
		ttmem_program_find(c, e->program) : NULL;

	return p && p->records >= TTMEM_MAX_PROGRAM_RECORDS ? -ENOSPC : 0;
}

/* @replaced: out: the program whose records the entry replaces, or NULL */
int ttmem_record_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
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

/* Make the record from @nodes and begin to cover it. */
static void ttmem_record_make(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			      struct ttmem_prealloc *nodes)
{
	struct ttmem_record *r;

	if (ttmem_pool_has_program(e->pool)) {
		struct ttmem_program_record *pr =
			ttmem_prealloc_pop(nodes, TTMEM_NODE_PROGRAM_RECORD);

		pr->program = ttmem_program_get(c, e->program, nodes);
		r = &pr->r;
	} else {
		r = ttmem_prealloc_pop(nodes, TTMEM_NODE_RECORD);
	}
	r->id = e->id;
	r->at = e->pool == TT_MEMSTAT_POOL_KERNEL ? 0 : (u32)(e->addr >> TTMEM_GRANULE_SHIFT);
	r->len = (u32)(e->size >> TTMEM_GRANULE_SHIFT);
	r->set = (u16)e->set;
	r->pool = (u8)e->pool;
	r->flags = (u8)e->flags;
	ttmem_record_link(c, r);
	ttmem_record_count(c, r, true);
	ttmem_record_begin(c, r, true, nodes);
}

/* Keep the nodes of a record that replaces a program until that program is gone. */
static void ttmem_reserve_for(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			      struct ttmem_prealloc *prealloc)
{
	struct ttmem_need need = {};
	unsigned int type;

	ttmem_ledger_need(c, e, &need);
	c->reserve.arch = c->ledger->arch;
	while (ttmem_node_types_next(&need.types, &type))
		while (need.type[type]-- && prealloc->type[type].count)
			ttmem_prealloc_give(&c->reserve, prealloc, type);
}

/* Return the nodes that were not needed. */
static void ttmem_reserve_trim(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	u32 types = c->reserve.types;
	unsigned int type;

	while (ttmem_node_types_next(&types, &type))
		while (c->reserve.type[type].count >
		       (type < TTMEM_NODE_CLIENT_BOUNDARY ? 0 : TTMEM_RESERVE))
			ttmem_prealloc_give(prealloc, &c->reserve, type);
}

int ttmem_record_event(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
		       struct ttmem_prealloc *prealloc)
{
	struct ttmem_program *replaced;
	int ret;

	ret = ttmem_record_check(c, e, &replaced);
	if (ret)
		return ret;
	ttmem_snapshot_recorded(c, e->pool);
	c->op.program = replaced;
	if (replaced)
		ttmem_reserve_for(c, e, prealloc);
	else
		ttmem_record_make(c, e, prealloc);
	return 0;
}

/* Continue with a record; free the program that it replaces first. */
bool ttmem_record_event_run(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			    struct ttmem_prealloc *prealloc)
{
	if (c->op.program) {
		if (!ttmem_program_free_records_run(c, prealloc))
			return false;
		c->op.program = NULL;
		ttmem_record_make(c, e, &c->reserve);
		ttmem_reserve_trim(c, prealloc);
	}
	if (!ttmem_record_run(c, true, prealloc))
		return false;
	c->op.record = NULL;
	return true;
}
