/* SPDX-License-Identifier: GPL-2.0-only */
/* Peaks of a chip in the scopes of a recording. */
#ifndef TT_MEMSTAT_SCOPES_H
#define TT_MEMSTAT_SCOPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"

/* The scope that reset_peak_memory_stats() of the Python package leaves in a recording. */
#define SCOPES_RESET	"reset_peak_memory_stats"

/**
 * struct scope - all turns of the scopes of one name; of SCOPES_RESET what came after the last
 * @calls: how many
 * @l1: most bytes that were used meanwhile; @dram alike
 */
struct scope {
	const char *name;
	uint64_t calls;
	uint64_t l1;
	uint64_t dram;
};

struct scope_open {
	uint32_t thread;
	size_t scope;
};

/* Zeroed: none. @items in the order in which they began first; @names: their places. */
struct scopes {
	struct scope *items;
	size_t count;
	struct scope_open *open;
	size_t open_count;
	struct names names;
};

/* A scope of @thread begins, with so much in use. -ENOMEM. */
int scopes_begin(struct scopes *scopes, uint32_t thread, const char *name, uint64_t l1, uint64_t dram);
/* The innermost scope of @thread ends. */
void scopes_end(struct scopes *scopes, uint32_t thread);
/* So much is in use now. */
void scopes_use(struct scopes *scopes, uint64_t l1, uint64_t dram);
void scopes_release(struct scopes *scopes);

#endif
