// SPDX-License-Identifier: GPL-2.0-only
/*
 * The drain of a ring: what is published is applied to the books.
 *
 * Knows slots, and who drains when. Does not know how nodes are preallocated (ring_credit.c), nor
 * what they mean (apply.c).
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
#include "apply.h"

#define TTMEM_RING_BATCH	16

static struct workqueue_struct *ttmem_ring_wq;

/* Under the ring mutex. */
static void ttmem_ring_stop(struct ttmem_ring *ring, int error)
{
	ring->error = error;
	WRITE_ONCE(ring->shared->error, error);
}

/* Copy what is published from head on, as far as @tail; stops at a slot that is only claimed. */
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

static bool ttmem_prealloc_suffices(const struct ttmem_prealloc *prealloc,
				    const struct tt_memstat_entry *e)
{
	struct ttmem_need need = {};
	unsigned int type;

	ttmem_ledger_need(e, &need);
	while (ttmem_node_types_next(&need.types, &type))
		if (prealloc->type[type].count < need.type[type])
			return false;
	return true;
}

/* Under the ring mutex and the chip lock. False: there is more to do for this entry. */
static bool ttmem_ring_apply(struct ttmem_ring *ring, const struct tt_memstat_entry *e, u64 now,
			     struct ttmem_prealloc *prealloc)
{
	int err;

	if (ttmem_prealloc_suffices(prealloc, e)) {
		err = ttmem_apply(ring->a, e, now, prealloc);
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
	ring->head++;
	return true;
}

/*
 * A batch, or as much of it as one hold of the chip lock should do. Whether there was anything.
 * Under the ring mutex.
 */
static bool ttmem_ring_step(struct ttmem_ring *ring, u32 tail)
{
	struct tt_memstat_entry batch[TTMEM_RING_BATCH];
	struct ttmem_chip *chip = ring->a->chip;
	unsigned int i, n = ttmem_ring_copy(ring, tail, batch);
	struct ttmem_prealloc none = { .user = ring->prealloc.user }, *prealloc = &ring->prealloc;
	u64 now;
	int err;

	if (!n)
		return false;
	mutex_lock(&chip->lock);
	ttmem_ledger_begin(&chip->ledger);
	err = ttmem_attachment_error(ring->a);
	now = ttmem_clock_ns();
	/* Claimed before the chip became another one: what needs nodes is lost. */
	if (ring->prealloc.arch != ring->a->books.arch) {
		none.arch = ring->a->books.arch;
		prealloc = &none;
	}
	for (i = 0; !err && i < n && !ttmem_ledger_should_yield(&chip->ledger); i++)
		if (!ttmem_ring_apply(ring, &batch[i], now, prealloc))
			break;
	if (!err) {
		ttmem_ring_publish(ring);
		ttmem_notify_arm(chip);
	}
	mutex_unlock(&chip->lock);
	ttmem_prealloc_free(&none);
	if (err) {
		ttmem_ring_stop(ring, err);
		return false;
	}
	ttmem_ring_trim(ring);
	return true;
}

/* However long that takes, nobody waits long for the ring mutex. */
bool ttmem_ring_run(struct ttmem_ring *ring)
{
	bool more, paused;
	u32 tail;

	mutex_lock(&ring->lock);
	tail = READ_ONCE(ring->shared->tail);
	if (!ring->error && tail - ring->head > ring->limit - ring->head)
		ttmem_ring_stop(ring, -EPROTO);
	do {
		paused = ring->paused;
		more = !paused && !ring->error && ttmem_ring_step(ring, tail);
		if (more) {
			mutex_unlock(&ring->lock);
			cond_resched();
			mutex_lock(&ring->lock);
		}
	} while (more);
	mutex_unlock(&ring->lock);
	return !paused;
}

void ttmem_ring_work(struct work_struct *work)
{
	struct ttmem_ring *ring = container_of(work, struct ttmem_ring, drain);
	int ticket = atomic_read_acquire(&ring->asked);

	/* Who paused it asks again. */
	if (ttmem_ring_run(ring)) {
		WRITE_ONCE(ring->served, ticket);
		wake_up_all(&ring->done);
	}
	ttmem_ring_put(ring);
}

/* Ask for a drain; the ticket to wait with. */
static int ttmem_ring_request_drain(struct ttmem_ring *ring)
{
	int ticket = atomic_inc_return(&ring->asked);

	kref_get(&ring->ref);
	if (!queue_work(ttmem_ring_wq, &ring->drain))
		ttmem_ring_put(ring);
	return ticket;
}

static bool ttmem_ring_served(struct ttmem_ring *ring, int ticket)
{
	return READ_ONCE(ring->served) - ticket >= 0;
}

static int ttmem_ring_wait(struct ttmem_ring *ring, int ticket)
{
	return wait_event_killable(ring->done, ttmem_ring_served(ring, ticket)) ? -EINTR : 0;
}

/* Whether anything was claimed that has not been taken. */
static bool ttmem_ring_moved(struct ttmem_ring *ring)
{
	return !READ_ONCE(ring->error) &&
	       READ_ONCE(ring->shared->tail) != READ_ONCE(ring->head);
}

int ttmem_ring_drain(struct ttmem_attachment *a)
{
	struct ttmem_ring *ring = READ_ONCE(a->ring) ? ttmem_ring_get(a) : NULL;
	int err = 0;

	if (!ring)
		return 0;
	if (ttmem_ring_moved(ring))
		err = ttmem_ring_wait(ring, ttmem_ring_request_drain(ring));
	ttmem_ring_put(ring);
	return err;
}

struct ttmem_ring_ticket {
	struct ttmem_ring *ring;
	int ticket;
};

static unsigned int ttmem_rings_request_drain(struct ttmem_chip *chip,
					      struct ttmem_ring_ticket *tickets, unsigned int room)
{
	struct ttmem_attachment *a;
	unsigned int n = 0;

	mutex_lock(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip) {
		struct ttmem_ring *ring = ttmem_ring_get(a);

		if (ring && n < room && ttmem_ring_moved(ring)) {
			tickets[n].ring = ring;
			tickets[n++].ticket = ttmem_ring_request_drain(ring);
		} else if (ring) {
			ttmem_ring_put(ring);
		}
	}
	mutex_unlock(&chip->lock);
	return n;
}

int ttmem_rings_drain(struct ttmem_chip *chip)
{
	struct ttmem_ring_ticket *tickets;
	unsigned int i, n;
	int err = 0;

	if (!READ_ONCE(chip->rings))
		return 0;
	tickets = kmalloc_array(TTMEM_MAX_CLIENTS, sizeof(*tickets), GFP_KERNEL);
	if (!tickets)
		return -ENOMEM;
	n = ttmem_rings_request_drain(chip, tickets, TTMEM_MAX_CLIENTS);
	for (i = 0; i < n; i++) {
		err = err ?: ttmem_ring_wait(tickets[i].ring, tickets[i].ticket);
		ttmem_ring_put(tickets[i].ring);
	}
	kfree(tickets);
	return err;
}

bool ttmem_rings_kick(struct ttmem_chip *chip)
{
	struct ttmem_attachment *a;

	lockdep_assert_held(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip) {
		struct ttmem_ring *ring = ttmem_ring_get(a);

		if (!ring)
			continue;
		if (ttmem_ring_moved(ring))
			ttmem_ring_request_drain(ring);
		ttmem_ring_put(ring);
	}
	return chip->rings;
}

void ttmem_ring_finish(struct ttmem_attachment *a)
{
	static const struct tt_memstat_entry unknown;
	struct ttmem_ring *ring = ttmem_ring_get(a);
	struct ttmem_chip *chip = a->chip;
	u32 stuck;
	int ticket;

	if (!ring)
		return;
	ticket = ttmem_ring_request_drain(ring);
	/* Not killed, but no hang either: what the owner has published may be long work. */
	wait_event_idle(ring->done, ttmem_ring_served(ring, ticket));
	mutex_lock(&ring->lock);
	stuck = READ_ONCE(ring->shared->tail) - ring->head;
	if (!ring->error && stuck <= ring->limit - ring->head) {
		mutex_lock(&chip->lock);
		while (stuck-- && !ttmem_attachment_error(a))
			ttmem_refuse(a, &unknown, -ENOSPC);
		mutex_unlock(&chip->lock);
	}
	ttmem_ring_stop(ring, -ESHUTDOWN);
	mutex_unlock(&ring->lock);
	ttmem_ring_put(ring);
}

/*
 * Keep drains off while a drop goes on, which must not be mixed with other events; what was
 * published before is in the books. The ring, or NULL, to be handed to ttmem_ring_resume(). One at
 * a time: under the attachment's mutex.
 */
struct ttmem_ring *ttmem_ring_pause(struct ttmem_attachment *a)
{
	struct ttmem_ring *ring = ttmem_ring_get(a);

	if (!ring)
		return NULL;
	mutex_lock(&ring->lock);
	ring->paused = true;
	mutex_unlock(&ring->lock);
	return ring;
}

void ttmem_ring_resume(struct ttmem_ring *ring)
{
	if (!ring)
		return;
	mutex_lock(&ring->lock);
	ring->paused = false;
	mutex_unlock(&ring->lock);
	ttmem_ring_request_drain(ring);
	ttmem_ring_put(ring);
}

int ttmem_rings_init(void)
{
	ttmem_ring_wq = alloc_workqueue("tt_memstat_ring", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return ttmem_ring_wq ? 0 : -ENOMEM;
}

/* With no attachment left, no drain is queued that anybody could miss. */
void ttmem_rings_exit(void)
{
	destroy_workqueue(ttmem_ring_wq);
}
