// SPDX-License-Identifier: GPL-2.0-only
/*
 * Geometry: cores and capacity of real boards from their masks; invalid geometries.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include "../../driver/geometry.h"

#define WORMHOLE	TT_MEMSTAT_ARCH_WORMHOLE
#define BLACKHOLE	TT_MEMSTAT_ARCH_BLACKHOLE
#define TENSIX_MASK	TT_MEMSTAT_GEOMETRY_TENSIX_MASK
#define DRAM_MASK	TT_MEMSTAT_GEOMETRY_DRAM_MASK
#define GRID		TT_MEMSTAT_GEOMETRY_GRID
#define GIB		BIT_ULL(30)

/* Boards on the market, and their cores and banks. */
static const struct board {
	const char *name;
	u32 arch, tensix_mask, dram_mask;
	u32 x, y, banks;
	u64 l1, dram;
} boards[] = {
	{ "wormhole, whole", WORMHOLE, 0, 0, 8, 10, 12, 119930880, 12 * GIB },
	{ "n150", WORMHOLE, 64, 0, 8, 9, 12, 107937792, 12 * GIB },
	{ "n300 L", WORMHOLE, 544, 0, 8, 8, 12, 95944704, 12 * GIB },
	{ "n300 R", WORMHOLE, 513, 0, 8, 8, 12, 95944704, 12 * GIB },
	{ "wormhole, one row left", WORMHOLE, 0x1ff, 0, 8, 1, 12, 11993088, 12 * GIB },
	{ "wormhole, a channel off", WORMHOLE, 0, 0x20, 8, 10, 10, 119930880, 10 * GIB },
	{ "blackhole, whole", BLACKHOLE, 0, 0, 14, 10, 8, 220200960, 32 * GIB },
	{ "p150", BLACKHOLE, 192, 0, 12, 10, 8, 188743680, 32 * GIB },
	{ "p150, one column off", BLACKHOLE, 128, 0, 13, 10, 8, 204472320, 32 * GIB },
	{ "p300, first", BLACKHOLE, 272, 0, 12, 10, 8, 188743680, 32 * GIB },
	{ "p300, second", BLACKHOLE, 8320, 0, 12, 10, 8, 188743680, 32 * GIB },
	{ "p100", BLACKHOLE, 192, 0x08, 12, 10, 7, 188743680, 28 * GIB },
	{ "blackhole, one column off", BLACKHOLE, 0x2000, 0, 13, 10, 8, 204472320, 32 * GIB },
	{ "blackhole, one column left", BLACKHOLE, 0x1fff, 0, 1, 10, 8, 15728640, 32 * GIB },
	{ "blackhole, one channel left", BLACKHOLE, 0, 0x7f, 14, 10, 1, 220200960, 4 * GIB },
	{ "blackhole, a channel off", BLACKHOLE, 192, 0x01, 12, 10, 7, 188743680, 28 * GIB },
};

static void board_has(struct kunit *test)
{
	const struct board *b = test->param_value;
	struct tt_memstat_geometry out, given = {
		.arch = b->arch, .valid = TENSIX_MASK | DRAM_MASK,
		.tensix_mask = b->tensix_mask, .dram_mask = b->dram_mask,
	};

	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &out), 0);
	KUNIT_EXPECT_EQ(test, out.grid_x, b->x);
	KUNIT_EXPECT_EQ(test, out.grid_y, b->y);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_cores(&out), b->x * b->y);
	KUNIT_EXPECT_EQ(test, out.dram_banks, b->banks);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_cores(&out) * out.l1_bytes, b->l1);
	KUNIT_EXPECT_EQ(test, out.dram_banks * out.dram_bank_bytes, b->dram);
	KUNIT_EXPECT_EQ(test, out.tensix_mask, b->tensix_mask);
	KUNIT_EXPECT_EQ(test, out.valid, TENSIX_MASK | DRAM_MASK | GRID);
}

static const void *next_board(const void *prev, char *desc)
{
	const struct board *b = prev ? (const struct board *)prev + 1 : boards;

	if (b == boards + ARRAY_SIZE(boards))
		return NULL;
	strscpy(desc, b->name, KUNIT_PARAM_DESC_SIZE);
	return b;
}

/* A grid and DRAM banks result in the same geometry, without invented masks. */
static void grid_alone(struct kunit *test)
{
	struct tt_memstat_geometry by_mask, by_grid;
	struct tt_memstat_geometry mask = {
		.arch = BLACKHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 192 };
	struct tt_memstat_geometry grid = {
		.arch = BLACKHOLE, .valid = GRID, .grid_x = 12, .grid_y = 10, .dram_banks = 8 };

	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&mask, &by_mask), 0);
	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&grid, &by_grid), 0);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_differs(&by_mask, &by_grid), 0U);
	KUNIT_EXPECT_EQ(test, by_grid.valid, GRID);
	KUNIT_EXPECT_EQ(test, by_grid.tensix_mask, 0U);
}

#define CORES_SIDE	BIT(TT_MEMSTAT_SPACE_L1)
#define DRAM_SIDE	BIT(TT_MEMSTAT_SPACE_DRAM)

/* Equal grids are equal geometries, whichever units are harvested; another size is not. */
static void equality(struct kunit *test)
{
	struct tt_memstat_geometry a, b, c;
	struct tt_memstat_geometry given = {
		.arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 0x220 };

	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &a), 0);
	given.tensix_mask = 0x003;
	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &b), 0);
	given.tensix_mask = 0x002;
	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &c), 0);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_differs(&a, &b), 0U);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_differs(&a, &c), CORES_SIDE);
	KUNIT_EXPECT_TRUE(test, ttmem_geometry_fits(&a, &b));
	KUNIT_EXPECT_FALSE(test, ttmem_geometry_fits(&a, &c));
	c.dram_banks -= 2;
	KUNIT_EXPECT_EQ(test, ttmem_geometry_differs(&a, &c), CORES_SIDE | DRAM_SIDE);
	b.l1_bytes -= 16;
	KUNIT_EXPECT_EQ(test, ttmem_geometry_differs(&a, &b), 0U);
	KUNIT_EXPECT_FALSE(test, ttmem_geometry_fits(&a, &b));
	b.l1_bytes += 16;
	b.dram_bank_bytes -= 16;
	KUNIT_EXPECT_FALSE(test, ttmem_geometry_fits(&a, &b));
	b = a;
	b.arch = BLACKHOLE;
	KUNIT_EXPECT_FALSE(test, ttmem_geometry_fits(&a, &b));
}

/* A side that is not described is unknown, and does not affect the other one. */
static void a_side(struct kunit *test)
{
	struct tt_memstat_geometry grid, dram, both;
	struct tt_memstat_geometry given = {
		.arch = WORMHOLE, .valid = TENSIX_MASK, .tensix_mask = 0x220 };

	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &grid), 0);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_sides(&grid), CORES_SIDE);
	KUNIT_EXPECT_EQ(test, grid.valid, TENSIX_MASK | GRID);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_dram(&grid), 0ULL);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_l1(&grid), 64 * 1499136ULL);
	given.valid = DRAM_MASK;
	given.tensix_mask = 0;
	given.dram_mask = 1;
	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &dram), 0);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_sides(&dram), DRAM_SIDE);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_l1(&dram), 0ULL);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_dram(&dram), 10 * GIB);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_differs(&grid, &dram), 0U);
	KUNIT_EXPECT_TRUE(test, ttmem_geometry_fits(&grid, &dram));

	both = grid;
	ttmem_geometry_complete(&both, &dram);
	KUNIT_EXPECT_EQ(test, both.valid, TENSIX_MASK | GRID | DRAM_MASK);
	KUNIT_EXPECT_EQ(test, both.dram_banks, 10U);
	KUNIT_EXPECT_EQ(test, both.tensix_mask, 0x220U);
	both.grid_y = 7;
	ttmem_geometry_complete(&grid, &both);
	KUNIT_EXPECT_EQ(test, grid.grid_y, 8U);
	KUNIT_EXPECT_EQ(test, grid.dram_banks, 10U);
	ttmem_geometry_forget(&both, CORES_SIDE);
	KUNIT_EXPECT_EQ(test, memcmp(&both, &dram, sizeof(dram)), 0);
	ttmem_geometry_forget(&both, DRAM_SIDE);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_sides(&both), 0U);
	KUNIT_EXPECT_EQ(test, both.valid, 0U);
}

/* A side that is taken over comes with its size, even where neither knows the side. */
static void a_side_has_its_size(struct kunit *test)
{
	struct tt_memstat_geometry dram, chip, given = {
		.arch = BLACKHOLE, .valid = GRID, .grid_x = 14, .grid_y = 10, .l1_bytes = 1 << 20,
		.dram_bank_bytes = GIB };

	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &chip), 0);
	given = (struct tt_memstat_geometry) { .arch = BLACKHOLE, .dram_banks = 8 };
	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &dram), 0);
	ttmem_geometry_complete(&dram, &chip);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_l1(&dram), 140ULL << 20);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_dram(&dram), 32 * GIB);
	ttmem_geometry_forget(&chip, CORES_SIDE);
	ttmem_geometry_forget(&dram, CORES_SIDE);
	dram.l1_bytes = 16;
	ttmem_geometry_complete(&dram, &chip);
	KUNIT_EXPECT_EQ(test, dram.l1_bytes, 1ULL << 20);
	KUNIT_EXPECT_EQ(test, dram.dram_bank_bytes, 4 * GIB);
}

static void whole(struct kunit *test)
{
	struct tt_memstat_geometry g;

	ttmem_geometry_whole(BLACKHOLE, &g);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_l1(&g), 140 * 1572864ULL);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_dram(&g), 32 * GIB);
	ttmem_geometry_whole(WORMHOLE, &g);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_l1(&g), 80 * 1499136ULL);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_dram(&g), 12 * GIB);
}

static void sizes(struct kunit *test)
{
	struct tt_memstat_geometry out, given = {
		.arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 544,
		.l1_bytes = 1024, .dram_bank_bytes = 4096 };

	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &out), 0);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_cores(&out) * out.l1_bytes, 65536ULL);
	KUNIT_EXPECT_EQ(test, out.dram_banks * out.dram_bank_bytes, 49152ULL);
	given.l1_bytes = 1499136;
	given.dram_bank_bytes = GIB;
	KUNIT_EXPECT_EQ(test, ttmem_geometry_derive(&given, &out), 0);
}

static const struct refused {
	const char *name;
	struct tt_memstat_geometry given;
} refusals[] = {
	{ "no arch", { .valid = TENSIX_MASK | DRAM_MASK } },
	{ "unknown arch", { .arch = 3, .valid = TENSIX_MASK | DRAM_MASK } },
	{ "far arch", { .arch = ~0u, .valid = TENSIX_MASK | DRAM_MASK } },
	{ "nothing given", { .arch = WORMHOLE } },
	{ "cores that are not given", { .arch = WORMHOLE, .valid = DRAM_MASK, .tensix_mask = 1 } },
	{ "DRAM that is not given", { .arch = WORMHOLE, .valid = TENSIX_MASK, .dram_mask = 1 } },
	{ "wormhole mask of 11 bits",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 0x400 } },
	{ "blackhole mask of 15 bits",
	  { .arch = BLACKHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 0x4000 } },
	{ "mask of 32 bits",
	  { .arch = BLACKHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 1u << 31 } },
	{ "all rows harvested",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 0x3ff } },
	{ "all columns harvested",
	  { .arch = BLACKHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 0x3fff } },
	{ "wormhole DRAM mask of 7 bits",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .dram_mask = 0x40 } },
	{ "all channels harvested",
	  { .arch = BLACKHOLE, .valid = TENSIX_MASK | DRAM_MASK, .dram_mask = 0xff } },
	{ "mask and grid disagree",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK | GRID, .tensix_mask = 544,
	    .grid_x = 8, .grid_y = 9 } },
	{ "grid too wide",
	  { .arch = WORMHOLE, .valid = DRAM_MASK | GRID, .grid_x = 9, .grid_y = 8 } },
	{ "grid too high",
	  { .arch = BLACKHOLE, .valid = DRAM_MASK | GRID, .grid_x = 12, .grid_y = 11 } },
	{ "empty grid", { .arch = WORMHOLE, .valid = DRAM_MASK | GRID, .grid_x = 8 } },
	{ "a mask that is not given",
	  { .arch = WORMHOLE, .valid = DRAM_MASK | GRID, .tensix_mask = 1, .grid_x = 8,
	    .grid_y = 8 } },
	{ "a grid that is not given",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .grid_x = 8, .grid_y = 10 } },
	{ "unknown bit",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK | 1u << 3 } },
	{ "reserved", { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .reserved = 1 } },
	{ "L1 above the arch's",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .l1_bytes = 1499136 + 16 } },
	{ "L1 of odd size",
	  { .arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .l1_bytes = 1000 } },
	{ "DRAM bank above the arch's",
	  { .arch = BLACKHOLE, .valid = TENSIX_MASK | DRAM_MASK,
	    .dram_bank_bytes = 4 * GIB + 16 } },
	{ "banks and mask disagree",
	  { .arch = BLACKHOLE, .valid = TENSIX_MASK | DRAM_MASK, .dram_mask = 1,
	    .dram_banks = 8 } },
	{ "too many banks",
	  { .arch = BLACKHOLE, .valid = TENSIX_MASK, .dram_banks = 9 } },
	{ "half a channel", { .arch = WORMHOLE, .valid = TENSIX_MASK, .dram_banks = 11 } },
};

static void refuses(struct kunit *test)
{
	const struct refused *r = test->param_value;
	struct tt_memstat_geometry out;

	KUNIT_EXPECT_EQ(test, ttmem_geometry_derive(&r->given, &out), -EINVAL);
}

static const void *next_refusal(const void *prev, char *desc)
{
	const struct refused *r = prev ? (const struct refused *)prev + 1 : refusals;

	if (r == refusals + ARRAY_SIZE(refusals))
		return NULL;
	strscpy(desc, r->name, KUNIT_PARAM_DESC_SIZE);
	return r;
}

#define WORKER	TT_MEMSTAT_LAYOUT_WORKER
#define L1	TT_MEMSTAT_LAYOUT_L1
#define KERNEL	TT_MEMSTAT_LAYOUT_KERNEL
#define TRACE	TT_MEMSTAT_LAYOUT_TRACE

static const struct layout_case {
	const char *name;
	struct tt_memstat_layout layout;
	int ret;
} layouts[] = {
	{ "nothing given", { 0 }, 0 },
	{ "whole grid", { .valid = WORKER, .worker_x = 8, .worker_y = 8 }, 0 },
	{ "smaller grid", { .valid = WORKER, .worker_x = 1, .worker_y = 7 }, 0 },
	{ "all of it", { .valid = WORKER | L1 | KERNEL | TRACE, .worker_x = 8, .worker_y = 7,
	  .l1_base = 103712, .l1_end = 1499136, .l1_small = 32768, .kernel_region = 70656,
	  .trace_region = 1 << 20 }, 0 },
	{ "grid too wide", { .valid = WORKER, .worker_x = 9, .worker_y = 8 }, -ERANGE },
	{ "grid too high", { .valid = WORKER, .worker_x = 8, .worker_y = 9 }, -ERANGE },
	{ "no columns", { .valid = WORKER, .worker_y = 8 }, -ERANGE },
	{ "no rows", { .valid = WORKER, .worker_x = 8 }, -ERANGE },
	{ "a grid that is not given", { .worker_x = 8 }, -EINVAL },
	{ "unknown bit", { .valid = 1u << 4 }, -EINVAL },
	{ "reserved", { .reserved = 1 }, -EINVAL },
	{ "L1 that is not given", { .l1_end = 1024 }, -EINVAL },
	{ "odd base", { .valid = L1, .l1_base = 8, .l1_end = 1024 }, -EINVAL },
	{ "odd end", { .valid = L1, .l1_end = 1025 }, -EINVAL },
	{ "odd L1_SMALL", { .valid = L1, .l1_end = 1024, .l1_small = 4 }, -EINVAL },
	{ "end beyond the core", { .valid = L1, .l1_end = 1499136 + 16 }, -ERANGE },
	{ "base at the end", { .valid = L1, .l1_base = 1024, .l1_end = 1024 }, -ERANGE },
	{ "L1_SMALL that does not fit",
	  { .valid = L1, .l1_base = 512, .l1_end = 1024, .l1_small = 528 }, -ERANGE },
	{ "L1_SMALL that just fits",
	  { .valid = L1, .l1_base = 512, .l1_end = 1024, .l1_small = 512 }, 0 },
	{ "kernel region beyond the core",
	  { .valid = KERNEL, .kernel_region = 1499136 + 16 }, -ERANGE },
	{ "a kernel region that is not given", { .kernel_region = 16 }, -EINVAL },
	{ "trace region beyond the bank", { .valid = TRACE, .trace_region = GIB + 16 }, -ERANGE },
	{ "a trace region that is not given", { .trace_region = 16 }, -EINVAL },
};

static void layout_check(struct kunit *test)
{
	const struct layout_case *c = test->param_value;
	struct tt_memstat_geometry n300, given = {
		.arch = WORMHOLE, .valid = TENSIX_MASK | DRAM_MASK, .tensix_mask = 544 };

	KUNIT_ASSERT_EQ(test, ttmem_geometry_derive(&given, &n300), 0);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_check_layout(&n300, &c->layout), c->ret);
}

/* Sizes are known for every chip, the grid is not. */
static void layout_without_a_grid(struct kunit *test)
{
	const struct tt_memstat_layout grid = { .valid = WORKER, .worker_x = 1, .worker_y = 1 };
	const struct tt_memstat_layout l1 = { .valid = L1, .l1_end = 1024 };
	struct tt_memstat_geometry g;

	ttmem_geometry_whole(WORMHOLE, &g);
	ttmem_geometry_forget(&g, CORES_SIDE);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_check_layout(&g, &grid), -ENODATA);
	KUNIT_EXPECT_EQ(test, ttmem_geometry_check_layout(&g, &l1), 0);
}

static const void *next_layout(const void *prev, char *desc)
{
	const struct layout_case *c = prev ? (const struct layout_case *)prev + 1 : layouts;

	if (c == layouts + ARRAY_SIZE(layouts))
		return NULL;
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
	return c;
}

static void archs(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, ttmem_arch_get(WORMHOLE));
	KUNIT_ASSERT_NOT_NULL(test, ttmem_arch_get(BLACKHOLE));
	KUNIT_EXPECT_EQ(test, ttmem_arch_cores(ttmem_arch_get(WORMHOLE)), 80U);
	KUNIT_EXPECT_EQ(test, ttmem_arch_cores(ttmem_arch_get(BLACKHOLE)), 140U);
	KUNIT_EXPECT_NULL(test, ttmem_arch_get(TT_MEMSTAT_ARCH_UNKNOWN));
	KUNIT_EXPECT_NULL(test, ttmem_arch_get(3));
	KUNIT_EXPECT_NULL(test, ttmem_arch_get(~0u));
}

static struct kunit_case geometry_cases[] = {
	KUNIT_CASE_PARAM(board_has, next_board),
	KUNIT_CASE(grid_alone),
	KUNIT_CASE(equality),
	KUNIT_CASE(a_side),
	KUNIT_CASE(a_side_has_its_size),
	KUNIT_CASE(whole),
	KUNIT_CASE(sizes),
	KUNIT_CASE_PARAM(refuses, next_refusal),
	KUNIT_CASE_PARAM(layout_check, next_layout),
	KUNIT_CASE(layout_without_a_grid),
	KUNIT_CASE(archs),
	{ }
};

static struct kunit_suite geometry_suite = {
	.name = "tt_memstat_geometry",
	.test_cases = geometry_cases,
};

kunit_test_suite(geometry_suite);
