// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Names of pools. Pure functions.
 */
#include <errno.h>

#include "public.h"

static const char *const names[TT_MEMSTAT_POOLS] = {
	[TT_MEMSTAT_POOL_DRAM] = "dram",
	[TT_MEMSTAT_POOL_TRACE] = "trace",
	[TT_MEMSTAT_POOL_L1] = "l1",
	[TT_MEMSTAT_POOL_L1_SMALL] = "l1_small",
	[TT_MEMSTAT_POOL_CB] = "cb",
	[TT_MEMSTAT_POOL_KERNEL] = "kernel",
};

const char *ttmemstat_pool_name(unsigned int pool)
{
	return pool < TT_MEMSTAT_POOLS ? names[pool] : NULL;
}

int ttmemstat_pool_by_name(const char *name)
{
	int pool;

	if (!name)
		return -ENOENT;
	for (pool = 0; pool < TT_MEMSTAT_POOLS; pool++)
		if (!strcmp(names[pool], name))
			return pool;
	return -ENOENT;
}
