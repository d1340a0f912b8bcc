// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Kernel binaries: a number of bytes under an id. Does not know where they lie; a record counts
 * bytes on each bank of a set, so theirs has a set of one core.
 */
#include <errno.h>

#include "internal.h"

/* Two threads that are both first name equal sets, which have equal numbers. */
static int one_core(struct ttmemstat_attachment *att, uint32_t *set)
{
	const struct tt_memstat_rect core = { 0 };
	int error;

	*set = atomic_load(&att->one_core);
	if (*set)
		return 0;
	error = ttmemstat_bank_set_l1(att, &core, 1, set);
	if (!error)
		atomic_store(&att->one_core, *set);
	return error;
}

int ttmemstat_report_kernel_load(struct ttmemstat_attachment *att, uint64_t id, uint64_t bytes,
				 uint32_t flags)
{
	struct ttmemstat_record record = {
		.id = id | TTMEMSTAT_KERNEL_ID,
		.size = bytes,
		.pool = TT_MEMSTAT_POOL_KERNEL,
		.flags = flags,
	};
	int error;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if ((id & TTMEMSTAT_KERNEL_ID) || (flags & ~TT_MEMSTAT_ENTRY_SYSTEM))
		return -EINVAL;
	error = one_core(att, &record.set);
	return error ? error : ttmemstat_report_record(att, &record);
}

int ttmemstat_report_kernel_unload(struct ttmemstat_attachment *att, uint64_t id)
{
	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (id & TTMEMSTAT_KERNEL_ID)
		return -EINVAL;
	return ttmemstat_report_free(att, id | TTMEMSTAT_KERNEL_ID);
}
