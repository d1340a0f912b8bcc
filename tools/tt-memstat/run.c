// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat run: a command under the reporter.
 *
 * Knows how a program is made to load it. Does not know what it does. The command runs in any
 * case; what it will not show is said before.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "preload.h"

#define NOT_RUNNABLE	126
#define NOT_FOUND	127

static const char help[] =
"usage: tt-memstat run [--mode MODE] [--check] [--summary] [--] COMMAND [ARGUMENT...]\n\n"
"Runs a program that uses ttnn or tt-metal, unmodified, and reports what it allocates\n"
"and launches.\n\n"
"  --mode MODE          exact: as the runtime's functions tell; mirror: as the statistics\n"
"                       tell that it keeps in shared memory, which is less; off: nothing.\n"
"                       Without it exact, or mirror where the functions are not seen\n"
"  --check              say which of the runtime's functions are not seen, and which pools\n"
"                       are unknown or partial for that\n"
"  --summary            say at the end of COMMAND, for each chip: its peaks, the least\n"
"                       headroom, and which operations held most when its buffers held\n"
"                       most. A process that is killed or crashes says nothing\n\n"
"Exit status: that of COMMAND; 126: it cannot be run; 127: it is not found.\n";

/* In front of what is there. */
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
		cli_fail(CLI_OK, "nothing is reported: %s: %s", TTMEMSTAT_DEVICE_PATH,
			 cli_error(err, reason, sizeof(reason)));
	else
		ttmemstat_close(ctx);
}

enum cli_status cmd_run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "mode", required_argument, NULL, 'm' },
		{ "check", no_argument, NULL, 'c' },
		{ "summary", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	char reason[CLI_ERROR_LEN];
	char reporter[PATH_MAX];
	const char *mode = NULL;
	bool summary = false;
	bool check = false;
	int option;
	int err;

	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (option) {
		case 'm':
			mode = optarg;
			if (!is_mode(mode))
				return cli_fail(CLI_USAGE, "no mode: %s", mode);
			break;
		case 'c':
			check = true;
			break;
		case 's':
			summary = true;
			break;
		case 'h':
			fputs(help, stdout);
			return cli_finish(CLI_OK);
		default:
			return CLI_USAGE;
		}
	}
	if (optind == argc)
		return cli_fail(CLI_USAGE, "a command is needed");
	err = preload_find(reporter);
	if (!err)
		err = preload(reporter);
	if (!err && mode)
		err = setenv("TT_MEMSTAT_MODE", mode, 1) ? -errno : 0;
	if (!err && check)
		err = setenv("TT_MEMSTAT_CHECK", "1", 1) ? -errno : 0;
	if (!err && summary)
		err = setenv("TT_MEMSTAT_SUMMARY", "1", 1) ? -errno : 0;
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", PRELOAD_NAME,
				cli_error(err, reason, sizeof(reason)));
	warn();
	execvp(argv[optind], argv + optind);
	err = errno;
	cli_fail(CLI_FAILED, "%s: %s", argv[optind], cli_error(-err, reason, sizeof(reason)));
	return (enum cli_status)(err == ENOENT ? NOT_FOUND : NOT_RUNNABLE);
}
