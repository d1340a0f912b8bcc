// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-pty COLUMNS ROWS COMMAND...: run a command on a terminal of that size. Standard input is
 * typed into the terminal; the command's output goes to standard output unchanged. Ends with the
 * command's exit status.
 */
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* False at the end of @from. */
static int copy(int from, int to)
{
	char buf[4096];
	ssize_t n = read(from, buf, sizeof(buf)), done = 0;

	while (done < n) {
		ssize_t written = write(to, buf + done, (size_t)(n - done));

		if (written < 0)
			return 0;
		done += written;
	}
	return n > 0;
}

int main(int argc, char **argv)
{
	struct winsize size = { 0 };
	struct pollfd fds[2] = { { STDIN_FILENO, POLLIN, 0 }, { -1, POLLIN, 0 } };
	int terminal, status;
	pid_t pid;

	if (argc < 4) {
		fputs("usage: ttmem-pty COLUMNS ROWS COMMAND...\n", stderr);
		return 2;
	}
	size.ws_col = (unsigned short)atoi(argv[1]);
	size.ws_row = (unsigned short)atoi(argv[2]);
	pid = forkpty(&terminal, NULL, NULL, &size);
	if (pid < 0) {
		perror("ttmem-pty: forkpty");
		return 1;
	}
	if (pid == 0) {
		execvp(argv[3], argv + 3);
		perror(argv[3]);
		_exit(127);
	}
	fds[1].fd = terminal;
	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents && !copy(STDIN_FILENO, terminal))
			fds[0].fd = -1;
		if (fds[1].revents && !copy(terminal, STDOUT_FILENO))
			break;
	}
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
