/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot in Prometheus' text exposition format 0.0.4: one HELP and one TYPE for each metric,
 * its samples behind them; what is unknown is absent.
 */
#ifndef SMI_PROMETHEUS_H
#define SMI_PROMETHEUS_H

#include "smi.h"
#include "text.h"

/* @processes: of how many clients there are series, first in the snapshot's order; 0: of none. */
void smi_prometheus(const struct smi_snapshot *s, size_t processes, struct smi_text *out);

/* What stands in the place of figures that could not be read. */
void smi_prometheus_down(struct smi_text *out);

/* All metrics, for people. */
void smi_prometheus_help(struct smi_text *out);

#endif
