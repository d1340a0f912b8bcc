// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs, rule by rule: residency, dispatches, lists, views, parts, kernels, headroom.
 *
 * Numbers are worked out by hand; beside them the rig compares every figure with the oracle
 * after every event.
 */
#include <kunit/test.h>
#include "cases.h"

/* ---- programs ---- */

static void programs_at_the_same_addresses(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u64 p;

	for (p = 1; p <= 40; p++)
		EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = p, .addr = 96, .size = 512,
					  .program = p));
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * 512);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 512);
	EXPECT_CHIP(test, rig, PROGRAMS, 40);
	EXPECT_CHIP(test, rig, CB_PEAK, CORES * 512);
	for (p = 1; p <= 40; p++)
		EXPECT_TAKEN(test, PROGRAM_FREE(rig, c, p));
	EXPECT_CHIP(test, rig, CB_LOADED, 0);
	EXPECT_CHIP(test, rig, PROGRAMS, 0);
}

static void programs_on_disjoint_cores(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);
	u32 row1 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW1);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 256, .set = row0, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .size = 256, .set = row1, .program = 2);
	EXPECT_CHIP(test, rig, CB_LOADED, 8 * 256);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 1, 0));
	EXPECT_CHIP(test, rig, CB_USED, 4 * 256);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 2, 0));
	EXPECT_CHIP(test, rig, CB_USED, 8 * 256);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT, 8 * 256);
}

static void first_dispatch_ends_the_benefit_of_doubt(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .addr = 0, .size = 128, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .addr = 128, .size = 256, .program = 2);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 384);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 1, 0));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 128);
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * 384);
	EXPECT_CHIP(test, rig, CB_PEAK, CORES * 384);
	/* a later program waits for its dispatch; a resident one grows at once */
	RECORD(rig, c, .pool = CB, .id = 3, .addr = 512, .size = 64, .program = 3);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 128);
	RECORD(rig, c, .pool = CB, .id = 4, .addr = 640, .size = 64, .program = 1);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 192);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 3, 0));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 64);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT, CORES * 512);
}

static void age_of_the_last_dispatch(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);

	RECORD(rig, a, .pool = CB, .id = 1, .size = 128, .program = 1);
	RECORD(rig, b, .pool = CB, .id = 1, .size = 128, .program = 1);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, a, DISPATCH_AGE_MS));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, DISPATCH_AGE_MS));
	EXPECT_TAKEN(test, DISPATCH(rig, a, 1, 0));
	rig->now_ns += 3600ull * NSEC_PER_SEC;
	EXPECT_CLIENT(test, rig, a, DISPATCH_AGE_MS, 3600000);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, b, DISPATCH_AGE_MS));
	EXPECT_TAKEN(test, DISPATCH(rig, b, 1, 0));
	rig->now_ns += 5000000;
	EXPECT_CLIENT(test, rig, b, DISPATCH_AGE_MS, 5);
	EXPECT_CHIP(test, rig, DISPATCH_AGE_MS, 5);
	/* What is refused is none. */
	EXPECT_REFUSED(test, DISPATCH(rig, b, 2, 0), ENOENT);
	rig->now_ns += 20000000;
	EXPECT_CLIENT(test, rig, b, DISPATCH_AGE_MS, 26);
	rig_drop(rig, b, 1u << CB, 1);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, b, DISPATCH_AGE_MS));
	rig_check(rig);
}

static void dispatch_replaces_on_its_own_cores(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 512, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .size = 64, .set = row0, .program = 2);
	DISPATCH(rig, c, 1, 0);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 2, 0));
	EXPECT_CHIP(test, rig, CB_USED, 4 * 64 + 8 * 512);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 1, 0));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 512);
}

static void other_clients_stay_resident(struct kunit *test)
{
	struct rig *rig = test->priv;
	int a = case_client(rig), b = case_client(rig);

	RECORD(rig, a, .pool = CB, .id = 1, .addr = 0, .size = 128, .program = 1);
	RECORD(rig, b, .pool = CB, .id = 1, .addr = 512, .size = 128, .program = 1);
	DISPATCH(rig, a, 1, 0);
	EXPECT_TAKEN(test, DISPATCH(rig, b, 1, 0));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 256);
	EXPECT_CLIENT(test, rig, a, CB_USED, CORES * 128);
}

static void members_of_a_list_are_resident_together(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .addr = 0, .size = 64, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .addr = 64, .size = 64, .program = 2);
	RECORD(rig, c, .pool = CB, .id = 3, .addr = 128, .size = 64, .program = 3);
	DISPATCH(rig, c, 1, 7);
	DISPATCH(rig, c, 2, 7);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 128);
	DISPATCH(rig, c, 3, 8);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	DISPATCH(rig, c, 1, 7);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	DISPATCH(rig, c, 2, 7);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 128);
	/* list 0 means alone: 0 does not match 0 */
	DISPATCH(rig, c, 3, 0);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
}

static void program_zero_is_always_resident(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .addr = 0, .size = 64);
	RECORD(rig, c, .pool = CB, .id = 2, .addr = 64, .size = 64, .program = 2);
	RECORD(rig, c, .pool = CB, .id = 3, .addr = 128, .size = 64, .program = 3);
	EXPECT_CHIP(test, rig, PROGRAMS, 2);
	DISPATCH(rig, c, 2, 0);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 128);
	RECORD(rig, c, .pool = CB, .id = 4, .addr = 256, .size = 64);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 192);
	EXPECT_REFUSED(test, DISPATCH(rig, c, 0, 0), EINVAL);
	EXPECT_REFUSED(test, PROGRAM_FREE(rig, c, 0), EINVAL);
	FREE(rig, c, 1);
	FREE(rig, c, 4);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
}

static void a_program_outlives_its_records(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 64, .program = 5);
	FREE(rig, c, 1);
	EXPECT_CHIP(test, rig, PROGRAMS, 1);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 5, 0));
	EXPECT_TAKEN(test, PROGRAM_FREE(rig, c, 5));
	EXPECT_CHIP(test, rig, PROGRAMS, 0);
	EXPECT_REFUSED(test, PROGRAM_FREE(rig, c, 5), ENOENT);
	EXPECT_REFUSED(test, DISPATCH(rig, c, 5, 0), ENOENT);
}

static void a_program_made_again_is_not_resident(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 64, .program = 5);
	DISPATCH(rig, c, 5, 0);
	PROGRAM_FREE(rig, c, 5);
	RECORD(rig, c, .pool = CB, .id = 1, .size = 64, .program = 5);
	EXPECT_CHIP(test, rig, CB_USED, 0);
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * 64);
}

static void kernels_and_views_carry_the_core_set(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);
	u32 row1 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW1);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 64, .program = 1);
	RECORD(rig, c, .pool = KERNEL, .id = 2, .set = row0, .program = 2);
	RECORD(rig, c, .pool = CB, .id = 3, .flags = VIEW, .size = 512, .set = row1,
	       .program = 3);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 2, 0));
	EXPECT_CHIP(test, rig, CB_USED, 8 * 64);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 3, 0));
	EXPECT_CHIP(test, rig, CB_USED, 4 * 64);
}

static void views_count_for_nothing(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 1, .flags = VIEW, .size = 512,
				  .program = 1));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 2, .flags = VIEW, .program = 1));
	EXPECT_CHIP(test, rig, CB_USED, 0);
	EXPECT_CHIP(test, rig, CB_LOADED, 0);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT, 0);
	EXPECT_CHIP(test, rig, RECORDS, 2);
	EXPECT_CHIP(test, rig, PROGRAMS, 1);
	EXPECT_TAKEN(test, DISPATCH(rig, c, 1, 0));
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, ORACLE_CHIP, L1_HEADROOM));
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 3, .flags = VIEW,
				    .addr = CORE_BYTES - 16, .size = 32, .program = 1), ERANGE);
}

static void replace_keeps_residency(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .addr = 0, .size = 128, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .addr = 128, .size = 128, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 3, .addr = 512, .size = 16, .program = 2);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 256);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 2, .flags = REPLACE, .addr = 256,
				  .size = 64, .program = 1));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	EXPECT_CHIP(test, rig, CB_LOADED, CORES * 80);
	EXPECT_CHIP(test, rig, RECORDS, 2);
	EXPECT_CHIP(test, rig, CB_PEAK, CORES * 272);
	/* refused: program 1 must be complete */
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 3, .flags = REPLACE, .size = 64,
				    .program = 1), EEXIST);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 9, .flags = REPLACE,
				    .addr = CORE_BYTES, .size = 64, .program = 1), ERANGE);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	/* a program that is not loaded: an ordinary first record */
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = KERNEL, .id = 10, .flags = REPLACE,
				  .size = 64, .program = 4));
	EXPECT_CHIP(test, rig, PROGRAMS, 3);
}

/* ---- parts, kernels ---- */

static void parts_are_freed_together(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);
	u32 row1 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW1);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .flags = PART, .size = 64,
				  .set = row0));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 1, .flags = PART, .addr = 64,
				  .size = 128, .set = row1));
	EXPECT_CHIP(test, rig, L1_USED, 4 * 64 + 4 * 128);
	EXPECT_CHIP(test, rig, RECORDS, 2);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = L1, .id = 1, .size = 64), EEXIST);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = DRAM, .id = 1, .flags = PART, .size = 64),
		       EEXIST);
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, RECORDS, 0);
	EXPECT_REFUSED(test, FREE(rig, c, 1), ENOENT);
	/* a record without PART takes no parts, and all parts have one program */
	RECORD(rig, c, .pool = CB, .id = 2, .size = 64, .program = 1);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 2, .flags = PART, .size = 64,
				    .program = 1), EEXIST);
	RECORD(rig, c, .pool = CB, .id = 3, .flags = PART, .size = 64, .program = 1);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 3, .flags = PART, .size = 64,
				    .program = 2), EEXIST);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 3, .flags = PART, .addr = 64,
				  .size = 64, .program = 1));
	EXPECT_CHIP(test, rig, CB_USED, CORES * 128);
}

static void kernels_are_information(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);

	EXPECT_TAKEN(test, RECORD(rig, c, .pool = KERNEL, .id = 1, .size = 800, .program = 1));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = KERNEL, .id = 2, .flags = SYSTEM, .size = 32,
				  .set = row0));
	EXPECT_CHIP(test, rig, KERNEL_APP, CORES * 800);
	EXPECT_CHIP(test, rig, KERNEL_SYSTEM, 4 * 32);
	EXPECT_CHIP(test, rig, L1_USED, 0);
	EXPECT_CHIP(test, rig, L1_FOOTPRINT, 0);
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = KERNEL, .id = 3, .size = 1u << 30));
	EXPECT_CHIP(test, rig, KERNEL_APP, CORES * (800 + (1ull << 30)));
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = KERNEL, .id = 4,
				    .size = (1u << 30) + 16), ERANGE);
	EXPECT_TAKEN(test, FREE(rig, c, 3));
	EXPECT_TAKEN(test, PROGRAM_FREE(rig, c, 1));
	EXPECT_CHIP(test, rig, KERNEL_APP, 0);
	EXPECT_TAKEN(test, FREE(rig, c, 2));
	EXPECT_CHIP(test, rig, KERNEL_SYSTEM, 0);
}

/* ---- headroom ---- */

static void headroom_at_dispatch(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig), other = case_client(rig);
	u32 row0 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);
	u32 row1 = rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW1);

	RECORD(rig, c, .pool = CB, .id = 1, .addr = 64, .size = 192, .set = row0, .program = 1);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, c, L1_HEADROOM));
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, CORE_BYTES - 256);
	/* buffers of others and on other cores do not matter */
	RECORD(rig, c, .pool = L1, .id = 2, .addr = 272, .size = 64, .set = row1);
	RECORD(rig, other, .pool = L1, .id = 2, .addr = 288, .size = 64);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, CORE_BYTES - 256);
	RECORD(rig, c, .pool = L1, .id = 3, .addr = 512, .size = 64, .set = row0);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, 256);
	EXPECT_CHIP(test, rig, L1_CLASH, 0);
	RECORD(rig, c, .pool = L1, .id = 4, .addr = 240, .size = 16, .set = row0);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, -16);
	EXPECT_CHIP(test, rig, L1_CLASH, 1);
	FREE(rig, c, 4);
	/* a record that begins where the CB ends does not clash */
	RECORD(rig, c, .pool = L1, .id = 5, .addr = 256, .size = 16, .set = row0);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, 0);
	EXPECT_CHIP(test, rig, L1_CLASH, 1);
	FREE(rig, c, 5);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, 256);
	EXPECT_CHIP(test, rig, L1_HEADROOM_MIN, -16);
	EXPECT_CLIENT(test, rig, c, L1_HEADROOM_MIN, -16);
	EXPECT_CLIENT(test, rig, c, L1_CLASH, 1);
	KUNIT_EXPECT_FALSE(test, KNOWN(rig, other, L1_HEADROOM));
	rig_reset_peaks(rig);
	EXPECT_CHIP(test, rig, L1_HEADROOM_MIN, 256);
	EXPECT_CLIENT(test, rig, c, L1_HEADROOM_MIN, -16);
}

static void headroom_to_l1_small(struct kunit *test)
{
	struct rig *rig = test->priv;
	static const struct tt_memstat_layout layout = {
		.valid = TT_MEMSTAT_LAYOUT_L1, .l1_base = 64, .l1_end = 1008, .l1_small = 128 };
	int c = rig_attach(rig, test, ALL_POOLS, 0, &layout, 8, 8);

	RECORD(rig, c, .pool = CB, .id = 1, .addr = 64, .size = 192, .program = 1);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, 880 - 256);
	/* overlap with L1_SMALL clashes, although headroom considers only l1 */
	RECORD(rig, c, .pool = L1_SMALL, .id = 2, .addr = 80, .size = 16);
	DISPATCH(rig, c, 1, 0);
	EXPECT_CHIP(test, rig, L1_HEADROOM, 880 - 256);
	EXPECT_CHIP(test, rig, L1_CLASH, 1);
}

static struct kunit_case program_cases[] = {
	KUNIT_CASE(programs_at_the_same_addresses),
	KUNIT_CASE(programs_on_disjoint_cores),
	KUNIT_CASE(first_dispatch_ends_the_benefit_of_doubt),
	KUNIT_CASE(age_of_the_last_dispatch),
	KUNIT_CASE(dispatch_replaces_on_its_own_cores),
	KUNIT_CASE(other_clients_stay_resident),
	KUNIT_CASE(members_of_a_list_are_resident_together),
	KUNIT_CASE(program_zero_is_always_resident),
	KUNIT_CASE(a_program_outlives_its_records),
	KUNIT_CASE(a_program_made_again_is_not_resident),
	KUNIT_CASE(kernels_and_views_carry_the_core_set),
	KUNIT_CASE(views_count_for_nothing),
	KUNIT_CASE(replace_keeps_residency),
	KUNIT_CASE(parts_are_freed_together),
	KUNIT_CASE(kernels_are_information),
	KUNIT_CASE(headroom_at_dispatch),
	KUNIT_CASE(headroom_to_l1_small),
	{ }
};

static struct kunit_suite program_suite = {
	.name = "tt_memstat_program",
	.init = case_init,
	.exit = case_exit,
	.test_cases = program_cases,
};

kunit_test_suite(program_suite);
