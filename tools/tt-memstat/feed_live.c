// SPDX-License-Identifier: GPL-2.0-only
/*
 * The live objects of a chip as a history: see feed_live.h.
 *
 * Ids are new: clients number their records independently, and parts of a record share an id.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "banks.h"
#include "feed_live.h"

#define PROGRAM	1	/* has all circular buffers */

/* A record; its id is 1 + its index. */
struct item {
	const struct tt_memstat_record_info *record;
	const struct live_owner *owner;
	size_t set;		/* index in @sets; WHOLE */
};

#define WHOLE	SIZE_MAX

/* Cores, or with @dram a mask of banks. */
struct live_set {
	struct core_set cores;
	uint64_t dram;
	uint32_t number;	/* of the run's client; 0: not yet defined */
};

struct feed_live {
	char *title;
	struct item *items;
	size_t count;
	size_t room;
	struct live_set *sets;
	size_t set_count;
	size_t set_room;
	bool programs;		/* some item is a circular buffer */
	size_t next;
	struct books_client *client;
};

/* ---- Collecting ---- */

static int find_set(struct feed_live *f, const struct live_set *set, size_t *index)
{
	for (*index = 0; *index < f->set_count; ++*index)
		if (core_set_equal(&f->sets[*index].cores, &set->cores) &&
		    f->sets[*index].dram == set->dram)
			return 0;
	if (f->set_count == f->set_room) {
		size_t room = f->set_room ? f->set_room * 2 : 16;
		struct live_set *grown = realloc(f->sets, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		f->sets = grown;
		f->set_room = room;
	}
	f->sets[f->set_count++] = *set;
	return 0;
}

static int add_item(struct feed_live *f, const struct item *item)
{
	if (f->count == f->room) {
		size_t room = f->room ? f->room * 2 : 64;
		struct item *grown = realloc(f->items, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		f->items = grown;
		f->room = room;
	}
	f->items[f->count++] = *item;
	return 0;
}

/* Lists of different moments may not fit; a module that lists no sets is too old. */
static int unknown_set(const struct live_owner *owner)
{
	return owner->live.set_count ? 0 : -EINVAL;
}

static int add_buffer(struct feed_live *f, const struct live_owner *owner,
		      const struct tt_memstat_record_info *record)
{
	const struct tt_memstat_set_info *info = live_set(&owner->live, record);
	struct item item = { .record = record, .owner = owner, .set = WHOLE };
	struct live_set set = { .dram = 0 };
	int err = 0;

	if (!info)
		return unknown_set(owner);
	if (info->space == TT_MEMSTAT_SPACE_DRAM)
		set.dram = info->map[0];
	else
		banks_cores(info, &set.cores);
	if (record->set)
		err = find_set(f, &set, &item.set);
	return err ? err : add_item(f, &item);
}

/* Views are where their program is, too, though they count nowhere. */
static int add_cb(struct feed_live *f, const struct live_owner *owner,
		  const struct tt_memstat_record_info *record)
{
	const struct live_program *program = live_program(&owner->live, record);
	const struct tt_memstat_set_info *info = live_set(&owner->live, record);
	struct item item = { .record = record, .owner = owner };
	struct tt_memstat_set_info on;
	struct live_set set = { .dram = 0 };
	int err;

	if (!info)
		return unknown_set(owner);
	if (!program)
		return 0;
	on = *info;
	for (size_t i = 0; i < TT_MEMSTAT_SET_WORDS; i++)
		on.map[i] &= program->resident[i];
	banks_cores(&on, &set.cores);
	if (core_set_empty(&set.cores))
		return 0;
	f->programs = true;
	err = find_set(f, &set, &item.set);
	return err ? err : add_item(f, &item);
}

static int collect(struct feed_live *f, const struct live_owner *owners, size_t count, bool cbs)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++) {
		const struct live_client *live = &owners[i].live;

		for (size_t k = 0; !err && k < live->record_count; k++) {
			const struct tt_memstat_record_info *record = &live->records[k];
			const bool cb = record->pool == TT_MEMSTAT_POOL_CB;

			if (cb == cbs && record->pool != TT_MEMSTAT_POOL_KERNEL)
				err = cb ? add_cb(f, &owners[i], record) :
					   add_buffer(f, &owners[i], record);
		}
	}
	return err;
}

/* ---- The history ---- */

static size_t set_rects(const struct live_set *set, struct tt_memstat_rect *rects)
{
	struct core_rect cores[BANKS_RECTS];
	size_t count = core_set_rects(&set->cores, cores, BANKS_RECTS);

	for (size_t i = 0; i < count; i++)
		rects[i] = (struct tt_memstat_rect){
			.x0 = cores[i].x0, .y0 = cores[i].y0, .x1 = cores[i].x1, .y1 = cores[i].y1,
		};
	return count;
}

static void fold(void *of, struct books *books)
{
	const struct feed_live *f = of;
	struct tt_memstat_rect rects[BANKS_RECTS];

	/* Invalid sets are refused when they are defined. */
	for (size_t i = 0; i < f->set_count; i++)
		if (!f->sets[i].dram)
			books_fold(books, rects, set_rects(&f->sets[i], rects));
}

static int start(void *of, struct books_client *client)
{
	struct feed_live *f = of;

	f->client = client;
	f->next = 0;
	for (size_t i = 0; i < f->set_count; i++)
		f->sets[i].number = 0;
	return 0;
}

/* UINT32_MAX: refused, and so is a record that has it. */
static uint32_t set_number(struct feed_live *f, size_t index)
{
	struct tt_memstat_rect rects[BANKS_RECTS];
	struct live_set *set;
	int err;

	if (index == WHOLE)
		return 0;
	set = &f->sets[index];
	if (set->number)
		return set->number;
	err = set->dram ? books_set_dram(f->client, set->dram, &set->number) :
			  books_set_l1(f->client, rects, set_rects(set, rects), &set->number);
	if (err)
		set->number = UINT32_MAX;
	return set->number;
}

static int next(void *of, struct feed_event *event)
{
	struct feed_live *f = of;
	const struct item *item;

	if (f->next == f->count + f->programs)
		return 0;
	*event = (struct feed_event){ .node = f->next++ };
	if (event->node == f->count)
		return ttmemstat_entry_dispatch(&event->entry, PROGRAM, 0) ? -EINVAL : 1;
	item = &f->items[event->node];
	event->entry = (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_RECORD, .id = event->node + 1, .addr = item->record->addr,
		.size = item->record->size, .set = set_number(f, item->set),
		.pool = item->record->pool,
		.program = item->record->pool == TT_MEMSTAT_POOL_CB ? PROGRAM : 0,
		.flags = item->record->flags & TT_MEMSTAT_ENTRY_VIEW,
	};
	return 1;
}

/* The operation that made a record; NULL: unknown. */
static const char *maker(const struct item *item)
{
	const uint64_t program = item->record->program;

	return naming_find(item->owner->naming, program ? program : item->record->id);
}

static void name(void *of, uint64_t id, uint64_t program, struct feed_name *out)
{
	const struct feed_live *f = of;

	(void)program;
	*out = (struct feed_name){ .unit = "record", .node = FEED_NO_NODE };
	if (!id || id > f->count)
		return;
	out->operation = maker(&f->items[id - 1]);
	out->cores = naming_cores(f->items[id - 1].owner->naming, f->items[id - 1].record->id);
	out->node = f->items[id - 1].record->id;
}

/* Circular buffers are those of one program, so nothing may be between them. */
static void where(void *of, uint64_t node, struct feed_name *out)
{
	const struct feed_live *f = of;
	const struct item *item = node < f->count ? &f->items[node] : NULL;
	const char *made = item && item->record->pool != TT_MEMSTAT_POOL_CB ? maker(item) : NULL;

	*out = (struct feed_name){
		.unit = "record", .node = node, .call = 1, .operation = made ? made : f->title,
		.caller = made ? f->title : NULL,
	};
}

int feed_live_new(const char *title, const struct live_owner *owners, size_t count,
		  struct feed *feed)
{
	static const struct feed_ops ops = {
		.fold = fold, .start = start, .next = next, .name = name, .where = where,
	};
	struct feed_live *f = calloc(1, sizeof(*f));
	int err = -ENOMEM;

	*feed = (struct feed){ &ops, f };
	if (!f)
		return err;
	f->title = strdup(title);
	if (f->title)
		err = collect(f, owners, count, false);
	if (!err)
		err = collect(f, owners, count, true);
	if (err)
		feed_live_free(feed);
	return err;
}

void feed_live_free(struct feed *feed)
{
	struct feed_live *f = feed->of;

	if (!f)
		return;
	free(f->title);
	free(f->items);
	free(f->sets);
	free(f);
	feed->of = NULL;
}
