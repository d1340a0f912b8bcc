/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What lives in this process: buffers by allocator, program-local L1 by program, launches. Told by
 * the hooks of foreign.c, on any thread; tells chips.c.
 */
#ifndef REPORT_BOOKS_H
#define REPORT_BOOKS_H

#include <pthread.h>

#include "foreign.h"

/* What a program keeps in L1 for itself; each kind is placed at a time of its own. */
enum books_kind {
	BOOKS_CIRCULAR,
	BOOKS_DATAFLOW,
	BOOKS_SCRATCHPAD,
	BOOKS_KINDS,
};

/**
 * struct books_extent - program-local L1 at one address
 * @addr: on each core
 * @size: on each core
 * @view: borrowed from a buffer
 * @count: of @ranges
 * @ranges: the cores
 */
struct books_extent {
	uint64_t addr;
	uint64_t size;
	bool view;
	size_t count;
	struct foreign_range *ranges;
};

/* A list that grows; memory that there is not loses nothing but its last element. */
struct books_extents {
	struct books_extent *list;
	size_t count;
	size_t room;
};

/* Takes a copy of @ranges. */
void books_extents_add(struct books_extents *extents, const struct foreign_range *ranges,
		       size_t count, uint64_t addr, uint64_t size, bool view);
void books_extents_free(struct books_extents *extents);

/* Whether there is anything to report to. */
bool books_start(void);

/* The one lock; pthread_cond_wait() with it. */
void books_lock(void);
void books_unlock(void);
void books_wait(pthread_cond_t *cond);

void books_allocated(void *allocator, void *buffer, uint64_t addr);

/*
 * Before the allocator frees it, as another thread may be given the same place at once: returns the
 * pool, -1: nothing is known of it. After that, with the pool.
 */
int books_freed(void *allocator, void *buffer);
void books_settled(void *allocator, int pool);

/* All of its buffers are freed; @gone: and nothing comes of it any more. */
void books_emptied(void *allocator, bool gone);

/* A program's memory of one kind is placed, anew or for the first time; takes @extents. */
void books_placed(void *program, void *device, enum books_kind kind, struct books_extents *extents);
void books_program_gone(void *program);

/* A program is part of a workload, on the part of the mesh from one coordinate to another. */
void books_joined(void *workload, void *program, const struct foreign_range *where);
void books_launched(void *workload);

#endif
