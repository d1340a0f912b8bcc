/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is put into files that sessions are started by, so that it can be taken out again to the
 * byte.
 *
 * Knows files. Does not know which files sessions read, or what they are told.
 *
 * All of these return 1 where something has changed, 0 where nothing had to, or -errno, where
 * nothing has changed.
 */
#ifndef TT_MEMSTAT_SESSION_H
#define TT_MEMSTAT_SESSION_H

#include <stdbool.h>

/* What is ours has this in it; the line ends with it, maybe with more. */
#define SESSION_MARK	"# tt-memstat enable"

/* A file that has nothing but @text, and the directories to it. -EEXIST: it has something else. */
int session_file_add(const char *path, const char *text);
int session_file_remove(const char *path);

/* A line, behind all that the file has; the file, if it is not there. */
int session_line_add(const char *path, const char *line);
int session_line_remove(const char *path);

bool session_has_ours(const char *path);

#endif
