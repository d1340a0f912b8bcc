/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a ring is made of, for the files that make it, fill it and drain it; all others see
 * ring.h.
 */
#ifndef TTMEM_RING_INTERNAL_H
#define TTMEM_RING_INTERNAL_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include "attachment.h"
#include "ring.h"
#include "ring_pages.h"

/**
 * struct ttmem_ring - a ring
 * @ref: of the attachment, and of each who uses it
 * @a: whose; holds a reference, given back with the last one of the ring
 * @entries: slots, a power of two
 * @pages: what is mapped: struct tt_memstat_ring at the start of the first, slots from the second
 * @shared: the first page, mapped here
 * @slot: the slots
 * @lock: the ring mutex; guards what follows, outside the chip lock
 * @head: entries taken; changes under the chip lock too
 * @error: why the ring was stopped, 0 = it runs
 * @paused: nothing is taken for now
 * @prealloc_error: why the last attempt to preallocate failed
 * @entry_error: of the last entry that was refused
 * @entry_position: where that stood
 * @refused: entries refused
 * @prealloc: nodes for the entries to come
 * @credit: position that producers may not pass; never goes back
 */
struct ttmem_ring {
	struct kref ref;
	struct ttmem_attachment *a;
	u32 entries;
	struct ttmem_ring_pages *pages;
	struct tt_memstat_ring *shared;
	struct tt_memstat_entry *slot;

	struct mutex lock;		/* the ring mutex */
	u32 head;
	int error;
	bool paused;
	int prealloc_error;
	int entry_error;
	u32 entry_position;
	u64 refused;
	struct ttmem_prealloc prealloc;
	u32 credit;
};

/* With a reference; NULL: none. Takes a leaf lock only. */
struct ttmem_ring *ttmem_ring_get(struct ttmem_attachment *a);
void ttmem_ring_put(struct ttmem_ring *ring);

/* Tell producers what was taken, what they may claim. Under the ring mutex. */
void ttmem_ring_publish(struct ttmem_ring *ring);

/* What events freed beyond what the ring can need goes. Under the ring mutex. */
void ttmem_ring_trim(struct ttmem_ring *ring);

/* Fill the prealloc, in the owner's context and at its expense, and publish what that allows. */
int ttmem_ring_fill(struct ttmem_ring *ring);

/* Apply what is published, as far as tail is now. 0, or -EINTR: a fatal signal. */
int ttmem_ring_run(struct ttmem_ring *ring);

#endif /* TTMEM_RING_INTERNAL_H */
