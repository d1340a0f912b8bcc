/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The submission ring of an attachment: events at the cost of a store.
 */
#ifndef TTMEM_RING_H
#define TTMEM_RING_H

#include <linux/fs.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#define TTMEM_RING_MIN	64
#define TTMEM_RING_MAX	1024

struct ttmem_attachment;
struct ttmem_chip;
struct ttmem_client;
struct ttmem_ring;

int ttmem_ring_mmap(struct file *file, struct vm_area_struct *vma);

/* Entries that are published and not yet in the books, about. Takes leaf locks only. */
u64 ttmem_ring_pending(struct ttmem_attachment *a);

/* A reader's: have the rings drained, and wait for it for a bounded time. */
void ttmem_rings_sync(struct ttmem_chip *chip);

/* The periodic drain, without waiting. */
void ttmem_rings_kick(struct ttmem_chip *chip);

/* The drain of a chip's rings, as a work. */
void ttmem_rings_work(struct work_struct *work);

/* The owner's: what was published before the call is in the books; -EINTR: a fatal signal. */
int ttmem_ring_drain(struct ttmem_attachment *a);

/* The attachment ends: one more step, and what is left is lost and counted. */
void ttmem_ring_finish(struct ttmem_attachment *a);

/* Between the two nothing is drained. Outside the chip lock. */
struct ttmem_ring *ttmem_ring_pause(struct ttmem_attachment *a);
void ttmem_ring_resume(struct ttmem_ring *ring);

/* No more ring; what is unread is discarded. */
void ttmem_ring_remove(struct ttmem_attachment *a);

#endif /* TTMEM_RING_H */
