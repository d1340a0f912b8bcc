/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much there may be of everything: chips, clients, and the memory that a user pins.
 */
#ifndef TTMEM_LIMITS_H
#define TTMEM_LIMITS_H

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include "ledger/ledger.h"

struct kernel_param;
struct pid_namespace;

#define TTMEM_MAX_RECTS	256	/* of one bank set; more than any grid has cores */
#define TTMEM_MAX_REMOTE    16 /* chips behind a gateway */
#define TTMEM_MAX_LOCATIONS 256	/* ASIC locations behind a gateway are below this */

/* Estimates: the object and its directory in sysfs. */
#define TTMEM_CLIENT_BYTES	(20 << 10)
#define TTMEM_CHIP_BYTES	(40 << 10)

/* Set by the administrator, between bounds that the code stands. */
enum ttmem_limit {
	TTMEM_LIMIT_CHIPS,
	TTMEM_LIMIT_CLIENTS,		/* on a chip */
	TTMEM_LIMIT_SUBMIT,
	TTMEM_LIMIT_VIRTUAL,		/* of a user */
	TTMEM_LIMIT_USER_MIB,
	TTMEM_LIMIT_USER_MIB_PER_CHIP,
	TTMEM_LIMIT_HOST_MIB,
	TTMEM_LIMIT_ALLOW_VIRTUAL,	/* 0 or 1 */
};

/* A parameter. @value: first, for param_get_uint() */
struct ttmem_param {
	unsigned int value, min, max;
};

/* Only for checks that grant a preference and refuse nothing: leaves no record in the audit log. */
static inline bool ttmem_is_admin(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

/* The part of places that the administrator alone may take. */
static inline unsigned int ttmem_limits_reserve(unsigned int max)
{
	return max / 8;
}

/* Bytes. A limit of 0: none. */
struct ttmem_charges {
	u64 user;
	u64 max_user;
	u64 host;
	u64 max_host;
};

int ttmem_param_set(const char *val, const struct kernel_param *kp);
unsigned int ttmem_limit(enum ttmem_limit limit);
bool ttmem_limits_room(unsigned int max, unsigned int used, unsigned int mine);

struct ttmem_user *ttmem_user_get(kuid_t uid, struct pid_namespace *pid_ns, bool exempt);
struct ttmem_user *ttmem_user_get_current(void);
struct ttmem_user *ttmem_user_hold(struct ttmem_user *user);
void ttmem_user_put(struct ttmem_user *user);
void ttmem_users_exit(void);
int ttmem_user_take_device(struct ttmem_user *user);
unsigned int ttmem_user_virtual(struct ttmem_user *user);
void ttmem_user_charges(const struct ttmem_user *user, struct ttmem_charges *charges);
void ttmem_user_count_chip(struct ttmem_user *user, int n);
struct ttmem_user *ttmem_user_add_virtual(struct ttmem_user *user, bool unlimited);
void ttmem_user_remove_virtual(struct ttmem_user *user);

#endif /* TTMEM_LIMITS_H */
