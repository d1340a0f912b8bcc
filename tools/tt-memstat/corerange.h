/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of logical cores: as a capture writes them, as a bit map, and as rectangles.
 *
 * Knows both notations of a core_range_set. Does not know any chip: CORES_MAX only bounds the
 * bit map, a chip's own grid is somebody else's to check.
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
 * "{[0-0 - 1-1], [2-0 - 2-7]}" or "{[(x=0,y=0) - (x=7,y=7)]}"; "{}" is no core at all. A corner
 * alone, "[0-0]", is a range of one core. -EINVAL: anything else, or corners exchanged; @at says
 * how far the text was understood.
 */
int core_ranges_parse(const char *text, struct core_ranges *ranges, size_t *at);
void core_ranges_free(struct core_ranges *ranges);

/* -ERANGE: a core beyond CORES_MAX; @set is then not written. */
int core_set_from_ranges(struct core_set *set, const struct core_ranges *ranges);

void core_set_fill(struct core_set *set, uint32_t columns, uint32_t rows);
bool core_set_has(const struct core_set *set, uint32_t x, uint32_t y);
bool core_set_empty(const struct core_set *set);
bool core_set_equal(const struct core_set *a, const struct core_set *b);
size_t core_set_count(const struct core_set *set);
/* Smallest grid that starts at 0,0 and holds the set. */
void core_set_bounds(const struct core_set *set, uint32_t *columns, uint32_t *rows);

/*
 * The fewest rectangles that a row-by-row sweep finds; disjoint. Returns how many there are, also
 * when @rects has no room for all (@room of them are then written).
 */
size_t core_set_rects(const struct core_set *set, struct core_rect *rects, size_t room);

#endif
