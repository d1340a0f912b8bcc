// SPDX-License-Identifier: GPL-2.0-only
/* Read small files of sysfs and procfs: see file.h. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int smi_open(int dirfd, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	return len < 0 || (size_t)len >= sizeof(path) ? -1 :
	       openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

ssize_t smi_read_fd(int fd, char *buf, size_t size)
{
	ssize_t n;

	do {
		n = pread(fd, buf, size - 1, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}

void smi_done(struct smi_done *done, int fd)
{
	if (fd < 0)
		return;
	if (done->count == sizeof(done->fds) / sizeof(done->fds[0]))
		smi_done_close(done);
	done->fds[done->count++] = fd;
}

static int compare(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void smi_done_close(struct smi_done *done)
{
	size_t start = 0;

	qsort(done->fds, done->count, sizeof(done->fds[0]), compare);
	for (size_t i = 1; i <= done->count; i++) {
		int first = done->fds[start], last = done->fds[i - 1];

		if (i < done->count && done->fds[i] == last + 1)
			continue;
		if (first == last || close_range((unsigned int)first, (unsigned int)last, 0))
			while (start < i)
				close(done->fds[start++]);
		start = i;
	}
	done->count = 0;
}
