/* SPDX-License-Identifier: GPL-2.0-only */
/* The time that the ages of snapshots and dispatches are told by. */
#ifndef TTMEM_CLOCK_H
#define TTMEM_CLOCK_H

#include <linux/jiffies.h>

/* Nanoseconds since some time before boot, in steps of a tick. Every submit reads it: a load. */
static inline u64 ttmem_clock_ns(void)
{
	return jiffies64_to_nsecs(get_jiffies_64());
}

#endif /* TTMEM_CLOCK_H */
