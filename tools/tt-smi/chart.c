// SPDX-License-Identifier: GPL-2.0-only
/* Charts of characters: see chart.h. */
#include "chart.h"
#include "levels.h"

void smi_chart_squeeze(const struct smi_value *values, size_t count, struct smi_value *out,
		       size_t columns)
{
	for (size_t c = 0; c < columns; c++) {
		size_t from = c * count / columns, to = (c + 1) * count / columns;

		if (to <= from)
			to = from + 1;
		out[c] = (struct smi_value){ 0 };
		for (size_t i = from; i < to && i < count; i++)
			if (values[i].known && (!out[c].known || values[i].v > out[c].v))
				out[c] = values[i];
	}
}

#define SHADES 9

static const char *const blocks[SHADES] = { "·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const letters[SHADES] = { ".", "1", "2", "3", "4", "5", "6", "7", "8" };

const char *smi_heat(uint64_t used, uint64_t capacity, const struct smi_levels *levels, bool utf8,
		     enum smi_style *style)
{
	unsigned int shade = 0;

	if (used && capacity)
		shade = used >= capacity ? SHADES - 1 :
			1 + (unsigned int)((unsigned __int128)used * (SHADES - 1) / capacity);
	if (shade >= SHADES)
		shade = SHADES - 1;
	/* Halves are in the range of signed numbers, and in the same ratio. */
	*style = !shade ? SMI_DIM : used >= capacity ? SMI_BAD :
		 smi_level_style(levels, (int64_t)(used / 2), (int64_t)(capacity / 2));
	return utf8 ? blocks[shade] : letters[shade];
}

void smi_heat_legend(struct smi_text *out, bool utf8)
{
	for (unsigned int i = 0; i < SHADES; i++)
		smi_text_puts(out, utf8 ? blocks[i] : letters[i]);
}
