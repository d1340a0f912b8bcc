/* SPDX-License-Identifier: GPL-2.0-only */
/* Open a file to explain: a capture or a recording. */
#ifndef TT_MEMSTAT_EXPLAIN_SOURCE_H
#define TT_MEMSTAT_EXPLAIN_SOURCE_H

#include "explain.h"

struct source;

/*
 * Fill in @e from a file. On failure, prints the reason. @source must be closed after an error,
 * too.
 */
enum cli_status source_open(const struct explain_request *request, const char *name,
			    struct explanation *e, struct source **source);
void source_close(struct source *source);

#endif
