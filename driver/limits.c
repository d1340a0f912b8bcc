// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much there may be of everything, of each user as well as in all.
 *
 * Knows the module parameters and counts by user. Does not know what is counted.
 *
 * Locking: ttmem_users_lock is a leaf, and taken rarely: what comes and goes with events is charged
 * in batches. Parameters are read without one.
 */
#include <linux/errno.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "clock.h"
#include "ledger/ledger.h"
#include "limits.h"

/* So many devices at once, and then one in this time. */
#define TTMEM_DEVICE_BURST	16
#define TTMEM_DEVICE_NS		((u64)NSEC_PER_SEC)

struct ttmem_bounded {
	unsigned int value;
	unsigned int min;
	unsigned int max;
};

/* The mode of a parameter's file lets uid 0 write it in any container. */
static int ttmem_bounded_set(const char *val, const struct kernel_param *kp)
{
	struct ttmem_bounded *bounded = kp->arg;
	unsigned int value;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtouint(val, 0, &value);
	if (err)
		return err;
	if (value < bounded->min || value > bounded->max)
		return -EINVAL;
	WRITE_ONCE(bounded->value, value);
	return 0;
}

static int ttmem_bounded_get(char *buffer, const struct kernel_param *kp)
{
	const struct ttmem_bounded *bounded = kp->arg;

	return scnprintf(buffer, PAGE_SIZE, "%u\n", READ_ONCE(bounded->value));
}

static const struct kernel_param_ops ttmem_bounded_ops = {
	.set = ttmem_bounded_set,
	.get = ttmem_bounded_get,
};

static struct ttmem_bounded ttmem_max_chips = { 256, 1, 4096 };
module_param_cb(max_chips, &ttmem_bounded_ops, &ttmem_max_chips, 0644);
MODULE_PARM_DESC(max_chips, "chips on the host (1 to 4096, default 256)");

static struct ttmem_bounded ttmem_max_clients = { TTMEM_MAX_CLIENTS, 1, TTMEM_MAX_CLIENTS };
module_param_cb(max_clients, &ttmem_bounded_ops, &ttmem_max_clients, 0644);
MODULE_PARM_DESC(max_clients,
		 "clients on a chip, an eighth of them of CAP_SYS_ADMIN alone (1 to 128, default 128)");

static struct ttmem_bounded ttmem_max_records = { 1 << 20, 1, 1 << 24 };
module_param_cb(max_records, &ttmem_bounded_ops, &ttmem_max_records, 0644);
MODULE_PARM_DESC(max_records, "records of a client on a chip (default 1048576)");

static struct ttmem_bounded ttmem_max_programs = { 1 << 17, 1, 1 << 20 };
module_param_cb(max_programs, &ttmem_bounded_ops, &ttmem_max_programs, 0644);
MODULE_PARM_DESC(max_programs, "programs of a client on a chip (default 131072)");

static struct ttmem_bounded ttmem_max_submit = { 1 << 16, 1, 1 << 20 };
module_param_cb(max_submit, &ttmem_bounded_ops, &ttmem_max_submit, 0644);
MODULE_PARM_DESC(max_submit, "entries in one submit (default 65536)");

static struct ttmem_bounded ttmem_max_boundaries = { 1 << 21, 4, 1 << 25 };
module_param_cb(max_boundaries, &ttmem_bounded_ops, &ttmem_max_boundaries, 0644);
MODULE_PARM_DESC(max_boundaries,
		 "addresses at which records of a client on a chip start or end (default 2097152)");

static struct ttmem_bounded ttmem_max_user[TTMEM_QUOTAS] = {
	[TTMEM_QUOTA_CLIENTS]	= { 4096, 1, 1 << 20 },
	[TTMEM_QUOTA_VIRTUAL]	= { 16, 0, 4096 },
	[TTMEM_QUOTA_RECORDS]	= { 1 << 22, 1, 1 << 30 },
	[TTMEM_QUOTA_BOUNDARIES]	= { 1 << 23, 4, 1 << 30 },
	[TTMEM_QUOTA_SETS]	= { 1 << 16, 1, 1 << 24 },
	[TTMEM_QUOTA_RING_PAGES]	= { 1 << 14, 1, 1 << 24 },
};

module_param_cb(max_user_clients, &ttmem_bounded_ops, &ttmem_max_user[TTMEM_QUOTA_CLIENTS], 0644);
MODULE_PARM_DESC(max_user_clients, "attachments of one user, over all chips (default 4096)");
module_param_cb(max_virtual, &ttmem_bounded_ops, &ttmem_max_user[TTMEM_QUOTA_VIRTUAL], 0644);
MODULE_PARM_DESC(max_virtual, "virtual chips of a user without CAP_SYS_ADMIN (default 16)");
module_param_cb(max_user_records, &ttmem_bounded_ops, &ttmem_max_user[TTMEM_QUOTA_RECORDS], 0644);
MODULE_PARM_DESC(max_user_records, "records of one user, over all chips (default 4194304)");
module_param_cb(max_user_boundaries, &ttmem_bounded_ops, &ttmem_max_user[TTMEM_QUOTA_BOUNDARIES],
		0644);
MODULE_PARM_DESC(max_user_boundaries, "boundaries of one user, over all chips (default 8388608)");
module_param_cb(max_user_sets, &ttmem_bounded_ops, &ttmem_max_user[TTMEM_QUOTA_SETS], 0644);
MODULE_PARM_DESC(max_user_sets, "bank sets of one user, over all chips (default 65536)");
module_param_cb(max_user_ring_pages, &ttmem_bounded_ops, &ttmem_max_user[TTMEM_QUOTA_RING_PAGES],
		0644);
MODULE_PARM_DESC(max_user_ring_pages, "pages of the rings of one user (default 16384)");

static int ttmem_allow_virtual_set(const char *val, const struct kernel_param *kp)
{
	return capable(CAP_SYS_ADMIN) ? param_set_bool(val, kp) : -EPERM;
}

static const struct kernel_param_ops ttmem_allow_virtual_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = ttmem_allow_virtual_set,
	.get = param_get_bool,
};

static bool ttmem_allow_virtual;
module_param_cb(allow_virtual, &ttmem_allow_virtual_ops, &ttmem_allow_virtual, 0644);
MODULE_PARM_DESC(allow_virtual, "let every user create virtual chips (default N)");

/**
 * ttmem_limits_get - the limits of now
 * @limits: filled in; may change right after, what is there already stays
 */
void ttmem_limits_get(struct ttmem_limits *limits)
{
	unsigned int quota;

	limits->max_chips = READ_ONCE(ttmem_max_chips.value);
	limits->max_clients = READ_ONCE(ttmem_max_clients.value);
	limits->max_records = READ_ONCE(ttmem_max_records.value);
	limits->max_programs = READ_ONCE(ttmem_max_programs.value);
	limits->max_boundaries = READ_ONCE(ttmem_max_boundaries.value);
	limits->max_submit = READ_ONCE(ttmem_max_submit.value);
	for (quota = 0; quota < TTMEM_QUOTAS; quota++)
		limits->max_user[quota] = READ_ONCE(ttmem_max_user[quota].value);
	limits->allow_virtual = READ_ONCE(ttmem_allow_virtual);
}

/**
 * ttmem_limits_room - whether the caller may take one more of some places
 * @max: that there are
 * @used: that are taken
 * @mine: that he has of these
 *
 * A part is the administrator's. Of the rest everybody may have as many as he leaves to others, so
 * that who comes next finds half of what his predecessor found: it takes many to leave nothing.
 */
bool ttmem_limits_room(unsigned int max, unsigned int used, unsigned int mine)
{
	if (used >= max)
		return false;
	return used + mine < max - ttmem_limits_reserve(max) || ttmem_is_admin();
}

/* That one alone, for each submit. */
unsigned int ttmem_limits_submit(void)
{
	return READ_ONCE(ttmem_max_submit.value);
}

/*
 * There while somebody holds a reference, as each does that has anything charged, and as long as
 * what it has made still counts.
 */
struct ttmem_user {
	struct hlist_node node;
	kuid_t uid;
	unsigned int refs;
	u64 devices;		/* when the last device counts no more */
	unsigned int count[TTMEM_QUOTAS];
};

static DEFINE_HASHTABLE(ttmem_users, 6);
static DEFINE_SPINLOCK(ttmem_users_lock);

static struct ttmem_user *ttmem_user_find(kuid_t uid)
{
	struct ttmem_user *user;

	hash_for_each_possible(ttmem_users, user, node, __kuid_val(uid))
		if (uid_eq(user->uid, uid))
			return user;
	return NULL;
}

/* Under the lock: of no more use. */
static bool ttmem_user_is_done(const struct ttmem_user *user)
{
	return !user->refs && user->devices <= ttmem_clock_ns();
}

/* Under the lock: those on this user's chain that have become so. */
static void ttmem_users_prune(kuid_t uid)
{
	struct hlist_node *next;
	struct ttmem_user *user;

	hash_for_each_possible_safe(ttmem_users, user, next, node, __kuid_val(uid))
		if (ttmem_user_is_done(user)) {
			hash_del(&user->node);
			kfree(user);
		}
}

/* Nobody has a reference. */
void ttmem_users_exit(void)
{
	struct hlist_node *next;
	struct ttmem_user *user;
	int i;

	hash_for_each_safe(ttmem_users, i, next, user, node)
		kfree(user);
}

/* With a reference; NULL: no memory. */
struct ttmem_user *ttmem_user_get(kuid_t uid)
{
	struct ttmem_user *user, *fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);

	if (!fresh)
		return NULL;
	fresh->uid = uid;
	spin_lock(&ttmem_users_lock);
	ttmem_users_prune(uid);
	user = ttmem_user_find(uid);
	if (!user) {
		user = fresh;
		fresh = NULL;
		hash_add(ttmem_users, &user->node, __kuid_val(uid));
	}
	user->refs++;
	spin_unlock(&ttmem_users_lock);
	kfree(fresh);
	return user;
}

/* One more reference. NULL is taken for nobody. */
struct ttmem_user *ttmem_user_hold(struct ttmem_user *user)
{
	if (user) {
		spin_lock(&ttmem_users_lock);
		user->refs++;
		spin_unlock(&ttmem_users_lock);
	}
	return user;
}

/* NULL is taken for nobody. */
void ttmem_user_put(struct ttmem_user *user)
{
	if (!user)
		return;
	spin_lock(&ttmem_users_lock);
	user->refs--;
	ttmem_users_prune(user->uid);
	spin_unlock(&ttmem_users_lock);
}

/**
 * ttmem_user_charge - so many more of something for a user
 * @user: the caller has a reference
 * @quota: of what
 * @n: how many
 *
 * Context: any lock may be held.
 * Return: 0, or -ENOSPC when that would be more than the limit.
 */
int ttmem_user_charge(struct ttmem_user *user, enum ttmem_quota quota, unsigned int n)
{
	unsigned int limit = READ_ONCE(ttmem_max_user[quota].value);
	int err = 0;

	spin_lock(&ttmem_users_lock);
	if (user->count[quota] > limit || n > limit - user->count[quota])
		err = -ENOSPC;
	else
		user->count[quota] += n;
	spin_unlock(&ttmem_users_lock);
	return err;
}

/* The same for the administrator, who has no limit. */
void ttmem_user_charge_unlimited(struct ttmem_user *user, enum ttmem_quota quota, unsigned int n)
{
	spin_lock(&ttmem_users_lock);
	user->count[quota] += n;
	spin_unlock(&ttmem_users_lock);
}

unsigned int ttmem_user_count(struct ttmem_user *user, enum ttmem_quota quota)
{
	unsigned int n;

	spin_lock(&ttmem_users_lock);
	n = user->count[quota];
	spin_unlock(&ttmem_users_lock);
	return n;
}

/**
 * ttmem_user_take_device - a user is about to make a device, which every listener is told of
 * @user: the caller has a reference
 *
 * Return: 0, or -EAGAIN when he has made too many of late; the administrator may.
 */
int ttmem_user_take_device(struct ttmem_user *user)
{
	u64 now = ttmem_clock_ns();
	int err = 0;

	if (ttmem_is_admin())
		return 0;
	spin_lock(&ttmem_users_lock);
	if (user->devices > now + (TTMEM_DEVICE_BURST - 1) * TTMEM_DEVICE_NS)
		err = -EAGAIN;
	else
		user->devices = max(user->devices, now) + TTMEM_DEVICE_NS;
	spin_unlock(&ttmem_users_lock);
	return err;
}

/* Takes back what was charged. Never fails. */
void ttmem_user_uncharge(struct ttmem_user *user, enum ttmem_quota quota, unsigned int n)
{
	spin_lock(&ttmem_users_lock);
	user->count[quota] -= n;
	spin_unlock(&ttmem_users_lock);
}
