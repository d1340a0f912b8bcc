/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Make entries for submit and for the ring. Pure functions, and inline, so that the compiler makes
 * entries for the ring in registers. A recording's name number is in @seq, which submit ignores.
 */
#ifndef TTMEMSTAT_ENTRY_H
#define TTMEMSTAT_ENTRY_H

#include <errno.h>

#include "internal.h"

#define TTMEMSTAT_RECORD_FLAGS (TT_MEMSTAT_ENTRY_VIEW | TT_MEMSTAT_ENTRY_SYSTEM | \
				TT_MEMSTAT_ENTRY_PART | TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
#define TTMEMSTAT_SNAPSHOT_FLAGS TT_MEMSTAT_ENTRY_LOADED

/* -EINVAL; notes the refused field in @att, which may be NULL. */
#define TTMEMSTAT_REFUSE(call, field, rule, value, limit)			\
	(ttmemstat_refuse((att) ? &(att)->failure : NULL,			\
			  TTMEMSTAT_CALL_report_##call, -EINVAL, field,		\
			  TTMEMSTAT_RULE_##rule, value, limit), -EINVAL)

static inline int ttmemstat_make_record(struct tt_memstat_entry *entry,
					const struct ttmemstat_record *record,
					struct ttmemstat_attachment *att)
{
	const uint64_t tail = TT_MEMSTAT_GRANULE - 1;

	if (!record)
		return TTMEMSTAT_REFUSE(record, "record", GIVEN, 0, 0);
	if (record->flags & ~TTMEMSTAT_RECORD_FLAGS)
		return TTMEMSTAT_REFUSE(record, "flags", WITHIN, record->flags,
					TTMEMSTAT_RECORD_FLAGS);
	if (record->pool >= TT_MEMSTAT_POOLS)
		return TTMEMSTAT_REFUSE(record, "pool", BELOW, record->pool, TT_MEMSTAT_POOLS);
	if (record->addr & tail)
		return TTMEMSTAT_REFUSE(record, "addr", MULTIPLE, record->addr,
					TT_MEMSTAT_GRANULE);
	if (record->size > UINT64_MAX - tail)
		return TTMEMSTAT_REFUSE(record, "size", AT_MOST, record->size, UINT64_MAX - tail);
	*entry = (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_RECORD,
		.flags = (uint16_t)record->flags,
		.seq = record->name,
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
					  const struct ttmemstat_snapshot *snapshot,
					  struct ttmemstat_attachment *att)
{
	if (!snapshot)
		return TTMEMSTAT_REFUSE(snapshot, "snapshot", GIVEN, 0, 0);
	if (snapshot->flags & ~TTMEMSTAT_SNAPSHOT_FLAGS)
		return TTMEMSTAT_REFUSE(snapshot, "flags", WITHIN, snapshot->flags,
					TTMEMSTAT_SNAPSHOT_FLAGS);
	if (snapshot->pool >= TT_MEMSTAT_POOLS)
		return TTMEMSTAT_REFUSE(snapshot, "pool", BELOW, snapshot->pool, TT_MEMSTAT_POOLS);
	if (snapshot->reserved)
		return TTMEMSTAT_REFUSE(snapshot, "reserved", ZERO, snapshot->reserved, 0);
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
						uint64_t bytes, uint32_t flags,
						struct ttmemstat_attachment *att)
{
	if (flags & ~TTMEMSTAT_SNAPSHOT_FLAGS)
		return TTMEMSTAT_REFUSE(snapshot_total, "flags", WITHIN, flags,
					TTMEMSTAT_SNAPSHOT_FLAGS);
	if (pool >= TT_MEMSTAT_POOLS)
		return TTMEMSTAT_REFUSE(snapshot_total, "pool", BELOW, pool, TT_MEMSTAT_POOLS);
	*entry = (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_SNAPSHOT,
		.flags = (uint16_t)(flags | TT_MEMSTAT_ENTRY_TOTAL),
		.size = bytes,
		.pool = pool,
	};
	return 0;
}

#endif /* TTMEMSTAT_ENTRY_H */
