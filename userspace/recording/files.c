// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Files of a recording that is written: make them, join those of another context of the process,
 * extend them, and continue in the next file when one is full.
 *
 * No descriptor stays open, because programs close descriptors that they do not know. Disk space is
 * allocated before it is written to, because a store to a page without space raises SIGBUS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../internal.h"
#include "recorder.h"

#define CHUNK		(1u << 20)	/* bytes allocated at a time */
#define NAP_NS		1000000
#define NAPS		1000

static size_t bytes_of(uint32_t capacity)
{
	return REC_PAGE + (size_t)capacity * REC_SLOT;
}

bool ttmemstat_rec_lock(struct rec_page *control)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };
	int naps;

	for (naps = 0; naps < NAPS; naps++) {
		if (!__atomic_exchange_n(&control->lock, 1, __ATOMIC_ACQUIRE))
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

void ttmemstat_rec_unlock(struct rec_page *control)
{
	__atomic_store_n(&control->lock, 0, __ATOMIC_RELEASE);
}

/* End the recording. */
static void stop(struct ttmemstat_recorder *r, int error)
{
	__atomic_store_n(&r->control->error, (uint32_t)-error, __ATOMIC_RELAXED);
}

static char *name_of(const char *path, uint32_t number)
{
	char *name;

	if (!number)
		return strdup(path);
	return asprintf(&name, "%s.%u", path, number) < 0 ? NULL : name;
}

/* ---- A file ------------------------------------------------------------------------------ */

static int open_file(const char *path, uint32_t number, int flags)
{
	char *name = name_of(path, number);
	int fd;

	if (!name)
		return -ENOMEM;
	fd = open(name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
	if (fd < 0)
		fd = -errno;
	free(name);
	return fd;
}

/* Check that the file belongs to the recording, as its name may have been reused. 0: to any. */
static int check_file(int fd, uint64_t recording, uint32_t number, struct rec_page *page)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || (!recording && (st.st_uid != geteuid() || st.st_nlink != 1)))
		return -EEXIST;
	if (pread(fd, page, sizeof(*page), 0) != (ssize_t)sizeof(*page))
		return -EEXIST;
	if (memcmp(page->magic, REC_MAGIC, sizeof(page->magic)) != 0 ||
	    page->version != REC_VERSION || page->slot != REC_SLOT || page->number != number ||
	    (recording && page->recording != recording))
		return -EEXIST;
	return 0;
}

/* Map the file in its window, which atomically replaces the previous one. */
static int map_file(struct ttmemstat_recorder *r, int fd, uint32_t number, uint32_t capacity)
{
	void **window = &r->window[number % 2];
	void *map = mmap(*window, bytes_of(capacity), PROT_READ | PROT_WRITE,
			 MAP_SHARED | (*window ? MAP_FIXED : 0), fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	*window = map;
	if (madvise(map, bytes_of(capacity), MADV_DONTFORK))
		return -errno;
	__atomic_store_n(&r->page, map, __ATOMIC_RELEASE);
	return 0;
}

/* Allocate space for @ready slots. */
static int make_room(int fd, uint32_t ready)
{
	int error = posix_fallocate(fd, 0, (off_t)bytes_of(ready));

	return -error;
}

static uint32_t first_room(uint32_t capacity)
{
	const uint32_t chunk = CHUNK / REC_SLOT;

	return chunk < capacity ? chunk : capacity;
}

/* Make a complete file, or none. */
static int make_file(struct ttmemstat_recorder *r, const struct rec_page *page)
{
	const uint32_t number = page->number;
	char *name;
	int error, fd = open_file(r->path, number, O_CREAT | O_EXCL);

	if (fd < 0)
		return fd;
	error = make_room(fd, page->ready);
	if (!error && pwrite(fd, page, sizeof(*page), 0) != (ssize_t)sizeof(*page))
		error = errno ? -errno : -EIO;
	if (!error)
		error = map_file(r, fd, number, page->capacity);
	close(fd);
	if (error) {
		name = name_of(r->path, number);
		if (name)
			unlink(name);
		free(name);
	}
	return error;
}

static int map_control(struct ttmemstat_recorder *r)
{
	int error, fd = open_file(r->path, 0, 0);

	if (fd < 0)
		return fd;
	r->control = mmap(NULL, REC_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	error = r->control == MAP_FAILED ? -errno : 0;
	close(fd);
	if (error)
		r->control = NULL;
	else if (madvise(r->control, REC_PAGE, MADV_DONTFORK))
		error = -errno;
	return error;
}

/* ---- A recording ------------------------------------------------------------------------- */

/* Start of the process in clock ticks since boot; 0: unknown. */
static uint64_t process_started(void)
{
	unsigned long long ticks = 0;
	char text[1024];
	FILE *file = fopen("/proc/self/stat", "re");
	const char *behind;
	size_t len;

	if (!file)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	/* The name may contain spaces and brackets. */
	behind = strrchr(text, ')');
	if (!behind || sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d"
					  " %*d %*d %*d %*d %*d %llu", &ticks) != 1)
		return 0;
	return ticks;
}

static uint64_t nanoseconds(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void describe_process(struct rec_page *page)
{
	FILE *file = fopen("/proc/self/comm", "re");
	size_t len = file ? fread(page->comm, 1, sizeof(page->comm) - 1, file) : 0;

	if (file)
		fclose(file);
	if (len && page->comm[len - 1] == '\n')
		page->comm[len - 1] = '\0';
	page->started = process_started();
	page->began = nanoseconds(CLOCK_REALTIME);
	page->monotonic = nanoseconds(CLOCK_MONOTONIC);
}

static uint32_t capacity_of(uint64_t max)
{
	/* The page of the first file stays when its slots are folded. */
	return (uint32_t)((max / REC_FILES - 2ull * REC_PAGE) / REC_SLOT);
}

static int create(struct ttmemstat_recorder *r)
{
	struct rec_page page = {
		.magic = REC_MAGIC, .version = REC_VERSION, .slot = REC_SLOT,
		.pid = (uint32_t)r->pid, .library = TTMEMSTAT_VERSION, .users = 1,
	};
	int error;

	page.capacity = capacity_of(r->max);
	page.ready = first_room(page.capacity);
	describe_process(&page);
	if (getrandom(&page.recording, sizeof(page.recording), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(page.recording))
		page.recording = page.began ^ (uint64_t)page.pid << 32;
	page.recording |= 1;	/* 0 means any */
	error = make_file(r, &page);
	return error ? error : map_control(r);
}

/* Map the current file of the recording that another context of this process has made. */
static int map_current(struct ttmemstat_recorder *r)
{
	const uint32_t number = __atomic_load_n(&r->control->current, __ATOMIC_ACQUIRE);
	struct rec_page page;
	int error, fd = open_file(r->path, number, 0);

	if (fd < 0)
		return fd;
	error = check_file(fd, r->control->recording, number, &page);
	if (!error)
		error = map_file(r, fd, number, r->control->capacity);
	close(fd);
	return error;
}

static int join(struct ttmemstat_recorder *r)
{
	struct rec_page page;
	int error, fd = open_file(r->path, 0, 0);

	if (fd < 0)
		return fd == -ELOOP ? -EEXIST : fd;
	error = check_file(fd, 0, 0, &page);
	close(fd);
	if (!error && (page.pid != (uint32_t)r->pid || page.started != process_started() ||
		       page.capacity != capacity_of(r->max)))
		error = -EEXIST;
	if (!error)
		error = map_control(r);
	if (!error && !ttmemstat_rec_lock(r->control))
		error = -EBUSY;
	if (error)
		return error;
	error = map_current(r);
	if (!error)
		r->control->users++;
	ttmemstat_rec_unlock(r->control);
	return error;
}

int ttmemstat_rec_files_open(struct ttmemstat_recorder *r)
{
	int error = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? create(r) : -EOPNOTSUPP;

	return error == -EEXIST ? join(r) : error;
}

/* The last context frees unused space; a later one allocates it again. */
static void trim(struct ttmemstat_recorder *r)
{
	struct rec_page *page = r->page;
	struct rec_page found;
	int fd;

	if (page->claimed >= page->ready)
		return;
	fd = open_file(r->path, page->number, 0);
	if (fd < 0)
		return;
	if (!check_file(fd, r->control->recording, page->number, &found)) {
		page->ready = page->claimed;
		if (ftruncate(fd, (off_t)bytes_of(page->ready)))
			page->ready = found.ready;
	}
	close(fd);
}

void ttmemstat_rec_files_close(struct ttmemstat_recorder *r)
{
	size_t i;

	if (r->page && r->control && ttmemstat_rec_lock(r->control)) {
		if (!--r->control->users && r->page->number == r->control->current)
			trim(r);
		ttmemstat_rec_unlock(r->control);
	}
	for (i = 0; i < 2; i++)
		if (r->window[i])
			munmap(r->window[i], bytes_of(capacity_of(r->max)));
	if (r->control)
		munmap(r->control, REC_PAGE);
}

/* ---- Room -------------------------------------------------------------------------------- */

/* Under the lock: allocate space for the slots below @end. */
static int grow(struct ttmemstat_recorder *r, struct rec_page *page, uint32_t end)
{
	struct rec_page found;
	uint32_t ready = page->ready;
	int error, fd;

	if (end <= ready)
		return 0;
	fd = open_file(r->path, page->number, 0);
	if (fd < 0)
		return fd;
	while (ready < end)
		ready += CHUNK / REC_SLOT;
	if (ready > page->capacity)
		ready = page->capacity;
	error = check_file(fd, r->control->recording, page->number, &found);
	if (!error)
		error = make_room(fd, ready);
	close(fd);
	if (!error)
		__atomic_store_n(&page->ready, ready, __ATOMIC_RELEASE);
	return error;
}

/* Under the lock: continue in the file after @page, which another context may have made. */
static int follow(struct ttmemstat_recorder *r, const struct rec_page *page, bool *made)
{
	const uint32_t current = r->control->current;
	struct rec_page next = *page;
	int error;

	if (r->page != page)
		return 0;
	if (current != page->number)
		return map_current(r);
	next.number = current + 1;
	next.claimed = 0;
	next.ready = first_room(next.capacity);
	error = make_file(r, &next);
	if (error)
		return error;
	__atomic_store_n(&r->control->current, next.number, __ATOMIC_RELEASE);
	*made = true;
	return 0;
}

/* Runs without the lock, so that only the thread that fills a file waits for it. */
static void fold(struct ttmemstat_recorder *r)
{
	struct rec_page *control = r->control;
	uint32_t behind = control->current + 1;

	if (behind - control->folded < REC_FILES ||
	    __atomic_exchange_n(&control->folding, 1, __ATOMIC_ACQUIRE))
		return;
	behind -= REC_FILES - 1;
	if (!ttmemstat_rec_fold(r->path, control->recording, control->folded, behind))
		control->folded = behind;
	__atomic_store_n(&control->folding, 0, __ATOMIC_RELEASE);
}

/* For a writer without space for the slots below @end. */
static bool make_way(struct ttmemstat_recorder *r, struct rec_page *page, uint32_t end)
{
	const bool full = end > page->capacity;
	bool made = false;
	int error = -EBUSY;

	if (ttmemstat_rec_lock(r->control)) {
		error = full ? follow(r, page, &made) : grow(r, page, end);
		ttmemstat_rec_unlock(r->control);
		if (error)
			stop(r, error);
	}
	if (made)
		fold(r);
	return !error;
}

struct rec_slot *ttmemstat_rec_claim(struct ttmemstat_recorder *r, uint32_t count)
{
	struct rec_page *page;
	uint32_t end;

	while (!__atomic_load_n(&r->control->error, __ATOMIC_RELAXED)) {
		page = __atomic_load_n(&r->page, __ATOMIC_ACQUIRE);
		end = __atomic_load_n(&page->claimed, __ATOMIC_RELAXED);
		if (end <= page->capacity)
			end = __atomic_add_fetch(&page->claimed, count, __ATOMIC_RELAXED);
		if (end > __atomic_load_n(&page->ready, __ATOMIC_ACQUIRE) && !make_way(r, page, end))
			break;
		if (end <= page->capacity)
			return (struct rec_slot *)((char *)page + REC_PAGE) + (end - count);
	}
	__atomic_add_fetch(&r->control->lost, 1, __ATOMIC_RELAXED);
	return NULL;
}
