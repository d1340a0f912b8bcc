// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/* Lists of memory at one address on some cores. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "extents.h"

void extents_add(struct extents *extents, const struct foreign_range *ranges,
		       size_t count, uint64_t addr, uint64_t size, bool view)
{
	const size_t room = extents->room ? extents->room * 2 : 8;
	struct extent *extent;

	if (extents->count == extents->room) {
		extent = realloc(extents->list, room * sizeof(*extent));
		if (!extent)
			return;
		extents->list = extent;
		extents->room = room;
	}
	extent = &extents->list[extents->count];
	*extent = (struct extent){ .addr = addr, .size = size, .view = view, .count = count };
	extent->ranges = malloc(count * sizeof(*ranges));
	if (!extent->ranges || !count || (!size && !view)) {
		free(extent->ranges);
		return;
	}
	memcpy(extent->ranges, ranges, count * sizeof(*ranges));
	extents->count++;
}

void extents_free(struct extents *extents)
{
	for (size_t i = 0; i < extents->count; i++)
		free(extents->list[i].ranges);
	free(extents->list);
	memset(extents, 0, sizeof(*extents));
}

int extents_bank_set(struct ttmemstat_attachment *att, const struct extent *extent,
		    uint32_t *set)
{
	struct tt_memstat_rect *rects = calloc(extent->count, sizeof(*rects));
	int error;

	if (!rects)
		return -ENOMEM;
	for (size_t i = 0; i < extent->count; i++)
		rects[i] = (struct tt_memstat_rect){
			.x0 = (uint16_t)extent->ranges[i].x0,
			.y0 = (uint16_t)extent->ranges[i].y0,
			.x1 = (uint16_t)extent->ranges[i].x1,
			.y1 = (uint16_t)extent->ranges[i].y1,
		};
	error = ttmemstat_bank_set_l1(att, rects, extent->count, set);
	free(rects);
	return error;
}

uint64_t extents_cores(const struct extent *extent)
{
	uint64_t cores = 0;

	for (size_t i = 0; i < extent->count; i++)
		cores += (extent->ranges[i].x1 - extent->ranges[i].x0 + 1) *
			 (extent->ranges[i].y1 - extent->ranges[i].y0 + 1);
	return cores;
}

bool extents_mark(const struct extent *extent, uint64_t *rows, size_t count)
{
	bool some = false;

	for (size_t i = 0; i < extent->count; i++) {
		const struct foreign_range *range = &extent->ranges[i];
		const unsigned int width = (unsigned int)(range->x1 - range->x0 + 1);
		const uint64_t bits = width < 64 ? ((uint64_t)1 << width) - 1 : UINT64_MAX;

		for (size_t y = range->y0; y <= range->y1 && y < count; y++) {
			some |= (rows[y] | bits << (range->x0 & 63)) != rows[y];
			rows[y] |= bits << (range->x0 & 63);
		}
	}
	return some;
}
