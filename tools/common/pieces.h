/* SPDX-License-Identifier: GPL-2.0-only */
/* A core or bank as pieces in ascending order of addresses: held or free. Pure. */
#ifndef TT_MEMSTAT_PIECES_H
#define TT_MEMSTAT_PIECES_H

#include <stddef.h>
#include <stdint.h>

#include <tt_memstat.h>

enum piece_kind {
	PIECE_FREE = 0,
	PIECE_HELD,
	PIECE_BASE,		/* below the runtime's memory */
	PIECE_SMALL,		/* free, in the L1_SMALL region */
	PIECE_END,		/* above the runtime's memory */
};

/**
 * struct piece - bytes from @from to @to
 * @pool: PIECE_HELD: enum tt_memstat_pool of the holder
 * @holder: PIECE_HELD: number of the holder; of several, the one with the lowest start
 * @others: number of further holders
 */
struct piece {
	enum piece_kind kind;
	uint32_t pool;
	uint64_t from;
	uint64_t to;
	size_t holder;
	size_t others;
};

struct pieces {
	struct piece *items;
	size_t count;
	size_t room;
};

/* Bytes that are held. */
struct held {
	uint64_t from;
	uint64_t to;
	size_t holder;
	uint32_t pool;
};

/* A part of the core or bank; its free pieces are of @kind. */
struct region {
	uint64_t from;
	uint64_t to;
	enum piece_kind kind;
};

/**
 * struct free_blocks - free bytes of a region
 * @bytes: sum; @largest block, from @at on; @blocks: their number
 */
struct free_blocks {
	uint64_t bytes;
	uint64_t largest;
	uint64_t at;
	size_t blocks;
};

/*
 * Make the pieces of adjoining, ascending regions; bytes outside are ignored. Sorts @held. -ENOMEM.
 * Release the pieces after an error, too.
 */
int pieces_build(struct held *held, size_t held_count, const struct region *regions,
		 size_t region_count, struct pieces *pieces);

/*
 * The same for the L1 of a core of @bytes, of which the runtime has those from @base to @end, and
 * L1_SMALL those from @small on.
 */
int pieces_build_core(struct held *held, size_t count, uint64_t base, uint64_t small, uint64_t end,
		      uint64_t bytes, struct pieces *pieces);

/* Free blocks of kind PIECE_FREE. */
void pieces_free_blocks(const struct pieces *pieces, struct free_blocks *blocks);
/*
 * Bytes on a core between the highest circular buffer, or @base, and the lowest buffer, or @small.
 */
uint64_t pieces_headroom(const struct pieces *pieces, uint64_t base, uint64_t small);
void pieces_release(struct pieces *pieces);

#endif
