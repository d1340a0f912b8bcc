/* SPDX-License-Identifier: GPL-2.0-only */
/* A submission ring, for the files that make, fill and drain it. */
#ifndef TTMEM_RING_H
#define TTMEM_RING_H

#include <linux/mm.h>
#include "private.h"

/**
 * struct ttmem_ring - a ring
 * @ref: of the attachment, of each mapping, which may outlive it, and of each user
 * @a: the attachment; the ring holds a reference to it
 * @entries: slots, a power of two
 * @bytes: of the pages, charged to the client's user
 * @shared: the first page, shared with the owner as the others, which have the slots
 * @slot: the slots
 * @lock: the ring mutex; guards what follows, outside the chip lock
 * @head: entries taken; also changes under the chip lock
 * @error: why the ring was stopped, 0 = it runs
 * @prealloc_error: of the last attempt to preallocate
 * @entry_error: of the last entry that was refused
 * @entry_position: its position
 * @refused: entries refused
 * @prealloc: nodes for the entries to come
 * @credit: position that producers may not pass; never decreases
 */
struct ttmem_ring {
	struct kref ref;
	struct ttmem_attachment *a;
	u32 entries;
	size_t bytes;
	struct tt_memstat_ring *shared;
	struct tt_memstat_entry *slot;

	struct mutex lock;		/* the ring mutex */
	u32 head;
	int error;
	int prealloc_error;
	int entry_error;
	u32 entry_position;
	u64 refused;
	struct ttmem_prealloc prealloc;
	u32 credit;
};

/* ring.c */
struct ttmem_ring *ttmem_ring_alloc(struct ttmem_attachment *a, u32 entries);
struct ttmem_ring *ttmem_ring_get(struct ttmem_attachment *a);
void ttmem_ring_put(struct ttmem_ring *ring);
void ttmem_ring_stop(struct ttmem_ring *ring, int error);

/* ring_credit.c */
void ttmem_ring_publish(struct ttmem_ring *ring);
void ttmem_ring_trim(struct ttmem_ring *ring);
int ttmem_ring_fill(struct ttmem_ring *ring);

/* ring_drain.c */
int ttmem_ring_run(struct ttmem_ring *ring);

#endif /* TTMEM_RING_H */
