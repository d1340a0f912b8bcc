/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Geometry: what an arch can have, and what is left of it after harvesting.
 *
 * Pure arithmetic over the structures of the uAPI; no chip, no locks, no allocation.
 */
#ifndef TTM_GEOMETRY_H
#define TTM_GEOMETRY_H

#include <linux/types.h>
#include "../uapi/tt_memstat.h"

/**
 * struct ttm_arch - an ASIC with nothing harvested
 * @name: as `arch` shows it
 * @columns: of the Tensix grid
 * @rows: of the Tensix grid
 * @harvests_rows: a bit of the mask is a row; else a column
 * @l1_bytes: of one core
 * @channels: of DRAM, a bit of the mask each
 * @banks: the allocator's, in each channel
 * @bank_bytes: of one bank
 */
struct ttm_arch {
	const char *name;
	u32 columns;
	u32 rows;
	bool harvests_rows;
	u32 l1_bytes;
	u32 channels;
	u32 banks;
	u64 bank_bytes;
};

const struct ttm_arch *ttm_arch_get(u32 arch);
u32 ttm_arch_cores(const struct ttm_arch *arch);

int ttm_geometry_derive(const struct tt_memstat_geometry *told, struct tt_memstat_geometry *out);
bool ttm_geometry_equal(const struct tt_memstat_geometry *a, const struct tt_memstat_geometry *b);
u32 ttm_geometry_cores(const struct tt_memstat_geometry *g);
int ttm_geometry_check_layout(const struct tt_memstat_geometry *g,
			      const struct tt_memstat_layout *layout);

#endif /* TTM_GEOMETRY_H */
