/* SPDX-License-Identifier: GPL-2.0-only */
/* The pieces of a core, or of a pool, at a moment; the holders are those of the moment. */
#ifndef TT_MEMSTAT_MOMENT_PIECES_H
#define TT_MEMSTAT_MOMENT_PIECES_H

#include "moment.h"
#include "pieces.h"

/* All of core @x, @y, with reserved parts; the sizes add up to the core's L1. -ENOMEM. */
int pieces_of_core(const struct moment *moment, const struct layout *layout, uint32_t x, uint32_t y,
		   struct pieces *pieces);
/*
 * The region of @pool as its allocator sees it: the union over all cores or banks, without circular
 * buffers. -ENOMEM.
 */
int pieces_of_pool(const struct moment *moment, const struct layout *layout, uint32_t pool,
		   struct pieces *pieces);

#endif
