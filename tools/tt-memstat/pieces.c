// SPDX-License-Identifier: GPL-2.0-only
/* A core or bank as pieces in ascending order of addresses. */
#include <errno.h>
#include <stdlib.h>

#include "pieces.h"

/* Records of @pools on one core or bank or, with @anywhere, on any. */
struct view {
	const struct moment *moment;
	uint32_t pools;
	bool anywhere;
	uint32_t x;
	uint32_t y;
};

#define POOL(name)	(1u << TT_MEMSTAT_POOL_##name)

/* A part of the core or bank; its free pieces are of @kind. */
struct region {
	uint64_t from;
	uint64_t to;
	enum piece_kind kind;
};

static int add(struct pieces *pieces, const struct piece *piece)
{
	if (piece->from == piece->to)
		return 0;
	if (pieces->count == pieces->room) {
		size_t room = pieces->room ? pieces->room * 2 : 32;
		struct piece *grown = realloc(pieces->items, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		pieces->items = grown;
		pieces->room = room;
	}
	pieces->items[pieces->count++] = *piece;
	return 0;
}

static bool is_seen(const struct view *view, const struct holder *holder)
{
	if (!holder->size || !holder->banks || !(view->pools >> holder->pool & 1))
		return false;
	if (view->anywhere)
		return true;
	if (holder->dram)
		return holder->dram >> view->x & 1;
	return core_set_has(&holder->on, view->x, view->y);
}

struct seen {
	uint64_t from;
	uint64_t to;
	size_t holder;
};

static int by_address(const void *a, const void *b)
{
	const struct seen *left = a;
	const struct seen *right = b;

	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return left->holder < right->holder ? -1 : left->holder > right->holder;
}

static int list_seen(const struct view *view, struct seen **seen, size_t *count)
{
	*count = 0;
	*seen = malloc((view->moment->count + 1) * sizeof(**seen));
	if (!*seen)
		return -ENOMEM;
	for (size_t i = 0; i < view->moment->count; i++) {
		const struct holder *holder = &view->moment->holders[i];

		if (is_seen(view, holder))
			(*seen)[(*count)++] = (struct seen){
				holder->address, holder->address + holder->size, i,
			};
	}
	qsort(*seen, *count, sizeof(**seen), by_address);
	return 0;
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
		err = add(pieces, &(struct piece){ regions[i].kind, from, end, 0, 0 });
		from = end;
	}
	return err;
}

/* @regions: adjoining and ascending; bytes outside are ignored. */
static int build(const struct view *view, const struct region *regions, size_t count,
		 struct pieces *pieces)
{
	uint64_t at = regions[0].from, end = regions[count - 1].to;
	struct seen *seen;
	size_t seen_count;
	int err;

	*pieces = (struct pieces){ 0 };
	err = list_seen(view, &seen, &seen_count);
	for (size_t i = 0; !err && i < seen_count; i++) {
		uint64_t from = seen[i].from > at ? seen[i].from : at;
		uint64_t to = seen[i].to < end ? seen[i].to : end;

		if (seen[i].from < at && pieces->count && seen[i].to > regions[0].from)
			pieces->items[pieces->count - 1].others++;
		if (to <= from)
			continue;
		err = add_free(pieces, regions, count, at, from);
		if (!err)
			err = add(pieces, &(struct piece){ PIECE_HELD, from, to, seen[i].holder, 0 });
		at = to;
	}
	if (!err)
		err = add_free(pieces, regions, count, at, end);
	free(seen);
	return err;
}

int pieces_of_core(const struct moment *moment, const struct layout *layout, uint32_t x, uint32_t y,
		   struct pieces *pieces)
{
	const struct view view = {
		.moment = moment, .pools = POOL(L1) | POOL(L1_SMALL) | POOL(CB), .x = x, .y = y,
	};
	const uint64_t top = layout->l1_end - layout->l1_small;
	const struct region regions[] = {
		{ 0, layout->l1_base, PIECE_BASE },
		{ layout->l1_base, top, PIECE_FREE },
		{ top, layout->l1_end, PIECE_SMALL },
		{ layout->l1_end, layout->l1_bytes, PIECE_END },
	};

	return build(&view, regions, 4, pieces);
}

int pieces_of_pool(const struct moment *moment, const struct layout *layout, uint32_t pool,
		   struct pieces *pieces)
{
	struct view view = { .moment = moment, .pools = 1u << pool, .anywhere = true };
	const uint64_t top = layout->l1_end - layout->l1_small;
	struct region region = { 0, layout->dram_bytes, PIECE_FREE };

	if (pool == TT_MEMSTAT_POOL_L1)
		region = (struct region){ layout->l1_base, top, PIECE_FREE };
	else if (pool == TT_MEMSTAT_POOL_L1_SMALL)
		region = (struct region){ top, layout->l1_end, PIECE_FREE };
	else
		view.pools = POOL(DRAM) | POOL(TRACE);
	return build(&view, &region, 1, pieces);
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

uint64_t pieces_headroom(const struct pieces *pieces, const struct moment *moment,
			 const struct layout *layout)
{
	uint64_t cbs = layout->l1_base, buffers = layout->l1_end - layout->l1_small;

	for (size_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->items[i];

		if (piece->kind != PIECE_HELD)
			continue;
		if (moment->holders[piece->holder].pool == TT_MEMSTAT_POOL_CB)
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
