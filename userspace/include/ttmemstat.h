/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * libttmemstat: report and read the device memory of Tenstorrent chips.
 *
 * Knows the calls of /dev/tt_memstat (writing side), what an arch has (geometry helpers) and the
 * files under /sys/class/tt_memstat (reading side). Does not define the figures: docs/ABI/ and
 * docs/ledger.md do. Structures and constants that start with tt_memstat_ / TT_MEMSTAT_ are the
 * kernel's own, see tt_memstat.h.
 *
 * Rules that hold for every function:
 *
 *  - It returns 0 or a negative errno unless it says otherwise, and leaves errno undefined. It
 *    prints nothing, exits nowhere, keeps no global state, and opens everything O_CLOEXEC.
 *  - A NULL where a pointer is required is -EINVAL. Output is written on success only, unless
 *    the function says otherwise.
 *  - Sizes and addresses are bytes.
 *  - Threads: pure functions may run anywhere. One ttm_ctx and its attachments may be used by
 *    several threads at once; the kernel takes events in the order in which their calls reach
 *    it. ttm_close() and ttm_detach() must not run beside another call on the same object. A
 *    ttm_reader belongs to one thread at a time; snapshots that it returned are independent.
 *  - Fork: a ttm_ctx belongs to the process that opened it. In a child every call on it, and on
 *    its attachments, is -EPERM before it reaches the kernel, except ttm_close() and
 *    ttm_detach(), which there only release the child's memory and descriptor.
 */
#ifndef TTMEMSTAT_H
#define TTMEMSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <tt_memstat.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ttm_version() - version of the library, "MAJOR.MINOR.PATCH"; never NULL
 */
const char *ttm_version(void);

/* ---- Writing side: a context ------------------------------------------------------------ */

struct ttm_ctx;
struct ttm_attachment;

#define TTM_DEVICE_PATH	"/dev/tt_memstat"

/*
 * Without the device, ttm_open() succeeds with a disabled context. The environment variable
 * TT_MEMSTAT_DISABLED, set to anything but "" or "0", has the same effect (it is not looked at
 * in set-user-id programs).
 */
#define TTM_OPEN_OPTIONAL	(1u << 0)

/**
 * struct ttm_open_options - how to open
 * @size: sizeof(struct ttm_open_options)
 * @flags: TTM_OPEN_*
 * @path: device node; NULL = TTM_DEVICE_PATH
 */
struct ttm_open_options {
	uint32_t size;
	uint32_t flags;
	const char *path;
};

/**
 * ttm_open() - open the device and check that it speaks this API
 * @ctx: out: to be released by ttm_close()
 * @options: NULL = all zero
 *
 * -ENOENT, -ENXIO, -ENODEV: no node, or no module behind it; -EACCES, -EPERM: no permission;
 * -ENOTTY: the node is something else; -EOPNOTSUPP: the module's API is older than the library
 * can use. With TTM_OPEN_OPTIONAL all of these give a disabled context and 0; anything else is
 * still an error: -EINVAL (an unknown flag, a @size too small), -E2BIG (options that say what
 * this library does not know), -EMFILE, -ENOMEM ...
 *
 * On a disabled context the calls that report (attach to drop, below) do nothing and return 0
 * without looking at their arguments; their outputs are zero. The calls that ask or administer
 * (ttm_info(), ttm_chip_*(), ttm_geometry_*(), ttm_query_*(), ttm_list_*()) return -EOPNOTSUPP.
 */
int ttm_open(struct ttm_ctx **ctx, const struct ttm_open_options *options);

/**
 * ttm_close() - release a context; NULL is allowed
 *
 * In the owner this ends all attachments and forgets what they had recorded. Attachments not
 * yet detached stay valid as objects: their calls return -EBADF (0 if disabled), and each still
 * needs its ttm_detach().
 */
void ttm_close(struct ttm_ctx *ctx);

/**
 * ttm_enabled() - whether there is a module behind the context; false for NULL
 */
bool ttm_enabled(const struct ttm_ctx *ctx);

/**
 * ttm_disabled_reason() - why a context is disabled
 *
 * The error that ttm_open() would have returned; -ECANCELED: TT_MEMSTAT_DISABLED; 0: enabled.
 */
int ttm_disabled_reason(const struct ttm_ctx *ctx);

/*
 * Some calls below take the kernel's own structure. Its @argsz is sizeof the structure, as in
 * the uAPI; 0 stands for the size of the first version, so that a zeroed structure works.
 */

/**
 * ttm_info() - versions, features, limits and this context's client id
 * @info: @argsz in, the rest out
 */
int ttm_info(struct ttm_ctx *ctx, struct tt_memstat_get_info *info);

/* ---- Writing side: chips ---------------------------------------------------------------- */

/**
 * ttm_chip_create() - make a virtual chip
 * @geometry: what it has
 * @board: shown as `board`, at most TT_MEMSTAT_NAME_LEN - 1 bytes; NULL = empty
 * @unique_id: shown as `unique_id`, 0 = none
 * @flags: TT_MEMSTAT_CREATE_*
 * @chip: out: N of tt<N>
 *
 * -EPERM, -ENOSPC, -EINVAL as TT_MEMSTAT_CHIP_CREATE; -ENAMETOOLONG: @board.
 */
int ttm_chip_create(struct ttm_ctx *ctx, const struct tt_memstat_geometry *geometry,
		    const char *board, uint64_t unique_id, uint32_t flags, uint32_t *chip);

/**
 * ttm_chip_destroy() - remove a virtual chip
 *
 * -ENODEV: no such chip; -EOPNOTSUPP: not virtual; -EPERM: somebody else's.
 */
int ttm_chip_destroy(struct ttm_ctx *ctx, uint32_t chip);

/**
 * ttm_chip_find() - find a chip by name, PCI address or unique id
 * @find: in, out: as TT_MEMSTAT_CHIP_FIND; the strings are NUL terminated
 *
 * -ENODEV: none; -ENOTUNIQ: several.
 */
int ttm_chip_find(struct ttm_ctx *ctx, struct tt_memstat_chip_find *find);

/**
 * ttm_geometry_set() - say, as the administrator, what a chip has
 * @set: in; @chip_out out: as TT_MEMSTAT_GEOMETRY_SET
 *
 * -EPERM: no CAP_SYS_ADMIN; -EBUSY: live records would not fit; -ENODEV: no such chip.
 */
int ttm_geometry_set(struct ttm_ctx *ctx, struct tt_memstat_geometry_set *set);

/**
 * ttm_geometry_unset() - withdraw what ttm_geometry_set() said
 * @chip: N of tt<N>, remote chips by their own N
 * @flags: 0 or TT_MEMSTAT_GEOMETRY_FORCE
 *
 * Errors as ttm_geometry_set().
 */
int ttm_geometry_unset(struct ttm_ctx *ctx, uint32_t chip, uint32_t flags);

/* ---- Writing side: an attachment -------------------------------------------------------- */

/*
 * Report by a ring in memory shared with the kernel: see "Events" below. Where the module has no
 * rings, or there is no memory for one, events go by submit as without the flag, and
 * ttm_ring_status() is -ENOENT.
 */
#define TTM_ATTACH_RING		(1u << 31)

#define TTM_RING_ENTRIES	256	/* of a ring, unless said otherwise */
#define TTM_RING_ENTRIES_MIN	64

/**
 * struct ttm_attach_options - standing to report on a chip
 * @size: sizeof(struct ttm_attach_options)
 * @flags: TT_MEMSTAT_ATTACH_* and TTM_ATTACH_RING
 * @chip: N of tt<N>; with REMOTE its gateway
 * @asic_location: with REMOTE, which chip behind the gateway
 * @proof: an open descriptor of the chip's /dev/tenstorrent node, -1 = none; only looked at
 *	during the call
 * @covers: mask of 1 << enum tt_memstat_pool: what will be reported; not zero
 * @partial: mask within @covers: reported, but not all of it
 * @runtime_id: the runtime's own device number, -1 = none
 * @geometry: with GEOMETRY: what the runtime sees
 * @layout: how the runtime divides the chip
 * @label: shown as `label`, at most TT_MEMSTAT_LABEL_LEN - 1 bytes; NULL = empty
 * @ring_entries: with TTM_ATTACH_RING: slots, a power of two from TTM_RING_ENTRIES_MIN to the
 *	module's max_ring_entries; 0 = TTM_RING_ENTRIES. A burst of so many events needs no system
 *	call; each slot costs the process 6 to 9 KiB of kernel memory
 * @reserved: zero
 */
struct ttm_attach_options {
	uint32_t size;
	uint32_t flags;
	uint32_t chip;
	uint32_t asic_location;
	int32_t proof;
	uint32_t covers;
	uint32_t partial;
	int32_t runtime_id;
	struct tt_memstat_geometry geometry;
	struct tt_memstat_layout layout;
	const char *label;
	uint32_t ring_entries;
	uint32_t reserved;
};

/**
 * ttm_attach_options_init() - zero, except @size, and no proof and no runtime id
 */
static inline void ttm_attach_options_init(struct ttm_attach_options *options)
{
	memset(options, 0, sizeof(*options));
	options->size = (uint32_t)sizeof(*options);
	options->proof = -1;
	options->runtime_id = -1;
}

/**
 * ttm_attach() - attach to a chip
 * @att: out: to be released by ttm_detach()
 * @present: out: the chip's geometry, on success and on -EEXIST; may be NULL
 *
 * Errors as TT_MEMSTAT_ATTACH: -EPERM, -EBADF, -ENODEV, -EALREADY, -ENOSPC, -ERANGE, -ENODATA,
 * -EINVAL; -EEXIST: another geometry is present: attach again without GEOMETRY to go by it;
 * -ENAMETOOLONG: @label; -E2BIG: options that say what this library does not know.
 */
int ttm_attach(struct ttm_ctx *ctx, const struct ttm_attach_options *options,
	       struct ttm_attachment **att, struct tt_memstat_geometry *present);

/**
 * ttm_detach() - give the standing back, and all that it held; NULL is allowed
 *
 * The object is released whatever is returned. -EPERM: in a child, nothing but memory was
 * released; -EBADF: after ttm_close(); -ENODEV: the chip had gone, and the records with it.
 */
int ttm_detach(struct ttm_attachment *att);

/**
 * ttm_attachment_chip() - N of the chip attached to; -EOPNOTSUPP if disabled
 * @chip: out
 */
int ttm_attachment_chip(const struct ttm_attachment *att, uint32_t *chip);

/**
 * ttm_bank_set_l1() - name a set of logical cores
 * @rects: rectangles, both corners included; they may overlap
 * @count: at least 1
 * @set: out: the set's number; equal sets have equal numbers
 *
 * -EINVAL: no rectangle, or one with its corners exchanged; -ERANGE: outside the chip's logical
 * grid; -ENODATA: no geometry; -ENOSPC: too many sets.
 */
int ttm_bank_set_l1(struct ttm_attachment *att, const struct tt_memstat_rect *rects, size_t count,
		    uint32_t *set);

/**
 * ttm_bank_set_dram() - name a set of DRAM banks
 * @mask: bit n: bank n of the allocator; not zero
 * @set: out: the set's number; equal sets have equal numbers
 */
int ttm_bank_set_dram(struct ttm_attachment *att, uint64_t mask, uint32_t *set);

/**
 * ttm_partial() - say anew which pools are reported only in part
 * @pools: mask of 1 << enum tt_memstat_pool within @covers of the attachment; replaces what was
 *	said before
 *
 * For a runtime that learns it while it runs. Nothing recorded changes. -EINVAL: a pool that the
 * attachment does not cover; -EOPNOTSUPP: the module is older than this call.
 */
int ttm_partial(struct ttm_attachment *att, uint32_t pools);

/* ---- Writing side: which chip a runtime's device is ------------------------------------- */

/**
 * struct ttm_device - what a runtime knows of one of its devices
 * @size: sizeof(struct ttm_device)
 * @flags: TTM_DEVICE_*
 * @runtime_id: the runtime's own number of it; -1 = none
 * @asic_location: with LOCATION: which chip of its board it is
 * @unique_id: 0 = unknown
 * @board_id: 0 = unknown
 * @gateway_id: with REMOTE: the runtime's own number of the device that it is reached through;
 *	-1 = unknown
 * @reserved: zero
 * @gateway_unique_id: with REMOTE: of that device; 0 = unknown
 *
 * A runtime has these from its cluster descriptor. What it does not have stays unknown.
 */
struct ttm_device {
	uint32_t size;
	uint32_t flags;
#define TTM_DEVICE_LOCATION	(1u << 0)
#define TTM_DEVICE_REMOTE	(1u << 1)	/* has no PCI function that the process sees */
	int32_t runtime_id;
	uint32_t asic_location;
	uint64_t unique_id;
	uint64_t board_id;
	int32_t gateway_id;
	uint32_t reserved;
	uint64_t gateway_unique_id;
};

/**
 * ttm_device_init() - zero, except @size, and no numbers
 */
static inline void ttm_device_init(struct ttm_device *device)
{
	memset(device, 0, sizeof(*device));
	device->size = (uint32_t)sizeof(*device);
	device->runtime_id = -1;
	device->gateway_id = -1;
}

/**
 * struct ttm_resolve_roots - where ttm_resolve() looks, for tests
 * @size: sizeof(struct ttm_resolve_roots)
 * @reserved: zero
 * @sysfs: NULL = "/sys"
 * @fds: a directory with an entry for each descriptor; NULL = "/proc/self/fd"
 */
struct ttm_resolve_roots {
	uint32_t size;
	uint32_t reserved;
	const char *sysfs;
	const char *fds;
};

/* By what ttm_resolve() knew the chip. */
enum ttm_resolved_by {
	TTM_BY_UNIQUE_ID = 1,	/* an administrator's import told it */
	TTM_BY_BOARD_ID = 2,	/* likewise */
	TTM_BY_NODE = 3,	/* the process's open nodes, counted as the runtime counts */
	TTM_BY_GATEWAY = 4,	/* the chip that it is behind, and its location */
};

/**
 * ttm_resolve() - find the chip that a runtime's device is, ready to be attached to
 * @device: what the runtime knows
 * @roots: NULL = the system's
 * @options: in: initialized; out: @chip, @asic_location, @proof, @runtime_id and of @flags REMOTE.
 *	The rest is the caller's. @proof is a descriptor that the process already has, for
 *	ttm_attach() alone: neither to be closed nor kept
 *
 * In this order:
 *
 *  1. The unique id is that of a chip; or, of chips that were imported without one, the board id
 *     and the location. (UMD gives the board id for a unique id where a chip has no link.)
 *  2. The nodes of /dev/tenstorrent that the process has open, in the order of their PCI
 *     addresses, are the runtime's devices 0 to k-1. With several of them a chip that has another
 *     unique id is not taken.
 *  3. A remote device is the chip at its location behind its gateway, which is found in the same
 *     two ways; where no location is told, the only remote chip known there.
 *
 * A chip behind a PCI function is only ever one whose node the process has open.
 *
 * Call it when the runtime has opened its devices. Opens no device and needs no privilege; what a
 * chip has, if anybody told, ttm_attach() returns.
 *
 * Returns enum ttm_resolved_by, or -ENOENT: the module is not loaded; -ENODEV: no chip is beyond
 * doubt this device; -ENOTUNIQ: several are; -EPERM: it is known which, but the process does not
 * have its node open. Then nothing can be reported of the device, and the caller should say so
 * once.
 */
int ttm_resolve(const struct ttm_device *device, const struct ttm_resolve_roots *roots,
		struct ttm_attach_options *options);

/* ---- Writing side: events --------------------------------------------------------------- */

/*
 * How events reach the kernel. Any thread of the process that opened the context may report at
 * any time; the events of one thread are taken in its order. Nothing below allocates memory,
 * starts a thread, uses a signal or waits for another thread, except where it says so.
 *
 * Without a ring an event is a system call, which returns the kernel's verdict on it.
 *
 * With a ring (TTM_ATTACH_RING) an event is a few stores: one compare-and-swap, 64 bytes, no
 * system call. Only the event that finds the ring full (no credit) calls the kernel, which takes
 * what is in the ring and makes room for as many again; that call costs about as much as the
 * taking of all these events. The kernel also takes them by itself, every 100 ms and whenever
 * somebody reads the figures, so that readers miss nothing.
 *
 * What the kernel thinks of an event is then known only later: ttm_ring_status() has how many
 * were refused, and the last error. The event itself returns
 *
 *   -EINVAL  what the library can see by itself, as ttm_entry_*()
 *   -EPERM   the process is not the one that opened the context; costs a load, no system call
 *   -EBUSY   the ring stayed full for a second, because a thread that had claimed a slot never
 *            filled it (it died, or this call interrupted it). The event is lost, and so are
 *            later ones that find the ring full, without the wait
 *   the error of the ring, once the kernel has stopped it: -ENODEV: the chip is gone; -EPROTO:
 *            the shared pages were overwritten; what was in the ring is lost. Nothing falls back
 *            to submit by itself, as the figures are no longer true: ttm_drop() and report anew,
 *            by ttm_submit() or in a new attachment
 *
 * After a signal handler that interrupted one of these calls has reported events itself, all is
 * well unless the ring was full.
 */

/**
 * struct ttm_record - one live allocation, or one part of it
 * @id: the client's choice, unique in the attachment
 * @addr: address in each bank of the set; a multiple of TT_MEMSTAT_GRANULE
 * @size: bytes in each bank; rounded up to TT_MEMSTAT_GRANULE
 * @program: the program it belongs to, 0 = none
 * @set: bank set; 0 = the worker grid, or all DRAM banks
 * @pool: enum tt_memstat_pool
 * @flags: TT_MEMSTAT_ENTRY_VIEW, _SYSTEM, _PART, _REPLACE_PROGRAM
 * @reserved: zero
 */
struct ttm_record {
	uint64_t id;
	uint64_t addr;
	uint64_t size;
	uint64_t program;
	uint32_t set;
	uint32_t pool;
	uint32_t flags;
	uint32_t reserved;
};

/**
 * struct ttm_snapshot - an allocator's statistics, bytes in each bank of the set
 * @allocatable: what the allocator manages
 * @allocated: of it, in use
 * @free: of it, not in use
 * @largest_free_block: the largest contiguous free piece
 * @set: bank set; 0 = the worker grid, or all DRAM banks
 * @pool: enum tt_memstat_pool
 * @flags: 0, or TT_MEMSTAT_ENTRY_LOADED (pool cb)
 * @reserved: zero
 */
struct ttm_snapshot {
	uint64_t allocatable;
	uint64_t allocated;
	uint64_t free;
	uint64_t largest_free_block;
	uint32_t set;
	uint32_t pool;
	uint32_t flags;
	uint32_t reserved;
};

/*
 * Pure: make the entry of one event, for ttm_submit(). -EINVAL: a flag that the event does not
 * know, a pool out of range, a reserved field not zero, an address that is no multiple of the
 * granule, a size that cannot be rounded up. What depends on the chip is the kernel's to check.
 */
int ttm_entry_record(struct tt_memstat_entry *entry, const struct ttm_record *record);
int ttm_entry_free(struct tt_memstat_entry *entry, uint64_t id);
int ttm_entry_program_free(struct tt_memstat_entry *entry, uint64_t program);
int ttm_entry_dispatch(struct tt_memstat_entry *entry, uint64_t program, uint64_t list);
int ttm_entry_snapshot(struct tt_memstat_entry *entry, const struct ttm_snapshot *snapshot);
int ttm_entry_snapshot_total(struct tt_memstat_entry *entry, uint32_t pool, uint64_t bytes,
			     uint32_t flags);

/**
 * ttm_submit() - report events in order, and wait for the kernel's verdict
 * @entries: @count of them; seq is ignored
 * @taken: out, also on failure: how many were taken; may be NULL
 *
 * By system calls, also where there is a ring; what the thread has put there is taken first
 * (ttm_flush()). Costs one system call and what the kernel has to do for the events.
 *
 * Any count: more than the module takes at once goes in several calls, between which other
 * threads' events may be taken. 0 when all were taken, else the error of the first refused:
 * those before it are committed, those after it were not looked at.
 *
 * -EINVAL, -ERANGE, -EEXIST, -ENOENT, -ENODATA, -ENOSPC, -ENOMEM as in struct tt_memstat_entry;
 * -ENODEV: the chip is gone; -EOWNERDEAD, -EPERM: not the owner.
 */
int ttm_submit(struct ttm_attachment *att, const struct tt_memstat_entry *entries, size_t count,
	       size_t *taken);

/*
 * One event each, by the ring if there is one; else ttm_entry_*() and ttm_submit() in one, with
 * the errors of both.
 *
 * ttm_record()		an allocation lives from now on
 * ttm_free()		all parts of record @id are gone
 * ttm_program_free()	the program and all its records are gone
 * ttm_dispatch()	the program was dispatched; @list: the dispatch list (a trace) whose members
 *			are resident together, 0 = alone
 * ttm_snapshot()	the allocator's statistics of one pool and bank set
 * ttm_snapshot_total()	only the pool's bytes on the whole chip are known; @flags: 0 or
 *			TT_MEMSTAT_ENTRY_LOADED
 */
int ttm_record(struct ttm_attachment *att, const struct ttm_record *record);
int ttm_free(struct ttm_attachment *att, uint64_t id);
int ttm_program_free(struct ttm_attachment *att, uint64_t program);
int ttm_dispatch(struct ttm_attachment *att, uint64_t program, uint64_t list);
int ttm_snapshot(struct ttm_attachment *att, const struct ttm_snapshot *snapshot);
int ttm_snapshot_total(struct ttm_attachment *att, uint32_t pool, uint64_t bytes, uint32_t flags);

/**
 * struct ttm_device_snapshots - what the allocators of one chip say
 * @att: the chip
 * @snapshots: @count of them, each with a pool and bank set of its own
 * @count: at least 1
 * @error: out: 0, or why some of them were not reported
 * @reserved: zero
 */
struct ttm_device_snapshots {
	struct ttm_attachment *att;
	const struct ttm_snapshot *snapshots;
	size_t count;
	int32_t error;
	uint32_t reserved;
};

/**
 * ttm_snapshot_devices() - the allocators' statistics of all chips of a mesh, in one call
 * @devices: @count of them
 *
 * Each snapshot replaces the one before it of the same pool and bank set; none is ever added to
 * another, however often this is called. Costs a few stores for each snapshot where there is a
 * ring, else one system call for each chip.
 *
 * -EINVAL: something is wrong with one of @devices or @snapshots as the library sees it, and
 * nothing was reported. Else the first error of a chip; the other chips are reported all the same,
 * and @error says of each how it went.
 */
int ttm_snapshot_devices(struct ttm_device_snapshots *devices, size_t count);

/*
 * Kernel binaries, by ids of their own that may equal those of records: the library sets
 * TTM_KERNEL_ID in the id of the record that it makes, which no other record must have.
 */
#define TTM_KERNEL_ID	(1ull << 63)

/**
 * ttm_kernel_load() - a kernel's binaries are on the chip from now on
 * @id: below TTM_KERNEL_ID
 * @bytes: on the whole chip, over all cores; rounded up to TT_MEMSTAT_GRANULE
 * @flags: 0, or TT_MEMSTAT_ENTRY_SYSTEM: of the system (dispatch, fabric), not of the application
 *
 * Information: in `kernel_app` or `kernel_system`, and in no figure of L1 or DRAM. The attachment
 * must cover pool kernel. The first of an attachment is one more system call. -EEXIST: the id is
 * loaded; -ERANGE: 2^36 bytes or more.
 */
int ttm_kernel_load(struct ttm_attachment *att, uint64_t id, uint64_t bytes, uint32_t flags);

/**
 * ttm_kernel_unload() - and from now on not any more; the kernel knows the bytes by the id
 *
 * -ENOENT: no such id is loaded.
 */
int ttm_kernel_unload(struct ttm_attachment *att, uint64_t id);

/**
 * ttm_program_replace() - a program is replaced as a whole
 * @program: not 0; need not exist yet
 * @records: all that belongs to it from now on: pools cb and kernel, @program this one or 0,
 *	without TT_MEMSTAT_ENTRY_REPLACE_PROGRAM
 * @count: at least 1 (a program without records is ttm_program_free())
 *
 * The records that it had are freed with the first of the new ones; the cores that stay keep it
 * resident. Nothing is reported if one of @records is -EINVAL. Costs an event for each record;
 * the kernel may take other threads' events between them.
 */
int ttm_program_replace(struct ttm_attachment *att, uint64_t program,
			const struct ttm_record *records, size_t count);

/**
 * ttm_flush() - what this thread has reported is in the figures
 *
 * Needed only by somebody who wants ttm_ring_status() to speak of all events so far: readers see
 * them anyway. Without a ring, or with nothing in it, a few loads; else one system call, which
 * takes the events. Waits for threads that are between claiming a slot and filling it, at most a
 * second (-EBUSY). Other errors: those of the ring, as above.
 */
int ttm_flush(struct ttm_attachment *att);

/**
 * ttm_ring_status() - how the ring fares; one system call
 * @status: @argsz in, 0 = the first version; the rest out: @error why the ring was stopped,
 *	@refused how many entries were refused, @entry_error the last one's error
 *
 * -ENOENT: there is no ring, events go by submit; -EOPNOTSUPP: disabled.
 */
int ttm_ring_status(struct ttm_attachment *att, struct tt_memstat_ring_status *status);

/**
 * ttm_drop() - forget all records and snapshots of some pools
 * @pools: mask of 1 << enum tt_memstat_pool, not zero
 *
 * What the thread has put into the ring is taken first (ttm_flush()).
 */
int ttm_drop(struct ttm_attachment *att, uint32_t pools);

/* ---- Asking the device ------------------------------------------------------------------ */

/**
 * ttm_query_chip() - a chip's figures of one moment
 *
 * -ENODEV: no such chip. Anybody who may open the device may ask.
 */
int ttm_query_chip(struct ttm_ctx *ctx, uint32_t chip, struct tt_memstat_figures *figures);

/**
 * ttm_query_client() - a client's figures of one moment
 * @client: id as in clients/<id>
 *
 * -ENODEV: no such chip; -ENOENT: no such client on it.
 */
int ttm_query_client(struct ttm_ctx *ctx, uint32_t chip, uint64_t client,
		     struct tt_memstat_figures *figures);

/**
 * ttm_list_records() - a page of a client's live records, in ascending order of ids
 * @cursor: in, out: 0 to start; as returned to go on; 0 returned = that was all
 * @items: out: room for *@count
 * @count: in: elements of @items, 1 to 4096; out: elements written
 *
 * The client's own uid or CAP_SYS_ADMIN, else -EPERM. -ENODEV, -ENOENT as ttm_query_client().
 */
int ttm_list_records(struct ttm_ctx *ctx, uint32_t chip, uint64_t client, uint64_t *cursor,
		     struct tt_memstat_record_info *items, size_t *count);

/**
 * ttm_list_programs() - a page of a client's loaded programs; as ttm_list_records()
 */
int ttm_list_programs(struct ttm_ctx *ctx, uint32_t chip, uint64_t client, uint64_t *cursor,
		      struct tt_memstat_program_info *items, size_t *count);

/* ---- Geometry: pure --------------------------------------------------------------------- */

/**
 * struct ttm_arch_info - what a chip of an arch has before harvesting
 * @arch: enum tt_memstat_arch
 * @name: lower case
 * @grid_x: columns of Tensix cores
 * @grid_y: rows
 * @harvests_rows: whether a bit of the Tensix mask stands for a row; else for a column
 * @tensix_mask_bits: bits of the Tensix mask
 * @dram_channels: channels, and bits of the DRAM mask
 * @banks_per_channel: banks of the allocator in one channel
 * @l1_bytes: L1 of one core
 * @dram_bank_bytes: one bank
 * @usual_x: columns of the compute grid that runtimes usually give to programs
 * @usual_y: rows of it
 */
struct ttm_arch_info {
	uint32_t arch;
	const char *name;
	uint32_t grid_x;
	uint32_t grid_y;
	bool harvests_rows;
	uint32_t tensix_mask_bits;
	uint32_t dram_channels;
	uint32_t banks_per_channel;
	uint64_t l1_bytes;
	uint64_t dram_bank_bytes;
	uint32_t usual_x;
	uint32_t usual_y;
};

/**
 * ttm_arch_info() - the table's row of an arch; NULL: unknown
 */
const struct ttm_arch_info *ttm_arch_info(uint32_t arch);

/**
 * ttm_arch_name() - "wormhole", "blackhole"; "unknown" for all else
 */
const char *ttm_arch_name(uint32_t arch);

/**
 * ttm_arch_parse() - an arch by name, whatever its case
 *
 * Also takes "wormhole_b0". Returns enum tt_memstat_arch, or -EINVAL.
 */
int ttm_arch_parse(const char *name);

/**
 * struct ttm_resolved - what a geometry comes to
 * @grid_x: columns of the logical grid of active cores
 * @grid_y: rows of it
 * @tensix_total: cores before harvesting
 * @tensix_active: cores after
 * @dram_banks: active banks; 0 = unknown (neither mask nor number told)
 * @reserved: zero
 * @l1_bytes: L1 of one core
 * @dram_bank_bytes: one bank
 * @l1_capacity: of all active cores
 * @dram_capacity: of all active banks; 0 = unknown
 */
struct ttm_resolved {
	uint32_t grid_x;
	uint32_t grid_y;
	uint32_t tensix_total;
	uint32_t tensix_active;
	uint32_t dram_banks;
	uint32_t reserved;
	uint64_t l1_bytes;
	uint64_t dram_bank_bytes;
	uint64_t l1_capacity;
	uint64_t dram_capacity;
};

/**
 * ttm_geometry_resolve() - logical grid, cores and banks of a geometry
 *
 * -EINVAL: unknown arch, unknown valid bit, neither grid nor Tensix mask, a field set that
 * @valid does not tell, sizes that are no multiple of the granule, or a mask that contradicts
 * the grid or the number of banks; -ERANGE: a mask, grid, size or number of banks that the arch
 * does not have, or that leaves nothing. What is not told of DRAM stays unknown here; the kernel
 * takes a geometry only with @dram_banks or a DRAM mask.
 */
int ttm_geometry_resolve(const struct tt_memstat_geometry *geometry, struct ttm_resolved *out);

/* ---- Figures and pools: pure ------------------------------------------------------------ */

/**
 * ttm_figure_name() - key of a figure in `stat`; NULL: no such figure
 * @n: enum tt_memstat_figure
 */
const char *ttm_figure_name(unsigned int n);

/**
 * ttm_figure_by_name() - enum tt_memstat_figure, or -ENOENT
 */
int ttm_figure_by_name(const char *name);

/**
 * ttm_figure_is_signed() - whether the value is two's complement
 */
bool ttm_figure_is_signed(unsigned int n);

/**
 * ttm_figure() - the value of a figure
 * @value: out, 0 if unknown; may be NULL
 *
 * Returns whether it is known.
 */
bool ttm_figure(const struct tt_memstat_figures *figures, unsigned int n, uint64_t *value);

/**
 * ttm_figure_signed() - as ttm_figure(), for figures that ttm_figure_is_signed()
 */
bool ttm_figure_signed(const struct tt_memstat_figures *figures, unsigned int n, int64_t *value);

/**
 * ttm_pool_name() - "dram", "trace", "l1", "l1_small", "cb", "kernel"; NULL: no such pool
 * @pool: enum tt_memstat_pool
 */
const char *ttm_pool_name(unsigned int pool);

/**
 * ttm_pool_by_name() - enum tt_memstat_pool, or -ENOENT
 */
int ttm_pool_by_name(const char *name);

/**
 * ttm_parse_stat() - read the content of a `stat` file
 * @buf: @len bytes, not necessarily NUL terminated
 * @figures: out: what is there is known; unknown keys are skipped
 * @malformed: out: lines that are no "key number\n", among them a cut last line; such a line
 *	makes nothing known; may be NULL
 */
int ttm_parse_stat(const char *buf, size_t len, struct tt_memstat_figures *figures,
		   size_t *malformed);

/* ---- Reading side ----------------------------------------------------------------------- */

struct ttm_reader;

enum ttm_kind {
	TTM_KIND_UNKNOWN = 0,
	TTM_KIND_LOCAL = 1,
	TTM_KIND_REMOTE = 2,
	TTM_KIND_VIRTUAL = 3,
};

#define TTM_UID_UNKNOWN		((uint32_t)-1)
#define TTM_LOCATION_UNKNOWN	((uint32_t)-1)

/**
 * struct ttm_host - the host's totals, over its described physical chips
 * @known: bit n set: the n-th of the eight numbers below is known; see TTM_HOST_*
 * @version: of the module, raw; empty = unknown
 */
struct ttm_host {
	uint32_t known;
#define TTM_HOST_CHIPS		(1u << 0)
#define TTM_HOST_CHIPS_UNKNOWN	(1u << 1)
#define TTM_HOST_CHIPS_VIRTUAL	(1u << 2)
#define TTM_HOST_CLIENTS	(1u << 3)
#define TTM_HOST_L1_CAPACITY	(1u << 4)
#define TTM_HOST_L1_USED	(1u << 5)
#define TTM_HOST_DRAM_CAPACITY	(1u << 6)
#define TTM_HOST_DRAM_USED	(1u << 7)
	uint32_t reserved;
	uint64_t chips;
	uint64_t chips_unknown;
	uint64_t chips_virtual;
	uint64_t clients;
	uint64_t l1_capacity;
	uint64_t l1_used;
	uint64_t dram_capacity;
	uint64_t dram_used;
	char version[32];
};

/**
 * struct ttm_client - a client on a chip, as the reader may see it
 * @id: never reused while the module is loaded
 * @pid: in the reader's pid namespace; 0 = not visible there
 * @uid: TTM_UID_UNKNOWN if unreadable
 * @runtime_id: the runtime's own device number; -1 = none or unknown
 * @covers: mask of 1 << enum tt_memstat_pool
 * @start_time: when the owner started, nanoseconds since boot; 0 = unknown
 * @figures: the client's own
 * @malformed: lines of `stat` that could not be read
 * @comm: the owner's name; untrusted bytes, see ttm_sanitize()
 * @label: what the client called itself; untrusted bytes, see ttm_sanitize()
 */
struct ttm_client {
	uint64_t id;
	int32_t pid;
	uint32_t uid;
	int32_t runtime_id;
	uint32_t covers;
	uint64_t start_time;
	struct tt_memstat_figures figures;
	uint64_t malformed;
	char comm[64];
	char label[TT_MEMSTAT_LABEL_LEN];
};

/**
 * struct ttm_chip - a chip, at one moment if @torn is false
 * @n: N of tt<N>
 * @kind: enum ttm_kind
 * @arch: enum tt_memstat_arch
 * @asic_location: TTM_LOCATION_UNKNOWN if there is none
 * @grid_x: columns of the logical grid; 0 = unknown
 * @grid_y: rows of it; 0 = unknown
 * @unique_id: 0 = unknown
 * @board_id: 0 = unknown
 * @name: "tt<N>"
 * @board: empty = unknown
 * @pci: of the chip, or of the gateway of a remote one; empty = none
 * @kmd_node: such as "tenstorrent/3"; empty = none
 * @geometry_source: empty = unknown
 * @figures: the chip's
 * @malformed: lines of `stat` that could not be read
 * @cores: with TTM_READ_CORES: bytes used on core (x, y) at [y * @grid_x + x]; NULL = unknown
 * @clients: with TTM_READ_CLIENTS: in ascending order of ids
 * @client_count: elements of @clients
 * @vanished: clients that went while they were being read
 * @torn: the chip changed during each of three readings: chip and clients do not quite match
 *
 * The strings are the kernel's or the administrator's, NUL terminated; @board of a virtual chip is
 * its creator's and as untrusted as a label.
 */
struct ttm_chip {
	uint32_t n;
	uint32_t kind;
	uint32_t arch;
	uint32_t asic_location;
	uint32_t grid_x;
	uint32_t grid_y;
	uint64_t unique_id;
	uint64_t board_id;
	char name[TT_MEMSTAT_NAME_LEN];
	char board[TT_MEMSTAT_NAME_LEN];
	char pci[TT_MEMSTAT_PCI_LEN];
	char kmd_node[64];
	char geometry_source[32];
	struct tt_memstat_figures figures;
	uint64_t malformed;
	uint64_t *cores;
	struct ttm_client **clients;
	size_t client_count;
	size_t vanished;
	bool torn;
};

/**
 * struct ttm_chip_list - all chips of the host
 * @chips: in ascending order of N
 * @count: elements of @chips
 * @vanished: chips that went while they were being read
 */
struct ttm_chip_list {
	struct ttm_chip **chips;
	size_t count;
	size_t vanished;
};

/*
 * BRIEF leaves fields unread that a screen can do without: @unique_id, @board_id,
 * @geometry_source, the grid unless CORES asks for it, @arch unless @board is empty, @asic_location unless the board has
 * several chips; of clients @comm, @runtime_id, @covers and @start_time.
 */
#define TTM_READ_CLIENTS	(1u << 0)
#define TTM_READ_CORES		(1u << 1)
#define TTM_READ_BRIEF		(1u << 2)

/**
 * ttm_reader_new() - a reader of sysfs; opens no device, needs no privilege
 * @reader: out: to be released by ttm_reader_free()
 * @sysfs_root: NULL = "/sys"
 *
 * Succeeds whether or not the module is loaded; it may come and go later.
 */
int ttm_reader_new(struct ttm_reader **reader, const char *sysfs_root);

/**
 * ttm_reader_free() - release a reader; NULL is allowed
 */
void ttm_reader_free(struct ttm_reader *reader);

/**
 * ttm_reader_keep() - keep files open between calls, for somebody who reads again and again
 * @keep: false closes them
 *
 * ttm_reader_chip() then opens only what is new: a chip costs up to four descriptors, a client
 * one, up to 512 in all; what is above is opened each time. Who a client is, and what a chip is
 * as long as its geometry stays the same, is taken from the first reading; ttm_reader_forget()
 * makes the next reading look again.
 */
int ttm_reader_keep(struct ttm_reader *reader, bool keep);

/**
 * ttm_reader_forget() - close what is kept, and keep on
 *
 * For a chip that came, went or changed.
 */
int ttm_reader_forget(struct ttm_reader *reader);

/**
 * ttm_reader_version() - the module's version, raw
 * @version: out: @size bytes, NUL terminated; empty = unknown
 *
 * -ENOENT: the module is not loaded.
 */
int ttm_reader_version(struct ttm_reader *reader, char *version, size_t size);

/**
 * ttm_reader_comm() - the name of a client's owner, as struct ttm_client has it
 * @n: N of tt<N>
 * @client: id as in clients/<id>
 * @comm: out: @size bytes, NUL terminated
 *
 * -ENODEV: no such chip or client.
 */
int ttm_reader_comm(struct ttm_reader *reader, uint32_t n, uint64_t client, char *comm,
		    size_t size);

/**
 * struct ttm_exited - a client that has left a chip
 * @number: in exited/<number>, ascending in the order in which they left
 * @attached: when it came, nanoseconds since boot; 0 = unknown
 * @exited: when it left, alike
 * @client: what was known of it last; pid is the one that it had, 0 outside of the host's namespace
 */
struct ttm_exited {
	uint64_t number;
	uint64_t attached;
	uint64_t exited;
	struct ttm_client client;
};

/**
 * ttm_reader_exited() - what is kept of the clients that have left a chip
 * @n: N of tt<N>
 * @list: out: the oldest first; to be released by free()
 * @count: out: 0 also when nothing is kept (the module's parameter max_exited)
 *
 * -EACCES: there are some, and root alone can read them; -ENOENT: the module is not loaded; -ENODEV:
 * no such chip, or a module that keeps none.
 */
int ttm_reader_exited(struct ttm_reader *reader, uint32_t n, struct ttm_exited **list,
		      size_t *count);

/**
 * ttm_reader_host() - the host's totals
 *
 * -ENOENT: the module is not loaded.
 */
int ttm_reader_host(struct ttm_reader *reader, struct ttm_host *host);

/**
 * ttm_reader_list() - the numbers of all chips, ascending
 * @chips: out: to be released by free(); NULL if there are none
 * @count: out
 *
 * -ENOENT: the module is not loaded.
 */
int ttm_reader_list(struct ttm_reader *reader, uint32_t **chips, size_t *count);

/**
 * ttm_reader_chip() - one chip
 * @n: N of tt<N>
 * @flags: TTM_READ_*
 * @chip: out: to be released by ttm_chip_free()
 *
 * -ENOENT: the module is not loaded; -ENODEV: no such chip, or it went meanwhile.
 */
int ttm_reader_chip(struct ttm_reader *reader, uint32_t n, uint32_t flags, struct ttm_chip **chip);

/**
 * ttm_chip_free() - release a chip; NULL is allowed
 */
void ttm_chip_free(struct ttm_chip *chip);

/**
 * ttm_reader_chips() - all chips
 * @flags: TTM_READ_*
 * @list: out: to be released by ttm_chip_list_free()
 *
 * -ENOENT: the module is not loaded. No chip is not an error.
 */
int ttm_reader_chips(struct ttm_reader *reader, uint32_t flags, struct ttm_chip_list *list);

/**
 * ttm_chip_list_free() - release what is in a list, and leave it empty; NULL is allowed
 */
void ttm_chip_list_free(struct ttm_chip_list *list);

/**
 * ttm_kind_name() - "local", "remote", "virtual"; "unknown" for all else
 */
const char *ttm_kind_name(uint32_t kind);

/**
 * ttm_sanitize() - make untrusted bytes fit to be shown on a terminal; pure
 * @dst: out: @len bytes, NUL terminated unless @len is 0, never cut inside a character
 * @src: NUL terminated; @dst must not overlap it
 *
 * Control characters (C0, DEL, C1, line and paragraph separators, and those that change the
 * direction of text) become `?`, bytes that are no UTF-8 become U+FFFD. Returns the length of
 * @dst.
 */
size_t ttm_sanitize(char *dst, size_t len, const char *src);

#ifdef __cplusplus
}
#endif

#endif /* TTMEMSTAT_H */
