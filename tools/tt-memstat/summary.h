/* SPDX-License-Identifier: GPL-2.0-only */
/* The summary of a replay, as text or JSON. */
#ifndef TT_MEMSTAT_SUMMARY_H
#define TT_MEMSTAT_SUMMARY_H

#include "capture.h"
#include "layout.h"
#include "plan.h"
#include "replay.h"

struct summary {
	const char *file;
	const char *chip;
	const struct workload *workload;
	const struct capture *capture;
	const struct layout *layout;
	const struct plan *plan;
	const struct replay_result *result;
};

/* Print to stdout, for each chip. Return 0 or -ENOMEM. */
int summary_text(const struct summary *summaries, size_t count);
int summary_json(const struct summary *summaries, size_t count);

#endif
