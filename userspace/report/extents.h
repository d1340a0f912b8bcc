/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Memory at one address on some cores. */
#ifndef REPORT_EXTENTS_H
#define REPORT_EXTENTS_H

#include "foreign.h"

/**
 * struct extent - program-local L1 at one address
 * @addr: on each core
 * @size: on each core
 * @view: memory of a buffer
 * @count: of @ranges
 * @ranges: the cores
 */
struct extent {
	uint64_t addr;
	uint64_t size;
	bool view;
	size_t count;
	struct foreign_range *ranges;
};

/* A growing list. Without memory, an added element is lost. */
struct extents {
	struct extent *list;
	size_t count;
	size_t room;
};

/* Takes a copy of @ranges. */
void extents_add(struct extents *extents, const struct foreign_range *ranges,
		       size_t count, uint64_t addr, uint64_t size, bool view);
void extents_free(struct extents *extents);

/* Number of cores. */
uint64_t extents_cores(const struct extent *extent);

/* Mark the cores in @rows, of @count words; returns whether a core was not marked before. */
bool extents_mark(const struct extent *extent, uint64_t *rows, size_t count);

/* The attachment's bank set of the cores. */
int extents_bank_set(struct ttmemstat_attachment *att, const struct extent *extent, uint32_t *set);

#endif
