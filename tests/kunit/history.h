/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random histories of small chips, for the property test and for fuzzing.
 */
#ifndef TTMEM_TESTS_HISTORY_H
#define TTMEM_TESTS_HISTORY_H

#include <kunit/test.h>
#include <linux/types.h>

#define HISTORY_EVENTS	400	/* of one history */

/**
 * struct history_chance - source of all choices of a history
 * @random: seed of the choices
 * @choices: data for the first choices, two bytes each; @left: bytes of it
 */
struct history_chance {
	u64 random;
	const u8 *choices;
	size_t left;
};

u64 history_mix(u64 x);
void history_run(struct kunit *test, struct history_chance *from, const char *how);

#endif /* TTMEM_TESTS_HISTORY_H */
