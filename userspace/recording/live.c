// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The objects that are live behind a slot, and the slots that they need: names, attachments, bank
 * sets, records, the last dispatch of each program, the last snapshots and open scopes.
 *
 * A recording has events that the ledger refuses. They must end nothing, and begin nothing that
 * would stand in the way of a later event, so the rules of driver/ledger are repeated here. Running
 * the ledger instead would take the thread that fills a file seconds (docs/measurements.md has the
 * cost of an event). Slots do not tell which events the module refused for lack of memory or quota,
 * and of chips with unknown geometry not which ones it refused for their range. These count as
 * taken, as they do for all readers of a recording.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <tt_memstat.h>

#include "../ledger/books.h"
#include "live.h"

#define HEADS			65536
#define NO_SLOT			UINT64_MAX

#define POOLS_L1		(1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL | \
				 POOLS_OF_PROGRAMS)
#define POOLS_OF_PROGRAMS	(1u << TT_MEMSTAT_POOL_CB | 1u << TT_MEMSTAT_POOL_KERNEL)

struct program;

/**
 * struct live - an object and the slot that made it
 * @next: of the same hash
 * @what: kind of its slot; REC_FREE: see witness()
 * @key: number or id
 * @pool: its pool; of a bank set, its space
 * @flags: of the entry
 * @parts: of a record, up to this one
 * @at: its slot
 * @until: the slot that ended it, if that is needed, too
 * @program: NULL: belongs to none
 * @of_program: in @program
 */
struct live {
	struct live *next;
	enum rec_kind what;
	uint32_t attachment;
	uint64_t key;
	uint32_t pool;
	uint32_t flags;
	uint32_t parts;
	uint64_t at;
	uint64_t until;
	struct program *program;
	LIST_ENTRY(live) of_program;
};

/**
 * struct program - a program that is loaded, or has a name
 * @loaded: it had a record, and has not been freed since
 * @records: number of its records
 * @objects: its records, its dispatch and its name
 */
struct program {
	struct program *next;
	uint32_t attachment;
	uint64_t number;
	bool loaded;
	uint32_t records;
	LIST_HEAD(, live) objects;
};

/* @has: the chip, as far as known */
struct attachment {
	bool live;
	uint32_t covers;
	uint32_t snapshots;
	struct ttmemstat_resolved has;
};

/**
 * struct rec_live - what is live
 * @keys: objects by attachment and key
 * @programs: by attachment and number
 * @needed: a bit for each slot
 * @room: words of @needed
 * @at: number of the current slot
 */
struct rec_live {
	struct live *keys[HEADS];
	struct program *programs[HEADS];
	struct attachment attachments[REC_ATTACHMENTS];
	uint64_t *needed;
	size_t room;
	uint64_t at;
};

static uint32_t hash_of(uint32_t attachment, uint64_t key)
{
	return (uint32_t)((key ^ (uint64_t)attachment << 40) * 0x9e3779b97f4a7c15u >> 48);
}

static int need(struct rec_live *l, uint64_t at)
{
	while (at / 64 >= l->room) {
		const size_t room = l->room ? l->room * 2 : 4096;
		uint64_t *grown = realloc(l->needed, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		memset(grown + l->room, 0, (room - l->room) * sizeof(*grown));
		l->needed = grown;
		l->room = room;
	}
	l->needed[at / 64] |= 1ull << at % 64;
	return 0;
}

static void forget(struct rec_live *l, uint64_t at)
{
	if (at != NO_SLOT)
		l->needed[at / 64] &= ~(1ull << at % 64);
}

bool rec_live_needs(const struct rec_live *l, uint64_t at)
{
	return at / 64 < l->room && l->needed[at / 64] >> at % 64 & 1;
}

/* ---- Objects ----------------------------------------------------------------------------- */

static struct live *find(const struct rec_live *l, enum rec_kind what, uint32_t attachment,
			 uint64_t key)
{
	struct live *live = l->keys[hash_of(attachment, key)];

	while (live && (live->what != what || live->attachment != attachment || live->key != key))
		live = live->next;
	return live;
}

static struct program **find_program(struct rec_live *l, uint32_t attachment, uint64_t number)
{
	struct program **link = &l->programs[hash_of(attachment, number)];

	while (*link && ((*link)->attachment != attachment || (*link)->number != number))
		link = &(*link)->next;
	return link;
}

/* The program, or NULL. */
static struct program *loaded(struct rec_live *l, uint32_t attachment, uint64_t number)
{
	struct program *p = *find_program(l, attachment, number);

	return p && p->loaded ? p : NULL;
}

static struct program *get_program(struct rec_live *l, uint32_t attachment, uint64_t number)
{
	struct program **link = find_program(l, attachment, number);

	if (*link)
		return *link;
	*link = calloc(1, sizeof(**link));
	if (*link) {
		(*link)->attachment = attachment;
		(*link)->number = number;
		LIST_INIT(&(*link)->objects);
	}
	return *link;
}

static void put_program(struct rec_live *l, struct program *p)
{
	struct program **link;

	if (p->loaded || !LIST_EMPTY(&p->objects))
		return;
	link = find_program(l, p->attachment, p->number);
	*link = p->next;
	free(p);
}

/* Take it off the lists. */
static void detach(struct rec_live *l, struct live *live)
{
	struct live **link = &l->keys[hash_of(live->attachment, live->key)];

	while (*link != live)
		link = &(*link)->next;
	*link = live->next;
	if (live->what == REC_SNAPSHOT)
		l->attachments[live->attachment].snapshots--;
	if (!live->program)
		return;
	LIST_REMOVE(live, of_program);
	live->program->records -= live->what == REC_RECORD;
	put_program(l, live->program);
	live->program = NULL;
}

static void attach(struct rec_live *l, struct live *live, struct program *program)
{
	struct live **head = &l->keys[hash_of(live->attachment, live->key)];

	live->next = *head;
	*head = live;
	if (live->what == REC_SNAPSHOT)
		l->attachments[live->attachment].snapshots++;
	live->program = program;
	if (!program)
		return;
	LIST_INSERT_HEAD(&program->objects, live, of_program);
	program->records += live->what == REC_RECORD;
}

static void end_one(struct rec_live *l, struct live *live)
{
	detach(l, live);
	forget(l, live->at);
	forget(l, live->until);
	free(live);
}

/* Begin the object of the current slot. */
static int begin_one(struct rec_live *l, const struct rec_slot *slot, uint64_t key,
		     struct program *program, uint32_t parts)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live || need(l, l->at)) {
		free(live);
		return -ENOMEM;
	}
	live->what = rec_kind_of(slot);
	live->attachment = rec_attachment_of(slot);
	live->key = key;
	live->pool = rec_pool_of(slot);
	live->flags = rec_flags_of(slot);
	live->parts = parts;
	live->at = l->at;
	live->until = NO_SLOT;
	attach(l, live, program);
	return 0;
}

/* Replace the previous slot of the object. */
static int replace(struct rec_live *l, const struct rec_slot *slot, uint64_t key,
		   struct program *program)
{
	struct live *old = find(l, rec_kind_of(slot), rec_attachment_of(slot), key);
	int error = begin_one(l, slot, key, program, 0);

	if (old && !error)
		end_one(l, old);
	return error;
}

/* ---- Records ----------------------------------------------------------------------------- */

/*
 * Snapshots do not count once a pool has had a record. So of each pool, keep a record that ended,
 * with the slot that ended it.
 */
static int witness(struct rec_live *l, struct live *live)
{
	if (find(l, REC_FREE, live->attachment, live->pool)) {
		end_one(l, live);
		return 0;
	}
	detach(l, live);
	live->what = REC_FREE;
	live->key = live->pool;
	live->until = l->at;
	attach(l, live, NULL);
	return need(l, l->at);
}

static struct live *dispatch_of(const struct program *p)
{
	struct live *live;

	LIST_FOREACH(live, &p->objects, of_program)
		if (live->what == REC_DISPATCH)
			break;
	return live;
}

/* A dispatch needs a record in front of it. */
static void check_dispatch(struct rec_live *l, struct program *p)
{
	struct live *dispatch = dispatch_of(p), *live;

	LIST_FOREACH(live, &p->objects, of_program)
		if (dispatch && live->what == REC_RECORD && live->at < dispatch->at)
			return;
	if (dispatch)
		end_one(l, dispatch);
}

static int end_record(struct rec_live *l, uint32_t attachment, uint64_t id)
{
	struct live *live;
	int error = 0;

	while (!error && (live = find(l, REC_RECORD, attachment, id))) {
		struct program *p = live->program;

		error = witness(l, live);
		if (p)
			check_dispatch(l, p);
	}
	return error;
}

/* The loaded program's records end, and thereby its dispatch. @witnessed: the slot is not a record */
static int end_records(struct rec_live *l, struct program *p, bool witnessed)
{
	struct live *live, *next;
	int error = 0;

	for (live = LIST_FIRST(&p->objects); live && !error; live = next) {
		next = LIST_NEXT(live, of_program);
		if (live->what == REC_RECORD && witnessed)
			error = witness(l, live);
		else if (live->what == REC_RECORD || live->what == REC_DISPATCH)
			end_one(l, live);
	}
	return error;
}

/* A free ends the name even of a program that is not loaded. */
static int end_program(struct rec_live *l, uint32_t attachment, uint64_t number)
{
	struct program *p = *find_program(l, attachment, number);
	const bool was_loaded = p && p->loaded;
	struct live *name;
	int error = was_loaded ? end_records(l, p, true) : 0;

	if (was_loaded) {
		p->loaded = false;
		put_program(l, p);
	}
	name = find(l, REC_PROGRAM_NAME, attachment, number);
	if (name)
		end_one(l, name);
	return error;
}

/* End what a drop of some pools ends. */
static void drop(struct rec_live *l, uint32_t attachment, uint32_t pools)
{
	struct program *p, *next_program;
	struct live *live, *next;
	size_t i;

	for (i = 0; i < HEADS; i++) {
		for (live = l->keys[i]; live; live = next) {
			next = live->next;
			if (live->attachment != attachment)
				continue;
			if (live->what == REC_DISPATCH ? pools >> TT_MEMSTAT_POOL_CB & 1 :
			    (live->what == REC_RECORD || live->what == REC_FREE ||
			     live->what == REC_SNAPSHOT) && pools >> live->pool & 1)
				end_one(l, live);
		}
	}
	for (i = 0; i < HEADS && pools & POOLS_OF_PROGRAMS; i++) {
		for (p = l->programs[i]; p; p = next_program) {
			next_program = p->next;
			if (p->attachment != attachment)
				continue;
			check_dispatch(l, p);
			if (!p->records)
				end_program(l, attachment, p->number);
		}
	}
}

static void end_attachment(struct rec_live *l, uint32_t attachment)
{
	struct live *live, *next;
	size_t i;

	drop(l, attachment, TT_MEMSTAT_POOL_MASK_ALL);
	for (i = 0; i < HEADS; i++) {
		for (live = l->keys[i]; live; live = next) {
			next = live->next;
			if (live->attachment == attachment && live->what != REC_SCOPE_BEGIN)
				end_one(l, live);
		}
	}
	l->attachments[attachment] = (struct attachment) { 0 };
}

/* ---- Events ------------------------------------------------------------------------------ */

/* Whether the slot uses no field but its kind, id and program. */
static bool is_plain(const struct rec_slot *slot)
{
	return !(slot->head >> 4) && !slot->addr && !slot->size;
}

/* A pool that the attachment covers, and a bank set of its space. */
static bool place_is_fine(const struct rec_live *l, const struct rec_slot *slot)
{
	const uint32_t attachment = rec_attachment_of(slot), pool = rec_pool_of(slot);
	const uint32_t space = POOLS_L1 >> pool & 1 ? TT_MEMSTAT_SPACE_L1 : TT_MEMSTAT_SPACE_DRAM;
	const struct live *set = find(l, REC_SET, attachment, rec_set_of(slot));

	return l->attachments[attachment].covers >> pool & 1 &&
	       (!rec_set_of(slot) || (set && set->pool == space));
}

/* Bytes of a bank, or of all; 0: unknown. */
static uint64_t bytes_of(const struct rec_live *l, const struct rec_slot *slot, bool total)
{
	const struct ttmemstat_resolved *has = &l->attachments[rec_attachment_of(slot)].has;

	if (POOLS_L1 >> rec_pool_of(slot) & 1)
		return total ? has->l1_capacity : has->l1_bytes;
	return total ? has->dram_capacity : has->dram_bank_bytes;
}

static bool record_is_fine(const struct rec_live *l, const struct rec_slot *slot)
{
	const uint32_t flags = rec_flags_of(slot), pool = rec_pool_of(slot);
	const bool kernel = pool == TT_MEMSTAT_POOL_KERNEL;
	const uint64_t most = kernel ? BOOKS_KERNEL_BYTES_MAX : bytes_of(l, slot, false);
	/* A kernel has no place. */
	const uint64_t end = ((uint64_t)slot->size + (kernel ? 0 : slot->addr)) * TT_MEMSTAT_GRANULE;

	if (!place_is_fine(l, slot) ||
	    flags & ~(uint32_t)(TT_MEMSTAT_ENTRY_VIEW | TT_MEMSTAT_ENTRY_SYSTEM |
				TT_MEMSTAT_ENTRY_PART | TT_MEMSTAT_ENTRY_REPLACE_PROGRAM) ||
	    (flags & TT_MEMSTAT_ENTRY_VIEW && pool != TT_MEMSTAT_POOL_CB) ||
	    (flags & TT_MEMSTAT_ENTRY_SYSTEM && pool != TT_MEMSTAT_POOL_KERNEL) ||
	    (flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM && !slot->program) ||
	    (slot->program && !(POOLS_OF_PROGRAMS >> pool & 1)))
		return false;
	if (!slot->size && !kernel && !(flags & TT_MEMSTAT_ENTRY_VIEW))
		return false;
	return !most || end <= most;
}

/* @replaced: the program whose records end first, or NULL */
static bool id_is_fine(const struct live *head, const struct rec_slot *slot,
		       const struct program *replaced)
{
	if (!head || (replaced && head->program == replaced))
		return true;
	return rec_flags_of(slot) & head->flags & TT_MEMSTAT_ENTRY_PART &&
	       head->pool == rec_pool_of(slot) && head->parts < BOOKS_MAX_PARTS &&
	       (head->program ? head->program->number : 0) == slot->program;
}

static int take_record(struct rec_live *l, const struct rec_slot *slot)
{
	const uint32_t attachment = rec_attachment_of(slot);
	const struct live *head = find(l, REC_RECORD, attachment, slot->id);
	struct program *p = slot->program ? loaded(l, attachment, slot->program) : NULL;
	const bool replaces = p && rec_flags_of(slot) & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	uint32_t parts;

	if (!record_is_fine(l, slot) || !id_is_fine(head, slot, replaces ? p : NULL) ||
	    (p && !replaces && p->records >= BOOKS_MAX_PROGRAM_RECORDS))
		return 0;
	parts = head && !(replaces && head->program == p) ? head->parts : 0;
	if (replaces)
		end_records(l, p, false);
	else if (slot->program && !p)
		p = get_program(l, attachment, slot->program);
	if (slot->program && !p)
		return -ENOMEM;
	if (p)
		p->loaded = true;
	return begin_one(l, slot, slot->id, p, parts + 1);
}

static int take_dispatch(struct rec_live *l, const struct rec_slot *slot)
{
	struct program *p = loaded(l, rec_attachment_of(slot), slot->program);

	if (!is_plain(slot) || !p || !p->records)
		return 0;
	return replace(l, slot, slot->program, p);
}

static int take_program_name(struct rec_live *l, const struct rec_slot *slot)
{
	struct program *p;

	if (!is_plain(slot) || !slot->program || !rec_name_of(slot))
		return 0;
	p = get_program(l, rec_attachment_of(slot), slot->program);
	return p ? replace(l, slot, slot->program, p) : -ENOMEM;
}

static bool snapshot_is_fine(const struct rec_live *l, const struct rec_slot *slot)
{
	const uint32_t flags = rec_flags_of(slot), pool = rec_pool_of(slot);
	const bool total = flags & TT_MEMSTAT_ENTRY_TOTAL;
	const uint64_t most = bytes_of(l, slot, total);
	struct rec_numbers n;

	rec_numbers_of(slot, &n);
	if (pool == TT_MEMSTAT_POOL_KERNEL || !place_is_fine(l, slot) ||
	    flags & ~(uint32_t)(TT_MEMSTAT_ENTRY_TOTAL | TT_MEMSTAT_ENTRY_LOADED) ||
	    (flags & TT_MEMSTAT_ENTRY_LOADED && pool != TT_MEMSTAT_POOL_CB) ||
	    (total && (n.allocatable || n.allocated || n.largest || rec_set_of(slot))) ||
	    (!total && n.allocated > n.allocatable))
		return false;
	return !most || (n.allocatable <= most && n.free <= most && n.largest <= most);
}

static int take_snapshot(struct rec_live *l, const struct rec_slot *slot)
{
	const uint64_t key = (uint64_t)rec_set_of(slot) << 8 | rec_pool_of(slot);
	const uint32_t attachment = rec_attachment_of(slot);

	if (!snapshot_is_fine(l, slot) ||
	    (l->attachments[attachment].snapshots >= BOOKS_MAX_SNAPSHOTS &&
	     !find(l, REC_SNAPSHOT, attachment, key)))
		return 0;
	return replace(l, slot, key, NULL);
}

static int take_attach(struct rec_live *l, struct rec_file *file, const struct rec_slot *slot)
{
	struct attachment *a = &l->attachments[rec_attachment_of(slot)];
	struct tt_memstat_geometry geometry;
	struct rec_attach attach;
	char blob[REC_BLOB_MAX];
	int found;

	if (a->live || slot->id != sizeof(attach))
		return 0;
	found = rec_file_pieces(file, slot, blob);
	if (found <= 0)
		return found;
	memcpy(&attach, blob, sizeof(attach));
	*a = (struct attachment) { .live = true, .covers = attach.covers };
	rec_geometry_of(&attach, &geometry);
	if (ttmemstat_geometry_resolve(&geometry, &a->has))
		a->has = (struct ttmemstat_resolved) { 0 };
	return begin_one(l, slot, 0, NULL, 0);
}

/* Scopes nest: the key of a scope is its thread and its depth. */
static uint32_t depth_of(const struct rec_live *l, const struct rec_slot *slot)
{
	const uint64_t thread = (uint64_t)rec_thread_of(slot) << 32;
	uint32_t depth = 0;

	while (find(l, REC_SCOPE_BEGIN, 0, thread | depth))
		depth++;
	return depth;
}

static int take_scope(struct rec_live *l, const struct rec_slot *slot)
{
	const uint64_t thread = (uint64_t)rec_thread_of(slot) << 32;
	const uint32_t depth = depth_of(l, slot);

	if (rec_kind_of(slot) == REC_SCOPE_BEGIN)
		return begin_one(l, slot, thread | depth, NULL, 0);
	if (depth)
		end_one(l, find(l, REC_SCOPE_BEGIN, 0, thread | (depth - 1)));
	return 0;
}

/* Slots of an attachment that is live. */
static int take_of(struct rec_live *l, const struct rec_slot *slot)
{
	const uint32_t attachment = rec_attachment_of(slot);

	switch (rec_kind_of(slot)) {
	case REC_RECORD:
		return take_record(l, slot);
	case REC_FREE:
		return is_plain(slot) && !slot->program ? end_record(l, attachment, slot->id) : 0;
	case REC_PROGRAM_FREE:
		return is_plain(slot) && !slot->id ? end_program(l, attachment, slot->program) : 0;
	case REC_DISPATCH:
		return take_dispatch(l, slot);
	case REC_PROGRAM_NAME:
		return take_program_name(l, slot);
	case REC_SNAPSHOT:
		return take_snapshot(l, slot);
	case REC_DROP:
		drop(l, attachment, (uint32_t)slot->id);
		return 0;
	case REC_PARTIAL:
		return replace(l, slot, 0, NULL);
	case REC_DETACH:
		end_attachment(l, attachment);
		return 0;
	case REC_SET:
		return find(l, REC_SET, attachment, rec_set_of(slot)) ? 0 :
			begin_one(l, slot, rec_set_of(slot), NULL, 0);
	default:
		return 0;
	}
}

int rec_live_take(struct rec_live *l, struct rec_file *file, const struct rec_slot *slot)
{
	int error = 0;

	switch (rec_kind_of(slot)) {
	case REC_NAME:
		error = need(l, l->at);
		break;
	case REC_SCOPE_BEGIN:
	case REC_SCOPE_END:
		error = take_scope(l, slot);
		break;
	case REC_ATTACH:
		error = take_attach(l, file, slot);
		break;
	default:
		if (l->attachments[rec_attachment_of(slot)].live)
			error = take_of(l, slot);
	}
	l->at++;
	return error;
}

struct rec_live *rec_live_new(void)
{
	return calloc(1, sizeof(struct rec_live));
}

void rec_live_free(struct rec_live *l)
{
	struct program *p, *next_program;
	struct live *live, *next;
	size_t i;

	for (i = 0; l && i < HEADS; i++) {
		for (live = l->keys[i]; live; live = next) {
			next = live->next;
			free(live);
		}
		for (p = l->programs[i]; p; p = next_program) {
			next_program = p->next;
			free(p);
		}
	}
	if (l)
		free(l->needed);
	free(l);
}
