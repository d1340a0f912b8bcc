/* SPDX-License-Identifier: GPL-2.0-only */
/* The metrics of --prometheus: names, types, labels, descriptions and values. */
#ifndef SMI_METRICS_H
#define SMI_METRICS_H

#include "fields.h"

#define SMI_METRIC_PREFIX "tenstorrent_"

/* Scope of a metric: the host, each chip, or each listed process, with a name of its own. */
#define SMI_OF_HOST	4u

/*
 * Receives one sample: @labels are in addition to those of the scope, such as `space="l1"`, or
 * NULL;
 * @value is text. Called for each combination of the metric's labels.
 */
typedef void (*smi_metric_fn)(void *data, const char *labels, const char *value);

struct smi_metric {
	const char *name;	/* without the prefix, which has "process_" for processes */
	const char *type;
	const char *help;
	const char *labels;	/* names of additional labels, separated by commas; NULL: none */
	unsigned int of;
	const struct smi_series *series;	/* ends with an element without figure; or */
	void (*put)(const struct smi_row *row, smi_metric_fn fn, void *data);
};

/* The n-th metric; NULL: there is none. */
const struct smi_metric *smi_metric(size_t n);

/* Emit all known samples. @row: a chip or a process; for the host, only the snapshot is used. */
void smi_metric_values(const struct smi_metric *metric, const struct smi_row *row,
		       smi_metric_fn fn, void *data);

/*
 * Format NAME="VALUE": untrusted text is sanitized, and backslash, double quote and newline are
 * escaped. A value is cut at 511 bytes, between characters.
 */
#define SMI_LABEL_LEN	1100
void smi_metric_label(char out[SMI_LABEL_LEN], const char *name, const char *value);

#endif
