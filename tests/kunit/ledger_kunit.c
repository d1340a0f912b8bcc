// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger, rule by rule: unions, sets, clients, peaks, death, drop; and at the size of a real
 * chip.
 *
 * Numbers are worked out by hand; beside them the rig compares every figure with the oracle
 * after every event.
 */
#include <kunit/test.h>
#include "cases.h"

/* ---- unions ---- */

static void capacity_is_cores_times_l1(struct kunit *test)
{
	struct rig *rig = test->priv;

	EXPECT_CHIP(test, rig, L1_CAPACITY, CORES * CORE_BYTES);
	EXPECT_CHIP(test, rig, DRAM_CAPACITY, BANKS * BANK_BYTES);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, CLIENTS, 0);
}

static void overlapping_records_count_once(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .addr = 0, .size = 256));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 256);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 2, .addr = 128, .size = 256));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 384);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 3, .addr = 128, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 384);
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 256);
	EXPECT_TAKEN(test, FREE(rig, c, 2));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
	EXPECT_TAKEN(test, FREE(rig, c, 3));
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, RECORDS, 0);
}

static void whole_chip_is_capacity(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);

	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .size = CORE_BYTES));
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = CB, .id = 2, .size = CORE_BYTES));
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1_SMALL, .id = 1, .size = CORE_BYTES));
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = DRAM, .id = 2, .size = BANK_BYTES));
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = TRACE, .id = 3, .size = BANK_BYTES));
	EXPECT_CHIP(test, rig, L1_USED, CORES * CORE_BYTES);
	EXPECT_CHIP(test, rig, DRAM_USED, BANKS * BANK_BYTES);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_USED, CORE_BYTES);
	EXPECT_CHIP(test, rig, L1_OVERLAP, 2 * CORES * CORE_BYTES);
	EXPECT_CHIP(test, rig, DRAM_OVERLAP, BANKS * BANK_BYTES);
	EXPECT_CHIP(test, rig, L1_SHARED, CORES * CORE_BYTES);
}

static void sets_occupy_their_cores_alone(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);
	u32 both = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0 | ROW1);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64, .set = row0));
	EXPECT_CHIP(test, rig, L1_USED, 4 * 64);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 2, .size = 64, .set = both));
	EXPECT_CHIP(test, rig, L1_USED, 8 * 64);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 3, .addr = 32, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 8 * 96 + 4 * 64);
	EXPECT_TAKEN(test, FREE(rig, c, 2));
	EXPECT_CHIP(test, rig, L1_USED, 4 * 96 + 8 * 64);
}

static void dram_sets_and_the_whole(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 two = rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 0x3);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 1, .size = 512, .set = two));
	EXPECT_CHIP(test, rig, DRAM_USED, 2 * 512);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 2, .addr = 256, .size = 512));
	EXPECT_CHIP(test, rig, DRAM_USED, 2 * 768 + 2 * 512);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = TRACE, .id = 3, .addr = 256, .size = 256));
	EXPECT_CHIP(test, rig, DRAM_USED, 2 * 768 + 2 * 512);
	EXPECT_CHIP(test, rig, TRACE_USED, 4 * 256);
	EXPECT_CHIP(test, rig, DRAM_BUFFERS_USED, 2 * 768 + 2 * 512);
	EXPECT_CHIP(test, rig, DRAM_OVERLAP, 4 * 256);
	EXPECT_TAKEN(test, FREE(rig, c, 2));
	EXPECT_CHIP(test, rig, DRAM_USED, 2 * 512 + 2 * 256);
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	EXPECT_CHIP(test, rig, DRAM_USED, 4 * 256);
	EXPECT_CHIP(test, rig, DRAM_PEAK, 2 * 768 + 2 * 512);
}

static void equal_sets_have_equal_numbers(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 a = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, 0x3);
	u32 b = rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 0x3);

	KUNIT_EXPECT_NE(test, a, 0U);
	KUNIT_EXPECT_NE(test, a, b);
	KUNIT_EXPECT_EQ(test, rig_set(rig, c, TT_MEMSTAT_SPACE_L1, 0x3), a);
	KUNIT_EXPECT_EQ(test, rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 0x3), b);
	KUNIT_EXPECT_NE(test, rig_set(rig, c, TT_MEMSTAT_SPACE_L1, 0x7), a);
}

static void worker_grid_is_set_zero(struct kunit *test)
{
	struct rig *rig = test->priv;
	static const struct tt_memstat_layout layout = {
		.valid = TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1 |
			 TT_MEMSTAT_LAYOUT_KERNEL,
		.worker_x = 3, .worker_y = 2, .l1_base = 64, .l1_end = 1008, .l1_small = 128,
		.kernel_region = 48,
	};
	int c = rig_attach(rig, test, ALL_POOLS, 0, &layout, 8, 8);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .addr = 64, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 6 * 64);
	EXPECT_CHIP(test, rig, L1_ALLOCATABLE, 6 * 944);
	EXPECT_CHIP(test, rig, L1_RESERVED, CORES * CORE_BYTES - 6 * 944);
	EXPECT_CHIP(test, rig, L1_FREE, 6 * 944 - 6 * 64);
	EXPECT_CLIENT(test, rig, c, L1_FREE, 6 * 944 - 6 * 64);
	EXPECT_CHIP(test, rig, KERNEL_REGION, 48);
	KUNIT_EXPECT_EQ(test, rig->ledger.coverage.core[2], 4U);
	KUNIT_EXPECT_EQ(test, rig->ledger.coverage.core[3], 0U);
	KUNIT_EXPECT_EQ(test, rig->ledger.coverage.core[8], 0U);
}

static void clients_are_a_union(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);

	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .addr = 0, .size = 256));
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1, .id = 1, .addr = 192, .size = 256));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 448);
	EXPECT_CHIP(test, rig, L1_SHARED, CORES * 64);
	EXPECT_CLIENT(test, rig, a, L1_USED, CORES * 256);
	EXPECT_CLIENT(test, rig, b, L1_USED, CORES * 256);
	EXPECT_TAKEN(test, FREE(rig, a, 1));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 256);
	EXPECT_CHIP(test, rig, L1_SHARED, 0);
}

static void fullest_core_and_where(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 one = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, 1u << 6);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .addr = 512, .size = 128));
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_USED, 128);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_X, 0);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 2, .size = 64, .set = one));
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_USED, 192);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_X, 2);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_Y, 1);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 128 + 64);
	EXPECT_TAKEN(test, FREE(rig, c, 2));
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_USED, 128);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_X, 0);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_PEAK, 192);
}

/* ---- peaks, owners, drop ---- */

/* Each space has its own high watermark, which a reset of peaks does not change. */
static void crest_is_the_most_since_it_was_asked_for(struct kunit *test)
{
	struct rig *rig = test->priv;
	const u64 *high_watermark = rig->ledger.high_watermark;
	int a = case_client(rig), b = case_client(rig);

	RECORD(rig, a, .pool = L1, .id = 1, .addr = 0, .size = 256);
	RECORD(rig, b, .pool = L1, .id = 1, .addr = 256, .size = 64);
	RECORD(rig, b, .pool = DRAM, .id = 2, .addr = 0, .size = 32);
	FREE(rig, a, 1);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_L1], CORES * 320ull);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_DRAM], BANKS * 32ull);
	rig_reset_peaks(rig);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_L1], CORES * 320ull);
	ttmem_ledger_reset_high_watermark(&rig->ledger, TT_MEMSTAT_SPACE_L1);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_L1], CORES * 64ull);
	rig_detach(rig, b, 1);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_L1], CORES * 64ull);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_DRAM], BANKS * 32ull);
	ttmem_ledger_reset_high_watermark(&rig->ledger, TT_MEMSTAT_SPACE_L1);
	ttmem_ledger_reset_high_watermark(&rig->ledger, TT_MEMSTAT_SPACE_DRAM);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_L1], 0ull);
	KUNIT_EXPECT_EQ(test, high_watermark[TT_MEMSTAT_SPACE_DRAM], 0ull);
}

static void peaks_are_of_the_order_of_events(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);

	RECORD(rig, a, .pool = L1, .id = 1, .addr = 0, .size = 256);
	FREE(rig, a, 1);
	RECORD(rig, b, .pool = L1, .id = 1, .addr = 512, .size = 128);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 256);
	EXPECT_CLIENT(test, rig, a, L1_PEAK, CORES * 256);
	EXPECT_CLIENT(test, rig, b, L1_PEAK, CORES * 128);
	EXPECT_CHIP(test, rig, L1_BUFFERS_PEAK, CORES * 256);
	RECORD(rig, a, .pool = L1_SMALL, .id = 2, .addr = 0, .size = 256);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 384);
	EXPECT_CHIP(test, rig, L1_SMALL_PEAK, CORES * 256);
	rig_detach(rig, a, 1);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 384);
	EXPECT_CHIP(test, rig, L1_SMALL_PEAK, CORES * 256);
	rig_reset_peaks(rig);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 128);
	EXPECT_CHIP(test, rig, L1_SMALL_PEAK, 0);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT_PEAK, CORES * 128);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_PEAK, 128);
}

static void death_gives_every_byte_back(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);
	u32 row0 = rig_set(rig, a, TT_MEMSTAT_SPACE_L1, ROW0);
	u32 dram = rig_set(rig, a, TT_MEMSTAT_SPACE_DRAM, 0x5);
	u64 i;

	RECORD(rig, b, .pool = L1, .id = 1, .addr = 128, .size = 64);
	RECORD(rig, b, .pool = DRAM, .id = 2, .addr = 128, .size = 64);
	for (i = 0; i < 20; i++) {
		RECORD(rig, a, .pool = L1, .id = 10 + i, .addr = i * 16, .size = 64);
		RECORD(rig, a, .pool = CB, .id = 40 + i, .addr = i * 32, .size = 64,
		       .set = row0, .program = 1 + i % 7);
		RECORD(rig, a, .pool = DRAM, .id = 70 + i, .addr = i * 48, .size = 96,
		       .set = i % 2 ? dram : 0);
		RECORD(rig, a, .pool = KERNEL, .id = 100 + i, .size = 64, .program = 1 + i % 7);
	}
	DISPATCH(rig, a, 3, 0);
	rig_detach(rig, a, 1);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
	EXPECT_CHIP(test, rig, DRAM_USED, BANKS * 64);
	EXPECT_CHIP(test, rig, RECORDS, 2);
	EXPECT_CHIP(test, rig, PROGRAMS, 0);
	EXPECT_CHIP(test, rig, KERNEL_APP, 0);
	EXPECT_CHIP(test, rig, CLIENTS, 1);
	EXPECT_CHIP(test, rig, L1_SHARED, 0);
	rig_detach(rig, b, 1000);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, DRAM_USED, 0);
	EXPECT_CHIP(test, rig, L1_PEAK, 4 * 672 + 8 * 368);
}

/* A pool that only a dying client covers stays known until it is gone, so pools add up. */
static void death_keeps_the_whole_the_sum_of_its_parts(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client_of(rig, rig, BIT(L1)), b = case_client(rig);
	struct ttmem_prealloc prealloc = { .arch = rig->ledger.arch };
	struct ttmem_ledger_client *dying = rig->client[b];

	RECORD(rig, a, .pool = L1, .id = 1, .size = 64);
	RECORD(rig, b, .pool = CB, .id = 2, .addr = 512, .size = 128, .program = 1);
	ttmem_ledger_detach(dying);
	KUNIT_EXPECT_EQ(test, rig_chip(rig, TT_MEMSTAT_FIG_L1_USED), CORES * 192);
	KUNIT_EXPECT_EQ(test, rig_chip(rig, TT_MEMSTAT_FIG_L1_OVERLAP), 0);
	KUNIT_EXPECT_EQ(test, rig_chip(rig, TT_MEMSTAT_FIG_CB_USED), CORES * 128);
	rig->ledger.work_max = 1;
	do
		ttmem_ledger_begin(&rig->ledger);
	while (ttmem_ledger_detach_step(dying, &prealloc));
	ttmem_prealloc_free(&prealloc);
	KUNIT_EXPECT_EQ(test, rig_chip(rig, TT_MEMSTAT_FIG_L1_USED), CORES * 64);
	oracle_detach(rig->oracle, b);
	ttmem_ledger_client_free(dying);
	kfree(dying);
	rig->client[b] = NULL;
}

static void drop_forgets_pools_and_dispatches(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u64 i;

	RECORD(rig, c, .pool = KERNEL, .id = 1, .size = 16, .program = 1);
	for (i = 0; i < 9; i++)
		RECORD(rig, c, .pool = CB, .id = 10 + i, .addr = i * 64, .size = 64,
		       .program = 1 + i % 3);
	RECORD(rig, c, .pool = L1, .id = 2, .addr = 640, .size = 64);
	RECORD(rig, c, .pool = DRAM, .id = 3, .size = 64);
	DISPATCH(rig, c, 1, 0);
	rig_drop(rig, c, 1u << CB, 2);
	EXPECT_CHIP(test, rig, CB_LOADED, 0);
	EXPECT_CHIP(test, rig, PROGRAMS, 1);	/* the one with a kernel record */
	EXPECT_CHIP(test, rig, RECORDS, 3);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
	/* as before a first dispatch */
	RECORD(rig, c, .pool = CB, .id = 4, .size = 64, .program = 8);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	rig_drop(rig, c, ALL_POOLS, 1);
	EXPECT_CHIP(test, rig, RECORDS, 0);
	EXPECT_CHIP(test, rig, PROGRAMS, 0);
	EXPECT_CHIP(test, rig, KERNEL_APP, 0);
	EXPECT_CHIP(test, rig, DRAM_USED, 0);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, CLIENTS, 1);
}

static void drop_of_other_pools_keeps_programs(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 64, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .addr = 64, .size = 64, .program = 2);
	FREE(rig, c, 2);
	DISPATCH(rig, c, 1, 0);
	rig_drop(rig, c, 1u << DRAM | 1u << L1, 1);
	EXPECT_CHIP(test, rig, PROGRAMS, 2);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 2, 0));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);	/* program 2 has no cores left */
}

static void generation_counts_events(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	EXPECT_CHIP(test, rig, GENERATION, 1);
	RECORD(rig, c, .pool = L1, .id = 1, .size = 64);
	FREE(rig, c, 1);
	EXPECT_REFUSED(test, FREE(rig, c, 1), ENOENT);
	EXPECT_CHIP(test, rig, GENERATION, 3);
	EXPECT_CLIENT(test, rig, c, GENERATION, 2);
	rig_drop(rig, c, ALL_POOLS, 1);
	EXPECT_CHIP(test, rig, GENERATION, 4);
	rig_detach(rig, c, 1);
	EXPECT_CHIP(test, rig, GENERATION, 6);	/* its leave, and its last byte */
}

/* ---- at the size of a real chip ---- */

static struct rig *n300(struct kunit *test)
{
	static const struct tt_memstat_geometry geometry = {
		.arch = TT_MEMSTAT_ARCH_WORMHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
		.grid_x = 8, .grid_y = 8, .l1_bytes = 1499136, .dram_bank_bytes = 1ull << 30,
		.dram_banks = 12,
	};

	return rig_new(test, &geometry, false);
}

/* 40 cached programs with 10 MiB of CBs each on 64 cores: 10 MiB, or more if staggered. */
static void cached_programs_of_ten_mib(struct kunit *test)
{
	const u64 each = (10ull << 20) / 64, base = 103712;
	struct rig *rig = n300(test);
	u64 p;
	int c;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	c = case_client(rig);
	EXPECT_CHIP(test, rig, L1_CAPACITY, 95944704);
	for (p = 1; p <= 40; p++)
		RECORD(rig, c, .pool = CB, .id = p, .addr = base, .size = each, .program = p);
	EXPECT_CHIP(test, rig, CB_USED, 10485760);
	EXPECT_CHIP(test, rig, CB_LOADED, 10485760);
	for (p = 1; p <= 40; p++)
		PROGRAM_FREE(rig, c, p);
	for (p = 1; p <= 36; p++) {
		RECORD(rig, c, .pool = CB, .id = p, .addr = base + (p - 1) * 32768, .size = each,
		       .program = p);
		DISPATCH(rig, c, p, 0);
		EXPECT_CHIP(test, rig, CB_USED, 10485760);
		EXPECT_CHIP(test, rig, CB_LOADED, 10485760 + (p - 1) * 32768 * 64);
	}
	EXPECT_CHIP(test, rig, CB_PEAK, 10485760);
	rig_free(rig);
}

static void banks_of_a_gigabyte(struct kunit *test)
{
	struct rig *rig = n300(test);
	u32 last;
	int c;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	c = case_client(rig);
	last = rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 1u << 11);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 1, .size = 1ull << 30));
	EXPECT_CHIP(test, rig, DRAM_USED, 12ull << 30);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = TRACE, .id = 2, .addr = (1ull << 30) - 16,
				  .size = 16, .set = last));
	EXPECT_CHIP(test, rig, DRAM_USED, 12ull << 30);
	EXPECT_CHIP(test, rig, TRACE_USED, 16);
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	EXPECT_CHIP(test, rig, DRAM_USED, 16);
	rig_free(rig);
}

/* Readers poll the generation, so it must change with every visible change. */
static void partial_is_said_anew(struct kunit *test)
{
	struct rig *rig = n300(test);
	u64 generation;
	int c;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	c = rig_attach(rig, rig, BIT(L1), 0, NULL, 10, 10);
	KUNIT_ASSERT_GE(test, c, 0);
	generation = rig_chip(rig, TT_MEMSTAT_FIG_GENERATION);
	KUNIT_EXPECT_EQ(test, ttmem_ledger_partial(rig->client[c], BIT(CB)), -EINVAL);
	EXPECT_CHIP(test, rig, GENERATION, generation);
	EXPECT_CHIP(test, rig, L1_PARTIAL, BIT(L1_SMALL) | BIT(CB));
	KUNIT_EXPECT_EQ(test, ttmem_ledger_partial(rig->client[c], BIT(L1)), 0);
	EXPECT_CHIP(test, rig, GENERATION, generation + 1);
	EXPECT_CHIP(test, rig, L1_PARTIAL, BIT(L1) | BIT(L1_SMALL) | BIT(CB));
	rig_free(rig);
}

/* A runtime that tells of its programs' kernels only leaves its own unknown, not zero. */
static void kernels_in_part_are_the_applications(struct kunit *test)
{
	struct rig *rig = n300(test);
	int part, whole;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	part = rig_attach(rig, rig, BIT(KERNEL), BIT(KERNEL), NULL, 10, 10);
	KUNIT_ASSERT_GE(test, part, 0);
	EXPECT_TAKEN(test, RECORD(rig, part, .pool = KERNEL, .id = 1, .size = 64, .program = 9));
	EXPECT_CHIP(test, rig, KERNEL_APP, 64ull * 64);
	KUNIT_EXPECT_FALSE(test, rig_knows(rig, ORACLE_CHIP, TT_MEMSTAT_FIG_KERNEL_SYSTEM));
	whole = rig_attach(rig, test, BIT(KERNEL), 0, NULL, 10, 10);
	KUNIT_ASSERT_GE(test, whole, 0);
	EXPECT_CHIP(test, rig, KERNEL_SYSTEM, 0);
	KUNIT_EXPECT_EQ(test, ttmem_ledger_partial(rig->client[whole], BIT(KERNEL)), 0);
	KUNIT_EXPECT_FALSE(test, rig_knows(rig, ORACLE_CHIP, TT_MEMSTAT_FIG_KERNEL_SYSTEM));
	rig_free(rig);
}

static struct kunit_case ledger_cases[] = {
	KUNIT_CASE(capacity_is_cores_times_l1),
	KUNIT_CASE(overlapping_records_count_once),
	KUNIT_CASE(whole_chip_is_capacity),
	KUNIT_CASE(sets_occupy_their_cores_alone),
	KUNIT_CASE(dram_sets_and_the_whole),
	KUNIT_CASE(equal_sets_have_equal_numbers),
	KUNIT_CASE(worker_grid_is_set_zero),
	KUNIT_CASE(clients_are_a_union),
	KUNIT_CASE(fullest_core_and_where),
	KUNIT_CASE(peaks_are_of_the_order_of_events),
	KUNIT_CASE(crest_is_the_most_since_it_was_asked_for),
	KUNIT_CASE(death_gives_every_byte_back),
	KUNIT_CASE(death_keeps_the_whole_the_sum_of_its_parts),
	KUNIT_CASE(drop_forgets_pools_and_dispatches),
	KUNIT_CASE(drop_of_other_pools_keeps_programs),
	KUNIT_CASE(generation_counts_events),
	KUNIT_CASE(cached_programs_of_ten_mib),
	KUNIT_CASE(banks_of_a_gigabyte),
	KUNIT_CASE(partial_is_said_anew),
	KUNIT_CASE(kernels_in_part_are_the_applications),
	{ }
};

static struct kunit_suite ledger_suite = {
	.name = "tt_memstat_ledger",
	.init = case_init,
	.exit = case_exit,
	.test_cases = ledger_cases,
};

kunit_test_suite(ledger_suite);
