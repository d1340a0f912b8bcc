// SPDX-License-Identifier: GPL-2.0-only
/*
 * Geometry: what an arch can have, and what is left of it after harvesting.
 *
 * Knows the archs, the masks and the bounds. Does not know where a geometry came from, nor what
 * chip it belongs to.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include "geometry.h"

#define TTMEM_GEOMETRY_VALID	(TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK | \
				 TT_MEMSTAT_GEOMETRY_GRID)
#define TTMEM_LAYOUT_VALID	(TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1 | \
				 TT_MEMSTAT_LAYOUT_KERNEL | TT_MEMSTAT_LAYOUT_TRACE)

static const struct ttmem_arch ttmem_archs[] = {
	[TT_MEMSTAT_ARCH_WORMHOLE] = {
		.name = "wormhole",
		.columns = 8,
		.rows = 10,
		.harvests_rows = true,
		.l1_bytes = 1464 * SZ_1K,
		.channels = 6,
		.banks = 2,
		.bank_bytes = SZ_1G,
	},
	[TT_MEMSTAT_ARCH_BLACKHOLE] = {
		.name = "blackhole",
		.columns = 14,
		.rows = 10,
		.harvests_rows = false,
		.l1_bytes = 1536 * SZ_1K,
		.channels = 8,
		.banks = 1,
		.bank_bytes = 4ull * SZ_1G,
	},
};

/* NULL: no such arch, or unknown. */
const struct ttmem_arch *ttmem_arch_get(u32 arch)
{
	if (arch >= ARRAY_SIZE(ttmem_archs) || !ttmem_archs[arch].name)
		return NULL;
	return &ttmem_archs[arch];
}

u32 ttmem_arch_cores(const struct ttmem_arch *arch)
{
	return arch->columns * arch->rows;
}

static bool ttmem_is_granular(u64 bytes)
{
	return !(bytes & (TT_MEMSTAT_GRANULE - 1));
}

/* How many of @units a mask leaves; 0 where the mask does not fit them or leaves none. */
static u32 ttmem_units_left(u32 mask, u32 units)
{
	if (mask >> units)
		return 0;
	return units - hweight32(mask);
}

static int ttmem_derive_grid(const struct ttmem_arch *arch, const struct tt_memstat_geometry *told,
			     struct tt_memstat_geometry *out)
{
	bool mask = told->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK;
	bool grid = told->valid & TT_MEMSTAT_GEOMETRY_GRID;
	u32 x = arch->columns, y = arch->rows;

	if (!mask && !grid)
		return -EINVAL;
	if (!mask && told->tensix_mask)
		return -EINVAL;
	if (!grid && (told->grid_x || told->grid_y))
		return -EINVAL;
	if (mask) {
		u32 *harvested = arch->harvests_rows ? &y : &x;

		*harvested = ttmem_units_left(told->tensix_mask, *harvested);
		if (!*harvested)
			return -EINVAL;
		if (grid && (told->grid_x != x || told->grid_y != y))
			return -EINVAL;
	} else {
		if (!told->grid_x || told->grid_x > x || !told->grid_y || told->grid_y > y)
			return -EINVAL;
		x = told->grid_x;
		y = told->grid_y;
	}
	out->tensix_mask = told->tensix_mask;
	out->grid_x = x;
	out->grid_y = y;
	return 0;
}

static int ttmem_derive_dram(const struct ttmem_arch *arch, const struct tt_memstat_geometry *told,
			     struct tt_memstat_geometry *out)
{
	u32 banks = told->dram_banks;

	if (told->valid & TT_MEMSTAT_GEOMETRY_DRAM_MASK) {
		banks = ttmem_units_left(told->dram_mask, arch->channels) * arch->banks;
		if (told->dram_banks && told->dram_banks != banks)
			return -EINVAL;
	} else if (told->dram_mask) {
		return -EINVAL;
	}
	if (!banks || banks > arch->channels * arch->banks || banks % arch->banks)
		return -EINVAL;
	out->dram_mask = told->dram_mask;
	out->dram_banks = banks;
	return 0;
}

/**
 * ttmem_geometry_derive - check what was told of a chip and fill in what follows from it
 * @told: as it came from the user
 * @out: every field set, GRID valid; the masks valid only if they were told
 *
 * Return: 0, or -EINVAL when something needed was not told (nothing is assumed to be whole), does
 * not fit the arch, or contradicts itself. @out is then undefined.
 */
int ttmem_geometry_derive(const struct tt_memstat_geometry *told, struct tt_memstat_geometry *out)
{
	const struct ttmem_arch *arch = ttmem_arch_get(told->arch);
	int err;

	if (!arch || (told->valid & ~TTMEM_GEOMETRY_VALID) || told->reserved)
		return -EINVAL;
	if (told->l1_bytes > arch->l1_bytes || !ttmem_is_granular(told->l1_bytes))
		return -EINVAL;
	if (told->dram_bank_bytes > arch->bank_bytes || !ttmem_is_granular(told->dram_bank_bytes))
		return -EINVAL;

	memset(out, 0, sizeof(*out));
	out->arch = told->arch;
	out->valid = told->valid | TT_MEMSTAT_GEOMETRY_GRID;
	out->l1_bytes = told->l1_bytes ?: arch->l1_bytes;
	out->dram_bank_bytes = told->dram_bank_bytes ?: arch->bank_bytes;
	err = ttmem_derive_grid(arch, told, out);
	if (err)
		return err;
	return ttmem_derive_dram(arch, told, out);
}

/* Of two derived geometries. Equal grids are the same geometry, whichever units are harvested. */
bool ttmem_geometry_equal(const struct tt_memstat_geometry *a, const struct tt_memstat_geometry *b)
{
	return a->arch == b->arch && a->grid_x == b->grid_x && a->grid_y == b->grid_y &&
	       a->l1_bytes == b->l1_bytes && a->dram_bank_bytes == b->dram_bank_bytes &&
	       a->dram_banks == b->dram_banks;
}

u32 ttmem_geometry_cores(const struct tt_memstat_geometry *g)
{
	return g->grid_x * g->grid_y;
}

static int ttmem_check_layout_l1(const struct tt_memstat_geometry *g,
				 const struct tt_memstat_layout *layout)
{
	if (!(layout->valid & TT_MEMSTAT_LAYOUT_L1))
		return layout->l1_base || layout->l1_end || layout->l1_small ? -EINVAL : 0;
	if (!ttmem_is_granular(layout->l1_base) || !ttmem_is_granular(layout->l1_end) ||
	    !ttmem_is_granular(layout->l1_small))
		return -EINVAL;
	if (layout->l1_end > g->l1_bytes || layout->l1_base >= layout->l1_end ||
	    layout->l1_small > layout->l1_end - layout->l1_base)
		return -ERANGE;
	return 0;
}

/**
 * ttmem_geometry_check_layout - whether a runtime's layout fits a chip
 * @g: derived geometry
 * @layout: as it came from the user
 *
 * Return: 0; -EINVAL: unknown bits, a field that was not declared valid, sizes off the granule;
 * -ERANGE: beyond what the chip has.
 */
int ttmem_geometry_check_layout(const struct tt_memstat_geometry *g,
				const struct tt_memstat_layout *layout)
{
	if ((layout->valid & ~TTMEM_LAYOUT_VALID) || layout->reserved)
		return -EINVAL;
	if (!(layout->valid & TT_MEMSTAT_LAYOUT_WORKER) && (layout->worker_x || layout->worker_y))
		return -EINVAL;
	if (!(layout->valid & TT_MEMSTAT_LAYOUT_KERNEL) && layout->kernel_region)
		return -EINVAL;
	if (!(layout->valid & TT_MEMSTAT_LAYOUT_TRACE) && layout->trace_region)
		return -EINVAL;
	if ((layout->valid & TT_MEMSTAT_LAYOUT_WORKER) &&
	    (!layout->worker_x || layout->worker_x > g->grid_x ||
	     !layout->worker_y || layout->worker_y > g->grid_y))
		return -ERANGE;
	if (layout->kernel_region > g->l1_bytes || layout->trace_region > g->dram_bank_bytes)
		return -ERANGE;
	return ttmem_check_layout_l1(g, layout);
}
