// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-reader: read files repeatedly without reopening them.
 *
 *   ttmem-reader [idle] FILE...
 *	prints `reading` when it has read all of them once; idle: runs with SCHED_IDLE
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST	64

int main(int argc, char **argv)
{
	const struct sched_param none = { 0 };
	static char text[65536];
	int fd[MOST], i, round;

	if (argc > 1 && !strcmp(argv[1], "idle")) {
		if (sched_setscheduler(0, SCHED_IDLE, &none))
			return 1;
		argv++;
		argc--;
	}
	if (argc < 2 || argc > MOST) {
		fprintf(stderr, "usage: ttmem-reader [idle] FILE...\n");
		return 2;
	}
	for (i = 1; i < argc; i++) {
		fd[i] = open(argv[i], O_RDONLY | O_CLOEXEC);
		if (fd[i] < 0) {
			fprintf(stderr, "ttmem-reader: %s: %s\n", argv[i], strerror(errno));
			return 1;
		}
	}
	for (round = 0;; round = 1) {
		for (i = 1; i < argc; i++)
			if (pread(fd[i], text, sizeof(text), 0) < 0 && errno != ENODATA)
				return 1;
		if (!round) {
			puts("reading");
			fflush(stdout);
		}
	}
}
