// SPDX-License-Identifier: GPL-2.0-only
/* The processes of the screen, and the rows that complete each column's sum. */
#include "screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CHIP, PID, USER, PLACE, L1_USED, L1, L1_SMALL, CB, L1_OVERLAP, DRAM_USED, DRAM, TRACE,
       DRAM_OVERLAP, COMMAND, PROCESS_COLUMNS };

struct sheet {
	struct smi_table t;
	enum smi_unit unit;
	const struct smi_view *view;
	struct smi_legend *legend;
	bool overlap[2];	/* a process has overlapping pools, in L1 and in DRAM */
	bool lone;		/* a single chip: the rows below the processes name it */
	const struct smi_snapshot *s;
};

void smi_use_cells(struct smi_table *t, struct smi_cell *first, const struct smi_use *use,
		   const bool overlap[2], enum smi_unit unit, enum smi_style style,
		   struct smi_legend *legend)
{
	char text[SMI_NUMBER_LEN];

	for (unsigned int i = 0; i < SMI_COLUMNS; i++) {
		char mark = smi_use_mark(use, i);
		struct smi_value v = use->v[i];

		/* Subtracted from the pools. */
		if (i == SMI_L1_OVERLAP || i == SMI_DRAM_OVERLAP) {
			if (!overlap[i == SMI_DRAM_OVERLAP])
				continue;
			v = smi_negative(v);
			mark = '\0';
		}
		smi_legend_note(legend, mark);
		smi_format(text, v, unit, mark);
		smi_cell_set(t, &first[i], mark == '!' ? SMI_BAD : style, text);
	}
}

static void note_overlap(bool overlap[2], const struct tt_memstat_figures *f)
{
	overlap[0] |= smi_flag(f, TT_MEMSTAT_FIG_L1_OVERLAP);
	overlap[1] |= smi_flag(f, TT_MEMSTAT_FIG_DRAM_OVERLAP);
}

void smi_use_overlaps(const struct smi_snapshot *s, bool overlap[2])
{
	overlap[0] = overlap[1] = false;
	for (size_t i = 0; i < s->process_count; i++)
		note_overlap(overlap, &s->processes[i].client->figures);
	for (size_t i = 0; i < s->chip_count; i++)
		note_overlap(overlap, &s->chips[i]->figures);
}

void smi_place_clean(char *out, size_t size, const struct smi_place *place, bool utf8)
{
	char text[160];

	smi_place_text(text, sizeof(text), place);
	smi_text_clean(out, size, text, utf8);
	/* A single word, so that scripts can split columns. */
	for (; *out; out++)
		if (*out == ' ')
			*out = ':';
}

bool smi_places_known(const struct smi_snapshot *s, bool units)
{
	for (size_t i = 0; i < s->process_count; i++) {
		const struct smi_place *p = s->processes[i].place;

		if (p && (p->container[0] || p->pod[0] || p->job[0] ||
			  (units && (p->unit[0] || p->session[0]))))
			return true;
	}
	return false;
}

void smi_process_text(char *out, size_t size, const struct smi_process *p, bool utf8)
{
	char label[sizeof(p->client->label) * 3], command[SMI_TEXT_LEN];

	smi_text_clean(label, sizeof(label), p->client->label, utf8);
	smi_text_clean(command, sizeof(command), smi_process_name(p), utf8);
	if (label[0])
		snprintf(out, size, "[%s] %s", label, smi_dash(command));
	else
		snprintf(out, size, "%s", smi_dash(command));
}

void smi_process_short_name(char *out, size_t size, const struct smi_process *p, bool utf8)
{
	const char *name = smi_process_name(p), *slash;
	char word[SMI_TEXT_LEN];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(name, " "), name);
	slash = strrchr(word, '/');
	smi_text_clean(out, size, p->client->comm[0] ? p->client->comm : slash ? slash + 1 : word,
		       utf8);
}

static void process_row(struct sheet *sheet, const struct smi_process *p)
{
	struct smi_cell *row = smi_table_row(&sheet->t);
	char text[2 * SMI_TEXT_LEN];
	struct smi_use use;

	if (!row)
		return;
	smi_use_of(&use, &p->client->figures);
	smi_cell_set(&sheet->t, &row[CHIP], SMI_HEAD, p->chip->name);
	snprintf(text, sizeof(text), "%" PRId32, p->client->pid);
	smi_cell_set(&sheet->t, &row[PID], SMI_PLAIN, text);
	smi_text_clean(text, sizeof(text), p->user, sheet->view->utf8);
	smi_cell_set(&sheet->t, &row[USER], SMI_PLAIN, smi_dash(text));
	smi_place_clean(text, sizeof(text), p->place, sheet->view->utf8);
	smi_cell_set(&sheet->t, &row[PLACE], SMI_PLAIN, text);
	smi_use_cells(&sheet->t, &row[L1_USED], &use, sheet->overlap, sheet->unit, SMI_PLAIN,
		      sheet->legend);
	smi_process_text(text, sizeof(text), p, sheet->view->utf8);
	smi_cell_set(&sheet->t, &row[COMMAND], SMI_PLAIN, text);
}

/* A row for @count clients, or for none. */
static void balance_row(void *data, const struct smi_use *use, size_t count, const char *what,
			enum smi_style style)
{
	struct sheet *sheet = data;
	struct smi_cell *row = smi_table_row(&sheet->t);
	char text[32] = "-";

	if (!row)
		return;
	smi_cell_set(&sheet->t, &row[CHIP], style, sheet->lone ? sheet->s->chips[0]->name : "all");
	if (count)
		snprintf(text, sizeof(text), "(%zu)", count);
	smi_cell_set(&sheet->t, &row[PID], style, text);
	smi_cell_set(&sheet->t, &row[USER], style, "-");
	smi_cell_set(&sheet->t, &row[PLACE], style, "-");
	smi_use_cells(&sheet->t, &row[L1_USED], use, sheet->overlap, sheet->unit, style,
		      sheet->legend);
	smi_cell_set(&sheet->t, &row[COMMAND], style, what);
}

void smi_balance_rows(const struct smi_snapshot *s, const struct ttmemstat_chip *chip, size_t rows,
		      smi_balance_fn fn, void *data)
{
	struct smi_balance b;
	struct {
		const struct smi_use *use;
		size_t count;
		const char *what;
		enum smi_style style;
		bool there;
	} list[] = {
		{ &b.foreign, 0, "(other namespaces)", SMI_PLAIN, false },
		{ &b.unselected, 0, "(not selected)", SMI_PLAIN, false },
		{ &b.shared, 0, "(shared)", SMI_PLAIN, false },
		{ &b.unaccounted, 0, "(unaccounted)", SMI_WARN, false },
		{ &b.total, 0, "(total)", SMI_HEAD, false },
	};

	smi_balance(&b, s, chip);
	list[0].count = b.foreign.count;
	list[1].count = b.unselected.count;
	list[0].there = b.foreign.count;
	list[1].there = b.unselected.count;
	list[2].there = !smi_use_is_zero(&b.shared);
	list[3].there = !smi_use_is_zero(&b.unaccounted);
	for (size_t i = 0; i < 4; i++)
		rows += list[i].there;
	list[4].there = rows > 1;
	for (size_t i = 0; i < 5; i++)
		if (list[i].there)
			fn(data, list[i].use, list[i].count, list[i].what, list[i].style);
}

static void fill(struct sheet *sheet)
{
	const struct smi_snapshot *s = sheet->s;

	for (size_t i = 0; i < s->process_count; i++)
		if (smi_listed(&s->processes[i]))
			process_row(sheet, &s->processes[i]);
	smi_balance_rows(s, NULL, sheet->t.row_count, balance_row, sheet);
}

void smi_screen_processes(const struct smi_snapshot *s, const struct smi_view *view,
			  struct smi_legend *legend, struct smi_text *out)
{
	struct smi_table_column columns[PROCESS_COLUMNS] = {
		[CHIP] = { .title = "CHIP" },
		[PID] = { .title = "PID", .align = SMI_RIGHT },
		[USER] = { .title = "USER", .most = 16, .drop = 2 },
		[PLACE] = { .title = "WHERE", .most = 24, .drop = 1 },
		[L1_USED] = { .title = "L1 USED", .align = SMI_RIGHT, .drop = 6 },
		[L1] = { .title = "l1", .align = SMI_RIGHT },
		[L1_SMALL] = { .title = "l1_small", .align = SMI_RIGHT, .drop = 4 },
		[CB] = { .title = "cb", .align = SMI_RIGHT },
		[L1_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 5 },
		[DRAM_USED] = { .title = "DRAM USED", .align = SMI_RIGHT, .drop = 8 },
		[DRAM] = { .title = "dram", .align = SMI_RIGHT },
		[TRACE] = { .title = "trace", .align = SMI_RIGHT, .drop = 3 },
		[DRAM_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 7 },
		[COMMAND] = { .title = "NAME", .least = 18 },
	};
	struct sheet sheet = {
		.unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG,
		.view = view,
		.legend = legend,
		.lone = s->chip_count == 1,
		.s = s,
	};

	smi_use_overlaps(s, sheet.overlap);
	for (;;) {
		smi_table_init(&sheet.t, columns, PROCESS_COLUMNS);
		columns[L1_OVERLAP].gone = !sheet.overlap[0];
		columns[PLACE].gone = !smi_places_known(s, false);
		columns[DRAM_OVERLAP].gone = !sheet.overlap[1];
		fill(&sheet);
		if (!smi_table_layout(&sheet.t, view) || sheet.unit != SMI_UNIT_LONG)
			break;
		sheet.unit = SMI_UNIT_SHORT;
		smi_table_release(&sheet.t);
	}
	smi_text_puts(out, "\n");
	if (sheet.t.row_count || sheet.t.failed)
		smi_table_print(&sheet.t, view, out);
	else
		smi_text_puts(out, s->filtered ? "No such process reports memory.\n" :
			      "No process reports memory.\n");
	smi_table_release(&sheet.t);
}

enum { HOLDER_CHIP, HOLDER_PID, HOLDER_USER, HOLDER_COMMAND, HOLDER_COLUMNS };

/* Those that should report, or those that need not. */
static void holders_table(const struct smi_snapshot *s, bool tools, const struct smi_view *view,
			  struct smi_text *out)
{
	struct smi_table_column columns[HOLDER_COLUMNS] = {
		[HOLDER_CHIP] = { .title = "CHIP" },
		[HOLDER_PID] = { .title = "PID", .align = SMI_RIGHT },
		[HOLDER_USER] = { .title = "USER", .most = 16, .drop = 1 },
		[HOLDER_COMMAND] = { .title = tools ? "MANAGEMENT TOOL" : "NOT REPORTING",
				     .least = 18 },
	};
	struct smi_table t;

	smi_table_init(&t, columns, HOLDER_COLUMNS);
	for (size_t i = 0; i < s->holder_count; i++) {
		const struct smi_holder *h = &s->holders[i];
		struct smi_cell *row = h->tool == tools ? smi_table_row(&t) : NULL;
		char text[2 * SMI_TEXT_LEN];

		if (!row)
			continue;
		smi_cell_set(&t, &row[HOLDER_CHIP], SMI_HEAD, h->chip->name);
		snprintf(text, sizeof(text), "%" PRId32, (int32_t)h->pid);
		smi_cell_set(&t, &row[HOLDER_PID], SMI_PLAIN, h->pid > 0 ? text : "-");
		smi_text_clean(text, sizeof(text), h->user ? h->user : "-", view->utf8);
		smi_cell_set(&t, &row[HOLDER_USER], SMI_PLAIN, text);
		smi_text_clean(text, sizeof(text), h->command ? h->command : "-", view->utf8);
		smi_cell_set(&t, &row[HOLDER_COMMAND], SMI_PLAIN,
			     h->pid > 0 ? text : "(other namespaces)");
	}
	if (t.row_count || t.failed) {
		smi_table_layout(&t, view);
		smi_text_puts(out, "\n");
		smi_table_print(&t, view, out);
	}
	smi_table_release(&t);
}

void smi_screen_holders(const struct smi_snapshot *s, const struct smi_view *view,
			struct smi_text *out)
{
	holders_table(s, false, view, out);
	holders_table(s, true, view, out);
}
