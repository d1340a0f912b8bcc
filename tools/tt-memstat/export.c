// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat export: a history for other programs.
 *
 * Knows its options. Does not know what others read.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "cli.h"
#include "explain_source.h"
#include "visualizer.h"

static const char help[] =
"usage: tt-memstat export --visualizer DIR [--arch ARCH [--harvest MASK]\n"
"                  [--dram-harvest MASK]] [--device N] [--grid XxY] [--l1-base N]\n"
"                  [--l1-small N] [--program-cache] FILE\n\n"
"Writes a ttnn graph capture, or a recording of tt-memstat record, as a report that\n"
"ttnn-visualizer opens: DIR, made if it is not there, gets db.sqlite and\n"
"cluster_descriptor.yaml. Addresses that a capture does not have are those that the\n"
"runtime would have given. tt-memstat explain and replay read such reports, too.\n\n"
"  --visualizer DIR  where to; nothing in it is overwritten\n"
"  The other options are those of tt-memstat explain.\n";

struct export_request {
	struct explain_request source;
	const char *visualizer;
};

static enum cli_status parse(int argc, char **argv, struct export_request *request)
{
	static const struct option options[] = {
		{ "visualizer", required_argument, NULL, 'V' },
		{ "arch", required_argument, NULL, 'A' },
		{ "harvest", required_argument, NULL, 'm' },
		{ "dram-harvest", required_argument, NULL, 'd' },
		{ "device", required_argument, NULL, 'D' },
		{ "grid", required_argument, NULL, 'g' },
		{ "l1-base", required_argument, NULL, 'b' },
		{ "l1-small", required_argument, NULL, 's' },
		{ "program-cache", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	enum cli_status status = CLI_OK;
	bool harvest = false;
	int option;

	request->visualizer = NULL;
	explain_request_init(&request->source);
	while (!status && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		harvest |= option == 'm' || option == 'd';
		if (option == 'V')
			request->visualizer = optarg;
		else
			status = explain_option(option, &request->source);
		if (status || request->source.help)
			return status;
	}
	request->source.files = argv + optind;
	request->source.file_count = (size_t)(argc - optind);
	if (!request->visualizer || request->source.file_count != 1)
		return cli_fail(CLI_USAGE, "--visualizer and one file are needed");
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

	if (!status && request.source.help) {
		fputs(help, stdout);
		return cli_finish(CLI_OK);
	}
	if (status)
		return status;
	e = (struct explanation){ .request = &request.source };
	status = source_open(&request.source, request.source.files[0], &e, &source);
	if (!status) {
		err = visualizer_write(&e, request.visualizer);
		if (err == -EEXIST)
			status = cli_fail(CLI_FAILED, "%s: there is a report in it",
					  request.visualizer);
		else if (err)
			status = cli_fail(CLI_FAILED, "%s: %s", request.visualizer,
					  cli_error(err, reason, sizeof(reason)));
	}
	source_close(source);
	return status;
}
