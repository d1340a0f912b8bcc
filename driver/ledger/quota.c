// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the clients of one user may have together.
 *
 * Knows batches. Does not know who the user is, nor what else is charged to him (limits.c).
 *
 * Events come and go by the million, on chips that share nothing else: a client therefore takes
 * its user's room a batch at a time, and gives a batch back when it has two too many.
 */
#include <linux/minmax.h>
#include "../limits.h"
#include "ledger.h"

static const enum ttmem_quota ttmem_quota_of_count[TTMEM_COUNTS] = {
	[TTMEM_COUNT_RECORDS] = TTMEM_QUOTA_RECORDS,
	[TTMEM_COUNT_BOUNDARIES] = TTMEM_QUOTA_BOUNDARIES,
};

/* Whether the client may have @wanted in all; a batch where there is room, else what is missing. */
bool ttmem_quota_reserve(struct ttmem_ledger_client *c, enum ttmem_count count, u32 wanted)
{
	u32 *held = &c->held[count], missing, batch;

	if (wanted <= *held || !c->limits.user)
		return true;
	missing = wanted - *held;
	batch = max_t(u32, missing, TTMEM_QUOTA_BATCH);
	if (ttmem_user_charge(c->limits.user, ttmem_quota_of_count[count], batch)) {
		batch = missing;
		if (ttmem_user_charge(c->limits.user, ttmem_quota_of_count[count], batch))
			return false;
	}
	*held += batch;
	return true;
}

static void ttmem_quota_keep(struct ttmem_ledger_client *c, enum ttmem_count count, u32 keep)
{
	if (c->held[count] <= keep)
		return;
	ttmem_user_uncharge(c->limits.user, ttmem_quota_of_count[count], c->held[count] - keep);
	c->held[count] = keep;
}

/* After the client may have got rid of something. */
void ttmem_quota_trim(struct ttmem_ledger_client *c)
{
	const u32 now[TTMEM_COUNTS] = { c->nr_records, c->nr_boundaries };
	unsigned int count;

	for (count = 0; count < TTMEM_COUNTS; count++)
		if (c->held[count] >= now[count] + 2 * TTMEM_QUOTA_BATCH)
			ttmem_quota_keep(c, count, now[count] + TTMEM_QUOTA_BATCH);
}

/* The client has dropped what it had: it keeps what it has, and no batch beside. */
void ttmem_quota_trim_all(struct ttmem_ledger_client *c)
{
	ttmem_quota_keep(c, TTMEM_COUNT_RECORDS, c->nr_records);
	ttmem_quota_keep(c, TTMEM_COUNT_BOUNDARIES, c->nr_boundaries);
}

/* Its memory is given back. */
void ttmem_quota_release(struct ttmem_ledger_client *c)
{
	ttmem_quota_keep(c, TTMEM_COUNT_RECORDS, 0);
	ttmem_quota_keep(c, TTMEM_COUNT_BOUNDARIES, 0);
}
