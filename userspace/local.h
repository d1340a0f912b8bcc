/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What takes the module's place in a process that has none: it answers the calls of the uAPI. Of two
 * kinds: one that only gives numbers to what a recording has, and one that keeps books.
 */
#ifndef TTMEMSTAT_LOCAL_H
#define TTMEMSTAT_LOCAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct ttmemstat_ctx;

/**
 * struct ttmemstat_local - the part that both kinds have
 * @lock: guards all of it
 * @closed: the context is
 * @call: as the ioctl, with the lock held; -EOPNOTSUPP: for what it does not know
 * @free: it, and what it has
 */
struct ttmemstat_local {
	pthread_mutex_t lock;
	bool closed;
	int (*call)(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);
	void (*free)(struct ttmemstat_local *local);
};

/* For a recording without the module; NULL: no memory. */
struct ttmemstat_local *ttmemstat_local_new(void);

/*
 * Chips that TT_MEMSTAT_FAKE makes up, with books of their own (fake.c): NULL in @local where it asks
 * for none. 0, -EINVAL: it makes no sense, or -ENOMEM.
 */
int ttmemstat_fake_new(struct ttmemstat_local **local);

static inline void ttmemstat_local_free(struct ttmemstat_local *local)
{
	if (!local)
		return;
	pthread_mutex_destroy(&local->lock);
	local->free(local);
}

/* Every call is -EBADF from then on. */
static inline void ttmemstat_local_close(struct ttmemstat_local *local)
{
	if (local)
		local->closed = true;
}

/* As the ioctl. */
int ttmemstat_local_call(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);

#endif /* TTMEMSTAT_LOCAL_H */
