/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of tt-memstat replay. */
#ifndef TT_MEMSTAT_REPLAY_OPTIONS_H
#define TT_MEMSTAT_REPLAY_OPTIONS_H

#include "cli.h"
#include "layout.h"
#include "mesh.h"
#include "pace.h"

/**
 * struct replay_request - the parsed command line
 * @chips: numbers of --chip or --mesh
 * @chip_count: 0 with --create
 * @create: make chips from the report's descriptor
 * @cache: programs stay loaded
 * @file: file, directory or "-"
 */
struct replay_request {
	uint32_t chips[MESH_CHIPS];
	size_t chip_count;
	bool create;
	bool hold;
	bool cache;
	bool json;
	struct pace pace;
	struct layout_options layout;
	const char *file;
};

/* Parse --grid, --l1-base or --l1-small, with the argument in optarg. */
enum cli_status replay_layout_option(int option, struct layout_options *layout);
enum cli_status replay_parse(int argc, char **argv, struct replay_request *request);

#endif
