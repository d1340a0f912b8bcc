// SPDX-License-Identifier: GPL-2.0-only
/*
 * Submit and drop: events from an owner's call into the books.
 *
 * Knows batches. Does not know what an entry means.
 *
 * A batch is copied to the stack and funded before any lock is taken, so that a batch of frees
 * allocates nothing at all, and is committed under the lock in one go.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include "attach.h"
#include "chip.h"
#include "ioctl.h"
#include "limits.h"
#include "notify.h"

#define TTM_BATCH	16
#define TTM_DROP_BUDGET	1024

/* @fund: enough for all of them. */
static int ttm_batch_commit(struct ttm_attachment *a, const struct tt_memstat_entry *entries,
			    unsigned int count, struct ttm_fund *fund, u32 *taken)
{
	struct ttm_chip *chip = a->chip;
	unsigned int i;
	u64 now;
	int err;

	mutex_lock(&a->lock);
	mutex_lock(&chip->lock);
	now = ktime_get_ns();
	err = ttm_attachment_error(a);
	for (i = 0; !err && i < count; i++) {
		err = ttm_ledger_take(&a->books, &entries[i], now, fund);
		if (!err)
			(*taken)++;
	}
	if (i)
		ttm_notify_arm(chip);
	mutex_unlock(&chip->lock);
	mutex_unlock(&a->lock);
	return err;
}

static int ttm_batch_take(struct ttm_attachment *a, const struct tt_memstat_entry *entries,
			  unsigned int count, u32 *taken)
{
	struct ttm_fund fund = { .arch = a->books.arch };
	struct ttm_need need = {};
	unsigned int i;
	int err;

	for (i = 0; i < count; i++)
		ttm_ledger_need(&entries[i], &need);
	err = ttm_fund_fill(&fund, &need);
	if (!err)
		err = ttm_batch_commit(a, entries, count, &fund, taken);
	ttm_fund_empty(&fund);
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

static int ttm_submit(struct ttm_attachment *a, const struct tt_memstat_entry __user *entries,
		      u32 count, u32 *taken)
{
	struct tt_memstat_entry batch[TTM_BATCH];
	u32 done = 0;

	while (done < count) {
		u32 n = min_t(u32, count - done, TTM_BATCH), got;
		u32 before = *taken;
		int err;

		got = n - DIV_ROUND_UP(copy_from_user(batch, entries + done, n * sizeof(*batch)),
				       sizeof(*batch));
		err = ttm_batch_take(a, batch, got, taken);
		if (err == -ENOMEM && *taken == before)
			err = ttm_batch_take_singly(a, batch, got, taken);
		if (err)
			return err;
		if (got < n)
			return -EFAULT;
		done += n;
		if (done < count && fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

int ttm_ioctl_submit(struct ttm_client *client, void *data)
{
	struct tt_memstat_submit *arg = data;
	struct ttm_attachment *a;
	struct ttm_limits limits;
	int err;

	arg->taken = 0;
	ttm_limits_get(&limits);
	if (arg->reserved || arg->count > limits.max_submit)
		return -EINVAL;
	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	err = ttm_submit(a, u64_to_user_ptr(arg->entries), arg->count, &arg->taken);
	ttm_attachment_put(a);
	return err;
}

static int ttm_drop_step(struct ttm_attachment *a, u32 pools, bool *more)
{
	struct ttm_fund fund = { .arch = a->books.arch };
	struct ttm_chip *chip = a->chip;
	int err;

	mutex_lock(&chip->lock);
	err = ttm_attachment_error(a);
	if (!err) {
		*more = ttm_ledger_drop(&a->books, pools, TTM_DROP_BUDGET, &fund);
		ttm_notify_arm(chip);
	}
	mutex_unlock(&chip->lock);
	ttm_fund_empty(&fund);
	return err;
}

int ttm_ioctl_drop(struct ttm_client *client, void *data)
{
	const struct tt_memstat_drop *arg = data;
	struct ttm_attachment *a;
	bool more = true;
	int err = 0;

	if (!arg->pools || (arg->pools & ~TT_MEMSTAT_POOL_MASK_ALL))
		return -EINVAL;
	a = ttm_attachment_get(client, arg->attachment);
	if (!a)
		return -ENOENT;
	mutex_lock(&a->lock);
	while (!err && more) {
		err = ttm_drop_step(a, arg->pools, &more);
		cond_resched();
	}
	mutex_unlock(&a->lock);
	ttm_attachment_put(a);
	return err;
}
