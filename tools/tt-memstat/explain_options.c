// SPDX-License-Identifier: GPL-2.0-only
/*
 * The options of tt-memstat explain.
 *
 * Knows how they are written and which go together. Does not know what they do.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "explain_options.h"

#define TOP	5

const char explain_help[] =
"usage: tt-memstat explain [--at NODE|peak|end] [--core X,Y] [--top N] [--json]\n"
"                  [--html OUT] [--perfetto OUT]\n"
"                  [--need BYTES[/core] [--pool l1|l1_small|dram]]\n"
"                  [--arch ARCH [--harvest MASK] [--dram-harvest MASK]] [--device N]\n"
"                  [--grid XxY] [--l1-base N] [--l1-small N] [--program-cache] FILE...\n\n"
"Says where the memory of a chip went: the peaks of L1 and DRAM and what ran then, who\n"
"held it, the fullest core from its lowest to its highest address, what did not fit and\n"
"what to do about it. Needs no module and no privilege. FILE is a ttnn graph capture (a\n"
"list of nodes or a report), - for standard input, a directory of such, or a recording of\n"
"tt-memstat record, where NODE is the number of an event.\n\n"
"  --at MOMENT      peak (the default: of L1 and of DRAM, each for itself), end, or the\n"
"                   number of a node: what was there after it\n"
"  --core X,Y       this core instead of the fullest\n"
"  --top N          so many of those who hold memory (5); 0 for all\n"
"  --need BYTES     whether a buffer of so many bytes would fit at that moment, and what\n"
"                   is in its way; BYTES/core (or /bank): on each\n"
"  --pool POOL      where: l1 (the default), l1_small or dram\n"
"  --arch ARCH      wormhole or blackhole, where no descriptor tells it\n"
"  --harvest MASK   harvested rows (wormhole) or columns (blackhole), such as 0xc0\n"
"  --dram-harvest MASK  harvested DRAM channels\n"
"  --device N       the chip that the runtime has with this number, of several\n"
"  --grid XxY       worker grid, where no report tells it\n"
"  --l1-base N      where circular buffers start on each core\n"
"  --l1-small N     bytes of the L1_SMALL region of each core\n"
"  --program-cache  programs stay loaded, as with ttnn's program cache\n"
"  --json           exact bytes, for machines\n"
"  --html OUT       write a page for a browser: timeline, holders, cores, addresses\n"
"  --perfetto OUT   write a trace for ui.perfetto.dev\n\n"
"Exit status 3: something does not fit on the chip, or what --need asks for would not.\n";

static enum cli_status usage_error(const char *what, const char *text)
{
	return cli_fail(CLI_USAGE, "%s: %s", what, text);
}

static enum cli_status parse_at(struct explain_request *request)
{
	request->at = EXPLAIN_NODE;
	if (!strcmp(optarg, "peak"))
		request->at = EXPLAIN_PEAK;
	else if (!strcmp(optarg, "end"))
		request->at = EXPLAIN_END;
	else if (cli_number(optarg, &request->node))
		return usage_error("no moment (peak, end, or the number of a node)", optarg);
	return CLI_OK;
}

static enum cli_status parse_core(struct explain_request *request)
{
	char end;

	request->core = true;
	return sscanf(optarg, "%u,%u%c", &request->core_x, &request->core_y, &end) == 2 ?
		       CLI_OK : usage_error("no core such as 3,7", optarg);
}

/* "20480", "20480/core", "1048576/bank" */
static enum cli_status parse_need(struct explain_request *request)
{
	char number[32];
	const char *slash = strchr(optarg, '/');
	size_t len = slash ? (size_t)(slash - optarg) : strlen(optarg);

	request->need_per_bank = slash;
	if (slash && strcmp(slash, "/core") && strcmp(slash, "/bank"))
		return usage_error("neither BYTES, BYTES/core nor BYTES/bank", optarg);
	snprintf(number, sizeof(number), "%.*s", (int)(len < 31 ? len : 31), optarg);
	if (len > 31 || cli_number(number, &request->need) || !request->need ||
	    request->need > UINT64_MAX / 4)
		return usage_error("no number of bytes", optarg);
	return CLI_OK;
}

static enum cli_status parse_pool(struct explain_request *request)
{
	static const struct {
		const char *name;
		uint32_t pool;
	} pools[] = {
		{ "l1", TT_MEMSTAT_POOL_L1 },
		{ "l1_small", TT_MEMSTAT_POOL_L1_SMALL },
		{ "dram", TT_MEMSTAT_POOL_DRAM },
	};

	for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++) {
		if (!strcmp(optarg, pools[i].name)) {
			request->need_pool = pools[i].pool;
			return CLI_OK;
		}
	}
	return usage_error("no pool (l1, l1_small or dram)", optarg);
}

static enum cli_status parse_mask(uint32_t *mask)
{
	uint64_t value;

	if (cli_number(optarg, &value) || value > UINT32_MAX)
		return usage_error("no mask", optarg);
	*mask = (uint32_t)value;
	return CLI_OK;
}

static enum cli_status parse_chip(int option, struct explain_request *request)
{
	uint64_t number;
	int arch;

	switch (option) {
	case 'A':
		arch = ttmemstat_arch_parse(optarg);
		if (arch <= 0)
			return usage_error("unknown arch", optarg);
		request->geometry.arch = (uint32_t)arch;
		return CLI_OK;
	case 'm':
		return parse_mask(&request->geometry.tensix_mask);
	case 'd':
		return parse_mask(&request->geometry.dram_mask);
	default:
		if (cli_number(optarg, &number) || number > INT32_MAX)
			return usage_error("no number of a device", optarg);
		request->device = (int64_t)number;
		return CLI_OK;
	}
}

static enum cli_status parse_layout(int option, struct layout_options *layout)
{
	switch (option) {
	case 'g':
		layout->given |= LAYOUT_OPTION_GRID;
		return cli_grid(optarg, &layout->grid_x, &layout->grid_y) ?
			       usage_error("no grid such as 11x10", optarg) : CLI_OK;
	case 'b':
		layout->given |= LAYOUT_OPTION_L1_BASE;
		return cli_number(optarg, &layout->l1_base) ? usage_error("no number", optarg) :
							       CLI_OK;
	default:
		layout->given |= LAYOUT_OPTION_L1_SMALL;
		return cli_number(optarg, &layout->l1_small) ? usage_error("no number", optarg) :
							       CLI_OK;
	}
}

enum cli_status explain_option(int option, struct explain_request *request)
{
	switch (option) {
	case 'a':
		return parse_at(request);
	case 'c':
		return parse_core(request);
	case 't':
		return cli_number(optarg, &request->top) ? usage_error("no number", optarg) : CLI_OK;
	case 'n':
		return parse_need(request);
	case 'P':
		return parse_pool(request);
	case 'A':
	case 'm':
	case 'd':
	case 'D':
		return parse_chip(option, request);
	case 'g':
	case 'b':
	case 's':
		return parse_layout(option, &request->layout);
	case 'p':
		request->cache = true;
		return CLI_OK;
	case 'j':
		request->json = true;
		return CLI_OK;
	case 'w':
		request->html = optarg;
		return CLI_OK;
	case 'T':
		request->perfetto = optarg;
		return CLI_OK;
	case 'h':
		request->help = true;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

void explain_request_init(struct explain_request *request)
{
	*request = (struct explain_request){
		.device = -1, .top = TOP, .need_pool = TT_MEMSTAT_POOL_L1,
	};
}

enum cli_status explain_complete(struct explain_request *request, bool harvest, bool pool)
{
	if (harvest && !request->geometry.arch)
		return cli_fail(CLI_USAGE, "--harvest and --dram-harvest need --arch");
	if (pool && !request->need)
		return cli_fail(CLI_USAGE, "--pool needs --need");
	if (!request->file_count)
		return cli_fail(CLI_USAGE, "a file is needed");
	if ((request->html || request->perfetto) && request->file_count > 1)
		return cli_fail(CLI_USAGE, "--html and --perfetto take one file");
	request->geometry.valid = request->geometry.arch ?
		TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK : 0;
	return CLI_OK;
}

enum cli_status explain_parse(int argc, char **argv, struct explain_request *request)
{
	static const struct option options[] = {
		{ "at", required_argument, NULL, 'a' },
		{ "core", required_argument, NULL, 'c' },
		{ "top", required_argument, NULL, 't' },
		{ "need", required_argument, NULL, 'n' },
		{ "pool", required_argument, NULL, 'P' },
		{ "arch", required_argument, NULL, 'A' },
		{ "harvest", required_argument, NULL, 'm' },
		{ "dram-harvest", required_argument, NULL, 'd' },
		{ "device", required_argument, NULL, 'D' },
		{ "grid", required_argument, NULL, 'g' },
		{ "l1-base", required_argument, NULL, 'b' },
		{ "l1-small", required_argument, NULL, 's' },
		{ "program-cache", no_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ "html", required_argument, NULL, 'w' },
		{ "perfetto", required_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	bool harvest = false, pool = false;
	int option;

	explain_request_init(request);
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		enum cli_status status = explain_option(option, request);

		harvest |= option == 'm' || option == 'd';
		pool |= option == 'P';
		if (status || request->help)
			return status;
	}
	request->files = argv + optind;
	request->file_count = (size_t)(argc - optind);
	return explain_complete(request, harvest, pool);
}
