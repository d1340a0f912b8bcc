/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Files and directories of sysfs, relative to an open directory. Knows no names and no formats.
 */
#ifndef TTMEMSTAT_SYSFS_H
#define TTMEMSTAT_SYSFS_H

#include <stddef.h>
#include <stdint.h>

/* More than any file holds: sysfs gives at most a page of text, `stat` at most 3 KiB. */
#define TTMEMSTAT_SYSFS_MAX	16384

/*
 * Descriptors that are done with and not closed yet: runs of them go by one system call each,
 * which never covers a number that is not in here. Zeroed = empty.
 */
#define TTMEMSTAT_SYSFS_DONE	128

struct ttmemstat_done {
	unsigned int count;
	int fds[TTMEMSTAT_SYSFS_DONE];
};

void ttmemstat_sysfs_done(struct ttmemstat_done *done, int fd);
void ttmemstat_sysfs_close_done(struct ttmemstat_done *done);

/* A directory, for use as @dirfd: descriptor or -errno. @done may be NULL here and below. */
int ttmemstat_sysfs_open_dir(struct ttmemstat_done *done, int dirfd, const char *name);

/* A file for ttmemstat_sysfs_reread(): descriptor or -errno. */
int ttmemstat_sysfs_open(struct ttmemstat_done *done, int dirfd, const char *name);

/*
 * The whole content of a file, as of one read: 0 and *@len, or -errno: -ENODATA unknown, -ENOENT,
 * -ENODEV gone or never there, -EFBIG longer than @size.
 */
int ttmemstat_sysfs_read(struct ttmemstat_done *done, int dirfd, const char *name, char *buf,
			 size_t size, size_t *len);
int ttmemstat_sysfs_read_open(int fd, char *buf, size_t size, size_t *len);

/* The same of a file that has been read before, as it is now. */
int ttmemstat_sysfs_reread(int fd, char *buf, size_t size, size_t *len);

/*
 * The numbers in the names of the entries of an open directory, from where it stands, ascending,
 * to be released by free(). @parse returns 0 for the names that count.
 */
int ttmemstat_sysfs_numbers(int fd, int (*parse)(const char *name, uint64_t *number),
			    uint64_t expected, uint64_t **numbers, size_t *count);

#endif /* TTMEMSTAT_SYSFS_H */
