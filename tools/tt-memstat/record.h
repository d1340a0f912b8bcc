/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recordings for people: a line an event.
 */
#ifndef TT_MEMSTAT_RECORD_H
#define TT_MEMSTAT_RECORD_H

#include <stdbool.h>

#include "cli.h"

/* All of a recording, on standard output; what is wrong with it on standard error. */
enum cli_status record_dump(const char *file, bool json);

#endif
