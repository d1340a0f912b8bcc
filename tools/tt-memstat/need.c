// SPDX-License-Identifier: GPL-2.0-only
/* Whether one more buffer fits at a moment. */
#include <string.h>

#include "need.h"

/* Place a buffer of @bytes in a free piece. */
static bool place_in(const struct piece *piece, uint64_t bytes, uint64_t align, bool top_down,
		     uint64_t *at)
{
	uint64_t low = (piece->from + align - 1) / align * align;

	if (low < piece->from || low > piece->to || piece->to - low < bytes)
		return false;
	*at = top_down ? (piece->to - bytes) / align * align : low;
	return true;
}

static void find_place(const struct pieces *pieces, uint64_t align, bool top_down,
		       struct need *need)
{
	for (size_t n = 0; !need->fits && n < pieces->count; n++) {
		const struct piece *piece = &pieces->items[top_down ? pieces->count - 1 - n : n];

		need->fits = piece->kind == PIECE_FREE &&
			     place_in(piece, need->bytes, align, top_down, &need->at);
	}
}

/* Find the run of pieces with enough bytes that has the fewest held, with two advancing indexes. */
static void find_way(const struct pieces *pieces, uint64_t align, struct need *need)
{
	uint64_t held = 0, at;
	size_t first = 0;

	for (size_t last = 0; last < pieces->count; last++) {
		const struct piece *end = &pieces->items[last];

		held += end->kind == PIECE_HELD ? end->to - end->from : 0;
		while (first <= last) {
			const struct piece *start = &pieces->items[first];
			const struct piece run = { .from = start->from, .to = end->to };

			if (!place_in(&run, need->bytes, align, false, &at))
				break;
			if (!need->possible || held < need->way.held) {
				need->possible = true;
				need->way = (struct need_way){
					.from = run.from, .bytes = run.to - run.from,
					.first = first, .last = last, .held = held,
				};
			}
			held -= start->kind == PIECE_HELD ? start->to - start->from : 0;
			first++;
		}
	}
}

/* Add the free pieces at both sides of the block. */
static void widen_way(const struct pieces *pieces, struct need_way *way)
{
	if (way->first && pieces->items[way->first - 1].kind == PIECE_FREE)
		way->first--;
	if (way->last + 1 < pieces->count && pieces->items[way->last + 1].kind == PIECE_FREE)
		way->last++;
	way->from = pieces->items[way->first].from;
	way->bytes = pieces->items[way->last].to - way->from;
}

void need_find(const struct pieces *pieces, uint64_t bytes, uint64_t align, bool top_down,
	       struct need *need)
{
	*need = (struct need){ .bytes = bytes };
	if (bytes % TT_MEMSTAT_GRANULE)
		need->bytes += TT_MEMSTAT_GRANULE - bytes % TT_MEMSTAT_GRANULE;
	pieces_free_blocks(pieces, &need->blocks);
	find_place(pieces, align, top_down, need);
	if (!need->fits)
		find_way(pieces, align, need);
	if (need->possible)
		widen_way(pieces, &need->way);
}

uint64_t need_alone(const struct pieces *pieces, size_t i)
{
	const struct piece *piece = &pieces->items[i];
	uint64_t bytes = piece->to - piece->from;

	if (i && pieces->items[i - 1].kind == PIECE_FREE)
		bytes += pieces->items[i - 1].to - pieces->items[i - 1].from;
	if (i + 1 < pieces->count && pieces->items[i + 1].kind == PIECE_FREE)
		bytes += pieces->items[i + 1].to - pieces->items[i + 1].from;
	return bytes;
}
