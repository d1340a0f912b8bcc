/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The writing side of a recording: whatever is reported goes into a file, whether or not there is a
 * module. Knows files, slots and numbers. Does not know the kernel.
 *
 * An event takes one atomic addition and 40 bytes of stores in pages that the process shares with the
 * file, so that all of it is there after the process was killed. No lock is taken but for making
 * room, once in some 26,000 events, and for what is named.
 *
 * Contexts of one process write to one recording, also those of different copies of the library: what
 * they share lies in the file.
 */
#ifndef TTMEMSTAT_RECORDER_H
#define TTMEMSTAT_RECORDER_H

#include <pthread.h>
#include <sys/types.h>

#include "../public.h"
#include "format.h"

#define REC_SIZE_DEFAULT	(1ull << 30)
#define REC_SIZE_MIN		(1ull << 20)
#define REC_SIZE_MAX		(1ull << 40)
#define REC_FILES		16	/* of which a recording consists at most, its base and a page apart */

struct ttmemstat_ctx;
struct rec_text;

/**
 * struct ttmemstat_recorder - a context's part of a recording
 * @pattern: the file's name as it was told, with %p
 * @max: bytes that the recording may have
 * @started: whether @error and what follows say something
 * @ended: nothing can be recorded any more
 * @error: why nothing is recorded, 0 = it is
 * @lock: guards starting, and @texts
 * @pid: of the process
 * @path: of the file, absolute
 * @control: its first page, which stays mapped
 * @page: first page of the file that is written
 * @window: where files are mapped in turn; one that is mapped over is not unmapped before, so that
 *	nobody who is late faults
 * @texts: names by hash
 * @texts_mask: their heads - 1
 * @texts_count: of names
 * @mine: attachments of this context
 */
struct ttmemstat_recorder {
	char *pattern;
	uint64_t max;
	bool started;
	bool ended;
	int error;
	pthread_mutex_t lock;
	pid_t pid;
	char *path;
	struct rec_page *control;
	struct rec_page *page;
	void *window[2];
	struct rec_text **texts;
	uint32_t texts_mask;
	uint32_t texts_count;
	uint64_t mine[REC_ATTACHMENTS / 64];
};

/* What TT_MEMSTAT_RECORD asks for; NULL: nothing, or there is no memory. */
struct ttmemstat_recorder *ttmemstat_recorder_wanted(void);

/* Make the file, or join it, with the first call; 0, or why nothing is recorded. */
int ttmemstat_recorder_start(struct ttmemstat_recorder *r);

/* The context's attachments are at an end; in the process that made it. */
void ttmemstat_recorder_end(struct ttmemstat_recorder *r);
void ttmemstat_recorder_free(struct ttmemstat_recorder *r);

/* A number for an attachment, which the file tells of; -errno. */
int ttmemstat_record_attach(struct ttmemstat_recorder *r, const struct rec_attach *attach);
void ttmemstat_record_detach(struct ttmemstat_recorder *r, uint32_t attachment);

void ttmemstat_record_set(struct ttmemstat_recorder *r, uint32_t attachment, uint32_t set,
			  const struct tt_memstat_bank_set *told);

/* @entry's seq is the number of its name; one that is none is left out. */
void ttmemstat_record_entry(struct ttmemstat_recorder *r, uint32_t attachment,
			    const struct tt_memstat_entry *entry);

/* An event of which nothing but these is told. */
void ttmemstat_record_plain(struct ttmemstat_recorder *r, enum rec_kind kind, uint32_t attachment,
			    uint32_t name, uint64_t id, uint64_t program);

/* The number of a text: one that is told, or a new one. 0, -ENAMETOOLONG, -ENOSPC, -ENOMEM. */
int ttmemstat_record_name(struct ttmemstat_recorder *r, const char *text, uint32_t *name);

/* files.c: room for slots */

/* So many slots behind each other; NULL: there is no room, or no recording. */
struct rec_slot *ttmemstat_rec_claim(struct ttmemstat_recorder *r, uint32_t count);

int ttmemstat_rec_files_open(struct ttmemstat_recorder *r);
void ttmemstat_rec_files_close(struct ttmemstat_recorder *r);

/* Held by one thread of the process; false: not to be had for a second. */
bool ttmemstat_rec_lock(struct rec_page *control);
void ttmemstat_rec_unlock(struct rec_page *control);

/* fold.c: files that are more than there may be go into one. */
int ttmemstat_rec_fold(const char *path, uint64_t recording, uint32_t first, uint32_t behind);

#endif /* TTMEMSTAT_RECORDER_H */
