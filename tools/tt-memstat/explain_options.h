/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is to be explained, and how.
 */
#ifndef TT_MEMSTAT_EXPLAIN_OPTIONS_H
#define TT_MEMSTAT_EXPLAIN_OPTIONS_H

#include "cli.h"
#include "layout.h"

enum explain_at {
	EXPLAIN_PEAK = 0,	/* of L1, and of DRAM, each for itself */
	EXPLAIN_NODE,
	EXPLAIN_END,
};

/**
 * struct explain_request - all of the command line
 * @node: EXPLAIN_NODE: after it
 * @core: @core_x and @core_y were given, instead of the fullest
 * @device: the runtime's number of a chip; -1: the one that is fullest
 * @need: bytes of a buffer, 0 = not asked; on each core or bank, with @need_per_bank, or in all
 * @need_pool: enum tt_memstat_pool
 * @geometry: arch 0: not given
 * @html: file to write a page to; @perfetto: a trace, alike
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
	bool json;
	const char *html;
	const char *perfetto;
	char **files;
	size_t file_count;
};

void explain_request_init(struct explain_request *request);
/* One option, by the letter that its long name has in both commands; its argument in optarg. */
enum cli_status explain_option(int option, struct explain_request *request);
/* When all are read, the files too. @harvest: a mask was given; @pool: --pool was. */
enum cli_status explain_complete(struct explain_request *request, bool harvest, bool pool);
enum cli_status explain_parse(int argc, char **argv, struct explain_request *request);

#endif
