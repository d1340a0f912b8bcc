/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Counts of a segment in one class, for each bank: of the client's ranges in a client's boundary,
 * of clients in the chip's. Few banks are covered several times, so bitmaps hold which banks are
 * covered at all, and a count is what exceeds one.
 *
 * In a map of one bank there are no bitmaps, and the count is the whole.
 */
#ifndef TTMEM_COUNTS_H
#define TTMEM_COUNTS_H

#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "ledger.h"

/**
 * struct ttmem_counts - of a segment, in one class
 * @covered: banks that are covered
 * @several: banks that are covered more than once
 * @ranges: by bank, of a client's boundary; @clients: of the chip's
 */
struct ttmem_counts {
	unsigned long *covered;
	unsigned long *several;
	union {
		u32 *ranges;
		u8 *clients;
	};
};

/* Bytes of the counts of one class, @width bytes each. Clients are counted 8 at a time. */
static inline size_t ttmem_counts_size(unsigned int banks, size_t width)
{
	if (banks == 1)
		return width;
	return round_up(banks * width, sizeof(u64)) + 2 * BITS_TO_LONGS(banks) * sizeof(long);
}

static inline size_t ttmem_client_boundary_size(unsigned int classes, unsigned int banks)
{
	return offsetof(struct ttmem_client_boundary, counts) +
	       classes * ttmem_counts_size(banks, sizeof(u32));
}

static inline size_t ttmem_chip_boundary_size(unsigned int classes, unsigned int banks)
{
	const size_t start = offsetof(struct ttmem_chip_boundary, counts);

	return (banks > 1 ? round_up(start, sizeof(long)) : start) +
	       classes * ttmem_counts_size(banks, sizeof(u8));
}

static inline struct ttmem_counts ttmem_counts_at(void *counts, unsigned int banks)
{
	unsigned int words = banks > 1 ? BITS_TO_LONGS(banks) : 0;
	unsigned long *bits = counts;

	return (struct ttmem_counts) {
		.covered = bits, .several = bits + words, .ranges = (void *)(bits + 2 * words),
	};
}

static inline struct ttmem_counts ttmem_client_counts(struct ttmem_client_boundary *boundary,
						      unsigned int class, unsigned int banks)
{
	return ttmem_counts_at((char *)boundary->counts +
			       class * ttmem_counts_size(banks, sizeof(u32)), banks);
}

static inline struct ttmem_counts ttmem_chip_counts(struct ttmem_chip_boundary *boundary,
						    unsigned int class, unsigned int banks)
{
	u8 *counts = boundary->counts;

	if (banks > 1)
		counts = PTR_ALIGN(counts, sizeof(long));
	return ttmem_counts_at(counts + class * ttmem_counts_size(banks, sizeof(u8)), banks);
}

#define TTMEM_COUNTS		8	/* counts of clients in a word, a byte for each */
#define TTMEM_COUNTS_ONE	0x0101010101010101ull
#define TTMEM_COUNTS_LOW	0x7f7f7f7f7f7f7f7full

/* The lowest 8 bits, each as a byte that is 0 or 1. */
static inline u64 ttmem_counts_spread(u64 bits)
{
	u64 bytes = (bits & 0xff) * TTMEM_COUNTS_ONE & 0x8040201008040201ull;

	return (((bytes & TTMEM_COUNTS_LOW) + TTMEM_COUNTS_LOW) | bytes) >> 7 & TTMEM_COUNTS_ONE;
}

/* The bytes that are 0, a bit for each. */
static inline unsigned long ttmem_counts_zero(u64 bytes)
{
	u64 zero = ~(((bytes & TTMEM_COUNTS_LOW) + TTMEM_COUNTS_LOW) | bytes) >> 7 &
		   TTMEM_COUNTS_ONE;

	return zero * 0x0102040810204080ull >> 56;
}

/*
 * Count one more, or less, on the banks @on of a word. Returns those that have become covered, or
 * uncovered; @again: out: the others, whose counts change.
 */
static inline unsigned long ttmem_counts_flip(const struct ttmem_counts *counts, unsigned int word,
					      unsigned long on, bool add, unsigned long *again)
{
	unsigned long flipped = on & ~(add ? counts->covered[word] : counts->several[word]);

	counts->covered[word] ^= flipped;
	*again = on & ~flipped;
	if (add)
		counts->several[word] |= *again;
	return flipped;
}

/*
 * Count one range more, or less, on @on, of @banks. @flipped: out: the banks that have become
 * covered, or uncovered. Returns how many others there are.
 */
static inline unsigned int ttmem_counts_ranges(const struct ttmem_counts *counts,
					       const unsigned long *on, unsigned int banks,
					       bool add, unsigned long *flipped)
{
	unsigned int word, bank, others = 0;
	unsigned long again;

	if (banks == 1) {
		*flipped = add ? !(*counts->ranges)++ : !--*counts->ranges;
		return 0;
	}
	for (word = 0; word < BITS_TO_LONGS(banks); word++) {
		flipped[word] = ttmem_counts_flip(counts, word, on[word], add, &again);
		for (; again; again &= again - 1, others++) {
			bank = word * BITS_PER_LONG + __ffs(again);
			counts->ranges[bank] += add ? 1 : -1;
			if (!counts->ranges[bank])
				counts->several[word] &= ~(again & -again);
		}
	}
	return others;
}

/* The same with clients, of which there are at most TTMEM_MAX_CLIENTS: no byte overflows. */
static inline void ttmem_counts_clients(const struct ttmem_counts *counts, const unsigned long *on,
					unsigned int banks, bool add, unsigned long *flipped)
{
	unsigned long again, gone;
	unsigned int word, shift;
	u64 bytes, more;
	u8 *clients;

	if (banks == 1) {
		*flipped = add ? !(*counts->clients)++ : !--*counts->clients;
		return;
	}
	for (word = 0; word < BITS_TO_LONGS(banks); word++) {
		flipped[word] = ttmem_counts_flip(counts, word, on[word], add, &again);
		clients = counts->clients + word * BITS_PER_LONG;
		for (shift = 0; again; again >>= TTMEM_COUNTS, shift += TTMEM_COUNTS) {
			/* The common case, all of them, decides the cost of a foreign segment. */
			more = (again & 0xff) == 0xff ? TTMEM_COUNTS_ONE :
							 ttmem_counts_spread(again);
			memcpy(&bytes, clients + shift, sizeof(bytes));
			bytes += add ? more : -more;
			memcpy(clients + shift, &bytes, sizeof(bytes));
			if (add)
				continue;
			gone = bytes ? ttmem_counts_zero(bytes) : 0xff;
			counts->several[word] &= ~(gone << shift);
		}
	}
}

#endif /* TTMEM_COUNTS_H */
