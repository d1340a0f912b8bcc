// SPDX-License-Identifier: GPL-2.0-only
/* Plans: the events of whole captures. */
#include "memstat_test.h"

#include <errno.h>

#define OP(body)	OP_START("XDeviceOperation") RELEASE body OP_END("XDeviceOperation")

/* A matmul as the runtime reports it, on 2x2 cores beside one L1 tensor. */
static void plan_with_addresses(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(
		ALLOCATE("1", "1552384", "20480")
		OP(CB("111616", "131072", "{[0-0 - 1-1]}") CB("242688", "655360", "{[0-0 - 1-1]}")
		   ALLOCATE("0", "4278185984", "4096"))
		DEALLOCATE("1", "1552384", "20480")), &layout, false);
	const struct plan_event *event;

	(void)state;
	assert_int_equal(plan->event_count, 6);
	event = test_event(plan, PLAN_RECORD, 0);
	assert_int_equal(event->pool, TT_MEMSTAT_POOL_L1);
	assert_int_equal(event->address, 1552384);
	assert_int_equal(event->size, 20480);
	assert_true(event->set == PLAN_WHOLE);
	assert_int_equal(event->program, 0);
	assert_int_equal(test_event(plan, PLAN_FREE, 0)->id, event->id);
	event = test_event(plan, PLAN_RECORD, 1);
	assert_int_equal(event->pool, TT_MEMSTAT_POOL_DRAM);
	event = test_event(plan, PLAN_RECORD, 3);
	assert_int_equal(event->pool, TT_MEMSTAT_POOL_CB);
	assert_int_equal(event->address, 242688);
	assert_int_equal(event->program, 1);
	assert_int_equal(event->set, 0);
	assert_int_equal(plan->set_count, 1);
	assert_int_equal(core_set_count(&plan->sets[0]), 4);
	assert_int_equal(test_event(plan, PLAN_DISPATCH, 0)->program, 1);
	assert_int_equal(plan->misfit_count, 0);
	assert_int_equal(plan->before, 0);
	plan_free(plan);
}

/* The same without addresses comes to the same bytes, one above the other. */
static void plan_without_addresses(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(
		ALLOCATE("1", "0", "20480")
		OP(CB("0", "131072", "{[0-0 - 1-1]}") CB("0", "131072", "{[0-0 - 1-1]}")
		   CB("0", "524288", "{[0-0 - 1-1]}"))
		DEALLOCATE("1", "0", "20480")), &layout, false);

	(void)state;
	assert_int_equal(test_event(plan, PLAN_RECORD, 0)->address, 1552384);
	assert_int_equal(test_event(plan, PLAN_RECORD, 1)->address, 111616);
	assert_int_equal(test_event(plan, PLAN_RECORD, 2)->address, 242688);
	assert_int_equal(test_event(plan, PLAN_RECORD, 3)->address, 373760);
	assert_int_equal(test_count(plan, PLAN_FREE), 1);
	assert_int_equal(plan->misfit_count, 0);
	plan_free(plan);
}

/* Each program starts at the base again. */
static void plan_programs_share_addresses(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(OP(CB("0", "4096", "{[0-0]}"))
					      OP(CB("0", "8192", "{[0-0]}")) OP()),
				      &layout, true);

	(void)state;
	assert_int_equal(test_event(plan, PLAN_RECORD, 0)->address, 111616);
	assert_int_equal(test_event(plan, PLAN_RECORD, 1)->address, 111616);
	assert_int_equal(test_count(plan, PLAN_PROGRAM_FREE), 0);
	assert_int_equal(test_count(plan, PLAN_DISPATCH), 3);
	assert_int_equal(test_event(plan, PLAN_DISPATCH, 2)->program, 2);
	plan_free(plan);
}

static void plan_without_cache_ends_programs(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(OP(CB("0", "4096", "{[0-0]}"))
					      OP(CB("0", "8192", "{[0-0]}"))), &layout, false);

	(void)state;
	assert_int_equal(test_count(plan, PLAN_PROGRAM_FREE), 1);
	assert_int_equal(test_event(plan, PLAN_PROGRAM_FREE, 0)->program, 1);
	assert_int_equal(plan->events[2].op, PLAN_PROGRAM_FREE);
	plan_free(plan);
}

static void plan_views_carry_the_core_set(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(OP(VIEW("32768", "{[0-0 - 10-9]}")
						 VIEW("32768", "{[0-0 - 10-9]}")
						 VIEW("7", "{[0-0 - 10-9]}"))), &layout, false);

	(void)state;
	assert_int_equal(test_count(plan, PLAN_RECORD), 3);
	assert_true(test_event(plan, PLAN_RECORD, 0)->view);
	assert_int_equal(test_event(plan, PLAN_RECORD, 0)->size, 32768);
	/* Buffers that could not be recorded exactly are listed without bytes. */
	assert_int_equal(test_event(plan, PLAN_RECORD, 2)->size, 0);
	assert_int_equal(core_set_count(&plan->sets[0]), 110);
	assert_int_equal(test_count(plan, PLAN_DISPATCH), 1);
	plan_free(plan);
}

static void plan_frees_from_before(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(DEALLOCATE("1", "1500000", "64")
					      DEALLOCATE("0", "64", "64")
					      DEALLOCATE("2", "64", "64")
					      ALLOCATE("0", "128", "64")), &layout, false);

	(void)state;
	assert_int_equal(plan->before, 2);
	assert_int_equal(plan->event_count, 1);
	plan_free(plan);
}

static void plan_all_pools(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan;

	(void)state;
	layout.l1_small = 32768;
	plan = test_plan(CAPTURE(ALLOCATE("0", "0", "64") ALLOCATE("1", "0", "64")
				 ALLOCATE("2", "0", "64") ALLOCATE("3", "0", "64")
				 ALLOCATE("4", "0", "64") ALLOCATE("1", "0", "0")), &layout, false);
	assert_int_equal(test_count(plan, PLAN_RECORD), 4);
	assert_int_equal(test_event(plan, PLAN_RECORD, 0)->pool, TT_MEMSTAT_POOL_DRAM);
	assert_int_equal(test_event(plan, PLAN_RECORD, 1)->address, 1572864 - 32768 - 64);
	assert_int_equal(test_event(plan, PLAN_RECORD, 2)->pool, TT_MEMSTAT_POOL_L1_SMALL);
	assert_int_equal(test_event(plan, PLAN_RECORD, 2)->address, 1572864 - 64);
	assert_int_equal(test_event(plan, PLAN_RECORD, 3)->pool, TT_MEMSTAT_POOL_TRACE);
	assert_int_equal(plan->host, 1);
	assert_int_equal(plan->empty, 1);
	plan_free(plan);
}

static void plan_cbs_beyond_the_core(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(OP(CB("0", "1000000", "{[0-0 - 1-1]}")
						 CB("0", "500000", "{[1-1 - 2-2]}"))),
				      &layout, false);

	(void)state;
	assert_int_equal(plan->misfit_count, 1);
	assert_int_equal(plan->misfits[0].what.x, 1);
	assert_int_equal(plan->misfits[0].what.y, 1);
	assert_int_equal(plan->misfits[0].what.need, 1500000);
	assert_int_equal(plan->misfits[0].what.have, 1461248);
	/* Programs that fit are recorded and run. */
	assert_int_equal(test_count(plan, PLAN_RECORD), 1);
	assert_int_equal(test_count(plan, PLAN_DISPATCH), 1);
	plan_free(plan);
}

static void plan_cbs_meet_buffers(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(ALLOCATE("1", "0", "1000000")
					      OP(CB("0", "500000", "{[3-2]}"))), &layout, false);

	(void)state;
	assert_int_equal(plan->misfit_count, 1);
	assert_int_equal(plan->misfits[0].what.x, 3);
	assert_int_equal(plan->misfits[0].what.y, 2);
	assert_int_equal(plan->misfits[0].what.need, 1500000);
	assert_int_equal(test_count(plan, PLAN_RECORD), 2);
	plan_free(plan);
}

static void plan_buffers_beyond_the_core(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(ALLOCATE("1", "0", "1000000")
					      ALLOCATE("1", "0", "600000")
					      DEALLOCATE("1", "0", "600000")
					      ALLOCATE("0", "0", "5000000000")), &layout, false);

	(void)state;
	assert_int_equal(plan->misfit_count, 2);
	assert_int_equal(plan->misfits[0].what.need, 1600000);
	assert_int_equal(plan->misfits[0].node, 1);
	assert_true(plan->misfits[1].what.dram);
	assert_int_equal(test_count(plan, PLAN_RECORD), 1);
	/* It was in the capture, though not on the chip. */
	assert_int_equal(test_count(plan, PLAN_FREE), 0);
	assert_int_equal(plan->before, 0);
	plan_free(plan);
}

static void plan_cores_that_the_chip_lacks(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan(CAPTURE(OP(CB("0", "64", "{[0-0 - 12-9]}")
						 CB("0", "64", "{[0-0 - 60000-60000]}"))),
				      &layout, false);

	(void)state;
	assert_int_equal(plan->misfit_count, 2);
	assert_true(plan->misfits[0].what.outside);
	assert_int_equal(plan->misfits[0].what.x, 12);
	assert_int_equal(plan->event_count, 0);
	plan_free(plan);
}

static void plan_of_nothing(void **state)
{
	struct layout layout = test_layout();
	struct plan *plan = test_plan("[]", &layout, true);

	(void)state;
	assert_int_equal(plan->event_count, 0);
	plan_free(plan);
	layout.chip_x = CORES_MAX + 1;
	{
		struct capture *capture = test_capture("[]");

		assert_int_equal(plan_build(capture, &layout, true, &plan), -EINVAL);
		capture_free(capture);
	}
}

static const struct CMUnitTest plan_tests[] = {
	cmocka_unit_test(plan_with_addresses),
	cmocka_unit_test(plan_without_addresses),
	cmocka_unit_test(plan_programs_share_addresses),
	cmocka_unit_test(plan_without_cache_ends_programs),
	cmocka_unit_test(plan_views_carry_the_core_set),
	cmocka_unit_test(plan_frees_from_before),
	cmocka_unit_test(plan_all_pools),
	cmocka_unit_test(plan_cbs_beyond_the_core),
	cmocka_unit_test(plan_cbs_meet_buffers),
	cmocka_unit_test(plan_buffers_beyond_the_core),
	cmocka_unit_test(plan_cores_that_the_chip_lacks),
	cmocka_unit_test(plan_of_nothing),
};
TEST_GROUP(plan);
