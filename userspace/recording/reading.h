/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Read the slots of a recording's files in order, and check their form. reading.c interprets them.
 * Files are read, not mapped, because they may be truncated meanwhile.
 */
#ifndef TTMEMSTAT_RECORDING_READING_H
#define TTMEMSTAT_RECORDING_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "../public.h"
#include "format.h"

#define REC_BUFFERED	1638	/* slots of one read */

/**
 * struct rec_file - an open file of a recording
 * @fd: -1: none
 * @page: as it was when the file was opened
 * @at: the next slot
 * @end: number of slots known to exist
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
 * @recording: that the file must belong to, 0 = any. Returns 0; -EBADMSG: not a file of a
 *	recording; -EOPNOTSUPP: of a later version; or another -errno.
 */
int rec_file_open(struct rec_file *file, const char *path, uint64_t recording);
void rec_file_close(struct rec_file *file);

/* Read the slot at @at + @ahead. Returns 1; 0: there is none; or -errno. */
int rec_file_look(struct rec_file *file, uint32_t ahead, struct rec_slot *slot);

/*
 * Read the data in the pieces after @slot, at which the file is. @blob has room for REC_BLOB_MAX.
 * Returns 1; 0: they are not complete; or -errno.
 */
int rec_file_pieces(struct rec_file *file, const struct rec_slot *slot, char *blob);

/* The numbers of a snapshot. */
struct rec_numbers {
	uint64_t allocatable;
	uint64_t allocated;
	uint64_t free;
	uint64_t largest;
};

void rec_numbers_of(const struct rec_slot *slot, struct rec_numbers *numbers);

/* Forget buffered slots, which may have been written since. */
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

/* Number of pieces of a slot's data; 0: it is longer than allowed. */
static inline uint32_t rec_pieces_of(const struct rec_slot *slot)
{
	if (!rec_has_pieces(slot) || slot->id > REC_BLOB_MAX)
		return 0;
	return (uint32_t)((slot->id + REC_PIECE - 1) / REC_PIECE);
}

static inline void rec_geometry_of(const struct rec_attach *a, struct tt_memstat_geometry *geometry)
{
	*geometry = (struct tt_memstat_geometry) {
		.arch = a->arch, .valid = a->valid, .tensix_mask = a->tensix_mask,
		.dram_mask = a->dram_mask, .grid_x = a->grid_x, .grid_y = a->grid_y,
		.l1_bytes = a->l1_bytes, .dram_bank_bytes = a->dram_bank_bytes,
		.dram_banks = a->dram_banks,
	};
}

#endif /* TTMEMSTAT_RECORDING_READING_H */
