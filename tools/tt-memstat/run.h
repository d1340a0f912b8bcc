/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What run and record share: a command under the reporter.
 */
#ifndef TT_MEMSTAT_RUN_H
#define TT_MEMSTAT_RUN_H

#include "cli.h"

/*
 * Become the command, after it was said what will not be reported. Returns where that is impossible,
 * with the status to exit with.
 */
enum cli_status run_command(char **command);

#endif
