// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nodes of the ledger: their caches, and the funds they travel in.
 *
 * Knows sizes and slab caches. Does not know what an entry needs nor what the nodes mean.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "ledger.h"

/* Cores and banks of the largest chip of each arch: the counts in a node are sized by it. */
static const struct {
	u16 cores;
	u16 dram_banks;
} ttm_arch_max[] = {
	[TT_MEMSTAT_ARCH_WORMHOLE] = { 80, 12 },
	[TT_MEMSTAT_ARCH_BLACKHOLE] = { 140, 8 },
};

#define TTM_ARCHES ARRAY_SIZE(ttm_arch_max)

static struct kmem_cache *ttm_caches[TTM_ARCHES][TTM_KINDS];

int ttm_fund_fail_after = -1;

static size_t ttm_map_counts(unsigned int arch, enum ttm_map_id map)
{
	switch (map) {
	case TTM_MAP_USED:
	case TTM_MAP_LOADED:
		return ttm_map_lanes(map) * ttm_arch_max[arch].cores;
	case TTM_MAP_DRAM_PART:
		return ttm_map_lanes(map) * ttm_arch_max[arch].dram_banks;
	default:
		return ttm_map_lanes(map);
	}
}

static size_t ttm_kind_size(unsigned int arch, unsigned int kind)
{
	switch (kind) {
	case TTM_KIND_RECORD:
		return sizeof(struct ttm_record);
	case TTM_KIND_PROGRAM_RECORD:
		return sizeof(struct ttm_program_record);
	case TTM_KIND_PROGRAM:
		return sizeof(struct ttm_program);
	case TTM_KIND_PROGRAM_SET:
		return sizeof(struct ttm_program_set);
	case TTM_KIND_PROGRAM_CUT:
		return sizeof(struct ttm_program_cut);
	case TTM_KIND_SNAPSHOT:
		return sizeof(struct ttm_snapshot);
	}
	if (kind < TTM_KIND_TOP)
		return offsetof(struct ttm_cut, count) +
		       ttm_map_counts(arch, kind - TTM_KIND_CUT) * sizeof(u32);
	return offsetof(struct ttm_top, count) + ttm_map_counts(arch, kind - TTM_KIND_TOP);
}

static const char *ttm_kind_name(unsigned int arch, unsigned int kind, char *buf, size_t len)
{
	snprintf(buf, len, "ttm_%s_%u", arch == TT_MEMSTAT_ARCH_WORMHOLE ? "wh" : "bh", kind);
	return buf;
}

void ttm_fund_exit(void)
{
	unsigned int arch, kind;

	for (arch = 1; arch < TTM_ARCHES; arch++)
		for (kind = 0; kind < TTM_KINDS; kind++) {
			kmem_cache_destroy(ttm_caches[arch][kind]);
			ttm_caches[arch][kind] = NULL;
		}
}

/**
 * ttm_fund_init() - make the slab caches
 *
 * Return: 0 or -ENOMEM, with nothing made.
 */
int ttm_fund_init(void)
{
	unsigned int arch, kind;
	char name[16];

	for (arch = 1; arch < TTM_ARCHES; arch++)
		for (kind = 0; kind < TTM_KINDS; kind++) {
			ttm_caches[arch][kind] =
				kmem_cache_create(ttm_kind_name(arch, kind, name, sizeof(name)),
						  ttm_kind_size(arch, kind), sizeof(void *),
						  SLAB_ACCOUNT, NULL);
			if (!ttm_caches[arch][kind]) {
				ttm_fund_exit();
				return -ENOMEM;
			}
		}
	return 0;
}

static void *ttm_node_alloc(unsigned int arch, unsigned int kind)
{
	if (IS_ENABLED(CONFIG_TT_MEMSTAT_KUNIT_TEST) && ttm_fund_fail_after >= 0 &&
	    ttm_fund_fail_after-- == 0)
		return NULL;
	return kmem_cache_alloc(ttm_caches[arch][kind], GFP_KERNEL_ACCOUNT);
}

/**
 * ttm_fund_fill() - allocate until the fund holds what is needed
 * @fund: with its arch set
 * @need: how many of each kind
 *
 * Without an arch (a chip that nobody described) nothing can be taken and nothing is needed.
 *
 * Context: may sleep; no lock held. Charged to the caller's memory cgroup.
 * Return: 0, -ENOMEM or -EINTR (a fatal signal) with the fund as far as it came (empty it).
 */
int ttm_fund_fill(struct ttm_fund *fund, const struct ttm_need *need)
{
	u32 kinds = fund->arch ? need->kinds : 0;
	unsigned int kind;
	void *node;

	while (ttm_kinds_next(&kinds, &kind))
		while (fund->kind[kind].count < need->kind[kind]) {
			if (fund->kind[kind].count % 256 == 255) {
				cond_resched();
				if (fatal_signal_pending(current))
					return -EINTR;
			}
			node = ttm_node_alloc(fund->arch, kind);
			if (!node)
				return -ENOMEM;
			ttm_fund_give(fund, kind, node);
		}
	return 0;
}

/**
 * ttm_fund_empty() - free what the fund holds
 * @fund: also what an event gave back
 */
void ttm_fund_empty(struct ttm_fund *fund)
{
	unsigned int kind;
	void *node;

	while (ttm_kinds_next(&fund->kinds, &kind))
		while ((node = ttm_fund_take(fund, kind)))
			kmem_cache_free(ttm_caches[fund->arch][kind], node);
}
