/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* An array that grows, for small indexes that come in order. */
#ifndef TTMEM_SHIM_XARRAY_H
#define TTMEM_SHIM_XARRAY_H

#include <linux/kernel.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define XA_FLAGS_ACCOUNT	0

struct xarray {
	void **slots;
	unsigned long count;
};

static inline void xa_init_flags(struct xarray *array, unsigned int flags)
{
	(void)flags;
	*array = (struct xarray) { NULL, 0 };
}

static inline void *xa_load(const struct xarray *array, unsigned long index)
{
	return index < array->count ? array->slots[index] : NULL;
}

/* As a pointer, which xa_err() takes: NULL, or no memory. */
static inline void *xa_store(struct xarray *array, unsigned long index, void *entry, gfp_t flags)
{
	(void)flags;
	if (index >= array->count) {
		unsigned long count = index < 8 ? 16 : index * 2;
		void **slots = realloc(array->slots, count * sizeof(*slots));

		if (!slots)
			return (void *)(intptr_t)-ENOMEM;
		memset(slots + array->count, 0, (count - array->count) * sizeof(*slots));
		array->slots = slots;
		array->count = count;
	}
	array->slots[index] = entry;
	return NULL;
}

static inline int xa_err(const void *entry)
{
	return (int)(intptr_t)entry;
}

static inline void xa_destroy(struct xarray *array)
{
	free(array->slots);
	*array = (struct xarray) { NULL, 0 };
}

#define xa_for_each(array, index, entry) \
	for (index = 0; index < (array)->count; index++) \
		if ((entry = (array)->slots[index]))

#endif
