// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the unit tests of tt-memstat; needs neither module nor root.
 *
 *   memstat-unit [PATTERN]     all tests, or those whose name matches (with * and ?)
 */
#include "memstat_test.h"

extern const struct test_group banks_group, capture_group, descriptor_group, fold_group, import_group,
	layout_group, match_group, mesh_group, naming_group, pace_group, place_group, plan_group,
	program_group, ranges_group, sequence_group;

struct capture *test_capture(const char *text)
{
	struct capture *capture = NULL;
	struct capture_error error;

	if (capture_parse(text, strlen(text), &capture, &error))
		fail_msg("no capture: %zu:%zu: %s", error.line, error.column, error.message);
	return capture;
}

struct layout test_layout(void)
{
	return (struct layout){
		.chip_x = 12, .chip_y = 10, .worker_x = 11, .worker_y = 10,
		.l1_bytes = 1572864, .l1_base = 111616, .l1_end = 1572864,
		.dram_bytes = 4294967296, .dram_banks = 8, .dram_align = 64,
	};
}

struct core_set test_cores(uint32_t columns, uint32_t rows)
{
	struct core_set set = { 0 };

	for (uint32_t y = 0; columns && y < rows; y++)
		set.row[y] = (uint32_t)((UINT64_C(1) << columns) - 1);
	return set;
}

struct plan *test_plan(const char *text, const struct layout *layout, bool cache)
{
	struct capture *capture = test_capture(text);
	struct plan *plan = NULL;

	assert_int_equal(plan_build(capture, layout, cache, &plan), 0);
	capture_free(capture);
	return plan;
}

const struct plan_event *test_event(const struct plan *plan, enum plan_op op, size_t n)
{
	for (size_t i = 0; i < plan->event_count; i++) {
		if (plan->events[i].op == op && n-- == 0)
			return &plan->events[i];
	}
	fail_msg("the plan has too few events of kind %d", (int)op);
	return NULL;
}

size_t test_count(const struct plan *plan, enum plan_op op)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->event_count; i++)
		count += plan->events[i].op == op;
	return count;
}

int main(int argc, char **argv)
{
	const struct test_group *groups[] = {
		&banks_group, &ranges_group, &capture_group, &layout_group, &place_group, &match_group,
		&fold_group, &mesh_group, &pace_group, &program_group, &plan_group,
		&descriptor_group, &import_group, &naming_group, &sequence_group,
	};

	return unit_run_groups(groups, sizeof(groups) / sizeof(groups[0]), argc, argv);
}
