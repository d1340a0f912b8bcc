/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds memory at a moment, the largest first: tensors one by one, circular buffers by program.
 */
#ifndef TT_MEMSTAT_HOLDERS_H
#define TT_MEMSTAT_HOLDERS_H

#include "moment.h"

/**
 * struct share - what belongs together
 * @first: index of its first holder
 * @count: of holders
 * @bytes: over all cores or banks
 * @most: on the core or bank where it is most
 * @banks: where anything of it lies
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
	uint64_t bytes;		/* of all */
};

/* Of the pools of one space. -ENOMEM. */
int shares_of(const struct moment *moment, enum tt_memstat_space space, struct shares *shares);
void shares_release(struct shares *shares);

bool pool_is_dram(uint32_t pool);

#endif
