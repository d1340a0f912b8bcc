// SPDX-License-Identifier: GPL-2.0-only
/*
 * Users for the rig: their charges are counted, but not limited.
 */
#include <linux/slab.h>
#include "../../driver/limits.h"

struct ttmem_user {
	u64 bytes;
};

int ttmem_user_charge(struct ttmem_user *user, u64 bytes)
{
	if (user)
		user->bytes += bytes;
	return 0;
}

void ttmem_user_uncharge(struct ttmem_user *user, u64 bytes)
{
	if (user)
		user->bytes -= bytes;
}

struct ttmem_user *ttmem_user_get(kuid_t uid, struct pid_namespace *pid_ns, bool exempt)
{
	(void)uid;
	(void)pid_ns;
	(void)exempt;
	return kzalloc(sizeof(struct ttmem_user), GFP_KERNEL);
}

void ttmem_user_put(struct ttmem_user *user)
{
	kfree(user);
}

void ttmem_user_charges(const struct ttmem_user *user, struct ttmem_charges *charges)
{
	*charges = (struct ttmem_charges) { .user = user->bytes };
}
