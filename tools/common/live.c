// SPDX-License-Identifier: GPL-2.0-only
/*
 * The live objects of a client: see live.h.
 *
 * The module tells on how many cores a program is resident, not on which. They follow from the
 * others: on one core, only one program is resident, or the members of one dispatch list.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"

#define PAGE	4096	/* as many as one call lists */
#define BITS	((size_t)TT_MEMSTAT_SET_WORDS * 64)

/* ---- Reading ---- */

typedef int (*list_fn)(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client, uint64_t *cursor,
		       void *items, size_t *count);

static int list_records(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client, uint64_t *cursor,
			void *items, size_t *count)
{
	return ttmemstat_list_records(ctx, chip, client, cursor, items, count);
}

static int list_programs(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			 uint64_t *cursor, void *items, size_t *count)
{
	return ttmemstat_list_programs(ctx, chip, client, cursor, items, count);
}

static int list_sets(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client, uint64_t *cursor,
		     void *items, size_t *count)
{
	return ttmemstat_list_sets(ctx, chip, client, cursor, items, count);
}

/* Read all pages of a list of items of @size bytes. A page holds any record with all of its parts. */
static int read_list(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client, list_fn list,
		     size_t size, void **items, size_t *count)
{
	size_t done = 0, room = 0, page;
	uint64_t cursor = 0;
	char *made = NULL;
	int err;

	do {
		if (room - done < PAGE) {
			char *grown = realloc(made, (room * 2 + PAGE) * size);

			err = grown ? 0 : -ENOMEM;
			if (err)
				break;
			made = grown;
			room = room * 2 + PAGE;
		}
		page = PAGE;
		err = list(ctx, chip, client, &cursor, made + done * size, &page);
		done += err ? 0 : page;
	} while (!err && cursor);
	if (err) {
		free(made);
		return err;
	}
	*items = made;
	*count = done;
	return 0;
}

int live_read_records(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
		      struct live_client *live)
{
	void *items = NULL;
	int err;

	*live = (struct live_client){ 0 };
	err = read_list(ctx, chip, client, list_records, sizeof(*live->records), &items,
			&live->record_count);
	if (err)
		return err;
	live->records = items;
	/* After the records: no set that a record has is missing then. */
	err = read_list(ctx, chip, client, list_sets, sizeof(*live->sets), &items, &live->set_count);
	if (!err)
		live->sets = items;
	return err == -EOPNOTSUPP ? 0 : err;
}

static int read_programs(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
			 struct live_client *live)
{
	struct tt_memstat_program_info *infos;
	void *items = NULL;
	int err = read_list(ctx, chip, client, list_programs, sizeof(*infos), &items,
			    &live->program_count);

	if (err)
		return err;
	infos = items;
	live->programs = calloc(live->program_count + 1, sizeof(*live->programs));
	if (live->programs)
		for (size_t i = 0; i < live->program_count; i++)
			live->programs[i].info = infos[i];
	free(items);
	return live->programs ? 0 : -ENOMEM;
}

/* ---- Residency ---- */

static bool known(const struct tt_memstat_figures *figures, enum tt_memstat_figure n)
{
	return figures->known[n / 64] >> n % 64 & 1;
}

static bool has(const uint64_t *map, size_t bit)
{
	return map[bit / 64] >> bit % 64 & 1;
}

/* Group of programs that are resident together: a dispatch list, or a program on its own. */
struct group {
	bool taken;
	uint64_t list;
};

static bool may_be_on(const struct live_program *p, const struct group *group)
{
	return !group->taken || (p->info.list && group->list == p->info.list);
}

/* Find out where a program can be resident, as @taken tells; the number of those cores. */
static uint32_t find_room(const struct live_program *p, const struct group *taken, uint64_t *room)
{
	uint32_t count = 0;

	memset(room, 0, sizeof(p->cores));
	for (size_t bit = 0; bit < BITS; bit++) {
		if (has(p->cores, bit) && may_be_on(p, &taken[bit])) {
			room[bit / 64] |= 1ull << bit % 64;
			count++;
		}
	}
	return count;
}

static void settle(struct live_program *p, struct group *taken, const uint64_t *room)
{
	uint32_t left = p->info.resident;

	for (size_t bit = 0; bit < BITS && left; bit++) {
		if (!has(room, bit))
			continue;
		p->resident[bit / 64] |= 1ull << bit % 64;
		taken[bit] = (struct group){ true, p->info.list };
		left--;
	}
}

/*
 * A program whose number of cores is that of the cores where it can be is on all of them, which
 * leaves fewer to the others. When there is no such program, one that ran later has been freed, and
 * the cores that it had are not known.
 */
static int find_resident(struct live_client *live)
{
	bool *settled = calloc(live->program_count + 1, sizeof(*settled));
	struct group taken[BITS] = { { 0 } };
	uint64_t room[TT_MEMSTAT_SET_WORDS];
	bool assume = false, progress;

	if (!settled)
		return -ENOMEM;
	do {
		progress = false;
		for (size_t i = 0; i < live->program_count && !(assume && progress); i++) {
			struct live_program *p = &live->programs[i];
			uint32_t count;
			bool exact;

			if (settled[i] || !p->info.id)
				continue;
			count = find_room(p, taken, room);
			exact = !p->info.resident || count == p->info.resident;
			if (!exact && !assume)
				continue;
			p->assumed = !exact;
			live->assumed |= !exact;
			settle(p, taken, room);
			settled[i] = true;
			progress = true;
		}
		assume = !progress && !assume;
	} while (progress || assume);
	free(settled);
	return 0;
}

/* The module counts the cores of all of a program's records, also of its kernels. */
static void add_cores(struct live_client *live)
{
	for (size_t i = 0; i < live->record_count; i++) {
		const struct tt_memstat_record_info *record = &live->records[i];
		struct live_program *p = (struct live_program *)live_program(live, record);
		const struct tt_memstat_set_info *set = live_set(live, record);

		for (size_t n = 0; p && set && n < TT_MEMSTAT_SET_WORDS; n++)
			p->cores[n] |= set->map[n];
	}
}

/* Before a client's first dispatch, everything is resident; records without a program always are. */
static int find_cores(struct live_client *live)
{
	const bool dispatched = known(&live->figures, TT_MEMSTAT_FIG_DISPATCH_AGE_MS);

	add_cores(live);
	for (size_t i = 0; i < live->program_count; i++) {
		struct live_program *p = &live->programs[i];

		if (dispatched && p->info.id)
			continue;
		memcpy(p->resident, p->cores, sizeof(p->cores));
		p->info.resident = p->info.cores;
	}
	return dispatched ? find_resident(live) : 0;
}

static int read_all(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
		    struct live_client *live)
{
	struct tt_memstat_figures before = { 0 };
	int err = ttmemstat_query_client(ctx, chip, client, &before);

	*live = (struct live_client){ 0 };
	if (!err)
		err = live_read_records(ctx, chip, client, live);
	if (!err)
		err = read_programs(ctx, chip, client, live);
	if (!err)
		err = ttmemstat_query_client(ctx, chip, client, &live->figures);
	live->changing = before.value[TT_MEMSTAT_FIG_GENERATION] !=
			 live->figures.value[TT_MEMSTAT_FIG_GENERATION];
	return err;
}

int live_read(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client, unsigned int tries,
	      struct live_client *live)
{
	int err = read_all(ctx, chip, client, live);

	for (unsigned int i = 1; !err && live->changing && i < tries; i++) {
		live_release(live);
		err = read_all(ctx, chip, client, live);
	}
	return err ? err : find_cores(live);
}

void live_release(struct live_client *live)
{
	free(live->records);
	free(live->programs);
	free(live->sets);
	*live = (struct live_client){ 0 };
}

/* ---- Looking things up ---- */

static bool is_dram(uint32_t pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE;
}

const struct tt_memstat_set_info *live_set(const struct live_client *live,
					   const struct tt_memstat_record_info *record)
{
	const uint32_t space = is_dram(record->pool) ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1;
	size_t from = 0, to = live->set_count;

	/* The sets 0 come first, whichever of them are known. */
	while (from < to && !live->sets[from].set) {
		if (!record->set && live->sets[from].space == space)
			return &live->sets[from];
		from++;
	}
	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (live->sets[middle].set == record->set)
			return &live->sets[middle];
		if (live->sets[middle].set < record->set)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

const struct live_program *live_program(const struct live_client *live,
					const struct tt_memstat_record_info *record)
{
	size_t from = 0, to = live->program_count;

	if (record->pool != TT_MEMSTAT_POOL_CB && record->pool != TT_MEMSTAT_POOL_KERNEL)
		return NULL;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (live->programs[middle].info.id == record->program)
			return &live->programs[middle];
		if (live->programs[middle].info.id < record->program)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

uint64_t live_l1_base(const struct live_client *live, uint64_t bytes)
{
	const struct tt_memstat_set_info *workers = live->set_count ? &live->sets[0] : NULL;
	uint64_t part;

	if (!workers || workers->set || workers->space != TT_MEMSTAT_SPACE_L1 ||
	    !known(&live->figures, TT_MEMSTAT_FIG_L1_ALLOCATABLE))
		return 0;
	part = live->figures.value[TT_MEMSTAT_FIG_L1_ALLOCATABLE] / workers->banks;
	return part < bytes ? bytes - part : 0;
}

uint64_t live_l1_small(const struct live_client *live, uint64_t bytes)
{
	uint64_t lowest = bytes;

	for (size_t i = 0; i < live->record_count; i++)
		if (live->records[i].pool == TT_MEMSTAT_POOL_L1_SMALL && live->records[i].addr < lowest)
			lowest = live->records[i].addr;
	return lowest;
}

bool live_record_on(const struct live_client *live, const struct tt_memstat_record_info *record,
		    uint32_t x, uint32_t y)
{
	const struct tt_memstat_set_info *set = live_set(live, record);
	const struct live_program *program;

	if (!set || record->pool == TT_MEMSTAT_POOL_KERNEL ||
	    record->flags & TT_MEMSTAT_ENTRY_VIEW || !ttmemstat_set_has(set, x, y))
		return false;
	if (record->pool != TT_MEMSTAT_POOL_CB)
		return true;
	program = live_program(live, record);
	return program && has(program->resident, (size_t)y * set->columns + x);
}
