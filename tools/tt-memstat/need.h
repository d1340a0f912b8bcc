/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether one more buffer fits at a moment, where, and which allocations prevent it. */
#ifndef TT_MEMSTAT_NEED_H
#define TT_MEMSTAT_NEED_H

#include <stdbool.h>

#include "pieces.h"

/**
 * struct need_way - a run of pieces that would make room if freed
 * @from: start of the resulting block; @bytes: its size
 * @first: index of the first piece to free, @last of the last
 * @held: bytes per core or bank that must be freed
 */
struct need_way {
	uint64_t from;
	uint64_t bytes;
	size_t first;
	size_t last;
	uint64_t held;
};

/**
 * struct need - the result
 * @bytes: on each core or bank, rounded up to the allocator's unit
 * @fits: it fits, at @at
 * @blocks: free blocks at present
 * @possible: it would fit if the whole region were free
 * @way: if @possible but not @fits, the way that frees least
 */
struct need {
	uint64_t bytes;
	bool fits;
	uint64_t at;
	struct free_blocks blocks;
	bool possible;
	struct need_way way;
};

/*
 * @pieces: of pieces_of_pool(); @align: of addresses; @top_down: the allocator starts at the top.
 */
void need_find(const struct pieces *pieces, uint64_t bytes, uint64_t align, bool top_down,
	       struct need *need);

/* Size of the free block if only piece @i were freed. */
uint64_t need_alone(const struct pieces *pieces, size_t i);

#endif
