// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The context: opening the device, being disabled without it, whose process it is. Does not know
 * what the calls say.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

#define TTM_OPEN_FLAGS	TTM_OPEN_OPTIONAL

const char *ttm_version(void)
{
	return TTM_VERSION;
}

int ttm_options_copy(void *to, size_t known, size_t first, const void *from, uint32_t size)
{
	const unsigned char *bytes = from;
	size_t i;

	if (size < first)
		return -EINVAL;
	for (i = known; i < size; i++)
		if (bytes[i])
			return -E2BIG;
	memset(to, 0, known);
	memcpy(to, from, size < known ? size : known);
	return 0;
}

int ttm_ctx_call(const struct ttm_ctx *ctx, unsigned long call, void *arg)
{
	if (ctx->reason)
		return -EOPNOTSUPP;
	if (ctx->fd < 0)
		return -EBADF;
	if (getpid() != ctx->owner)
		return -EPERM;
	return ioctl(ctx->fd, call, arg) < 0 ? -errno : 0;
}

void ttm_ctx_get(struct ttm_ctx *ctx)
{
	atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed);
}

void ttm_ctx_put(struct ttm_ctx *ctx)
{
	if (atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) == 1)
		free(ctx);
}

static bool opted_out(void)
{
	const char *value = secure_getenv("TT_MEMSTAT_DISABLED");

	return value && *value && strcmp(value, "0") != 0;
}

/* The errors that mean "no tt_memstat here for this process", as opposed to trouble. */
static bool is_absence(int error)
{
	switch (error) {
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
	case -EACCES:
	case -EPERM:
	case -ENOTTY:
	case -EOPNOTSUPP:
		return true;
	default:
		return false;
	}
}

/*
 * The module only ever adds to its API, so a newer one is fine: what it implements is in
 * tt_memstat_get_info.calls, and every call says for itself what it does not take.
 */
static int open_device(struct ttm_ctx *ctx, const char *path)
{
	struct tt_memstat_get_info info;
	int error;

	ctx->fd = open(path, O_RDWR | O_CLOEXEC);
	if (ctx->fd < 0)
		return -errno;
	memset(&info, 0, sizeof(info));
	error = ttm_info(ctx, &info);
	if (!error && info.api_version < TT_MEMSTAT_API_VERSION)
		error = -EOPNOTSUPP;
	if (error) {
		close(ctx->fd);
		ctx->fd = -1;
		return error;
	}
	ctx->max_submit = info.max_submit ? info.max_submit : 1;
	return 0;
}

int ttm_open(struct ttm_ctx **out, const struct ttm_open_options *options)
{
	struct ttm_open_options opt = { 0 };
	struct ttm_ctx *ctx;
	bool optional;
	int error;

	if (!out)
		return -EINVAL;
	if (options) {
		error = ttm_options_copy(&opt, sizeof(opt), sizeof(opt), options, options->size);
		if (error)
			return error;
	}
	if (opt.flags & ~TTM_OPEN_FLAGS)
		return -EINVAL;
	optional = opt.flags & TTM_OPEN_OPTIONAL;

	ctx = calloc(1, sizeof(*ctx));
	if (!ctx)
		return -ENOMEM;
	atomic_init(&ctx->refs, 1);
	ctx->fd = -1;
	ctx->owner = getpid();
	ctx->max_submit = 1;

	if (optional && opted_out()) {
		ctx->reason = -ECANCELED;
	} else {
		error = open_device(ctx, opt.path ? opt.path : TTM_DEVICE_PATH);
		if (error && !(optional && is_absence(error))) {
			free(ctx);
			return error;
		}
		ctx->reason = error;
	}
	*out = ctx;
	return 0;
}

void ttm_close(struct ttm_ctx *ctx)
{
	if (!ctx)
		return;
	if (ctx->fd >= 0)
		close(ctx->fd);
	ctx->fd = -1;
	ttm_ctx_put(ctx);
}

bool ttm_enabled(const struct ttm_ctx *ctx)
{
	return ctx && !ctx->reason;
}

int ttm_disabled_reason(const struct ttm_ctx *ctx)
{
	return ctx ? ctx->reason : -EINVAL;
}
