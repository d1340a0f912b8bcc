// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Entries into the ring where the fast path in ring.h has no credit, and the wait for their end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <time.h>

#include "ring.h"

/* A slot that another thread has claimed but not published blocks the ring: limits of the wait. */
#define FIRST_NAP_NS	20000
#define LONGEST_NAP_NS	10000000
#define PATIENCE_NS	1000000000

struct patience {
	long nap;
	long spent;
};

/* False when the limit is reached. */
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

static int doorbell(const struct ttmemstat_ring *ring, uint32_t *credit)
{
	struct tt_memstat_ring_doorbell arg = { .argsz = sizeof(arg), .attachment = ring->handle };
	int error = ttmemstat_ctx_call(ring->att->ctx, TT_MEMSTAT_RING_DOORBELL, &arg);

	*credit = arg.credit;
	return error;
}

/* Ask for credit until a slot can be claimed. */
static int claim_slowly(struct ttmemstat_ring *ring, uint32_t *position)
{
	struct patience patience = { 0 };
	uint32_t credit, last;
	int error;

	error = doorbell(ring, &last);
	while (!error && !ttmemstat_ring_claim(ring, position)) {
		/* After one wait in vain, do not let every entry wait that long. */
		if (atomic_load_explicit(&ring->jammed, memory_order_relaxed))
			return -EBUSY;
		error = doorbell(ring, &credit);
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

int ttmemstat_ring_push(struct ttmemstat_ring *ring, const struct tt_memstat_entry *entry)
{
	uint32_t position;
	int error;

	if (!ttmemstat_ctx_is_owner(ring->att->ctx))
		return -EPERM;
	error = ttmemstat_ring_error(ring);
	if (!error && !ttmemstat_ring_claim(ring, &position))
		error = claim_slowly(ring, &position);
	if (!error)
		ttmemstat_ring_publish(ring, position, entry);
	return error;
}

static int flush(struct ttmemstat_ring *ring)
{
	struct patience patience = { 0 };
	uint32_t tail, credit;
	int error;

	if (!ring->shared)
		return 0;
	if (!ttmemstat_ctx_is_owner(ring->att->ctx))
		return -EPERM;
	tail = __atomic_load_n(&ring->shared->tail, __ATOMIC_ACQUIRE);
	for (;;) {
		error = ttmemstat_ring_error(ring);
		if (error)
			return error;
		if ((int32_t)(__atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) - tail) >= 0)
			return 0;
		error = doorbell(ring, &credit);
		if (error)
			return error;
		if ((int32_t)(__atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) - tail) >= 0)
			return 0;
		if (!wait_a_little(&patience))
			return -EBUSY;
	}
}

/* Entries published before a change of geometry are gone. */
int ttmemstat_ring_flush(struct ttmemstat_attachment *att)
{
	struct ttmemstat_ring *ring;
	int error;

	do {
		ring = ttmemstat_att_ring(att);
		error = flush(ring);
	} while (error && ring->shared && ttmemstat_renewed(att, ring->handle, error));
	return error;
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
	error = ttmemstat_att_call(att, TT_MEMSTAT_RING_STATUS, status, &status->attachment);
	return error ? failed(att, TTMEMSTAT_CALL_ring_status, error) : 0;
}
