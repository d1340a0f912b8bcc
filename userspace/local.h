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
#include <stdint.h>

struct ttmemstat_chip;
struct ttmemstat_ctx;
struct ttmemstat_exited;
struct ttmemstat_host;

#define TTMEMSTAT_LOCAL_CHIPS	32	/* numbered from 0 */

/**
 * struct ttmemstat_local - common part of the replacements
 * @lock: guards all members and the replacement's own data
 * @closed: the context is closed
 * @call: as the ioctl, with the lock held; -EOPNOTSUPP: not implemented
 * @chip: read a chip, with the lock held; NULL: there are none to read
 * @free: release the replacement with its data
 */
struct ttmemstat_local {
	pthread_mutex_t lock;
	bool closed;
	int (*call)(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg);
	int (*chip)(struct ttmemstat_local *local, uint32_t n, uint32_t flags,
		    struct ttmemstat_chip **chip);
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

/* Whether the context has chips for ttmemstat_local_chip(). */
bool ttmemstat_local_has_chips(const struct ttmemstat_ctx *ctx);

/* Read chip @n, as ttmemstat_reader_chip(). -ENODEV: there is none; -EBADF, -EPERM, -ENOMEM. */
int ttmemstat_local_chip(const struct ttmemstat_ctx *ctx, uint32_t n, uint32_t flags,
			 struct ttmemstat_chip **chip);

/* local_read.c: as the calls of a reader */
int ttmemstat_local_list(const struct ttmemstat_ctx *ctx, uint32_t **chips, size_t *count);
int ttmemstat_local_host(const struct ttmemstat_ctx *ctx, struct ttmemstat_host *host);
int ttmemstat_local_comm(const struct ttmemstat_ctx *ctx, uint32_t n, uint64_t client, char *comm,
			 size_t size);
int ttmemstat_local_exited(const struct ttmemstat_ctx *ctx, uint32_t n,
			   struct ttmemstat_exited **list, size_t *count);

#endif /* TTMEMSTAT_LOCAL_H */
