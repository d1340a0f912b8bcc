/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The submission ring of an attachment: events at the cost of a store.
 */
#ifndef TTM_RING_H
#define TTM_RING_H

#include <linux/fs.h>
#include <linux/types.h>

#define TTM_RING_MIN	64
#define TTM_RING_MAX	4096

struct ttm_attachment;
struct ttm_chip;
struct ttm_client;
struct ttm_ring;

int ttm_ring_mmap(struct file *file, struct vm_area_struct *vma);

/* Everything that was published before the call is in the books; killable. */
int ttm_rings_drain(struct ttm_chip *chip);
int ttm_ring_drain(struct ttm_attachment *a);

/* The owner closes in order: what is published is taken, what is stuck is lost. */
void ttm_ring_finish(struct ttm_attachment *a);

/* Between the two nothing is drained. Outside the chip lock. */
struct ttm_ring *ttm_ring_pause(struct ttm_attachment *a);
void ttm_ring_resume(struct ttm_ring *ring);

/* No more ring; what is unread is discarded. */
void ttm_ring_remove(struct ttm_attachment *a);

/* Under the chip lock: drain the rings that moved, without waiting. Tells whether there are any. */
bool ttm_rings_kick(struct ttm_chip *chip);

/* Under the chip lock, when its geometry has changed: what was set aside may not fit any more. */
void ttm_rings_withdraw(struct ttm_chip *chip);

int ttm_rings_init(void);
void ttm_rings_exit(void);

#endif /* TTM_RING_H */
