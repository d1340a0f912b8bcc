// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Attachments and their bank sets. report.c reports entries on them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "ring.h"

/* The first version of the options ended before the ring. */
#define OPTIONS_FIRST	offsetof(struct ttmemstat_attach_options, ring_entries)

static int refuse(struct ttmemstat_ctx *ctx, const char *field, enum ttmemstat_rule rule,
		  uint64_t value, uint64_t limit)
{
	return ttmemstat_refuse(&ctx->failure, TTMEMSTAT_CALL_attach, -EINVAL, field, rule, value,
				limit);
}

/* @entries: of the requested ring; 0: none, or the module has no rings */
static int check_ring(struct ttmemstat_ctx *ctx, const struct ttmemstat_attach_options *opt,
		      uint32_t *entries)
{
	*entries = 0;
	if (opt->reserved)
		return refuse(ctx, "reserved", TTMEMSTAT_RULE_ZERO, opt->reserved, 0);
	if (!(opt->flags & TTMEMSTAT_ATTACH_RING))
		return opt->ring_entries ? refuse(ctx, "ring_entries", TTMEMSTAT_RULE_FLAG,
						  opt->ring_entries, TTMEMSTAT_ATTACH_RING) : 0;
	*entries = opt->ring_entries ? opt->ring_entries : TTMEMSTAT_RING_ENTRIES;
	if (*entries < TTMEMSTAT_RING_ENTRIES_MIN)
		return refuse(ctx, "ring_entries", TTMEMSTAT_RULE_AT_LEAST, *entries,
			      TTMEMSTAT_RING_ENTRIES_MIN);
	if (*entries & (*entries - 1))
		return refuse(ctx, "ring_entries", TTMEMSTAT_RULE_POWER, *entries, 0);
	if (!ctx->max_ring)
		*entries = 0;
	if (*entries > ctx->max_ring)
		return refuse(ctx, "ring_entries", TTMEMSTAT_RULE_AT_MOST, *entries,
			      ctx->max_ring);
	return 0;
}

static int fill_attach(struct ttmemstat_ctx *ctx, struct ttmemstat_attachment *att,
		       const struct ttmemstat_attach_options *options)
{
	struct tt_memstat_attach *arg = &att->args;
	struct ttmemstat_attach_options opt;
	int error;

	error = ttmemstat_options_copy(&opt, sizeof(opt), OPTIONS_FIRST, options, options->size,
				       &ctx->failure, TTMEMSTAT_CALL_attach);
	if (!error)
		error = check_ring(ctx, &opt, &att->entries);
	if (error)
		return error;
	att->report_again = opt.report_again;
	att->arg = opt.arg;
	*arg = (struct tt_memstat_attach) {
		.argsz = sizeof(*arg),
		.flags = opt.flags & ~TTMEMSTAT_ATTACH_RING,
		.chip = opt.chip,
		.asic_location = opt.asic_location,
		.proof = opt.proof,
		.covers = opt.covers,
		.partial = opt.partial,
		.runtime_id = opt.runtime_id,
		.geometry = opt.geometry,
		.layout = opt.layout,
	};
	if (opt.label) {
		size_t len = strnlen(opt.label, sizeof(arg->label));

		if (len == sizeof(arg->label))
			return ttmemstat_refuse(&ctx->failure, TTMEMSTAT_CALL_attach,
						-ENAMETOOLONG, "label", TTMEMSTAT_RULE_LENGTH,
						strlen(opt.label), len - 1);
		memcpy(arg->label, opt.label, len);
	}
	return 0;
}

/* The module has refused @args. For a mere -EINVAL, find the likely cause. */
static int attach_failed(struct ttmemstat_ctx *ctx, int error, const struct tt_memstat_attach *args,
			 const struct tt_memstat_geometry *present)
{
	if (error == -EINVAL && ttmemstat_attach_check(ctx, args))
		return error;
	return ttmemstat_note(&ctx->failure, &(struct ttmemstat_facts) {
		.call = TTMEMSTAT_CALL_attach, .error = error, .chip = args->chip,
		.attach = { .proof = args->proof, .geometry = args->geometry, .present = *present,
			    .layout = args->layout },
	});
}

int ttmemstat_attach(struct ttmemstat_ctx *ctx, const struct ttmemstat_attach_options *options,
		     struct ttmemstat_attachment **out, struct tt_memstat_geometry *present)
{
	struct tt_memstat_attach arg = { 0 };
	struct ttmemstat_attachment *att;
	int error = 0;

	if (!ctx)
		return -EINVAL;
	if (!out)
		return refuse(ctx, "att", TTMEMSTAT_RULE_GIVEN, 0, 0);
	if (!ttmemstat_ctx_disabled(ctx) && !options)
		return refuse(ctx, "options", TTMEMSTAT_RULE_GIVEN, 0, 0);
	/* Allocate before the call: an attachment without an object could not be detached. */
	att = calloc(1, sizeof(*att));
	if (!att)
		return attach_failed(ctx, -ENOMEM, &arg, &arg.geometry);
	if (!ttmemstat_ctx_disabled(ctx)) {
		error = fill_attach(ctx, att, options);
		if (error) {
			free(att);
			return error;
		}
		arg = att->args;
		error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_ATTACH, &arg);
	}
	if (present && (!error || error == -EEXIST))
		*present = arg.geometry;
	if (error) {
		attach_failed(ctx, error, &att->args, &arg.geometry);
		free(att);
		return error;
	}
	att->ctx = ctx;
	att->handle = arg.attachment;
	att->chip = arg.chip_out;
	att->covers = arg.covers;
	att->no_ring.mark = &ttmemstat_no_ring;
	att->ring = &att->no_ring;
	pthread_mutex_init(&att->renewal, NULL);
	ttmemstat_ctx_get(ctx);
	ttmemstat_att_record(att, &arg);
	/* Without a ring, entries are submitted; ttmemstat_ring_status() shows the error. */
	if (att->entries)
		ttmemstat_ring_open(att, att->entries);
	*out = att;
	return 0;
}

int ttmemstat_detach(struct ttmemstat_attachment *att)
{
	struct tt_memstat_detach arg = { .argsz = sizeof(arg) };
	int error = 0;

	if (!att)
		return 0;
	arg.attachment = att->handle;
	ttmemstat_att_record_end(att);
	if (!ttmemstat_att_disabled(att))
		error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_DETACH, &arg);
	if (error)
		ttmemstat_note(&att->ctx->failure, &(struct ttmemstat_facts) {
			.call = TTMEMSTAT_CALL_detach, .error = error, .chip = att->chip,
		});
	ttmemstat_ring_close(att);
	ttmemstat_ctx_put(att->ctx);
	pthread_mutex_destroy(&att->renewal);
	free(att->sets_recorded);
	free(att);
	return error;
}

int ttmemstat_partial(struct ttmemstat_attachment *att, uint32_t pools)
{
	struct tt_memstat_partial arg = { .argsz = sizeof(arg), .partial = pools };
	int error;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	error = ttmemstat_att_call(att, TT_MEMSTAT_PARTIAL, &arg, &arg.attachment);
	if (!error) {
		ttmemstat_att_record_mask(att, false, pools);
		return 0;
	}
	return ttmemstat_note(&att->failure, &(struct ttmemstat_facts) {
		.call = TTMEMSTAT_CALL_partial, .error = error == -ENOTTY ? -EOPNOTSUPP : error,
		.mask = pools, .chip = att->chip,
	});
}

int ttmemstat_attachment_chip(const struct ttmemstat_attachment *att, uint32_t *chip)
{
	if (!att)
		return -EINVAL;
	/* The library's objects are never constant; const promises not to change their identity. */
	if (!chip)
		return ttmemstat_refuse((struct ttmemstat_failure *)&att->failure,
					TTMEMSTAT_CALL_attachment_chip, -EINVAL, "chip",
					TTMEMSTAT_RULE_GIVEN, 0, 0);
	if (ttmemstat_att_disabled(att))
		return -EOPNOTSUPP;
	*chip = att->chip;
	return 0;
}

static int bank_set(struct ttmemstat_attachment *att, struct tt_memstat_bank_set *arg,
		    uint32_t *set)
{
	int error;

	arg->argsz = sizeof(*arg);
	error = ttmemstat_att_call(att, TT_MEMSTAT_BANK_SET, arg, &arg->attachment);
	if (error)
		return error;
	*set = arg->set;
	ttmemstat_att_record_set(att, arg);
	return 0;
}

static int refuse_set(struct ttmemstat_attachment *att, enum ttmemstat_call call,
		      const char *field, enum ttmemstat_rule rule, uint64_t value)
{
	return ttmemstat_refuse(&att->failure, call, -EINVAL, field, rule, value, UINT32_MAX);
}

/* The module has refused @rects: find swapped corners, and the extent of the rectangles. */
static int rects_failed(struct ttmemstat_attachment *att, int error,
			const struct tt_memstat_rect *rects, size_t count)
{
	struct ttmemstat_facts f = {
		.call = TTMEMSTAT_CALL_bank_set_l1, .error = error, .chip = att->chip,
		.set = { .rects = count },
	};
	size_t i;

	for (i = 0; i < count && (error == -ERANGE || error == -EINVAL) && !f.field; i++) {
		const struct tt_memstat_rect *r = &rects[i];

		if (r->x1 > f.set.columns)
			f.set.columns = r->x1;
		if (r->y1 > f.set.rows)
			f.set.rows = r->y1;
		if (error == -ERANGE || (r->x0 <= r->x1 && r->y0 <= r->y1))
			continue;
		f.array = "rects";
		f.index = i;
		f.field = r->x0 > r->x1 ? "x0" : "y0";
		f.rule = TTMEMSTAT_RULE_AT_MOST;
		f.value = r->x0 > r->x1 ? r->x0 : r->y0;
		f.limit = r->x0 > r->x1 ? r->x1 : r->y1;
	}
	return ttmemstat_note(&att->failure, &f);
}

int ttmemstat_bank_set_l1(struct ttmemstat_attachment *att, const struct tt_memstat_rect *rects,
			  size_t count, uint32_t *set)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_bank_set_l1;
	struct tt_memstat_bank_set arg = { .space = TT_MEMSTAT_SPACE_L1 };
	int error;

	if (!att)
		return -EINVAL;
	if (!set)
		return refuse_set(att, call, "set", TTMEMSTAT_RULE_GIVEN, 0);
	if (ttmemstat_att_disabled(att)) {
		*set = 0;
		return 0;
	}
	if (!rects)
		return refuse_set(att, call, "rects", TTMEMSTAT_RULE_GIVEN, 0);
	if (!count)
		return refuse_set(att, call, "count", TTMEMSTAT_RULE_NOT_ZERO, 0);
	if (count > UINT32_MAX)
		return refuse_set(att, call, "count", TTMEMSTAT_RULE_AT_MOST, count);
	arg.rects = (uintptr_t)rects;
	arg.count = (uint32_t)count;
	error = bank_set(att, &arg, set);
	return error ? rects_failed(att, error, rects, count) : 0;
}

int ttmemstat_bank_set_dram(struct ttmemstat_attachment *att, uint64_t mask, uint32_t *set)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_bank_set_dram;
	struct tt_memstat_bank_set arg = { .space = TT_MEMSTAT_SPACE_DRAM, .mask = mask };
	int error;

	if (!att)
		return -EINVAL;
	if (!set)
		return refuse_set(att, call, "set", TTMEMSTAT_RULE_GIVEN, 0);
	if (ttmemstat_att_disabled(att)) {
		*set = 0;
		return 0;
	}
	if (!mask)
		return refuse_set(att, call, "mask", TTMEMSTAT_RULE_NOT_ZERO, 0);
	error = bank_set(att, &arg, set);
	if (!error)
		return 0;
	return ttmemstat_note(&att->failure, &(struct ttmemstat_facts) {
		.call = call, .error = error, .chip = att->chip, .mask = mask,
	});
}
