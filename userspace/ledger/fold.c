// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Cores with the same history are stored once. A bank set contains all of them or none, so at any
 * time the same memory is used on each, and the ledger counts one of them as many times as there
 * are (its @weight).
 *
 * A folded core has the position of the first core that it stands for. So if several cores are
 * equally full, the same one is the fullest as without folding.
 */
#include <linux/errno.h>
#include <string.h>

#include "books_private.h"

#define NONE	0xff

void fold_init(struct books *books)
{
	struct books_fold *fold = &books->fold;

	fold->cores = books->ledger.cores;
	for (unsigned int core = 0; core < fold->cores; core++)
		fold->of[core] = fold->first[core] = (u8)core;
}

/* Part the cores of the set from those that were one with them so far. */
static void part(struct books *books, const unsigned long *map)
{
	struct books_fold *fold = &books->fold;
	u8 parts[TTMEM_MAX_CORES][2];
	unsigned int count = 0;

	memset(parts, NONE, sizeof(parts));
	for (unsigned int core = 0; core < fold->cores; core++) {
		u8 *to = &parts[fold->of[core]][test_bit(core, map)];

		if (*to == NONE) {
			*to = (u8)count++;
			fold->first[*to] = (u8)core;
			fold->weight[*to] = 0;
		}
		fold->of[core] = *to;
		fold->weight[*to]++;
	}
	books->ledger.cores = (u16)count;
}

int books_fold(struct books *books, const struct tt_memstat_rect *rects, size_t count)
{
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);
	int err = fold_rects(books, &books->geometry, rects, count, map);

	if (err)
		return err;
	if (books->ledger.nr_clients)
		return -EBUSY;
	if (!books->ledger.weight)
		memset(books->fold.of, 0, sizeof(books->fold.of));
	books->ledger.weight = books->fold.weight;
	part(books, map);
	return 0;
}

int fold_rects(const struct books *books, const struct tt_memstat_geometry *g,
	       const struct tt_memstat_rect *rects, size_t count, unsigned long *map)
{
	if (!g->grid_x)
		return -ENODATA;
	if (!count)
		return -EINVAL;
	bitmap_zero(map, TTMEM_MAX_CORES);
	for (size_t i = 0; i < count; i++) {
		const struct tt_memstat_rect *r = &rects[i];

		if (r->x1 < r->x0 || r->y1 < r->y0)
			return -EINVAL;
		if (r->x1 >= g->grid_x || r->y1 >= g->grid_y)
			return -ERANGE;
		for (uint32_t y = r->y0; y <= r->y1; y++)
			bitmap_set(map, y * books->ledger.columns + r->x0, r->x1 - r->x0 + 1u);
	}
	return 0;
}

int fold_map(const struct books *books, unsigned long *map)
{
	const struct books_fold *fold = &books->fold;
	DECLARE_BITMAP(folded, TTMEM_MAX_CORES);

	bitmap_zero(folded, TTMEM_MAX_CORES);
	for (unsigned int core = 0; core < fold->cores; core++)
		if (test_bit(core, map))
			__set_bit(fold->of[core], folded);
	if (fold_weight(books, folded) != bitmap_weight(map, TTMEM_MAX_CORES))
		return -EXDEV;
	bitmap_copy(map, folded, TTMEM_MAX_CORES);
	return 0;
}

unsigned int fold_weight(const struct books *books, const unsigned long *folded)
{
	unsigned int core, sum = 0;

	if (!books->ledger.weight)
		return bitmap_weight(folded, TTMEM_MAX_CORES);
	for_each_set_bit(core, folded, books->ledger.cores)
		sum += books->ledger.weight[core];
	return sum;
}

bool fold_core(const struct books *books, uint32_t x, uint32_t y, unsigned int *core)
{
	const unsigned int columns = books->ledger.columns;

	if (x >= columns || y >= books->fold.cores / columns)
		return false;
	*core = books->fold.of[y * columns + x];
	return true;
}
