// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Events: check an entry, apply it, and continue one that goes in steps.
 *
 * A client has one event under way, in struct ttmem_op. The next call for the client continues it,
 * no matter which caller began it.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include "ledger.h"

/* Whether an entry without a place uses no field but those allowed. */
static bool ttmem_entry_only(const struct tt_memstat_entry *e, bool id, bool program)
{
	return !e->flags && !e->addr && !e->size && !e->set && !e->pool &&
	       (id || !e->id) && (program || !e->program);
}

static int ttmem_free_event(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e)
{
	if (!ttmem_entry_only(e, true, false))
		return -EINVAL;
	c->op.head = ttmem_record_find(c, e->id);
	return c->op.head ? 0 : -ENOENT;
}

/* An entry of a program; @id: it may have an id, too. */
static int ttmem_program_event(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			       bool id)
{
	if (!ttmem_entry_only(e, id, true) || !e->program)
		return -EINVAL;
	c->op.program = ttmem_program_find(c, e->program);
	return c->op.program ? 0 : -ENOENT;
}

static bool ttmem_program_free_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	if (!ttmem_program_free_records_run(c, prealloc))
		return false;
	ttmem_program_end(c, c->op.program, prealloc);
	return true;
}

static int ttmem_dispatch_event(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
				u64 now_ns)
{
	int ret = ttmem_program_event(c, e, true);

	if (ret)
		return ret;
	c->sums.dispatch_time = now_ns;
	c->ledger->sums.dispatch_time = now_ns;
	if (!c->sums.dispatched)
		ttmem_view_invalidate(c);
	ttmem_program_dispatch_begin(c);
	return 0;
}

/* Check an entry and note in op what ttmem_event_run() is to do. */
static int ttmem_event_begin(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			     u64 now_ns, struct ttmem_prealloc *prealloc)
{
	if (e->reserved[0] || e->reserved[1])
		return -EINVAL;
	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		return ttmem_record_event(c, e, prealloc);
	case TT_MEMSTAT_OP_FREE:
		return ttmem_free_event(c, e);
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		return ttmem_program_event(c, e, false);
	case TT_MEMSTAT_OP_DISPATCH:
		return ttmem_dispatch_event(c, e, now_ns);
	case TT_MEMSTAT_OP_SNAPSHOT:
		return ttmem_snapshot_apply(c, e, now_ns, prealloc);
	}
	return -EINVAL;
}

/* Continue to drop the records of the pools. */
static bool ttmem_drop_records_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	struct ttmem_op *op = &c->op;
	struct ttmem_record *r, *next;

	if (!ttmem_record_free_run(c, prealloc))
		return false;
	for (r = ttmem_by_id_from(&c->records, op->drop_next); r; r = next) {
		op->drop_next = r->id;
		if (ttmem_ledger_should_yield(c->ledger))
			return false;
		c->ledger->work++;
		next = rb_entry_safe(rb_next(&r->rb), struct ttmem_record, rb);
		op->head = op->drop_pools & BIT(r->pool) ? r : NULL;
		if (!ttmem_record_free_run(c, prealloc))
			return false;
	}
	return true;
}

/* Continue with programs: free those without records, forget the dispatches of the others. */
static bool ttmem_drop_programs_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	struct ttmem_op *op = &c->op;
	struct ttmem_program *p, *next;

	if (!(op->drop_pools & (BIT(TT_MEMSTAT_POOL_CB) | BIT(TT_MEMSTAT_POOL_KERNEL))))
		return true;
	if (!ttmem_program_set_run(c))
		return false;
	for (p = ttmem_by_id_from(&c->programs, op->drop_next); p; p = next) {
		op->drop_next = p->id;
		if (ttmem_ledger_should_yield(c->ledger))
			return false;
		c->ledger->work++;
		next = rb_entry_safe(rb_next(&p->rb), struct ttmem_program, rb);
		if (!p->records)
			ttmem_program_end(c, p, prealloc);
		else if (op->drop_pools & BIT(TT_MEMSTAT_POOL_CB) &&
			 !ttmem_program_forget_dispatches(c, p))
			return false;
	}
	return true;
}

static bool ttmem_drop_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	struct ttmem_op *op = &c->op;

	if (!op->drop_programs) {
		if (!ttmem_drop_records_run(c, prealloc))
			return false;
		op->drop_programs = true;
		op->drop_next = 0;
	}
	if (!ttmem_drop_programs_run(c, prealloc))
		return false;
	if (op->drop_pools & BIT(TT_MEMSTAT_POOL_CB))
		c->sums.dispatched = false;
	ttmem_snapshot_drop(c, op->drop_pools, prealloc);
	c->lost = false;
	ttmem_view_invalidate(c);
	return true;
}

/* Continue with the event. */
static bool ttmem_event_run(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			    struct ttmem_prealloc *prealloc)
{
	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		return ttmem_record_event_run(c, e, prealloc);
	case TT_MEMSTAT_OP_FREE:
		return ttmem_record_free_run(c, prealloc);
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		return ttmem_program_free_run(c, prealloc);
	case TT_MEMSTAT_OP_DISPATCH:
		return ttmem_program_dispatch_run(c, e->id);
	case TTMEM_OP_DROP:
		return ttmem_drop_run(c, prealloc);
	}
	return true;
}

/**
 * ttmem_ledger_check() - check an entry for which there are no nodes
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

/* Continue with the event under way, if there is one. */
bool ttmem_op_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	if (!c->op.active)
		return true;
	if (!ttmem_event_run(c, &c->op.entry, prealloc))
		return false;
	c->ledger->dispatching -= ttmem_op_is_dispatch(c);
	c->op.active = false;
	return true;
}

/* Another caller may have finished the event that this one began. */
static int ttmem_op_resume(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	if (prealloc->begun && (!c->op.active || c->op.owner != prealloc)) {
		prealloc->begun = false;
		return 0;
	}
	if (!ttmem_op_run(c, prealloc) || !prealloc->begun)
		return TTMEM_AGAIN;
	prealloc->begun = false;
	return 0;
}

/* Make the event the one under way. */
static void ttmem_op_set(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			 struct ttmem_prealloc *prealloc)
{
	c->op.active = true;
	c->op.entry = *e;
	c->op.owner = prealloc;
	prealloc->begun = true;
	c->ledger->dispatching += ttmem_op_is_dispatch(c);
}

/**
 * ttmem_ledger_apply() - apply one entry
 * @c: attached client, not dead
 * @e: any bytes
 * @now_ns: the time, for the age of snapshots and dispatches
 * @prealloc: holds at least the nodes of ttmem_ledger_need(); gets the nodes that the event frees
 *
 * Long events go in steps: TTMEM_AGAIN says that the work of the hold is used up. The books are
 * consistent then and show the event as far as it has come; offer the same entry with the same
 * prealloc, which needs no more nodes, to continue. A client has one event under way: a caller that
 * offers another entry meanwhile, with another prealloc, continues the first event and gets
 * TTMEM_AGAIN until its own entry is taken. A caller that gives up clears @prealloc->begun: the
 * next event of the client finishes the one that it leaves.
 *
 * Context: under the chip's lock, after ttmem_ledger_begin(). Never allocates.
 * Return: 0; TTMEM_AGAIN; or the error as documented with struct tt_memstat_entry, with nothing
 * changed but a counter.
 */
int ttmem_ledger_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e, u64 now_ns,
		       struct ttmem_prealloc *prealloc)
{
	int ret;

	if (unlikely(c->op.active || prealloc->begun)) {
		ret = ttmem_op_resume(c, prealloc);
	} else {
		ret = ttmem_event_begin(c, e, now_ns, prealloc);
		if (!ret && !ttmem_event_run(c, e, prealloc)) {
			ttmem_op_set(c, e, prealloc);
			ret = TTMEM_AGAIN;
		}
	}
	if (ret == -ENOSPC) {
		ttmem_ledger_count_dropped(c);
	} else if (ret < 0) {
		ttmem_ledger_count_rejected(c);
	} else {
		c->sums.generation++;
		c->ledger->sums.generation++;
		ttmem_figures_update(c);
	}
	return ret;
}

/**
 * ttmem_ledger_run_dispatch() - continue a dispatch that its caller may have given up
 * @l: the chip's books
 *
 * Context: under the chip's lock, after ttmem_ledger_begin().
 * Return: the client whose dispatch it is; NULL: there is none in progress.
 */
struct ttmem_ledger_client *ttmem_ledger_run_dispatch(struct ttmem_ledger *l)
{
	struct ttmem_ledger_client *c;

	list_for_each_entry(c, &l->clients, of_ledger)
		if (!c->dead && ttmem_op_is_dispatch(c)) {
			ttmem_op_run(c, NULL);
			c->sums.generation++;
			l->sums.generation++;
			ttmem_figures_update(c);
			return c;
		}
	return NULL;
}

/**
 * ttmem_ledger_drop() - forget the records and snapshots of some pools, in steps
 * @c: attached client, not dead
 * @pools: mask of 1 << pool
 * @prealloc: gets freed nodes; the same in each step
 *
 * As with ttmem_ledger_apply(), another caller may continue it, and this call may first continue
 * the event of another caller.
 *
 * Return: false once the drop is done.
 */
bool ttmem_ledger_drop(struct ttmem_ledger_client *c, u32 pools, struct ttmem_prealloc *prealloc)
{
	const struct tt_memstat_entry drop = { .op = TTMEM_OP_DROP };
	bool more;

	if (!c->op.active && !prealloc->begun) {
		c->op.drop_pools = pools;
		c->op.drop_programs = false;
		c->op.drop_next = 0;
		ttmem_op_set(c, &drop, prealloc);
	}
	more = ttmem_op_resume(c, prealloc) == TTMEM_AGAIN;
	c->sums.generation += !more;
	c->ledger->sums.generation += !more;
	ttmem_figures_update(c);
	return more;
}
