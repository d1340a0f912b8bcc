/* SPDX-License-Identifier: GPL-2.0-only */
/* Charts of characters: histories as columns, grids of cores as shades. Pure. */
#ifndef SMI_CHART_H
#define SMI_CHART_H

#include "smi.h"
#include "text.h"

/*
 * Reduce @count values to @columns, each the maximum of its part. A part without known values is
 * unknown.
 */
void smi_chart_squeeze(const struct smi_value *values, size_t count, struct smi_value *out,
		       size_t columns);

/* A character for how full a core is, readable without colour, and its style. */
const char *smi_heat(uint64_t used, uint64_t capacity, const struct smi_levels *levels, bool utf8,
		     enum smi_style *style);

/* All shades, from empty to full. */
void smi_heat_legend(struct smi_text *out, bool utf8);

#endif
