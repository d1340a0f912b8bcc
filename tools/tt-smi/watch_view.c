// SPDX-License-Identifier: GPL-2.0-only
/* The full screen: see watch_view.h. */
#include "watch_view.h"
#include "screen.h"
#include "sort.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	smi_sort(out, st->sort, st->reverse);
	return 0;
}

static void help_page(struct smi_text *out)
{
	smi_text_puts(out,
		"Pages\n"
		"  1 c          chips, and below them their processes\n"
		"  2 p          processes\n"
		"  3 d Enter    the chosen chip: history, pools, cores\n"
		"  h ? F1       this help\n"
		"\n"
		"Everywhere\n"
		"  Up Down k j  choose a chip (page 1), or scroll; PgUp PgDn Home End\n"
		"  Left Right   the chip before, the chip after\n"
		"  s r          order processes by the next key; turn the order round\n"
		"  /            show processes that contain a text; Esc shows all again\n"
		"  t            charts of the last 60, 120, 300 seconds\n"
		"  Ctrl-L       paint the screen anew\n"
		"  Ctrl-Z       to the shell; fg comes back\n"
		"  q            quit\n"
		"\n"
		"Marks\n"
		"  -  unknown   ~  approximate   >  at least   !  inconsistent\n"
		"\n"
		"The screen is read again when the kernel says that something changed, and at\n"
		"the latest after the interval on the last line.\n");
}

/* The body of the page; @selected: its line that is the chosen chip, or -1. */
static void body(const struct smi_watch_view *v, struct smi_watch_state *st,
		 const struct smi_snapshot *s, unsigned int height, struct smi_text *out,
		 int *selected)
{
	const struct ttmemstat_chip *chip = smi_watch_chip(st, s);
	struct smi_legend legend = { 0 };

	*selected = -1;
	if (st->page == SMI_PAGE_HELP) {
		help_page(out);
		return;
	}
	if (!chip) {
		smi_text_puts(out, "No chip.\n");
		return;
	}
	if (st->page == SMI_PAGE_CHIP) {
		smi_watch_chip_page(v, st, chip, height, out);
		return;
	}
	if (st->page == SMI_PAGE_CHIPS) {
		smi_screen_chips(s, &v->view, &legend, out);
		for (size_t i = 0; i < s->chip_count; i++)
			if (s->chips[i] == chip)
				*selected = (int)i + 2;
	}
	smi_screen_processes(s, &v->view, &legend, out);
	smi_screen_holders(s, &v->view, out);
	smi_screen_foot(s, &v->view, &legend, out);
}

static size_t count_lines(const struct smi_text *text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text->len; i++)
		lines += text->buf[i] == '\n';
	return lines;
}

static const char *skip_lines(const char *text, size_t lines)
{
	while (lines-- && text) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text;
}

/* The tables begin with a blank line; here the head ends with one. */
static void body_lines(struct smi_frame *f, unsigned int top, unsigned int height,
		       struct smi_watch_state *st, const struct smi_text *text, int selected)
{
	const char *at;

	st->lines = count_lines(text);
	st->page_lines = height;
	if (selected >= 0 && (size_t)selected < st->scroll + 2)
		st->scroll = selected > 2 ? (size_t)selected - 2 : 0;
	if (selected >= 0 && (size_t)selected >= st->scroll + height)
		st->scroll = (size_t)selected + 1 - height;
	if (st->lines <= height)
		st->scroll = 0;
	else if (st->scroll > st->lines - height)
		st->scroll = st->lines - height;
	at = text->len ? skip_lines(text->buf, st->scroll) : NULL;
	for (unsigned int y = 0; at && y < height; y++)
		at = smi_frame_line(f, 0, top + y, at);
	if (selected >= 0 && (size_t)selected >= st->scroll &&
	    (size_t)selected - st->scroll < height)
		smi_frame_style(f, top + (unsigned int)((size_t)selected - st->scroll),
				SMI_REVERSE);
}

static void foot(struct smi_frame *f, const struct smi_watch_view *v,
		 const struct smi_watch_state *st)
{
	static const char *const keys[] = {
		"1 chips  2 processes  3 chip  s sort  / filter  t time  h help  q quit",
		"1 2 3 pages  s sort  / filter  h help  q quit", "h help  q quit", "",
	};
	char left[SMI_FILTER_LEN * 3 + 64], right[160], clean[SMI_FILTER_LEN * 3], lines[64] = "";
	unsigned int y = f->height - 1, n = 0;
	size_t width;

	if (st->lines > st->page_lines)
		snprintf(lines, sizeof(lines), "lines %zu-%zu of %zu  ", st->scroll + 1,
			 st->scroll + st->page_lines, st->lines);
	snprintf(right, sizeof(right), "%s%s%s  %u.%u s", lines, st->reverse ? "-" : "",
		 smi_sort_name(st->sort), v->interval_ms / 1000, v->interval_ms % 1000 / 100);
	smi_text_clean(clean, sizeof(clean), st->filter, v->view.utf8);
	if (v->message) {
		snprintf(left, sizeof(left), "%s", v->message);
	} else if (st->editing || st->filter[0]) {
		snprintf(left, sizeof(left), "filter: %s%s", clean, st->editing ? "_" : "  (Esc)");
	} else {
		while (keys[n][0] && strlen(keys[n]) + strlen(right) + 2 > f->width)
			n++;
		snprintf(left, sizeof(left), "%s", keys[n]);
	}
	smi_frame_line(f, 0, y, left);
	width = smi_text_width(left);
	if (width + strlen(right) + 2 <= f->width)
		smi_frame_line(f, f->width - (unsigned int)strlen(right), y, right);
	smi_frame_style(f, y, SMI_REVERSE);
}

/* Name, version and time; then the totals. */
static void head(const struct smi_watch_view *v, const struct smi_snapshot *s,
		 struct smi_text *out)
{
	struct smi_legend legend = { 0 };

	smi_screen_head(s, &v->view, &legend, out);
}

int smi_watch_layout(struct smi_frame *f, const struct smi_watch_view *v,
		     struct smi_watch_state *st)
{
	struct smi_text top = { 0 }, text = { 0 };
	struct smi_snapshot s;
	unsigned int y = 0, limit;
	const char *at;
	int selected, rc = chosen(&s, v, st);

	if (rc)
		return rc;
	if (f->height < 3 || f->width < 20) {
		if (f->height)
			smi_frame_line(f, 0, 0, "too small");
		free(s.processes);
		return 0;
	}
	head(v, &s, &top);
	/* On a low screen the figures matter more than their totals. */
	limit = f->height < 12 ? 1 : f->height / 3;
	for (at = top.buf; at && *at && y < limit; y++)
		at = smi_frame_line(f, 0, y, at);
	body(v, st, &s, f->height - 1 - y, &text, &selected);
	if (top.failed || text.failed)
		rc = -ENOMEM;
	else
		body_lines(f, y, f->height - 1 - y, st, &text, selected);
	foot(f, v, st);
	smi_text_release(&top);
	smi_text_release(&text);
	free(s.processes);
	return rc;
}
