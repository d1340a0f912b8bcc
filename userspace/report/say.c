// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Lines to standard error, which the program may close or replace.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

static struct stat stderr_identity;

void say_open(void)
{
	if (fstat(STDERR_FILENO, &stderr_identity))
		memset(&stderr_identity, 0, sizeof(stderr_identity));
}

bool say_is_same(int fd, const struct stat *identity)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_dev == identity->st_dev && st.st_ino == identity->st_ino &&
	       st.st_rdev == identity->st_rdev;
}

void chips_say(const char *format, ...)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };
	char line[512] = "tt_memstat: ";
	size_t len = strlen(line);
	va_list args;
	int n;

	if (!stderr_identity.st_ino || !say_is_same(STDERR_FILENO, &stderr_identity))
		return;
	va_start(args, format);
	n = vsnprintf(line + len, sizeof(line) - len - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	len = strlen(line);
	line[len++] = '\n';
	/* Drop the message rather than block the program on a full pipe. */
	if (poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) &&
	    write(STDERR_FILENO, line, len) < 0)
		return;
}
