/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the programs of unit tests: cmocka with its includes, and functions that run
 * tables of tests.
 */
#ifndef TTMEMSTAT_UNIT_H
#define TTMEMSTAT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Runs the tests whose names match the first argument's pattern, or all of them. Prints TAP and the
 * closing line that tests/sum reads; returns the exit status.
 */
static inline int unit_run(const struct CMUnitTest *tests, size_t count, int argc, char **argv)
{
	const char *pattern = argc > 1 ? argv[1] : "*";
	struct CMUnitTest *chosen = calloc(count, sizeof(*chosen));
	size_t n = 0;
	int failed;

	for (size_t i = 0; chosen && i < count; i++) {
		if (!fnmatch(pattern, tests[i].name, 0))
			chosen[n++] = tests[i];
	}
	if (!n) {
		fprintf(stderr, "%s: no test matches '%s'\n", argv[0], pattern);
		free(chosen);
		return 1;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = _cmocka_run_group_tests(argv[0], chosen, n, NULL, NULL);
	free(chosen);
	if (failed)
		printf("#   alone: %s NAME\n", argv[0]);
	printf("%zu passed, %d failed\n", n - (size_t)failed, failed);
	return failed != 0;
}

/* Tests of one file. */
struct test_group {
	const struct CMUnitTest *tests;
	size_t count;
};

#define TEST_GROUP(name)						\
	const struct test_group name##_group = {			\
		name##_tests, sizeof(name##_tests) / sizeof(name##_tests[0]) \
	}

/* unit_run() with the tests of all groups. */
static inline int unit_run_groups(const struct test_group *const *groups, size_t group_count,
				  int argc, char **argv)
{
	struct CMUnitTest *tests;
	size_t count = 0;
	int status;

	for (size_t g = 0; g < group_count; g++)
		count += groups[g]->count;
	tests = calloc(count, sizeof(*tests));
	count = 0;
	for (size_t g = 0; tests && g < group_count; g++) {
		for (size_t i = 0; i < groups[g]->count; i++)
			tests[count++] = groups[g]->tests[i];
	}
	status = unit_run(tests, count, argc, argv);
	free(tests);
	return status;
}

#endif /* TTMEMSTAT_UNIT_H */
