// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The public functions that make entries for batches; entry.h implements them.
 */
#include "entry.h"

int ttmemstat_entry_record(struct tt_memstat_entry *entry, const struct ttmemstat_record *record)
{
	return entry ? ttmemstat_make_record(entry, record, NULL) : -EINVAL;
}

int ttmemstat_entry_free(struct tt_memstat_entry *entry, uint64_t id)
{
	return entry ? ttmemstat_make_free(entry, id) : -EINVAL;
}

int ttmemstat_entry_program_free(struct tt_memstat_entry *entry, uint64_t program)
{
	return entry ? ttmemstat_make_program_free(entry, program) : -EINVAL;
}

int ttmemstat_entry_dispatch(struct tt_memstat_entry *entry, uint64_t program, uint64_t list)
{
	return entry ? ttmemstat_make_dispatch(entry, program, list) : -EINVAL;
}

int ttmemstat_entry_snapshot(struct tt_memstat_entry *entry,
			     const struct ttmemstat_snapshot *snapshot)
{
	return entry ? ttmemstat_make_snapshot(entry, snapshot, NULL) : -EINVAL;
}

int ttmemstat_entry_snapshot_total(struct tt_memstat_entry *entry, uint32_t pool, uint64_t bytes,
				   uint32_t flags)
{
	return entry ? ttmemstat_make_snapshot_total(entry, pool, bytes, flags, NULL) : -EINVAL;
}
