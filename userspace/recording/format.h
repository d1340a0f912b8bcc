/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Format of a recording's files (docs/recording.md): a page, followed by slots of 40 bytes. All
 * numbers are little-endian.
 *
 * A slot is valid once @head has a kind, which is stored last. Writers fill slots in any order and
 * may die in between, so readers check each slot and skip those without a kind.
 */
#ifndef TTMEMSTAT_RECORDING_FORMAT_H
#define TTMEMSTAT_RECORDING_FORMAT_H

#include <stdint.h>

#define REC_MAGIC	"TTMEMREC"
#define REC_VERSION	1
#define REC_PAGE	4096
#define REC_SLOT	40
#define REC_PIECE	32			/* bytes of a text or structure in one slot */
#define REC_BLOB_MAX	8192
#define REC_NAME_MAX	255			/* bytes of a name */
#define REC_NAMES	((1u << 20) - 1)	/* highest number of a name; the lowest is 1 */
#define REC_ATTACHMENTS	1024
#define REC_SETS	65536
#define REC_TIME_SHIFT	8			/* units of 256 ns */
#define REC_TIME_MAX	((1ull << 44) - 1)
#define REC_WIDE_MAX	((1ull << 48) - 1)	/* of a number of a snapshot */
#define REC_GRANULES_MAX	UINT32_MAX

enum rec_kind {
	REC_NONE		= 0,	/* not written, or not yet */
	REC_RECORD		= 1,	/* to REC_SNAPSHOT: events, with the uAPI's numbers */
	REC_FREE		= 2,
	REC_PROGRAM_FREE	= 3,
	REC_DISPATCH		= 4,
	REC_SNAPSHOT		= 5,
	REC_DROP		= 6,	/* id: mask of pools */
	REC_PARTIAL		= 7,	/* id: mask of pools */
	REC_ATTACH		= 8,	/* id: bytes of struct rec_attach in pieces */
	REC_DETACH		= 9,
	REC_SET			= 10,	/* id: bytes of rectangles in pieces; program: mask of banks */
	REC_NAME		= 11,	/* id: bytes of the text in pieces; name: its number */
	REC_PROGRAM_NAME	= 12,
	REC_SCOPE_BEGIN		= 13,
	REC_SCOPE_END		= 14,
	REC_PIECE_OF		= 15,	/* set: its index, from 0; the other 32 bytes are data */
};

/**
 * struct rec_slot - an event, or a piece of its data
 * @head: bits 0-3 enum rec_kind, 4-9 flags of the entry, 10-12 pool, 13-15 zero, 16-31 bank set
 * @who: bits 0-21 thread, 22-31 attachment
 * @when: bits 0-19 name, 20-63 time since the recording began, in units of 256 ns
 * @id: as in the entry
 * @program: as in the entry
 * @addr: in granules
 * @size: in granules
 *
 * The 24 bytes from @id on of a snapshot hold four numbers of 48 bits: allocatable, allocated,
 * free, largest free block.
 */
struct rec_slot {
	uint32_t head;
	uint32_t who;
	uint64_t when;
	uint64_t id;
	uint64_t program;
	uint32_t addr;
	uint32_t size;
};

/**
 * struct rec_attach - data of REC_ATTACH
 *
 * The fields are those of struct tt_memstat_attach, in the same order in each group.
 */
struct rec_attach {
	uint32_t chip;
	uint32_t asic_location;
	uint32_t covers;
	uint32_t partial;
	int32_t runtime_id;
	uint32_t arch;
	uint32_t valid;
	uint32_t tensix_mask;
	uint32_t dram_mask;
	uint32_t grid_x;
	uint32_t grid_y;
	uint32_t dram_banks;
	uint64_t l1_bytes;
	uint64_t dram_bank_bytes;
	uint32_t layout_valid;
	uint32_t worker_x;
	uint32_t worker_y;
	uint32_t reserved;
	uint64_t l1_base;
	uint64_t l1_end;
	uint64_t l1_small;
	uint64_t kernel_region;
	uint64_t trace_region;
	char label[64];
};

/**
 * struct rec_page - the first page of each file
 * @magic: REC_MAGIC
 * @version: REC_VERSION
 * @slot: REC_SLOT
 * @recording: a number that all files of a recording share
 * @pid: of the process
 * @started: that process, in ticks since boot; 0 = unknown
 * @began: the recording, nanoseconds since 1970
 * @monotonic: likewise, by CLOCK_MONOTONIC
 * @comm: name of the process
 * @library: version of the writing library
 * @number: of the file: 0 = NAME, n = NAME.n
 * @folded: of NAME.base: the files below this number are in it
 * @capacity: slots that the file may have
 * @claimed: slots that writers have claimed, more than @capacity when the file is full
 * @ready: slots with allocated disk space
 * @lock: of file 0, like all fields below: held while allocating space
 * @current: number of the file that is written
 * @names: number of names defined
 * @error: errno that ended the recording; 0 = none
 * @lost: events that were not recorded
 * @users: number of writing contexts
 * @folding: the oldest files are being folded
 * @attachments: numbers in use
 */
struct rec_page {
	char magic[8];
	uint32_t version;
	uint32_t slot;
	uint64_t recording;
	uint32_t pid;
	uint32_t reserved;
	uint64_t started;
	uint64_t began;
	uint64_t monotonic;
	char comm[16];
	char library[32];
	uint32_t number;
	uint32_t folded;
	uint32_t capacity;
	/* Members that are written all the time have cache lines of their own. */
	uint32_t pad0[3];
	uint32_t claimed;
	uint32_t pad1[15];
	uint32_t ready;
	uint32_t lock;
	uint32_t current;
	uint32_t names;
	uint32_t error;
	uint32_t lost;
	uint32_t users;
	uint32_t folding;
	uint32_t pad2[8];
	uint64_t attachments[REC_ATTACHMENTS / 64];
};

_Static_assert(sizeof(struct rec_slot) == REC_SLOT, "a slot has 40 bytes");
_Static_assert(sizeof(struct rec_attach) == 184, "the file has no holes");
_Static_assert(sizeof(struct rec_page) == 384, "as docs/recording.md has it");

static inline uint32_t rec_head(enum rec_kind kind, uint32_t flags, uint32_t pool, uint32_t set)
{
	return (uint32_t)kind | (flags & 0x3f) << 4 | (pool & 7) << 10 | set << 16;
}

static inline uint32_t rec_who(uint32_t thread, uint32_t attachment)
{
	return (thread & 0x3fffff) | attachment << 22;
}

#endif /* TTMEMSTAT_RECORDING_FORMAT_H */
