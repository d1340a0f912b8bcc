/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Find the live buffer that a deallocation refers to: by its `buffer` node, its address, or equal
 * parameters.
 */
#ifndef TT_MEMSTAT_MATCH_H
#define TT_MEMSTAT_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"

/**
 * struct match_live - a live buffer
 * @node: its allocation, which must outlive it
 * @id: the record's id
 * @address: where it was placed
 * @recorded: the module has a record of it
 */
struct match_live {
	const struct capture_node *node;
	uint64_t id;
	uint64_t address;
	bool recorded;
};

struct match {
	struct match_live *live;	/* oldest first */
	size_t count;
	size_t room;
	uint32_t addressed;	/* of struct capture */
};

void match_init(struct match *match, uint32_t addressed);
void match_free(struct match *match);
int match_add(struct match *match, const struct match_live *live);
/*
 * Move the buffer that @node deallocates to @live. False: it was allocated before the capture
 * began.
 */
bool match_take(struct match *match, const struct capture_node *node, struct match_live *live);

#endif
