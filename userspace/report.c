// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Reporting: how entries reach the kernel. Does not know what they say (entry.c does).
 */
#define _GNU_SOURCE
#include <errno.h>

#include "internal.h"

int ttm_submit(struct ttm_attachment *att, const struct tt_memstat_entry *entries, size_t count,
	       size_t *taken)
{
	size_t done = 0;
	int error = 0;

	if (!att)
		return -EINVAL;
	if (taken)
		*taken = 0;
	if (ttm_att_disabled(att))
		return 0;
	if (!entries && count)
		return -EINVAL;
	while (done < count && !error) {
		struct tt_memstat_submit arg = {
			.argsz = sizeof(arg),
			.attachment = att->handle,
			.entries = (uintptr_t)(entries + done),
		};

		arg.count = count - done < att->ctx->max_submit ? (uint32_t)(count - done)
								: att->ctx->max_submit;
		error = ttm_ctx_call(att->ctx, TT_MEMSTAT_SUBMIT, &arg);
		done += error ? arg.taken : arg.count;
	}
	if (taken)
		*taken = done;
	return error;
}

/* One entry that entry.c made, or its error. */
static int report(struct ttm_attachment *att, const struct tt_memstat_entry *entry, int error)
{
	return error ? error : ttm_submit(att, entry, 1, NULL);
}

int ttm_record(struct ttm_attachment *att, const struct ttm_record *record)
{
	struct tt_memstat_entry entry;

	if (att && ttm_att_disabled(att))
		return 0;
	return report(att, &entry, ttm_entry_record(&entry, record));
}

int ttm_free(struct ttm_attachment *att, uint64_t id)
{
	struct tt_memstat_entry entry;

	if (att && ttm_att_disabled(att))
		return 0;
	return report(att, &entry, ttm_entry_free(&entry, id));
}

int ttm_program_free(struct ttm_attachment *att, uint64_t program)
{
	struct tt_memstat_entry entry;

	if (att && ttm_att_disabled(att))
		return 0;
	return report(att, &entry, ttm_entry_program_free(&entry, program));
}

int ttm_dispatch(struct ttm_attachment *att, uint64_t program, uint64_t list)
{
	struct tt_memstat_entry entry;

	if (att && ttm_att_disabled(att))
		return 0;
	return report(att, &entry, ttm_entry_dispatch(&entry, program, list));
}

int ttm_snapshot(struct ttm_attachment *att, const struct ttm_snapshot *snapshot)
{
	struct tt_memstat_entry entry;

	if (att && ttm_att_disabled(att))
		return 0;
	return report(att, &entry, ttm_entry_snapshot(&entry, snapshot));
}

int ttm_snapshot_total(struct ttm_attachment *att, uint32_t pool, uint64_t bytes, uint32_t flags)
{
	struct tt_memstat_entry entry;

	if (att && ttm_att_disabled(att))
		return 0;
	return report(att, &entry, ttm_entry_snapshot_total(&entry, pool, bytes, flags));
}

int ttm_drop(struct ttm_attachment *att, uint32_t pools)
{
	struct tt_memstat_drop arg = { .argsz = sizeof(arg), .pools = pools };

	if (!att)
		return -EINVAL;
	if (ttm_att_disabled(att))
		return 0;
	if (!pools || (pools & ~TT_MEMSTAT_POOL_MASK_ALL))
		return -EINVAL;
	arg.attachment = att->handle;
	return ttm_ctx_call(att->ctx, TT_MEMSTAT_DROP, &arg);
}
