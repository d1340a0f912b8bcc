/* SPDX-License-Identifier: GPL-2.0-only */
/* A temporary directory for recordings: in memory if possible, as they can be thousands of files. */
#ifndef TTMEMSTAT_SCRATCH_H
#define TTMEMSTAT_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Make a directory whose name begins with @name; its path, in @dir, has at most @size bytes. */
static inline int scratch_make(const char *name, char *dir, size_t size)
{
	snprintf(dir, size, "%s/%s.XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", name);
	return mkdtemp(dir) ? 0 : -1;
}

static inline int scratch_remove_one(const char *name, const struct stat *st, int type,
				     struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(name);
}

static inline int scratch_remove(const char *dir)
{
	return nftw(dir, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif /* TTMEMSTAT_SCRATCH_H */
