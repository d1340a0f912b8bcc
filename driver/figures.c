// SPDX-License-Identifier: GPL-2.0-only
/*
 * How figures are named and printed.
 *
 * The table is what sysfs makes its files from and what the documentation is compared with. Does
 * not know how a figure comes about nor whose it is.
 */
#include <linux/errno.h>
#include <linux/sysfs.h>
#include "figures.h"

#define TTM_CHIP	(TTM_FIGURE_FILE | TTM_FIGURE_CHIP)
#define TTM_BOTH	(TTM_CHIP | TTM_FIGURE_CLIENT)

const struct ttm_figure ttm_figure_table[TT_MEMSTAT_FIGURES] = {
	[TT_MEMSTAT_FIG_GENERATION] = { "generation", TTM_BOTH },
	[TT_MEMSTAT_FIG_CLIENTS] = { "clients", TTM_CHIP & ~TTM_FIGURE_FILE },
	[TT_MEMSTAT_FIG_TENSIX_TOTAL] = { "tensix_total", TTM_CHIP },
	[TT_MEMSTAT_FIG_TENSIX_ACTIVE] = { "tensix_active", TTM_CHIP },
	[TT_MEMSTAT_FIG_TENSIX_HARVESTING] = { "tensix_harvesting", TTM_CHIP },
	[TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS] = { "geometry_conflicts", TTM_CHIP },
	[TT_MEMSTAT_FIG_L1_CAPACITY] = { "l1_capacity", TTM_CHIP },
	[TT_MEMSTAT_FIG_L1_ALLOCATABLE] = { "l1_allocatable", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_RESERVED] = { "l1_reserved", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_FREE] = { "l1_free", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_USED] = { "l1_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_PEAK] = { "l1_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_FOOTPRINT] = { "l1_footprint", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK] = { "l1_footprint_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_OVERLAP] = { "l1_overlap", TTM_BOTH | TTM_FIGURE_SIGNED },
	[TT_MEMSTAT_FIG_L1_SHARED] = { "l1_shared", TTM_CHIP | TTM_FIGURE_SIGNED },
	[TT_MEMSTAT_FIG_L1_BUFFERS_USED] = { "l1_buffers_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_BUFFERS_PEAK] = { "l1_buffers_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_SMALL_USED] = { "l1_small_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_SMALL_PEAK] = { "l1_small_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_CB_USED] = { "cb_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_CB_PEAK] = { "cb_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_CB_LOADED] = { "cb_loaded", TTM_BOTH },
	[TT_MEMSTAT_FIG_CB_LOADED_PEAK] = { "cb_loaded_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_X] = { "l1_fullest_core_x", TTM_BOTH & ~TTM_FIGURE_FILE },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y] = { "l1_fullest_core_y", TTM_BOTH & ~TTM_FIGURE_FILE },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED] = { "l1_fullest_core_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK] = { "l1_fullest_core_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_HEADROOM] = { "l1_headroom", TTM_BOTH | TTM_FIGURE_SIGNED },
	[TT_MEMSTAT_FIG_L1_HEADROOM_MIN] = { "l1_headroom_min", TTM_BOTH | TTM_FIGURE_SIGNED },
	[TT_MEMSTAT_FIG_L1_CLASH] = { "l1_clash", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK] = { "l1_largest_free_block", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_CAPACITY] = { "dram_capacity", TTM_CHIP },
	[TT_MEMSTAT_FIG_DRAM_ALLOCATABLE] = { "dram_allocatable", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_FREE] = { "dram_free", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_USED] = { "dram_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_PEAK] = { "dram_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_OVERLAP] = { "dram_overlap", TTM_BOTH | TTM_FIGURE_SIGNED },
	[TT_MEMSTAT_FIG_DRAM_SHARED] = { "dram_shared", TTM_CHIP | TTM_FIGURE_SIGNED },
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_USED] = { "dram_buffers_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_TRACE_USED] = { "trace_used", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK] = { "dram_largest_free_block", TTM_BOTH },
	[TT_MEMSTAT_FIG_KERNEL_REGION] = { "kernel_region", TTM_BOTH },
	[TT_MEMSTAT_FIG_KERNEL_APP] = { "kernel_app", TTM_BOTH },
	[TT_MEMSTAT_FIG_KERNEL_SYSTEM] = { "kernel_system", TTM_BOTH },
	[TT_MEMSTAT_FIG_PROGRAMS] = { "programs", TTM_BOTH },
	[TT_MEMSTAT_FIG_RECORDS] = { "records", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_PARTIAL] = { "l1_partial", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_PARTIAL] = { "dram_partial", TTM_BOTH },
	[TT_MEMSTAT_FIG_DRIFT] = { "drift", TTM_BOTH | TTM_FIGURE_SIGNED },
	[TT_MEMSTAT_FIG_APPROX] = { "approx", TTM_BOTH },
	[TT_MEMSTAT_FIG_INCONSISTENT] = { "inconsistent", TTM_BOTH },
	[TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS] = { "snapshot_age_ms", TTM_BOTH },
	[TT_MEMSTAT_FIG_REJECTED] = { "rejected", TTM_BOTH },
	[TT_MEMSTAT_FIG_DROPPED] = { "dropped", TTM_BOTH },
	[TT_MEMSTAT_FIG_L1_ALERT] = { "l1_alert", TTM_CHIP },
	[TT_MEMSTAT_FIG_DRAM_ALERT] = { "dram_alert", TTM_CHIP },
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK] = { "dram_buffers_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_TRACE_PEAK] = { "trace_peak", TTM_BOTH },
	[TT_MEMSTAT_FIG_DISPATCH_AGE_MS] = { "dispatch_age_ms", TTM_BOTH },
};

bool ttm_figure_known(const struct tt_memstat_figures *f, unsigned int nr)
{
	return f->known[nr / 64] & (1ull << (nr % 64));
}

void ttm_figure_set(struct tt_memstat_figures *f, unsigned int nr, u64 value)
{
	f->known[nr / 64] |= 1ull << (nr % 64);
	f->value[nr] = value;
}

/* A figure's own file. -ENODATA: unknown. */
int ttm_figure_show(const struct tt_memstat_figures *f, unsigned int nr, char *buf)
{
	if (!ttm_figure_known(f, nr))
		return -ENODATA;
	if (ttm_figure_table[nr].flags & TTM_FIGURE_SIGNED)
		return sysfs_emit(buf, "%lld\n", (s64)f->value[nr]);
	return sysfs_emit(buf, "%llu\n", f->value[nr]);
}

/* The one figure of two numbers: logical column and row. */
int ttm_figure_show_fullest_core(const struct tt_memstat_figures *f, char *buf)
{
	if (!ttm_figure_known(f, TT_MEMSTAT_FIG_L1_FULLEST_CORE_X) ||
	    !ttm_figure_known(f, TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y))
		return -ENODATA;
	return sysfs_emit(buf, "%llu-%llu\n", f->value[TT_MEMSTAT_FIG_L1_FULLEST_CORE_X],
			  f->value[TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y]);
}

/*
 * All that is known, a key and a number a line, from @at. @where: TTM_FIGURE_CHIP or
 * TTM_FIGURE_CLIENT. With every number at its longest this is some 2.2 KiB, so that it never meets
 * a page's end. Returns the length.
 */
int ttm_figure_show_stat(const struct tt_memstat_figures *f, unsigned int where, char *buf, int at)
{
	unsigned int nr;
	int len = 0;

	for (nr = 0; nr < TT_MEMSTAT_FIGURES; nr++) {
		const struct ttm_figure *figure = &ttm_figure_table[nr];

		if (!(figure->flags & where) || !ttm_figure_known(f, nr))
			continue;
		if (figure->flags & TTM_FIGURE_SIGNED)
			len += sysfs_emit_at(buf, at + len, "%s %lld\n", figure->name,
					     (s64)f->value[nr]);
		else
			len += sysfs_emit_at(buf, at + len, "%s %llu\n", figure->name,
					     f->value[nr]);
	}
	return len;
}
