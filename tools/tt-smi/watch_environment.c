// SPDX-License-Identifier: GPL-2.0-only
/* The full screen's page of the environment of a process. */
#include "watch_view.h"

#include <stdio.h>
#include <string.h>

struct page {
	struct smi_frame *f;
	struct smi_area area;	/* without the title */
	size_t scroll;
	size_t line;		/* next line of the text */
};

/* Print one variable, wrapped. */
static void put(struct page *p, const char *text)
{
	size_t name = strcspn(text, "=");

	do {
		bool seen = p->line >= p->scroll && p->line - p->scroll < p->area.height;
		unsigned int y = p->area.y + (unsigned int)(p->line - p->scroll);
		const char *from = text;
		size_t columns = 0, width;

		while (*text) {
			size_t bytes = smi_text_next(text, &width);

			if (columns && columns + width > p->area.width)
				break;
			columns += width;
			text += bytes;
		}
		if (seen)
			smi_frame_printf(p->f, p->area.x, y, SMI_PLAIN, "%.*s", (int)(text - from),
					 from);
		if (seen && name)
			smi_frame_bold(p->f, p->area.x, y, (unsigned int)name);
		name = 0;
		p->line++;
	} while (*text);
}

static size_t put_all(struct page *p, const struct smi_environment *e, bool utf8)
{
	p->line = 0;
	for (size_t i = 0; i < e->count; i++) {
		smi_text_clean(e->clean, e->clean_size, e->lines[i], utf8);
		put(p, e->clean);
	}
	return p->line;
}

void smi_watch_environment(struct smi_frame *f, const struct smi_area *area,
			   const struct smi_watch_view *v, struct smi_watch_state *st)
{
	const struct smi_environment *e = v->environment;
	struct page page = { f, { area->x, area->y + 1, area->width, area->height - 1 }, SIZE_MAX, 0 };
	char title[64];

	snprintf(title, sizeof(title), "Environment of process %d, as it was started", e->pid);
	smi_watch_rule(f, area, title, &v->view);
	if (e->why[0])
		smi_frame_put(f, area->x, area->y + 1, SMI_WARN, e->why);
	st->lines = put_all(&page, e, v->view.utf8);
	st->page_lines = page.area.height;
	if (st->lines <= st->page_lines)
		st->scroll = 0;
	else if (st->scroll > st->lines - st->page_lines)
		st->scroll = st->lines - st->page_lines;
	page.scroll = st->scroll;
	put_all(&page, e, v->view.utf8);
}
