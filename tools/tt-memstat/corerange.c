// SPDX-License-Identifier: GPL-2.0-only
/* The two notations of a core_range_set, and sets of cores. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "corerange.h"

struct cursor {
	const char *start;
	const char *p;
};

static void skip_space(struct cursor *c)
{
	while (*c->p == ' ' || *c->p == '\t')
		c->p++;
}

static bool take(struct cursor *c, char want)
{
	skip_space(c);
	if (*c->p != want)
		return false;
	c->p++;
	return true;
}

static int take_number(struct cursor *c, uint16_t *out)
{
	uint32_t value = 0;

	skip_space(c);
	if (*c->p < '0' || *c->p > '9')
		return -EINVAL;
	while (*c->p >= '0' && *c->p <= '9') {
		value = value * 10 + (uint32_t)(*c->p - '0');
		if (value > UINT16_MAX)
			return -EINVAL;
		c->p++;
	}
	*out = (uint16_t)value;
	return 0;
}

static int take_named(struct cursor *c, char name, uint16_t *out)
{
	if (!take(c, name) || !take(c, '='))
		return -EINVAL;
	return take_number(c, out);
}

/* "3-4" or "(x=3,y=4)" */
static int take_corner(struct cursor *c, uint16_t *x, uint16_t *y)
{
	if (take(c, '(')) {
		if (take_named(c, 'x', x) || !take(c, ',') || take_named(c, 'y', y) ||
		    !take(c, ')'))
			return -EINVAL;
		return 0;
	}
	if (take_number(c, x) || !take(c, '-'))
		return -EINVAL;
	return take_number(c, y);
}

static int take_rect(struct cursor *c, struct core_rect *rect)
{
	if (!take(c, '[') || take_corner(c, &rect->x0, &rect->y0))
		return -EINVAL;
	rect->x1 = rect->x0;
	rect->y1 = rect->y0;
	if (take(c, '-') && take_corner(c, &rect->x1, &rect->y1))
		return -EINVAL;
	if (rect->x1 < rect->x0 || rect->y1 < rect->y0)
		return -EINVAL;
	return take(c, ']') ? 0 : -EINVAL;
}

static int append(struct core_ranges *ranges, size_t *room, const struct core_rect *rect)
{
	if (ranges->count == *room) {
		size_t more = *room ? *room * 2 : 4;
		struct core_rect *grown = realloc(ranges->rects, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		ranges->rects = grown;
		*room = more;
	}
	ranges->rects[ranges->count++] = *rect;
	return 0;
}

static int take_rects(struct cursor *c, struct core_ranges *ranges)
{
	struct core_rect rect;
	size_t room = 0;
	int err;

	if (!take(c, '{'))
		return -EINVAL;
	if (take(c, '}'))
		return 0;
	do {
		err = take_rect(c, &rect);
		if (!err)
			err = append(ranges, &room, &rect);
		if (err)
			return err;
	} while (take(c, ','));
	return take(c, '}') ? 0 : -EINVAL;
}

int core_ranges_parse(const char *text, struct core_ranges *ranges, size_t *at)
{
	struct cursor c = { .start = text, .p = text };
	int err;

	memset(ranges, 0, sizeof(*ranges));
	err = take_rects(&c, ranges);
	skip_space(&c);
	if (!err && *c.p)
		err = -EINVAL;
	if (err)
		core_ranges_free(ranges);
	if (at)
		*at = (size_t)(c.p - c.start);
	return err;
}

void core_ranges_free(struct core_ranges *ranges)
{
	free(ranges->rects);
	memset(ranges, 0, sizeof(*ranges));
}

/* Bits @from to @to inclusive, cut to CORES_MAX. */
static uint32_t bits(uint32_t from, uint32_t to)
{
	uint32_t upto = to >= 31 ? UINT32_MAX : (1u << (to + 1)) - 1;

	return upto & UINT32_MAX << (from & 31);
}

int core_set_from_ranges(struct core_set *set, const struct core_ranges *ranges)
{
	struct core_set made = { 0 };

	for (size_t i = 0; i < ranges->count; i++) {
		const struct core_rect *r = &ranges->rects[i];

		if (r->x1 >= CORES_MAX || r->y1 >= CORES_MAX)
			return -ERANGE;
		for (uint32_t y = r->y0; y <= r->y1; y++)
			made.row[y] |= bits(r->x0, r->x1);
	}
	*set = made;
	return 0;
}

bool core_set_has(const struct core_set *set, uint32_t x, uint32_t y)
{
	return x < CORES_MAX && y < CORES_MAX && (set->row[y] >> x & 1);
}

bool core_set_empty(const struct core_set *set)
{
	return core_set_count(set) == 0;
}

bool core_set_equal(const struct core_set *a, const struct core_set *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

size_t core_set_count(const struct core_set *set)
{
	size_t count = 0;

	for (uint32_t y = 0; y < CORES_MAX; y++)
		count += (size_t)__builtin_popcount(set->row[y]);
	return count;
}

void core_set_bounds(const struct core_set *set, uint32_t *columns, uint32_t *rows)
{
	*columns = 0;
	*rows = 0;
	for (uint32_t y = 0; y < CORES_MAX; y++) {
		uint32_t width = 0;

		if (!set->row[y])
			continue;
		width = 32 - (uint32_t)__builtin_clz(set->row[y]);
		if (width > *columns)
			*columns = width;
		*rows = y + 1;
	}
}

size_t core_set_rects(const struct core_set *set, struct core_rect *rects, size_t room)
{
	struct core_set left = *set;
	size_t count = 0;

	for (uint32_t y = 0; y < CORES_MAX; y++) {
		while (left.row[y]) {
			uint32_t x0 = (uint32_t)__builtin_ctz(left.row[y]);
			uint32_t x1 = x0;
			uint32_t y1 = y;
			uint32_t run;

			while (core_set_has(&left, x1 + 1, y))
				x1++;
			run = bits(x0, x1);
			while (y1 + 1 < CORES_MAX && (left.row[y1 + 1] & run) == run)
				y1++;
			for (uint32_t row = y; row <= y1; row++)
				left.row[row] &= ~run;
			if (count < room)
				rects[count] = (struct core_rect){ (uint16_t)x0, (uint16_t)y,
								   (uint16_t)x1, (uint16_t)y1 };
			count++;
		}
	}
	return count;
}
