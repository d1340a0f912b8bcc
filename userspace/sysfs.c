// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Files and directories of sysfs, relative to an open directory. Knows no names and no formats.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "sysfs.h"

int ttm_sysfs_open_dir(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int ttm_sysfs_read(int dirfd, const char *name, char *buf, size_t size, size_t *len)
{
	size_t used = 0;
	int error = 0;
	int fd;

	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t n;

		if (used == size) {
			error = -EFBIG;
			break;
		}
		n = read(fd, buf + used, size - used);
		if (n == 0)
			break;
		if (n > 0) {
			used += (size_t)n;
		} else if (errno != EINTR) {
			error = -errno;
			break;
		}
	}
	close(fd);
	if (!error)
		*len = used;
	return error;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int collect(DIR *dir, int (*parse)(const char *, uint64_t *), uint64_t **numbers,
		   size_t *count)
{
	size_t room = 0;

	for (;;) {
		struct dirent *entry;
		uint64_t number;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (parse(entry->d_name, &number))
			continue;
		if (*count == room) {
			uint64_t *grown;

			room = room ? room * 2 : 16;
			grown = reallocarray(*numbers, room, sizeof(**numbers));
			if (!grown)
				return -ENOMEM;
			*numbers = grown;
		}
		(*numbers)[(*count)++] = number;
	}
}

int ttm_sysfs_numbers(int dirfd, const char *name, int (*parse)(const char *name, uint64_t *number),
		      uint64_t **numbers, size_t *count)
{
	uint64_t *found = NULL;
	size_t n = 0;
	DIR *dir;
	int fd, error;

	fd = ttm_sysfs_open_dir(dirfd, name);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		error = -errno;
		close(fd);
		return error;
	}
	error = collect(dir, parse, &found, &n);
	closedir(dir);
	if (error) {
		free(found);
		return error;
	}
	if (n)
		qsort(found, n, sizeof(*found), compare);
	*numbers = found;
	*count = n;
	return 0;
}
