// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of architectures and resolved geometries, compared with known chips.
 */
#include <errno.h>

#include "testing.h"

#define MASK	TT_MEMSTAT_GEOMETRY_TENSIX_MASK
#define DRAM	TT_MEMSTAT_GEOMETRY_DRAM_MASK
#define GRID	TT_MEMSTAT_GEOMETRY_GRID

static void board_sides(void **state)
{
	(void)state;
	assert_string_equal(ttmemstat_board_side("n300", 0), "L");
	assert_string_equal(ttmemstat_board_side("n300", 1), "R");
	/* The firmware numbers the chips of a p300 in reverse. */
	assert_string_equal(ttmemstat_board_side("p300b", 1), "L");
	assert_string_equal(ttmemstat_board_side("P300", 0), "R");
	assert_string_equal(ttmemstat_board_side("n300", 2), "");
	assert_string_equal(ttmemstat_board_side("n300", TTMEMSTAT_LOCATION_UNKNOWN), "");
	assert_string_equal(ttmemstat_board_side("p150", 0), "");
	assert_string_equal(ttmemstat_board_side(NULL, 0), "");
}

static void arch_names(void **state)
{
	(void)state;
	assert_int_equal(ttmemstat_arch_parse("wormhole"), TT_MEMSTAT_ARCH_WORMHOLE);
	assert_int_equal(ttmemstat_arch_parse("Wormhole_B0"), TT_MEMSTAT_ARCH_WORMHOLE);
	assert_int_equal(ttmemstat_arch_parse("BLACKHOLE"), TT_MEMSTAT_ARCH_BLACKHOLE);
	assert_int_equal(ttmemstat_arch_parse("grayskull"), -EINVAL);
	assert_int_equal(ttmemstat_arch_parse("wormhole "), -EINVAL);
	assert_int_equal(ttmemstat_arch_parse(""), -EINVAL);
	assert_int_equal(ttmemstat_arch_parse(NULL), -EINVAL);
	assert_string_equal(ttmemstat_arch_name(TT_MEMSTAT_ARCH_WORMHOLE), "wormhole");
	assert_string_equal(ttmemstat_arch_name(TT_MEMSTAT_ARCH_BLACKHOLE), "blackhole");
	assert_string_equal(ttmemstat_arch_name(TT_MEMSTAT_ARCH_UNKNOWN), "unknown");
	assert_string_equal(ttmemstat_arch_name(77), "unknown");
	assert_null(ttmemstat_arch_get_info(TT_MEMSTAT_ARCH_UNKNOWN));
	assert_null(ttmemstat_arch_get_info(3));
}

static void arch_table_wormhole(void **state)
{
	const struct ttmemstat_arch_info *a = ttmemstat_arch_get_info(TT_MEMSTAT_ARCH_WORMHOLE);

	(void)state;
	assert_non_null(a);
	assert_int_equal(a->grid_x, 8);
	assert_int_equal(a->grid_y, 10);
	assert_true(a->harvests_rows);
	assert_int_equal(a->tensix_mask_bits, 10);
	assert_int_equal(a->l1_bytes, 1499136);
	assert_int_equal(a->dram_channels, 6);
	assert_int_equal(a->banks_per_channel, 2);
	assert_int_equal(a->dram_bank_bytes, 1073741824);
	assert_int_equal(a->usual_x, 8);
	assert_int_equal(a->usual_y, 8);
}

static void arch_table_blackhole(void **state)
{
	const struct ttmemstat_arch_info *a = ttmemstat_arch_get_info(TT_MEMSTAT_ARCH_BLACKHOLE);

	(void)state;
	assert_non_null(a);
	assert_int_equal(a->grid_x, 14);
	assert_int_equal(a->grid_y, 10);
	assert_false(a->harvests_rows);
	assert_int_equal(a->tensix_mask_bits, 14);
	assert_int_equal(a->l1_bytes, 1572864);
	assert_int_equal(a->dram_channels, 8);
	assert_int_equal(a->banks_per_channel, 1);
	assert_int_equal(a->dram_bank_bytes, 4294967296);
	assert_int_equal(a->usual_x, 11);
	assert_int_equal(a->usual_y, 10);
}

static void resolves(void **state)
{
	static const struct {
		struct tt_memstat_geometry g;
		uint32_t x, y, total, banks;
		uint64_t l1, dram;
	} cases[] = {
		/* n300: two rows off */
		{ { .arch = 1, .valid = MASK | DRAM, .tensix_mask = 0x21 },
		  8,
		  8,
		  80,
		  12,
		  95944704,
		  12884901888 },
		/* n150: one row off */
		{ { .arch = 1, .valid = MASK | DRAM, .tensix_mask = 0x200 },
		  8,
		  9,
		  80,
		  12,
		  107937792,
		  12884901888 },
		/* no harvesting, one channel harvested, DRAM unknown */
		{ { .arch = 1, .valid = MASK }, 8, 10, 80, 0, 119930880, 0 },
		{ { .arch = 1, .valid = MASK | DRAM, .dram_mask = 0x20 },
		  8,
		  10,
		  80,
		  10,
		  119930880,
		  10737418240 },
		/* all rows but one, all channels but one */
		{ { .arch = 1, .valid = MASK | DRAM, .tensix_mask = 0x3fe, .dram_mask = 0x1f },
		  8,
		  1,
		  80,
		  2,
		  11993088,
		  2147483648 },
		/* p150: 14 columns; p100: 12 of them and 7 channels */
		{ { .arch = 2, .valid = MASK | DRAM }, 14, 10, 140, 8, 220200960, 34359738368 },
		{ { .arch = 2, .valid = MASK | DRAM, .tensix_mask = 0x2001, .dram_mask = 0x80 },
		  12,
		  10,
		  140,
		  7,
		  188743680,
		  30064771072 },
		/* a grid alone, and with its mask */
		{ { .arch = 1, .valid = GRID, .grid_x = 8, .grid_y = 8 }, 8, 8, 80, 0, 95944704, 0 },
		{ { .arch = 1, .valid = GRID, .grid_x = 2, .grid_y = 3, .dram_banks = 2 },
		  2,
		  3,
		  80,
		  2,
		  8994816,
		  2147483648 },
		{ { .arch = 2, .valid = GRID | MASK, .tensix_mask = 3, .grid_x = 12, .grid_y = 10 },
		  12,
		  10,
		  140,
		  0,
		  188743680,
		  0 },
		/* a side alone */
		{ { .arch = 1, .valid = DRAM, .dram_mask = 1 }, 0, 0, 0, 10, 0, 10737418240 },
		{ { .arch = 1, .dram_banks = 10 }, 0, 0, 0, 10, 0, 10737418240 },
		{ { .arch = 1, .valid = MASK }, 8, 10, 80, 0, 119930880, 0 },
		/* smaller memories than the arch has */
		{ { .arch = 1,
		    .valid = GRID,
		    .grid_x = 1,
		    .grid_y = 1,
		    .l1_bytes = 4096,
		    .dram_bank_bytes = 8192,
		    .dram_banks = 4 },
		  1,
		  1,
		  80,
		  4,
		  4096,
		  32768 },
		/* a number of banks that agrees with the mask */
		{ { .arch = 1, .valid = MASK | DRAM, .dram_mask = 1, .dram_banks = 10 },
		  8,
		  10,
		  80,
		  10,
		  119930880,
		  10737418240 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct ttmemstat_resolved r;

		print_message("case %zu\n", i);
		memset(&r, 0xff, sizeof(r));
		assert_int_equal(ttmemstat_geometry_resolve(&cases[i].g, &r), 0);
		assert_int_equal(r.grid_x, cases[i].x);
		assert_int_equal(r.grid_y, cases[i].y);
		assert_int_equal(r.tensix_total, cases[i].total);
		assert_int_equal(r.tensix_active, cases[i].x * cases[i].y);
		assert_int_equal(r.dram_banks, cases[i].banks);
		assert_int_equal(r.l1_capacity, cases[i].l1);
		assert_int_equal(r.dram_capacity, cases[i].dram);
		assert_int_equal(r.reserved, 0);
	}
}

static void refuses(void **state)
{
	static const struct {
		struct tt_memstat_geometry g;
		int error;
	} cases[] = {
		{ { .arch = 0, .valid = MASK }, -EINVAL },
		{ { .arch = 3, .valid = MASK }, -EINVAL },
		{ { .arch = 1, .valid = 0 }, -EINVAL },
		{ { .arch = 1, .valid = DRAM, .tensix_mask = 1 }, -EINVAL },
		{ { .arch = 1, .valid = MASK | 8 }, -EINVAL },
		{ { .arch = 1, .valid = MASK, .reserved = 1 }, -EINVAL },
		/* told without its flag */
		{ { .arch = 1, .valid = GRID, .grid_x = 8, .grid_y = 8, .tensix_mask = 1 },
		  -EINVAL },
		{ { .arch = 1, .valid = MASK, .dram_mask = 1 }, -EINVAL },
		{ { .arch = 1, .valid = MASK, .grid_y = 1 }, -EINVAL },
		/* masks that do not fit, or leave nothing */
		{ { .arch = 1, .valid = MASK, .tensix_mask = 0x400 }, -ERANGE },
		{ { .arch = 1, .valid = MASK, .tensix_mask = 0x80000000 }, -ERANGE },
		{ { .arch = 1, .valid = MASK, .tensix_mask = 0x3ff }, -ERANGE },
		{ { .arch = 2, .valid = MASK, .tensix_mask = 0x4000 }, -ERANGE },
		{ { .arch = 2, .valid = MASK, .tensix_mask = 0x3fff }, -ERANGE },
		{ { .arch = 1, .valid = MASK | DRAM, .dram_mask = 0x40 }, -ERANGE },
		{ { .arch = 1, .valid = MASK | DRAM, .dram_mask = 0x3f }, -ERANGE },
		{ { .arch = 2, .valid = MASK | DRAM, .dram_mask = 0x100 }, -ERANGE },
		{ { .arch = 2, .valid = MASK | DRAM, .dram_mask = 0xff }, -ERANGE },
		/* grids that do not fit */
		{ { .arch = 1, .valid = GRID, .grid_x = 9, .grid_y = 1 }, -ERANGE },
		{ { .arch = 1, .valid = GRID, .grid_x = 8, .grid_y = 11 }, -ERANGE },
		{ { .arch = 1, .valid = GRID, .grid_x = 0, .grid_y = 8 }, -ERANGE },
		{ { .arch = 1, .valid = GRID, .grid_x = 8, .grid_y = 0 }, -ERANGE },
		/* contradictions */
		{ { .arch = 1, .valid = GRID | MASK, .tensix_mask = 1, .grid_x = 8, .grid_y = 8 },
		  -EINVAL },
		{ { .arch = 2, .valid = GRID | MASK, .tensix_mask = 1, .grid_x = 14, .grid_y = 9 },
		  -EINVAL },
		{ { .arch = 1, .valid = MASK | DRAM, .dram_banks = 10 }, -EINVAL },
		/* sizes */
		{ { .arch = 1, .valid = MASK, .dram_banks = 14 }, -ERANGE },
		{ { .arch = 1, .valid = MASK, .dram_banks = 11 }, -ERANGE },
		{ { .arch = 2, .valid = MASK, .dram_banks = 9 }, -ERANGE },
		{ { .arch = 1, .valid = MASK, .l1_bytes = 1499136 + 16 }, -ERANGE },
		{ { .arch = 1, .valid = MASK, .l1_bytes = 4095 }, -EINVAL },
		{ { .arch = 1, .valid = MASK, .dram_bank_bytes = (1ull << 30) + 16 }, -ERANGE },
		{ { .arch = 1, .valid = MASK, .dram_bank_bytes = 8 }, -EINVAL },
	};
	struct ttmemstat_resolved r, untouched;
	size_t i;

	(void)state;
	memset(&untouched, 0x5a, sizeof(untouched));
	for (i = 0; i < COUNT(cases); i++) {
		print_message("case %zu\n", i);
		r = untouched;
		assert_int_equal(ttmemstat_geometry_resolve(&cases[i].g, &r), cases[i].error);
		assert_memory_equal(&r, &untouched, sizeof(r));
	}
	assert_int_equal(ttmemstat_geometry_resolve(NULL, &r), -EINVAL);
	assert_int_equal(ttmemstat_geometry_resolve(&cases[0].g, NULL), -EINVAL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(arch_names),
	cmocka_unit_test(board_sides),
	cmocka_unit_test(arch_table_wormhole),
	cmocka_unit_test(arch_table_blackhole),
	cmocka_unit_test(resolves),
	cmocka_unit_test(refuses),
};

TEST_MAIN(tests)
