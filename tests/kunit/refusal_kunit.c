// SPDX-License-Identifier: GPL-2.0-only
/*
 * Refused entries, rule by rule: invalid, over a limit, without memory. Nothing changes.
 *
 * Numbers are worked out by hand; beside them the rig compares every figure with the oracle
 * after every event.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "cases.h"

/* ---- refusals ---- */

#define REC	.op = TT_MEMSTAT_OP_RECORD
#define SNAP	.op = TT_MEMSTAT_OP_SNAPSHOT

static const struct refusal {
	const char *name;
	int error;
	struct tt_memstat_entry e;
} refusals[] = {
	{ "op 0", EINVAL, { .op = 0 } },
	{ "op 6", EINVAL, { .op = 6, .id = 1 } },
	{ "record: unknown flag", EINVAL,
	  { REC, .flags = 1 << 6, .id = 9, .pool = L1, .size = 16 } },
	{ "record: TOTAL", EINVAL, { REC, .flags = TOTAL, .id = 9, .pool = L1, .size = 16 } },
	{ "record: reserved", EINVAL,
	  { REC, .id = 9, .pool = L1, .size = 16, .reserved = { 0, 1 } } },
	{ "record: pool 6", EINVAL, { REC, .id = 9, .pool = 6, .size = 16 } },
	{ "record: far pool", EINVAL, { REC, .id = 9, .pool = ~0u, .size = 16 } },
	{ "record: not covered", EINVAL, { REC, .id = 9, .pool = TRACE, .size = 16 } },
	{ "record: VIEW in l1", EINVAL, { REC, .flags = VIEW, .id = 9, .pool = L1, .size = 16 } },
	{ "record: SYSTEM in cb", EINVAL,
	  { REC, .flags = SYSTEM, .id = 9, .pool = CB, .size = 16 } },
	{ "record: REPLACE without program", EINVAL,
	  { REC, .flags = REPLACE, .id = 9, .pool = CB, .size = 16 } },
	{ "record: REPLACE in l1", EINVAL,
	  { REC, .flags = REPLACE, .id = 9, .pool = L1, .size = 16, .program = 1 } },
	{ "record: program in dram", EINVAL,
	  { REC, .id = 9, .pool = DRAM, .size = 16, .program = 1 } },
	{ "record: size 0", EINVAL, { REC, .id = 9, .pool = L1 } },
	{ "record: cb of size 0", EINVAL, { REC, .id = 9, .pool = CB } },
	{ "record: odd size", EINVAL, { REC, .id = 9, .pool = L1, .size = 24 } },
	{ "record: odd address", EINVAL, { REC, .id = 9, .pool = L1, .addr = 8, .size = 16 } },
	{ "record: odd kernel address", EINVAL,
	  { REC, .id = 9, .pool = KERNEL, .addr = 8, .size = 16 } },
	{ "record: set of dram", EINVAL, { REC, .id = 9, .pool = L1, .size = 16, .set = 2 } },
	{ "record: set of l1", EINVAL, { REC, .id = 9, .pool = DRAM, .size = 16, .set = 1 } },
	{ "record: no such set", ENOENT, { REC, .id = 9, .pool = L1, .size = 16, .set = 3 } },
	{ "record: far set", ENOENT, { REC, .id = 9, .pool = L1, .size = 16, .set = ~0u } },
	{ "record: one granule too long", ERANGE,
	  { REC, .id = 9, .pool = L1, .addr = CORE_BYTES - 16, .size = 32 } },
	{ "record: beyond the core", ERANGE,
	  { REC, .id = 9, .pool = L1, .addr = CORE_BYTES, .size = 16 } },
	{ "record: longer than the bank", ERANGE,
	  { REC, .id = 9, .pool = DRAM, .size = BANK_BYTES + 16 } },
	{ "record: end wraps", ERANGE,
	  { REC, .id = 9, .pool = DRAM, .addr = ~15ull, .size = 32 } },
	{ "record: size of 2^36", ERANGE, { REC, .id = 9, .pool = L1, .size = 1ull << 36 } },
	{ "record: a kernel larger than 1 GiB", ERANGE,
	  { REC, .id = 9, .pool = KERNEL, .size = (1u << 30) + 16 } },
	{ "record: address of 2^36", ERANGE,
	  { REC, .id = 9, .pool = CB, .addr = 1ull << 36, .size = 16 } },
	{ "record: live id", EEXIST, { REC, .id = 1, .pool = L1, .size = 16 } },
	{ "record: live id of another pool", EEXIST, { REC, .id = 1, .pool = DRAM, .size = 16 } },
	{ "free: unknown", ENOENT, { .op = TT_MEMSTAT_OP_FREE, .id = 9 } },
	{ "free: address", EINVAL, { .op = TT_MEMSTAT_OP_FREE, .id = 1, .addr = 16 } },
	{ "free: size", EINVAL, { .op = TT_MEMSTAT_OP_FREE, .id = 1, .size = 16 } },
	{ "free: set", EINVAL, { .op = TT_MEMSTAT_OP_FREE, .id = 1, .set = 1 } },
	{ "free: pool", EINVAL, { .op = TT_MEMSTAT_OP_FREE, .id = 1, .pool = L1 } },
	{ "free: program", EINVAL, { .op = TT_MEMSTAT_OP_FREE, .id = 1, .program = 1 } },
	{ "free: flags", EINVAL, { .op = TT_MEMSTAT_OP_FREE, .flags = PART, .id = 1 } },
	{ "free: reserved", EINVAL,
	  { .op = TT_MEMSTAT_OP_FREE, .id = 1, .reserved = { 1, 0 } } },
	{ "program free: unknown", ENOENT, { .op = TT_MEMSTAT_OP_PROGRAM_FREE, .program = 9 } },
	{ "program free: id", EINVAL,
	  { .op = TT_MEMSTAT_OP_PROGRAM_FREE, .program = 1, .id = 1 } },
	{ "dispatch: unknown", ENOENT, { .op = TT_MEMSTAT_OP_DISPATCH, .program = 9 } },
	{ "dispatch: set", EINVAL, { .op = TT_MEMSTAT_OP_DISPATCH, .program = 1, .set = 1 } },
	{ "snapshot: allocated above allocatable", EINVAL,
	  { SNAP, .pool = L1, .id = 64, .addr = 65 } },
	{ "snapshot: kernel", EINVAL, { SNAP, .pool = KERNEL, .id = 64 } },
	{ "snapshot: not covered", EINVAL, { SNAP, .pool = TRACE, .id = 64 } },
	{ "snapshot: LOADED of l1", EINVAL, { SNAP, .flags = LOADED, .pool = L1, .id = 64 } },
	{ "snapshot: PART", EINVAL, { SNAP, .flags = PART, .pool = L1, .id = 64 } },
	{ "snapshot: set of dram", EINVAL, { SNAP, .pool = L1, .id = 64, .set = 2 } },
	{ "snapshot: no such set", ENOENT, { SNAP, .pool = L1, .id = 64, .set = 7 } },
	{ "snapshot: more than the bank", ERANGE, { SNAP, .pool = L1, .id = CORE_BYTES + 1 } },
	{ "snapshot: TOTAL above capacity", ERANGE,
	  { SNAP, .flags = TOTAL, .pool = DRAM, .size = BANKS * BANK_BYTES + 1 } },
	{ "snapshot: TOTAL with a set", EINVAL,
	  { SNAP, .flags = TOTAL, .pool = L1, .size = 64, .set = 1 } },
	{ "snapshot: TOTAL with allocatable", EINVAL,
	  { SNAP, .flags = TOTAL, .pool = L1, .size = 64, .id = 64 } },
	{ "snapshot: free more than the bank", ERANGE,
	  { SNAP, .pool = L1, .id = 64, .size = CORE_BYTES + 1 } },
	{ "snapshot: block larger than the bank", ERANGE,
	  { SNAP, .pool = L1, .id = 64, .program = ~0ull } },
};

static void refused_changes_nothing(struct kunit *test)
{
	struct rig *rig = test->priv;
	const struct refusal *r = test->param_value;
	int c = case_client_of(rig, test, ALL_POOLS & ~(1u << TRACE));

	KUNIT_ASSERT_EQ(test, rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0), 1U);
	KUNIT_ASSERT_EQ(test, rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 0x3), 2U);
	RECORD(rig, c, .pool = L1, .id = 1, .addr = 512, .size = 64);
	RECORD(rig, c, .pool = CB, .id = 2, .size = 64, .program = 1);
	DISPATCH(rig, c, 1, 0);
	EXPECT_REFUSED(test, rig_entry(rig, c, &r->e), r->error);
	EXPECT_CHIP(test, rig, REJECTED, 1);
	EXPECT_CLIENT(test, rig, c, REJECTED, 1);
	EXPECT_CHIP(test, rig, DROPPED, 0);
	EXPECT_CHIP(test, rig, GENERATION, 4);
	EXPECT_CHIP(test, rig, L1_USED, CORES * 128);
	EXPECT_CHIP(test, rig, RECORDS, 2);
	EXPECT_CHIP(test, rig, INCONSISTENT, 0);
	rig_check_lists(rig, c);
}

static const void *next_refusal(const void *prev, char *desc)
{
	const struct refusal *r = prev ? (const struct refusal *)prev + 1 : refusals;

	if (r == refusals + ARRAY_SIZE(refusals))
		return NULL;
	strscpy(desc, r->name, KUNIT_PARAM_DESC_SIZE);
	return r;
}

static void no_geometry_no_records(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct ttmem_ledger_client *c = kzalloc(sizeof(*c), GFP_KERNEL);
	struct tt_memstat_layout layout = { };
	struct tt_memstat_entry record = { REC, .pool = L1, .id = 1, .size = 16 };
	struct tt_memstat_entry snapshot = { SNAP, .pool = L1, .id = 16 };
	struct ttmem_prealloc none = { };
	struct ttmem_ledger ledger;
	struct ttmem_state state;

	KUNIT_ASSERT_NOT_NULL(test, c);
	ttmem_ledger_init(&ledger);
	ttmem_ledger_set_bounds(&ledger, &case_geometry);
	ttmem_ledger_client_init(c, test, ALL_POOLS, 0, &layout, NULL);
	ttmem_ledger_attach(&ledger, c, NULL);
	EXPECT_REFUSED(test, ttmem_ledger_apply(c, &record, 0, &none), ENODATA);
	EXPECT_REFUSED(test, ttmem_ledger_apply(c, &snapshot, 0, &none), ENODATA);
	memset(&rig->seen, 0, sizeof(rig->seen));
	ttmem_ledger_refresh_view(&ledger);
	ttmem_state_chip(&ledger, &state, true);
	ttmem_figures_chip(&state, 0, &rig->seen);
	KUNIT_EXPECT_EQ(test, rig->seen.known[0] >> TT_MEMSTAT_FIG_L1_CAPACITY & 1, 0ULL);
	KUNIT_EXPECT_EQ(test, rig->seen.known[0] >> TT_MEMSTAT_FIG_DRAM_CAPACITY & 1, 0ULL);
	KUNIT_EXPECT_EQ(test, rig->seen.value[TT_MEMSTAT_FIG_REJECTED], 2ULL);
	ttmem_ledger_detach(c);
	KUNIT_EXPECT_FALSE(test, ttmem_ledger_detach_step(c, &none));
	ttmem_ledger_client_free(c);
	kfree(c);
}

/* ---- want of room ---- */

static void sets_have_a_cap(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct ttmem_ledger_client *c = rig->client[case_client(rig)];
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);
	u32 mask, number;

	bitmap_zero(map, TTMEM_MAX_CORES);
	for (mask = 1; mask <= ALL_CORES; mask++) {
		map[0] = mask;
		KUNIT_ASSERT_EQ(test, ttmem_set_add(c, TT_MEMSTAT_SPACE_L1, map, &number), 0);
		KUNIT_ASSERT_EQ(test, number, mask);
	}
	map[0] = 1;
	KUNIT_EXPECT_EQ(test, ttmem_set_add(c, TT_MEMSTAT_SPACE_DRAM, map, &number), 0);
	KUNIT_EXPECT_EQ(test, number, TTMEM_MAX_SETS);
	map[0] = 2;
	KUNIT_EXPECT_EQ(test, ttmem_set_add(c, TT_MEMSTAT_SPACE_DRAM, map, &number), -ENOSPC);
	KUNIT_EXPECT_EQ(test, ttmem_set_add(c, TT_MEMSTAT_SPACE_L1, map, &number), 0);
	KUNIT_EXPECT_EQ(test, number, 2U);
}

static void caps_are_counted_as_dropped(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = rig_attach(rig, test, ALL_POOLS, 0, NULL, 3, 2);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 64, .program = 1);
	RECORD(rig, c, .pool = CB, .id = 2, .size = 64, .program = 2);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 3, .size = 64, .program = 3),
		       ENOSPC);
	EXPECT_CHIP(test, rig, DROPPED, 1);
	EXPECT_CHIP(test, rig, REJECTED, 0);
	EXPECT_CHIP(test, rig, INCONSISTENT, 1);
	EXPECT_CHIP(test, rig, PROGRAMS, 2);
	RECORD(rig, c, .pool = L1, .id = 3, .size = 64);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = L1, .id = 4, .size = 64), ENOSPC);
	/* a replacement frees the memory that it needs */
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 9, .flags = REPLACE, .size = 64,
				  .program = 2));
	EXPECT_TAKEN(test, FREE(rig, c, 3));
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = L1, .id = 4, .size = 64));
	EXPECT_CHIP(test, rig, INCONSISTENT, 1);
	rig_drop(rig, c, 1u << TRACE, 1);
	EXPECT_CHIP(test, rig, INCONSISTENT, 0);
	EXPECT_CHIP(test, rig, DROPPED, 2);
}

static const struct tt_memstat_entry hungry[] = {
	{ REC, .pool = DRAM, .id = 50, .size = 64 },
	{ REC, .pool = TRACE, .id = 50, .size = 64, .set = 2 },
	{ REC, .pool = L1, .id = 50, .size = 64, .set = 1 },
	{ REC, .pool = L1_SMALL, .id = 50, .size = 64 },
	{ REC, .pool = CB, .id = 50, .size = 64, .program = 7 },
	{ REC, .pool = CB, .id = 50, .flags = VIEW, .size = 64, .program = 1 },
	{ REC, .pool = CB, .id = 50, .flags = REPLACE, .size = 64, .program = 1 },
	{ REC, .pool = KERNEL, .id = 50, .size = 64, .program = 1 },
	{ SNAP, .pool = DRAM, .id = 64, .addr = 32 },
};

/* Each allocation fails in turn: nothing changes, and with enough of them the entry is taken. */
static void every_allocation_may_fail(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	unsigned int i;
	int n;

	rig_set(rig, c, TT_MEMSTAT_SPACE_L1, ROW0);
	rig_set(rig, c, TT_MEMSTAT_SPACE_DRAM, 0x3);
	RECORD(rig, c, .pool = CB, .id = 1, .size = 128, .program = 1);
	DISPATCH(rig, c, 1, 0);
	for (i = 0; i < ARRAY_SIZE(hungry); i++) {
		for (n = 0; n < 64 && rig_starve(rig, c, &hungry[i], n) == -ENOMEM; n++)
			;
		KUNIT_EXPECT_GT(test, n, 0);
		KUNIT_EXPECT_LE(test, n, 24);
		EXPECT_TAKEN(test, rig_entry(rig, c, &hungry[i]));
		if (hungry[i].op == TT_MEMSTAT_OP_RECORD)
			EXPECT_TAKEN(test, FREE(rig, c, 50));
	}
}

/* While the next allocation would fail, all frees still work. */
static void giving_back_never_allocates(struct kunit *test)
{
	struct rig *rig = test->priv;
	int c = case_client(rig);
	u64 i;

	for (i = 0; i < 12; i++) {
		RECORD(rig, c, .pool = CB, .id = i, .addr = i * 48, .size = 64,
		       .program = 1 + i % 4);
		RECORD(rig, c, .pool = L1, .id = 20 + i, .addr = i * 16, .size = 64);
		RECORD(rig, c, .pool = DRAM, .id = 40 + i, .addr = i * 16, .size = 64);
	}
	SNAPSHOT(rig, c, .pool = TRACE, .id = 64, .addr = 32);
	ttmem_prealloc_fail_after = 0;
	EXPECT_TAKEN(test, DISPATCH(rig, c, 1, 0));
	EXPECT_TAKEN(test, DISPATCH(rig, c, 2, 5));
	EXPECT_TAKEN(test, DISPATCH(rig, c, 3, 5));
	EXPECT_TAKEN(test, FREE(rig, c, 5));
	EXPECT_TAKEN(test, FREE(rig, c, 25));
	EXPECT_TAKEN(test, PROGRAM_FREE(rig, c, 1));
	rig_drop(rig, c, 1u << DRAM | 1u << TRACE, 1);
	rig_detach(rig, c, 1);
	KUNIT_EXPECT_EQ(test, ttmem_prealloc_fail_after, 0);
	ttmem_prealloc_fail_after = -1;
}

static struct kunit_case refusal_cases[] = {
	KUNIT_CASE_PARAM(refused_changes_nothing, next_refusal),
	KUNIT_CASE(no_geometry_no_records),
	KUNIT_CASE(sets_have_a_cap),
	KUNIT_CASE(caps_are_counted_as_dropped),
	KUNIT_CASE(every_allocation_may_fail),
	KUNIT_CASE(giving_back_never_allocates),
	{ }
};

static struct kunit_suite refusal_suite = {
	.name = "tt_memstat_refusal",
	.init = case_init,
	.exit = case_exit,
	.test_cases = refusal_cases,
};

kunit_test_suite(refusal_suite);
