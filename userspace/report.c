// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Report entries by the ring, or by submit if there is no ring. entry.h makes entries.
 */
#define _GNU_SOURCE

#include "entry.h"
#include "ring.h"

/*
 * Note a failure of the attachment that concerns @entry, or none (NULL). Skip this in a child,
 * where every call fails for the same reason.
 */
static __attribute__((cold)) int failed(struct ttmemstat_attachment *att, enum ttmemstat_call call,
					int error, const struct tt_memstat_entry *entry)
{
	struct ttmemstat_facts facts = { .call = call, .error = error, .chip = att->chip };

	if (!ttmemstat_ctx_is_owner(att->ctx))
		return error;
	if (entry)
		facts.entry = *entry;
	return ttmemstat_note(&att->failure, &facts);
}

static int refuse(struct ttmemstat_attachment *att, enum ttmemstat_call call, const char *field,
		  enum ttmemstat_rule rule, uint64_t value, uint64_t limit)
{
	return ttmemstat_refuse(&att->failure, call, -EINVAL, field, rule, value, limit);
}

/* The call that reports such an entry. */
static enum ttmemstat_call call_of(const struct tt_memstat_entry *entry)
{
	switch (entry->op) {
	case TT_MEMSTAT_OP_RECORD:
		return TTMEMSTAT_CALL_report_record;
	case TT_MEMSTAT_OP_FREE:
		return TTMEMSTAT_CALL_report_free;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		return TTMEMSTAT_CALL_report_program_free;
	case TT_MEMSTAT_OP_DISPATCH:
		return TTMEMSTAT_CALL_report_dispatch;
	default:
		return entry->flags & TT_MEMSTAT_ENTRY_TOTAL ?
			TTMEMSTAT_CALL_report_snapshot_total : TTMEMSTAT_CALL_report_snapshot;
	}
}

/* Have the thread's published entries applied first. Ignore a stopped ring. */
static int catch_up(struct ttmemstat_attachment *att)
{
	int error;

	if (!ttmemstat_att_ring(att)->shared)
		return 0;
	error = ttmemstat_ring_flush(att);
	return error && ttmemstat_ctx_is_owner(att->ctx) && ttmemstat_ring_stopped(att) ? 0 : error;
}

/* Record the entries that a submit took, and the first that it refused. */
static void record_some(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entries,
			size_t count)
{
	size_t i;

	for (i = 0; att->recorder && i < count; i++)
		ttmemstat_att_record_entry(att, &entries[i]);
}

int ttmemstat_submit(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entries,
		     size_t count, size_t *taken)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_submit;
	size_t done = 0;
	int error;

	if (!att)
		return -EINVAL;
	if (taken)
		*taken = 0;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (!entries && count)
		return refuse(att, call, "entries", TTMEMSTAT_RULE_GIVEN, 0, 0);
	error = count ? catch_up(att) : 0;
	while (done < count && !error) {
		struct tt_memstat_submit arg = {
			.argsz = sizeof(arg),
			.attachment = ttmemstat_att_handle(att),
			.entries = (uintptr_t)(entries + done),
		};

		arg.count = count - done < att->ctx->max_submit ? (uint32_t)(count - done)
								: att->ctx->max_submit;
		error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_SUBMIT, &arg);
		record_some(att, entries + done, error ? arg.taken + 1 : arg.count);
		done += error ? arg.taken : arg.count;
		if (error && ttmemstat_renewed(att, arg.attachment, error))
			error = 0;
	}
	if (taken)
		*taken = done;
	if (!error)
		return 0;
	failed(att, call, error, done < count ? &entries[done] : NULL);
	ttmemstat_note_as(&att->failure, call, "entries", done);
	return error;
}

/* Report by the ring, or by submit. @handle: out: the attachment's number that was used. */
static int report_once(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entry,
		       uint32_t *handle)
{
	struct ttmemstat_ring *ring = ttmemstat_att_ring(att);
	struct tt_memstat_submit arg = {
		.argsz = sizeof(arg),
		.attachment = ttmemstat_att_handle(att),
		.count = 1,
		.entries = (uintptr_t)entry,
	};

	*handle = ring->shared ? ring->handle : arg.attachment;
	return ring->shared ? ttmemstat_ring_push(ring, entry) :
			      ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_SUBMIT, &arg);
}

/*
 * After a renewal the caller was asked to report again. It may have reported this record already,
 * and not have reported the record that this entry ends.
 */
static int report_one(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entry)
{
	bool again = false;
	uint32_t handle;
	int error;

	for (;;) {
		error = report_once(att, entry, &handle);
		if (again && error == (entry->op == TT_MEMSTAT_OP_RECORD ? -EEXIST : -ENOENT))
			return 0;
		if (!error || !ttmemstat_renewed(att, handle, error))
			return error;
		again = true;
		record_some(att, entry, 1);
	}
}

/* Copies field by field: on the fast path the entry exists only in the ring. */
static __attribute__((noinline)) int report_slowly(struct ttmemstat_attachment *att, uint16_t op,
						   uint16_t flags, uint64_t id, uint64_t addr,
						   uint64_t size, uint32_t set, uint32_t pool,
						   uint64_t program)
{
	const struct tt_memstat_entry entry = {
		.op = op, .flags = flags, .id = id, .addr = addr, .size = size, .set = set,
		.pool = pool, .program = program,
	};

	const int error = report_one(att, &entry);

	return error ? failed(att, call_of(&entry), error, &entry) : 0;
}

/* Report an entry of ttmemstat_make_*(), or pass on its error. */
static inline __attribute__((always_inline)) int report(struct ttmemstat_attachment *att,
							const struct tt_memstat_entry *e,
							int error)
{
	if (__builtin_expect(att->recorder != NULL, false) && !error)
		ttmemstat_att_record_entry(att, e);
	if (!error && ttmemstat_ring_try_push(ttmemstat_att_ring(att), e))
		return 0;
	if (!ttmemstat_att_ring(att)->shared && ttmemstat_att_disabled(att))
		return 0;
	return error ? error : report_slowly(att, e->op, e->flags, e->id, e->addr, e->size, e->set,
					     e->pool, e->program);
}

int ttmemstat_report_record(struct ttmemstat_attachment *att, const struct ttmemstat_record *record)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_record(&entry, record, att));
}

int ttmemstat_report_free(struct ttmemstat_attachment *att, uint64_t id)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_free(&entry, id));
}

int ttmemstat_report_program_free(struct ttmemstat_attachment *att, uint64_t program)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_program_free(&entry, program));
}

int ttmemstat_report_dispatch(struct ttmemstat_attachment *att, uint64_t program, uint64_t list)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_dispatch(&entry, program, list));
}

int ttmemstat_report_snapshot(struct ttmemstat_attachment *att,
			      const struct ttmemstat_snapshot *snapshot)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_snapshot(&entry, snapshot, att));
}

int ttmemstat_report_snapshot_total(struct ttmemstat_attachment *att, uint32_t pool, uint64_t bytes,
				    uint32_t flags)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_snapshot_total(&entry, pool, bytes, flags, att));
}

int ttmemstat_drop(struct ttmemstat_attachment *att, uint32_t pools)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_drop;
	struct tt_memstat_drop arg = { .argsz = sizeof(arg), .pools = pools };
	int error;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (!pools)
		return refuse(att, call, "pools", TTMEMSTAT_RULE_NOT_ZERO, 0, 0);
	if (pools & ~TT_MEMSTAT_POOL_MASK_ALL)
		return refuse(att, call, "pools", TTMEMSTAT_RULE_WITHIN, pools,
			      TT_MEMSTAT_POOL_MASK_ALL);
	error = catch_up(att);
	if (!error)
		error = ttmemstat_att_call(att, TT_MEMSTAT_DROP, &arg, &arg.attachment);
	if (!error)
		ttmemstat_att_record_mask(att, true, pools);
	return error ? failed(att, call, error, NULL) : 0;
}

/* Make one record of the new program; the first one frees the old records. */
static int replace_entry(struct ttmemstat_attachment *att, struct tt_memstat_entry *entry,
			 uint64_t program, const struct ttmemstat_record *record, bool first)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_report_program_replace;
	struct ttmemstat_record r = *record;

	if (r.program && r.program != program)
		return refuse(att, call, "program", TTMEMSTAT_RULE_ZERO_OR, r.program, program);
	if (r.pool != TT_MEMSTAT_POOL_CB && r.pool != TT_MEMSTAT_POOL_KERNEL)
		return refuse(att, call, "pool", TTMEMSTAT_RULE_POOLS, r.pool,
			      1u << TT_MEMSTAT_POOL_CB | 1u << TT_MEMSTAT_POOL_KERNEL);
	if (r.flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		return refuse(att, call, "flags", TTMEMSTAT_RULE_WITHIN, r.flags,
			      TTMEMSTAT_RECORD_FLAGS & ~TT_MEMSTAT_ENTRY_REPLACE_PROGRAM);
	r.program = program;
	if (first)
		r.flags |= TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	return ttmemstat_make_record(entry, &r, att);
}

/* Report some entries of a call; the first was made from element @first of @array. */
static int report_some(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entries,
		       size_t count, enum ttmemstat_call call, const char *array, size_t first)
{
	const bool ring = ttmemstat_att_ring(att)->shared;
	size_t done = 0;
	int error = 0;

	if (!ring)
		error = ttmemstat_submit(att, entries, count, &done);
	for (; ring && done < count && !error; done += !error) {
		record_some(att, &entries[done], 1);
		error = report_one(att, &entries[done]);
	}
	if (error && ring)
		failed(att, call, error, &entries[done]);
	if (error)
		ttmemstat_note_as(&att->failure, call, array, first + done);
	return error;
}

static int check_snapshots(const struct ttmemstat_device_snapshots *device)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_report_device_snapshots;
	struct tt_memstat_entry entry;
	size_t i;

	if (!device->att)
		return -EINVAL;
	if (!device->snapshots)
		return refuse(device->att, call, "snapshots", TTMEMSTAT_RULE_GIVEN, 0, 0);
	if (!device->count)
		return refuse(device->att, call, "count", TTMEMSTAT_RULE_NOT_ZERO, 0, 0);
	if (device->reserved)
		return refuse(device->att, call, "reserved", TTMEMSTAT_RULE_ZERO, device->reserved,
			      0);
	for (i = 0; i < device->count; i++)
		if (ttmemstat_make_snapshot(&entry, &device->snapshots[i], device->att)) {
			ttmemstat_note_as(&device->att->failure, call, "snapshots", i);
			return -EINVAL;
		}
	return 0;
}

static int report_snapshots(const struct ttmemstat_device_snapshots *device)
{
	struct tt_memstat_entry some[16];
	size_t i, n = 0;
	int error = 0;

	for (i = 0; i < device->count && !error; i++) {
		ttmemstat_make_snapshot(&some[n++], &device->snapshots[i], NULL);
		if (n < sizeof(some) / sizeof(some[0]) && i + 1 < device->count)
			continue;
		error = report_some(device->att, some, n, TTMEMSTAT_CALL_report_device_snapshots,
				    "snapshots", i + 1 - n);
		n = 0;
	}
	return error;
}

int ttmemstat_report_device_snapshots(struct ttmemstat_device_snapshots *devices, size_t count)
{
	size_t i;
	int error = 0;

	if (!devices && count)
		return -EINVAL;
	for (i = 0; i < count; i++)
		if (check_snapshots(&devices[i]))
			return -EINVAL;
	for (i = 0; i < count; i++) {
		devices[i].error = ttmemstat_att_disabled(devices[i].att) ?
			0 : report_snapshots(&devices[i]);
		if (!error)
			error = devices[i].error;
	}
	return error;
}

int ttmemstat_report_program_replace(struct ttmemstat_attachment *att, uint64_t program,
				     const struct ttmemstat_record *records, size_t count)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_report_program_replace;
	struct tt_memstat_entry some[16] = { 0 };
	size_t i, n = 0;
	int error = 0;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (!program)
		return refuse(att, call, "program", TTMEMSTAT_RULE_NOT_ZERO, 0, 0);
	if (!records)
		return refuse(att, call, "records", TTMEMSTAT_RULE_GIVEN, 0, 0);
	if (!count)
		return refuse(att, call, "count", TTMEMSTAT_RULE_NOT_ZERO, 0, 0);
	for (i = 0; i < count; i++) {
		error = replace_entry(att, &some[0], program, &records[i], i == 0);
		if (!error)
			continue;
		ttmemstat_note_as(&att->failure, call, "records", i);
		return error;
	}
	for (i = 0; i < count && !error; i++) {
		error = replace_entry(att, &some[n++], program, &records[i], i == 0);
		if (error || (n < sizeof(some) / sizeof(some[0]) && i + 1 < count))
			continue;
		error = report_some(att, some, n, call, "records", i + 1 - n);
		n = 0;
	}
	return error;
}
