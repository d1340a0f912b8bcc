// SPDX-License-Identifier: GPL-2.0-only
/* Programs: their begin and end, and the cache. Expected results are lists of callbacks. */
#include "memstat_test.h"

#include <errno.h>
#include <stdio.h>

#include "program.h"

struct log {
	char text[512];
	int fail_at;		/* calls until one fails; 0 = never */
};

static int note(struct log *log, const char *what, uint64_t program, size_t count)
{
	size_t used = strlen(log->text);

	if (count)
		snprintf(log->text + used, sizeof(log->text) - used, "%s%llu:%zu ", what,
			 (unsigned long long)program, count);
	else
		snprintf(log->text + used, sizeof(log->text) - used, "%s%llu ", what,
			 (unsigned long long)program);
	return log->fail_at && --log->fail_at == 0 ? -ENOSPC : 0;
}

static int on_load(void *context, uint64_t program, const struct capture_node *const *members,
		   size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_non_null(members[i]);
	return note(context, "L", program, count);
}

static int on_dispatch(void *context, uint64_t program)
{
	return note(context, "D", program, 0);
}

static int on_unload(void *context, uint64_t program)
{
	return note(context, "U", program, 0);
}

static struct program_counts run(const char *text, bool cache, const char *expected)
{
	static const struct program_ops ops = { on_load, on_dispatch, on_unload };
	struct capture *capture = test_capture(text);
	struct program_counts counts;
	struct programs *programs;
	struct log log = { 0 };

	assert_int_equal(programs_new(cache, &ops, &log, &programs), 0);
	for (size_t i = 0; i < capture->count; i++)
		assert_int_equal(programs_node(programs, &capture->nodes[i]), 0);
	assert_int_equal(programs_end(programs), 0);
	counts = *programs_counts(programs);
	programs_free(programs);
	capture_free(capture);
	assert_string_equal(log.text, expected);
	return counts;
}

#define A	CB("111616", "4096", "{[0-0 - 1-1]}")
#define B	CB("115712", "4096", "{[0-0 - 1-1]}")
#define OP(body)	OP_START("XDeviceOperation") RELEASE body OP_END("XDeviceOperation")
#define OP2(body)	OP_START("YDeviceOperation") RELEASE body OP_END("YDeviceOperation")

static void program_without_cache(void **state)
{
	(void)state;
	run(CAPTURE(OP(A B) OP2(B)), false, "L1:2 D1 U1 L2:1 D2 ");
	/* The same once more is another program, and the last one is not ended by anything. */
	run(CAPTURE(OP(A) OP(A) RELEASE), false, "L1:1 D1 U1 L2:1 D2 U2 ");
	/* A cache hit shows no circular buffers; without the cache nothing runs. */
	run(CAPTURE(OP(A) OP()), false, "L1:1 D1 U1 ");
}

static void program_runs_before_buffers_go(void **state)
{
	(void)state;
	run(CAPTURE(RELEASE A ALLOCATE("1", "1500000", "64") B), false, "L1:2 D1 ");
	run(CAPTURE(RELEASE A DEALLOCATE("1", "1500000", "64") B), false, "L1:1 D1 L2:1 D2 ");
}

static void program_views_only(void **state)
{
	(void)state;
	run(CAPTURE(OP(VIEW("64", "{[0-0]}"))), false, "L1:1 D1 ");
}

static void program_at_the_end_of_a_cut_capture(void **state)
{
	(void)state;
	run("[" OP_START("X") RELEASE A "{\"node_type\":\"tensor\"}]", false, "L1:1 D1 ");
}

static void program_cache_keeps(void **state)
{
	struct program_counts counts;

	(void)state;
	counts = run(CAPTURE(OP(A) OP2(B) OP() OP2() OP()), true,
		     "L1:1 D1 L2:1 D2 D1 D2 D1 ");
	assert_int_equal(counts.programs, 2);
	assert_int_equal(counts.hits, 3);
	assert_int_equal(counts.unknown_hits, 0);
}

/* Captures without dispatch repeat the circular buffers at every call. */
static void program_cache_knows_equal_ones(void **state)
{
	(void)state;
	run(CAPTURE(OP(A) OP(A B) OP(A) OP(A B)), true, "L1:1 D1 L2:2 D2 D1 D2 ");
	/* The same circular buffers in another operation are another program. */
	run(CAPTURE(OP(A) OP2(A)), true, "L1:1 D1 L2:1 D2 ");
}

static void program_cache_hit_of_the_last(void **state)
{
	(void)state;
	run(CAPTURE(OP(A) OP(B) OP()), true, "L1:1 D1 L2:1 D2 D2 ");
	run(CAPTURE(OP(A) OP(B) OP(A) OP()), true, "L1:1 D1 L2:1 D2 D1 D1 ");
}

/* An operation that runs two programs runs the same two when it hits. */
static void program_cache_hit_by_turn(void **state)
{
	(void)state;
	run(CAPTURE(OP(A RELEASE B) OP(RELEASE)), true, "L1:1 D1 L2:1 D2 D1 D2 ");
}

#define CALL(arguments, body)							\
	"{\"node_type\":\"function_start\",\"arguments\":[\"" arguments "\"],"	\
	"\"params\":{\"name\":\"XDeviceOperation\"}}," RELEASE body OP_END("XDeviceOperation")

static void program_cache_hit_by_arguments(void **state)
{
	(void)state;
	run(CAPTURE(CALL("a", A) CALL("b", B) CALL("a", ) CALL("b", ) CALL("c", )), true,
	    "L1:1 D1 L2:1 D2 D1 D2 D2 ");
}

static void program_cache_hit_of_an_unknown(void **state)
{
	struct program_counts counts = run(CAPTURE(OP() OP2(A) RELEASE), true, "L1:1 D1 ");

	(void)state;
	assert_int_equal(counts.unknown_hits, 1);
	assert_int_equal(counts.hits, 0);
}

static void program_cache_hit_before_a_buffer_goes(void **state)
{
	static const struct program_ops ops = { on_load, on_dispatch, on_unload };
	struct capture *c = test_capture(CAPTURE(OP(A) OP(DEALLOCATE("1", "1500000", "64"))));
	struct programs *programs;
	struct log log = { 0 };

	(void)state;
	assert_int_equal(programs_new(true, &ops, &log, &programs), 0);
	for (size_t i = 0; c->nodes[i].kind != CAPTURE_BUFFER_DEALLOCATE; i++)
		assert_int_equal(programs_node(programs, &c->nodes[i]), 0);
	assert_string_equal(log.text, "L1:1 D1 ");
	for (size_t i = 0; i < c->count; i++) {
		if (c->nodes[i].kind == CAPTURE_BUFFER_DEALLOCATE)
			assert_int_equal(programs_node(programs, &c->nodes[i]), 0);
	}
	assert_string_equal(log.text, "L1:1 D1 D1 ");
	programs_free(programs);
	capture_free(c);
}

static void program_device_operation_encloses(void **state)
{
	(void)state;
	/* A helper between the operation and the circular buffers does not make another key. */
	run(CAPTURE(OP_START("XDeviceOperation") RELEASE OP_START("helper") A OP_END("helper")
		    OP_END("XDeviceOperation") OP()), true, "L1:1 D1 D1 ");
}

static void program_aborted_functions(void **state)
{
	(void)state;
	/* X has no end: by the level, Y is not inside of it. */
	run("[{\"node_type\":\"function_start\",\"stacking_level\":1,\"params\":{\"name\":\"X\"}},"
	    RELEASE A
	    "{\"node_type\":\"function_start\",\"stacking_level\":1,\"params\":{\"name\":\"Y\"}},"
	    RELEASE
	    "{\"node_type\":\"function_end\",\"stacking_level\":1,\"params\":{\"name\":\"Y\"}},"
	    "{\"node_type\":\"function_end\",\"params\":{}},"
	    "{\"node_type\":\"function_end\",\"params\":{}}]", true, "L1:1 D1 ");
}

static void program_callback_errors_end_it(void **state)
{
	static const struct program_ops ops = { on_load, on_dispatch, on_unload };
	struct capture *c = test_capture(CAPTURE(OP(A) OP2(B) RELEASE));

	(void)state;
	for (int at = 1; at <= 6; at++) {
		struct log log = { .fail_at = at };
		struct programs *programs;
		int err = 0;

		assert_int_equal(programs_new(false, &ops, &log, &programs), 0);
		for (size_t i = 0; !err && i < c->count; i++)
			err = programs_node(programs, &c->nodes[i]);
		assert_int_equal(err, -ENOSPC);
		programs_free(programs);
	}
	capture_free(c);
}

static const struct CMUnitTest program_tests[] = {
	cmocka_unit_test(program_without_cache),
	cmocka_unit_test(program_runs_before_buffers_go),
	cmocka_unit_test(program_views_only),
	cmocka_unit_test(program_at_the_end_of_a_cut_capture),
	cmocka_unit_test(program_cache_keeps),
	cmocka_unit_test(program_cache_knows_equal_ones),
	cmocka_unit_test(program_cache_hit_of_the_last),
	cmocka_unit_test(program_cache_hit_by_turn),
	cmocka_unit_test(program_cache_hit_by_arguments),
	cmocka_unit_test(program_cache_hit_of_an_unknown),
	cmocka_unit_test(program_cache_hit_before_a_buffer_goes),
	cmocka_unit_test(program_device_operation_encloses),
	cmocka_unit_test(program_aborted_functions),
	cmocka_unit_test(program_callback_errors_end_it),
};
TEST_GROUP(program);
