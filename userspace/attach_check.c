// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Find the field of an attach that the module refuses on every chip.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "internal.h"

#define ATTACH_FLAGS	(TT_MEMSTAT_ATTACH_GEOMETRY | TT_MEMSTAT_ATTACH_REMOTE)
#define LAYOUT_VALID	(TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1 | \
			 TT_MEMSTAT_LAYOUT_KERNEL | TT_MEMSTAT_LAYOUT_TRACE)

static int refuse(struct ttmemstat_ctx *ctx, const char *field, enum ttmemstat_rule rule,
		  uint64_t value, uint64_t limit)
{
	return ttmemstat_refuse(&ctx->failure, TTMEMSTAT_CALL_attach, -EINVAL, field, rule, value,
				limit);
}

static int check_layout(struct ttmemstat_ctx *ctx, const struct tt_memstat_layout *l)
{
	const struct {
		const char *field;
		uint64_t value;
		uint32_t valid;
	} fields[] = {
		{ "layout.worker_x", l->worker_x, TT_MEMSTAT_LAYOUT_WORKER },
		{ "layout.worker_y", l->worker_y, TT_MEMSTAT_LAYOUT_WORKER },
		{ "layout.l1_base", l->l1_base, TT_MEMSTAT_LAYOUT_L1 },
		{ "layout.l1_end", l->l1_end, TT_MEMSTAT_LAYOUT_L1 },
		{ "layout.l1_small", l->l1_small, TT_MEMSTAT_LAYOUT_L1 },
		{ "layout.kernel_region", l->kernel_region, TT_MEMSTAT_LAYOUT_KERNEL },
		{ "layout.trace_region", l->trace_region, TT_MEMSTAT_LAYOUT_TRACE },
	};
	size_t i;

	if (l->valid & ~LAYOUT_VALID)
		return refuse(ctx, "layout.valid", TTMEMSTAT_RULE_WITHIN, l->valid, LAYOUT_VALID);
	if (l->reserved)
		return refuse(ctx, "layout.reserved", TTMEMSTAT_RULE_ZERO, l->reserved, 0);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].value && !(l->valid & fields[i].valid))
			return refuse(ctx, fields[i].field, TTMEMSTAT_RULE_VALID, fields[i].value,
				      fields[i].valid);
		if (fields[i].valid != TT_MEMSTAT_LAYOUT_WORKER &&
		    fields[i].value % TT_MEMSTAT_GRANULE)
			return refuse(ctx, fields[i].field, TTMEMSTAT_RULE_MULTIPLE, fields[i].value,
				      TT_MEMSTAT_GRANULE);
	}
	return 0;
}

static int check_geometry(struct ttmemstat_ctx *ctx, const struct tt_memstat_attach *arg)
{
	struct ttmemstat_resolved has;
	int error;

	if (!(arg->flags & TT_MEMSTAT_ATTACH_GEOMETRY))
		return 0;
	error = ttmemstat_geometry_check(&arg->geometry, &has, &ctx->failure);
	if (error)
		ttmemstat_note_as(&ctx->failure, TTMEMSTAT_CALL_attach, NULL, 0);
	return error;
}

int ttmemstat_attach_check(struct ttmemstat_ctx *ctx, const struct tt_memstat_attach *arg)
{
	const bool remote = arg->flags & TT_MEMSTAT_ATTACH_REMOTE;
	int error;

	if (arg->flags & ~ATTACH_FLAGS)
		return refuse(ctx, "flags", TTMEMSTAT_RULE_WITHIN, arg->flags,
			      ATTACH_FLAGS | TTMEMSTAT_ATTACH_RING);
	if (!arg->covers)
		return refuse(ctx, "covers", TTMEMSTAT_RULE_NOT_ZERO, 0, 0);
	if (arg->covers & ~TT_MEMSTAT_POOL_MASK_ALL)
		return refuse(ctx, "covers", TTMEMSTAT_RULE_WITHIN, arg->covers,
			      TT_MEMSTAT_POOL_MASK_ALL);
	if (arg->partial & ~arg->covers)
		return refuse(ctx, "partial", TTMEMSTAT_RULE_WITHIN, arg->partial, arg->covers);
	if (arg->runtime_id < -1)
		return refuse(ctx, "runtime_id", TTMEMSTAT_RULE_FROM_MINUS_1,
			      (uint64_t)(int64_t)arg->runtime_id, 0);
	if (arg->asic_location && !remote)
		return refuse(ctx, "asic_location", TTMEMSTAT_RULE_FLAG, arg->asic_location,
			      TT_MEMSTAT_ATTACH_REMOTE);
	if (arg->asic_location >= TTMEMSTAT_LOCATIONS)
		return refuse(ctx, "asic_location", TTMEMSTAT_RULE_BELOW, arg->asic_location,
			      TTMEMSTAT_LOCATIONS);
	error = check_layout(ctx, &arg->layout);
	return error ? error : check_geometry(ctx, arg);
}
