// SPDX-License-Identifier: GPL-2.0-only
/* Tables that fit a width: see table.h. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define GAP 2	/* blanks between columns; 1 if that saves a column */

void smi_table_init(struct smi_table *t, struct smi_table_column *columns, size_t count)
{
	*t = (struct smi_table){ .columns = columns, .column_count = count };
	for (size_t i = 0; i < count; i++)
		columns[i].gone = false;
}

void smi_table_release(struct smi_table *t)
{
	for (size_t i = 0; i < t->row_count * t->column_count; i++)
		free(t->cells[i].text);
	free(t->cells);
	t->cells = NULL;
	t->row_count = t->rows_allocated = 0;
}

struct smi_cell *smi_table_row(struct smi_table *t)
{
	struct smi_cell *row;

	if (t->failed)
		return NULL;
	if (t->row_count == t->rows_allocated) {
		size_t rows = t->rows_allocated ? t->rows_allocated * 2 : 16;
		struct smi_cell *cells = reallocarray(t->cells, rows * t->column_count,
						      sizeof(*cells));

		if (!cells) {
			t->failed = true;
			return NULL;
		}
		t->cells = cells;
		t->rows_allocated = rows;
	}
	row = &t->cells[t->row_count++ * t->column_count];
	memset(row, 0, t->column_count * sizeof(*row));
	return row;
}

void smi_cell_set(struct smi_table *t, struct smi_cell *cell, enum smi_style style,
		  const char *text)
{
	free(cell->text);
	cell->text = strdup(text);
	cell->style = style;
	if (!cell->text)
		t->failed = true;
}

static const struct smi_cell *cell_at(const struct smi_table *t, size_t row, size_t column)
{
	return &t->cells[row * t->column_count + column];
}

static size_t natural_width(const struct smi_table *t, size_t column, bool limited)
{
	const struct smi_table_column *c = &t->columns[column];
	const char *title = c->owns ? c->brief : c->title;
	size_t width = title ? smi_text_width(title) : 0;

	if (c->align == SMI_BAR)
		return c->most;
	for (size_t row = 0; row < t->row_count; row++) {
		const char *text = cell_at(t, row, column)->text;
		size_t w = text ? smi_text_width(text) : 0;

		if (w > width)
			width = w;
	}
	if (limited && c->most && width > c->most)
		width = c->most;
	return width;
}

static size_t total_width(const struct smi_table *t, size_t gap)
{
	size_t sum = 0, count = 0;

	for (size_t i = 0; i < t->column_count; i++) {
		if (t->columns[i].gone)
			continue;
		sum += t->columns[i].width;
		count++;
	}
	return count ? sum + (count - 1) * gap : 0;
}

/* Shrink columns by @over in total, the widest first; returns what remains. */
static size_t shrink(struct smi_table *t, size_t over)
{
	while (over) {
		struct smi_table_column *widest = NULL;

		for (size_t i = 0; i < t->column_count; i++) {
			struct smi_table_column *c = &t->columns[i];

			if (c->gone || !c->least || c->width <= c->least)
				continue;
			if (!widest || c->width > widest->width)
				widest = c;
		}
		if (!widest)
			break;
		widest->width--;
		over--;
	}
	return over;
}

static struct smi_table_column *next_to_drop(struct smi_table *t)
{
	struct smi_table_column *next = NULL;

	for (size_t i = 0; i < t->column_count; i++) {
		struct smi_table_column *c = &t->columns[i];

		if (!c->gone && c->drop && (!next || c->drop > next->drop))
			next = c;
	}
	return next;
}

static size_t gap_of(const struct smi_table *t, size_t limit)
{
	return !limit || total_width(t, GAP) <= limit ? GAP : 1;
}

/* Whether the columns fit with this gap, shrunk as little as possible. */
static bool fits(struct smi_table *t, size_t limit, size_t gap)
{
	size_t width;

	for (size_t i = 0; i < t->column_count; i++)
		t->columns[i].width = natural_width(t, i, limit != 0);
	width = total_width(t, gap);
	return !limit || width <= limit || !shrink(t, width - limit);
}

size_t smi_table_layout(struct smi_table *t, const struct smi_view *view)
{
	size_t dropped = 0;

	for (size_t i = 0; i < t->column_count; i++)
		t->columns[i].gone |= t->columns[i].align == SMI_BAR && !view->bars;
	while (!fits(t, view->width, GAP) && !fits(t, view->width, 1)) {
		struct smi_table_column *victim = next_to_drop(t);

		if (!victim)
			break;
		victim->gone = true;
		dropped++;
	}
	return dropped;
}

size_t smi_table_place(const struct smi_table *t, const struct smi_view *view, size_t column)
{
	size_t gap = gap_of(t, view->width), x = 0;

	for (size_t i = 0; i < column; i++)
		if (!t->columns[i].gone)
			x += t->columns[i].width + gap;
	return x;
}

static void print_bar(const struct smi_bar *bar, size_t width, enum smi_style style,
		      const struct smi_view *view, struct smi_text *out)
{
	static const char *const eighth[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	size_t cells = view->utf8 ? width : width - 2, steps, full, reserved;
	long double scale;

	if (!bar->total) {
		smi_text_fill(out, " ", width);
		return;
	}
	scale = (long double)cells / (long double)bar->total;
	steps = (size_t)((long double)(bar->used < bar->total ? bar->used : bar->total) * scale *
			 8);
	if (bar->used && steps < 8 && (!view->utf8 || !steps))
		steps = view->utf8 ? 1 : 8;
	full = steps / 8;
	steps = view->utf8 ? steps % 8 : 0;
	reserved = (size_t)((long double)(bar->reserved < bar->total ? bar->reserved :
					  bar->total) * scale + 0.5L);
	if (reserved > cells - full - (steps ? 1 : 0))
		reserved = cells - full - (steps ? 1 : 0);

	if (!view->utf8)
		smi_text_puts(out, "[");
	smi_text_style(out, style, view->color);
	smi_text_fill(out, view->utf8 ? "█" : "#", full);
	smi_text_puts(out, eighth[steps]);
	smi_text_style(out, SMI_PLAIN, view->color);
	smi_text_style(out, SMI_DIM, view->color);
	smi_text_fill(out, view->utf8 ? "·" : ".", cells - full - (steps ? 1 : 0) - reserved);
	smi_text_fill(out, view->utf8 ? "░" : "=", reserved);
	smi_text_style(out, SMI_PLAIN, view->color);
	if (!view->utf8)
		smi_text_puts(out, "]");
}

static void print_text(const char *text, size_t width, enum smi_align align, enum smi_style style,
		       const struct smi_view *view, struct smi_text *out)
{
	size_t have = smi_text_width(text);
	size_t pad = have < width ? width - have : 0;

	if (align == SMI_RIGHT)
		smi_text_fill(out, " ", pad);
	if (style != SMI_PLAIN)
		smi_text_style(out, style, view->color);
	smi_text_cut(out, text, width, view->utf8);
	if (style != SMI_PLAIN)
		smi_text_style(out, SMI_PLAIN, view->color);
	if (align != SMI_RIGHT)
		smi_text_fill(out, " ", pad);
}

static void print_titles(const struct smi_table *t, size_t gap, const struct smi_view *view,
			 struct smi_text *out)
{
	size_t start = out->len, owned = 0;
	bool first = true;

	smi_text_style(out, SMI_HEAD, view->color);
	for (size_t i = 0; i < t->column_count; i++) {
		const struct smi_table_column *c = &t->columns[i];
		size_t width = 0, last = i + c->owns;
		const char *title;

		if (owned) {
			owned--;
			continue;
		}
		for (size_t j = i; j <= last && j < t->column_count; j++)
			if (!t->columns[j].gone)
				width += t->columns[j].width + (width ? gap : 0);
		owned = c->owns;
		if (!width)
			continue;
		if (!first)
			smi_text_fill(out, " ", gap);
		first = false;
		title = c->title ? c->title : "";
		if (c->brief && smi_text_width(title) > width)
			title = c->brief;
		print_text(title, width, c->align, SMI_PLAIN, view, out);
	}
	smi_text_style(out, SMI_PLAIN, view->color);
	if (!view->color)
		smi_text_newline(out, start);
	else
		smi_text_puts(out, "\n");
}

void smi_table_print(const struct smi_table *t, const struct smi_view *view, struct smi_text *out)
{
	size_t gap = gap_of(t, view->width);
	bool titled = false;

	if (t->failed) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < t->column_count; i++)
		titled |= t->columns[i].title != NULL;
	if (titled)
		print_titles(t, gap, view, out);
	for (size_t row = 0; row < t->row_count; row++) {
		size_t start = out->len;
		bool first = true;

		for (size_t i = 0; i < t->column_count; i++) {
			const struct smi_table_column *c = &t->columns[i];
			const struct smi_cell *cell = cell_at(t, row, i);

			if (c->gone)
				continue;
			if (!first)
				smi_text_fill(out, " ", gap);
			first = false;
			if (c->align == SMI_BAR)
				print_bar(&cell->bar, c->width, cell->style, view, out);
			else
				print_text(cell->text ? cell->text : "", c->width, c->align,
					   cell->style, view, out);
		}
		smi_text_newline(out, start);
	}
}
