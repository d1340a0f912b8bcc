// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The ring where it takes more than a few stores: its life, and the doorbell. Publishing is in
 * ring.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#include "ring.h"

/* A slot that another thread has claimed and not published holds up all: how long to bear it. */
#define FIRST_NAP_NS	20000
#define LONGEST_NAP_NS	10000000
#define PATIENCE_NS	1000000000

_Static_assert(sizeof(struct tt_memstat_ring) == 128 && sizeof(struct tt_memstat_entry) == 64,
	       "the shared pages are laid out by the kernel");

const unsigned char ttmemstat_no_ring;

struct patience {
	long nap;
	long spent;
};

/* False when it is at an end. */
static bool wait_a_little(struct patience *p)
{
	struct timespec nap = { 0 };

	if (p->spent >= PATIENCE_NS)
		return false;
	p->nap = p->nap ? p->nap * 2 : FIRST_NAP_NS;
	if (p->nap > LONGEST_NAP_NS)
		p->nap = LONGEST_NAP_NS;
	nap.tv_nsec = p->nap;
	nanosleep(&nap, NULL);
	p->spent += p->nap;
	return true;
}

static int doorbell(struct ttmemstat_attachment *att, uint32_t *credit)
{
	struct tt_memstat_ring_doorbell arg = { .argsz = sizeof(arg), .attachment = att->handle };
	int error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_RING_DOORBELL, &arg);

	*credit = arg.credit;
	return error;
}

/* Ask for credit until there is some for us. */
static int claim_slowly(struct ttmemstat_attachment *att, uint32_t *position)
{
	struct ttmemstat_ring *ring = &att->ring;
	struct patience patience = { 0 };
	uint32_t credit, last;
	int error;

	error = doorbell(att, &last);
	while (!error && !ttmemstat_ring_claim(ring, position)) {
		/* Who has waited in vain once does not let every event wait as long. */
		if (atomic_load_explicit(&ring->jammed, memory_order_relaxed))
			return -EBUSY;
		error = doorbell(att, &credit);
		if (!error && credit == last && !wait_a_little(&patience)) {
			atomic_store_explicit(&ring->jammed, true, memory_order_relaxed);
			return -EBUSY;
		}
		last = credit;
	}
	if (!error)
		atomic_store_explicit(&ring->jammed, false, memory_order_relaxed);
	return error;
}

int ttmemstat_ring_push(struct ttmemstat_attachment *att, const struct tt_memstat_entry *entry)
{
	struct ttmemstat_ring *ring = &att->ring;
	uint32_t position;
	int error;

	if (!ttmemstat_ctx_is_owner(att->ctx))
		return -EPERM;
	error = ttmemstat_ring_error(ring);
	if (!error && !ttmemstat_ring_claim(ring, &position))
		error = claim_slowly(att, &position);
	if (!error)
		ttmemstat_ring_publish(ring, position, entry);
	return error;
}

int ttmemstat_ring_flush(struct ttmemstat_attachment *att)
{
	struct ttmemstat_ring *ring = &att->ring;
	struct patience patience = { 0 };
	uint32_t tail, credit;
	int error;

	if (!ring->shared)
		return 0;
	if (!ttmemstat_ctx_is_owner(att->ctx))
		return -EPERM;
	tail = __atomic_load_n(&ring->shared->tail, __ATOMIC_ACQUIRE);
	for (;;) {
		error = ttmemstat_ring_error(ring);
		if (error)
			return error;
		if ((int32_t)(__atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) - tail) >= 0)
			return 0;
		error = doorbell(att, &credit);
		if (error)
			return error;
		if ((int32_t)(__atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) - tail) >= 0)
			return 0;
		if (!wait_a_little(&patience))
			return -EBUSY;
	}
}

static int map_ring(struct ttmemstat_attachment *att, const struct tt_memstat_ring_setup *setup)
{
	const uint64_t slots = (uint64_t)setup->entries * sizeof(struct tt_memstat_entry);
	const size_t size = (size_t)setup->size;
	struct ttmemstat_ring *ring = &att->ring;
	void *map;

	if (setup->entries_offset < sizeof(struct tt_memstat_ring) || size != setup->size ||
	    setup->size < slots || setup->entries_offset > setup->size - slots)
		return -EPROTO;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, att->ctx->fd,
		   (off_t)setup->offset);
	if (map == MAP_FAILED)
		return -errno;
	ring->slot = (void *)((char *)map + setup->entries_offset);
	ring->mask = setup->entries - 1;
	ring->size = size;
	if (att->ctx->mark)
		ring->mark = att->ctx->mark;
	ring->shared = map;
	return 0;
}

bool ttmemstat_ring_stopped(const struct ttmemstat_attachment *att)
{
	return att->ring.shared && ttmemstat_ring_error(&att->ring);
}

int ttmemstat_ring_open(struct ttmemstat_attachment *att, uint32_t entries)
{
	struct tt_memstat_ring_setup arg = {
		.argsz = sizeof(arg),
		.attachment = att->handle,
		.entries = entries,
	};
	int error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_RING_SETUP, &arg);

	if (!error)
		error = map_ring(att, &arg);
	if (error)
		return error;
	pthread_mutex_lock(&att->ctx->lock);
	att->ring.next = att->ctx->rings;
	att->ctx->rings = att;
	pthread_mutex_unlock(&att->ctx->lock);
	return 0;
}

static void unmap(struct ttmemstat_ring *ring)
{
	ring->mark = &ttmemstat_no_ring;
	munmap(ring->shared, ring->size);
	ring->shared = NULL;
}

/* A child has no mapping, something else may be there; and its lock may be held for ever. */
void ttmemstat_ring_close(struct ttmemstat_attachment *att)
{
	struct ttmemstat_attachment **link;
	struct ttmemstat_ctx *ctx = att->ctx;

	if (!att->ring.shared || !ttmemstat_ctx_is_owner(ctx))
		return;
	pthread_mutex_lock(&ctx->lock);
	for (link = &ctx->rings; *link && *link != att; link = &(*link)->ring.next)
		;
	if (*link)
		*link = att->ring.next;
	pthread_mutex_unlock(&ctx->lock);
	unmap(&att->ring);
}

void ttmemstat_ring_close_all(struct ttmemstat_ctx *ctx)
{
	struct ttmemstat_attachment *att;

	pthread_mutex_lock(&ctx->lock);
	while ((att = ctx->rings)) {
		ctx->rings = att->ring.next;
		unmap(&att->ring);
	}
	pthread_mutex_unlock(&ctx->lock);
}

static int failed(struct ttmemstat_attachment *att, enum ttmemstat_call call, int error)
{
	return ttmemstat_note(&att->failure, &(struct ttmemstat_facts) {
		.call = call, .error = error, .chip = att->chip,
	});
}

int ttmemstat_flush(struct ttmemstat_attachment *att)
{
	int error;

	if (!att)
		return -EINVAL;
	if (ttmemstat_att_disabled(att))
		return 0;
	error = ttmemstat_ring_flush(att);
	return error ? failed(att, TTMEMSTAT_CALL_flush, error) : 0;
}

int ttmemstat_ring_status(struct ttmemstat_attachment *att, struct tt_memstat_ring_status *status)
{
	int error;

	if (!att)
		return -EINVAL;
	if (!status)
		return ttmemstat_refuse(&att->failure, TTMEMSTAT_CALL_ring_status, -EINVAL,
					"status", TTMEMSTAT_RULE_GIVEN, 0, 0);
	if (!status->argsz)
		status->argsz = sizeof(*status);
	status->attachment = att->handle;
	error = ttmemstat_ctx_call(att->ctx, TT_MEMSTAT_RING_STATUS, status);
	return error ? failed(att, TTMEMSTAT_CALL_ring_status, error) : 0;
}
