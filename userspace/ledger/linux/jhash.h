/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
#ifndef TTMEM_SHIM_JHASH_H
#define TTMEM_SHIM_JHASH_H

#include <linux/types.h>

/* FNV-1a: any hash does, as none is seen outside. */
static inline u32 jhash(const void *key, u32 length, u32 start)
{
	const u8 *byte = key;
	u32 hash = 0x811c9dc5u ^ start;

	for (; length; length--)
		hash = (hash ^ *byte++) * 0x01000193u;
	return hash;
}

#endif
