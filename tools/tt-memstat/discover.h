/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cluster descriptor of this host as it is now, by UMD's own discovery.
 *
 * Knows where a Python with tt_umd may be and how its discovery is run. Does not know what stands
 * in a descriptor.
 */
#ifndef TT_MEMSTAT_DISCOVER_H
#define TT_MEMSTAT_DISCOVER_H

#include <stddef.h>

#include "cli.h"

/*
 * @python: NULL = the first of the usual places that has tt_umd. @text: to be released by free().
 * CLI_OK, or CLI_FAILED, and why has been said. Under sudo the discovery runs as the user who
 * called it.
 */
enum cli_status discover(const char *python, char **text, size_t *len);

#endif
