// SPDX-License-Identifier: GPL-2.0-only
/* The options of tt-memstat replay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay_options.h"
#include "tt-memstat.options.h"

enum cli_status replay_layout_option(int option, struct layout_options *layout)
{
	switch (option) {
	case MEMSTAT_OPT_GRID:
		layout->given |= LAYOUT_OPTION_GRID;
		return cli_grid(optarg, &layout->grid_x, &layout->grid_y) ?
			       cli_bad_value(option, "a grid such as 11x10") : CLI_OK;
	case MEMSTAT_OPT_L1_BASE:
		layout->given |= LAYOUT_OPTION_L1_BASE;
		return cli_number(optarg, &layout->l1_base) ?
			       cli_bad_value(option, "a number") : CLI_OK;
	default:
		layout->given |= LAYOUT_OPTION_L1_SMALL;
		return cli_number(optarg, &layout->l1_small) ?
			       cli_bad_value(option, "a number") : CLI_OK;
	}
}

static enum cli_status add_chip(struct replay_request *request, int option, const char *name)
{
	const char *given = cli_option_name(option);
	uint32_t chip;

	if (cli_chip(name, &chip))
		return cli_fail(CLI_USAGE, "--%s: not a chip name: %s", given, name);
	for (size_t i = 0; i < request->chip_count; i++) {
		if (request->chips[i] == chip)
			return cli_fail(CLI_USAGE, "--%s: %s is named twice", given, name);
	}
	if (request->chip_count == MESH_CHIPS)
		return cli_fail(CLI_USAGE, "--%s: more than %d chips", given, MESH_CHIPS);
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
		status = add_chip(request, MEMSTAT_OPT_MESH, name);
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
		       cli_bad_value(MEMSTAT_OPT_SPEED, "a factor from 0.001 to 1000000") : CLI_OK;
}

static enum cli_status parse_option(int option, struct replay_request *request)
{
	switch (option) {
	case MEMSTAT_OPT_CHIP:
		return add_chip(request, option, optarg);
	case MEMSTAT_OPT_MESH:
		return parse_mesh(request, optarg);
	case MEMSTAT_OPT_CREATE:
		request->create = true;
		return CLI_OK;
	case MEMSTAT_OPT_GRID:
	case MEMSTAT_OPT_L1_BASE:
	case MEMSTAT_OPT_L1_SMALL:
		return replay_layout_option(option, &request->layout);
	case MEMSTAT_OPT_STEP:
		return cli_number(optarg, &request->pace.step_ms) ||
			       request->pace.step_ms > 3600000 ?
			       cli_bad_value(option, "milliseconds up to 3600000") : CLI_OK;
	case MEMSTAT_OPT_SPEED:
		return parse_speed(&request->pace);
	case MEMSTAT_OPT_HOLD:
		request->hold = true;
		return CLI_OK;
	case MEMSTAT_OPT_PROGRAM_CACHE:
		request->cache = true;
		return CLI_OK;
	case MEMSTAT_OPT_JSON:
		request->json = true;
		return CLI_OK;
	default:
		return cli_stop(option);
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
	int ways = 0;
	int option;

	memset(request, 0, sizeof(*request));
	while ((option = cli_option(argc, argv)) != -1) {
		enum cli_status status = parse_option(option, request);

		ways += option == MEMSTAT_OPT_CHIP || option == MEMSTAT_OPT_MESH || option == MEMSTAT_OPT_CREATE;
		if (status)
			return status;
	}
	request->file = argv[optind];
	return complete(request, argc - optind, ways);
}
