// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Read a recording as events. Keeps names, bank sets, attachments and scopes, so that each event
 * comes with those that it refers to. Files are not trusted.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../entry.h"
#include "reading.h"

#define SCOPES	64	/* nesting depth; deeper scopes are not distinguished */

struct read_attachment {
	bool live;
	struct ttmemstat_attach_options options;
	char label[TT_MEMSTAT_LABEL_LEN];
	struct ttmemstat_recorded_set *sets;	/* by number; unused: no rectangles, no mask */
	uint32_t set_room;
};

struct read_thread {
	uint32_t id;	/* 0: none */
	uint32_t depth;
	uint32_t names[SCOPES];
};

/**
 * struct ttmemstat_recording - an open recording
 * @file: current file
 * @path: its name
 * @number: of @file
 * @base: @file is NAME.base
 * @info: for ttmemstat_recording_get_info()
 * @recording: number that all its files share
 * @gap: slots without a kind directly before the next one
 * @names: by number
 * @name_room: of @names
 * @attachments: by number
 * @threads: threads with scopes, by a hash of their number
 * @thread_mask: size of @threads - 1
 * @thread_count: of @threads
 * @kept: rectangles that were returned to the caller
 */
struct ttmemstat_recording {
	struct rec_file file;
	char *path;
	uint32_t number;
	bool base;
	struct ttmemstat_recording_info info;
	uint64_t recording;
	uint64_t gap;
	char **names;
	uint32_t name_room;
	struct read_attachment attachments[REC_ATTACHMENTS];
	struct read_thread *threads;
	uint32_t thread_mask;
	uint32_t thread_count;
	struct kept *kept;
};

struct kept {
	struct kept *next;
	struct tt_memstat_rect rects[];
};

/* Results of the checks below. */
enum { MALFORMED = -1, FINE = 0 };

/* ---- Files ------------------------------------------------------------------------------- */

static int open_number(struct ttmemstat_recording *r, uint32_t number)
{
	char *name;
	int error;

	if (number ? asprintf(&name, "%s.%u", r->path, number) < 0 : !(name = strdup(r->path)))
		return -ENOMEM;
	error = rec_file_open(&r->file, name, r->recording);
	free(name);
	if (!error && r->file.page.number != number) {
		rec_file_close(&r->file);
		error = -EBADMSG;
	}
	if (!error)
		r->number = number;
	return error;
}

/* Read the writer's latest state. */
static void refresh_info(struct ttmemstat_recording *r)
{
	struct rec_file *first = malloc(sizeof(*first));

	if (first && !rec_file_open(first, r->path, r->recording)) {
		r->info.lost = first->page.lost;
		r->info.error = first->page.error;
		rec_file_close(first);
	}
	free(first);
}

/* Open the next file; false: there is none yet. */
static bool open_next(struct ttmemstat_recording *r)
{
	const uint32_t next = r->base ? r->file.page.folded : r->number + 1;
	struct rec_file *was = malloc(sizeof(*was));

	if (!was)
		return false;
	*was = r->file;
	if (open_number(r, next)) {
		r->file = *was;
		free(was);
		return false;
	}
	/* A text that did not fit at the end of a full file is in the next one. */
	if (was->page.claimed > was->page.capacity)
		r->info.torn -= r->gap;
	r->gap = 0;
	rec_file_close(was);
	free(was);
	r->base = false;
	r->info.files++;
	return true;
}

static int open_base(struct ttmemstat_recording *r)
{
	char *name;
	int error;

	if (asprintf(&name, "%s.base", r->path) < 0)
		return -ENOMEM;
	error = rec_file_open(&r->file, name, r->recording);
	free(name);
	if (!error && !r->file.page.folded) {
		rec_file_close(&r->file);
		error = -EBADMSG;
	}
	r->base = !error;
	return error;
}

static void describe(struct ttmemstat_recording *r)
{
	const struct rec_page *page = &r->file.page;

	r->info.pid = page->pid;
	r->info.began = page->began;
	r->info.lost = page->lost;
	r->info.error = page->error;
	memcpy(r->info.comm, page->comm, sizeof(r->info.comm) - 1);
	memcpy(r->info.library, page->library, sizeof(r->info.library) - 1);
}

int ttmemstat_recording_open(struct ttmemstat_recording **recording, const char *path)
{
	struct ttmemstat_recording *r;
	int error;

	if (!recording || !path)
		return -EINVAL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->file.fd = -1;
	r->path = strdup(path);
	error = r->path ? open_number(r, 0) : -ENOMEM;
	if (!error) {
		r->recording = r->file.page.recording;
		describe(r);
		rec_file_close(&r->file);
		/* Without a base of this recording, nothing was folded. */
		if (open_base(r))
			error = open_number(r, 0);
		r->info.folded = r->base;
		r->info.files = 1;
	}
	if (error) {
		ttmemstat_recording_close(r);
		return error;
	}
	*recording = r;
	return 0;
}

void ttmemstat_recording_close(struct ttmemstat_recording *r)
{
	struct kept *kept, *next;
	uint32_t i;

	if (!r)
		return;
	rec_file_close(&r->file);
	for (i = 0; i < r->name_room; i++)
		free(r->names[i]);
	for (i = 0; i < REC_ATTACHMENTS; i++)
		free(r->attachments[i].sets);
	for (kept = r->kept; kept; kept = next) {
		next = kept->next;
		free(kept);
	}
	free(r->names);
	free(r->threads);
	free(r->path);
	free(r);
}

int ttmemstat_recording_get_info(struct ttmemstat_recording *r, struct ttmemstat_recording_info *info)
{
	const size_t known = sizeof(r->info);
	uint32_t size;

	if (!r || !info || info->size < known)
		return -EINVAL;
	size = info->size;
	memset(info, 0, size);
	memcpy(info, &r->info, known);
	info->size = size;
	return 0;
}

/* ---- Definitions ------------------------------------------------------------------------- */

static const char *name_of(const struct ttmemstat_recording *r, uint32_t name)
{
	return name < r->name_room ? r->names[name] : NULL;
}

/* Grow a table to have room for @number; false: no memory. */
static bool make_room(void **table, uint32_t *room, uint32_t number, size_t size)
{
	uint32_t bigger = *room ? *room : 64;
	void *grown;

	if (number < *room)
		return true;
	while (bigger <= number)
		bigger *= 2;
	grown = realloc(*table, bigger * size);
	if (!grown)
		return false;
	memset((char *)grown + *room * size, 0, (bigger - *room) * size);
	*table = grown;
	*room = bigger;
	return true;
}

static int take_name(struct ttmemstat_recording *r, const struct rec_slot *slot, const char *text)
{
	const uint32_t name = rec_name_of(slot);
	void *names = r->names;

	if (!name || !slot->id || slot->id > REC_NAME_MAX || memchr(text, 0, (size_t)slot->id) ||
	    name_of(r, name))
		return MALFORMED;
	/* Numbers ascend, but threads may write them in any order. */
	if (!make_room(&names, &r->name_room, name, sizeof(*r->names)))
		return -ENOMEM - 1;
	r->names = names;
	r->names[name] = strndup(text, (size_t)slot->id);
	return r->names[name] ? FINE : -ENOMEM - 1;
}

static void attach_to_host(struct rec_attach *a)
{
	uint32_t *narrow = &a->chip;
	uint64_t *wide[] = { &a->l1_bytes, &a->dram_bank_bytes, &a->l1_base, &a->l1_end,
			     &a->l1_small, &a->kernel_region, &a->trace_region };
	size_t i;

	for (i = 0; i < offsetof(struct rec_attach, l1_bytes) / sizeof(*narrow); i++)
		narrow[i] = le32toh(narrow[i]);
	a->layout_valid = le32toh(a->layout_valid);
	a->worker_x = le32toh(a->worker_x);
	a->worker_y = le32toh(a->worker_y);
	a->reserved = le32toh(a->reserved);
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		*wide[i] = le64toh(*wide[i]);
}

static bool attach_is_fine(const struct ttmemstat_attach_options *o)
{
	const struct tt_memstat_layout *l = &o->layout;
	struct ttmemstat_resolved has;

	if (!o->covers || o->covers & ~TT_MEMSTAT_POOL_MASK_ALL || o->partial & ~o->covers ||
	    o->asic_location >= TTMEMSTAT_LOCATIONS || o->runtime_id < -1)
		return false;
	if (l->valid & ~(TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1 | TT_MEMSTAT_LAYOUT_KERNEL |
			 TT_MEMSTAT_LAYOUT_TRACE) || l->reserved ||
	    (l->l1_base | l->l1_end | l->l1_small | l->kernel_region | l->trace_region) %
	    TT_MEMSTAT_GRANULE || l->l1_base > l->l1_end || l->l1_small > l->l1_end - l->l1_base)
		return false;
	/* The geometry is unknown. */
	if (!o->geometry.arch && !o->geometry.valid && !o->geometry.dram_banks)
		return true;
	return !ttmemstat_geometry_resolve(&o->geometry, &has);
}

static int take_attach(struct ttmemstat_recording *r, const struct rec_slot *slot, char *blob)
{
	struct read_attachment *att = &r->attachments[rec_attachment_of(slot)];
	struct ttmemstat_attach_options *o = &att->options;
	struct ttmemstat_attach_options options;
	struct rec_attach a;

	if (slot->id != sizeof(a) || att->live)
		return MALFORMED;
	memcpy(&a, blob, sizeof(a));
	attach_to_host(&a);
	if (memchr(a.label, 0, sizeof(a.label)) == NULL)
		return MALFORMED;
	ttmemstat_attach_options_init(&options);
	options.chip = a.chip;
	options.asic_location = a.asic_location;
	options.covers = a.covers;
	options.partial = a.partial;
	options.runtime_id = a.runtime_id;
	rec_geometry_of(&a, &options.geometry);
	options.layout = (struct tt_memstat_layout) {
		.valid = a.layout_valid, .worker_x = a.worker_x, .worker_y = a.worker_y,
		.reserved = a.reserved, .l1_base = a.l1_base, .l1_end = a.l1_end,
		.l1_small = a.l1_small, .kernel_region = a.kernel_region,
		.trace_region = a.trace_region,
	};
	if (!attach_is_fine(&options))
		return MALFORMED;
	*o = options;
	memcpy(att->label, a.label, sizeof(att->label));
	o->label = att->label;
	att->live = true;
	return FINE;
}

static bool rects_are_fine(const struct tt_memstat_rect *rects, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (rects[i].x0 > rects[i].x1 || rects[i].y0 > rects[i].y1)
			return false;
	return true;
}

static int take_set(struct ttmemstat_recording *r, const struct rec_slot *slot, const char *blob,
		    struct ttmemstat_recorded_set *bank_set)
{
	struct read_attachment *att = &r->attachments[rec_attachment_of(slot)];
	const size_t count = (size_t)slot->id / sizeof(struct tt_memstat_rect);
	const uint32_t set = rec_set_of(slot), space = rec_pool_of(slot);
	struct kept *kept = NULL;
	void *sets = att->sets;
	size_t i;

	if (!att->live || !set || space > TT_MEMSTAT_SPACE_DRAM ||
	    (space == TT_MEMSTAT_SPACE_L1 ? slot->id % sizeof(struct tt_memstat_rect) || !count ||
	     slot->program : slot->id || !slot->program))
		return MALFORMED;
	if (!make_room(&sets, &att->set_room, set, sizeof(*att->sets)))
		return -ENOMEM - 1;
	att->sets = sets;
	if (count) {
		kept = malloc(sizeof(*kept) + count * sizeof(kept->rects[0]));
		if (!kept)
			return -ENOMEM - 1;
		for (i = 0; i < count; i++) {
			uint16_t corners[4];

			memcpy(corners, blob + i * sizeof(corners), sizeof(corners));
			kept->rects[i] = (struct tt_memstat_rect) {
				.x0 = le16toh(corners[0]), .y0 = le16toh(corners[1]),
				.x1 = le16toh(corners[2]), .y1 = le16toh(corners[3]),
			};
		}
		if (!rects_are_fine(kept->rects, count)) {
			free(kept);
			return MALFORMED;
		}
		kept->next = r->kept;
		r->kept = kept;
	}
	*bank_set = (struct ttmemstat_recorded_set) {
		.space = space, .count = (uint32_t)count, .mask = slot->program,
		.rects = kept ? kept->rects : NULL,
	};
	att->sets[set] = *bank_set;
	return FINE;
}

static bool has_set(const struct read_attachment *att, uint32_t set)
{
	return set < att->set_room && (att->sets[set].count || att->sets[set].mask);
}

int ttmemstat_recording_set(struct ttmemstat_recording *r, uint32_t attachment, uint32_t set,
			    struct ttmemstat_recorded_set *bank_set)
{
	if (!r || !bank_set)
		return -EINVAL;
	if (attachment >= REC_ATTACHMENTS || !has_set(&r->attachments[attachment], set))
		return -ENOENT;
	*bank_set = r->attachments[attachment].sets[set];
	return 0;
}

/* ---- Scopes ------------------------------------------------------------------------------ */

static struct read_thread *thread_slot(const struct ttmemstat_recording *r, uint32_t id)
{
	uint32_t at = id * 2654435761u & r->thread_mask;

	while (r->threads[at].id && r->threads[at].id != id)
		at = (at + 1) & r->thread_mask;
	return &r->threads[at];
}

static bool grow_threads(struct ttmemstat_recording *r)
{
	struct ttmemstat_recording bigger = { .thread_mask = r->threads ? r->thread_mask * 2 + 1 : 15 };
	uint32_t i;

	bigger.threads = calloc(bigger.thread_mask + 1, sizeof(*bigger.threads));
	if (!bigger.threads)
		return false;
	for (i = 0; r->threads && i <= r->thread_mask; i++)
		if (r->threads[i].id)
			*thread_slot(&bigger, r->threads[i].id) = r->threads[i];
	free(r->threads);
	r->threads = bigger.threads;
	r->thread_mask = bigger.thread_mask;
	return true;
}

static int begin_scope(struct ttmemstat_recording *r, uint32_t id, uint32_t name)
{
	struct read_thread *thread;

	if ((!r->threads || r->thread_count > r->thread_mask / 2) && !grow_threads(r))
		return -ENOMEM - 1;
	thread = thread_slot(r, id);
	r->thread_count += !thread->id;
	thread->id = id;
	if (thread->depth < SCOPES)
		thread->names[thread->depth] = name;
	thread->depth++;
	return FINE;
}

static int end_scope(struct ttmemstat_recording *r, uint32_t id)
{
	struct read_thread *thread = r->threads ? thread_slot(r, id) : NULL;

	if (!thread || !thread->depth)
		return MALFORMED;
	thread->depth--;
	return FINE;
}

static const char *scope_of(const struct ttmemstat_recording *r, uint32_t id)
{
	const struct read_thread *thread = r->threads ? thread_slot(r, id) : NULL;
	uint32_t depth = thread ? thread->depth : 0;

	if (depth > SCOPES)
		depth = SCOPES;
	return depth ? name_of(r, thread->names[depth - 1]) : NULL;
}

/* ---- Events ------------------------------------------------------------------------------ */

static void get_snapshot(const struct rec_slot *slot, struct tt_memstat_entry *e)
{
	struct rec_numbers numbers;

	rec_numbers_of(slot, &numbers);
	e->id = numbers.allocatable;
	e->addr = numbers.allocated;
	e->size = numbers.free;
	e->program = numbers.largest;
}

/* Fields that an op does not use must be zero, as in the module. */
static bool entry_is_fine(const struct tt_memstat_entry *e)
{
	const uint32_t snapshot = TTMEMSTAT_SNAPSHOT_FLAGS | TT_MEMSTAT_ENTRY_TOTAL;

	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		return !(e->flags & ~TTMEMSTAT_RECORD_FLAGS);
	case TT_MEMSTAT_OP_FREE:
		return !e->flags && !e->addr && !e->size && !e->set && !e->pool && !e->program;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		return !e->flags && !e->id && !e->addr && !e->size && !e->set && !e->pool;
	case TT_MEMSTAT_OP_DISPATCH:
		return !e->flags && !e->addr && !e->size && !e->set && !e->pool;
	default:
		return !(e->flags & ~snapshot) &&
		       (!(e->flags & TT_MEMSTAT_ENTRY_TOTAL) || (!e->id && !e->addr && !e->program));
	}
}

static int take_entry(struct ttmemstat_recording *r, const struct rec_slot *slot,
		      struct tt_memstat_entry *e)
{
	const struct read_attachment *att = &r->attachments[rec_attachment_of(slot)];

	*e = (struct tt_memstat_entry) {
		.op = (uint16_t)rec_kind_of(slot), .flags = (uint16_t)rec_flags_of(slot),
		.pool = rec_pool_of(slot), .set = rec_set_of(slot), .id = slot->id,
		.program = slot->program, .addr = (uint64_t)slot->addr * TT_MEMSTAT_GRANULE,
		.size = (uint64_t)slot->size * TT_MEMSTAT_GRANULE,
	};
	if (e->op == TT_MEMSTAT_OP_SNAPSHOT)
		get_snapshot(slot, e);
	if (!att->live || e->pool >= TT_MEMSTAT_POOLS || (e->set && !has_set(att, e->set)) ||
	    !entry_is_fine(e))
		return MALFORMED;
	return FINE;
}

static int take_mask(struct ttmemstat_recording *r, const struct rec_slot *slot,
		     struct ttmemstat_recorded_event *event)
{
	const struct read_attachment *att = &r->attachments[rec_attachment_of(slot)];

	if (!att->live || slot->id & ~(uint64_t)TT_MEMSTAT_POOL_MASK_ALL || slot->program)
		return MALFORMED;
	event->pools = (uint32_t)slot->id;
	return FINE;
}

static int take_detach(struct ttmemstat_recording *r, const struct rec_slot *slot)
{
	struct read_attachment *att = &r->attachments[rec_attachment_of(slot)];

	if (!att->live)
		return MALFORMED;
	att->live = false;
	if (att->sets)
		memset(att->sets, 0, att->set_room * sizeof(*att->sets));
	return FINE;
}

static int take_program_name(struct ttmemstat_recording *r, const struct rec_slot *slot,
			     struct ttmemstat_recorded_event *event)
{
	if (!r->attachments[rec_attachment_of(slot)].live || !slot->program || !event->name)
		return MALFORMED;
	event->entry.program = slot->program;
	return FINE;
}

static int take(struct ttmemstat_recording *r, const struct rec_slot *slot,
		struct ttmemstat_recorded_event *event)
{
	static const uint8_t kinds[] = {
		[REC_RECORD] = TTMEMSTAT_RECORDED_ENTRY, [REC_FREE] = TTMEMSTAT_RECORDED_ENTRY,
		[REC_PROGRAM_FREE] = TTMEMSTAT_RECORDED_ENTRY,
		[REC_DISPATCH] = TTMEMSTAT_RECORDED_ENTRY,
		[REC_SNAPSHOT] = TTMEMSTAT_RECORDED_ENTRY, [REC_DROP] = TTMEMSTAT_RECORDED_DROP,
		[REC_PARTIAL] = TTMEMSTAT_RECORDED_PARTIAL,
		[REC_ATTACH] = TTMEMSTAT_RECORDED_ATTACH, [REC_DETACH] = TTMEMSTAT_RECORDED_DETACH,
		[REC_SET] = TTMEMSTAT_RECORDED_SET, [REC_NAME] = 0,
		[REC_PROGRAM_NAME] = TTMEMSTAT_RECORDED_PROGRAM_NAME,
		[REC_SCOPE_BEGIN] = TTMEMSTAT_RECORDED_SCOPE_BEGIN,
		[REC_SCOPE_END] = TTMEMSTAT_RECORDED_SCOPE_END, [REC_PIECE_OF] = 0,
	};
	const uint32_t name = rec_name_of(slot);
	char blob[REC_BLOB_MAX];
	int verdict;

	memset(event, 0, sizeof(*event));
	event->kind = kinds[rec_kind_of(slot)];
	event->time = rec_time_of(slot);
	event->thread = rec_thread_of(slot);
	event->attachment = rec_attachment_of(slot);
	event->scope = scope_of(r, event->thread);
	if (slot->head & 7 << 13 || !event->thread)
		return MALFORMED;
	if (rec_kind_of(slot) != REC_NAME && name) {
		event->name = name_of(r, name);
		if (!event->name)
			return MALFORMED;
	}
	if (rec_has_pieces(slot)) {
		verdict = rec_file_pieces(&r->file, slot, blob);
		if (verdict <= 0)
			return verdict - 1;
	}
	switch (rec_kind_of(slot)) {
	case REC_NAME:
		return take_name(r, slot, blob);
	case REC_ATTACH:
		verdict = take_attach(r, slot, blob);
		event->attach = &r->attachments[event->attachment].options;
		return verdict;
	case REC_SET:
		event->set = rec_set_of(slot);
		return take_set(r, slot, blob, &event->bank_set);
	case REC_DETACH:
		return take_detach(r, slot);
	case REC_DROP:
	case REC_PARTIAL:
		return take_mask(r, slot, event);
	case REC_PROGRAM_NAME:
		return take_program_name(r, slot, event);
	case REC_SCOPE_BEGIN:
		return event->name ? begin_scope(r, event->thread, name) : MALFORMED;
	case REC_SCOPE_END:
		return end_scope(r, event->thread);
	default:
		return take_entry(r, slot, &event->entry);
	}
}

/* A piece without its slot, or a slot that was never filled. */
static bool is_torn(const struct rec_slot *slot)
{
	return rec_kind_of(slot) == REC_NONE || rec_kind_of(slot) == REC_PIECE_OF;
}

/* Read the next valid slot; 0: none. The next file may exist already. */
static int next_slot(struct ttmemstat_recording *r, struct rec_slot *slot)
{
	int found = rec_file_look(&r->file, 0, slot);

	if (found)
		return found;
	rec_file_refresh(&r->file);
	found = rec_file_look(&r->file, 0, slot);
	while (!found && open_next(r))
		found = rec_file_look(&r->file, 0, slot);
	if (!found)
		refresh_info(r);
	return found;
}

int ttmemstat_recording_next(struct ttmemstat_recording *r, struct ttmemstat_recorded_event *event)
{
	struct rec_slot slot;
	int found, verdict;

	if (!r || !event)
		return -EINVAL;
	while ((found = next_slot(r, &slot)) == 1) {
		if (is_torn(&slot)) {
			r->info.torn++;
			r->gap = rec_kind_of(&slot) == REC_NONE ? r->gap + 1 : 0;
			r->file.at++;
			continue;
		}
		r->gap = 0;
		verdict = take(r, &slot, event);
		if (verdict < MALFORMED)
			return verdict + 1;
		r->file.at += 1 + (verdict == FINE ? rec_pieces_of(&slot) : 0);
		if (verdict == MALFORMED) {
			r->info.malformed++;
		} else if (event->kind) {
			r->info.events++;
			return 1;
		}
	}
	return found;
}
