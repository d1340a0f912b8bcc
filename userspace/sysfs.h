/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Files and directories of sysfs, relative to an open directory. Knows no names and no formats.
 */
#ifndef TTM_SYSFS_H
#define TTM_SYSFS_H

#include <stddef.h>
#include <stdint.h>

/* More than any file holds: sysfs gives at most a page of text, `stat` at most 3 KiB. */
#define TTM_SYSFS_MAX	16384

/* A directory, for use as @dirfd: descriptor or -errno. */
int ttm_sysfs_open_dir(int dirfd, const char *name);

/*
 * The whole content of a file, as of one read: 0 and *@len, or -errno: -ENODATA unknown, -ENOENT,
 * -ENODEV gone or never there, -EFBIG longer than @size.
 */
int ttm_sysfs_read(int dirfd, const char *name, char *buf, size_t size, size_t *len);

/*
 * The numbers in the names of a directory's entries, ascending, to be released by free(). @parse
 * returns 0 for the names that count.
 */
int ttm_sysfs_numbers(int dirfd, const char *name, int (*parse)(const char *name, uint64_t *number),
		      uint64_t **numbers, size_t *count);

#endif /* TTM_SYSFS_H */
