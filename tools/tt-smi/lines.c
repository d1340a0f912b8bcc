// SPDX-License-Identifier: GPL-2.0-only
/* One line for each chip: see lines.h. */
#include "lines.h"
#include "levels.h"
#include "screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void smi_name_lines(const struct smi_snapshot *s, const struct smi_view *view, struct smi_text *out)
{
	for (size_t i = 0; i < s->chip_count; i++) {
		const struct ttmemstat_chip *chip = s->chips[i];
		char text[SMI_TEXT_LEN];

		smi_chip_board(text, sizeof(text), chip, view->utf8);
		smi_text_printf(out, "Chip %" PRIu32 ": %s (%s", chip->n, text, chip->name);
		smi_chip_address(text, sizeof(text), s, chip);
		smi_text_printf(out, ", %s", text);
		smi_text_clean(text, sizeof(text), chip->kmd_node, view->utf8);
		if (text[0])
			smi_text_printf(out, ", %s", text);
		if (chip->unique_id)
			smi_text_printf(out, ", 0x%016" PRIx64, chip->unique_id);
		smi_text_puts(out, ")\n");
	}
}

enum { CHIP, BOARD, TEMPERATURE, POWER, L1_NAME, L1, L1_PERCENT, DRAM_NAME, DRAM, DRAM_PERCENT,
       PROCESSES, COLUMNS };

struct space {
	enum smi_column used;
	unsigned int allocatable;
	unsigned int capacity;
	int name;		/* the first of three cells */
	const char *title;
};

static const struct space spaces[] = {
	{ SMI_L1_USED, TT_MEMSTAT_FIG_L1_ALLOCATABLE, TT_MEMSTAT_FIG_L1_CAPACITY, L1_NAME, "L1" },
	{ SMI_DRAM_USED, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE, TT_MEMSTAT_FIG_DRAM_CAPACITY, DRAM_NAME,
	  "DRAM" },
};

/* "L1", "45.3M/180.0M", "27%"; the percentage refers to the same size as on the screen. */
static void space_cells(struct smi_table *t, struct smi_cell *row, const struct space *space,
			const struct ttmemstat_chip *chip, const struct smi_view *view)
{
	const enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT;
	struct smi_value capacity = smi_figure(&chip->figures, space->capacity);
	struct smi_value whole = smi_figure(&chip->figures, space->allocatable);
	char a[SMI_NUMBER_LEN], b[SMI_NUMBER_LEN], text[2 * SMI_NUMBER_LEN + 2];
	struct smi_cell *cell = &row[space->name];
	enum smi_style style = SMI_PLAIN;
	struct smi_value used;
	struct smi_use use;

	smi_use_of_chip(&use, chip);
	used = use.v[space->used];
	smi_format(a, used, unit, smi_use_mark(&use, space->used));
	smi_format(b, capacity, unit, '\0');
	snprintf(text, sizeof(text), "%s/%s", a, b);
	smi_cell_set(t, &cell[0], SMI_DIM, space->title);
	smi_cell_set(t, &cell[1], SMI_PLAIN, text);
	if (whole.v <= 0)
		whole = capacity;
	snprintf(a, sizeof(a), "-");
	if (used.known && whole.v > 0) {
		smi_format_percent(a, used.v, whole.v);
		style = smi_level_style(&view->levels, used.v, whole.v);
	}
	smi_cell_set(t, &cell[2], style, a);
}

static void telemetry_cells(struct smi_table *t, struct smi_cell *row, const struct smi_snapshot *s,
			    size_t chip, const struct smi_view *view)
{
	char text[SMI_NUMBER_LEN] = "-";

	if (s->telemetry && s->telemetry[chip].temperature.known)
		smi_format_rounded(text, s->telemetry[chip].temperature.v, 1000,
				   view->utf8 ? "°C" : "C");
	smi_cell_set(t, &row[TEMPERATURE], SMI_PLAIN, text);
	snprintf(text, sizeof(text), "-");
	if (s->telemetry && s->telemetry[chip].power.known)
		smi_format_rounded(text, s->telemetry[chip].power.v, 1000000, "W");
	smi_cell_set(t, &row[POWER], SMI_PLAIN, text);
}

/* "alice:python3/4242(1.2G)" for each process on the chip, in the order of the snapshot. */
static void process_cell(struct smi_table *t, struct smi_cell *cell, const struct smi_snapshot *s,
			 const struct ttmemstat_chip *chip, const struct smi_view *view)
{
	const enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT;
	struct smi_text line = { 0 };

	for (size_t i = 0; i < s->process_count; i++) {
		const struct smi_process *p = &s->processes[i];
		char name[SMI_TEXT_LEN], user[SMI_TEXT_LEN], number[SMI_NUMBER_LEN];
		struct smi_use use;

		if (p->chip != chip || !smi_listed(p))
			continue;
		smi_use_of(&use, &p->client->figures);
		smi_format(number, smi_sum(use.v[SMI_L1_USED], use.v[SMI_DRAM_USED]), unit, '\0');
		smi_text_clean(user, sizeof(user), p->user, view->utf8);
		smi_process_short_name(name, sizeof(name), p, view->utf8);
		smi_text_printf(&line, "%s%s:%s/%" PRId32 "(%s)", line.len ? " " : "",
				smi_dash(user), name, p->client->pid, number);
	}
	smi_cell_set(t, cell, SMI_PLAIN, line.len ? line.buf : "");
	t->failed |= line.failed;
	smi_text_release(&line);
}

void smi_use_lines(const struct smi_snapshot *s, const struct smi_view *view, struct smi_text *out)
{
	struct smi_table_column columns[COLUMNS] = {
		[BOARD] = { .drop = 4 },
		[TEMPERATURE] = { .align = SMI_RIGHT, .drop = 5 },
		[POWER] = { .align = SMI_RIGHT, .drop = 6 },
		[L1] = { .align = SMI_RIGHT, .drop = 2 },
		[L1_PERCENT] = { .align = SMI_RIGHT },
		[DRAM] = { .align = SMI_RIGHT, .drop = 1 },
		[DRAM_PERCENT] = { .align = SMI_RIGHT },
		[PROCESSES] = { .least = 12, .drop = 3 },
	};
	struct smi_table t;

	smi_table_init(&t, columns, COLUMNS);
	columns[TEMPERATURE].gone = columns[POWER].gone = !s->telemetry;
	for (size_t i = 0; i < s->chip_count; i++) {
		struct smi_cell *row = smi_table_row(&t);
		char text[SMI_TEXT_LEN];

		if (!row)
			break;
		smi_cell_set(&t, &row[CHIP], SMI_HEAD, s->chips[i]->name);
		smi_chip_board(text, sizeof(text), s->chips[i], view->utf8);
		smi_cell_set(&t, &row[BOARD], SMI_PLAIN, text);
		telemetry_cells(&t, row, s, i, view);
		for (size_t j = 0; j < sizeof(spaces) / sizeof(spaces[0]); j++)
			space_cells(&t, row, &spaces[j], s->chips[i], view);
		process_cell(&t, &row[PROCESSES], s, s->chips[i], view);
	}
	smi_table_layout(&t, view);
	smi_table_print(&t, view, out);
	smi_table_release(&t);
}
