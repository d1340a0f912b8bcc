// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * State of this process: live buffers, and events to chips.
 *
 * Locking: one lock guards all state. It is held while events are reported, so that chips receive
 * them in the order of the state's changes. Calls into tt-metal with the lock held take at most the
 * allocator's own lock, under which tt-metal calls no function of the reporter.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "names.h"
#include "programs.h"
#include "summary.h"

#define SNAPSHOT_SHARE	4096	/* live buffers for each event without a snapshot */
#define COVERS		(CHIPS_COVERS | 1u << TT_MEMSTAT_POOL_KERNEL)
#define POOLS		(TT_MEMSTAT_POOL_L1_SMALL + 1)	/* pools that contain buffers */

/**
 * struct allocator - an allocator of tt-metal that has placed a buffer
 * @node: keyed by its address
 * @chips: chips that it manages
 * @parted: it belongs to a single device of a mesh and has buffers on some cores only; all other
 *	buffers belong to the mesh's allocator
 * @live: number of live buffers
 * @events: in each pool since its last snapshot
 * @banks: of each pool, for the summary; 0: unknown so far
 * @first: the most recent buffer
 */
struct allocator {
	struct node node;
	chips_mask chips;
	bool parted;
	size_t live;
	size_t events[POOLS];
	uint32_t banks[POOLS];
	struct buffer *first;
};

/**
 * struct buffer - a live buffer
 * @node: keyed by the address of tt-metal's object; of a leaked one, by its own
 * @owner: its allocator
 * @id: id of its record
 * @place: pool, address and size
 * @parts: places of a buffer with different addresses on its cores, each with a record, from @id on
 * @name: of the operation
 * @published: entry in the published names
 * @newer: in @owner's list
 * @older: in @owner's list
 */
struct buffer {
	struct node node;
	struct allocator *owner;
	uint64_t id;
	struct foreign_place place;
	struct extents parts;
	uint32_t name;
	uint32_t published;
	struct buffer *newer;
	struct buffer *older;
};

static struct books {
	struct table allocators;
	struct table buffers;
	pid_t pid;			/* process to which this state belongs */
	uint32_t recorded[CHIPS_MAX];	/* pools with records in the attachment */
	uint32_t counted[CHIPS_MAX];	/* pools with statistics in the attachment */
} books;

/* Cores with the same address are one record. */
static void take_parts(struct extents *extents, void *key, uint64_t size)
{
	struct foreign_part *parts;
	const size_t count = foreign_parts(key, &parts);
	struct foreign_range *same = count ? calloc(count, sizeof(*same)) : NULL;

	for (size_t i = 0; same && i < count; i++) {
		size_t n = 0;

		if (parts[i].taken)
			continue;
		for (size_t k = i; k < count; k++) {
			if (parts[k].addr != parts[i].addr)
				continue;
			parts[k].taken = true;
			same[n++] = parts[k].where;
		}
		extents_add(extents, same, n, parts[i].addr, size, false);
	}
	free(same);
	free(parts);
}

/* ---- Buffers ----------------------------------------------------------------------------- */

static int tell_buffer(int n, struct ttmemstat_attachment *att, const struct buffer *buffer)
{
	struct ttmemstat_record record = {
		.id = buffer->id,
		.addr = buffer->place.addr,
		.size = buffer->place.size,
		.pool = (uint32_t)buffer->place.pool,
		.name = chips_name(buffer->name),
	};
	int error = 0;

	books.recorded[n] |= 1u << record.pool;
	if (!buffer->parts.count)
		return ttmemstat_report_record(att, &record);
	for (size_t i = 0; i < buffer->parts.count && !error; i++) {
		record.id = buffer->id + i;
		record.addr = buffer->parts.list[i].addr;
		error = extents_bank_set(att, &buffer->parts.list[i], &record.set);
		if (!error)
			error = ttmemstat_report_record(att, &record);
	}
	return error;
}

static int tell_free(struct ttmemstat_attachment *att, const struct buffer *buffer)
{
	int error = ttmemstat_report_free(att, buffer->id);

	for (size_t i = 1; i < buffer->parts.count && !error; i++)
		error = ttmemstat_report_free(att, buffer->id + i);
	return error;
}

/*
 * Report the allocator's statistics of a pool. Without records in the pool, the module would take
 * the statistics as its use, so they are skipped.
 */
static int tell_statistics(int n, struct ttmemstat_attachment *att,
			   const struct ttmemstat_snapshot *snapshot)
{
	if (!(books.recorded[n] >> snapshot->pool & 1) || chips_is_shared(n))
		return 0;
	books.counted[n] |= 1u << snapshot->pool;
	return ttmemstat_report_snapshot(att, snapshot);
}

/* Report statistics after an event, less often the more buffers are live. */
static void count_event(struct allocator *owner, int pool)
{
	struct ttmemstat_snapshot snapshot;

	if (owner->parted || owner->events[pool]++ < owner->live / SNAPSHOT_SHARE ||
	    !foreign_statistics((void *)owner->node.key, pool, &snapshot))
		return;
	owner->events[pool] = 0;
	for (int n = next_chip(owner->chips, 0); n >= 0; n = next_chip(owner->chips, n + 1)) {
		struct ttmemstat_attachment *att = chips_attachment(n);

		if (att)
			chips_judge(n, tell_statistics(n, att, &snapshot));
	}
}

/* Call @call for each allocator that manages one of @chips. */
static void each_allocator(chips_mask chips, void (*call)(struct allocator *owner, void *arg),
			   void *arg)
{
	struct node *node, *next;

	for (size_t i = 0; books.allocators.heads && i <= books.allocators.mask; i++) {
		for (node = books.allocators.heads[i]; node; node = next) {
			next = node->next;
			if (CONTAINER(node, struct allocator)->chips & chips)
				call(CONTAINER(node, struct allocator), arg);
		}
	}
}

struct telling {
	int chip;
	int error;
};

static void tell_again(struct allocator *owner, void *arg)
{
	struct telling *telling = arg;
	struct ttmemstat_attachment *att = chips_attachment(telling->chip);

	for (struct buffer *b = owner->first; b && !telling->error; b = b->older)
		telling->error = tell_buffer(telling->chip, att, b);
}

/* A second allocator uses the chip, so statistics of one no longer describe it: withdraw them. */
static void forget_statistics(int n)
{
	struct ttmemstat_attachment *att = books.counted[n] ? chips_attachment(n) : NULL;
	struct telling telling = { .chip = n };

	if (!att)
		return;
	telling.error = ttmemstat_drop(att, books.counted[n]);
	books.counted[n] = 0;
	each_allocator((chips_mask)1 << n, tell_again, &telling);
	chips_judge(n, telling.error);
}

static void use_chips(struct allocator *owner, void *device)
{
	struct chips_terms terms = { .flags = TTMEMSTAT_ATTACH_RING, .label = "ttnn" };
	int ids[FOREIGN_CHIPS];
	size_t columns, count;

	count = foreign_chips(device, ids, &columns);
	terms.covers = COVERS & ~foreign_unseen(COVERS);
	/* The runtime's own kernels are not seen. */
	terms.partial = foreign_partial(terms.covers) | (terms.covers & 1u << TT_MEMSTAT_POOL_KERNEL);
	if (count)
		foreign_layout((void *)owner->node.key, device, &terms.layout);
	for (size_t i = 0; i < count; i++) {
		int n;

		foreign_identity(ids[i], &terms.device);
		foreign_geometry(ids[i], (void *)owner->node.key, &terms.geometry);
		n = chips_use(&terms);
		if (n < 0)
			continue;
		if (chips_is_shared(n))
			forget_statistics(n);
		owner->chips |= (chips_mask)1 << n;
	}
}

static struct allocator *allocator_of(void *key, void *buffer)
{
	struct node *node = table_find(&books.allocators, key);
	struct allocator *owner;

	if (node)
		return CONTAINER(node, struct allocator);
	owner = calloc(1, sizeof(*owner));
	if (!owner || !table_add(&books.allocators, &owner->node, key)) {
		free(owner);
		return NULL;
	}
	use_chips(owner, foreign_device(buffer));
	return owner;
}

static void forget_buffer(struct buffer *buffer)
{
	if (buffer->newer)
		buffer->newer->older = buffer->older;
	else
		buffer->owner->first = buffer->older;
	if (buffer->older)
		buffer->older->newer = buffer->newer;
	buffer->owner->live--;
	table_remove(&books.buffers, &buffer->node);
}

/* Add a buffer to the summary, or with @sign -1 subtract it. */
static void summarize(const struct buffer *buffer, int sign)
{
	struct allocator *owner = buffer->owner;
	uint32_t *banks = &owner->banks[buffer->place.pool];
	uint64_t taken = 0;

	if (!*banks)
		*banks = foreign_banks((void *)owner->node.key, buffer->place.pool);
	for (size_t i = 0; i < buffer->parts.count; i++)
		taken += buffer->place.size * extents_cores(&buffer->parts.list[i]);
	if (!buffer->parts.count)
		taken = buffer->place.size * *banks;
	for (int n = next_chip(owner->chips, 0); n >= 0; n = next_chip(owner->chips, n + 1))
		summary_buffers(chips_id(n), buffer->place.pool, buffer->name,
				sign * (int64_t)taken);
}

static void free_buffer(struct buffer *buffer)
{
	const chips_mask chips = buffer->owner->chips;

	if (summary_wanted)
		summarize(buffer, -1);
	forget_buffer(buffer);
	for (int n = next_chip(chips, 0); n >= 0; n = next_chip(chips, n + 1)) {
		struct ttmemstat_attachment *att = chips_attachment(n);

		if (att)
			chips_judge(n, tell_free(att, buffer));
	}
	names_withdraw(buffer->published);
	extents_free(&buffer->parts);
	free(buffer);
}

/*
 * tt-metal destroyed the object while its allocator held the memory, as a capture without dispatch
 * withholds calls from the allocator. The memory is taken until the allocator is emptied, and the
 * object's address is free for others.
 */
static void leak_buffer(struct buffer *buffer)
{
	table_remove(&books.buffers, &buffer->node);
	table_add(&books.buffers, &buffer->node, buffer);
}

void books_allocated(void *allocator, void *key, uint64_t addr)
{
	struct foreign_place place;
	struct allocator *owner;
	struct buffer *buffer;
	struct node *old;
	uint32_t name, cores;

	if (!foreign_place(allocator, key, addr, &place) || !place.size)
		return;
	name = names_here();
	cores = name ? foreign_cores(allocator, key, place.pool) : 0;
	LOCKED();
	old = table_find(&books.buffers, key);
	if (old)
		leak_buffer(CONTAINER(old, struct buffer));
	owner = allocator_of(allocator, key);
	buffer = owner ? calloc(1, sizeof(*buffer)) : NULL;
	if (!buffer || !table_add(&books.buffers, &buffer->node, key)) {
		free(buffer);
		return;
	}
	buffer->owner = owner;
	buffer->place = place;
	take_parts(&buffer->parts, key, place.size);
	buffer->id = books_new_ids(buffer->parts.count ? buffer->parts.count : 1);
	owner->parted |= buffer->parts.count > 0;
	buffer->name = name;
	buffer->published = names_publish(buffer->id, name, cores);
	buffer->older = owner->first;
	if (buffer->older)
		buffer->older->newer = buffer;
	owner->first = buffer;
	owner->live++;
	if (summary_wanted)
		summarize(buffer, 1);
	for (int n = next_chip(owner->chips, 0); n >= 0; n = next_chip(owner->chips, n + 1)) {
		struct ttmemstat_attachment *att = chips_attachment(n);

		if (att)
			chips_judge(n, tell_buffer(n, att, buffer));
	}
	count_event(owner, place.pool);
}

int books_freed(void *allocator, void *key)
{
	struct buffer *buffer;
	int pool;

	LOCKED();
	buffer = CONTAINER(table_find(&books.buffers, key), struct buffer);
	if (!buffer || buffer->owner->node.key != allocator)
		return -1;
	pool = buffer->place.pool;
	free_buffer(buffer);
	return pool;
}

void books_settled(void *allocator, int pool)
{
	struct node *node;

	LOCKED();
	node = table_find(&books.allocators, allocator);
	if (node)
		count_event(CONTAINER(node, struct allocator), pool);
}

static void empty(struct allocator *owner)
{
	for (struct buffer *buffer = owner->first, *older; buffer; buffer = older) {
		older = buffer->older;
		free_buffer(buffer);
	}
}

static void end_allocator(struct allocator *owner)
{
	for (int n = next_chip(owner->chips, 0); n >= 0; n = next_chip(owner->chips, n + 1))
		chips_leave(n);
	table_remove(&books.allocators, &owner->node);
	free(owner);
}

static void find_mesh(struct allocator *owner, void *arg)
{
	if (!owner->parted)
		*(bool *)arg = true;
}

/* Closing a mesh also closes its devices, without a call to their own allocators. */
static void end_closed(struct allocator *owner, void *arg)
{
	bool managed = false;

	(void)arg;
	each_allocator(owner->chips, find_mesh, &managed);
	if (managed)
		return;
	empty(owner);
	end_allocator(owner);
}

void books_emptied(void *allocator, bool gone)
{
	struct allocator *owner;
	struct node *node;
	chips_mask chips;

	LOCKED();
	node = table_find(&books.allocators, allocator);
	if (!node)
		return;
	owner = CONTAINER(node, struct allocator);
	empty(owner);
	if (!gone)
		return;
	chips = owner->chips;
	end_allocator(owner);
	each_allocator(chips, end_closed, NULL);
}

/* ---- A chip without state ---------------------------------------------------------------- */

/* A chip has lost its state; @gone: and its number may be reused. */
static void chip_forgotten(int chip, bool gone)
{
	books.recorded[chip] = 0;
	books.counted[chip] = 0;
	programs_forgotten(chip, gone);
}

/* Errors recur at the next event and are handled then. */
static void replay_allocator(struct allocator *owner, void *arg)
{
	const int n = *(const int *)arg;
	struct ttmemstat_attachment *att = chips_attachment(n);
	struct ttmemstat_snapshot snapshot;

	for (struct buffer *buffer = owner->first; buffer; buffer = buffer->older)
		tell_buffer(n, att, buffer);
	for (int pool = 0; pool < POOLS && !owner->parted; pool++)
		if (foreign_statistics((void *)owner->node.key, pool, &snapshot))
			tell_statistics(n, att, &snapshot);
}

/* Report all live state of a chip to a new attachment. */
static void chip_replay(int chip)
{
	each_allocator((chips_mask)1 << chip, replay_allocator, &chip);
	programs_replay(chip);
}

/* ---- Life of the process ----------------------------------------------------------------- */

/* The attachments and their memory belong to the parent. */
static void in_child(void)
{
	names_forget();
	summary_forget();
	programs_forget();
	chips_forget();
	memset(&books, 0, sizeof(books));
	books.pid = getpid();
	lock_forget();
}

/* A child of vfork() shares its parent's memory and must not print. */
static void end_summary(void)
{
	if (getpid() != books.pid || !lock_at_end())
		return;
	chips_summarize();
	summary_print();
	books_unlock();
}

bool books_start(void)
{
	if (chips_open(chip_replay, chip_forgotten))
		return false;
	books.pid = getpid();
	names_open();
	summary_open(end_summary);
	pthread_atfork(books_lock, books_unlock, in_child);
	return true;
}
