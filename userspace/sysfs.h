/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Read files and directories of sysfs, relative to an open directory.
 */
#ifndef TTMEMSTAT_SYSFS_H
#define TTMEMSTAT_SYSFS_H

#include <stddef.h>
#include <stdint.h>

/* Larger than any file: sysfs returns at most a page, `stat` at most 3 KiB. */
#define TTMEMSTAT_SYSFS_MAX	16384

/*
 * Descriptors to be closed. Consecutive ones are closed by one system call, which never includes
 * other descriptors. Zeroed = empty.
 */
#define TTMEMSTAT_SYSFS_DONE	128

struct ttmemstat_done {
	unsigned int count;
	int fds[TTMEMSTAT_SYSFS_DONE];
};

void ttmemstat_sysfs_done(struct ttmemstat_done *done, int fd);
void ttmemstat_sysfs_close_done(struct ttmemstat_done *done);

/* Open a directory, for use as @dirfd: a descriptor or -errno. @done may be NULL here and below. */
int ttmemstat_sysfs_open_dir(struct ttmemstat_done *done, int dirfd, const char *name);

/* Open a file for ttmemstat_sysfs_reread(): a descriptor or -errno. */
int ttmemstat_sysfs_open(struct ttmemstat_done *done, int dirfd, const char *name);

/*
 * Read a whole file with one read. Returns 0 and *@len, or -errno: -ENODATA: unknown; -ENOENT,
 * -ENODEV: gone, or never existed; -EFBIG: longer than @size.
 */
int ttmemstat_sysfs_read(struct ttmemstat_done *done, int dirfd, const char *name, char *buf,
			 size_t size, size_t *len);
int ttmemstat_sysfs_read_open(int fd, char *buf, size_t size, size_t *len);

/* Read an open file again, from its start. */
int ttmemstat_sysfs_reread(int fd, char *buf, size_t size, size_t *len);

/*
 * List the numbers in the names of an open directory's entries, from its current position, in
 * ascending order. Release the result with free(). @parse returns 0 for names that count.
 */
int ttmemstat_sysfs_numbers(int fd, int (*parse)(const char *name, uint64_t *number),
			    uint64_t expected, uint64_t **numbers, size_t *count);

#endif /* TTMEMSTAT_SYSFS_H */
