/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pages that a ring shares with its owner.
 */
#ifndef TTMEM_RING_PAGES_H
#define TTMEM_RING_PAGES_H

#include <linux/kref.h>
#include <linux/mm.h>

struct ttmem_user;

/**
 * struct ttmem_ring_pages - pages of a ring
 * @ref: of the ring, and of each mapping
 * @user: whom they are charged to; holds a reference
 * @page: the pages
 * @nr: how many
 * @address: where the kernel has them
 */
struct ttmem_ring_pages {
	struct kref ref;
	struct ttmem_user *user;
	struct page **page;
	unsigned int nr;
	void *address;
};

struct ttmem_ring_pages *ttmem_ring_pages_alloc(struct ttmem_user *user, unsigned int nr);
void ttmem_ring_pages_put(struct ttmem_ring_pages *pages);
int ttmem_ring_pages_map(struct ttmem_ring_pages *pages, struct vm_area_struct *vma);

#endif /* TTMEM_RING_PAGES_H */
