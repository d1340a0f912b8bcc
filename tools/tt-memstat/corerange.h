/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of logical cores: as a capture writes them, as a bit map, and as rectangles.
 *
 * CORES_MAX bounds the bit map only; callers check cores against a chip's grid.
 */
#ifndef TT_MEMSTAT_CORERANGE_H
#define TT_MEMSTAT_CORERANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORES_MAX	32	/* columns, and rows, of the bit map */

/* A rectangle of cores, both corners included. */
struct core_rect {
	uint16_t x0;
	uint16_t y0;
	uint16_t x1;
	uint16_t y1;
};

struct core_ranges {
	struct core_rect *rects;
	size_t count;
};

/* Bit x of row[y]. */
struct core_set {
	uint32_t row[CORES_MAX];
};

/*
 * Parse "{[0-0 - 1-1], [2-0 - 2-7]}" or "{[(x=0,y=0) - (x=7,y=7)]}"; "{}" is the empty set. A
 * single corner, "[0-0]", is a range of one core. -EINVAL: anything else, or exchanged corners; @at
 * is then the offset of the error.
 */
int core_ranges_parse(const char *text, struct core_ranges *ranges, size_t *at);
void core_ranges_free(struct core_ranges *ranges);

/* -ERANGE: a core is beyond CORES_MAX; @set is unchanged. */
int core_set_from_ranges(struct core_set *set, const struct core_ranges *ranges);

bool core_set_has(const struct core_set *set, uint32_t x, uint32_t y);
bool core_set_empty(const struct core_set *set);
bool core_set_equal(const struct core_set *a, const struct core_set *b);
size_t core_set_count(const struct core_set *set);
/* The smallest grid from 0,0 that contains the set. */
void core_set_bounds(const struct core_set *set, uint32_t *columns, uint32_t *rows);

/*
 * Cover the set with disjoint rectangles, by a row-by-row sweep. Returns their number and writes at
 * most @room of them.
 */
size_t core_set_rects(const struct core_set *set, struct core_rect *rects, size_t room);

#endif
