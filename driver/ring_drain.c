// SPDX-License-Identifier: GPL-2.0-only
/*
 * The drain of a ring: apply published entries to the books.
 *
 * The owner may write anything to the shared pages at any time: the kernel keeps its own head and
 * limit, reads tail once a drain, masks every index, and copies an entry before it looks at it.
 *
 * The owner's calls drain in the owner's context. In addition each chip has one work that drains
 * for readers and for owners that make no calls: it serves the rings in turn and has a budget of
 * counted work a period. A reader takes a ticket and waits, for a bounded time, until a drain that
 * started later has ended; entries not in the books by then are shown as pending.
 */
#include "apply.h"

#define TTMEM_RING_BATCH	16

/* The drain of a chip: its period, counted work a period, and the least work of an entry. */
#define TTMEM_DRAIN_PERIOD	(HZ / 10)
#define TTMEM_DRAIN_BUDGET	131072
#define TTMEM_DRAIN_ENTRY	64

/* How long a reader waits for it at most. */
#define TTMEM_READER_WAIT	(HZ / 20)

/* Copy published entries from head up to @tail; stop at a slot that is only claimed. */
static unsigned int ttmem_ring_copy(struct ttmem_ring *ring, u32 tail,
				    struct tt_memstat_entry *batch)
{
	unsigned int n;

	for (n = 0; n < TTMEM_RING_BATCH && (s32)(tail - ring->head - n) > 0; n++) {
		u32 position = ring->head + n;
		struct tt_memstat_entry *slot = &ring->slot[position & (ring->entries - 1)];

		/* Pairs with the producer's release: the rest of the slot was written before. */
		if (smp_load_acquire(&slot->seq) != position + 1)
			break;
		memcpy(&batch[n], slot, sizeof(*slot));
	}
	return n;
}

static bool ttmem_ring_has_nodes(const struct ttmem_ring *ring, const struct tt_memstat_entry *e)
{
	struct ttmem_need need = {};

	ttmem_ledger_need(&ring->a->books, e, &need);
	return !ttmem_prealloc_missing(&ring->prealloc, &need);
}

/* Under the ring mutex and the chip lock. False: there is more to do for this entry. */
static bool ttmem_ring_apply_entry(struct ttmem_ring *ring, const struct tt_memstat_entry *e,
				   u64 now)
{
	int err;

	/* An event under way has its nodes and comes first. */
	if (ring->a->books.op.active || ring->prealloc.begun || ttmem_ring_has_nodes(ring, e)) {
		err = ttmem_apply(ring->a, e, now, &ring->prealloc);
	} else {
		err = ttmem_ledger_check(&ring->a->books, e) ?: ring->prealloc_error ?: -ENOMEM;
		ttmem_refuse(ring->a, e, err);
	}
	if (err == TTMEM_AGAIN)
		return false;
	if (err) {
		ring->refused++;
		ring->entry_error = err;
		ring->entry_position = ring->head;
	}
	WRITE_ONCE(ring->head, ring->head + 1);
	return true;
}

/*
 * A batch, or as much of it as one hold of the chip lock should do. Under the ring mutex.
 * Return: counted work; 0: there was nothing to do.
 */
static u64 ttmem_ring_apply_batch(struct ttmem_ring *ring, u32 tail)
{
	struct tt_memstat_entry batch[TTMEM_RING_BATCH];
	struct ttmem_chip *chip = ring->a->chip;
	unsigned int i, n = ttmem_ring_copy(ring, tail, batch);
	u64 now, work = 0;
	int err;

	if (!n)
		return 0;
	spin_lock(&chip->lock);
	err = ttmem_attachment_error(ring->a);
	if (!err) {
		ttmem_ledger_begin(&chip->ledger);
		now = ttmem_clock_ns();
		for (i = 0; i < n && !ttmem_ledger_should_yield(&chip->ledger); i++)
			if (!ttmem_ring_apply_entry(ring, &batch[i], now))
				break;
		ttmem_ring_publish(ring);
		work = chip->ledger.work + n * TTMEM_DRAIN_ENTRY;
		ttmem_publish(chip, ring->a);
	}
	spin_unlock(&chip->lock);
	if (err)
		ttmem_ring_stop(ring, err);
	else
		ttmem_ring_trim(ring);
	return work;
}

/* Apply a batch of what is published now. Under the ring mutex. Returns counted work. */
static u64 ttmem_ring_drain_batch(struct ttmem_ring *ring)
{
	u32 tail = READ_ONCE(ring->shared->tail);

	if (tail - ring->head > ring->credit - ring->head)
		ttmem_ring_stop(ring, -EPROTO);
	return ring->error ? 0 : ttmem_ring_apply_batch(ring, tail);
}

/* Apply all entries published before the call. 0, or -EINTR: a fatal signal. */
int ttmem_ring_drain(struct ttmem_ring *ring)
{
	u32 head = READ_ONCE(ring->head), end = READ_ONCE(ring->shared->tail) - head;
	bool more;
	int err;

	do {
		err = mutex_lock_killable(&ring->lock);
		if (err)
			return err;
		/* As far as tail was: the owner's other threads may go on publishing. */
		more = ring->head - head < end && ttmem_ring_drain_batch(ring);
		mutex_unlock(&ring->lock);
		cond_resched();
		if (more && fatal_signal_pending(current))
			return -EINTR;
	} while (more);
	return 0;
}

/* For the owner's calls: apply its published entries. 0, or -EINTR: a fatal signal. */
int ttmem_attachment_drain(struct ttmem_attachment *a)
{
	struct ttmem_ring *ring;
	int err = 0;

	if (!ttmem_ring_pending(a))
		return 0;
	ring = ttmem_ring_get(a);
	if (ring) {
		err = ttmem_ring_drain(ring);
		ttmem_ring_put(ring);
	}
	return err;
}

/* The next ring that moved, with a reference; its attachment goes to the end of the line. */
static struct ttmem_ring *ttmem_rings_next(struct ttmem_chip *chip)
{
	struct ttmem_ring *ring = NULL;
	struct ttmem_attachment *a;

	spin_lock(&chip->lock);
	spin_lock(&chip->list_lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (ttmem_ring_pending(a)) {
			ring = ttmem_ring_get(a);
			list_move_tail(&a->of_chip, &chip->attachments);
			break;
		}
	spin_unlock(&chip->list_lock);
	spin_unlock(&chip->lock);
	return ring;
}

/* Rings that wait for a claimed slot, or that their owners drain, are passed by once each. */
static void ttmem_rings_drain(struct ttmem_chip *chip)
{
	unsigned int passed = 0;
	struct ttmem_ring *ring;
	u64 work;

	while (chip->drain_budget > 0 && passed <= READ_ONCE(chip->rings)) {
		ring = ttmem_rings_next(chip);
		if (!ring)
			break;
		work = 0;
		if (mutex_trylock(&ring->lock)) {
			work = ttmem_ring_drain_batch(ring);
			mutex_unlock(&ring->lock);
		}
		ttmem_ring_put(ring);
		passed = work ? 0 : passed + 1;
		chip->drain_budget -= work;
		cond_resched();
	}
}

/* The drain of a chip's rings, as a work. */
void ttmem_rings_drain_work(struct work_struct *work)
{
	struct ttmem_chip *chip = container_of(work, struct ttmem_chip, drain);
	int ticket = atomic_read_acquire(&chip->drain_asked);

	if (time_after_eq(jiffies, chip->drain_period + TTMEM_DRAIN_PERIOD)) {
		chip->drain_period = jiffies;
		chip->drain_budget = TTMEM_DRAIN_BUDGET;
	}
	ttmem_rings_drain(chip);
	WRITE_ONCE(chip->drain_served, ticket);
	wake_up_all(&chip->drained);
}

/* Ask for a drain if any ring moved; false: there is nothing to wait for. */
static bool ttmem_rings_request(struct ttmem_chip *chip, int *ticket)
{
	struct ttmem_attachment *a;
	bool moved = false;

	spin_lock(&chip->list_lock);
	if (!chip->dead)
		list_for_each_entry(a, &chip->attachments, of_chip)
			moved |= ttmem_ring_pending(a);
	if (moved) {
		*ticket = atomic_inc_return(&chip->drain_asked);
		queue_work(ttmem_wq, &chip->drain);
	}
	spin_unlock(&chip->list_lock);
	return moved;
}

/* The periodic drain; does not wait. */
void ttmem_rings_kick(struct ttmem_chip *chip)
{
	int ticket;

	if (READ_ONCE(chip->rings))
		ttmem_rings_request(chip, &ticket);
}

/* For readers: have the rings drained and wait for that, for a bounded time. */
void ttmem_rings_sync(struct ttmem_chip *chip)
{
	int ticket;

	if (READ_ONCE(chip->rings) && ttmem_rings_request(chip, &ticket))
		wait_event_killable_timeout(chip->drained,
					    READ_ONCE(chip->drain_served) - ticket >= 0,
					    TTMEM_READER_WAIT);
}

/* The attachment ends: apply one more step; count the rest as dropped. */
void ttmem_ring_finish(struct ttmem_attachment *a)
{
	static const struct tt_memstat_entry unknown;
	struct ttmem_ring *ring = ttmem_ring_get(a);
	struct ttmem_chip *chip = a->chip;
	u32 stuck;

	if (!ring)
		return;
	mutex_lock(&ring->lock);
	if (!ttmem_client_owner_is_dead(a->client))
		ttmem_ring_drain_batch(ring);
	stuck = READ_ONCE(ring->shared->tail) - ring->head;
	if (!ring->error && stuck <= ring->credit - ring->head) {
		spin_lock(&chip->lock);
		while (stuck-- && !ttmem_attachment_error(a))
			ttmem_refuse(a, &unknown, -ENOSPC);
		ttmem_publish(chip, a);
		spin_unlock(&chip->lock);
	}
	ttmem_ring_stop(ring, READ_ONCE(a->gone) ?: -ESHUTDOWN);
	mutex_unlock(&ring->lock);
	ttmem_ring_put(ring);
}
