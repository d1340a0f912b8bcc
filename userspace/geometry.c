// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Geometry: derive cores, banks and capacities from harvest masks or a grid. Pure functions.
 */
#include <errno.h>

#include "internal.h"

#define VALID_ALL (TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK | \
		   TT_MEMSTAT_GEOMETRY_GRID)
#define CORES	(TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_GRID)
#define DRAM	TT_MEMSTAT_GEOMETRY_DRAM_MASK

static uint32_t bits(uint32_t mask)
{
	return (uint32_t)__builtin_popcount(mask);
}

/* @failure may be NULL. */
static int refuse(struct ttmemstat_failure *failure, int error, const char *field,
		  enum ttmemstat_rule rule, uint64_t value, uint64_t limit)
{
	return ttmemstat_refuse(failure, TTMEMSTAT_CALL_geometry_resolve, error, field, rule, value,
				limit);
}

/* Fields without a flag in @valid must be zero, in case the caller forgot the flag. */
static int check_form(const struct tt_memstat_geometry *g, struct ttmemstat_failure *failure)
{
	const struct {
		const char *field;
		uint64_t value;
		uint32_t valid;
	} fields[] = {
		{ "tensix_mask", g->tensix_mask, TT_MEMSTAT_GEOMETRY_TENSIX_MASK },
		{ "dram_mask", g->dram_mask, TT_MEMSTAT_GEOMETRY_DRAM_MASK },
		{ "grid_x", g->grid_x, TT_MEMSTAT_GEOMETRY_GRID },
		{ "grid_y", g->grid_y, TT_MEMSTAT_GEOMETRY_GRID },
	};
	size_t i;

	if (g->reserved)
		return refuse(failure, -EINVAL, "reserved", TTMEMSTAT_RULE_ZERO, g->reserved, 0);
	if (g->valid & ~VALID_ALL)
		return refuse(failure, -EINVAL, "valid", TTMEMSTAT_RULE_WITHIN, g->valid, VALID_ALL);
	if (!(g->valid & (CORES | DRAM)) && !g->dram_banks)
		return refuse(failure, -EINVAL, "valid", TTMEMSTAT_RULE_HAS, g->valid, CORES | DRAM);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].value && !(g->valid & fields[i].valid))
			return refuse(failure, -EINVAL, fields[i].field, TTMEMSTAT_RULE_VALID,
				      fields[i].value, fields[i].valid);
	if (g->l1_bytes % TT_MEMSTAT_GRANULE)
		return refuse(failure, -EINVAL, "l1_bytes", TTMEMSTAT_RULE_MULTIPLE, g->l1_bytes,
			      TT_MEMSTAT_GRANULE);
	if (g->dram_bank_bytes % TT_MEMSTAT_GRANULE)
		return refuse(failure, -EINVAL, "dram_bank_bytes", TTMEMSTAT_RULE_MULTIPLE,
			      g->dram_bank_bytes, TT_MEMSTAT_GRANULE);
	return 0;
}

static int check_mask(const char *field, uint32_t mask, uint32_t width,
		      struct ttmemstat_failure *failure)
{
	const uint32_t all = (1u << width) - 1;

	if (mask & ~all)
		return refuse(failure, -ERANGE, field, TTMEMSTAT_RULE_WITHIN, mask, all);
	if (mask == all)
		return refuse(failure, -ERANGE, field, TTMEMSTAT_RULE_LEAVES, mask, all);
	return 0;
}

/* Check one dimension of the grid; @by_mask: 0 if there is no mask. */
static int check_side(const char *field, uint32_t value, uint32_t has, uint32_t by_mask,
		      struct ttmemstat_failure *failure)
{
	if (!value || value > has)
		return refuse(failure, -ERANGE, field, TTMEMSTAT_RULE_FROM_1, value, has);
	if (by_mask && value != by_mask)
		return refuse(failure, -EINVAL, field, TTMEMSTAT_RULE_EQUAL, value, by_mask);
	return 0;
}

static int resolve_grid(const struct ttmemstat_arch_info *arch, const struct tt_memstat_geometry *g,
			struct ttmemstat_resolved *out, struct ttmemstat_failure *failure)
{
	const bool masked = g->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK;
	uint32_t x = arch->grid_x, y = arch->grid_y;
	int error = 0;

	if (!(g->valid & CORES))
		return 0;
	if (masked) {
		error = check_mask("tensix_mask", g->tensix_mask, arch->tensix_mask_bits, failure);
		if (error)
			return error;
		if (arch->harvests_rows)
			y -= bits(g->tensix_mask);
		else
			x -= bits(g->tensix_mask);
	}
	if (g->valid & TT_MEMSTAT_GEOMETRY_GRID) {
		error = check_side("grid_x", g->grid_x, arch->grid_x, masked ? x : 0, failure);
		if (!error)
			error = check_side("grid_y", g->grid_y, arch->grid_y, masked ? y : 0,
					   failure);
		if (error)
			return error;
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
			 const struct tt_memstat_geometry *g, struct ttmemstat_resolved *out,
			 struct ttmemstat_failure *failure)
{
	const uint32_t all = arch->dram_channels * arch->banks_per_channel;
	uint32_t banks = g->dram_banks;
	int error;

	if (banks > all)
		return refuse(failure, -ERANGE, "dram_banks", TTMEMSTAT_RULE_AT_MOST, banks, all);
	/* Harvesting takes whole channels. */
	if (banks % arch->banks_per_channel)
		return refuse(failure, -ERANGE, "dram_banks", TTMEMSTAT_RULE_MULTIPLE, banks,
			      arch->banks_per_channel);
	if (g->valid & TT_MEMSTAT_GEOMETRY_DRAM_MASK) {
		error = check_mask("dram_mask", g->dram_mask, arch->dram_channels, failure);
		if (error)
			return error;
		banks = (arch->dram_channels - bits(g->dram_mask)) * arch->banks_per_channel;
		if (g->dram_banks && g->dram_banks != banks)
			return refuse(failure, -EINVAL, "dram_banks", TTMEMSTAT_RULE_EQUAL,
				      g->dram_banks, banks);
	}
	out->dram_banks = banks;
	return 0;
}

static int check_size(const char *field, uint64_t value, uint64_t has,
		      struct ttmemstat_failure *failure)
{
	return value > has ? refuse(failure, -ERANGE, field, TTMEMSTAT_RULE_AT_MOST, value, has) : 0;
}

int ttmemstat_geometry_check(const struct tt_memstat_geometry *geometry,
			     struct ttmemstat_resolved *out, struct ttmemstat_failure *failure)
{
	const struct ttmemstat_arch_info *arch;
	struct ttmemstat_resolved r = { 0 };
	int error;

	if (!geometry)
		return refuse(failure, -EINVAL, "geometry", TTMEMSTAT_RULE_GIVEN, 0, 0);
	arch = ttmemstat_arch_get_info(geometry->arch);
	if (!arch)
		return refuse(failure, -EINVAL, "arch", TTMEMSTAT_RULE_FROM_1, geometry->arch,
			      TT_MEMSTAT_ARCH_BLACKHOLE);
	error = check_form(geometry, failure);
	if (!error)
		error = check_size("l1_bytes", geometry->l1_bytes, arch->l1_bytes, failure);
	if (!error)
		error = check_size("dram_bank_bytes", geometry->dram_bank_bytes,
				   arch->dram_bank_bytes, failure);
	if (!error)
		error = resolve_grid(arch, geometry, &r, failure);
	if (!error)
		error = resolve_banks(arch, geometry, &r, failure);
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

int ttmemstat_geometry_resolve(const struct tt_memstat_geometry *geometry,
			       struct ttmemstat_resolved *out)
{
	return out ? ttmemstat_geometry_check(geometry, out, NULL) : -EINVAL;
}
