// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Fold the oldest files of a recording into NAME.base. It has the objects that are live at their
 * end, and those that later events refer to: names, attachments, bank sets, open scopes, records,
 * and the last dispatch of each program. Slots are copied unchanged, in order.
 *
 * The new base replaces the old one atomically. It names the files that it contains, so remaining
 * copies of these do no harm.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tt_memstat.h>

#include "reading.h"
#include "recorder.h"

/*
 * An object whose slot is kept: the last one of each @what, attachment and @key. Records are an
 * exception, as several parts may have one id.
 */
struct live {
	struct live *next;
	struct live *program_next;
	enum rec_kind what;
	uint32_t attachment;
	uint64_t key;
	uint64_t program;
	uint32_t pool;
	uint64_t at;
};

#define HEADS	65536

/**
 * struct fold - live objects while files are read
 * @keys: by attachment and key
 * @programs: records and dispatches by attachment and program
 * @keep: a bit for each slot
 * @room: words of @keep
 * @at: number of the current slot, over all files
 */
struct fold {
	struct live *keys[HEADS];
	struct live *programs[HEADS];
	uint64_t *keep;
	size_t room;
	uint64_t at;
};

static uint32_t hash_of(uint32_t attachment, uint64_t key)
{
	return (uint32_t)((key ^ (uint64_t)attachment << 40) * 0x9e3779b97f4a7c15u >> 48);
}

static bool keep(struct fold *f, uint64_t at, bool yes)
{
	const uint64_t bit = 1ull << at % 64;

	while (at / 64 >= f->room) {
		const size_t room = f->room ? f->room * 2 : 4096;
		uint64_t *grown = realloc(f->keep, room * sizeof(*grown));

		if (!grown)
			return false;
		memset(grown + f->room, 0, (room - f->room) * sizeof(*grown));
		f->keep = grown;
		f->room = room;
	}
	f->keep[at / 64] = yes ? f->keep[at / 64] | bit : f->keep[at / 64] & ~bit;
	return true;
}

static bool is_kept(const struct fold *f, uint64_t at)
{
	return at / 64 < f->room && f->keep[at / 64] >> at % 64 & 1;
}

/* ---- What lives -------------------------------------------------------------------------- */

static void end_one(struct fold *f, struct live *live)
{
	struct live **link = &f->keys[hash_of(live->attachment, live->key)];

	while (*link != live)
		link = &(*link)->next;
	*link = live->next;
	if (live->program) {
		link = &f->programs[hash_of(live->attachment, live->program)];
		while (*link != live)
			link = &(*link)->program_next;
		*link = live->program_next;
	}
	keep(f, live->at, false);
	free(live);
}

static struct live *find(const struct fold *f, enum rec_kind what, uint32_t attachment,
			 uint64_t key)
{
	struct live *live = f->keys[hash_of(attachment, key)];

	while (live && (live->what != what || live->attachment != attachment || live->key != key))
		live = live->next;
	return live;
}

static void end_key(struct fold *f, enum rec_kind what, uint32_t attachment, uint64_t key)
{
	struct live *live;

	while ((live = find(f, what, attachment, key)))
		end_one(f, live);
}

/* @reloaded: the program keeps its name. */
static void end_program(struct fold *f, uint32_t attachment, uint64_t program, bool reloaded)
{
	struct live *live = f->programs[hash_of(attachment, program)], *next;

	for (; live; live = next) {
		next = live->program_next;
		if (live->attachment == attachment && live->program == program &&
		    !(reloaded && live->what == REC_PROGRAM_NAME))
			end_one(f, live);
	}
}

/* End records and snapshots of some pools of an attachment; with all pools, everything. */
static void end_attachment(struct fold *f, uint32_t attachment, uint32_t pools, bool all)
{
	struct live *live, *next;
	size_t i;

	for (i = 0; i < HEADS; i++) {
		for (live = f->keys[i]; live; live = next) {
			const bool counted = live->what == REC_RECORD || live->what == REC_SNAPSHOT;

			next = live->next;
			if (live->attachment == attachment && live->what != REC_SCOPE_BEGIN &&
			    (all || (counted && pools >> live->pool & 1)))
				end_one(f, live);
		}
	}
}

static bool begin_one(struct fold *f, const struct rec_slot *slot, enum rec_kind what, uint64_t key,
		      uint64_t program)
{
	const uint32_t attachment = rec_attachment_of(slot);
	struct live *live = calloc(1, sizeof(*live));
	struct live **head;

	if (!live || !keep(f, f->at, true)) {
		free(live);
		return false;
	}
	live->what = what;
	live->attachment = attachment;
	live->key = key;
	live->program = program;
	live->pool = rec_pool_of(slot);
	live->at = f->at;
	head = &f->keys[hash_of(attachment, key)];
	live->next = *head;
	*head = live;
	if (program) {
		head = &f->programs[hash_of(attachment, program)];
		live->program_next = *head;
		*head = live;
	}
	return true;
}

/* Replace the previous slot of the object. */
static bool replace(struct fold *f, const struct rec_slot *slot, enum rec_kind what, uint64_t key,
		    uint64_t program)
{
	end_key(f, what, rec_attachment_of(slot), key);
	return begin_one(f, slot, what, key, program);
}

static bool begin_record(struct fold *f, const struct rec_slot *slot)
{
	const uint32_t flags = rec_flags_of(slot), attachment = rec_attachment_of(slot);

	if (flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		end_program(f, attachment, slot->program, true);
	/* The module refused this record: its id is live. */
	if (!(flags & TT_MEMSTAT_ENTRY_PART) && find(f, REC_RECORD, attachment, slot->id))
		return true;
	return begin_one(f, slot, REC_RECORD, slot->id, slot->program);
}

/* Scopes nest: the key of a scope is its thread and its depth. */
static uint32_t depth_of(const struct fold *f, const struct rec_slot *slot)
{
	const uint64_t thread = (uint64_t)rec_thread_of(slot) << 32;
	uint32_t depth = 0;

	while (find(f, REC_SCOPE_BEGIN, 0, thread | depth))
		depth++;
	return depth;
}

static bool take(struct fold *f, const struct rec_slot *slot)
{
	const uint32_t attachment = rec_attachment_of(slot);
	const uint64_t thread = (uint64_t)rec_thread_of(slot) << 32;
	const uint32_t set = rec_set_of(slot);
	uint32_t depth;

	switch (rec_kind_of(slot)) {
	case REC_RECORD:
		return begin_record(f, slot);
	case REC_FREE:
		end_key(f, REC_RECORD, attachment, slot->id);
		return true;
	case REC_PROGRAM_FREE:
		end_program(f, attachment, slot->program, false);
		return true;
	case REC_DISPATCH:
		return replace(f, slot, REC_DISPATCH, slot->program, slot->program);
	case REC_PROGRAM_NAME:
		return replace(f, slot, REC_PROGRAM_NAME, slot->program, slot->program);
	case REC_SNAPSHOT:
		return replace(f, slot, REC_SNAPSHOT, (uint64_t)set << 16 | rec_pool_of(slot) << 8 |
			       rec_flags_of(slot), 0);
	case REC_DROP:
		end_attachment(f, attachment, (uint32_t)slot->id, false);
		return true;
	case REC_PARTIAL:
		return replace(f, slot, REC_PARTIAL, 0, 0);
	case REC_ATTACH:
		return replace(f, slot, REC_ATTACH, 0, 0);
	case REC_DETACH:
		end_attachment(f, attachment, 0, true);
		return true;
	case REC_SET:
		return replace(f, slot, REC_SET, set, 0);
	case REC_NAME:
		return keep(f, f->at, true);
	case REC_SCOPE_BEGIN:
		return begin_one(f, slot, REC_SCOPE_BEGIN, thread | depth_of(f, slot), 0);
	case REC_SCOPE_END:
		depth = depth_of(f, slot);
		if (depth)
			end_key(f, REC_SCOPE_BEGIN, 0, thread | (depth - 1));
		return true;
	default:
		return true;
	}
}

/* ---- Files ------------------------------------------------------------------------------- */

static char *name_of(const char *path, uint32_t number)
{
	char *name;

	return asprintf(&name, number ? "%s.%u" : "%s", path, number) < 0 ? NULL : name;
}

/* Call @each for every slot of the old base and the files from @first to @behind; stop on error. */
static int for_each(struct fold *f, const char *path, uint64_t recording, uint32_t first,
		    uint32_t behind, int (*each)(struct fold *f, struct rec_file *file,
						 const struct rec_slot *slot, void *arg), void *arg)
{
	struct rec_file *file = malloc(sizeof(*file));
	struct rec_slot slot;
	int64_t number;
	int error = file ? 0 : -ENOMEM;

	f->at = 0;
	for (number = first ? -1 : 0; !error && number < behind; number = number < 0 ? first : number + 1) {
		char *name = NULL;

		if (number < 0 && asprintf(&name, "%s.base", path) < 0)
			name = NULL;
		else if (number >= 0)
			name = name_of(path, (uint32_t)number);
		error = name ? rec_file_open(file, name, recording) : -ENOMEM;
		free(name);
		if (error)
			break;
		while (!error && (error = rec_file_look(file, 0, &slot)) == 1) {
			error = each(f, file, &slot, arg);
			file->at++;
			f->at++;
		}
		rec_file_close(file);
	}
	free(file);
	return error;
}

static int look(struct fold *f, struct rec_file *file, const struct rec_slot *slot, void *arg)
{
	(void)file;
	(void)arg;
	return take(f, slot) ? 0 : -ENOMEM;
}

/* A text or structure is kept with all its pieces. */
struct copy {
	FILE *out;
	uint32_t written;
	uint32_t pieces;
};

/* Writers are little-endian, so slots have the format of the file. */
static int copy(struct fold *f, struct rec_file *file, const struct rec_slot *slot, void *arg)
{
	struct copy *c = arg;

	(void)file;
	if (rec_kind_of(slot) == REC_PIECE_OF ? !c->pieces : !is_kept(f, f->at)) {
		c->pieces = 0;
		return 0;
	}
	c->pieces = rec_kind_of(slot) == REC_PIECE_OF ? c->pieces - 1 : rec_pieces_of(slot);
	c->written++;
	return fwrite(slot, sizeof(*slot), 1, c->out) == 1 ? 0 : -EIO;
}

/* Write the page last: it makes the file valid. */
static int write_base(struct fold *f, FILE *out, const char *path, uint64_t recording,
		      uint32_t first, uint32_t behind)
{
	struct rec_page page = {
		.magic = REC_MAGIC, .version = REC_VERSION, .slot = REC_SLOT,
		.recording = recording, .folded = behind,
	};
	struct copy c = { .out = out };
	int error;

	if (fseek(out, REC_PAGE, SEEK_SET))
		return -errno;
	error = for_each(f, path, recording, first, behind, copy, &c);
	if (error)
		return error;
	page.capacity = page.claimed = page.ready = c.written;
	if (fseek(out, 0, SEEK_SET) || fwrite(&page, sizeof(page), 1, out) != 1 || fflush(out))
		return -errno;
	return 0;
}

static int make_base(struct fold *f, const char *path, uint64_t recording, uint32_t first,
		     uint32_t behind)
{
	char *base = NULL, *made = NULL;
	FILE *out = NULL;
	int fd, error = -ENOMEM;

	if (asprintf(&base, "%s.base", path) < 0)
		base = NULL;
	if (asprintf(&made, "%s.base.new", path) < 0)
		made = NULL;
	if (base && made) {
		unlink(made);
		fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		error = fd < 0 ? -errno : 0;
		out = fd < 0 ? NULL : fdopen(fd, "w");
	}
	if (out) {
		error = write_base(f, out, path, recording, first, behind);
		if (fclose(out) && !error)
			error = -errno;
		if (!error && rename(made, base))
			error = -errno;
		if (error)
			unlink(made);
	}
	free(base);
	free(made);
	return error;
}

/* The first file stays, because its page has data that contexts share; only its slots are freed. */
static void remove_files(const char *path, uint32_t first, uint32_t behind)
{
	uint32_t number;
	char *name;
	int fd;

	for (number = first; number < behind; number++) {
		name = name_of(path, number);
		if (!name)
			continue;
		if (number) {
			unlink(name);
		} else {
			fd = open(name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
			if (fd >= 0) {
				fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, REC_PAGE,
					  (off_t)1 << 40);
				close(fd);
			}
		}
		free(name);
	}
}

int ttmemstat_rec_fold(const char *path, uint64_t recording, uint32_t first, uint32_t behind)
{
	struct fold *f = calloc(1, sizeof(*f));
	struct live *live, *next;
	size_t i;
	int error = f ? for_each(f, path, recording, first, behind, look, NULL) : -ENOMEM;

	if (!error)
		error = make_base(f, path, recording, first, behind);
	if (!error)
		remove_files(path, first, behind);
	for (i = 0; f && i < HEADS; i++) {
		for (live = f->keys[i]; live; live = next) {
			next = live->next;
			free(live);
		}
	}
	if (f)
		free(f->keep);
	free(f);
	return error;
}
