/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much there may be of everything, of each user as well as in all.
 */
#ifndef TTM_LIMITS_H
#define TTM_LIMITS_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct ttm_user;

#define TTM_MAX_RECTS	256	/* of one bank set; more than any grid has cores */
#define TTM_MAX_REMOTE	16	/* chips behind a gateway, half of them at most made by one user */
#define TTM_MAX_LOCATIONS 256	/* ASIC locations behind a gateway are below this */

/* What the clients of a user have together is counted, and has a limit of its own. */
enum ttm_quota {
	TTM_QUOTA_CLIENTS,		/* attachments */
	TTM_QUOTA_VIRTUAL,		/* chips */
	TTM_QUOTA_RECORDS,
	TTM_QUOTA_BOUNDARIES,
	TTM_QUOTA_SETS,
	TTM_QUOTA_RING_PAGES,
	TTM_QUOTAS,
};

/* Set by the administrator, between bounds that the code stands. */
struct ttm_limits {
	unsigned int max_chips;
	unsigned int max_clients;	/* on a chip */
	unsigned int max_records;	/* of a client on a chip */
	unsigned int max_programs;	/* of a client on a chip */
	unsigned int max_boundaries;	/* of a client on a chip */
	unsigned int max_submit;
	unsigned int max_user[TTM_QUOTAS];
	bool allow_virtual;
};

void ttm_limits_get(struct ttm_limits *limits);
unsigned int ttm_limits_submit(void);

struct ttm_user *ttm_user_get(kuid_t uid);
void ttm_user_put(struct ttm_user *user);
int ttm_user_charge(struct ttm_user *user, enum ttm_quota quota, unsigned int n);
void ttm_user_charge_unlimited(struct ttm_user *user, enum ttm_quota quota, unsigned int n);
void ttm_user_uncharge(struct ttm_user *user, enum ttm_quota quota, unsigned int n);

#endif /* TTM_LIMITS_H */
