// SPDX-License-Identifier: GPL-2.0-only
/*
 * The drain of a ring: what is published is taken into the books.
 *
 * Knows slots, and who drains when. Does not know how entries are funded (ring_credit.c), nor
 * what they mean (take.c).
 *
 * The pages are the owner's to scribble on: the kernel keeps head and limit of its own, reads
 * tail once a drain, masks every index, and copies an entry before it looks at it.
 *
 * The owner's doorbell drains in the owner's own time, as submit does. Readers, who may be
 * throttled, have it done by a workqueue: each takes a ticket and waits until a drain that started
 * later has ended.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "attachment.h"
#include "chip.h"
#include "clock.h"
#include "notify.h"
#include "ring_internal.h"
#include "take.h"

#define TTM_RING_BATCH	16

static struct workqueue_struct *ttm_ring_wq;

/* Under the ring mutex. */
static void ttm_ring_stop(struct ttm_ring *ring, int error)
{
	ring->error = error;
	WRITE_ONCE(ring->shared->error, error);
}

/* Copy what is published from head on, as far as @tail; stops at a slot that is only claimed. */
static unsigned int ttm_ring_copy(struct ttm_ring *ring, u32 tail,
				  struct tt_memstat_entry *batch)
{
	unsigned int n;

	for (n = 0; n < TTM_RING_BATCH && (s32)(tail - ring->head - n) > 0; n++) {
		u32 position = ring->head + n;
		struct tt_memstat_entry *slot = &ring->slot[position & (ring->entries - 1)];

		/* Pairs with the producer's release: the rest of the slot was written before. */
		if (smp_load_acquire(&slot->seq) != position + 1)
			break;
		memcpy(&batch[n], slot, sizeof(*slot));
	}
	return n;
}

static bool ttm_fund_has(const struct ttm_fund *fund, const struct tt_memstat_entry *e)
{
	struct ttm_need need = {};
	unsigned int kind;

	ttm_ledger_need(e, &need);
	while (ttm_kinds_next(&need.kinds, &kind))
		if (fund->kind[kind].count < need.kind[kind])
			return false;
	return true;
}

/* Under the ring mutex and the chip lock. False: there is more to do for this entry. */
static bool ttm_ring_take(struct ttm_ring *ring, const struct tt_memstat_entry *e, u64 now,
			  struct ttm_fund *fund)
{
	int err;

	if (ttm_fund_has(fund, e)) {
		err = ttm_take(ring->a, e, now, fund);
	} else {
		err = ttm_ledger_check(&ring->a->books, e) ?: -ENOMEM;
		ttm_refuse(ring->a, e, err);
	}
	if (err == TTM_AGAIN)
		return false;
	if (err) {
		ring->refused++;
		ring->entry_error = err;
		ring->entry_position = ring->head;
	}
	ring->head++;
	return true;
}

/*
 * A batch, or as much of it as one hold of the chip lock should do. Whether there was anything.
 * Under the ring mutex.
 */
static bool ttm_ring_step(struct ttm_ring *ring, u32 tail)
{
	struct tt_memstat_entry batch[TTM_RING_BATCH];
	struct ttm_chip *chip = ring->a->chip;
	unsigned int i, n = ttm_ring_copy(ring, tail, batch);
	struct ttm_fund none = {}, *fund = &ring->fund;
	u64 now;
	int err;

	if (!n)
		return false;
	mutex_lock(&chip->lock);
	ttm_ledger_begin(&chip->ledger);
	err = ttm_attachment_error(ring->a);
	now = ttm_clock_ns();
	/* Claimed before the chip became another one: what needs nodes is lost. */
	if (ring->fund.arch != ring->a->books.arch) {
		none.arch = ring->a->books.arch;
		fund = &none;
	}
	for (i = 0; !err && i < n && !ttm_ledger_is_tired(&chip->ledger); i++)
		if (!ttm_ring_take(ring, &batch[i], now, fund))
			break;
	if (!err) {
		ttm_ring_publish(ring);
		ttm_notify_arm(chip);
	}
	mutex_unlock(&chip->lock);
	ttm_fund_empty(&none);
	if (err) {
		ttm_ring_stop(ring, err);
		return false;
	}
	ttm_ring_trim(ring);
	return true;
}

/* However long that takes, nobody waits long for the ring mutex. */
bool ttm_ring_run(struct ttm_ring *ring)
{
	bool more, paused;
	u32 tail;

	mutex_lock(&ring->lock);
	tail = READ_ONCE(ring->shared->tail);
	if (!ring->error && tail - ring->head > ring->limit - ring->head)
		ttm_ring_stop(ring, -EPROTO);
	do {
		paused = ring->paused;
		more = !paused && !ring->error && ttm_ring_step(ring, tail);
		if (more) {
			mutex_unlock(&ring->lock);
			cond_resched();
			mutex_lock(&ring->lock);
		}
	} while (more);
	mutex_unlock(&ring->lock);
	return !paused;
}

void ttm_ring_work(struct work_struct *work)
{
	struct ttm_ring *ring = container_of(work, struct ttm_ring, drain);
	int ticket = atomic_read_acquire(&ring->asked);

	/* Who paused it asks again. */
	if (ttm_ring_run(ring)) {
		WRITE_ONCE(ring->served, ticket);
		wake_up_all(&ring->done);
	}
	ttm_ring_put(ring);
}

/* Ask for a drain; the ticket to wait with. */
static int ttm_ring_ask(struct ttm_ring *ring)
{
	int ticket = atomic_inc_return(&ring->asked);

	kref_get(&ring->ref);
	if (!queue_work(ttm_ring_wq, &ring->drain))
		ttm_ring_put(ring);
	return ticket;
}

static bool ttm_ring_served(struct ttm_ring *ring, int ticket)
{
	return READ_ONCE(ring->served) - ticket >= 0;
}

static int ttm_ring_wait(struct ttm_ring *ring, int ticket)
{
	return wait_event_killable(ring->done, ttm_ring_served(ring, ticket)) ? -EINTR : 0;
}

/* Whether anything was claimed that has not been taken. */
static bool ttm_ring_moved(struct ttm_ring *ring)
{
	return !READ_ONCE(ring->error) &&
	       READ_ONCE(ring->shared->tail) != READ_ONCE(ring->head);
}

int ttm_ring_drain(struct ttm_attachment *a)
{
	struct ttm_ring *ring = READ_ONCE(a->ring) ? ttm_ring_get(a) : NULL;
	int err = 0;

	if (!ring)
		return 0;
	if (ttm_ring_moved(ring))
		err = ttm_ring_wait(ring, ttm_ring_ask(ring));
	ttm_ring_put(ring);
	return err;
}

struct ttm_ring_ticket {
	struct ttm_ring *ring;
	int ticket;
};

static unsigned int ttm_rings_ask(struct ttm_chip *chip, struct ttm_ring_ticket *tickets,
				  unsigned int room)
{
	struct ttm_attachment *a;
	unsigned int n = 0;

	mutex_lock(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip) {
		struct ttm_ring *ring = ttm_ring_get(a);

		if (ring && n < room && ttm_ring_moved(ring)) {
			tickets[n].ring = ring;
			tickets[n++].ticket = ttm_ring_ask(ring);
		} else if (ring) {
			ttm_ring_put(ring);
		}
	}
	mutex_unlock(&chip->lock);
	return n;
}

int ttm_rings_drain(struct ttm_chip *chip)
{
	struct ttm_ring_ticket *tickets;
	unsigned int i, n;
	int err = 0;

	if (!READ_ONCE(chip->rings))
		return 0;
	tickets = kmalloc_array(TTM_MAX_CLIENTS, sizeof(*tickets), GFP_KERNEL);
	if (!tickets)
		return -ENOMEM;
	n = ttm_rings_ask(chip, tickets, TTM_MAX_CLIENTS);
	for (i = 0; i < n; i++) {
		err = err ?: ttm_ring_wait(tickets[i].ring, tickets[i].ticket);
		ttm_ring_put(tickets[i].ring);
	}
	kfree(tickets);
	return err;
}

bool ttm_rings_kick(struct ttm_chip *chip)
{
	struct ttm_attachment *a;

	lockdep_assert_held(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip) {
		struct ttm_ring *ring = ttm_ring_get(a);

		if (!ring)
			continue;
		if (ttm_ring_moved(ring))
			ttm_ring_ask(ring);
		ttm_ring_put(ring);
	}
	return chip->rings;
}

void ttm_ring_finish(struct ttm_attachment *a)
{
	static const struct tt_memstat_entry unknown;
	struct ttm_ring *ring = ttm_ring_get(a);
	struct ttm_chip *chip = a->chip;
	u32 stuck;
	int ticket;

	if (!ring)
		return;
	ticket = ttm_ring_ask(ring);
	/* Not killed, but no hang either: what the owner has published may be long work. */
	wait_event_idle(ring->done, ttm_ring_served(ring, ticket));
	mutex_lock(&ring->lock);
	stuck = READ_ONCE(ring->shared->tail) - ring->head;
	if (!ring->error && stuck <= ring->limit - ring->head) {
		mutex_lock(&chip->lock);
		while (stuck-- && !ttm_attachment_error(a))
			ttm_refuse(a, &unknown, -ENOSPC);
		mutex_unlock(&chip->lock);
	}
	ttm_ring_stop(ring, -ESHUTDOWN);
	mutex_unlock(&ring->lock);
	ttm_ring_put(ring);
}

/*
 * Keep drains off while a drop goes on, which must not be mixed with other events; what was
 * published before is in the books. The ring, or NULL, to be handed to ttm_ring_resume(). One at a
 * time: under the attachment's mutex.
 */
struct ttm_ring *ttm_ring_pause(struct ttm_attachment *a)
{
	struct ttm_ring *ring = ttm_ring_get(a);

	if (!ring)
		return NULL;
	mutex_lock(&ring->lock);
	ring->paused = true;
	mutex_unlock(&ring->lock);
	return ring;
}

void ttm_ring_resume(struct ttm_ring *ring)
{
	if (!ring)
		return;
	mutex_lock(&ring->lock);
	ring->paused = false;
	mutex_unlock(&ring->lock);
	ttm_ring_ask(ring);
	ttm_ring_put(ring);
}

int ttm_rings_init(void)
{
	ttm_ring_wq = alloc_workqueue("tt_memstat_ring", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return ttm_ring_wq ? 0 : -ENOMEM;
}

/* With no attachment left, no drain is queued that anybody could miss. */
void ttm_rings_exit(void)
{
	destroy_workqueue(ttm_ring_wq);
}
