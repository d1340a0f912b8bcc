// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Geometry: what an architecture can have, and what harvesting leaves of it. */
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

/* How many of @units a mask leaves; 0 where the mask does not fit them or leaves none. */
static u32 ttmem_units_left(u32 mask, u32 units)
{
	if (mask >> units)
		return 0;
	return units - hweight32(mask);
}

static int ttmem_derive_grid(const struct ttmem_arch *arch, const struct tt_memstat_geometry *given,
			     struct tt_memstat_geometry *out)
{
	bool mask = given->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK;
	bool grid = given->valid & TT_MEMSTAT_GEOMETRY_GRID;
	u32 x = arch->columns, y = arch->rows;

	if (!mask && given->tensix_mask)
		return -EINVAL;
	if (!grid && (given->grid_x || given->grid_y))
		return -EINVAL;
	if (!mask && !grid)
		return 0;
	if (mask) {
		u32 *harvested = arch->harvests_rows ? &y : &x;

		*harvested = ttmem_units_left(given->tensix_mask, *harvested);
		if (!*harvested)
			return -EINVAL;
		if (grid && (given->grid_x != x || given->grid_y != y))
			return -EINVAL;
	} else {
		if (!given->grid_x || given->grid_x > x || !given->grid_y || given->grid_y > y)
			return -EINVAL;
		x = given->grid_x;
		y = given->grid_y;
	}
	out->valid |= TT_MEMSTAT_GEOMETRY_GRID;
	out->tensix_mask = given->tensix_mask;
	out->grid_x = x;
	out->grid_y = y;
	return 0;
}

static int ttmem_derive_dram(const struct ttmem_arch *arch, const struct tt_memstat_geometry *given,
			     struct tt_memstat_geometry *out)
{
	u32 banks = given->dram_banks;

	if (given->valid & TT_MEMSTAT_GEOMETRY_DRAM_MASK) {
		banks = ttmem_units_left(given->dram_mask, arch->channels) * arch->banks;
		if (given->dram_banks && given->dram_banks != banks)
			return -EINVAL;
	} else if (given->dram_mask) {
		return -EINVAL;
	} else if (!banks) {
		return 0;
	}
	if (!banks || banks > arch->channels * arch->banks || banks % arch->banks)
		return -EINVAL;
	out->dram_mask = given->dram_mask;
	out->dram_banks = banks;
	return 0;
}

/**
 * ttmem_geometry_derive - check a description of a chip and derive its geometry
 * @given: as it came from the user
 * @out: arch and sizes are set; a side that @given describes is known, the other is 0; masks are
 *	valid only if @given has them
 *
 * Return: 0, or -EINVAL when @given describes neither side (no chip is assumed to be unharvested),
 * does not fit the architecture or contradicts itself. @out is then undefined.
 */
int ttmem_geometry_derive(const struct tt_memstat_geometry *given, struct tt_memstat_geometry *out)
{
	const struct ttmem_arch *arch = ttmem_arch_get(given->arch);
	int err;

	if (!arch || (given->valid & ~TTMEM_GEOMETRY_VALID) || given->reserved)
		return -EINVAL;
	if (given->l1_bytes > arch->l1_bytes || given->dram_bank_bytes > arch->bank_bytes ||
	    !IS_ALIGNED(given->l1_bytes | given->dram_bank_bytes, TT_MEMSTAT_GRANULE))
		return -EINVAL;

	memset(out, 0, sizeof(*out));
	out->arch = given->arch;
	out->valid = given->valid & ~TT_MEMSTAT_GEOMETRY_GRID;
	out->l1_bytes = given->l1_bytes ?: arch->l1_bytes;
	out->dram_bank_bytes = given->dram_bank_bytes ?: arch->bank_bytes;
	err = ttmem_derive_grid(arch, given, out) ?: ttmem_derive_dram(arch, given, out);
	if (err)
		return err;
	return ttmem_geometry_sides(out) ? 0 : -EINVAL;
}

/* All that a chip of this arch can have; no mask is valid. */
void ttmem_geometry_whole(u32 arch, struct tt_memstat_geometry *out)
{
	const struct ttmem_arch *a = ttmem_arch_get(arch);

	*out = (struct tt_memstat_geometry) {
		.arch = arch,
		.valid = TT_MEMSTAT_GEOMETRY_GRID,
		.grid_x = a->columns,
		.grid_y = a->rows,
		.l1_bytes = a->l1_bytes,
		.dram_bank_bytes = a->bank_bytes,
		.dram_banks = a->channels * a->banks,
	};
}

/*
 * The sides that two derived geometries of a chip both know, and know otherwise. Equal grids are
 * the same, whichever units are harvested.
 */
u32 ttmem_geometry_differs(const struct tt_memstat_geometry *a, const struct tt_memstat_geometry *b)
{
	u32 both = ttmem_geometry_sides(a) & ttmem_geometry_sides(b), same = 0;

	if (a->grid_x == b->grid_x && a->grid_y == b->grid_y)
		same |= BIT(TT_MEMSTAT_SPACE_L1);
	if (a->dram_banks == b->dram_banks)
		same |= BIT(TT_MEMSTAT_SPACE_DRAM);
	return both & ~same;
}

/* Whether it may be of a chip that has the sizes of @chip, and the sides that this knows. */
bool ttmem_geometry_fits(const struct tt_memstat_geometry *g,
			 const struct tt_memstat_geometry *chip)
{
	return g->arch == chip->arch && (!g->grid_x || g->l1_bytes == chip->l1_bytes) &&
	       (!g->dram_banks || g->dram_bank_bytes == chip->dram_bank_bytes) &&
	       !ttmem_geometry_differs(g, chip);
}

/* @sides: become unknown; the arch and the sizes stay. */
void ttmem_geometry_forget(struct tt_memstat_geometry *g, u32 sides)
{
	if (sides & BIT(TT_MEMSTAT_SPACE_L1)) {
		g->valid &= ~(TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_GRID);
		g->tensix_mask = 0;
		g->grid_x = 0;
		g->grid_y = 0;
	}
	if (sides & BIT(TT_MEMSTAT_SPACE_DRAM)) {
		g->valid &= ~TT_MEMSTAT_GEOMETRY_DRAM_MASK;
		g->dram_mask = 0;
		g->dram_banks = 0;
	}
}

/* Takes over the sides that @g does not know, with their sizes. */
void ttmem_geometry_complete(struct tt_memstat_geometry *g, const struct tt_memstat_geometry *from)
{
	struct tt_memstat_geometry missing = *from;
	u32 known = ttmem_geometry_sides(g);

	ttmem_geometry_forget(&missing, known);
	g->valid |= missing.valid;
	g->tensix_mask |= missing.tensix_mask;
	g->grid_x |= missing.grid_x;
	g->grid_y |= missing.grid_y;
	g->dram_mask |= missing.dram_mask;
	g->dram_banks |= missing.dram_banks;
	if (!(known & BIT(TT_MEMSTAT_SPACE_L1)))
		g->l1_bytes = from->l1_bytes;
	if (!(known & BIT(TT_MEMSTAT_SPACE_DRAM)))
		g->dram_bank_bytes = from->dram_bank_bytes;
}

static int ttmem_check_layout_l1(const struct tt_memstat_geometry *g,
				 const struct tt_memstat_layout *layout)
{
	if (!(layout->valid & TT_MEMSTAT_LAYOUT_L1))
		return layout->l1_base || layout->l1_end || layout->l1_small ? -EINVAL : 0;
	if (!IS_ALIGNED(layout->l1_base | layout->l1_end | layout->l1_small, TT_MEMSTAT_GRANULE))
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
 * -ENODATA: a worker grid on an unknown one; -ERANGE: beyond the chip.
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
	if ((layout->valid & TT_MEMSTAT_LAYOUT_WORKER) && !g->grid_x)
		return -ENODATA;
	if ((layout->valid & TT_MEMSTAT_LAYOUT_WORKER) &&
	    (!layout->worker_x || layout->worker_x > g->grid_x ||
	     !layout->worker_y || layout->worker_y > g->grid_y))
		return -ERANGE;
	if (layout->kernel_region > g->l1_bytes || layout->trace_region > g->dram_bank_bytes)
		return -ERANGE;
	return ttmem_check_layout_l1(g, layout);
}
