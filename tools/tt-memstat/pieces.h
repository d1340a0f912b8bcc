/* SPDX-License-Identifier: GPL-2.0-only */
/* A core or bank as pieces in ascending order of addresses: held or free. */
#ifndef TT_MEMSTAT_PIECES_H
#define TT_MEMSTAT_PIECES_H

#include "moment.h"

enum piece_kind {
	PIECE_FREE = 0,
	PIECE_HELD,
	PIECE_BASE,		/* below the runtime's memory */
	PIECE_SMALL,		/* free, in the L1_SMALL region */
	PIECE_END,		/* above the runtime's memory */
};

/**
 * struct piece - bytes from @from to @to
 * @holder: PIECE_HELD: index of the holder; of several, the one with the lowest start
 * @others: number of further holders
 */
struct piece {
	enum piece_kind kind;
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

/* All of core @x, @y, with reserved parts; the sizes add up to the core's L1. -ENOMEM. */
int pieces_of_core(const struct moment *moment, const struct layout *layout, uint32_t x, uint32_t y,
		   struct pieces *pieces);
/*
 * The region of @pool as its allocator sees it: the union over all cores or banks, without circular
 * buffers. -ENOMEM.
 */
int pieces_of_pool(const struct moment *moment, const struct layout *layout, uint32_t pool,
		   struct pieces *pieces);

/* Free blocks of kind PIECE_FREE. */
void pieces_free_blocks(const struct pieces *pieces, struct free_blocks *blocks);
/* Bytes on a core between the highest circular buffer and the lowest buffer. */
uint64_t pieces_headroom(const struct pieces *pieces, const struct moment *moment,
			 const struct layout *layout);
void pieces_release(struct pieces *pieces);

#endif
