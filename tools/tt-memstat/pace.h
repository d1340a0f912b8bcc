/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a replay waits between the nodes of a capture.
 *
 * Knows recorded durations and their nesting. Pure: does not wait.
 */
#ifndef TT_MEMSTAT_PACE_H
#define TT_MEMSTAT_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "capture.h"

/**
 * struct pace - how fast
 * @step_ms: after each node
 * @speed: 0 = as fast as it goes, else so many times as fast as it was recorded
 */
struct pace {
	uint64_t step_ms;
	double speed;
};

/*
 * Nanoseconds to wait after each node, to be released by free(). @told: whether the capture has
 * any durations. -ENOMEM.
 */
int pace_waits(const struct capture *capture, const struct pace *pace, uint64_t **waits,
	       bool *told);

#endif
