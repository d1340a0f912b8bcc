/* SPDX-License-Identifier: GPL-2.0-only */
/* Find the reporter and its name for LD_PRELOAD. */
#ifndef TT_MEMSTAT_PRELOAD_H
#define TT_MEMSTAT_PRELOAD_H

#include <limits.h>
#include <stdbool.h>

#define PRELOAD_NAME	"libttmemstat-report.so"

/**
 * preload_find() - the reporter's name for LD_PRELOAD
 * @name: contains $LIB, for which each program's loader substitutes its own library directory
 *
 * Looks beside the tool in its build or installation directory, then in the configured directory.
 *
 * Return: 0; -ENOENT and the like: there is no reporter; -EINVAL: the name of its directory has
 * characters that loaders or shells would split.
 */
int preload_find(char name[PATH_MAX]);

/* The file that a loader finds by @name if its $LIB is @word; false: none. */
bool preload_for(const char *name, const char *word, char file[PATH_MAX]);

/*
 * Prepend @name to @before, a value of LD_PRELOAD, unless present; release with free(). NULL: no
 * memory.
 */
char *preload_join(const char *name, const char *before);

#endif
