// SPDX-License-Identifier: GPL-2.0-only
/* The calls of a ring, and its mapping, which holds a reference. */
#include <linux/log2.h>
#include "compat.h"
#include "private.h"

/* A ring is mapped at its attachment's handle, in steps that hold the largest. */
#define TTMEM_RING_STRIDE_SHIFT	24

/* With a reference, or an error. */
static struct ttmem_ring *ttmem_ring_find(struct ttmem_client *client, u32 attachment)
{
	struct ttmem_attachment *a = ttmem_attachment_get(client, attachment);
	struct ttmem_ring *ring;

	if (IS_ERR(a))
		return ERR_CAST(a);
	ring = ttmem_ring_get(a);
	ttmem_attachment_put(a);
	return ring ?: ERR_PTR(-ENOENT);
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
		ttmem_ring_replace(a, NULL);
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
	err = mutex_lock_killable(&a->ring_setup);
	if (!err) {
		err = ttmem_ring_setup(a, arg->entries);
		mutex_unlock(&a->ring_setup);
	}
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
	ttmem_ring_replace(a, NULL);
	ttmem_attachment_put(a);
}

int ttmem_ioctl_ring_doorbell(struct ttmem_client *client, void *data)
{
	struct tt_memstat_ring_doorbell *arg = data;
	struct ttmem_ring *ring = ttmem_ring_find(client, arg->attachment);
	int err;

	if (IS_ERR(ring))
		return PTR_ERR(ring);
	err = ttmem_ring_drain(ring);
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
	struct ttmem_ring *ring = ttmem_ring_find(client, arg->attachment);

	if (IS_ERR(ring))
		return PTR_ERR(ring);
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

static int ttmem_ring_map(struct ttmem_ring *ring, struct vm_area_struct *vma)
{
	unsigned long at;
	int err = 0;

	if (vma->vm_end - vma->vm_start != ring->bytes)
		return -EINVAL;
	for (at = 0; !err && at < ring->bytes; at += PAGE_SIZE)
		err = vm_insert_page(vma, vma->vm_start + at,
				     vmalloc_to_page((void *)ring->shared + at));
	return err;
}

/*
 * Map all of a ring: shared and writable, not for execution, and not for children. Runs under the
 * lock of the address space, so take leaf locks only.
 */
int ttmem_ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	const unsigned int shift = TTMEM_RING_STRIDE_SHIFT - PAGE_SHIFT;
	struct ttmem_client *client = file->private_data;
	struct ttmem_ring *ring;
	int err;

	err = ttmem_client_check_caller(client);
	if (err)
		return err;
	if (vma->vm_pgoff & (BIT(shift) - 1) || vma->vm_pgoff >> shift > U32_MAX ||
	    (vma->vm_flags & (VM_SHARED | VM_WRITE | VM_EXEC)) != (VM_SHARED | VM_WRITE))
		return -EINVAL;
	ring = ttmem_ring_find(client, (u32)(vma->vm_pgoff >> shift));
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	ttmem_vm_flags_mod(vma, VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	err = ttmem_ring_map(ring, vma);
	/* A mapping that fails is not closed. */
	if (err) {
		ttmem_ring_put(ring);
		return err;
	}
	vma->vm_private_data = ring;
	vma->vm_ops = &ttmem_ring_vm_ops;
	return 0;
}
