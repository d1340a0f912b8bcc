// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bank sets of an attachment: numbered from 1, equal sets once. Set 0 is the worker grid, or
 * all DRAM banks.
 *
 * Knows sets. Does not know what occupies them. Sets are only added until the attachment goes,
 * so whoever holds the chip's lock may look one up while another is being added. Those made before
 * the chip's geometry changed stay, but are not found any more.
 */
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/slab.h>
#include "../limits.h"
#include "ledger.h"

struct ttm_set *ttm_set_find(struct ttm_ledger_client *c, unsigned int space, u32 number)
{
	struct ttm_set *set;

	if (!number)
		return space == TT_MEMSTAT_SPACE_DRAM ? &c->set0_dram : &c->set0_l1;
	set = xa_load(&c->sets, number);
	return set && set->epoch == c->ledger->epoch ? set : NULL;
}

static struct ttm_set **ttm_set_bucket(struct ttm_ledger_client *c, unsigned int space,
				       const unsigned long *map)
{
	u32 hash = jhash(map, BITS_TO_LONGS(TTM_MAX_CORES) * sizeof(*map), space);

	return &c->set_hash[hash % ARRAY_SIZE(c->set_hash)];
}

/**
 * ttm_set_add() - number a bank set
 * @c: attached client; its set number 0 is known
 * @space: enum tt_memstat_space
 * @map: bits of cores (y * grid_x + x) or banks, TTM_MAX_CORES long, not empty
 * @epoch: the ledger's, from before @map was checked against its geometry
 * @number: the set's number
 *
 * Context: may sleep; the caller keeps others from adding.
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int ttm_set_add(struct ttm_ledger_client *c, unsigned int space, const unsigned long *map,
		u32 epoch, u32 *number)
{
	struct ttm_set **bucket = ttm_set_bucket(c, space, map);
	struct ttm_set *set;
	int ret;

	for (set = *bucket; set; set = set->hash_next)
		if (set->epoch == epoch && set->space == space &&
		    bitmap_equal(set->map, map, TTM_MAX_CORES)) {
			*number = set->number;
			return 0;
		}
	if (c->nr_sets >= TTM_MAX_SETS)
		return -ENOSPC;
	if (c->limits.user && ttm_user_charge(c->limits.user, TTM_QUOTA_SETS, 1))
		return -ENOSPC;
	set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set) {
		ret = -ENOMEM;
		goto uncharge;
	}
	set->number = c->nr_sets + 1;
	set->epoch = epoch;
	set->space = space;
	set->banks = bitmap_weight(map, TTM_MAX_CORES);
	bitmap_copy(set->map, map, TTM_MAX_CORES);
	ret = xa_err(xa_store(&c->sets, set->number, set, GFP_KERNEL_ACCOUNT));
	if (ret) {
		kfree(set);
		goto uncharge;
	}
	set->hash_next = *bucket;
	*bucket = set;
	c->nr_sets++;
	*number = set->number;
	return 0;

uncharge:
	if (c->limits.user)
		ttm_user_uncharge(c->limits.user, TTM_QUOTA_SETS, 1);
	return ret;
}

void ttm_set_free_all(struct ttm_ledger_client *c)
{
	struct ttm_set *set;
	unsigned long i;

	xa_for_each(&c->sets, i, set)
		kfree(set);
	xa_destroy(&c->sets);
	if (c->limits.user)
		ttm_user_uncharge(c->limits.user, TTM_QUOTA_SETS, c->nr_sets);
}
