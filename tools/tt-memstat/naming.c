// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that a process publishes for its buffers and programs.
 *
 * The process may be hostile. Only a real memfd is opened, as reading another file may block
 * forever; at most the format's size is read; and all numbers and texts are checked.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ttmemstat.h>

#include "naming.h"
#include "../../userspace/report/published.h"

#define DESCRIPTORS	65536	/* descriptors of a process to examine */
#define LINK		"/memfd:" PUBLISHED_NAME " (deleted)"

struct naming {
	char names[PUBLISHED_NAMES][PUBLISHED_NAME_LEN];
	size_t count;
	struct published_entry entries[];	/* by id */
};

static bool read_at(int fd, void *data, size_t size, size_t offset)
{
	while (size) {
		const ssize_t n = pread(fd, data, size, (off_t)offset);

		if (n <= 0 && (!n || errno != EINTR))
			return false;
		if (n < 0)
			continue;
		data = (char *)data + n;
		offset += (size_t)n;
		size -= (size_t)n;
	}
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct published_entry *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* Entries with a name that read the same twice. */
static bool read_entries(int fd, struct naming *naming, size_t used)
{
	const size_t at = offsetof(struct published, entries);
	const size_t size = used * sizeof(struct published_entry);
	struct published_entry *again = malloc(size ? size : 1);
	bool done = again && read_at(fd, naming->entries, size, at) &&
		    read_at(fd, again, size, at);

	for (size_t i = 0; done && i < used; i++) {
		const struct published_entry entry = again[i];

		if (entry.id && entry.name && entry.name < PUBLISHED_NAMES &&
		    !memcmp(&naming->entries[i], &entry, sizeof(entry)))
			naming->entries[naming->count++] = entry;
	}
	free(again);
	qsort(naming->entries, naming->count, sizeof(naming->entries[0]), by_id);
	return done;
}

static bool read_names(int fd, struct naming *naming)
{
	char raw[PUBLISHED_NAME_LEN];

	if (!read_at(fd, naming->names, sizeof(naming->names), offsetof(struct published, names)))
		return false;
	for (size_t i = 0; i < PUBLISHED_NAMES; i++) {
		memcpy(raw, naming->names[i], sizeof(raw));
		raw[sizeof(raw) - 1] = '\0';
		ttmemstat_sanitize(naming->names[i], sizeof(naming->names[i]), raw);
	}
	return true;
}

/* Read entries before names: a name is published before an entry refers to it. */
static struct naming *read_file(int fd)
{
	struct published_head head;
	struct naming *naming;
	size_t used;

	if (!read_at(fd, &head, sizeof(head), 0) || head.magic != PUBLISHED_MAGIC ||
	    head.version != PUBLISHED_VERSION)
		return NULL;
	used = head.used < PUBLISHED_ENTRIES ? head.used : PUBLISHED_ENTRIES;
	naming = calloc(1, sizeof(*naming) + used * sizeof(naming->entries[0]));
	if (!naming || !read_entries(fd, naming, used) || !read_names(fd, naming)) {
		free(naming);
		return NULL;
	}
	return naming;
}

/* The device of memfds: on another file system, a file of the same name may be hostile. */
static bool memfd_device(struct statx *of)
{
	int fd = memfd_create("tt-memstat", MFD_CLOEXEC);
	bool done = fd >= 0 && !statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, of);

	if (fd >= 0)
		close(fd);
	return done;
}

/* -1: not a memfd with names. statx() must come before any access to the file's own system. */
static int open_memfd(int dir, const char *name)
{
	char link[sizeof(LINK) + 1], again[32];
	struct statx own, found;
	ssize_t len = readlinkat(dir, name, link, sizeof(link));
	int path, fd = -1;

	if (len != sizeof(LINK) - 1 || memcmp(link, LINK, sizeof(LINK) - 1) != 0 || !memfd_device(&own))
		return -1;
	path = openat(dir, name, O_PATH | O_CLOEXEC);
	if (path < 0)
		return -1;
	if (!statx(path, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &found) &&
	    found.stx_dev_major == own.stx_dev_major && found.stx_dev_minor == own.stx_dev_minor &&
	    S_ISREG(found.stx_mode)) {
		snprintf(again, sizeof(again), "/proc/self/fd/%d", path);
		fd = open(again, O_RDONLY | O_CLOEXEC);
	}
	close(path);
	return fd;
}

struct naming *naming_read(int32_t pid)
{
	struct naming *naming = NULL;
	struct dirent *entry;
	char path[32];
	DIR *dir;

	if (pid <= 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	for (int i = 0; dir && !naming && i < DESCRIPTORS && (entry = readdir(dir)); i++) {
		const int fd = entry->d_name[0] == '.' ? -1 : open_memfd(dirfd(dir), entry->d_name);

		if (fd < 0)
			continue;
		naming = read_file(fd);
		close(fd);
	}
	if (dir)
		closedir(dir);
	return naming;
}

static const struct published_entry *find(const struct naming *naming, uint64_t id)
{
	const struct published_entry key = { .id = id };

	if (!naming)
		return NULL;
	return bsearch(&key, naming->entries, naming->count, sizeof(key), by_id);
}

uint32_t naming_cores(const struct naming *naming, uint64_t id)
{
	const struct published_entry *found = find(naming, id);

	return found ? found->cores : 0;
}

const char *naming_find(const struct naming *naming, uint64_t id)
{
	const struct published_entry *found = find(naming, id);

	return found && naming->names[found->name][0] ? naming->names[found->name] : NULL;
}

void naming_free(struct naming *naming)
{
	free(naming);
}
