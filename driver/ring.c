// SPDX-License-Identifier: GPL-2.0-only
/*
 * The submission ring of an attachment: the owner's threads write entries into shared pages, the
 * kernel takes them from there.
 *
 * Knows slots, credit and who drains when. Does not know what an entry means.
 *
 * The pages are the owner's to scribble on: the kernel keeps head and credit of its own, reads
 * tail once a drain, masks every index, and copies an entry before it looks at it.
 *
 * A drain never allocates. The ring's fund is filled by the owner's own calls, for as many
 * entries as there are slots, each at its worst; what an entry frees goes back to it. The credit
 * that the producers see never allows more entries than are funded, except after the fund could
 * not be filled: then entries that need nothing are still taken, and the others are lost. When
 * the chip is described anew the credit is withdrawn: its nodes, or none, were for another chip.
 *
 * The owner's doorbell drains in the owner's own time, as submit does. Readers, who may be
 * throttled, have it done by a workqueue: each takes a ticket and waits until a drain that started
 * later has ended.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "attach.h"
#include "chip.h"
#include "client.h"
#include "clock.h"
#include "compat.h"
#include "ioctl.h"
#include "notify.h"
#include "ring.h"
#include "ring_pages.h"
#include "take.h"

#define TTM_RING_BATCH	16

/* A ring is mapped at its attachment's handle, in steps that hold the largest. */
#define TTM_RING_STRIDE_SHIFT	24

/**
 * struct ttm_ring - a ring
 * @ref: of the attachment, and of each drain that is queued
 * @a: whose; holds a reference, given back with the last one of the ring
 * @entries: slots, a power of two
 * @pages: what is mapped: struct tt_memstat_ring at the start of the first, slots from the second
 * @shared: the first page, mapped here
 * @slot: the slots
 * @drain: the drain
 * @asked: the last ticket
 * @served: the last ticket that a drain has seen before it started; set when it has ended
 * @done: who waits for @served
 * @lock: the ring mutex; guards what follows, outside the chip lock
 * @head: entries taken; changes under the chip lock too
 * @limit: the furthest that @credit ever was: tail may not pass it
 * @error: why the ring was stopped, 0 = it runs
 * @paused: nothing is taken for now
 * @unfunded: the last attempt to fill the fund failed
 * @entry_error: of the last entry that was refused
 * @entry_position: where that stood
 * @refused: entries refused
 * @fund: nodes for the entries to come
 * @credit: position that producers may not pass; guarded by the chip lock, not by @lock
 */
struct ttm_ring {
	struct kref ref;
	struct ttm_attachment *a;
	u32 entries;
	struct ttm_ring_pages *pages;
	struct tt_memstat_ring *shared;
	struct tt_memstat_entry *slot;
	struct work_struct drain;
	atomic_t asked;
	int served;
	wait_queue_head_t done;

	struct mutex lock;		/* the ring mutex */
	u32 head;
	u32 limit;
	int error;
	bool paused;
	bool unfunded;
	int entry_error;
	u32 entry_position;
	u64 refused;
	struct ttm_fund fund;

	u32 credit;
};

static struct workqueue_struct *ttm_ring_wq;

/* The most that any one entry can need. */
static const struct ttm_need ttm_ring_unit = {
	.kind = {
		[TTM_KIND_RECORD] = 1,
		[TTM_KIND_PROGRAM_RECORD] = 1,
		[TTM_KIND_PROGRAM] = 1,
		[TTM_KIND_PROGRAM_SET] = 1,
		[TTM_KIND_PROGRAM_CUT] = 2,
		[TTM_KIND_SNAPSHOT] = 1,
		[TTM_KIND_CUT ... TTM_KINDS - 1] = 2,
	},
};

static void ttm_ring_free(struct kref *ref)
{
	struct ttm_ring *ring = container_of(ref, struct ttm_ring, ref);

	ttm_fund_empty(&ring->fund);
	ttm_ring_pages_put(ring->pages);
	mutex_destroy(&ring->lock);
	ttm_attachment_put(ring->a);
	kfree(ring);
}

static void ttm_ring_put(struct ttm_ring *ring)
{
	kref_put(&ring->ref, ttm_ring_free);
}

/* With a reference; NULL: none. Takes a leaf lock only. */
static struct ttm_ring *ttm_ring_get(struct ttm_attachment *a)
{
	struct ttm_ring *ring;

	spin_lock(&a->ring_lock);
	ring = a->ring;
	if (ring)
		kref_get(&ring->ref);
	spin_unlock(&a->ring_lock);
	return ring;
}

/* Under the ring mutex. */
static void ttm_ring_stop(struct ttm_ring *ring, int error)
{
	ring->error = error;
	WRITE_ONCE(ring->shared->error, error);
}

/* How many entries the fund has nodes for, whatever they are. */
static u32 ttm_ring_funded(const struct ttm_ring *ring)
{
	u32 funded = ring->entries;
	unsigned int kind;

	for (kind = 0; kind < TTM_KINDS; kind++)
		funded = min(funded, ring->fund.kind[kind].count / ttm_ring_unit.kind[kind]);
	return funded;
}

/* Under the chip lock. */
static void ttm_ring_set_credit(struct ttm_ring *ring, u32 credit)
{
	WRITE_ONCE(ring->credit, credit);
	/* The slots behind head have been read: producers may write them again. */
	smp_store_release(&ring->shared->credit, credit);
}

/*
 * Under the ring mutex and the chip lock. Credit once given is not taken back, unless the chip has
 * become another one: then there is none until the fund is of that.
 */
static void ttm_ring_publish(struct ttm_ring *ring)
{
	u32 credit = ring->head + (ring->unfunded ? ring->entries : ttm_ring_funded(ring));

	WRITE_ONCE(ring->shared->head, ring->head);
	if (ring->fund.arch != ring->a->books.arch || (s32)(credit - ring->credit) <= 0)
		return;
	if ((s32)(credit - ring->limit) > 0)
		ring->limit = credit;
	ttm_ring_set_credit(ring, credit);
}

void ttm_rings_withdraw(struct ttm_chip *chip)
{
	struct ttm_attachment *a;

	lockdep_assert_held(&chip->lock);
	list_for_each_entry(a, &chip->attachments, of_chip)
		if (a->ring)
			ttm_ring_set_credit(a->ring, a->ring->head);
}

/* What events freed beyond what the ring can need goes now. Under the ring mutex. */
static void ttm_ring_trim(struct ttm_ring *ring)
{
	struct ttm_fund excess = { .arch = ring->fund.arch };
	unsigned int kind;

	for (kind = 0; kind < TTM_KINDS; kind++)
		while (ring->fund.kind[kind].count > ring->entries * ttm_ring_unit.kind[kind])
			ttm_fund_give(&excess, kind, ttm_fund_take(&ring->fund, kind));
	ttm_fund_empty(&excess);
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

/*
 * Take what is published, as far as tail is now; false: not now. However long that takes, nobody
 * waits long for the ring mutex.
 */
static bool ttm_ring_run(struct ttm_ring *ring)
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

static void ttm_ring_work(struct work_struct *work)
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

/* Put @ring in place of what was there. */
static void ttm_ring_replace(struct ttm_attachment *a, struct ttm_ring *ring)
{
	struct ttm_chip *chip = a->chip;
	struct ttm_ring *old;

	mutex_lock(&chip->lock);
	spin_lock(&a->ring_lock);
	old = a->ring;
	WRITE_ONCE(a->ring, ring);
	spin_unlock(&a->ring_lock);
	WRITE_ONCE(chip->rings, chip->rings + !!ring - !!old);
	if (ring) {
		/* Nobody has seen it yet, nor that the chip may have become another one. */
		if (ring->fund.arch != a->books.arch)
			ttm_ring_set_credit(ring, 0);
		ttm_notify_arm(chip);
	}
	mutex_unlock(&chip->lock);
	if (old)
		ttm_ring_put(old);
}

void ttm_ring_remove(struct ttm_attachment *a)
{
	ttm_ring_replace(a, NULL);
}

static struct ttm_ring *ttm_ring_alloc(struct ttm_attachment *a, u32 entries)
{
	size_t bytes = entries * sizeof(struct tt_memstat_entry);
	struct ttm_ring_pages *pages;
	struct ttm_ring *ring;

	pages = ttm_ring_pages_alloc(a->client->uid, 1 + DIV_ROUND_UP(bytes, PAGE_SIZE));
	if (IS_ERR(pages))
		return ERR_CAST(pages);
	ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring) {
		ttm_ring_pages_put(pages);
		return ERR_PTR(-ENOMEM);
	}
	kref_init(&ring->ref);
	kobject_get(&a->kobj);
	ring->a = a;
	ring->entries = entries;
	ring->pages = pages;
	ring->shared = pages->address;
	ring->slot = pages->address + PAGE_SIZE;
	INIT_WORK(&ring->drain, ttm_ring_work);
	init_waitqueue_head(&ring->done);
	mutex_init(&ring->lock);
	return ring;
}

/* Under the ring mutex: nodes are of the arch that the chip has now. */
static void ttm_ring_follow_arch(struct ttm_ring *ring)
{
	struct ttm_chip *chip = ring->a->chip;
	u32 arch;

	mutex_lock(&chip->lock);
	arch = ring->a->books.arch;
	mutex_unlock(&chip->lock);
	if (arch == ring->fund.arch)
		return;
	ttm_fund_empty(&ring->fund);
	ring->fund.arch = arch;
}

/*
 * Fill the fund, in the owner's context and at its expense, and publish what that allows. Nobody
 * waits for a ring mutex while memory is sought.
 */
static int ttm_ring_fill(struct ttm_ring *ring)
{
	struct ttm_fund more = {};
	struct ttm_need need = {};
	unsigned int kind;
	int err;

	mutex_lock(&ring->lock);
	ttm_ring_follow_arch(ring);
	more.arch = ring->fund.arch;
	for (kind = 0; kind < TTM_KINDS; kind++) {
		u32 wanted = ring->entries * ttm_ring_unit.kind[kind];

		ttm_need_add(&need, kind, wanted - min(wanted, ring->fund.kind[kind].count));
	}
	mutex_unlock(&ring->lock);
	err = ttm_fund_fill(&more, &need);
	mutex_lock(&ring->lock);
	for (kind = 0; kind < TTM_KINDS && more.arch == ring->fund.arch; kind++)
		while (more.kind[kind].count)
			ttm_fund_give(&ring->fund, kind, ttm_fund_take(&more, kind));
	/* Without an arch nothing can be funded, and what would need it is refused anyway. */
	ring->unfunded = err || !ring->fund.arch;
	ttm_ring_trim(ring);
	mutex_lock(&ring->a->chip->lock);
	ttm_ring_publish(ring);
	mutex_unlock(&ring->a->chip->lock);
	mutex_unlock(&ring->lock);
	ttm_fund_empty(&more);
	return err;
}

static int ttm_ring_setup(struct ttm_attachment *a, u32 entries)
{
	struct ttm_ring *old = ttm_ring_get(a), *ring;
	bool running = old && !READ_ONCE(old->error);
	int err;

	if (old)
		ttm_ring_put(old);
	if (running)
		return -EEXIST;
	ring = ttm_ring_alloc(a, entries);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	err = ttm_ring_fill(ring);
	if (err) {
		ttm_ring_put(ring);
		return err;
	}
	ttm_ring_replace(a, ring);
	/* An attachment that was ended meanwhile has been asked to give up its ring already. */
	mutex_lock(&a->chip->lock);
	err = ttm_attachment_error(a);
	mutex_unlock(&a->chip->lock);
	if (err)
		ttm_ring_remove(a);
	return err;
}

int ttm_ioctl_ring_setup(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_setup *arg = data;
	struct ttm_attachment *a;
	int err;

	if (arg->entries < TTM_RING_MIN || arg->entries > TTM_RING_MAX ||
	    !is_power_of_2(arg->entries))
		return -EINVAL;
	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	mutex_lock(&a->ring_setup);
	err = ttm_ring_setup(a, arg->entries);
	mutex_unlock(&a->ring_setup);
	ttm_attachment_put(a);
	arg->offset = (u64)arg->attachment << TTM_RING_STRIDE_SHIFT;
	arg->size = PAGE_ALIGN(arg->entries * sizeof(struct tt_memstat_entry)) + PAGE_SIZE;
	arg->entries_offset = PAGE_SIZE;
	return err;
}

/* A ring that nobody was told of is taken back. */
void ttm_ioctl_ring_setup_undo(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_setup *arg = data;
	struct ttm_attachment *a = ttm_attachment_get(client, arg->attachment);

	if (!a)
		return;
	ttm_ring_remove(a);
	ttm_attachment_put(a);
}

int ttm_ioctl_ring_doorbell(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_doorbell *arg = data;
	struct ttm_attachment *a = ttm_attachment_get(client, arg->attachment);
	struct ttm_ring *ring;
	int err;

	if (!a)
		return -ENOENT;
	ring = ttm_ring_get(a);
	ttm_attachment_put(a);
	if (!ring)
		return -ENOENT;
	ttm_ring_run(ring);
	/* Without memory there is credit all the same, only not for what needs some. */
	ttm_ring_fill(ring);
	mutex_lock(&ring->lock);
	arg->credit = READ_ONCE(ring->credit);
	err = ring->error;
	mutex_unlock(&ring->lock);
	ttm_ring_put(ring);
	return err;
}

int ttm_ioctl_ring_status(struct ttm_client *client, void *data)
{
	struct tt_memstat_ring_status *arg = data;
	struct ttm_attachment *a = ttm_attachment_get(client, arg->attachment);
	struct ttm_ring *ring;

	if (!a)
		return -ENOENT;
	ring = ttm_ring_get(a);
	ttm_attachment_put(a);
	if (!ring)
		return -ENOENT;
	mutex_lock(&ring->lock);
	arg->head = ring->head;
	arg->tail = READ_ONCE(ring->shared->tail);
	arg->credit = READ_ONCE(ring->credit);
	arg->error = ring->error;
	arg->entry_error = ring->entry_error;
	arg->entry_position = ring->entry_position;
	arg->refused = ring->refused;
	mutex_unlock(&ring->lock);
	ttm_ring_put(ring);
	return 0;
}

/*
 * Shared and writable, or it is of no use; not for execution, and not for children. Runs under
 * the lock of the address space, so only leaf locks are taken.
 */
int ttm_ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	const unsigned int shift = TTM_RING_STRIDE_SHIFT - PAGE_SHIFT;
	struct ttm_client *client = file->private_data;
	struct ttm_attachment *a;
	struct ttm_ring *ring;
	int err;

	if (task_tgid(current) != client->owner)
		return ttm_client_owner_is_dead(client) ? -EOWNERDEAD : -EPERM;
	if (vma->vm_pgoff & (BIT(shift) - 1) || vma->vm_pgoff >> shift > U32_MAX ||
	    (vma->vm_flags & (VM_SHARED | VM_WRITE | VM_EXEC)) != (VM_SHARED | VM_WRITE))
		return -EINVAL;
	a = ttm_attachment_get(client, (u32)(vma->vm_pgoff >> shift));
	if (!a)
		return -ENOENT;
	ring = ttm_ring_get(a);
	ttm_attachment_put(a);
	if (!ring)
		return -ENOENT;
	ttm_vm_flags_mod(vma, VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	err = ttm_ring_pages_map(ring->pages, vma);
	ttm_ring_put(ring);
	return err;
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
