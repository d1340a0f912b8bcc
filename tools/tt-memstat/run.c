// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat run: run a command under the reporter. The command runs in any case; problems with
 * reporting are printed before.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "tt-memstat.options.h"
#include "preload.h"
#include "run.h"
#include "run_map.h"
#include "run_virtual.h"

#define NOT_RUNNABLE	126
#define NOT_FOUND	127

/* Prepend the reporter to LD_PRELOAD. */
static int preload(const char *reporter)
{
	char *list = preload_join(reporter, getenv("LD_PRELOAD"));
	int err;

	if (!list)
		return -ENOMEM;
	err = setenv("LD_PRELOAD", list, 1) ? -errno : 0;
	free(list);
	return err;
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value && strcmp(value, "0") != 0;
}

static bool is_mode(const char *mode)
{
	return !strcmp(mode, "exact") || !strcmp(mode, "mirror") || !strcmp(mode, "off");
}

static void warn(void)
{
	char reason[CLI_ERROR_LEN];
	const char *mode = getenv("TT_MEMSTAT_MODE");
	struct ttmemstat_ctx *ctx;
	int err;

	if (is_set("TT_MEMSTAT_DISABLED")) {
		cli_fail(CLI_OK, "nothing is reported: TT_MEMSTAT_DISABLED is set");
		return;
	}
	if (mode && !strcmp(mode, "off"))
		return;
	if (mode && !strcmp(mode, "mirror") && is_set("TT_METAL_SHM_TRACKING_DISABLED")) {
		cli_fail(CLI_OK, "nothing is reported: TT_METAL_SHM_TRACKING_DISABLED is set");
		return;
	}
	err = ttmemstat_open(&ctx, NULL);
	if (err)
		cli_fail(CLI_OK, "nothing is reported%s: %s: %s",
			 is_set("TT_MEMSTAT_RECORD") ? ", only recorded" : "", TTMEMSTAT_DEVICE_PATH,
			 cli_error(err, reason, sizeof(reason)));
	else
		ttmemstat_close(ctx);
}

/* The options. */
struct request {
	const char *mode;
	const char *descriptor;
	bool check;
	bool summary;
	bool virtual;
	struct run_map map;
};

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	int option;

	while ((option = cli_option(argc, argv)) != -1) {
		switch (option) {
		case MEMSTAT_OPT_MODE:
			request->mode = optarg;
			if (!is_mode(optarg))
				return cli_bad_value(option, MEMSTAT_VALUES_MODE);
			break;
		case MEMSTAT_OPT_CHECK:
			request->check = true;
			break;
		case MEMSTAT_OPT_SUMMARY:
			request->summary = true;
			break;
		case MEMSTAT_OPT_VIRTUAL:
			request->virtual = true;
			break;
		case MEMSTAT_OPT_MAP:
			if (run_map_add(&request->map, optarg))
				return CLI_USAGE;
			break;
		case MEMSTAT_OPT_SAVE_DESCRIPTOR:
			request->descriptor = optarg;
			break;
		default:
			return cli_stop(option);
		}
	}
	return optind == argc ? cli_fail(CLI_USAGE, "a command is needed") : CLI_OK;
}

/* Pass an absolute path, as the command may change its directory before it writes @file. */
static int save_descriptor(const char *file)
{
	char *here = NULL, *path;
	int err = -ENOMEM;

	if (*file != '/') {
		here = getcwd(NULL, 0);
		if (!here)
			return -errno;
	}
	if (asprintf(&path, "%s%s%s", here ? here : "", here ? "/" : "", file) >= 0) {
		err = setenv("TT_MEMSTAT_SAVE_DESCRIPTOR", path, 1) ? -errno : 0;
		free(path);
	}
	free(here);
	return err;
}

static int set_environment(const struct request *request)
{
	int err = 0;

	if (request->mode)
		err = setenv("TT_MEMSTAT_MODE", request->mode, 1) ? -errno : 0;
	if (!err && request->check)
		err = setenv("TT_MEMSTAT_CHECK", "1", 1) ? -errno : 0;
	if (!err && request->summary)
		err = setenv("TT_MEMSTAT_SUMMARY", "1", 1) ? -errno : 0;
	if (!err)
		err = run_map_pass(&request->map);
	if (!err && request->descriptor)
		err = save_descriptor(request->descriptor);
	return err;
}

enum cli_status run_command(char **command)
{
	char reason[CLI_ERROR_LEN];
	char reporter[PATH_MAX];
	int err = preload_find(reporter);

	if (!err)
		err = preload(reporter);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", PRELOAD_NAME,
				cli_error(err, reason, sizeof(reason)));
	warn();
	execvp(command[0], command);
	err = errno;
	cli_fail(CLI_FAILED, "%s: %s", command[0], cli_error(-err, reason, sizeof(reason)));
	return (enum cli_status)(err == ENOENT ? NOT_FOUND : NOT_RUNNABLE);
}

enum cli_status cmd_run(int argc, char **argv)
{
	struct request request = { 0 };
	enum cli_status status = parse(argc, argv, &request);
	char reason[CLI_ERROR_LEN];
	int err;

	if (status)
		return status;
	err = set_environment(&request);
	if (err)
		return cli_fail(CLI_FAILED, "%s", cli_error(err, reason, sizeof(reason)));
	run_map_check(&request.map);
	if (request.virtual)
		run_virtual();
	return run_command(argv + optind);
}
