// SPDX-License-Identifier: GPL-2.0-only
/* The text that sysfs shows: strings of users, and figures by name, each from the table here. */
#include "private.h"

#define TTMEM_CHIP	(TTMEM_FIGURE_FILE | TTMEM_FIGURE_CHIP)
#define TTMEM_BOTH	(TTMEM_CHIP | TTMEM_FIGURE_CLIENT)

const struct ttmem_figure ttmem_figure_table[TT_MEMSTAT_FIGURES] = {
	[TT_MEMSTAT_FIG_GENERATION] = { "generation", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_CLIENTS] = { "clients", TTMEM_CHIP & ~TTMEM_FIGURE_FILE },
	[TT_MEMSTAT_FIG_TENSIX_TOTAL] = { "tensix_total", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_TENSIX_ACTIVE] = { "tensix_active", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_TENSIX_HARVESTING] = { "tensix_harvesting", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS] = { "geometry_conflicts", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_L1_CAPACITY] = { "l1_capacity", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_L1_ALLOCATABLE] = { "l1_allocatable", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_RESERVED] = { "l1_reserved", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_FREE] = { "l1_free", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_USED] = { "l1_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_PEAK] = { "l1_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_FOOTPRINT] = { "l1_footprint", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK] = { "l1_footprint_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_OVERLAP] = { "l1_overlap", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_SHARED] = { "l1_shared", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_L1_BUFFERS_USED] = { "l1_buffers_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_BUFFERS_PEAK] = { "l1_buffers_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_SMALL_USED] = { "l1_small_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_SMALL_PEAK] = { "l1_small_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_CB_USED] = { "cb_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_CB_PEAK] = { "cb_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_CB_LOADED] = { "cb_loaded", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_CB_LOADED_PEAK] = { "cb_loaded_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_X] = { "l1_fullest_core_x", TTMEM_BOTH,
					       .file = "l1_fullest_core" },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y] = { "l1_fullest_core_y",
					       TTMEM_BOTH & ~TTMEM_FIGURE_FILE },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED] = { "l1_fullest_core_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK] = { "l1_fullest_core_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_HEADROOM] = { "l1_headroom", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_HEADROOM_MIN] = { "l1_headroom_min", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_CLASH] = { "l1_clash", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK] = { "l1_largest_free_block", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_CAPACITY] = { "dram_capacity", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_DRAM_ALLOCATABLE] = { "dram_allocatable", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_FREE] = { "dram_free", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_USED] = { "dram_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_PEAK] = { "dram_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_OVERLAP] = { "dram_overlap", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_SHARED] = { "dram_shared", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_USED] = { "dram_buffers_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_TRACE_USED] = { "trace_used", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK] = { "dram_largest_free_block", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_KERNEL_REGION] = { "kernel_region", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_KERNEL_APP] = { "kernel_app", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_KERNEL_SYSTEM] = { "kernel_system", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_PROGRAMS] = { "programs", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_RECORDS] = { "records", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_PARTIAL] = { "l1_partial", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRAM_PARTIAL] = { "dram_partial", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DRIFT] = { "drift", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_APPROX] = { "approx", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_INCONSISTENT] = { "inconsistent", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS] = { "snapshot_age_ms", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_REJECTED] = { "rejected", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DROPPED] = { "dropped", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_L1_ALERT] = { "l1_alert", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_DRAM_ALERT] = { "dram_alert", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK] = { "dram_buffers_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_TRACE_PEAK] = { "trace_peak", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_DISPATCH_AGE_MS] = { "dispatch_age_ms", TTMEM_BOTH },
	[TT_MEMSTAT_FIG_CLEARING] = { "clearing", TTMEM_CHIP },
	[TT_MEMSTAT_FIG_RING_PENDING] = { "ring_pending", TTMEM_BOTH },
};

/* Text that came from a user, as one line without control characters. */
void ttmem_sysfs_text(char *out, const char *in, size_t size)
{
	size_t i;

	strscpy(out, in, size);
	for (i = 0; out[i]; i++) {
		unsigned char byte = out[i], next = out[i + 1];

		/* C1 controls, in UTF-8, are c2 80 to c2 9f. */
		if (byte < ' ' || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next < 0xa0))
			out[i] = '?';
	}
}

bool ttmem_figure_known(const struct tt_memstat_figures *f, unsigned int nr)
{
	return f->known[nr / 64] & (1ull << (nr % 64));
}

/* The name of the figure's own file; NULL: it has none. @where: as of ttmem_figure_show_stat() */
const char *ttmem_figure_file(unsigned int nr, unsigned int where)
{
	const struct ttmem_figure *figure = &ttmem_figure_table[nr];

	where |= TTMEM_FIGURE_FILE;
	return (figure->flags & where) == where ? figure->file ?: figure->name : NULL;
}

/* A figure's own file. -ENODATA: unknown. No figure reaches 2^63; some are negative. */
int ttmem_figure_show(const struct tt_memstat_figures *f, unsigned int nr, char *buf)
{
	if (!ttmem_figure_known(f, nr))
		return -ENODATA;
	/* The one file of two numbers: logical column and row. */
	if (nr == TT_MEMSTAT_FIG_L1_FULLEST_CORE_X)
		return sysfs_emit(buf, "%llu-%llu\n", f->value[nr],
				  f->value[TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y]);
	return sysfs_emit(buf, "%lld\n", (s64)f->value[nr]);
}

/*
 * All that is known, a key and a number a line, from @at. @where: TTMEM_FIGURE_CHIP or
 * TTMEM_FIGURE_CLIENT. With every number at its longest this is some 2.2 KiB, so that it never
 * meets a page's end. Returns the length.
 */
int ttmem_figure_show_stat(const struct tt_memstat_figures *f, unsigned int where, char *buf,
			   int at)
{
	unsigned int nr;
	int len = 0;

	for (nr = 0; nr < TT_MEMSTAT_FIGURES; nr++) {
		const struct ttmem_figure *figure = &ttmem_figure_table[nr];

		if (!(figure->flags & where) || !ttmem_figure_known(f, nr))
			continue;
		len += sysfs_emit_at(buf, at + len, "%s %lld\n", figure->name, (s64)f->value[nr]);
	}
	return len;
}
