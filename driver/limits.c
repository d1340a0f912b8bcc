// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much there may be of everything, of each user as well as in all.
 *
 * Knows the module parameters and counts by user. Does not know what is counted.
 *
 * Locking: ttm_users_lock is a leaf. Parameters are read without one.
 */
#include <linux/errno.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "ledger/ledger.h"
#include "limits.h"

struct ttm_bounded {
	unsigned int value;
	unsigned int min;
	unsigned int max;
};

static int ttm_bounded_set(const char *val, const struct kernel_param *kp)
{
	struct ttm_bounded *bounded = kp->arg;
	unsigned int value;
	int err;

	err = kstrtouint(val, 0, &value);
	if (err)
		return err;
	if (value < bounded->min || value > bounded->max)
		return -EINVAL;
	WRITE_ONCE(bounded->value, value);
	return 0;
}

static int ttm_bounded_get(char *buffer, const struct kernel_param *kp)
{
	const struct ttm_bounded *bounded = kp->arg;

	return scnprintf(buffer, PAGE_SIZE, "%u\n", READ_ONCE(bounded->value));
}

static const struct kernel_param_ops ttm_bounded_ops = {
	.set = ttm_bounded_set,
	.get = ttm_bounded_get,
};

static struct ttm_bounded ttm_max_chips = { 256, 1, 4096 };
module_param_cb(max_chips, &ttm_bounded_ops, &ttm_max_chips, 0644);
MODULE_PARM_DESC(max_chips, "chips on the host (1 to 4096, default 256)");

static struct ttm_bounded ttm_max_clients = { TTM_MAX_CLIENTS, 1, TTM_MAX_CLIENTS };
module_param_cb(max_clients, &ttm_bounded_ops, &ttm_max_clients, 0644);
MODULE_PARM_DESC(max_clients, "clients on a chip, half of them at most of one user (1 to 128, default 128)");

static struct ttm_bounded ttm_max_records = { 1 << 20, 1, 1 << 24 };
module_param_cb(max_records, &ttm_bounded_ops, &ttm_max_records, 0644);
MODULE_PARM_DESC(max_records, "records of a client on a chip (default 1048576)");

static struct ttm_bounded ttm_max_programs = { 1 << 17, 1, 1 << 20 };
module_param_cb(max_programs, &ttm_bounded_ops, &ttm_max_programs, 0644);
MODULE_PARM_DESC(max_programs, "programs of a client on a chip (default 131072)");

static struct ttm_bounded ttm_max_submit = { 1 << 16, 1, 1 << 20 };
module_param_cb(max_submit, &ttm_bounded_ops, &ttm_max_submit, 0644);
MODULE_PARM_DESC(max_submit, "entries in one submit (default 65536)");

static struct ttm_bounded ttm_max_virtual = { 16, 0, 4096 };
module_param_cb(max_virtual, &ttm_bounded_ops, &ttm_max_virtual, 0644);
MODULE_PARM_DESC(max_virtual, "virtual chips of a user without CAP_SYS_ADMIN (default 16)");

static struct ttm_bounded ttm_max_user_clients = { 4096, 1, 1 << 20 };
module_param_cb(max_user_clients, &ttm_bounded_ops, &ttm_max_user_clients, 0644);
MODULE_PARM_DESC(max_user_clients, "attachments of one user, over all chips (default 4096)");

static bool ttm_allow_virtual;
module_param_named(allow_virtual, ttm_allow_virtual, bool, 0644);
MODULE_PARM_DESC(allow_virtual, "let every user create virtual chips (default N)");

/**
 * ttm_limits_get - the limits of now
 * @limits: filled in; may change right after, what is there already stays
 */
void ttm_limits_get(struct ttm_limits *limits)
{
	limits->max_chips = READ_ONCE(ttm_max_chips.value);
	limits->max_clients = READ_ONCE(ttm_max_clients.value);
	limits->max_records = READ_ONCE(ttm_max_records.value);
	limits->max_programs = READ_ONCE(ttm_max_programs.value);
	limits->max_submit = READ_ONCE(ttm_max_submit.value);
	limits->max_virtual = READ_ONCE(ttm_max_virtual.value);
	limits->max_user_clients = READ_ONCE(ttm_max_user_clients.value);
	limits->allow_virtual = READ_ONCE(ttm_allow_virtual);
}

/* That one alone, for each submit. */
unsigned int ttm_limits_submit(void)
{
	return READ_ONCE(ttm_max_submit.value);
}

/* There while any count is not zero. */
struct ttm_user {
	struct hlist_node node;
	kuid_t uid;
	unsigned int count[TTM_QUOTAS];
};

static DEFINE_HASHTABLE(ttm_users, 6);
static DEFINE_SPINLOCK(ttm_users_lock);

static struct ttm_user *ttm_user_find(kuid_t uid)
{
	struct ttm_user *user;

	hash_for_each_possible(ttm_users, user, node, __kuid_val(uid))
		if (uid_eq(user->uid, uid))
			return user;
	return NULL;
}

/**
 * ttm_quota_charge - one more of something for a user
 * @uid: who
 * @quota: of what
 * @limit: how many the user may have with this one; UINT_MAX = any number
 *
 * Return: 0, -ENOSPC at the limit, -ENOMEM.
 */
int ttm_quota_charge(kuid_t uid, enum ttm_quota quota, unsigned int limit)
{
	struct ttm_user *user, *fresh;
	int err = 0;

	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		return -ENOMEM;
	fresh->uid = uid;

	spin_lock(&ttm_users_lock);
	user = ttm_user_find(uid);
	if (!user && limit) {
		user = fresh;
		fresh = NULL;
		hash_add(ttm_users, &user->node, __kuid_val(uid));
	}
	if (user && user->count[quota] < limit)
		user->count[quota]++;
	else
		err = -ENOSPC;
	spin_unlock(&ttm_users_lock);
	kfree(fresh);
	return err;
}

/* Takes back what ttm_quota_charge() granted. Never fails. */
void ttm_quota_uncharge(kuid_t uid, enum ttm_quota quota)
{
	struct ttm_user *user;
	unsigned int i;
	bool idle = true;

	spin_lock(&ttm_users_lock);
	user = ttm_user_find(uid);
	user->count[quota]--;
	for (i = 0; i < TTM_QUOTAS; i++)
		idle &= !user->count[i];
	if (idle)
		hash_del(&user->node);
	spin_unlock(&ttm_users_lock);
	if (idle)
		kfree(user);
}
