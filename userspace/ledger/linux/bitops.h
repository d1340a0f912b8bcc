/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
#ifndef TTMEM_SHIM_BITOPS_H
#define TTMEM_SHIM_BITOPS_H

#include <linux/bits.h>
#include <linux/types.h>

/* @word is not 0. */
static inline unsigned int __ffs(unsigned long word)
{
	return (unsigned int)__builtin_ctzl(word);
}

static inline unsigned int hweight32(u32 word)
{
	return (unsigned int)__builtin_popcount(word);
}

static inline void __set_bit(unsigned int n, unsigned long *map)
{
	map[BIT_WORD(n)] |= BIT(n % BITS_PER_LONG);
}

static inline void __assign_bit(unsigned int n, unsigned long *map, bool value)
{
	map[BIT_WORD(n)] &= ~BIT(n % BITS_PER_LONG);
	map[BIT_WORD(n)] |= (unsigned long)value << n % BITS_PER_LONG;
}

static inline bool test_bit(unsigned int n, const unsigned long *map)
{
	return map[BIT_WORD(n)] >> n % BITS_PER_LONG & 1;
}

#endif
