/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is explained, from a file: a capture or a recording.
 */
#ifndef TT_MEMSTAT_EXPLAIN_SOURCE_H
#define TT_MEMSTAT_EXPLAIN_SOURCE_H

#include "explain.h"

struct source;

/*
 * Fills what a file tells of in @e: all that the moments are found from. What is wrong has then been
 * said. @source is to be closed also after an error.
 */
enum cli_status source_open(const struct explain_request *request, const char *name,
			    struct explanation *e, struct source **source);
void source_close(struct source *source);

#endif
