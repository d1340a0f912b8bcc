/* SPDX-License-Identifier: GPL-2.0-only */
/* A cluster descriptor of this host's present state, by UMD's own discovery. */
#ifndef TT_MEMSTAT_DISCOVER_H
#define TT_MEMSTAT_DISCOVER_H

#include <stddef.h>

#include "cli.h"

/*
 * @python: NULL = the first of the usual places that has tt_umd. Release @text with free(). On
 * failure, prints the reason and returns CLI_FAILED. Under sudo, the discovery runs as the user who
 * called sudo.
 */
enum cli_status discover(const char *python, char **text, size_t *len);

#endif
