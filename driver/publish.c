// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Published figures
 *
 * Readers take no lock that a reporter holds. Whoever changes the books of a chip publishes them
 * before dropping the chip lock: what figures are made from is copied, some 300 bytes, and readers
 * make figures from their own copy of that. A reader that meets a writer reads again; writers
 * cannot be preempted while they copy.
 */
#include "private.h"

void ttmem_published_init(struct ttmem_published *published)
{
	seqcount_init(&published->seq);
}

void ttmem_published_read(struct ttmem_published *published, struct ttmem_state *state)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&published->seq);
		*state = published->state;
	} while (read_seqcount_retry(&published->seq, seq));
}

/* @core: TTMEM_MAX_CORES entries, of the same moment as @state */
void ttmem_published_cores(struct ttmem_chip *chip, struct ttmem_state *state, u32 *core)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&chip->published.seq);
		*state = chip->published.state;
		memcpy(core, chip->published_core, sizeof(chip->published_core));
	} while (read_seqcount_retry(&chip->published.seq, seq));
}

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

/* Call before dropping the chip lock. @a: whose books changed; NULL: the chip's alone. */
void ttmem_publish(struct ttmem_chip *chip, struct ttmem_attachment *a)
{
	bool view = ttmem_ledger_refresh_view(&chip->ledger);
	struct ttmem_attachment *other;

	lockdep_assert_held(&chip->lock);
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
}
