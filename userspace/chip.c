// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Calls about the module and its chips: information, virtual chips, finding, geometry. Does not
 * know whether a geometry makes sense (geometry.c does, the kernel decides).
 */
#define _GNU_SOURCE
#include <errno.h>

#include "internal.h"

/* Sizes of the first versions, which an @argsz of 0 stands for. They stay when structures grow. */
#define INFO_FIRST		sizeof(struct tt_memstat_get_info)
#define FIND_FIRST		sizeof(struct tt_memstat_chip_find)
#define GEOMETRY_SET_FIRST	sizeof(struct tt_memstat_geometry_set)

int ttmemstat_info(struct ttmemstat_ctx *ctx, struct tt_memstat_get_info *info)
{
	if (!ctx || !info)
		return -EINVAL;
	if (!info->argsz)
		info->argsz = INFO_FIRST;
	return ttmemstat_ctx_call(ctx, TT_MEMSTAT_GET_INFO, info);
}

int ttmemstat_chip_create(struct ttmemstat_ctx *ctx, const struct tt_memstat_geometry *geometry,
			  const char *board, uint64_t unique_id, uint32_t flags, uint32_t *chip)
{
	struct tt_memstat_chip_create arg = {
		.argsz = sizeof(arg),
		.flags = flags,
		.unique_id = unique_id,
	};
	int error;

	if (!ctx || !geometry || !chip)
		return -EINVAL;
	if (board) {
		size_t len = strnlen(board, sizeof(arg.board));

		if (len == sizeof(arg.board))
			return -ENAMETOOLONG;
		memcpy(arg.board, board, len);
	}
	arg.geometry = *geometry;
	error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_CHIP_CREATE, &arg);
	if (!error)
		*chip = arg.chip;
	return error;
}

int ttmemstat_chip_destroy(struct ttmemstat_ctx *ctx, uint32_t chip)
{
	struct tt_memstat_chip_destroy arg = { .argsz = sizeof(arg), .chip = chip };

	if (!ctx)
		return -EINVAL;
	return ttmemstat_ctx_call(ctx, TT_MEMSTAT_CHIP_DESTROY, &arg);
}

int ttmemstat_chip_find(struct ttmemstat_ctx *ctx, struct tt_memstat_chip_find *find)
{
	if (!ctx || !find)
		return -EINVAL;
	if (!find->argsz)
		find->argsz = FIND_FIRST;
	return ttmemstat_ctx_call(ctx, TT_MEMSTAT_CHIP_FIND, find);
}

int ttmemstat_geometry_set(struct ttmemstat_ctx *ctx, struct tt_memstat_geometry_set *set)
{
	if (!ctx || !set)
		return -EINVAL;
	if (!set->argsz)
		set->argsz = GEOMETRY_SET_FIRST;
	return ttmemstat_ctx_call(ctx, TT_MEMSTAT_GEOMETRY_SET, set);
}

int ttmemstat_geometry_unset(struct ttmemstat_ctx *ctx, uint32_t chip, uint32_t flags)
{
	struct tt_memstat_geometry_set arg = {
		.argsz = sizeof(arg),
		.flags = flags,
		.chip = chip,
	};

	if (!ctx || (flags & ~TT_MEMSTAT_GEOMETRY_FORCE))
		return -EINVAL;
	return ttmemstat_ctx_call(ctx, TT_MEMSTAT_GEOMETRY_UNSET, &arg);
}
