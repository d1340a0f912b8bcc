// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choose addresses as the runtime's allocators would: the first gap that is large enough. L1
 * tensors grow down from the start of L1_SMALL, which is a separate region at the top; DRAM tensors
 * grow up from the start of a bank, and traces grow down from its end. Circular buffers grow up
 * from the base.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "place.h"

#define GRANULE	16

struct extent {
	uint64_t start;
	uint64_t end;
};

/* Live buffers by ascending start; extents of a capture may overlap. */
struct extents {
	struct extent *items;
	size_t count;
	size_t room;
};

struct place {
	struct layout layout;
	struct extents l1;
	struct extents l1_small;
	struct extents dram;		/* tensors and traces */
};

int place_new(const struct layout *layout, struct place **place)
{
	*place = calloc(1, sizeof(**place));
	if (!*place)
		return -ENOMEM;
	(*place)->layout = *layout;
	return 0;
}

void place_free(struct place *place)
{
	if (!place)
		return;
	free(place->l1.items);
	free(place->l1_small.items);
	free(place->dram.items);
	free(place);
}

static size_t first_from(const struct extents *extents, uint64_t start)
{
	size_t low = 0;
	size_t high = extents->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (extents->items[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int insert(struct extents *extents, uint64_t start, uint64_t end)
{
	size_t at = first_from(extents, start);
	int err = array_reserve((void **)&extents->items, extents->count, &extents->room,
				sizeof(*extents->items));

	if (err)
		return err;
	memmove(extents->items + at + 1, extents->items + at,
		(extents->count - at) * sizeof(*extents->items));
	extents->items[at] = (struct extent){ start, end };
	extents->count++;
	return 0;
}

static void remove_one(struct extents *extents, uint64_t start, uint64_t end)
{
	size_t at = first_from(extents, start);

	while (at < extents->count && extents->items[at].start == start &&
	       extents->items[at].end != end)
		at++;
	if (at == extents->count || extents->items[at].start != start)
		return;
	extents->count--;
	memmove(extents->items + at, extents->items + at + 1,
		(extents->count - at) * sizeof(*extents->items));
}

static uint64_t align_up(uint64_t value, uint64_t to)
{
	return value % to ? value + (to - value % to) : value;
}

/* Numbers in a capture may be up to 2^64; clamped ones do not fit anywhere. */
static uint64_t clamped(uint64_t value)
{
	return value > UINT64_MAX / 4 ? UINT64_MAX / 4 : value;
}

static uint64_t rounded(uint64_t size)
{
	return align_up(clamped(size), GRANULE);
}

static bool lowest_gap(const struct extents *extents, uint64_t from, uint64_t to, uint64_t align,
		       uint64_t size, uint64_t *address)
{
	uint64_t start = align_up(from, align);

	for (size_t i = 0; i < extents->count; i++) {
		const struct extent *e = &extents->items[i];

		if (e->start >= start && e->start - start >= size)
			break;
		if (e->end > start)
			start = align_up(e->end, align);
	}
	*address = start;
	return start <= to && to - start >= size;
}

static bool highest_gap(const struct extents *extents, uint64_t from, uint64_t to, uint64_t align,
			uint64_t size, uint64_t *address)
{
	uint64_t end = to;

	for (size_t i = extents->count; i > 0; i--) {
		const struct extent *e = &extents->items[i - 1];
		uint64_t start = end >= size ? end - size : 0;

		start -= start % align;
		if (end >= size && start >= e->end)
			break;
		if (e->start < end)
			end = e->start;
	}
	if (end < size)
		return false;
	*address = end - size - (end - size) % align;
	return *address >= from;
}

static uint64_t sum(const struct extents *extents)
{
	uint64_t total = 0;

	for (size_t i = 0; i < extents->count; i++)
		total += extents->items[i].end - extents->items[i].start;
	return total;
}

static struct extents *region_extents(struct place *place, enum place_region region)
{
	switch (region) {
	case PLACE_L1:
		return &place->l1;
	case PLACE_L1_SMALL:
		return &place->l1_small;
	default:
		return &place->dram;
	}
}

/* Bounds of a region's allocator; buffers with a fixed address are only bound by the bank. */
static void region_bounds(const struct layout *layout, enum place_region region, uint64_t *from,
			  uint64_t *to)
{
	uint64_t top = layout->l1_end - layout->l1_small;

	switch (region) {
	case PLACE_L1:
		*from = layout->l1_base;
		*to = top;
		break;
	case PLACE_L1_SMALL:
		*from = top;
		*to = layout->l1_end;
		break;
	default:
		*from = 0;
		*to = layout->dram_bytes;
	}
}

static bool find_place(struct place *place, enum place_region region, uint64_t size,
		       uint64_t *address, struct place_misfit *misfit)
{
	const struct extents *extents = region_extents(place, region);
	uint64_t from;
	uint64_t to;
	bool found;

	region_bounds(&place->layout, region, &from, &to);
	switch (region) {
	case PLACE_DRAM:
		found = lowest_gap(extents, from, to, place->layout.dram_align, size, address);
		break;
	case PLACE_TRACE:
		found = highest_gap(extents, from, to, place->layout.dram_align, size, address);
		break;
	default:
		found = highest_gap(extents, from, to, GRANULE, size, address);
	}
	if (!found) {
		misfit->need = sum(extents) + size;
		misfit->have = to - from;
	}
	return found;
}

int place_buffer(struct place *place, enum place_region region, bool fixed, uint64_t *address,
		 uint64_t size, struct place_misfit *misfit)
{
	bool dram = region == PLACE_DRAM || region == PLACE_TRACE;
	uint64_t bank = dram ? place->layout.dram_bytes : place->layout.l1_bytes;
	uint64_t bytes = rounded(size);

	memset(misfit, 0, sizeof(*misfit));
	misfit->dram = dram;
	if (!fixed) {
		if (!find_place(place, region, bytes, address, misfit))
			return -ERANGE;
	} else if (bytes > bank || *address > bank - bytes) {
		misfit->need = *address > UINT64_MAX - bytes ? UINT64_MAX : *address + bytes;
		misfit->have = bank;
		return -ERANGE;
	}
	return insert(region_extents(place, region), *address, *address + bytes);
}

void place_release(struct place *place, enum place_region region, uint64_t address, uint64_t size)
{
	remove_one(region_extents(place, region), address, address + rounded(size));
}

/* Lowest buffer address on a core; all workers have buffers at the same addresses. */
static uint64_t buffers_start(const struct place *place, uint32_t x, uint32_t y)
{
	const struct layout *layout = &place->layout;
	uint64_t top = layout->l1_end - layout->l1_small;

	if (x >= layout->worker_x || y >= layout->worker_y)
		return layout->l1_end;
	if (place->l1.count && place->l1.items[0].start < top)
		return place->l1.items[0].start;
	return top;
}

int place_cb(const struct place *place, struct place_program *program, bool fixed,
	     const struct core_set *cores, uint64_t *address, uint64_t size)
{
	const struct layout *layout = &place->layout;
	uint64_t start = fixed ? clamped(*address) : layout->l1_base;
	uint64_t bytes = rounded(size);

	for (uint32_t y = 0; !fixed && y < layout->chip_y; y++) {
		for (uint32_t x = 0; x < layout->chip_x; x++) {
			if (core_set_has(cores, x, y) && program->end[y][x] > start)
				start = program->end[y][x];
		}
	}
	if (!fixed)
		start = align_up(clamped(start), layout->dram_align);
	for (uint32_t y = 0; y < layout->chip_y; y++) {
		for (uint32_t x = 0; x < layout->chip_x; x++) {
			if (core_set_has(cores, x, y) && program->end[y][x] < start + bytes)
				program->end[y][x] = start + bytes;
		}
	}
	if (bytes > layout->l1_bytes || start > layout->l1_bytes - bytes)
		return -ERANGE;
	*address = start;
	return 0;
}

int place_check(const struct place *place, const struct place_program *program,
		struct place_misfit *misfit)
{
	const struct layout *layout = &place->layout;
	uint64_t top = layout->l1_end - layout->l1_small;
	uint64_t worst = 0;

	memset(misfit, 0, sizeof(*misfit));
	for (uint32_t y = 0; y < layout->chip_y; y++) {
		for (uint32_t x = 0; x < layout->chip_x; x++) {
			uint64_t end = program->end[y][x];
			uint64_t start = buffers_start(place, x, y);
			uint64_t bound = start > top ? start : top;

			if (end <= start || end - start <= worst)
				continue;
			worst = end - start;
			misfit->x = x;
			misfit->y = y;
			misfit->have = bound - layout->l1_base;
			misfit->need = misfit->have + worst;
		}
	}
	return worst ? -ERANGE : 0;
}
