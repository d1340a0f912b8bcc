/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a replay waits between the nodes of a capture, by recorded durations. */
#ifndef TT_MEMSTAT_PACE_H
#define TT_MEMSTAT_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "capture.h"

/**
 * struct pace - how fast
 * @step_ms: milliseconds after each node
 * @speed: factor to the recorded speed; 0 = do not wait
 */
struct pace {
	uint64_t step_ms;
	double speed;
};

/*
 * Nanoseconds to wait after each node; release with free(). @has_durations: the capture has durations.
 * -ENOMEM.
 */
int pace_waits(const struct capture *capture, const struct pace *pace, uint64_t **waits,
	       bool *has_durations);

#endif
