/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The producer's side of the ring: claim a slot, fill it, publish it.
 *
 * Any number of threads may do this concurrently. There are no locks and no allocations, and the
 * kernel is called only for credit. Values from the shared page are not trusted: indices are
 * masked, and the kernel detects a wrong credit.
 */
#ifndef TTMEMSTAT_RING_H
#define TTMEMSTAT_RING_H

#include "internal.h"

/* Make and map the attachment's ring; it replaces an older one. */
int ttmemstat_ring_open(struct ttmemstat_attachment *att, uint32_t entries);

/* In the owner, unmap all its rings; in a child, only forget them. */
void ttmemstat_ring_close(struct ttmemstat_attachment *att);

/* In the owner: unmap the rings of all attachments, before the descriptor is closed. */
void ttmemstat_ring_close_all(struct ttmemstat_ctx *ctx);

/* Publish one entry in a mapped ring; the public header lists the errors. */
int ttmemstat_ring_push(struct ttmemstat_ring *ring, const struct tt_memstat_entry *entry);

/* Have all published entries applied. Without a ring there is nothing to do. */
int ttmemstat_ring_flush(struct ttmemstat_attachment *att);

/* Owner only: whether there is a ring that the kernel has stopped. */
bool ttmemstat_ring_stopped(const struct ttmemstat_attachment *att);

static inline int ttmemstat_ring_error(const struct ttmemstat_ring *ring)
{
	return __atomic_load_n(&ring->shared->error, __ATOMIC_RELAXED);
}

/*
 * Advance tail by one. Read tail before credit: an older credit with a newer tail could show room
 * that does not exist.
 */
static inline bool ttmemstat_ring_claim(struct ttmemstat_ring *ring, uint32_t *position)
{
	struct tt_memstat_ring *shared = ring->shared;
	uint32_t tail = __atomic_load_n(&shared->tail, __ATOMIC_ACQUIRE);
	uint32_t credit;

	do {
		credit = __atomic_load_n(&shared->credit, __ATOMIC_ACQUIRE);
		if ((int32_t)(credit - tail) <= 0)
			return false;
	} while (!__atomic_compare_exchange_n(&shared->tail, &tail, tail + 1, true,
					      __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE));
	*position = tail;
	return true;
}

/* seq marks the slot as complete, so store it last and once. */
static inline void ttmemstat_ring_publish(struct ttmemstat_ring *ring, uint32_t position,
					  const struct tt_memstat_entry *entry)
{
	struct tt_memstat_entry *slot = &ring->slot[position & ring->mask];

	slot->op = entry->op;
	slot->flags = entry->flags;
	slot->id = entry->id;
	slot->addr = entry->addr;
	slot->size = entry->size;
	slot->set = entry->set;
	slot->pool = entry->pool;
	slot->program = entry->program;
	slot->reserved[0] = 0;
	slot->reserved[1] = 0;
	__atomic_store_n(&slot->seq, position + 1, __ATOMIC_RELEASE);
}

/*
 * Publish one entry on the fast path; otherwise ttmemstat_ring_push() handles it. Keep this at a
 * few dozen instructions without a call: it is the cost of reporting.
 */
static inline bool ttmemstat_ring_try_push(struct ttmemstat_ring *ring,
					   const struct tt_memstat_entry *entry)
{
	uint32_t position;

	if (!*ring->mark || ttmemstat_ring_error(ring) || !ttmemstat_ring_claim(ring, &position))
		return false;
	ttmemstat_ring_publish(ring, position, entry);
	return true;
}

#endif /* TTMEMSTAT_RING_H */
