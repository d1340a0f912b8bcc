// SPDX-License-Identifier: GPL-2.0-only
/* The pieces of a core, or of a pool, at a moment. */
#include <errno.h>
#include <stdlib.h>

#include "moment_pieces.h"

#define POOL(name)	(1u << TT_MEMSTAT_POOL_##name)

/* Records of @pools on one core or bank or, with @anywhere, on any. */
struct view {
	const struct moment *moment;
	uint32_t pools;
	bool anywhere;
	uint32_t x;
	uint32_t y;
};

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

static int list_held(const struct view *view, struct held **held, size_t *count)
{
	*count = 0;
	*held = malloc((view->moment->count + 1) * sizeof(**held));
	if (!*held)
		return -ENOMEM;
	for (size_t i = 0; i < view->moment->count; i++) {
		const struct holder *holder = &view->moment->holders[i];

		if (is_seen(view, holder))
			(*held)[(*count)++] = (struct held){
				holder->address, holder->address + holder->size, i, holder->pool,
			};
	}
	return 0;
}

static uint64_t small_start(const struct layout *layout)
{
	return layout->l1_end - layout->l1_small;
}

int pieces_of_core(const struct moment *moment, const struct layout *layout, uint32_t x, uint32_t y,
		   struct pieces *pieces)
{
	const struct view view = {
		.moment = moment, .pools = POOL(L1) | POOL(L1_SMALL) | POOL(CB), .x = x, .y = y,
	};
	struct held *held;
	size_t count;
	int err = list_held(&view, &held, &count);

	*pieces = (struct pieces){ 0 };
	if (!err)
		err = pieces_build_core(held, count, layout->l1_base, small_start(layout),
					layout->l1_end, layout->l1_bytes, pieces);
	free(held);
	return err;
}

int pieces_of_pool(const struct moment *moment, const struct layout *layout, uint32_t pool,
		   struct pieces *pieces)
{
	struct view view = { .moment = moment, .pools = 1u << pool, .anywhere = true };
	struct region region = { 0, layout->dram_bytes, PIECE_FREE };
	struct held *held;
	size_t count;
	int err;

	if (pool == TT_MEMSTAT_POOL_L1)
		region = (struct region){ layout->l1_base, small_start(layout), PIECE_FREE };
	else if (pool == TT_MEMSTAT_POOL_L1_SMALL)
		region = (struct region){ small_start(layout), layout->l1_end, PIECE_FREE };
	else
		view.pools = POOL(DRAM) | POOL(TRACE);
	*pieces = (struct pieces){ 0 };
	err = list_held(&view, &held, &count);
	if (!err)
		err = pieces_build(held, count, &region, 1, pieces);
	free(held);
	return err;
}
