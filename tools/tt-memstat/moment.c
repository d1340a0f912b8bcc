// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run a history through the ledger.
 *
 * A run begins with an empty chip and one client, like a replay on a virtual chip. The state at a
 * moment is found by running up to it; for the fullest moments it is usually kept during the first
 * run.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ttmemstat.h>

#include "moment.h"
#include "names.h"

struct run {
	struct history *history;
	struct books *books;
	struct books_client *client;
	struct feed_event event;
	uint64_t number;
	bool is_refused;	/* @event */
	uint64_t looking;	/* time spent on keeping peaks, in events */
	struct names refused;	/* records, until they are freed */
};

static int run_open(struct run *run, struct history *history)
{
	const struct layout *from = &history->layout;
	const struct tt_memstat_layout layout = {
		.valid = TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1,
		.worker_x = from->worker_x, .worker_y = from->worker_y,
		.l1_base = from->l1_base, .l1_end = from->l1_end, .l1_small = from->l1_small,
	};
	int err;

	*run = (struct run){ .history = history };
	err = books_open(&history->geometry, &run->books);
	if (err)
		return err;
	history->feed.ops->fold(history->feed.of, run->books);
	err = books_attach(run->books, books_geometry(run->books), &layout,
			   history->covers ? history->covers : TT_MEMSTAT_POOL_MASK_ALL,
			   &run->client);
	return err ? err : history->feed.ops->start(history->feed.of, run->client);
}

static void run_close(struct run *run)
{
	books_close(run->books);
	names_release(&run->refused);
}

/* Count a refused event. The free of a record that was refused is not another one. */
static int note_refused(struct run *run)
{
	const struct tt_memstat_entry *entry = &run->event.entry;
	const struct names_entry refused = { .id = entry->id };

	if (entry->op == TT_MEMSTAT_OP_FREE && names_find(&run->refused, entry->id))
		return 0;
	run->history->refused++;
	return entry->op == TT_MEMSTAT_OP_RECORD ? names_put(&run->refused, &refused) : 0;
}

static int apply(struct run *run)
{
	const struct feed *feed = &run->history->feed;
	const struct tt_memstat_entry *entry = &run->event.entry;
	int err = 0;

	if (run->event.drop)
		books_drop(run->client, run->event.drop);
	else
		err = books_take(run->client, entry, run->event.time_ns);
	if (err == -ENOMEM)
		return err;
	run->is_refused = err;
	if (err)
		err = note_refused(run);
	else if (feed->ops->taken)
		err = feed->ops->taken(feed->of, &run->event);
	if (entry->op == TT_MEMSTAT_OP_FREE)
		names_drop(&run->refused, entry->id);
	return err;
}

/* 1: an event, which may have been refused; 0: the end. */
static int run_next(struct run *run)
{
	int err = run->history->feed.ops->next(run->history->feed.of, &run->event);

	if (err <= 0)
		return err;
	run->number++;
	err = apply(run);
	return err ? err : 1;
}

struct collect {
	struct run *run;
	struct moment *moment;
	size_t room;
};

static void find_banks(const struct run *run, const struct books_record *record,
		       struct holder *holder)
{
	const struct layout *layout = &run->history->layout;

	/* Most circular buffers of cached programs are not resident. */
	if (!record->shown)
		return;
	if (record->pool == TT_MEMSTAT_POOL_DRAM || record->pool == TT_MEMSTAT_POOL_TRACE) {
		for (uint32_t bank = 0; bank < MOMENT_BANKS; bank++)
			holder->dram |= (uint32_t)books_record_on(run->client, record, bank, 0) << bank;
		return;
	}
	for (uint32_t y = 0; y < layout->chip_y; y++)
		for (uint32_t x = 0; x < layout->chip_x; x++)
			if (books_record_on(run->client, record, x, y))
				holder->on.row[y] |= 1u << x;
}

static int add_holder(void *arg, const struct books_record *record)
{
	struct collect *collect = arg;
	struct moment *moment = collect->moment;
	const struct feed *feed = &collect->run->history->feed;
	struct holder *holder;

	if (moment->count == collect->room) {
		size_t room = collect->room ? collect->room * 2 : 64;
		struct holder *grown = realloc(moment->holders, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		moment->holders = grown;
		collect->room = room;
	}
	holder = &moment->holders[moment->count++];
	*holder = (struct holder){
		.id = record->id, .program = record->program, .address = record->address,
		.size = record->size, .pool = record->pool, .banks = record->shown,
		.view = record->flags & TT_MEMSTAT_ENTRY_VIEW,
	};
	find_banks(collect->run, record, holder);
	feed->ops->name(feed->of, record->id, record->program, &holder->name);
	return 0;
}

static int look(struct run *run, struct moment *moment)
{
	struct collect collect = { .run = run, .moment = moment };
	const struct feed *feed = &run->history->feed;

	moment->event = run->number;
	moment->node = run->number ? run->event.node : FEED_NO_NODE;
	moment->time_ns = run->event.time_ns;
	if (run->number)
		feed->ops->where(feed->of, moment->node, &moment->name);
	books_get_usage(run->books, &moment->usage);
	books_chip_figures(run->books, run->event.time_ns, &moment->chip);
	books_client_figures(run->client, run->event.time_ns, &moment->mine);
	for (uint32_t y = 0; y < CORES_MAX; y++)
		for (uint32_t x = 0; x < CORES_MAX; x++)
			moment->core[y][x] = books_core_used(run->books, x, y);
	return books_each_record(run->client, add_holder, &collect);
}

/*
 * Keep a peak only while the total cost stays a fraction of that of the events: if memory only
 * grows, every event is a peak. Looking at a record takes about an eighth of an event's time.
 */
static int note_peak(struct run *run, uint64_t used, uint64_t *most, uint64_t *event,
		     struct moment *kept)
{
	int err;

	if (used <= *most)
		return 0;
	*most = used;
	*event = run->number;
	if (run->looking > run->number / 4)
		return 0;
	moment_free(kept);
	err = look(run, kept);
	run->looking += kept->count / 8 + 16;
	return err;
}

int history_run(struct history *history)
{
	struct books_usage usage;
	uint64_t dram = 0;
	struct run run;
	int err = run_open(&run, history);
	int more = 1;

	history_release(history);
	history->kept = calloc(2, sizeof(*history->kept));
	if (!history->kept)
		err = -ENOMEM;
	history->refused = 0;
	history->l1_peak = 0;
	history->l1_most = 0;
	history->dram_peak = 0;
	while (!err && (more = run_next(&run)) > 0) {
		books_get_usage(run.books, &usage);
		if (history->feed.ops->used)
			history->feed.ops->used(history->feed.of, usage.l1_used, usage.dram_used);
		err = note_peak(&run, usage.l1_used, &history->l1_most, &history->l1_peak,
				&history->kept[0]);
		if (!err)
			err = note_peak(&run, usage.dram_used, &dram, &history->dram_peak,
					&history->kept[1]);
	}
	history->events = run.number;
	run_close(&run);
	return err ? err : more;
}

int history_show(struct history *history, history_shown shown, void *arg)
{
	uint64_t refused = history->refused;
	struct run run;
	int err = run_open(&run, history);
	int more = 1;

	while (!err && (more = run_next(&run)) > 0)
		err = shown(arg, &run.event, run.is_refused, run.books, run.client);
	run_close(&run);
	history->refused = refused;
	return err ? err : more;
}

void history_release(struct history *history)
{
	for (size_t i = 0; history->kept && i < 2; i++)
		moment_free(&history->kept[i]);
	free(history->kept);
	history->kept = NULL;
}

/* Move a kept moment to the caller; returns whether there is one. */
static bool take_kept(struct history *history, uint64_t at, struct moment *moment)
{
	for (size_t i = 0; at && history->kept && i < 2; i++) {
		if (history->kept[i].event != at)
			continue;
		*moment = history->kept[i];
		history->kept[i] = (struct moment){ 0 };
		return true;
	}
	return false;
}

/* Find the missing moments. */
static int run_moments(struct history *history, const uint64_t *at, size_t count,
		       struct moment *moments)
{
	uint64_t refused = history->refused;
	struct run run;
	int err = run_open(&run, history);
	int more = 1;

	for (size_t i = 0; !err && i < count; i++) {
		if (moments[i].event)
			continue;
		while (more > 0 && run.number < at[i])
			more = run_next(&run);
		err = more < 0 ? more : look(&run, &moments[i]);
	}
	run_close(&run);
	history->refused = refused;
	return err;
}

int history_moments(struct history *history, const uint64_t *at, size_t count,
		    struct moment *moments)
{
	bool missing = false;

	memset(moments, 0, count * sizeof(*moments));
	for (size_t i = 0; i < count; i++)
		missing |= !take_kept(history, at[i], &moments[i]);
	return missing ? run_moments(history, at, count, moments) : 0;
}

int history_visit(struct history *history, const uint64_t *at, size_t count,
		  int (*fn)(void *arg, const struct moment *moment), void *arg)
{
	uint64_t refused = history->refused;
	struct run run;
	int err = run_open(&run, history);
	int more = 1;

	for (size_t i = 0; !err && i < count; i++) {
		struct moment moment = { 0 };

		while (more > 0 && run.number < at[i])
			more = run_next(&run);
		err = more < 0 ? more : look(&run, &moment);
		if (!err)
			err = fn(arg, &moment);
		moment_free(&moment);
	}
	run_close(&run);
	history->refused = refused;
	return err;
}

int history_event_of(struct history *history, uint64_t node, uint64_t *event)
{
	struct run run;
	struct feed_event next;
	int err = run_open(&run, history);
	int more = 1;

	*event = 0;
	while (!err && (more = history->feed.ops->next(history->feed.of, &next)) > 0 &&
	       next.node <= node)
		++*event;
	run_close(&run);
	return err ? err : more < 0 ? more : 0;
}

void moment_free(struct moment *moment)
{
	free(moment->holders);
	moment->holders = NULL;
	moment->count = 0;
}

uint64_t moment_figure(const struct tt_memstat_figures *figures, enum tt_memstat_figure n)
{
	uint64_t value;

	return ttmemstat_figure(figures, n, &value) ? value : 0;
}
