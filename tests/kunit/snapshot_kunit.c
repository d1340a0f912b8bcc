// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known and unknown figures, and snapshots: rule by rule.
 *
 * Numbers are worked out by hand; beside them the rig compares every figure with the oracle
 * after every event.
 */
#include <kunit/test.h>
#include "cases.h"

static const char family;	/* a thread group */

/* ---- covered or unknown ---- */

static void without_clients_usage_is_zero(struct kunit *test)
{
	struct rig *rig = test->priv;

	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, CB_LOADED, 0);
	EXPECT_CHIP(test, rig, DRAM_USED, 0);
	EXPECT_CHIP(test, rig, KERNEL_APP, 0);
	EXPECT_CHIP(test, rig, L1_PARTIAL, 0);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_PEAK));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_HEADROOM));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_ALLOCATABLE));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRIFT));
}

static void uncovered_is_unknown(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client_of(rig, test, 1u << CB);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 64);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_BUFFERS_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_SMALL_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRAM_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, TRACE_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, KERNEL_APP));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRAM_PEAK));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
	EXPECT_CHIP(test, rig, L1_PARTIAL, 1u << L1 | 1u << L1_SMALL);
	EXPECT_CHIP(test, rig, DRAM_PARTIAL, 1u << DRAM | 1u << TRACE);
	/* another client covers the rest: known, but this one still reports only a part */
	case_client(rig);
	EXPECT_CHIP(test, rig, L1_BUFFERS_USED, 0);
	EXPECT_CHIP(test, rig, L1_PARTIAL, 1u << L1 | 1u << L1_SMALL);
	rig_detach(rig, c, 10);
	EXPECT_CHIP(test, rig, L1_PARTIAL, 0);
	EXPECT_CHIP(test, rig, CB_PEAK, CORES * 64);
}

static void partly_covered_is_known_and_named(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = rig_attach(rig, test, ALL_POOLS, 1u << L1 | 1u << DRAM, NULL, 8, 8);

	RECORD(rig, c, .pool = L1, .id = 1, .size = 64);
	EXPECT_CHIP(test, rig, L1_BUFFERS_USED, CORES * 64);
	EXPECT_CHIP(test, rig, L1_PARTIAL, 1u << L1);
	EXPECT_CLIENT(test, rig, c, DRAM_PARTIAL, 1u << DRAM);
}

static void peaks_stand_without_clients(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client_of(rig, test, 1u << L1);

	RECORD(rig, c, .pool = L1, .id = 1, .size = 64);
	rig_detach(rig, c, 1);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 64);
	EXPECT_CHIP(test, rig, L1_BUFFERS_PEAK, CORES * 64);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, CB_PEAK));
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, CB_USED, 0);
	rig_reset_peaks(rig);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_PEAK));
}

static void reset_keeps_what_anybody_covers(struct kunit *test)
{
	struct rig *rig = test->priv;

	case_client_of(rig, test, 1u << L1);
	case_client_of(rig, test, 1u << DRAM);
	rig_reset_peaks(rig);
	EXPECT_CHIP(test, rig, L1_PEAK, 0);
	EXPECT_CHIP(test, rig, DRAM_PEAK, 0);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, CB_PEAK));
}

/* ---- snapshots ---- */

static void snapshot_is_the_figure_until_a_record(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);

	EXPECT_TAKEN(test, SNAPSHOT(rig, c, .pool = L1, .id = 800, .addr = 100, .size = 700,
				    .program = 600));
	EXPECT_CHIP(test, rig, L1_BUFFERS_USED, CORES * 100);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 100);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT, CORES * 100);
	EXPECT_CHIP(test, rig, L1_LARGEST_FREE_BLOCK, 600);
	EXPECT_CHIP(test, rig, APPROX, 0);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, DRIFT));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, L1_FULLEST_CORE_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_FULLEST_CORE_USED));
	/* the same key: replaced; another set: added */
	SNAPSHOT(rig, c, .pool = L1, .id = 800, .addr = 200, .size = 600, .program = 500);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 200);
	SNAPSHOT(rig, c, .pool = L1, .id = 800, .addr = 10, .set = row0, .program = 501);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 200 + 4 * 10);
	EXPECT_CHIP(test, rig, L1_LARGEST_FREE_BLOCK, 501);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 200 + 4 * 10);
	/* records count from here on */
	RECORD(rig, c, .pool = L1, .id = 1, .size = 64);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
	EXPECT_CHIP(test, rig, DRIFT, CORES * 200 + 4 * 10 - CORES * 64);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_USED, 64);
	EXPECT_CHIP(test, rig, L1_LARGEST_FREE_BLOCK, 501);
	FREE(rig, c, 1);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, DRIFT, CORES * 200 + 4 * 10);
	rig_drop(rig, c, 1u << L1, 1);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, DRIFT));
	SNAPSHOT(rig, c, .pool = L1, .id = 800, .addr = 32);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 32);
}

static void drift_is_signed(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = DRAM, .id = 1, .size = 512);
	SNAPSHOT(rig, c, .pool = DRAM, .id = 1024, .addr = 500);
	EXPECT_CLIENT(test, rig, c, DRIFT, -(4 * 12));
	RECORD(rig, c, .pool = L1, .id = 2, .size = 64);
	SNAPSHOT(rig, c, .flags = TOTAL, .pool = L1, .size = CORES * 64 + 7);
	EXPECT_CLIENT(test, rig, c, DRIFT, 7 - 48);
	EXPECT_CHIP(test, rig, DRIFT, 7 - 48);
	EXPECT_CHIP(test, rig, APPROX, 0);
	EXPECT_CHIP(test, rig, DRAM_ALLOCATABLE, 4 * 1024);
	EXPECT_CHIP(test, rig, DRAM_FREE, 4 * 1024 - 4 * 512);
}

static void total_marks_approx(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	EXPECT_TAKEN(test, SNAPSHOT(rig, c, .flags = TOTAL, .pool = DRAM, .size = 1001));
	EXPECT_CHIP(test, rig, DRAM_USED, 1001);
	EXPECT_CHIP(test, rig, APPROX, 1);
	EXPECT_CLIENT(test, rig, c, APPROX, 1);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, DRAM_ALLOCATABLE));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, DRAM_LARGEST_FREE_BLOCK));
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_USED, 0);	/* dram's snapshot, l1's cores */
	SNAPSHOT(rig, c, .pool = DRAM, .id = 1024, .addr = 100);
	EXPECT_CHIP(test, rig, DRAM_USED, 400);
	EXPECT_CHIP(test, rig, APPROX, 0);
}

static void the_group_shares_the_record_mode(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client_of(rig, &family, ALL_POOLS);
	int b = case_client_of(rig, &family, ALL_POOLS);
	int stranger = case_client_of(rig, test, ALL_POOLS);

	SNAPSHOT(rig, a, .pool = L1, .id = 800, .addr = 100);
	SNAPSHOT(rig, stranger, .pool = L1, .id = 800, .addr = 10);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 110);
	RECORD(rig, b, .pool = L1, .id = 1, .size = 64);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 74);
	EXPECT_CLIENT(test, rig, a, L1_USED, 0);
	EXPECT_CLIENT(test, rig, a, DRIFT, CORES * 100);
	EXPECT_CLIENT(test, rig, stranger, L1_USED, CORES * 10);
	EXPECT_CHIP(test, rig, L1_SHARED, 0);
	/* b drops: a's snapshot counts again for the group */
	rig_drop(rig, b, 1u << L1, 1);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 110);
	EXPECT_CLIENT(test, rig, a, L1_USED, CORES * 100);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 110);
	EXPECT_CHIP(test, rig, L1_SHARED, 0);
}

/*
 * When a process dies, its clients end one after the other. An old snapshot of one must not count
 * after another one, which recorded, has ended.
 */
static void a_dead_group_makes_no_peak(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client_of(rig, &family, ALL_POOLS);
	int b = case_client_of(rig, &family, ALL_POOLS);
	u64 i;

	RECORD(rig, a, .pool = L1, .id = 1, .size = 16);
	SNAPSHOT(rig, b, .pool = L1, .id = 800, .addr = 600);
	for (i = 0; i < 8; i++)
		RECORD(rig, a, .pool = L1, .id = 10 + i, .addr = 32 + i * 64, .size = 64);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 528);
	rig_detach(rig, a, 1);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CLIENT(test, rig, b, DRIFT, CORES * 600);
	/* nor for a client that attaches before the last one is gone; then all starts again */
	a = case_client_of(rig, &family, ALL_POOLS);
	SNAPSHOT(rig, a, .pool = L1, .id = 800, .addr = 700);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	rig_detach(rig, b, 1);
	rig_detach(rig, a, 1);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * 528);
	a = case_client_of(rig, &family, ALL_POOLS);
	SNAPSHOT(rig, a, .pool = L1, .id = 800, .addr = 600);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 600);
	EXPECT_CHIP(test, rig, L1_SHARED, 0);
	EXPECT_CHIP(test, rig, INCONSISTENT, 0);
}

static void a_drop_ends_what_the_gone_recorded(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client_of(rig, &family, ALL_POOLS);
	int b = case_client_of(rig, &family, ALL_POOLS);
	int other = case_client_of(rig, &family, ALL_POOLS);

	SNAPSHOT(rig, b, .pool = L1, .id = 800, .addr = 100);
	RECORD(rig, a, .pool = L1, .id = 1, .size = 16);
	rig_detach(rig, a, 1);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	rig_drop(rig, other, 1u << L1, 1);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 100);
}

/* The largest free block is the maximum of the present snapshots. */
static void the_largest_block_is_of_those_that_are(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);
	u32 row0 = rig_set(rig, a, TT_MEMSTAT_SPACE_L1, ROW0);

	SNAPSHOT(rig, a, .pool = L1, .id = 800, .program = 600);
	SNAPSHOT(rig, a, .pool = L1, .id = 800, .program = 700, .set = row0);
	SNAPSHOT(rig, b, .pool = L1, .id = 800, .program = 650);
	EXPECT_CHIP(test, rig, L1_LARGEST_FREE_BLOCK, 700);
	SNAPSHOT(rig, a, .pool = L1, .id = 800, .program = 500, .set = row0);
	EXPECT_CHIP(test, rig, L1_LARGEST_FREE_BLOCK, 650);
	EXPECT_CLIENT(test, rig, a, L1_LARGEST_FREE_BLOCK, 600);
	SNAPSHOT(rig, a, .pool = L1, .flags = TOTAL, .size = 64);
	EXPECT_CLIENT(test, rig, a, L1_LARGEST_FREE_BLOCK, 500);
	rig_detach(rig, b, 1);
	EXPECT_CHIP(test, rig, L1_LARGEST_FREE_BLOCK, 500);
}

static void clipping_is_inconsistent(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	SNAPSHOT(rig, c, .pool = L1, .id = CORE_BYTES, .addr = 900);
	SNAPSHOT(rig, c, .pool = CB, .id = CORE_BYTES, .addr = 100);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 1000);
	EXPECT_CHIP(test, rig, INCONSISTENT, 0);
	SNAPSHOT(rig, c, .pool = CB, .id = CORE_BYTES, .addr = 200);
	EXPECT_CHIP(test, rig, L1_USED, CORES * CORE_BYTES);
	EXPECT_CHIP(test, rig, L1_OVERLAP, CORES * (1100 - CORE_BYTES));
	EXPECT_CHIP(test, rig, INCONSISTENT, 1);
	EXPECT_CLIENT(test, rig, c, INCONSISTENT, 1);
	EXPECT_CHIP(test, rig, L1_PEAK, CORES * CORE_BYTES);
	SNAPSHOT(rig, c, .pool = CB, .id = CORE_BYTES, .addr = 24);
	EXPECT_CHIP(test, rig, INCONSISTENT, 0);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 924);
}

/* Two clients, each within the chip's capacity, together above it. */
static void the_chip_clips_for_itself(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);

	SNAPSHOT(rig, a, .pool = DRAM, .id = BANK_BYTES, .addr = 1500);
	SNAPSHOT(rig, b, .pool = DRAM, .id = BANK_BYTES, .addr = 1500);
	EXPECT_CHIP(test, rig, DRAM_USED, BANKS * BANK_BYTES);
	EXPECT_CHIP(test, rig, DRAM_SHARED, BANKS * (3000 - BANK_BYTES));
	EXPECT_CHIP(test, rig, INCONSISTENT, 1);
	EXPECT_CLIENT(test, rig, a, INCONSISTENT, 0);
	EXPECT_CHIP(test, rig, DRAM_ALLOCATABLE, BANKS * BANK_BYTES);
	EXPECT_CHIP(test, rig, DRAM_FREE, 0);
}

/* Snapshots of both pools, or of overlapping sets, may claim the same bytes. */
static void no_more_is_allocatable_than_there_is(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	SNAPSHOT(rig, c, .pool = DRAM, .id = BANK_BYTES, .addr = 512);
	SNAPSHOT(rig, c, .pool = TRACE, .id = BANK_BYTES, .addr = 256);
	EXPECT_CLIENT(test, rig, c, DRAM_ALLOCATABLE, BANKS * BANK_BYTES);
	EXPECT_CHIP(test, rig, DRAM_ALLOCATABLE, BANKS * BANK_BYTES);
	EXPECT_CHIP(test, rig, DRAM_FREE, BANKS * (BANK_BYTES - 768));
}

static void loaded_says_nothing_of_used(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);

	EXPECT_TAKEN(test, SNAPSHOT(rig, c, .flags = LOADED, .pool = CB, .id = 800,
				    .addr = 100));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, CB_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, CB_USED));
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * 100);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT, CORES * 100);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, L1_PARTIAL, 1u << CB);
	/* a snapshot without LOADED adds cb_used */
	SNAPSHOT(rig, c, .pool = CB, .id = 800, .addr = 50, .set = row0);
	EXPECT_CHIP(test, rig, CB_USED, 4 * 50);
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * 100);
	EXPECT_CHIP(test, rig, L1_USED, 4 * 50);
	EXPECT_CHIP(test, rig, L1_OVERLAP, 0);
	EXPECT_CHIP(test, rig, L1_SHARED, 0);
	/* a snapshot without LOADED alone does not define cb_loaded */
	rig_drop(rig, c, 1u << CB, 1);
	SNAPSHOT(rig, c, .pool = CB, .id = 800, .addr = 50);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, CB_LOADED));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 50);
	RECORD(rig, c, .pool = CB, .id = 1, .size = 64);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * 64);
}

static void views_too_begin_the_record_mode(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	SNAPSHOT(rig, c, .pool = CB, .id = 800, .addr = 50);
	RECORD(rig, c, .pool = CB, .id = 1, .flags = VIEW, .size = 64);
	EXPECT_CHIP(test, rig, CB_USED, 0);
	EXPECT_CHIP(test, rig, DRIFT, CORES * 50);
}

static void age_of_the_newest_snapshot(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);

	KUNIT_EXPECT_FALSE(test, KNOWN(rig, a, SNAPSHOT_AGE_MS));
	SNAPSHOT(rig, a, .pool = L1, .id = 64);
	rig->now_ns += 250000000;
	EXPECT_CLIENT(test, rig, a, SNAPSHOT_AGE_MS, 250);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, b, SNAPSHOT_AGE_MS));
	SNAPSHOT(rig, b, .pool = L1, .id = 64);
	rig->now_ns += 5000000;
	EXPECT_CLIENT(test, rig, b, SNAPSHOT_AGE_MS, 5);
	EXPECT_CHIP(test, rig, SNAPSHOT_AGE_MS, 5);
	rig_check(rig);
}

static void snapshots_have_a_cap(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 i, set;
	int taken = 0;

	/* more keys than a client may have; the oracle holds fewer, so without it from here */
	rig->failed = true;
	for (i = 1; i <= TTMEM_MAX_SNAPSHOTS + 10; i++) {
		set = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, i);
		taken += !SNAPSHOT(rig, c, .pool = L1, .id = 64, .set = set);
	}
	KUNIT_EXPECT_EQ(test, taken, TTMEM_MAX_SNAPSHOTS);
	EXPECT_REFUSED(test, SNAPSHOT(rig, c, .pool = L1, .id = 64), ENOSPC);
	/* a replacement needs no memory */
	EXPECT_TAKEN(test, SNAPSHOT(rig, c, .pool = L1, .id = 32, .addr = 16, .set = 1));
	EXPECT_CHIP(test, rig, L1_USED, 16);
}

static struct kunit_case snapshot_cases[] = {
	KUNIT_CASE(without_clients_usage_is_zero),
	KUNIT_CASE(uncovered_is_unknown),
	KUNIT_CASE(partly_covered_is_known_and_named),
	KUNIT_CASE(peaks_stand_without_clients),
	KUNIT_CASE(reset_keeps_what_anybody_covers),
	KUNIT_CASE(snapshot_is_the_figure_until_a_record),
	KUNIT_CASE(drift_is_signed),
	KUNIT_CASE(total_marks_approx),
	KUNIT_CASE(the_group_shares_the_record_mode),
	KUNIT_CASE(a_dead_group_makes_no_peak),
	KUNIT_CASE(a_drop_ends_what_the_gone_recorded),
	KUNIT_CASE(the_largest_block_is_of_those_that_are),
	KUNIT_CASE(clipping_is_inconsistent),
	KUNIT_CASE(the_chip_clips_for_itself),
	KUNIT_CASE(no_more_is_allocatable_than_there_is),
	KUNIT_CASE(loaded_says_nothing_of_used),
	KUNIT_CASE(views_too_begin_the_record_mode),
	KUNIT_CASE(age_of_the_newest_snapshot),
	KUNIT_CASE(snapshots_have_a_cap),
	{ }
};

static struct kunit_suite snapshot_suite = {
	.name = "tt_memstat_snapshot",
	.init = case_init,
	.exit = case_exit,
	.test_cases = snapshot_cases,
};

kunit_test_suite(snapshot_suite);
