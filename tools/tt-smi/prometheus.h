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

/* @processes: of how many clients there are series, first in the snapshot's order; 0: of none. */
void smi_prometheus(const struct smi_snapshot *s, size_t processes, enum smi_exposition format,
		    struct smi_text *out);

/* What stands in the place of figures that could not be read. */
void smi_prometheus_down(enum smi_exposition format, struct smi_text *out);

/* All metrics, for people. */
void smi_prometheus_help(struct smi_text *out);

#endif
