/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Use of each chip in the last five minutes: the maximum of each second, for each column. Pure: the
 * time is an argument. Memory does not grow.
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

/* Add a reading at a second of a monotonic clock; -ENOMEM changes nothing. */
int smi_history_add(struct smi_history *h, const struct smi_snapshot *s, int64_t second);

/*
 * The last @count seconds of a chip, oldest first; unknown without a reading. @count is at most
 * SMI_HISTORY_SECONDS.
 */
void smi_history_get(const struct smi_history *h, uint32_t chip, enum smi_column column,
		     int64_t second, struct smi_value *out, size_t count);
void smi_history_release(struct smi_history *h);

#endif
