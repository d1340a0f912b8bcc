/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where programs begin, run and end in the order of a capture, by the nesting of functions,
 * circular_buffer_deallocate_all and the program cache. Results go to callbacks.
 */
#ifndef TT_MEMSTAT_PROGRAM_H
#define TT_MEMSTAT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"

/* Events of programs; each returns 0 or a negative error, which ends the traversal. */
struct program_ops {
	int (*load)(void *context, uint64_t program, const struct capture_node *const *members,
		    size_t count);
	int (*dispatch)(void *context, uint64_t program);
	int (*unload)(void *context, uint64_t program);
};

/**
 * struct program_counts - numbers of events
 * @programs: programs loaded
 * @hits: cached programs dispatched again
 * @unknown_hits: dispatches of programs that were cached before the capture began, or that have
 *	no circular buffers
 */
struct program_counts {
	size_t programs;
	size_t hits;
	size_t unknown_hits;
};

struct programs;

int programs_new(bool cache, const struct program_ops *ops, void *context,
		 struct programs **programs);
void programs_free(struct programs *programs);

/*
 * Process a node. The caller passes all nodes in order, each before any other use of it. Nodes must
 * outlive @programs.
 */
int programs_node(struct programs *programs, const struct capture_node *node);
int programs_end(struct programs *programs);
const struct program_counts *programs_counts(const struct programs *programs);

#endif
