// SPDX-License-Identifier: GPL-2.0-only
/* Captures: both shapes, strings and integers, missing fields, and the place of an error. */
#include "memstat_test.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

static void expect_error(const char *text, size_t line, size_t column, const char *part)
{
	struct capture *capture = NULL;
	struct capture_error error;

	assert_int_equal(capture_parse(text, strlen(text), &capture, &error), -EINVAL);
	assert_null(capture);
	assert_int_equal(error.line, line);
	assert_int_equal(error.column, column);
	if (!strstr(error.message, part))
		fail_msg("\"%s\" is not in \"%s\"", part, error.message);
}

static void capture_list_shape(void **state)
{
	struct capture *c = test_capture(CAPTURE(OP_START("X") CB("111616", "4096", "{[0-0 - 1-1]}")
						 ALLOCATE("1", "1552384", "20480") OP_END("X")));

	(void)state;
	assert_int_equal(c->count, 5);
	assert_int_equal(c->report_version, 0);
	assert_true(c->addressed);
	assert_int_equal(c->nodes[0].kind, CAPTURE_FUNCTION_START);
	assert_string_equal(c->nodes[0].name, "X");
	assert_int_equal(c->nodes[1].kind, CAPTURE_CB);
	assert_int_equal(c->nodes[1].address, 111616);
	assert_int_equal(c->nodes[1].size, 4096);
	assert_false(c->nodes[1].view);
	assert_int_equal(c->nodes[1].cores.count, 1);
	assert_int_equal(c->nodes[2].per_bank, 20480);
	assert_string_equal(c->nodes[2].layout, "INTERLEAVED");
	assert_int_equal(c->nodes[4].kind, CAPTURE_NEUTRAL);
	capture_free(c);
}

static void capture_report_shape(void **state)
{
	struct capture *c = test_capture(
		"{\"version\": 1, \"graph\": [{\"node_type\":\"capture_start\",\"params\":null}],"
		"\"devices\": [{}, {\"num_x_compute_cores\": 8, \"num_y_compute_cores\": \"7\","
		"\"worker_l1_size\": 1499136, \"l1_bank_size\": 1336320,"
		"\"address_at_first_l1_bank\": 0, \"address_at_first_l1_cb_buffer\": 130048,"
		"\"cb_limit\": 1, \"arch\": \"x\"}], \"metadata\": {},"
		"\"cluster_descriptor\": \"a\"}");

	(void)state;
	assert_int_equal(c->count, 1);
	assert_int_equal(c->report_version, 1);
	assert_int_equal(c->device_count, 1);
	assert_int_equal(c->devices[0].compute_x, 8);
	assert_int_equal(c->devices[0].compute_y, 7);
	assert_int_equal(c->devices[0].first_cb_address, 130048);
	capture_free(c);
	c = test_capture("{\"graph\": [], \"report_version\": \"3\"}");
	assert_int_equal(c->report_version, 3);
	assert_int_equal(c->device_count, 0);
	capture_free(c);
}

static void capture_strings_everywhere(void **state)
{
	struct capture *c = test_capture(
		"[{\"counter\":\"0\",\"stacking_level\":\"2\",\"node_type\":\"buffer_allocate\","
		"\"params\":{\"address\":\"1552384\",\"buffer_type\":\"3\",\"size\":\"2097152\","
		"\"max_size_per_bank\":\"20480\",\"page_size\":\"2048\",\"num_cores\":\"64\","
		"\"device_id\":\"-1\"}},"
		"{\"node_type\":\"circular_buffer_allocate\",\"params\":{\"size\":\"64\","
		"\"core_range_set\":\"{[(x=0,y=0) - (x=7,y=7)]}\","
		"\"globally_allocated\":\"true\"}},"
		"{\"node_type\":\"dataflow_buffer_allocate\",\"params\":{\"size\":64,"
		"\"core_range_set\":\"{[0-0]}\",\"borrows_memory\":\"1\"}},"
		"{\"node_type\":\"dataflow_buffer_allocate\",\"params\":{\"size\":64,"
		"\"core_range_set\":\"{[0-0]}\",\"borrows_memory\":false}},"
		"{\"node_type\":\"scratchpad_allocate\",\"params\":{\"size\":64,\"address\":96,"
		"\"core_range_set\":\"{[0-0]}\"}}]");

	(void)state;
	assert_int_equal(c->nodes[0].buffer_type, CAPTURE_L1_SMALL);
	assert_int_equal(c->nodes[0].num_cores, 64);
	assert_int_equal(c->nodes[0].device_id, -1);
	assert_int_equal(c->nodes[0].level, 2);
	assert_true(c->nodes[1].view);
	assert_int_equal(c->nodes[1].has & CAPTURE_HAS_DEVICE, 0);
	assert_true(c->nodes[2].view);
	assert_false(c->nodes[3].view);
	assert_int_equal(c->nodes[4].kind, CAPTURE_SCRATCHPAD);
	capture_free(c);
}

static void capture_old_buffers(void **state)
{
	static const struct {
		const char *type;
		uint32_t number;
	} types[] = {
		{ "DRAM", CAPTURE_DRAM }, { "L1", CAPTURE_L1 }, { "L1_SMALL", CAPTURE_L1_SMALL },
		{ "TRACE", CAPTURE_TRACE }, { "SYSTEM_MEMORY", CAPTURE_HOST },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct capture *c;

		snprintf(text, sizeof(text), "[{\"node_type\":\"buffer_allocate\",\"params\":"
			 "{\"size\":\"8192000\",\"type\":\"%s\",\"layout\":\"INTERLEAVED\"}}]",
			 types[i].type);
		c = test_capture(text);
		assert_int_equal(c->nodes[0].buffer_type, types[i].number);
		assert_int_equal(c->nodes[0].has, 0);
		assert_false(c->addressed);
		capture_free(c);
	}
}

#define L1_BIT		(1u << CAPTURE_L1)
#define DRAM_BIT	(1u << CAPTURE_DRAM)
#define PROGRAM_BIT	(1u << CAPTURE_PROGRAM)

/*
 * Which kinds of nodes have addresses, each by itself: all of its allocations, with one that can
 * be.
 */
static void capture_addressed_by_kind(void **state)
{
	static const struct {
		const char *text;
		uint32_t kinds, addressed;
	} cases[] = {
		/* Host memory and views have addresses of their own. */
		{ CAPTURE(ALLOCATE("2", "4096", "64") DEALLOCATE("1", "1500000", "64")
			  VIEW("64", "{[0-0]}")), 0, 0 },
		{ CAPTURE(CB("111616", "64", "{[0-0]}")), PROGRAM_BIT, PROGRAM_BIT },
		/* Nothing is dispatched: programs are placed, buffers are not. */
		{ CAPTURE(ALLOCATE("1", "0", "2048") ALLOCATE("0", "0", "64")
			  CB("111616", "64", "{[0-0]}")),
		  L1_BIT | DRAM_BIT | PROGRAM_BIT, PROGRAM_BIT },
		{ CAPTURE(ALLOCATE("1", "1000000", "2048") ALLOCATE("0", "0", "64")),
		  L1_BIT | DRAM_BIT, L1_BIT },
		/* Unset, beyond the core, or unaligned addresses; empty buffers have none. */
		{ CAPTURE(ALLOCATE("1", "1953396066", "2048") ALLOCATE("1", "0", "64")), L1_BIT, 0 },
		{ CAPTURE(ALLOCATE("1", "1000000", "2048") ALLOCATE("1", "1953396064", "64")), L1_BIT, 0 },
		{ CAPTURE(ALLOCATE("1", "1572864", "16")), L1_BIT, 0 },
		{ CAPTURE(ALLOCATE("1", "1572848", "16")), L1_BIT, L1_BIT },
		{ CAPTURE(ALLOCATE("1", "1000008", "16")), L1_BIT, 0 },
		{ CAPTURE(ALLOCATE("0", "4294967280", "16")), DRAM_BIT, DRAM_BIT },
		{ CAPTURE(ALLOCATE("0", "4294967280", "32")), DRAM_BIT, 0 },
		{ CAPTURE(ALLOCATE("1", "1000000", "2048") ALLOCATE("1", "0", "0")), L1_BIT, L1_BIT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct capture *c = test_capture(cases[i].text);

		if (c->kinds != cases[i].kinds || c->addressed != cases[i].addressed)
			fail_msg("case %zu: kinds 0x%x, addressed 0x%x", i, c->kinds, c->addressed);
		capture_free(c);
	}
}

/* As in the first months of 2025. */
static void capture_name_for_node_type(void **state)
{
	struct capture *c = test_capture("[{\"name\":\"circular_buffer_allocate\",\"params\":{\"address\":"
					 "\"111616\",\"core_range_set\":\"{[(x=0,y=0) - (x=0,y=0)]}\",\"size\":"
					 "\"64\"}}]");

	(void)state;
	assert_int_equal(c->nodes[0].kind, CAPTURE_CB);
	assert_int_equal(c->nodes[0].has & CAPTURE_HAS_VIEW, 0);
	assert_int_equal(c->addressed, PROGRAM_BIT);
	capture_free(c);
}

static void capture_identity(void **state)
{
	struct capture *c = test_capture(
		"[{\"counter\":5,\"node_type\":\"buffer\",\"connections\":[9]},"
		"{\"counter\":6,\"node_type\":\"buffer_allocate\",\"connections\":[5],"
		"\"params\":{\"size\":64,\"buffer_type\":1}},"
		"{\"counter\":7,\"node_type\":\"tensor\",\"connections\":[5]},"
		"{\"counter\":8,\"node_type\":\"buffer_deallocate\",\"connections\":[7],"
		"\"params\":{\"size\":64,\"buffer_type\":1}},"
		"{\"counter\":9,\"node_type\":\"buffer_deallocate\",\"connections\":[-3,\"x\",99],"
		"\"params\":{\"size\":64,\"buffer_type\":1}}]");

	(void)state;
	assert_int_equal(c->nodes[1].identity, 0);
	assert_true(c->nodes[3].identity == CAPTURE_NO_IDENTITY);
	assert_int_equal(c->nodes[4].identity, 0);
	capture_free(c);
}

#define TIED								\
	"[{\"node_type\":\"buffer\",\"connections\":[1]},"			\
	"{\"node_type\":\"buffer_allocate\",\"params\":{\"size\":64,\"buffer_type\":1}},"	\
	"{\"node_type\":\"news\"}]"

/* Two captures in one go: what refers to places moves along. */
static void capture_joins(void **state)
{
	struct capture *c = test_capture(TIED);
	struct capture *next = test_capture("{\"version\":3,\"graph\":" TIED ","
					    "\"cluster_descriptor\":\"arch: {}\","
					    "\"devices\":[{\"device_id\":4,"
					    "\"num_x_compute_cores\":7}]}");

	(void)state;
	assert_int_equal(capture_join(c, next), 0);
	capture_free(next);
	assert_int_equal(c->count, 6);
	assert_int_equal(c->nodes[1].identity, 0);
	assert_int_equal(c->nodes[4].identity, 3);
	assert_int_equal(c->unknown_count, 1);
	assert_int_equal(c->unknown[0].count, 2);
	assert_int_equal(c->device_count, 1);
	assert_int_equal(c->devices[0].id, 4);
	assert_string_equal(c->descriptor, "arch: {}");
	assert_int_equal(c->report_version, 3);
	capture_free(c);
}

static void capture_joins_only_one_mode(void **state)
{
	struct capture *placed = test_capture(CAPTURE(ALLOCATE("1", "4096", "64")));
	struct capture *unplaced = test_capture(CAPTURE(ALLOCATE("1", "0", "64")));
	struct capture *nothing = test_capture(CAPTURE(RELEASE));
	struct capture *more = test_capture(CAPTURE(DEALLOCATE("1", "4096", "64")));

	(void)state;
	assert_int_equal(capture_join(placed, unplaced), -EINVAL);
	assert_int_equal(placed->count, 2);
	assert_int_equal(capture_join(placed, nothing), 0);
	assert_int_equal(capture_join(placed, more), 0);
	assert_true(placed->addressed);
	assert_int_equal(placed->count, 6);
	capture_free(placed);
	capture_free(unplaced);
	capture_free(nothing);
	capture_free(more);
}

static void capture_durations_and_devices(void **state)
{
	struct capture *c = test_capture(
		"{\"graph\":[{\"node_type\":\"function_start\",\"duration_ns\":7},"
		"{\"node_type\":\"function_end\",\"duration_ns\":1500},"
		"{\"node_type\":\"function_end\",\"duration_ns\":-2},"
		"{\"node_type\":\"circular_buffer_deallocate_all\",\"params\":{\"device_id\":6}}],"
		"\"devices\":[{\"worker_l1_size\":1}],\"cluster_descriptor\":\"\"}");

	(void)state;
	assert_int_equal(c->nodes[0].duration_ns, 0);
	assert_int_equal(c->nodes[1].duration_ns, 1500);
	assert_int_equal(c->nodes[2].duration_ns, 0);
	assert_true(c->nodes[3].has & CAPTURE_HAS_DEVICE);
	assert_int_equal(c->nodes[3].device_id, 6);
	assert_int_equal(c->devices[0].id, -1);
	assert_null(c->descriptor);
	capture_free(c);
}

#define CALL(argument)							\
	"{\"node_type\":\"function_start\",\"arguments\":[\"" argument "\"],"	\
	"\"params\":{\"name\":\"f\"}},"

static void capture_arguments_tell_calls_apart(void **state)
{
	struct capture *c = test_capture(
		"[" CALL("a")
		CALL("b")
		CALL("a")
		"{\"node_type\":\"function_start\",\"arguments\":[],\"params\":{}}]");

	(void)state;
	assert_true(c->nodes[0].arguments != c->nodes[1].arguments);
	assert_true(c->nodes[0].arguments == c->nodes[2].arguments);
	assert_int_equal(c->nodes[3].arguments, 0);
	assert_string_equal(c->nodes[3].name, "");
	capture_free(c);
}

static void capture_counts_unknown_types(void **state)
{
	struct capture *c = test_capture("[{\"node_type\":\"new\"},{\"node_type\":\"error\"},"
					 "{\"node_type\":\"new\",\"params\":3},"
					 "{\"node_type\":\"other\"}]");

	(void)state;
	assert_int_equal(c->unknown_count, 2);
	assert_string_equal(c->unknown[0].type, "new");
	assert_int_equal(c->unknown[0].count, 2);
	assert_int_equal(c->unknown[1].count, 1);
	assert_int_equal(c->nodes[0].kind, CAPTURE_UNKNOWN);
	capture_free(c);
}

static void capture_bounds_unknown_types(void **state)
{
	char text[64 * 200] = "[";
	struct capture *c;
	size_t total = 0;

	(void)state;
	for (int i = 0; i < 200; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s{\"node_type\":\"t%d\"}", i ? "," : "", i);
	strcat(text, "]");
	c = test_capture(text);
	assert_int_equal(c->unknown_count, 64);
	for (size_t i = 0; i < c->unknown_count; i++)
		total += c->unknown[i].count;
	assert_int_equal(total, 200);
	capture_free(c);
}

static void capture_malformed_names_the_place(void **state)
{
	(void)state;
	expect_error("", 1, 1, "unexpected end");
	expect_error("[\n {\"node_type\": \"buffer\"},\n {\"node_type\" \"x\"}\n]", 3, 15, "");
	expect_error("[{\"node_type\":\"buffer\"}", 1, 24, "unexpected end");
	expect_error("[]\n\n  x", 3, 3, "after the end");
	expect_error("[{\"node_type\":\"buffer\"},]", 1, 25, "");
	expect_error("{\"graph\":[],\"other\":[{\"a\" 1}]}", 1, 27, "expected :");
	expect_error("{\"graph\":[],\"graph\":[]}", 1, 21, "second `graph`");
	expect_error("{\"graph\": [}", 1, 12, "");
	expect_error("nonsense", 1, 2, "");
	expect_error("\n\n\"abc", 3, 5, "unexpected end");
}

/* As tt-metal writes them: the `buffer` node points at its allocation and at its tensors. */
static void capture_names_the_tensor_of_a_buffer(void **state)
{
	struct capture *c = test_capture("["
		"{\"node_type\":\"buffer\",\"params\":{},\"connections\":[1,2]},"
		"{\"node_type\":\"buffer_allocate\",\"params\":{\"size\":64,\"buffer_type\":1}},"
		"{\"node_type\":\"tensor\",\"params\":{\"shape\":\"Shape([1, 32])\","
		"\"dtype\":\"DataType::BFLOAT16\",\"layout\":\"Layout::TILE\"}},"
		"{\"node_type\":\"buffer_allocate\",\"params\":{\"size\":64,\"buffer_type\":1}},"
		"{\"node_type\":\"buffer_allocate\",\"params\":{\"size\":64,\"buffer_type\":1,"
		"\"max_size_per_bank\":64,\"address\":4096}},"
		"{\"node_type\":\"tensor\",\"params\":{\"address\":4096,\"buffer_type\":1,"
		"\"shape\":\"Shape([7])\"}}]");

	(void)state;
	assert_int_equal(c->nodes[1].tensor, 1);
	assert_string_equal(c->tensors[0].shape, "Shape([1, 32])");
	assert_string_equal(c->tensors[0].dtype, "DataType::BFLOAT16");
	assert_string_equal(c->tensors[0].layout, "Layout::TILE");
	assert_int_equal(c->nodes[3].tensor, 0);
	assert_int_equal(c->nodes[4].tensor, 2);
	assert_string_equal(c->tensors[1].shape, "Shape([7])");
	capture_free(c);
}

#define START(name) "{\"node_type\":\"function_start\",\"params\":{\"name\":\"" name "\"}}"

/* The innermost frame that is not the runtime's, of the calls of that name in turn. */
static void capture_names_the_line_of_python(void **state)
{
	struct capture *c = test_capture("{\"python_io\":["
		"{\"name\":\"ttnn.add\",\"python_stack_trace\":["
		"\"  File \\\"/home/me/run.py\\\", line 3, in <module>\\n    main()\","
		"\"  File \\\"/home/me/model.py\\\", line 42, in forward\\n    ttnn.add(a, b)\","
		"\"  File \\\"/v/site-packages/ttnn/decorators.py\\\", line 9, in call\"]},"
		"{\"name\":\"ttnn.mul\"},"
		"{\"name\":\"ttnn.add\",\"python_stack_trace\":["
		"\"  File \\\"model.py\\\", line 43\"]}],"
		"\"graph\":[" START("ttnn.add") "," START("ttnn.mul") "," START("ttnn.add") ","
		START("ttnn.add") "]}");

	(void)state;
	assert_string_equal(c->nodes[0].line, "model.py:42 in forward");
	assert_null(c->nodes[1].line);
	assert_string_equal(c->nodes[2].line, "model.py:43");
	assert_null(c->nodes[3].line);
	capture_free(c);
}

static void capture_stops_at_nul(void **state)
{
	struct capture *capture = NULL;
	struct capture_error error;

	(void)state;
	assert_int_equal(capture_parse("[\n\0]", 4, &capture, &error), -EINVAL);
	assert_int_equal(error.line, 2);
	assert_null(capture);
	assert_int_equal(capture_parse("[]\0", 3, &capture, &error), -EINVAL);
	assert_null(capture);
}

static void capture_deep_nesting_is_refused(void **state)
{
	char text[1001];
	struct capture *capture = NULL;
	struct capture_error error;

	(void)state;
	memset(text, '[', 1000);
	text[1000] = '\0';
	assert_int_equal(capture_parse(text, 1000, &capture, &error), -EINVAL);
	assert_int_equal(error.line, 1);
	assert_true(error.message[0]);
}

#define NODE(type, params) "[{\"node_type\":\"" type "\",\"params\":{" params "}}]"

/* Since 0.17 json-c refuses such a number itself, where it stands. */
static void capture_refuses_what_overflows(void **state)
{
	const bool itself = json_c_version_num() >= (17 << 8);

	(void)state;
	expect_error(NODE("buffer_allocate", "\"buffer_type\":1,\"size\":99999999999999999999"),
		     itself, itself ? 86 : 0, itself ? "number" : "`size`");
	expect_error(NODE("buffer_allocate", "\"buffer_type\":1,\"size\":\"99999999999999999999\""),
		     0, 0, "`size`");
}

static void capture_refuses_what_it_cannot_use(void **state)
{
	(void)state;
	expect_error("{}", 0, 0, "neither a list");
	expect_error("3", 0, 0, "neither a list");
	expect_error("{\"graph\": {}}", 0, 0, "neither a list");
	expect_error("[3]", 0, 0, "node 0: not an object");
	expect_error("[{}, {}]", 0, 0, "node 0: no `node_type`");
	expect_error("[{\"node_type\":\"buffer\"},{\"node_type\":7}]", 0, 0, "node 1");
	expect_error("[{\"node_type\":\"buffer\",\"counter\":-1}]", 0, 0, "`counter`");
	expect_error(NODE("buffer_allocate", "\"buffer_type\":1"), 0, 0, "no `size`");
	expect_error(NODE("buffer_allocate", "\"buffer_type\":1,\"size\":-5"), 0, 0, "`size`");
	expect_error(NODE("buffer_allocate", "\"buffer_type\":1,\"size\":1.5"), 0, 0, "`size`");
	expect_error(NODE("buffer_allocate", "\"buffer_type\":1,\"size\":\"12a\""), 0, 0, "`size`");
	expect_error(NODE("buffer_allocate", "\"buffer_type\":1,\"size\":\"\""), 0, 0, "`size`");
	expect_error(NODE("buffer_allocate", "\"buffer_type\":5,\"size\":1"), 0, 0, "buffer_type");
	expect_error(NODE("buffer_allocate", "\"size\":1"), 0, 0, "buffer_type");
	expect_error(NODE("buffer_allocate", "\"size\":1,\"type\":\"FLASH\""), 0, 0, "buffer_type");
	expect_error(NODE("buffer_deallocate", "\"size\":1,\"type\":\"L1\",\"address\":[]"), 0, 0,
		     "`address`");
	expect_error(NODE("circular_buffer_allocate", "\"size\":1"), 0, 0, "no `core_range_set`");
	expect_error(NODE("circular_buffer_allocate", "\"core_range_set\":\"{[0-0]}\""), 0, 0,
		     "no `size`");
	expect_error(NODE("circular_buffer_allocate",
			  "\"size\":1,\"core_range_set\":\"{[0-0 - 1\""), 0, 0, "character 10");
	expect_error(NODE("circular_buffer_allocate", "\"size\":1,\"core_range_set\":\"{[0-0]}\","
			  "\"globally_allocated\":\"maybe\""), 0, 0, "globally_allocated");
	expect_error("{\"graph\":[],\"devices\":[{\"l1_bank_size\":\"x\"}]}", 0, 0, "l1_bank_size");
}

static const struct CMUnitTest capture_tests[] = {
	cmocka_unit_test(capture_list_shape),
	cmocka_unit_test(capture_report_shape),
	cmocka_unit_test(capture_strings_everywhere),
	cmocka_unit_test(capture_old_buffers),
	cmocka_unit_test(capture_addressed_by_kind),
	cmocka_unit_test(capture_name_for_node_type),
	cmocka_unit_test(capture_identity),
	cmocka_unit_test(capture_joins),
	cmocka_unit_test(capture_joins_only_one_mode),
	cmocka_unit_test(capture_durations_and_devices),
	cmocka_unit_test(capture_arguments_tell_calls_apart),
	cmocka_unit_test(capture_counts_unknown_types),
	cmocka_unit_test(capture_bounds_unknown_types),
	cmocka_unit_test(capture_malformed_names_the_place),
	cmocka_unit_test(capture_names_the_tensor_of_a_buffer),
	cmocka_unit_test(capture_names_the_line_of_python),
	cmocka_unit_test(capture_stops_at_nul),
	cmocka_unit_test(capture_deep_nesting_is_refused),
	cmocka_unit_test(capture_refuses_what_overflows),
	cmocka_unit_test(capture_refuses_what_it_cannot_use),
};
TEST_GROUP(capture);
