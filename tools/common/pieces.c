// SPDX-License-Identifier: GPL-2.0-only
/* A core or bank as pieces in ascending order of addresses. */
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "pieces.h"

static int add(struct pieces *pieces, const struct piece *piece)
{
	int err;

	if (piece->from == piece->to)
		return 0;
	err = array_reserve((void **)&pieces->items, pieces->count, &pieces->room, sizeof(*piece));
	if (!err)
		pieces->items[pieces->count++] = *piece;
	return err;
}

static int by_address(const void *a, const void *b)
{
	const struct held *left = a;
	const struct held *right = b;

	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return left->holder < right->holder ? -1 : left->holder > right->holder;
}

/* Add the free bytes @from to @to, split at regions. */
static int add_free(struct pieces *pieces, const struct region *regions, size_t count, uint64_t from,
		    uint64_t to)
{
	int err = 0;

	for (size_t i = 0; !err && i < count && from < to; i++) {
		uint64_t end = regions[i].to < to ? regions[i].to : to;

		if (end <= from)
			continue;
		err = add(pieces, &(struct piece){ .kind = regions[i].kind, .from = from, .to = end });
		from = end;
	}
	return err;
}

int pieces_build(struct held *held, size_t held_count, const struct region *regions,
		 size_t region_count, struct pieces *pieces)
{
	uint64_t at = regions[0].from, end = regions[region_count - 1].to;
	int err = 0;

	*pieces = (struct pieces){ 0 };
	if (held_count)
		qsort(held, held_count, sizeof(*held), by_address);
	for (size_t i = 0; !err && i < held_count; i++) {
		uint64_t from = held[i].from > at ? held[i].from : at;
		uint64_t to = held[i].to < end ? held[i].to : end;

		if (held[i].from < at && pieces->count && held[i].to > regions[0].from)
			pieces->items[pieces->count - 1].others++;
		if (to <= from)
			continue;
		err = add_free(pieces, regions, region_count, at, from);
		if (!err)
			err = add(pieces, &(struct piece){
				.kind = PIECE_HELD, .pool = held[i].pool, .from = from, .to = to,
				.holder = held[i].holder,
			});
		at = to;
	}
	return err ? err : add_free(pieces, regions, region_count, at, end);
}

int pieces_build_core(struct held *held, size_t count, uint64_t base, uint64_t small, uint64_t end,
		      uint64_t bytes, struct pieces *pieces)
{
	const struct region regions[] = {
		{ 0, base, PIECE_BASE },
		{ base, small, PIECE_FREE },
		{ small, end, PIECE_SMALL },
		{ end, bytes, PIECE_END },
	};

	return pieces_build(held, count, regions, 4, pieces);
}

void pieces_free_blocks(const struct pieces *pieces, struct free_blocks *blocks)
{
	*blocks = (struct free_blocks){ 0 };
	for (size_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->items[i];
		uint64_t bytes = piece->to - piece->from;

		if (piece->kind != PIECE_FREE)
			continue;
		blocks->bytes += bytes;
		blocks->blocks++;
		if (bytes > blocks->largest) {
			blocks->largest = bytes;
			blocks->at = piece->from;
		}
	}
}

uint64_t pieces_headroom(const struct pieces *pieces, uint64_t base, uint64_t small)
{
	uint64_t cbs = base, buffers = small;

	for (size_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->items[i];

		if (piece->kind != PIECE_HELD)
			continue;
		if (piece->pool == TT_MEMSTAT_POOL_CB)
			cbs = piece->to > cbs ? piece->to : cbs;
		else if (piece->from < buffers)
			buffers = piece->from;
	}
	return buffers > cbs ? buffers - cbs : 0;
}

void pieces_release(struct pieces *pieces)
{
	free(pieces->items);
	*pieces = (struct pieces){ 0 };
}
