// SPDX-License-Identifier: GPL-2.0-only
/*
 * What keeps one event, one hold of the lock and one user within bounds: caps, events taken in
 * steps, and who pays for memory.
 *
 * On small chips the rig compares every figure with the oracle; large ones are worked out by hand.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/sched.h>
#include "../../driver/limits.h"
#include "cases.h"

/* ---- steps: holds so short that each does the least it can ---- */

#define MANY	24

static struct rig *short_holds(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->ledger.work_max = 1;
	return rig;
}

static void parts_are_freed_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	for (i = 0; i < MANY; i++)
		RECORD(rig, c, .pool = L1, .id = 1, .flags = PART, .addr = i * 32, .size = 64);
	RECORD(rig, c, .pool = L1, .id = 2, .size = 16);
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	KUNIT_EXPECT_EQ(test, rig->steps, MANY - 2U);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 16);
	EXPECT_CHIP(test, rig, RECORDS, 1);
	EXPECT_REFUSED(test, FREE(rig, c, 1), ENOENT);
	rig_check_lists(rig, c);
}

static void a_program_is_freed_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	for (i = 0; i < MANY; i++)
		RECORD(rig, c, .pool = CB, .id = i, .addr = i * 16, .size = 32, .program = 1);
	DISPATCH(rig, c, 1, 0);
	rig->steps = 0;
	EXPECT_TAKEN(test, PROGRAM_FREE(rig, c, 1));
	KUNIT_EXPECT_EQ(test, rig->steps, MANY - 1U);
	EXPECT_CHIP(test, rig, CB_LOADED, 0);
	EXPECT_CHIP(test, rig, PROGRAMS, 0);
}

/* The program keeps its residency, and is never without room for what replaces it. */
static void a_program_is_replaced_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = rig_attach(rig, test, ALL_POOLS, 0, NULL, MANY, 1);
	u64 i;

	for (i = 0; i < MANY; i++)
		RECORD(rig, c, .pool = CB, .id = i, .addr = i * 16, .size = 32, .program = 1);
	DISPATCH(rig, c, 1, 0);
	rig->steps = 0;
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 5, .flags = REPLACE, .size = 64,
				  .program = 1));
	KUNIT_EXPECT_EQ(test, rig->steps, MANY - 1U);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	EXPECT_CHIP(test, rig, RECORDS, 1);
	EXPECT_CHIP(test, rig, DROPPED, 0);
}

static void the_first_dispatch_goes_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	for (i = 1; i <= MANY; i++)
		RECORD(rig, c, .pool = CB, .id = i, .addr = i * 16, .size = 32, .program = i);
	EXPECT_CHIP(test, rig, CB_USED, CORES * (MANY + 1) * 16);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 7, 0));
	KUNIT_EXPECT_GE(test, rig->steps, MANY - 1U);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 32);
	EXPECT_CHIP(test, rig, CB_PEAK, CORES * (MANY + 1) * 16);
	rig_check_lists(rig, c);
}

/* All members of a list are resident; who comes next evicts them one by one. */
static void a_list_is_evicted_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	RECORD(rig, c, .pool = CB, .id = 1, .size = 32, .program = 1);
	for (i = 2; i <= MANY; i++)
		RECORD(rig, c, .pool = CB, .id = i, .size = CORE_BYTES, .program = i);
	for (i = 2; i <= MANY; i++)
		DISPATCH(rig, c, i, 9);
	EXPECT_CHIP(test, rig, CB_USED, CORES * CORE_BYTES);
	rig->steps = 0;
	EXPECT_TAKEN(test, DISPATCH(rig, c, 1, 0));
	/* Of 23 that give way one is within what a program can reach, the next has sets beside. */
	KUNIT_EXPECT_GE(test, rig->steps, MANY - 4U);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 32);
	rig_check_lists(rig, c);
}

/* What the owner's other threads report between the steps of a first dispatch. */
static void between_first_steps(struct kunit *test)
{
	struct rig *rig = rig_new(test, &case_geometry, false);
	struct tt_memstat_entry first = { .op = TT_MEMSTAT_OP_DISPATCH, .program = 5 };
	struct ttmem_prealloc prealloc = { .arch = case_geometry.arch };
	int c = case_client(rig);
	u64 i;

	for (i = 1; i <= MANY; i++)
		RECORD(rig, c, .pool = CB, .id = i, .addr = i * 16, .size = 16, .program = i);
	rig->ledger.work_max = 1;
	ttmem_ledger_begin(&rig->ledger);
	KUNIT_ASSERT_EQ(test, ttmem_ledger_apply(rig->client[c], &first, 0, &prealloc),
			TTMEM_AGAIN);
	rig->ledger.work_max = TTMEM_WORK_MAX;
	/* A program that comes now was not dispatched; one that is dispatched ends the eviction. */
	RECORD(rig, c, .pool = CB, .id = 99, .addr = 512, .size = 16, .program = 99);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 8, 0));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 16);
	ttmem_ledger_begin(&rig->ledger);
	EXPECT_TAKEN(test, ttmem_ledger_apply(rig->client[c], &first, 0, &prealloc));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 16);
	KUNIT_EXPECT_TRUE(test,
			  ttmem_program_is_resident(ttmem_program_find(rig->client[c], 5), 0));
	/* And one that forgets all dispatches, so that the first is the first again. */
	rig_drop(rig, c, 1u << CB, 1);
	EXPECT_CHIP(test, rig, CB_USED, 0);
	RECORD(rig, c, .pool = CB, .id = 1, .size = 16, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .addr = 16, .size = 16, .program = 2);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 32);
	ttmem_prealloc_free(&prealloc);
	rig_free(rig);
}

/* ---- caps ---- */

static void a_program_covers_l1_twice(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 one = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ALL_CORES & ~1u);
	u32 two = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ALL_CORES & ~2u);
	u32 row = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 1, .size = CORE_BYTES, .program = 1));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 2, .size = CORE_BYTES, .program = 1,
				  .set = one));
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 3, .size = CORE_BYTES, .program = 1,
				    .set = two), ENOSPC);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 3, .size = 272, .program = 1,
				    .set = row), ENOSPC);
	EXPECT_CHIP(test, rig, DROPPED, 2);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 3, .size = 256, .program = 1,
				  .set = row));
	/* Views cover nothing, and other programs have room of their own. */
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 4, .flags = VIEW, .size = CORE_BYTES,
				  .program = 1));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 5, .size = CORE_BYTES, .program = 2));
	EXPECT_TAKEN(test, FREE(rig, c, 2));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 2, .size = CORE_BYTES - 512,
				  .program = 1, .set = two));
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * CORE_BYTES);
	rig_check_lists(rig, c);
}

/* ---- who pays ---- */

static struct rig *paid(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig_pay(rig);
	return rig;
}

/* Whoever leaves a shared address last: each takes away what he brought. */
static void all_that_is_brought_is_taken_away(struct kunit *test)
{
	struct rig *rig = paid(test);
	struct ttmem_user *first = rig->user;
	int a = case_client(rig), b;
	u64 alone;

	RECORD(rig, a, .pool = L1, .id = 1, .size = 64);
	RECORD(rig, a, .pool = DRAM, .id = 2, .size = 64);
	RECORD(rig, a, .pool = CB, .id = 3, .addr = 64, .size = 64, .program = 1);
	alone = rig_charged(rig);
	KUNIT_EXPECT_GT(test, alone, 0ULL);
	rig->user = ttmem_user_get(KUIDT_INIT(4712), NULL, false);
	KUNIT_ASSERT_NOT_NULL(test, rig->user);
	b = case_client_of(rig, rig, ALL_POOLS);
	RECORD(rig, b, .pool = L1, .id = 1, .size = 64);
	RECORD(rig, b, .pool = DRAM, .id = 2, .size = 64);
	RECORD(rig, b, .pool = CB, .id = 3, .addr = 64, .size = 64, .program = 1);
	KUNIT_EXPECT_EQ(test, rig_charged(rig), alone);
	FREE(rig, a, 1);
	FREE(rig, a, 2);
	PROGRAM_FREE(rig, a, 1);
	KUNIT_EXPECT_EQ(test, rig_charged(rig), alone);
	rig_detach(rig, b, 1);
	KUNIT_EXPECT_EQ(test, rig_charged(rig), 0ULL);
	ttmem_user_put(rig->user);
	rig->user = first;
	KUNIT_EXPECT_EQ(test, rig_charged(rig), 0ULL);
}

static void what_fails_is_not_charged(struct kunit *test)
{
	struct rig *rig = paid(test);
	const struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_RECORD, .pool = L1, .size = 64 };
	int c = case_client(rig), i;

	for (i = 0; rig_starve(rig, c, &e, i); i++)
		KUNIT_EXPECT_EQ(test, rig_charged(rig), 0ULL);
	KUNIT_EXPECT_GE(test, i, 5);
}

/* He can free, and others have their own. */
static void a_user_has_an_end(struct kunit *test)
{
	struct ttmem_user *other = ttmem_user_get(KUIDT_INIT(4712), NULL, false);
	struct rig *rig = rig_new(test, &case_geometry, false);
	struct ttmem_charges charges;
	u64 rest;
	int c;

	KUNIT_ASSERT_NOT_NULL(test, other);
	rig_pay(rig);
	c = case_client(rig);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 1, .size = 64));
	ttmem_user_charges(rig->user, &charges);
	rest = charges.max_user - charges.user;
	KUNIT_EXPECT_EQ(test, ttmem_user_charge(rig->user, rest + 1), -ENOSPC);
	KUNIT_ASSERT_EQ(test, ttmem_user_charge(rig->user, rest), 0);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = DRAM, .id = 2, .addr = 64, .size = 64), ENOSPC);
	KUNIT_EXPECT_EQ(test, ttmem_user_charge(other, rest), 0);
	ttmem_user_uncharge(other, rest);
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 2, .addr = 64, .size = 64));
	/* A chip more makes no room until there are many. */
	ttmem_user_count_chip(rig->user, 5);
	ttmem_user_charges(rig->user, &charges);
	KUNIT_EXPECT_EQ(test, charges.max_user, 5ULL * (64 << 20));
	ttmem_user_count_chip(rig->user, -5);
	ttmem_user_uncharge(rig->user, rest);
	ttmem_user_put(other);
	rig_free(rig);
}

static void users_have_an_end_together(struct kunit *test)
{
	struct ttmem_user *user[5], *exempt = ttmem_user_get(KUIDT_INIT(4711), NULL, true);
	const u64 all = 256 << 20;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, exempt);
	for (i = 0; i < 5; i++) {
		user[i] = ttmem_user_get(KUIDT_INIT(4711 + i), NULL, false);
		KUNIT_ASSERT_NOT_NULL(test, user[i]);
		KUNIT_EXPECT_EQ(test, ttmem_user_charge(user[i], all), i < 4 ? 0 : -ENOSPC);
	}
	KUNIT_EXPECT_EQ(test, ttmem_user_charge(exempt, 2 * all), 0);
	ttmem_user_uncharge(exempt, 2 * all);
	for (i = 0; i < 4; i++)
		ttmem_user_uncharge(user[i], all);
	for (i = 0; i < 5; i++)
		ttmem_user_put(user[i]);
	ttmem_user_put(exempt);
}

static const struct tt_memstat_geometry large_geometry = {
	.arch = TT_MEMSTAT_ARCH_WORMHOLE,
	.valid = TT_MEMSTAT_GEOMETRY_GRID,
	.grid_x = 8,
	.grid_y = 8,
	.l1_bytes = 1499136,
	.dram_bank_bytes = 1ull << 30,
	.dram_banks = 12,
};

/* Small records, apart from each other, at 64 bytes each from @at on. */
static void scatter(struct rig *rig, int c, u64 id, u64 at, u32 set, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		RECORD(rig, c, .pool = DRAM, .id = id + i, .addr = at + i * 64ull, .size = 32,
		       .set = set);
		if (i % 1024 == 0)
			cond_resched();
	}
}

/* A range over many others of its own client: whichever comes first, crossing them has a bound. */
static void a_range_crosses_only_so_many(struct kunit *test)
{
	struct rig *rig = rig_new(test, &large_geometry, false);
	const u32 many = TTMEM_MAX_INNER_BOUNDARIES / 2;
	const u64 size = 16ull << 20;
	int c = rig_attach(rig, test, ALL_POOLS, 0, NULL, U32_MAX, 1);

	scatter(rig, c, 1000, 64, 0, many);
	KUNIT_EXPECT_EQ(test, rig->client[c]->nr_inner, 0U);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 1, .size = size));
	KUNIT_EXPECT_EQ(test, rig->client[c]->nr_inner, TTMEM_MAX_INNER_BOUNDARIES);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = DRAM, .id = 2, .addr = size - 64, .size = 32),
		       ENOSPC);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = TRACE, .id = 2, .addr = size - 64,
				    .size = 128), ENOSPC);
	/* Beside it there is room, and so is where it was. */
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 2, .addr = size, .size = size));
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	KUNIT_EXPECT_EQ(test, rig->client[c]->nr_inner, 0U);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = DRAM, .id = 1, .addr = size - 64, .size = 32));
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = DRAM, .id = 3, .size = size), ENOSPC);
	EXPECT_CHIP(test, rig, DROPPED, 3);
	EXPECT_CHIP(test, rig, DRAM_USED, 12 * ((many + 1) * 32 + size));
	rig_free(rig);
}

static void partial_sets_have_few_boundaries(struct kunit *test)
{
	struct rig *rig = rig_new(test, &large_geometry, false);
	int c = rig_attach(rig, test, ALL_POOLS, 0, NULL, U32_MAX, 1);
	u32 set = rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 0x3);

	scatter(rig, c, 1000, 0, set, TTMEM_MAX_PART_BOUNDARIES / 2);
	KUNIT_EXPECT_EQ(test, rig->client[c]->nr_part, TTMEM_MAX_PART_BOUNDARIES);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = TRACE, .id = 1, .set = set, .addr = 1 << 24,
				    .size = 64), ENOSPC);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = TRACE, .id = 1, .addr = 1 << 24, .size = 64));
	EXPECT_CHIP(test, rig, DRAM_USED, TTMEM_MAX_PART_BOUNDARIES / 2 * 64 + 12 * 64);
	rig_free(rig);
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(parts_are_freed_in_steps),
	KUNIT_CASE(a_program_is_freed_in_steps),
	KUNIT_CASE(a_program_is_replaced_in_steps),
	KUNIT_CASE(the_first_dispatch_goes_in_steps),
	KUNIT_CASE(a_list_is_evicted_in_steps),
	KUNIT_CASE(between_first_steps),
	KUNIT_CASE(a_program_covers_l1_twice),
	KUNIT_CASE(all_that_is_brought_is_taken_away),
	KUNIT_CASE(what_fails_is_not_charged),
	KUNIT_CASE(a_user_has_an_end),
	KUNIT_CASE(users_have_an_end_together),
	KUNIT_CASE(a_range_crosses_only_so_many),
	KUNIT_CASE(partial_sets_have_few_boundaries),
	{ }
};

static struct kunit_suite limits_suite = {
	.name = "tt_memstat_limits",
	.init = case_init,
	.exit = case_exit,
	.test_cases = limits_cases,
};

kunit_test_suite(limits_suite);
