/* SPDX-License-Identifier: GPL-2.0-only */
/* Report a plan to the module as a client. */
#ifndef TT_MEMSTAT_REPLAY_H
#define TT_MEMSTAT_REPLAY_H

#include <ttmemstat.h>

#include "plan.h"
#include "workload.h"

/**
 * struct replay_result - result of a replay
 * @client: id of the reporting client
 * @refused: number of events that the module refused
 * @misfits: of these, records beyond their bank
 * @mine: the client's figures after the last event
 * @chip: the chip's figures after the last event
 */
struct replay_result {
	uint64_t client;
	size_t refused;
	size_t misfits;
	struct tt_memstat_figures mine;
	struct tt_memstat_figures chip;
};

struct replay;

/**
 * struct replay_job - what to report, and where; all pointers must outlive the replay
 * @chip: N of tt<N>
 * @label: label of the client
 * @prefix: prefix of messages: "" or "tt3: "
 */
struct replay_job {
	struct ttmemstat_ctx *ctx;
	uint32_t chip;
	const char *label;
	const char *prefix;
	const struct workload *workload;
	const struct layout *layout;
	const struct plan *plan;
};

/* -ENOMEM, or as ttmemstat_attach(). */
int replay_start(const struct replay_job *job, struct replay **replay);

/*
 * Report the events of a node; nodes must ascend. Refused events are printed to stderr and counted.
 * Returns an error if no further events can be reported.
 */
int replay_node(struct replay *replay, size_t node);
int replay_query(struct replay *replay, struct replay_result *result);
void replay_end(struct replay *replay);

/* "does not fit: needs N of M on core x,y" */
void replay_describe_misfit(const struct place_misfit *misfit, char *text, size_t len);

#endif
