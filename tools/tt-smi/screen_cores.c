// SPDX-License-Identifier: GPL-2.0-only
/* The fullest core of each chip, headroom, and peaks. */
#include "screen.h"

#include <inttypes.h>
#include <stdio.h>

enum { CORE_CHIP, CORE, CORE_USED, CORE_PEAK, HEADROOM, LOWEST, CB_LOADED, L1_PEAK, FOOTPRINT,
       DRAM_PEAK, CORE_COLUMNS };

static void core_row(struct smi_table *t, const struct ttmemstat_chip *chip, enum smi_unit unit)
{
	static const unsigned int figures[CORE_COLUMNS] = {
		[CORE_USED] = TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED,
		[CORE_PEAK] = TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK,
		[HEADROOM] = TT_MEMSTAT_FIG_L1_HEADROOM,
		[LOWEST] = TT_MEMSTAT_FIG_L1_HEADROOM_MIN,
		[CB_LOADED] = TT_MEMSTAT_FIG_CB_LOADED,
		[L1_PEAK] = TT_MEMSTAT_FIG_L1_PEAK,
		[FOOTPRINT] = TT_MEMSTAT_FIG_L1_FOOTPRINT,
		[DRAM_PEAK] = TT_MEMSTAT_FIG_DRAM_PEAK,
	};
	struct smi_value x = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_FULLEST_CORE_X);
	struct smi_value y = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y);
	struct smi_value used = smi_figure(&chip->figures, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED);
	struct smi_cell *row;
	char text[64];
	bool any = false;

	for (unsigned int i = CORE_USED; i < CORE_COLUMNS; i++)
		any |= smi_figure(&chip->figures, figures[i]).v != 0;
	if (!any && !chip->client_count)
		return;
	row = smi_table_row(t);
	if (!row)
		return;
	smi_cell_set(t, &row[CORE_CHIP], SMI_HEAD, chip->name);
	snprintf(text, sizeof(text), "%" PRId64 ",%" PRId64, x.v, y.v);
	smi_cell_set(t, &row[CORE], SMI_PLAIN, x.known && y.known && used.v ? text : "-");
	for (unsigned int i = CORE_USED; i < CORE_COLUMNS; i++) {
		struct smi_value v = smi_figure(&chip->figures, figures[i]);
		bool tight = (i == HEADROOM || i == LOWEST) && v.v < 0;

		smi_format(text, v, unit, '\0');
		smi_cell_set(t, &row[i], tight ? SMI_BAD : SMI_PLAIN, text);
	}
}

void smi_screen_cores(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_text *out)
{
	struct smi_table_column columns[CORE_COLUMNS] = {
		[CORE_CHIP] = { .title = "CHIP" },
		[CORE] = { .title = "FULLEST CORE", .brief = "CORE", .owns = 1 },
		[CORE_USED] = { .align = SMI_RIGHT },
		[CORE_PEAK] = { .title = "CORE PEAK", .align = SMI_RIGHT, .drop = 3 },
		[HEADROOM] = { .title = "HEADROOM", .align = SMI_RIGHT },
		[LOWEST] = { .title = "LOWEST", .align = SMI_RIGHT, .drop = 2 },
		[CB_LOADED] = { .title = "CB LOADED", .align = SMI_RIGHT, .drop = 1 },
		[L1_PEAK] = { .title = "L1 PEAK", .align = SMI_RIGHT, .drop = 4 },
		[FOOTPRINT] = { .title = "L1 FOOTPRINT", .align = SMI_RIGHT, .drop = 6 },
		[DRAM_PEAK] = { .title = "DRAM PEAK", .align = SMI_RIGHT, .drop = 5 },
	};
	enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG;
	struct smi_table t;

	for (;;) {
		smi_table_init(&t, columns, CORE_COLUMNS);
		for (size_t i = 0; i < s->chip_count; i++)
			core_row(&t, s->chips[i], unit);
		if (!smi_table_layout(&t, view) || unit != SMI_UNIT_LONG)
			break;
		unit = SMI_UNIT_SHORT;
		smi_table_release(&t);
	}
	if (t.row_count || t.failed) {
		smi_text_puts(out, "\n");
		smi_table_print(&t, view, out);
	}
	smi_table_release(&t);
}
