/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Geometry: what an arch can have, and what is left of it after harvesting.
 *
 * Pure arithmetic over the structures of the uAPI; no chip, no locks, no allocation.
 */
#ifndef TTMEM_GEOMETRY_H
#define TTMEM_GEOMETRY_H

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

int ttmem_geometry_derive(const struct tt_memstat_geometry *told, struct tt_memstat_geometry *out);
bool ttmem_geometry_equal(const struct tt_memstat_geometry *a, const struct tt_memstat_geometry *b);
u32 ttmem_geometry_cores(const struct tt_memstat_geometry *g);
int ttmem_geometry_check_layout(const struct tt_memstat_geometry *g,
				const struct tt_memstat_layout *layout);

#endif /* TTMEM_GEOMETRY_H */
