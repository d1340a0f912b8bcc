// SPDX-License-Identifier: GPL-2.0-only
/*
 * Coverage of the module's code by KCOV. Places are stored by section and offset, so that they stay
 * valid when the module is reloaded.
 */
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#define KCOV	"/sys/kernel/debug/kcov"
#define WORDS	(32u << 10)

static const char * const sections[COVER_SECTIONS] = {
	".text", ".text.unlikely", ".init.text", ".exit.text",
};

/* Find the module's current address. Without KCOV there is nothing to find. */
void cover_find(void)
{
	fuzz->kcov = !access(KCOV, R_OK | W_OK);
	for (unsigned int i = 0; i < COVER_SECTIONS; i++) {
		char path[128], line[32] = "";
		int fd;

		snprintf(path, sizeof(path), MODULE "/sections/%s", sections[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			if (read(fd, line, sizeof(line) - 1) < 0)
				line[0] = 0;
			close(fd);
		}
		fuzz->cover.base[i] = strtoul(line, NULL, 16);
	}
}

void cover_start(struct thread *t)
{
	void *area;

	if (!fuzz->kcov)
		return;
	t->kcov_fd = open(KCOV, O_RDWR | O_CLOEXEC);
	if (t->kcov_fd < 0)
		return;
	if (ioctl(t->kcov_fd, KCOV_INIT_TRACE, WORDS))
		goto close;
	area = mmap(NULL, WORDS * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED,
		    t->kcov_fd, 0);
	if (area == MAP_FAILED)
		goto close;
	if (ioctl(t->kcov_fd, KCOV_ENABLE, KCOV_TRACE_PC)) {
		munmap(area, WORDS * sizeof(uint64_t));
		goto close;
	}
	t->kcov = area;
	return;

close:
	close(t->kcov_fd);
	t->kcov_fd = -1;
}

static bool cover_mark(uint64_t pc)
{
	struct cover_map *map = &fuzz->cover;
	unsigned int best = COVER_SECTIONS;

	for (unsigned int i = 0; i < COVER_SECTIONS; i++)
		if (map->base[i] && pc >= map->base[i] && pc - map->base[i] < COVER_TEXT &&
		    (best == COVER_SECTIONS || map->base[i] > map->base[best]))
			best = i;
	if (best == COVER_SECTIONS || map->hit[best][pc - map->base[best]])
		return false;
	map->hit[best][pc - map->base[best]] = 1;
	atomic_fetch_add(&map->found, 1);
	return true;
}

/* Collect places reached since the last call. */
void cover_take(struct thread *t)
{
	uint64_t n;

	if (!t->kcov)
		return;
	n = __atomic_load_n(&t->kcov[0], __ATOMIC_RELAXED);
	for (uint64_t i = 1; i <= n && i < WORDS; i++)
		t->found |= cover_mark(t->kcov[i]);
	__atomic_store_n(&t->kcov[0], 0, __ATOMIC_RELAXED);
}

void cover_stop(struct thread *t)
{
	if (!t->kcov)
		return;
	cover_take(t);
	ioctl(t->kcov_fd, KCOV_DISABLE, 0);
	munmap(t->kcov, WORDS * sizeof(uint64_t));
	t->kcov = NULL;
	close(t->kcov_fd);
}
