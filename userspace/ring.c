// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Setup and end of the ring. ring_push.c publishes entries.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "ring.h"

_Static_assert(sizeof(struct tt_memstat_ring) == 128 && sizeof(struct tt_memstat_entry) == 64,
	       "the shared pages are laid out by the kernel");

const unsigned char ttmemstat_no_ring;

static int map_ring(struct ttmemstat_ring *ring, const struct tt_memstat_ring_setup *setup)
{
	const uint64_t slots = (uint64_t)setup->entries * sizeof(struct tt_memstat_entry);
	const size_t size = (size_t)setup->size;
	const struct ttmemstat_ctx *ctx = ring->att->ctx;
	void *map;

	if (setup->entries_offset < sizeof(struct tt_memstat_ring) || size != setup->size ||
	    setup->size < slots || setup->entries_offset > setup->size - slots)
		return -EPROTO;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ctx->fd,
		   (off_t)setup->offset);
	if (map == MAP_FAILED)
		return -errno;
	ring->slot = (void *)((char *)map + setup->entries_offset);
	ring->mask = setup->entries - 1;
	ring->size = size;
	if (ctx->mark)
		ring->mark = ctx->mark;
	ring->shared = map;
	return 0;
}

bool ttmemstat_ring_stopped(const struct ttmemstat_attachment *att)
{
	const struct ttmemstat_ring *ring = ttmemstat_att_ring(att);

	return ring->shared && ttmemstat_ring_error(ring);
}

int ttmemstat_ring_open(struct ttmemstat_attachment *att, uint32_t entries)
{
	struct tt_memstat_ring_setup arg = {
		.argsz = sizeof(arg),
		.attachment = att->handle,
		.entries = entries,
	};
	struct ttmemstat_ring *ring = calloc(1, sizeof(*ring));
	int error;

	if (!ring)
		return -ENOMEM;
	ring->att = att;
	ring->handle = att->handle;
	ring->mark = &ttmemstat_no_ring;
	error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_RING_SETUP, &arg);
	if (!error)
		error = map_ring(ring, &arg);
	if (error) {
		free(ring);
		return error;
	}
	ring->older = att->no_ring.older;
	att->no_ring.older = ring;
	pthread_mutex_lock(&att->ctx->lock);
	ring->next = att->ctx->rings;
	att->ctx->rings = ring;
	pthread_mutex_unlock(&att->ctx->lock);
	__atomic_store_n(&att->ring, ring, __ATOMIC_RELEASE);
	return 0;
}

static void unmap(struct ttmemstat_ring *ring)
{
	ring->mark = &ttmemstat_no_ring;
	munmap(ring->shared, ring->size);
	ring->shared = NULL;
}

static void close_one(struct ttmemstat_ctx *ctx, struct ttmemstat_ring *ring)
{
	struct ttmemstat_ring **link;

	pthread_mutex_lock(&ctx->lock);
	for (link = &ctx->rings; *link && *link != ring; link = &(*link)->next)
		;
	if (*link)
		*link = ring->next;
	pthread_mutex_unlock(&ctx->lock);
	unmap(ring);
}

/* A child has no mapping: its address may be used otherwise, and the lock may never be released. */
void ttmemstat_ring_close(struct ttmemstat_attachment *att)
{
	struct ttmemstat_ring *ring;

	while ((ring = att->no_ring.older)) {
		att->no_ring.older = ring->older;
		if (ring->shared && ttmemstat_ctx_is_owner(att->ctx))
			close_one(att->ctx, ring);
		free(ring);
	}
}

void ttmemstat_ring_close_all(struct ttmemstat_ctx *ctx)
{
	struct ttmemstat_ring *ring;

	pthread_mutex_lock(&ctx->lock);
	while ((ring = ctx->rings)) {
		ctx->rings = ring->next;
		unmap(ring);
	}
	pthread_mutex_unlock(&ctx->lock);
}
