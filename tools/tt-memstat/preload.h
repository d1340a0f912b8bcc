/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the reporter is, and what is written for the loader to find it.
 *
 * Knows LD_PRELOAD. Does not know who sets it.
 */
#ifndef TT_MEMSTAT_PRELOAD_H
#define TT_MEMSTAT_PRELOAD_H

#include <limits.h>
#include <stdbool.h>

#define PRELOAD_NAME	"libttmemstat-report.so"

/**
 * preload_find() - the reporter's name for LD_PRELOAD
 * @name: in which the loader puts a word of its own for $LIB, so that each program finds what is
 *	for it
 *
 * Beside the tool as it is built or installed, else where it was to be installed.
 *
 * Return: 0; -ENOENT and the like: it is not there; -EINVAL: its directory has a name that loaders
 * and shells would take apart.
 */
int preload_find(char name[PATH_MAX]);

/* What programs find by @name whose loader puts @word for $LIB; false: nothing. */
bool preload_for(const char *name, const char *word, char file[PATH_MAX]);

/* @before, a value of LD_PRELOAD, with @name in front unless it is there; to be freed; NULL: no memory. */
char *preload_join(const char *name, const char *before);

#endif
