// SPDX-License-Identifier: GPL-2.0-only
/* The choices of the user of the full screen: see watch_state.h. */
#include "watch_state.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

void smi_watch_start(struct smi_watch_state *st, const struct smi_snapshot *s,
		     const struct smi_settings *set)
{
	memset(st, 0, sizeof(*st));
	st->set = *set;
	st->beside = 1;
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
	if (st->chip != s->chips[i]->n)
		st->core_chosen = false;
	st->chip = s->chips[i]->n;
}

static void scroll(struct smi_watch_state *st, int64_t by)
{
	int64_t most = st->lines > st->page_lines ? (int64_t)(st->lines - st->page_lines) : 0;
	int64_t to = (int64_t)st->scroll + by;

	st->scroll = (size_t)(to < 0 ? 0 : to > most ? most : to);
}

/* Beyond the last process what stands below them is scrolled to. */
static void choose_row(struct smi_watch_state *st, int64_t by)
{
	int64_t last = st->rows ? (int64_t)st->rows - 1 : 0, to = (int64_t)st->row + by;

	st->follow = st->rows && to <= last;
	if (!st->follow)
		scroll(st, by);
	st->row = (size_t)(to < 0 ? 0 : to > last ? last : to);
	st->row_chosen = true;
}

static bool in_processes(const struct smi_watch_state *st)
{
	return st->page == SMI_PAGE_PROCESSES ||
	       (st->page == SMI_PAGE_CHIPS && st->on_processes);
}

const struct smi_process *smi_watch_find(const struct smi_snapshot *s, pid_t pid)
{
	for (size_t i = 0; pid && i < s->process_count; i++)
		if (s->processes[i].client->pid == pid)
			return &s->processes[i];
	return NULL;
}

static size_t find_tag(const struct smi_watch_state *st, const struct smi_process *p)
{
	size_t i = 0;

	while (i < st->tag_count && (st->tags[i].pid != p->client->pid ||
				     st->tags[i].start_time != p->client->start_time))
		i++;
	return i;
}

bool smi_watch_tagged(const struct smi_watch_state *st, const struct smi_process *p)
{
	return find_tag(st, p) < st->tag_count;
}

void smi_watch_prune(struct smi_watch_state *st, const struct smi_snapshot *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < st->tag_count; i++) {
		const struct smi_process *p = smi_watch_find(s, st->tags[i].pid);

		if (p && p->client->start_time == st->tags[i].start_time)
			st->tags[kept++] = st->tags[i];
	}
	st->tag_count = kept;
}

/* Tag or untag the selected process and select the next one. */
static void tag(struct smi_watch_state *st, const struct smi_snapshot *s)
{
	const struct smi_process *p = smi_watch_find(s, st->pid);
	size_t i = p ? find_tag(st, p) : 0;

	if (!p)
		return;
	if (i < st->tag_count) {
		st->tags[i] = st->tags[--st->tag_count];
	} else if (st->tag_count < SMI_TAGS) {
		st->tags[st->tag_count++] = (struct smi_tag){ st->pid, p->client->start_time };
	} else {
		snprintf(st->said, sizeof(st->said), "no more than %d can be tagged", SMI_TAGS);
		return;
	}
	choose_row(st, 1);
}

/* Actions on processes are available where the keys select processes. */
static bool act(struct smi_watch_state *st, const struct smi_snapshot *s, int key)
{
	if (key != 'e' && key != 'T' && key != 'K' && key != 'I')
		return false;
	if (!in_processes(st)) {
		snprintf(st->said, sizeof(st->said), "choose a process first: on page 2, or on page "
			 "1 after Tab");
	} else if (key == 'T') {
		tag(st, s);
	} else if (key == 'e') {
		st->wish = SMI_WISH_ENVIRONMENT;
	} else {
		st->signal = key == 'K' ? SIGKILL : SIGINT;
		st->wish = SMI_WISH_QUESTION;
	}
	return true;
}

static void move_core(struct smi_watch_state *st, const struct smi_snapshot *s, int x, int y)
{
	const struct ttmemstat_chip *chip = smi_watch_chip(st, s);
	int64_t to_x = (int64_t)st->core_x + x, to_y = (int64_t)st->core_y + y;

	if (!chip || !chip->grid_x || !chip->grid_y)
		return;
	st->core_x = (uint32_t)(to_x < 0 ? 0 : to_x >= chip->grid_x ? chip->grid_x - 1 : to_x);
	st->core_y = (uint32_t)(to_y < 0 ? 0 : to_y >= chip->grid_y ? chip->grid_y - 1 : to_y);
	st->core_chosen = true;
}

/* By lines or, on the picture of the cores and among chips, by what stands beside. */
static void move(struct smi_watch_state *st, const struct smi_snapshot *s, int x, int y)
{
	if (st->page == SMI_PAGE_CHIP)
		move_core(st, s, x, y);
	else if (in_processes(st))
		choose_row(st, y);
	else if (st->page == SMI_PAGE_CHIPS)
		choose(st, s, x + y * (int64_t)st->beside);
	else if (st->page == SMI_PAGE_COLUMNS)
		st->column = (st->column + SMI_OPTIONALS + (unsigned int)y) % SMI_OPTIONALS;
	else
		scroll(st, y);
}

static void leap(struct smi_watch_state *st, const struct smi_snapshot *s, int64_t by)
{
	if (in_processes(st))
		choose_row(st, by);
	else if (st->page == SMI_PAGE_CHIPS)
		choose(st, s, by);
	else
		scroll(st, by);
}

void smi_watch_open(struct smi_watch_state *st, enum smi_page page)
{
	if (page >= SMI_PAGE_HELP && st->page < SMI_PAGE_HELP)
		st->before = st->page;
	st->page = page;
	st->scroll = 0;
}

static size_t find_unfolded(const struct smi_watch_state *st, pid_t pid)
{
	size_t i = 0;

	while (i < st->unfolded_count && st->unfolded[i] != pid)
		i++;
	return i;
}

bool smi_watch_unfolded(const struct smi_watch_state *st, pid_t pid)
{
	return st->all_unfolded != (find_unfolded(st, pid) < st->unfolded_count);
}

/* The list is of those that are otherwise than @all_unfolded says. */
static void fold(struct smi_watch_state *st, bool open)
{
	size_t i = find_unfolded(st, st->pid);

	if (!st->pid || smi_watch_unfolded(st, st->pid) == open)
		return;
	if (i < st->unfolded_count) {
		st->unfolded[i] = st->unfolded[--st->unfolded_count];
		return;
	}
	if (st->unfolded_count == SMI_UNFOLDED)
		memmove(st->unfolded, st->unfolded + 1,
			--st->unfolded_count * sizeof(st->unfolded[0]));
	st->unfolded[st->unfolded_count++] = st->pid;
}

static void fold_all(struct smi_watch_state *st)
{
	st->all_unfolded = !st->all_unfolded;
	st->unfolded_count = 0;
}

/* Edit the filter. @key is a code point; backspace removes a whole character. */
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

static const unsigned int intervals[] = { 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000 };
#define INTERVALS ((int)(sizeof(intervals) / sizeof(intervals[0])))

/* The next step of those above, in one direction or the other. */
static void change_interval(struct smi_settings *set, bool longer)
{
	int i = longer ? 0 : INTERVALS - 1;

	if (longer) {
		while (i < INTERVALS && intervals[i] <= set->interval_ms)
			i++;
	} else {
		while (i >= 0 && intervals[i] >= set->interval_ms)
			i--;
	}
	if (i >= 0 && i < INTERVALS)
		set->interval_ms = intervals[i];
}

/* Enter and what is like it: the chosen thing, opened. */
static bool enter(struct smi_watch_state *st)
{
	if (st->page == SMI_PAGE_COLUMNS) {
		st->set.hidden ^= 1u << st->column;
		return false;
	}
	if (in_processes(st)) {
		fold(st, !smi_watch_unfolded(st, st->pid));
		return false;
	}
	smi_watch_open(st, SMI_PAGE_CHIP);
	return true;
}

static bool browse(struct smi_watch_state *st, const struct smi_snapshot *s, int key)
{
	const int64_t page = st->page_lines > 1 ? (int64_t)st->page_lines - 1 : 1;

	switch (key) {
	case SMI_KEY_UP:
	case 'k':
		move(st, s, 0, -1);
		return false;
	case SMI_KEY_DOWN:
	case 'j':
		move(st, s, 0, 1);
		return false;
	case SMI_KEY_LEFT:
	case SMI_KEY_RIGHT:
		if (in_processes(st))
			fold(st, key == SMI_KEY_RIGHT);
		else
			move(st, s, key == SMI_KEY_LEFT ? -1 : 1, 0);
		return false;
	case SMI_KEY_PAGE_UP:
		leap(st, s, -page);
		return false;
	case SMI_KEY_PAGE_DOWN:
		leap(st, s, page);
		return false;
	case SMI_KEY_HOME:
		leap(st, s, INT32_MIN);
		return false;
	case SMI_KEY_END:
		leap(st, s, INT32_MAX);
		return false;
	case '[':
	case ']':
		choose(st, s, key == '[' ? -1 : 1);
		return st->page == SMI_PAGE_CHIP;
	case SMI_KEY_ENTER:
		return enter(st);
	case SMI_KEY_TAB:
		if (st->page == SMI_PAGE_CHIPS)
			st->on_processes = !st->on_processes;
		return false;
	case '*':
		fold_all(st);
		return false;
	case '/':
		st->editing = true;
		return false;
	default:
		return false;
	}
}

/* Keys that change what is kept in the settings, and the clock. */
static bool adjust(struct smi_watch_state *st, int key)
{
	struct smi_settings *set = &st->set;

	switch (key) {
	case 's':
		set->sort = (set->sort + 1) % SMI_SORTS;
		return true;
	case 'S':
		set->sort = (set->sort + SMI_SORTS - 1) % SMI_SORTS;
		return true;
	case 'r':
		set->reverse = !set->reverse;
		return true;
	case 't':
		set->tree = !set->tree;
		return true;
	case 'w':
		set->seconds = set->seconds == 60 ? 120 : set->seconds == 120 ? 300 : 60;
		return true;
	case 'g':
		set->graph = (set->graph + 1) % SMI_GRAPHS;
		return true;
	case 'b':
		set->bell = !set->bell;
		return true;
	case 'm':
		set->mouse = !set->mouse;
		return true;
	case '+':
	case '-':
		change_interval(set, key == '+');
		return true;
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
	st->said[0] = '\0';
	if (st->asking) {
		st->asking = false;
		st->wish = key == 'y' || key == 'Y' ? SMI_WISH_SIGNAL : SMI_WISH_NO_SIGNAL;
		return false;
	}
	if (st->page >= SMI_PAGE_HELP &&
	    (key == 'q' || key == SMI_KEY_ESCAPE || key == 'h' || key == '?' ||
	     key == SMI_KEY_HELP || key == 'o' || key == 'e')) {
		smi_watch_open(st, st->before);
		return st->page == SMI_PAGE_CHIP;
	}
	if (st->page != SMI_PAGE_COLUMNS && key == ' ') {
		st->paused = !st->paused;
		return !st->paused;
	}
	if (adjust(st, key))
		return key == 't';
	if (act(st, s, key))
		return false;
	switch (key) {
	case 'q':
		st->quit = true;
		return false;
	case 'h':
	case '?':
	case SMI_KEY_HELP:
		smi_watch_open(st, SMI_PAGE_HELP);
		return false;
	case 'o':
		smi_watch_open(st, SMI_PAGE_COLUMNS);
		return false;
	case SMI_KEY_ESCAPE:
		if (!st->filter[0])
			smi_watch_open(st, SMI_PAGE_CHIPS);
		st->filter[0] = '\0';
		return false;
	case '1':
	case 'c':
		smi_watch_open(st, SMI_PAGE_CHIPS);
		return false;
	case '2':
	case 'p':
		smi_watch_open(st, SMI_PAGE_PROCESSES);
		return false;
	case '3':
	case 'd':
		smi_watch_open(st, SMI_PAGE_CHIP);
		return true;
	case ' ':
		return enter(st);
	default:
		return browse(st, s, key);
	}
}

void smi_watch_spot(struct smi_watch_state *st, const struct smi_spot *spot)
{
	if (st->spot_count < SMI_SPOTS)
		st->spots[st->spot_count++] = *spot;
}

static const struct smi_spot *spot_at(const struct smi_watch_state *st,
				      const struct smi_mouse *mouse)
{
	for (size_t i = 0; i < st->spot_count; i++) {
		const struct smi_spot *spot = &st->spots[i];

		if (mouse->x >= spot->x && mouse->x - spot->x < spot->width &&
		    mouse->y >= spot->y && mouse->y - spot->y < spot->height)
			return spot;
	}
	return NULL;
}

static bool click(struct smi_watch_state *st, const struct smi_snapshot *s,
		  const struct smi_spot *spot, const struct smi_mouse *mouse)
{
	switch (spot->kind) {
	case SMI_SPOT_CHIP:
		/* The chosen one once more: open it. */
		if (st->chip == spot->n && !st->on_processes && st->page == SMI_PAGE_CHIPS)
			return enter(st);
		st->chip = spot->n;
		st->on_processes = false;
		return false;
	case SMI_SPOT_ROW:
		st->on_processes = true;
		if (st->row == spot->n)
			fold(st, !smi_watch_unfolded(st, st->pid));
		st->row = spot->n;
		st->row_chosen = st->follow = true;
		return false;
	case SMI_SPOT_SORT:
		if (st->set.sort == spot->n)
			st->set.reverse = !st->set.reverse;
		else
			st->set.reverse = false;
		st->set.sort = spot->n;
		return false;
	default:
		st->core_x = st->core_y = 0;
		move_core(st, s, (int)((mouse->x - spot->x) / spot->n),
			  (int)(mouse->y - spot->y));
		return false;
	}
}

bool smi_watch_mouse(struct smi_watch_state *st, const struct smi_snapshot *s,
		     const struct smi_mouse *mouse)
{
	const struct smi_spot *spot = spot_at(st, mouse);
	int by = mouse->button == SMI_BUTTON_WHEEL_UP ? -1 : 1;

	if (st->asking)
		return false;
	if (mouse->button == SMI_BUTTON_LEFT)
		return spot && click(st, s, spot, mouse);
	if (spot && spot->kind == SMI_SPOT_CHIP)
		choose(st, s, by);
	else if (st->page == SMI_PAGE_CHIP || st->page >= SMI_PAGE_HELP)
		scroll(st, (int64_t)by * 3);
	else
		choose_row(st, by);
	return false;
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
