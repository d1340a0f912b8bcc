/* SPDX-License-Identifier: GPL-2.0-only */
/* Print recordings: one line per event. */
#ifndef TT_MEMSTAT_RECORD_H
#define TT_MEMSTAT_RECORD_H

#include <stdbool.h>

#include "cli.h"

/* Print a recording to standard output, and its defects to standard error. */
enum cli_status record_dump(const char *file, bool json);

#endif
