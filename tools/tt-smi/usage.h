/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host resources of processes: CPU time, resident memory, and the parent. They are read from
 * /proc/PID/stat, which stays open between readings. An open file refers to the same process even
 * if its pid is reused. A process is read at most once in three seconds, which bounds the cost.
 */
#ifndef SMI_USAGE_H
#define SMI_USAGE_H

#include "owner.h"
#include "smi.h"

/* Fields of /proc/PID/stat. */
struct smi_proc_stat {
	pid_t parent;
	uint64_t cpu;		/* ticks */
	uint64_t start;		/* ticks since boot */
	uint64_t pages;		/* resident */
};

/* Pure. False: malformed text. */
bool smi_proc_stat_parse(struct smi_proc_stat *out, const char *text);

struct smi_usages;	/* open files and previous readings */

/* NULL without memory. @root: NULL: the live system; else a recorded tree. */
struct smi_usages *smi_usages_new(const char *root);
void smi_usages_free(struct smi_usages *u);

/*
 * Read the processes @pids into the snapshot; close the files of processes that are not read any
 * more. @kin: read all processes of the snapshot and their ancestors below pid 1 instead. 0 or
 * -ENOMEM.
 */
int smi_usages_read(struct smi_usages *u, struct smi_snapshot *s, const pid_t *pids, size_t count,
		    bool kin, struct smi_names *names);

/*
 * Whether the live process with the client's pid is the client's owner: compares the start times.
 */
bool smi_usage_is_same(const struct smi_process *p);

#endif
