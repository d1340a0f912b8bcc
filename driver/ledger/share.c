// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the clients of one user may have together.
 *
 * Knows lots. Does not know who the user is, nor what else is charged to him (limits.c).
 *
 * Events come and go by the million, on chips that share nothing else: a client therefore takes
 * its user's room a lot at a time, and gives a lot back when it has had two too many.
 */
#include <linux/minmax.h>
#include "../limits.h"
#include "ledger.h"

static const enum ttm_quota ttm_share_quota[TTM_SHARES] = {
	[TTM_SHARE_RECORDS] = TTM_QUOTA_RECORDS,
	[TTM_SHARE_CUTS] = TTM_QUOTA_BOUNDARIES,
};

/* Whether the client may have @wanted in all; a lot where there is one, else what is missing. */
bool ttm_share_reach(struct ttm_ledger_client *c, enum ttm_share share, u32 wanted)
{
	u32 *held = &c->held[share], missing, lot;

	if (wanted <= *held || !c->limits.user)
		return true;
	missing = wanted - *held;
	lot = max_t(u32, missing, TTM_SHARE_LOT);
	if (ttm_user_charge(c->limits.user, ttm_share_quota[share], lot)) {
		lot = missing;
		if (ttm_user_charge(c->limits.user, ttm_share_quota[share], lot))
			return false;
	}
	*held += lot;
	return true;
}

static void ttm_share_keep(struct ttm_ledger_client *c, enum ttm_share share, u32 keep)
{
	if (c->held[share] <= keep)
		return;
	ttm_user_uncharge(c->limits.user, ttm_share_quota[share], c->held[share] - keep);
	c->held[share] = keep;
}

/* After the client may have got rid of something. */
void ttm_share_trim(struct ttm_ledger_client *c)
{
	const u32 now[TTM_SHARES] = { c->nr_records, c->nr_cuts };
	unsigned int share;

	for (share = 0; share < TTM_SHARES; share++)
		if (c->held[share] >= now[share] + 2 * TTM_SHARE_LOT)
			ttm_share_keep(c, share, now[share] + TTM_SHARE_LOT);
}

/* The client has dropped what it had: it keeps what it has, and no lot beside. */
void ttm_share_settle(struct ttm_ledger_client *c)
{
	ttm_share_keep(c, TTM_SHARE_RECORDS, c->nr_records);
	ttm_share_keep(c, TTM_SHARE_CUTS, c->nr_cuts);
}

/* Its memory is given back. */
void ttm_share_end(struct ttm_ledger_client *c)
{
	ttm_share_keep(c, TTM_SHARE_RECORDS, 0);
	ttm_share_keep(c, TTM_SHARE_CUTS, 0);
}
