/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures made of characters: histories as columns, a grid of cores as shades. Pure.
 */
#ifndef SMI_CHART_H
#define SMI_CHART_H

#include "smi.h"
#include "text.h"

/*
 * The most that each column of a chart stands for: @count values become @columns. A column of
 * nothing but unknown values is unknown.
 */
void smi_chart_squeeze(const struct smi_value *values, size_t count, struct smi_value *out,
		       size_t columns);

/* How full a core is, as a character that needs no colour, and the style that it may have. */
const char *smi_heat(uint64_t used, uint64_t capacity, bool utf8, enum smi_style *style);

/* All shades, from nothing to full. */
void smi_heat_legend(struct smi_text *out, bool utf8);

#endif
