// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events in steps: holds of the lock so short that each does the minimum.
 *
 * On small chips the rig compares every figure with the oracle; results on large ones are computed
 * by hand.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include "cases.h"

#define MANY	24

static struct rig *short_holds(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->ledger.work_max = 1;
	return rig;
}

/* Make small records of @pool at every second granule. */
static void scatter(struct rig *rig, int c, u32 pool, u32 set, u32 count)
{
	u64 i;

	for (i = 0; i < count; i++)
		RECORD(rig, c, .pool = pool, .id = 1000 + i, .addr = i * 32, .size = 16,
		       .set = set);
}

/* A range over many boundaries of others is covered segment by segment, in every map. */
static void a_range_is_covered_in_steps(struct kunit *test)
{
	static const u32 pools[] = { L1, L1_SMALL, CB, DRAM, TRACE };
	struct rig *rig = short_holds(test);
	int other = case_client(rig), c = case_client(rig);
	u32 part = rig_set(rig, other, TT_MEMSTAT_SPACE_DRAM, 5), i;

	scatter(rig, other, L1, 0, MANY);
	for (i = 0; i < MANY; i++)
		RECORD(rig, other, .pool = TRACE, .id = i, .addr = i * 48, .size = 32,
		       .set = i % 2 ? part : 0);
	for (i = 0; i < ARRAY_SIZE(pools); i++) {
		rig->steps = 0;
		EXPECT_TAKEN(test, RECORD(rig, c, .pool = pools[i], .id = 1, .size = 1000 & ~15));
		KUNIT_EXPECT_GE(test, rig->steps, MANY);
		rig->steps = 0;
		EXPECT_TAKEN(test, FREE(rig, c, 1));
		KUNIT_EXPECT_GE(test, rig->steps, MANY);
	}
	rig_check_lists(rig, c);
}

/* The need of an entry is the same while the nodes for cuts are in use. */
static void a_cut_does_not_raise_what_is_needed(struct kunit *test)
{
	struct rig *rig = rig_new(test, &case_geometry, false);
	struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_RECORD, .pool = DRAM, .id = 1,
				      .size = 1024 };
	struct ttmem_prealloc prealloc = { .arch = case_geometry.arch };
	int other = case_client(rig), c = case_client(rig);
	struct ttmem_need need = { }, idle = { }, meanwhile;
	u32 cuts = 0;

	scatter(rig, other, DRAM, 0, MANY);
	rig->ledger.work_max = 1;
	ttmem_ledger_need(rig->client[c], &e, &need);
	KUNIT_ASSERT_EQ(test, ttmem_prealloc_fill(&prealloc, &need), 0);
	do {
		ttmem_ledger_begin(&rig->ledger);
		if (ttmem_ledger_apply(rig->client[c], &e, 0, &prealloc) != TTMEM_AGAIN)
			break;
		meanwhile = (struct ttmem_need) { };
		ttmem_ledger_need(rig->client[c], &e, &meanwhile);
		if (!cuts++)
			idle = meanwhile;
		KUNIT_EXPECT_EQ(test, 0, memcmp(&idle, &meanwhile, sizeof(idle)));
	} while (cuts < 1000);
	KUNIT_EXPECT_GE(test, cuts, MANY);
	meanwhile = (struct ttmem_need) { };
	ttmem_ledger_need(rig->client[c], &e, &meanwhile);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&idle, &meanwhile, sizeof(idle)));
	KUNIT_EXPECT_LT(test, meanwhile.type[TTMEM_NODE_CLIENT_BOUNDARY + TTMEM_MAP_DRAM],
			need.type[TTMEM_NODE_CLIENT_BOUNDARY + TTMEM_MAP_DRAM]);
	ttmem_prealloc_free(&prealloc);
	rig_free(rig);
}

/* The maps of the client and of the chip agree at every step. */
static void a_record_grows_to_what_it_is(struct kunit *test)
{
	struct rig *rig = rig_new(test, &case_geometry, false);
	struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_RECORD, .pool = DRAM, .id = 1,
				      .size = 1024 };
	struct ttmem_prealloc prealloc = { .arch = case_geometry.arch };
	int other = case_client(rig), c = case_client(rig);
	struct ttmem_need need = { };
	u64 used = 0, now;

	scatter(rig, other, TRACE, rig_set(rig, other, TT_MEMSTAT_SPACE_DRAM, 5), MANY);
	rig->ledger.work_max = 1;
	ttmem_ledger_need(rig->client[c], &e, &need);
	KUNIT_ASSERT_EQ(test, ttmem_prealloc_fill(&prealloc, &need), 0);
	do {
		ttmem_ledger_begin(&rig->ledger);
		now = ttmem_ledger_apply(rig->client[c], &e, 0, &prealloc);
		KUNIT_EXPECT_GE(test, CLIENT(rig, c, DRAM_USED), used);
		KUNIT_EXPECT_EQ(test, CLIENT(rig, c, DRAM_PEAK), CLIENT(rig, c, DRAM_USED));
		KUNIT_EXPECT_EQ(test, CLIENT(rig, c, DRAM_USED) % (BANKS * 16), 0ULL);
		used = CLIENT(rig, c, DRAM_USED);
	} while (now);
	KUNIT_EXPECT_EQ(test, used, BANKS * 1024);
	ttmem_prealloc_free(&prealloc);
	rig_free(rig);
}

static void parts_are_freed_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	for (i = 0; i < MANY; i++)
		RECORD(rig, c, .pool = L1, .id = 1, .flags = PART, .addr = i * 32, .size = 64);
	RECORD(rig, c, .pool = L1, .id = 2, .size = 16);
	rig->steps = 0;
	EXPECT_TAKEN(test, FREE(rig, c, 1));
	KUNIT_EXPECT_GE(test, rig->steps, MANY);
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
	KUNIT_EXPECT_GE(test, rig->steps, MANY);
	EXPECT_CHIP(test, rig, CB_LOADED, 0);
	EXPECT_CHIP(test, rig, PROGRAMS, 0);
}

/* The program stays resident, and always has the nodes for its replacement. */
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
	KUNIT_EXPECT_GE(test, rig->steps, MANY);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 64);
	EXPECT_CHIP(test, rig, RECORDS, 1);
	EXPECT_CHIP(test, rig, DROPPED, 0);
}

static void a_dispatch_goes_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	for (i = 1; i <= MANY; i++)
		RECORD(rig, c, .pool = CB, .id = i, .addr = i * 16, .size = 32, .program = i);
	EXPECT_CHIP(test, rig, CB_USED, CORES * (MANY + 1) * 16);
	rig->steps = 0;
	EXPECT_TAKEN(test, DISPATCH(rig, c, 7, 0));
	KUNIT_EXPECT_GE(test, rig->steps, MANY - 1U);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 32);
	EXPECT_CHIP(test, rig, CB_PEAK, CORES * (MANY + 1) * 16);
	/* All members of a list are resident; each dispatch visits all others. */
	for (i = 1; i <= MANY; i++)
		DISPATCH(rig, c, i, 9);
	rig->steps = 0;
	EXPECT_TAKEN(test, DISPATCH(rig, c, 1, 9));
	KUNIT_EXPECT_GE(test, rig->steps, MANY - 1U);
	/* The search for headroom passes the client's other records. */
	scatter(rig, c, L1_SMALL, 0, MANY);
	rig->steps = 0;
	EXPECT_TAKEN(test, DISPATCH(rig, c, 7, 9));
	KUNIT_EXPECT_GE(test, rig->steps, MANY - 1U);
	/* The next dispatch evicts them one by one. */
	RECORD(rig, c, .pool = CB, .id = 99, .addr = 512, .size = 16, .program = 99);
	rig->steps = 0;
	EXPECT_TAKEN(test, DISPATCH(rig, c, 99, 0));
	KUNIT_EXPECT_GE(test, rig->steps, MANY - 1U);
	EXPECT_CHIP(test, rig, CB_USED, CORES * 16);
	rig->steps = 0;
	rig_drop(rig, c, 1u << KERNEL | 1u << CB, 1);
	rig_check_lists(rig, c);
}

/* For some steps the new and the evicted programs are both shown, which raises no peak. */
static void a_dispatch_makes_no_peak(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);

	RECORD(rig, c, .pool = CB, .id = 1, .size = 512, .program = 1);
	DISPATCH(rig, c, 1, 0);
	RECORD(rig, c, .pool = CB, .id = 2, .addr = 512, .size = 256, .program = 2);
	DISPATCH(rig, c, 2, 0);
	EXPECT_CHIP(test, rig, CB_PEAK, CORES * 512);
	EXPECT_CLIENT(test, rig, c, CB_PEAK, CORES * 512);
	/* the death of a client in this state must not block peaks for ever */
	KUNIT_EXPECT_EQ(test, rig->ledger.dispatching, 0U);
}

/* ---- one event at a time: a second caller for the same client continues it ---- */

struct callers {
	struct rig *rig;
	int client;
	struct ttmem_prealloc ring, call;
};

static int offer(struct callers *t, struct ttmem_prealloc *prealloc, struct tt_memstat_entry e)
{
	struct ttmem_need need = { };

	ttmem_ledger_need(t->rig->client[t->client], &e, &need);
	KUNIT_ASSERT_EQ(t->rig->test, ttmem_prealloc_fill(prealloc, &need), 0);
	ttmem_ledger_begin(&t->rig->ledger);
	return ttmem_ledger_apply(t->rig->client[t->client], &e, 0, prealloc);
}

static void callers_begin(struct kunit *test, struct callers *t)
{
	u64 i;

	t->rig = rig_new(test, &case_geometry, false);
	t->ring = (struct ttmem_prealloc){ .arch = case_geometry.arch };
	t->call = t->ring;
	t->client = case_client(t->rig);
	for (i = 0; i < MANY; i++)
		RECORD(t->rig, t->client, .pool = CB, .id = i, .addr = i * 16, .size = 16,
		       .program = 1);
	t->rig->ledger.work_max = 1;
}

static void callers_end(struct callers *t)
{
	ttmem_prealloc_free(&t->ring);
	ttmem_prealloc_free(&t->call);
	rig_free(t->rig);
}

static void who_comes_meanwhile_goes_on_with_it(struct kunit *test)
{
	const struct tt_memstat_entry replace = { .op = TT_MEMSTAT_OP_RECORD, .pool = CB, .id = 5,
						  .flags = REPLACE, .size = 64, .program = 1 };
	const struct tt_memstat_entry record = { .op = TT_MEMSTAT_OP_RECORD, .pool = CB, .id = 5,
						 .size = 16, .program = 2 };
	const struct tt_memstat_entry dispatch = { .op = TT_MEMSTAT_OP_DISPATCH, .program = 1 };
	struct callers t;
	int ret;

	callers_begin(test, &t);
	KUNIT_ASSERT_EQ(test, offer(&t, &t.ring, replace), TTMEM_AGAIN);
	while ((ret = offer(&t, &t.call, record)) == TTMEM_AGAIN)
		;
	/* The id is live from the first step on, and a refused event has changed nothing. */
	KUNIT_EXPECT_EQ(test, ret, -EEXIST);
	EXPECT_CHIP(test, t.rig, RECORDS, 1);
	EXPECT_CHIP(test, t.rig, CB_LOADED, CORES * 64);
	/* The first caller is told once, while another event is in progress. */
	KUNIT_ASSERT_EQ(test, offer(&t, &t.call, dispatch), TTMEM_AGAIN);
	EXPECT_TAKEN(test, offer(&t, &t.ring, replace));
	while ((ret = offer(&t, &t.ring, replace)) == TTMEM_AGAIN)
		;
	EXPECT_TAKEN(test, ret);
	EXPECT_TAKEN(test, offer(&t, &t.call, dispatch));
	EXPECT_CHIP(test, t.rig, RECORDS, 1);
	EXPECT_CHIP(test, t.rig, REJECTED, 1);
	callers_end(&t);
}

/* A refused replacement has freed nothing, because it is checked before it begins. */
static void a_refused_replacement_frees_nothing(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	for (i = 0; i < MANY; i++)
		RECORD(rig, c, .pool = CB, .id = i, .addr = i * 16, .size = 16, .program = 1);
	RECORD(rig, c, .pool = DRAM, .id = 99, .size = 64);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 99, .flags = REPLACE, .size = 64,
				    .program = 1), EEXIST);
	EXPECT_REFUSED(test, RECORD(rig, c, .pool = CB, .id = 5, .flags = REPLACE,
				    .size = CORE_BYTES + 16, .program = 1), ERANGE);
	EXPECT_CHIP(test, rig, RECORDS, MANY + 1);
}

/* Death and drop take over an event in progress, at each of its steps. */
static void what_ends_a_client_ends_its_event(struct kunit *test)
{
	static const struct tt_memstat_entry events[] = {
		{ .op = TT_MEMSTAT_OP_RECORD, .pool = CB, .id = 5, .flags = REPLACE, .size = 640,
		  .program = 1 },
		{ .op = TT_MEMSTAT_OP_RECORD, .pool = L1, .id = 99, .size = 640 },
		{ .op = TT_MEMSTAT_OP_PROGRAM_FREE, .program = 1 },
		{ .op = TT_MEMSTAT_OP_FREE, .id = 3 },
		{ .op = TT_MEMSTAT_OP_DISPATCH, .program = 1 },
	};
	unsigned int i, steps, n;
	struct callers t;

	for (i = 0; i < 2 * ARRAY_SIZE(events); i++)
		for (steps = 1; steps < 40; steps++) {
			callers_begin(test, &t);
			for (n = 0; n < steps; n++)
				if (offer(&t, &t.ring, events[i / 2]) != TTMEM_AGAIN)
					break;
			ttmem_ledger_reset_high_watermark(&t.rig->ledger, TT_MEMSTAT_SPACE_L1);
			if (i % 2)
				rig_drop(t.rig, t.client, ALL_POOLS, 1);
			else
				rig_detach(t.rig, t.client, 1);
			EXPECT_CHIP(test, t.rig, RECORDS, 0);
			EXPECT_CHIP(test, t.rig, L1_USED, 0);
			EXPECT_CHIP(test, t.rig, CB_LOADED, 0);
			KUNIT_EXPECT_EQ(test, t.rig->ledger.dispatching, 0U);
			/* Death does not show the old and the new programs together. */
			if (n == steps && i == 2 * ARRAY_SIZE(events) - 2)
				KUNIT_EXPECT_EQ(test,
						t.rig->ledger.high_watermark[TT_MEMSTAT_SPACE_L1],
						0ULL);
			callers_end(&t);
		}
}

/* Take one step of a drop. */
static bool drop_step(struct callers *t, struct ttmem_prealloc *prealloc)
{
	ttmem_ledger_begin(&t->rig->ledger);
	return ttmem_ledger_drop(t->rig->client[t->client], ALL_POOLS, prealloc);
}

/* A drop that another caller's event finishes is complete for its own caller, too. */
static void an_event_finishes_a_drop(struct kunit *test)
{
	const struct tt_memstat_entry record = { .op = TT_MEMSTAT_OP_RECORD, .pool = L1, .id = 1,
						 .size = 640 };
	unsigned int steps, n;
	struct callers t;

	for (steps = 1; steps < 40; steps++) {
		callers_begin(test, &t);
		for (n = 0; n < steps; n++)
			if (!drop_step(&t, &t.call))
				break;
		while (offer(&t, &t.ring, record) == TTMEM_AGAIN)
			;
		KUNIT_EXPECT_FALSE(test, n == steps && drop_step(&t, &t.call));
		EXPECT_CHIP(test, t.rig, RECORDS, 1);
		EXPECT_CHIP(test, t.rig, L1_USED, CORES * 640);
		EXPECT_CHIP(test, t.rig, CB_LOADED, 0);
		callers_end(&t);
	}
}

/*
 * While a dispatch is in progress no peak of L1 rises, so the chip finishes one that its caller
 * leaves. Nor does the watermark of L1, not even after a reset. Peaks of DRAM, of which a dispatch
 * changes nothing, rise meanwhile.
 */
static void the_chip_finishes_a_dispatch(struct kunit *test)
{
	const struct tt_memstat_entry dispatch = { .op = TT_MEMSTAT_OP_DISPATCH, .program = 1 };
	struct ttmem_ledger_client *c;
	unsigned int steps, n;
	struct callers t;
	int other;

	for (steps = 1; steps < 40; steps++) {
		callers_begin(test, &t);
		other = case_client(t.rig);
		c = t.rig->client[t.client];
		for (n = 0; n < steps; n++)
			if (offer(&t, &t.call, dispatch) != TTMEM_AGAIN)
				break;
		if (n < steps) {
			callers_end(&t);
			break;
		}
		KUNIT_EXPECT_EQ(test, t.rig->ledger.dispatching, 1U);
		RECORD(t.rig, other, .pool = DRAM, .id = 1, .size = 1024);
		FREE(t.rig, other, 1);
		EXPECT_CHIP(test, t.rig, DRAM_PEAK, BANKS * 1024);
		KUNIT_EXPECT_EQ(test, (u64)t.rig->ledger.high_watermark[TT_MEMSTAT_SPACE_DRAM],
				(u64)BANKS * 1024);
		n = 0;
		do {
			ttmem_ledger_reset_high_watermark(&t.rig->ledger, TT_MEMSTAT_SPACE_L1);
			KUNIT_EXPECT_LE(test, t.rig->ledger.high_watermark[TT_MEMSTAT_SPACE_L1],
					(u64)CORES * MANY * 16);
			ttmem_ledger_begin(&t.rig->ledger);
		} while (ttmem_ledger_run_dispatch(&t.rig->ledger) == c && n++ < 1000);
		KUNIT_EXPECT_EQ(test, t.rig->ledger.dispatching, 0U);
		KUNIT_EXPECT_GE(test, n, 1U);
		KUNIT_EXPECT_LT(test, n, 1000U);
		EXPECT_CHIP(test, t.rig, CB_PEAK, CORES * MANY * 16);
		EXPECT_TAKEN(test, offer(&t, &t.call, dispatch));
		callers_end(&t);
	}
	KUNIT_EXPECT_GT(test, steps, 1U);
}

/* Coverage that records of a set share flips nothing, and is walked over in steps, too. */
static void common_coverage_goes_in_steps(struct kunit *test)
{
	struct rig *rig = short_holds(test);
	int c = case_client(rig);
	u64 i;

	RECORD(rig, c, .pool = CB, .id = 1, .size = MANY * 16);
	for (i = 0; i < MANY; i++)
		RECORD(rig, c, .pool = CB, .id = 2 + i, .addr = i * 16, .size = 16);
	rig->steps = 0;
	EXPECT_TAKEN(test, RECORD(rig, c, .pool = CB, .id = 99, .size = MANY * 16));
	KUNIT_EXPECT_GE(test, rig->steps, 2 * MANY - 2U);
	rig->steps = 0;
	EXPECT_TAKEN(test, FREE(rig, c, 99));
	KUNIT_EXPECT_GE(test, rig->steps, 2 * MANY - 2U);
}

/* The search among the bank sets of a program counts as work. */
static void a_program_of_many_sets_is_work(struct kunit *test)
{
	struct rig *rig = rig_new(test, &case_geometry, false);
	struct ttmem_prealloc nodes = { .arch = case_geometry.arch };
	struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_RECORD, .pool = KERNEL, .program = 1 };
	struct callers t = { .rig = rig, .client = case_client(rig) };
	u32 set[3];
	u64 work[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(set); i++) {
		set[i] = rig_set(rig, t.client, TT_MEMSTAT_SPACE_L1, 1u << i);
		e.id = i;
		e.set = set[i];
		EXPECT_TAKEN(test, offer(&t, &nodes, e));
		work[i] = rig->ledger.work;
	}
	KUNIT_EXPECT_GT(test, work[1], work[0]);
	KUNIT_EXPECT_GT(test, work[2], work[1]);
	ttmem_prealloc_free(&nodes);
	rig_free(rig);
}

/* A caller that a signal kills leaves an event, or a drop, which the next event finishes. */
static void an_event_finishes_what_a_caller_leaves(struct kunit *test)
{
	static const struct tt_memstat_entry events[] = {
		{ .op = TT_MEMSTAT_OP_PROGRAM_FREE, .program = 1 },
		{ .op = TT_MEMSTAT_OP_RECORD, .pool = CB, .id = 5, .flags = REPLACE, .size = 640,
		  .program = 1 },
		{ .op = TTMEM_OP_DROP },
	};
	static const unsigned int records[] = { 1, 2, 1 };
	const struct tt_memstat_entry record = { .op = TT_MEMSTAT_OP_RECORD, .pool = L1, .id = 200,
						 .size = 640 };
	unsigned int i, steps, n;
	struct callers t;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		for (steps = 1; steps < 40; steps++) {
			callers_begin(test, &t);
			for (n = 0; n < steps; n++)
				if (events[i].op == TTMEM_OP_DROP ? !drop_step(&t, &t.call) :
				    offer(&t, &t.call, events[i]) != TTMEM_AGAIN)
					break;
			t.call.begun = false;
			while (offer(&t, &t.call, record) == TTMEM_AGAIN)
				;
			EXPECT_CHIP(test, t.rig, RECORDS, records[i]);
			EXPECT_CHIP(test, t.rig, L1_USED, CORES * 640);
			EXPECT_CHIP(test, t.rig, CB_LOADED, i == 1 ? CORES * 640 : 0);
			KUNIT_EXPECT_EQ(test, t.rig->ledger.dispatching, 0U);
			callers_end(&t);
		}
}

static struct kunit_case steps_cases[] = {
	KUNIT_CASE(a_range_is_covered_in_steps),
	KUNIT_CASE(a_cut_does_not_raise_what_is_needed),
	KUNIT_CASE(a_record_grows_to_what_it_is),
	KUNIT_CASE(parts_are_freed_in_steps),
	KUNIT_CASE(a_program_is_freed_in_steps),
	KUNIT_CASE(a_program_is_replaced_in_steps),
	KUNIT_CASE(a_dispatch_goes_in_steps),
	KUNIT_CASE(a_dispatch_makes_no_peak),
	KUNIT_CASE(the_chip_finishes_a_dispatch),
	KUNIT_CASE(common_coverage_goes_in_steps),
	KUNIT_CASE(a_program_of_many_sets_is_work),
	KUNIT_CASE(who_comes_meanwhile_goes_on_with_it),
	KUNIT_CASE(an_event_finishes_a_drop),
	KUNIT_CASE(an_event_finishes_what_a_caller_leaves),
	KUNIT_CASE(a_refused_replacement_frees_nothing),
	KUNIT_CASE(what_ends_a_client_ends_its_event),
	{ }
};

static struct kunit_suite steps_suite = {
	.name = "tt_memstat_steps",
	.init = case_init,
	.exit = case_exit,
	.test_cases = steps_cases,
};

kunit_test_suite(steps_suite);
