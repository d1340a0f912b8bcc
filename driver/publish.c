// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Published figures
 *
 * Readers take no lock that a reporter holds. Whoever changes the books of a chip publishes them
 * before dropping the chip lock: what figures are made from is copied, some 300 bytes, and readers
 * (reader.c) make figures from their own copy of that. A reader that meets a writer reads again;
 * writers cannot be preempted while they copy.
 */
#include "private.h"

#define TTMEM_NOTIFY_MS 100

/* With preemption disabled. */
static void ttmem_publish_client(struct ttmem_attachment *a)
{
	write_seqcount_begin(&a->published.seq);
	ttmem_state_client(&a->books, &a->published.state, a->books.view_stale);
	write_seqcount_end(&a->published.seq);
	a->books.view_stale = false;
}

static void ttmem_publish_chip(struct ttmem_chip *chip, bool view)
{
	struct ttmem_coverage *coverage = &chip->ledger.coverage;

	write_seqcount_begin(&chip->published.seq);
	ttmem_state_chip(&chip->ledger, &chip->published.state, view);
	if (coverage->cores_stale)
		memcpy(chip->published_core, coverage->core, sizeof(chip->published_core));
	write_seqcount_end(&chip->published.seq);
	coverage->cores_stale = false;
}

/*
 * Call before dropping the chip lock, when the books have changed; pollers are notified later. @a:
 * whose books; NULL: the chip's alone.
 */
void ttmem_publish(struct ttmem_chip *chip, struct ttmem_attachment *a)
{
	bool view = chip->ledger.view_stale;
	struct ttmem_attachment *other;

	lockdep_assert_held(&chip->lock);
	if (view)
		ttmem_ledger_refresh_view(&chip->ledger);
	/* On PREEMPT_RT the lock does not, and a reader must not spin on a preempted writer. */
	preempt_disable();
	if (view)
		list_for_each_entry(other, &chip->attachments, of_chip)
			if (other->books.view_stale && !other->gone)
				ttmem_publish_client(other);
	if (a && !a->gone)
		ttmem_publish_client(a);
	ttmem_publish_chip(chip, view);
	preempt_enable();
	ttmem_notify_arm(chip);
}

/* Copy identity, geometry and conflicts. Once the chip can be read, under the chip lock. */
void ttmem_publish_info(struct ttmem_chip *chip)
{
	const struct tt_memstat_geometry *known = &chip->ledger.known;

	preempt_disable();
	write_seqcount_begin(&chip->info_seq);
	chip->info.identity = chip->identity;
	chip->info.geometry = *known;
	chip->info.source = chip->source;
	if (!chip->source && ttmem_geometry_sides(known))
		chip->info.source = TTMEM_SOURCE_RUNTIME;
	chip->info.conflicts = chip->conflicts;
	write_seqcount_end(&chip->info_seq);
	preempt_enable();
}

/*
 * Have the chip's periodic work run (notify.c). Under the chip lock, so that nothing is armed once
 * the chip is dead.
 */
void ttmem_notify_arm(struct ttmem_chip *chip)
{
	lockdep_assert_held(&chip->lock);
	if (!chip->dead && !delayed_work_pending(&chip->notify))
		queue_delayed_work(ttmem_wq, &chip->notify, msecs_to_jiffies(TTMEM_NOTIFY_MS));
}
