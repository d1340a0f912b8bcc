/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the library's test programs share: cmocka with its includes, and a main() that takes the
 * pattern of the tests to run.
 */
#ifndef TTMEMSTAT_TESTING_H
#define TTMEMSTAT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ttmemstat.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* Run the table @tests of the program: all of it, or what the first argument's pattern names. */
#define TEST_MAIN(tests)							\
	int main(int argc, char **argv)						\
	{									\
		cmocka_set_message_output(CM_OUTPUT_STDOUT);			\
		if (argc > 1)							\
			cmocka_set_test_filter(argv[1]);			\
		return cmocka_run_group_tests(tests, NULL, NULL);		\
	}

#endif /* TTMEMSTAT_TESTING_H */
