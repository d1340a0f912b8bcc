/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * libttmemstat: report and read the device memory of Tenstorrent chips.
 *
 * The writing side makes the calls of /dev/tt_memstat, the reading side reads the files under
 * /sys/class/tt_memstat, and the geometry helpers describe architectures. docs/ABI/ defines the
 * figures. Structures and constants that start with tt_memstat_ / TT_MEMSTAT_ are the kernel's, see
 * tt_memstat.h.
 *
 * Rules that hold for every function:
 *
 *  - Unless noted otherwise, it returns 0 or a negative errno, and leaves errno undefined. It never
 *    prints or exits, keeps no global state, and opens everything O_CLOEXEC.
 *  - A NULL where a pointer is required is -EINVAL. Unless noted otherwise, output is written on
 *    success only.
 *  - Sizes and addresses are bytes.
 *  - Threads: pure functions may run anywhere. Several threads may use one ttmemstat_ctx and its
 *    attachments at once; the kernel takes events in the order in which their calls reach it.
 *    ttmemstat_close() and ttmemstat_detach() must not run concurrently with another call on the
 *    same object. A ttmemstat_reader may be used by one thread at a time; the chips and lists that
 *    it returned are independent of it.
 *  - Fork: a ttmemstat_ctx belongs to the process that opened it. In a child, calls on it and on
 *    its attachments return -EPERM without reaching the kernel, except ttmemstat_close() and
 *    ttmemstat_detach(), which only release the child's memory and descriptor.
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
 * ttmemstat_version() - version of the library, "MAJOR.MINOR.PATCH"; never NULL
 */
const char *ttmemstat_version(void);

/* ---- Why a call failed ------------------------------------------------------------------- */

/*
 * A failing call returns -errno. A line of text explains the failure: it names the call, the field,
 * its value and the limit:
 *
 *	ttmemstat_report_record: addr is 8: it must be a multiple of 16 (EINVAL)
 *	ttmemstat_report_record: size 2097152 at addr 1048576 ends beyond the core, which has
 *	1572864 bytes (ERANGE)
 *
 * ttmemstat_error() and similar functions return the text of the last failed call on an object. For
 * calls without an object, functions that take the same arguments return it. The text is for
 * people; programs should use the errno. A successful call has no cost for this and does not change
 * the text; a failing call stores a few words. If calls of several threads on one object fail at
 * once, the text is that of one of them.
 *
 * All these functions write at most @size bytes, NUL terminated unless @size is 0, and return the
 * length of the whole text, as snprintf() does; 0: there was no failure.
 */

/* Enough for any text with paths of usual length. */
#define TTMEMSTAT_ERROR_LEN	512

/* ---- Writing side: a context ------------------------------------------------------------ */

struct ttmemstat_ctx;
struct ttmemstat_attachment;

#define TTMEMSTAT_DEVICE_PATH	"/dev/tt_memstat"

/*
 * Without the device, ttmemstat_open() succeeds with a disabled context. The environment variable
 * TT_MEMSTAT_DISABLED, set to anything but "" or "0", has the same effect (set-user-id programs
 * ignore it).
 */
#define TTMEMSTAT_OPEN_OPTIONAL	(1u << 0)

/**
 * struct ttmemstat_open_options - options of ttmemstat_open()
 * @size: sizeof(struct ttmemstat_open_options)
 * @flags: TTMEMSTAT_OPEN_*
 * @path: device node; NULL = TTMEMSTAT_DEVICE_PATH
 */
struct ttmemstat_open_options {
	uint32_t size;
	uint32_t flags;
	const char *path;
};

/**
 * ttmemstat_open() - open the device and check its API version
 * @ctx: out: release with ttmemstat_close()
 * @options: NULL = all zero
 *
 * -ENOENT, -ENXIO, -ENODEV: no node, or no module behind it; -EACCES, -EPERM: no permission;
 * -ENOTTY: the node is something else; -EOPNOTSUPP: the module's API is older than the library
 * can use.
 *
 * With TTMEMSTAT_OPEN_OPTIONAL, these errors result in a disabled context and 0. Other errors are
 * still returned.
 *
 * -EINVAL: an unknown flag, a @size too small, an invalid TT_MEMSTAT_FAKE; -E2BIG: options that
 * this library does not know; -EMFILE, -ENOMEM: the usual.
 *
 * With TT_MEMSTAT_FAKE=blackhole or =wormhole in the environment, no device is opened. The context
 * has an invented chip tt0 (with blackhole:4, tt0 to tt3), whose figures the module's ledger
 * computes in the process. This is for tests without card, module or privilege. Calls return the
 * module's results and errors; there are no rings, and ttmemstat_info() has the version "fake".
 * Set-user-id programs ignore the variable.
 *
 * On a disabled context, the reporting calls (ttmemstat_attach() to ttmemstat_drop()) do nothing
 * and return 0 without checking their arguments; their outputs are zero. The calls that query or
 * administer (ttmemstat_info(), ttmemstat_chip_*(), ttmemstat_geometry_*(), ttmemstat_query_*(),
 * ttmemstat_list_*()) return -EOPNOTSUPP.
 */
int ttmemstat_open(struct ttmemstat_ctx **ctx, const struct ttmemstat_open_options *options);

/**
 * ttmemstat_open_error() - why ttmemstat_open() failed, as text
 * @options: as passed to ttmemstat_open()
 * @error: as returned by it, or by ttmemstat_disabled_reason()
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Returns the length of the whole text, as snprintf() does.
 */
size_t ttmemstat_open_error(const struct ttmemstat_open_options *options, int error, char *text,
			    size_t size);

/**
 * ttmemstat_error() - text of the last failed call on a context
 * @ctx: of ttmemstat_open(); NULL results in a text that says so
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Asks the module for its limits and the chip's geometry if the text needs them. For a disabled
 * context the text is the reason; in a child, that the context is its parent's.
 *
 * Returns the length of the whole text, as snprintf() does; 0: no call on it has failed.
 */
size_t ttmemstat_error(struct ttmemstat_ctx *ctx, char *text, size_t size);

/**
 * ttmemstat_close() - release a context; NULL is allowed
 * @ctx: of ttmemstat_open(), or NULL
 *
 * In the owner this ends all attachments and removes their records. Attachments that are not yet
 * detached stay valid as objects: their calls return -EBADF (0 if disabled), and each still needs
 * its ttmemstat_detach().
 */
void ttmemstat_close(struct ttmemstat_ctx *ctx);

/**
 * ttmemstat_enabled() - whether the context reports to a module or a fake; false for NULL
 * @ctx: of ttmemstat_open(), or NULL
 */
bool ttmemstat_enabled(const struct ttmemstat_ctx *ctx);

/**
 * ttmemstat_disabled_reason() - why a context is disabled
 * @ctx: of ttmemstat_open()
 *
 * Returns the error that ttmemstat_open() would have returned without TTMEMSTAT_OPEN_OPTIONAL,
 * -ECANCELED if TT_MEMSTAT_DISABLED is set, 0 if the context is enabled, -EINVAL for NULL.
 */
int ttmemstat_disabled_reason(const struct ttmemstat_ctx *ctx);

/*
 * Some calls below take the kernel's structure. Its @argsz is the size of the structure, as in the
 * uAPI; 0 stands for the size of the first version, so a zeroed structure works.
 */

/**
 * ttmemstat_info() - versions, features, limits and this context's client id
 * @ctx: of ttmemstat_open()
 * @info: @argsz in, the rest out
 *
 * -EOPNOTSUPP: the context is disabled.
 */
int ttmemstat_info(struct ttmemstat_ctx *ctx, struct tt_memstat_get_info *info);

/* ---- Writing side: chips ---------------------------------------------------------------- */

/**
 * ttmemstat_chip_create() - make a virtual chip
 * @ctx: of ttmemstat_open()
 * @geometry: of the chip
 * @board: shown as `board`, at most TT_MEMSTAT_NAME_LEN - 1 bytes; NULL = empty
 * @unique_id: shown as `unique_id`, 0 = none
 * @flags: TT_MEMSTAT_CREATE_*
 * @chip: out: N of tt<N>
 *
 * -EPERM, -ENOSPC, -EINVAL as TT_MEMSTAT_CHIP_CREATE; -ENAMETOOLONG: @board.
 */
int ttmemstat_chip_create(struct ttmemstat_ctx *ctx, const struct tt_memstat_geometry *geometry,
			  const char *board, uint64_t unique_id, uint32_t flags, uint32_t *chip);

/**
 * ttmemstat_chip_destroy() - remove a virtual chip
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>
 *
 * -ENODEV: no such chip; -EOPNOTSUPP: not virtual; -EPERM: another user's.
 */
int ttmemstat_chip_destroy(struct ttmemstat_ctx *ctx, uint32_t chip);

/**
 * ttmemstat_chip_find() - find a chip by name, PCI address or unique id
 * @ctx: of ttmemstat_open()
 * @find: in, out: as TT_MEMSTAT_CHIP_FIND; the strings are NUL terminated
 *
 * -ENODEV: none; -ENOTUNIQ: several.
 */
int ttmemstat_chip_find(struct ttmemstat_ctx *ctx, struct tt_memstat_chip_find *find);

/**
 * ttmemstat_geometry_set() - describe a chip, as the administrator
 * @ctx: of ttmemstat_open()
 * @set: in; @chip_out out: as TT_MEMSTAT_GEOMETRY_SET
 *
 * A side of the chip (its cores or its DRAM) that is left out becomes unknown.
 *
 * -EPERM: no CAP_SYS_ADMIN; -EBUSY: attached clients rely on another geometry, and FORCE is not
 * set; -ENODEV: no such chip; -EINVAL: sizes that do not match its PCI id.
 */
int ttmemstat_geometry_set(struct ttmemstat_ctx *ctx, struct tt_memstat_geometry_set *set);

/**
 * ttmemstat_geometry_unset() - withdraw the description of ttmemstat_geometry_set()
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>, also for remote chips
 * @flags: 0 or TT_MEMSTAT_GEOMETRY_FORCE
 *
 * Errors as ttmemstat_geometry_set().
 */
int ttmemstat_geometry_unset(struct ttmemstat_ctx *ctx, uint32_t chip, uint32_t flags);

/* ---- Writing side: an attachment -------------------------------------------------------- */

/*
 * Report by a ring in memory shared with the kernel: see "Events" below. If the module has no
 * rings, or there is no memory for one, events are submitted as without the flag, and
 * ttmemstat_ring_status() returns -ENOENT.
 */
#define TTMEMSTAT_ATTACH_RING	(1u << 31)

#define TTMEMSTAT_RING_ENTRIES	256	/* of a ring, by default */
#define TTMEMSTAT_RING_ENTRIES_MIN	64

/* Type of @report_again of the options. */
typedef void (*ttmemstat_report_again)(struct ttmemstat_attachment *att, void *arg);

/**
 * struct ttmemstat_attach_options - options of ttmemstat_attach()
 * @size: sizeof(struct ttmemstat_attach_options)
 * @flags: TT_MEMSTAT_ATTACH_* and TTMEMSTAT_ATTACH_RING
 * @chip: N of tt<N>; with REMOTE, its gateway
 * @asic_location: with REMOTE, which chip behind the gateway
 * @proof: an open descriptor of the chip's /dev/tenstorrent node, -1 = none; used only during the
 *	call, and when the library has to attach again
 * @covers: mask of 1 << enum tt_memstat_pool, not zero: pools that will be reported
 * @partial: mask within @covers: pools that are reported only in part
 * @runtime_id: the runtime's own device number, -1 = none
 * @geometry: with GEOMETRY: the chip as the runtime sees it
 * @layout: how the runtime divides the chip
 * @label: shown as `label`, at most TT_MEMSTAT_LABEL_LEN - 1 bytes; NULL = empty
 * @ring_entries: with TTMEMSTAT_ATTACH_RING: slots, a power of two from TTMEMSTAT_RING_ENTRIES_MIN
 *	to the module's max_ring_entries; 0 = TTMEMSTAT_RING_ENTRIES. A burst of this many events
 *	needs no system call; each slot costs the process 6 to 9 KiB of kernel memory
 * @reserved: zero
 * @report_again: called after the chip's geometry was changed, or NULL: see below
 * @arg: argument of @report_again
 *
 * When the administrator changes a chip's geometry with force, the module ends the attachments that
 * rely on the old one. The next call on such an attachment detects this, attaches again with the
 * same options (without @geometry and @layout if they contradict the new geometry) and continues.
 * The reports are gone: all of @covers is partial until ttmemstat_partial() states otherwise, bank
 * sets must be defined again (their numbers may change), and live records must be reported again.
 * This is the purpose of @report_again.
 *
 * The library calls @report_again in the thread that detected the change, without locks. It may
 * make all calls except ttmemstat_detach() and ttmemstat_close(). Other threads may report at the
 * same time; a record that is reported twice is refused with -EEXIST, which does no harm. If the
 * geometry changes again during the call, @report_again is called once more, with nothing reported.
 * If the library cannot attach again, for example because @proof was closed, calls on the
 * attachment fail with -ESTALE.
 */
struct ttmemstat_attach_options {
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
	ttmemstat_report_again report_again;
	void *arg;
};

/**
 * ttmemstat_attach_options_init() - set @size, no proof and no runtime id; zero the rest
 * @options: out
 */
static inline void ttmemstat_attach_options_init(struct ttmemstat_attach_options *options)
{
	memset(options, 0, sizeof(*options));
	options->size = (uint32_t)sizeof(*options);
	options->proof = -1;
	options->runtime_id = -1;
}

/**
 * ttmemstat_attach() - attach to a chip
 * @ctx: of ttmemstat_open()
 * @options: the chip, the pools to report, and how
 * @att: out: release with ttmemstat_detach()
 * @present: out: on success the geometry that events are checked against, on -EEXIST the chip's;
 *	unknown fields are 0; may be NULL
 *
 * -EPERM: no proof and no privilege, or another user's virtual chip; -EBADF: the proof is not an
 * open descriptor; -ENODEV: no such chip, or the proof is not its node; -EALREADY: the context is
 * attached to the chip; -ENOSPC: no slot for another client, or the user's memory limit; -ERANGE:
 * the layout does not fit the chip; -ENODATA: a worker grid, but the chip's grid is unknown;
 * -EEXIST: the chip has another geometry: attach again without GEOMETRY to accept it; -EINVAL:
 * another mistake in
 * @options; -ENAMETOOLONG: the label; -E2BIG: options that this library does not know.
 */
int ttmemstat_attach(struct ttmemstat_ctx *ctx, const struct ttmemstat_attach_options *options,
		     struct ttmemstat_attachment **att, struct tt_memstat_geometry *present);

/**
 * ttmemstat_detach() - end an attachment and remove its reports; NULL is allowed
 * @att: of ttmemstat_attach(), or NULL
 *
 * The object is released in any case.
 *
 * -EPERM: in a child, where only memory was released; -EBADF: after ttmemstat_close(); -ENODEV: the
 * chip was gone already, and the records with it.
 */
int ttmemstat_detach(struct ttmemstat_attachment *att);

/**
 * ttmemstat_attachment_chip() - the chip of an attachment
 * @att: of ttmemstat_attach()
 * @chip: out: N of tt<N>
 *
 * -EOPNOTSUPP: the context is disabled.
 */
int ttmemstat_attachment_chip(const struct ttmemstat_attachment *att, uint32_t *chip);

/**
 * ttmemstat_attachment_error() - text of the last failed call on an attachment
 * @att: of ttmemstat_attach(); NULL results in a text that says so
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * For ttmemstat_attach() and ttmemstat_detach() use ttmemstat_error(). ttmemstat_ring_status()
 * reports events that were put into a ring and refused later.
 *
 * Returns the length of the whole text, as snprintf() does; 0: no call on it has failed.
 */
size_t ttmemstat_attachment_error(struct ttmemstat_attachment *att, char *text, size_t size);

/**
 * ttmemstat_bank_set_l1() - define a set of logical cores
 * @att: of ttmemstat_attach()
 * @rects: rectangles, both corners included; they may overlap
 * @count: at least 1
 * @set: out: the set's number; equal sets have equal numbers
 *
 * -EINVAL: no rectangle, or one with swapped corners; -ERANGE: outside the chip's logical grid;
 * -ENODATA: the chip's grid is unknown; -ENOSPC: too many sets, or the user's memory limit.
 */
int ttmemstat_bank_set_l1(struct ttmemstat_attachment *att, const struct tt_memstat_rect *rects,
			  size_t count, uint32_t *set);

/**
 * ttmemstat_bank_set_dram() - define a set of DRAM banks
 * @att: of ttmemstat_attach()
 * @mask: bit n: bank n of the allocator; not zero
 * @set: out: the set's number; equal sets have equal numbers
 *
 * -EINVAL: no bank; -ERANGE: a bank that the chip does not have; -ENODATA: the chip's DRAM is
 * unknown; -ENOSPC: too many sets, or the user's memory limit.
 */
int ttmemstat_bank_set_dram(struct ttmemstat_attachment *att, uint64_t mask, uint32_t *set);

/**
 * ttmemstat_partial() - change which pools are reported only in part
 * @att: of ttmemstat_attach()
 * @pools: mask of 1 << enum tt_memstat_pool within @covers of the attachment; replaces the previous
 *	mask
 *
 * For a runtime that learns while it runs that it misses allocations. Changes no record.
 *
 * -EINVAL: a pool that the attachment does not cover; -EOPNOTSUPP: the module is older than this
 * call.
 */
int ttmemstat_partial(struct ttmemstat_attachment *att, uint32_t pools);

/* ---- Writing side: which chip a runtime's device is ------------------------------------- */

/**
 * struct ttmemstat_device - a runtime's description of one of its devices
 * @size: sizeof(struct ttmemstat_device)
 * @flags: TTMEMSTAT_DEVICE_*
 * @runtime_id: the runtime's own number for it; -1 = none
 * @asic_location: with LOCATION: which chip of its board it is
 * @unique_id: 0 = unknown
 * @board_id: 0 = unknown
 * @gateway_id: with REMOTE: the runtime's own number for the gateway; -1 = unknown
 * @chip: with CHIP: N of tt<N>, chosen by the user who started the program; else 0
 * @gateway_unique_id: with REMOTE: unique id of the gateway; 0 = unknown
 *
 * A runtime takes these from its cluster descriptor, and leaves the others unknown.
 */
struct ttmemstat_device {
	uint32_t size;
	uint32_t flags;
#define TTMEMSTAT_DEVICE_LOCATION	(1u << 0)
#define TTMEMSTAT_DEVICE_REMOTE	(1u << 1)	/* has no PCI function that the process sees */
#define TTMEMSTAT_DEVICE_UNIQUE_ID	(1u << 2)	/* @unique_id is valid even if it is 0 */
#define TTMEMSTAT_DEVICE_CHIP	(1u << 3)	/* it is @chip, whatever its ids */
	int32_t runtime_id;
	uint32_t asic_location;
	uint64_t unique_id;
	uint64_t board_id;
	int32_t gateway_id;
	uint32_t chip;
	uint64_t gateway_unique_id;
};

/**
 * ttmemstat_device_init() - set @size and no numbers; zero the rest
 * @device: out
 */
static inline void ttmemstat_device_init(struct ttmemstat_device *device)
{
	memset(device, 0, sizeof(*device));
	device->size = (uint32_t)sizeof(*device);
	device->runtime_id = -1;
	device->gateway_id = -1;
}

/**
 * struct ttmemstat_resolve_roots - directories for ttmemstat_resolve(), for tests
 * @size: sizeof(struct ttmemstat_resolve_roots)
 * @reserved: zero
 * @sysfs: NULL = "/sys"
 * @fds: a directory with an entry for each descriptor; NULL = "/proc/self/fd"
 */
struct ttmemstat_resolve_roots {
	uint32_t size;
	uint32_t reserved;
	const char *sysfs;
	const char *fds;
};

/* How ttmemstat_resolve() identified the chip. */
enum ttmemstat_resolved_by {
	TTMEMSTAT_BY_UNIQUE_ID = 1,	/* from an administrator's import */
	TTMEMSTAT_BY_BOARD_ID = 2,	/* likewise */
	TTMEMSTAT_BY_NODE = 3,	/* the process's open nodes, counted as the runtime counts */
	TTMEMSTAT_BY_GATEWAY = 4,	/* its gateway and its location */
	TTMEMSTAT_BY_HAND = 5,	/* TTMEMSTAT_DEVICE_CHIP */
};

/**
 * ttmemstat_resolve() - find the chip of a runtime's device, and prepare to attach to it
 * @device: the runtime's description
 * @roots: NULL = the system's
 * @options: in: initialized; out: @chip, @asic_location, @proof, @runtime_id and of @flags REMOTE.
 *	The other fields do not change. @proof is a descriptor that the process has already, for
 *	ttmemstat_attach() only: neither close it nor keep it
 *
 * Looks, in this order, for
 *
 *  1. a chip with the unique id; or, among chips that were imported without one, a chip with the
 *     board id and the location. (UMD reports the board id as unique id if a chip has no link.)
 *  2. the node of /dev/tenstorrent that the process has open: sorted by PCI address, these are the
 *     runtime's devices 0 to k-1. If there are several, a chip with another unique id does not
 *     match.
 *  3. for a remote device, the chip at its location behind its gateway, which is found in the same
 *     two ways; without a location, the only remote chip known there.
 *
 * With TTMEMSTAT_DEVICE_CHIP it is that chip, and nothing else is compared.
 *
 * A chip behind a PCI function matches only if the process has its node open.
 *
 * Call this after the runtime has opened its devices. It opens no device and needs no privilege.
 * ttmemstat_attach() returns the chip's geometry, if it is known.
 *
 * Returns enum ttmemstat_resolved_by, or -ENOENT: the module is not loaded; -ENODEV: no chip
 * certainly is this device; -ENOTUNIQ: several match; -EPERM: the chip is known, but the process
 * does not have its node open. On failure nothing can be reported for the device; the caller should
 * print this once.
 */
int ttmemstat_resolve(const struct ttmemstat_device *device,
		      const struct ttmemstat_resolve_roots *roots,
		      struct ttmemstat_attach_options *options);

/**
 * ttmemstat_resolve_error() - why ttmemstat_resolve() failed, as text
 * @device: as passed to ttmemstat_resolve()
 * @roots: as passed to it
 * @error: as returned by it
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Returns the length of the whole text, as snprintf() does; 0: @error is no error.
 */
size_t ttmemstat_resolve_error(const struct ttmemstat_device *device,
			       const struct ttmemstat_resolve_roots *roots, int error, char *text,
			       size_t size);

/* ---- Writing side: a recording, and names ------------------------------------------------ */

/*
 * With TT_MEMSTAT_RECORD=FILE in the environment, the library also writes all reports of a process
 * to a file: every event with its time, thread and name. %p in FILE stands for the pid, %% for a %.
 * The first ttmemstat_attach(), ttmemstat_name() or ttmemstat_scope_begin() makes the file, with
 * mode 0600. An existing file is never overwritten, so a child that inherits the variable records
 * only if FILE contains %p. All contexts of a process share one recording.
 *
 * With TTMEMSTAT_OPEN_OPTIONAL this also works without the module: attachments succeed, the library
 * checks events as far as it can, and only the file receives them.
 *
 * An event takes 40 bytes, one atomic addition and one reading of a clock, without locks or system
 * calls. However the process ends, its reports are in the file. A recording has at most
 * TT_MEMSTAT_RECORD_SIZE bytes (default 1G; units are K, M, G and T), not counting live objects. It
 * consists of files FILE, FILE.1, FILE.2 and so on. The oldest ones are folded into FILE.base,
 * which has the objects that were live at their end. docs/recording.md defines the format.
 */

/**
 * ttmemstat_recorded() - whether the reports of a context are recorded
 * @ctx: of ttmemstat_open()
 *
 * Starts the recording if it is requested and has not started.
 *
 * Returns 1: they are; 0: TT_MEMSTAT_RECORD is not set. -EEXIST: the file exists already; -EINVAL:
 * TT_MEMSTAT_RECORD_SIZE is not a size from 1M to 1T, or @ctx is NULL; -ENOSPC, -EACCES, -ENOENT,
 * -EROFS and the like: the file cannot be made, or the recording has ended; -EPERM: in a child.
 */
int ttmemstat_recorded(struct ttmemstat_ctx *ctx);

/**
 * ttmemstat_name() - get a number for a name of records and programs
 * @ctx: of ttmemstat_open()
 * @text: an operation, a tensor, a line of source; 1 to TTMEMSTAT_NAME_MAX bytes
 * @name: out: equal texts have equal numbers; 0 if nothing is recorded
 *
 * -ENAMETOOLONG: @text is longer; -EINVAL: it is empty; -ENOSPC: there are a million names, or the
 * disk is full.
 */
int ttmemstat_name(struct ttmemstat_ctx *ctx, const char *text, uint32_t *name);

#define TTMEMSTAT_NAME_MAX	255

/**
 * ttmemstat_name_program() - give a program a name
 * @att: of ttmemstat_attach()
 * @program: loaded, or to be loaded
 * @name: of ttmemstat_name()
 *
 * -EINVAL: no program.
 */
int ttmemstat_name_program(struct ttmemstat_attachment *att, uint64_t program, uint32_t name);

/**
 * ttmemstat_scope_begin() - begin a scope for the events of this thread
 * @ctx: of ttmemstat_open()
 * @text: such as a layer of a model; limits as for ttmemstat_name()
 *
 * Scopes nest. They apply to all contexts of the process, because these share the recording: the
 * program's scopes contain the events that the reporter sees in the same thread.
 *
 * Errors as ttmemstat_name().
 */
int ttmemstat_scope_begin(struct ttmemstat_ctx *ctx, const char *text);

/**
 * ttmemstat_scope_end() - end the innermost scope of this thread
 * @ctx: of ttmemstat_open()
 */
int ttmemstat_scope_end(struct ttmemstat_ctx *ctx);

/* ---- Writing side: events --------------------------------------------------------------- */

/*
 * How events reach the kernel. Any thread of the process that opened the context may report at any
 * time. The events of one thread are applied in its order. Unless noted otherwise, these functions
 * do not allocate memory, start threads, use signals or wait for another thread.
 *
 * Without a ring, an event is a system call, which returns the kernel's result.
 *
 * With a ring (TTMEMSTAT_ATTACH_RING), an event is one compare-and-swap and a store of 64 bytes,
 * without a system call. Only an event that finds the ring full (no credit) calls the kernel, which
 * applies the ring's events and makes room for as many again; the call costs about as much as
 * applying them. The kernel also applies them every 100 ms and when figures are read; ring_pending
 * counts those that exceed its budget, until the next call.
 *
 * The kernel's result is then known only later: ttmemstat_ring_status() returns the number of
 * refused events and the last error. The reporting call itself returns 0 or
 *
 *  - -EINVAL: a mistake that the library detects, as in ttmemstat_entry_record() and the like.
 *  - -EPERM: the process is not the one that opened the context. Costs a load, no system call.
 *  - -EBUSY: the ring stayed full for a second, because a thread that claimed a slot never filled
 *    it (it died, or this call interrupted it). The event is lost. So are later ones that find the
 *    ring full, without the wait.
 *  - -ENODEV, -EPROTO: the kernel has stopped the ring, because the chip is gone or the shared
 *    pages were overwritten; the ring's events are lost. The library does not fall back to submit,
 *    because the figures are wrong from then on: call ttmemstat_drop() and report again, by
 *    ttmemstat_submit() or in a new attachment.
 *
 * A signal handler that interrupts one of these calls may report events, unless the ring is full.
 */

/**
 * struct ttmemstat_record - one live allocation, or one part of it
 * @id: chosen by the client, unique in the attachment
 * @addr: address in each bank of the set; a multiple of TT_MEMSTAT_GRANULE
 * @size: bytes in each bank; rounded up to TT_MEMSTAT_GRANULE
 * @program: its program, 0 = none
 * @set: bank set; 0 = the worker grid, or all DRAM banks
 * @pool: enum tt_memstat_pool
 * @flags: TT_MEMSTAT_ENTRY_VIEW, _SYSTEM, _PART, _REPLACE_PROGRAM
 * @name: of ttmemstat_name(), 0 = none; goes into a recording only
 */
struct ttmemstat_record {
	uint64_t id;
	uint64_t addr;
	uint64_t size;
	uint64_t program;
	uint32_t set;
	uint32_t pool;
	uint32_t flags;
	uint32_t name;
};

/**
 * struct ttmemstat_snapshot - an allocator's statistics, bytes in each bank of the set
 * @allocatable: bytes that the allocator manages
 * @allocated: part of them in use
 * @free: part of them not in use
 * @largest_free_block: largest contiguous free block
 * @set: bank set; 0 = the worker grid, or all DRAM banks
 * @pool: enum tt_memstat_pool
 * @flags: 0, or TT_MEMSTAT_ENTRY_LOADED (pool cb)
 * @reserved: zero
 */
struct ttmemstat_snapshot {
	uint64_t allocatable;
	uint64_t allocated;
	uint64_t free;
	uint64_t largest_free_block;
	uint32_t set;
	uint32_t pool;
	uint32_t flags;
	uint32_t reserved;
};

/**
 * ttmemstat_entry_record() - make the entry that reports a record, for ttmemstat_submit()
 * @entry: out
 * @record: the new record; its size is rounded up to TT_MEMSTAT_GRANULE
 *
 * Pure. The module checks what depends on the chip.
 *
 * -EINVAL: a flag that no record has, a pool out of range, a reserved field that is not zero, an
 * address that is not a multiple of TT_MEMSTAT_GRANULE, a size that cannot be rounded up;
 * ttmemstat_record_error() tells which.
 */
int ttmemstat_entry_record(struct tt_memstat_entry *entry, const struct ttmemstat_record *record);

/**
 * ttmemstat_entry_free() - make the entry that ends a record, for ttmemstat_submit()
 * @entry: out
 * @id: of the record; all its parts end
 *
 * Pure.
 */
int ttmemstat_entry_free(struct tt_memstat_entry *entry, uint64_t id);

/**
 * ttmemstat_entry_program_free() - make the entry that ends a program, for ttmemstat_submit()
 * @entry: out
 * @program: that ends, with all its records
 *
 * Pure.
 */
int ttmemstat_entry_program_free(struct tt_memstat_entry *entry, uint64_t program);

/**
 * ttmemstat_entry_dispatch() - make the entry that reports a dispatch, for ttmemstat_submit()
 * @entry: out
 * @program: that was dispatched
 * @list: the dispatch list (a trace) whose members are resident together; 0 = alone
 *
 * Pure.
 */
int ttmemstat_entry_dispatch(struct tt_memstat_entry *entry, uint64_t program, uint64_t list);

/**
 * ttmemstat_entry_snapshot() - make the entry that reports statistics, for ttmemstat_submit()
 * @entry: out
 * @snapshot: the allocator's statistics of one pool and bank set
 *
 * Pure.
 *
 * -EINVAL: a flag that no snapshot has, a pool out of range, a reserved field that is not zero;
 * ttmemstat_snapshot_error() tells which.
 */
int ttmemstat_entry_snapshot(struct tt_memstat_entry *entry,
			     const struct ttmemstat_snapshot *snapshot);

/**
 * ttmemstat_entry_snapshot_total() - make the entry that reports only a pool's bytes
 * @entry: out
 * @pool: enum tt_memstat_pool
 * @bytes: of the pool, on the whole chip
 * @flags: 0, or TT_MEMSTAT_ENTRY_LOADED (pool cb)
 *
 * Pure. For allocators that have no further statistics.
 *
 * -EINVAL: another flag, a pool out of range.
 */
int ttmemstat_entry_snapshot_total(struct tt_memstat_entry *entry, uint32_t pool, uint64_t bytes,
				   uint32_t flags);

/**
 * ttmemstat_record_error() - text of the library's objection to a record
 * @record: that ttmemstat_entry_record() or ttmemstat_report_record() refused
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Pure. Returns the length of the whole text, as snprintf() does; 0: nothing is wrong.
 */
size_t ttmemstat_record_error(const struct ttmemstat_record *record, char *text, size_t size);

/**
 * ttmemstat_snapshot_error() - text of the library's objection to a snapshot
 * @snapshot: that ttmemstat_entry_snapshot() refused; for ttmemstat_entry_snapshot_total(), one
 *	with its pool and flags
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Pure. Returns the length of the whole text, as snprintf() does; 0: nothing is wrong.
 */
size_t ttmemstat_snapshot_error(const struct ttmemstat_snapshot *snapshot, char *text, size_t size);

/**
 * ttmemstat_submit() - report events in order, and wait for the kernel's result
 * @att: of ttmemstat_attach()
 * @entries: array of @count entries; seq is the number of a record's name, or 0
 * @count: any number
 * @taken: out, also on failure: number of entries that were taken; may be NULL
 *
 * Uses system calls even if there is a ring, whose events are applied first (ttmemstat_flush()).
 *
 * If @count exceeds the module's limit, the library makes several calls, between which events of
 * other threads may be applied. Returns 0 when all entries were taken, else the error of the first
 * refused one: entries before it are committed, entries after it were not examined.
 *
 * -EINVAL, -ERANGE, -EEXIST, -ENOENT, -ENODATA, -ENOSPC, -ENOMEM as in struct tt_memstat_entry;
 * -ENODEV: the chip is gone; -EOWNERDEAD, -EPERM: not the owner.
 */
int ttmemstat_submit(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entries,
		     size_t count, size_t *taken);

/**
 * ttmemstat_report_record() - report an allocation
 * @att: of ttmemstat_attach()
 * @record: the allocation, or one part of it
 *
 * By the ring if there is one, else by a system call.
 *
 * Errors: those of ttmemstat_entry_record(). Without a ring, also those of ttmemstat_submit(); with
 * a ring, those that libttmemstat(3) lists under events.
 */
int ttmemstat_report_record(struct ttmemstat_attachment *att,
			    const struct ttmemstat_record *record);

/**
 * ttmemstat_report_free() - report the end of an allocation
 * @att: of ttmemstat_attach()
 * @id: of the record; all its parts end
 *
 * By the ring if there is one, else by a system call. Needs no memory.
 *
 * Errors as ttmemstat_report_record(); without a ring -ENOENT: no such record.
 */
int ttmemstat_report_free(struct ttmemstat_attachment *att, uint64_t id);

/**
 * ttmemstat_report_program_free() - report the end of a program and all its records
 * @att: of ttmemstat_attach()
 * @program: that ends
 *
 * By the ring if there is one, else by a system call. Needs no memory.
 *
 * Errors as ttmemstat_report_record(); without a ring -ENOENT: no such program.
 */
int ttmemstat_report_program_free(struct ttmemstat_attachment *att, uint64_t program);

/**
 * ttmemstat_report_dispatch() - report the dispatch of a program
 * @att: of ttmemstat_attach()
 * @program: becomes resident on its cores, and replaces other programs of this attachment there,
 *	except members of the same list
 * @list: the dispatch list (a trace) whose members are resident together; 0 = alone
 *
 * By the ring if there is one, else by a system call. Needs no memory.
 *
 * Errors as ttmemstat_report_record(); without a ring -ENOENT: no such program.
 */
int ttmemstat_report_dispatch(struct ttmemstat_attachment *att, uint64_t program, uint64_t list);

/**
 * ttmemstat_report_snapshot() - report an allocator's statistics of one pool and bank set
 * @att: of ttmemstat_attach()
 * @snapshot: replaces the previous one of the same pool and bank set
 *
 * By the ring if there is one, else by a system call.
 *
 * Errors as ttmemstat_report_record(); -EINVAL as ttmemstat_entry_snapshot(), and without a ring
 * also if more is allocated than allocatable.
 */
int ttmemstat_report_snapshot(struct ttmemstat_attachment *att,
			      const struct ttmemstat_snapshot *snapshot);

/**
 * ttmemstat_report_snapshot_total() - report a pool's bytes on the whole chip only
 * @att: of ttmemstat_attach()
 * @pool: enum tt_memstat_pool
 * @bytes: on the whole chip
 * @flags: 0, or TT_MEMSTAT_ENTRY_LOADED (pool cb)
 *
 * By the ring if there is one, else by a system call. Figures that include it are approximate.
 *
 * Errors as ttmemstat_report_record(); -EINVAL as ttmemstat_entry_snapshot_total().
 */
int ttmemstat_report_snapshot_total(struct ttmemstat_attachment *att, uint32_t pool, uint64_t bytes,
				    uint32_t flags);

/**
 * struct ttmemstat_device_snapshots - allocator statistics of one chip
 * @att: attachment to the chip
 * @snapshots: array of @count snapshots, each of a different pool or bank set
 * @count: at least 1
 * @error: out: 0, or the error for which some were not reported
 * @reserved: zero
 */
struct ttmemstat_device_snapshots {
	struct ttmemstat_attachment *att;
	const struct ttmemstat_snapshot *snapshots;
	size_t count;
	int32_t error;
	uint32_t reserved;
};

/**
 * ttmemstat_report_device_snapshots() - report the statistics of all chips of a mesh
 * @devices: array of @count chips
 * @count: elements of @devices
 *
 * Each snapshot replaces the previous one of the same pool and bank set; snapshots are never added.
 * With a ring a snapshot costs a few stores, else a chip costs one system call.
 *
 * -EINVAL: the library has detected a mistake in @devices or @snapshots, and nothing was reported.
 * Otherwise returns the first error of a chip; the other chips are reported nevertheless, and
 * @error has the result of each.
 */
int ttmemstat_report_device_snapshots(struct ttmemstat_device_snapshots *devices, size_t count);

/*
 * Kernel binaries have ids of their own, which may equal those of records: the library sets
 * TTMEMSTAT_KERNEL_ID in the id of the record that it makes. No other record may have this bit.
 */
#define TTMEMSTAT_KERNEL_ID	(1ull << 63)

/**
 * ttmemstat_report_kernel_load() - report that a kernel's binaries are loaded
 * @att: of ttmemstat_attach()
 * @id: below TTMEMSTAT_KERNEL_ID
 * @bytes: on the whole chip, over all cores; rounded up to TT_MEMSTAT_GRANULE
 * @flags: 0, or TT_MEMSTAT_ENTRY_SYSTEM: the runtime's own kernel (dispatch, fabric)
 *
 * Counts in `kernel_app` or `kernel_system`, and in no figure of L1 or DRAM. The attachment must
 * cover pool kernel. The first call on an attachment makes one more system call.
 *
 * -EEXIST: the id is loaded; -ERANGE: more than 1 GiB. Other errors as
 * ttmemstat_report_record().
 */
int ttmemstat_report_kernel_load(struct ttmemstat_attachment *att, uint64_t id, uint64_t bytes,
				 uint32_t flags);

/**
 * ttmemstat_report_kernel_unload() - report that a kernel's binaries are unloaded
 * @att: of ttmemstat_attach()
 * @id: as passed to ttmemstat_report_kernel_load()
 *
 * -ENOENT: no such id is loaded.
 */
int ttmemstat_report_kernel_unload(struct ttmemstat_attachment *att, uint64_t id);

/**
 * ttmemstat_report_program_replace() - replace all records of a program
 * @att: of ttmemstat_attach()
 * @program: not 0; need not exist yet
 * @records: all its new records: pools cb and kernel, with this @program or 0, without
 *	TT_MEMSTAT_ENTRY_REPLACE_PROGRAM
 * @count: at least 1 (a program without records is ttmemstat_report_program_free())
 *
 * The first new record frees the old ones. The program stays resident on cores that it keeps. Costs
 * an event for each record; the kernel may apply events of other threads between them.
 *
 * -EINVAL: the library has detected a mistake in @records, and nothing was reported. Other errors
 * as ttmemstat_report_record().
 */
int ttmemstat_report_program_replace(struct ttmemstat_attachment *att, uint64_t program,
				     const struct ttmemstat_record *records, size_t count);

/**
 * ttmemstat_flush() - have all events of this thread applied
 * @att: of ttmemstat_attach()
 *
 * Needed only to have ttmemstat_ring_status() include all events so far; readers see them anyway.
 * Costs a few loads without a ring or with an empty one, else one system call. Waits at most a
 * second for threads that have claimed a slot and not filled it.
 *
 * -EBUSY: such a thread did not fill its slot; -ENODEV, -EPROTO: the ring was stopped.
 */
int ttmemstat_flush(struct ttmemstat_attachment *att);

/**
 * ttmemstat_ring_status() - state of the ring; one system call
 * @att: of ttmemstat_attach()
 * @status: @argsz in, 0 = the first version; the rest out: @error for which the ring was stopped,
 *	@refused entries, @entry_error of the last one
 *
 * -ENOENT: there is no ring, events are submitted; -EOPNOTSUPP: disabled.
 */
int ttmemstat_ring_status(struct ttmemstat_attachment *att, struct tt_memstat_ring_status *status);

/**
 * ttmemstat_drop() - remove all records and snapshots of some pools
 * @att: of ttmemstat_attach()
 * @pools: mask of 1 << enum tt_memstat_pool, not zero
 *
 * Events in the ring are applied first (ttmemstat_flush()).
 *
 * -EINVAL: no pool, or an unknown one; -EBUSY: as ttmemstat_flush(); -ENODEV: the chip is
 * gone.
 */
int ttmemstat_drop(struct ttmemstat_attachment *att, uint32_t pools);

/* ---- Asking the device ------------------------------------------------------------------ */

/**
 * ttmemstat_query_chip() - a chip's figures of one moment
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>
 * @figures: out
 *
 * Every process that may open the device may ask.
 *
 * -ENODEV: no such chip.
 */
int ttmemstat_query_chip(struct ttmemstat_ctx *ctx, uint32_t chip,
			 struct tt_memstat_figures *figures);

/**
 * ttmemstat_query_client() - a client's figures of one moment
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>
 * @client: id as in clients/<id>
 * @figures: out
 *
 * -ENODEV: no such chip; -ENOENT: no such client on it.
 */
int ttmemstat_query_client(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			   struct tt_memstat_figures *figures);

/**
 * ttmemstat_list_records() - a page of a client's live records, in ascending order of ids
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>
 * @client: id as in clients/<id>
 * @cursor: in, out: 0 to start, then as returned; 0 returned = no more pages
 * @items: out: room for *@count
 * @count: in: elements of @items, 1 to 4096; out: elements written
 *
 * For the client's own user, if the owner is visible in the caller's pid namespace, and for
 * CAP_SYS_ADMIN.
 *
 * -EPERM: another user's client; -ENODEV: no such chip; -ENOENT: no such client on it; -EINVAL: a
 * @count out of range; -ENOSPC: one record has more parts than @count.
 */
int ttmemstat_list_records(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			   uint64_t *cursor, struct tt_memstat_record_info *items, size_t *count);

/**
 * ttmemstat_list_programs() - a page of a client's loaded programs, in ascending order of ids
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>
 * @client: id as in clients/<id>
 * @cursor: in, out: 0 to start, then as returned; 0 returned = no more pages
 * @items: out: room for *@count
 * @count: in: elements of @items, 1 to 4096; out: elements written
 *
 * Includes program 0 while records without a program are live in pools cb or kernel.
 *
 * Errors as ttmemstat_list_records().
 */
int ttmemstat_list_programs(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			    uint64_t *cursor, struct tt_memstat_program_info *items, size_t *count);

/**
 * ttmemstat_list_sets() - a page of a client's bank sets
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>
 * @client: id as in clients/<id>
 * @cursor: in, out: 0 to start, then as returned; 0 returned = no more pages
 * @items: out: room for *@count
 * @count: in: elements of @items, 1 to 4096; out: elements written
 *
 * First set 0 of L1 and set 0 of DRAM, each if the chip's cores or banks are known, then the
 * client's own in ascending order. List them after the records: sets are never removed, so that each
 * record's set is found. ttmemstat_set_has() tells which cores a set has.
 *
 * -EOPNOTSUPP: the module has no such call; else errors as ttmemstat_list_records().
 */
int ttmemstat_list_sets(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			uint64_t *cursor, struct tt_memstat_set_info *items, size_t *count);

/**
 * ttmemstat_set_has() - whether a core or a DRAM bank is in a bank set
 * @set: of ttmemstat_list_sets()
 * @x: logical column of the core, or number of the DRAM bank
 * @y: logical row of the core; 0 for a DRAM bank
 */
static inline bool ttmemstat_set_has(const struct tt_memstat_set_info *set, uint32_t x, uint32_t y)
{
	const uint32_t columns = set->columns ? set->columns : TT_MEMSTAT_SET_WORDS * 64;
	const uint64_t bit = (uint64_t)y * columns + x;

	return x < columns && bit < TT_MEMSTAT_SET_WORDS * 64 && set->map[bit / 64] >> bit % 64 & 1;
}

/* ---- Geometry: pure --------------------------------------------------------------------- */

/**
 * struct ttmemstat_arch_info - an architecture: a chip without harvesting
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
struct ttmemstat_arch_info {
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
 * ttmemstat_arch_get_info() - description of an architecture; NULL: unknown
 * @arch: enum tt_memstat_arch
 */
const struct ttmemstat_arch_info *ttmemstat_arch_get_info(uint32_t arch);

/**
 * ttmemstat_arch_name() - "wormhole" or "blackhole"; "unknown" for other values
 * @arch: enum tt_memstat_arch
 */
const char *ttmemstat_arch_name(uint32_t arch);

/**
 * ttmemstat_board_side() - "L" or "R" for a chip of an n300 or p300; "" for other boards
 * @board: type of the board; NULL: unknown
 * @location: of the ASIC on its board, according to the firmware: 0 is the left chip of an n300,
 *	and the right one of a p300
 */
const char *ttmemstat_board_side(const char *board, uint32_t location);

/**
 * ttmemstat_arch_parse() - find an architecture by name; case does not matter
 * @name: such as "blackhole"
 *
 * Also accepts "wormhole_b0". Returns enum tt_memstat_arch, or -EINVAL.
 */
int ttmemstat_arch_parse(const char *name);

/**
 * struct ttmemstat_resolved - cores, banks and capacities of a geometry
 * @grid_x: columns of the logical grid of active cores; 0 = unknown, like all fields of the cores
 *	except @l1_bytes (neither mask nor grid is set)
 * @grid_y: rows of it
 * @tensix_total: cores without harvesting
 * @tensix_active: cores after harvesting
 * @dram_banks: active banks; 0 = unknown (neither mask nor number is set)
 * @reserved: zero
 * @l1_bytes: L1 of one core
 * @dram_bank_bytes: one bank
 * @l1_capacity: of all active cores
 * @dram_capacity: of all active banks; 0 = unknown
 */
struct ttmemstat_resolved {
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
 * ttmemstat_geometry_resolve() - derive the logical grid, cores and banks of a geometry
 * @geometry: with one side at least
 * @out: out
 *
 * A side that is not described, the cores or the DRAM, stays unknown.
 *
 * -EINVAL: an unknown arch, an unknown bit in @valid, neither side, a field without its bit in
 * @valid, a size that is not a multiple of the granule, or a mask that contradicts the grid or the
 *	number of banks; -ERANGE: a mask, grid, size or number of banks that the arch does not have,
 *	or that leaves nothing.
 */
int ttmemstat_geometry_resolve(const struct tt_memstat_geometry *geometry,
			       struct ttmemstat_resolved *out);

/**
 * ttmemstat_geometry_error() - text of the objection to a geometry
 * @geometry: that ttmemstat_geometry_resolve() refused
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Pure. Returns the length of the whole text, as snprintf() does; 0: nothing is wrong.
 */
size_t ttmemstat_geometry_error(const struct tt_memstat_geometry *geometry, char *text,
				size_t size);

/* ---- Figures and pools: pure ------------------------------------------------------------ */

/**
 * ttmemstat_figure_name() - key of a figure in `stat`; NULL: no such figure
 * @n: enum tt_memstat_figure
 */
const char *ttmemstat_figure_name(unsigned int n);

/**
 * ttmemstat_figure_by_name() - enum tt_memstat_figure, or -ENOENT
 * @name: as in `stat`, such as "l1_used"
 */
int ttmemstat_figure_by_name(const char *name);

/**
 * ttmemstat_figure_is_signed() - whether the value is two's complement
 * @n: enum tt_memstat_figure
 */
bool ttmemstat_figure_is_signed(unsigned int n);

/**
 * ttmemstat_figure() - the value of a figure
 * @figures: of a chip or a client
 * @n: enum tt_memstat_figure
 * @value: out, 0 if unknown; may be NULL
 *
 * Returns whether it is known.
 */
bool ttmemstat_figure(const struct tt_memstat_figures *figures, unsigned int n, uint64_t *value);

/**
 * ttmemstat_figure_signed() - the value of a figure that is signed
 * @figures: of a chip or a client
 * @n: enum tt_memstat_figure
 * @value: out, 0 if unknown; may be NULL
 *
 * For figures for which ttmemstat_figure_is_signed() is true. Returns whether it is known.
 */
bool ttmemstat_figure_signed(const struct tt_memstat_figures *figures, unsigned int n,
			     int64_t *value);

/**
 * ttmemstat_pool_name() - "dram", "trace", "l1", "l1_small", "cb", "kernel"; NULL: no such pool
 * @pool: enum tt_memstat_pool
 */
const char *ttmemstat_pool_name(unsigned int pool);

/**
 * ttmemstat_pool_by_name() - enum tt_memstat_pool, or -ENOENT
 * @name: such as "l1_small"
 */
int ttmemstat_pool_by_name(const char *name);

/**
 * ttmemstat_parse_stat() - parse the content of a `stat` file
 * @buf: @len bytes, not necessarily NUL terminated
 * @len: bytes of @buf
 * @figures: out: figures that are present become known; unknown keys are skipped
 * @malformed: out: number of lines that are not "key number\n", including a truncated last line;
 *	they are skipped; may be NULL
 */
int ttmemstat_parse_stat(const char *buf, size_t len, struct tt_memstat_figures *figures,
			 size_t *malformed);

/* ---- Reading a recording ------------------------------------------------------------------ */

struct ttmemstat_recording;

/**
 * struct ttmemstat_recording_info - information on a recording, as far as it has been read
 * @size: sizeof(struct ttmemstat_recording_info)
 * @pid: of the process, in its own pid namespace
 * @began: start of the recording, nanoseconds since 1970
 * @events: number of events read so far
 * @torn: slots that were claimed and not filled: the process ended there, or is filling them
 * @malformed: slots with invalid contents
 * @lost: events for which the writer had no space
 * @error: errno for which the writer stopped, 0 = none
 * @files: number of files, including FILE.base
 * @folded: whether only live objects are left of the beginning
 * @reserved: zero
 * @comm: name of the process; untrusted bytes, see ttmemstat_sanitize()
 * @library: version of the library that wrote it; likewise
 */
struct ttmemstat_recording_info {
	uint32_t size;
	uint32_t pid;
	uint64_t began;
	uint64_t events;
	uint64_t torn;
	uint64_t malformed;
	uint64_t lost;
	uint32_t error;
	uint32_t files;
	uint32_t folded;
	uint32_t reserved;
	char comm[16];
	char library[32];
};

enum ttmemstat_recorded_kind {
	TTMEMSTAT_RECORDED_ENTRY = 1,
	TTMEMSTAT_RECORDED_DROP = 2,
	TTMEMSTAT_RECORDED_PARTIAL = 3,
	TTMEMSTAT_RECORDED_ATTACH = 4,
	TTMEMSTAT_RECORDED_DETACH = 5,
	TTMEMSTAT_RECORDED_SET = 6,
	TTMEMSTAT_RECORDED_PROGRAM_NAME = 7,
	TTMEMSTAT_RECORDED_SCOPE_BEGIN = 8,
	TTMEMSTAT_RECORDED_SCOPE_END = 9,
};

/**
 * struct ttmemstat_recorded_set - a bank set
 * @space: enum tt_memstat_space
 * @count: of @rects
 * @mask: of DRAM banks
 * @rects: of L1; valid until the recording is closed
 */
struct ttmemstat_recorded_set {
	uint32_t space;
	uint32_t count;
	uint64_t mask;
	const struct tt_memstat_rect *rects;
};

/**
 * struct ttmemstat_recorded_event - an event of a recording
 * @time: nanoseconds since the recording began, in steps of 256; not monotonic between threads
 * @kind: enum ttmemstat_recorded_kind
 * @thread: reporting thread
 * @attachment: number of the attachment, which is reused after DETACH
 * @pools: DROP, PARTIAL: mask of 1 << enum tt_memstat_pool
 * @set: SET: its number
 * @reserved: zero
 * @name: of a record, a program, or a new scope; untrusted bytes; NULL = none
 * @scope: innermost scope of the thread; likewise
 * @entry: ENTRY: as it was reported; PROGRAM_NAME: only @program
 * @attach: ATTACH: the options, with the geometry as far as it is known; NULL otherwise
 * @bank_set: SET: its contents
 *
 * Pointers are valid until the recording is closed, @attach until the attachment ends.
 */
struct ttmemstat_recorded_event {
	uint64_t time;
	uint32_t kind;
	uint32_t thread;
	uint32_t attachment;
	uint32_t pools;
	uint32_t set;
	uint32_t reserved;
	const char *name;
	const char *scope;
	struct tt_memstat_entry entry;
	const struct ttmemstat_attach_options *attach;
	struct ttmemstat_recorded_set bank_set;
};

/**
 * ttmemstat_recording_open() - open a recording, which may still be written
 * @recording: out: release with ttmemstat_recording_close()
 * @path: FILE; its other files are in the same directory
 *
 * Files are not trusted: invalid contents are counted and skipped.
 *
 * -EBADMSG: it is not a recording; -EOPNOTSUPP: a recording of a later version; -ENOENT, -EACCES
 * and the like.
 */
int ttmemstat_recording_open(struct ttmemstat_recording **recording, const char *path);

/**
 * ttmemstat_recording_close() - release a recording; NULL is allowed
 * @recording: of ttmemstat_recording_open(), or NULL
 */
void ttmemstat_recording_close(struct ttmemstat_recording *recording);

/**
 * ttmemstat_recording_next() - read the next event
 * @recording: of ttmemstat_recording_open()
 * @event: out
 *
 * Returns 1: there was one; 0: there is none, which may change while the recording is written;
 * -ENOMEM, -EIO and the like.
 */
int ttmemstat_recording_next(struct ttmemstat_recording *recording,
			     struct ttmemstat_recorded_event *event);

/**
 * ttmemstat_recording_get_info() - information on a recording
 * @recording: of ttmemstat_recording_open()
 * @info: @size in, the rest out
 */
int ttmemstat_recording_get_info(struct ttmemstat_recording *recording,
			     struct ttmemstat_recording_info *info);

/**
 * ttmemstat_recording_set() - find the bank set of an entry
 * @recording: of ttmemstat_recording_open()
 * @attachment: of the event
 * @set: of its entry, not 0
 * @bank_set: out
 *
 * -ENOENT: no such set up to the event that was read last.
 */
int ttmemstat_recording_set(struct ttmemstat_recording *recording, uint32_t attachment,
			    uint32_t set, struct ttmemstat_recorded_set *bank_set);

/* ---- Reading side ----------------------------------------------------------------------- */

struct ttmemstat_reader;

enum ttmemstat_kind {
	TTMEMSTAT_KIND_UNKNOWN = 0,
	TTMEMSTAT_KIND_LOCAL = 1,
	TTMEMSTAT_KIND_REMOTE = 2,
	TTMEMSTAT_KIND_VIRTUAL = 3,
};

#define TTMEMSTAT_UID_UNKNOWN	((uint32_t)-1)
#define TTMEMSTAT_LOCATION_UNKNOWN	((uint32_t)-1)

/**
 * struct ttmemstat_host - the host's totals over its described physical chips
 * @known: bit n set: the n-th of the eight numbers below is known; see TTMEMSTAT_HOST_*
 * @reserved: zero
 * @chips: physical chips
 * @chips_unknown: those of them whose cores or DRAM are unknown
 * @chips_virtual: virtual chips
 * @clients: attached clients
 * @l1_capacity: bytes
 * @l1_used: bytes
 * @dram_capacity: bytes
 * @dram_used: bytes
 * @version: of the module, raw; empty = unknown
 */
struct ttmemstat_host {
	uint32_t known;
#define TTMEMSTAT_HOST_CHIPS	(1u << 0)
#define TTMEMSTAT_HOST_CHIPS_UNKNOWN	(1u << 1)
#define TTMEMSTAT_HOST_CHIPS_VIRTUAL	(1u << 2)
#define TTMEMSTAT_HOST_CLIENTS	(1u << 3)
#define TTMEMSTAT_HOST_L1_CAPACITY	(1u << 4)
#define TTMEMSTAT_HOST_L1_USED	(1u << 5)
#define TTMEMSTAT_HOST_DRAM_CAPACITY	(1u << 6)
#define TTMEMSTAT_HOST_DRAM_USED	(1u << 7)
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
 * struct ttmemstat_client - a client on a chip, as far as it is visible to the reader
 * @id: never reused while the module is loaded
 * @pid: in the reader's pid namespace; 0 = not visible there
 * @uid: TTMEMSTAT_UID_UNKNOWN if unreadable
 * @runtime_id: the runtime's own device number; -1 = none or unknown
 * @covers: mask of 1 << enum tt_memstat_pool
 * @start_time: when the owner started, nanoseconds since boot; 0 = unknown
 * @figures: the client's own
 * @malformed: lines of `stat` that could not be read
 * @comm: the owner's name; untrusted bytes, see ttmemstat_sanitize()
 * @label: chosen by the client; untrusted bytes, see ttmemstat_sanitize()
 */
struct ttmemstat_client {
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
 * struct ttmemstat_chip - a chip, at one moment if @torn is false
 * @n: N of tt<N>
 * @kind: enum ttmemstat_kind
 * @arch: enum tt_memstat_arch
 * @asic_location: TTMEMSTAT_LOCATION_UNKNOWN if there is none
 * @grid_x: columns of the logical grid; 0 = unknown
 * @grid_y: rows of it; 0 = unknown
 * @unique_id: 0 = unknown
 * @board_id: 0 = unknown
 * @name: "tt<N>"
 * @board: type of it; empty = unknown
 * @pci: of the chip, or of the gateway of a remote one; empty = none
 * @kmd_node: such as "tenstorrent/3"; empty = none
 * @geometry_source: empty = unknown
 * @figures: the chip's
 * @malformed: lines of `stat` that could not be read
 * @cores: with TTMEMSTAT_READ_CORES: bytes used on core (x, y) at [y * @grid_x + x]; NULL = unknown
 * @clients: with TTMEMSTAT_READ_CLIENTS: in ascending order of ids
 * @client_count: elements of @clients
 * @vanished: clients that disappeared while they were read
 * @torn: the chip changed during each of three readings: chip and clients may not match
 * @card_type: with TTMEMSTAT_READ_CARD: by tt-kmd, such as "p300b"; empty = unknown
 * @card_serial: with TTMEMSTAT_READ_CARD: by tt-kmd, equal for the chips of one board; 0 = unknown
 *
 * The strings come from the kernel or the administrator and are NUL terminated; @board of a virtual
 * chip comes from its creator, and is as untrusted as a label.
 */
struct ttmemstat_chip {
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
	struct ttmemstat_client **clients;
	size_t client_count;
	size_t vanished;
	bool torn;
	char card_type[32];
	uint64_t card_serial;
};

/**
 * struct ttmemstat_chip_list - all chips of the host
 * @chips: in ascending order of N
 * @count: elements of @chips
 * @vanished: chips that disappeared while they were read
 */
struct ttmemstat_chip_list {
	struct ttmemstat_chip **chips;
	size_t count;
	size_t vanished;
};

/*
 * BRIEF skips fields that a screen does not need: @unique_id, @board_id,
 * @geometry_source, the grid unless CORES asks for it, @arch unless @board is empty, @asic_location
 * unless the board has several chips; of clients @comm, @runtime_id, @covers and @start_time.
 *
 * CARD reads @card_type and @card_serial from tt-kmd, which asks the card's firmware. They also
 * replace an unknown @board and @board_id. With BRIEF, a card whose @board is known is not asked.
 */
#define TTMEMSTAT_READ_CLIENTS	(1u << 0)
#define TTMEMSTAT_READ_CORES	(1u << 1)
#define TTMEMSTAT_READ_BRIEF	(1u << 2)
#define TTMEMSTAT_READ_CARD	(1u << 3)

/**
 * ttmemstat_reader_new() - a reader of sysfs; opens no device, needs no privilege
 * @reader: out: release with ttmemstat_reader_free()
 * @sysfs_root: NULL = "/sys"
 *
 * Succeeds whether or not the module is loaded; it may be loaded and unloaded later.
 */
int ttmemstat_reader_new(struct ttmemstat_reader **reader, const char *sysfs_root);

/**
 * ttmemstat_reader_of() - a reader of the chips that TT_MEMSTAT_FAKE gave a context
 * @ctx: of ttmemstat_open(); the reader keeps it
 * @reader: out: release with ttmemstat_reader_free()
 *
 * All calls on it return what they would return with the module, for virtual chips with one client,
 * the context. They fail with -EBADF when the context is closed, and with -EPERM in a child. There
 * is nothing to keep or to poll.
 *
 * -EOPNOTSUPP: the context has no such chips.
 */
int ttmemstat_reader_of(struct ttmemstat_ctx *ctx, struct ttmemstat_reader **reader);

/**
 * ttmemstat_reader_free() - release a reader; NULL is allowed
 * @reader: of ttmemstat_reader_new(), or NULL
 */
void ttmemstat_reader_free(struct ttmemstat_reader *reader);

/**
 * ttmemstat_reader_error() - text of the last failed call on a reader
 * @reader: of ttmemstat_reader_new(); NULL results in a text that says so
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Returns the length of the whole text, as snprintf() does; 0: no call on it has failed.
 */
size_t ttmemstat_reader_error(struct ttmemstat_reader *reader, char *text, size_t size);

/**
 * ttmemstat_reader_keep() - keep files open between calls, for repeated readings
 * @reader: of ttmemstat_reader_new()
 * @keep: false closes them
 *
 * ttmemstat_reader_chip() then opens only new files. A chip takes up to four descriptors, a client
 * one, up to 512 in all; further files are opened each time. The identities of clients, and of
 * chips while their geometry is the same, are taken from the first reading;
 * ttmemstat_reader_forget() makes the next reading read them again.
 */
int ttmemstat_reader_keep(struct ttmemstat_reader *reader, bool keep);

/**
 * ttmemstat_reader_forget() - close the kept files; later readings keep files again
 * @reader: of ttmemstat_reader_new()
 *
 * Call this when a chip was added, removed or changed.
 */
int ttmemstat_reader_forget(struct ttmemstat_reader *reader);

/**
 * ttmemstat_reader_version() - the module's version, raw
 * @reader: of ttmemstat_reader_new()
 * @version: out: @size bytes, NUL terminated; empty = unknown
 * @size: of @version; not zero
 *
 * -ENOENT: the module is not loaded.
 */
int ttmemstat_reader_version(struct ttmemstat_reader *reader, char *version, size_t size);

/**
 * ttmemstat_reader_comm() - name of a client's owner, as in struct ttmemstat_client
 * @reader: of ttmemstat_reader_new()
 * @n: N of tt<N>
 * @client: id as in clients/<id>
 * @comm: out: @size bytes, NUL terminated
 * @size: of @comm; not zero
 *
 * -ENODEV: no such chip or client.
 */
int ttmemstat_reader_comm(struct ttmemstat_reader *reader, uint32_t n, uint64_t client, char *comm,
			  size_t size);

/**
 * struct ttmemstat_exited - a client that has left a chip
 * @number: in exited/<number>; later clients have higher numbers
 * @attached: when it attached, nanoseconds since boot; 0 = unknown
 * @exited: when it left, in the same unit
 * @client: its last state; pid is 0 outside the initial pid namespace
 */
struct ttmemstat_exited {
	uint64_t number;
	uint64_t attached;
	uint64_t exited;
	struct ttmemstat_client client;
};

/**
 * ttmemstat_reader_exited() - clients that have left a chip
 * @reader: of ttmemstat_reader_new()
 * @n: N of tt<N>
 * @list: out: the oldest first; release with free()
 * @count: out: 0 also if the module keeps none (parameter max_exited)
 *
 * -EACCES: there are some, but only root can read them; -ENOENT: the module is not loaded;
 * -ENODEV: no such chip, or a module without exited clients.
 */
int ttmemstat_reader_exited(struct ttmemstat_reader *reader, uint32_t n,
			    struct ttmemstat_exited **list, size_t *count);

/**
 * ttmemstat_reader_host() - the host's totals
 * @reader: of ttmemstat_reader_new()
 * @host: out
 *
 * -ENOENT: the module is not loaded.
 */
int ttmemstat_reader_host(struct ttmemstat_reader *reader, struct ttmemstat_host *host);

/**
 * ttmemstat_reader_list() - the numbers of all chips, ascending
 * @reader: of ttmemstat_reader_new()
 * @chips: out: release with free(); NULL if there are none
 * @count: out
 *
 * -ENOENT: the module is not loaded.
 */
int ttmemstat_reader_list(struct ttmemstat_reader *reader, uint32_t **chips, size_t *count);

/**
 * ttmemstat_reader_chip() - read one chip
 * @reader: of ttmemstat_reader_new()
 * @n: N of tt<N>
 * @flags: TTMEMSTAT_READ_*
 * @chip: out: release with ttmemstat_chip_free()
 *
 * -ENOENT: the module is not loaded; -ENODEV: no such chip, or it was removed meanwhile.
 */
int ttmemstat_reader_chip(struct ttmemstat_reader *reader, uint32_t n, uint32_t flags,
			  struct ttmemstat_chip **chip);

/**
 * ttmemstat_chip_free() - release a chip; NULL is allowed
 * @chip: of ttmemstat_reader_chip(), or NULL
 */
void ttmemstat_chip_free(struct ttmemstat_chip *chip);

/**
 * ttmemstat_reader_chips() - read all chips
 * @reader: of ttmemstat_reader_new()
 * @flags: TTMEMSTAT_READ_*
 * @list: out: release with ttmemstat_chip_list_free()
 *
 * -ENOENT: the module is not loaded. No chip is not an error.
 */
int ttmemstat_reader_chips(struct ttmemstat_reader *reader, uint32_t flags,
			   struct ttmemstat_chip_list *list);

/**
 * ttmemstat_chip_list_free() - release the chips of a list, and empty it; NULL is allowed
 * @list: of ttmemstat_reader_chips(), or NULL
 */
void ttmemstat_chip_list_free(struct ttmemstat_chip_list *list);

/**
 * ttmemstat_kind_name() - "local", "remote" or "virtual"; "unknown" for other values
 * @kind: enum ttmemstat_kind
 */
const char *ttmemstat_kind_name(uint32_t kind);

/**
 * ttmemstat_sanitize() - make untrusted bytes safe to show on a terminal; pure
 * @dst: out: @len bytes, NUL terminated unless @len is 0, never truncated inside a character
 * @len: of @dst
 * @src: NUL terminated; @dst must not overlap it
 *
 * Control characters (C0, DEL, C1, line and paragraph separators, and those that change the
 * direction of text) become `?`, bytes that are not UTF-8 become U+FFFD. Returns the length of
 * @dst.
 */
size_t ttmemstat_sanitize(char *dst, size_t len, const char *src);

#ifdef __cplusplus
}
#endif

#endif /* TTMEMSTAT_H */
