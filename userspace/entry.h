/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What one event looks like to the kernel, whichever way it goes there. Pure, and inline, so that
 * an entry for the ring is made in registers.
 */
#ifndef TTMEMSTAT_ENTRY_H
#define TTMEMSTAT_ENTRY_H

#include <errno.h>

#include "public.h"

#define TTMEMSTAT_RECORD_FLAGS (TT_MEMSTAT_ENTRY_VIEW | TT_MEMSTAT_ENTRY_SYSTEM | \
				TT_MEMSTAT_ENTRY_PART | TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
#define TTMEMSTAT_SNAPSHOT_FLAGS TT_MEMSTAT_ENTRY_LOADED

static inline int ttmemstat_make_record(struct tt_memstat_entry *entry,
					const struct ttmemstat_record *record)
{
	const uint64_t tail = TT_MEMSTAT_GRANULE - 1;

	if (!record)
		return -EINVAL;
	if ((record->flags & ~TTMEMSTAT_RECORD_FLAGS) || record->pool >= TT_MEMSTAT_POOLS ||
	    record->reserved || (record->addr & tail) || record->size > UINT64_MAX - tail)
		return -EINVAL;
	*entry = (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_RECORD,
		.flags = (uint16_t)record->flags,
		.id = record->id,
		.addr = record->addr,
		.size = (record->size + tail) & ~tail,
		.set = record->set,
		.pool = record->pool,
		.program = record->program,
	};
	return 0;
}

static inline int ttmemstat_make_free(struct tt_memstat_entry *entry, uint64_t id)
{
	*entry = (struct tt_memstat_entry) { .op = TT_MEMSTAT_OP_FREE, .id = id };
	return 0;
}

static inline int ttmemstat_make_program_free(struct tt_memstat_entry *entry, uint64_t program)
{
	*entry = (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_PROGRAM_FREE,
		.program = program,
	};
	return 0;
}

static inline int ttmemstat_make_dispatch(struct tt_memstat_entry *entry, uint64_t program,
					  uint64_t list)
{
	*entry = (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_DISPATCH,
		.id = list,
		.program = program,
	};
	return 0;
}

static inline int ttmemstat_make_snapshot(struct tt_memstat_entry *entry,
					  const struct ttmemstat_snapshot *snapshot)
{
	if (!snapshot)
		return -EINVAL;
	if ((snapshot->flags & ~TTMEMSTAT_SNAPSHOT_FLAGS) || snapshot->pool >= TT_MEMSTAT_POOLS ||
	    snapshot->reserved)
		return -EINVAL;
	*entry = (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_SNAPSHOT,
		.flags = (uint16_t)snapshot->flags,
		.id = snapshot->allocatable,
		.addr = snapshot->allocated,
		.size = snapshot->free,
		.set = snapshot->set,
		.pool = snapshot->pool,
		.program = snapshot->largest_free_block,
	};
	return 0;
}

static inline int ttmemstat_make_snapshot_total(struct tt_memstat_entry *entry, uint32_t pool,
						uint64_t bytes, uint32_t flags)
{
	if ((flags & ~TTMEMSTAT_SNAPSHOT_FLAGS) || pool >= TT_MEMSTAT_POOLS)
		return -EINVAL;
	*entry = (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_SNAPSHOT,
		.flags = (uint16_t)(flags | TT_MEMSTAT_ENTRY_TOTAL),
		.size = bytes,
		.pool = pool,
	};
	return 0;
}

#endif /* TTMEMSTAT_ENTRY_H */
