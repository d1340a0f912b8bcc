/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pages that a ring shares with its owner.
 */
#ifndef TTM_RING_PAGES_H
#define TTM_RING_PAGES_H

#include <linux/kref.h>
#include <linux/mm.h>

struct ttm_user;

/**
 * struct ttm_ring_pages - pages of a ring
 * @ref: of the ring, and of each mapping
 * @user: whom they are charged to; holds a reference
 * @page: the pages
 * @nr: how many
 * @address: where the kernel has them
 */
struct ttm_ring_pages {
	struct kref ref;
	struct ttm_user *user;
	struct page **page;
	unsigned int nr;
	void *address;
};

struct ttm_ring_pages *ttm_ring_pages_alloc(kuid_t uid, unsigned int nr);
void ttm_ring_pages_put(struct ttm_ring_pages *pages);
int ttm_ring_pages_map(struct ttm_ring_pages *pages, struct vm_area_struct *vma);

#endif /* TTM_RING_PAGES_H */
