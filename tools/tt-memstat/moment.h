/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A history run through the books: when memory was fullest, and what was there at a moment.
 *
 * Knows the books and histories. Does not know where a history comes from, nor how anything is
 * printed.
 */
#ifndef TT_MEMSTAT_MOMENT_H
#define TT_MEMSTAT_MOMENT_H

#include "corerange.h"
#include "feed.h"
#include "layout.h"

#define MOMENT_BANKS	32	/* of DRAM, bits of a word */

/**
 * struct holder - a live record, or a part of one
 * @pool: enum tt_memstat_pool
 * @banks: cores, or DRAM banks, where it counts as used
 * @on: these cores; of DRAM @dram, a bit for each bank
 * @view: memory of somebody else: counts nowhere
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
 * struct moment - what was there after an event
 * @event: number of the event, from 1; 0: before the first
 * @name: of what ran then
 * @chip: figures of the chip, @mine of the client
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
 * struct history - all of it
 * @events: how many
 * @l1_peak: event after which L1 was fullest for the first time, 0: never used; @dram_peak alike
 * @l1_most: bytes of it then
 * @refused: events that the books refused
 * @kept: moments that were met as fullest, so that they need not be run up to again: one of L1, one
 *	of DRAM. Those of history_run()
 */
struct history {
	struct feed feed;
	struct tt_memstat_geometry geometry;
	struct layout layout;
	uint64_t events;
	uint64_t l1_peak;
	uint64_t dram_peak;
	uint64_t l1_most;
	uint64_t refused;
	struct moment *kept;
};

/* Run it all through, to find the peaks. -ENOMEM, or as the feed and books_open(). */
int history_run(struct history *history);
/* Free what history_run() has kept. */
void history_release(struct history *history);

/* Called after each event until it returns an error. */
typedef int (*history_shown)(void *arg, const struct feed_event *event, const struct books *books,
			     struct books_client *client);
int history_show(struct history *history, history_shown shown, void *arg);

/*
 * What was there after the events with the numbers @at, ascending: one moment for each. 0 or as
 * history_run(); all of @moments are to be given back then, too.
 */
int history_moments(struct history *history, const uint64_t *at, size_t count,
		    struct moment *moments);

/* Alike, each moment for @fn alone, which may end it with an error. */
int history_visit(struct history *history, const uint64_t *at, size_t count,
		  int (*fn)(void *arg, const struct moment *moment), void *arg);

/* The last event that node @node, or one before it, caused; 0: none. */
int history_event_of(struct history *history, uint64_t node, uint64_t *event);

void moment_free(struct moment *moment);

/* 0 where the figure is not known. */
uint64_t moment_figure(const struct tt_memstat_figures *figures, enum tt_memstat_figure n);

#endif
