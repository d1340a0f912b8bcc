// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages that a ring shares with its owner. A mapping may outlive the ring: it holds a reference,
 * so that the pages stay charged to the user as long as they exist.
 */
#include <linux/vmalloc.h>
#include "compat.h"
#include "ring.h"

static void ttmem_ring_pages_free(struct kref *ref)
{
	struct ttmem_ring_pages *pages = container_of(ref, struct ttmem_ring_pages, ref);
	unsigned int i;

	vunmap(pages->address);
	for (i = 0; pages->page && i < pages->nr && pages->page[i]; i++)
		put_page(pages->page[i]);
	kvfree(pages->page);
	ttmem_user_uncharge(pages->user, (u64)pages->nr << PAGE_SHIFT);
	ttmem_user_put(pages->user);
	kfree(pages);
}

void ttmem_ring_pages_put(struct ttmem_ring_pages *pages)
{
	kref_put(&pages->ref, ttmem_ring_pages_free);
}

static int ttmem_ring_pages_fill(struct ttmem_ring_pages *pages)
{
	unsigned int i;

	pages->page = kvcalloc(pages->nr, sizeof(*pages->page), GFP_KERNEL_ACCOUNT);
	for (i = 0; pages->page && i < pages->nr; i++) {
		pages->page[i] = alloc_page(TTMEM_GFP_MAPPED | __GFP_ZERO);
		if (!pages->page[i])
			return -ENOMEM;
	}
	if (pages->page)
		pages->address = vmap(pages->page, pages->nr, VM_MAP, PAGE_KERNEL);
	return pages->address ? 0 : -ENOMEM;
}

/**
 * ttmem_ring_pages_alloc - allocate zeroed pages, in the owner's context
 * @user: charged for them as long as they exist
 * @nr: how many
 *
 * Return: the pages, with a reference; -ENOSPC: over the user's limit; -ENOMEM.
 */
struct ttmem_ring_pages *ttmem_ring_pages_alloc(struct ttmem_user *user, unsigned int nr)
{
	struct ttmem_ring_pages *pages = kzalloc(sizeof(*pages), GFP_KERNEL_ACCOUNT);
	int err;

	if (!pages)
		return ERR_PTR(-ENOMEM);
	err = ttmem_user_charge(user, (u64)nr << PAGE_SHIFT);
	if (err) {
		kfree(pages);
		return ERR_PTR(err);
	}
	kref_init(&pages->ref);
	pages->user = ttmem_user_hold(user);
	pages->nr = nr;
	err = ttmem_ring_pages_fill(pages);
	if (!err)
		return pages;
	ttmem_ring_pages_put(pages);
	return ERR_PTR(err);
}

static void ttmem_ring_pages_vm_open(struct vm_area_struct *vma)
{
	struct ttmem_ring_pages *pages = vma->vm_private_data;

	kref_get(&pages->ref);
}

static void ttmem_ring_pages_vm_close(struct vm_area_struct *vma)
{
	ttmem_ring_pages_put(vma->vm_private_data);
}

static const struct vm_operations_struct ttmem_ring_pages_vm_ops = {
	.open = ttmem_ring_pages_vm_open,
	.close = ttmem_ring_pages_vm_close,
};

/* All of them, from the start. A mapping that fails is not closed. */
int ttmem_ring_pages_map(struct ttmem_ring_pages *pages, struct vm_area_struct *vma)
{
	int err;

	if (vma_pages(vma) != pages->nr)
		return -EINVAL;
	err = vm_map_pages_zero(vma, pages->page, pages->nr);
	if (err)
		return err;
	kref_get(&pages->ref);
	vma->vm_private_data = pages;
	vma->vm_ops = &ttmem_ring_pages_vm_ops;
	return 0;
}
