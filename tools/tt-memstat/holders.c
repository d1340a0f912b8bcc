// SPDX-License-Identifier: GPL-2.0-only
/* The holders of memory at a moment, grouped by what allocated them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "holders.h"

bool pool_is_dram(uint32_t pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE;
}

/* Order in which holders of one share are adjacent. */
static int by_owner(const void *a, const void *b, void *arg)
{
	const struct holder *holders = arg;
	const struct holder *left = &holders[*(const size_t *)a];
	const struct holder *right = &holders[*(const size_t *)b];

	if (left->program != right->program)
		return left->program < right->program ? -1 : 1;
	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	return left < right ? -1 : left > right;
}

static bool same_owner(const struct holder *a, const struct holder *b)
{
	return a->pool == b->pool &&
	       (a->program ? a->program == b->program : !b->program && a->id == b->id);
}

/* Bytes on the fullest core or bank of the share, and the number of cores or banks. */
static void spread(const struct holder *holders, const size_t *of, struct share *share)
{
	uint64_t core[CORES_MAX][CORES_MAX] = { { 0 } };

	for (size_t i = 0; i < share->count; i++) {
		const struct holder *holder = &holders[of[i]];
		bool dram = pool_is_dram(holder->pool);

		for (uint32_t y = 0; y < (dram ? 1 : CORES_MAX); y++) {
			uint32_t bits = dram ? holder->dram : holder->on.row[y];

			for (; bits; bits &= bits - 1)
				core[y][__builtin_ctz(bits)] += holder->size;
		}
	}
	for (uint32_t y = 0; y < CORES_MAX; y++)
		for (uint32_t x = 0; x < CORES_MAX; x++) {
			share->banks += !!core[y][x];
			share->most = core[y][x] > share->most ? core[y][x] : share->most;
		}
}

static int largest_first(const void *a, const void *b)
{
	const struct share *left = a;
	const struct share *right = b;

	if (left->bytes != right->bytes)
		return left->bytes > right->bytes ? -1 : 1;
	return left->first < right->first ? -1 : left->first > right->first;
}

static void collect(const struct moment *moment, const size_t *order, size_t count,
		    struct shares *shares)
{
	const struct holder *holders = moment->holders;

	for (size_t i = 0; i < count;) {
		struct share *share = &shares->items[shares->count++];

		*share = (struct share){ .first = order[i] };
		while (i + share->count < count &&
		       same_owner(&holders[order[i]], &holders[order[i + share->count]])) {
			const struct holder *holder = &holders[order[i + share->count++]];

			share->bytes += holder->size * holder->banks;
		}
		spread(holders, &order[i], share);
		shares->bytes += share->bytes;
		i += share->count;
	}
	qsort(shares->items, shares->count, sizeof(*shares->items), largest_first);
}

int shares_of(const struct moment *moment, enum tt_memstat_space space, struct shares *shares)
{
	size_t *order = malloc((moment->count + 1) * sizeof(*order));
	size_t count = 0;

	*shares = (struct shares){ .items = malloc((moment->count + 1) * sizeof(*shares->items)) };
	if (!order || !shares->items) {
		free(order);
		shares_release(shares);
		return -ENOMEM;
	}
	for (size_t i = 0; i < moment->count; i++) {
		const struct holder *holder = &moment->holders[i];

		if (holder->size && holder->banks &&
		    pool_is_dram(holder->pool) == (space == TT_MEMSTAT_SPACE_DRAM))
			order[count++] = i;
	}
	qsort_r(order, count, sizeof(*order), by_owner, moment->holders);
	collect(moment, order, count, shares);
	free(order);
	return 0;
}

void shares_release(struct shares *shares)
{
	free(shares->items);
	*shares = (struct shares){ 0 };
}
