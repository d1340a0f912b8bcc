/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tt-memstat run --map: which chip a device of the runtime is, by hand.
 */
#ifndef TT_MEMSTAT_RUN_MAP_H
#define TT_MEMSTAT_RUN_MAP_H

#include "cli.h"

/* As many as are passed on. */
#define RUN_MAP_MAX	256

struct run_map {
	struct {
		uint32_t id;		/* the runtime's number of the device */
		uint32_t chip;		/* N of tt<N> */
	} pairs[RUN_MAP_MAX];
	size_t count;
};

/* Adds "ID=CHIP"; CLI_OK, or CLI_USAGE and what is wrong has been said. */
enum cli_status run_map_add(struct run_map *map, const char *text);
/* Says which of the chips are not there, where the module is. */
void run_map_check(const struct run_map *map);
/* For the reporter. 0 or -errno. */
int run_map_pass(const struct run_map *map);

#endif
