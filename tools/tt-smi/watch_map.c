// SPDX-License-Identifier: GPL-2.0-only
/*
 * The full screen's map of a core: its L1 from the lowest to the highest address, where circular
 * buffers grow from below and buffers from above.
 */
#include "core_map.h"
#include "screen.h"
#include "watch_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BAR 2		/* lines of the bar and its scale */

struct map {
	struct smi_frame *f;
	struct smi_area area;
	const struct smi_view *view;
	const struct smi_core *core;
	uint64_t bytes;
	bool whole;		/* of every client */
	const struct smi_snapshot *s;
	uint32_t chip;
};

static const struct smi_pool *pool_of(uint32_t pool)
{
	static const struct smi_space_view *const l1 = &smi_space_views[SMI_SPACE_L1];

	return &l1->pools[pool == TT_MEMSTAT_POOL_L1 ? 0 : pool == TT_MEMSTAT_POOL_L1_SMALL ? 1 : 2];
}

static void bytes_text(const struct map *m, uint64_t bytes, char text[SMI_NUMBER_LEN])
{
	smi_format_bytes(text, bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes,
			 m->view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_SHORT, '\0');
}

static uint64_t overlap(const struct piece *piece, uint64_t from, uint64_t to)
{
	const uint64_t start = piece->from > from ? piece->from : from;
	const uint64_t end = piece->to < to ? piece->to : to;

	return end > start ? end - start : 0;
}

/* A cell is as high as it is full, in the colour of the pool that has most of it. */
static void draw_cell(const struct map *m, unsigned int column, size_t *first)
{
	static const char *const eighth[] = { "▁", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	const uint64_t from = m->bytes * column / m->area.width;
	const uint64_t to = m->bytes * (column + 1) / m->area.width;
	const struct pieces *pieces = &m->core->pieces;
	uint64_t of_pool[SMI_POOLS] = { 0 }, held = 0, reserved = 0;
	size_t most = 0;

	while (*first < pieces->count && pieces->items[*first].to <= from)
		++*first;
	for (size_t i = *first; i < pieces->count && pieces->items[i].from < to; i++) {
		const struct piece *piece = &pieces->items[i];
		const uint64_t bytes = overlap(piece, from, to);

		if (piece->kind == PIECE_HELD)
			of_pool[pool_of(piece->pool) - pool_of(TT_MEMSTAT_POOL_L1)] += bytes;
		else if (piece->kind != PIECE_FREE)
			reserved += bytes;
	}
	for (size_t i = 0; i < SMI_POOLS; i++) {
		held += of_pool[i];
		most = of_pool[i] > of_pool[most] ? i : most;
	}
	if (held) {
		const struct smi_pool *pool = pool_of(TT_MEMSTAT_POOL_L1) + most;
		const uint64_t part = held * 8 / (to - from);

		smi_frame_put(m->f, m->area.x + column, m->area.y + 1, pool->style,
			      !m->view->utf8 ? pool->letter : m->view->color ? eighth[part] :
			      pool->block);
	} else {
		smi_frame_put(m->f, m->area.x + column, m->area.y + 1, SMI_DIM,
			      reserved > (to - from) / 2 ? m->view->utf8 ? "░" : "=" :
			      m->view->utf8 ? "·" : ".");
	}
}

/* Put a text centred at a column, if there is room between @left and the end. Returns its end. */
static unsigned int put_mark(const struct map *m, unsigned int at, unsigned int left,
			     const char *text)
{
	const unsigned int len = (unsigned int)strlen(text);
	unsigned int x = at > len / 2 ? at - len / 2 : 0;

	if (x + len > m->area.width)
		x = m->area.width > len ? m->area.width - len : 0;
	if (x < left || x + len > m->area.width)
		return left;
	smi_frame_put(m->f, m->area.x + x, m->area.y + BAR, SMI_DIM, text);
	return x + len + 1;
}

static unsigned int column_of(const struct map *m, uint64_t address)
{
	return (unsigned int)(address * m->area.width / m->bytes);
}

static void draw_scale(const struct map *m)
{
	char size[SMI_NUMBER_LEN], text[SMI_NUMBER_LEN + 16];
	struct free_blocks blocks;
	unsigned int left = put_mark(m, 0, 0, "0");

	pieces_free_blocks(&m->core->pieces, &blocks);
	bytes_text(m, m->core->base, size);
	if (m->core->base)
		left = put_mark(m, column_of(m, m->core->base), left, size);
	if (blocks.largest && m->whole) {
		bytes_text(m, blocks.largest, size);
		snprintf(text, sizeof(text), "%s free", size);
		left = put_mark(m, column_of(m, blocks.at + blocks.largest / 2), left, text);
	}
	bytes_text(m, m->bytes, size);
	put_mark(m, m->area.width, left, size);
}

/* "program 9, python3 (1234)" */
static void who(const struct map *m, const struct smi_core_item *item, char *text, size_t size)
{
	const bool program = item->record->program;
	int len = snprintf(text, size, "%s %" PRIu64, program ? "program" : "record",
			   (uint64_t)(program ? item->record->program : item->record->id));

	for (size_t i = 0; i < m->s->process_count; i++) {
		const struct smi_process *p = &m->s->processes[i];
		char name[SMI_TEXT_LEN];

		if (p->chip->n != m->chip || p->client->id != item->owner->id)
			continue;
		smi_process_short_name(name, sizeof(name), p, m->view->utf8);
		snprintf(text + len, size - (size_t)len, ", %s (%d)", smi_dash(name),
			 (int)p->client->pid);
		return;
	}
}

/* "0x021000  16.0K cb  program 9, python3 (1234)" */
static void draw_piece(const struct map *m, unsigned int y, const struct piece *piece)
{
	static const char *const kinds[] = {
		[PIECE_FREE] = "free", [PIECE_BASE] = "reserved", [PIECE_SMALL] = "free, of l1_small",
		[PIECE_END] = "reserved",
	};
	char size[SMI_NUMBER_LEN], owner[SMI_TEXT_LEN + 64], line[SMI_TEXT_LEN + 96];
	const struct smi_core_item *item = &m->core->items[piece->holder];
	const struct smi_pool *pool = pool_of(piece->pool);
	unsigned int x;

	bytes_text(m, piece->to - piece->from, size);
	x = smi_frame_printf(m->f, m->area.x, y, SMI_DIM, "0x%06" PRIx64 " ", piece->from);
	x = smi_frame_printf(m->f, x, y, SMI_PLAIN, "%8s ", size);
	if (piece->kind != PIECE_HELD) {
		const bool free = piece->kind == PIECE_FREE || piece->kind == PIECE_SMALL;

		/* Clients that may not be read may have it. */
		smi_frame_cut(m->f, x, y, SMI_DIM, free && !m->whole ? "not listed" :
			      kinds[piece->kind], m->area.x + m->area.width - x, m->view->utf8);
		return;
	}
	x = smi_frame_put(m->f, x, y, pool->style, pool->name);
	who(m, item, owner, sizeof(owner));
	snprintf(line, sizeof(line), "  %s%s", owner, piece->others ? ", and others" : "");
	smi_frame_cut(m->f, x, y, SMI_PLAIN, line, m->area.x + m->area.width - x, m->view->utf8);
}

/* All pieces in order; if there are too many, the first and the last. */
static void draw_list(const struct map *m, unsigned int y, unsigned int lines)
{
	const struct pieces *pieces = &m->core->pieces;
	const size_t head = pieces->count > lines ? lines / 2 : pieces->count;
	const size_t tail = pieces->count > lines ? lines - 1 - head : 0;

	for (size_t i = 0; i < head; i++)
		draw_piece(m, y++, &pieces->items[i]);
	if (pieces->count > lines)
		smi_frame_printf(m->f, m->area.x, y++, SMI_DIM, "%zu more pieces",
				 pieces->count - head - tail);
	for (size_t i = pieces->count - tail; i < pieces->count; i++)
		draw_piece(m, y++, &pieces->items[i]);
}

static void draw(struct map *m, const struct smi_core_map *from)
{
	unsigned int y = m->area.y + 1 + BAR, lines = m->area.height - 1 - BAR;
	size_t first = 0;

	for (unsigned int column = 0; column < m->area.width; column++)
		draw_cell(m, column, &first);
	if (lines || m->whole)
		draw_scale(m);
	if (!m->whole) {
		smi_frame_printf(m->f, m->area.x, lines ? y++ : y - 1, SMI_WARN,
				 "%zu of %zu clients: needs CAP_SYS_ADMIN or the owner's uid",
				 from->denied, from->denied + from->count);
		lines -= lines ? 1 : 0;
	}
	if (lines)
		draw_list(m, y, lines);
}

static unsigned int draw_title(struct smi_frame *f, const struct smi_area *area,
			       const struct smi_watch_view *v, const struct smi_watch_state *st)
{
	char title[64];
	unsigned int x;

	snprintf(title, sizeof(title), "Core %" PRIu32 ",%" PRIu32 " by address", st->core_x,
		 st->core_y);
	x = smi_watch_rule(f, area, title, &v->view);
	return smi_watch_legend(f, x, area->y, area->x + area->width, &smi_space_views[SMI_SPACE_L1],
				NULL, &v->view);
}

int smi_watch_map(struct smi_frame *f, const struct smi_area *area, const struct smi_watch_view *v,
		  const struct smi_watch_state *st, uint64_t bytes)
{
	struct map m = {
		.f = f, .area = *area, .view = &v->view, .bytes = bytes, .s = v->s,
		.chip = v->map->chip,
	};
	unsigned int x = draw_title(f, area, v, st);
	char size[SMI_NUMBER_LEN];
	struct smi_core core;
	int err;

	if (*v->map->why) {
		smi_frame_cut(f, area->x, area->y + 1, SMI_WARN, v->map->why, area->width,
			      v->view.utf8);
		return 0;
	}
	err = smi_core_map_core(v->map, st->core_x, st->core_y, bytes, &core);
	m.core = &core;
	m.whole = !v->map->denied;
	if (!err)
		draw(&m, v->map);
	bytes_text(&m, core.headroom, size);
	if (!err && m.whole && x + strlen(size) + 11 < area->x + area->width)
		smi_frame_printf(f, x, area->y, SMI_DIM, " headroom %s ", size);
	smi_core_release(&core);
	return err;
}
