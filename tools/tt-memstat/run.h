/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by tt-memstat run and record. */
#ifndef TT_MEMSTAT_RUN_H
#define TT_MEMSTAT_RUN_H

#include "cli.h"

/*
 * Execute the command, after printing what will not be reported. Returns only on failure, with the
 * exit status.
 */
enum cli_status run_command(char **command);

#endif
