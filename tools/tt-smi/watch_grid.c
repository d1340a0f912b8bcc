// SPDX-License-Identifier: GPL-2.0-only
/*
 * The full screen's chips: blocks of four lines, of two lines, or single lines; in several columns
 * if all chips are visible then.
 */
#include "screen.h"
#include "visible.h"
#include "watch_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GAP 2	/* columns between chips */

struct place {
	struct smi_frame *f;
	const struct smi_watch_view *v;
	const struct ttmemstat_chip *chip;
	const struct smi_telemetry *telemetry;	/* NULL: none */
	struct smi_use use;
	unsigned int x;
	unsigned int y;
	unsigned int width;
	unsigned int name_width;
	bool chosen;
};

/* With the mark of visible ones. */
static unsigned int name_width(const struct smi_snapshot *s)
{
	size_t width = 3;

	for (size_t i = 0; i < s->chip_count; i++)
		if (strlen(s->chips[i]->name) > width)
			width = strlen(s->chips[i]->name);
	return (unsigned int)width + (s->visible ? 2 : 0);
}

static unsigned int number_width(const struct smi_view *view)
{
	return view->bytes ? 12 : 7;
}

static void number(char out[SMI_NUMBER_LEN], const struct smi_view *view, struct smi_value v,
		   char mark)
{
	smi_format(out, v, view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT, mark);
}

static struct place place_of(struct smi_frame *f, const struct smi_watch_view *v, size_t index,
			     unsigned int x, unsigned int y, unsigned int width, bool chosen)
{
	struct place p = {
		.f = f, .v = v, .chip = v->s->chips[index],
		.telemetry = v->s->telemetry ? &v->s->telemetry[index] : NULL,
		.x = x, .y = y, .width = width, .name_width = name_width(v->s), .chosen = chosen,
	};

	smi_use_of_chip(&p.use, p.chip);
	return p;
}

/* The name, in alarm above a level that root has set, between the marks "chosen" and "visible". */
static unsigned int put_name(const struct place *p)
{
	const struct tt_memstat_figures *fig = &p->chip->figures;
	bool alarm = smi_flag(fig, TT_MEMSTAT_FIG_L1_ALERT) ||
		     smi_flag(fig, TT_MEMSTAT_FIG_DRAM_ALERT);
	unsigned int x;

	if (p->chosen)
		smi_frame_put(p->f, p->x, p->y, SMI_WARN, p->v->view.utf8 ? "▶" : ">");
	x = smi_frame_put(p->f, p->x + 1, p->y, alarm ? SMI_ALARM : SMI_HEAD, p->chip->name);
	smi_frame_put(p->f, x + 1, p->y, SMI_HEAD,
		      smi_visible_mark(p->v->s, p->chip, p->v->view.utf8));
	return p->x + 2 + p->name_width;
}

/* "39.8M/91.5M" to the right of a field. */
static void put_numbers(const struct place *p, unsigned int x, unsigned int y, unsigned int width,
			const struct smi_space_view *space, bool capacity)
{
	char mark = smi_use_mark(&p->use, space->used), a[SMI_NUMBER_LEN], b[SMI_NUMBER_LEN];
	unsigned int len;

	number(a, &p->v->view, p->use.v[space->used], mark);
	number(b, &p->v->view, smi_figure(&p->chip->figures, space->capacity), '\0');
	len = (unsigned int)(strlen(a) + (capacity ? strlen(b) + 1 : 0));
	x += width > len ? width - len : 0;
	x = smi_frame_put(p->f, x, y, mark == '!' ? SMI_BAD : SMI_PLAIN, a);
	if (capacity)
		smi_frame_printf(p->f, x, y, SMI_DIM, "/%s", b);
}

static void put_percent(const struct place *p, unsigned int x, unsigned int y,
			const struct smi_space_view *space)
{
	char text[SMI_NUMBER_LEN];
	enum smi_style style = smi_space_percent(text, sizeof(text), p->chip, &p->use, space,
						 &p->v->view.levels);

	smi_frame_printf(p->f, x, y, style, "%4s", text);
}

/* "L1   [bar] 39.8M/91.5M  53%" */
static void put_space(const struct place *p, unsigned int x, unsigned int y, unsigned int width,
		      const struct smi_space_view *space)
{
	unsigned int numbers = 2 * number_width(&p->v->view) + 1, rest = 5 + numbers + 1 + 4;

	smi_frame_put(p->f, x, y, SMI_PLAIN, space->name);
	if (width < rest + 5)
		return;
	smi_pool_bar(p->f, x + 5, y, width - rest, p->chip, &p->use, space, &p->v->view);
	put_numbers(p, x + width - numbers - 5, y, numbers, space, true);
	put_percent(p, x + width - 4, y, space);
}

/* As much as there is room for. */
static void put_telemetry(const struct place *p, unsigned int x, unsigned int y, unsigned int end)
{
	const struct smi_telemetry *t = p->telemetry;
	const struct {
		struct smi_value v;
		int64_t unit;
		const char *name;
	} list[] = {
		{ t ? t->temperature : (struct smi_value){ 0 }, 1000,
		  p->v->view.utf8 ? "°C" : "C" },
		{ t ? t->power : (struct smi_value){ 0 }, 1000000, "W" },
		{ t ? t->clock : (struct smi_value){ 0 }, 1, "MHz" },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		int64_t unit = list[i].unit;
		char text[40];

		if (!list[i].v.known)
			continue;
		snprintf(text, sizeof(text), "%" PRId64 "%s",
			 (list[i].v.v + (list[i].v.v < 0 ? -unit : unit) / 2) / unit, list[i].name);
		if (x + smi_text_width(text) > end)
			return;
		x = smi_frame_put(p->f, x, y, SMI_PLAIN, text) + 1;
	}
}

static void put_core(const struct place *p, unsigned int x, unsigned int y, unsigned int end)
{
	const struct tt_memstat_figures *fig = &p->chip->figures;
	struct smi_value cx = smi_figure(fig, TT_MEMSTAT_FIG_L1_FULLEST_CORE_X);
	struct smi_value cy = smi_figure(fig, TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y);
	struct smi_value room = smi_figure(fig, TT_MEMSTAT_FIG_L1_HEADROOM);
	static const struct {
		const char *name;
		unsigned int figure;
	} more[] = {
		{ "lowest", TT_MEMSTAT_FIG_L1_HEADROOM_MIN },
		{ "core peak", TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK },
		{ "L1 peak", TT_MEMSTAT_FIG_L1_PEAK },
		{ "DRAM peak", TT_MEMSTAT_FIG_DRAM_PEAK },
		{ "cb loaded", TT_MEMSTAT_FIG_CB_LOADED },
	};
	char a[SMI_NUMBER_LEN], at[48] = "";

	number(a, &p->v->view, smi_figure(fig, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED), '\0');
	if (cx.known && cy.known)
		snprintf(at, sizeof(at), " %" PRId64 ",%" PRId64, cx.v, cy.v);
	x = smi_frame_printf(p->f, x, y, SMI_DIM, "fullest core%s ", at);
	x = smi_frame_put(p->f, x, y, SMI_PLAIN, a);
	number(a, &p->v->view, room, '\0');
	x = smi_frame_put(p->f, x, y, SMI_DIM, "  headroom ");
	x = smi_frame_put(p->f, x, y, room.v < 0 ? SMI_BAD : SMI_PLAIN, a);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		number(a, &p->v->view, smi_figure(fig, more[i].figure), '\0');
		if (x + strlen(more[i].name) + 3 + strlen(a) > end)
			break;
		x = smi_frame_printf(p->f, x, y, SMI_DIM, "  %s ", more[i].name);
		x = smi_frame_put(p->f, x, y, SMI_PLAIN, a);
	}
}

static void block(struct place *p)
{
	size_t processes = smi_processes_on(p->chip);
	unsigned int x = put_name(p), end = p->x + p->width;
	struct smi_value active = smi_figure(&p->chip->figures, TT_MEMSTAT_FIG_TENSIX_ACTIVE);
	char text[SMI_TEXT_LEN];

	smi_chip_board(text, sizeof(text), p->chip, p->v->view.utf8);
	x = smi_frame_cut(p->f, x, p->y, SMI_HEAD, text, end > x + 16 ? 16 : end - x,
			  p->v->view.utf8) + 2;
	smi_chip_address(text, sizeof(text), p->v->s, p->chip);
	x = smi_frame_printf(p->f, x, p->y, SMI_PLAIN, "%s  ", text);
	if (active.known && x + 12 < end)
		x = smi_frame_printf(p->f, x, p->y, SMI_PLAIN, "%" PRId64 " cores  ", active.v);
	if (x + 14 < end)
		x = smi_frame_printf(p->f, x, p->y, SMI_PLAIN, "%zu process%s  ", processes,
				     processes == 1 ? "" : "es");
	put_telemetry(p, x, p->y, end);
	put_space(p, p->x + 2, p->y + 1, p->width - 2, &smi_space_views[SMI_SPACE_L1]);
	put_space(p, p->x + 2, p->y + 2, p->width - 2, &smi_space_views[SMI_SPACE_DRAM]);
	put_core(p, p->x + 2, p->y + 3, end);
}

#define BOARD 10	/* columns for a board's name where it stands beside bars */

static void two_lines(struct place *p)
{
	unsigned int x = put_name(p), start = x, width;
	const struct tt_memstat_figures *fig = &p->chip->figures;
	char text[SMI_TEXT_LEN], a[SMI_NUMBER_LEN];
	bool wide;

	smi_chip_board(text, sizeof(text), p->chip, p->v->view.utf8);
	smi_frame_cut(p->f, x, p->y, SMI_PLAIN, text, BOARD, p->v->view.utf8);
	put_telemetry(p, p->x + 1, p->y + 1, start + BOARD);
	x = start + BOARD + 1;
	width = p->x + p->width - x;
	wide = width > 60;
	if (wide)
		width -= 14;
	put_space(p, x, p->y, width, &smi_space_views[SMI_SPACE_L1]);
	put_space(p, x, p->y + 1, width, &smi_space_views[SMI_SPACE_DRAM]);
	if (!wide)
		return;
	number(a, &p->v->view, smi_figure(fig, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED), '\0');
	smi_frame_printf(p->f, x + width + 1, p->y, SMI_PLAIN, "core %8s", a);
	number(a, &p->v->view, smi_figure(fig, TT_MEMSTAT_FIG_L1_HEADROOM), '\0');
	smi_frame_printf(p->f, x + width + 1, p->y + 1, SMI_PLAIN, "room %8s", a);
}

/* The layout of a chip's own line; parts without room have 0 columns. */
struct columns {
	unsigned int bar;
	unsigned int board;
	unsigned int used;
	unsigned int capacity;
	unsigned int core;
	unsigned int room;
	unsigned int processes;
	unsigned int heat;
};

static void give(unsigned int *rest, unsigned int *to, unsigned int width, unsigned int keep)
{
	if (*rest < width + keep)
		return;
	*to = width;
	*rest -= width;
}

static struct columns columns_of(unsigned int width, unsigned int names, const struct smi_view *view)
{
	unsigned int fixed = 2 + names + 2 * 5 + 1, rest = width > fixed ? width - fixed : 0;
	unsigned int n = number_width(view);
	struct columns c = { 0 };

	give(&rest, &c.used, 2 * (n + 1), 2 * 6);
	give(&rest, &c.core, n + 2, 2 * 10);
	give(&rest, &c.room, n + 2, 2 * 10);
	give(&rest, &c.board, BOARD + 1, 2 * 10);
	if (c.used)
		give(&rest, &c.capacity, 2 * (n + 1), 2 * 10);
	give(&rest, &c.processes, 6, 2 * 12);
	give(&rest, &c.heat, 18, 2 * 12);
	c.bar = rest / 2;
	return c;
}

static void headings(struct smi_frame *f, unsigned int x, unsigned int y, unsigned int names,
		     const struct columns *c, const struct smi_view *view)
{
	unsigned int n = number_width(view), space = c->bar + c->used / 2 + c->capacity / 2 + 5;

	smi_frame_put(f, x + 1, y, SMI_HEAD, "CHIP");
	x += 2 + names;
	if (c->board)
		smi_frame_put(f, x, y, SMI_HEAD, "BOARD");
	x += c->board;
	smi_frame_put(f, x, y, SMI_HEAD, "L1");
	smi_frame_put(f, x + space + 1, y, SMI_HEAD, "DRAM");
	x += 2 * space + 1;
	if (c->core)
		smi_frame_printf(f, x, y, SMI_HEAD, " %*s", (int)n + 1, "CORE");
	x += c->core;
	if (c->room)
		smi_frame_printf(f, x, y, SMI_HEAD, " %*s", (int)n + 1, "ROOM");
	x += c->room;
	if (c->processes)
		smi_frame_put(f, x, y, SMI_HEAD, " PROCS");
}

static unsigned int line_space(const struct place *p, unsigned int x, const struct columns *c,
			       const struct smi_space_view *space)
{
	unsigned int numbers = (c->used + c->capacity) / 2;

	smi_pool_bar(p->f, x, p->y, c->bar, p->chip, &p->use, space, &p->v->view);
	x += c->bar;
	if (numbers)
		put_numbers(p, x, p->y, numbers, space, c->capacity);
	x += numbers;
	put_percent(p, x + 1, p->y, space);
	return x + 5;
}

static void one_line(struct place *p)
{
	struct columns c = columns_of(p->width, p->name_width, &p->v->view);
	const struct tt_memstat_figures *fig = &p->chip->figures;
	int n = (int)number_width(&p->v->view) + 1;
	unsigned int x = put_name(p);
	char text[SMI_TEXT_LEN];

	if (c.board) {
		smi_chip_board(text, sizeof(text), p->chip, p->v->view.utf8);
		smi_frame_cut(p->f, x, p->y, SMI_PLAIN, text, BOARD, p->v->view.utf8);
		x += c.board;
	}
	x = line_space(p, x, &c, &smi_space_views[SMI_SPACE_L1]) + 1;
	x = line_space(p, x, &c, &smi_space_views[SMI_SPACE_DRAM]);
	if (c.core) {
		number(text, &p->v->view, smi_figure(fig, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED), 0);
		smi_frame_printf(p->f, x, p->y, SMI_PLAIN, " %*s", n, text);
		x += c.core;
	}
	if (c.room) {
		struct smi_value room = smi_figure(fig, TT_MEMSTAT_FIG_L1_HEADROOM);

		number(text, &p->v->view, room, 0);
		smi_frame_printf(p->f, x, p->y, room.v < 0 ? SMI_BAD : SMI_PLAIN, " %*s", n, text);
		x += c.room;
	}
	if (c.processes)
		smi_frame_printf(p->f, x, p->y, SMI_PLAIN, " %5zu", smi_processes_on(p->chip));
	x += c.processes;
	if (c.heat)
		put_telemetry(p, x + 1, p->y, x + c.heat);
}

static unsigned int least_width(unsigned int lines, const struct smi_snapshot *s,
				const struct smi_view *view)
{
	unsigned int n = 2 * number_width(view) + 1;

	switch (lines) {
	case 4:
		return 41 + n;
	case 2:
		return 2 + name_width(s) + BOARD + 1 + 5 + n + 5 + 8;
	default:
		return 2 + name_width(s) + 2 * (4 + 5) + 1;
	}
}

void smi_watch_plan_grid(struct smi_grid *grid, const struct smi_snapshot *s, unsigned int width,
			 unsigned int height, const struct smi_view *view)
{
	static const unsigned int kinds[] = { 4, 2, 1 };

	for (size_t i = 0; i < 3; i++) {
		unsigned int least = least_width(kinds[i], s, view) + GAP;
		unsigned int most = width + GAP > least ? (width + GAP) / least : 1;

		if (kinds[i] > 1 && width + GAP < least)
			continue;
		for (unsigned int beside = 1; beside <= most; beside++) {
			*grid = (struct smi_grid){
				.lines = kinds[i], .beside = beside,
				.rows = (unsigned int)(s->chip_count + beside - 1) / beside,
			};
			/* Lines alone have a heading. */
			grid->height = grid->rows * kinds[i] + (kinds[i] == 1);
			if (grid->height <= height)
				return;
		}
	}
	grid->height = height;
}

void smi_watch_grid(struct smi_frame *f, const struct smi_area *area, const struct smi_grid *grid,
		    const struct smi_watch_view *v, struct smi_watch_state *st)
{
	unsigned int width = (area->width - (grid->beside - 1) * GAP) / grid->beside;
	unsigned int heading = grid->lines == 1 && area->height > 1, names = name_width(v->s);
	size_t seen = (area->height - heading) / grid->lines, chosen = 0;

	st->beside = grid->beside;
	for (size_t i = 0; i < v->s->chip_count; i++)
		if (v->s->chips[i]->n == st->chip)
			chosen = i / grid->beside;
	if (chosen < st->chip_row)
		st->chip_row = chosen;
	if (chosen >= st->chip_row + seen)
		st->chip_row = chosen + 1 - seen;
	if (st->chip_row + seen > grid->rows)
		st->chip_row = grid->rows > seen ? grid->rows - seen : 0;
	for (unsigned int i = 0; heading && i < grid->beside && i < v->s->chip_count; i++) {
		struct columns c = columns_of(width, names, &v->view);

		headings(f, area->x + i * (width + GAP), area->y, names, &c, &v->view);
	}
	for (size_t i = 0; i < seen * grid->beside; i++) {
		size_t index = st->chip_row * grid->beside + i;
		struct place p;

		if (index >= v->s->chip_count)
			break;
		p = place_of(f, v, index,
			     area->x + (unsigned int)(i % grid->beside) * (width + GAP),
			     area->y + heading + (unsigned int)(i / grid->beside) * grid->lines,
			     width, v->s->chips[index]->n == st->chip);
		if (grid->lines == 4)
			block(&p);
		else if (grid->lines == 2)
			two_lines(&p);
		else
			one_line(&p);
		for (unsigned int y = 0; p.chosen && !st->on_processes && y < grid->lines; y++)
			smi_frame_bold(f, p.x, p.y + y, p.width);
		smi_watch_spot(st, &(struct smi_spot){ p.x, p.y, p.width, grid->lines,
						       SMI_SPOT_CHIP, p.chip->n });
	}
}

void smi_watch_chip_block(struct smi_frame *f, const struct smi_area *area,
			  const struct smi_watch_view *v, size_t index, bool chosen)
{
	struct place p = place_of(f, v, index, area->x, area->y, area->width, chosen);

	block(&p);
}
