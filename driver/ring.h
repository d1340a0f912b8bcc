/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The submission ring of an attachment: events at the cost of a store.
 */
#ifndef TTMEM_RING_H
#define TTMEM_RING_H

#include <linux/fs.h>
#include <linux/types.h>

#define TTMEM_RING_MIN	64
#define TTMEM_RING_MAX	1024

struct ttmem_attachment;
struct ttmem_chip;
struct ttmem_client;
struct ttmem_ring;

int ttmem_ring_mmap(struct file *file, struct vm_area_struct *vma);

/* Everything that was published before the call is in the books; killable. */
int ttmem_rings_drain(struct ttmem_chip *chip);
int ttmem_ring_drain(struct ttmem_attachment *a);

/* The owner closes in order: what is published is taken, what is stuck is lost. */
void ttmem_ring_finish(struct ttmem_attachment *a);

/* Between the two nothing is drained. Outside the chip lock. */
struct ttmem_ring *ttmem_ring_pause(struct ttmem_attachment *a);
void ttmem_ring_resume(struct ttmem_ring *ring);

/* No more ring; what is unread is discarded. */
void ttmem_ring_remove(struct ttmem_attachment *a);

/* Under the chip lock: drain the rings that moved, without waiting. Tells whether there are any. */
bool ttmem_rings_kick(struct ttmem_chip *chip);

/* Under the chip lock, when its geometry has changed: what was set aside may not fit any more. */
void ttmem_rings_withdraw(struct ttmem_chip *chip);

int ttmem_rings_init(void);
void ttmem_rings_exit(void);

#endif /* TTMEM_RING_H */
