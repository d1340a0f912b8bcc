// SPDX-License-Identifier: GPL-2.0-only
/* The full screen: its head and foot, and the first page; see watch_view.h. */
#include "watch_view.h"
#include "screen.h"
#include "sort.h"
#include "visible.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_WIDTH	32
#define LEAST_HEIGHT	8
#define HISTORY_LEAST	5	/* lines of the histories on the first page */
#define HISTORY_MOST	12

/* The snapshot as the filter and the order of the watcher leave it. */
static int chosen(struct smi_snapshot *out, const struct smi_watch_view *v,
		  const struct smi_watch_state *st)
{
	*out = *v->s;
	out->processes = calloc(out->process_count + 1, sizeof(*out->processes));
	if (!out->processes)
		return -ENOMEM;
	for (size_t i = 0; i < out->process_count; i++) {
		struct smi_process *p = &out->processes[i];

		*p = v->s->processes[i];
		p->selected = p->selected && smi_watch_matches(p, st->filter);
	}
	out->filtered = out->filtered || st->filter[0];
	return 0;
}

unsigned int smi_watch_rule(struct smi_frame *f, const struct smi_area *area, const char *title,
			    const struct smi_view *view)
{
	for (unsigned int x = 0; x < area->width; x++)
		smi_frame_put(f, area->x + x, area->y, SMI_DIM, view->utf8 ? "─" : "-");
	return smi_frame_printf(f, area->x + 1, area->y, SMI_HEAD, " %s ", title);
}

unsigned int smi_watch_legend(struct smi_frame *f, unsigned int x, unsigned int y,
			      unsigned int end, const struct smi_space_view *space,
			      const struct smi_use *use, const struct smi_view *view)
{
	enum smi_unit unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT;
	struct smi_value overlap = use ? use->v[space->overlap] : (struct smi_value){ 0 };
	char text[SMI_NUMBER_LEN];

	for (size_t i = 0; i < SMI_POOLS && space->pools[i].name; i++) {
		const struct smi_pool *pool = &space->pools[i];
		char value[SMI_NUMBER_LEN] = "";

		if (use)
			smi_format(value, use->v[pool->column], unit,
				   smi_use_mark(use, pool->column));
		if (x + strlen(pool->name) + strlen(value) + 5 > end)
			break;
		smi_frame_put(f, x, y, SMI_PLAIN, " ");
		x = smi_frame_put(f, x + 1, y, pool->style, !view->utf8 ? pool->letter :
				  view->color ? "■" : pool->block);
		x = smi_frame_printf(f, x, y, SMI_PLAIN, " %s%s%s ", pool->name, use ? " " : "",
				     value);
	}
	smi_format(text, smi_negative(overlap), unit, '\0');
	if (overlap.v && x + strlen(text) + 10 < end)
		x = smi_frame_printf(f, x, y, SMI_PLAIN, " shared %s ", text);
	return x;
}

/* "32 chips · 64 processes · L1 777.0M of 3.6G · DRAM 21.4G of 384.0G", cut to the line. */
static void totals(struct smi_frame *f, unsigned int y, const struct smi_watch_view *v,
		   const struct smi_snapshot *s, bool is_virtual)
{
	struct smi_view view = v->view;
	struct smi_legend legend = { 0 };
	struct smi_text line = { 0 };

	view.width = 0;
	view.color = false;
	smi_screen_totals(s, is_virtual, &view, view.bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT,
			  &legend, &line);
	if (line.len && !line.failed) {
		line.buf[line.len - 1] = '\0';
		smi_frame_cut(f, 0, y, SMI_PLAIN, line.buf, f->width, view.utf8);
	}
	smi_text_release(&line);
}

static bool has(const struct smi_snapshot *s, bool is_virtual)
{
	for (size_t i = 0; i < s->chip_count; i++)
		if ((s->chips[i]->kind == TTMEMSTAT_KIND_VIRTUAL) == is_virtual)
			return true;
	return false;
}

/* Name and time, totals, alerts, the visible chips; returns the lines that they take. */
static unsigned int head(struct smi_frame *f, const struct smi_watch_view *v,
			 const struct smi_snapshot *s)
{
	struct smi_text text = { 0 };
	unsigned int y = 1;

	smi_screen_title(s, &v->view, &text);
	if (text.len && !text.failed)
		smi_frame_line(f, 0, 0, text.buf);
	smi_text_release(&text);
	for (int i = 0; i < 2; i++)
		if (has(s, i) && (y == 1 || f->height >= 16))
			totals(f, y++, v, s, i);
	smi_screen_alerts(s, &text);
	if (text.len && !text.failed) {
		smi_frame_style(f, y, SMI_ALARM);
		smi_frame_cut(f, 0, y++, SMI_ALARM, text.buf, f->width, v->view.utf8);
	}
	smi_text_release(&text);
	smi_visible_sentence(s, v->view.utf8, &text);
	if (text.len && !text.failed && f->height >= 16)
		smi_frame_cut(f, 0, y++, s->visible_wrong[0] ? SMI_WARN : SMI_PLAIN, text.buf,
			      f->width, v->view.utf8);
	smi_text_release(&text);
	return y;
}

static void foot(struct smi_frame *f, const struct smi_watch_view *v,
		 const struct smi_watch_state *st)
{
	static const char *const keys[] = {
		("1 chips  2 processes  3 chip  s sort  / filter  o columns  t tree  space pause  "
		 "? help  q quit"),
		"1 chips  2 processes  3 chip  s sort  / filter  ? help  q quit",
		"1 2 3 pages  s sort  / filter  ? help  q quit", "? help  q quit", "",
	};
	char left[sizeof(st->said) + 64], right[160], clean[SMI_FILTER_LEN * 3], lines[64] = "";
	unsigned int y = f->height - 1, n = 0, ms = st->set.interval_ms;

	if (st->lines > st->page_lines && f->width >= 60)
		snprintf(lines, sizeof(lines), "lines %zu-%zu of %zu  ", st->scroll + 1,
			 st->scroll + st->page_lines, st->lines);
	snprintf(right, sizeof(right), "%s%ssort: %s%s  %s%u.%u s", lines,
		 st->set.bell ? "bell  " : "", st->set.reverse ? "-" : "",
		 smi_sort_name(st->set.sort), st->paused ? "PAUSED " : "", ms / 1000,
		 ms % 1000 / 100);
	if (strlen(right) + 18 > f->width)
		snprintf(right, sizeof(right), "%s%u.%u s", st->paused ? "PAUSED " : "", ms / 1000,
			 ms % 1000 / 100);
	smi_text_clean(clean, sizeof(clean), st->filter, v->view.utf8);
	if (v->message || st->said[0]) {
		snprintf(left, sizeof(left), "%s", v->message ? v->message : st->said);
	} else if (st->editing || st->filter[0]) {
		snprintf(left, sizeof(left), "filter: %s%s", clean, st->editing ? "_" : "  (Esc)");
	} else {
		while (keys[n][0] && strlen(keys[n]) + strlen(right) + 2 > f->width)
			n++;
		snprintf(left, sizeof(left), "%s", keys[n]);
	}
	smi_frame_put(f, 0, y, SMI_PLAIN, left);
	if (smi_text_width(left) + strlen(right) + 2 <= f->width)
		smi_frame_put(f, f->width - (unsigned int)strlen(right), y, SMI_PLAIN, right);
	smi_frame_style(f, y, st->asking ? SMI_ALARM : SMI_REVERSE);
}

/* Chips, as many lines of histories as nobody else needs, at least a third for processes. */
static int chips_page(struct smi_frame *f, const struct smi_area *area,
		      const struct smi_watch_view *v, struct smi_watch_state *st,
		      const struct smi_snapshot *s, const struct ttmemstat_chip *chip)
{
	unsigned int third = (f->height + 2) / 3, x, history, listed, rest;
	struct smi_area part = *area;
	struct smi_grid grid;

	if (third + 3 > area->height)
		third = area->height / 2;
	x = smi_watch_rule(f, &part, "Chips", &v->view);
	for (size_t i = 0; i < SMI_SPACES; i++)
		x = smi_watch_legend(f, x, part.y, part.x + part.width, &smi_space_views[i], NULL,
				     &v->view);
	if (x + 13 < part.x + part.width)
		smi_frame_printf(f, x, part.y, SMI_PLAIN, " %s reserved ",
				 v->view.utf8 ? "░" : "=");
	part.y++;
	part.height = area->height - 1 - third;
	smi_watch_plan_grid(&grid, s, part.width, part.height, &v->view);
	part.height = grid.height;
	smi_watch_grid(f, &part, &grid, v, st);
	part.y += grid.height;
	rest = area->height - 1 - grid.height;
	/* Rule, heading, a row for each, and what makes them add up. */
	listed = (unsigned int)(s->process_count < 1000 ? s->process_count : 1000) + 6;
	if (listed < third)
		listed = third;
	history = rest > listed ? rest - listed : rest > third ? rest - third : 0;
	if (history > HISTORY_MOST)
		history = HISTORY_MOST;
	if (history < HISTORY_LEAST && rest >= third + HISTORY_LEAST)
		history = HISTORY_LEAST;
	if (history >= HISTORY_LEAST) {
		struct smi_area half = { part.x, part.y, part.width, history };

		if (part.width >= 76) {
			half.width = (part.width - 2) / 2;
			smi_watch_history(f, &half, v, st, chip, &smi_space_views[SMI_SPACE_L1]);
			half.x += half.width + 2;
			half.width = part.width - half.x;
			smi_watch_history(f, &half, v, st, chip, &smi_space_views[SMI_SPACE_DRAM]);
		} else {
			smi_watch_history(f, &half, v, st, chip, &smi_space_views[SMI_SPACE_L1]);
		}
		part.y += history;
		rest -= history;
	}
	part.height = rest;
	smi_watch_rule(f, &part, "Processes", &v->view);
	part.y++;
	part.height--;
	return smi_watch_processes(f, &part, v, st, s, NULL);
}

static int page(struct smi_frame *f, const struct smi_area *area, const struct smi_watch_view *v,
		struct smi_watch_state *st, const struct smi_snapshot *s)
{
	const struct ttmemstat_chip *chip = smi_watch_chip(st, s);

	if (st->page == SMI_PAGE_HELP) {
		smi_watch_help(f, area, st);
		return 0;
	}
	if (st->page == SMI_PAGE_COLUMNS) {
		st->lines = st->page_lines = 0;
		smi_watch_columns(f, area, st, &v->view);
		return 0;
	}
	if (st->page == SMI_PAGE_ENVIRONMENT) {
		smi_watch_environment(f, area, v, st);
		return 0;
	}
	if (!chip) {
		st->lines = st->page_lines = st->rows = 0;
		smi_frame_put(f, area->x, area->y + 1, SMI_PLAIN, "No chip.");
		return 0;
	}
	if (st->page == SMI_PAGE_CHIP)
		return smi_watch_chip_page(f, area, v, st, s, chip);
	if (st->page == SMI_PAGE_PROCESSES)
		return smi_watch_processes(f, area, v, st, s, NULL);
	return chips_page(f, area, v, st, s, chip);
}

int smi_watch_layout(struct smi_frame *f, const struct smi_watch_view *v,
		     struct smi_watch_state *st)
{
	struct smi_area area = { 0, 0, f->width, 0 };
	struct smi_snapshot s;
	int rc;

	st->spot_count = st->watched_count = 0;
	if (f->height < LEAST_HEIGHT || f->width < LEAST_WIDTH) {
		char text[64];

		snprintf(text, sizeof(text), "too small: needs %dx%d", LEAST_WIDTH, LEAST_HEIGHT);
		if (f->height)
			smi_frame_put(f, 0, 0, SMI_PLAIN, text);
		return 0;
	}
	rc = chosen(&s, v, st);
	if (rc)
		return rc;
	area.y = head(f, v, &s);
	area.height = f->height - 1 - area.y;
	rc = page(f, &area, v, st, &s);
	foot(f, v, st);
	free(s.processes);
	return rc;
}
