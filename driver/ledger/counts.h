/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Counts of 8 banks in one word, a byte for each, bank 0 in the lowest. A count is at most
 * TTMEM_MAX_CLIENTS, so no addition carries into the next. Words lie in memory as the processor
 * has them, at any address. Sets of banks are words, too: 1 for a bank that is in it, else 0.
 */
#ifndef TTMEM_COUNTS_H
#define TTMEM_COUNTS_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "ledger.h"

#define TTMEM_COUNTS		8	/* in a word */
#define TTMEM_COUNTS_WORDS	DIV_ROUND_UP(TTMEM_MAX_CORES, TTMEM_COUNTS)
#define TTMEM_COUNTS_ONE	0x0101010101010101ull
#define TTMEM_COUNTS_LOW	0x7f7f7f7f7f7f7f7full

/* Bytes that the counts of so many banks take. */
static inline unsigned int ttmem_counts_size(unsigned int banks)
{
	return banks > 1 ? round_up(banks, TTMEM_COUNTS) : 1;
}

static inline u64 ttmem_counts_load(const u8 *count, unsigned int banks)
{
	u64 counts;

	if (banks == 1)
		return *count;
	memcpy(&counts, count, sizeof(counts));
	return counts;
}

static inline void ttmem_counts_store(u8 *count, unsigned int banks, u64 counts)
{
	if (banks == 1)
		*count = counts;
	else
		memcpy(count, &counts, sizeof(counts));
}

/* The banks whose counts are not 0. */
static inline u64 ttmem_counts_any(u64 counts)
{
	return (((counts & TTMEM_COUNTS_LOW) + TTMEM_COUNTS_LOW) | counts) >> 7 & TTMEM_COUNTS_ONE;
}

/* The sum of all counts, if it is below 256. */
static inline unsigned int ttmem_counts_sum(u64 counts)
{
	return counts * TTMEM_COUNTS_ONE >> 56;
}

/* A bitmap of so many banks. */
static inline void ttmem_counts_of(u64 *words, const unsigned long *map, unsigned int banks)
{
	unsigned int first;
	u64 bits;

	for (first = 0; first < banks; first += TTMEM_COUNTS) {
		bits = map[BIT_WORD(first)] >> first % BITS_PER_LONG & 0xff;
		*words++ = ttmem_counts_any(bits * TTMEM_COUNTS_ONE & 0x8040201008040201ull);
	}
}

#endif /* TTMEM_COUNTS_H */
