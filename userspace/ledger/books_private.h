/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Structures and functions that the files of the books share. */
#ifndef TTMEMSTAT_BOOKS_PRIVATE_H
#define TTMEMSTAT_BOOKS_PRIVATE_H

#include "../../driver/ledger/ledger.h"
#include "books.h"

/**
 * struct books_fold - which cores are one in the ledger
 * @cores: that the chip can have, as the ledger counts them unless folded
 * @of: the ledger's core that each core is
 * @first: the first core that each of the ledger's is; @weight: how many it is, where folded
 */
struct books_fold {
	u16 cores;
	u8 of[TTMEM_MAX_CORES];
	u8 first[TTMEM_MAX_CORES];
	u8 weight[TTMEM_MAX_CORES];
};

struct books {
	struct ttmem_ledger ledger;
	struct tt_memstat_geometry geometry;
	struct books_fold fold;
};

struct books_client {
	struct ttmem_ledger_client ledger;
	struct ttmem_prealloc prealloc;
};

static inline struct books *books_of(const struct books_client *client)
{
	return container_of(client->ledger.ledger, struct books, ledger);
}

/* No core is any other's. */
void fold_init(struct books *books);
/* The cores in rectangles, of a chip of geometry @g. -ENODATA, -EINVAL, -ERANGE. */
int fold_rects(const struct books *books, const struct tt_memstat_geometry *g,
	       const struct tt_memstat_rect *rects, size_t count, unsigned long *map);
/* From cores to the ledger's; -EXDEV: only some that are one are in @map. */
int fold_map(const struct books *books, unsigned long *map);
/* How many cores the ledger's are. */
unsigned int fold_weight(const struct books *books, const unsigned long *folded);
/* The ledger's core of @x, @y; false: there is none. */
bool fold_core(const struct books *books, uint32_t x, uint32_t y, unsigned int *core);

#endif
