/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much there may be of everything, of each user as well as in all.
 */
#ifndef TTM_LIMITS_H
#define TTM_LIMITS_H

#include <linux/types.h>
#include <linux/uidgid.h>

#define TTM_MAX_RECTS	256	/* of one bank set; more than any grid has cores */
#define TTM_MAX_REMOTE	8	/* chips behind a gateway */
#define TTM_MAX_LOCATIONS 256	/* ASIC locations behind a gateway are below this */

/* Set by the administrator, between bounds that the code stands. */
struct ttm_limits {
	unsigned int max_chips;
	unsigned int max_clients;	/* on a chip */
	unsigned int max_records;	/* of a client on a chip */
	unsigned int max_programs;	/* of a client on a chip */
	unsigned int max_submit;
	unsigned int max_virtual;	/* chips of a user without CAP_SYS_ADMIN */
	unsigned int max_user_clients;	/* attachments of a user */
	bool allow_virtual;
};

void ttm_limits_get(struct ttm_limits *limits);
unsigned int ttm_limits_submit(void);

/* What a user has of these is counted as long as it takes memory, not only as long as it works. */
enum ttm_quota {
	TTM_QUOTA_CLIENTS,
	TTM_QUOTA_VIRTUAL,
	TTM_QUOTAS,
};

int ttm_quota_charge(kuid_t uid, enum ttm_quota quota, unsigned int limit);
void ttm_quota_uncharge(kuid_t uid, enum ttm_quota quota);

#endif /* TTM_LIMITS_H */
