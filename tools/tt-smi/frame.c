// SPDX-License-Identifier: GPL-2.0-only
/* A screenful of cells: see frame.h. */
#include "frame.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void blank(struct smi_glyph *g)
{
	memset(g, 0, sizeof(*g));
	g->bytes[0] = ' ';
}

int smi_frame_reset(struct smi_frame *f, unsigned int width, unsigned int height)
{
	size_t count = (size_t)width * height;
	struct smi_glyph *cells = reallocarray(f->cells, count ? count : 1, sizeof(*cells));

	if (!cells)
		return -ENOMEM;
	*f = (struct smi_frame){ width, height, cells };
	for (size_t i = 0; i < count; i++)
		blank(&cells[i]);
	return 0;
}

void smi_frame_release(struct smi_frame *f)
{
	free(f->cells);
	*f = (struct smi_frame){ 0 };
}

int smi_frame_copy(struct smi_frame *to, const struct smi_frame *from)
{
	bool same = to->width == from->width && to->height == from->height;
	int rc = same ? 0 : smi_frame_reset(to, from->width, from->height);

	if (rc)
		smi_frame_release(to);
	else
		memcpy(to->cells, from->cells,
		       (size_t)from->width * from->height * sizeof(*to->cells));
	return rc;
}

static struct smi_glyph *cell(const struct smi_frame *f, unsigned int x, unsigned int y)
{
	return &f->cells[(size_t)y * f->width + x];
}

const struct smi_glyph *smi_frame_at(const struct smi_frame *f, unsigned int x, unsigned int y)
{
	return x < f->width && y < f->height ? cell(f, x, y) : NULL;
}

bool smi_frame_same(const struct smi_frame *a, const struct smi_frame *b, unsigned int x,
		    unsigned int y)
{
	return memcmp(cell(a, x, y), cell(b, x, y), sizeof(*a->cells)) == 0;
}

/* Append a combining character to the previous cell. */
static void combine(struct smi_frame *f, unsigned int x, unsigned int y, const char *s, size_t len)
{
	struct smi_glyph *g;
	size_t have;

	while (x > 0 && !cell(f, x - 1, y)->bytes[0])
		x--;
	if (!x)
		return;
	g = cell(f, x - 1, y);
	have = strlen(g->bytes);
	if (have + len < sizeof(g->bytes))
		memcpy(g->bytes + have, s, len);
}

/* Put one character if it fits; returns its width. */
static unsigned int put_next(struct smi_frame *f, unsigned int x, unsigned int y,
			     enum smi_style style, const char **text)
{
	size_t width, len = smi_text_next(*text, &width);
	struct smi_glyph *g;

	if (y < f->height && x + width <= f->width && len < sizeof(g->bytes)) {
		if (!width) {
			combine(f, x, y, *text, len);
		} else {
			g = cell(f, x, y);
			memset(g, 0, sizeof(*g));
			memcpy(g->bytes, *text, len);
			g->style = (unsigned char)style;
			if (width == 2) {
				memset(g + 1, 0, sizeof(*g));
				g[1].style = (unsigned char)style;
			}
		}
	}
	*text += len;
	return (unsigned int)width;
}

const char *smi_frame_line(struct smi_frame *f, unsigned int x, unsigned int y, const char *text)
{
	enum smi_style style = SMI_PLAIN;

	while (*text && *text != '\n') {
		size_t len = smi_text_style_read(text, &style);

		if (len)
			text += len;
		else
			x += put_next(f, x, y, style, &text);
	}
	return *text ? text + 1 : NULL;
}

unsigned int smi_frame_put(struct smi_frame *f, unsigned int x, unsigned int y,
			   enum smi_style style, const char *text)
{
	while (*text)
		x += put_next(f, x, y, style, &text);
	return x;
}

unsigned int smi_frame_cut(struct smi_frame *f, unsigned int x, unsigned int y,
			   enum smi_style style, const char *text, unsigned int width, bool utf8)
{
	unsigned int end = x + width, mark = utf8 ? 1 : 2;

	if (smi_text_width(text) <= width)
		return smi_frame_put(f, x, y, style, text);
	if (width <= mark)
		mark = 0;
	while (*text) {
		size_t columns;

		smi_text_next(text, &columns);
		if (x + columns > end - mark)
			break;
		x += put_next(f, x, y, style, &text);
	}
	return mark ? smi_frame_put(f, x, y, style, utf8 ? "…" : "..") : x;
}

unsigned int smi_frame_printf(struct smi_frame *f, unsigned int x, unsigned int y,
			      enum smi_style style, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return smi_frame_put(f, x, y, style, text);
}

void smi_frame_style(struct smi_frame *f, unsigned int y, enum smi_style style)
{
	for (unsigned int x = 0; y < f->height && x < f->width; x++)
		cell(f, x, y)->style = (unsigned char)style;
}

void smi_frame_bold(struct smi_frame *f, unsigned int x, unsigned int y, unsigned int width)
{
	for (unsigned int end = x + width; y < f->height && x < f->width && x < end; x++)
		cell(f, x, y)->bold = true;
}
