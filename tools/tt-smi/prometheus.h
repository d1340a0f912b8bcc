/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot for Prometheus, in its text exposition format 0.0.4 or as OpenMetrics 1.0.0: the
 * metadata of each metric, then its samples. Unknown values are absent.
 */
#ifndef SMI_PROMETHEUS_H
#define SMI_PROMETHEUS_H

#include "smi.h"
#include "text.h"

enum smi_exposition { SMI_TEXT_0_0_4, SMI_OPENMETRICS };

/* @processes: number of clients with series of their own, first in the snapshot's order. */
void smi_prometheus(const struct smi_snapshot *s, size_t processes, enum smi_exposition format,
		    struct smi_text *out);

/* Printed if the figures cannot be read. */
void smi_prometheus_down(enum smi_exposition format, struct smi_text *out);

/* Descriptions of all metrics. */
void smi_prometheus_help(struct smi_text *out);

#endif
