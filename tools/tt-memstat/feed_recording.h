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
 * @ordinal: which one it is, from 0
 * @chip: N of tt<N>
 * @runtime_id: the runtime's number of the chip, -1 = none
 * @geometry: as far as it was told, arch 0: nothing
 * @layout: as it was told
 * @events: how many
 * @sets: its sets of cores
 */
struct recorded_chip {
	size_t ordinal;
	uint32_t chip;
	int32_t runtime_id;
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

/* Whether the file begins as recordings do. */
bool recording_is(const char *file);
/* All attachments of it. 0, or as ttmemstat_recording_open(). */
int recording_list(const char *file, struct recorded_chips *chips);
void recording_release(struct recorded_chips *chips);

/* @file and @chip must outlive it. -ENOMEM. */
int feed_recording_new(const char *file, const struct recorded_chip *chip, struct feed *feed);
void feed_recording_free(struct feed *feed);

#endif
