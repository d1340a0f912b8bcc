// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Calls on a context's device, or on its local replacement, and references of contexts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "internal.h"
#include "local.h"
#include "recording/recorder.h"

int ttmemstat_options_copy(void *to, size_t known, size_t first, const void *from, uint32_t size,
			   struct ttmemstat_failure *failure, enum ttmemstat_call call)
{
	const unsigned char *bytes = from;
	size_t i;

	if (size < first)
		return ttmemstat_refuse(failure, call, -EINVAL, "size", TTMEMSTAT_RULE_AT_LEAST,
					size, first);
	for (i = known; i < size; i++)
		if (bytes[i])
			return ttmemstat_refuse(failure, call, -E2BIG, "size",
						TTMEMSTAT_RULE_TAIL, size, known);
	memset(to, 0, known);
	memcpy(to, from, size < known ? size : known);
	return 0;
}

int ttmemstat_ctx_call(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg)
{
	if (ttmemstat_ctx_disabled(ctx))
		return -EOPNOTSUPP;
	if (ctx->fd < 0 && !ctx->local)
		return -EBADF;
	if (!ttmemstat_ctx_is_owner(ctx))
		return -EPERM;
	if (ctx->local)
		return ttmemstat_local_call(ctx, call, arg);
	return ioctl(ctx->fd, call, arg) < 0 ? -errno : 0;
}

void ttmemstat_ctx_get(struct ttmemstat_ctx *ctx)
{
	atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed);
}

static void free_ctx(struct ttmemstat_ctx *ctx)
{
	if (ctx->mark)
		munmap(ctx->mark, 1);
	ttmemstat_local_free(ctx->local);
	ttmemstat_recorder_free(ctx->recorder);
	pthread_mutex_destroy(&ctx->lock);
	free(ctx);
}

void ttmemstat_ctx_put(struct ttmemstat_ctx *ctx)
{
	if (atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) == 1)
		free_ctx(ctx);
}
