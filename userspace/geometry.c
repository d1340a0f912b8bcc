// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Geometry: from harvest masks or a told grid to cores, banks and capacities. Pure.
 */
#include <errno.h>

#include "public.h"

#define VALID_ALL (TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK | \
		   TT_MEMSTAT_GEOMETRY_GRID)

static uint32_t bits(uint32_t mask)
{
	return (uint32_t)__builtin_popcount(mask);
}

/* What @valid does not tell must be zero: else a caller forgot a flag, and would be misread. */
static bool is_well_formed(const struct tt_memstat_geometry *g)
{
	if (g->reserved || (g->valid & ~VALID_ALL))
		return false;
	if (!(g->valid & (TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_GRID)))
		return false;
	if (!(g->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK) && g->tensix_mask)
		return false;
	if (!(g->valid & TT_MEMSTAT_GEOMETRY_DRAM_MASK) && g->dram_mask)
		return false;
	if (!(g->valid & TT_MEMSTAT_GEOMETRY_GRID) && (g->grid_x || g->grid_y))
		return false;
	return g->l1_bytes % TT_MEMSTAT_GRANULE == 0 &&
	       g->dram_bank_bytes % TT_MEMSTAT_GRANULE == 0;
}

static int resolve_grid(const struct ttmemstat_arch_info *arch, const struct tt_memstat_geometry *g,
			struct ttmemstat_resolved *out)
{
	uint32_t x = arch->grid_x, y = arch->grid_y;

	if (g->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK) {
		uint32_t off = bits(g->tensix_mask);

		if (g->tensix_mask >> arch->tensix_mask_bits || off == arch->tensix_mask_bits)
			return -ERANGE;
		if (arch->harvests_rows)
			y -= off;
		else
			x -= off;
	}
	if (g->valid & TT_MEMSTAT_GEOMETRY_GRID) {
		if (!g->grid_x || !g->grid_y || g->grid_x > arch->grid_x ||
		    g->grid_y > arch->grid_y)
			return -ERANGE;
		if ((g->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK) &&
		    (g->grid_x != x || g->grid_y != y))
			return -EINVAL;
		x = g->grid_x;
		y = g->grid_y;
	}
	out->grid_x = x;
	out->grid_y = y;
	out->tensix_total = arch->grid_x * arch->grid_y;
	out->tensix_active = x * y;
	return 0;
}

static int resolve_banks(const struct ttmemstat_arch_info *arch,
			 const struct tt_memstat_geometry *g, struct ttmemstat_resolved *out)
{
	uint32_t banks = g->dram_banks;

	/* Harvesting takes whole channels. */
	if (banks > arch->dram_channels * arch->banks_per_channel ||
	    banks % arch->banks_per_channel)
		return -ERANGE;
	if (g->valid & TT_MEMSTAT_GEOMETRY_DRAM_MASK) {
		uint32_t off = bits(g->dram_mask);

		if (g->dram_mask >> arch->dram_channels || off == arch->dram_channels)
			return -ERANGE;
		banks = (arch->dram_channels - off) * arch->banks_per_channel;
		if (g->dram_banks && g->dram_banks != banks)
			return -EINVAL;
	}
	out->dram_banks = banks;
	return 0;
}

int ttmemstat_geometry_resolve(const struct tt_memstat_geometry *geometry,
			       struct ttmemstat_resolved *out)
{
	const struct ttmemstat_arch_info *arch;
	struct ttmemstat_resolved r = { 0 };
	int error;

	if (!geometry || !out)
		return -EINVAL;
	arch = ttmemstat_arch_get_info(geometry->arch);
	if (!arch || !is_well_formed(geometry))
		return -EINVAL;
	if (geometry->l1_bytes > arch->l1_bytes ||
	    geometry->dram_bank_bytes > arch->dram_bank_bytes)
		return -ERANGE;
	error = resolve_grid(arch, geometry, &r);
	if (!error)
		error = resolve_banks(arch, geometry, &r);
	if (error)
		return error;
	r.l1_bytes = geometry->l1_bytes ? geometry->l1_bytes : arch->l1_bytes;
	r.dram_bank_bytes = geometry->dram_bank_bytes ? geometry->dram_bank_bytes
						      : arch->dram_bank_bytes;
	r.l1_capacity = r.l1_bytes * r.tensix_active;
	r.dram_capacity = r.dram_bank_bytes * r.dram_banks;
	*out = r;
	return 0;
}
