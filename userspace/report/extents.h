/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Memory at one address on some cores.
 */
#ifndef REPORT_EXTENTS_H
#define REPORT_EXTENTS_H

#include "foreign.h"

/**
 * struct extent - program-local L1 at one address
 * @addr: on each core
 * @size: on each core
 * @view: borrowed from a buffer
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

/* A list that grows; memory that there is not loses nothing but its last element. */
struct extents {
	struct extent *list;
	size_t count;
	size_t room;
};

/* Takes a copy of @ranges. */
void extents_add(struct extents *extents, const struct foreign_range *ranges,
		       size_t count, uint64_t addr, uint64_t size, bool view);
void extents_free(struct extents *extents);

/* The cores' number. */
uint64_t extents_cores(const struct extent *extent);

/* Marks the cores in @rows, of @count words; whether one of them was not marked. */
bool extents_mark(const struct extent *extent, uint64_t *rows, size_t count);

/* The bank set of the cores, for records of the attachment. */
int extents_bank_set(struct ttmemstat_attachment *att, const struct extent *extent, uint32_t *set);

#endif
