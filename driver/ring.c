// SPDX-License-Identifier: GPL-2.0-only
/*
 * The submission ring of an attachment: the owner's threads write entries into shared pages, the
 * kernel takes them from there.
 *
 * Knows how a ring is made, mapped and replaced, and the calls about it. Does not know how entries
 * are funded (ring_credit.c) and taken (ring_drain.c), nor what they mean.
 */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "attachment.h"
#include "chip.h"
#include "client.h"
#include "compat.h"
#include "ioctl.h"
#include "notify.h"
#include "ring_internal.h"

/* A ring is mapped at its attachment's handle, in steps that hold the largest. */
#define TTM_RING_STRIDE_SHIFT	24

static void ttm_ring_free(struct kref *ref)
{
	struct ttm_ring *ring = container_of(ref, struct ttm_ring, ref);

	ttm_fund_empty(&ring->fund);
	ttm_ring_pages_put(ring->pages);
	mutex_destroy(&ring->lock);
	ttm_attachment_put(ring->a);
	kfree(ring);
}

void ttm_ring_put(struct ttm_ring *ring)
{
	kref_put(&ring->ref, ttm_ring_free);
}

struct ttm_ring *ttm_ring_get(struct ttm_attachment *a)
{
	struct ttm_ring *ring;

	spin_lock(&a->ring_lock);
	ring = a->ring;
	if (ring)
		kref_get(&ring->ref);
	spin_unlock(&a->ring_lock);
	return ring;
}

/* Put @ring in place of what was there. */
static void ttm_ring_replace(struct ttm_attachment *a, struct ttm_ring *ring)
{
	struct ttm_chip *chip = a->chip;
	struct ttm_ring *old;

	mutex_lock(&chip->lock);
	/* The chip may have become another one since this ring was funded. */
	if (ring && ring->fund.arch != a->books.arch)
		ttm_ring_set_credit(ring, 0);
	spin_lock(&a->ring_lock);
	old = a->ring;
	WRITE_ONCE(a->ring, ring);
	spin_unlock(&a->ring_lock);
	WRITE_ONCE(chip->rings, chip->rings + !!ring - !!old);
	if (ring)
		ttm_notify_arm(chip);
	mutex_unlock(&chip->lock);
	if (old)
		ttm_ring_put(old);
}

void ttm_ring_remove(struct ttm_attachment *a)
{
	ttm_ring_replace(a, NULL);
}

static struct ttm_ring *ttm_ring_alloc(struct ttm_attachment *a, u32 entries)
{
	size_t bytes = entries * sizeof(struct tt_memstat_entry);
	struct ttm_ring_pages *pages;
	struct ttm_ring *ring;

	pages = ttm_ring_pages_alloc(a->client->uid, 1 + DIV_ROUND_UP(bytes, PAGE_SIZE));
	if (IS_ERR(pages))
		return ERR_CAST(pages);
	ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring) {
		ttm_ring_pages_put(pages);
		return ERR_PTR(-ENOMEM);
	}
	kref_init(&ring->ref);
	kobject_get(&a->kobj);
	ring->a = a;
	ring->entries = entries;
	ring->pages = pages;
	ring->shared = pages->address;
	ring->slot = pages->address + PAGE_SIZE;
	INIT_WORK(&ring->drain, ttm_ring_work);
	init_waitqueue_head(&ring->done);
	mutex_init(&ring->lock);
	return ring;
}

static int ttm_ring_setup(struct ttm_attachment *a, u32 entries)
{
	struct ttm_ring *old = ttm_ring_get(a), *ring;
	bool running = old && !READ_ONCE(old->error);
	int err;

	if (old)
		ttm_ring_put(old);
	if (running)
		return -EEXIST;
	ring = ttm_ring_alloc(a, entries);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	err = ttm_ring_fill(ring);
	if (err) {
		ttm_ring_put(ring);
		return err;
	}
	ttm_ring_replace(a, ring);
	/* An attachment that was ended meanwhile has been asked to give up its ring already. */
	mutex_lock(&a->chip->lock);
	err = ttm_attachment_error(a);
	mutex_unlock(&a->chip->lock);
	if (err)
		ttm_ring_remove(a);
	return err;
}

int ttm_ioctl_ring_setup(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_setup *arg = data;
	struct ttm_attachment *a;
	int err;

	if (arg->entries < TTM_RING_MIN || arg->entries > TTM_RING_MAX ||
	    !is_power_of_2(arg->entries))
		return -EINVAL;
	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	mutex_lock(&a->ring_setup);
	err = ttm_ring_setup(a, arg->entries);
	mutex_unlock(&a->ring_setup);
	ttm_attachment_put(a);
	arg->offset = (u64)arg->attachment << TTM_RING_STRIDE_SHIFT;
	arg->size = PAGE_ALIGN(arg->entries * sizeof(struct tt_memstat_entry)) + PAGE_SIZE;
	arg->entries_offset = PAGE_SIZE;
	return err;
}

/* A ring that nobody was told of is taken back. */
void ttm_ioctl_ring_setup_undo(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_setup *arg = data;
	struct ttm_attachment *a = ttm_attachment_get(client, arg->attachment);

	if (!a)
		return;
	ttm_ring_remove(a);
	ttm_attachment_put(a);
}

int ttm_ioctl_ring_doorbell(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_doorbell *arg = data;
	struct ttm_attachment *a = ttm_attachment_get(client, arg->attachment);
	struct ttm_ring *ring;
	int err;

	if (!a)
		return -ENOENT;
	ring = ttm_ring_get(a);
	ttm_attachment_put(a);
	if (!ring)
		return -ENOENT;
	ttm_ring_run(ring);
	/* Without memory there is credit all the same, only not for what needs some. */
	ttm_ring_fill(ring);
	mutex_lock(&ring->lock);
	arg->credit = READ_ONCE(ring->credit);
	err = ring->error;
	mutex_unlock(&ring->lock);
	ttm_ring_put(ring);
	return err;
}

int ttm_ioctl_ring_status(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_status *arg = data;
	struct ttm_attachment *a = ttm_attachment_get(client, arg->attachment);
	struct ttm_ring *ring;

	if (!a)
		return -ENOENT;
	ring = ttm_ring_get(a);
	ttm_attachment_put(a);
	if (!ring)
		return -ENOENT;
	mutex_lock(&ring->lock);
	arg->head = ring->head;
	arg->tail = READ_ONCE(ring->shared->tail);
	arg->credit = READ_ONCE(ring->credit);
	arg->error = ring->error;
	arg->entry_error = ring->entry_error;
	arg->entry_position = ring->entry_position;
	arg->refused = ring->refused;
	mutex_unlock(&ring->lock);
	ttm_ring_put(ring);
	return 0;
}

/*
 * Shared and writable, or it is of no use; not for execution, and not for children. Runs under
 * the lock of the address space, so only leaf locks are taken.
 */
int ttm_ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	const unsigned int shift = TTM_RING_STRIDE_SHIFT - PAGE_SHIFT;
	struct ttm_client *client = file->private_data;
	struct ttm_attachment *a;
	struct ttm_ring *ring;
	int err;

	if (task_tgid(current) != client->owner)
		return ttm_client_owner_is_dead(client) ? -EOWNERDEAD : -EPERM;
	if (vma->vm_pgoff & (BIT(shift) - 1) || vma->vm_pgoff >> shift > U32_MAX ||
	    (vma->vm_flags & (VM_SHARED | VM_WRITE | VM_EXEC)) != (VM_SHARED | VM_WRITE))
		return -EINVAL;
	a = ttm_attachment_get(client, (u32)(vma->vm_pgoff >> shift));
	if (!a)
		return -ENOENT;
	ring = ttm_ring_get(a);
	ttm_attachment_put(a);
	if (!ring)
		return -ENOENT;
	ttm_vm_flags_mod(vma, VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	err = ttm_ring_pages_map(ring->pages, vma);
	ttm_ring_put(ring);
	return err;
}
