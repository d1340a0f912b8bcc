// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Asking the device: figures, and what is live. Does not know sysfs (reader.c does).
 */
#define _GNU_SOURCE
#include <errno.h>

#include "internal.h"

#define LIST_MAX	4096	/* elements in one call, as the uAPI has it */

static int query(struct ttmemstat_ctx *ctx, unsigned long call, uint32_t chip, uint64_t client,
		 struct tt_memstat_figures *figures)
{
	struct tt_memstat_query arg = { .argsz = sizeof(arg), .chip = chip, .client = client };
	int error;

	if (!ctx || !figures)
		return -EINVAL;
	error = ttmemstat_ctx_call(ctx, call, &arg);
	if (!error)
		*figures = arg.figures;
	return error;
}

int ttmemstat_query_chip(struct ttmemstat_ctx *ctx, uint32_t chip,
			 struct tt_memstat_figures *figures)
{
	return query(ctx, TT_MEMSTAT_QUERY_CHIP, chip, 0, figures);
}

int ttmemstat_query_client(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			   struct tt_memstat_figures *figures)
{
	return query(ctx, TT_MEMSTAT_QUERY_CLIENT, chip, client, figures);
}

static int list(struct ttmemstat_ctx *ctx, unsigned long call, struct tt_memstat_list *arg,
		uint64_t *cursor, const void *items, size_t *count)
{
	int error;

	if (!ctx || !cursor || !items || !count || !*count || *count > LIST_MAX)
		return -EINVAL;
	arg->argsz = sizeof(*arg);
	arg->count = (uint32_t)*count;
	arg->cursor = *cursor;
	arg->items = (uintptr_t)items;
	error = ttmemstat_ctx_call(ctx, call, arg);
	if (error)
		return error;
	*cursor = arg->cursor;
	*count = arg->count;
	return 0;
}

int ttmemstat_list_records(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			   uint64_t *cursor, struct tt_memstat_record_info *items, size_t *count)
{
	struct tt_memstat_list arg = { .chip = chip, .client = client };

	return list(ctx, TT_MEMSTAT_LIST_RECORDS, &arg, cursor, items, count);
}

int ttmemstat_list_programs(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			    uint64_t *cursor, struct tt_memstat_program_info *items, size_t *count)
{
	struct tt_memstat_list arg = { .chip = chip, .client = client };

	return list(ctx, TT_MEMSTAT_LIST_PROGRAMS, &arg, cursor, items, count);
}
