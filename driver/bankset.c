// SPDX-License-Identifier: GPL-2.0-only
/* BANK_SET: check rectangles of cores, or a mask of DRAM banks, and make a set of them. */
#include "private.h"

static int ttmem_bank_set_check(const struct tt_memstat_bank_set *arg)
{
	switch (arg->space) {
	case TT_MEMSTAT_SPACE_L1:
		return arg->mask || !arg->count || arg->count > TTMEM_MAX_RECTS ? -EINVAL : 0;
	case TT_MEMSTAT_SPACE_DRAM:
		return !arg->mask || arg->rects || arg->count ? -EINVAL : 0;
	}
	return -EINVAL;
}

static int ttmem_bank_set_rects(const struct tt_memstat_geometry *g, u32 columns,
				const struct tt_memstat_rect *rects, u32 count, unsigned long *map)
{
	u32 i, y;

	for (i = 0; i < count; i++) {
		const struct tt_memstat_rect *r = &rects[i];

		if (r->x1 < r->x0 || r->y1 < r->y0)
			return -EINVAL;
		if (r->x1 >= g->grid_x || r->y1 >= g->grid_y)
			return -ERANGE;
		for (y = r->y0; y <= r->y1; y++)
			bitmap_set(map, y * columns + r->x0, r->x1 - r->x0 + 1);
	}
	return 0;
}

static int ttmem_bank_set_define(struct ttmem_attachment *a, struct tt_memstat_bank_set *arg,
				 const struct tt_memstat_rect *rects)
{
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);
	struct tt_memstat_geometry g;
	int err;

	/* Events are checked against this; a side that the attachment knows does not change. */
	spin_lock(&a->chip->lock);
	err = ttmem_attachment_error(a);
	g = a->books.geometry;
	spin_unlock(&a->chip->lock);
	if (!err && !(ttmem_geometry_sides(&g) & BIT(arg->space)))
		err = -ENODATA;
	if (err)
		return err;
	bitmap_zero(map, TTMEM_MAX_CORES);
	if (arg->space == TT_MEMSTAT_SPACE_L1)
		err = ttmem_bank_set_rects(&g, a->chip->ledger.columns, rects, arg->count, map);
	else if (arg->mask >> g.dram_banks)
		err = -ERANGE;
	else
		bitmap_from_u64(map, arg->mask);
	if (err)
		return err;
	/* Allocating under this lock is safe: neither reclaim nor the owner's exit takes it. */
	err = mutex_lock_killable(&a->lock);
	if (err)
		return err;
	err = ttmem_set_add(&a->books, arg->space, map, &arg->set);
	mutex_unlock(&a->lock);
	return err;
}

int ttmem_ioctl_bank_set(struct ttmem_client *client, void *data)
{
	struct tt_memstat_bank_set *arg = data;
	struct tt_memstat_rect *rects = NULL;
	struct ttmem_attachment *a;
	int err;

	err = ttmem_bank_set_check(arg);
	if (err)
		return err;
	a = ttmem_attachment_get(client, arg->attachment);
	if (IS_ERR(a))
		return PTR_ERR(a);
	if (arg->count) {
		rects = memdup_user(u64_to_user_ptr(arg->rects), arg->count * sizeof(*rects));
		if (IS_ERR(rects)) {
			ttmem_attachment_put(a);
			return PTR_ERR(rects);
		}
	}
	err = ttmem_bank_set_define(a, arg, rects);
	kfree(rects);
	ttmem_attachment_put(a);
	return err;
}
