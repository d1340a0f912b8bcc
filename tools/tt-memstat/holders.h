/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The holders of memory at a moment, largest first: each tensor, and circular buffers by program.
 */
#ifndef TT_MEMSTAT_HOLDERS_H
#define TT_MEMSTAT_HOLDERS_H

#include "moment.h"

/**
 * struct share - holders that belong together
 * @first: index of the first
 * @count: number of holders
 * @bytes: over all cores or banks
 * @most: on the core or bank that has most of it
 * @banks: number of cores or banks that have any of it
 */
struct share {
	size_t first;
	size_t count;
	uint64_t bytes;
	uint64_t most;
	uint32_t banks;
};

struct shares {
	struct share *items;
	size_t count;
	uint64_t bytes;		/* of all shares */
};

/* Shares of one space. -ENOMEM. */
int shares_of(const struct moment *moment, enum tt_memstat_space space, struct shares *shares);
void shares_release(struct shares *shares);

bool pool_is_dram(uint32_t pool);

#endif
