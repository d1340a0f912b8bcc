// SPDX-License-Identifier: GPL-2.0-only
/* The full screen's histories: the use of a space over time, its pools stacked in their colours. */
#include "chart.h"
#include "screen.h"
#include "watch_view.h"

#include <stdio.h>
#include <string.h>

#define LABEL 8		/* columns for the scale, its line included */

struct plot {
	struct smi_frame *f;
	struct smi_area area;	/* of the dots alone */
	const struct smi_view *view;
	const struct smi_space_view *space;
	unsigned int across;	/* points in a cell */
	unsigned int up;
	int64_t top;
	size_t count;		/* of points in time, at most SMI_HISTORY_SECONDS * 2 */
	struct smi_value used[2 * SMI_HISTORY_SECONDS];
	struct smi_value pools[SMI_POOLS][2 * SMI_HISTORY_SECONDS];
};

static size_t height_at(const struct plot *p, size_t point)
{
	size_t all = (size_t)p->area.height * p->up, n;
	struct smi_value v = p->used[point];

	if (!v.known || v.v <= 0 || p->top <= 0)
		return 0;
	n = v.v >= p->top ? all : (size_t)((double)v.v * (double)all / (double)p->top);
	return n ? n : 1;
}

/* Dots of a Braille cell: @left and @right of four, from below. */
static void braille(char out[4], size_t left, size_t right)
{
	static const unsigned char lefts[] = { 0, 0x40, 0x44, 0x46, 0x47 };
	static const unsigned char rights[] = { 0, 0x80, 0xa0, 0xb0, 0xb8 };
	unsigned int cp = 0x2800u | lefts[left] | rights[right];

	snprintf(out, 4, "%c%c%c", (int)(0xe0 | cp >> 12), (int)(0x80 | (cp >> 6 & 0x3f)),
		 (int)(0x80 | (cp & 0x3f)));
}

static size_t within(size_t height, size_t from, size_t most)
{
	return height <= from ? 0 : height - from > most ? most : height - from;
}

static void draw_cell(const struct plot *p, unsigned int column, unsigned int row)
{
	static const char *const eighth[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	size_t from = (size_t)(p->area.height - 1 - row) * p->up, first = (size_t)column * p->across;
	size_t heights[2] = { 0 }, most = 0, ends[SMI_POOLS];
	struct smi_value pools[SMI_POOLS] = { 0 };
	const struct smi_pool *pool;
	const char *glyph;
	char dots[4];

	for (unsigned int i = 0; i < p->across && first + i < p->count; i++) {
		size_t height = height_at(p, first + i);

		heights[i] = within(height, from, p->up);
		if (height <= most)
			continue;
		most = height;
		for (size_t n = 0; n < SMI_POOLS; n++)
			pools[n] = p->pools[n][first + i];
	}
	if (!heights[0] && !heights[1])
		return;
	/* A cell has one colour: that of the pool in the middle of what is filled. */
	smi_pool_ends(p->space, pools, most, ends);
	pool = smi_pool_at(p->space, ends, from + within(most, from, p->up) / 2);
	if (p->across == 2) {
		braille(dots, heights[0], heights[1]);
		glyph = dots;
	} else if (!p->view->utf8) {
		glyph = pool ? pool->letter : "#";
	} else if (heights[0] == 8 && !p->view->color && pool) {
		glyph = pool->block;
	} else {
		glyph = eighth[heights[0]];
	}
	smi_frame_put(p->f, p->area.x + column, p->area.y + row, pool ? pool->style : SMI_PLAIN,
		      glyph);
}

/* The capacity, or a half, a quarter and so on of it while all fits into that. */
static int64_t scale_of(int64_t capacity, int64_t most)
{
	int64_t top = capacity;

	if (top <= 0)
		return most;
	while (top / 2 >= most && top / 2 >= 1024 && top > capacity / 1024)
		top /= 2;
	return top;
}

static void fetch(struct plot *p, const struct smi_watch_view *v, uint32_t chip, size_t seconds)
{
	struct smi_value values[SMI_HISTORY_SECONDS];

	smi_history_get(v->history, chip, p->space->used, v->second, values, seconds);
	smi_chart_squeeze(values, seconds, p->used, p->count);
	for (size_t n = 0; n < SMI_POOLS; n++) {
		if (!p->space->pools[n].name)
			continue;
		smi_history_get(v->history, chip, p->space->pools[n].column, v->second, values,
				seconds);
		smi_chart_squeeze(values, seconds, p->pools[n], p->count);
	}
}

static void label(const struct plot *p, unsigned int row, int64_t value, bool bytes)
{
	char text[SMI_NUMBER_LEN];

	smi_format_bytes(text, value, bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT, '\0');
	smi_frame_printf(p->f, p->area.x - LABEL, p->area.y + row, SMI_DIM, "%*s", LABEL - 1,
			 strlen(text) < LABEL ? text : "");
}

static void scales(const struct plot *p, unsigned int seconds, bool bytes)
{
	unsigned int left = p->area.x, width = p->area.width, y = p->area.y + p->area.height;
	bool utf8 = p->view->utf8;

	for (unsigned int row = 0; row < p->area.height; row++)
		smi_frame_put(p->f, left - 1, p->area.y + row, SMI_DIM, utf8 ? "┤" : "|");
	label(p, 0, p->top, bytes);
	if (p->area.height >= 5)
		label(p, p->area.height / 2, p->top / 2, bytes);
	smi_frame_put(p->f, left - 2, y, SMI_DIM, "0");
	smi_frame_put(p->f, left - 1, y, SMI_DIM, utf8 ? "└" : "+");
	for (unsigned int x = 0; x < width; x++)
		smi_frame_put(p->f, left + x, y, SMI_DIM, utf8 ? "─" : "-");
	smi_frame_printf(p->f, left, y, SMI_DIM, "-%us", seconds);
	if (width >= 24)
		smi_frame_printf(p->f, left + width / 2 - 2, y, SMI_DIM, "-%us", seconds / 2);
	if (width >= 12)
		smi_frame_put(p->f, left + width - 3, y, SMI_DIM, "now");
}

static void titles(struct plot *p, const struct smi_area *area, const struct smi_watch_view *v,
		   const struct ttmemstat_chip *chip, int64_t most)
{
	char name[TT_MEMSTAT_NAME_LEN + 16], text[SMI_NUMBER_LEN];
	unsigned int x, end = area->x + area->width;
	struct smi_use use;

	smi_use_of_chip(&use, chip);
	snprintf(name, sizeof(name), "%s %s", chip->name, p->space->name);
	x = smi_watch_rule(p->f, area, name, &v->view);
	x = smi_watch_legend(p->f, x, area->y, end, p->space, &use, &v->view);
	smi_format_bytes(text, most, v->view.bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT, '\0');
	if (x + strlen(text) + 7 < end)
		smi_frame_printf(p->f, x, area->y, SMI_DIM, " most %s ", text);
}

void smi_watch_history(struct smi_frame *f, const struct smi_area *area,
		       const struct smi_watch_view *v, const struct smi_watch_state *st,
		       const struct ttmemstat_chip *chip, const struct smi_space_view *space)
{
	struct plot p = { .f = f, .view = &v->view, .space = space };
	int64_t most = 0;

	if (area->width < LABEL + 8 || area->height < 4)
		return;
	p.area = (struct smi_area){ area->x + LABEL, area->y + 1, area->width - LABEL,
				    area->height - 2 };
	p.across = v->view.utf8 && st->set.graph == SMI_GRAPH_BRAILLE ? 2 : 1;
	p.up = p.across == 2 ? 4 : 8;
	p.count = (size_t)p.area.width * p.across;
	if (p.count > (size_t)2 * SMI_HISTORY_SECONDS) {
		p.count = (size_t)2 * SMI_HISTORY_SECONDS;
		p.area.width = (unsigned int)p.count / p.across;
	}
	fetch(&p, v, chip->n, st->set.seconds);
	for (size_t i = 0; i < p.count; i++)
		if (p.used[i].v > most)
			most = p.used[i].v;
	p.top = scale_of(smi_figure(&chip->figures, space->capacity).v, most);
	scales(&p, st->set.seconds, v->view.bytes);
	for (unsigned int row = 0; row < p.area.height; row++)
		for (unsigned int column = 0; column < p.area.width; column++)
			draw_cell(&p, column, row);
	titles(&p, area, v, chip, most);
}
