// SPDX-License-Identifier: GPL-2.0-only
/*
 * A chip's geometry as derived from its clients', and the geometry that binds them.
 *
 * Runs without the oracle, which has one geometry for each chip. The architecture has 4x3 cores and
 * 4 DRAM banks; the chip's geometry is unknown.
 */
#include <kunit/test.h>
#include "../../driver/geometry.h"
#include "cases.h"

static struct tt_memstat_geometry geometry(u32 x, u32 y, u32 banks)
{
	struct tt_memstat_geometry g = case_geometry;

	g.valid = x ? TT_MEMSTAT_GEOMETRY_GRID : 0;
	g.grid_x = x;
	g.grid_y = y;
	g.dram_banks = banks;
	return g;
}

static int init(struct kunit *test)
{
	const struct tt_memstat_geometry nothing = geometry(0, 0, 0);

	test->priv = rig_new_of(test, &case_geometry, &nothing, false);
	return test->priv ? 0 : -ENOMEM;
}

/* Attach a client with this geometry; 0 columns, or 0 banks: without that side. */
static int speaker(struct rig *rig, u32 x, u32 y, u32 banks)
{
	struct tt_memstat_geometry g = geometry(x, y, banks);
	int c;

	rig->own = &g;
	c = case_client(rig);
	rig->own = NULL;
	return c;
}

static void binds(struct rig *rig, u32 x, u32 y, u32 banks)
{
	struct tt_memstat_geometry g = geometry(x, y, banks);

	ttmem_ledger_set_geometry(&rig->ledger, &g);
}

static void gone(struct rig *rig, int c)
{
	rig_detach(rig, c, 64);
}

static void who_says_nothing_reports_nothing(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig), other = speaker(rig, 4, 3, 4);

	EXPECT_REFUSED(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64), ENODATA);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = KERNEL, .id = 1, .size = 64), ENODATA);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = DRAM, .id = 1, .size = 64), ENODATA);
	EXPECT_REFUSED(test, SNAPSHOT(rig, c, .pool = L1, .id = 64), ENODATA);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, L1_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, DRAM_PEAK));
	EXPECT_TAKEN(test, RECORD(rig, other, .pool = L1, .id = 1, .size = 64));
}

static void nobody_says_anything(struct kunit *test)
{
	struct rig *rig = test->priv;

	case_client(rig);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRAM_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_PEAK));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRAM_USED));
}

/* Clients that agree determine the chip's geometry while attached; its use is exact. */
static void who_agree_describe_the_chip(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = speaker(rig, 3, 2, 3), b = speaker(rig, 3, 2, 3);

	EXPECT_CHIP(test, rig, L1_CAPACITY, 6 * CORE_BYTES);
	EXPECT_CHIP(test, rig, DRAM_CAPACITY, 3 * BANK_BYTES);
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .size = 64));
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1, .id = 1, .size = 128));
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = DRAM, .id = 2, .size = 64));
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = DRAM, .id = 2, .addr = 32, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 6 * 128);
	EXPECT_CHIP(test, rig, DRAM_USED, 3 * 96);
	EXPECT_CLIENT(test, rig, a, DRAM_USED, 3 * 64);
	EXPECT_CHIP(test, rig, L1_FULLEST_CORE_USED, 128);
	gone(rig, a);
	EXPECT_CHIP(test, rig, L1_CAPACITY, 6 * CORE_BYTES);
	gone(rig, b);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_USED));
	EXPECT_CHIP(test, rig, L1_PEAK, 6 * 128);
}

/* Each client is checked against its own geometry; the chip only has the upper bound. */
static void who_differ_report_side_by_side(struct kunit *test)
{
	struct rig *rig = test->priv;
	int small = speaker(rig, 1, 1, 1), all = speaker(rig, 4, 3, 4);

	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRAM_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_FULLEST_CORE_USED));
	EXPECT_TAKEN(test, RECORD(rig, small, .pool = L1, .id = 1, .size = 128));
	EXPECT_TAKEN(test, RECORD(rig, all, .pool = L1, .id = 1, .size = 64));
	EXPECT_TAKEN(test, RECORD(rig, small, .pool = DRAM, .id = 2, .size = BANK_BYTES));
	EXPECT_TAKEN(test, RECORD(rig, all, .pool = DRAM, .id = 2, .size = 64));
	EXPECT_CLIENT(test, rig, small, L1_USED, 128);
	EXPECT_CLIENT(test, rig, all, L1_USED, 12 * 64);
	EXPECT_CLIENT(test, rig, small, DRAM_USED, BANK_BYTES);
	EXPECT_CLIENT(test, rig, all, DRAM_USED, 4 * 64);
	EXPECT_CHIP(test, rig, L1_USED, 12 * 64 + 64);
	EXPECT_CHIP(test, rig, DRAM_USED, 4 * BANK_BYTES);
	gone(rig, all);
	EXPECT_CHIP(test, rig, L1_CAPACITY, CORE_BYTES);
	EXPECT_CHIP(test, rig, L1_USED, 128);
	EXPECT_CHIP(test, rig, DRAM_USED, BANK_BYTES);
}

/* Disagreement on one side does not affect the other one. */
static void sides_differ_apart(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = speaker(rig, 3, 2, 4);

	speaker(rig, 2, 2, 4);
	EXPECT_CHIP(test, rig, DRAM_CAPACITY, 4 * BANK_BYTES);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_CAPACITY));
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = DRAM, .id = 1, .size = 64));
	EXPECT_CHIP(test, rig, DRAM_USED, 4 * 64);
}

static void a_side_alone(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = speaker(rig, 2, 2, 0);

	EXPECT_CHIP(test, rig, L1_CAPACITY, 4 * CORE_BYTES);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRAM_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, DRAM_USED));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64));
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = DRAM, .id = 2, .size = 64), ENODATA);
	EXPECT_CHIP(test, rig, L1_USED, 4 * 64);

	binds(rig, 0, 0, 3);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 2, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 4 * 64);
	EXPECT_CHIP(test, rig, L1_PEAK, 4 * 64);
	EXPECT_CHIP(test, rig, DRAM_USED, 3 * 64);
	EXPECT_CHIP(test, rig, DRAM_CAPACITY, 3 * BANK_BYTES);
}

/* A bank set of a client whose grid is narrower than the architecture's. */
static void cores_keep_their_places(struct kunit *test)
{
	struct rig *rig = test->priv;
	int narrow = speaker(rig, 2, 3, 4), wide = speaker(rig, 4, 3, 4);

	EXPECT_TAKEN(test, RECORD(rig, narrow, .pool = L1, .id = 1, .size = 64));
	EXPECT_TAKEN(test, RECORD(rig, wide, .pool = L1, .id = 1, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 12 * 64);
	gone(rig, wide);
	EXPECT_CHIP(test, rig, L1_USED, 6 * 64);
	EXPECT_TAKEN(test, FREE(rig, narrow, 1));
	EXPECT_CHIP(test, rig, L1_USED, 0);
}

/* The use of clients that differ is a bound, not a value that existed. */
static void peaks_do_not_rise_while_they_differ(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = speaker(rig, 4, 3, 4), b;

	EXPECT_TAKEN(test, RECORD(rig, a, .pool = DRAM, .id = 1, .size = 64));
	b = speaker(rig, 4, 3, 1);
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = DRAM, .id = 1, .size = 1024));
	EXPECT_CHIP(test, rig, DRAM_USED, 4 * 1024);
	EXPECT_CHIP(test, rig, DRAM_PEAK, 4 * 64);
	gone(rig, a);
	EXPECT_CHIP(test, rig, DRAM_USED, 1024);
	EXPECT_CHIP(test, rig, DRAM_PEAK, 1024);
}

/*
 * A peak over 12 cores is unknown while a client describes the chip with one core. No client's word
 * ends it: it is known again when that client has gone, and starts again with a reset or with a
 * geometry that binds all.
 */
static void peaks_stay_within_the_chip(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = speaker(rig, 4, 3, 4), b;

	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .size = 512));
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = DRAM, .id = 2, .size = 256));
	gone(rig, a);
	EXPECT_CHIP(test, rig, L1_PEAK, 12 * 512);
	b = speaker(rig, 1, 1, 4);
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1, .id = 1, .size = 64));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_PEAK));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_FULLEST_CORE_PEAK));
	EXPECT_CHIP(test, rig, L1_USED, 64);
	EXPECT_CHIP(test, rig, DRAM_PEAK, 4 * 256);
	binds(rig, 0, 0, 4);
	gone(rig, b);
	EXPECT_CHIP(test, rig, L1_PEAK, 12 * 512);
	b = speaker(rig, 1, 1, 4);
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1, .id = 1, .size = 64));
	ttmem_ledger_reset_peaks(&rig->ledger);
	EXPECT_CHIP(test, rig, L1_PEAK, 64);
	gone(rig, b);
	a = speaker(rig, 4, 3, 4);
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .size = 512));
	gone(rig, a);
	binds(rig, 1, 1, 4);
	case_client(rig);
	EXPECT_CHIP(test, rig, L1_PEAK, 0);
}

/* A client that is ending no longer counts, and its coverage stays within the capacity. */
static void the_dead_have_no_word(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct ttmem_prealloc prealloc = { .arch = rig->ledger.arch };
	int a = speaker(rig, 4, 3, 4), b;

	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .size = 512));
	ttmem_ledger_detach(rig->client[a]);
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_client_relies(rig->client[a], &rig->ledger.binding));
	binds(rig, 1, 1, 4);
	b = case_client(rig);
	EXPECT_CHIP(test, rig, L1_CAPACITY, CORE_BYTES);
	EXPECT_CHIP(test, rig, L1_USED, CORE_BYTES);
	EXPECT_CHIP(test, rig, L1_PEAK, 0);
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_detach_step(rig->client[a], &prealloc));
	ttmem_prealloc_free(&prealloc);
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1, .id = 1, .size = 32));
	EXPECT_CHIP(test, rig, L1_USED, 32);
	EXPECT_CHIP(test, rig, L1_PEAK, 32);
	ttmem_ledger_client_free(rig->client[a]);
	kfree(rig->client[a]);
	rig->client[a] = NULL;
}

/* Clients that another geometry would end. */
static void who_relies_on_what(struct kunit *test)
{
	const struct tt_memstat_geometry same = geometry(4, 3, 4), other = geometry(4, 2, 4);
	const struct tt_memstat_geometry grid = geometry(4, 3, 0), dram = geometry(0, 0, 3);
	const struct tt_memstat_geometry nothing = geometry(0, 0, 0);
	struct rig *rig = test->priv;
	struct ttmem_ledger_client *own, *bound;

	own = rig->client[speaker(rig, 4, 3, 4)];
	binds(rig, 4, 3, 4);
	bound = rig->client[case_client(rig)];
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_client_relies(own, &same));
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_client_relies(bound, &same));
	KUNIT_EXPECT_TRUE(test, ttmem_ledger_client_relies(own, &other));
	KUNIT_EXPECT_TRUE(test, ttmem_ledger_client_relies(bound, &other));
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_client_relies(own, &grid));
	KUNIT_EXPECT_TRUE(test, ttmem_ledger_client_relies(bound, &grid));
	KUNIT_EXPECT_TRUE(test, ttmem_ledger_client_relies(own, &dram));
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_client_relies(own, &nothing));
	KUNIT_EXPECT_TRUE(test, ttmem_ledger_client_relies(bound, &nothing));
}

static struct kunit_case sides_cases[] = {
	KUNIT_CASE(who_says_nothing_reports_nothing),
	KUNIT_CASE(nobody_says_anything),
	KUNIT_CASE(who_agree_describe_the_chip),
	KUNIT_CASE(who_differ_report_side_by_side),
	KUNIT_CASE(sides_differ_apart),
	KUNIT_CASE(a_side_alone),
	KUNIT_CASE(cores_keep_their_places),
	KUNIT_CASE(peaks_do_not_rise_while_they_differ),
	KUNIT_CASE(peaks_stay_within_the_chip),
	KUNIT_CASE(the_dead_have_no_word),
	KUNIT_CASE(who_relies_on_what),
	{ }
};

static struct kunit_suite sides_suite = {
	.name = "tt_memstat_sides",
	.init = init,
	.exit = case_exit,
	.test_cases = sides_cases,
};

kunit_test_suite(sides_suite);
