// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle's figures: draw every granule of every bank and count.
 *
 * Deliberately slow and simple: only the peaks are incremental.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "oracle_model.h"

static u64 banks_in(struct oracle *o, struct oclient *c, const struct tt_memstat_entry *e)
{
	return oracle_count_bits(oracle_banks_of(o, c, e->pool, e->set));
}

static u64 snapshot_bytes(struct oracle *o, struct oclient *c, const struct tt_memstat_entry *e)
{
	if (e->flags & TT_MEMSTAT_ENTRY_TOTAL)
		return e->size;
	return e->addr * banks_in(o, c, e);
}

void oracle_paint(u8 *row, const struct tt_memstat_entry *e, u8 bit)
{
	u64 g;

	for (g = e->addr / TT_MEMSTAT_GRANULE; g < (e->addr + e->size) / TT_MEMSTAT_GRANULE; g++)
		row[g] |= bit;
}

static void paint_record(struct oracle *o, struct oclient *c, const struct tt_memstat_entry *e)
{
	u32 banks = oracle_banks_of(o, c, e->pool, e->set), resident = 0;
	unsigned int b;

	if (e->pool == TT_MEMSTAT_POOL_KERNEL || (e->flags & TT_MEMSTAT_ENTRY_VIEW))
		return;
	if (e->pool == TT_MEMSTAT_POOL_CB)
		resident = oracle_resident_cores(c, e->program);
	for (b = 0; b < 32; b++) {
		if (!(banks & (1u << b)))
			continue;
		if (oracle_space_of(e->pool) == TT_MEMSTAT_SPACE_DRAM)
			oracle_paint(c->level.map.dram[b], e, 1u << e->pool);
		else if (e->pool != TT_MEMSTAT_POOL_CB)
			oracle_paint(c->level.map.l1[b], e, 1u << e->pool);
		else
			oracle_paint(c->level.map.l1[b], e, BIT_OF_LOADED |
			      (resident & (1u << b) ? BIT_OF(CB) : 0));
	}
}

static void paint_client(struct oracle *o, struct oclient *c)
{
	struct olevel *lv = &c->level;
	unsigned int i, p;

	memset(&lv->map, 0, sizeof(lv->map));
	memset(lv->snap, 0, sizeof(lv->snap));
	memset(lv->counts, 0, sizeof(lv->counts));
	lv->total = false;
	for (i = 0; i < c->nr_records; i++)
		paint_record(o, c, &c->records[i].e);
	for (i = 0; i < c->nr_snapshots; i++) {
		const struct tt_memstat_entry *e = &c->snapshots[i].e;

		if (oracle_group_recorded(o, c, e->pool))
			continue;
		p = e->flags & TT_MEMSTAT_ENTRY_LOADED ? LOADED : e->pool;
		lv->snap[p] += snapshot_bytes(o, c, e);
		lv->counts[p] = true;
		lv->total |= !!(e->flags & TT_MEMSTAT_ENTRY_TOTAL);
	}
}

static void paint_chip(struct oracle *o)
{
	struct olevel *lv = &o->level;
	unsigned int i, k;

	memset(&lv->map, 0, sizeof(lv->map));
	memset(lv->snap, 0, sizeof(lv->snap));
	memset(lv->counts, 0, sizeof(lv->counts));
	lv->total = false;
	for (i = 0; i < ORACLE_CLIENTS; i++) {
		struct olevel *from = &o->client[i].level;

		if (!o->client[i].live)
			continue;
		for (k = 0; k < sizeof(lv->map); k++)
			((u8 *)&lv->map)[k] |= ((u8 *)&from->map)[k];
		for (k = 0; k <= TT_MEMSTAT_POOLS; k++) {
			lv->snap[k] += from->snap[k];
			lv->counts[k] |= from->counts[k];
		}
		lv->total |= from->total;
	}
}

unsigned int oracle_count_row(const u8 *row, unsigned int len, u32 bits)
{
	unsigned int g, n = 0;

	for (g = 0; g < len; g++)
		n += (row[g] & bits) != 0;
	return n * TT_MEMSTAT_GRANULE;
}

u64 oracle_level_core(const struct olevel *lv, unsigned int core)
{
	return oracle_count_row(lv->map.l1[core], ORACLE_L1_GRANULES, L1_SPACE);
}

/* Bytes covered by any of @pools, with the snapshots that count, at most the capacity. */
static u64 sum(struct oracle *o, struct olevel *lv, u32 space, u32 pools)
{
	u64 bytes = 0, most = oracle_capacity(o, space);
	unsigned int b, p;

	if (space == TT_MEMSTAT_SPACE_DRAM)
		for (b = 0; b < o->geo.dram_banks; b++)
			bytes += oracle_count_row(lv->map.dram[b], ORACLE_DRAM_GRANULES, pools);
	else
		for (b = 0; b < o->cores; b++)
			bytes += oracle_count_row(lv->map.l1[b], ORACLE_L1_GRANULES, pools);
	for (p = 0; p <= TT_MEMSTAT_POOLS; p++)
		if (pools & (1u << p))
			bytes += lv->snap[p];
	if (bytes <= most)
		return bytes;
	lv->clipped = true;
	return most;
}

void oracle_put(struct tt_memstat_figures *f, unsigned int n, bool known, u64 value)
{
	if (!known)
		return;
	f->known[n / 64] |= 1ull << (n % 64);
	f->value[n] = value;
}

static void put_raw(struct olevel *lv, unsigned int n, bool known, u64 value)
{
	lv->raw[n] = value;
	oracle_put(&lv->now, n, known, value);
}

static bool knows(const struct tt_memstat_figures *f, unsigned int n)
{
	return f->known[n / 64] & (1ull << (n % 64));
}

static bool counts_in(const struct olevel *lv, u32 pools)
{
	unsigned int p;

	for (p = 0; p <= TT_MEMSTAT_POOLS; p++)
		if ((pools & (1u << p)) && lv->counts[p])
			return true;
	return false;
}

static void put_fullest(struct oracle *o, struct olevel *lv, bool known)
{
	unsigned int core, best = 0;

	for (core = 1; core < o->cores; core++)
		if (oracle_level_core(lv, core) > oracle_level_core(lv, best))
			best = core;
	oracle_put(&lv->now, TT_MEMSTAT_FIG_L1_FULLEST_CORE_X, known, best % o->geo.grid_x);
	oracle_put(&lv->now, TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y, known, best / o->geo.grid_x);
	put_raw(lv, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED, known, oracle_level_core(lv, best));
}

/* Write the use of a level whose pools @k are known; @k has a separate bit for loaded CBs. */
static void put_usage(struct oracle *o, struct olevel *lv, u32 k)
{
	struct tt_memstat_figures *f = &lv->now;
	const u32 l1 = TT_MEMSTAT_SPACE_L1, dram = TT_MEMSTAT_SPACE_DRAM;
	u64 pool[TT_MEMSTAT_POOLS + 1], parts;
	u64 used, footprint, dram_used;

	lv->clipped = false;
	pool[TT_MEMSTAT_POOL_L1] = sum(o, lv, l1, BIT_OF(L1));
	pool[TT_MEMSTAT_POOL_L1_SMALL] = sum(o, lv, l1, BIT_OF(L1_SMALL));
	pool[TT_MEMSTAT_POOL_CB] = sum(o, lv, l1, BIT_OF(CB));
	pool[LOADED] = sum(o, lv, l1, BIT_OF_LOADED);
	pool[TT_MEMSTAT_POOL_DRAM] = sum(o, lv, dram, BIT_OF(DRAM));
	pool[TT_MEMSTAT_POOL_TRACE] = sum(o, lv, dram, BIT_OF(TRACE));
	used = sum(o, lv, l1, L1_SPACE);
	footprint = sum(o, lv, l1, BIT_OF(L1) | BIT_OF(L1_SMALL) | BIT_OF_LOADED);
	dram_used = sum(o, lv, dram, DRAM_SPACE);

	put_raw(lv, TT_MEMSTAT_FIG_L1_BUFFERS_USED, k & BIT_OF(L1), pool[TT_MEMSTAT_POOL_L1]);
	put_raw(lv, TT_MEMSTAT_FIG_L1_SMALL_USED, k & BIT_OF(L1_SMALL),
		pool[TT_MEMSTAT_POOL_L1_SMALL]);
	put_raw(lv, TT_MEMSTAT_FIG_CB_USED, k & BIT_OF(CB), pool[TT_MEMSTAT_POOL_CB]);
	put_raw(lv, TT_MEMSTAT_FIG_CB_LOADED, k & BIT_OF_LOADED, pool[LOADED]);
	put_raw(lv, TT_MEMSTAT_FIG_DRAM_BUFFERS_USED, k & BIT_OF(DRAM), pool[TT_MEMSTAT_POOL_DRAM]);
	put_raw(lv, TT_MEMSTAT_FIG_TRACE_USED, k & BIT_OF(TRACE), pool[TT_MEMSTAT_POOL_TRACE]);

	put_raw(lv, TT_MEMSTAT_FIG_L1_USED, k & L1_SPACE, used);
	put_raw(lv, TT_MEMSTAT_FIG_L1_FOOTPRINT,
		k & (BIT_OF(L1) | BIT_OF(L1_SMALL) | BIT_OF_LOADED), footprint);
	put_raw(lv, TT_MEMSTAT_FIG_DRAM_USED, k & DRAM_SPACE, dram_used);
	parts = f->value[TT_MEMSTAT_FIG_L1_BUFFERS_USED] + f->value[TT_MEMSTAT_FIG_L1_SMALL_USED] +
		f->value[TT_MEMSTAT_FIG_CB_USED];
	oracle_put(f, TT_MEMSTAT_FIG_L1_OVERLAP, k & L1_SPACE, parts - used);
	parts = f->value[TT_MEMSTAT_FIG_DRAM_BUFFERS_USED] + f->value[TT_MEMSTAT_FIG_TRACE_USED];
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_OVERLAP, k & DRAM_SPACE, parts - dram_used);
	put_fullest(o, lv, (k & L1_SPACE) && !counts_in(lv, L1_SPACE | BIT_OF_LOADED));
}

static const struct {
	u16 figure, peak;
	u32 pools;
} peaks[] = {
	{ TT_MEMSTAT_FIG_L1_USED, TT_MEMSTAT_FIG_L1_PEAK, L1_SPACE },
	{ TT_MEMSTAT_FIG_L1_FOOTPRINT, TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK, L1_SPACE },
	{ TT_MEMSTAT_FIG_L1_BUFFERS_USED, TT_MEMSTAT_FIG_L1_BUFFERS_PEAK, BIT_OF(L1) },
	{ TT_MEMSTAT_FIG_L1_SMALL_USED, TT_MEMSTAT_FIG_L1_SMALL_PEAK, BIT_OF(L1_SMALL) },
	{ TT_MEMSTAT_FIG_CB_USED, TT_MEMSTAT_FIG_CB_PEAK, BIT_OF(CB) },
	{ TT_MEMSTAT_FIG_CB_LOADED, TT_MEMSTAT_FIG_CB_LOADED_PEAK, BIT_OF(CB) },
	{ TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED, TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK, L1_SPACE },
	{ TT_MEMSTAT_FIG_DRAM_USED, TT_MEMSTAT_FIG_DRAM_PEAK, DRAM_SPACE },
	{ TT_MEMSTAT_FIG_DRAM_BUFFERS_USED, TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK, BIT_OF(DRAM) },
	{ TT_MEMSTAT_FIG_TRACE_USED, TT_MEMSTAT_FIG_TRACE_PEAK, BIT_OF(TRACE) },
};

static void put_peaks(struct olevel *lv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(peaks); i++) {
		lv->peak[i] = max(lv->peak[i], lv->raw[peaks[i].figure]);
		oracle_put(&lv->now, peaks[i].peak, lv->ever & peaks[i].pools, lv->peak[i]);
	}
}

static void put_counters(struct olevel *lv)
{
	oracle_put(&lv->now, TT_MEMSTAT_FIG_GENERATION, true, lv->generation);
	oracle_put(&lv->now, TT_MEMSTAT_FIG_REJECTED, true, lv->rejected);
	oracle_put(&lv->now, TT_MEMSTAT_FIG_DROPPED, true, lv->dropped);
	oracle_put(&lv->now, TT_MEMSTAT_FIG_L1_HEADROOM, lv->headroom_known, lv->headroom);
	oracle_put(&lv->now, TT_MEMSTAT_FIG_L1_HEADROOM_MIN, lv->headroom_known, lv->headroom_min);
	oracle_put(&lv->now, TT_MEMSTAT_FIG_L1_CLASH, true, lv->clash);
	oracle_put(&lv->now, TT_MEMSTAT_FIG_APPROX, true, lv->total);
}

static u64 less(u64 a, u64 b)
{
	return a > b ? a - b : 0;
}

static void put_free(struct oracle *o, struct tt_memstat_figures *f)
{
	bool l1 = knows(f, TT_MEMSTAT_FIG_L1_ALLOCATABLE);
	bool dram = knows(f, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE);

	oracle_put(f, TT_MEMSTAT_FIG_L1_RESERVED, l1, oracle_capacity(o, TT_MEMSTAT_SPACE_L1) -
		   f->value[TT_MEMSTAT_FIG_L1_ALLOCATABLE]);
	oracle_put(f, TT_MEMSTAT_FIG_L1_FREE, l1 && knows(f, TT_MEMSTAT_FIG_L1_USED),
		   less(f->value[TT_MEMSTAT_FIG_L1_ALLOCATABLE], f->value[TT_MEMSTAT_FIG_L1_USED]));
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_FREE, dram && knows(f, TT_MEMSTAT_FIG_DRAM_USED),
		   less(f->value[TT_MEMSTAT_FIG_DRAM_ALLOCATABLE],
			f->value[TT_MEMSTAT_FIG_DRAM_USED]));
}

static u64 figure_of_snapshot(const struct oclient *c, const struct tt_memstat_entry *e)
{
	static const u16 of_pool[] = {
		[TT_MEMSTAT_POOL_DRAM] = TT_MEMSTAT_FIG_DRAM_BUFFERS_USED,
		[TT_MEMSTAT_POOL_TRACE] = TT_MEMSTAT_FIG_TRACE_USED,
		[TT_MEMSTAT_POOL_L1] = TT_MEMSTAT_FIG_L1_BUFFERS_USED,
		[TT_MEMSTAT_POOL_L1_SMALL] = TT_MEMSTAT_FIG_L1_SMALL_USED,
		[TT_MEMSTAT_POOL_CB] = TT_MEMSTAT_FIG_CB_USED,
		[LOADED] = TT_MEMSTAT_FIG_CB_LOADED,
	};

	return c->level.now.value[of_pool[e->flags & TT_MEMSTAT_ENTRY_LOADED ? LOADED : e->pool]];
}

static void put_of_snapshots(struct oracle *o, struct oclient *c)
{
	struct tt_memstat_figures *f = &c->level.now;
	u64 allocatable = 0, largest[2] = { 0 }, drift = 0;
	bool dram = false, blocks[2] = { false }, drifts = false;
	bool minus[TT_MEMSTAT_POOLS + 1] = { false };
	unsigned int i, p;

	for (i = 0; i < c->nr_snapshots; i++) {
		const struct tt_memstat_entry *e = &c->snapshots[i].e;
		bool total = e->flags & TT_MEMSTAT_ENTRY_TOTAL;

		p = e->flags & TT_MEMSTAT_ENTRY_LOADED ? LOADED : e->pool;
		if (!total && oracle_space_of(e->pool) == TT_MEMSTAT_SPACE_DRAM) {
			allocatable += e->id * banks_in(o, c, e);
			dram = true;
		}
		if (!total && (e->pool == TT_MEMSTAT_POOL_L1 || e->pool == TT_MEMSTAT_POOL_DRAM)) {
			u32 s = oracle_space_of(e->pool);

			largest[s] = max(largest[s], e->program);
			blocks[s] = true;
		}
		if (!oracle_group_recorded(o, c, e->pool))
			continue;
		drift += snapshot_bytes(o, c, e);
		if (!minus[p])
			drift -= figure_of_snapshot(c, e);
		minus[p] = true;
		drifts = true;
	}
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE, dram,
		   min(allocatable, oracle_capacity(o, TT_MEMSTAT_SPACE_DRAM)));
	oracle_put(f, TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK, blocks[0], largest[0]);
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK, blocks[1], largest[1]);
	oracle_put(f, TT_MEMSTAT_FIG_DRIFT, drifts, drift);
}

static void put_kernels(struct oracle *o, struct oclient *c)
{
	const bool known = c->covers & BIT_OF(KERNEL), whole = known && !(c->partial & BIT_OF(KERNEL));
	u64 app = 0, system = 0;
	unsigned int i;

	for (i = 0; i < c->nr_records; i++) {
		const struct tt_memstat_entry *e = &c->records[i].e;
		u64 bytes = e->size * banks_in(o, c, e);

		if (e->pool != TT_MEMSTAT_POOL_KERNEL)
			continue;
		if (e->flags & TT_MEMSTAT_ENTRY_SYSTEM)
			system += bytes;
		else
			app += bytes;
	}
	oracle_put(&c->level.now, TT_MEMSTAT_FIG_KERNEL_APP, known, app);
	put_raw(&c->level, TT_MEMSTAT_FIG_KERNEL_SYSTEM, whole, system);
}

static u32 known_pools(const struct oclient *c)
{
	u32 k = c->covers | (c->covers & BIT_OF(CB) ? BIT_OF_LOADED : 0);

	if (c->level.counts[LOADED] && !c->level.counts[TT_MEMSTAT_POOL_CB])
		k &= ~BIT_OF(CB);
	if (c->level.counts[TT_MEMSTAT_POOL_CB] && !c->level.counts[LOADED])
		k &= ~BIT_OF_LOADED;
	return k;
}

static void figure_client(struct oracle *o, struct oclient *c)
{
	struct tt_memstat_figures *f = &c->level.now;
	u32 partial = c->partial | ~known_pools(c);

	memset(f, 0, sizeof(*f));
	put_usage(o, &c->level, known_pools(c));
	put_kernels(o, c);
	oracle_put(f, TT_MEMSTAT_FIG_L1_ALLOCATABLE, c->layout.valid & TT_MEMSTAT_LAYOUT_L1,
		   oracle_count_bits(oracle_worker_grid(o, c)) *
		   (c->layout.l1_end - c->layout.l1_base));
	oracle_put(f, TT_MEMSTAT_FIG_KERNEL_REGION, c->layout.valid & TT_MEMSTAT_LAYOUT_KERNEL,
		   c->layout.kernel_region);
	put_of_snapshots(o, c);
	put_free(o, f);
	oracle_put(f, TT_MEMSTAT_FIG_PROGRAMS, true, c->nr_programs);
	oracle_put(f, TT_MEMSTAT_FIG_RECORDS, true, c->nr_records);
	oracle_put(f, TT_MEMSTAT_FIG_L1_PARTIAL, true, partial & L1_SPACE);
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_PARTIAL, true, partial & DRAM_SPACE);
	oracle_put(f, TT_MEMSTAT_FIG_INCONSISTENT, true, c->lost || c->level.clipped);
	put_counters(&c->level);
	put_peaks(&c->level);
}

/* Write a figure of the chip that is a sum over its clients (unknown if no client knows it). */
static void put_sum(struct oracle *o, unsigned int n)
{
	bool known = false;
	unsigned int i;
	u64 bytes = 0;

	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].live && knows(&o->client[i].level.now, n)) {
			bytes += o->client[i].level.now.value[n];
			known = true;
		}
	oracle_put(&o->level.now, n, known, bytes);
}

/* One client that knows is enough for all clients' bytes to count. */
static void put_system(struct oracle *o)
{
	bool known = false;
	unsigned int i;
	u64 bytes = 0;

	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].live) {
			known |= knows(&o->client[i].level.now, TT_MEMSTAT_FIG_KERNEL_SYSTEM);
			bytes += o->client[i].level.raw[TT_MEMSTAT_FIG_KERNEL_SYSTEM];
		}
	oracle_put(&o->level.now, TT_MEMSTAT_FIG_KERNEL_SYSTEM, known, bytes);
}

static void put_largest(struct oracle *o, unsigned int n)
{
	bool known = false;
	unsigned int i;
	u64 bytes = 0;

	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].live && knows(&o->client[i].level.now, n)) {
			bytes = max(bytes, o->client[i].level.now.value[n]);
			known = true;
		}
	oracle_put(&o->level.now, n, known, bytes);
}

static u64 clients_total(struct oracle *o, unsigned int n)
{
	unsigned int i;
	u64 bytes = 0;

	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].live)
			bytes += o->client[i].level.now.value[n];
	return bytes;
}

static void put_totals(struct oracle *o, bool idle)
{
	static const u16 sums[] = {
		TT_MEMSTAT_FIG_KERNEL_APP, TT_MEMSTAT_FIG_PROGRAMS, TT_MEMSTAT_FIG_RECORDS,
		TT_MEMSTAT_FIG_DRIFT,
	};
	static const u16 largest[] = {
		TT_MEMSTAT_FIG_L1_ALLOCATABLE, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE,
		TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK, TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK,
		TT_MEMSTAT_FIG_KERNEL_REGION,
	};
	struct tt_memstat_figures *f = &o->level.now;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sums); i++)
		put_sum(o, sums[i]);
	put_system(o);
	for (i = 0; i < ARRAY_SIZE(largest); i++)
		put_largest(o, largest[i]);
	put_free(o, f);
	oracle_put(f, TT_MEMSTAT_FIG_PROGRAMS, true, f->value[TT_MEMSTAT_FIG_PROGRAMS]);
	oracle_put(f, TT_MEMSTAT_FIG_RECORDS, true, f->value[TT_MEMSTAT_FIG_RECORDS]);
	if (idle) {
		oracle_put(f, TT_MEMSTAT_FIG_KERNEL_APP, true, 0);
		oracle_put(f, TT_MEMSTAT_FIG_KERNEL_SYSTEM, true, 0);
	}
	oracle_put(f, TT_MEMSTAT_FIG_L1_CAPACITY, true, oracle_capacity(o, TT_MEMSTAT_SPACE_L1));
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_CAPACITY, true,
		   oracle_capacity(o, TT_MEMSTAT_SPACE_DRAM));
	oracle_put(f, TT_MEMSTAT_FIG_L1_SHARED, knows(f, TT_MEMSTAT_FIG_L1_USED),
		   clients_total(o, TT_MEMSTAT_FIG_L1_USED) - f->value[TT_MEMSTAT_FIG_L1_USED]);
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_SHARED, knows(f, TT_MEMSTAT_FIG_DRAM_USED),
		   clients_total(o, TT_MEMSTAT_FIG_DRAM_USED) - f->value[TT_MEMSTAT_FIG_DRAM_USED]);
}

static void figure_chip(struct oracle *o)
{
	struct tt_memstat_figures *f = &o->level.now;
	u32 k = 0, partial = 0, n = 0;
	bool inconsistent = false;
	unsigned int i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < ORACLE_CLIENTS; i++) {
		struct oclient *c = &o->client[i];

		if (!c->live)
			continue;
		n++;
		k |= known_pools(c);
		partial |= c->partial | ~known_pools(c);
		inconsistent |= c->lost || c->level.clipped;
		o->level.ever |= c->covers;
	}
	put_usage(o, &o->level, n ? k : ~0u);
	put_totals(o, !n);
	oracle_put(f, TT_MEMSTAT_FIG_CLIENTS, true, n);
	oracle_put(f, TT_MEMSTAT_FIG_L1_PARTIAL, true, partial & L1_SPACE);
	oracle_put(f, TT_MEMSTAT_FIG_DRAM_PARTIAL, true, partial & DRAM_SPACE);
	oracle_put(f, TT_MEMSTAT_FIG_INCONSISTENT, true, inconsistent || o->level.clipped);
	put_counters(&o->level);
	put_peaks(&o->level);
}

void oracle_recompute(struct oracle *o)
{
	unsigned int i;

	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].live)
			paint_client(o, &o->client[i]);
	paint_chip(o);
	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].live)
			figure_client(o, &o->client[i]);
	figure_chip(o);
}
