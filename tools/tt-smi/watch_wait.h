/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sleep until the kernel announces a change (the files `generation`), a chip is added or removed
 * (udev), a key or a signal arrives, or the interval ends.
 */
#ifndef SMI_WATCH_WAIT_H
#define SMI_WATCH_WAIT_H

#include "smi.h"

#define SMI_WOKE_TIME		1
#define SMI_WOKE_CHANGED	2
#define SMI_WOKE_HOTPLUG	4
#define SMI_WOKE_INPUT		8
#define SMI_WOKE_SIGNAL		16

struct smi_wait;

/* @root: NULL: the live system; else a recorded tree, which has no udev. */
int smi_wait_new(struct smi_wait **wait, const char *root);
void smi_wait_free(struct smi_wait *wait);

/* Listen to these chips from now on; earlier changes are not reported. */
int smi_wait_listen(struct smi_wait *wait, const struct smi_snapshot *s);

/*
 * Sleep until @until, in milliseconds of smi_wait_now(). Kernel notices only wake after @deaf.
 * @input and @signals are descriptors, -1 = none. SMI_WOKE_*, or -errno.
 */
int smi_wait_until(struct smi_wait *wait, int64_t until, int64_t deaf, int input, int signals);

int64_t smi_wait_now(void);

#endif
