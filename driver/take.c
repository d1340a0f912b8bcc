// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries into the trace: what the ledger forgets when it takes one is looked up before, what it
 * finds out after.
 *
 * Knows what the tracepoints of entries show. The ledger knows nothing of them.
 */
#include <linux/errno.h>
#include "take.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

DEFINE_STATIC_KEY_FALSE(ttm_trace_key);

int ttm_trace_on(void)
{
	static_branch_inc(&ttm_trace_key);
	return 0;
}

void ttm_trace_off(void)
{
	static_branch_dec(&ttm_trace_key);
}

/**
 * struct ttm_seen - what there was of an entry's object
 * @there: the record or the program was
 * @pool: of the record
 * @bytes: that the record occupied
 * @clash: dispatches that had clashed
 */
struct ttm_seen {
	bool there;
	u32 pool;
	u64 bytes;
	u64 clash;
};

static u32 ttm_banks(struct ttm_ledger_client *c, unsigned int pool, u32 set)
{
	bool dram = pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE;
	const struct ttm_set *s = ttm_set_find(c, dram ? TT_MEMSTAT_SPACE_DRAM :
							 TT_MEMSTAT_SPACE_L1, set);

	return s ? s->banks : 0;
}

static void ttm_look_record(struct ttm_ledger_client *c, u64 id, struct ttm_seen *seen)
{
	const struct ttm_record *r = ttm_record_find(c, id);

	if (!r)
		return;
	seen->there = true;
	seen->pool = r->pool;
	for (; r; r = r->next_part)
		if (!(r->flags & TT_MEMSTAT_ENTRY_VIEW))
			seen->bytes += ttm_bytes(r->len) * ttm_banks(c, r->pool, r->set);
}

static void ttm_look(struct ttm_ledger_client *c, const struct tt_memstat_entry *e,
		     struct ttm_seen *seen)
{
	seen->clash = c->clash;
	if (e->op == TT_MEMSTAT_OP_FREE)
		ttm_look_record(c, e->id, seen);
	else if (e->program && e->op != TT_MEMSTAT_OP_SNAPSHOT)
		seen->there = ttm_program_find(c, e->program);
}

static void ttm_trace_record(const struct ttm_attachment *a, const struct tt_memstat_entry *e,
			     const struct ttm_seen *seen, u32 banks)
{
	bool replaces = e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;

	if (seen->there && replaces)
		trace_program_free(a, e->program, true);
	if (e->program && (!seen->there || replaces))
		trace_program_load(a, e->program);
	trace_record(a, e, banks);
}

/* What is freed in steps is told in steps. */
static void ttm_trace_free(struct ttm_attachment *a, u64 id, const struct ttm_seen *before)
{
	struct ttm_seen after = {};

	ttm_look_record(&a->books, id, &after);
	trace_free(a, id, before->pool, before->bytes - after.bytes);
}

static void ttm_trace_taken(struct ttm_attachment *a, const struct tt_memstat_entry *e,
			    const struct ttm_seen *before)
{
	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		ttm_trace_record(a, e, before, ttm_banks(&a->books, e->pool, e->set));
		break;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		trace_program_free(a, e->program, false);
		break;
	case TT_MEMSTAT_OP_DISPATCH:
		trace_dispatch(a, e->program, e->id, a->books.clash != before->clash);
		break;
	case TT_MEMSTAT_OP_SNAPSHOT:
		trace_snapshot(a, e, ttm_banks(&a->books, e->pool, e->set));
		break;
	}
}

static void ttm_trace_refused(const struct ttm_attachment *a, const struct tt_memstat_entry *e,
			      int error)
{
	if (error == -ENOSPC || error == -ENOMEM)
		trace_drop(a, e, error);
	else
		trace_reject(a, e, error);
}

/* Under the chip lock. */
int ttm_take_traced(struct ttm_attachment *a, const struct tt_memstat_entry *e, u64 now_ns,
		    struct ttm_fund *fund)
{
	struct ttm_seen before = {};
	int err;

	ttm_look(&a->books, e, &before);
	err = ttm_ledger_take(&a->books, e, now_ns, fund);
	if (err < 0)
		ttm_trace_refused(a, e, err);
	else if (e->op == TT_MEMSTAT_OP_FREE)
		ttm_trace_free(a, e->id, &before);
	else if (!err)
		ttm_trace_taken(a, e, &before);
	return err;
}

/*
 * An entry that is not offered to the ledger: -ENOSPC and -ENOMEM, it would have been taken; other
 * errors, it is wrong. Under the chip lock.
 */
void ttm_refuse(struct ttm_attachment *a, const struct tt_memstat_entry *e, int error)
{
	if (error == -ENOSPC || error == -ENOMEM)
		ttm_ledger_lose(&a->books);
	else
		ttm_ledger_reject(&a->books);
	ttm_trace_refused(a, e, error);
}
