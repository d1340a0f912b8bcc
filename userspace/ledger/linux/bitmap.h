/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Bit maps. As in the kernel, bits of the last word that are beyond the map mean nothing, and stay
 * 0 where all operands have them 0.
 */
#ifndef TTMEM_SHIM_BITMAP_H
#define TTMEM_SHIM_BITMAP_H

#include <linux/bitops.h>
#include <string.h>

#define DECLARE_BITMAP(name, bits)	unsigned long name[BITS_TO_LONGS(bits)]

/* Those bits of word @i of a map of @bits that belong to it. */
static inline unsigned long shim_bitmap_mask(unsigned int i, unsigned int bits)
{
	unsigned int left = bits - i * BITS_PER_LONG;

	return left >= (unsigned int)BITS_PER_LONG ? ~0ul : BIT(left) - 1;
}

#define shim_bitmap_words(i, bits) \
	for (unsigned int i = 0; i < (unsigned int)BITS_TO_LONGS(bits); i++)

static inline void bitmap_zero(unsigned long *map, unsigned int bits)
{
	memset(map, 0, BITS_TO_LONGS(bits) * sizeof(*map));
}

static inline void bitmap_fill(unsigned long *map, unsigned int bits)
{
	shim_bitmap_words(i, bits)
		map[i] = shim_bitmap_mask(i, bits);
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int bits)
{
	memcpy(to, from, BITS_TO_LONGS(bits) * sizeof(*to));
}

static inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int bits)
{
	for (; bits; bits--, start++)
		__set_bit(start, map);
}

static inline void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
			     unsigned int bits)
{
	shim_bitmap_words(i, bits)
		to[i] = a[i] | b[i];
}

/* Whether anything is left. */
static inline bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b,
			      unsigned int bits)
{
	unsigned long any = 0;

	shim_bitmap_words(i, bits)
		any |= to[i] = a[i] & b[i] & shim_bitmap_mask(i, bits);
	return any;
}

/* Alike. */
static inline bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b,
				 unsigned int bits)
{
	unsigned long any = 0;

	shim_bitmap_words(i, bits)
		any |= to[i] = a[i] & ~b[i] & shim_bitmap_mask(i, bits);
	return any;
}

static inline bool bitmap_intersects(const unsigned long *a, const unsigned long *b,
				     unsigned int bits)
{
	shim_bitmap_words(i, bits)
		if (a[i] & b[i] & shim_bitmap_mask(i, bits))
			return true;
	return false;
}

static inline bool bitmap_subset(const unsigned long *part, const unsigned long *whole,
				 unsigned int bits)
{
	shim_bitmap_words(i, bits)
		if (part[i] & ~whole[i] & shim_bitmap_mask(i, bits))
			return false;
	return true;
}

static inline bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int bits)
{
	shim_bitmap_words(i, bits)
		if ((a[i] ^ b[i]) & shim_bitmap_mask(i, bits))
			return false;
	return true;
}

static inline bool bitmap_empty(const unsigned long *map, unsigned int bits)
{
	return !bitmap_intersects(map, map, bits);
}

static inline unsigned int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	int weight = 0;

	shim_bitmap_words(i, bits)
		weight += __builtin_popcountl(map[i] & shim_bitmap_mask(i, bits));
	return (unsigned int)weight;
}

/* The first set bit of @map at or behind @from, or @bits. */
static inline unsigned int find_next_bit(const unsigned long *map, unsigned int bits,
					 unsigned int from)
{
	unsigned int i = from / BITS_PER_LONG, bit;
	unsigned long word;

	if (from >= bits)
		return bits;
	for (word = map[i] & ~0ul << from % BITS_PER_LONG; !word; word = map[i])
		if (++i >= (unsigned int)BITS_TO_LONGS(bits))
			return bits;
	bit = i * (unsigned int)BITS_PER_LONG + __ffs(word);
	return bit < bits ? bit : bits;
}

#define for_each_set_bit(bit, map, bits)					\
	for ((bit) = find_next_bit(map, bits, 0); (bit) < (bits);		\
	     (bit) = find_next_bit(map, bits, (bit) + 1))

#endif
