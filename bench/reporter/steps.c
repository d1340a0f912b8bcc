// SPDX-License-Identifier: GPL-2.0-only
/*
 * steps PID instructions|calls: count the instructions or system calls of the main thread of a
 * process in user space, between a SIGUSR1 and a SIGUSR2 that it sends to itself. The signals are
 * not delivered. Prints "ready" once attached, then one number for each pair.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

int main(int argc, char **argv)
{
	const pid_t pid = argc == 3 ? atoi(argv[1]) : 0;
	const int calls = argc == 3 && !strcmp(argv[2], "calls");
	unsigned long count = 0;
	int status, counting = 0;

	if (pid <= 0 || ptrace(PTRACE_SEIZE, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD)) {
		perror("steps");
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		long number = WSTOPSIG(status);
		int how;

		if (number == SIGUSR1) {
			counting = 1;
			count = 0;
			number = 0;
		} else if (number == SIGUSR2) {
			/* A system call stops twice; the last one sent this signal. */
			printf("%lu\n", calls ? count / 2 : count);
			counting = 0;
			number = 0;
		} else if (number == (SIGTRAP | 0x80) || number == SIGTRAP) {
			count++;
			number = 0;
		}
		how = calls ? PTRACE_SYSCALL : PTRACE_SINGLESTEP;
		if (ptrace(counting ? how : PTRACE_CONT, pid, NULL, (void *)number))
			return 1;
	}
	return 0;
}
