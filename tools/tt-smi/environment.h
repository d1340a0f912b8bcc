/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The initial environment of a process, if the caller may read it.
 */
#ifndef SMI_ENVIRONMENT_H
#define SMI_ENVIRONMENT_H

#include "smi.h"

/* Zeroed = empty. */
struct smi_environment {
	pid_t pid;
	char *text;
	const char **lines;	/* raw bytes, sorted */
	size_t count;
	char *clean;		/* room to make each of them harmless */
	size_t clean_size;
	char why[96];		/* why there are no lines; empty if there are */
};

/* Read the environment of a listed process. @root: a recorded tree; NULL: the live system. -ENOMEM. */
int smi_environment_read(struct smi_environment *e, const struct smi_process *p, const char *root);
void smi_environment_release(struct smi_environment *e);

#endif
