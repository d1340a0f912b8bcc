/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of tt-memstat explain. */
#ifndef TT_MEMSTAT_EXPLAIN_OPTIONS_H
#define TT_MEMSTAT_EXPLAIN_OPTIONS_H

#include "cli.h"
#include "layout.h"

enum explain_at {
	EXPLAIN_PEAK = 0,	/* the peak of L1 and the peak of DRAM */
	EXPLAIN_NODE,
	EXPLAIN_END,
};

/**
 * struct explain_request - the parsed command line
 * @node: EXPLAIN_NODE: the moment is after this node
 * @core: @core_x and @core_y were given; otherwise the fullest core
 * @device: the runtime's number of a chip; -1: the fullest one
 * @need: bytes of a buffer, 0 = not given; with @need_per_bank on each core or bank, else in total
 * @need_pool: enum tt_memstat_pool
 * @geometry: arch 0: not given
 * @chip_name: a chip of this host, number @chip, instead of files; NULL: none
 * @one_client: only its client @client; @pid: only those of this process, 0 = all
 * @html: file for a page; @perfetto: file for a trace
 */
struct explain_request {
	enum explain_at at;
	uint64_t node;
	bool core;
	uint32_t core_x;
	uint32_t core_y;
	int64_t device;
	uint64_t top;
	uint64_t need;
	bool need_per_bank;
	uint32_t need_pool;
	struct tt_memstat_geometry geometry;
	struct layout_options layout;
	bool cache;
	char *chip_name;
	uint32_t chip;
	bool one_client;
	uint64_t client;
	uint64_t pid;
	bool json;
	const char *html;
	const char *perfetto;
	char **files;
	size_t file_count;
};

void explain_request_init(struct explain_request *request);
/* Parse an option of explain or export; its argument is in optarg. */
enum cli_status explain_option(int option, struct explain_request *request);
/*
 * Check the request after all options and files; a chip of this host takes the place of a file.
 * @harvest: a mask was given; @pool: --pool was given.
 */
enum cli_status explain_complete(struct explain_request *request, bool harvest, bool pool);
enum cli_status explain_parse(int argc, char **argv, struct explain_request *request);

#endif
