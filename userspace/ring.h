/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The producer's side of the ring: claim a slot, fill it, publish it.
 *
 * Knows positions and slots. Does not know what an entry says, nor what becomes of it.
 *
 * Any number of threads may be here at once. Nothing is locked or allocated, and the kernel is
 * called only for credit. What stands in the shared page is believed only as far as it cannot
 * hurt: indices are masked, and a wrong credit is the kernel's to notice.
 */
#ifndef TTMEMSTAT_RING_H
#define TTMEMSTAT_RING_H

#include "internal.h"

/* Make and map the attachment's ring, in place of a former one. */
int ttmemstat_ring_open(struct ttmemstat_attachment *att, uint32_t entries);

/* Unmap all that it had, in the owner; forget, in a child. */
void ttmemstat_ring_close(struct ttmemstat_attachment *att);

/* Unmap the rings of all attachments, before the context's descriptor closes. In the owner. */
void ttmemstat_ring_close_all(struct ttmemstat_ctx *ctx);

/* Publish one entry in a ring that is mapped; the errors are in the public header. */
int ttmemstat_ring_push(struct ttmemstat_ring *ring, const struct tt_memstat_entry *entry);

/* What was published before is taken; nothing to do without a ring. */
int ttmemstat_ring_flush(struct ttmemstat_attachment *att);

/* Whether there is a ring that the kernel takes nothing from any more. The owner only. */
bool ttmemstat_ring_stopped(const struct ttmemstat_attachment *att);

static inline int ttmemstat_ring_error(const struct ttmemstat_ring *ring)
{
	return __atomic_load_n(&ring->shared->error, __ATOMIC_RELAXED);
}

/*
 * Move tail on by one. Tail is read before credit: an older credit with a newer tail could look
 * like room that there is not.
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

/* seq says that the slot is whole, so it is the last thing written and written once. */
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
 * Publish one entry, if nothing stands in the way; else ttmemstat_ring_push() says what. A few
 * dozen instructions and no call: keep it so, this is what reporting costs.
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
