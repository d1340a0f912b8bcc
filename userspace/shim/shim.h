/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What the files of the preload shim share: the regions that this process has opened, and the
 * thread that mirrors them.
 */
#ifndef SHIM_H
#define SHIM_H

#include <pthread.h>
#include <sys/stat.h>

#include <ttmemstat.h>

#include "region.h"

/**
 * struct target - a chip that a region's figures are reported on
 * @id: tt-metal's number of it
 * @att: NULL: not attached, at the moment or at all
 * @version: of the region when it was attached
 * @sent: whether @last was taken
 * @last: figures as last reported
 * @wait: looks until what failed is tried again
 * @pause: how many that were the last time
 * @failures: in a row
 * @renewed: its chip was described anew since
 * @quiet: looks since its chip was last asked whether it is attached still
 * @told: what was said of it
 */
struct target {
	uint32_t id;
	struct ttmemstat_attachment *att;
	uint32_t version;
	bool sent;
	struct region_figures last;
	unsigned int wait;
	unsigned int pause;
	unsigned int failures;
	bool renewed;
	unsigned int quiet;
	bool told;
};

/**
 * struct region - a region that this process has opened
 * @unique_id: of its chip, from its name
 * @fd: our own descriptor
 * @identity: of the file behind it: a program that closes all descriptors closes ours
 * @unlinked: its name is free again
 * @base: with sharing
 * @grace: looks until one that nobody has set up, or that was given back, is left alone
 * @told: that its version is not known
 * @own: the chip itself
 * @others: those that are reported through it
 * @other_count: of them
 */
struct region {
	struct region *next;
	uint64_t unique_id;
	int fd;
	struct stat identity;
	bool unlinked;
	struct region_base base;
	unsigned int grace;
	bool told;
	struct target own;
	struct target others[REGION_CHIPS];
	size_t other_count;
};

/**
 * struct shim - the shim's state in this process
 * @off: by the environment: nothing is done at all
 * @share: the regions stay those of the system
 * @stderr_identity: what descriptor 2 was when the process started; all zero: nothing
 * @lock: guards what follows; nobody holds it while he waits for something else than the kernel
 * @wake: @news came
 * @running: there is a thread
 * @news: a region was opened
 * @ctx: NULL: no module so far
 * @device: what its descriptor is
 * @regions: newest first
 */
struct shim {
	bool off;
	bool share;
	struct stat stderr_identity;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool running;
	bool news;
	struct ttmemstat_ctx *ctx;
	struct stat device;
	struct region *regions;
};

extern struct shim shim;

#define SHIM_LOOKS_A_SECOND	10

/* Below: with the lock held. */

/* One look at all regions; false if there is nothing to look for until the next is opened. */
bool shim_look(void);

/* Sees that regions are looked at; 0 or -errno. */
int shim_mirror(void);

/* Nothing is reported any more, until there is another context. */
void shim_disown(void);

/* Nobody looks at a region any more. */
void shim_drop(struct region *region);

/* In a child: nothing of what was inherited is this process's. */
void shim_forget(void);

/* One line on standard error, if that is still what it was. */
__attribute__((format(printf, 1, 2)))
void shim_say(const char *format, ...);

bool shim_is_still(int fd, const struct stat *identity);

#endif
