/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The writing side of a recording: all reports are written to a file, with or without the module.
 *
 * An event takes one atomic addition and 40 bytes of stores to pages that are shared with the file,
 * so it survives a kill of the process. Locks are taken only to allocate space, once in about
 * 26,000 events, and to define names and attachments.
 *
 * All contexts of a process write to one recording, even those of different copies of the library:
 * their shared state is in the file.
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
#define REC_FILES		16	/* of a recording, without base and page */

struct ttmemstat_ctx;
struct rec_text;

/**
 * struct ttmemstat_recorder - a context's part of a recording
 * @pattern: name of the file, with %p
 * @max: maximum bytes of the recording
 * @started: whether @error and the following fields are valid
 * @ended: the recording has ended
 * @error: why nothing is recorded; 0 = events are recorded
 * @lock: guards starting, and @texts
 * @pid: of the process
 * @path: of the file, absolute
 * @control: its first page, which stays mapped
 * @page: first page of the file that is written
 * @window: where files are mapped; a new file is mapped over the old one, so that a late writer
 *	does not fault
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

/* A recorder as TT_MEMSTAT_RECORD requests; NULL: it is not set, or no memory. */
struct ttmemstat_recorder *ttmemstat_recorder_wanted(void);

/* With the first call make or join the file. Returns 0, or why nothing is recorded. */
int ttmemstat_recorder_start(struct ttmemstat_recorder *r);

/* End the context's attachments; in the process that made it. */
void ttmemstat_recorder_end(struct ttmemstat_recorder *r);
void ttmemstat_recorder_free(struct ttmemstat_recorder *r);

/* Write an attachment, and return its number or -errno. */
int ttmemstat_record_attach(struct ttmemstat_recorder *r, const struct rec_attach *attach);
void ttmemstat_record_detach(struct ttmemstat_recorder *r, uint32_t attachment);

void ttmemstat_record_set(struct ttmemstat_recorder *r, uint32_t attachment, uint32_t set,
			  const struct tt_memstat_bank_set *bank_set);

/* @entry's seq is the number of its name; an invalid one is omitted. */
void ttmemstat_record_entry(struct ttmemstat_recorder *r, uint32_t attachment,
			    const struct tt_memstat_entry *entry);

/* Write an event that has only these fields. */
void ttmemstat_record_plain(struct ttmemstat_recorder *r, enum rec_kind kind, uint32_t attachment,
			    uint32_t name, uint64_t id, uint64_t program);

/* Find or define the number of a text. Returns 0, -ENAMETOOLONG, -ENOSPC or -ENOMEM. */
int ttmemstat_record_name(struct ttmemstat_recorder *r, const char *text, uint32_t *name);

/* files.c: room for slots */

/* Claim consecutive slots; NULL: no space, or no recording. */
struct rec_slot *ttmemstat_rec_claim(struct ttmemstat_recorder *r, uint32_t count);

int ttmemstat_rec_files_open(struct ttmemstat_recorder *r);
void ttmemstat_rec_files_close(struct ttmemstat_recorder *r);

/* Take the lock of the recording; false: it was held for a second. */
bool ttmemstat_rec_lock(struct rec_page *control);
void ttmemstat_rec_unlock(struct rec_page *control);

/* fold.c: fold surplus files into the base. */
int ttmemstat_rec_fold(const char *path, uint64_t recording, uint32_t first, uint32_t behind);

#endif /* TTMEMSTAT_RECORDER_H */
