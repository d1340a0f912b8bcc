// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Reporting: by the ring where there is one, else by submit. Does not know what entries say
 * (entry.h does).
 */
#define _GNU_SOURCE

#include "entry.h"
#include "ring.h"

/* What this thread published before is taken first. A ring that was stopped holds up nobody. */
static int catch_up(struct ttmemstat_attachment *att)
{
	int error;

	if (!att->ring.shared)
		return 0;
	error = ttmemstat_ring_flush(att);
	return error && ttmemstat_ctx_is_owner(att->ctx) && ttmemstat_ring_stopped(att) ? 0 : error;
}

int ttmemstat_submit(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entries,
		     size_t count, size_t *taken)
{
	size_t done = 0;
	int error;

	if (!att)
		return -EINVAL;
	if (taken)
		*taken = 0;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (!entries && count)
		return -EINVAL;
	error = count ? catch_up(att) : 0;
	while (done < count && !error) {
		struct tt_memstat_submit arg = {
			.argsz = sizeof(arg),
			.attachment = att->handle,
			.entries = (uintptr_t)(entries + done),
		};

		arg.count = count - done < att->ctx->max_submit ? (uint32_t)(count - done)
								: att->ctx->max_submit;
		error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_SUBMIT, &arg);
		done += error ? arg.taken : arg.count;
	}
	if (taken)
		*taken = done;
	return error;
}

/* Where there is no ring. */
static int submit_one(const struct ttmemstat_attachment *att, const struct tt_memstat_entry *entry)
{
	struct tt_memstat_submit arg = {
		.argsz = sizeof(arg),
		.attachment = att->handle,
		.count = 1,
		.entries = (uintptr_t)entry,
	};

	return ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_SUBMIT, &arg);
}

/* Field by field: on the usual path the entry exists nowhere but in the ring. */
static __attribute__((noinline)) int report_slowly(struct ttmemstat_attachment *att, uint16_t op,
						   uint16_t flags, uint64_t id, uint64_t addr,
						   uint64_t size, uint32_t set, uint32_t pool,
						   uint64_t program)
{
	const struct tt_memstat_entry entry = {
		.op = op, .flags = flags, .id = id, .addr = addr, .size = size, .set = set,
		.pool = pool, .program = program,
	};

	return att->ring.shared ? ttmemstat_ring_push(att, &entry) : submit_one(att, &entry);
}

/* One entry that ttmemstat_make_*() made, or its error. */
static inline __attribute__((always_inline)) int report(struct ttmemstat_attachment *att,
							const struct tt_memstat_entry *e,
							int error)
{
	if (!error && ttmemstat_ring_try_push(&att->ring, e))
		return 0;
	if (!att->ring.shared && ttmemstat_att_disabled(att))
		return 0;
	return error ? error : report_slowly(att, e->op, e->flags, e->id, e->addr, e->size, e->set,
					     e->pool, e->program);
}

int ttmemstat_report_record(struct ttmemstat_attachment *att, const struct ttmemstat_record *record)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_record(&entry, record));
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
	return report(att, &entry, ttmemstat_make_snapshot(&entry, snapshot));
}

int ttmemstat_report_snapshot_total(struct ttmemstat_attachment *att, uint32_t pool, uint64_t bytes,
				    uint32_t flags)
{
	struct tt_memstat_entry entry;

	if (!att)
		return -EINVAL;
	return report(att, &entry, ttmemstat_make_snapshot_total(&entry, pool, bytes, flags));
}

int ttmemstat_drop(struct ttmemstat_attachment *att, uint32_t pools)
{
	struct tt_memstat_drop arg = { .argsz = sizeof(arg), .pools = pools };
	int error;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (!pools || (pools & ~TT_MEMSTAT_POOL_MASK_ALL))
		return -EINVAL;
	error = catch_up(att);
	if (error)
		return error;
	arg.attachment = att->handle;
	return ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_DROP, &arg);
}

/* One record of the program that replaces another; the first of them frees the old ones. */
static int replace_entry(struct tt_memstat_entry *entry, uint64_t program,
			 const struct ttmemstat_record *record, bool first)
{
	struct ttmemstat_record r = *record;

	if (r.program && r.program != program)
		return -EINVAL;
	if (r.pool != TT_MEMSTAT_POOL_CB && r.pool != TT_MEMSTAT_POOL_KERNEL)
		return -EINVAL;
	if (r.flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		return -EINVAL;
	r.program = program;
	if (first)
		r.flags |= TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	return ttmemstat_make_record(entry, &r);
}

static int report_some(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entries,
		       size_t count)
{
	size_t i;
	int error = 0;

	if (!att->ring.shared)
		return ttmemstat_submit(att, entries, count, NULL);
	for (i = 0; i < count && !error; i++)
		error = ttmemstat_ring_push(att, &entries[i]);
	return error;
}

static int check_snapshots(const struct ttmemstat_device_snapshots *device)
{
	struct tt_memstat_entry entry;
	size_t i;
	int error = 0;

	if (!device->att || !device->snapshots || !device->count || device->reserved)
		return -EINVAL;
	for (i = 0; i < device->count && !error; i++)
		error = ttmemstat_make_snapshot(&entry, &device->snapshots[i]);
	return error;
}

static int report_snapshots(const struct ttmemstat_device_snapshots *device)
{
	struct tt_memstat_entry some[16];
	size_t i, n = 0;
	int error = 0;

	for (i = 0; i < device->count && !error; i++) {
		ttmemstat_make_snapshot(&some[n++], &device->snapshots[i]);
		if (n < sizeof(some) / sizeof(some[0]) && i + 1 < device->count)
			continue;
		error = report_some(device->att, some, n);
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
	struct tt_memstat_entry some[16];
	size_t i, n = 0;
	int error = 0;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	if (!program || !records || !count)
		return -EINVAL;
	for (i = 0; i < count && !error; i++)
		error = replace_entry(&some[0], program, &records[i], i == 0);
	for (i = 0; i < count && !error; i++) {
		replace_entry(&some[n++], program, &records[i], i == 0);
		if (n < sizeof(some) / sizeof(some[0]) && i + 1 < count)
			continue;
		error = report_some(att, some, n);
		n = 0;
	}
	return error;
}
