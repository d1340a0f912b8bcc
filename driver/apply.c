// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracing of entries: look up what an entry is about to change, apply it, and report both.
 */
#include "apply.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

DEFINE_STATIC_KEY_FALSE(ttmem_trace_key);

int ttmem_trace_on(void)
{
	static_branch_inc(&ttmem_trace_key);
	return 0;
}

void ttmem_trace_off(void)
{
	static_branch_dec(&ttmem_trace_key);
}

/**
 * struct ttmem_seen - the object of an entry before it is applied
 * @there: the record, or the program, exists
 * @pool: of the record
 * @bytes: that the record occupied
 * @clash: dispatches that had clashed
 */
struct ttmem_seen {
	bool there;
	u32 pool;
	u64 bytes;
	u64 clash;
};

static u32 ttmem_banks(struct ttmem_ledger_client *c, unsigned int pool, u32 set)
{
	const struct ttmem_set *s = ttmem_set_find(c, ttmem_pool_space(pool), set);

	return s ? s->banks : 0;
}

static void ttmem_look_record(struct ttmem_ledger_client *c, u64 id, struct ttmem_seen *seen)
{
	const struct ttmem_record *r = ttmem_record_find(c, id);

	if (!r)
		return;
	seen->there = true;
	seen->pool = r->pool;
	for (; r; r = r->next_part)
		if (!(r->flags & TT_MEMSTAT_ENTRY_VIEW))
			seen->bytes += ttmem_bytes(r->len) * ttmem_banks(c, r->pool, r->set);
}

static void ttmem_look(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
		       struct ttmem_seen *seen)
{
	seen->clash = c->sums.clash;
	if (e->op == TT_MEMSTAT_OP_FREE)
		ttmem_look_record(c, e->id, seen);
	else if (e->program && e->op != TT_MEMSTAT_OP_SNAPSHOT)
		seen->there = ttmem_program_find(c, e->program);
}

static void ttmem_trace_record(const struct ttmem_attachment *a, const struct tt_memstat_entry *e,
			       const struct ttmem_seen *seen, u32 banks)
{
	bool replaces = e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;

	if (seen->there && replaces)
		trace_program_free(a, e->program, true);
	if (e->program && (!seen->there || replaces))
		trace_program_load(a, e->program);
	trace_record(a, e, banks);
}

/* A record that is freed in steps gets an event for each step. */
static void ttmem_trace_free(struct ttmem_attachment *a, u64 id, const struct ttmem_seen *before)
{
	struct ttmem_seen after = {};

	ttmem_look_record(&a->books, id, &after);
	if (before->bytes != after.bytes || !after.there)
		trace_free(a, id, before->pool, before->bytes - after.bytes);
}

static void ttmem_trace_applied(struct ttmem_attachment *a, const struct tt_memstat_entry *e,
				const struct ttmem_seen *before)
{
	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		ttmem_trace_record(a, e, before, ttmem_banks(&a->books, e->pool, e->set));
		break;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		trace_program_free(a, e->program, false);
		break;
	case TT_MEMSTAT_OP_DISPATCH:
		trace_dispatch(a, e->program, e->id, a->books.sums.clash != before->clash);
		break;
	case TT_MEMSTAT_OP_SNAPSHOT:
		trace_snapshot(a, e, ttmem_banks(&a->books, e->pool, e->set));
		break;
	}
}

static void ttmem_trace_refused(const struct ttmem_attachment *a, const struct tt_memstat_entry *e,
				int error)
{
	if (error == -ENOSPC || error == -ENOMEM)
		trace_entry_drop(a, e, error);
	else
		trace_entry_reject(a, e, error);
}

/*
 * Under the chip lock. Trace a record when it begins, a free in each step, and everything else when
 * it is complete.
 */
int ttmem_apply_traced(struct ttmem_attachment *a, const struct tt_memstat_entry *e, u64 now_ns,
		       struct ttmem_prealloc *prealloc)
{
	const struct ttmem_op *op = &a->books.op;
	bool resumed = op->active, traced = !resumed && prealloc->begun;
	struct tt_memstat_entry of = resumed ? op->entry : *e;
	struct ttmem_seen before = {};
	int err;

	ttmem_look(&a->books, &of, &before);
	err = ttmem_ledger_apply(&a->books, e, now_ns, prealloc);
	if (err < 0)
		ttmem_trace_refused(a, e, err);
	else if (traced)
		return err;
	else if (of.op == TT_MEMSTAT_OP_FREE)
		ttmem_trace_free(a, of.id, &before);
	else if (of.op == TT_MEMSTAT_OP_RECORD ? !resumed : !op->active)
		ttmem_trace_applied(a, &of, &before);
	return err;
}

/*
 * An entry that is not offered to the ledger: -ENOSPC and -ENOMEM, it would have been taken; other
 * errors, it is wrong. Under the chip lock.
 */
void ttmem_refuse(struct ttmem_attachment *a, const struct tt_memstat_entry *e, int error)
{
	if (error == -ENOSPC || error == -ENOMEM)
		ttmem_ledger_count_dropped(&a->books);
	else
		ttmem_ledger_count_rejected(&a->books);
	ttmem_trace_refused(a, e, error);
}
