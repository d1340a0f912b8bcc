// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Nodes of the ledger: slab caches, lists of preallocated nodes, and what they are charged at.
 *
 * A node is charged when it is allocated and uncharged when it is freed. In between it belongs to
 * one client, or to the chip in exchange for another (map.c): the nodes that a client brings and
 * takes away cost the same.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "../geometry.h"
#include "counts.h"
#include "ledger.h"

#define TTMEM_ARCHES	(TT_MEMSTAT_ARCH_BLACKHOLE + 1)

static struct kmem_cache *ttmem_caches[TTMEM_ARCHES][TTMEM_NODE_TYPES];

int ttmem_prealloc_fail_after = -1;

/* A node is sized by the cores and banks of the largest chip of the arch. */
static unsigned int ttmem_map_most_banks(unsigned int arch, enum ttmem_map_id map)
{
	const struct ttmem_arch *a = ttmem_arch_get(arch);

	if (map == TTMEM_MAP_DRAM)
		return 1;
	return map == TTMEM_MAP_DRAM_PART ? a->channels * a->banks : ttmem_arch_cores(a);
}

static size_t ttmem_node_size(unsigned int arch, unsigned int type)
{
	static const size_t sizes[TTMEM_NODE_CLIENT_BOUNDARY] = {
		[TTMEM_NODE_RECORD] = sizeof(struct ttmem_record),
		[TTMEM_NODE_PROGRAM_RECORD] = sizeof(struct ttmem_program_record),
		[TTMEM_NODE_PROGRAM] = sizeof(struct ttmem_program),
		[TTMEM_NODE_PROGRAM_SET] = sizeof(struct ttmem_program_set),
		[TTMEM_NODE_PROGRAM_BOUNDARY] = sizeof(struct ttmem_program_boundary),
		[TTMEM_NODE_SNAPSHOT] = sizeof(struct ttmem_snapshot),
	};
	enum ttmem_map_id map = (type - TTMEM_NODE_CLIENT_BOUNDARY) % TTMEM_MAPS;
	unsigned int banks;

	if (type < TTMEM_NODE_CLIENT_BOUNDARY)
		return sizes[type];
	banks = ttmem_map_most_banks(arch, map);
	if (type < TTMEM_NODE_CHIP_BOUNDARY)
		return ttmem_client_boundary_size(ttmem_map_classes(map), banks);
	return ttmem_chip_boundary_size(ttmem_map_classes(map), banks);
}

void ttmem_prealloc_exit(void)
{
	unsigned int arch, type;

	for (arch = 1; arch < TTMEM_ARCHES; arch++)
		for (type = 0; type < TTMEM_NODE_TYPES; type++) {
			kmem_cache_destroy(ttmem_caches[arch][type]);
			ttmem_caches[arch][type] = NULL;
		}
}

/**
 * ttmem_prealloc_init() - make the slab caches
 *
 * Return: 0 or -ENOMEM, with nothing made.
 */
int ttmem_prealloc_init(void)
{
	unsigned int arch, type;
	char name[16];
	size_t size;

	for (arch = 1; arch < TTMEM_ARCHES; arch++)
		for (type = 0; type < TTMEM_NODE_TYPES; type++) {
			size = ttmem_node_size(arch, type);
			snprintf(name, sizeof(name), "ttmem_%s_%u",
				 arch == TT_MEMSTAT_ARCH_WORMHOLE ? "wh" : "bh", type);
			ttmem_caches[arch][type] = kmem_cache_create(name, size, sizeof(void *),
								     SLAB_ACCOUNT, NULL);
			if (!ttmem_caches[arch][type]) {
				ttmem_prealloc_exit();
				return -ENOMEM;
			}
		}
	return 0;
}

/* A node, its share of the slab's waste, and its memory cgroup pointer. */
static u32 ttmem_node_price(unsigned int arch, unsigned int type)
{
	u32 size = kmem_cache_size(ttmem_caches[arch][type]);

	return size + size / 16 + sizeof(void *);
}

static void *ttmem_node_alloc(unsigned int arch, unsigned int type)
{
	if (IS_ENABLED(CONFIG_TT_MEMSTAT_KUNIT_TEST) && ttmem_prealloc_fail_after >= 0 &&
	    ttmem_prealloc_fail_after-- == 0)
		return NULL;
	return kmem_cache_alloc(ttmem_caches[arch][type], GFP_KERNEL_ACCOUNT);
}

/* The charge for the nodes that the prealloc lacks. */
u64 ttmem_prealloc_missing(const struct ttmem_prealloc *prealloc, const struct ttmem_need *need)
{
	u32 types = need->types;
	unsigned int type;
	u64 bytes = 0;

	while (ttmem_node_types_next(&types, &type))
		if (prealloc->type[type].count < need->type[type])
			bytes += (u64)(need->type[type] - prealloc->type[type].count) *
				 ttmem_node_price(prealloc->arch, type);
	return bytes;
}

static int ttmem_prealloc_alloc(struct ttmem_prealloc *prealloc, const struct ttmem_need *need)
{
	u32 types = need->types;
	unsigned int type;
	void *node;

	while (ttmem_node_types_next(&types, &type))
		while (prealloc->type[type].count < need->type[type]) {
			if (prealloc->type[type].count % 256 == 255) {
				cond_resched();
				if (fatal_signal_pending(current))
					return -EINTR;
			}
			node = ttmem_node_alloc(prealloc->arch, type);
			if (!node)
				return -ENOMEM;
			ttmem_prealloc_push(prealloc, type, node);
		}
	return 0;
}

/**
 * ttmem_prealloc_fill() - allocate until the prealloc holds the needed nodes
 * @prealloc: with its arch and its user set
 * @need: how many of each type
 *
 * Context: may sleep; no lock held. Charged to the user, and to the caller's memory cgroup.
 * Return: 0; -ENOSPC: over the user's limit, nothing is allocated; -ENOMEM or -EINTR (a fatal
 * signal): the prealloc is filled in part; empty it.
 */
int ttmem_prealloc_fill(struct ttmem_prealloc *prealloc, const struct ttmem_need *need)
{
	u64 bytes = ttmem_prealloc_missing(prealloc, need);
	int err;

	if (!bytes)
		return 0;
	err = ttmem_user_charge(prealloc->user, bytes);
	if (err)
		return err;
	err = ttmem_prealloc_alloc(prealloc, need);
	if (err)
		ttmem_user_uncharge(prealloc->user, ttmem_prealloc_missing(prealloc, need));
	return err;
}

static u64 ttmem_prealloc_bytes(const struct ttmem_prealloc *prealloc)
{
	u32 types = prealloc->types;
	unsigned int type;
	u64 bytes = 0;

	while (ttmem_node_types_next(&types, &type))
		bytes += (u64)prealloc->type[type].count * ttmem_node_price(prealloc->arch, type);
	return bytes;
}

/**
 * ttmem_prealloc_free() - free all nodes
 * @prealloc: of any origin
 */
void ttmem_prealloc_free(struct ttmem_prealloc *prealloc)
{
	u64 bytes = ttmem_prealloc_bytes(prealloc);
	unsigned int type;
	void *node;

	if (bytes)
		ttmem_user_uncharge(prealloc->user, bytes);
	while (ttmem_node_types_next(&prealloc->types, &type))
		while ((node = ttmem_prealloc_pop(prealloc, type)))
			kmem_cache_free(ttmem_caches[prealloc->arch][type], node);
}

/**
 * ttmem_prealloc_move() - move all nodes to another prealloc
 * @to: of the same user
 * @from: of the same arch, or empty
 *
 * Context: any lock may be held.
 */
void ttmem_prealloc_move(struct ttmem_prealloc *to, struct ttmem_prealloc *from)
{
	unsigned int type;
	void *node;

	while (ttmem_node_types_next(&from->types, &type))
		while ((node = ttmem_prealloc_pop(from, type)))
			ttmem_prealloc_push(to, type, node);
}
