// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat export: options. */
#include <errno.h>
#include <stdio.h>

#include "cli.h"
#include "tt-memstat.options.h"
#include "explain_source.h"
#include "visualizer.h"

struct export_request {
	struct explain_request source;
	const char *visualizer;
};

static enum cli_status parse(int argc, char **argv, struct export_request *request)
{
	enum cli_status status = CLI_OK;
	bool harvest = false;
	int option;

	request->visualizer = NULL;
	explain_request_init(&request->source);
	while (!status && (option = cli_option(argc, argv)) != -1) {
		harvest |= option == MEMSTAT_OPT_HARVEST || option == MEMSTAT_OPT_DRAM_HARVEST;
		if (option == MEMSTAT_OPT_VISUALIZER)
			request->visualizer = optarg;
		else
			status = explain_option(option, &request->source);
		if (status)
			return status;
	}
	request->source.files = argv + optind;
	request->source.file_count = (size_t)(argc - optind);
	if (!request->visualizer || request->source.file_count + !!request->source.chip_name != 1)
		return cli_fail(CLI_USAGE, "--visualizer and one file or --chip are needed");
	return explain_complete(&request->source, harvest, false);
}

enum cli_status cmd_export(int argc, char **argv)
{
	struct export_request request;
	struct explanation e;
	struct source *source;
	enum cli_status status = parse(argc, argv, &request);
	char reason[CLI_ERROR_LEN];
	int err;

	if (status)
		return status;
	e = (struct explanation){ .request = &request.source };
	status = source_open(&request.source, request.source.files[0], &e, &source);
	if (!status) {
		err = visualizer_write(&e, request.visualizer);
		if (err == -EEXIST)
			status = cli_fail(CLI_FAILED, "%s: it contains a report already",
					  request.visualizer);
		else if (err)
			status = cli_fail(CLI_FAILED, "%s: %s", request.visualizer,
					  cli_error(err, reason, sizeof(reason)));
	}
	source_close(source);
	return status;
}
