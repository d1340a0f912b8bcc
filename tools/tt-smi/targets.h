/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes to signal. A pidfd of each is opened before the user is asked, so a signal never
 * reaches another process that got the pid meanwhile.
 */
#ifndef SMI_TARGETS_H
#define SMI_TARGETS_H

#include "smi.h"
#include "watch_state.h"

struct smi_target {
	pid_t pid;
	int fd;
};

/* Zeroed = empty. */
struct smi_targets {
	struct smi_target list[SMI_TAGS];
	size_t count;
	int signal;
};

/*
 * Open the tagged processes or, if none is tagged, the selected one. @text gets the question to ask.
 * False: one of them has ended or may not be signalled; none is open, and @text says why.
 */
bool smi_targets_take(struct smi_targets *t, const struct smi_snapshot *s,
		      const struct smi_watch_state *st, bool live, char *text, size_t size);

/* Send the signal, write the result to @text, and close the processes. */
void smi_targets_send(struct smi_targets *t, char *text, size_t size);
void smi_targets_drop(struct smi_targets *t);

#endif
