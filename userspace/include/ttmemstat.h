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
 *  - Threads: pure functions may run anywhere. One ttmemstat_ctx and its attachments may be used by
 *    several threads at once; the kernel takes events in the order in which their calls reach
 *    it. ttmemstat_close() and ttmemstat_detach() must not run beside another call on the same
 *    object. A ttmemstat_reader belongs to one thread at a time; snapshots that it returned are
 *    independent.
 *  - Fork: a ttmemstat_ctx belongs to the process that opened it. In a child every call on it, and
 *    on its attachments, is -EPERM before it reaches the kernel, except ttmemstat_close() and
 *    ttmemstat_detach(), which there only release the child's memory and descriptor.
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
 * Every call returns -errno. What stands behind it is to be had as a line of text, which names the
 * call, the field, its value and the limit:
 *
 *	ttmemstat_report_record: addr is 8: it must be a multiple of 16 (EINVAL)
 *	ttmemstat_report_record: size 2097152 at addr 1048576 ends beyond the core, which has
 *	1572864 bytes (ERANGE)
 *
 * Of the last call on an object that failed, ttmemstat_error() and the like have it; of calls
 * without an object, functions that are given the same arguments. The text is for people: programs
 * go by the errno. A call that succeeds costs nothing for it and changes nothing of it; one that
 * fails stores a few words. Of threads whose calls on one object fail at once, it is one's.
 *
 * All of them write at most @size bytes, NUL terminated unless @size is 0, and return the length
 * of the whole text, as snprintf() does; 0: there was no failure.
 */

/* Enough for any text, where paths have the usual lengths. */
#define TTMEMSTAT_ERROR_LEN	512

/* ---- Writing side: a context ------------------------------------------------------------ */

struct ttmemstat_ctx;
struct ttmemstat_attachment;

#define TTMEMSTAT_DEVICE_PATH	"/dev/tt_memstat"

/*
 * Without the device, ttmemstat_open() succeeds with a disabled context. The environment variable
 * TT_MEMSTAT_DISABLED, set to anything but "" or "0", has the same effect (it is not looked at
 * in set-user-id programs).
 */
#define TTMEMSTAT_OPEN_OPTIONAL	(1u << 0)

/**
 * struct ttmemstat_open_options - how to open
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
 * ttmemstat_open() - open the device and check that it speaks this API
 * @ctx: out: to be released by ttmemstat_close()
 * @options: NULL = all zero
 *
 * -ENOENT, -ENXIO, -ENODEV: no node, or no module behind it; -EACCES, -EPERM: no permission;
 * -ENOTTY: the node is something else; -EOPNOTSUPP: the module's API is older than the library
 * can use.
 *
 * With TTMEMSTAT_OPEN_OPTIONAL all of these give a disabled context and 0. Anything else is still an
 * error.
 *
 * -EINVAL: an unknown flag, a @size too small, a TT_MEMSTAT_FAKE that makes no sense; -E2BIG: options
 * that say what this library does not know; -EMFILE, -ENOMEM: the usual.
 *
 * With TT_MEMSTAT_FAKE=blackhole or =wormhole in the environment no device is opened: the context has
 * a chip tt0 that is made up (tt0 to tt3 by blackhole:4) and books of its own, kept in the process by
 * the module's ledger, for tests without card, module or privilege. Calls have the module's results
 * and errors; there are no rings, and ttmemstat_info() has the version "fake". The variable is not looked
 * at in set-user-id programs.
 *
 * On a disabled context the calls that report (ttmemstat_attach() to ttmemstat_drop()) do nothing
 * and return 0 without looking at their arguments; their outputs are zero. The calls that ask or administer
 * (ttmemstat_info(), ttmemstat_chip_*(), ttmemstat_geometry_*(), ttmemstat_query_*(),
 * ttmemstat_list_*()) return -EOPNOTSUPP.
 */
int ttmemstat_open(struct ttmemstat_ctx **ctx, const struct ttmemstat_open_options *options);

/**
 * ttmemstat_open_error() - why ttmemstat_open() failed, as text
 * @options: as they were given
 * @error: as it was returned, or what ttmemstat_disabled_reason() says
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Returns the length of the whole text, as snprintf() does.
 */
size_t ttmemstat_open_error(const struct ttmemstat_open_options *options, int error, char *text,
			    size_t size);

/**
 * ttmemstat_error() - why the last call on a context that failed did so, as text
 * @ctx: NULL is allowed, and said
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Asks the module for its limits and for what the chip has, where they belong to the text. Of a
 * disabled context it says why it is disabled; in a child, that the context is its parent's.
 *
 * Returns the length of the whole text, as snprintf() does; 0: no call on it has failed.
 */
size_t ttmemstat_error(struct ttmemstat_ctx *ctx, char *text, size_t size);

/**
 * ttmemstat_close() - release a context; NULL is allowed
 * @ctx: of ttmemstat_open(), or NULL
 *
 * In the owner this ends all attachments and forgets what they had recorded. Attachments not
 * yet detached stay valid as objects: their calls return -EBADF (0 if disabled), and each still
 * needs its ttmemstat_detach().
 */
void ttmemstat_close(struct ttmemstat_ctx *ctx);

/**
 * ttmemstat_enabled() - whether there is a module, or a fake, behind the context; false for NULL
 * @ctx: of ttmemstat_open(), or NULL
 */
bool ttmemstat_enabled(const struct ttmemstat_ctx *ctx);

/**
 * ttmemstat_disabled_reason() - why a context is disabled
 * @ctx: of ttmemstat_open()
 *
 * Returns the error that ttmemstat_open() would have returned without TTMEMSTAT_OPEN_OPTIONAL,
 * -ECANCELED where TT_MEMSTAT_DISABLED is set, 0 if the context is enabled, -EINVAL for NULL.
 */
int ttmemstat_disabled_reason(const struct ttmemstat_ctx *ctx);

/*
 * Some calls below take the kernel's own structure. Its @argsz is sizeof the structure, as in
 * the uAPI; 0 stands for the size of the first version, so that a zeroed structure works.
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
 * @geometry: what it has
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
 * -ENODEV: no such chip; -EOPNOTSUPP: not virtual; -EPERM: somebody else's.
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
 * ttmemstat_geometry_set() - say, as the administrator, what a chip has
 * @ctx: of ttmemstat_open()
 * @set: in; @chip_out out: as TT_MEMSTAT_GEOMETRY_SET
 *
 * A side of the chip that is not told, its grid or its DRAM, stays unknown. -EPERM: no CAP_SYS_ADMIN;
 * -EBUSY: clients that are attached rely on something else, and FORCE is not given; -ENODEV: no such
 * chip; -EINVAL: sizes that its PCI id does not have.
 */
int ttmemstat_geometry_set(struct ttmemstat_ctx *ctx, struct tt_memstat_geometry_set *set);

/**
 * ttmemstat_geometry_unset() - withdraw what ttmemstat_geometry_set() said
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>, remote chips by their own N
 * @flags: 0 or TT_MEMSTAT_GEOMETRY_FORCE
 *
 * Errors as ttmemstat_geometry_set().
 */
int ttmemstat_geometry_unset(struct ttmemstat_ctx *ctx, uint32_t chip, uint32_t flags);

/* ---- Writing side: an attachment -------------------------------------------------------- */

/*
 * Report by a ring in memory shared with the kernel: see "Events" below. Where the module has no
 * rings, or there is no memory for one, events go by submit as without the flag, and
 * ttmemstat_ring_status() is -ENOENT.
 */
#define TTMEMSTAT_ATTACH_RING	(1u << 31)

#define TTMEMSTAT_RING_ENTRIES	256	/* of a ring, unless said otherwise */
#define TTMEMSTAT_RING_ENTRIES_MIN	64

/* What @report_again of the options points to. */
typedef void (*ttmemstat_report_again)(struct ttmemstat_attachment *att, void *arg);

/**
 * struct ttmemstat_attach_options - standing to report on a chip
 * @size: sizeof(struct ttmemstat_attach_options)
 * @flags: TT_MEMSTAT_ATTACH_* and TTMEMSTAT_ATTACH_RING
 * @chip: N of tt<N>; with REMOTE its gateway
 * @asic_location: with REMOTE, which chip behind the gateway
 * @proof: an open descriptor of the chip's /dev/tenstorrent node, -1 = none; only looked at
 *	during the call, and where the library has to attach again
 * @covers: mask of 1 << enum tt_memstat_pool: what will be reported; not zero
 * @partial: mask within @covers: reported, but not all of it
 * @runtime_id: the runtime's own device number, -1 = none
 * @geometry: with GEOMETRY: what the runtime sees
 * @layout: how the runtime divides the chip
 * @label: shown as `label`, at most TT_MEMSTAT_LABEL_LEN - 1 bytes; NULL = empty
 * @ring_entries: with TTMEMSTAT_ATTACH_RING: slots, a power of two from TTMEMSTAT_RING_ENTRIES_MIN
 * 	to the
 *	module's max_ring_entries; 0 = TTMEMSTAT_RING_ENTRIES. A burst of so many events needs no
 *	system call; each slot costs the process 6 to 9 KiB of kernel memory
 * @reserved: zero
 * @report_again: NULL, or what is called when the chip was described anew: see below
 * @arg: what it is given
 *
 * Where the administrator describes a chip anew by force, the module ends the attachments that rely
 * on what it was. The library notices it in the next call on such an attachment, attaches again as
 * before (without @geometry and @layout where these contradict what the chip is now) and goes on
 * with the call. What was reported is gone: all of @covers is partial until ttmemstat_partial()
 * says otherwise, bank sets are to be named again (their numbers may be others), and records that
 * are live reported again, which is what @report_again is for.
 *
 * It is called in the thread that noticed, with no lock held, and may call everything but
 * ttmemstat_detach() and ttmemstat_close(). Other threads may report meanwhile; what is reported
 * twice is refused with -EEXIST, which does no harm. If the chip is described anew during the call,
 * it is called once more, with nothing reported. Where it is impossible to attach again, as where
 * @proof has been closed since, the calls on the attachment fail with -ESTALE.
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
 * ttmemstat_attach_options_init() - zero, except @size, and no proof and no runtime id
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
 * @options: which chip, what will be reported, and how
 * @att: out: to be released by ttmemstat_detach()
 * @present: out: on success what the events are checked against, on -EEXIST what the chip has,
 *	either with what is unknown of it 0; may be NULL
 *
 * -EPERM: no proof and no privilege, or somebody else's virtual chip; -EBADF: the proof is no open
 * descriptor; -ENODEV: no such chip, or the proof is not its node; -EALREADY: the context is attached
 * to the chip; -ENOSPC: no slot for another client; -ERANGE: the layout does not fit the chip;
 * -ENODATA: a worker grid, and nobody has told the chip's grid; -EEXIST: the chip is described
 * otherwise: attach again without GEOMETRY to go by that; -EINVAL: something else is wrong with @options;
 * -ENAMETOOLONG: the label; -E2BIG: options that say what this library does not know.
 */
int ttmemstat_attach(struct ttmemstat_ctx *ctx, const struct ttmemstat_attach_options *options,
		     struct ttmemstat_attachment **att, struct tt_memstat_geometry *present);

/**
 * ttmemstat_detach() - give the standing back, and all that it held; NULL is allowed
 * @att: of ttmemstat_attach(), or NULL
 *
 * The object is released whatever is returned.
 *
 * -EPERM: in a child, nothing but memory was
 * released; -EBADF: after ttmemstat_close(); -ENODEV: the chip had gone, and the records with it.
 */
int ttmemstat_detach(struct ttmemstat_attachment *att);

/**
 * ttmemstat_attachment_chip() - which chip an attachment is to
 * @att: of ttmemstat_attach()
 * @chip: out: N of tt<N>
 *
 * -EOPNOTSUPP: the context is disabled.
 */
int ttmemstat_attachment_chip(const struct ttmemstat_attachment *att, uint32_t *chip);

/**
 * ttmemstat_attachment_error() - why the last call on an attachment that failed did so, as text
 * @att: NULL is allowed, and said
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * As ttmemstat_error(), which has ttmemstat_attach() and ttmemstat_detach(). An event that was put
 * into a ring and refused later is not known here, but to ttmemstat_ring_status().
 *
 * Returns the length of the whole text, as snprintf() does; 0: no call on it has failed.
 */
size_t ttmemstat_attachment_error(struct ttmemstat_attachment *att, char *text, size_t size);

/**
 * ttmemstat_bank_set_l1() - name a set of logical cores
 * @att: of ttmemstat_attach()
 * @rects: rectangles, both corners included; they may overlap
 * @count: at least 1
 * @set: out: the set's number; equal sets have equal numbers
 *
 * -EINVAL: no rectangle, or one with its corners exchanged; -ERANGE: outside the chip's logical
 * grid; -ENODATA: no geometry; -ENOSPC: too many sets.
 */
int ttmemstat_bank_set_l1(struct ttmemstat_attachment *att, const struct tt_memstat_rect *rects,
			  size_t count, uint32_t *set);

/**
 * ttmemstat_bank_set_dram() - name a set of DRAM banks
 * @att: of ttmemstat_attach()
 * @mask: bit n: bank n of the allocator; not zero
 * @set: out: the set's number; equal sets have equal numbers
 *
 * -EINVAL: no bank; -ERANGE: a bank that the chip does not have; -ENODATA: no geometry; -ENOSPC:
 * too many sets.
 */
int ttmemstat_bank_set_dram(struct ttmemstat_attachment *att, uint64_t mask, uint32_t *set);

/**
 * ttmemstat_partial() - say anew which pools are reported only in part
 * @att: of ttmemstat_attach()
 * @pools: mask of 1 << enum tt_memstat_pool within @covers of the attachment; replaces what was
 *	said before
 *
 * For a runtime that learns it while it runs. Nothing recorded changes.
 *
 * -EINVAL: a pool that the
 * attachment does not cover; -EOPNOTSUPP: the module is older than this call.
 */
int ttmemstat_partial(struct ttmemstat_attachment *att, uint32_t pools);

/* ---- Writing side: which chip a runtime's device is ------------------------------------- */

/**
 * struct ttmemstat_device - what a runtime knows of one of its devices
 * @size: sizeof(struct ttmemstat_device)
 * @flags: TTMEMSTAT_DEVICE_*
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
struct ttmemstat_device {
	uint32_t size;
	uint32_t flags;
#define TTMEMSTAT_DEVICE_LOCATION	(1u << 0)
#define TTMEMSTAT_DEVICE_REMOTE	(1u << 1)	/* has no PCI function that the process sees */
#define TTMEMSTAT_DEVICE_UNIQUE_ID	(1u << 2)	/* @unique_id is told even if it is 0 */
	int32_t runtime_id;
	uint32_t asic_location;
	uint64_t unique_id;
	uint64_t board_id;
	int32_t gateway_id;
	uint32_t reserved;
	uint64_t gateway_unique_id;
};

/**
 * ttmemstat_device_init() - zero, except @size, and no numbers
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
 * struct ttmemstat_resolve_roots - where ttmemstat_resolve() looks, for tests
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

/* By what ttmemstat_resolve() knew the chip. */
enum ttmemstat_resolved_by {
	TTMEMSTAT_BY_UNIQUE_ID = 1,	/* an administrator's import told it */
	TTMEMSTAT_BY_BOARD_ID = 2,	/* likewise */
	TTMEMSTAT_BY_NODE = 3,	/* the process's open nodes, counted as the runtime counts */
	TTMEMSTAT_BY_GATEWAY = 4,	/* the chip that it is behind, and its location */
};

/**
 * ttmemstat_resolve() - find the chip that a runtime's device is, ready to be attached to
 * @device: what the runtime knows
 * @roots: NULL = the system's
 * @options: in: initialized; out: @chip, @asic_location, @proof, @runtime_id and of @flags REMOTE.
 *	The rest is the caller's. @proof is a descriptor that the process already has, for
 *	ttmemstat_attach() alone: neither to be closed nor kept
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
 * chip has, if anybody told, ttmemstat_attach() returns.
 *
 * Returns enum ttmemstat_resolved_by, or -ENOENT: the module is not loaded; -ENODEV: no chip is
 * beyond doubt this device; -ENOTUNIQ: several are; -EPERM: it is known which, but the process does
 * not have its node open. Then nothing can be reported of the device, and the caller should say so
 * once.
 */
int ttmemstat_resolve(const struct ttmemstat_device *device,
		      const struct ttmemstat_resolve_roots *roots,
		      struct ttmemstat_attach_options *options);

/**
 * ttmemstat_resolve_error() - why ttmemstat_resolve() failed, as text
 * @device: as it was given
 * @roots: as they were given
 * @error: as it was returned
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
 * With TT_MEMSTAT_RECORD=FILE in the environment everything that a process reports also goes into a
 * file: every event with its time, its thread and a name. %p in FILE is the pid, %% a %. The file is
 * made by the first ttmemstat_attach(), ttmemstat_name() or ttmemstat_scope_begin(), with mode 0600; one
 * that is there is never overwritten, so a child that inherits the variable records only where FILE
 * has %p. Contexts of one process share their recording.
 *
 * Works without the module, too, with TTMEMSTAT_OPEN_OPTIONAL: then attachments succeed, events are
 * checked as far as the library can, and the file is all that comes of them.
 *
 * An event takes 40 bytes, one atomic addition, and the reading of a clock; no lock, and no system
 * call. What was reported is in the file whatever ends the process. A recording has at most
 * TT_MEMSTAT_RECORD_SIZE bytes (1G unless told otherwise; K, M, G and T are units) beside what lives:
 * it consists of files FILE, FILE.1, FILE.2 and so on, the oldest of which are folded into
 * FILE.base, which has what lived then. docs/recording.md has the format.
 */

/**
 * ttmemstat_recorded() - whether what a context reports is recorded
 * @ctx: of ttmemstat_open()
 *
 * Makes the recording, if it is wanted and not there yet.
 *
 * Returns 1: it is; 0: TT_MEMSTAT_RECORD asks for none. -EEXIST: the file is there already; -EINVAL:
 * TT_MEMSTAT_RECORD_SIZE is no size from 1M to 1T, or @ctx is NULL; -ENOSPC, -EACCES, -ENOENT, -EROFS
 * and the like: the file cannot be made, or has come to an end; -EPERM: in a child.
 */
int ttmemstat_recorded(struct ttmemstat_ctx *ctx);

/**
 * ttmemstat_name() - a number for a name that records and programs are given
 * @ctx: of ttmemstat_open()
 * @text: an operation, a tensor, a line of source; 1 to TTMEMSTAT_NAME_MAX bytes
 * @name: out: equal texts have equal numbers; 0 where nothing is recorded
 *
 * -ENAMETOOLONG: @text is longer; -EINVAL: it is empty; -ENOSPC: a million names are told, or there
 * is no room.
 */
int ttmemstat_name(struct ttmemstat_ctx *ctx, const char *text, uint32_t *name);

#define TTMEMSTAT_NAME_MAX	255

/**
 * ttmemstat_name_program() - give a program a name
 * @att: of ttmemstat_attach()
 * @program: that is loaded, or will be
 * @name: of ttmemstat_name()
 *
 * -EINVAL: no program.
 */
int ttmemstat_name_program(struct ttmemstat_attachment *att, uint64_t program, uint32_t name);

/**
 * ttmemstat_scope_begin() - what this thread reports from here on is part of something
 * @ctx: of ttmemstat_open()
 * @text: such as a layer of a model; as ttmemstat_name() takes it
 *
 * Scopes nest. They go into a recording, to which other contexts of the process belong as well:
 * events that the reporter sees of a thread are in the scopes that the program itself tells.
 *
 * Errors as ttmemstat_name().
 */
int ttmemstat_scope_begin(struct ttmemstat_ctx *ctx, const char *text);

/**
 * ttmemstat_scope_end() - the innermost scope of this thread ends
 * @ctx: of ttmemstat_open()
 */
int ttmemstat_scope_end(struct ttmemstat_ctx *ctx);

/* ---- Writing side: events --------------------------------------------------------------- */

/*
 * How events reach the kernel. Any thread of the process that opened the context may report at
 * any time; the events of one thread are taken in its order. Nothing below allocates memory,
 * starts a thread, uses a signal or waits for another thread, except where it says so.
 *
 * Without a ring an event is a system call, which returns the kernel's verdict on it.
 *
 * With a ring (TTMEMSTAT_ATTACH_RING) an event is a few stores: one compare-and-swap, 64 bytes, no
 * system call. Only the event that finds the ring full (no credit) calls the kernel, which takes
 * what is in the ring and makes room for as many again; that call costs about as much as the
 * taking of all these events. The kernel also takes them by itself, every 100 ms and whenever
 * somebody reads the figures; what is too much work for that is counted in ring_pending until the
 * next call.
 *
 * What the kernel thinks of an event is then known only later: ttmemstat_ring_status() has how many
 * were refused, and the last error. The event itself returns 0 or
 *
 *  - -EINVAL: what the library can see by itself, as ttmemstat_entry_record() and the like.
 *  - -EPERM: the process is not the one that opened the context. Costs a load, no system call.
 *  - -EBUSY: the ring stayed full for a second, because a thread that had claimed a slot never
 *    filled it (it died, or this call interrupted it). The event is lost, and so are later ones
 *    that find the ring full, without the wait.
 *  - -ENODEV, -EPROTO: the kernel has stopped the ring, as the chip is gone, or the shared pages were
 *    overwritten; what was in the ring is lost. Nothing falls back to submit by itself, as the
 *    figures are no longer true: ttmemstat_drop() and report anew, by ttmemstat_submit() or in a new
 *    attachment.
 *
 * After a signal handler that interrupted one of these calls has reported events itself, all is
 * well unless the ring was full.
 */

/**
 * struct ttmemstat_record - one live allocation, or one part of it
 * @id: the client's choice, unique in the attachment
 * @addr: address in each bank of the set; a multiple of TT_MEMSTAT_GRANULE
 * @size: bytes in each bank; rounded up to TT_MEMSTAT_GRANULE
 * @program: the program it belongs to, 0 = none
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
 * @allocatable: what the allocator manages
 * @allocated: of it, in use
 * @free: of it, not in use
 * @largest_free_block: the largest contiguous free piece
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
 * @record: what lives from then on; its size is rounded up to TT_MEMSTAT_GRANULE
 *
 * Pure. What depends on the chip is the module's to check.
 *
 * -EINVAL: a flag that no record has, a pool out of range, a reserved field that is not zero, an
 * address that is no multiple of TT_MEMSTAT_GRANULE, a size that cannot be rounded up;
 * ttmemstat_record_error() says which.
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
 * @snapshot: what the allocator says of one pool and bank set
 *
 * Pure.
 *
 * -EINVAL: a flag that no snapshot has, a pool out of range, a reserved field that is not zero;
 * ttmemstat_snapshot_error() says which.
 */
int ttmemstat_entry_snapshot(struct tt_memstat_entry *entry,
			     const struct ttmemstat_snapshot *snapshot);

/**
 * ttmemstat_entry_snapshot_total() - make the entry that reports a pool's bytes alone
 * @entry: out
 * @pool: enum tt_memstat_pool
 * @bytes: of the pool, on the whole chip
 * @flags: 0, or TT_MEMSTAT_ENTRY_LOADED (pool cb)
 *
 * Pure. For allocators that know no more.
 *
 * -EINVAL: another flag, a pool out of range.
 */
int ttmemstat_entry_snapshot_total(struct tt_memstat_entry *entry, uint32_t pool, uint64_t bytes,
				   uint32_t flags);

/**
 * ttmemstat_record_error() - what is wrong with a record as the library sees it, as text
 * @record: as ttmemstat_entry_record() or ttmemstat_report_record() refused it
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Pure. Returns the length of the whole text, as snprintf() does; 0: nothing is wrong.
 */
size_t ttmemstat_record_error(const struct ttmemstat_record *record, char *text, size_t size);

/**
 * ttmemstat_snapshot_error() - what is wrong with a snapshot as the library sees it, as text
 * @snapshot: as ttmemstat_entry_snapshot() refused it; of ttmemstat_entry_snapshot_total(), one
 *	with its pool and flags
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Pure. Returns the length of the whole text, as snprintf() does; 0: nothing is wrong.
 */
size_t ttmemstat_snapshot_error(const struct ttmemstat_snapshot *snapshot, char *text, size_t size);

/**
 * ttmemstat_submit() - report events in order, and wait for the kernel's verdict
 * @att: of ttmemstat_attach()
 * @entries: @count of them; seq is the number of a record's name, or 0
 * @count: elements of @entries; any number
 * @taken: out, also on failure: how many were taken; may be NULL
 *
 * By system calls, also where there is a ring; what the thread has put there is taken first
 * (ttmemstat_flush()). Costs one system call and what the kernel has to do for the events.
 *
 * Any count: more than the module takes at once goes in several calls, between which other
 * threads' events may be taken. 0 when all were taken, else the error of the first refused:
 * those before it are committed, those after it were not looked at.
 *
 * -EINVAL, -ERANGE, -EEXIST, -ENOENT, -ENODATA, -ENOSPC, -ENOMEM as in struct tt_memstat_entry;
 * -ENODEV: the chip is gone; -EOWNERDEAD, -EPERM: not the owner.
 */
int ttmemstat_submit(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entries,
		     size_t count, size_t *taken);

/**
 * ttmemstat_report_record() - an allocation lives from now on
 * @att: of ttmemstat_attach()
 * @record: the allocation, or one part of it
 *
 * By the ring if there is one, else by a system call.
 *
 * Errors: those of ttmemstat_entry_record(), and without a ring those of ttmemstat_submit(), with
 * one those of the ring, which libttmemstat(3) has under events.
 */
int ttmemstat_report_record(struct ttmemstat_attachment *att,
			    const struct ttmemstat_record *record);

/**
 * ttmemstat_report_free() - an allocation is gone
 * @att: of ttmemstat_attach()
 * @id: of the record; all its parts are gone
 *
 * By the ring if there is one, else by a system call. Needs no memory.
 *
 * Errors as ttmemstat_report_record(); without a ring -ENOENT: no such record.
 */
int ttmemstat_report_free(struct ttmemstat_attachment *att, uint64_t id);

/**
 * ttmemstat_report_program_free() - a program is gone, and all its records
 * @att: of ttmemstat_attach()
 * @program: that is gone
 *
 * By the ring if there is one, else by a system call. Needs no memory.
 *
 * Errors as ttmemstat_report_record(); without a ring -ENOENT: no such program.
 */
int ttmemstat_report_program_free(struct ttmemstat_attachment *att, uint64_t program);

/**
 * ttmemstat_report_dispatch() - a program was dispatched
 * @att: of ttmemstat_attach()
 * @program: that was dispatched: it is resident on its cores, and what this process had resident
 *	there is not any more, except members of the same list
 * @list: the dispatch list (a trace) whose members are resident together; 0 = alone
 *
 * By the ring if there is one, else by a system call. Needs no memory.
 *
 * Errors as ttmemstat_report_record(); without a ring -ENOENT: no such program.
 */
int ttmemstat_report_dispatch(struct ttmemstat_attachment *att, uint64_t program, uint64_t list);

/**
 * ttmemstat_report_snapshot() - what an allocator says of one pool and bank set
 * @att: of ttmemstat_attach()
 * @snapshot: replaces the one before it of the same pool and bank set
 *
 * By the ring if there is one, else by a system call.
 *
 * Errors as ttmemstat_report_record(); -EINVAL as ttmemstat_entry_snapshot(), and without a ring
 * also where more is allocated than allocatable.
 */
int ttmemstat_report_snapshot(struct ttmemstat_attachment *att,
			      const struct ttmemstat_snapshot *snapshot);

/**
 * ttmemstat_report_snapshot_total() - only a pool's bytes on the whole chip are known
 * @att: of ttmemstat_attach()
 * @pool: enum tt_memstat_pool
 * @bytes: on the whole chip
 * @flags: 0, or TT_MEMSTAT_ENTRY_LOADED (pool cb)
 *
 * By the ring if there is one, else by a system call. Figures that rest on it are approximate.
 *
 * Errors as ttmemstat_report_record(); -EINVAL as ttmemstat_entry_snapshot_total().
 */
int ttmemstat_report_snapshot_total(struct ttmemstat_attachment *att, uint32_t pool, uint64_t bytes,
				    uint32_t flags);

/**
 * struct ttmemstat_device_snapshots - what the allocators of one chip say
 * @att: the chip
 * @snapshots: @count of them, each with a pool and bank set of its own
 * @count: at least 1
 * @error: out: 0, or why some of them were not reported
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
 * ttmemstat_report_device_snapshots() - the statistics of all chips of a mesh, in one call
 * @devices: @count of them
 * @count: elements of @devices
 *
 * Each snapshot replaces the one before it of the same pool and bank set; none is ever added to
 * another, however often this is called. Costs a few stores for each snapshot where there is a
 * ring, else one system call for each chip.
 *
 * -EINVAL: something is wrong with one of @devices or @snapshots as the library sees it, and
 * nothing was reported. Else the first error of a chip; the other chips are reported all the same,
 * and @error says of each how it went.
 */
int ttmemstat_report_device_snapshots(struct ttmemstat_device_snapshots *devices, size_t count);

/*
 * Kernel binaries, by ids of their own that may equal those of records: the library sets
 * TTMEMSTAT_KERNEL_ID in the id of the record that it makes, which no other record must have.
 */
#define TTMEMSTAT_KERNEL_ID	(1ull << 63)

/**
 * ttmemstat_report_kernel_load() - a kernel's binaries are on the chip from now on
 * @att: of ttmemstat_attach()
 * @id: below TTMEMSTAT_KERNEL_ID
 * @bytes: on the whole chip, over all cores; rounded up to TT_MEMSTAT_GRANULE
 * @flags: 0, or TT_MEMSTAT_ENTRY_SYSTEM: of the system (dispatch, fabric), not of the application
 *
 * Information: in `kernel_app` or `kernel_system`, and in no figure of L1 or DRAM. The attachment
 * must cover pool kernel. The first of an attachment is one more system call.
 *
 * -EEXIST: the id is loaded; -ERANGE: 2^36 bytes or more. Other errors as
 * ttmemstat_report_record().
 */
int ttmemstat_report_kernel_load(struct ttmemstat_attachment *att, uint64_t id, uint64_t bytes,
				 uint32_t flags);

/**
 * ttmemstat_report_kernel_unload() - a kernel's binaries are not on the chip any more
 * @att: of ttmemstat_attach()
 * @id: as ttmemstat_report_kernel_load() had it
 *
 * -ENOENT: no such id is loaded.
 */
int ttmemstat_report_kernel_unload(struct ttmemstat_attachment *att, uint64_t id);

/**
 * ttmemstat_report_program_replace() - a program is replaced as a whole
 * @att: of ttmemstat_attach()
 * @program: not 0; need not exist yet
 * @records: all that belongs to it from now on: pools cb and kernel, @program this one or 0,
 *	without TT_MEMSTAT_ENTRY_REPLACE_PROGRAM
 * @count: at least 1 (a program without records is ttmemstat_report_program_free())
 *
 * The records that it had are freed with the first of the new ones; the cores that stay keep it
 * resident. Costs an event for each record; the kernel may take other threads' events between them.
 *
 * -EINVAL: something is wrong with one of @records as the library sees it, and nothing was
 * reported. Other errors as ttmemstat_report_record().
 */
int ttmemstat_report_program_replace(struct ttmemstat_attachment *att, uint64_t program,
				     const struct ttmemstat_record *records, size_t count);

/**
 * ttmemstat_flush() - what this thread has reported is in the figures
 * @att: of ttmemstat_attach()
 *
 * Needed only by somebody who wants ttmemstat_ring_status() to speak of all events so far: readers
 * see them anyway. Without a ring, or with nothing in it, a few loads; else one system call, which
 * takes the events. Waits for threads that are between claiming a slot and filling it, at most a
 * second.
 *
 * -EBUSY: such a thread did not get on; -ENODEV, -EPROTO: the ring was stopped.
 */
int ttmemstat_flush(struct ttmemstat_attachment *att);

/**
 * ttmemstat_ring_status() - how the ring fares; one system call
 * @att: of ttmemstat_attach()
 * @status: @argsz in, 0 = the first version; the rest out: @error why the ring was stopped,
 *	@refused how many entries were refused, @entry_error the last one's error
 *
 * -ENOENT: there is no ring, events go by submit; -EOPNOTSUPP: disabled.
 */
int ttmemstat_ring_status(struct ttmemstat_attachment *att, struct tt_memstat_ring_status *status);

/**
 * ttmemstat_drop() - forget all records and snapshots of some pools
 * @att: of ttmemstat_attach()
 * @pools: mask of 1 << enum tt_memstat_pool, not zero
 *
 * What the thread has put into the ring is taken first (ttmemstat_flush()).
 *
 * -EINVAL: no pool, or one that there is not; -EBUSY: as ttmemstat_flush(); -ENODEV: the chip is
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
 * Anybody who may open the device may ask.
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
 * @cursor: in, out: 0 to start; as returned to go on; 0 returned = that was all
 * @items: out: room for *@count
 * @count: in: elements of @items, 1 to 4096; out: elements written
 *
 * For the client's own user and CAP_SYS_ADMIN.
 *
 * -EPERM: another user's client; -ENODEV: no such chip; -ENOENT: no such client on it; -EINVAL: a
 * @count out of range; -ENOSPC: the parts of one record are more than @count.
 */
int ttmemstat_list_records(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			   uint64_t *cursor, struct tt_memstat_record_info *items, size_t *count);

/**
 * ttmemstat_list_programs() - a page of a client's loaded programs, in ascending order of ids
 * @ctx: of ttmemstat_open()
 * @chip: N of tt<N>
 * @client: id as in clients/<id>
 * @cursor: in, out: 0 to start; as returned to go on; 0 returned = that was all
 * @items: out: room for *@count
 * @count: in: elements of @items, 1 to 4096; out: elements written
 *
 * Errors as ttmemstat_list_records().
 */
int ttmemstat_list_programs(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			    uint64_t *cursor, struct tt_memstat_program_info *items, size_t *count);

/* ---- Geometry: pure --------------------------------------------------------------------- */

/**
 * struct ttmemstat_arch_info - what a chip of an arch has before harvesting
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
 * ttmemstat_arch_get_info() - the table's row of an arch; NULL: unknown
 * @arch: enum tt_memstat_arch
 */
const struct ttmemstat_arch_info *ttmemstat_arch_get_info(uint32_t arch);

/**
 * ttmemstat_arch_name() - "wormhole", "blackhole"; "unknown" for all else
 * @arch: enum tt_memstat_arch
 */
const char *ttmemstat_arch_name(uint32_t arch);

/**
 * ttmemstat_board_side() - "L" or "R", for which chip of an n300 or p300 it is; "" for all else
 * @board: type of the board; NULL is no board
 * @location: of the ASIC on its board, as the firmware has it: 0 is the left chip of an n300, and
 *	the right one of a p300
 */
const char *ttmemstat_board_side(const char *board, uint32_t location);

/**
 * ttmemstat_arch_parse() - an arch by name, whatever its case
 * @name: such as "blackhole"
 *
 * Also takes "wormhole_b0". Returns enum tt_memstat_arch, or -EINVAL.
 */
int ttmemstat_arch_parse(const char *name);

/**
 * struct ttmemstat_resolved - what a geometry comes to
 * @grid_x: columns of the logical grid of active cores; 0 = unknown, as all of the cores but
 *	@l1_bytes (neither mask nor grid told)
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
 * ttmemstat_geometry_resolve() - logical grid, cores and banks of a geometry
 * @geometry: what is told
 * @out: out: what it comes to
 *
 * -EINVAL: unknown arch, unknown valid bit, neither grid nor Tensix mask, a field set that
 * @valid does not tell, sizes that are no multiple of the granule, or a mask that contradicts
 * the grid or the number of banks; -ERANGE: a mask, grid, size or number of banks that the arch
 * does not have, or that leaves nothing. What is not told of DRAM stays unknown here; the kernel
 * takes a geometry only with @dram_banks or a DRAM mask.
 */
int ttmemstat_geometry_resolve(const struct tt_memstat_geometry *geometry,
			       struct ttmemstat_resolved *out);

/**
 * ttmemstat_geometry_error() - what is wrong with a geometry, as text
 * @geometry: as ttmemstat_geometry_resolve() refused it
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
 * For figures of which ttmemstat_figure_is_signed() says so. Returns whether it is known.
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
 * ttmemstat_parse_stat() - read the content of a `stat` file
 * @buf: @len bytes, not necessarily NUL terminated
 * @len: bytes of @buf
 * @figures: out: what is there is known; unknown keys are skipped
 * @malformed: out: lines that are no "key number\n", among them a cut last line; such a line
 *	makes nothing known; may be NULL
 */
int ttmemstat_parse_stat(const char *buf, size_t len, struct tt_memstat_figures *figures,
			 size_t *malformed);

/* ---- Reading a recording ------------------------------------------------------------------ */

struct ttmemstat_recording;

/**
 * struct ttmemstat_recording_info - what a recording is, as far as it has been read
 * @size: sizeof(struct ttmemstat_recording_info)
 * @pid: of the process, in its own pid namespace
 * @began: nanoseconds since 1970
 * @events: read so far
 * @torn: slots that were taken and not filled: the process ended there, or is filling them
 * @malformed: slots that say what none can
 * @lost: events that the writer had no room for
 * @error: errno for which the writer stopped, 0 = none
 * @files: that there are, FILE.base included
 * @folded: whether the beginning is gone but for what lived
 * @reserved: zero
 * @comm: the process' name; untrusted bytes, see ttmemstat_sanitize()
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
 * @time: nanoseconds since the recording began, in steps of 256; events of different threads may be
 *	out of order by as much as the threads were
 * @kind: enum ttmemstat_recorded_kind
 * @thread: that reported it
 * @attachment: that it was reported by; a number is used again after DETACH
 * @pools: DROP, PARTIAL: mask of 1 << enum tt_memstat_pool
 * @set: SET: its number
 * @reserved: zero
 * @name: of a record, a program, or the scope that begins; untrusted bytes; NULL = none
 * @scope: the innermost that the thread is in; likewise
 * @entry: ENTRY: as it was reported; PROGRAM_NAME: @program alone
 * @attach: ATTACH: what was told, and what of the geometry is known; NULL otherwise
 * @told: SET: what it has
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
	struct ttmemstat_recorded_set told;
};

/**
 * ttmemstat_recording_open() - read a recording, also one that is still written
 * @recording: out: to be released by ttmemstat_recording_close()
 * @path: FILE; what else belongs to it is beside it
 *
 * Nothing in a file is believed: what says what none can is counted and passed over.
 *
 * -EBADMSG: it is no recording; -EOPNOTSUPP: one of a later version; -ENOENT, -EACCES and the like.
 */
int ttmemstat_recording_open(struct ttmemstat_recording **recording, const char *path);

/**
 * ttmemstat_recording_close() - release a recording; NULL is allowed
 * @recording: of ttmemstat_recording_open(), or NULL
 */
void ttmemstat_recording_close(struct ttmemstat_recording *recording);

/**
 * ttmemstat_recording_next() - the next event
 * @recording: of ttmemstat_recording_open()
 * @event: out
 *
 * Returns 1: there was one; 0: there is none, which may change while it is written; -ENOMEM, -EIO and
 * the like.
 */
int ttmemstat_recording_next(struct ttmemstat_recording *recording,
			     struct ttmemstat_recorded_event *event);

/**
 * ttmemstat_recording_get_info() - what a recording is
 * @recording: of ttmemstat_recording_open()
 * @info: @size in, the rest out
 */
int ttmemstat_recording_get_info(struct ttmemstat_recording *recording,
			     struct ttmemstat_recording_info *info);

/**
 * ttmemstat_recording_set() - a bank set that an entry names
 * @recording: of ttmemstat_recording_open()
 * @attachment: of the event
 * @set: of its entry, not 0
 * @told: out
 *
 * -ENOENT: no such set, up to the event that was read last.
 */
int ttmemstat_recording_set(struct ttmemstat_recording *recording, uint32_t attachment,
			    uint32_t set, struct ttmemstat_recorded_set *told);

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
 * struct ttmemstat_host - the host's totals, over its described physical chips
 * @known: bit n set: the n-th of the eight numbers below is known; see TTMEMSTAT_HOST_*
 * @reserved: zero
 * @chips: described physical chips
 * @chips_unknown: physical chips that nobody has described
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
 * struct ttmemstat_client - a client on a chip, as the reader may see it
 * @id: never reused while the module is loaded
 * @pid: in the reader's pid namespace; 0 = not visible there
 * @uid: TTMEMSTAT_UID_UNKNOWN if unreadable
 * @runtime_id: the runtime's own device number; -1 = none or unknown
 * @covers: mask of 1 << enum tt_memstat_pool
 * @start_time: when the owner started, nanoseconds since boot; 0 = unknown
 * @figures: the client's own
 * @malformed: lines of `stat` that could not be read
 * @comm: the owner's name; untrusted bytes, see ttmemstat_sanitize()
 * @label: what the client called itself; untrusted bytes, see ttmemstat_sanitize()
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
 * @board: empty = unknown
 * @pci: of the chip, or of the gateway of a remote one; empty = none
 * @kmd_node: such as "tenstorrent/3"; empty = none
 * @geometry_source: empty = unknown
 * @figures: the chip's
 * @malformed: lines of `stat` that could not be read
 * @cores: with TTMEMSTAT_READ_CORES: bytes used on core (x, y) at [y * @grid_x + x]; NULL = unknown
 * @clients: with TTMEMSTAT_READ_CLIENTS: in ascending order of ids
 * @client_count: elements of @clients
 * @vanished: clients that went while they were being read
 * @torn: the chip changed during each of three readings: chip and clients do not quite match
 *
 * The strings are the kernel's or the administrator's, NUL terminated; @board of a virtual chip is
 * its creator's and as untrusted as a label.
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
};

/**
 * struct ttmemstat_chip_list - all chips of the host
 * @chips: in ascending order of N
 * @count: elements of @chips
 * @vanished: chips that went while they were being read
 */
struct ttmemstat_chip_list {
	struct ttmemstat_chip **chips;
	size_t count;
	size_t vanished;
};

/*
 * BRIEF leaves fields unread that a screen can do without: @unique_id, @board_id,
 * @geometry_source, the grid unless CORES asks for it, @arch unless @board is empty, @asic_location
 * unless the board has several chips; of clients @comm, @runtime_id, @covers and @start_time.
 */
#define TTMEMSTAT_READ_CLIENTS	(1u << 0)
#define TTMEMSTAT_READ_CORES	(1u << 1)
#define TTMEMSTAT_READ_BRIEF	(1u << 2)

/**
 * ttmemstat_reader_new() - a reader of sysfs; opens no device, needs no privilege
 * @reader: out: to be released by ttmemstat_reader_free()
 * @sysfs_root: NULL = "/sys"
 *
 * Succeeds whether or not the module is loaded; it may come and go later.
 */
int ttmemstat_reader_new(struct ttmemstat_reader **reader, const char *sysfs_root);

/**
 * ttmemstat_reader_free() - release a reader; NULL is allowed
 * @reader: of ttmemstat_reader_new(), or NULL
 */
void ttmemstat_reader_free(struct ttmemstat_reader *reader);

/**
 * ttmemstat_reader_error() - why the last call on a reader that failed did so, as text
 * @reader: NULL is allowed, and said
 * @text: out: @size bytes
 * @size: of @text, e.g. TTMEMSTAT_ERROR_LEN
 *
 * Returns the length of the whole text, as snprintf() does; 0: no call on it has failed.
 */
size_t ttmemstat_reader_error(struct ttmemstat_reader *reader, char *text, size_t size);

/**
 * ttmemstat_reader_keep() - keep files open between calls, for somebody who reads again and again
 * @reader: of ttmemstat_reader_new()
 * @keep: false closes them
 *
 * ttmemstat_reader_chip() then opens only what is new: a chip costs up to four descriptors, a
 * client one, up to 512 in all; what is above is opened each time. Who a client is, and what a chip
 * is as long as its geometry stays the same, is taken from the first reading;
 * ttmemstat_reader_forget() makes the next reading look again.
 */
int ttmemstat_reader_keep(struct ttmemstat_reader *reader, bool keep);

/**
 * ttmemstat_reader_forget() - close what is kept, and keep on
 * @reader: of ttmemstat_reader_new()
 *
 * For a chip that came, went or changed.
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
 * ttmemstat_reader_comm() - the name of a client's owner, as struct ttmemstat_client has it
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
 * @number: in exited/<number>, ascending in the order in which they left
 * @attached: when it came, nanoseconds since boot; 0 = unknown
 * @exited: when it left, alike
 * @client: what was known of it last; pid is the one that it had, 0 outside of the host's namespace
 */
struct ttmemstat_exited {
	uint64_t number;
	uint64_t attached;
	uint64_t exited;
	struct ttmemstat_client client;
};

/**
 * ttmemstat_reader_exited() - what is kept of the clients that have left a chip
 * @reader: of ttmemstat_reader_new()
 * @n: N of tt<N>
 * @list: out: the oldest first; to be released by free()
 * @count: out: 0 also when nothing is kept (the module's parameter max_exited)
 *
 * -EACCES: there are some, and root alone can read them; -ENOENT: the module is not loaded;
 * -ENODEV: no such chip, or a module that keeps none.
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
 * @chips: out: to be released by free(); NULL if there are none
 * @count: out
 *
 * -ENOENT: the module is not loaded.
 */
int ttmemstat_reader_list(struct ttmemstat_reader *reader, uint32_t **chips, size_t *count);

/**
 * ttmemstat_reader_chip() - one chip
 * @reader: of ttmemstat_reader_new()
 * @n: N of tt<N>
 * @flags: TTMEMSTAT_READ_*
 * @chip: out: to be released by ttmemstat_chip_free()
 *
 * -ENOENT: the module is not loaded; -ENODEV: no such chip, or it went meanwhile.
 */
int ttmemstat_reader_chip(struct ttmemstat_reader *reader, uint32_t n, uint32_t flags,
			  struct ttmemstat_chip **chip);

/**
 * ttmemstat_chip_free() - release a chip; NULL is allowed
 * @chip: of ttmemstat_reader_chip(), or NULL
 */
void ttmemstat_chip_free(struct ttmemstat_chip *chip);

/**
 * ttmemstat_reader_chips() - all chips
 * @reader: of ttmemstat_reader_new()
 * @flags: TTMEMSTAT_READ_*
 * @list: out: to be released by ttmemstat_chip_list_free()
 *
 * -ENOENT: the module is not loaded. No chip is not an error.
 */
int ttmemstat_reader_chips(struct ttmemstat_reader *reader, uint32_t flags,
			   struct ttmemstat_chip_list *list);

/**
 * ttmemstat_chip_list_free() - release what is in a list, and leave it empty; NULL is allowed
 * @list: of ttmemstat_reader_chips(), or NULL
 */
void ttmemstat_chip_list_free(struct ttmemstat_chip_list *list);

/**
 * ttmemstat_kind_name() - "local", "remote", "virtual"; "unknown" for all else
 * @kind: enum ttmemstat_kind
 */
const char *ttmemstat_kind_name(uint32_t kind);

/**
 * ttmemstat_sanitize() - make untrusted bytes fit to be shown on a terminal; pure
 * @dst: out: @len bytes, NUL terminated unless @len is 0, never cut inside a character
 * @len: of @dst
 * @src: NUL terminated; @dst must not overlap it
 *
 * Control characters (C0, DEL, C1, line and paragraph separators, and those that change the
 * direction of text) become `?`, bytes that are no UTF-8 become U+FFFD. Returns the length of
 * @dst.
 */
size_t ttmemstat_sanitize(char *dst, size_t len, const char *src);

#ifdef __cplusplus
}
#endif

#endif /* TTMEMSTAT_H */
