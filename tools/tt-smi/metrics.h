/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The metrics that --prometheus prints: names, types, labels, what they mean, and their values.
 *
 * Knows what a value is taken from. Does not know the text format.
 */
#ifndef SMI_METRICS_H
#define SMI_METRICS_H

#include "fields.h"

#define SMI_METRIC_PREFIX "tenstorrent_"

/* Whose it is: of the host, of each chip, of each process listed (a name of its own). */
#define SMI_OF_HOST	4u

/*
 * Takes one value: @labels are more than those of whose it is, such as `space="l1"`, NULL for none;
 * @value is text. Called once for each of a metric's labels.
 */
typedef void (*smi_metric_fn)(void *data, const char *labels, const char *value);

struct smi_metric {
	const char *name;	/* behind the prefix; of a process behind "process_", too */
	const char *type;
	const char *help;
	const char *labels;	/* names of those that it has more, separated by commas; NULL: none */
	unsigned int of;
	const struct smi_series *series;	/* ends with one without a figure; or */
	void (*put)(const struct smi_row *row, smi_metric_fn fn, void *data);
};

/* The n-th; NULL: that was all. */
const struct smi_metric *smi_metric(size_t n);

/* What is known of it. @row: of a chip or a process; of the host only the snapshot. */
void smi_metric_values(const struct smi_metric *metric, const struct smi_row *row,
		       smi_metric_fn fn, void *data);

/*
 * NAME="VALUE": made clean like all text of others, with backslash, double quote and newline
 * escaped. A value is cut at 511 bytes, between characters.
 */
#define SMI_LABEL_LEN	1100
void smi_metric_label(char out[SMI_LABEL_LEN], const char *name, const char *value);

#endif
