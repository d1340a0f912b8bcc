// SPDX-License-Identifier: GPL-2.0-only
/*
 * The submission ring of an attachment: the owner's threads write entries into shared pages, the
 * kernel reads them from there. This file makes, maps and replaces it and has the calls;
 * ring_credit.c sets memory aside for entries, ring_drain.c applies them.
 *
 * A mapping holds a reference, so that the pages stay charged to the user as long as they exist. A
 * ring that the attachment has lost keeps nothing but its pages.
 */
#include <linux/log2.h>
#include <linux/vmalloc.h>
#include "compat.h"
#include "ring.h"

/* A ring is mapped at its attachment's handle, in steps that hold the largest. */
#define TTMEM_RING_STRIDE_SHIFT	24

static void ttmem_ring_free(struct kref *ref)
{
	struct ttmem_ring *ring = container_of(ref, struct ttmem_ring, ref);
	unsigned int i;

	ttmem_prealloc_free(&ring->prealloc);
	vunmap(ring->shared);
	for (i = 0; ring->page && i < ring->nr_pages && ring->page[i]; i++)
		put_page(ring->page[i]);
	kvfree(ring->page);
	ttmem_user_uncharge(ring->a->client->user, (u64)ring->nr_pages << PAGE_SHIFT);
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

/* Replace the attachment's ring, if any, by @ring, which may be NULL. */
static void ttmem_ring_replace(struct ttmem_attachment *a, struct ttmem_ring *ring)
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
	if (old) {
		ttmem_ring_retire(old);
		ttmem_ring_put(old);
	}
}

/* Take the ring away; unread entries are discarded. */
void ttmem_ring_remove(struct ttmem_attachment *a)
{
	ttmem_ring_replace(a, NULL);
}

static int ttmem_ring_alloc_pages(struct ttmem_ring *ring)
{
	unsigned int i;

	ring->page = kvcalloc(ring->nr_pages, sizeof(*ring->page), GFP_KERNEL_ACCOUNT);
	for (i = 0; ring->page && i < ring->nr_pages; i++) {
		ring->page[i] = alloc_page(TTMEM_GFP_MAPPED | __GFP_ZERO);
		if (!ring->page[i])
			return -ENOMEM;
	}
	if (ring->page)
		ring->shared = vmap(ring->page, ring->nr_pages, VM_MAP, PAGE_KERNEL);
	if (!ring->shared)
		return -ENOMEM;
	ring->slot = (void *)ring->shared + PAGE_SIZE;
	return 0;
}

static struct ttmem_ring *ttmem_ring_alloc(struct ttmem_attachment *a, u32 entries)
{
	size_t bytes = entries * sizeof(struct tt_memstat_entry);
	struct ttmem_ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	int err;

	if (!ring)
		return ERR_PTR(-ENOMEM);
	ring->nr_pages = 1 + DIV_ROUND_UP(bytes, PAGE_SIZE);
	err = ttmem_user_charge(a->client->user, (u64)ring->nr_pages << PAGE_SHIFT);
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
	err = ttmem_ring_alloc_pages(ring);
	if (!err)
		return ring;
	ttmem_ring_put(ring);
	return ERR_PTR(err);
}

static int ttmem_ring_setup(struct ttmem_attachment *a, u32 entries)
{
	struct ttmem_ring *old = ttmem_ring_get(a), *ring;
	bool running = old && !READ_ONCE(old->error);
	int err;

	if (old)
		ttmem_ring_put(old);
	if (running)
		return -EEXIST;
	ring = ttmem_ring_alloc(a, entries);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	err = ttmem_ring_fill(ring);
	if (err) {
		ttmem_ring_put(ring);
		return err;
	}
	ttmem_ring_replace(a, ring);
	/* An attachment that was ended meanwhile has been asked to give up its ring already. */
	spin_lock(&a->chip->lock);
	err = ttmem_attachment_error(a);
	spin_unlock(&a->chip->lock);
	if (err)
		ttmem_ring_remove(a);
	return err;
}

int ttmem_ioctl_ring_setup(struct ttmem_client *client, void *data)
{
	struct tt_memstat_ring_setup *arg = data;
	struct ttmem_attachment *a;
	int err;

	if (arg->entries < TTMEM_RING_MIN || arg->entries > TTMEM_RING_MAX ||
	    !is_power_of_2(arg->entries))
		return -EINVAL;
	a = ttmem_attachment_get(client, arg->attachment);
	if (IS_ERR(a))
		return PTR_ERR(a);
	mutex_lock(&a->ring_setup);
	err = ttmem_ring_setup(a, arg->entries);
	mutex_unlock(&a->ring_setup);
	ttmem_attachment_put(a);
	arg->offset = (u64)arg->attachment << TTMEM_RING_STRIDE_SHIFT;
	arg->size = PAGE_ALIGN(arg->entries * sizeof(struct tt_memstat_entry)) + PAGE_SIZE;
	arg->entries_offset = PAGE_SIZE;
	return err;
}

/* The answer could not be delivered: remove the ring. */
void ttmem_ioctl_ring_setup_undo(struct ttmem_client *client, void *data)
{
	struct tt_memstat_ring_setup *arg = data;
	struct ttmem_attachment *a = ttmem_attachment_get(client, arg->attachment);

	if (IS_ERR(a))
		return;
	ttmem_ring_remove(a);
	ttmem_attachment_put(a);
}

int ttmem_ioctl_ring_doorbell(struct ttmem_client *client, void *data)
{
	struct tt_memstat_ring_doorbell *arg = data;
	struct ttmem_attachment *a = ttmem_attachment_get(client, arg->attachment);
	struct ttmem_ring *ring;
	int err;

	if (IS_ERR(a))
		return PTR_ERR(a);
	ring = ttmem_ring_get(a);
	ttmem_attachment_put(a);
	if (!ring)
		return -ENOENT;
	err = ttmem_ring_run(ring);
	if (!err) {
		/* After a failed allocation entries that need no nodes may still be claimed. */
		ttmem_ring_fill(ring);
		mutex_lock(&ring->lock);
		arg->credit = READ_ONCE(ring->credit);
		err = ring->error;
		mutex_unlock(&ring->lock);
	}
	ttmem_ring_put(ring);
	return err;
}

int ttmem_ioctl_ring_status(struct ttmem_client *client, void *data)
{
	struct tt_memstat_ring_status *arg = data;
	struct ttmem_attachment *a = ttmem_attachment_get(client, arg->attachment);
	struct ttmem_ring *ring;

	if (IS_ERR(a))
		return PTR_ERR(a);
	ring = ttmem_ring_get(a);
	ttmem_attachment_put(a);
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
	ttmem_ring_put(ring);
	return 0;
}

static void ttmem_ring_vm_open(struct vm_area_struct *vma)
{
	struct ttmem_ring *ring = vma->vm_private_data;

	kref_get(&ring->ref);
}

static void ttmem_ring_vm_close(struct vm_area_struct *vma)
{
	ttmem_ring_put(vma->vm_private_data);
}

static const struct vm_operations_struct ttmem_ring_vm_ops = {
	.open = ttmem_ring_vm_open,
	.close = ttmem_ring_vm_close,
};

/*
 * Map all of a ring: shared and writable, not for execution, and not for children. Runs under the
 * lock of the address space, so take leaf locks only.
 */
int ttmem_ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	const unsigned int shift = TTMEM_RING_STRIDE_SHIFT - PAGE_SHIFT;
	struct ttmem_client *client = file->private_data;
	struct ttmem_attachment *a;
	struct ttmem_ring *ring;
	int err;

	if (task_tgid(current) != client->owner)
		return ttmem_client_owner_is_dead(client) ? -EOWNERDEAD : -EPERM;
	if (vma->vm_pgoff & (BIT(shift) - 1) || vma->vm_pgoff >> shift > U32_MAX ||
	    (vma->vm_flags & (VM_SHARED | VM_WRITE | VM_EXEC)) != (VM_SHARED | VM_WRITE))
		return -EINVAL;
	a = ttmem_attachment_get(client, (u32)(vma->vm_pgoff >> shift));
	if (IS_ERR(a))
		return PTR_ERR(a);
	ring = ttmem_ring_get(a);
	ttmem_attachment_put(a);
	if (!ring)
		return -ENOENT;
	ttmem_vm_flags_mod(vma, VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	err = vma_pages(vma) == ring->nr_pages ?
		vm_map_pages_zero(vma, ring->page, ring->nr_pages) : -EINVAL;
	/* A mapping that fails is not closed. */
	if (err) {
		ttmem_ring_put(ring);
		return err;
	}
	vma->vm_private_data = ring;
	vma->vm_ops = &ttmem_ring_vm_ops;
	return 0;
}
