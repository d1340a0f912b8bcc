/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What lives in this process: buffers by allocator, program-local L1 by program, launches. Told by
 * the hooks of foreign.c, on any thread; tells chips.c.
 */
#ifndef REPORT_BOOKS_H
#define REPORT_BOOKS_H

#include <pthread.h>

#include "extents.h"

/*
 * What a program keeps in L1 for itself; each kind is placed at a time of its own. The last one is
 * nothing, on cores where it runs and has none of the others.
 */
enum books_kind {
	BOOKS_CIRCULAR,
	BOOKS_DATAFLOW,
	BOOKS_SCRATCHPAD,
	BOOKS_CORES,
	BOOKS_KINDS,
};

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

/*
 * A program's memory of one kind is placed, anew or for the first time, or there is nothing to be
 * placed; takes @extents.
 */
void books_placed(void *program, void *device, enum books_kind kind, struct extents *extents);
void books_program_gone(void *program);

/* A program is part of a workload, on the part of the mesh from one coordinate to another. */
void books_joined(void *workload, void *program, const struct foreign_range *where);
void books_launched(void *workload);

/*
 * A trace of a mesh device, by its number there: what is launched on the chips @ids from its beginning
 * to its end runs with each replay.
 */
void books_trace_begins(const void *device, uint32_t id, const int *ids, size_t count);
void books_trace_ends(const void *device, uint32_t id);
void books_trace_replayed(const void *device, uint32_t id);
void books_trace_released(const void *device, uint32_t id);

#endif
