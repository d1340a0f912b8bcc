/* SPDX-License-Identifier: GPL-2.0-only */
/* Run a history through the ledger to find its peaks, and the state at a moment. */
#ifndef TT_MEMSTAT_MOMENT_H
#define TT_MEMSTAT_MOMENT_H

#include "corerange.h"
#include "feed.h"
#include "layout.h"

#define MOMENT_BANKS	32	/* of DRAM, bits of a word */

/**
 * struct holder - a live record, or a part of one
 * @pool: enum tt_memstat_pool
 * @banks: number of cores or DRAM banks where it counts as used
 * @on: these cores; for DRAM, @dram has a bit for each bank
 * @view: memory of another record: not counted
 */
struct holder {
	uint64_t id;
	uint64_t program;
	uint64_t address;
	uint64_t size;
	uint32_t pool;
	uint32_t banks;
	uint32_t dram;
	bool view;
	struct core_set on;
	struct feed_name name;
};

/**
 * struct moment - state after an event
 * @event: number of the event, from 1; 0: before the first
 * @name: names of what ran
 * @chip: figures of the chip; @mine: of the client
 * @core: bytes used, [y][x]
 */
struct moment {
	uint64_t event;
	uint64_t node;
	uint64_t time_ns;
	struct feed_name name;
	struct books_usage usage;
	struct tt_memstat_figures chip;
	struct tt_memstat_figures mine;
	struct holder *holders;
	size_t count;
	uint64_t core[CORES_MAX][CORES_MAX];
};

/**
 * struct history - a history and its peaks
 * @covers: pools of which events are taken; 0: all
 * @events: number of events
 * @l1_peak: first event with the highest use of L1, 0: never used; @dram_peak likewise
 * @l1_most: bytes in use then
 * @refused: number of refused events
 * @kept: moments of the peaks of L1 and DRAM that history_run() has kept, to avoid another run
 */
struct history {
	struct feed feed;
	struct tt_memstat_geometry geometry;
	struct layout layout;
	uint32_t covers;
	uint64_t events;
	uint64_t l1_peak;
	uint64_t dram_peak;
	uint64_t l1_most;
	uint64_t refused;
	struct moment *kept;
};

/* Run the whole history and find the peaks. -ENOMEM, or as the feed and books_open(). */
int history_run(struct history *history);
/* Free the kept moments. */
void history_release(struct history *history);

/* Called after each event, until it returns an error. @refused: the event changed nothing. */
typedef int (*history_shown)(void *arg, const struct feed_event *event, bool refused,
			     const struct books *books, struct books_client *client);
int history_show(struct history *history, history_shown shown, void *arg);

/*
 * Find the states after the events with the numbers @at, ascending. 0 or as history_run(); release
 * all of @moments after an error, too.
 */
int history_moments(struct history *history, const uint64_t *at, size_t count,
		    struct moment *moments);

/* The same, but pass each moment to @fn, which may stop with an error. */
int history_visit(struct history *history, const uint64_t *at, size_t count,
		  int (*fn)(void *arg, const struct moment *moment), void *arg);

/* The last event that node @node, or one before it, caused; 0: none. */
int history_event_of(struct history *history, uint64_t node, uint64_t *event);

void moment_free(struct moment *moment);

/* 0 if the figure is unknown. */
uint64_t moment_figure(const struct tt_memstat_figures *figures, enum tt_memstat_figure n);

#endif
