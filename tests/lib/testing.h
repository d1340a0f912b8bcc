/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the library's test programs.
 */
#ifndef TTMEMSTAT_TESTING_H
#define TTMEMSTAT_TESTING_H

#include "../unit.h"

#include <ttmemstat.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* Define a main() that runs the table @tests. */
#define TEST_MAIN(tests)							\
	int main(int argc, char **argv)						\
	{									\
		return unit_run(tests, COUNT(tests), argc, argv);		\
	}

#endif /* TTMEMSTAT_TESTING_H */
