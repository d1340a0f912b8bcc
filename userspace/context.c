// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Contexts: open the device, disable the context without it, and guard against use in a child.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"
#include "local.h"
#include "recording/recorder.h"
#include "ring.h"

#define TTMEMSTAT_OPEN_FLAGS	TTMEMSTAT_OPEN_OPTIONAL

/* Size of the first version of the structure, for an @argsz of 0. It stays when that grows. */
#define INFO_FIRST	sizeof(struct tt_memstat_get_info)

const char *ttmemstat_version(void)
{
	return TTMEMSTAT_VERSION;
}

/* A page that is zeroed on fork is cheaper to check than getpid(), a system call. */
static void mark_owner(struct ttmemstat_ctx *ctx)
{
	unsigned char *page = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				   -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, 1, MADV_WIPEONFORK)) {
		munmap(page, 1);
		return;
	}
	*page = 1;
	ctx->mark = page;
}

static bool opted_out(void)
{
	const char *value = secure_getenv("TT_MEMSTAT_DISABLED");

	return value && *value && strcmp(value, "0") != 0;
}

/* Errors which mean that tt_memstat is not available to this process. */
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

int ttmemstat_info(struct ttmemstat_ctx *ctx, struct tt_memstat_get_info *info)
{
	int error;

	if (!ctx)
		return -EINVAL;
	if (!info)
		return ttmemstat_refuse(&ctx->failure, TTMEMSTAT_CALL_info, -EINVAL, "info",
					TTMEMSTAT_RULE_GIVEN, 0, 0);
	if (!info->argsz)
		info->argsz = INFO_FIRST;
	error = ttmemstat_ctx_call(ctx, TT_MEMSTAT_GET_INFO, info);
	return error ? ttmemstat_note(&ctx->failure, &(struct ttmemstat_facts) {
		.call = TTMEMSTAT_CALL_info, .error = error,
	}) : 0;
}

/*
 * The module's API only grows, so newer modules are compatible. tt_memstat_get_info.calls has the
 * implemented calls, and each call refuses what it does not know.
 */
static int open_device(struct ttmemstat_ctx *ctx, const char *path)
{
	struct tt_memstat_get_info info;
	int error;

	ctx->fd = open(path, O_RDWR | O_CLOEXEC);
	if (ctx->fd < 0)
		return -errno;
	memset(&info, 0, sizeof(info));
	error = ttmemstat_info(ctx, &info);
	if (!error && info.api_version < TT_MEMSTAT_API_VERSION)
		error = -EOPNOTSUPP;
	if (error) {
		close(ctx->fd);
		ctx->fd = -1;
		return error;
	}
	ctx->max_submit = info.max_submit ? info.max_submit : 1;
	ctx->max_ring = info.max_ring_entries;
	return 0;
}

/* Replace the device if the environment requests this. */
static int open_fake(struct ttmemstat_ctx *ctx)
{
	struct tt_memstat_get_info info;
	int error = ttmemstat_fake_new(&ctx->local);

	if (error || !ctx->local)
		return error;
	memset(&info, 0, sizeof(info));
	error = ttmemstat_info(ctx, &info);
	ctx->max_submit = info.max_submit;
	return error;
}

int ttmemstat_open_check(struct ttmemstat_open_options *opt,
			 const struct ttmemstat_open_options *options,
			 struct ttmemstat_failure *failure)
{
	int error = 0;

	if (options)
		error = ttmemstat_options_copy(opt, sizeof(*opt), sizeof(*opt), options,
					       options->size, failure, TTMEMSTAT_CALL_open);
	if (!error && (opt->flags & ~TTMEMSTAT_OPEN_FLAGS))
		error = ttmemstat_refuse(failure, TTMEMSTAT_CALL_open, -EINVAL, "flags",
					 TTMEMSTAT_RULE_WITHIN, opt->flags, TTMEMSTAT_OPEN_FLAGS);
	return error;
}

int ttmemstat_open(struct ttmemstat_ctx **out, const struct ttmemstat_open_options *options)
{
	struct ttmemstat_open_options opt = { 0 };
	struct ttmemstat_ctx *ctx;
	bool optional;
	int error;

	if (!out)
		return -EINVAL;
	error = ttmemstat_open_check(&opt, options, NULL);
	if (error)
		return error;
	optional = opt.flags & TTMEMSTAT_OPEN_OPTIONAL;

	ctx = calloc(1, sizeof(*ctx));
	if (!ctx)
		return -ENOMEM;
	atomic_init(&ctx->refs, 1);
	pthread_mutex_init(&ctx->lock, NULL);
	ctx->fd = -1;
	ctx->owner = getpid();
	ctx->max_submit = 1;

	if (optional && opted_out()) {
		ctx->reason = -ECANCELED;
	} else {
		error = open_fake(ctx);
		if (!error && !ctx->local)
			error = open_device(ctx, opt.path ? opt.path : TTMEMSTAT_DEVICE_PATH);
		if (error && !(optional && is_absence(error))) {
			ttmemstat_ctx_put(ctx);
			return error;
		}
		ctx->reason = error;
		ctx->recorder = ttmemstat_recorder_wanted();
		if (error && ctx->recorder)
			ctx->local = ttmemstat_local_new();
	}
	if (!ttmemstat_ctx_disabled(ctx))
		mark_owner(ctx);
	*out = ctx;
	return 0;
}

void ttmemstat_close(struct ttmemstat_ctx *ctx)
{
	if (!ctx)
		return;
	/* A mapping holds the file, and so the records of the context. */
	if (ctx->fd >= 0 && ttmemstat_ctx_is_owner(ctx))
		ttmemstat_ring_close_all(ctx);
	if (ctx->fd >= 0)
		close(ctx->fd);
	ctx->fd = -1;
	ttmemstat_local_close(ctx->local);
	if (ctx->recorder && ttmemstat_ctx_is_owner(ctx))
		ttmemstat_recorder_end(ctx->recorder);
	ttmemstat_ctx_put(ctx);
}

bool ttmemstat_enabled(const struct ttmemstat_ctx *ctx)
{
	return ctx && !ctx->reason;
}

int ttmemstat_disabled_reason(const struct ttmemstat_ctx *ctx)
{
	return ctx ? ctx->reason : -EINVAL;
}
