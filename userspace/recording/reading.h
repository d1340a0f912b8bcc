/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Slots of a recording's files in their order, checked for form. Knows files and pages. Does not know
 * what slots mean together (reading.c does). Files are read, not mapped: one may be cut meanwhile.
 */
#ifndef TTMEMSTAT_RECORDING_READING_H
#define TTMEMSTAT_RECORDING_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "format.h"

#define REC_BUFFERED	1638	/* slots that are read at once */

/**
 * struct rec_file - one file that is read
 * @fd: -1: none
 * @page: as it was when the file was opened
 * @at: the next slot
 * @end: of those that are known to be there
 * @from: first slot of @slots
 * @count: of @slots
 * @slots: a part of the file
 */
struct rec_file {
	int fd;
	struct rec_page page;
	uint32_t at;
	uint32_t end;
	uint32_t from;
	uint32_t count;
	struct rec_slot slots[REC_BUFFERED];
};

/*
 * @recording: that it has to be of, 0 = any. 0, or -EBADMSG: it is no file of a recording, -EOPNOTSUPP:
 * of a later version, -errno.
 */
int rec_file_open(struct rec_file *file, const char *path, uint64_t recording);
void rec_file_close(struct rec_file *file);

/* The slot at @at + @ahead; 1, 0: there is none, -errno. */
int rec_file_look(struct rec_file *file, uint32_t ahead, struct rec_slot *slot);

/* What was read of the file may have been written since. */
void rec_file_refresh(struct rec_file *file);

static inline enum rec_kind rec_kind_of(const struct rec_slot *slot)
{
	return (enum rec_kind)(slot->head & 15);
}

static inline uint32_t rec_flags_of(const struct rec_slot *slot)
{
	return slot->head >> 4 & 0x3f;
}

static inline uint32_t rec_pool_of(const struct rec_slot *slot)
{
	return slot->head >> 10 & 7;
}

static inline uint32_t rec_set_of(const struct rec_slot *slot)
{
	return slot->head >> 16;
}

static inline uint32_t rec_thread_of(const struct rec_slot *slot)
{
	return slot->who & 0x3fffff;
}

static inline uint32_t rec_attachment_of(const struct rec_slot *slot)
{
	return slot->who >> 22;
}

static inline uint32_t rec_name_of(const struct rec_slot *slot)
{
	return (uint32_t)slot->when & REC_NAMES;
}

static inline uint64_t rec_time_of(const struct rec_slot *slot)
{
	return slot->when >> 20 << REC_TIME_SHIFT;
}

static inline bool rec_has_pieces(const struct rec_slot *slot)
{
	const enum rec_kind kind = rec_kind_of(slot);

	return kind == REC_ATTACH || kind == REC_SET || kind == REC_NAME;
}

/* How many pieces a slot's text or structure has; none where it is longer than any. */
static inline uint32_t rec_pieces_of(const struct rec_slot *slot)
{
	if (!rec_has_pieces(slot) || slot->id > REC_BLOB_MAX)
		return 0;
	return (uint32_t)((slot->id + REC_PIECE - 1) / REC_PIECE);
}

#endif /* TTMEMSTAT_RECORDING_READING_H */
