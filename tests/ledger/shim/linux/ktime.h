/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/types.h>
#include <time.h>

static inline s64 ktime_get_real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (s64)now.tv_sec * 1000000000 + now.tv_nsec;
}
