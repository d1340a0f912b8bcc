/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * State of this process: buffers by allocator, program-local L1 by program, launches. The functions
 * of interposed.c call it on any thread; it calls chips.c.
 */
#ifndef REPORT_BOOKS_H
#define REPORT_BOOKS_H

#include "extents.h"

/*
 * Kinds of a program's own L1, which are placed separately. The last kind is empty, on cores where
 * the program runs without memory.
 */
enum books_kind {
	BOOKS_CIRCULAR,
	BOOKS_DATAFLOW,
	BOOKS_SCRATCHPAD,
	BOOKS_CORES,
	BOOKS_KINDS,
};

/* Whether there is a module or recording to report to. */
bool books_start(void);

void books_allocated(void *allocator, void *buffer, uint64_t addr);

/*
 * books_freed() comes before the allocator frees the memory, as another thread may then get it at
 * once. It returns the pool; -1: unknown buffer. books_settled() comes after, with the pool.
 */
int books_freed(void *allocator, void *buffer);
void books_settled(void *allocator, int pool);

/* All buffers of the allocator are freed; @gone: the allocator ends, too. */
void books_emptied(void *allocator, bool gone);

/*
 * A program's memory of one kind was placed, which replaces earlier memory of the kind, or there
 * was none to place. Takes @extents.
 */
void books_placed(void *program, void *device, enum books_kind kind, struct extents *extents);
void books_program_gone(void *program);

/* The program was added to a workload, on a part of the mesh. */
void books_joined(void *workload, void *program, const struct foreign_range *where);
void books_launched(void *workload);

/* Bytes that the binaries of a workload's kernels take on each core. */
void books_finalized(void *workload, uint32_t bytes);

/*
 * Capturing of a trace begins, by its id on a mesh device: launches on the chips @ids until its end
 * run with each replay.
 */
void books_trace_begins(const void *device, uint32_t id, const int *ids, size_t count);
void books_trace_ends(const void *device, uint32_t id);
void books_trace_replayed(const void *device, uint32_t id);
void books_trace_released(const void *device, uint32_t id);

#endif
