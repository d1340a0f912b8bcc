// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/* Calls on chips: virtual chips, look-up, geometry. geometry.c checks geometries beforehand. */
#define _GNU_SOURCE
#include <errno.h>

#include "internal.h"

/* Sizes of the first versions, for an @argsz of 0. They stay when structures grow. */
#define FIND_FIRST		sizeof(struct tt_memstat_chip_find)
#define GEOMETRY_SET_FIRST	sizeof(struct tt_memstat_geometry_set)

/* Flags that the module accepts, to name those that it refused. */
#define CREATE_FLAGS	(TT_MEMSTAT_CREATE_OPEN | TT_MEMSTAT_CREATE_EPHEMERAL)
#define FIND_FLAGS	(TT_MEMSTAT_FIND_NAME | TT_MEMSTAT_FIND_PCI | TT_MEMSTAT_FIND_UNIQUE_ID)
#define LOCATED		(TT_MEMSTAT_GEOMETRY_REMOTE | TT_MEMSTAT_GEOMETRY_LOCATION)
#define SET_FLAGS	(TT_MEMSTAT_GEOMETRY_FORCE | LOCATED)

static int refuse(struct ttmemstat_ctx *ctx, enum ttmemstat_call call, int error,
		  const char *field, enum ttmemstat_rule rule, uint64_t value, uint64_t limit)
{
	return ttmemstat_refuse(&ctx->failure, call, error, field, rule, value, limit);
}

static int refuse_null(struct ttmemstat_ctx *ctx, enum ttmemstat_call call, const char *field)
{
	return refuse(ctx, call, -EINVAL, field, TTMEMSTAT_RULE_GIVEN, 0, 0);
}

static int failed(struct ttmemstat_ctx *ctx, enum ttmemstat_call call, int error, uint32_t chip)
{
	return ttmemstat_note(&ctx->failure, &(struct ttmemstat_facts) {
		.call = call, .error = error, .chip = chip,
	});
}

/* Find the cause of a mere -EINVAL of a call with a geometry. */
static int geometry_failed(struct ttmemstat_ctx *ctx, enum ttmemstat_call call, int error,
			   const struct tt_memstat_geometry *geometry, uint32_t chip)
{
	struct ttmemstat_resolved has;

	if (error != -EINVAL)
		return failed(ctx, call, error, chip);
	if (ttmemstat_geometry_check(geometry, &has, &ctx->failure)) {
		ttmemstat_note_as(&ctx->failure, call, NULL, 0);
		return error;
	}
	return failed(ctx, call, error, chip);
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

	if (!ctx)
		return -EINVAL;
	if (!geometry || !chip)
		return refuse_null(ctx, TTMEMSTAT_CALL_chip_create, geometry ? "chip" : "geometry");
	if (board) {
		size_t len = strnlen(board, sizeof(arg.board));

		if (len == sizeof(arg.board))
			return refuse(ctx, TTMEMSTAT_CALL_chip_create, -ENAMETOOLONG, "board",
				      TTMEMSTAT_RULE_LENGTH, strlen(board), len - 1);
		memcpy(arg.board, board, len);
	}
	arg.geometry = *geometry;
	error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_CHIP_CREATE, &arg);
	if (error == -EINVAL && (flags & ~CREATE_FLAGS))
		return refuse(ctx, TTMEMSTAT_CALL_chip_create, error, "flags",
			      TTMEMSTAT_RULE_WITHIN, flags, CREATE_FLAGS);
	if (error)
		return geometry_failed(ctx, TTMEMSTAT_CALL_chip_create, error, geometry, 0);
	*chip = arg.chip;
	return 0;
}

int ttmemstat_chip_destroy(struct ttmemstat_ctx *ctx, uint32_t chip)
{
	struct tt_memstat_chip_destroy arg = { .argsz = sizeof(arg), .chip = chip };
	int error;

	if (!ctx)
		return -EINVAL;
	error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_CHIP_DESTROY, &arg);
	return error ? failed(ctx, TTMEMSTAT_CALL_chip_destroy, error, chip) : 0;
}

int ttmemstat_chip_find(struct ttmemstat_ctx *ctx, struct tt_memstat_chip_find *find)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_chip_find;
	uint32_t flags;
	int error;

	if (!ctx)
		return -EINVAL;
	if (!find)
		return refuse_null(ctx, call, "find");
	if (!find->argsz)
		find->argsz = FIND_FIRST;
	flags = find->flags;
	error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_CHIP_FIND, find);
	if (error == -EINVAL && (flags & ~FIND_FLAGS))
		return refuse(ctx, call, error, "flags", TTMEMSTAT_RULE_WITHIN, flags, FIND_FLAGS);
	if (error == -EINVAL && (flags & (flags - 1)))
		return refuse(ctx, call, error, "flags", TTMEMSTAT_RULE_POWER, flags, 0);
	if (error == -EINVAL && !flags)
		return refuse(ctx, call, error, "flags", TTMEMSTAT_RULE_HAS, flags, FIND_FLAGS);
	return error ? failed(ctx, call, error, 0) : 0;
}

int ttmemstat_geometry_set(struct ttmemstat_ctx *ctx, struct tt_memstat_geometry_set *set)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_geometry_set;
	int error;

	if (!ctx)
		return -EINVAL;
	if (!set)
		return refuse_null(ctx, call, "set");
	if (!set->argsz)
		set->argsz = GEOMETRY_SET_FIRST;
	error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_GEOMETRY_SET, set);
	if (error == -EINVAL && (set->flags & ~SET_FLAGS))
		return refuse(ctx, call, error, "flags", TTMEMSTAT_RULE_WITHIN, set->flags,
			      SET_FLAGS);
	if (error == -EINVAL && set->asic_location && !(set->flags & LOCATED))
		return refuse(ctx, call, error, "asic_location", TTMEMSTAT_RULE_FLAG,
			      set->asic_location, LOCATED);
	if (error == -EINVAL && set->asic_location >= TTMEMSTAT_LOCATIONS)
		return refuse(ctx, call, error, "asic_location", TTMEMSTAT_RULE_BELOW,
			      set->asic_location, TTMEMSTAT_LOCATIONS);
	return error ? geometry_failed(ctx, call, error, &set->geometry, set->chip) : 0;
}

int ttmemstat_geometry_unset(struct ttmemstat_ctx *ctx, uint32_t chip, uint32_t flags)
{
	struct tt_memstat_geometry_set arg = {
		.argsz = sizeof(arg),
		.flags = flags,
		.chip = chip,
	};

	int error;

	if (!ctx)
		return -EINVAL;
	if (flags & ~TT_MEMSTAT_GEOMETRY_FORCE)
		return refuse(ctx, TTMEMSTAT_CALL_geometry_unset, -EINVAL, "flags",
			      TTMEMSTAT_RULE_WITHIN, flags, TT_MEMSTAT_GEOMETRY_FORCE);
	error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_GEOMETRY_UNSET, &arg);
	return error ? failed(ctx, TTMEMSTAT_CALL_geometry_unset, error, chip) : 0;
}
