// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random histories of small chips, every figure compared with the oracle after every event.
 *
 * Generates valid and invalid events. The oracle knows their effects.
 */
#include <linux/sched.h>
#include "history.h"
#include "rig.h"

#define POOL(name)	(1u << TT_MEMSTAT_POOL_##name)

/* State of a history besides the rig. */
struct history {
	struct rig *rig;
	struct history_chance *chance;
	u64 next_id;
	bool growing;
	u32 nr_sets[ORACLE_CLIENTS];
};

static const char groups[3];

/* ---- chance ---- */

u64 history_mix(u64 x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ull;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

static u64 roll64(struct history *h)
{
	struct history_chance *chance = h->chance;
	u64 said;

	chance->random += 0x9e3779b97f4a7c15ull;
	if (chance->left < 2)
		return history_mix(chance->random);
	said = chance->choices[0] | (u64)chance->choices[1] << 8;
	chance->choices += 2;
	chance->left -= 2;
	return said << 32 | (u32)history_mix(chance->random);
}

/* 0 to @n - 1 */
static u32 roll(struct history *h, u32 n)
{
	return (u32)(roll64(h) >> 32) % n;
}

static bool chance(struct history *h, u32 percent)
{
	return roll(h, 100) < percent;
}

/* An index by weight. */
static unsigned int pick(struct history *h, const u8 *weights, unsigned int n)
{
	unsigned int i, sum = 0, r;

	for (i = 0; i < n; i++)
		sum += weights[i];
	r = roll(h, sum);
	for (i = 0; r >= weights[i]; i++)
		r -= weights[i];
	return i;
}

/* ---- chips and clients ---- */

static void random_geometry(struct history *h, struct tt_memstat_geometry *g)
{
	memset(g, 0, sizeof(*g));
	g->arch = chance(h, 50) ? TT_MEMSTAT_ARCH_WORMHOLE : TT_MEMSTAT_ARCH_BLACKHOLE;
	g->valid = TT_MEMSTAT_GEOMETRY_GRID;
	g->grid_x = 1 + roll(h, 4);
	g->grid_y = 1 + roll(h, 3);
	g->l1_bytes = (16 + roll(h, ORACLE_L1_GRANULES - 15)) * TT_MEMSTAT_GRANULE;
	g->dram_banks = 1 + roll(h, 4);
	g->dram_bank_bytes = (32 + roll(h, ORACLE_DRAM_GRANULES - 31)) * TT_MEMSTAT_GRANULE;
}

static void random_layout(struct history *h, struct tt_memstat_layout *layout)
{
	const struct tt_memstat_geometry *g = &h->rig->geo;
	u32 granules = g->l1_bytes / TT_MEMSTAT_GRANULE, base, end;

	memset(layout, 0, sizeof(*layout));
	if (chance(h, 50)) {
		layout->valid |= TT_MEMSTAT_LAYOUT_WORKER;
		layout->worker_x = 1 + roll(h, g->grid_x);
		layout->worker_y = 1 + roll(h, g->grid_y);
	}
	if (chance(h, 60)) {
		layout->valid |= TT_MEMSTAT_LAYOUT_L1;
		base = roll(h, granules / 4);
		end = granules - roll(h, granules / 4);
		layout->l1_base = base * TT_MEMSTAT_GRANULE;
		layout->l1_end = end * TT_MEMSTAT_GRANULE;
		layout->l1_small = roll(h, end - base) * TT_MEMSTAT_GRANULE;
	}
	if (chance(h, 30)) {
		layout->valid |= TT_MEMSTAT_LAYOUT_KERNEL;
		layout->kernel_region = roll(h, granules) * TT_MEMSTAT_GRANULE;
	}
}

static void random_set(struct history *h, int client)
{
	const struct tt_memstat_geometry *g = &h->rig->geo;
	bool dram = chance(h, 35);
	u32 nr = dram ? g->dram_banks : g->grid_x * g->grid_y;
	u32 banks = 1 + roll(h, (1u << nr) - 1);

	if (h->nr_sets[client] >= 12)
		return;
	h->nr_sets[client]++;
	rig_set(h->rig, client, dram ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1, banks);
}

static void random_attach(struct history *h)
{
	u32 covers = TT_MEMSTAT_POOL_MASK_ALL, partial = 0;
	struct tt_memstat_layout layout;
	int client, i;

	random_layout(h, &layout);
	if (chance(h, 25))
		covers = 1 + roll(h, TT_MEMSTAT_POOL_MASK_ALL);
	if (chance(h, 20))
		partial = roll(h, TT_MEMSTAT_POOL_MASK_ALL + 1) & covers;
	client = rig_attach(h->rig, &groups[roll(h, ARRAY_SIZE(groups))], covers, partial, &layout,
			    chance(h, 30) ? 6 + roll(h, 10) : 60, chance(h, 30) ? 2 : 16);
	if (client < 0)
		return;
	h->nr_sets[client] = 0;
	for (i = roll(h, 6); i >= 0; i--)
		random_set(h, client);
}

static int random_client(struct history *h)
{
	int i, n = 0;

	for (i = 0; i < ORACLE_CLIENTS; i++)
		n += !!h->rig->client[i];
	if (!n)
		return -1;
	n = roll(h, n);
	for (i = 0; !h->rig->client[i] || n--; i++)
		;
	return i;
}

/* ---- entries ---- */

static bool is_dram(u32 pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE;
}

static bool has_program(u32 pool)
{
	return pool == TT_MEMSTAT_POOL_CB || pool == TT_MEMSTAT_POOL_KERNEL;
}

static u32 granules_of(struct history *h, u32 pool)
{
	const struct tt_memstat_geometry *g = &h->rig->geo;

	return (is_dram(pool) ? g->dram_bank_bytes : g->l1_bytes) / TT_MEMSTAT_GRANULE;
}

/* A set, mostly of the right space. */
static u32 some_set(struct history *h, int client, u32 pool)
{
	struct ttmem_ledger_client *c = h->rig->client[client];
	struct ttmem_set *set;
	bool in_dram;
	u32 number, tries;

	if (chance(h, 40) || !c->nr_sets)
		return 0;
	for (tries = 0; tries < 4; tries++) {
		number = 1 + roll(h, c->nr_sets);
		set = ttmem_set_find(c, 0, number);
		in_dram = set->space == TT_MEMSTAT_SPACE_DRAM;
		if (in_dram == is_dram(pool))
			return number;
	}
	return 0;
}

static u64 some_program(struct history *h)
{
	return 1 + roll(h, chance(h, 80) ? 5 : 12);
}

/* A live record of the client, or NULL. */
static const struct tt_memstat_entry *some_record(struct history *h, int client)
{
	unsigned int n = oracle_records(h->rig->oracle, client, h->rig->entries);

	return n ? &h->rig->entries[roll(h, n)] : NULL;
}

static void random_place(struct history *h, struct tt_memstat_entry *e)
{
	u32 granules = granules_of(h, e->pool);
	u32 size = 1 + roll(h, chance(h, 80) ? granules / 4 : granules);

	e->size = (u64)size * TT_MEMSTAT_GRANULE;
	e->addr = (u64)roll(h, granules - size + 1) * TT_MEMSTAT_GRANULE;
	if (chance(h, 15))
		e->addr = 0;
	if (chance(h, 10))
		e->addr = (u64)(granules - size) * TT_MEMSTAT_GRANULE;
}

/* Add a part to a record with parts, if there is one. */
static void join_parts(struct history *h, int client, struct tt_memstat_entry *e)
{
	const struct tt_memstat_entry *r = some_record(h, client);

	e->flags |= TT_MEMSTAT_ENTRY_PART;
	if (!r || !(r->flags & TT_MEMSTAT_ENTRY_PART))
		return;
	e->id = r->id;
	e->program = r->program;
	if (e->pool != r->pool) {
		e->pool = r->pool;
		e->flags = TT_MEMSTAT_ENTRY_PART;
		e->set = some_set(h, client, e->pool);
		random_place(h, e);
	}
}

/* Sometimes with a live id, of the replaced program or of another one. */
static void replace_program(struct history *h, int client, struct tt_memstat_entry *e)
{
	const struct tt_memstat_entry *r = some_record(h, client);

	e->flags |= TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	if (r && chance(h, 40))
		e->id = r->id;
	if (r && r->program && chance(h, 40))
		e->program = r->program;
	if (chance(h, 20))
		e->flags |= TT_MEMSTAT_ENTRY_PART;
}

static void random_record(struct history *h, int client, struct tt_memstat_entry *e)
{
	static const u8 pools[TT_MEMSTAT_POOLS] = {
		[TT_MEMSTAT_POOL_DRAM] = 15, [TT_MEMSTAT_POOL_TRACE] = 10,
		[TT_MEMSTAT_POOL_L1] = 18, [TT_MEMSTAT_POOL_L1_SMALL] = 9,
		[TT_MEMSTAT_POOL_CB] = 38, [TT_MEMSTAT_POOL_KERNEL] = 10,
	};

	e->op = TT_MEMSTAT_OP_RECORD;
	e->pool = pick(h, pools, ARRAY_SIZE(pools));
	e->id = chance(h, 92) ? h->next_id++ : roll(h, 40);
	e->set = some_set(h, client, e->pool);
	random_place(h, e);
	if (has_program(e->pool) && !chance(h, 12))
		e->program = some_program(h);
	if (e->pool == TT_MEMSTAT_POOL_CB && chance(h, 12))
		e->flags |= TT_MEMSTAT_ENTRY_VIEW;
	if (e->pool == TT_MEMSTAT_POOL_KERNEL && chance(h, 30))
		e->flags |= TT_MEMSTAT_ENTRY_SYSTEM;
	if ((e->pool == TT_MEMSTAT_POOL_KERNEL || e->flags & TT_MEMSTAT_ENTRY_VIEW) &&
	    chance(h, 30))
		e->size = 0;
	if (has_program(e->pool) && e->program && chance(h, 8))
		replace_program(h, client, e);
	else if (chance(h, 20))
		join_parts(h, client, e);
}

static void random_snapshot(struct history *h, int client, struct tt_memstat_entry *e)
{
	u64 granules;

	e->op = TT_MEMSTAT_OP_SNAPSHOT;
	e->pool = roll(h, TT_MEMSTAT_POOL_KERNEL);
	if (e->pool == TT_MEMSTAT_POOL_CB && chance(h, 40))
		e->flags |= TT_MEMSTAT_ENTRY_LOADED;
	granules = granules_of(h, e->pool);
	if (chance(h, 25)) {
		e->flags |= TT_MEMSTAT_ENTRY_TOTAL;
		granules *= chance(h, 80) ? 3 : 20;
		e->size = roll(h, granules * TT_MEMSTAT_GRANULE);
		return;
	}
	e->set = some_set(h, client, e->pool);
	e->id = roll(h, granules * TT_MEMSTAT_GRANULE + 1);
	e->addr = roll(h, e->id + 1);
	e->size = e->id - e->addr;
	e->program = roll(h, e->size + 1);
}

static void random_free(struct history *h, int client, struct tt_memstat_entry *e)
{
	const struct tt_memstat_entry *r = some_record(h, client);

	e->op = TT_MEMSTAT_OP_FREE;
	e->id = r && chance(h, 93) ? r->id : roll(h, 60);
}

/* Corrupt a field, so that the entry has one more fault (or sometimes none). */
static void spoil(struct history *h, struct tt_memstat_entry *e)
{
	static const u64 lengths[] = {
		0, 1, 8, 15, 1ull << 32, 1ull << 36, 1ull << 63, ~0ull, ~15ull };
	u64 odd = lengths[roll(h, ARRAY_SIZE(lengths))];

	switch (roll(h, 11)) {
	case 0:
		e->op = chance(h, 50) ? roll(h, 8) : roll(h, 0x10000);
		break;
	case 1:
		e->flags ^= 1u << roll(h, 16);
		break;
	case 2:
		e->id = chance(h, 50) ? roll(h, 40) : odd;
		break;
	case 3:
		e->addr = chance(h, 50) ? e->addr + roll(h, 16) : odd;
		break;
	case 4:
		e->size = chance(h, 50) ? e->size + roll(h, 16) : odd;
		break;
	case 5:
		e->addr = (granules_of(h, e->pool) + 1) * TT_MEMSTAT_GRANULE - e->size;
		break;
	case 6:
		e->set = chance(h, 70) ? roll(h, 16) : (u32)roll64(h);
		break;
	case 7:
		e->pool = chance(h, 70) ? roll(h, 8) : (u32)roll64(h);
		break;
	case 8:
		e->program = chance(h, 60) ? roll(h, 20) : odd;
		break;
	case 9:
		e->reserved[roll(h, 2)] = 1ull << roll(h, 64);
		break;
	case 10:
		e->seq = roll(h, 1000);	/* that one is no fault */
		break;
	}
}

static void random_entry(struct history *h, int client, struct tt_memstat_entry *e)
{
	static const u8 grow[] = { 55, 14, 2, 22, 7 }, shrink[] = { 22, 40, 8, 24, 6 };

	memset(e, 0, sizeof(*e));
	switch (pick(h, h->growing ? grow : shrink, ARRAY_SIZE(grow))) {
	case 0:
		random_record(h, client, e);
		break;
	case 1:
		random_free(h, client, e);
		break;
	case 2:
		e->op = TT_MEMSTAT_OP_PROGRAM_FREE;
		e->program = some_program(h);
		break;
	case 3:
		e->op = TT_MEMSTAT_OP_DISPATCH;
		e->program = some_program(h);
		e->id = chance(h, 50) ? 0 : 1 + roll(h, 3);
		break;
	case 4:
		random_snapshot(h, client, e);
		break;
	}
	if (chance(h, 5))
		spoil(h, e);
}

/* ---- histories ---- */

static void take_random_entry(struct history *h, int client)
{
	struct tt_memstat_entry e;

	random_entry(h, client, &e);
	if (chance(h, 2))
		rig_starve(h->rig, client, &e, roll(h, 4));
	rig_entry(h->rig, client, &e);
}

/* Let other clients report between two steps of an entry, a drop or a death. */
static void others_report(struct rig *rig, void *arg)
{
	struct history *h = arg;
	int client = random_client(h);

	if (client != rig->leaving && chance(h, 40))
		take_random_entry(h, client);
}

/* Let another caller report for the same client, as the drain of its ring does. */
static bool report_along(struct rig *rig, int client, struct tt_memstat_entry *e, void *arg)
{
	struct history *h = arg;

	if (!chance(h, 10))
		return false;
	random_entry(h, client, e);
	return true;
}

static bool owner_dies(struct rig *rig, void *arg)
{
	return chance(arg, 1);
}

static void random_event(struct history *h)
{
	static const u8 weights[] = { 2, 1, 1, 1, 2, 193 };
	int client = random_client(h);
	unsigned int what = pick(h, weights, ARRAY_SIZE(weights));

	if (client < 0)
		what = 0;
	switch (what) {
	case 0:
		if (h->rig->ledger.nr_clients < 4)
			random_attach(h);
		break;
	case 1:
		rig_detach(h->rig, client, 1 + roll(h, chance(h, 50) ? 8 : 400));
		break;
	case 2:
		rig_drop(h->rig, client, 1 + roll(h, TT_MEMSTAT_POOL_MASK_ALL),
			 1 + roll(h, chance(h, 50) ? 3 : 100));
		break;
	case 3:
		rig_reset_peaks(h->rig);
		break;
	case 4:
		random_set(h, client);
		break;
	case 5:
		take_random_entry(h, client);
		break;
	}
}

/**
 * history_run() - run a history of a chip from its first client to its end
 * @test: fails with the first difference
 * @from: source of the choices
 * @how: how to repeat this history, printed with a difference
 */
void history_run(struct kunit *test, struct history_chance *from, const char *how)
{
	struct history h = { .chance = from, .next_id = 100 };
	struct tt_memstat_geometry geo, most;
	unsigned int i;

	random_geometry(&h, &geo);
	/* Cards may have less than the architecture allows. */
	most = geo;
	most.grid_x += chance(&h, 50) ? roll(&h, 4) : 0;
	most.grid_y += chance(&h, 30) ? roll(&h, 4) : 0;
	most.dram_banks += chance(&h, 50) ? roll(&h, 4) : 0;
	h.rig = rig_new_of(test, &most, &geo, true);
	KUNIT_ASSERT_NOT_NULL(test, h.rig);
	h.rig->how = how;
	rig_pay(h.rig);
	/* Make holds of the lock so short that nearly every event takes several. */
	if (chance(&h, 40))
		h.rig->ledger.work_max = 1 + roll(&h, chance(&h, 50) ? 4 : 100);
	if (chance(&h, 60)) {
		h.rig->meanwhile = others_report;
		h.rig->along = report_along;
		h.rig->dies = owner_dies;
		h.rig->meanwhile_arg = &h;
	}
	for (i = 0; i < HISTORY_EVENTS && !h.rig->failed; i++) {
		if (i % 64 == 0)
			h.growing = chance(&h, 60);
		random_event(&h);
		if (i % 8 == 0 && h.rig->client[0])
			rig_check_lists(h.rig, 0);
	}
	rig_free(h.rig);
	cond_resched();
}
