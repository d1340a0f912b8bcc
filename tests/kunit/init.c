// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of the KUnit kernel, started after the suites have run: runs kmemleak and stops the
 * machine. Its last line of output proves that it got this far.
 *
 * It never forks: User-mode Linux 6.1 walks a forked process's memory without the lock. lockdep
 * reports that once, and then no longer reports problems of the project.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define KMEMLEAK "/sys/kernel/debug/kmemleak"

static void say(const char *text, size_t length)
{
	while (length > 0) {
		ssize_t done = write(STDOUT_FILENO, text, length);

		if (done <= 0)
			return;
		text += done;
		length -= (size_t)done;
	}
}

static void say_line(const char *line)
{
	say(line, strlen(line));
}

static void scan(void)
{
	int fd = open(KMEMLEAK, O_WRONLY);

	if (fd < 0 || write(fd, "scan", 4) != 4)
		say_line("ttmem-kunit: cannot scan for leaks\n");
	if (fd >= 0)
		close(fd);
}

static void report(void)
{
	static char buffer[65536];
	ssize_t length;
	int found = 0;
	int fd = open(KMEMLEAK, O_RDONLY);

	if (fd < 0)
		return;
	while ((length = read(fd, buffer, sizeof(buffer))) > 0) {
		if (!found)
			say_line("ttmem-kunit: kmemleak reports:\n");
		found = 1;
		say(buffer, (size_t)length);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	int leaks = argc < 2 || strcmp(argv[1], "no-leaks") != 0;

	mkdir("/sys", 0755);
	if (mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL))
		say_line("ttmem-kunit: cannot mount debugfs\n");
	if (leaks && access(KMEMLEAK, F_OK) == 0) {
		/* Objects younger than 5 s are not reported; the second scan confirms the first. */
		usleep(5200000);
		scan();
		scan();
		report();
	}
	say_line("ttmem-kunit: end\n");
	reboot(RB_HALT_SYSTEM);
	return 0;
}
