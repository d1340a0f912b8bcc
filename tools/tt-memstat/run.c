// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat run: run a command under the reporter. The command runs in any case; problems with
 * reporting are printed before.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "preload.h"
#include "run.h"
#include "run_map.h"
#include "run_virtual.h"

#define NOT_RUNNABLE	126
#define NOT_FOUND	127

static const char help[] =
"usage: tt-memstat run [--mode MODE] [--check] [--summary] [--virtual]\n"
"                      [--map ID=CHIP]... [--save-descriptor FILE]\n"
"                      [--] COMMAND [ARGUMENT...]\n\n"
"Runs a program that uses ttnn or tt-metal, unmodified, and reports what it allocates\n"
"and launches.\n\n"
"  --mode MODE          exact: as the runtime's functions tell; mirror: as the statistics\n"
"                       tell that it keeps in shared memory, which is less; off: nothing.\n"
"                       Without it exact, or mirror where the functions are not seen\n"
"  --check              say which of the runtime's functions are not seen, and which pools\n"
"                       are unknown or partial for that\n"
"  --summary            say at the end of COMMAND, for each chip: its peaks, the least\n"
"                       headroom, and which operations held most when its buffers held\n"
"                       most. A process that is killed or crashes says nothing\n"
"  --virtual            on a mock card (TT_METAL_MOCK_CLUSTER_DESC_PATH): make its chips, as\n"
"                       virtual ones that are COMMAND's own and go with it; by users without\n"
"                       CAP_SYS_ADMIN where the module parameter allow_virtual allows it\n"
"  --map ID=CHIP        the runtime's device ID is CHIP, such as 0=tt3, whatever ids they\n"
"                       have; for each device that is to be found so\n"
"  --save-descriptor FILE  write what the runtime knows of its chips, once it has opened\n"
"                       them and allocates: a cluster descriptor for `tt-memstat import`\n\n"
"Exit status: that of COMMAND; 126: it cannot be run; 127: it is not found.\n";

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
	bool help;
	struct run_map map;
};

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	static const struct option options[] = {
		{ "mode", required_argument, NULL, 'm' },
		{ "check", no_argument, NULL, 'c' },
		{ "summary", no_argument, NULL, 's' },
		{ "virtual", no_argument, NULL, 'v' },
		{ "map", required_argument, NULL, 'M' },
		{ "save-descriptor", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (option) {
		case 'm':
			request->mode = optarg;
			if (!is_mode(optarg))
				return cli_fail(CLI_USAGE, "not a mode: %s", optarg);
			break;
		case 'c':
			request->check = true;
			break;
		case 's':
			request->summary = true;
			break;
		case 'v':
			request->virtual = true;
			break;
		case 'M':
			if (run_map_add(&request->map, optarg))
				return CLI_USAGE;
			break;
		case 'd':
			request->descriptor = optarg;
			break;
		case 'h':
			request->help = true;
			return CLI_OK;
		default:
			return CLI_USAGE;
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
	if (request.help) {
		fputs(help, stdout);
		return cli_finish(CLI_OK);
	}
	err = set_environment(&request);
	if (err)
		return cli_fail(CLI_FAILED, "%s", cli_error(err, reason, sizeof(reason)));
	run_map_check(&request.map);
	if (request.virtual)
		run_virtual();
	return run_command(argv + optind);
}
