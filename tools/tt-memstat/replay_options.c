// SPDX-License-Identifier: GPL-2.0-only
/* The options of tt-memstat replay. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay_options.h"

const char replay_help[] =
"usage: tt-memstat replay --chip NAME|--mesh NAME,NAME...|--create [--grid XxY]\n"
"                  [--l1-base N] [--l1-small N] [--step MS|--speed FACTOR] [--hold]\n"
"                  [--program-cache] [--json] FILE\n\n"
"Reports a ttnn graph capture (a list of nodes or a report) as if it ran on the chip,\n"
"and prints what it came to, in bytes. FILE may be - for standard input, or a\n"
"directory: then all *.json in it are one workload, in the order of their names.\n\n"
"  --chip NAME      such as tt0\n"
"  --mesh NAMES     the chips of a mesh, such as tt0,tt1, in the order of the runtime's\n"
"                   device numbers: buffers on all, circular buffers on the one named\n"
"  --create         make virtual chips as the report's cluster descriptor tells, which\n"
"                   live as long as this command\n"
"  --grid XxY       worker grid, where no report tells it\n"
"  --l1-base N      where circular buffers start on each core\n"
"  --l1-small N     bytes of the L1_SMALL region of each core\n"
"  --step MS        sleep so many milliseconds after each node\n"
"  --speed FACTOR   as fast as recorded, times this: 1 is real time, 10 ten times faster\n"
"  --hold           stay alive after the last node until SIGINT or SIGTERM\n"
"  --program-cache  programs stay loaded, as with ttnn's program cache\n"
"  --json           the summary for machines\n\n"
"Exit status 3: the capture does not fit on the chip.\n";

static enum cli_status usage_error(const char *what, const char *text)
{
	return cli_fail(CLI_USAGE, "%s: %s", what, text);
}

static enum cli_status parse_layout_option(int option, struct layout_options *layout)
{
	switch (option) {
	case 'g':
		layout->given |= LAYOUT_OPTION_GRID;
		return cli_grid(optarg, &layout->grid_x, &layout->grid_y) ?
			       usage_error("not a grid such as 11x10", optarg) : CLI_OK;
	case 'b':
		layout->given |= LAYOUT_OPTION_L1_BASE;
		return cli_number(optarg, &layout->l1_base) ? usage_error("not a number", optarg) :
							       CLI_OK;
	default:
		layout->given |= LAYOUT_OPTION_L1_SMALL;
		return cli_number(optarg, &layout->l1_small) ? usage_error("not a number", optarg) :
							       CLI_OK;
	}
}

static enum cli_status add_chip(struct replay_request *request, const char *name)
{
	uint32_t chip;

	if (cli_chip(name, &chip))
		return usage_error("not a chip name", name);
	for (size_t i = 0; i < request->chip_count; i++) {
		if (request->chips[i] == chip)
			return usage_error("named twice", name);
	}
	if (request->chip_count == MESH_CHIPS)
		return usage_error("too many chips", name);
	request->chips[request->chip_count++] = chip;
	return CLI_OK;
}

static enum cli_status parse_mesh(struct replay_request *request, const char *names)
{
	enum cli_status status = CLI_OK;

	for (;;) {
		size_t len = strcspn(names, ",");
		char name[TT_MEMSTAT_NAME_LEN + 1];

		snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name)),
			 names);
		status = add_chip(request, name);
		if (status || !names[len])
			return status;
		names += len + 1;
	}
}

static enum cli_status parse_speed(struct pace *pace)
{
	char *end;

	pace->speed = strtod(optarg, &end);
	return *end || end == optarg || !(pace->speed >= 1e-3 && pace->speed <= 1e6) ?
		       usage_error("not a factor from 0.001 to 1000000", optarg) : CLI_OK;
}

static enum cli_status parse_option(int option, struct replay_request *request)
{
	switch (option) {
	case 'c':
		return add_chip(request, optarg);
	case 'm':
		return parse_mesh(request, optarg);
	case 'C':
		request->create = true;
		return CLI_OK;
	case 'g':
	case 'b':
	case 's':
		return parse_layout_option(option, &request->layout);
	case 't':
		return cli_number(optarg, &request->pace.step_ms) ||
			       request->pace.step_ms > 3600000 ?
			       usage_error("not a number of milliseconds up to 3600000", optarg) : CLI_OK;
	case 'f':
		return parse_speed(&request->pace);
	case 'H':
		request->hold = true;
		return CLI_OK;
	case 'p':
		request->cache = true;
		return CLI_OK;
	case 'j':
		request->json = true;
		return CLI_OK;
	case 'h':
		request->help = true;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

/* @ways: number of options --chip, --mesh and --create. */
static enum cli_status complete(const struct replay_request *request, int files, int ways)
{
	if (ways > 1)
		return cli_fail(CLI_USAGE, "--chip, --mesh and --create exclude each other");
	if (!ways || files != 1)
		return cli_fail(CLI_USAGE, "--chip (or --mesh, --create) and one file are needed");
	if (request->pace.step_ms && request->pace.speed > 0)
		return cli_fail(CLI_USAGE, "--step and --speed exclude each other");
	return CLI_OK;
}

enum cli_status replay_parse(int argc, char **argv, struct replay_request *request)
{
	static const struct option options[] = {
		{ "chip", required_argument, NULL, 'c' },
		{ "mesh", required_argument, NULL, 'm' },
		{ "create", no_argument, NULL, 'C' },
		{ "grid", required_argument, NULL, 'g' },
		{ "l1-base", required_argument, NULL, 'b' },
		{ "l1-small", required_argument, NULL, 's' },
		{ "step", required_argument, NULL, 't' },
		{ "speed", required_argument, NULL, 'f' },
		{ "hold", no_argument, NULL, 'H' },
		{ "program-cache", no_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int ways = 0;
	int option;

	memset(request, 0, sizeof(*request));
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		enum cli_status status = parse_option(option, request);

		ways += option == 'c' || option == 'm' || option == 'C';
		if (status || request->help)
			return status;
	}
	request->file = argv[optind];
	return complete(request, argc - optind, ways);
}
