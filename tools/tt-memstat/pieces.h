/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A core, or a bank, from its lowest to its highest address: what lies there and what is free.
 *
 * Knows what is live at a moment. Does not know names.
 */
#ifndef TT_MEMSTAT_PIECES_H
#define TT_MEMSTAT_PIECES_H

#include "moment.h"

enum piece_kind {
	PIECE_FREE = 0,
	PIECE_HELD,
	PIECE_BASE,		/* below what the runtime may allocate */
	PIECE_SMALL,		/* of the L1_SMALL region, and free */
	PIECE_END,		/* above */
};

/**
 * struct piece - bytes from @from to @to
 * @holder: PIECE_HELD: index of what lies there; where several do, the one that begins first
 * @others: how many lie there besides
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
 * struct free_blocks - what is free of a region
 * @bytes: in all; @largest block, from @at on; @blocks: how many
 */
struct free_blocks {
	uint64_t bytes;
	uint64_t largest;
	uint64_t at;
	size_t blocks;
};

/* All of core @x, @y, reserved parts too: adds up to its L1. -ENOMEM. */
int pieces_of_core(const struct moment *moment, const struct layout *layout, uint32_t x, uint32_t y,
		   struct pieces *pieces);
/* All of DRAM bank @bank. -ENOMEM. */
int pieces_of_bank(const struct moment *moment, const struct layout *layout, uint32_t bank,
		   struct pieces *pieces);
/*
 * What an allocation in @pool sees: its region of every core or bank at once, as it takes the same
 * addresses on all. Circular buffers are not seen by allocators. -ENOMEM.
 */
int pieces_of_pool(const struct moment *moment, const struct layout *layout, uint32_t pool,
		   struct pieces *pieces);

/* Of kind PIECE_FREE. */
void pieces_free_blocks(const struct pieces *pieces, struct free_blocks *blocks);
/* Of a core: bytes between the highest circular buffer and the lowest buffer. */
uint64_t pieces_headroom(const struct pieces *pieces, const struct moment *moment,
			 const struct layout *layout);
void pieces_release(struct pieces *pieces);

#endif
