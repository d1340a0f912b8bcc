/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sleeping until there is something to see: the kernel's notice of a change (the files
 * `generation`), a chip that comes or goes (udev), a key, a signal, or the end of an interval.
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

/* @root: NULL: the live system; else a recorded tree, of which udev knows nothing. */
int smi_wait_new(struct smi_wait **wait, const char *root);
void smi_wait_free(struct smi_wait *wait);

/* The chips to listen to from now on; what they changed before is not told. */
int smi_wait_listen(struct smi_wait *wait, const struct smi_snapshot *s);

/*
 * Until the time @until, in milliseconds of smi_wait_now(), or earlier: notices of the kernel
 * count only after @deaf. @input and @signals are descriptors, -1 = none. SMI_WOKE_*, or -errno.
 */
int smi_wait_until(struct smi_wait *wait, int64_t until, int64_t deaf, int input, int signals);

int64_t smi_wait_now(void);

#endif
