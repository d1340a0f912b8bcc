// SPDX-License-Identifier: GPL-2.0-only
/*
 * Submit and drop: events from an owner's call into the books.
 *
 * Knows batches. Does not know what an entry means.
 *
 * A batch is copied to the stack, funded before the chip lock is taken, so that a batch of frees
 * allocates nothing at all, and committed under the lock in one go. A few nodes that events freed
 * stay for those to come. An entry alone, as runtimes
 * without a ring send them, has a way of its own: many kernels clear what is on the stack, and a
 * batch of room costs more than the entry.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include "attachment.h"
#include "chip.h"
#include "clock.h"
#include "ioctl.h"
#include "limits.h"
#include "notify.h"
#include "ring.h"
#include "take.h"

#define TTM_BATCH	16
#define TTM_DROP_BUDGET	1024

/* As many nodes as are worth keeping for the next submit: those of a batch of DRAM records. */
#define TTM_FUND_KEEP	64

/*
 * Under the chip lock: as many as are taken before somebody else wants the processor or it was
 * much work; how many that were in *done. -EAGAIN: the fund is for a geometry that the chip has no
 * more.
 */
static int ttm_batch_commit_some(struct ttm_attachment *a, const struct tt_memstat_entry *entries,
				 unsigned int count, unsigned int *done)
{
	struct ttm_ledger *ledger = &a->chip->ledger;
	u64 now = ttm_clock_ns();
	int err = ttm_attachment_error(a);
	unsigned int n = 0;

	if (!err && a->fund.arch != a->books.arch)
		err = -EAGAIN;
	if (err)
		return err;
	ttm_ledger_begin(ledger);
	while (!err && n < count && (!n || !(need_resched() || ttm_ledger_is_tired(ledger)))) {
		err = ttm_take(a, &entries[n], now, &a->fund);
		n += !err;
	}
	ttm_notify_arm(a->chip);
	*done += n;
	/* What is taken in steps goes on at the next hold of the lock. */
	return err == TTM_AGAIN ? 0 : err;
}

/* With enough in the fund for all of them. */
static int ttm_batch_commit(struct ttm_attachment *a, const struct tt_memstat_entry *entries,
			    unsigned int count, unsigned int *done)
{
	int err = 0;

	while (!err && *done < count) {
		mutex_lock(&a->chip->lock);
		err = ttm_batch_commit_some(a, entries + *done, count - *done, done);
		mutex_unlock(&a->chip->lock);
		if (err || *done == count)
			return err;
		cond_resched();
		if (fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}

/* Most entries free or dispatch, and need no list of nodes on the stack. */
static noinline_for_stack int ttm_batch_fill(struct ttm_attachment *a,
					     const struct tt_memstat_entry *entries,
					     unsigned int count)
{
	struct ttm_need need = {};
	unsigned int i;

	for (i = 0; i < count; i++)
		ttm_ledger_need(&entries[i], &need);
	return ttm_fund_fill(&a->fund, &need);
}

static int ttm_batch_fund(struct ttm_attachment *a, const struct tt_memstat_entry *entries,
			  unsigned int count)
{
	u32 arch = READ_ONCE(a->books.arch);
	unsigned int i = 0;

	if (a->fund.arch != arch) {
		ttm_fund_empty(&a->fund);
		a->fund.arch = arch;
	}
	while (i < count && !ttm_ledger_needs(&entries[i]))
		i++;
	return i < count ? ttm_batch_fill(a, entries + i, count - i) : 0;
}

static int ttm_batch_take(struct ttm_attachment *a, const struct tt_memstat_entry *entries,
			  unsigned int count, u32 *taken)
{
	unsigned int done = 0;
	int err;

	err = mutex_lock_killable(&a->lock);
	if (err)
		return err;
	do {
		err = ttm_batch_fund(a, entries + done, count - done);
		if (!err)
			err = ttm_batch_commit(a, entries, count, &done);
	} while (err == -EAGAIN);
	if (a->fund.nodes > TTM_FUND_KEEP)
		ttm_fund_empty(&a->fund);
	mutex_unlock(&a->lock);
	*taken += done;
	return err;
}

/* What precedes the entry that finds no memory is still taken. */
static int ttm_batch_take_singly(struct ttm_attachment *a, const struct tt_memstat_entry *entries,
				 unsigned int count, u32 *taken)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < count; i++)
		err = ttm_batch_take(a, &entries[i], 1, taken);
	return err;
}

static noinline_for_stack int ttm_submit_one(struct ttm_attachment *a,
					     const struct tt_memstat_entry __user *entry,
					     u32 *taken)
{
	struct tt_memstat_entry e;

	if (ttm_words_from_user((u64 *)&e, (const u64 __user *)entry, sizeof(e) / sizeof(u64)))
		return -EFAULT;
	return ttm_batch_take(a, &e, 1, taken);
}

/* @count: at most TTM_BATCH */
static noinline_for_stack int ttm_submit_batch(struct ttm_attachment *a,
					       const struct tt_memstat_entry __user *entries,
					       u32 count, u32 *taken)
{
	struct tt_memstat_entry batch[TTM_BATCH];
	u32 got, before = *taken;
	int err;

	got = count - DIV_ROUND_UP(copy_from_user(batch, entries, count * sizeof(*batch)),
				   sizeof(*batch));
	err = ttm_batch_take(a, batch, got, taken);
	if (err == -ENOMEM && *taken == before)
		err = ttm_batch_take_singly(a, batch, got, taken);
	if (!err && got < count)
		err = -EFAULT;
	return err;
}

static int ttm_submit(struct ttm_attachment *a, const struct tt_memstat_entry __user *entries,
		      u32 count, u32 *taken)
{
	u32 done = 0, n;
	int err = 0;

	while (!err && done < count) {
		n = min_t(u32, count - done, TTM_BATCH);
		err = n == 1 ? ttm_submit_one(a, entries + done, taken) :
			       ttm_submit_batch(a, entries + done, n, taken);
		done += n;
		if (!err && done < count && fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}

int ttm_ioctl_submit(struct ttm_client *client, void *data)
{
	struct tt_memstat_submit *arg = data;
	struct ttm_attachment *a;
	int err;

	arg->taken = 0;
	if (arg->reserved || arg->count > ttm_limits_submit())
		return -EINVAL;
	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	/* What the owner published before comes before. */
	err = ttm_ring_drain(a);
	if (!err)
		err = ttm_submit(a, u64_to_user_ptr(arg->entries), arg->count, &arg->taken);
	ttm_attachment_put(a);
	return err;
}

static int ttm_drop_step(struct ttm_attachment *a, u32 pools, bool *more)
{
	struct ttm_chip *chip = a->chip;
	struct ttm_fund fund = {};
	int err;

	mutex_lock(&chip->lock);
	fund.arch = a->books.arch;
	err = ttm_attachment_error(a);
	if (!err) {
		ttm_ledger_begin(&chip->ledger);
		*more = ttm_ledger_drop(&a->books, pools, TTM_DROP_BUDGET, &fund);
		if (!*more)
			trace_client_drop(a, pools);
		ttm_notify_arm(chip);
	}
	mutex_unlock(&chip->lock);
	ttm_fund_empty(&fund);
	return err;
}

/* Once begun it is finished, but for a fatal signal, after which all goes. */
static int ttm_drop(struct ttm_attachment *a, u32 pools)
{
	struct ttm_ring *ring = ttm_ring_pause(a);
	bool more = true;
	int err = 0;

	while (!err && more) {
		err = ttm_drop_step(a, pools, &more);
		cond_resched();
		if (!err && more && fatal_signal_pending(current))
			err = -EINTR;
	}
	ttm_ring_resume(ring);
	return err;
}

int ttm_ioctl_drop(struct ttm_client *client, void *data)
{
	const struct tt_memstat_drop *arg = data;
	struct ttm_attachment *a;
	int err;

	if (!arg->pools || (arg->pools & ~TT_MEMSTAT_POOL_MASK_ALL))
		return -EINVAL;
	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	err = ttm_ring_drain(a);
	if (!err)
		err = mutex_lock_killable(&a->lock);
	if (!err) {
		err = ttm_drop(a, arg->pools);
		mutex_unlock(&a->lock);
	}
	ttm_attachment_put(a);
	return err;
}
