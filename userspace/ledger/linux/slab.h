/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Memory from the heap, without accounting. */
#ifndef TTMEM_SHIM_SLAB_H
#define TTMEM_SHIM_SLAB_H

#include <linux/kernel.h>
#include <stdlib.h>

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define SLAB_ACCOUNT		0

static inline void *kzalloc(size_t size, gfp_t flags)
{
	(void)flags;
	return calloc(1, size);
}

static inline void *kmalloc(size_t size, gfp_t flags)
{
	(void)flags;
	return malloc(size);
}

static inline void kfree(const void *memory)
{
	free((void *)memory);
}

struct kmem_cache {
	unsigned int size;
};

static inline struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
						   unsigned int align, unsigned int flags,
						   void (*make)(void *))
{
	struct kmem_cache *cache = malloc(sizeof(*cache));

	(void)name;
	(void)align;
	(void)flags;
	(void)make;
	if (cache)
		cache->size = size;
	return cache;
}

static inline void kmem_cache_destroy(struct kmem_cache *cache)
{
	free(cache);
}

static inline unsigned int kmem_cache_size(const struct kmem_cache *cache)
{
	return cache->size;
}

static inline void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	(void)flags;
	return malloc(cache->size);
}

static inline void kmem_cache_free(struct kmem_cache *cache, void *memory)
{
	(void)cache;
	free(memory);
}

#endif
