// SPDX-License-Identifier: GPL-2.0-only
/* The options of tt-memstat explain. */
#include <stdio.h>
#include <string.h>

#include "explain_options.h"
#include "replay_options.h"
#include "tt-memstat.options.h"

#define TOP	5

static enum cli_status parse_at(struct explain_request *request)
{
	request->at = EXPLAIN_NODE;
	if (!strcmp(optarg, "peak"))
		request->at = EXPLAIN_PEAK;
	else if (!strcmp(optarg, "end"))
		request->at = EXPLAIN_END;
	else if (cli_number(optarg, &request->node))
		return cli_bad_value(MEMSTAT_OPT_AT, "peak, end, or the number of a node");
	return CLI_OK;
}

static enum cli_status parse_core(struct explain_request *request)
{
	request->core = true;
	return cli_core(optarg, &request->core_x, &request->core_y) ?
		       cli_bad_value(MEMSTAT_OPT_CORE, "a core such as 3,7") : CLI_OK;
}

/* "20480", "20480/core", "1048576/bank" */
static enum cli_status parse_need(struct explain_request *request)
{
	char number[32];
	const char *slash = strchr(optarg, '/');
	size_t len = slash ? (size_t)(slash - optarg) : strlen(optarg);

	request->need_per_bank = slash;
	if (slash && strcmp(slash, "/core") && strcmp(slash, "/bank"))
		return cli_bad_value(MEMSTAT_OPT_NEED, "BYTES, BYTES/core or BYTES/bank");
	snprintf(number, sizeof(number), "%.*s", (int)(len < 31 ? len : 31), optarg);
	if (len > 31 || cli_number(number, &request->need) || !request->need ||
	    request->need > UINT64_MAX / 4)
		return cli_bad_value(MEMSTAT_OPT_NEED, "a number of bytes");
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
	return cli_bad_value(MEMSTAT_OPT_POOL, MEMSTAT_VALUES_POOL);
}

static enum cli_status parse_mask(int option, uint32_t *mask)
{
	uint64_t value;

	if (cli_number(optarg, &value) || value > UINT32_MAX)
		return cli_bad_value(option, "a mask such as 0xc0");
	*mask = (uint32_t)value;
	return CLI_OK;
}

static enum cli_status parse_chip(int option, struct explain_request *request)
{
	uint64_t number;
	int arch;

	switch (option) {
	case MEMSTAT_OPT_ARCH:
		arch = ttmemstat_arch_parse(optarg);
		if (arch <= 0)
			return cli_bad_value(option, MEMSTAT_VALUES_ARCH);
		request->geometry.arch = (uint32_t)arch;
		return CLI_OK;
	case MEMSTAT_OPT_HARVEST:
		return parse_mask(option, &request->geometry.tensix_mask);
	case MEMSTAT_OPT_DRAM_HARVEST:
		return parse_mask(option, &request->geometry.dram_mask);
	default:
		if (cli_number(optarg, &number) || number > INT32_MAX)
			return cli_bad_value(option, "a device number");
		request->device = (int64_t)number;
		return CLI_OK;
	}
}

static enum cli_status parse_live(int option, struct explain_request *request)
{
	switch (option) {
	case MEMSTAT_OPT_CHIP:
		request->chip_name = optarg;
		return cli_chip(optarg, &request->chip) ? cli_bad_value(option, "a chip such as tt0") :
							  CLI_OK;
	case MEMSTAT_OPT_CLIENT:
		request->one_client = true;
		return cli_number(optarg, &request->client) ? cli_bad_value(option, "a client's id") :
							      CLI_OK;
	default:
		return cli_number(optarg, &request->pid) || !request->pid ?
			       cli_bad_value(option, "a process id") : CLI_OK;
	}
}

enum cli_status explain_option(int option, struct explain_request *request)
{
	switch (option) {
	case MEMSTAT_OPT_AT:
		return parse_at(request);
	case MEMSTAT_OPT_CORE:
		return parse_core(request);
	case MEMSTAT_OPT_TOP:
		return cli_number(optarg, &request->top) ?
			       cli_bad_value(option, "a number") : CLI_OK;
	case MEMSTAT_OPT_NEED:
		return parse_need(request);
	case MEMSTAT_OPT_POOL:
		return parse_pool(request);
	case MEMSTAT_OPT_ARCH:
	case MEMSTAT_OPT_HARVEST:
	case MEMSTAT_OPT_DRAM_HARVEST:
	case MEMSTAT_OPT_DEVICE:
		return parse_chip(option, request);
	case MEMSTAT_OPT_CHIP:
	case MEMSTAT_OPT_CLIENT:
	case MEMSTAT_OPT_PID:
		return parse_live(option, request);
	case MEMSTAT_OPT_GRID:
	case MEMSTAT_OPT_L1_BASE:
	case MEMSTAT_OPT_L1_SMALL:
		return replay_layout_option(option, &request->layout);
	case MEMSTAT_OPT_PROGRAM_CACHE:
		request->cache = true;
		return CLI_OK;
	case MEMSTAT_OPT_JSON:
		request->json = true;
		return CLI_OK;
	case MEMSTAT_OPT_HTML:
		request->html = optarg;
		return CLI_OK;
	case MEMSTAT_OPT_PERFETTO:
		request->perfetto = optarg;
		return CLI_OK;
	default:
		return cli_stop(option);
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
	if (!request->chip_name && (request->one_client || request->pid))
		return cli_fail(CLI_USAGE, "--client and --pid need --chip");
	if (request->chip_name) {
		if (request->file_count)
			return cli_fail(CLI_USAGE, "either --chip or files");
		if (request->geometry.arch || request->device >= 0 || request->cache ||
		    request->at == EXPLAIN_NODE)
			return cli_fail(CLI_USAGE, "--chip does not go with --arch, --device, "
					"--program-cache and nodes");
		request->at = EXPLAIN_END;
		request->files = &request->chip_name;
		request->file_count = 1;
	}
	if (!request->file_count)
		return cli_fail(CLI_USAGE, "a file or --chip is needed");
	if ((request->html || request->perfetto) && request->file_count > 1)
		return cli_fail(CLI_USAGE, "--html and --perfetto take one file");
	request->geometry.valid = request->geometry.arch ?
		TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK : 0;
	return CLI_OK;
}

enum cli_status explain_parse(int argc, char **argv, struct explain_request *request)
{
	bool harvest = false, pool = false;
	int option;

	explain_request_init(request);
	while ((option = cli_option(argc, argv)) != -1) {
		enum cli_status status = explain_option(option, request);

		harvest |= option == MEMSTAT_OPT_HARVEST || option == MEMSTAT_OPT_DRAM_HARVEST;
		pool |= option == MEMSTAT_OPT_POOL;
		if (status)
			return status;
	}
	request->files = argv + optind;
	request->file_count = (size_t)(argc - optind);
	return explain_complete(request, harvest, pool);
}
