// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Query the device for figures, records, programs and bank sets. reader.c reads sysfs.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "internal.h"

#define LIST_MAX	4096	/* elements in one call, as in the uAPI */

static int failed(struct ttmemstat_ctx *ctx, enum ttmemstat_call call, int error, uint32_t chip,
		  uint64_t client)
{
	return ttmemstat_note(&ctx->failure, &(struct ttmemstat_facts) {
		.call = call, .error = error, .chip = chip, .client = client,
	});
}

static int query(struct ttmemstat_ctx *ctx, unsigned long call, uint32_t chip, uint64_t client,
		 struct tt_memstat_figures *figures)
{
	const enum ttmemstat_call name = call == TT_MEMSTAT_QUERY_CHIP ?
		TTMEMSTAT_CALL_query_chip : TTMEMSTAT_CALL_query_client;
	struct tt_memstat_query arg = { .argsz = sizeof(arg), .chip = chip, .client = client };
	int error;

	if (!ctx)
		return -EINVAL;
	if (!figures)
		return ttmemstat_refuse(&ctx->failure, name, -EINVAL, "figures",
					TTMEMSTAT_RULE_GIVEN, 0, 0);
	error = ttmemstat_ctx_call(ctx, call, &arg);
	if (error)
		return failed(ctx, name, error, chip, client);
	*figures = arg.figures;
	return 0;
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

static enum ttmemstat_call list_name(unsigned long call)
{
	switch (call) {
	case TT_MEMSTAT_LIST_RECORDS:
		return TTMEMSTAT_CALL_list_records;
	case TT_MEMSTAT_LIST_PROGRAMS:
		return TTMEMSTAT_CALL_list_programs;
	default:
		return TTMEMSTAT_CALL_list_sets;
	}
}

static int list(struct ttmemstat_ctx *ctx, unsigned long call, struct tt_memstat_list *arg,
		uint64_t *cursor, const void *items, size_t *count)
{
	const enum ttmemstat_call name = list_name(call);
	int error;

	if (!ctx)
		return -EINVAL;
	if (!cursor || !items || !count)
		return ttmemstat_refuse(&ctx->failure, name, -EINVAL,
					!cursor ? "cursor" : !items ? "items" : "count",
					TTMEMSTAT_RULE_GIVEN, 0, 0);
	if (!*count || *count > LIST_MAX)
		return ttmemstat_refuse(&ctx->failure, name, -EINVAL, "count",
					TTMEMSTAT_RULE_FROM_1, *count, LIST_MAX);
	arg->argsz = sizeof(*arg);
	arg->count = (uint32_t)*count;
	arg->cursor = *cursor;
	arg->items = (uintptr_t)items;
	error = ttmemstat_ctx_call(ctx, call, arg);
	if (error)
		return failed(ctx, name, error == -ENOTTY ? -EOPNOTSUPP : error, arg->chip,
			      arg->client);
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

int ttmemstat_list_sets(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			uint64_t *cursor, struct tt_memstat_set_info *items, size_t *count)
{
	struct tt_memstat_list arg = { .chip = chip, .client = client };

	return list(ctx, TT_MEMSTAT_LIST_SETS, &arg, cursor, items, count);
}
