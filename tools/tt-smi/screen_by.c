// SPDX-License-Identifier: GPL-2.0-only
/* --by as a table: see screen_by.h. */
#include "screen_by.h"
#include "screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const titles[SMI_BYS] = {
	[SMI_BY_CONTAINER] = "CONTAINER",
	[SMI_BY_POD] = "POD",
	[SMI_BY_UNIT] = "UNIT",
	[SMI_BY_USER] = "USER",
	[SMI_BY_JOB] = "JOB",
};

enum { KEY, PROCESSES, USE, COLUMNS = USE + SMI_COLUMNS };

struct sheet {
	struct smi_table t;
	const struct smi_view *view;
	struct smi_legend *legend;
	enum smi_unit unit;
	bool overlap[2];
};

static void add_row(void *data, const struct smi_use *use, size_t count, const char *what,
		    enum smi_style style)
{
	struct sheet *sheet = data;
	struct smi_cell *row = smi_table_row(&sheet->t);
	char text[SMI_TEXT_LEN];

	if (!row)
		return;
	smi_text_clean(text, sizeof(text), what, sheet->view->utf8);
	smi_cell_set(&sheet->t, &row[KEY], style, text);
	snprintf(text, sizeof(text), "%zu", count);
	smi_cell_set(&sheet->t, &row[PROCESSES], style, count ? text : "-");
	smi_use_cells(&sheet->t, &row[USE], use, sheet->overlap, sheet->unit, style,
		      sheet->legend);
}

static void print(struct sheet *sheet, const struct smi_snapshot *s, enum smi_by by,
		  const struct smi_by_sum *list, size_t count, struct smi_text *out)
{
	struct smi_table_column columns[COLUMNS] = {
		[KEY] = { .title = titles[by], .least = sheet->view->width < 70 ? 12 : 38 },
		[PROCESSES] = { .title = "PROCS", .align = SMI_RIGHT, .drop = 2 },
		[USE + SMI_L1_USED] = { .title = "L1 USED", .align = SMI_RIGHT },
		[USE + SMI_L1] = { .title = "l1", .align = SMI_RIGHT, .drop = 3 },
		[USE + SMI_L1_SMALL] = { .title = "l1_small", .align = SMI_RIGHT, .drop = 5 },
		[USE + SMI_CB] = { .title = "cb", .align = SMI_RIGHT, .drop = 3 },
		[USE + SMI_L1_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 6 },
		[USE + SMI_DRAM_USED] = { .title = "DRAM USED", .align = SMI_RIGHT },
		[USE + SMI_DRAM] = { .title = "dram", .align = SMI_RIGHT, .drop = 3 },
		[USE + SMI_TRACE] = { .title = "trace", .align = SMI_RIGHT, .drop = 4 },
		[USE + SMI_DRAM_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 6 },
	};

	smi_table_init(&sheet->t, columns, COLUMNS);
	columns[USE + SMI_L1_OVERLAP].gone = !sheet->overlap[0];
	columns[USE + SMI_DRAM_OVERLAP].gone = !sheet->overlap[1];
	for (size_t i = 0; i < count; i++)
		add_row(sheet, &list[i].use, list[i].processes,
			list[i].key[0] ? list[i].key : "(unknown)", SMI_PLAIN);
	smi_balance_rows(s, NULL, count, add_row, sheet);
	smi_table_layout(&sheet->t, sheet->view);
	if (sheet->t.row_count || sheet->t.failed)
		smi_table_print(&sheet->t, sheet->view, out);
	else
		smi_text_puts(out, "No process reports memory.\n");
	smi_table_release(&sheet->t);
}

void smi_screen_by(const struct smi_snapshot *s, const struct smi_view *view, enum smi_by by,
		   struct smi_text *out)
{
	struct smi_by_sum *list;
	struct smi_legend legend = { 0 };
	struct sheet sheet = {
		.view = view, .legend = &legend,
		.unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG,
	};
	size_t count;

	out->failed |= smi_by_sums(&list, &count, s, by) != 0;
	smi_screen_head(s, view, &legend, out);
	smi_text_puts(out, "\n");
	smi_use_overlaps(s, sheet.overlap);
	print(&sheet, s, by, list, count, out);
	smi_screen_foot(s, view, &legend, out);
	free(list);
}
