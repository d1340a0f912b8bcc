// SPDX-License-Identifier: GPL-2.0-only
/*
 * --watch in tt-smi: run tt-smi-watch from the same directory. That is the same program, linked
 * with ncurses and libudev; loading these would take a tenth of the time of a one-shot run.
 */
#include "run.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int smi_watch(const struct smi_options *o, char **argv)
{
	static const char suffix[] = "-watch";
	char path[PATH_MAX + sizeof(suffix)];
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);

	(void)o;
	if (len > 0) {
		memcpy(path + len, suffix, sizeof(suffix));
		execv(path, argv);
	}
	fprintf(stderr, "tt-smi: cannot run tt-smi-watch beside tt-smi: %s\n", strerror(errno));
	return SMI_EXIT_FAILURE;
}
