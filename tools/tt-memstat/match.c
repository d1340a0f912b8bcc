// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find the live buffer that a deallocation refers to. device_id is not compared, as its meaning
 * differs between kinds of node.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "match.h"

void match_init(struct match *match, uint32_t addressed)
{
	memset(match, 0, sizeof(*match));
	match->addressed = addressed;
}

void match_free(struct match *match)
{
	free(match->live);
	memset(match, 0, sizeof(*match));
}

int match_add(struct match *match, const struct match_live *live)
{
	int err = array_reserve((void **)&match->live, match->count, &match->room, sizeof(*live));

	if (!err)
		match->live[match->count++] = *live;
	return err;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_params(const struct capture_node *a, const struct capture_node *b)
{
	return a->buffer_type == b->buffer_type && a->size == b->size &&
	       (a->has & CAPTURE_HAS_PER_BANK) == (b->has & CAPTURE_HAS_PER_BANK) &&
	       a->per_bank == b->per_bank && a->page_size == b->page_size &&
	       same_text(a->layout, b->layout);
}

/* Buffers on different cores may have one address. */
static bool same_cores(const struct core_ranges *a, const struct core_ranges *b)
{
	return !a->count || !b->count ||
	       (a->count == b->count && !memcmp(a->rects, b->rects, a->count * sizeof(*a->rects)));
}

/*
 * A deallocation with a `buffer` node means a buffer of that node, or one without any node. A
 * deallocation with an address, in a capture whose allocations have none, frees a buffer from before
 * the capture.
 */
static bool means(const struct match *match, const struct capture_node *node,
		  const struct capture_node *live)
{
	if (node->identity != CAPTURE_NO_IDENTITY && live->identity != CAPTURE_NO_IDENTITY)
		return node->identity == live->identity;
	if (!(node->has & CAPTURE_HAS_ADDRESS))
		return same_params(node, live);
	return capture_has_place(live, match->addressed) && node->buffer_type == live->buffer_type &&
	       node->address == live->address && same_cores(&node->cores, &live->cores);
}

bool match_take(struct match *match, const struct capture_node *node, struct match_live *live)
{
	for (size_t i = 0; i < match->count; i++) {
		if (!means(match, node, match->live[i].node))
			continue;
		*live = match->live[i];
		match->count--;
		memmove(match->live + i, match->live + i + 1,
			(match->count - i) * sizeof(*match->live));
		return true;
	}
	return false;
}
