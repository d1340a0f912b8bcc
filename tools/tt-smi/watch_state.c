// SPDX-License-Identifier: GPL-2.0-only
/* What the watcher has chosen: see watch_state.h. */
#include "watch_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void smi_watch_start(struct smi_watch_state *st, const struct smi_snapshot *s)
{
	memset(st, 0, sizeof(*st));
	st->seconds = 60;
	st->chip = s->chip_count ? s->chips[0]->n : 0;
}

static size_t index_of(const struct smi_watch_state *st, const struct smi_snapshot *s)
{
	size_t i = 0;

	while (i < s->chip_count && s->chips[i]->n != st->chip)
		i++;
	return i < s->chip_count ? i : 0;
}

const struct ttmemstat_chip *smi_watch_chip(struct smi_watch_state *st,
					    const struct smi_snapshot *s)
{
	const struct ttmemstat_chip *chip = s->chip_count ? s->chips[index_of(st, s)] : NULL;

	if (chip)
		st->chip = chip->n;
	return chip;
}

static void choose(struct smi_watch_state *st, const struct smi_snapshot *s, int64_t by)
{
	int64_t i = (int64_t)index_of(st, s) + by;

	if (!s->chip_count)
		return;
	if (i < 0)
		i = 0;
	if (i >= (int64_t)s->chip_count)
		i = (int64_t)s->chip_count - 1;
	st->chip = s->chips[i]->n;
}

static void scroll(struct smi_watch_state *st, int64_t by)
{
	int64_t most = st->lines > st->page_lines ? (int64_t)(st->lines - st->page_lines) : 0;
	int64_t to = (int64_t)st->scroll + by;

	st->scroll = (size_t)(to < 0 ? 0 : to > most ? most : to);
}

static void move(struct smi_watch_state *st, const struct smi_snapshot *s, int64_t by)
{
	if (st->page == SMI_PAGE_CHIPS)
		choose(st, s, by);
	else
		scroll(st, by);
}

static void open_page(struct smi_watch_state *st, enum smi_page page)
{
	if (page == SMI_PAGE_HELP && st->page != SMI_PAGE_HELP)
		st->before = st->page;
	st->page = page;
	st->scroll = 0;
}

/* Typing the filter. Bytes of UTF-8 come one by one and leave together. */
static void edit(struct smi_watch_state *st, int key)
{
	size_t len = strlen(st->filter);

	if (key == SMI_KEY_ENTER) {
		st->editing = false;
	} else if (key == SMI_KEY_ESCAPE) {
		st->editing = false;
		st->filter[0] = '\0';
	} else if (key == SMI_KEY_BACKSPACE) {
		while (len && ((unsigned char)st->filter[--len] & 0xc0) == 0x80)
			;
		st->filter[len] = '\0';
	} else if (key >= 0x20 && key < 0x110000 && key != 0x7f) {
		char bytes[5];
		size_t n;

		if (key < 0x80)
			n = (size_t)snprintf(bytes, sizeof(bytes), "%c", key);
		else if (key < 0x800)
			n = (size_t)snprintf(bytes, sizeof(bytes), "%c%c", 0xc0 | key >> 6,
					     0x80 | (key & 0x3f));
		else if (key < 0x10000)
			n = (size_t)snprintf(bytes, sizeof(bytes), "%c%c%c", 0xe0 | key >> 12,
					     0x80 | (key >> 6 & 0x3f), 0x80 | (key & 0x3f));
		else
			n = (size_t)snprintf(bytes, sizeof(bytes), "%c%c%c%c", 0xf0 | key >> 18,
					     0x80 | (key >> 12 & 0x3f), 0x80 | (key >> 6 & 0x3f),
					     0x80 | (key & 0x3f));
		if (len + n < sizeof(st->filter))
			memcpy(st->filter + len, bytes, n + 1);
	}
	st->scroll = 0;
}

static bool browse(struct smi_watch_state *st, const struct smi_snapshot *s, int key)
{
	const int64_t page = st->page_lines > 1 ? (int64_t)st->page_lines - 1 : 1;

	switch (key) {
	case SMI_KEY_UP:
	case 'k':
		move(st, s, -1);
		return false;
	case SMI_KEY_DOWN:
	case 'j':
		move(st, s, 1);
		return false;
	case SMI_KEY_PAGE_UP:
		move(st, s, -page);
		return false;
	case SMI_KEY_PAGE_DOWN:
		move(st, s, page);
		return false;
	case SMI_KEY_HOME:
		move(st, s, INT32_MIN);
		return false;
	case SMI_KEY_END:
		move(st, s, INT32_MAX);
		return false;
	case SMI_KEY_LEFT:
	case SMI_KEY_RIGHT:
		choose(st, s, key == SMI_KEY_LEFT ? -1 : 1);
		return st->page == SMI_PAGE_CHIP;
	default:
		return false;
	}
}

bool smi_watch_key(struct smi_watch_state *st, const struct smi_snapshot *s, int key)
{
	if (st->editing) {
		edit(st, key);
		return false;
	}
	switch (key) {
	case 'q':
	case 'Q':
		st->quit = true;
		return false;
	case SMI_KEY_HELP:
	case 'h':
	case '?':
		open_page(st, st->page == SMI_PAGE_HELP ? st->before : SMI_PAGE_HELP);
		return false;
	case SMI_KEY_ESCAPE:
		if (st->page == SMI_PAGE_HELP)
			open_page(st, st->before);
		else if (st->filter[0])
			st->filter[0] = '\0';
		else
			open_page(st, SMI_PAGE_CHIPS);
		return false;
	case '1':
	case 'c':
		open_page(st, SMI_PAGE_CHIPS);
		return false;
	case '2':
	case 'p':
		open_page(st, SMI_PAGE_PROCESSES);
		return false;
	case '3':
	case 'd':
	case SMI_KEY_ENTER:
		open_page(st, SMI_PAGE_CHIP);
		return true;
	case 's':
		st->sort = (st->sort + 1) % SMI_SORTS;
		return false;
	case 'r':
		st->reverse = !st->reverse;
		return false;
	case 't':
		st->seconds = st->seconds == 60 ? 120 : st->seconds == 120 ? 300 : 60;
		return false;
	case '/':
		st->editing = true;
		return false;
	default:
		return browse(st, s, key);
	}
}

static bool contains(const char *text, const char *filter)
{
	return text && strcasestr(text, filter);
}

bool smi_watch_matches(const struct smi_process *p, const char *filter)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%" PRId32, p->client->pid);
	return !filter[0] || contains(p->chip->name, filter) || contains(pid, filter) ||
	       contains(p->user, filter) || contains(p->client->label, filter) ||
	       contains(smi_process_name(p), filter);
}
