/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports of ttnn-visualizer: a directory with db.sqlite and cluster_descriptor.yaml. */
#ifndef TT_MEMSTAT_VISUALIZER_H
#define TT_MEMSTAT_VISUALIZER_H

#include "explain.h"

#define VISUALIZER_DB		"db.sqlite"
#define VISUALIZER_CACHE	"program_cache"	/* in report_metadata: programs stay loaded */
#define VISUALIZER_DESCRIPTOR	"cluster_descriptor.yaml"

/*
 * Write a history as a report; creates @directory. -EEXIST: it contains a report; -EIO: SQLite
 * failed; -errno.
 */
int visualizer_write(const struct explanation *e, const char *directory);

/* Whether @name is a report: its directory, or the database. */
bool visualizer_is(const char *name);
/*
 * Read a report as the text of a capture; release with free(). -EBADMSG: not a report; -ENOMEM,
 * -errno.
 */
int visualizer_read(const char *name, char **text, size_t *len);

#endif
