// SPDX-License-Identifier: GPL-2.0-only
/* The full screen's list of processes: a row for each, which unfolds into a row for each chip. */
#include "groups.h"
#include "screen.h"
#include "sort.h"
#include "tree.h"
#include "watch_view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MARK, PID, USER, AGE, CHIPS, PLACE, USE, L1_USED = USE + SMI_L1_USED, L1 = USE + SMI_L1,
       L1_SMALL = USE + SMI_L1_SMALL, CB = USE + SMI_CB, L1_OVERLAP = USE + SMI_L1_OVERLAP,
       DRAM_USED = USE + SMI_DRAM_USED, DRAM = USE + SMI_DRAM, TRACE = USE + SMI_TRACE,
       DRAM_OVERLAP = USE + SMI_DRAM_OVERLAP, L1_PEAK = USE + SMI_COLUMNS, DRAM_PEAK, CPU, HOST,
       COMMAND, PROCESS_COLUMNS };

static const struct {
	unsigned int column;
	enum smi_sort sort;
} sorts[] = {
	{ PID, SMI_SORT_PID }, { USER, SMI_SORT_USER }, { CHIPS, SMI_SORT_CHIP },
	{ L1_USED, SMI_SORT_L1_USE }, { DRAM_USED, SMI_SORT_DRAM_USE }, { COMMAND, SMI_SORT_NAME },
};

#define SORTS (sizeof(sorts) / sizeof(sorts[0]))

struct list {
	struct smi_table t;
	enum smi_unit unit;
	bool overlap[2];
	struct smi_legend legend;
	struct smi_groups groups;
	struct smi_tree tree;
	const struct smi_snapshot *s;
	const struct smi_watch_view *v;
	const struct ttmemstat_chip *chip;	/* NULL: all */
	struct smi_watch_state *st;
	bool usage;	/* columns of host resources are visible, or would be */
};

static void age_text(char *out, size_t size, const struct smi_process *p, uint64_t now)
{
	uint64_t s = now > p->client->start_time ? (now - p->client->start_time) / 1000000000 : 0;

	if (!now || !p->client->start_time)
		snprintf(out, size, "-");
	else if (s < 60)
		snprintf(out, size, "%" PRIu64 "s", s);
	else if (s < 3600)
		snprintf(out, size, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(out, size, "%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
	else
		snprintf(out, size, "%" PRIu64 "d%02" PRIu64 "h", s / 86400, s / 3600 % 24);
}

static void peak_cell(struct list *list, struct smi_cell *row, unsigned int column,
		      const struct smi_process *p, unsigned int figure)
{
	struct smi_value v = { 0 };
	char text[SMI_NUMBER_LEN];

	/* Peaks of several chips were not at one time: their sum would be nobody's. */
	if (p)
		v = smi_figure(&p->client->figures, figure);
	smi_format(text, v, list->unit, '\0');
	smi_cell_set(&list->t, &row[column], SMI_PLAIN, text);
}

/* CPU time and resident memory of the host. */
static void usage_cells(struct list *list, struct smi_cell *row, const struct smi_usage *usage,
			enum smi_style style)
{
	char text[SMI_NUMBER_LEN] = "-";

	if (usage && usage->cpu.known)
		snprintf(text, sizeof(text), "%" PRId64 ".%" PRId64, usage->cpu.v / 10,
			 usage->cpu.v % 10);
	smi_cell_set(&list->t, &row[CPU], style, text);
	smi_format(text, usage ? usage->memory : (struct smi_value){ 0 }, list->unit, '\0');
	smi_cell_set(&list->t, &row[HOST], style, text);
}

static void cells(struct list *list, struct smi_cell *row, const struct smi_use *use,
		  enum smi_style style, const struct smi_process *alone)
{
	smi_use_cells(&list->t, &row[USE], use, list->overlap, list->unit, style, &list->legend);
	peak_cell(list, row, L1_PEAK, alone, TT_MEMSTAT_FIG_L1_PEAK);
	peak_cell(list, row, DRAM_PEAK, alone, TT_MEMSTAT_FIG_DRAM_PEAK);
}

static void member_row(struct list *list, const struct smi_process *p)
{
	struct smi_cell *row = smi_table_row(&list->t);
	struct smi_use use;

	if (!row)
		return;
	smi_use_of(&use, &p->client->figures);
	smi_cell_set(&list->t, &row[PID], SMI_DIM, list->v->view.utf8 ? "└" : "+");
	smi_cell_set(&list->t, &row[CHIPS], SMI_HEAD, p->chip->name);
	cells(list, row, &use, SMI_DIM, p);
}

/* Rows that are unfolded below a group's: none of one that would say the same again. */
static size_t below(const struct list *list, const struct smi_group *g)
{
	return g->count > 1 && smi_watch_unfolded(list->st, g->first->client->pid) ? g->count : 0;
}

/* The mark of a selected or tagged process. */
static const char *mark_of(const struct list *list, bool chosen, bool tagged)
{
	static const char *const marks[2][2][2] = {
		{ { "", ">" }, { "*", "#" } },
		{ { "", "▶" }, { "●", "◉" } },
	};

	return marks[list->v->view.utf8][tagged][chosen];
}

/* An ancestor that does not report, with the sum of its descendants. */
static void ancestor_row(struct list *list, const struct smi_tree_row *r)
{
	struct smi_cell *row = smi_table_row(&list->t);
	char clean[SMI_TEXT_LEN], text[SMI_TEXT_LEN + SMI_TREE_PREFIX];

	if (!row)
		return;
	snprintf(text, sizeof(text), "%" PRId32, (int32_t)r->ancestor->pid);
	smi_cell_set(&list->t, &row[PID], SMI_DIM, text);
	smi_use_cells(&list->t, &row[USE], &r->use, list->overlap, list->unit, SMI_DIM,
		      &list->legend);
	usage_cells(list, row, r->ancestor, SMI_DIM);
	smi_text_clean(clean, sizeof(clean), r->ancestor->command, list->v->view.utf8);
	snprintf(text, sizeof(text), "%s%s", r->prefix, smi_dash(clean));
	smi_cell_set(&list->t, &row[COMMAND], SMI_DIM, text);
}

static void group_row(struct list *list, const struct smi_group *g, const char *prefix, bool chosen)
{
	const struct smi_process *p = g->first;
	struct smi_cell *row = smi_table_row(&list->t);
	enum smi_style style = chosen ? SMI_HEAD : SMI_PLAIN;
	char text[2 * SMI_TEXT_LEN], name[2 * SMI_TEXT_LEN + SMI_TREE_PREFIX];

	if (!row)
		return;
	smi_cell_set(&list->t, &row[MARK], SMI_WARN,
		     mark_of(list, chosen, smi_watch_tagged(list->st, p)));
	snprintf(text, sizeof(text), "%" PRId32, p->client->pid);
	smi_cell_set(&list->t, &row[PID], style, text);
	smi_text_clean(text, sizeof(text), p->user, list->v->view.utf8);
	smi_cell_set(&list->t, &row[USER], style, smi_dash(text));
	age_text(text, sizeof(text), p, list->s->boot_ns);
	smi_cell_set(&list->t, &row[AGE], style, text);
	if (g->chips > 1)
		snprintf(text, sizeof(text), "%s+%zu", p->chip->name, g->chips - 1);
	else
		snprintf(text, sizeof(text), "%s", p->chip->name);
	smi_cell_set(&list->t, &row[CHIPS], style, text);
	smi_place_clean(text, sizeof(text), p->place, list->v->view.utf8);
	smi_cell_set(&list->t, &row[PLACE], style, text);
	cells(list, row, &g->use, style, g->count == 1 ? p : NULL);
	usage_cells(list, row, smi_usage_of(list->s, p->client->pid), style);
	smi_process_text(text, sizeof(text), p, list->v->view.utf8);
	snprintf(name, sizeof(name), "%s%s", prefix, text);
	smi_cell_set(&list->t, &row[COMMAND], style, name);
	for (size_t i = 0; i < below(list, g); i++)
		member_row(list, list->groups.members[g->start + i]);
}

static void balance_row(void *data, const struct smi_use *use, size_t count, const char *what,
			enum smi_style style)
{
	struct list *list = data;
	struct smi_cell *row = smi_table_row(&list->t);
	char text[32] = "-";

	if (!row)
		return;
	if (count)
		snprintf(text, sizeof(text), "(%zu)", count);
	smi_cell_set(&list->t, &row[PID], style, text);
	smi_cell_set(&list->t, &row[USER], style, "-");
	smi_cell_set(&list->t, &row[AGE], style, "-");
	smi_cell_set(&list->t, &row[CHIPS], style, list->chip ? list->chip->name : "all");
	smi_cell_set(&list->t, &row[PLACE], style, "-");
	cells(list, row, use, style, NULL);
	usage_cells(list, row, NULL, style);
	smi_cell_set(&list->t, &row[COMMAND], style, what);
}

/* The chosen process stays so when others come and go; a chosen row takes its process. */
static void find_chosen(struct list *list)
{
	struct smi_watch_state *st = list->st;
	size_t row = 0;

	st->rows = list->groups.count;
	if (!st->rows) {
		st->row = 0;
		st->pid = 0;
		return;
	}
	if (!st->row_chosen) {
		while (row < st->rows && list->groups.list[row].first->client->pid != st->pid)
			row++;
		if (row < st->rows)
			st->row = row;
	}
	if (st->row >= st->rows)
		st->row = st->rows - 1;
	st->pid = list->groups.list[st->row].first->client->pid;
	st->row_chosen = false;
}

/* "L1 USED" or, where processes are in its order, with an arrow. */
static const char *title(const struct list *list, unsigned int column, const char *text,
			 char out[SMI_NUMBER_LEN])
{
	const struct smi_settings *set = &list->st->set;
	bool utf8 = list->v->view.utf8, up = set->sort >= SMI_SORT_CHIP;

	for (size_t i = 0; i < SORTS; i++) {
		if (sorts[i].column != column || sorts[i].sort != set->sort)
			continue;
		up = up != set->reverse;
		snprintf(out, SMI_NUMBER_LEN, "%s%s", text,
			 utf8 ? up ? "▲" : "▼" : up ? "^" : "v");
		return out;
	}
	return text;
}

static void hide(struct smi_table_column *columns, unsigned int hidden)
{
	static const unsigned char option_of[PROCESS_COLUMNS] = {
		[USER] = 1 + SMI_SHOW_USER, [AGE] = 1 + SMI_SHOW_AGE, [CHIPS] = 1 + SMI_SHOW_CHIPS,
		[PLACE] = 1 + SMI_SHOW_PLACE,
		[L1] = 1 + SMI_SHOW_POOLS, [L1_SMALL] = 1 + SMI_SHOW_POOLS,
		[CB] = 1 + SMI_SHOW_POOLS, [L1_OVERLAP] = 1 + SMI_SHOW_POOLS,
		[DRAM] = 1 + SMI_SHOW_POOLS, [TRACE] = 1 + SMI_SHOW_POOLS,
		[DRAM_OVERLAP] = 1 + SMI_SHOW_POOLS, [L1_PEAK] = 1 + SMI_SHOW_PEAKS,
		[DRAM_PEAK] = 1 + SMI_SHOW_PEAKS,
		[CPU] = 1 + SMI_SHOW_CPU, [HOST] = 1 + SMI_SHOW_HOST,
	};

	for (unsigned int i = 0; i < PROCESS_COLUMNS; i++)
		if (option_of[i] && hidden & 1u << (option_of[i] - 1))
			columns[i].gone = true;
}

/* The line of a group's row: unfolded chips and ancestors take lines, too. */
static size_t line_of(const struct list *list, size_t group)
{
	size_t line = 0, g = 0;

	for (size_t i = 0; i < list->tree.count; i++) {
		if (list->tree.rows[i].ancestor) {
			line++;
			continue;
		}
		if (g == group)
			break;
		line += 1 + below(list, &list->groups.list[g++]);
	}
	return line;
}

static void follow(struct list *list, const struct smi_area *area)
{
	struct smi_watch_state *st = list->st;
	size_t line = line_of(list, st->row);

	if (line < st->scroll)
		st->scroll = line;
	if (area->height && line >= st->scroll + area->height)
		st->scroll = line + 1 - area->height;
}

/* Have the host resources of a visible process read, if a column shows them. */
static void watch_row(struct list *list, const struct smi_group *g)
{
	struct smi_watch_state *st = list->st;

	if (list->usage && st->watched_count < SMI_WATCHED)
		st->watched[st->watched_count++] = g->first->client->pid;
}

static void row_spots(struct list *list, const struct smi_area *area)
{
	struct smi_watch_state *st = list->st;
	size_t line = 0, g = 0;

	if (st->rows && st->follow)
		follow(list, area);
	for (size_t i = 0; i < list->tree.count; i++) {
		if (list->tree.rows[i].ancestor) {
			line++;
			continue;
		}
		if (line >= st->scroll && line < st->scroll + area->height) {
			smi_watch_spot(st, &(struct smi_spot){
				area->x, area->y + (unsigned int)(line - st->scroll), area->width,
				1, SMI_SPOT_ROW, (uint32_t)g });
			watch_row(list, &list->groups.list[g]);
		}
		line += 1 + below(list, &list->groups.list[g++]);
	}
}

static void sort_spots(const struct list *list, const struct smi_view *view,
		       const struct smi_area *area)
{
	for (size_t i = 0; i < SORTS; i++) {
		const struct smi_table_column *c = &list->t.columns[sorts[i].column];
		size_t x = smi_table_place(&list->t, view, sorts[i].column);

		if (!c->gone && x < area->width)
			smi_watch_spot(list->st, &(struct smi_spot){
				area->x + (unsigned int)x, area->y, (unsigned int)c->width, 1,
				SMI_SPOT_SORT, sorts[i].sort });
	}
}

static void make_table(struct list *list, const struct smi_view *view, struct smi_text *out,
		       const struct smi_area *area)
{
	char sorted[SMI_NUMBER_LEN];
	struct smi_table_column columns[PROCESS_COLUMNS] = {
		[MARK] = { .title = "", .most = 1 },
		[PID] = { .title = "PID", .align = SMI_RIGHT },
		[USER] = { .title = "USER", .most = 16, .drop = 4 },
		[AGE] = { .title = "AGE", .align = SMI_RIGHT, .drop = 9 },
		[CHIPS] = { .title = "CHIPS", .drop = 3 },
		[PLACE] = { .title = "WHERE", .most = 24, .drop = 8 },
		[L1_USED] = { .title = "L1 USED", .align = SMI_RIGHT },
		[L1] = { .title = "l1", .align = SMI_RIGHT, .drop = 5 },
		[L1_SMALL] = { .title = "l1_small", .align = SMI_RIGHT, .drop = 7 },
		[CB] = { .title = "cb", .align = SMI_RIGHT, .drop = 5 },
		[L1_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 8 },
		[DRAM_USED] = { .title = "DRAM USED", .align = SMI_RIGHT },
		[DRAM] = { .title = "dram", .align = SMI_RIGHT, .drop = 5 },
		[TRACE] = { .title = "trace", .align = SMI_RIGHT, .drop = 6 },
		[DRAM_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 8 },
		[L1_PEAK] = { .title = "L1 PEAK", .align = SMI_RIGHT, .drop = 10 },
		[DRAM_PEAK] = { .title = "DRAM PEAK", .align = SMI_RIGHT, .drop = 10 },
		[CPU] = { .title = "CPU%", .align = SMI_RIGHT, .drop = 11 },
		[HOST] = { .title = "HOST MEM", .align = SMI_RIGHT, .drop = 12 },
		[COMMAND] = { .title = "NAME", .least = view->width < 60 ? 8 :
			      view->width < 100 ? 16 : 30 },
	};
	const bool hidden = (list->st->set.hidden & 1u << SMI_SHOW_CPU) &&
			    (list->st->set.hidden & 1u << SMI_SHOW_HOST);
	const bool recorded = !list->s->boot_ns && !list->s->usage_count;
	size_t g = 0;

	for (unsigned int i = 0; i < PROCESS_COLUMNS; i++)
		columns[i].title = title(list, i, columns[i].title, sorted);
	smi_table_init(&list->t, columns, PROCESS_COLUMNS);
	hide(columns, list->st->set.hidden);
	columns[L1_OVERLAP].gone |= !list->overlap[0];
	columns[DRAM_OVERLAP].gone |= !list->overlap[1];
	columns[AGE].gone |= !list->s->boot_ns;
	columns[PLACE].gone |= !smi_places_known(list->s, true);
	columns[CPU].gone |= recorded;
	columns[HOST].gone |= recorded;
	for (size_t i = 0; i < list->tree.count; i++) {
		const struct smi_tree_row *row = &list->tree.rows[i];

		if (row->ancestor) {
			ancestor_row(list, row);
			continue;
		}
		group_row(list, &list->groups.list[g], row->prefix, g == list->st->row);
		g++;
	}
	smi_balance_rows(list->s, list->chip, list->groups.count, balance_row, list);
	smi_table_layout(&list->t, view);
	list->usage = recorded ? !hidden : !columns[CPU].gone || !columns[HOST].gone;
	if (list->t.row_count || list->t.failed) {
		sort_spots(list, view, area);
		smi_table_print(&list->t, view, out);
	} else {
		smi_text_puts(out, list->s->filtered ? "No such process reports memory.\n" :
			      "No process reports memory.\n");
	}
	smi_table_release(&list->t);
}

static void paint(struct smi_frame *f, const struct smi_area *area, struct smi_watch_state *st,
		  const struct smi_text *text)
{
	const char *at = smi_frame_line(f, area->x, area->y, text->buf);
	size_t skip = st->scroll;

	for (; at && skip; skip--) {
		at = strchr(at, '\n');
		if (at)
			at++;
	}
	for (unsigned int y = 1; at && *at && y < area->height; y++)
		at = smi_frame_line(f, area->x, area->y + y, at);
}

static size_t count_lines(const struct smi_text *text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text->len; i++)
		lines += text->buf[i] == '\n';
	return lines;
}

int smi_watch_processes(struct smi_frame *f, const struct smi_area *area,
			const struct smi_watch_view *v, struct smi_watch_state *st,
			const struct smi_snapshot *s, const struct ttmemstat_chip *chip)
{
	struct list list = {
		.unit = v->view.bytes ? SMI_UNIT_BYTES : area->width < 150 ? SMI_UNIT_SHORT :
			SMI_UNIT_LONG,
		.s = s, .v = v, .st = st, .chip = chip,
	};
	struct smi_area rows = { area->x, area->y + 1, area->width,
				 area->height ? area->height - 1 : 0 };
	struct smi_view view = v->view;
	struct smi_text text = { 0 };
	int rc = smi_groups_of_processes(&list.groups, s, chip, st->set.sort, st->set.reverse);

	if (!rc)
		rc = smi_tree_make(&list.tree, &list.groups, s, st->set.tree, v->view.utf8);
	if (rc) {
		smi_groups_release(&list.groups);
		return rc;
	}
	view.width = area->width;
	smi_use_overlaps(s, list.overlap);
	find_chosen(&list);
	make_table(&list, &view, &text, area);
	if (!chip)
		smi_screen_holders(s, &view, &text);
	smi_screen_foot(s, &view, &list.legend, &text);
	if (text.failed) {
		rc = -ENOMEM;
	} else {
		st->lines = count_lines(&text) - 1;
		st->page_lines = rows.height;
		if (st->lines <= st->page_lines)
			st->scroll = 0;
		else if (st->scroll > st->lines - st->page_lines)
			st->scroll = st->lines - st->page_lines;
		row_spots(&list, &rows);
		if (area->height)
			paint(f, area, st, &text);
	}
	smi_text_release(&text);
	smi_tree_release(&list.tree);
	smi_groups_release(&list.groups);
	return rc;
}
