// SPDX-License-Identifier: GPL-2.0-only
/*
 * The credit of a ring: how many entries its producers may claim.
 *
 * A drain never allocates. The owner's calls fill the ring's prealloc for the worst case of as many
 * entries as there are slots; nodes that an entry frees return to it. The credit never allows more
 * entries than there are nodes for, except after an allocation failed: then entries that need no
 * nodes are still applied, and the others are lost.
 */
#include "private.h"

/* The most that any one entry can need. */
static const struct ttmem_need ttmem_ring_unit = {
	.type = {
		[TTMEM_NODE_RECORD] = 1,
		[TTMEM_NODE_PROGRAM_RECORD] = 1,
		[TTMEM_NODE_PROGRAM] = 1,
		[TTMEM_NODE_PROGRAM_SET] = 1,
		[TTMEM_NODE_PROGRAM_BOUNDARY] = 2,
		[TTMEM_NODE_SNAPSHOT] = 1,
		[TTMEM_NODE_CLIENT_BOUNDARY ... TTMEM_NODE_TYPES - 1] = 2,
	},
};

/* Nodes of a ring all of whose slots may be claimed; cuts are provided for once. */
static u32 ttmem_ring_wanted(const struct ttmem_ring *ring, unsigned int type)
{
	if (ring->error)
		return 0;
	return ring->entries * ttmem_ring_unit.type[type] +
	       (type < TTMEM_NODE_CLIENT_BOUNDARY ? 0 : TTMEM_RESERVE);
}

/* How many entries the prealloc has nodes for, whatever they are. */
static u32 ttmem_ring_preallocated(const struct ttmem_ring *ring)
{
	u32 entries = ring->entries;
	unsigned int type;

	for (type = 0; type < TTMEM_NODE_TYPES; type++) {
		u32 lacks = ttmem_ring_wanted(ring, type) -
			    min(ttmem_ring_wanted(ring, type), ring->prealloc.type[type].count);

		lacks = DIV_ROUND_UP(lacks, ttmem_ring_unit.type[type]);
		entries = min(entries, ring->entries - min(lacks, ring->entries));
	}
	return entries;
}

/*
 * Tell producers which entries were taken and how many they may claim. Credit is never taken back.
 * Under the ring mutex.
 */
void ttmem_ring_publish(struct ttmem_ring *ring)
{
	u32 credit = ring->head +
		     (ring->prealloc_error ? ring->entries : ttmem_ring_preallocated(ring));

	if (ring->error)
		return;
	WRITE_ONCE(ring->shared->head, ring->head);
	if ((s32)(credit - ring->credit) <= 0)
		return;
	WRITE_ONCE(ring->credit, credit);
	/* The slots behind head have been read: producers may write them again. */
	smp_store_release(&ring->shared->credit, credit);
}

/* Free nodes that events returned in excess of the worst case. Under the ring mutex. */
void ttmem_ring_trim(struct ttmem_ring *ring)
{
	struct ttmem_prealloc excess = { .user = ring->prealloc.user,
					 .arch = ring->prealloc.arch };
	unsigned int type;

	for (type = 0; type < TTMEM_NODE_TYPES; type++)
		while (ring->prealloc.type[type].count > ttmem_ring_wanted(ring, type))
			ttmem_prealloc_push(&excess, type,
					    ttmem_prealloc_pop(&ring->prealloc, type));
	ttmem_prealloc_free(&excess);
}

/*
 * Fill the prealloc, in the owner's context and at its expense, and publish the credit that this
 * allows. Drop the ring mutex while allocating.
 */
int ttmem_ring_fill(struct ttmem_ring *ring)
{
	struct ttmem_prealloc more = { .user = ring->prealloc.user, .arch = ring->prealloc.arch };
	struct ttmem_need need = {};
	unsigned int type;
	int err;

	mutex_lock(&ring->lock);
	for (type = 0; type < TTMEM_NODE_TYPES; type++) {
		u32 wanted = ttmem_ring_wanted(ring, type);

		ttmem_need_add(&need, type, wanted - min(wanted, ring->prealloc.type[type].count));
	}
	mutex_unlock(&ring->lock);
	err = ttmem_prealloc_fill(&more, &need);
	mutex_lock(&ring->lock);
	ttmem_prealloc_move(&ring->prealloc, &more);
	ring->prealloc_error = err;
	ttmem_ring_trim(ring);
	ttmem_ring_publish(ring);
	mutex_unlock(&ring->lock);
	return err;
}
