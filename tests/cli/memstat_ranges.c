// SPDX-License-Identifier: GPL-2.0-only
/* Core ranges: both notations, errors, and conversion to rectangles. */
#include "memstat_test.h"

#include <errno.h>

static void check(const char *text, size_t rects, size_t cores)
{
	struct core_ranges ranges;
	struct core_set set;

	assert_int_equal(core_ranges_parse(text, &ranges, NULL), 0);
	assert_int_equal(ranges.count, rects);
	assert_int_equal(core_set_from_ranges(&set, &ranges), 0);
	assert_int_equal(core_set_count(&set), cores);
	core_ranges_free(&ranges);
}

static void ranges_both_notations(void **state)
{
	(void)state;
	check("{[0-0 - 1-1]}", 1, 4);
	check("{[(x=0,y=0) - (x=7,y=7)]}", 1, 64);
	check("{[0-0 - 10-9], [11-0 - 11-9]}", 2, 120);
	check("{[(x=0,y=0) - (x=0,y=3)], [(x=2,y=2) - (x=2,y=2)]}", 2, 5);
	check("{ [ 3-4-3-4 ] }", 1, 1);
	check("{[5-5]}", 1, 1);
	check("{}", 0, 0);
	check("{[0-0 - 3-3], [2-2 - 5-5]}", 2, 28);
}

static void ranges_refused(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} bad[] = {
		{ "", 0 }, { "{", 1 }, { "{[", 2 }, { "{[0-0 - 1-1]", 12 },
		{ "{[0-0 - 1-1]} x", 14 }, { "{[1-0 - 0-0]}", 11 }, { "{[0-1 - 0-0]}", 11 },
		{ "{[(x=0,y=0) - (x=1 y=1)]}", 19 }, { "{[0-0 - 1-70000]}", 14 },
		{ "[0-0 - 1-1]", 0 }, { "{[0-0 - 1-1],}", 13 }, { "{[-1-0 - 1-1]}", 2 },
		{ "{[99999999999999999999-0]}", 6 },
	};
	struct core_ranges ranges;
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(core_ranges_parse(bad[i].text, &ranges, &at), -EINVAL);
		assert_null(ranges.rects);
		if (bad[i].text[0] == '{' && strstr(bad[i].text, "9999"))
			assert_true(at >= 2);
		else
			assert_int_equal(at, bad[i].at);
	}
}

static void ranges_beyond_the_map(void **state)
{
	struct core_ranges ranges;
	struct core_set set = { .row = { 7 } };

	(void)state;
	assert_int_equal(core_ranges_parse("{[0-0 - 32-0]}", &ranges, NULL), 0);
	assert_int_equal(core_set_from_ranges(&set, &ranges), -ERANGE);
	assert_int_equal(set.row[0], 7);
	core_ranges_free(&ranges);
	assert_int_equal(core_ranges_parse("{[31-31]}", &ranges, NULL), 0);
	assert_int_equal(core_set_from_ranges(&set, &ranges), 0);
	assert_true(core_set_has(&set, 31, 31));
	assert_false(core_set_has(&set, 32, 31));
	core_ranges_free(&ranges);
}

/* Any set comes back whole from its rectangles, which do not overlap. */
static void ranges_rects_round_trip(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (unsigned int round = 0; round < 200; round++) {
		struct core_rect rects[CORES_MAX * CORES_MAX];
		struct core_set set = { 0 };
		struct core_set back;
		struct core_ranges ranges = { .rects = rects };
		size_t area = 0;

		for (unsigned int y = 0; y < 10; y++) {
			seed = seed * 1664525 + 1013904223;
			set.row[y] = (seed >> 12) & 0x3fff;
			if (round % 2 && y % 2)
				set.row[y] = set.row[y - 1];
		}
		ranges.count = core_set_rects(&set, rects, CORES_MAX * CORES_MAX);
		assert_int_equal(core_set_from_ranges(&back, &ranges), 0);
		assert_true(core_set_equal(&set, &back));
		for (size_t i = 0; i < ranges.count; i++)
			area += (size_t)(rects[i].x1 - rects[i].x0 + 1) *
				(size_t)(rects[i].y1 - rects[i].y0 + 1);
		assert_int_equal(area, core_set_count(&set));
	}
}

static void ranges_rects_of_a_grid_is_one(void **state)
{
	struct core_rect rect[2];
	struct core_set set;
	uint32_t columns;
	uint32_t rows;

	(void)state;
	set = test_cores(11, 10);
	assert_int_equal(core_set_rects(&set, rect, 2), 1);
	assert_int_equal(rect[0].x1, 10);
	assert_int_equal(rect[0].y1, 9);
	core_set_bounds(&set, &columns, &rows);
	assert_int_equal(columns, 11);
	assert_int_equal(rows, 10);
	set = test_cores(CORES_MAX, CORES_MAX);
	assert_int_equal(core_set_count(&set), CORES_MAX * CORES_MAX);
	assert_int_equal(core_set_rects(&set, NULL, 0), 1);
	set = test_cores(0, 10);
	assert_true(core_set_empty(&set));
}

static const struct CMUnitTest ranges_tests[] = {
	cmocka_unit_test(ranges_both_notations),
	cmocka_unit_test(ranges_refused),
	cmocka_unit_test(ranges_beyond_the_map),
	cmocka_unit_test(ranges_rects_round_trip),
	cmocka_unit_test(ranges_rects_of_a_grid_is_one),
};
TEST_GROUP(ranges);
