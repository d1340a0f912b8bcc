// SPDX-License-Identifier: GPL-2.0-only
/*
 * A chip's geometry comes, changes and goes while clients are attached.
 *
 * Without the oracle, which knows one geometry a chip.
 */
#include <kunit/test.h>
#include "cases.h"

/* Another arch, so that every node is of another size; a wider grid than the cases' chip. */
static const struct tt_memstat_geometry other_geometry = {
	.arch = TT_MEMSTAT_ARCH_BLACKHOLE,
	.valid = TT_MEMSTAT_GEOMETRY_GRID,
	.grid_x = 5,
	.grid_y = 2,
	.l1_bytes = 2 * CORE_BYTES,
	.dram_bank_bytes = BANK_BYTES,
	.dram_banks = 3,
};

static const struct tt_memstat_geometry no_geometry;

static struct rig *new_rig(struct kunit *test, const struct tt_memstat_geometry *g)
{
	struct rig *rig = rig_new(test, g, false);

	KUNIT_ASSERT_NOT_NULL(test, rig);
	test->priv = rig;
	return rig;
}

/* As the driver does: the bulk in steps, then the change. Returns the number of steps. */
static unsigned int refit(struct rig *rig, const struct tt_memstat_geometry *g,
			  unsigned int budget)
{
	struct ttmem_prealloc prealloc = { .arch = rig->ledger.arch };
	unsigned int steps = 0;

	while (budget && ttmem_ledger_clear_step(&rig->ledger, budget, &prealloc))
		steps++;
	ttmem_ledger_change_geometry(&rig->ledger, g, &prealloc);
	ttmem_prealloc_free(&prealloc);
	return steps;
}

/* Something of everything. */
static void fill(struct rig *rig, int c)
{
	u32 set = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);
	u32 part = rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 1);

	RECORD(rig, c, .pool = L1, .id = 1, .addr = 512, .size = 64);
	RECORD(rig, c, .pool = L1_SMALL, .id = 2, .addr = 960, .size = 64, .set = set);
	RECORD(rig, c, .pool = CB, .id = 3, .size = 128, .program = 7, .set = set);
	RECORD(rig, c, .pool = CB, .id = 4, .size = 64, .program = 8);
	RECORD(rig, c, .pool = KERNEL, .id = 5, .size = 64, .program = 8);
	DISPATCH(rig, c, 7, 0);
	RECORD(rig, c, .pool = DRAM, .id = 6, .size = 256);
	RECORD(rig, c, .pool = TRACE, .id = 7, .addr = 512, .size = 256, .set = part);
	RECORD(rig, c, .pool = CB, .id = 8, .size = 16, .program = 9);
	FREE(rig, c, 8);
	KUNIT_EXPECT_EQ(rig->test, rig->client[c]->nr_records, 7U);
	KUNIT_EXPECT_EQ(rig->test, rig->client[c]->nr_programs, 3U);
}

static void expect_nothing(struct kunit *test, struct rig *rig)
{
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, L1_PEAK, 0);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT, 0);
	EXPECT_CHIP(test, rig, CB_LOADED, 0);
	EXPECT_CHIP(test, rig, DRAM_USED, 0);
	EXPECT_CHIP(test, rig, DRAM_PEAK, 0);
	EXPECT_CHIP(test, rig, L1_SHARED, 0);
	EXPECT_CHIP(test, rig, KERNEL_APP, 0);
	EXPECT_CHIP(test, rig, RECORDS, 0);
	EXPECT_CHIP(test, rig, PROGRAMS, 0);
	KUNIT_EXPECT_EQ(test, rig->ledger.spare[TTMEM_MAP_USED].count, 0U);
}

/* Who attached before anybody described the chip reports once somebody has. */
static void first_comes_late(struct kunit *test)
{
	struct rig *rig = new_rig(test, &no_geometry);
	int c = case_client(rig);

	EXPECT_REFUSED(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64), ENODATA);
	EXPECT_REFUSED(test, SNAPSHOT(rig, c, .pool = L1, .id = 64), ENODATA);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_USED));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DRAM_PEAK));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, L1_USED));
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_is_live(&rig->ledger));
	refit(rig, &case_geometry, 0);
	EXPECT_CHIP(test, rig, L1_CAPACITY, CORES * CORE_BYTES);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 2, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
	EXPECT_CHIP(test, rig, DRAM_USED, BANKS * 64);
	EXPECT_CLIENT(test, rig, c, INCONSISTENT, 0);
}

static void change(struct kunit *test, unsigned int budget)
{
	struct rig *rig = new_rig(test, &case_geometry);
	int a = case_client(rig), b = case_client(rig), idle = case_client(rig);
	u64 generation;
	u32 set;

	fill(rig, a);
	fill(rig, b);
	SNAPSHOT(rig, b, .pool = L1, .id = 1024, .addr = 64, .size = 960, .program = 960);
	KUNIT_EXPECT_TRUE(test, ttmem_ledger_is_live(&rig->ledger));
	generation = CHIP(rig, GENERATION);
	if (budget)
		KUNIT_EXPECT_GT(test, refit(rig, &other_geometry, budget), 1U);
	else
		refit(rig, &other_geometry, 0);
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_is_live(&rig->ledger));
	expect_nothing(test, rig);
	KUNIT_EXPECT_GT(test, CHIP(rig, GENERATION), generation);
	EXPECT_CHIP(test, rig, L1_CAPACITY, 10 * 2 * CORE_BYTES);
	EXPECT_CHIP(test, rig, INCONSISTENT, 1);
	EXPECT_CLIENT(test, rig, a, DROPPED, 1);
	EXPECT_CLIENT(test, rig, b, DROPPED, 1);
	EXPECT_CLIENT(test, rig, idle, DROPPED, 0);
	EXPECT_CLIENT(test, rig, a, L1_PEAK, 0);

	EXPECT_REFUSED(test, FREE(rig, a, 1), ENOENT);
	EXPECT_REFUSED(test, DISPATCH(rig, a, 7, 0), ENOENT);
	EXPECT_REFUSED(test, RECORD(rig, a, .pool = L1, .id = 1, .size = 64, .set = 1), ENOENT);
	set = rig_set(rig, a, TT_MEMSTAT_SPACE_L1, ROW0);
	KUNIT_EXPECT_EQ(test, set, 3U);
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .size = 64, .set = set));
	EXPECT_TAKEN(test, RECORD(rig, idle, .pool = CB, .id = 1, .addr = 1024, .size = 64,
				  .program = 1));
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = DRAM, .id = 1, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 4 * 64 + 10 * 64);
	EXPECT_CHIP(test, rig, DRAM_USED, 3 * 64);
	rig_drop(rig, a, ALL_POOLS, 16);
	rig_drop(rig, b, ALL_POOLS, 16);
	EXPECT_CHIP(test, rig, INCONSISTENT, 0);
}

static void changes_in_steps(struct kunit *test)
{
	change(test, 2);
}

static void changes_in_one_go(struct kunit *test)
{
	change(test, 0);
}

/* A client that is on its way out is helped out: its boundaries are of the old geometry. */
static void change_meets_death(struct kunit *test)
{
	struct rig *rig = new_rig(test, &case_geometry);
	int a = case_client(rig), b = case_client(rig);
	struct ttmem_prealloc prealloc = { .arch = rig->ledger.arch };

	fill(rig, a);
	fill(rig, b);
	ttmem_ledger_detach(rig->client[a]);
	KUNIT_EXPECT_TRUE(test, ttmem_ledger_detach_step(rig->client[a], 1, &prealloc));
	ttmem_prealloc_free(&prealloc);
	refit(rig, &other_geometry, 3);
	expect_nothing(test, rig);
	KUNIT_EXPECT_EQ(test, rig->ledger.nr_clients, 1U);
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_detach_step(rig->client[a], 1, &prealloc));
	KUNIT_EXPECT_EQ(test, rig->ledger.nr_clients, 1U);
	ttmem_ledger_client_free(rig->client[a]);
	kfree(rig->client[a]);
	rig->client[a] = NULL;
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1, .id = 1, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 10 * 64);
}

static void goes(struct kunit *test)
{
	struct rig *rig = new_rig(test, &case_geometry);
	int c = case_client(rig);

	fill(rig, c);
	refit(rig, NULL, 1);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_CAPACITY));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_FULLEST_CORE_USED));
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64), ENODATA);
	EXPECT_REFUSED(test, FREE(rig, c, 1), ENOENT);
	refit(rig, &case_geometry, 1);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
}

/* An event that was preallocated for the chip as it was finds nodes of another size, or none. */
static void funded_before(struct kunit *test)
{
	const struct tt_memstat_entry e = {
		.op = TT_MEMSTAT_OP_RECORD, .pool = L1, .id = 2, .size = 64 };
	const struct tt_memstat_entry free = { .op = TT_MEMSTAT_OP_FREE, .id = 1 };
	struct rig *rig = new_rig(test, &case_geometry);
	struct ttmem_prealloc old = { .arch = rig->ledger.arch }, none = { };
	struct ttmem_need need = { };
	int c = case_client(rig);

	ttmem_ledger_need(&e, &need);
	KUNIT_ASSERT_EQ(test, ttmem_prealloc_fill(&old, &need), 0);
	refit(rig, &other_geometry, 0);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64));
	EXPECT_REFUSED(test, ttmem_ledger_apply(rig->client[c], &e, 0, &old), ENODATA);
	EXPECT_REFUSED(test, ttmem_ledger_apply(rig->client[c], &free, 0, &old), ENODATA);
	EXPECT_REFUSED(test, ttmem_ledger_apply(rig->client[c], &free, 0, &none), ENODATA);
	EXPECT_CLIENT(test, rig, c, REJECTED, 3);
	EXPECT_CHIP(test, rig, RECORDS, 1);
	ttmem_prealloc_free(&old);
}

/* A layout that fits stays, and so does its worker grid; another one becomes unknown. */
static void layouts(struct kunit *test)
{
	static const struct tt_memstat_layout small = {
		.valid = TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1,
		.worker_x = 2, .worker_y = 2, .l1_base = 16, .l1_end = CORE_BYTES };
	static const struct tt_memstat_layout tall = {
		.valid = TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1,
		.worker_x = 4, .worker_y = 3, .l1_base = 16, .l1_end = CORE_BYTES };
	struct rig *rig = new_rig(test, &case_geometry);
	static const char group[2];
	int a, b;

	a = rig_attach(rig, &group[0], ALL_POOLS, 0, &small, ORACLE_RECORDS, ORACLE_PROGRAMS);
	b = rig_attach(rig, &group[1], ALL_POOLS, 0, &tall, ORACLE_RECORDS, ORACLE_PROGRAMS);
	refit(rig, &other_geometry, 0);
	KUNIT_EXPECT_TRUE(test, KNOWN(rig, a, L1_ALLOCATABLE));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, b, L1_ALLOCATABLE));
	EXPECT_TAKEN(test, RECORD(rig, a, .pool = L1, .id = 1, .addr = 16, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, 4 * 64);
	EXPECT_TAKEN(test, RECORD(rig, b, .pool = L1, .id = 1, .addr = 128, .size = 64));
	EXPECT_CHIP(test, rig, L1_USED, (4 + 10) * 64);
}

static struct kunit_case refit_cases[] = {
	KUNIT_CASE(first_comes_late),
	KUNIT_CASE(changes_in_steps),
	KUNIT_CASE(changes_in_one_go),
	KUNIT_CASE(change_meets_death),
	KUNIT_CASE(goes),
	KUNIT_CASE(funded_before),
	KUNIT_CASE(layouts),
	{ }
};

static struct kunit_suite refit_suite = {
	.name = "tt_memstat_refit",
	.exit = case_exit,
	.test_cases = refit_cases,
};

kunit_test_suite(refit_suite);
