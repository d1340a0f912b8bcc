/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether one more buffer fits at a moment, where, and what stands in its way.
 */
#ifndef TT_MEMSTAT_NEED_H
#define TT_MEMSTAT_NEED_H

#include "pieces.h"

/**
 * struct need_way - a way to make room: what lies in one run of addresses goes
 * @from: start of the block that this gives; @bytes: its size
 * @first: index of the first piece in the way, @last of the last
 * @held: bytes per core or bank that must be freed for it
 */
struct need_way {
	uint64_t from;
	uint64_t bytes;
	size_t first;
	size_t last;
	uint64_t held;
};

/**
 * struct need - the answer
 * @bytes: on each core or bank, rounded up to what is allocated
 * @fits: at @at
 * @blocks: what is free now
 * @possible: it would fit if all of the region were free
 * @way: if it is possible and does not fit: the one that frees least
 */
struct need {
	uint64_t bytes;
	bool fits;
	uint64_t at;
	struct free_blocks blocks;
	bool possible;
	struct need_way way;
};

/* @pieces: of pieces_of_pool(); @align: of addresses; @top_down: where the allocator looks first. */
void need_find(const struct pieces *pieces, uint64_t bytes, uint64_t align, bool top_down,
	       struct need *need);

/* The block that there would be if piece @i alone were freed. */
uint64_t need_alone(const struct pieces *pieces, size_t i);

#endif
