// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"

static void page_to_host(struct rec_page *page)
{
	page->version = le32toh(page->version);
	page->slot = le32toh(page->slot);
	page->recording = le64toh(page->recording);
	page->pid = le32toh(page->pid);
	page->began = le64toh(page->began);
	page->number = le32toh(page->number);
	page->folded = le32toh(page->folded);
	page->capacity = le32toh(page->capacity);
	page->claimed = le32toh(page->claimed);
	page->error = le32toh(page->error);
	page->lost = le32toh(page->lost);
}

/* Pieces hold bytes, which need no conversion. */
static void slot_to_host(struct rec_slot *slot)
{
	slot->head = le32toh(slot->head);
	slot->who = le32toh(slot->who);
	if (rec_kind_of(slot) == REC_PIECE_OF)
		return;
	slot->when = le64toh(slot->when);
	/* A snapshot's numbers are read as bytes. */
	if (rec_kind_of(slot) == REC_SNAPSHOT)
		return;
	slot->id = le64toh(slot->id);
	slot->program = le64toh(slot->program);
	slot->addr = le32toh(slot->addr);
	slot->size = le32toh(slot->size);
}

static int read_page(struct rec_file *file, uint64_t recording)
{
	struct rec_page *page = &file->page;
	ssize_t n = pread(file->fd, page, sizeof(*page), 0);

	if (n < 0)
		return -errno;
	if ((size_t)n < sizeof(*page) || memcmp(page->magic, REC_MAGIC, sizeof(page->magic)) != 0)
		return -EBADMSG;
	page_to_host(page);
	if (page->version != REC_VERSION)
		return page->version > REC_VERSION ? -EOPNOTSUPP : -EBADMSG;
	if (page->slot != REC_SLOT || !page->recording ||
	    (recording && page->recording != recording))
		return -EBADMSG;
	file->end = page->claimed < page->capacity ? page->claimed : page->capacity;
	return 0;
}

int rec_file_open(struct rec_file *file, const char *path, uint64_t recording)
{
	struct stat st;
	int error = 0;

	file->at = file->from = file->count = file->end = 0;
	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file->fd < 0)
		return -errno;
	if (fstat(file->fd, &st))
		error = -errno;
	else if (S_ISDIR(st.st_mode))
		error = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		error = -EBADMSG;
	if (!error)
		error = read_page(file, recording);
	if (error)
		rec_file_close(file);
	return error;
}

void rec_file_close(struct rec_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* Read the part of the file that begins with slot @from. */
static int fill(struct rec_file *file, uint32_t from)
{
	ssize_t n = pread(file->fd, file->slots, sizeof(file->slots),
			  REC_PAGE + (off_t)from * REC_SLOT);
	uint32_t i;

	file->count = 0;
	if (n < 0)
		return -errno;
	file->from = from;
	file->count = (uint32_t)((size_t)n / REC_SLOT);
	for (i = 0; i < file->count; i++)
		slot_to_host(&file->slots[i]);
	return 0;
}

int rec_file_look(struct rec_file *file, uint32_t ahead, struct rec_slot *slot)
{
	const uint32_t at = file->at + ahead;
	int error;

	if (file->fd < 0 || at >= file->end)
		return 0;
	if (at < file->from || at - file->from >= file->count) {
		/* Fill from @at on if possible: a text is read from its beginning. */
		error = fill(file, ahead <= REC_BUFFERED / 2 ? file->at : at);
		if (error)
			return error;
		if (at - file->from >= file->count)
			return 0;
	}
	*slot = file->slots[at - file->from];
	return 1;
}

int rec_file_pieces(struct rec_file *file, const struct rec_slot *slot, char *blob)
{
	const uint32_t pieces = rec_pieces_of(slot);
	struct rec_slot piece = { 0 };
	uint32_t i;
	int found;

	if (slot->id > REC_BLOB_MAX)
		return 0;
	for (i = 0; i < pieces; i++) {
		const size_t left = (size_t)slot->id - (size_t)i * REC_PIECE;

		found = rec_file_look(file, 1 + i, &piece);
		if (found != 1)
			return found;
		if (rec_kind_of(&piece) != REC_PIECE_OF || rec_set_of(&piece) != i ||
		    piece.who != slot->who)
			return 0;
		memcpy(blob + (size_t)i * REC_PIECE, (char *)&piece + REC_SLOT - REC_PIECE,
		       left < REC_PIECE ? left : REC_PIECE);
	}
	return 1;
}

void rec_numbers_of(const struct rec_slot *slot, struct rec_numbers *numbers)
{
	uint64_t *const to[] = { &numbers->allocatable, &numbers->allocated, &numbers->free,
				 &numbers->largest };
	const char *from = (const char *)&slot->id;
	size_t i;

	for (i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		*to[i] = 0;
		memcpy(to[i], from + i * 6, 6);
		*to[i] = le64toh(*to[i]);
	}
}

void rec_file_refresh(struct rec_file *file)
{
	struct rec_page now = file->page;

	if (file->fd < 0 || pread(file->fd, &now, sizeof(now), 0) != (ssize_t)sizeof(now))
		return;
	page_to_host(&now);
	if (now.recording != file->page.recording)
		return;
	file->page = now;
	file->end = now.claimed < now.capacity ? now.claimed : now.capacity;
	file->count = 0;
}
