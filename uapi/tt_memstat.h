/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/**
 * DOC: The user API of /dev/tt_memstat: device memory accounting for Tenstorrent chips
 *
 * This header defines the calls, the entry format that submit and the ring share, and the numbers
 * of the figures. docs/uapi.md explains how the calls work together; docs/ABI/ defines the figures.
 *
 * Every call takes a structure that starts with @argsz, the size that the caller knows, and @flags.
 * A structure that is shorter than its first version is -EINVAL. A longer one than the kernel's is
 * accepted if the tail is zero, else it is -E2BIG. On return the kernel fills in the fields that
 * both know and clears the rest. Any call can return these errors:
 *
 *   -ENOTTY       no such call
 *   -EINVAL       @argsz too small or above 4096, an unknown flag, a reserved field that is not
 *                 zero, or an argument outside its domain
 *   -E2BIG        the tail beyond what the kernel knows is not zero
 *   -EFAULT       a pointer is bad; SUBMIT, BANK_SET, GEOMETRY_SET and GEOMETRY_UNSET keep their
 *                 effect when only the result cannot be written
 *   -EPERM        the caller is not in the thread group that opened the file (queries and lists are
 *                 exempt), or lacks the privilege that the call requires
 *   -EOWNERDEAD   the thread group that opened the file has exited
 *   -ENODEV       the chip has been removed
 *   -ESTALE       the geometry that the attachment relied on was changed: the attachment has ended
 *                 and can only be detached; the file may attach again
 *   -ENOMEM       no memory; nothing has changed
 *   -ENOSPC       a documented limit is reached; nothing has changed
 *   -EINTR        a fatal signal arrived while waiting
 */
#ifndef _UAPI_TT_MEMSTAT_H
#define _UAPI_TT_MEMSTAT_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define TT_MEMSTAT_API_VERSION	1
#define TT_MEMSTAT_MAGIC	0xbd
#define TT_MEMSTAT_GRANULE	16	/* of addresses and sizes */
#define TT_MEMSTAT_LABEL_LEN	64
#define TT_MEMSTAT_NAME_LEN	16
#define TT_MEMSTAT_PCI_LEN	16

#define TT_MEMSTAT_GET_INFO	_IO(TT_MEMSTAT_MAGIC, 0)
#define TT_MEMSTAT_CHIP_CREATE	_IO(TT_MEMSTAT_MAGIC, 1)
#define TT_MEMSTAT_CHIP_DESTROY	_IO(TT_MEMSTAT_MAGIC, 2)
#define TT_MEMSTAT_GEOMETRY_SET	_IO(TT_MEMSTAT_MAGIC, 3)
#define TT_MEMSTAT_GEOMETRY_UNSET _IO(TT_MEMSTAT_MAGIC, 4)
#define TT_MEMSTAT_CHIP_FIND	_IO(TT_MEMSTAT_MAGIC, 5)
#define TT_MEMSTAT_ATTACH	_IO(TT_MEMSTAT_MAGIC, 6)
#define TT_MEMSTAT_DETACH	_IO(TT_MEMSTAT_MAGIC, 7)
#define TT_MEMSTAT_BANK_SET	_IO(TT_MEMSTAT_MAGIC, 8)
#define TT_MEMSTAT_SUBMIT	_IO(TT_MEMSTAT_MAGIC, 9)
#define TT_MEMSTAT_DROP		_IO(TT_MEMSTAT_MAGIC, 10)
#define TT_MEMSTAT_RING_SETUP	_IO(TT_MEMSTAT_MAGIC, 11)
#define TT_MEMSTAT_RING_DOORBELL _IO(TT_MEMSTAT_MAGIC, 12)
#define TT_MEMSTAT_RING_STATUS	_IO(TT_MEMSTAT_MAGIC, 13)
#define TT_MEMSTAT_QUERY_CHIP	_IO(TT_MEMSTAT_MAGIC, 14)
#define TT_MEMSTAT_QUERY_CLIENT	_IO(TT_MEMSTAT_MAGIC, 15)
#define TT_MEMSTAT_LIST_RECORDS	_IO(TT_MEMSTAT_MAGIC, 16)
#define TT_MEMSTAT_LIST_PROGRAMS _IO(TT_MEMSTAT_MAGIC, 17)
#define TT_MEMSTAT_PARTIAL	_IO(TT_MEMSTAT_MAGIC, 18)
#define TT_MEMSTAT_LIST_SETS	_IO(TT_MEMSTAT_MAGIC, 19)

enum tt_memstat_arch {
	TT_MEMSTAT_ARCH_UNKNOWN		= 0,
	TT_MEMSTAT_ARCH_WORMHOLE	= 1,
	TT_MEMSTAT_ARCH_BLACKHOLE	= 2,
};

enum tt_memstat_space {
	TT_MEMSTAT_SPACE_L1	= 0,
	TT_MEMSTAT_SPACE_DRAM	= 1,
};

enum tt_memstat_pool {
	TT_MEMSTAT_POOL_DRAM	= 0,
	TT_MEMSTAT_POOL_TRACE	= 1,
	TT_MEMSTAT_POOL_L1	= 2,
	TT_MEMSTAT_POOL_L1_SMALL = 3,
	TT_MEMSTAT_POOL_CB	= 4,
	TT_MEMSTAT_POOL_KERNEL	= 5,
	TT_MEMSTAT_POOLS	= 6,
};

#define TT_MEMSTAT_POOL_MASK_ALL	((1u << TT_MEMSTAT_POOLS) - 1)

/**
 * struct tt_memstat_geometry - the cores and the DRAM of a chip
 * @arch: enum tt_memstat_arch
 * @valid: TT_MEMSTAT_GEOMETRY_*: which of the masks and the grid are set
 * @tensix_mask: harvested units in logical order: rows of 8 cores on Wormhole (10 bits),
 *	columns of 10 on Blackhole (14 bits)
 * @dram_mask: harvested DRAM channels (6 bits on Wormhole, 8 on Blackhole)
 * @grid_x: columns of the logical grid of active Tensix cores
 * @grid_y: rows of it
 * @l1_bytes: L1 of one core, at most the arch's size; 0 = the arch's size
 * @dram_bank_bytes: one DRAM bank of the allocator, at most the arch's size; 0 = the arch's size
 * @dram_banks: active DRAM banks; 0 derives it from @dram_mask
 * @reserved: zero
 *
 * A geometry has two sides. The mask, the grid or both describe the cores; the mask, the number of
 * banks or both describe the DRAM. If both are set they must agree. A side that is not described is
 * unknown; no chip is assumed to be unharvested. The kernel always returns the sizes, and returns
 * the other fields of an unknown side as 0.
 */
struct tt_memstat_geometry {
	__u32 arch;
	__u32 valid;
#define TT_MEMSTAT_GEOMETRY_TENSIX_MASK	(1u << 0)
#define TT_MEMSTAT_GEOMETRY_DRAM_MASK	(1u << 1)
#define TT_MEMSTAT_GEOMETRY_GRID	(1u << 2)
	__u32 tensix_mask;
	__u32 dram_mask;
	__u32 grid_x;
	__u32 grid_y;
	__u64 l1_bytes;
	__u64 dram_bank_bytes;
	__u32 dram_banks;
	__u32 reserved;
};

/**
 * struct tt_memstat_layout - how the attaching runtime divides the chip
 * @valid: TT_MEMSTAT_LAYOUT_*: which of the fields are set
 * @worker_x: columns of the worker grid, which starts at logical core 0,0
 * @worker_y: rows of it
 * @reserved: zero
 * @l1_base: first allocatable byte of each core (where circular buffers start)
 * @l1_end: end of the allocatable bytes of each core
 * @l1_small: bytes of the L1_SMALL region, which ends at @l1_end
 * @kernel_region: bytes of the KERNEL_CONFIG region of each core
 * @trace_region: bytes of the trace region of each DRAM bank
 *
 * Without WORKER the worker grid is the chip's whole logical grid.
 */
struct tt_memstat_layout {
	__u32 valid;
#define TT_MEMSTAT_LAYOUT_WORKER	(1u << 0)
#define TT_MEMSTAT_LAYOUT_L1		(1u << 1)
#define TT_MEMSTAT_LAYOUT_KERNEL	(1u << 2)
#define TT_MEMSTAT_LAYOUT_TRACE		(1u << 3)
	__u32 worker_x;
	__u32 worker_y;
	__u32 reserved;
	__u64 l1_base;
	__u64 l1_end;
	__u64 l1_small;
	__u64 kernel_region;
	__u64 trace_region;
};

/**
 * struct tt_memstat_entry - one event, for submit and for the ring
 * @op: enum tt_memstat_op
 * @flags: TT_MEMSTAT_ENTRY_*, as the op allows
 * @seq: ring: the slot's position + 1, stored last with release semantics; submit: ignored
 * @id: RECORD, FREE: the record's id, chosen by the client, unique in the attachment;
 *	DISPATCH: the dispatch list's number, 0 = dispatched alone; SNAPSHOT: allocatable bytes
 * @addr: RECORD: address in each bank; SNAPSHOT: allocated bytes
 * @size: RECORD: bytes in each bank; SNAPSHOT: free bytes, or with TOTAL the bytes of the chip
 * @set: RECORD, SNAPSHOT: bank set; 0 = the worker grid, or all DRAM banks
 * @pool: RECORD, SNAPSHOT: enum tt_memstat_pool
 * @program: RECORD: the program it belongs to, 0 = none; PROGRAM_FREE, DISPATCH: the program;
 *	SNAPSHOT: largest free block
 * @reserved: zero
 *
 * Fields that an op does not use must be zero. These errors of an entry are counted in `rejected`
 * unless noted otherwise:
 *
 *   -EINVAL    an unknown op or flag, a field that must be zero is not, a size or address that is
 *              not a multiple of the granule, a size of 0 (allowed for kernel records and views), a
 *              bank set of the other space, a pool that the attachment does not cover, allocated
 *              above allocatable
 *   -ERANGE    the record does not fit its bank, or the snapshot its space
 *   -EEXIST    the id is live (a PART whose id is live adds a part to that record)
 *   -ENOENT    no such record, program or bank set
 *   -ENODATA   this side of the chip is unknown to the attachment
 *   -ENOSPC    the entry is valid, but a limit of the client or its user is reached (docs/uapi.md
 *              lists them); counted in `dropped`
 *   -ENOMEM    the entry is valid, but there is no memory; a submit changes nothing, a ring counts
 *              it in `dropped`
 */
struct tt_memstat_entry {
	__u16 op;
	__u16 flags;
#define TT_MEMSTAT_ENTRY_VIEW		(1u << 0)	/* RECORD cb: backed by a tensor */
#define TT_MEMSTAT_ENTRY_SYSTEM		(1u << 1)	/* RECORD kernel: not the application's */
#define TT_MEMSTAT_ENTRY_PART		(1u << 2)	/* RECORD: one of several under one id */
#define TT_MEMSTAT_ENTRY_REPLACE_PROGRAM (1u << 3)	/* RECORD: free the program's first */
#define TT_MEMSTAT_ENTRY_TOTAL		(1u << 4)	/* SNAPSHOT: bytes of the chip */
#define TT_MEMSTAT_ENTRY_LOADED		(1u << 5)	/* SNAPSHOT cb: cb_loaded, not cb_used */
	__u32 seq;
	__u64 id;
	__u64 addr;
	__u64 size;
	__u32 set;
	__u32 pool;
	__u64 program;
	__u64 reserved[2];
};

enum tt_memstat_op {
	TT_MEMSTAT_OP_RECORD		= 1,
	TT_MEMSTAT_OP_FREE		= 2,
	TT_MEMSTAT_OP_PROGRAM_FREE	= 3,
	TT_MEMSTAT_OP_DISPATCH		= 4,
	TT_MEMSTAT_OP_SNAPSHOT		= 5,
};

/*
 * Figures by number. QUERY_CHIP and QUERY_CLIENT return them; `stat` prints them under the name in
 * lower case. Numbers are added and never reused. The unit is bytes unless noted otherwise.
 * OVERLAP, SHARED, HEADROOM and DRIFT are signed, in two's complement.
 */
enum tt_memstat_figure {
	TT_MEMSTAT_FIG_GENERATION		= 0,	/* changes so far */
	TT_MEMSTAT_FIG_CLIENTS			= 1,	/* attached clients (chip) */
	TT_MEMSTAT_FIG_TENSIX_TOTAL		= 2,	/* cores (chip) */
	TT_MEMSTAT_FIG_TENSIX_ACTIVE		= 3,	/* cores (chip) */
	TT_MEMSTAT_FIG_TENSIX_HARVESTING	= 4,	/* mask (chip) */
	TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS	= 5,	/* attaches refused (chip) */
	TT_MEMSTAT_FIG_L1_CAPACITY		= 6,	/* (chip) */
	TT_MEMSTAT_FIG_L1_ALLOCATABLE		= 7,
	TT_MEMSTAT_FIG_L1_RESERVED		= 8,
	TT_MEMSTAT_FIG_L1_FREE			= 9,
	TT_MEMSTAT_FIG_L1_USED			= 10,
	TT_MEMSTAT_FIG_L1_PEAK			= 11,
	TT_MEMSTAT_FIG_L1_FOOTPRINT		= 12,
	TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK	= 13,
	TT_MEMSTAT_FIG_L1_OVERLAP		= 14,
	TT_MEMSTAT_FIG_L1_SHARED		= 15,	/* (chip) */
	TT_MEMSTAT_FIG_L1_BUFFERS_USED		= 16,
	TT_MEMSTAT_FIG_L1_BUFFERS_PEAK		= 17,
	TT_MEMSTAT_FIG_L1_SMALL_USED		= 18,
	TT_MEMSTAT_FIG_L1_SMALL_PEAK		= 19,
	TT_MEMSTAT_FIG_CB_USED			= 20,
	TT_MEMSTAT_FIG_CB_PEAK			= 21,
	TT_MEMSTAT_FIG_CB_LOADED		= 22,
	TT_MEMSTAT_FIG_CB_LOADED_PEAK		= 23,
	TT_MEMSTAT_FIG_L1_FULLEST_CORE_X	= 24,	/* logical column */
	TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y	= 25,	/* logical row */
	TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED	= 26,
	TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK	= 27,
	TT_MEMSTAT_FIG_L1_HEADROOM		= 28,
	TT_MEMSTAT_FIG_L1_HEADROOM_MIN		= 29,
	TT_MEMSTAT_FIG_L1_CLASH			= 30,	/* dispatches */
	TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK	= 31,
	TT_MEMSTAT_FIG_DRAM_CAPACITY		= 32,	/* (chip) */
	TT_MEMSTAT_FIG_DRAM_ALLOCATABLE		= 33,
	TT_MEMSTAT_FIG_DRAM_FREE		= 34,
	TT_MEMSTAT_FIG_DRAM_USED		= 35,
	TT_MEMSTAT_FIG_DRAM_PEAK		= 36,
	TT_MEMSTAT_FIG_DRAM_OVERLAP		= 37,
	TT_MEMSTAT_FIG_DRAM_SHARED		= 38,	/* (chip) */
	TT_MEMSTAT_FIG_DRAM_BUFFERS_USED	= 39,
	TT_MEMSTAT_FIG_TRACE_USED		= 40,
	TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK	= 41,
	TT_MEMSTAT_FIG_KERNEL_REGION		= 42,	/* in each core */
	TT_MEMSTAT_FIG_KERNEL_APP		= 43,
	TT_MEMSTAT_FIG_KERNEL_SYSTEM		= 44,
	TT_MEMSTAT_FIG_PROGRAMS			= 45,	/* loaded programs */
	TT_MEMSTAT_FIG_RECORDS			= 46,	/* live records */
	TT_MEMSTAT_FIG_L1_PARTIAL		= 47,	/* mask of 1 << pool */
	TT_MEMSTAT_FIG_DRAM_PARTIAL		= 48,	/* mask of 1 << pool */
	TT_MEMSTAT_FIG_DRIFT			= 49,
	TT_MEMSTAT_FIG_APPROX			= 50,	/* 0 or 1 */
	TT_MEMSTAT_FIG_INCONSISTENT		= 51,	/* 0 or 1 */
	TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS		= 52,	/* milliseconds */
	TT_MEMSTAT_FIG_REJECTED			= 53,	/* events */
	TT_MEMSTAT_FIG_DROPPED			= 54,	/* events */
	TT_MEMSTAT_FIG_L1_ALERT			= 55,	/* 1: above the level */
	TT_MEMSTAT_FIG_DRAM_ALERT		= 56,
	TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK	= 57,
	TT_MEMSTAT_FIG_TRACE_PEAK		= 58,
	TT_MEMSTAT_FIG_DISPATCH_AGE_MS		= 59,	/* milliseconds */
	TT_MEMSTAT_FIG_CLEARING			= 60,	/* 1: ended clients still count */
	TT_MEMSTAT_FIG_RING_PENDING		= 61,	/* entries not yet in the figures */
	TT_MEMSTAT_FIGURES			= 62,
};

#define TT_MEMSTAT_FIGURES_MAX	128

/**
 * struct tt_memstat_figures - the figures of one moment
 * @known: bit n set: figure n is known; an unknown figure is 0
 * @value: by enum tt_memstat_figure
 */
struct tt_memstat_figures {
	__u64 known[TT_MEMSTAT_FIGURES_MAX / 64];
	__u64 value[TT_MEMSTAT_FIGURES_MAX];
};

/**
 * struct tt_memstat_get_info - TT_MEMSTAT_GET_INFO: versions, features, limits
 * @argsz: sizeof
 * @flags: zero
 * @api_version: out: TT_MEMSTAT_API_VERSION of the module
 * @granule: out: bytes
 * @calls: out: bit n set: call number n is implemented
 * @features: out: TT_MEMSTAT_FEATURE_*
 * @client: out: this file's client id, never reused
 * @max_chips: out: chips on the host
 * @max_clients: out: clients on a chip
 * @max_records: out: zero: memory is limited instead
 * @max_programs: out: zero, as @max_records
 * @max_sets: out: bank sets of an attachment
 * @max_submit: out: entries in one submit
 * @max_ring_entries: out: entries of a ring
 * @max_virtual: out: virtual chips of a user without CAP_SYS_ADMIN
 * @max_rects: out: rectangles of one bank set
 * @max_remote: out: remote chips of a gateway
 * @version: out: the module's version
 * @max_boundaries: out: zero, as @max_records
 * @max_user_clients: out: zero, as @max_records
 * @max_user_records: out: zero, as @max_records
 * @max_user_boundaries: out: zero, as @max_records
 * @max_user_sets: out: zero, as @max_records
 * @max_user_ring_pages: out: zero, as @max_records
 * @user_bytes: out: kernel memory that the caller's user pins now, over all chips
 * @max_user_bytes: out: limit of @user_bytes; 0 = none (CAP_SYS_RESOURCE)
 * @host_bytes: out: kernel memory that all users pin now
 * @max_host_bytes: out: limit of @host_bytes; 0 = none for this caller
 */
struct tt_memstat_get_info {
	__u32 argsz;
	__u32 flags;
	__u32 api_version;
	__u32 granule;
	__u64 calls;
	__u64 features;
#define TT_MEMSTAT_FEATURE_ALLOW_VIRTUAL (1ull << 0)	/* every user may create virtual chips */
	__u64 client;
	__u32 max_chips;
	__u32 max_clients;
	__u32 max_records;
	__u32 max_programs;
	__u32 max_sets;
	__u32 max_submit;
	__u32 max_ring_entries;
	__u32 max_virtual;
	__u32 max_rects;
	__u32 max_remote;
	char version[32];
	__u32 max_boundaries;
	__u32 max_user_clients;
	__u32 max_user_records;
	__u32 max_user_boundaries;
	__u32 max_user_sets;
	__u32 max_user_ring_pages;
	__u64 user_bytes;
	__u64 max_user_bytes;
	__u64 host_bytes;
	__u64 max_host_bytes;
};

/**
 * struct tt_memstat_chip_create - TT_MEMSTAT_CHIP_CREATE: make a virtual chip
 * @argsz: sizeof
 * @flags: TT_MEMSTAT_CREATE_*
 * @geometry: in: of the chip
 * @unique_id: in: shown as `unique_id`, 0 = none
 * @board: in: shown as `board`, NUL terminated, may be empty
 * @chip: out: N of tt<N>
 * @reserved: zero
 *
 * With CAP_SYS_ADMIN the chip stays until it is destroyed; with TT_MEMSTAT_CREATE_EPHEMERAL, until
 * this file is closed or its owner exits. Other callers need the module parameter allow_virtual;
 * their chips are always ephemeral.
 *
 * -EPERM: neither; -ENOSPC: too many chips, or the user's memory limit; -EAGAIN: the user has made
 * too many devices recently.
 */
struct tt_memstat_chip_create {
	__u32 argsz;
	__u32 flags;
#define TT_MEMSTAT_CREATE_OPEN		(1u << 0)	/* every user may attach */
#define TT_MEMSTAT_CREATE_EPHEMERAL	(1u << 1)	/* removed with this file or its owner */
	struct tt_memstat_geometry geometry;
	__u64 unique_id;
	char board[TT_MEMSTAT_NAME_LEN];
	__u32 chip;
	__u32 reserved;
};

/**
 * struct tt_memstat_chip_destroy - TT_MEMSTAT_CHIP_DESTROY: remove a virtual chip
 * @argsz: sizeof
 * @flags: zero
 * @chip: in: N of tt<N>
 * @reserved: zero
 *
 * Requires CAP_SYS_ADMIN. The creator's uid may also destroy a chip that was made without
 * CAP_SYS_ADMIN, in a pid namespace in which the creator is visible. Further calls of the chip's
 * clients return -ENODEV.
 *
 * -EPERM: not allowed; -ENODEV: no such chip, or another task is removing it; -EOPNOTSUPP: the chip
 * is not virtual.
 */
struct tt_memstat_chip_destroy {
	__u32 argsz;
	__u32 flags;
	__u32 chip;
	__u32 reserved;
};

/**
 * struct tt_memstat_geometry_set - TT_MEMSTAT_GEOMETRY_SET, GEOMETRY_UNSET
 * @argsz: sizeof
 * @flags: TT_MEMSTAT_GEOMETRY_FORCE
 * @chip: in: N of tt<N>
 * @asic_location: in: with REMOTE, which chip behind gateway @chip, below 256; SET with LOCATION:
 *	which chip of its board @chip is
 * @geometry: in: SET: of the chip, one side at least
 * @unique_id: in: SET: 0 = unknown
 * @board_id: in: SET: 0 = unknown
 * @board: in: SET: board type, may be empty
 * @chip_out: out: the chip; with REMOTE, the remote one
 * @reserved: zero
 *
 * Requires CAP_SYS_ADMIN. The description binds every client, and is kept for the PCI address until
 * it is unset. With FORCE, clients that rely on another geometry end, and their reports are gone
 * when the call returns.
 *
 * -EBUSY: clients rely on another geometry, and FORCE is not set; -EINVAL: also an arch or sizes
 * that do not match the PCI id; -ENODEV: no such chip; -EOPNOTSUPP: the chip is virtual, or with
 * REMOTE not a gateway; -ENOSPC: max_remote chips behind the gateway, or max_chips.
 */
struct tt_memstat_geometry_set {
	__u32 argsz;
	__u32 flags;
#define TT_MEMSTAT_GEOMETRY_FORCE	(1u << 0)
#define TT_MEMSTAT_GEOMETRY_REMOTE	(1u << 1)
#define TT_MEMSTAT_GEOMETRY_LOCATION	(1u << 2)
	__u32 chip;
	__u32 asic_location;
	struct tt_memstat_geometry geometry;
	__u64 unique_id;
	__u64 board_id;
	char board[TT_MEMSTAT_NAME_LEN];
	__u32 chip_out;
	__u32 reserved;
};

/**
 * struct tt_memstat_chip_find - TT_MEMSTAT_CHIP_FIND: find a chip by name, PCI address or unique id
 * @argsz: sizeof
 * @flags: TT_MEMSTAT_FIND_*, exactly one
 * @name: in, out: tt<N>
 * @pci: in, out: domain:bus:device.function of the chip or its gateway; empty for virtual chips
 * @unique_id: in, out
 * @chip: out: N of tt<N>
 * @asic_location: out
 * @geometry: out: the fields of an unknown side are zero
 *
 * A unique id finds a card, or an imported chip behind one; else a virtual chip of the caller's
 * user; else one that CAP_SYS_ADMIN made; else any. -ENODEV: none; -ENOTUNIQ: several of that kind.
 */
struct tt_memstat_chip_find {
	__u32 argsz;
	__u32 flags;
#define TT_MEMSTAT_FIND_NAME		(1u << 0)
#define TT_MEMSTAT_FIND_PCI		(1u << 1)
#define TT_MEMSTAT_FIND_UNIQUE_ID	(1u << 2)
	char name[TT_MEMSTAT_NAME_LEN];
	char pci[TT_MEMSTAT_PCI_LEN];
	__u64 unique_id;
	__u32 chip;
	__u32 asic_location;
	struct tt_memstat_geometry geometry;
};

/**
 * struct tt_memstat_attach - TT_MEMSTAT_ATTACH: gain the right to report on a chip
 * @argsz: sizeof
 * @flags: TT_MEMSTAT_ATTACH_*
 * @chip: in: N of tt<N>; with REMOTE its gateway
 * @asic_location: in: with REMOTE, which chip behind the gateway, below 256
 * @proof: in: an open descriptor of the chip's /dev/tenstorrent node, or of its gateway's; -1 =
 *	none
 * @covers: in: mask of 1 << pool, not zero: pools that this client will report
 * @partial: in: mask within @covers: pools that it reports only in part
 * @runtime_id: in: the runtime's own device number, -1 = none
 * @geometry: in: with GEOMETRY, the chip as the runtime sees it, one side at least; out: the
 *	geometry that entries are checked against, completed by the one that binds every client
 * @layout: in: how the runtime divides the chip
 * @label: in: shown as `label`, NUL terminated, may be empty
 * @attachment: out: handle for the other calls
 * @chip_out: out: N of the chip attached to
 *
 * -EPERM: no proof and no privilege, or another user's virtual chip; -EBADF: @proof is not open;
 * -ENODEV: @proof is not this chip's node; -EEXIST: @geometry contradicts the one that binds every
 * client, which is returned; -EALREADY: this file is attached to the chip; -ENOSPC: no client slot,
 * max_remote chips behind the gateway, or the user's memory limit; -EAGAIN: the user has made too
 * many devices recently; -EOPNOTSUPP: with REMOTE, not a gateway; -ERANGE: the layout does not fit
 * the geometry; -ENODATA: a worker grid while the cores are unknown; -EINVAL: also a geometry
 * without a side.
 */
struct tt_memstat_attach {
	__u32 argsz;
	__u32 flags;
#define TT_MEMSTAT_ATTACH_GEOMETRY	(1u << 0)
#define TT_MEMSTAT_ATTACH_REMOTE	(1u << 1)
	__u32 chip;
	__u32 asic_location;
	__s32 proof;
	__u32 covers;
	__u32 partial;
	__s32 runtime_id;
	struct tt_memstat_geometry geometry;
	struct tt_memstat_layout layout;
	char label[TT_MEMSTAT_LABEL_LEN];
	__u32 attachment;
	__u32 chip_out;
};

/**
 * struct tt_memstat_detach - TT_MEMSTAT_DETACH: end an attachment and remove its reports
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @reserved: zero
 *
 * -ENOENT: no such attachment.
 */
struct tt_memstat_detach {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 reserved;
};

/* A rectangle of logical cores, both corners included. */
struct tt_memstat_rect {
	__u16 x0;
	__u16 y0;
	__u16 x1;
	__u16 y1;
};

/**
 * struct tt_memstat_bank_set - TT_MEMSTAT_BANK_SET: define a set of cores or DRAM banks
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @space: in: enum tt_memstat_space
 * @rects: in: l1: pointer to @count struct tt_memstat_rect, which may overlap
 * @count: in: l1: rectangles, at least 1
 * @set: out: the set's number; equal sets have equal numbers
 * @mask: in: dram: mask of banks, not zero
 *
 * Cores may lie outside the worker grid, but not outside the logical grid (-ERANGE).
 * -ENOENT: no such attachment; -ENODATA: this side of the chip is unknown; -ENOSPC: too many sets,
 * or the user's memory limit.
 */
struct tt_memstat_bank_set {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 space;
	__u64 rects;
	__u32 count;
	__u32 set;
	__u64 mask;
};

/**
 * struct tt_memstat_submit - TT_MEMSTAT_SUBMIT: report events in order
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @count: in: entries, at most max_submit (-EINVAL)
 * @entries: in: pointer to struct tt_memstat_entry[]
 * @taken: out: entries that were taken; also written when the call fails
 * @reserved: zero
 *
 * Returns 0 when all entries were taken, else the error of the first refused one: entries before it
 * are committed, entries after it were not examined. -ENOENT with @taken 0 may also mean that there
 * is no such attachment. -EFAULT may mean that @taken could not be written; the entries that were
 * taken then stay committed.
 */
struct tt_memstat_submit {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 count;
	__u64 entries;
	__u32 taken;
	__u32 reserved;
};

/**
 * struct tt_memstat_drop - TT_MEMSTAT_DROP: remove all records and snapshots of some pools
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @pools: in: mask of 1 << pool, not zero
 *
 * Dropping cb or kernel also removes programs without records; dropping cb forgets which programs
 * were dispatched. Clears `inconsistent`.
 */
struct tt_memstat_drop {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 pools;
};

/**
 * struct tt_memstat_partial - TT_MEMSTAT_PARTIAL: change which pools are reported only in part
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @partial: in: mask within the attachment's covers; replaces the previous one
 *
 * For a client that learns while it runs that it misses allocations, or no longer does. Changes no
 * record. -EINVAL: a pool that is not covered; -ENOENT: no such attachment.
 */
struct tt_memstat_partial {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 partial;
};

/**
 * struct tt_memstat_ring - the first page of a ring's mapping
 * @head: kernel: entries taken; informative
 * @credit: kernel: first position that may not be claimed; never decreases
 * @error: kernel: negative errno once the ring is stopped, until it is set up again; -ESTALE: its
 *	attachment has ended
 * @flags: kernel: zero
 * @pad0: separates the kernel's fields from those of producers
 * @tail: producers: next position to claim, by compare-and-swap
 * @pad1: fills the cache line
 *
 * A producer reads p from @tail, then reads @credit. While (__s32)(credit - p) > 0 it may claim
 * position p by changing @tail from p to p + 1. It then fills slot p & (entries - 1) and stores
 * p + 1 into its seq with release semantics. Positions wrap at 2^32.
 */
struct tt_memstat_ring {
	__u32 head;
	__u32 credit;
	__s32 error;
	__u32 flags;
	__u32 pad0[12];
	__u32 tail;
	__u32 pad1[15];
};

/**
 * struct tt_memstat_ring_setup - TT_MEMSTAT_RING_SETUP: make the attachment's ring
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @entries: in: slots, a power of two from 64 to max_ring_entries
 * @offset: out: offset to mmap() of this file, shared and writable
 * @size: out: bytes to map
 * @entries_offset: out: where the slots start in the mapping; struct tt_memstat_ring is at 0
 *
 * Replaces a ring that was stopped. -EEXIST: the attachment has a running ring; -ENOSPC:
 * max_user_bytes or max_host_bytes.
 */
struct tt_memstat_ring_setup {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 entries;
	__u64 offset;
	__u64 size;
	__u64 entries_offset;
};

/**
 * struct tt_memstat_ring_doorbell - TT_MEMSTAT_RING_DOORBELL: drain the ring and give new credit
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @credit: out: first position that may not be claimed
 *
 * -ENOENT: no ring. If the ring is stopped, returns its error.
 */
struct tt_memstat_ring_doorbell {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 credit;
};

/**
 * struct tt_memstat_ring_status - TT_MEMSTAT_RING_STATUS: state of the ring
 * @argsz: sizeof
 * @flags: zero
 * @attachment: in: handle
 * @head: out: entries taken
 * @tail: out: entries claimed, as read once
 * @credit: out: first position that may not be claimed
 * @error: out: negative errno when the ring is stopped
 * @entry_error: out: error of the last entry that was refused
 * @entry_position: out: its position
 * @reserved: zero
 * @refused: out: entries refused since set-up
 */
struct tt_memstat_ring_status {
	__u32 argsz;
	__u32 flags;
	__u32 attachment;
	__u32 head;
	__u32 tail;
	__u32 credit;
	__s32 error;
	__s32 entry_error;
	__u32 entry_position;
	__u32 reserved;
	__u64 refused;
};

/**
 * struct tt_memstat_query - TT_MEMSTAT_QUERY_CHIP, QUERY_CLIENT: the figures of one moment
 * @argsz: sizeof
 * @flags: zero
 * @chip: in: N of tt<N>
 * @reserved: zero
 * @client: in: QUERY_CLIENT: client id as in clients/<id>; QUERY_CHIP: zero
 * @figures: out
 *
 * Any process may ask. -ENODEV: no such chip; -ENOENT: the chip has no such client.
 */
struct tt_memstat_query {
	__u32 argsz;
	__u32 flags;
	__u32 chip;
	__u32 reserved;
	__u64 client;
	struct tt_memstat_figures figures;
};

/* One part of a live record, as LIST_RECORDS returns it. */
struct tt_memstat_record_info {
	__u64 id;
	__u64 addr;
	__u64 size;
	__u64 program;
	__u32 pool;
	__u32 flags;	/* TT_MEMSTAT_ENTRY_* of its entry */
	__u32 set;
	__u32 banks;	/* in the set */
};

/* One loaded program, as LIST_PROGRAMS returns it. */
struct tt_memstat_program_info {
	__u64 id;
	__u64 list;	/* dispatch list of its last dispatch, 0 = alone or never */
	__u64 cb_bytes;	/* union of its CBs on each bank set */
	__u32 records;
	__u32 cores;	/* in its core set */
	__u32 resident;	/* cores where it is resident */
	__u32 reserved;
};

#define TT_MEMSTAT_SET_WORDS	4

/**
 * struct tt_memstat_set_info - one bank set, as LIST_SETS returns it
 * @set: as in struct tt_memstat_record_info
 * @space: enum tt_memstat_space
 * @banks: bits that are set in @map
 * @columns: l1: how many bits of @map a row of cores takes; dram: 0
 * @map: l1: core x,y is bit y * @columns + x, where x and y are as in struct tt_memstat_rect;
 *	dram: bank n is bit n. Bit n is bit n % 64 of word n / 64.
 */
struct tt_memstat_set_info {
	__u32 set;
	__u32 space;
	__u32 banks;
	__u32 columns;
	__u64 map[TT_MEMSTAT_SET_WORDS];
};

/**
 * struct tt_memstat_list - LIST_RECORDS, LIST_PROGRAMS, LIST_SETS: a page of a client's objects
 * @argsz: sizeof
 * @flags: zero
 * @chip: in: N of tt<N>
 * @count: in: elements that @items holds, at most 4096; out: elements written
 * @client: in: client id
 * @cursor: in, out: 0 to start, then as returned; 0 returned = no more pages
 * @items: in: pointer to struct tt_memstat_record_info[], tt_memstat_program_info[] or
 *	tt_memstat_set_info[]
 *
 * Lists in ascending order of ids. Objects that stay between two pages are listed; those that come
 * or go may be missed. All parts of a record are on one page; -ENOSPC: they do not fit (4096 always
 * do). Program 0 is listed while cb or kernel records without a program are live.
 *
 * LIST_SETS starts with set 0 of l1, then of dram, each if this side of the chip is known. Sets are
 * neither removed nor changed while the client is attached: sets listed after records include those
 * of the records.
 *
 * -EPERM: neither CAP_SYS_ADMIN nor the client's own uid in a pid namespace in which the owner is
 * visible; -EINVAL: @count is 0 or above 4096; -ENODEV, -ENOENT: as for the queries.
 */
struct tt_memstat_list {
	__u32 argsz;
	__u32 flags;
	__u32 chip;
	__u32 count;
	__u64 client;
	__u64 cursor;
	__u64 items;
};

#endif /* _UAPI_TT_MEMSTAT_H */
