// SPDX-License-Identifier: GPL-2.0-only
/*
 * steps PID instructions|calls: counts what the main thread of a process does, in user space, between
 * the SIGUSR1 and the SIGUSR2 that it sends itself, of which it notices nothing; prints "ready", and
 * then a number for each pair. cost.test.py has to do with it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static long go_on(pid_t pid, int how, int number)
{
	return ptrace(how, pid, NULL, (void *)(long)number);
}

int main(int argc, char **argv)
{
	const pid_t pid = argc == 3 ? atoi(argv[1]) : 0;
	const int how = argc == 3 && !strcmp(argv[2], "calls") ? PTRACE_SYSCALL : PTRACE_SINGLESTEP;
	unsigned long count = 0;
	int status, counting = 0;

	if (pid <= 0 || ptrace(PTRACE_SEIZE, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD)) {
		perror("steps");
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		int number = WSTOPSIG(status);

		if (number == SIGUSR1) {
			counting = 1;
			count = 0;
			number = 0;
		} else if (number == SIGUSR2) {
			/* A call stops twice; the last one is the signal's. */
			printf("%lu\n", how == PTRACE_SYSCALL ? count / 2 : count);
			counting = 0;
			number = 0;
		} else if (number == (SIGTRAP | 0x80) || number == SIGTRAP) {
			count++;
			number = 0;
		}
		if (go_on(pid, counting ? how : PTRACE_CONT, number))
			return 1;
	}
	return 0;
}
