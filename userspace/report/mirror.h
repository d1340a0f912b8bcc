/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * tt-metal's statistics of a chip in shared memory, for builds whose functions cannot be
 * interposed.
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
 * struct mirror_view - contents of a region with a single process
 * @version: 3: circular buffers of all cached programs, 4: of running ones
 * @device: tt-metal's number of the chip
 * @open: the process has the device open
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
 * Pure. 0; -EAGAIN: not set up yet; -EPROTONOSUPPORT: unknown version, and only @view->version is
 * valid; -EMSGSIZE: too short.
 */
int mirror_read(const void *image, size_t len, pid_t pid, struct mirror_view *view);

#endif
