/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each chip used in the last five minutes: a bucket for each second and column of use, the
 * most that was read in that second. Pure: time comes as an argument, memory does not grow.
 */
#ifndef SMI_HISTORY_H
#define SMI_HISTORY_H

#include "sums.h"

#define SMI_HISTORY_SECONDS 300

struct smi_past;

struct smi_history {
	struct smi_past *chips;
	size_t count;
};

/* Adds a reading at a second of a clock that does not go back; -ENOMEM changes nothing. */
int smi_history_add(struct smi_history *h, const struct smi_snapshot *s, int64_t second);

/*
 * The last @count seconds of a chip, oldest first; unknown where nothing was read. @count is at
 * most SMI_HISTORY_SECONDS.
 */
void smi_history_get(const struct smi_history *h, uint32_t chip, enum smi_column column,
		     int64_t second, struct smi_value *out, size_t count);
void smi_history_release(struct smi_history *h);

#endif
