// SPDX-License-Identifier: GPL-2.0-only
/* The chips of the screen, one line each, and --list. */
#include "screen.h"
#include "levels.h"
#include "visible.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The gateway of a remote chip: the local one with the same PCI address. */
static const struct ttmemstat_chip *gateway_of(const struct smi_snapshot *s,
					       const struct ttmemstat_chip *chip)
{
	for (size_t i = 0; chip->pci[0] && i < s->chip_count; i++)
		if (s->chips[i]->kind == TTMEMSTAT_KIND_LOCAL &&
		    strcmp(s->chips[i]->pci, chip->pci) == 0)
			return s->chips[i];
	return NULL;
}

void smi_chip_board(char *out, size_t size,
		    const struct ttmemstat_chip *chip, bool utf8)
{
	char board[sizeof(chip->board) * 3];
	const char *side = ttmemstat_board_side(chip->board, chip->asic_location);

	smi_text_clean(board, sizeof(board), chip->board, utf8);
	if (!board[0] && chip->arch)
		snprintf(board, sizeof(board), "%s", ttmemstat_arch_name(chip->arch));
	snprintf(out, size, "%s%s%s", smi_dash(board), *side ? " " : "", side);
}

void smi_chip_address(char *out, size_t size, const struct smi_snapshot *s,
		      const struct ttmemstat_chip *chip)
{
	const struct ttmemstat_chip *gateway;

	switch (chip->kind) {
	case TTMEMSTAT_KIND_VIRTUAL:
		snprintf(out, size, "virtual");
		break;
	case TTMEMSTAT_KIND_REMOTE:
		gateway = gateway_of(s, chip);
		snprintf(out, size, gateway ? "remote (%s)" : "remote",
			 gateway ? gateway->name : "");
		break;
	default:
		snprintf(out, size, "%s", smi_dash(chip->pci));
	}
}

static void chip_cores(char *out, size_t size, const struct ttmemstat_chip *chip)
{
	struct smi_value active = smi_figure(&chip->figures, TT_MEMSTAT_FIG_TENSIX_ACTIVE);
	struct smi_value total = smi_figure(&chip->figures, TT_MEMSTAT_FIG_TENSIX_TOTAL);

	if (!active.known)
		snprintf(out, size, "-");
	else if (!total.known)
		snprintf(out, size, "%" PRId64, active.v);
	else
		snprintf(out, size, "%" PRId64 "/%" PRId64, active.v, total.v);
}

static uint64_t positive(struct smi_value v)
{
	return v.v > 0 ? (uint64_t)v.v : 0;
}

/* The cells for a bar, "used / capacity" and the percentage of a space. */
static void space_cells(struct smi_table *t, struct smi_cell *cell, const struct smi_use *use,
			enum smi_column column, struct smi_value capacity,
			struct smi_value allocatable, struct smi_value reserved,
			enum smi_unit unit, const struct smi_view *view,
			struct smi_legend *legend)
{
	char mark = smi_use_mark(use, column), a[SMI_NUMBER_LEN], b[SMI_NUMBER_LEN];
	char text[2 * SMI_NUMBER_LEN + 4], percent[SMI_NUMBER_LEN] = "-";
	struct smi_value used = use->v[column];
	bool by_allocatable = allocatable.known && allocatable.v > 0;
	int64_t whole = by_allocatable ? allocatable.v : capacity.v;
	enum smi_style style = SMI_PLAIN;

	smi_legend_note(legend, mark);
	smi_format(a, used, unit, mark);
	smi_format(b, capacity, unit, '\0');
	snprintf(text, sizeof(text), unit == SMI_UNIT_LONG ? "%s / %s" : "%s/%s", a, b);
	if (used.known && whole > 0) {
		smi_format_percent(percent, used.v, whole);
		style = smi_level_style(&view->levels, used.v, whole);
		if (used.v && !by_allocatable && legend->percent_allocatable)
			snprintf(percent + strlen(percent), sizeof(percent) - strlen(percent),
				 "*");
	}
	if (capacity.known && used.known)
		cell[0].bar = (struct smi_bar){ positive(capacity), positive(used),
						positive(reserved) };
	cell[0].style = style;
	legend->reserved |= view->bars && cell[0].bar.total && cell[0].bar.reserved;
	smi_cell_set(t, &cell[1], mark == '!' ? SMI_BAD : SMI_PLAIN, text);
	smi_cell_set(t, &cell[2], style == SMI_GOOD ? SMI_PLAIN : style, percent);
}

/* Note the base of a percentage in the legend; 0 is the same of any base. */
static void note_base(struct smi_legend *legend, struct smi_value used,
		      struct smi_value allocatable, struct smi_value capacity)
{
	if (used.v <= 0)
		return;
	if (allocatable.v > 0)
		legend->percent_allocatable = true;
	else if (capacity.v > 0)
		legend->percent_capacity = true;
}

static void note_bases(const struct smi_snapshot *s, struct smi_legend *legend)
{
	for (size_t i = 0; i < s->chip_count; i++) {
		const struct tt_memstat_figures *f = &s->chips[i]->figures;

		note_base(legend, smi_figure(f, TT_MEMSTAT_FIG_L1_USED),
			  smi_figure(f, TT_MEMSTAT_FIG_L1_ALLOCATABLE),
			  smi_figure(f, TT_MEMSTAT_FIG_L1_CAPACITY));
		note_base(legend, smi_figure(f, TT_MEMSTAT_FIG_DRAM_USED),
			  smi_figure(f, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE),
			  smi_figure(f, TT_MEMSTAT_FIG_DRAM_CAPACITY));
	}
}

/* Omit domain 0000 where space is short. */
static const char *without_domain(const char *address)
{
	return strncmp(address, "0000:", 5) == 0 ? address + 5 : address;
}

enum { CHIP, BOARD, ADDRESS, NODE, CORES, L1_BAR, L1_VALUE, L1_PERCENT,
       DRAM_BAR, DRAM_VALUE, DRAM_PERCENT, PROCS, TEMPERATURE, POWER, CLOCK, CHIP_COLUMNS };

static bool any_telemetry(const struct smi_snapshot *s)
{
	for (size_t i = 0; s->telemetry && i < s->chip_count; i++)
		if (s->telemetry[i].temperature.known || s->telemetry[i].power.known ||
		    s->telemetry[i].clock.known)
			return true;
	return false;
}

static void telemetry_cell(struct smi_table *t, struct smi_cell *cell, struct smi_value v,
			   int64_t unit, const char *name)
{
	char text[SMI_NUMBER_LEN] = "-";

	if (v.known)
		smi_format_rounded(text, v.v, unit, name);
	smi_cell_set(t, cell, SMI_PLAIN, text);
}

static void telemetry_cells(struct smi_table *t, struct smi_cell *row,
			    const struct smi_telemetry *telemetry, bool utf8)
{
	telemetry_cell(t, &row[TEMPERATURE], telemetry->temperature, 1000, utf8 ? "°C" : "C");
	telemetry_cell(t, &row[POWER], telemetry->power, 1000000, "W");
	telemetry_cell(t, &row[CLOCK], telemetry->clock, 1, "MHz");
}

static void chip_row(struct smi_table *t, const struct smi_snapshot *s, size_t index,
		     const struct smi_view *view, enum smi_unit unit, struct smi_legend *legend)
{
	const struct ttmemstat_chip *chip = s->chips[index];
	const struct tt_memstat_figures *f = &chip->figures;
	struct smi_value dram_capacity = smi_figure(f, TT_MEMSTAT_FIG_DRAM_CAPACITY);
	struct smi_value dram_allocatable = smi_figure(f, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE);
	struct smi_value dram_reserved = { 0 };
	struct smi_cell *row = smi_table_row(t);
	char text[SMI_TEXT_LEN];
	const char *node, *mark;
	struct smi_use use;

	if (!row)
		return;
	smi_use_of_chip(&use, chip);
	if (dram_allocatable.known)
		dram_reserved = smi_sum(dram_capacity, smi_negative(dram_allocatable));
	mark = smi_visible_mark(s, chip, view->utf8);
	snprintf(text, sizeof(text), "%s%s%s", chip->name, mark[0] ? " " : "", mark);
	smi_cell_set(t, &row[CHIP], SMI_HEAD, text);
	smi_chip_board(text, sizeof(text), chip, view->utf8);
	smi_cell_set(t, &row[BOARD], SMI_PLAIN, text);
	smi_chip_address(text, sizeof(text), s, chip);
	smi_cell_set(t, &row[ADDRESS], SMI_PLAIN, unit == SMI_UNIT_SHORT ? without_domain(text) :
		     text);
	smi_text_clean(text, sizeof(text), chip->kmd_node, view->utf8);
	node = unit == SMI_UNIT_SHORT ? strrchr(text, '/') : NULL;
	smi_cell_set(t, &row[NODE], SMI_PLAIN, smi_dash(node ? node + 1 : text));
	chip_cores(text, sizeof(text), chip);
	smi_cell_set(t, &row[CORES], SMI_PLAIN, text);
	space_cells(t, &row[L1_BAR], &use, SMI_L1_USED, smi_figure(f, TT_MEMSTAT_FIG_L1_CAPACITY),
		    smi_figure(f, TT_MEMSTAT_FIG_L1_ALLOCATABLE),
		    smi_figure(f, TT_MEMSTAT_FIG_L1_RESERVED), unit, view, legend);
	space_cells(t, &row[DRAM_BAR], &use, SMI_DRAM_USED, dram_capacity, dram_allocatable,
		    dram_reserved, unit, view, legend);
	snprintf(text, sizeof(text), "%zu", smi_processes_on(chip));
	smi_cell_set(t, &row[PROCS], SMI_PLAIN, text);
	if (s->telemetry)
		telemetry_cells(t, row, &s->telemetry[index], view->utf8);
}

void smi_screen_chips(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_legend *legend, struct smi_text *out)
{
	struct smi_table_column columns[CHIP_COLUMNS] = {
		[CHIP] = { .title = "CHIP" },
		[BOARD] = { .title = "BOARD", .drop = 4, .least = 9 },
		[ADDRESS] = { .title = "ADDRESS", .drop = 3 },
		[NODE] = { .title = "NODE", .drop = 7 },
		[CORES] = { .title = "CORES", .align = SMI_RIGHT, .drop = 2 },
		[L1_BAR] = { .title = "L1 used/capacity", .brief = "L1", .align = SMI_BAR,
			     .drop = 5, .least = 10, .most = 20, .owns = 2 },
		[L1_VALUE] = { .align = SMI_RIGHT },
		[L1_PERCENT] = { .align = SMI_RIGHT },
		[DRAM_BAR] = { .title = "DRAM used/capacity", .brief = "DRAM", .align = SMI_BAR,
			       .drop = 6, .least = 10, .most = 20, .owns = 2 },
		[DRAM_VALUE] = { .align = SMI_RIGHT },
		[DRAM_PERCENT] = { .align = SMI_RIGHT },
		[PROCS] = { .title = "PROCS", .align = SMI_RIGHT, .drop = 1 },
		[TEMPERATURE] = { .title = "TEMP", .align = SMI_RIGHT, .drop = 8 },
		[POWER] = { .title = "POWER", .align = SMI_RIGHT, .drop = 9 },
		[CLOCK] = { .title = "CLOCK", .align = SMI_RIGHT, .drop = 10 },
	};
	bool measured = any_telemetry(s);
	enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG;
	struct smi_table t;

	note_bases(s, legend);
	for (;;) {
		smi_table_init(&t, columns, CHIP_COLUMNS);
		columns[TEMPERATURE].gone = columns[POWER].gone = columns[CLOCK].gone = !measured;
		for (size_t i = 0; i < s->chip_count; i++)
			chip_row(&t, s, i, view, unit, legend);
		if (!smi_table_layout(&t, view) || unit != SMI_UNIT_LONG)
			break;
		unit = SMI_UNIT_SHORT;
		smi_table_release(&t);
	}
	smi_text_puts(out, "\n");
	smi_table_print(&t, view, out);
	smi_table_release(&t);
}

enum { LIST_CHIP, LIST_KIND, LIST_BOARD, LIST_ARCH, LIST_ADDRESS, LIST_NODE, LIST_ID,
       LIST_CORES, LIST_GRID, LIST_SOURCE, LIST_COLUMNS };

static void list_row(struct smi_table *t,
		     const struct ttmemstat_chip *chip, const struct smi_view *view)
{
	struct smi_cell *row = smi_table_row(t);
	char text[SMI_TEXT_LEN];

	if (!row)
		return;
	smi_cell_set(t, &row[LIST_CHIP], SMI_HEAD, chip->name);
	smi_cell_set(t, &row[LIST_KIND], SMI_PLAIN, ttmemstat_kind_name(chip->kind));
	smi_chip_board(text, sizeof(text), chip, view->utf8);
	smi_cell_set(t, &row[LIST_BOARD], SMI_PLAIN, text);
	smi_cell_set(t, &row[LIST_ARCH], SMI_PLAIN,
		     chip->arch ? ttmemstat_arch_name(chip->arch) : "-");
	smi_cell_set(t, &row[LIST_ADDRESS], SMI_PLAIN, smi_dash(chip->pci));
	smi_text_clean(text, sizeof(text), chip->kmd_node, view->utf8);
	smi_cell_set(t, &row[LIST_NODE], SMI_PLAIN, smi_dash(text));
	snprintf(text, sizeof(text), "0x%016" PRIx64, chip->unique_id);
	smi_cell_set(t, &row[LIST_ID], SMI_PLAIN, chip->unique_id ? text : "-");
	chip_cores(text, sizeof(text), chip);
	smi_cell_set(t, &row[LIST_CORES], SMI_PLAIN, text);
	snprintf(text, sizeof(text), "%" PRIu32 "x%" PRIu32, chip->grid_x, chip->grid_y);
	smi_cell_set(t, &row[LIST_GRID], SMI_PLAIN, chip->grid_x ? text : "-");
	smi_text_clean(text, sizeof(text), chip->geometry_source, view->utf8);
	smi_cell_set(t, &row[LIST_SOURCE], SMI_PLAIN, smi_dash(text));
}

void smi_list(const struct smi_snapshot *s, const struct smi_view *view, struct smi_text *out)
{
	struct smi_table_column columns[LIST_COLUMNS] = {
		[LIST_CHIP] = { .title = "CHIP" },
		[LIST_KIND] = { .title = "KIND" },
		[LIST_BOARD] = { .title = "BOARD", .drop = 3 },
		[LIST_ARCH] = { .title = "ARCH", .drop = 5 },
		[LIST_ADDRESS] = { .title = "PCI ADDRESS" },
		[LIST_NODE] = { .title = "NODE", .drop = 2 },
		[LIST_ID] = { .title = "UNIQUE ID" },
		[LIST_CORES] = { .title = "CORES", .align = SMI_RIGHT, .drop = 4 },
		[LIST_GRID] = { .title = "GRID", .drop = 6 },
		[LIST_SOURCE] = { .title = "GEOMETRY BY", .drop = 7 },
	};
	struct smi_table t;

	smi_table_init(&t, columns, LIST_COLUMNS);
	for (size_t i = 0; i < s->chip_count; i++)
		list_row(&t, s->chips[i], view);
	smi_table_layout(&t, view);
	smi_table_print(&t, view, out);
	smi_table_release(&t);
}
