/* SPDX-License-Identifier: GPL-2.0-only */
/* tt-memstat run --map: assign chips to the runtime's devices by hand. */
#ifndef TT_MEMSTAT_RUN_MAP_H
#define TT_MEMSTAT_RUN_MAP_H

#include "cli.h"

/* The reporter's limit. */
#define RUN_MAP_MAX	256

struct run_map {
	struct {
		uint32_t id;		/* the runtime's device number */
		uint32_t chip;		/* N of tt<N> */
	} pairs[RUN_MAP_MAX];
	size_t count;
};

/* Add "ID=CHIP". CLI_OK, or CLI_USAGE after printing the reason. */
enum cli_status run_map_add(struct run_map *map, const char *text);
/* Print which of the chips do not exist, if the module is loaded. */
void run_map_check(const struct run_map *map);
/* Pass the map to the reporter, in the environment. 0 or -errno. */
int run_map_pass(const struct run_map *map);

#endif
