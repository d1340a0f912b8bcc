/* SPDX-License-Identifier: GPL-2.0-only */
/* Arrays that grow. */
#ifndef TT_MEMSTAT_ARRAY_H
#define TT_MEMSTAT_ARRAY_H

#include <errno.h>
#include <stdlib.h>

/* Make room for one more item of @size bytes after @count. -ENOMEM leaves the array as it was. */
static inline int array_reserve(void **items, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *grown;

	if (count < *room)
		return 0;
	grown = realloc(*items, more * size);
	if (!grown)
		return -ENOMEM;
	*items = grown;
	*room = more;
	return 0;
}

#endif
