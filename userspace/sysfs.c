// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Read files and directories of sysfs, relative to an open directory, with few system calls: a
 * monitor reads hundreds of files at a time.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sysfs.h"

#define PAGE	4096	/* a shorter read is complete */

static int compare_fds(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void close_run(int first, int last)
{
#ifdef SYS_close_range
	if (last > first && !syscall(SYS_close_range, (unsigned int)first, (unsigned int)last, 0))
		return;
#endif
	for (; first <= last; first++)
		close(first);
}

void ttmemstat_sysfs_close_done(struct ttmemstat_done *done)
{
	unsigned int i, start = 0;

	qsort(done->fds, done->count, sizeof(done->fds[0]), compare_fds);
	for (i = 1; i <= done->count; i++) {
		if (i < done->count && done->fds[i] == done->fds[i - 1] + 1)
			continue;
		close_run(done->fds[start], done->fds[i - 1]);
		start = i;
	}
	done->count = 0;
}

void ttmemstat_sysfs_done(struct ttmemstat_done *done, int fd)
{
	if (!done) {
		close(fd);
		return;
	}
	if (done->count == TTMEMSTAT_SYSFS_DONE)
		ttmemstat_sysfs_close_done(done);
	done->fds[done->count++] = fd;
}

static int open_at(struct ttmemstat_done *done, int dirfd, const char *name, int flags)
{
	int fd = openat(dirfd, name, flags | O_CLOEXEC);

	if (fd < 0 && errno == EMFILE && done && done->count) {
		ttmemstat_sysfs_close_done(done);
		fd = openat(dirfd, name, flags | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

int ttmemstat_sysfs_open_dir(struct ttmemstat_done *done, int dirfd, const char *name)
{
	return open_at(done, dirfd, name, O_RDONLY | O_DIRECTORY);
}

int ttmemstat_sysfs_open(struct ttmemstat_done *done, int dirfd, const char *name)
{
	return open_at(done, dirfd, name, O_RDONLY | O_NOCTTY);
}

/* Read from the start if @again, else from the current position. */
static int read_all(int fd, bool again, char *buf, size_t size, size_t *len)
{
	size_t used = 0;

	for (;;) {
		ssize_t n;

		if (used == size)
			return -EFBIG;
		n = again ? pread(fd, buf + used, size - used, (off_t)used) :
			    read(fd, buf + used, size - used);
		if (n > 0)
			used += (size_t)n;
		if ((n >= 0 && n < PAGE && used < size) || n == 0) {
			*len = used;
			return 0;
		}
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

int ttmemstat_sysfs_read_open(int fd, char *buf, size_t size, size_t *len)
{
	return read_all(fd, false, buf, size, len);
}

int ttmemstat_sysfs_reread(int fd, char *buf, size_t size, size_t *len)
{
	return read_all(fd, true, buf, size, len);
}

int ttmemstat_sysfs_read(struct ttmemstat_done *done, int dirfd, const char *name, char *buf,
			 size_t size, size_t *len)
{
	int fd = ttmemstat_sysfs_open(done, dirfd, name), error;

	if (fd < 0)
		return fd;
	error = read_all(fd, false, buf, size, len);
	ttmemstat_sysfs_done(done, fd);
	return error;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct numbers {
	uint64_t *list;
	size_t count;
	size_t room;
};

static int add_number(struct numbers *numbers, uint64_t number)
{
	if (numbers->count == numbers->room) {
		size_t room = numbers->room ? numbers->room * 2 : 16;
		uint64_t *grown = reallocarray(numbers->list, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		numbers->list = grown;
		numbers->room = room;
	}
	numbers->list[numbers->count++] = number;
	return 0;
}

/* Not readdir(): fdopendir() makes three more system calls. */
int ttmemstat_sysfs_numbers(int fd, int (*parse)(const char *name, uint64_t *number),
			    uint64_t expected, uint64_t **numbers, size_t *count)
{
	_Alignas(struct dirent64) char buf[PAGE * 4];
	struct numbers found = { 0 };
	int error = 0;

	while (!error) {
		ssize_t n = (ssize_t)syscall(SYS_getdents64, fd, buf, sizeof(buf)), at = 0;

		if (n < 0) {
			error = -errno;
			break;
		}
		if (n == 0)
			break;
		while (!error && at < n) {
			const struct dirent64 *entry = (const void *)(buf + at);
			uint64_t number;

			if (!parse(entry->d_name, &number))
				error = add_number(&found, number);
			at += entry->d_reclen;
		}
		/* The buffer had room left and all expected names were read: skip the last call. */
		if (found.count == expected && sizeof(buf) - (size_t)n > sizeof(struct dirent64))
			break;
	}
	if (error) {
		free(found.list);
		return error;
	}
	if (found.count)
		qsort(found.list, found.count, sizeof(*found.list), compare);
	*numbers = found.list;
	*count = found.count;
	return 0;
}
