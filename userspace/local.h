/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Replacements of the module in a process without it. There are two: local.c numbers the objects of
 * a recording, and fake.c computes figures.
 */
#ifndef TTMEMSTAT_LOCAL_H
#define TTMEMSTAT_LOCAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct ttmemstat_ctx;

/**
 * struct ttmemstat_local - common part of the replacements
 * @lock: guards all members and the replacement's own data
 * @closed: the context is closed
 * @call: as the ioctl, with the lock held; -EOPNOTSUPP: not implemented
 * @free: release the replacement with its data
 */
struct ttmemstat_local {
	pthread_mutex_t lock;
	bool closed;
	int (*call)(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);
	void (*free)(struct ttmemstat_local *local);
};

/* A replacement for recordings; NULL: no memory. */
struct ttmemstat_local *ttmemstat_local_new(void);

/*
 * The chips of TT_MEMSTAT_FAKE (fake.c); @local is NULL if it is not set. 0, -EINVAL: its value is
 * invalid, or -ENOMEM.
 */
int ttmemstat_fake_new(struct ttmemstat_local **local);

static inline void ttmemstat_local_free(struct ttmemstat_local *local)
{
	if (!local)
		return;
	pthread_mutex_destroy(&local->lock);
	local->free(local);
}

/* Make all further calls fail with -EBADF. */
static inline void ttmemstat_local_close(struct ttmemstat_local *local)
{
	if (local)
		local->closed = true;
}

/* Make a call, with the ioctl's arguments and results. */
int ttmemstat_local_call(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);

#endif /* TTMEMSTAT_LOCAL_H */
