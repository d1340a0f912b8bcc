/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Edit the files that sessions read at their start, such that the edit can be reverted exactly.
 *
 * All functions return 1 if they changed something, 0 if no change was needed, or -errno without
 * any change.
 */
#ifndef TT_MEMSTAT_SESSION_H
#define TT_MEMSTAT_SESSION_H

#include <stdbool.h>

/* Marker of tt-memstat's files and lines; a line ends with it and, possibly, notes. */
#define SESSION_MARK	"# tt-memstat enable"

/* Create a file with @text, and its directories. -EEXIST: the file has other contents. */
int session_file_add(const char *path, const char *text);
int session_file_remove(const char *path);

/* Append a line to the file, which is created if needed. */
int session_line_add(const char *path, const char *line);
int session_line_remove(const char *path);

bool session_has_ours(const char *path);

#endif
