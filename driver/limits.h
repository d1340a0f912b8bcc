/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much there may be of everything, of each user as well as in all.
 */
#ifndef TTMEM_LIMITS_H
#define TTMEM_LIMITS_H

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

struct ttmem_user;

#define TTMEM_MAX_RECTS	256	/* of one bank set; more than any grid has cores */
#define TTMEM_MAX_REMOTE    16 /* chips behind a gateway */
#define TTMEM_MAX_LOCATIONS 256	/* ASIC locations behind a gateway are below this */

/* What the clients of a user have together is counted, and has a limit of its own. */
enum ttmem_quota {
	TTMEM_QUOTA_CLIENTS,		/* attachments */
	TTMEM_QUOTA_VIRTUAL,		/* chips */
	TTMEM_QUOTA_RECORDS,
	TTMEM_QUOTA_BOUNDARIES,
	TTMEM_QUOTA_SETS,
	TTMEM_QUOTA_RING_PAGES,
	TTMEM_QUOTAS,
};

/* Set by the administrator, between bounds that the code stands. */
struct ttmem_limits {
	unsigned int max_chips;
	unsigned int max_clients;	/* on a chip */
	unsigned int max_records;	/* of a client on a chip */
	unsigned int max_programs;	/* of a client on a chip */
	unsigned int max_boundaries;	/* of a client on a chip */
	unsigned int max_submit;
	unsigned int max_user[TTMEM_QUOTAS];
	bool allow_virtual;
};

/*
 * Whether the caller is the administrator, where he has a preference and others are not refused
 * anything: nobody is to read of it in the audit log.
 */
static inline bool ttmem_is_admin(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

/* The part of places that the administrator alone may take. */
static inline unsigned int ttmem_limits_reserve(unsigned int max)
{
	return max / 8;
}

bool ttmem_limits_room(unsigned int max, unsigned int used, unsigned int mine);
void ttmem_limits_get(struct ttmem_limits *limits);
unsigned int ttmem_limits_submit(void);

struct ttmem_user *ttmem_user_get(kuid_t uid);
struct ttmem_user *ttmem_user_hold(struct ttmem_user *user);
void ttmem_user_put(struct ttmem_user *user);
void ttmem_users_exit(void);
int ttmem_user_charge(struct ttmem_user *user, enum ttmem_quota quota, unsigned int n);
void ttmem_user_charge_unlimited(struct ttmem_user *user, enum ttmem_quota quota, unsigned int n);
unsigned int ttmem_user_count(struct ttmem_user *user, enum ttmem_quota quota);
int ttmem_user_take_device(struct ttmem_user *user);
void ttmem_user_uncharge(struct ttmem_user *user, enum ttmem_quota quota, unsigned int n);

#endif /* TTMEM_LIMITS_H */
