// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Snapshots: allocator statistics, replaced and never added up over time.
 *
 * A snapshot counts in the figures until a client of its thread group on the chip records in its
 * pool. From then on records count, and the snapshot only feeds drift, allocatable bytes and the
 * largest free block.
 */
#include <linux/errno.h>
#include "../geometry.h"
#include "ledger.h"

int ttmem_snapshot_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			 struct ttmem_set **set)
{
	struct ttmem_ledger *l = c->ledger;
	unsigned int space = ttmem_pool_space(e->pool);
	bool dram = space == TT_MEMSTAT_SPACE_DRAM;
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
	if (!(c->pools & BIT(e->pool)))
		return -ENODATA;
	*set = ttmem_set_find(c, space, e->set);
	if (!*set)
		return -ENOENT;
	if ((*set)->space != space)
		return -EINVAL;
	if (e->flags & TT_MEMSTAT_ENTRY_TOTAL)
		return e->size > (dram ? ttmem_geometry_dram(&c->geometry) :
				  ttmem_geometry_l1(&c->geometry)) ? -ERANGE : 0;
	return e->id > bank || e->size > bank || e->program > bank ? -ERANGE : 0;
}

/* The largest first; kernels before 5.12 have no rb_add_cached(). */
static void ttmem_snapshot_add_largest(struct rb_root_cached *tree, struct ttmem_snapshot *s)
{
	struct rb_node **link = &tree->rb_root.rb_node, *parent = NULL;
	bool first = true;

	while (*link) {
		parent = *link;
		if (s->largest > rb_entry(parent, struct ttmem_snapshot, of_largest)->largest) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			first = false;
		}
	}
	rb_link_node(&s->of_largest, parent, link);
	rb_insert_color_cached(&s->of_largest, tree, first);
}

/* Add a snapshot to the client's sums, or subtract it. */
static void ttmem_snapshot_account(struct ttmem_ledger_client *c, struct ttmem_snapshot *s,
				   bool add)
{
	struct ttmem_snapshot_sum *sum = &c->sum[s->loaded ? TTMEM_SNAP_CB_LOADED : s->pool];
	struct rb_root_cached *largest = &c->largest[s->set->space];

	sum->bytes += add ? s->bytes : -s->bytes;
	sum->count += add ? 1 : -1;
	if (s->total) {
		sum->totals += add ? 1 : -1;
		return;
	}
	if (s->set->space == TT_MEMSTAT_SPACE_DRAM) {
		c->allocatable += add ? s->allocatable * s->set->banks :
					-(s->allocatable * s->set->banks);
		c->nr_allocatable += add ? 1 : -1;
	}
	if (s->pool != TT_MEMSTAT_POOL_L1 && s->pool != TT_MEMSTAT_POOL_DRAM)
		return;
	if (add)
		ttmem_snapshot_add_largest(largest, s);
	else
		rb_erase_cached(&s->of_largest, largest);
}

static struct ttmem_snapshot *ttmem_snapshot_find(struct ttmem_set *set, unsigned int pool)
{
	struct ttmem_snapshot *s;

	hlist_for_each_entry(s, &set->snapshots, of_set)
		if (s->pool == pool)
			return s;
	return NULL;
}

/* Sum up the snapshots that count, by pool. */
static void ttmem_snapshot_count(struct ttmem_ledger_client *c)
{
	struct ttmem_ledger *l = c->ledger;
	unsigned int i;

	for (i = 0; i <= TTMEM_SNAP_CB_LOADED; i++) {
		l->snap[i] -= c->snap[i];
		c->snap[i] = c->recorded & BIT(ttmem_snapshot_pool(i)) ? 0 : c->sum[i].bytes;
		l->snap[i] += c->snap[i];
	}
	ttmem_view_invalidate(c);
}

/* Set in which of @pools the client's thread group has recorded. */
static void ttmem_snapshot_group_recorded(struct ttmem_ledger_client *c, u32 pools, u32 recorded)
{
	struct ttmem_ledger_client *other;

	list_for_each_entry(other, &c->ledger->clients, of_ledger) {
		if (other->group != c->group)
			continue;
		other->recorded = (other->recorded & ~pools) | (recorded & pools);
		ttmem_snapshot_count(other);
		if (!other->dead)
			ttmem_figures_update_client(other);
	}
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
	s = ttmem_snapshot_find(set, e->pool);
	if (s) {
		ttmem_snapshot_account(c, s, false);
	} else {
		if (c->nr_snapshots >= TTMEM_MAX_SNAPSHOTS)
			return -ENOSPC;
		s = ttmem_prealloc_pop(prealloc, TTMEM_NODE_SNAPSHOT);
		s->pool = (u8)e->pool;
		s->set = set;
		hlist_add_head(&s->of_set, &set->snapshots);
		list_add_tail(&s->of_client, &c->snapshots);
		c->nr_snapshots++;
	}
	s->total = e->flags & TT_MEMSTAT_ENTRY_TOTAL;
	s->loaded = e->flags & TT_MEMSTAT_ENTRY_LOADED;
	s->allocatable = e->id;
	s->largest = e->program;
	s->bytes = s->total ? e->size : e->addr * set->banks;
	ttmem_snapshot_account(c, s, true);
	c->snapshot_time = now_ns;
	ttmem_snapshot_count(c);
	return 0;
}

static void ttmem_snapshot_end(struct ttmem_ledger_client *c, struct ttmem_snapshot *s,
			       struct ttmem_prealloc *prealloc)
{
	hlist_del(&s->of_set);
	ttmem_snapshot_account(c, s, false);
	list_del(&s->of_client);
	c->nr_snapshots--;
	ttmem_prealloc_push(prealloc, TTMEM_NODE_SNAPSHOT, s);
}

/* Drop the client's snapshots of some pools, and that it has recorded there. */
void ttmem_snapshot_drop(struct ttmem_ledger_client *c, u32 pools, struct ttmem_prealloc *prealloc)
{
	struct ttmem_ledger_client *other;
	struct ttmem_snapshot *s, *next;
	u32 recorded = 0;

	list_for_each_entry_safe(s, next, &c->snapshots, of_client)
		if (pools & BIT(s->pool))
			ttmem_snapshot_end(c, s, prealloc);
	c->self_recorded &= ~pools;
	list_for_each_entry(other, &c->ledger->clients, of_ledger)
		if (other->group == c->group)
			recorded |= other->self_recorded;
	ttmem_snapshot_group_recorded(c, pools, recorded);
}

/* A new client inherits the pools that its thread group has recorded in. */
void ttmem_snapshot_join(struct ttmem_ledger_client *c)
{
	const struct ttmem_ledger_client *other;

	list_for_each_entry(other, &c->ledger->clients, of_ledger)
		if (other->group == c->group)
			c->recorded |= other->recorded;
}

/*
 * A client has gone. Its thread group keeps the pools that it recorded in: while all clients of a
 * process go, an old snapshot of one of them must not count again.
 */
void ttmem_snapshot_leave(struct ttmem_ledger_client *c)
{
	unsigned int i;

	for (i = 0; i <= TTMEM_SNAP_CB_LOADED; i++)
		c->ledger->snap[i] -= c->snap[i];
}

/* A record was taken in the pool: its snapshots no longer count. */
void ttmem_snapshot_recorded(struct ttmem_ledger_client *c, unsigned int pool)
{
	if (c->self_recorded & BIT(pool))
		return;
	c->self_recorded |= BIT(pool);
	if (!(c->recorded & BIT(pool)))
		ttmem_snapshot_group_recorded(c, BIT(pool), BIT(pool));
}
