// SPDX-License-Identifier: GPL-2.0-only
/*
 * The credit of a ring: how many entries its producers may claim.
 *
 * Knows what is set aside for entries to come. Does not know how they are taken (ring_drain.c).
 *
 * A drain never allocates. The ring's fund is filled by the owner's own calls, for as many
 * entries as there are slots, each at its worst; what an entry frees goes back to it. The credit
 * that the producers see never allows more entries than are funded, except after the fund could
 * not be filled: then entries that need nothing are still taken, and the others are lost. When
 * the chip is described anew the credit is withdrawn, and there is none until the nodes are of the
 * arch that it has now.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include "attachment.h"
#include "chip.h"
#include "ring_internal.h"

/* The most that any one entry can need. */
static const struct ttmem_need ttmem_ring_unit = {
	.kind = {
		[TTMEM_KIND_RECORD] = 1,
		[TTMEM_KIND_PROGRAM_RECORD] = 1,
		[TTMEM_KIND_PROGRAM] = 1,
		[TTMEM_KIND_PROGRAM_SET] = 1,
		[TTMEM_KIND_PROGRAM_CUT] = 2,
		[TTMEM_KIND_SNAPSHOT] = 1,
		[TTMEM_KIND_CUT ... TTMEM_KINDS - 1] = 2,
	},
};

/* How many entries the fund has nodes for, whatever they are. */
static u32 ttmem_ring_funded(const struct ttmem_ring *ring)
{
	u32 funded = ring->entries;
	unsigned int kind;

	for (kind = 0; kind < TTMEM_KINDS; kind++)
		funded = min(funded, ring->fund.kind[kind].count / ttmem_ring_unit.kind[kind]);
	return funded;
}

void ttmem_ring_set_credit(struct ttmem_ring *ring, u32 credit)
{
	WRITE_ONCE(ring->credit, credit);
	/* The slots behind head have been read: producers may write them again. */
	smp_store_release(&ring->shared->credit, credit);
}

/* Nothing is taken back here. */
void ttmem_ring_publish(struct ttmem_ring *ring)
{
	u32 credit = ring->head + (ring->unfunded ? ring->entries : ttmem_ring_funded(ring));

	WRITE_ONCE(ring->shared->head, ring->head);
	if (ring->fund.arch != ring->a->books.arch || (s32)(credit - ring->credit) <= 0)
		return;
	if ((s32)(credit - ring->limit) > 0)
		ring->limit = credit;
	ttmem_ring_set_credit(ring, credit);
}

void ttmem_rings_withdraw(struct ttmem_chip *chip)
{
	struct ttmem_attachment *a;

	lockdep_assert_held(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (a->ring)
			ttmem_ring_set_credit(a->ring, a->ring->head);
}

void ttmem_ring_trim(struct ttmem_ring *ring)
{
	struct ttmem_fund excess = { .arch = ring->fund.arch };
	unsigned int kind;

	for (kind = 0; kind < TTMEM_KINDS; kind++)
		while (ring->fund.kind[kind].count > ring->entries * ttmem_ring_unit.kind[kind])
			ttmem_fund_give(&excess, kind, ttmem_fund_take(&ring->fund, kind));
	ttmem_fund_empty(&excess);
}

/* Under the ring mutex: nodes are of the arch that the chip has now. */
static void ttmem_ring_follow_arch(struct ttmem_ring *ring)
{
	struct ttmem_chip *chip = ring->a->chip;
	u32 arch;

	mutex_lock(&chip->lock);
	arch = ring->a->books.arch;
	mutex_unlock(&chip->lock);
	if (arch == ring->fund.arch)
		return;
	ttmem_fund_empty(&ring->fund);
	ring->fund.arch = arch;
	ring->unfunded = false;
}

/* Nobody waits for a ring mutex while memory is sought. */
int ttmem_ring_fill(struct ttmem_ring *ring)
{
	struct ttmem_fund more = {};
	struct ttmem_need need = {};
	unsigned int kind;
	int err;

	mutex_lock(&ring->lock);
	ttmem_ring_follow_arch(ring);
	more.arch = ring->fund.arch;
	for (kind = 0; kind < TTMEM_KINDS; kind++) {
		u32 wanted = ring->entries * ttmem_ring_unit.kind[kind];

		ttmem_need_add(&need, kind, wanted - min(wanted, ring->fund.kind[kind].count));
	}
	mutex_unlock(&ring->lock);
	err = ttmem_fund_fill(&more, &need);
	mutex_lock(&ring->lock);
	/* Another thread may have followed the chip further meanwhile. */
	if (more.arch == ring->fund.arch) {
		for (kind = 0; kind < TTMEM_KINDS; kind++)
			while (more.kind[kind].count)
				ttmem_fund_give(&ring->fund, kind, ttmem_fund_take(&more, kind));
		/* Without an arch what would need nodes is refused anyway. */
		ring->unfunded = err || !more.arch;
	}
	ttmem_ring_trim(ring);
	mutex_lock(&ring->a->chip->lock);
	ttmem_ring_publish(ring);
	mutex_unlock(&ring->a->chip->lock);
	mutex_unlock(&ring->lock);
	ttmem_fund_empty(&more);
	return err;
}
