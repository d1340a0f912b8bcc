// SPDX-License-Identifier: GPL-2.0-only
/* Pace: how long a replay waits after each node. */
#include "memstat_test.h"
#include "pace.h"

#define START "{\"node_type\":\"function_start\",\"params\":{\"name\":\"f\"}},"
#define END(ns) "{\"node_type\":\"function_end\",\"duration_ns\":" ns ",\"params\":{}},"

static void expect_waits(const char *text, struct pace pace, const uint64_t *wanted, bool told)
{
	struct capture *capture = test_capture(text);
	bool any = !told;
	uint64_t *waits;

	assert_int_equal(pace_waits(capture, &pace, &waits, &any), 0);
	assert_int_equal(any, told);
	for (size_t i = 0; i < capture->count; i++)
		assert_int_equal(waits[i], wanted[i]);
	free(waits);
	capture_free(capture);
}

static void pace_steps(void **state)
{
	(void)state;
	expect_waits(CAPTURE(RELEASE RELEASE), (struct pace){ .step_ms = 2 },
		     (uint64_t[]){ 2000000, 2000000, 0 }, false);
	expect_waits(CAPTURE(RELEASE), (struct pace){ 0 }, (uint64_t[]){ 0, 0 }, false);
}

/* Time that inner functions took is not waited for twice. */
static void pace_durations(void **state)
{
	const char *nested = CAPTURE(START START END("300") START END("200") END("1000"));

	(void)state;
	expect_waits(nested, (struct pace){ .speed = 1 },
		     (uint64_t[]){ 0, 0, 300, 0, 200, 500, 0 }, true);
	expect_waits(nested, (struct pace){ .speed = 10 },
		     (uint64_t[]){ 0, 0, 30, 0, 20, 50, 0 }, true);
	expect_waits(nested, (struct pace){ 0 }, (uint64_t[]){ 0, 0, 0, 0, 0, 0, 0 }, true);
	/* Inner ones that took longer than the whole. */
	expect_waits(CAPTURE(START START END("500") END("100")), (struct pace){ .speed = 1 },
		     (uint64_t[]){ 0, 0, 500, 0, 0 }, true);
}

static void pace_odd_captures(void **state)
{
	(void)state;
	/* An end without a start; an absurd duration. */
	expect_waits(CAPTURE(END("100") START END("9223372036854775807")),
		     (struct pace){ .speed = 1 }, (uint64_t[]){ 0, 0, 3600000000000, 0 }, true);
	/* A function that was aborted has no end. */
	expect_waits("[{\"node_type\":\"function_start\",\"stacking_level\":1,\"params\":{}},"
		     "{\"node_type\":\"function_start\",\"stacking_level\":2,\"params\":{}},"
		     "{\"node_type\":\"function_start\",\"stacking_level\":1,\"params\":{}},"
		     "{\"node_type\":\"function_end\",\"duration_ns\":70,\"params\":{}},"
		     "{\"node_type\":\"function_end\",\"duration_ns\":70,\"params\":{}}]",
		     (struct pace){ .speed = 1 }, (uint64_t[]){ 0, 0, 0, 70, 0 }, true);
}

static const struct CMUnitTest pace_tests[] = {
	cmocka_unit_test(pace_steps),
	cmocka_unit_test(pace_durations),
	cmocka_unit_test(pace_odd_captures),
};

TEST_GROUP(pace);
