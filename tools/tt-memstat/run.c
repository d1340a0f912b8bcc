// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat run: a command under the preload shim.
 *
 * Knows where the shim is and how a program is made to load it. Does not know what it does. The
 * command runs in any case; what it will not show is said before.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define SHIM		"libttmemstat-shim.so"
#define NOT_RUNNABLE	126
#define NOT_FOUND	127

static const char help[] =
"usage: tt-memstat run [--share] [--] COMMAND [ARGUMENT...]\n\n"
"Runs a program that uses tt-metal, unmodified, and reports the statistics that it\n"
"keeps of its chips. They are taken from it before they reach /dev/shm, so that\n"
"nothing of other programs, users or versions is in them.\n\n"
"  --share              leave them in /dev/shm, for other programs that read them\n\n"
"Exit status: that of COMMAND; 126: it cannot be run; 127: it is not found.\n";

/* Beside the tool as it is built or installed, else where it was to be installed. */
static int find_shim(char path[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (len > 0) {
		self[len] = '\0';
		slash = strrchr(self, '/');
		if (slash)
			*slash = '\0';
		if (snprintf(path, PATH_MAX, "%s/../lib/%s", self, SHIM) < PATH_MAX &&
		    !access(path, R_OK))
			return 0;
	}
	snprintf(path, PATH_MAX, "%s/%s", TTMEMSTAT_LIBDIR, SHIM);
	return access(path, R_OK) ? -errno : 0;
}

/* In front of what is there: a list whose parts are apart by colons or blanks. */
static int preload(const char *shim)
{
	const char *before = getenv("LD_PRELOAD");
	char real[PATH_MAX];
	char *list;
	int err;

	if (!realpath(shim, real))
		return -errno;
	/* The loader would take these for the ends of a name. */
	if (strpbrk(real, " :"))
		return -EINVAL;
	if (before && strstr(before, SHIM))
		return 0;
	if (asprintf(&list, "%s%s%s", real, before && *before ? ":" : "", before ? before : "") < 0)
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

static void warn(void)
{
	char reason[CLI_ERROR_LEN];
	const char *tracking = getenv("TT_METAL_SHM_TRACKING_DISABLED");
	struct ttmemstat_ctx *ctx;
	int err;

	if (is_set("TT_MEMSTAT_DISABLED")) {
		cli_fail(CLI_OK, "nothing is reported: TT_MEMSTAT_DISABLED is set");
		return;
	}
	if (tracking && !strcmp(tracking, "1")) {
		cli_fail(CLI_OK, "nothing is reported: TT_METAL_SHM_TRACKING_DISABLED is 1");
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
		{ "share", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	char reason[CLI_ERROR_LEN];
	char shim[PATH_MAX];
	bool share = false;
	int option;
	int err;

	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			share = true;
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
	err = find_shim(shim);
	if (!err)
		err = preload(shim);
	if (!err && share)
		err = setenv("TT_MEMSTAT_SHARE", "1", 1) ? -errno : 0;
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", shim, cli_error(err, reason, sizeof(reason)));
	warn();
	execvp(argv[optind], argv + optind);
	err = errno;
	cli_fail(CLI_FAILED, "%s: %s", argv[optind], cli_error(-err, reason, sizeof(reason)));
	return (enum cli_status)(err == ENOENT ? NOT_FOUND : NOT_RUNNABLE);
}
