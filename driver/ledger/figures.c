// SPDX-License-Identifier: GPL-2.0-only
/*
 * Figures: what the books say, as the world sees it.
 *
 * Knows which figure is known when, clipping, peaks, parts and wholes. Does not know names or
 * files. docs/ABI/ has the formulas in words.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include "ledger.h"

#define TTMEM_POOLS_L1	(BIT(TT_MEMSTAT_POOL_L1) | BIT(TT_MEMSTAT_POOL_L1_SMALL) | \
			 BIT(TT_MEMSTAT_POOL_CB))
#define TTMEM_POOLS_DRAM	(BIT(TT_MEMSTAT_POOL_DRAM) | BIT(TT_MEMSTAT_POOL_TRACE))
#define TTMEM_KNOWS_LOADED BIT(TTMEM_SNAP_CB_LOADED)	/* beside the pools: cb_loaded is known */

u64 ttmem_figures_l1_capacity(const struct ttmem_ledger *l)
{
	return (u64)l->cores * ttmem_bytes(l->l1_len);
}

u64 ttmem_figures_dram_capacity(const struct ttmem_ledger *l)
{
	return (u64)l->dram_banks * ttmem_bytes(l->dram_len);
}

static u64 ttmem_clip(u64 bytes, u64 capacity, bool *clipped)
{
	if (bytes <= capacity)
		return bytes;
	*clipped = true;
	return capacity;
}

static void ttmem_usage_fullest_core(const struct ttmem_coverage *coverage, unsigned int cores,
				     struct ttmem_usage *usage)
{
	unsigned int i, best = 0;

	for (i = 1; i < cores; i++)
		if (coverage->core[i] > coverage->core[best])
			best = i;
	usage->core = ttmem_bytes(coverage->core[best]);
	usage->core_index = (u16)best;
}

/* Unions from the maps plus the snapshots that count, never above what the chip has. */
static void ttmem_usage_compute(const struct ttmem_ledger *l, struct ttmem_coverage *coverage,
				const u64 *snap, struct ttmem_usage *usage)
{
	const struct ttmem_tally *used = &coverage->tally[TTMEM_TALLY_USED];
	const struct ttmem_tally *loaded = &coverage->tally[TTMEM_TALLY_LOADED];
	const struct ttmem_tally *dram = &coverage->tally[TTMEM_TALLY_DRAM];
	u64 l1 = ttmem_figures_l1_capacity(l), all = ttmem_figures_dram_capacity(l);
	u64 buffers = snap[TT_MEMSTAT_POOL_L1] + snap[TT_MEMSTAT_POOL_L1_SMALL];
	bool *clipped = &usage->clipped;

	*clipped = false;
	usage->buffers = ttmem_clip(
		ttmem_bytes(used->class[TTMEM_CLASS_L1]) + snap[TT_MEMSTAT_POOL_L1], l1, clipped);
	usage->small = ttmem_clip(ttmem_bytes(used->class[TTMEM_CLASS_SMALL]) +
				  snap[TT_MEMSTAT_POOL_L1_SMALL], l1, clipped);
	usage->cb = ttmem_clip(ttmem_bytes(used->class[TTMEM_CLASS_CB]) + snap[TT_MEMSTAT_POOL_CB],
			       l1, clipped);
	usage->l1 = ttmem_clip(ttmem_bytes(used->any) + buffers + snap[TT_MEMSTAT_POOL_CB],
			       l1, clipped);
	usage->loaded = ttmem_clip(ttmem_bytes(loaded->class[TTMEM_CLASS_CB_LOADED]) +
				   snap[TTMEM_SNAP_CB_LOADED], l1, clipped);
	usage->footprint = ttmem_clip(
		ttmem_bytes(loaded->any) + buffers + snap[TTMEM_SNAP_CB_LOADED], l1, clipped);
	usage->dram_buffers = ttmem_clip(ttmem_bytes(dram->class[TTMEM_CLASS_DRAM]) +
					 snap[TT_MEMSTAT_POOL_DRAM], all, clipped);
	usage->trace = ttmem_clip(ttmem_bytes(dram->class[TTMEM_CLASS_TRACE]) +
				  snap[TT_MEMSTAT_POOL_TRACE], all, clipped);
	usage->dram = ttmem_clip(ttmem_bytes(dram->any) + snap[TT_MEMSTAT_POOL_DRAM] +
				 snap[TT_MEMSTAT_POOL_TRACE], all, clipped);
	if (coverage->core_changed) {
		ttmem_usage_fullest_core(coverage, l->cores, usage);
		coverage->core_changed = false;
	}
}

static void ttmem_peaks_raise(struct ttmem_peaks *peaks, const struct ttmem_usage *usage)
{
	peaks->l1 = max(peaks->l1, usage->l1);
	peaks->footprint = max(peaks->footprint, usage->footprint);
	peaks->buffers = max(peaks->buffers, usage->buffers);
	peaks->small = max(peaks->small, usage->small);
	peaks->cb = max(peaks->cb, usage->cb);
	peaks->loaded = max(peaks->loaded, usage->loaded);
	peaks->dram = max(peaks->dram, usage->dram);
	peaks->dram_buffers = max(peaks->dram_buffers, usage->dram_buffers);
	peaks->trace = max(peaks->trace, usage->trace);
	peaks->core = max(peaks->core, usage->core);
}

void ttmem_figures_update_chip(struct ttmem_ledger *l)
{
	ttmem_usage_compute(l, &l->coverage, l->snap, &l->usage);
	ttmem_peaks_raise(&l->peaks, &l->usage);
	l->high_watermark[TT_MEMSTAT_SPACE_L1] =
		max(l->high_watermark[TT_MEMSTAT_SPACE_L1], l->usage.l1);
	l->high_watermark[TT_MEMSTAT_SPACE_DRAM] =
		max(l->high_watermark[TT_MEMSTAT_SPACE_DRAM], l->usage.dram);
}

/**
 * ttmem_figures_update_client() - after an event that concerns this client: its figures and peaks
 * @c: attached
 */
void ttmem_figures_update_client(struct ttmem_ledger_client *c)
{
	struct ttmem_ledger *l = c->ledger;

	l->clients_l1 -= c->usage.l1;
	l->clients_dram -= c->usage.dram;
	ttmem_usage_compute(l, &c->coverage, c->snap, &c->usage);
	ttmem_peaks_raise(&c->peaks, &c->usage);
	l->clients_l1 += c->usage.l1;
	l->clients_dram += c->usage.dram;
}

/**
 * ttmem_figures_update() - after an event of this client: its figures, the chip's, the peaks
 * @c: attached
 */
void ttmem_figures_update(struct ttmem_ledger_client *c)
{
	ttmem_figures_update_client(c);
	ttmem_figures_update_chip(c->ledger);
}

static void ttmem_put(struct tt_memstat_figures *out, enum tt_memstat_figure figure, u64 value)
{
	out->known[figure / 64] |= 1ull << (figure % 64);
	out->value[figure] = value;
}

static void ttmem_put_if(struct tt_memstat_figures *out, bool known, enum tt_memstat_figure figure,
			 u64 value)
{
	if (known)
		ttmem_put(out, figure, value);
}

/*
 * Pools whose current usage this client knows: none before the chip is described. Where snapshots
 * count for CBs, it knows of resident and loaded what they say.
 */
static u32 ttmem_client_knows(const struct ttmem_ledger_client *c)
{
	u32 said = 0, cb = BIT(TT_MEMSTAT_POOL_CB) | TTMEM_KNOWS_LOADED;
	const struct ttmem_snapshot *s;

	if (!c->ledger->arch)
		return 0;
	if (!(c->covers & cb))
		return c->covers;
	if (!(c->recorded & cb))
		list_for_each_entry(s, &c->snapshots, of_client)
			if (s->pool == TT_MEMSTAT_POOL_CB)
				said |= s->loaded ? TTMEM_KNOWS_LOADED : BIT(TT_MEMSTAT_POOL_CB);
	return (c->covers & ~cb) | (said ? said : cb);
}

/* What snapshots say beyond the figures that they count in. */
struct ttmem_snapshot_view {
	bool age, approx, l1, drift_known, l1_largest_known, dram_largest_known, dram_known;
	u64 newest, l1_largest, dram_largest, dram_allocatable;
	s64 drift;
};

static u64 ttmem_client_pool(const struct ttmem_ledger_client *c, const struct ttmem_snapshot *s)
{
	switch (s->pool) {
	case TT_MEMSTAT_POOL_DRAM:
		return c->usage.dram_buffers;
	case TT_MEMSTAT_POOL_TRACE:
		return c->usage.trace;
	case TT_MEMSTAT_POOL_L1:
		return c->usage.buffers;
	case TT_MEMSTAT_POOL_L1_SMALL:
		return c->usage.small;
	}
	return s->loaded ? c->usage.loaded : c->usage.cb;
}

/* Each pool's (and loaded's) figure is taken off once, however many sets it has. */
static void ttmem_view_drift(const struct ttmem_ledger_client *c, const struct ttmem_snapshot *s,
			     u32 *seen, struct ttmem_snapshot_view *view)
{
	u32 bit = s->loaded ? TTMEM_KNOWS_LOADED : BIT(s->pool);

	view->drift_known = true;
	view->drift += s->bytes;
	if (!(*seen & bit))
		view->drift -= ttmem_client_pool(c, s);
	*seen |= bit;
}

static void ttmem_view_client(const struct ttmem_ledger_client *c, struct ttmem_snapshot_view *view)
{
	const struct ttmem_snapshot *s;
	u64 allocatable = 0;
	bool any = false;
	u32 seen = 0;

	list_for_each_entry(s, &c->snapshots, of_client) {
		bool counts = !(c->recorded & BIT(s->pool));

		view->age = true;
		if (counts) {
			view->approx |= s->total;
			view->l1 |= !!(BIT(s->pool) & TTMEM_POOLS_L1);
		} else {
			ttmem_view_drift(c, s, &seen, view);
		}
		if (s->total)
			continue;
		if (BIT(s->pool) & TTMEM_POOLS_DRAM) {
			allocatable += s->allocatable * s->banks;
			any = true;
		}
		if (s->pool == TT_MEMSTAT_POOL_L1) {
			view->l1_largest = max(view->l1_largest, s->largest);
			view->l1_largest_known = true;
		} else if (s->pool == TT_MEMSTAT_POOL_DRAM) {
			view->dram_largest = max(view->dram_largest, s->largest);
			view->dram_largest_known = true;
		}
	}
	if (c->nr_snapshots)
		view->newest = max(view->newest, c->snapshot_time);
	view->dram_known |= any;
	view->dram_allocatable = max(view->dram_allocatable, allocatable);
}

static u64 ttmem_layout_allocatable(const struct ttmem_ledger_client *c)
{
	return (u64)c->set0_l1.banks * (c->layout.l1_end - c->layout.l1_base);
}

static void ttmem_put_layout(struct tt_memstat_figures *out, const struct ttmem_ledger *l,
			     bool known, u64 allocatable, u64 used, bool used_known)
{
	u64 capacity = ttmem_figures_l1_capacity(l);

	if (!known || !l->arch)
		return;
	ttmem_put(out, TT_MEMSTAT_FIG_L1_ALLOCATABLE, allocatable);
	ttmem_put(out, TT_MEMSTAT_FIG_L1_RESERVED, capacity - allocatable);
	ttmem_put_if(out, used_known, TT_MEMSTAT_FIG_L1_FREE,
		     allocatable > used ? allocatable - used : 0);
}

static void ttmem_put_l1(struct tt_memstat_figures *out, const struct ttmem_usage *usage, u32 knows)
{
	bool buffers = knows & BIT(TT_MEMSTAT_POOL_L1);
	bool small = knows & BIT(TT_MEMSTAT_POOL_L1_SMALL);
	bool cb = knows & BIT(TT_MEMSTAT_POOL_CB), loaded = knows & TTMEM_KNOWS_LOADED;
	u64 parts = usage->buffers + usage->small + usage->cb;

	ttmem_put_if(out, buffers, TT_MEMSTAT_FIG_L1_BUFFERS_USED, usage->buffers);
	ttmem_put_if(out, small, TT_MEMSTAT_FIG_L1_SMALL_USED, usage->small);
	ttmem_put_if(out, cb, TT_MEMSTAT_FIG_CB_USED, usage->cb);
	ttmem_put_if(out, loaded, TT_MEMSTAT_FIG_CB_LOADED, usage->loaded);
	ttmem_put_if(out, buffers || small || cb, TT_MEMSTAT_FIG_L1_USED, usage->l1);
	ttmem_put_if(out, buffers || small || cb, TT_MEMSTAT_FIG_L1_OVERLAP, parts - usage->l1);
	ttmem_put_if(out, buffers || small || loaded, TT_MEMSTAT_FIG_L1_FOOTPRINT,
		     usage->footprint);
}

static void ttmem_put_dram(struct tt_memstat_figures *out, const struct ttmem_usage *usage,
			   u32 knows)
{
	bool dram = knows & BIT(TT_MEMSTAT_POOL_DRAM), trace = knows & BIT(TT_MEMSTAT_POOL_TRACE);

	ttmem_put_if(out, dram, TT_MEMSTAT_FIG_DRAM_BUFFERS_USED, usage->dram_buffers);
	ttmem_put_if(out, trace, TT_MEMSTAT_FIG_TRACE_USED, usage->trace);
	ttmem_put_if(out, dram || trace, TT_MEMSTAT_FIG_DRAM_USED, usage->dram);
	ttmem_put_if(out, dram || trace, TT_MEMSTAT_FIG_DRAM_OVERLAP,
		     usage->dram_buffers + usage->trace - usage->dram);
}

static void ttmem_put_core(struct tt_memstat_figures *out, const struct ttmem_ledger *l,
			   const struct ttmem_usage *usage)
{
	ttmem_put(out, TT_MEMSTAT_FIG_L1_FULLEST_CORE_X, usage->core_index % l->grid_x);
	ttmem_put(out, TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y, usage->core_index / l->grid_x);
	ttmem_put(out, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED, usage->core);
}

static void ttmem_put_peaks(struct tt_memstat_figures *out, const struct ttmem_peaks *peaks,
			    u32 ever)
{
	bool l1 = ever & TTMEM_POOLS_L1, cb = ever & BIT(TT_MEMSTAT_POOL_CB);

	ttmem_put_if(out, l1, TT_MEMSTAT_FIG_L1_PEAK, peaks->l1);
	ttmem_put_if(out, l1, TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK, peaks->footprint);
	ttmem_put_if(out, l1, TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK, peaks->core);
	ttmem_put_if(out, ever & BIT(TT_MEMSTAT_POOL_L1), TT_MEMSTAT_FIG_L1_BUFFERS_PEAK,
		     peaks->buffers);
	ttmem_put_if(out, ever & BIT(TT_MEMSTAT_POOL_L1_SMALL), TT_MEMSTAT_FIG_L1_SMALL_PEAK,
		     peaks->small);
	ttmem_put_if(out, cb, TT_MEMSTAT_FIG_CB_PEAK, peaks->cb);
	ttmem_put_if(out, cb, TT_MEMSTAT_FIG_CB_LOADED_PEAK, peaks->loaded);
	ttmem_put_if(out, ever & TTMEM_POOLS_DRAM, TT_MEMSTAT_FIG_DRAM_PEAK, peaks->dram);
	ttmem_put_if(out, ever & BIT(TT_MEMSTAT_POOL_DRAM), TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK,
		     peaks->dram_buffers);
	ttmem_put_if(out, ever & BIT(TT_MEMSTAT_POOL_TRACE), TT_MEMSTAT_FIG_TRACE_PEAK,
		     peaks->trace);
}

static void ttmem_put_view(struct tt_memstat_figures *out, const struct ttmem_snapshot_view *view,
			   u64 now_ns, const struct ttmem_usage *usage, bool dram_known)
{
	u64 free = view->dram_allocatable > usage->dram ? view->dram_allocatable - usage->dram : 0;

	ttmem_put_if(out, view->drift_known, TT_MEMSTAT_FIG_DRIFT, view->drift);
	ttmem_put_if(out, view->age, TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS,
		     (now_ns - view->newest) / 1000000);
	ttmem_put_if(out, view->l1_largest_known, TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK,
		     view->l1_largest);
	ttmem_put_if(out, view->dram_largest_known, TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK,
		     view->dram_largest);
	ttmem_put_if(out, view->dram_known, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE,
		     view->dram_allocatable);
	ttmem_put_if(out, view->dram_known && dram_known, TT_MEMSTAT_FIG_DRAM_FREE, free);
	ttmem_put(out, TT_MEMSTAT_FIG_APPROX, view->approx);
}

static void ttmem_put_kernel(struct tt_memstat_figures *out, u32 knows, u64 app, u64 sys)
{
	ttmem_put_if(out, knows & BIT(TT_MEMSTAT_POOL_KERNEL), TT_MEMSTAT_FIG_KERNEL_APP, app);
	ttmem_put_if(out, knows & BIT(TT_MEMSTAT_POOL_KERNEL), TT_MEMSTAT_FIG_KERNEL_SYSTEM, sys);
}

static void ttmem_put_dispatch_age(struct tt_memstat_figures *out, bool known, u64 then_ns,
				   u64 now_ns)
{
	ttmem_put_if(out, known, TT_MEMSTAT_FIG_DISPATCH_AGE_MS, (now_ns - then_ns) / 1000000);
}

static void ttmem_put_headroom(struct tt_memstat_figures *out, bool known, s64 last, s64 lowest,
			       u64 clash)
{
	ttmem_put_if(out, known, TT_MEMSTAT_FIG_L1_HEADROOM, last);
	ttmem_put_if(out, known, TT_MEMSTAT_FIG_L1_HEADROOM_MIN, lowest);
	ttmem_put(out, TT_MEMSTAT_FIG_L1_CLASH, clash);
}

static void ttmem_put_partial(struct tt_memstat_figures *out, u32 partial)
{
	ttmem_put(out, TT_MEMSTAT_FIG_L1_PARTIAL, partial & TTMEM_POOLS_L1);
	ttmem_put(out, TT_MEMSTAT_FIG_DRAM_PARTIAL, partial & TTMEM_POOLS_DRAM);
}

/**
 * ttmem_figures_client() - the figures of one client, at this moment
 * @c: attached
 * @now_ns: same clock as ttmem_ledger_apply()
 * @out: zeroed
 */
void ttmem_figures_client(const struct ttmem_ledger_client *c, u64 now_ns,
			  struct tt_memstat_figures *out)
{
	const struct ttmem_ledger *l = c->ledger;
	u32 knows = ttmem_client_knows(c);
	struct ttmem_snapshot_view view = { 0 };

	ttmem_view_client(c, &view);
	ttmem_put(out, TT_MEMSTAT_FIG_GENERATION, c->generation);
	ttmem_put_l1(out, &c->usage, knows);
	ttmem_put_dram(out, &c->usage, knows);
	ttmem_put_layout(out, l, c->layout.valid & TT_MEMSTAT_LAYOUT_L1,
			 ttmem_layout_allocatable(c), c->usage.l1, knows & TTMEM_POOLS_L1);
	if (l->arch && !view.l1 && knows & TTMEM_POOLS_L1)
		ttmem_put_core(out, l, &c->usage);
	ttmem_put_peaks(out, &c->peaks, l->arch ? c->covers : 0);
	ttmem_put_view(out, &view, now_ns, &c->usage, knows & TTMEM_POOLS_DRAM);
	ttmem_put_kernel(out, knows, c->kernel_app, c->kernel_system);
	ttmem_put_headroom(out, c->headroom_known, c->headroom, c->headroom_min, c->clash);
	ttmem_put_dispatch_age(out, c->dispatched, c->dispatch_time, now_ns);
	ttmem_put_if(out, c->layout.valid & TT_MEMSTAT_LAYOUT_KERNEL, TT_MEMSTAT_FIG_KERNEL_REGION,
		     c->layout.kernel_region);
	ttmem_put_partial(out, ~c->covers | c->partial | ~knows);
	ttmem_put(out, TT_MEMSTAT_FIG_PROGRAMS, c->nr_programs);
	ttmem_put(out, TT_MEMSTAT_FIG_RECORDS, c->nr_records);
	ttmem_put(out, TT_MEMSTAT_FIG_INCONSISTENT, c->lost || c->usage.clipped);
	ttmem_put(out, TT_MEMSTAT_FIG_REJECTED, c->rejected);
	ttmem_put(out, TT_MEMSTAT_FIG_DROPPED, c->dropped);
}

/* What a chip's figures need to know of its clients. */
struct ttmem_clients_view {
	struct ttmem_snapshot_view snapshots;
	u32 knows, partial;
	bool layout, kernel_region_known, lost, dispatched;
	u64 allocatable, kernel_region, dispatch_time;
};

static void ttmem_view_clients(const struct ttmem_ledger *l, struct ttmem_clients_view *view)
{
	const struct ttmem_ledger_client *c;

	if (l->arch && !l->nr_clients)
		view->knows = ~0u;
	list_for_each_entry(c, &l->clients, of_ledger) {
		u32 knows = ttmem_client_knows(c);

		/* What a dead client covered is used, and told of, until it is taken off. */
		view->knows |= knows;
		ttmem_view_client(c, &view->snapshots);
		if (c->dead)
			continue;
		view->partial |= ~c->covers | c->partial | ~knows;
		view->lost |= c->lost || c->usage.clipped;
		if (c->layout.valid & TT_MEMSTAT_LAYOUT_L1) {
			view->layout = true;
			view->allocatable = max(view->allocatable, ttmem_layout_allocatable(c));
		}
		if (c->layout.valid & TT_MEMSTAT_LAYOUT_KERNEL) {
			view->kernel_region_known = true;
			view->kernel_region = max(view->kernel_region, c->layout.kernel_region);
		}
		if (c->dispatched) {
			view->dispatched = true;
			view->dispatch_time = max(view->dispatch_time, c->dispatch_time);
		}
	}
}

static void ttmem_put_geometry(const struct ttmem_ledger *l, struct tt_memstat_figures *out)
{
	if (!l->arch)
		return;
	ttmem_put(out, TT_MEMSTAT_FIG_L1_CAPACITY, ttmem_figures_l1_capacity(l));
	ttmem_put(out, TT_MEMSTAT_FIG_DRAM_CAPACITY, ttmem_figures_dram_capacity(l));
	ttmem_put(out, TT_MEMSTAT_FIG_TENSIX_ACTIVE, l->cores);
}

bool ttmem_figures_cores_known(const struct ttmem_ledger *l)
{
	struct ttmem_clients_view view = { 0 };

	ttmem_view_clients(l, &view);
	return l->arch && !view.snapshots.l1 && view.knows & TTMEM_POOLS_L1;
}

/**
 * ttmem_figures_chip() - the figures of the chip, at this moment
 * @l: its books
 * @now_ns: same clock as ttmem_ledger_apply()
 * @out: zeroed; what the books do not have (the harvesting mask ...) is the caller's to add
 */
void ttmem_figures_chip(const struct ttmem_ledger *l, u64 now_ns, struct tt_memstat_figures *out)
{
	struct ttmem_clients_view view = { 0 };

	ttmem_view_clients(l, &view);
	ttmem_put(out, TT_MEMSTAT_FIG_GENERATION, l->generation);
	ttmem_put(out, TT_MEMSTAT_FIG_CLIENTS, l->nr_clients);
	ttmem_put_geometry(l, out);
	ttmem_put_l1(out, &l->usage, view.knows);
	ttmem_put_dram(out, &l->usage, view.knows);
	ttmem_put_if(out, view.knows & TTMEM_POOLS_L1, TT_MEMSTAT_FIG_L1_SHARED,
		     l->clients_l1 - l->usage.l1);
	ttmem_put_if(out, view.knows & TTMEM_POOLS_DRAM, TT_MEMSTAT_FIG_DRAM_SHARED,
		     l->clients_dram - l->usage.dram);
	ttmem_put_layout(out, l, view.layout, view.allocatable, l->usage.l1,
			 view.knows & TTMEM_POOLS_L1);
	if (l->arch && !view.snapshots.l1 && view.knows & TTMEM_POOLS_L1)
		ttmem_put_core(out, l, &l->usage);
	ttmem_put_peaks(out, &l->peaks, l->arch ? l->ever_known : 0);
	ttmem_put_view(out, &view.snapshots, now_ns, &l->usage, view.knows & TTMEM_POOLS_DRAM);
	ttmem_put_kernel(out, view.knows, l->kernel_app, l->kernel_system);
	ttmem_put_headroom(out, l->headroom_known, l->headroom, l->headroom_min, l->clash);
	ttmem_put_dispatch_age(out, view.dispatched, view.dispatch_time, now_ns);
	ttmem_put_if(out, view.kernel_region_known, TT_MEMSTAT_FIG_KERNEL_REGION,
		     view.kernel_region);
	ttmem_put_partial(out, view.partial);
	ttmem_put(out, TT_MEMSTAT_FIG_PROGRAMS, l->programs);
	ttmem_put(out, TT_MEMSTAT_FIG_RECORDS, l->records);
	ttmem_put(out, TT_MEMSTAT_FIG_INCONSISTENT, view.lost || l->usage.clipped);
	ttmem_put(out, TT_MEMSTAT_FIG_REJECTED, l->rejected);
	ttmem_put(out, TT_MEMSTAT_FIG_DROPPED, l->dropped);
}
