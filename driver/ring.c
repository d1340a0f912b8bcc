// SPDX-License-Identifier: GPL-2.0-only
/*
 * The submission ring of an attachment: the owner's threads write entries into shared pages, the
 * kernel reads them from there. This file makes, replaces and stops it; ring_credit.c sets memory
 * aside for entries, ring_drain.c applies them, ring_calls.c has the calls.
 *
 * A mapping holds a reference, so that the pages stay charged to the user as long as they exist. A
 * ring that the attachment has lost keeps nothing but its pages.
 */
#include <linux/vmalloc.h>
#include "compat.h"
#include "private.h"

static void ttmem_ring_free(struct kref *ref)
{
	struct ttmem_ring *ring = container_of(ref, struct ttmem_ring, ref);

	ttmem_prealloc_free(&ring->prealloc);
	vfree(ring->shared);
	ttmem_user_uncharge(ring->a->client->user, ring->bytes);
	mutex_destroy(&ring->lock);
	ttmem_attachment_put(ring->a);
	kfree(ring);
}

void ttmem_ring_put(struct ttmem_ring *ring)
{
	kref_put(&ring->ref, ttmem_ring_free);
}

/* With a reference; NULL: none. Takes a leaf lock only. */
struct ttmem_ring *ttmem_ring_get(struct ttmem_attachment *a)
{
	struct ttmem_ring *ring;

	spin_lock(&a->ring_lock);
	ring = a->ring;
	if (ring)
		kref_get(&ring->ref);
	spin_unlock(&a->ring_lock);
	return ring;
}

/* Under the ring mutex. The first error stays. */
void ttmem_ring_stop(struct ttmem_ring *ring, int error)
{
	if (ring->error)
		return;
	WRITE_ONCE(ring->error, error);
	WRITE_ONCE(ring->shared->error, error);
}

/* Entries published and not yet in the books, bounded by the ring. Takes leaf locks only. */
u64 ttmem_ring_pending(struct ttmem_attachment *a)
{
	struct ttmem_ring *ring;
	u32 pending = 0;

	spin_lock(&a->ring_lock);
	ring = a->ring;
	if (ring && !READ_ONCE(ring->error))
		pending = min(READ_ONCE(ring->shared->tail) - READ_ONCE(ring->head), ring->entries);
	spin_unlock(&a->ring_lock);
	return pending;
}

/* Replace the attachment's ring, if any, by @ring, which may be NULL. The old one is stopped. */
void ttmem_ring_replace(struct ttmem_attachment *a, struct ttmem_ring *ring)
{
	struct ttmem_chip *chip = a->chip;
	struct ttmem_ring *old;

	spin_lock(&chip->lock);
	spin_lock(&a->ring_lock);
	old = a->ring;
	WRITE_ONCE(a->ring, ring);
	spin_unlock(&a->ring_lock);
	WRITE_ONCE(chip->rings, chip->rings + !!ring - !!old);
	if (ring)
		ttmem_notify_arm(chip);
	spin_unlock(&chip->lock);
	if (!old)
		return;
	mutex_lock(&old->lock);
	ttmem_ring_stop(old, -ENOENT);
	ttmem_ring_trim(old);
	mutex_unlock(&old->lock);
	ttmem_ring_put(old);
}

struct ttmem_ring *ttmem_ring_alloc(struct ttmem_attachment *a, u32 entries)
{
	struct ttmem_ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	int err;

	if (!ring)
		return ERR_PTR(-ENOMEM);
	ring->bytes = PAGE_SIZE + PAGE_ALIGN(entries * sizeof(struct tt_memstat_entry));
	err = ttmem_user_charge(a->client->user, ring->bytes);
	if (err) {
		kfree(ring);
		return ERR_PTR(err);
	}
	kref_init(&ring->ref);
	kobject_get(&a->kobj);
	ring->a = a;
	ring->entries = entries;
	mutex_init(&ring->lock);
	ring->prealloc.user = a->client->user;
	ring->prealloc.arch = a->chip->ledger.arch;
	ring->shared = __vmalloc(ring->bytes, TTMEM_GFP_MAPPED | __GFP_ZERO | __GFP_NOWARN);
	if (!ring->shared) {
		ttmem_ring_put(ring);
		return ERR_PTR(-ENOMEM);
	}
	ring->slot = (void *)ring->shared + PAGE_SIZE;
	return ring;
}
