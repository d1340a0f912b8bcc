// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots: allocator statistics, stored and replaced, never added up over time.
 *
 * Knows snapshots and when they count. Does not know records.
 *
 * A snapshot counts in the figures while no client of its thread group on the chip has recorded
 * in its pool; after that records are the truth, and it only feeds drift, allocatable and the
 * largest free block.
 */
#include <linux/errno.h>
#include "ledger.h"

int ttmem_snapshot_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			 struct ttmem_set **set)
{
	struct ttmem_ledger *l = c->ledger;
	bool dram = e->pool == TT_MEMSTAT_POOL_DRAM || e->pool == TT_MEMSTAT_POOL_TRACE;
	unsigned int space = dram ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1;
	u64 bank = ttmem_bytes(dram ? l->dram_len : l->l1_len);

	if (e->flags & ~(TT_MEMSTAT_ENTRY_TOTAL | TT_MEMSTAT_ENTRY_LOADED) ||
	    e->pool >= TT_MEMSTAT_POOL_KERNEL || !(c->covers & BIT(e->pool)))
		return -EINVAL;
	if (e->flags & TT_MEMSTAT_ENTRY_LOADED && e->pool != TT_MEMSTAT_POOL_CB)
		return -EINVAL;
	if (e->flags & TT_MEMSTAT_ENTRY_TOTAL && (e->id || e->addr || e->set || e->program))
		return -EINVAL;
	if (!(e->flags & TT_MEMSTAT_ENTRY_TOTAL) && e->addr > e->id)
		return -EINVAL;
	if (!c->arch)
		return -ENODATA;
	*set = ttmem_set_find(c, space, e->set);
	if (!*set)
		return -ENOENT;
	if ((*set)->space != space)
		return -EINVAL;
	if (e->flags & TT_MEMSTAT_ENTRY_TOTAL)
		return e->size > (dram ? ttmem_figures_dram_capacity(l) :
				  ttmem_figures_l1_capacity(l)) ? -ERANGE : 0;
	return e->id > bank || e->size > bank || e->program > bank ? -ERANGE : 0;
}

static struct ttmem_snapshot *ttmem_snapshot_find(struct ttmem_ledger_client *c, unsigned int pool,
						  u32 set)
{
	struct ttmem_snapshot *s;

	list_for_each_entry(s, &c->snapshots, of_client)
		if (s->pool == pool && s->set == set)
			return s;
	return NULL;
}

int ttmem_snapshot_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			 u64 now_ns, struct ttmem_prealloc *prealloc)
{
	struct ttmem_snapshot *s;
	struct ttmem_set *set;
	int ret;

	ret = ttmem_snapshot_check(c, e, &set);
	if (ret)
		return ret;
	s = ttmem_snapshot_find(c, e->pool, e->set);
	if (!s) {
		if (c->nr_snapshots >= TTMEM_MAX_SNAPSHOTS)
			return -ENOSPC;
		s = ttmem_prealloc_pop(prealloc, TTMEM_NODE_SNAPSHOT);
		list_add_tail(&s->of_client, &c->snapshots);
		c->nr_snapshots++;
	}
	s->pool = (u8)e->pool;
	s->set = e->set;
	s->banks = set->banks;
	s->total = e->flags & TT_MEMSTAT_ENTRY_TOTAL;
	s->loaded = e->flags & TT_MEMSTAT_ENTRY_LOADED;
	s->allocatable = e->id;
	s->allocated = e->addr;
	s->free = s->total ? 0 : e->size;
	s->largest = e->program;
	s->bytes = s->total ? e->size : s->allocated * s->banks;
	c->snapshot_time = now_ns;
	ttmem_snapshot_recount(c->ledger);
	return 0;
}

void ttmem_snapshot_drop(struct ttmem_ledger_client *c, u32 pools, struct ttmem_prealloc *prealloc)
{
	struct ttmem_snapshot *s, *next;

	list_for_each_entry_safe(s, next, &c->snapshots, of_client)
		if (pools & BIT(s->pool)) {
			list_del(&s->of_client);
			c->nr_snapshots--;
			ttmem_prealloc_push(prealloc, TTMEM_NODE_SNAPSHOT, s);
		}
}

/* Which pools the client's thread group has recorded in, on this chip. */
static u32 ttmem_group_recorded(struct ttmem_ledger *l, const struct ttmem_ledger_client *c)
{
	struct ttmem_ledger_client *other;
	u32 recorded = 0;

	list_for_each_entry(other, &l->clients, of_ledger)
		if (other->group == c->group)
			recorded |= other->self_recorded;
	return recorded;
}

/**
 * ttmem_snapshot_recount() - work out anew which snapshots count, and what follows for clients
 * @l: the chip; needed whenever a snapshot, a record mode or the list of clients changes. The
 *	chip's own figures are left to the caller.
 */
void ttmem_snapshot_recount(struct ttmem_ledger *l)
{
	struct ttmem_ledger_client *c;
	struct ttmem_snapshot *s;
	unsigned int i;

	l->view_stale = true;
	memset(l->snap, 0, sizeof(l->snap));
	list_for_each_entry(c, &l->clients, of_ledger) {
		memset(c->snap, 0, sizeof(c->snap));
		c->recorded = ttmem_group_recorded(l, c);
		list_for_each_entry(s, &c->snapshots, of_client)
			if (!(c->recorded & BIT(s->pool)))
				c->snap[s->loaded ? TTMEM_SNAP_CB_LOADED : s->pool] += s->bytes;
		for (i = 0; i <= TTMEM_SNAP_CB_LOADED; i++)
			l->snap[i] += c->snap[i];
		if (!c->dead)
			ttmem_figures_update_client(c);
	}
}

/* A record was taken in the pool: from now on records are the truth there. */
void ttmem_snapshot_recorded(struct ttmem_ledger_client *c, unsigned int pool)
{
	if (c->self_recorded & BIT(pool))
		return;
	c->self_recorded |= BIT(pool);
	if (!(c->recorded & BIT(pool)))
		ttmem_snapshot_recount(c->ledger);
}
