// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits, and the users that pinned memory is charged to.
 *
 * Memory is charged when it is allocated and uncharged when it is freed. A sum may exceed its limit
 * while a charge is being refused, so that of two concurrent charges both may be refused where one
 * would have fitted.
 *
 * Locking: ttmem_users_lock is a leaf; it guards the table, references and virtual chips. Bytes are
 * atomic, and parameters are read without a lock.
 */
#include <linux/bug.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pid_namespace.h>
#include <linux/user_namespace.h>
#include "private.h"

/* References to a user, mostly open files: an owner's exit runs 600 instructions for each. */
#define TTMEM_USER_REFS		16384

/* So many devices at once, and then one in this time. */
#define TTMEM_DEVICE_BURST	16
#define TTMEM_DEVICE_NS		((u64)NSEC_PER_SEC)

/* The mode of a parameter's file lets uid 0 write it in any container. */
int ttmem_param_set(const char *val, const struct kernel_param *kp)
{
	struct ttmem_param *param = kp->arg;
	unsigned int value;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtouint(val, 0, &value);
	if (err)
		return err;
	if (value < param->min || value > param->max)
		return -EINVAL;
	WRITE_ONCE(param->value, value);
	return 0;
}

static const struct kernel_param_ops ttmem_param_ops = {
	.set = ttmem_param_set,
	.get = param_get_uint,
};

/* The default, which a parameter replaces, the least and the most. */
static struct ttmem_param ttmem_limits[] = {
	[TTMEM_LIMIT_CHIPS] = { 256, 1, 4096 },
	[TTMEM_LIMIT_CLIENTS] = { TTMEM_MAX_CLIENTS, 1, TTMEM_MAX_CLIENTS },
	[TTMEM_LIMIT_SUBMIT] = { 1 << 16, 1, 1 << 20 },
	[TTMEM_LIMIT_VIRTUAL] = { 16, 0, 4096 },
	[TTMEM_LIMIT_USER_MIB] = { 256, 1, 1 << 20 },
	[TTMEM_LIMIT_USER_MIB_PER_CHIP] = { 64, 0, 1 << 20 },
	[TTMEM_LIMIT_HOST_MIB] = { 1024, 1, 1 << 20 },
	[TTMEM_LIMIT_ALLOW_VIRTUAL] = { 0, 0, 1 },
};

#define TTMEM_LIMIT_PARAM(name, limit)							\
	module_param_cb(name, &ttmem_param_ops, &ttmem_limits[TTMEM_LIMIT_##limit], 0644)

TTMEM_LIMIT_PARAM(max_chips, CHIPS);
MODULE_PARM_DESC(max_chips, "chips on the host (1 to 4096, default 256)");
TTMEM_LIMIT_PARAM(max_clients, CLIENTS);
MODULE_PARM_DESC(max_clients,
		 "clients on a chip, an eighth of them of CAP_SYS_ADMIN alone (1 to 128, default 128)");
TTMEM_LIMIT_PARAM(max_submit, SUBMIT);
MODULE_PARM_DESC(max_submit, "entries in one submit (default 65536)");
TTMEM_LIMIT_PARAM(max_virtual, VIRTUAL);
MODULE_PARM_DESC(max_virtual, "virtual chips of a user without CAP_SYS_ADMIN (default 16)");
TTMEM_LIMIT_PARAM(max_user_mib, USER_MIB);
MODULE_PARM_DESC(max_user_mib, "memory that a user pins, MiB (1 to 1048576, default 256)");
TTMEM_LIMIT_PARAM(max_user_mib_per_chip, USER_MIB_PER_CHIP);
MODULE_PARM_DESC(max_user_mib_per_chip,
		 "or for each chip that the user is on, if that is more, MiB (0 to 1048576, default 64)");
TTMEM_LIMIT_PARAM(max_host_mib, HOST_MIB);
MODULE_PARM_DESC(max_host_mib, "memory that all users pin, MiB (1 to 1048576, default 1024)");
TTMEM_LIMIT_PARAM(allow_virtual, ALLOW_VIRTUAL);
MODULE_PARM_DESC(allow_virtual, "1: let every user create virtual chips (0 or 1, default 0)");

/* The present value. A change does not affect existing objects. */
unsigned int ttmem_limit(enum ttmem_limit limit)
{
	return READ_ONCE(ttmem_limits[limit].value);
}

/**
 * ttmem_limits_room - whether the caller may take one more place
 * @max: places
 * @used: places taken
 * @mine: places taken by the caller
 *
 * A reserve is the administrator's. Of the rest a user may have at most as many as remain free, so
 * that each next user finds half of what the one before found: it takes many users to take all.
 */
bool ttmem_limits_room(unsigned int max, unsigned int used, unsigned int mine)
{
	if (used >= max)
		return false;
	return used + mine < max - ttmem_limits_reserve(max) || ttmem_is_admin();
}

/*
 * A user that pinned memory is charged to. Lives as long as it is referenced, and as long as the
 * devices that it has made count against its rate.
 */
struct ttmem_user {
	struct hlist_node node;
	kuid_t uid;
	struct pid_namespace *pid_ns;	/* of a container's root, with a reference; else NULL */
	bool exempt;			/* from the limits of bytes */
	unsigned int refs;
	u64 devices_until;			/* when the last device counts no more */
	unsigned int virtual;		/* virtual chips */
	atomic_t chips;			/* with attachments of the user */
	atomic64_t bytes;
};

static DEFINE_HASHTABLE(ttmem_users, 6);
static DEFINE_SPINLOCK(ttmem_users_lock);
static atomic64_t ttmem_host_bytes = ATOMIC64_INIT(0);

/* Under the lock: users on this one's chain that are of no more use, for ttmem_users_free(). */
static void ttmem_users_prune(kuid_t uid, struct hlist_head *done)
{
	struct hlist_node *next;
	struct ttmem_user *user;

	hash_for_each_possible_safe(ttmem_users, user, next, node, __kuid_val(uid))
		if (!user->refs && user->devices_until <= ttmem_clock_ns()) {
			hash_del(&user->node);
			hlist_add_head(&user->node, done);
		}
}

static void ttmem_users_free(struct hlist_head *done)
{
	struct hlist_node *next;
	struct ttmem_user *user;

	hlist_for_each_entry_safe(user, next, done, node) {
		WARN_ON_ONCE(atomic64_read(&user->bytes) || atomic_read(&user->chips) ||
			     user->virtual);
		if (user->pid_ns)
			put_pid_ns(user->pid_ns);
		kfree(user);
	}
}

/* No user is referenced any more. */
void ttmem_users_exit(void)
{
	unsigned int i;

	for (i = 0; i < HASH_SIZE(ttmem_users); i++)
		ttmem_users_free(&ttmem_users[i]);
}

/**
 * ttmem_user_get - find or make a user
 * @uid: its uid
 * @pid_ns: its pid namespace, where the uid alone does not identify it; else NULL
 * @exempt: limits of bytes do not apply
 *
 * Not charged to a memory cgroup: files are opened under a lock that all devices share.
 *
 * Return: with a reference; -ENOMEM, or -EMFILE: the user has too many.
 */
struct ttmem_user *ttmem_user_get(kuid_t uid, struct pid_namespace *pid_ns, bool exempt)
{
	struct ttmem_user *user, *fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);
	HLIST_HEAD(done);

	if (!fresh)
		return ERR_PTR(-ENOMEM);
	spin_lock(&ttmem_users_lock);
	hash_for_each_possible(ttmem_users, user, node, __kuid_val(uid))
		if (uid_eq(user->uid, uid) && user->pid_ns == pid_ns && user->exempt == exempt)
			goto found;
	ttmem_users_prune(uid, &done);
	user = fresh;
	fresh = NULL;
	user->uid = uid;
	user->pid_ns = pid_ns ? get_pid_ns(pid_ns) : NULL;
	user->exempt = exempt;
	hash_add(ttmem_users, &user->node, __kuid_val(uid));
found:
	if (user->refs < TTMEM_USER_REFS || exempt)
		user->refs++;
	else
		user = ERR_PTR(-EMFILE);
	spin_unlock(&ttmem_users_lock);
	ttmem_users_free(&done);
	kfree(fresh);
	return user;
}

/**
 * ttmem_user_get_current - the user that the current task's memory is charged to
 *
 * The owner of the outermost user namespace below the initial one, else the effective uid. Root
 * without CAP_SYS_RESOURCE is a container's root: then each outermost pid namespace is a user.
 *
 * Return: as ttmem_user_get()
 */
struct ttmem_user *ttmem_user_get_current(void)
{
	bool exempt = ns_capable_noaudit(&init_user_ns, CAP_SYS_RESOURCE);
	const struct user_namespace *user_ns = current_user_ns();
	struct pid_namespace *pid_ns = NULL;
	kuid_t uid = current_euid();

	if (user_ns != &init_user_ns) {
		while (user_ns->parent != &init_user_ns)
			user_ns = user_ns->parent;
		uid = user_ns->owner;
	}
	if (!exempt && uid_eq(uid, GLOBAL_ROOT_UID)) {
		pid_ns = task_active_pid_ns(current);
		while (pid_ns->parent && pid_ns->parent != &init_pid_ns)
			pid_ns = pid_ns->parent;
	}
	return ttmem_user_get(uid, pid_ns, exempt);
}

/* Take a reference. @user may be NULL. */
struct ttmem_user *ttmem_user_hold(struct ttmem_user *user)
{
	if (user) {
		spin_lock(&ttmem_users_lock);
		user->refs++;
		spin_unlock(&ttmem_users_lock);
	}
	return user;
}

/* @user may be NULL. */
void ttmem_user_put(struct ttmem_user *user)
{
	HLIST_HEAD(done);

	if (!user)
		return;
	spin_lock(&ttmem_users_lock);
	user->refs--;
	ttmem_users_prune(user->uid, &done);
	spin_unlock(&ttmem_users_lock);
	ttmem_users_free(&done);
}

static u64 ttmem_limit_bytes(enum ttmem_limit mib)
{
	return (u64)ttmem_limit(mib) << 20;
}

static u64 ttmem_user_limit(const struct ttmem_user *user)
{
	return max(ttmem_limit_bytes(TTMEM_LIMIT_USER_MIB),
		   ttmem_limit_bytes(TTMEM_LIMIT_USER_MIB_PER_CHIP) *
		   (u32)atomic_read(&user->chips));
}

/**
 * ttmem_user_charge - charge bytes that are about to be pinned
 * @user: NULL: charge nobody
 * @bytes: uncharge as many when they are freed, before the last reference goes
 *
 * Context: any lock may be held.
 * Return: 0, or -ENOSPC when the limit of the user or of the host would be exceeded.
 */
int ttmem_user_charge(struct ttmem_user *user, u64 bytes)
{
	u64 of_user, of_host;

	if (!user)
		return 0;
	of_user = atomic64_add_return(bytes, &user->bytes);
	if (!user->exempt && of_user > ttmem_user_limit(user))
		goto over_user;
	of_host = atomic64_add_return(bytes, &ttmem_host_bytes);
	if (!user->exempt && of_host > ttmem_limit_bytes(TTMEM_LIMIT_HOST_MIB))
		goto over_host;
	return 0;

over_host:
	atomic64_sub(bytes, &ttmem_host_bytes);
over_user:
	atomic64_sub(bytes, &user->bytes);
	return -ENOSPC;
}

unsigned int ttmem_user_virtual(struct ttmem_user *user)
{
	return READ_ONCE(user->virtual);
}

/**
 * ttmem_user_take_device - limit the rate at which a user makes devices, hence uevents
 * @user: the caller has a reference
 *
 * Return: 0, or -EAGAIN when the user has made too many of late; the administrator has no limit.
 */
int ttmem_user_take_device(struct ttmem_user *user)
{
	u64 now = ttmem_clock_ns();
	int err = 0;

	if (ttmem_is_admin())
		return 0;
	spin_lock(&ttmem_users_lock);
	if (user->devices_until > now + (TTMEM_DEVICE_BURST - 1) * TTMEM_DEVICE_NS)
		err = -EAGAIN;
	else
		user->devices_until = max(user->devices_until, now) + TTMEM_DEVICE_NS;
	spin_unlock(&ttmem_users_lock);
	return err;
}

/* Return charged bytes. @user may be NULL. */
void ttmem_user_uncharge(struct ttmem_user *user, u64 bytes)
{
	if (!user)
		return;
	atomic64_sub(bytes, &ttmem_host_bytes);
	atomic64_sub(bytes, &user->bytes);
}

void ttmem_user_charges(const struct ttmem_user *user, struct ttmem_charges *charges)
{
	charges->user = atomic64_read(&user->bytes);
	charges->max_user = user->exempt ? 0 : ttmem_user_limit(user);
	charges->host = atomic64_read(&ttmem_host_bytes);
	charges->max_host = user->exempt ? 0 : ttmem_limit_bytes(TTMEM_LIMIT_HOST_MIB);
}

/* The user has come to a chip, or has left it. */
void ttmem_user_count_chip(struct ttmem_user *user, int n)
{
	atomic_add(n, &user->chips);
}

/* Charge a virtual chip and return a reference to the user; NULL: over a limit. */
struct ttmem_user *ttmem_user_add_virtual(struct ttmem_user *user, bool unlimited)
{
	if (ttmem_user_charge(user, TTMEM_CHIP_BYTES))
		return NULL;
	spin_lock(&ttmem_users_lock);
	if (!unlimited && user->virtual >= ttmem_limit(TTMEM_LIMIT_VIRTUAL)) {
		spin_unlock(&ttmem_users_lock);
		ttmem_user_uncharge(user, TTMEM_CHIP_BYTES);
		return NULL;
	}
	WRITE_ONCE(user->virtual, user->virtual + 1);
	user->refs++;
	spin_unlock(&ttmem_users_lock);
	return user;
}

/* It is gone, and so is the reference. */
void ttmem_user_remove_virtual(struct ttmem_user *user)
{
	ttmem_user_uncharge(user, TTMEM_CHIP_BYTES);
	spin_lock(&ttmem_users_lock);
	WRITE_ONCE(user->virtual, user->virtual - 1);
	spin_unlock(&ttmem_users_lock);
	ttmem_user_put(user);
}
