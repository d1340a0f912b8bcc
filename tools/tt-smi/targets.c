// SPDX-License-Identifier: GPL-2.0-only
/* Processes to signal: see targets.h. */
#include "targets.h"
#include "text.h"
#include "usage.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *signal_name(int number)
{
	return number == SIGKILL ? "SIGKILL" : "SIGINT";
}

static int send_signal(int fd, int number)
{
	return syscall(SYS_pidfd_send_signal, fd, number, NULL, 0) ? -errno : 0;
}

/* Open a process. NULL, or why it cannot be signalled. */
static const char *take(struct smi_targets *t, const struct smi_process *p)
{
	int fd = (int)syscall(SYS_pidfd_open, p->client->pid, 0), rc;

	if (fd < 0)
		return errno == ESRCH ? "is gone" : strerror(errno);
	/*
	 * The owner had this pid before the descriptor was opened. If it still has it, the
	 * descriptor is the owner's.
	 */
	rc = smi_usage_is_same(p) ? send_signal(fd, 0) : -ESRCH;
	if (rc) {
		close(fd);
		return rc == -ESRCH ? "is gone" : rc == -EPERM ? "is not yours" : strerror(-rc);
	}
	t->list[t->count++] = (struct smi_target){ p->client->pid, fd };
	return NULL;
}

bool smi_targets_take(struct smi_targets *t, const struct smi_snapshot *s,
		      const struct smi_watch_state *st, bool live, char *text, size_t size)
{
	size_t count = st->tag_count ? st->tag_count : 1, len;

	smi_targets_drop(t);
	t->signal = st->signal;
	if (!live) {
		snprintf(text, size, "no process of a recorded tree is there to get a signal");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		pid_t pid = st->tag_count ? st->tags[i].pid : st->pid;
		const struct smi_process *p = smi_watch_find(s, pid);
		const char *why = p ? take(t, p) : pid ? "is gone" : "no process is chosen";

		if (!why)
			continue;
		smi_targets_drop(t);
		if (pid)
			snprintf(text, size, "no signal was sent: process %d %s", pid, why);
		else
			snprintf(text, size, "%s", why);
		return false;
	}
	snprintf(text, size, "%s to %zu process%s (y/n)?", signal_name(t->signal), count,
		 count == 1 ? "" : "es");
	for (size_t i = 0; i < count; i++) {
		len = strlen(text);
		snprintf(text + len, size - len, " %d", t->list[i].pid);
	}
	return true;
}

void smi_targets_send(struct smi_targets *t, char *text, size_t size)
{
	size_t sent = 0;
	int failed = 0;

	for (size_t i = 0; i < t->count; i++) {
		int rc = send_signal(t->list[i].fd, t->signal);

		sent += !rc;
		failed = rc ? rc : failed;
	}
	snprintf(text, size, "%s was sent to %zu of %zu%s%s", signal_name(t->signal), sent, t->count,
		 failed ? ": " : "", !failed ? "" : failed == -ESRCH ? "some had ended" :
		 strerror(-failed));
	smi_targets_drop(t);
}

void smi_targets_drop(struct smi_targets *t)
{
	while (t->count)
		close(t->list[--t->count].fd);
}
