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

static const enum ttmem_quota ttmem_share_quota[TTMEM_SHARES] = {
	[TTMEM_SHARE_RECORDS] = TTMEM_QUOTA_RECORDS,
	[TTMEM_SHARE_CUTS] = TTMEM_QUOTA_BOUNDARIES,
};

/* Whether the client may have @wanted in all; a lot where there is one, else what is missing. */
bool ttmem_share_reach(struct ttmem_ledger_client *c, enum ttmem_share share, u32 wanted)
{
	u32 *held = &c->held[share], missing, lot;

	if (wanted <= *held || !c->limits.user)
		return true;
	missing = wanted - *held;
	lot = max_t(u32, missing, TTMEM_SHARE_LOT);
	if (ttmem_user_charge(c->limits.user, ttmem_share_quota[share], lot)) {
		lot = missing;
		if (ttmem_user_charge(c->limits.user, ttmem_share_quota[share], lot))
			return false;
	}
	*held += lot;
	return true;
}

static void ttmem_share_keep(struct ttmem_ledger_client *c, enum ttmem_share share, u32 keep)
{
	if (c->held[share] <= keep)
		return;
	ttmem_user_uncharge(c->limits.user, ttmem_share_quota[share], c->held[share] - keep);
	c->held[share] = keep;
}

/* After the client may have got rid of something. */
void ttmem_share_trim(struct ttmem_ledger_client *c)
{
	const u32 now[TTMEM_SHARES] = { c->nr_records, c->nr_cuts };
	unsigned int share;

	for (share = 0; share < TTMEM_SHARES; share++)
		if (c->held[share] >= now[share] + 2 * TTMEM_SHARE_LOT)
			ttmem_share_keep(c, share, now[share] + TTMEM_SHARE_LOT);
}

/* The client has dropped what it had: it keeps what it has, and no lot beside. */
void ttmem_share_settle(struct ttmem_ledger_client *c)
{
	ttmem_share_keep(c, TTMEM_SHARE_RECORDS, c->nr_records);
	ttmem_share_keep(c, TTMEM_SHARE_CUTS, c->nr_cuts);
}

/* Its memory is given back. */
void ttmem_share_end(struct ttmem_ledger_client *c)
{
	ttmem_share_keep(c, TTMEM_SHARE_RECORDS, 0);
	ttmem_share_keep(c, TTMEM_SHARE_CUTS, 0);
}
