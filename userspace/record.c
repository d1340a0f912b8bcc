// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Write a context's attachments and names into a recording. recording/ has the format.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "recording/recorder.h"

#define SETS_WORDS	(REC_SETS / 64)

/* Start the recording with the first call. Returns 0, or the error that prevents it. */
static int start(struct ttmemstat_ctx *ctx)
{
	if (!ctx->recorder || ctx->recorder->ended)
		return -ENODATA;
	return ttmemstat_ctx_is_owner(ctx) ? ttmemstat_recorder_start(ctx->recorder) : -EPERM;
}

int ttmemstat_recorded(struct ttmemstat_ctx *ctx)
{
	int error;

	if (!ctx)
		return -EINVAL;
	error = start(ctx);
	if (error)
		return error == -ENODATA ? 0 : error;
	error = (int)__atomic_load_n(&ctx->recorder->control->error, __ATOMIC_RELAXED);
	return error ? -error : 1;
}

/* ---- Attachments ------------------------------------------------------------------------- */

void ttmemstat_att_record(struct ttmemstat_attachment *att, const struct tt_memstat_attach *has)
{
	struct tt_memstat_layout *l = &att->args.layout;
	struct rec_attach attach = {
		.chip = has->chip_out, .asic_location = has->asic_location,
		.covers = has->covers, .partial = has->partial, .runtime_id = has->runtime_id,
		.arch = has->geometry.arch, .valid = has->geometry.valid,
		.tensix_mask = has->geometry.tensix_mask, .dram_mask = has->geometry.dram_mask,
		.grid_x = has->geometry.grid_x, .grid_y = has->geometry.grid_y,
		.dram_banks = has->geometry.dram_banks, .l1_bytes = has->geometry.l1_bytes,
		.dram_bank_bytes = has->geometry.dram_bank_bytes,
		.layout_valid = l->valid, .worker_x = l->worker_x, .worker_y = l->worker_y,
		.l1_base = l->l1_base, .l1_end = l->l1_end, .l1_small = l->l1_small,
		.kernel_region = l->kernel_region, .trace_region = l->trace_region,
	};
	int number;

	if (ttmemstat_ctx_disabled(att->ctx) || start(att->ctx))
		return;
	memcpy(attach.label, has->label, sizeof(attach.label));
	if (!att->sets_recorded)
		att->sets_recorded = calloc(SETS_WORDS, sizeof(*att->sets_recorded));
	number = att->sets_recorded ? ttmemstat_record_attach(att->ctx->recorder, &attach) : -ENOMEM;
	if (number < 0)
		return;
	att->number = (uint32_t)number;
	__atomic_store_n(&att->recorder, att->ctx->recorder, __ATOMIC_RELEASE);
}

static bool is_recorded(const struct ttmemstat_attachment *att)
{
	return att->recorder && !att->recorder->ended && ttmemstat_ctx_is_owner(att->ctx);
}

void ttmemstat_att_record_end(struct ttmemstat_attachment *att)
{
	if (is_recorded(att))
		ttmemstat_record_detach(att->recorder, att->number);
	if (att->sets_recorded)
		memset(att->sets_recorded, 0, SETS_WORDS * sizeof(*att->sets_recorded));
	att->recorder = NULL;
}

/* Equal sets have equal numbers, so each is recorded once. */
void ttmemstat_att_record_set(struct ttmemstat_attachment *att,
			      const struct tt_memstat_bank_set *bank_set)
{
	const uint64_t bit = 1ull << bank_set->set % 64;

	if (!is_recorded(att) || !bank_set->set || bank_set->set >= REC_SETS)
		return;
	pthread_mutex_lock(&att->recorder->lock);
	if (!(att->sets_recorded[bank_set->set / 64] & bit))
		ttmemstat_record_set(att->recorder, att->number, bank_set->set, bank_set);
	att->sets_recorded[bank_set->set / 64] |= bit;
	pthread_mutex_unlock(&att->recorder->lock);
}

void ttmemstat_att_record_mask(struct ttmemstat_attachment *att, bool drop, uint32_t pools)
{
	if (is_recorded(att))
		ttmemstat_record_plain(att->recorder, drop ? REC_DROP : REC_PARTIAL, att->number, 0,
				       pools, 0);
}

void ttmemstat_att_record_entry(struct ttmemstat_attachment *att,
				const struct tt_memstat_entry *entry)
{
	if (is_recorded(att))
		ttmemstat_record_entry(att->recorder, att->number, entry);
}

/* ---- Names ------------------------------------------------------------------------------- */

static int refuse(struct ttmemstat_ctx *ctx, enum ttmemstat_call call, int error,
		  const char *field, enum ttmemstat_rule rule, uint64_t value)
{
	return ttmemstat_refuse(&ctx->failure, call, error, field, rule, value,
				TTMEMSTAT_NAME_MAX);
}

/* @name: 0 if nothing is recorded. */
static int name_as(struct ttmemstat_ctx *ctx, enum ttmemstat_call call, const char *text,
		   uint32_t *name)
{
	int error;

	*name = 0;
	if (!text)
		return refuse(ctx, call, -EINVAL, "text", TTMEMSTAT_RULE_GIVEN, 0);
	if (!*text)
		return refuse(ctx, call, -EINVAL, "text", TTMEMSTAT_RULE_FROM_1, 0);
	if (strlen(text) > TTMEMSTAT_NAME_MAX)
		return refuse(ctx, call, -ENAMETOOLONG, "text", TTMEMSTAT_RULE_LENGTH,
			      strlen(text));
	error = start(ctx) ? 0 : ttmemstat_record_name(ctx->recorder, text, name);
	return error ? ttmemstat_note(&ctx->failure, &(struct ttmemstat_facts) {
			       .call = call, .error = error }) : 0;
}

int ttmemstat_name(struct ttmemstat_ctx *ctx, const char *text, uint32_t *name)
{
	uint32_t number;
	int error;

	if (!ctx)
		return -EINVAL;
	if (!name)
		return refuse(ctx, TTMEMSTAT_CALL_name, -EINVAL, "name", TTMEMSTAT_RULE_GIVEN, 0);
	error = name_as(ctx, TTMEMSTAT_CALL_name, text, &number);
	if (!error)
		*name = number;
	return error;
}

int ttmemstat_name_program(struct ttmemstat_attachment *att, uint64_t program, uint32_t name)
{
	if (!att)
		return -EINVAL;
	if (!program)
		return ttmemstat_refuse(&att->failure, TTMEMSTAT_CALL_name_program, -EINVAL,
					"program", TTMEMSTAT_RULE_NOT_ZERO, 0, 0);
	if (name && is_recorded(att))
		ttmemstat_record_plain(att->recorder, REC_PROGRAM_NAME, att->number, name, 0,
				       program);
	return 0;
}

int ttmemstat_scope_begin(struct ttmemstat_ctx *ctx, const char *text)
{
	uint32_t name;
	int error;

	if (!ctx)
		return -EINVAL;
	error = name_as(ctx, TTMEMSTAT_CALL_scope_begin, text, &name);
	if (name)
		ttmemstat_record_plain(ctx->recorder, REC_SCOPE_BEGIN, 0, name, 0, 0);
	return error;
}

int ttmemstat_scope_end(struct ttmemstat_ctx *ctx)
{
	if (!ctx)
		return -EINVAL;
	if (!start(ctx))
		ttmemstat_record_plain(ctx->recorder, REC_SCOPE_END, 0, 0, 0, 0);
	return 0;
}
