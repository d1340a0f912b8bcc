// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Table of figures (number, key in `stat`, sign), and access to sets of figures. Pure functions.
 */
#include <errno.h>

#include "public.h"

static const char *const names[TT_MEMSTAT_FIGURES] = {
	[TT_MEMSTAT_FIG_GENERATION] = "generation",
	[TT_MEMSTAT_FIG_CLIENTS] = "clients",
	[TT_MEMSTAT_FIG_TENSIX_TOTAL] = "tensix_total",
	[TT_MEMSTAT_FIG_TENSIX_ACTIVE] = "tensix_active",
	[TT_MEMSTAT_FIG_TENSIX_HARVESTING] = "tensix_harvesting",
	[TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS] = "geometry_conflicts",
	[TT_MEMSTAT_FIG_L1_CAPACITY] = "l1_capacity",
	[TT_MEMSTAT_FIG_L1_ALLOCATABLE] = "l1_allocatable",
	[TT_MEMSTAT_FIG_L1_RESERVED] = "l1_reserved",
	[TT_MEMSTAT_FIG_L1_FREE] = "l1_free",
	[TT_MEMSTAT_FIG_L1_USED] = "l1_used",
	[TT_MEMSTAT_FIG_L1_PEAK] = "l1_peak",
	[TT_MEMSTAT_FIG_L1_FOOTPRINT] = "l1_footprint",
	[TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK] = "l1_footprint_peak",
	[TT_MEMSTAT_FIG_L1_OVERLAP] = "l1_overlap",
	[TT_MEMSTAT_FIG_L1_SHARED] = "l1_shared",
	[TT_MEMSTAT_FIG_L1_BUFFERS_USED] = "l1_buffers_used",
	[TT_MEMSTAT_FIG_L1_BUFFERS_PEAK] = "l1_buffers_peak",
	[TT_MEMSTAT_FIG_L1_SMALL_USED] = "l1_small_used",
	[TT_MEMSTAT_FIG_L1_SMALL_PEAK] = "l1_small_peak",
	[TT_MEMSTAT_FIG_CB_USED] = "cb_used",
	[TT_MEMSTAT_FIG_CB_PEAK] = "cb_peak",
	[TT_MEMSTAT_FIG_CB_LOADED] = "cb_loaded",
	[TT_MEMSTAT_FIG_CB_LOADED_PEAK] = "cb_loaded_peak",
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_X] = "l1_fullest_core_x",
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y] = "l1_fullest_core_y",
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED] = "l1_fullest_core_used",
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK] = "l1_fullest_core_peak",
	[TT_MEMSTAT_FIG_L1_HEADROOM] = "l1_headroom",
	[TT_MEMSTAT_FIG_L1_HEADROOM_MIN] = "l1_headroom_min",
	[TT_MEMSTAT_FIG_L1_CLASH] = "l1_clash",
	[TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK] = "l1_largest_free_block",
	[TT_MEMSTAT_FIG_DRAM_CAPACITY] = "dram_capacity",
	[TT_MEMSTAT_FIG_DRAM_ALLOCATABLE] = "dram_allocatable",
	[TT_MEMSTAT_FIG_DRAM_FREE] = "dram_free",
	[TT_MEMSTAT_FIG_DRAM_USED] = "dram_used",
	[TT_MEMSTAT_FIG_DRAM_PEAK] = "dram_peak",
	[TT_MEMSTAT_FIG_DRAM_OVERLAP] = "dram_overlap",
	[TT_MEMSTAT_FIG_DRAM_SHARED] = "dram_shared",
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_USED] = "dram_buffers_used",
	[TT_MEMSTAT_FIG_TRACE_USED] = "trace_used",
	[TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK] = "dram_largest_free_block",
	[TT_MEMSTAT_FIG_KERNEL_REGION] = "kernel_region",
	[TT_MEMSTAT_FIG_KERNEL_APP] = "kernel_app",
	[TT_MEMSTAT_FIG_KERNEL_SYSTEM] = "kernel_system",
	[TT_MEMSTAT_FIG_PROGRAMS] = "programs",
	[TT_MEMSTAT_FIG_RECORDS] = "records",
	[TT_MEMSTAT_FIG_L1_PARTIAL] = "l1_partial",
	[TT_MEMSTAT_FIG_DRAM_PARTIAL] = "dram_partial",
	[TT_MEMSTAT_FIG_DRIFT] = "drift",
	[TT_MEMSTAT_FIG_APPROX] = "approx",
	[TT_MEMSTAT_FIG_INCONSISTENT] = "inconsistent",
	[TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS] = "snapshot_age_ms",
	[TT_MEMSTAT_FIG_REJECTED] = "rejected",
	[TT_MEMSTAT_FIG_DROPPED] = "dropped",
	[TT_MEMSTAT_FIG_L1_ALERT] = "l1_alert",
	[TT_MEMSTAT_FIG_DRAM_ALERT] = "dram_alert",
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK] = "dram_buffers_peak",
	[TT_MEMSTAT_FIG_TRACE_PEAK] = "trace_peak",
	[TT_MEMSTAT_FIG_DISPATCH_AGE_MS] = "dispatch_age_ms",
	[TT_MEMSTAT_FIG_CLEARING] = "clearing",
	[TT_MEMSTAT_FIG_RING_PENDING] = "ring_pending",
};

const char *ttmemstat_figure_name(unsigned int n)
{
	return n < TT_MEMSTAT_FIGURES ? names[n] : NULL;
}

int ttmemstat_figure_by_name(const char *name)
{
	int n;

	if (!name)
		return -ENOENT;
	for (n = 0; n < TT_MEMSTAT_FIGURES; n++)
		if (!strcmp(names[n], name))
			return n;
	return -ENOENT;
}

bool ttmemstat_figure_is_signed(unsigned int n)
{
	switch (n) {
	case TT_MEMSTAT_FIG_L1_OVERLAP:
	case TT_MEMSTAT_FIG_L1_SHARED:
	case TT_MEMSTAT_FIG_L1_HEADROOM:
	case TT_MEMSTAT_FIG_L1_HEADROOM_MIN:
	case TT_MEMSTAT_FIG_DRAM_OVERLAP:
	case TT_MEMSTAT_FIG_DRAM_SHARED:
	case TT_MEMSTAT_FIG_DRIFT:
		return true;
	default:
		return false;
	}
}

bool ttmemstat_figure(const struct tt_memstat_figures *figures, unsigned int n, uint64_t *value)
{
	bool known = figures && n < TT_MEMSTAT_FIGURES_MAX &&
		     (figures->known[n / 64] >> (n % 64) & 1);

	if (value)
		*value = known ? figures->value[n] : 0;
	return known;
}

bool ttmemstat_figure_signed(const struct tt_memstat_figures *figures, unsigned int n,
			     int64_t *value)
{
	uint64_t bits;
	bool known = ttmemstat_figure(figures, n, &bits);

	if (value)
		*value = (int64_t)bits;
	return known;
}
