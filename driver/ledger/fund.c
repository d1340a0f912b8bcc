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
} ttmem_arch_max[] = {
	[TT_MEMSTAT_ARCH_WORMHOLE] = { 80, 12 },
	[TT_MEMSTAT_ARCH_BLACKHOLE] = { 140, 8 },
};

#define TTMEM_ARCHES ARRAY_SIZE(ttmem_arch_max)

static struct kmem_cache *ttmem_caches[TTMEM_ARCHES][TTMEM_KINDS];

int ttmem_fund_fail_after = -1;

static size_t ttmem_map_counts(unsigned int arch, enum ttmem_map_id map)
{
	switch (map) {
	case TTMEM_MAP_USED:
	case TTMEM_MAP_LOADED:
		return ttmem_map_lanes(map) * ttmem_arch_max[arch].cores;
	case TTMEM_MAP_DRAM_PART:
		return ttmem_map_lanes(map) * ttmem_arch_max[arch].dram_banks;
	default:
		return ttmem_map_lanes(map);
	}
}

static size_t ttmem_kind_size(unsigned int arch, unsigned int kind)
{
	switch (kind) {
	case TTMEM_KIND_RECORD:
		return sizeof(struct ttmem_record);
	case TTMEM_KIND_PROGRAM_RECORD:
		return sizeof(struct ttmem_program_record);
	case TTMEM_KIND_PROGRAM:
		return sizeof(struct ttmem_program);
	case TTMEM_KIND_PROGRAM_SET:
		return sizeof(struct ttmem_program_set);
	case TTMEM_KIND_PROGRAM_CUT:
		return sizeof(struct ttmem_program_cut);
	case TTMEM_KIND_SNAPSHOT:
		return sizeof(struct ttmem_snapshot);
	}
	if (kind < TTMEM_KIND_TOP)
		return offsetof(struct ttmem_cut, count) +
		       ttmem_map_counts(arch, kind - TTMEM_KIND_CUT) * sizeof(u32);
	return offsetof(struct ttmem_top, count) + ttmem_map_counts(arch, kind - TTMEM_KIND_TOP);
}

static const char *ttmem_kind_name(unsigned int arch, unsigned int kind, char *buf, size_t len)
{
	snprintf(buf, len, "ttmem_%s_%u", arch == TT_MEMSTAT_ARCH_WORMHOLE ? "wh" : "bh", kind);
	return buf;
}

void ttmem_fund_exit(void)
{
	unsigned int arch, kind;

	for (arch = 1; arch < TTMEM_ARCHES; arch++)
		for (kind = 0; kind < TTMEM_KINDS; kind++) {
			kmem_cache_destroy(ttmem_caches[arch][kind]);
			ttmem_caches[arch][kind] = NULL;
		}
}

/**
 * ttmem_fund_init() - make the slab caches
 *
 * Return: 0 or -ENOMEM, with nothing made.
 */
int ttmem_fund_init(void)
{
	unsigned int arch, kind;
	char name[16];

	for (arch = 1; arch < TTMEM_ARCHES; arch++)
		for (kind = 0; kind < TTMEM_KINDS; kind++) {
			ttmem_caches[arch][kind] =
				kmem_cache_create(ttmem_kind_name(arch, kind, name, sizeof(name)),
						  ttmem_kind_size(arch, kind), sizeof(void *),
						  SLAB_ACCOUNT, NULL);
			if (!ttmem_caches[arch][kind]) {
				ttmem_fund_exit();
				return -ENOMEM;
			}
		}
	return 0;
}

static void *ttmem_node_alloc(unsigned int arch, unsigned int kind)
{
	if (IS_ENABLED(CONFIG_TT_MEMSTAT_KUNIT_TEST) && ttmem_fund_fail_after >= 0 &&
	    ttmem_fund_fail_after-- == 0)
		return NULL;
	return kmem_cache_alloc(ttmem_caches[arch][kind], GFP_KERNEL_ACCOUNT);
}

/**
 * ttmem_fund_fill() - allocate until the fund holds what is needed
 * @fund: with its arch set
 * @need: how many of each kind
 *
 * Without an arch (a chip that nobody described) nothing can be taken and nothing is needed.
 *
 * Context: may sleep; no lock held. Charged to the caller's memory cgroup.
 * Return: 0, -ENOMEM or -EINTR (a fatal signal) with the fund as far as it came (empty it).
 */
int ttmem_fund_fill(struct ttmem_fund *fund, const struct ttmem_need *need)
{
	u32 kinds = fund->arch ? need->kinds : 0;
	unsigned int kind;
	void *node;

	while (ttmem_kinds_next(&kinds, &kind))
		while (fund->kind[kind].count < need->kind[kind]) {
			if (fund->kind[kind].count % 256 == 255) {
				cond_resched();
				if (fatal_signal_pending(current))
					return -EINTR;
			}
			node = ttmem_node_alloc(fund->arch, kind);
			if (!node)
				return -ENOMEM;
			ttmem_fund_give(fund, kind, node);
		}
	return 0;
}

/**
 * ttmem_fund_empty() - free what the fund holds
 * @fund: also what an event gave back
 */
void ttmem_fund_empty(struct ttmem_fund *fund)
{
	unsigned int kind;
	void *node;

	while (ttmem_kinds_next(&fund->kinds, &kind))
		while ((node = ttmem_fund_take(fund, kind)))
			kmem_cache_free(ttmem_caches[fund->arch][kind], node);
}
