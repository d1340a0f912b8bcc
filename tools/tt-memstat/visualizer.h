/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reports of ttnn-visualizer: a directory with db.sqlite and cluster_descriptor.yaml.
 *
 * Knows its tables. Does not know what a report's events come to.
 */
#ifndef TT_MEMSTAT_VISUALIZER_H
#define TT_MEMSTAT_VISUALIZER_H

#include "explain.h"

#define VISUALIZER_DB		"db.sqlite"
#define VISUALIZER_DESCRIPTOR	"cluster_descriptor.yaml"

/*
 * Writes a history as a report. @directory is made if it is not there. -EEXIST: there is a report in
 * it; -EIO: SQLite failed; -errno.
 */
int visualizer_write(const struct explanation *e, const char *directory);

/* Whether @name is a report: its directory, or the database. */
bool visualizer_is(const char *name);
/* A report as the text of a capture, to be given to free(). -EBADMSG: it is none; -ENOMEM, -errno. */
int visualizer_read(const char *name, char **text, size_t *len);

#endif
