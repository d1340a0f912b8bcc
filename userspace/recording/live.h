/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The objects that are live behind a slot of a recording, for fold.c.
 */
#ifndef TTMEMSTAT_RECORDING_LIVE_H
#define TTMEMSTAT_RECORDING_LIVE_H

#include "reading.h"

struct rec_live;

/* NULL: no memory. */
struct rec_live *rec_live_new(void);
void rec_live_free(struct rec_live *l);

/* Take the slot at which @file is. 0 or -errno. */
int rec_live_take(struct rec_live *l, struct rec_file *file, const struct rec_slot *slot);

/* Whether slot @at, in the order in which they were taken, is needed for what is live. */
bool rec_live_needs(const struct rec_live *l, uint64_t at);

#endif /* TTMEMSTAT_RECORDING_LIVE_H */
