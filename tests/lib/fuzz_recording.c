// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: read arbitrary bytes as a recording, and check that all values of its events
 * are valid. The first byte selects the layout of the rest: a whole file, or slots behind a valid
 * first page; and the start of a second file.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ttmemstat.h>

#include "recording/format.h"

static void put(const char *name, uint32_t number, uint32_t folded, const uint8_t *slots, size_t size)
{
	const struct rec_page page = {
		.magic = REC_MAGIC, .version = REC_VERSION, .slot = REC_SLOT, .recording = 1,
		.number = number, .folded = folded, .capacity = 1u << 20,
		.claimed = (uint32_t)(size / REC_SLOT) + 1,
	};
	char whole[REC_PAGE] = "";
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	memcpy(whole, &page, sizeof(page));
	assert(write(fd, whole, sizeof(whole)) == sizeof(whole));
	assert(write(fd, slots, size) == (ssize_t)size);
	close(fd);
}

static void check(const struct ttmemstat_recorded_event *event)
{
	assert(event->kind >= TTMEMSTAT_RECORDED_ENTRY && event->kind <= TTMEMSTAT_RECORDED_SCOPE_END);
	assert(event->attachment < REC_ATTACHMENTS && event->thread);
	assert(event->entry.pool < TT_MEMSTAT_POOLS && event->entry.op <= TT_MEMSTAT_OP_SNAPSHOT);
	assert(!event->name || strlen(event->name) <= TTMEMSTAT_NAME_MAX);
	assert(!event->scope || strlen(event->scope) <= TTMEMSTAT_NAME_MAX);
	assert((event->kind == TTMEMSTAT_RECORDED_ATTACH) == (event->attach != NULL));
	if (event->attach)
		assert(strlen(event->attach->label) < TT_MEMSTAT_LABEL_LEN);
	for (uint32_t i = 0; i < event->bank_set.count; i++)
		assert(event->bank_set.rects[i].x0 <= event->bank_set.rects[i].x1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64], second[80], base[80];
	struct ttmemstat_recorded_set bank_set;
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	size_t first;
	int fd;

	if (!*path) {
		snprintf(path, sizeof(path), "/dev/shm/ttmem-fuzz.%d", getpid());
		snprintf(second, sizeof(second), "%s.1", path);
		snprintf(base, sizeof(base), "%s.base", path);
	}
	if (size < 2)
		return 0;
	first = (size - 2) * data[1] / 255;
	unlink(second);
	unlink(base);
	if (data[0] & 1) {
		put(path, 0, 0, data + 2, first);
		put(data[0] & 2 ? base : second, data[0] & 2 ? 0 : 1, data[0] & 2 ? 1 : 0,
		    data + 2 + first, size - 2 - first);
	} else {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		assert(write(fd, data + 2, size - 2) == (ssize_t)(size - 2));
		close(fd);
	}
	if (ttmemstat_recording_open(&r, path))
		return 0;
	while (ttmemstat_recording_next(r, &event) == 1) {
		check(&event);
		if (event.kind == TTMEMSTAT_RECORDED_ENTRY && event.entry.set)
			assert(!ttmemstat_recording_set(r, event.attachment, event.entry.set, &bank_set));
	}
	ttmemstat_recording_close(r);
	return 0;
}
