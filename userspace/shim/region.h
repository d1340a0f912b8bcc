/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The region in shared memory in which tt-metal keeps its statistics of one chip: its name, and
 * where in it the figures of one process are. Pure: does not know how a region is come by, nor
 * what becomes of the figures.
 */
#ifndef SHIM_REGION_H
#define SHIM_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define REGION_SIZE	8576	/* of versions 3 and 4 */
#define REGION_CHIPS	16

/* Loaded and resident circular buffers are told apart by the version alone. */
enum region_version {
	REGION_V3 = 3,
	REGION_V4 = 4,
};

enum region_pool {
	REGION_DRAM,
	REGION_L1,
	REGION_L1_SMALL,
	REGION_TRACE,
	REGION_CB,
	REGION_POOLS,
};

struct region_figures {
	uint64_t bytes[REGION_POOLS];
};

/**
 * struct region_view - what a region says about one process
 * @version: enum region_version
 * @device_id: tt-metal's number of the chip
 * @users: processes that are attached, dead ones perhaps included
 * @present: the process has a slot
 * @slot: what is in it
 * @total: of all processes
 * @chips: other chips that are reported through this one, of all processes
 * @chip_count: of them
 */
struct region_view {
	uint32_t version;
	uint32_t device_id;
	uint32_t users;
	bool present;
	struct region_figures slot;
	struct region_figures total;
	struct region_chip {
		uint32_t id;
		struct region_figures figures;
	} chips[REGION_CHIPS];
	size_t chip_count;
};

/* Whether a name for shm_open() is that of a region, and of which chip. */
bool region_name(const char *name, uint64_t *unique_id);

/*
 * 0; -EAGAIN: nobody has set it up yet; -EPROTONOSUPPORT: a version that is not known, told in
 * @view, nothing else is; -EMSGSIZE: too short.
 */
int region_read(const void *image, size_t len, pid_t pid, struct region_view *view);

/**
 * struct region_base - what stood in the process's slot before it can have written there: what a
 * process that had the same number left behind, in another pid namespace perhaps
 * @version: of the region then
 * @figures: not this process's
 */
struct region_base {
	uint32_t version;
	struct region_figures figures;
};

/* Whether anybody has the device open; also true for what was killed while it had. */
bool region_in_use(const struct region_view *view);

/* First sight of a region. */
void region_base_take(struct region_base *base, const struct region_view *view);

/*
 * The process's own figures in a region that it shares: false if it has none there. Learns when
 * what had been left behind is gone.
 */
bool region_own(struct region_base *base, const struct region_view *view,
		struct region_figures *own);

/*
 * The figures in a region that it does not share, where totals are its own as well: of the chip
 * itself, without those that are reported through it. False if the process has closed the device.
 */
bool region_private(const struct region_view *view, struct region_figures *own);

#endif
