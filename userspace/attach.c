// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The attachment: its life, and the bank sets that it names. Does not know events, nor how they
 * reach the kernel.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "ring.h"

/* Options of the first version ended before the ring. */
#define OPTIONS_FIRST	offsetof(struct ttmemstat_attach_options, ring_entries)

/* @entries: of the ring that is asked for; 0: none, or the module has no rings */
static int check_ring(const struct ttmemstat_ctx *ctx, const struct ttmemstat_attach_options *opt,
		      uint32_t *entries)
{
	*entries = 0;
	if (opt->reserved)
		return -EINVAL;
	if (!(opt->flags & TTMEMSTAT_ATTACH_RING))
		return opt->ring_entries ? -EINVAL : 0;
	*entries = opt->ring_entries ? opt->ring_entries : TTMEMSTAT_RING_ENTRIES;
	if (*entries < TTMEMSTAT_RING_ENTRIES_MIN || (*entries & (*entries - 1)))
		return -EINVAL;
	if (!ctx->max_ring)
		*entries = 0;
	return *entries > ctx->max_ring ? -EINVAL : 0;
}

static int fill_attach(const struct ttmemstat_ctx *ctx, struct tt_memstat_attach *arg,
		       uint32_t *entries, const struct ttmemstat_attach_options *options)
{
	struct ttmemstat_attach_options opt;
	int error;

	error = ttmemstat_options_copy(&opt, sizeof(opt), OPTIONS_FIRST, options, options->size);
	if (!error)
		error = check_ring(ctx, &opt, entries);
	if (error)
		return error;
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
			return -ENAMETOOLONG;
		memcpy(arg->label, opt.label, len);
	}
	return 0;
}

int ttmemstat_attach(struct ttmemstat_ctx *ctx, const struct ttmemstat_attach_options *options,
		     struct ttmemstat_attachment **out, struct tt_memstat_geometry *present)
{
	struct tt_memstat_attach arg = { 0 };
	struct ttmemstat_attachment *att;
	uint32_t entries = 0;
	int error = 0;

	if (!ctx || !out)
		return -EINVAL;
	if (!ctx->reason) {
		if (!options)
			return -EINVAL;
		error = fill_attach(ctx, &arg, &entries, options);
		if (error)
			return error;
	}
	/* Before the call: an attachment that has no object could not be detached. */
	att = calloc(1, sizeof(*att));
	if (!att)
		return -ENOMEM;
	if (!ctx->reason)
		error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_ATTACH, &arg);
	if (present && (!error || error == -EEXIST))
		*present = arg.geometry;
	if (error) {
		free(att);
		return error;
	}
	att->ctx = ctx;
	att->handle = arg.attachment;
	att->chip = arg.chip_out;
	att->ring.mark = &ttmemstat_no_ring;
	ttmemstat_ctx_get(ctx);
	/* Without a ring events go by submit: ttmemstat_ring_status() tells. */
	if (entries)
		ttmemstat_ring_open(att, entries);
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
	if (!ttmemstat_att_disabled(att))
		error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_DETACH, &arg);
	ttmemstat_ring_close(att);
	ttmemstat_ctx_put(att->ctx);
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
	arg.attachment = att->handle;
	error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_PARTIAL, &arg);
	return error == -ENOTTY ? -EOPNOTSUPP : error;
}

int ttmemstat_attachment_chip(const struct ttmemstat_attachment *att, uint32_t *chip)
{
	if (!att || !chip)
		return -EINVAL;
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
	arg->attachment = att->handle;
	error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_BANK_SET, arg);
	if (!error)
		*set = arg->set;
	return error;
}

int ttmemstat_bank_set_l1(struct ttmemstat_attachment *att, const struct tt_memstat_rect *rects,
			  size_t count, uint32_t *set)
{
	struct tt_memstat_bank_set arg = { .space = TT_MEMSTAT_SPACE_L1 };

	if (!att || !set)
		return -EINVAL;
	if (ttmemstat_att_disabled(att)) {
		*set = 0;
		return 0;
	}
	if (!rects || !count || count > UINT32_MAX)
		return -EINVAL;
	arg.rects = (uintptr_t)rects;
	arg.count = (uint32_t)count;
	return bank_set(att, &arg, set);
}

int ttmemstat_bank_set_dram(struct ttmemstat_attachment *att, uint64_t mask, uint32_t *set)
{
	struct tt_memstat_bank_set arg = { .space = TT_MEMSTAT_SPACE_DRAM, .mask = mask };

	if (!att || !set)
		return -EINVAL;
	if (ttmemstat_att_disabled(att)) {
		*set = 0;
		return 0;
	}
	if (!mask)
		return -EINVAL;
	return bank_set(att, &arg, set);
}
