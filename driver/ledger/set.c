// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Bank sets of an attachment, numbered from 1, equal sets once. Set 0 is the worker grid, or all
 * DRAM banks. Sets are only added until the attachment goes, so a holder of the chip's lock may
 * look one up while another is being added.
 */
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/slab.h>
#include "ledger.h"

/* With its slot in the array and the rounding of kmalloc(). */
#define TTMEM_SET_BYTES	(sizeof(struct ttmem_set) + 32)

struct ttmem_set *ttmem_set_find(struct ttmem_ledger_client *c, unsigned int space, u32 number)
{
	if (!number)
		return space == TT_MEMSTAT_SPACE_DRAM ? &c->set0_dram : &c->set0_l1;
	return xa_load(&c->sets, number);
}

/**
 * ttmem_set_add() - number a bank set
 * @c: attached client; its set number 0 is known
 * @space: enum tt_memstat_space
 * @map: bits of cores (y * the ledger's columns + x) or banks, TTMEM_MAX_CORES long, not empty
 * @number: the set's number
 *
 * Context: may sleep; the caller excludes other additions.
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int ttmem_set_add(struct ttmem_ledger_client *c, unsigned int space, const unsigned long *map,
		  u32 *number)
{
	u32 hash = jhash(map, sizeof(c->set0_l1.map), space);
	struct ttmem_set *set, **bucket = &c->set_hash[hash % ARRAY_SIZE(c->set_hash)];
	int ret;

	for (set = *bucket; set; set = set->hash_next)
		if (set->space == space && bitmap_equal(set->map, map, TTMEM_MAX_CORES)) {
			*number = set->number;
			return 0;
		}
	if (c->nr_sets >= TTMEM_MAX_SETS)
		return -ENOSPC;
	ret = ttmem_user_charge(c->user, TTMEM_SET_BYTES);
	if (ret)
		return ret;
	set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set) {
		ret = -ENOMEM;
		goto uncharge;
	}
	set->number = c->nr_sets + 1;
	set->space = space;
	set->banks = bitmap_weight(map, TTMEM_MAX_CORES);
	bitmap_copy(set->map, map, TTMEM_MAX_CORES);
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
	ttmem_user_uncharge(c->user, TTMEM_SET_BYTES);
	return ret;
}

void ttmem_set_free_all(struct ttmem_ledger_client *c)
{
	struct ttmem_set *set;
	unsigned long i;

	xa_for_each(&c->sets, i, set)
		kfree(set);
	xa_destroy(&c->sets);
	ttmem_user_uncharge(c->user, c->nr_sets * TTMEM_SET_BYTES);
}
