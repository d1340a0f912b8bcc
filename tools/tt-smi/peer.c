// SPDX-License-Identifier: GPL-2.0-only
/* Finding and running Tenstorrent's tt-smi: see peer.h. */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME		"tt-smi"
#define TIMEOUT_MS	20000	/* Python starts slowly on a busy machine */

bool smi_peer_is_ours(const char *version)
{
	return strncmp(version, NAME " ", sizeof(NAME)) == 0;
}

/* Whether it is the script that pip, pipx and uv create for Tenstorrent's package. */
static bool is_entry_script(const char *path)
{
	char text[1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (len < 2 || strncmp(text, "#!", 2) != 0)
		return false;
	text[len] = '\0';
	return strstr(text, "\nfrom tt_smi") != NULL;
}

/* Starts `PATH --version` with its output in @fd. 0 or -errno. */
static int spawn_version(pid_t *pid, const char *path, int fd)
{
	extern char **environ;
	char *argv[] = { (char *)path, (char *)"--version", NULL };
	posix_spawn_file_actions_t actions;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc)
		return -rc;
	rc = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY,
						      0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	if (!rc)
		rc = posix_spawn(pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

/* Reads until the end of the output or the timeout; NUL terminated. */
static void read_answer(int fd, char *out, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	while (len + 1 < size && poll(&p, 1, TIMEOUT_MS) > 0) {
		ssize_t n = read(fd, out + len, size - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	out[len] = '\0';
}

/*
 * Whether it is a copy of this program, or a wrapper around one. Asking for the version detects any
 * kind of wrapper, and cannot recurse: this program answers --version without looking for another.
 */
static bool is_ours(const char *path)
{
	char answer[64] = "";
	pid_t pid = -1;
	int fds[2];

	if (is_entry_script(path) || pipe2(fds, O_CLOEXEC))
		return false;
	if (spawn_version(&pid, path, fds[1])) {
		close(fds[0]);
		close(fds[1]);
		return false;
	}
	close(fds[1]);
	read_answer(fds[0], answer, sizeof(answer));
	close(fds[0]);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return smi_peer_is_ours(answer);
}

static bool is_program(const char *path, const struct stat *self)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0 &&
	       (st.st_dev != self->st_dev || st.st_ino != self->st_ino);
}

int smi_peer_exec(char **argv)
{
	const char *at = getenv("PATH");
	struct stat self = { 0 };
	int rc = 0;

	stat("/proc/self/exe", &self);
	for (; at && *at; at += *at == ':') {
		int len = (int)strcspn(at, ":");
		char path[PATH_MAX];
		int n = snprintf(path, sizeof(path), "%.*s/" NAME, len, at);

		at += len;
		/* Do not execute a file of the current directory, which an empty element means. */
		if (!len || n < 0 || (size_t)n >= sizeof(path) || !is_program(path, &self) ||
		    is_ours(path))
			continue;
		argv[0] = path;
		execv(path, argv);
		rc = -errno;
	}
	return rc;
}
