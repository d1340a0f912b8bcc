/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What the files of the writing side share: the two objects and the one way into the kernel.
 */
#ifndef TTM_INTERNAL_H
#define TTM_INTERNAL_H

#include <stdatomic.h>
#include <sys/types.h>

#include "public.h"

/**
 * struct ttm_ctx - one open device, or the memory of why there is none
 * @refs: the user's reference, until ttm_close(), and one for each attachment object
 * @fd: -1 when disabled and after ttm_close()
 * @owner: the process that opened it
 * @reason: 0 when enabled, else the negative errno that disabled it
 * @max_submit: entries that the module takes at once, at least 1
 *
 * Nothing but @refs changes between ttm_open() and ttm_close(), so calls need no lock.
 */
struct ttm_ctx {
	atomic_uint refs;
	int fd;
	pid_t owner;
	int reason;
	uint32_t max_submit;
};

/**
 * struct ttm_attachment - handle of an attachment; constant
 * @ctx: holds a reference
 * @handle: the kernel's number
 * @chip: N of tt<N>
 */
struct ttm_attachment {
	struct ttm_ctx *ctx;
	uint32_t handle;
	uint32_t chip;
};

/* The ioctl, guarded: -EOPNOTSUPP disabled, -EPERM in a child, -EBADF closed, else the kernel's. */
int ttm_ctx_call(const struct ttm_ctx *ctx, unsigned long call, void *arg);

void ttm_ctx_get(struct ttm_ctx *ctx);
void ttm_ctx_put(struct ttm_ctx *ctx);

static inline bool ttm_att_disabled(const struct ttm_attachment *att)
{
	return att->ctx->reason != 0;
}

/*
 * Takes an options structure of any version into ours: 0, -EINVAL if shorter than @first, -E2BIG
 * if it says something that this library does not know.
 */
int ttm_options_copy(void *to, size_t known, size_t first, const void *from, uint32_t size);

#endif /* TTM_INTERNAL_H */
