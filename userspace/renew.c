// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Renewal of an attachment that the module has ended because the chip's geometry was changed.
 *
 * The reports are gone, so all pools are partial until the caller states otherwise, and the caller
 * is asked to report again. The old ring stays mapped: a producer that still uses it does no harm,
 * and detects the end by itself.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "internal.h"
#include "ring.h"

/* The caller's geometry may be outdated; the pools that it covers are not. */
static int attach(struct ttmemstat_attachment *att, struct tt_memstat_attach *arg)
{
	struct tt_memstat_attach changed = att->args;
	int error;

	changed.partial = changed.covers;
	*arg = changed;
	error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_ATTACH, arg);
	if (error == -EEXIST) {
		changed.flags &= ~TT_MEMSTAT_ATTACH_GEOMETRY;
		memset(&changed.geometry, 0, sizeof(changed.geometry));
		*arg = changed;
		error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_ATTACH, arg);
	}
	if (error == -ERANGE || error == -ENODATA) {
		memset(&changed.layout, 0, sizeof(changed.layout));
		*arg = changed;
		error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_ATTACH, arg);
	}
	return error;
}

static bool may_pass(int error)
{
	return error == -ENOMEM || error == -ENOSPC || error == -EAGAIN || error == -EINTR;
}

/* Under @renewal. */
static bool renew(struct ttmemstat_attachment *att)
{
	struct tt_memstat_detach former = { .argsz = sizeof(former), .attachment = att->handle };
	struct tt_memstat_attach arg;
	int error = att->lost;

	if (!error)
		error = attach(att, &arg);
	if (error) {
		att->lost = may_pass(error) ? 0 : error;
		return false;
	}
	ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_DETACH, &former);
	ttmemstat_att_record_end(att);
	ttmemstat_att_record(att, &arg);
	atomic_store(&att->one_core, 0);
	__atomic_store_n(&att->handle, arg.attachment, __ATOMIC_RELEASE);
	if (!att->entries || ttmemstat_ring_open(att, att->entries))
		__atomic_store_n(&att->ring, &att->no_ring, __ATOMIC_RELEASE);
	return true;
}

/* A thread that is already asking the caller asks again, from the start. */
static void ask(struct ttmemstat_attachment *att)
{
	struct tt_memstat_drop all = { .argsz = sizeof(all), .pools = att->covers };
	bool again;

	pthread_mutex_lock(&att->renewal);
	again = att->asking;
	att->again = again;
	att->asking = true;
	pthread_mutex_unlock(&att->renewal);
	if (again)
		return;
	for (;;) {
		att->report_again(att, att->arg);
		pthread_mutex_lock(&att->renewal);
		again = att->again;
		att->again = false;
		att->asking = again;
		pthread_mutex_unlock(&att->renewal);
		if (!again)
			return;
		all.attachment = ttmemstat_att_handle(att);
		ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_DROP, &all);
	}
}

bool ttmemstat_renewed(struct ttmemstat_attachment *att, uint32_t handle, int error)
{
	bool fresh = false, other;

	if (error != -ESTALE && ttmemstat_att_handle(att) == handle)
		return false;
	if (!ttmemstat_ctx_is_owner(att->ctx))
		return false;
	pthread_mutex_lock(&att->renewal);
	if (att->handle == handle)
		fresh = renew(att);
	other = att->handle != handle;
	pthread_mutex_unlock(&att->renewal);
	if (fresh && att->report_again)
		ask(att);
	return other;
}

int ttmemstat_att_call(struct ttmemstat_attachment *att, unsigned long call, void *arg,
		       uint32_t *handle)
{
	int error;

	do {
		*handle = ttmemstat_att_handle(att);
		error = ttmemstat_ctx_call(att->ctx, call, arg);
	} while (error && ttmemstat_renewed(att, *handle, error));
	return error;
}
