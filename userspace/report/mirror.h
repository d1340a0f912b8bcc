/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The region in shared memory in which tt-metal keeps statistics of one chip, for builds whose
 * functions cannot be interposed.
 */
#ifndef REPORT_MIRROR_H
#define REPORT_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MIRROR_SIZE	8576	/* of a region of version 3 or 4 */

enum mirror_pool {
	MIRROR_DRAM,
	MIRROR_L1,
	MIRROR_L1_SMALL,
	MIRROR_TRACE,
	MIRROR_CB,
	MIRROR_POOLS,
};

/**
 * struct mirror_view - what a region says of the only process that has it
 * @version: 3 or 4: circular buffers of all cached programs, or of those that run
 * @device: tt-metal's number of the chip
 * @open: whether the process has the device open
 * @bytes: by pool
 */
struct mirror_view {
	uint32_t version;
	uint32_t device;
	bool open;
	uint64_t bytes[MIRROR_POOLS];
};

/* Whether a name for shm_open() is that of a region, and of which chip. Pure. */
bool mirror_name(const char *name, uint64_t *unique_id);

/*
 * Pure. 0; -EAGAIN: nobody has set it up yet; -EPROTONOSUPPORT: a version that is not known, told
 * in @view, nothing else is; -EMSGSIZE: too short.
 */
int mirror_read(const void *image, size_t len, pid_t pid, struct mirror_view *view);

/* In a child, with the books' lock held: nothing of what was inherited is this process's. */
void mirror_forget(void);

#endif
