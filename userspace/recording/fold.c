// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Fold the oldest files of a recording into NAME.base: the slots that what is live at their end
 * needs, unchanged and in order. live.c finds these.
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

#include "live.h"
#include "recorder.h"

/**
 * struct fold - the slots of files that are folded
 * @live: what is live behind them
 * @at: number of the current slot, over all files
 */
struct fold {
	struct rec_live *live;
	uint64_t at;
};

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
	(void)arg;
	return rec_live_take(f->live, file, slot);
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
	if (rec_kind_of(slot) == REC_PIECE_OF ? !c->pieces : !rec_live_needs(f->live, f->at)) {
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
	struct fold f = { .live = rec_live_new() };
	int error = f.live ? for_each(&f, path, recording, first, behind, look, NULL) : -ENOMEM;

	if (!error)
		error = make_base(&f, path, recording, first, behind);
	if (!error)
		remove_files(path, first, behind);
	rec_live_free(f.live);
	return error;
}
