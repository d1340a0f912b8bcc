// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits of users: charges for the memory that clients pin.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/sched.h>
#include "../../driver/limits.h"
#include "cases.h"

static struct rig *paid(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig_pay(rig);
	return rig;
}

/* Each client takes away the nodes that it brought, in whatever order clients leave. */
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
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->user);
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
	/* The nodes for cuts stay charged until the client ends. */
	KUNIT_EXPECT_GT(test, rig_charged(rig), 0ULL);
	KUNIT_EXPECT_LT(test, rig_charged(rig), alone);
	rig_detach(rig, a, 1);
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

/* A user at the limit can free, and other users are not affected. */
static void a_user_has_an_end(struct kunit *test)
{
	struct ttmem_user *other = ttmem_user_get(KUIDT_INIT(4712), NULL, false);
	struct rig *rig = rig_new(test, &case_geometry, false);
	struct ttmem_charges charges;
	u64 rest;
	int c;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
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
	/* The limit by chips exceeds the other one only with many chips. */
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

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, exempt);
	for (i = 0; i < 5; i++) {
		user[i] = ttmem_user_get(KUIDT_INIT(4711 + i), NULL, false);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, user[i]);
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

/* The exit of an owner calls once for each file that its user has opened. */
static void a_user_opens_so_many_files(struct kunit *test)
{
	struct ttmem_user *user = NULL, *last, *exempt;
	unsigned int n = 0;

	while (!IS_ERR(last = ttmem_user_get(KUIDT_INIT(4711), NULL, false)) && n < 100000) {
		user = last;
		n++;
	}
	KUNIT_EXPECT_EQ(test, PTR_ERR(last), -EMFILE);
	KUNIT_EXPECT_EQ(test, n, 16384);
	exempt = ttmem_user_get(KUIDT_INIT(4711), NULL, true);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, exempt);
	ttmem_user_put(exempt);
	ttmem_user_put(user);
	KUNIT_EXPECT_PTR_EQ(test, ttmem_user_get(KUIDT_INIT(4711), NULL, false), user);
	while (n--)
		ttmem_user_put(user);
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(all_that_is_brought_is_taken_away),
	KUNIT_CASE(what_fails_is_not_charged),
	KUNIT_CASE(a_user_has_an_end),
	KUNIT_CASE(users_have_an_end_together),
	KUNIT_CASE(a_user_opens_so_many_files),
	{ }
};

static struct kunit_suite limits_suite = {
	.name = "tt_memstat_limits",
	.init = case_init,
	.exit = case_exit,
	.test_cases = limits_cases,
};

kunit_test_suite(limits_suite);
