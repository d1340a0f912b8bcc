// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Records of kernel binaries: a number of bytes with an id. A record counts bytes on each bank of
 * its set, so these records have a set of one core.
 */
#include <errno.h>

#include "internal.h"

/* Concurrent first calls define equal sets, which get equal numbers. */
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

static int refuse_id(struct ttmemstat_attachment *att, enum ttmemstat_call call, uint64_t id)
{
	return ttmemstat_refuse(&att->failure, call, -EINVAL, "id", TTMEMSTAT_RULE_BELOW, id,
				TTMEMSTAT_KERNEL_ID);
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
	bool again = false;
	uint32_t handle;
	int error;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (id & TTMEMSTAT_KERNEL_ID)
		return refuse_id(att, TTMEMSTAT_CALL_report_kernel_load, id);
	if (flags & ~TT_MEMSTAT_ENTRY_SYSTEM)
		return ttmemstat_refuse(&att->failure, TTMEMSTAT_CALL_report_kernel_load, -EINVAL,
					"flags", TTMEMSTAT_RULE_WITHIN, flags,
					TT_MEMSTAT_ENTRY_SYSTEM);
	/* The set may belong to an attachment that has ended since. */
	do {
		handle = ttmemstat_att_handle(att);
		error = one_core(att, &record.set);
		if (error)
			return error;
		error = ttmemstat_report_record(att, &record);
		if (again && error == -EEXIST)
			error = 0;
		again = handle != ttmemstat_att_handle(att);
	} while (again);
	if (error)
		ttmemstat_note_as(&att->failure, TTMEMSTAT_CALL_report_kernel_load, NULL, 0);
	return error;
}

int ttmemstat_report_kernel_unload(struct ttmemstat_attachment *att, uint64_t id)
{
	int error;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (id & TTMEMSTAT_KERNEL_ID)
		return refuse_id(att, TTMEMSTAT_CALL_report_kernel_unload, id);
	error = ttmemstat_report_free(att, id | TTMEMSTAT_KERNEL_ID);
	if (error)
		ttmemstat_note_as(&att->failure, TTMEMSTAT_CALL_report_kernel_unload, NULL, 0);
	return error;
}
