/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Geometry: what an arch can have, and what is left of it after harvesting.
 *
 * Pure arithmetic over the structures of the uAPI; no chip, no locks, no allocation.
 */
#ifndef TTMEM_GEOMETRY_H
#define TTMEM_GEOMETRY_H

#include <linux/bits.h>
#include <linux/types.h>
#include "../uapi/tt_memstat.h"

/**
 * struct ttmem_arch - an ASIC with nothing harvested
 * @name: as `arch` shows it
 * @columns: of the Tensix grid
 * @rows: of the Tensix grid
 * @harvests_rows: a bit of the mask is a row; else a column
 * @l1_bytes: of one core
 * @channels: of DRAM, a bit of the mask each
 * @banks: the allocator's, in each channel
 * @bank_bytes: of one bank
 */
struct ttmem_arch {
	const char *name;
	u32 columns;
	u32 rows;
	bool harvests_rows;
	u32 l1_bytes;
	u32 channels;
	u32 banks;
	u64 bank_bytes;
};

const struct ttmem_arch *ttmem_arch_get(u32 arch);
u32 ttmem_arch_cores(const struct ttmem_arch *arch);

/*
 * The two sides of a geometry, a mask of 1 << enum tt_memstat_space: the grid of cores is L1's, the
 * number of banks DRAM's. Each is known or not by itself.
 */
static inline u32 ttmem_geometry_sides(const struct tt_memstat_geometry *g)
{
	return (g->grid_x ? BIT(TT_MEMSTAT_SPACE_L1) : 0) |
	       (g->dram_banks ? BIT(TT_MEMSTAT_SPACE_DRAM) : 0);
}

static inline u32 ttmem_geometry_cores(const struct tt_memstat_geometry *g)
{
	return g->grid_x * g->grid_y;
}

/* Bytes; 0: unknown. */
static inline u64 ttmem_geometry_l1(const struct tt_memstat_geometry *g)
{
	return ttmem_geometry_cores(g) * g->l1_bytes;
}

static inline u64 ttmem_geometry_dram(const struct tt_memstat_geometry *g)
{
	return g->dram_banks * g->dram_bank_bytes;
}

int ttmem_geometry_derive(const struct tt_memstat_geometry *given, struct tt_memstat_geometry *out);
void ttmem_geometry_whole(u32 arch, struct tt_memstat_geometry *out);
u32 ttmem_geometry_differs(const struct tt_memstat_geometry *a,
			   const struct tt_memstat_geometry *b);
bool ttmem_geometry_fits(const struct tt_memstat_geometry *g,
			 const struct tt_memstat_geometry *chip);
void ttmem_geometry_forget(struct tt_memstat_geometry *g, u32 sides);
void ttmem_geometry_complete(struct tt_memstat_geometry *g,
			     const struct tt_memstat_geometry *from);
int ttmem_geometry_check_layout(const struct tt_memstat_geometry *g,
				const struct tt_memstat_layout *layout);

#endif /* TTMEM_GEOMETRY_H */
