/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An attachment in a recording as a history.
 */
#ifndef TT_MEMSTAT_FEED_RECORDING_H
#define TT_MEMSTAT_FEED_RECORDING_H

#include <ttmemstat.h>

#include "feed.h"

/**
 * struct recorded_chip - an attachment in a recording
 * @ordinal: index among the attachments, from 0
 * @chip: N of tt<N>
 * @runtime_id: the runtime's number of the chip, -1 = none
 * @covers: mask of pools
 * @geometry: as far as known; arch 0: unknown
 * @layout: as far as known
 * @events: number of events
 * @sets: its sets of cores
 */
struct recorded_chip {
	size_t ordinal;
	uint32_t chip;
	int32_t runtime_id;
	uint32_t covers;
	struct tt_memstat_geometry geometry;
	struct tt_memstat_layout layout;
	uint64_t events;
	struct ttmemstat_recorded_set *sets;
	size_t set_count;
};

struct recorded_chips {
	struct recorded_chip *items;
	size_t count;
	uint64_t events;
};

/* Whether the file has the magic of recordings. */
bool recording_is(const char *file);
/* List all attachments. 0, or as ttmemstat_recording_open(). */
int recording_list(const char *file, struct recorded_chips *chips);
void recording_release(struct recorded_chips *chips);

/* @file and @chip must outlive the feed. -ENOMEM. */
int feed_recording_new(const char *file, const struct recorded_chip *chip, struct feed *feed);
void feed_recording_free(struct feed *feed);

#endif
