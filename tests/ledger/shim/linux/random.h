/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/types.h>
#include <sys/random.h>

static inline u64 get_random_u64(void)
{
	u64 random = 0;

	return getrandom(&random, sizeof(random), 0) < 0 ? 0 : random;
}
