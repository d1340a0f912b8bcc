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
 * struct history_chance - what a history depends on, and nothing else
 * @random: seed of the choices
 * @choices: the first ones are taken from here, two bytes each; @left: bytes
 */
struct history_chance {
	u64 random;
	const u8 *choices;
	size_t left;
};

u64 history_mix(u64 x);
void history_run(struct kunit *test, struct history_chance *from, const char *how);

#endif /* TTMEM_TESTS_HISTORY_H */
