// SPDX-License-Identifier: GPL-2.0-only
/* The environment of a process: see environment.h. */
#include "environment.h"
#include "usage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX	(6u << 20)	/* of arguments and environment, in the kernel */
#define CLEAN		3		/* bytes become U+FFFD at most */

void smi_environment_release(struct smi_environment *e)
{
	free(e->text);
	free(e->lines);
	free(e->clean);
	*e = (struct smi_environment){ 0 };
}

/* Read the whole file and append a NUL. Its length, or -errno. */
static ssize_t read_all(int fd, char **out)
{
	char *text = malloc(TEXT_MAX + 1);
	size_t len = 0;
	ssize_t got;

	if (!text)
		return -ENOMEM;
	while (len < TEXT_MAX && (got = read(fd, text + len, TEXT_MAX - len)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			got = -errno;
			free(text);
			return got;
		}
		len += (size_t)got;
	}
	text[len] = '\0';
	*out = text;
	return (ssize_t)len;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int split(struct smi_environment *e, size_t len)
{
	size_t count = 1, longest = 0, size;

	for (size_t i = 0; i < len; i++)
		count += !e->text[i];
	e->lines = calloc(count, sizeof(*e->lines));
	if (!e->lines)
		return -ENOMEM;
	for (size_t at = 0; at < len; at += size + 1) {
		size = strlen(e->text + at);
		if (size)
			e->lines[e->count++] = e->text + at;
		longest = size > longest ? size : longest;
	}
	e->clean_size = CLEAN * longest + 1;
	e->clean = malloc(e->clean_size);
	if (!e->clean)
		return -ENOMEM;
	if (e->count)
		qsort(e->lines, e->count, sizeof(*e->lines), by_text);
	else
		snprintf(e->why, sizeof(e->why), "It has none.");
	return 0;
}

int smi_environment_read(struct smi_environment *e, const struct smi_process *p, const char *root)
{
	char path[PATH_MAX], *text = NULL;
	ssize_t len;
	int fd;

	smi_environment_release(e);
	e->pid = p->client->pid;
	snprintf(path, sizeof(path), "%s/proc/%d/environ", root ? root : "", e->pid);
	/* An open file belongs to one process; its identity is checked after the read. */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -errno : read_all(fd, &text);
	if (fd >= 0)
		close(fd);
	e->text = text;
	if (len == -ENOMEM)
		return -ENOMEM;
	if (len == -EACCES || len == -EPERM)
		snprintf(e->why, sizeof(e->why), "Only its user and root may see it.");
	else if (len == -ENOENT || len == -ESRCH || (!root && !smi_usage_is_same(p)))
		snprintf(e->why, sizeof(e->why), "The process is gone.");
	else if (!text)
		snprintf(e->why, sizeof(e->why), "It cannot be read: %s.", strerror((int)-len));
	return e->why[0] ? 0 : split(e, (size_t)len);
}
