// SPDX-License-Identifier: GPL-2.0-only
/*
 * SUBMIT and DROP: entries from an owner's call into the books.
 *
 * A batch is copied to the stack, its nodes are preallocated before the chip lock is taken, and it
 * is committed under the lock. A few nodes that events freed are kept for the next batch. A single
 * entry, the habit of runtimes without a ring, has a path of its own: many kernels clear the stack
 * at function entry, and clearing room for a batch costs more than the entry.
 */
#include <linux/sched/signal.h>
#include "apply.h"

#define TTMEM_BATCH	16

/* As many nodes as are worth keeping for the next submit: those of a batch of DRAM records. */
#define TTMEM_PREALLOC_KEEP	64

/*
 * Under the chip lock: apply entries until another task wants the processor or the hold has done
 * its work. Adds their number to *done.
 */
static int ttmem_batch_commit_some(struct ttmem_attachment *a,
				   const struct tt_memstat_entry *entries, unsigned int count,
				   unsigned int *done)
{
	struct ttmem_ledger *ledger = &a->chip->ledger;
	u64 now = ttmem_clock_ns();
	int err = ttmem_attachment_error(a);
	unsigned int n = 0;

	if (err)
		return err;
	ttmem_ledger_begin(ledger);
	while (!err && n < count &&
	       (!n || !(need_resched() || ttmem_ledger_should_yield(ledger)))) {
		err = ttmem_apply(a, &entries[n], now, &a->prealloc);
		n += !err;
	}
	ttmem_publish(a->chip, a);
	*done += n;
	/* An event in steps continues at the next hold of the lock. */
	return err == TTMEM_AGAIN ? 0 : err;
}

/* With enough in the prealloc for all of them. */
static int ttmem_batch_commit(struct ttmem_attachment *a, const struct tt_memstat_entry *entries,
			      unsigned int count, unsigned int *done)
{
	int err = 0;

	while (!err && *done < count) {
		spin_lock(&a->chip->lock);
		err = ttmem_batch_commit_some(a, entries + *done, count - *done, done);
		spin_unlock(&a->chip->lock);
		if (err || *done == count)
			return err;
		cond_resched();
		if (fatal_signal_pending(current)) {
			a->prealloc.begun = false;
			err = -EINTR;
		}
	}
	return err;
}

/* Most entries free or dispatch, and need no list of nodes on the stack. */
static noinline_for_stack int ttmem_batch_prealloc_fill(struct ttmem_attachment *a,
							const struct tt_memstat_entry *entries,
							unsigned int count)
{
	struct ttmem_need need = {};
	unsigned int i;

	for (i = 0; i < count; i++)
		ttmem_ledger_need(&a->books, &entries[i], &need);
	return ttmem_prealloc_fill(&a->prealloc, &need);
}

static int ttmem_batch_prealloc(struct ttmem_attachment *a, const struct tt_memstat_entry *entries,
				unsigned int count)
{
	unsigned int i = 0;

	while (i < count && !ttmem_ledger_needs(&entries[i]))
		i++;
	return i < count ? ttmem_batch_prealloc_fill(a, entries + i, count - i) : 0;
}

/* Refuse an entry for lack of room, unless it is invalid once the event under way is done. */
static int ttmem_entry_refuse(struct ttmem_attachment *a, const struct tt_memstat_entry *e)
{
	int err;

	do {
		spin_lock(&a->chip->lock);
		ttmem_ledger_begin(&a->chip->ledger);
		err = ttmem_attachment_error(a);
		if (!err && a->books.op.active) {
			err = ttmem_apply(a, e, ttmem_clock_ns(), &a->prealloc);
		} else if (!err) {
			err = ttmem_ledger_check(&a->books, e) ?: -ENOSPC;
			ttmem_refuse(a, e, err);
		}
		ttmem_publish(a->chip, a);
		spin_unlock(&a->chip->lock);
		cond_resched();
	} while (err == TTMEM_AGAIN && !fatal_signal_pending(current));
	return err == TTMEM_AGAIN ? -EINTR : err;
}

static int ttmem_batch_apply(struct ttmem_attachment *a, const struct tt_memstat_entry *entries,
			     unsigned int count, u32 *taken)
{
	unsigned int done = 0;
	int err;

	err = ttmem_batch_prealloc(a, entries, count);
	if (err == -ENOSPC)
		err = count > 1 ? -ENOMEM : ttmem_entry_refuse(a, entries);
	if (!err)
		err = ttmem_batch_commit(a, entries, count, &done);
	if (a->prealloc.nodes > TTMEM_PREALLOC_KEEP)
		ttmem_prealloc_free(&a->prealloc);
	*taken += done;
	return err;
}

static noinline_for_stack int ttmem_submit_one(struct ttmem_attachment *a,
					       const struct tt_memstat_entry __user *entry,
					       u32 *taken)
{
	struct tt_memstat_entry e;

	if (ttmem_words_from_user((u64 *)&e, (const u64 __user *)entry, sizeof(e) / sizeof(u64)))
		return -EFAULT;
	return ttmem_batch_apply(a, &e, 1, taken);
}

/* @count: at most TTMEM_BATCH */
static noinline_for_stack int ttmem_submit_batch(struct ttmem_attachment *a,
						 const struct tt_memstat_entry __user *entries,
						 u32 count, u32 *taken)
{
	struct tt_memstat_entry batch[TTMEM_BATCH];
	u32 got;
	int err;

	got = count - DIV_ROUND_UP(copy_from_user(batch, entries, count * sizeof(*batch)),
				   sizeof(*batch));
	err = ttmem_batch_apply(a, batch, got, taken);
	if (!err && got < count)
		err = -EFAULT;
	return err;
}

static int ttmem_submit(struct ttmem_attachment *a, const struct tt_memstat_entry __user *entries,
			u32 count, u32 *taken)
{
	u32 n, most = TTMEM_BATCH;
	int err = 0;

	while (!err && *taken < count) {
		n = min(count - *taken, most);
		err = n == 1 ? ttmem_submit_one(a, entries + *taken, taken) :
			       ttmem_submit_batch(a, entries + *taken, n, taken);
		if (err == -ENOMEM && n > 1) {
			/* Singly, so that all before the one without memory or room are taken. */
			most = 1;
			err = 0;
		}
		if (!err && *taken < count) {
			cond_resched();
			if (fatal_signal_pending(current))
				err = -EINTR;
		}
	}
	return err;
}

/*
 * Find the attachment, with a reference, and lock it. Drain the ring under the lock, so that no
 * other call comes between the ring's entries and this call.
 */
static struct ttmem_attachment *ttmem_attachment_lock(struct ttmem_client *client, u32 handle)
{
	struct ttmem_attachment *a = ttmem_attachment_get(client, handle);
	int err;

	if (IS_ERR(a))
		return a;
	err = mutex_lock_killable(&a->lock);
	if (!err) {
		err = READ_ONCE(a->ring) ? ttmem_attachment_drain(a) : 0;
		if (!err)
			return a;
		mutex_unlock(&a->lock);
	}
	ttmem_attachment_put(a);
	return ERR_PTR(err);
}

static void ttmem_attachment_unlock(struct ttmem_attachment *a)
{
	mutex_unlock(&a->lock);
	ttmem_attachment_put(a);
}

int ttmem_ioctl_submit(struct ttmem_client *client, void *data)
{
	struct tt_memstat_submit *arg = data;
	struct ttmem_attachment *a;
	int err;

	arg->taken = 0;
	/* One is always allowed, which spares the commonest submit a call. */
	if (arg->reserved || (arg->count > 1 && arg->count > ttmem_limit(TTMEM_LIMIT_SUBMIT)))
		return -EINVAL;
	a = ttmem_attachment_lock(client, arg->attachment);
	if (IS_ERR(a))
		return PTR_ERR(a);
	err = ttmem_submit(a, u64_to_user_ptr(arg->entries), arg->count, &arg->taken);
	ttmem_attachment_unlock(a);
	return err;
}

/*
 * In steps. After a fatal signal the rest is left to the next event. There may be one: a child has
 * inherited the file, or the signal was the execve() of another thread.
 */
static int ttmem_drop(struct ttmem_attachment *a, u32 pools)
{
	struct ttmem_chip *chip = a->chip;
	struct ttmem_prealloc prealloc = { .user = a->client->user, .arch = chip->ledger.arch };
	bool more = false;
	int err;

	do {
		spin_lock(&chip->lock);
		err = ttmem_attachment_error(a);
		if (!err) {
			ttmem_ledger_begin(&chip->ledger);
			more = ttmem_ledger_drop(&a->books, pools, &prealloc);
			if (!more)
				trace_client_drop(a, pools);
			ttmem_publish(chip, a);
		}
		spin_unlock(&chip->lock);
		ttmem_prealloc_free(&prealloc);
		cond_resched();
	} while (!err && more && !fatal_signal_pending(current));
	return err ?: (more ? -EINTR : 0);
}

int ttmem_ioctl_drop(struct ttmem_client *client, void *data)
{
	const struct tt_memstat_drop *arg = data;
	struct ttmem_attachment *a;
	int err;

	if (!arg->pools || (arg->pools & ~TT_MEMSTAT_POOL_MASK_ALL))
		return -EINVAL;
	a = ttmem_attachment_lock(client, arg->attachment);
	if (IS_ERR(a))
		return PTR_ERR(a);
	err = ttmem_drop(a, arg->pools);
	ttmem_attachment_unlock(a);
	return err;
}
