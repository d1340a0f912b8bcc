// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Table of architectures: cores and DRAM of a chip without harvesting, and names. Pure functions.
 */
#include <errno.h>
#include <strings.h>

#include "public.h"

static const struct ttmemstat_arch_info archs[] = {
	{
		.arch = TT_MEMSTAT_ARCH_WORMHOLE,
		.name = "wormhole",
		.grid_x = 8,
		.grid_y = 10,
		.harvests_rows = true,
		.tensix_mask_bits = 10,
		.dram_channels = 6,
		.banks_per_channel = 2,
		.l1_bytes = 1499136,
		.dram_bank_bytes = UINT64_C(1) << 30,
		.usual_x = 8,
		.usual_y = 8,
	},
	{
		.arch = TT_MEMSTAT_ARCH_BLACKHOLE,
		.name = "blackhole",
		.grid_x = 14,
		.grid_y = 10,
		.harvests_rows = false,
		.tensix_mask_bits = 14,
		.dram_channels = 8,
		.banks_per_channel = 1,
		.l1_bytes = 1572864,
		.dram_bank_bytes = UINT64_C(4) << 30,
		.usual_x = 11,
		.usual_y = 10,
	},
};

#define ARCHS	(sizeof(archs) / sizeof(archs[0]))

const struct ttmemstat_arch_info *ttmemstat_arch_get_info(uint32_t arch)
{
	size_t i;

	for (i = 0; i < ARCHS; i++)
		if (archs[i].arch == arch)
			return &archs[i];
	return NULL;
}

const char *ttmemstat_arch_name(uint32_t arch)
{
	const struct ttmemstat_arch_info *info = ttmemstat_arch_get_info(arch);

	return info ? info->name : "unknown";
}

const char *ttmemstat_board_side(const char *board, uint32_t location)
{
	if (!board || location > 1)
		return "";
	if (!strncasecmp(board, "n300", 4))
		return location ? "R" : "L";
	if (!strncasecmp(board, "p300", 4))
		return location ? "L" : "R";
	return "";
}

int ttmemstat_arch_parse(const char *name)
{
	size_t i;

	if (!name)
		return -EINVAL;
	for (i = 0; i < ARCHS; i++)
		if (!strcasecmp(name, archs[i].name))
			return (int)archs[i].arch;
	/* Runtimes and cluster descriptors name Wormhole by its stepping. */
	if (!strcasecmp(name, "wormhole_b0"))
		return TT_MEMSTAT_ARCH_WORMHOLE;
	return -EINVAL;
}
