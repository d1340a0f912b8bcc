// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Figures: sums and peaks after an event, and the figures that follow from them. docs/ABI/ has the
 * formulas in words.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/time64.h>
#include "../geometry.h"
#include "ledger.h"

#define TTMEM_POOLS_L1	(BIT(TT_MEMSTAT_POOL_L1) | BIT(TT_MEMSTAT_POOL_L1_SMALL) | \
			 BIT(TT_MEMSTAT_POOL_CB))
#define TTMEM_POOLS_DRAM	(BIT(TT_MEMSTAT_POOL_DRAM) | BIT(TT_MEMSTAT_POOL_TRACE))
/* Bits beside the pools. */
#define TTMEM_KNOWS_LOADED	BIT(TTMEM_SNAP_CB_LOADED)
#define TTMEM_KNOWS_SYSTEM	BIT(TTMEM_SNAP_CB_LOADED + 1)
#define TTMEM_POOLS_FOOTPRINT	(BIT(TT_MEMSTAT_POOL_L1) | BIT(TT_MEMSTAT_POOL_L1_SMALL) | \
				 TTMEM_KNOWS_LOADED)

static void ttmem_sums_fullest_core(struct ttmem_sums *sums, const struct ttmem_coverage *coverage,
				    unsigned int cores)
{
	unsigned int i, best = 0;

	for (i = 1; i < cores; i++)
		if (coverage->core[i] > coverage->core[best])
			best = i;
	sums->usage.core = ttmem_bytes(coverage->core[best]);
	sums->core_index = (u16)best;
}

static u64 ttmem_dram_bytes(u64 whole, u64 part, unsigned int banks)
{
	return ttmem_bytes(whole * banks + part);
}

/*
 * Add the unions of the maps and the snapshots that count, clipped to the capacity by @g or, on a
 * side that @g does not know, to the largest possible.
 */
static void ttmem_sums_use(struct ttmem_sums *sums, const struct ttmem_ledger *l,
			   const struct tt_memstat_geometry *g, struct ttmem_coverage *coverage,
			   const u64 *snap)
{
	const struct ttmem_tally *used = &coverage->tally[TTMEM_MAP_USED];
	const struct ttmem_tally *loaded = &coverage->tally[TTMEM_MAP_LOADED];
	const struct ttmem_tally *dram = &coverage->tally[TTMEM_MAP_DRAM];
	const struct ttmem_tally *part = &coverage->tally[TTMEM_MAP_DRAM_PART];
	unsigned int i, banks = g->dram_banks ?: l->banks;
	u64 l1 = ttmem_geometry_l1(g) ?: l->cores * ttmem_bytes(l->l1_len);
	u64 all = banks * ttmem_bytes(l->dram_len);
	u64 buffers = snap[TT_MEMSTAT_POOL_L1] + snap[TT_MEMSTAT_POOL_L1_SMALL];
	struct ttmem_usage *usage = &sums->usage;

	usage->buffers = ttmem_bytes(used->class[TTMEM_CLASS_L1]) + snap[TT_MEMSTAT_POOL_L1];
	usage->small = ttmem_bytes(used->class[TTMEM_CLASS_SMALL]) +
		       snap[TT_MEMSTAT_POOL_L1_SMALL];
	usage->cb = ttmem_bytes(used->class[TTMEM_CLASS_CB]) + snap[TT_MEMSTAT_POOL_CB];
	usage->l1 = ttmem_bytes(used->any) + buffers + snap[TT_MEMSTAT_POOL_CB];
	usage->loaded = ttmem_bytes(loaded->class[TTMEM_CLASS_CB_LOADED]) +
			snap[TTMEM_SNAP_CB_LOADED];
	usage->footprint = ttmem_bytes(loaded->any) + buffers + snap[TTMEM_SNAP_CB_LOADED];
	usage->dram_buffers = ttmem_dram_bytes(dram->class[TTMEM_CLASS_DRAM],
					       part->class[TTMEM_CLASS_DRAM], banks) +
			      snap[TT_MEMSTAT_POOL_DRAM];
	usage->trace = ttmem_dram_bytes(dram->class[TTMEM_CLASS_TRACE],
					part->class[TTMEM_CLASS_TRACE], banks) +
		       snap[TT_MEMSTAT_POOL_TRACE];
	usage->dram = ttmem_dram_bytes(dram->any, part->any, banks) + snap[TT_MEMSTAT_POOL_DRAM] +
		      snap[TT_MEMSTAT_POOL_TRACE];
	/* No class is larger than its union. */
	sums->clipped = max(usage->l1, usage->footprint) > l1 || usage->dram > all;
	for (i = 0; sums->clipped && i < ARRAY_SIZE(usage->each); i++)
		usage->each[i] = min(usage->each[i], i < TTMEM_USAGES_L1 ? l1 : all);
	if (coverage->core_changed) {
		ttmem_sums_fullest_core(sums, coverage, l->cores);
		coverage->core_changed = false;
		coverage->cores_stale = true;
	}
}

/* A dispatch in progress shows the old and the new programs together in L1, which is no peak. */
static void ttmem_sums_raise_peaks(struct ttmem_sums *sums, bool dispatching)
{
	unsigned int i;

	for (i = dispatching ? TTMEM_USAGES_L1 : 0; i < ARRAY_SIZE(sums->peaks.each); i++)
		sums->peaks.each[i] = max(sums->peaks.each[i], sums->usage.each[i]);
}

void ttmem_figures_update_chip(struct ttmem_ledger *l)
{
	ttmem_sums_use(&l->sums, l, &l->known, &l->coverage, l->snap);
	/*
	 * The remains of a dead client did not coexist with newer records. Where clients disagree
	 * on the geometry their sum is only a bound.
	 */
	if (!l->clearing && !l->differ)
		ttmem_sums_raise_peaks(&l->sums, l->dispatching);
	if (!l->dispatching)
		l->high_watermark[TT_MEMSTAT_SPACE_L1] =
			max(l->high_watermark[TT_MEMSTAT_SPACE_L1], l->sums.usage.l1);
	l->high_watermark[TT_MEMSTAT_SPACE_DRAM] =
		max(l->high_watermark[TT_MEMSTAT_SPACE_DRAM], l->sums.usage.dram);
}

/* Start again from the present use. */
void ttmem_ledger_reset_high_watermark(struct ttmem_ledger *l, enum tt_memstat_space space)
{
	l->high_watermark[space] = 0;
	ttmem_figures_update_chip(l);
}

/* Reset all peaks: to the present use, or to 0 where peaks may not rise at the moment. */
void ttmem_ledger_reset_peaks(struct ttmem_ledger *l)
{
	struct ttmem_ledger_client *c;

	memset(&l->sums.peaks, 0, sizeof(l->sums.peaks));
	l->sums.headroom_min = l->sums.headroom;
	l->peaks_exceed = 0;
	l->ever_known = 0;
	list_for_each_entry(c, &l->clients, of_ledger)
		l->ever_known |= c->pools;
	ttmem_figures_update_chip(l);
}

/* Count an invalid entry. */
void ttmem_ledger_count_rejected(struct ttmem_ledger_client *c)
{
	c->sums.rejected++;
	c->ledger->sums.rejected++;
}

/* Count a valid entry without room: figures are too low until the next drop. */
void ttmem_ledger_count_dropped(struct ttmem_ledger_client *c)
{
	c->sums.dropped++;
	c->ledger->sums.dropped++;
	if (!c->lost)
		ttmem_view_invalidate(c);
	c->lost = true;
}

/* Bytes that the client uses in @pools, which may include TTMEM_KNOWS_LOADED. */
static u64 ttmem_client_pools(const struct ttmem_ledger_client *c, u32 pools)
{
	u64 sum = 0;

	sum += pools & BIT(TT_MEMSTAT_POOL_DRAM) ? c->sums.usage.dram_buffers : 0;
	sum += pools & BIT(TT_MEMSTAT_POOL_TRACE) ? c->sums.usage.trace : 0;
	sum += pools & BIT(TT_MEMSTAT_POOL_L1) ? c->sums.usage.buffers : 0;
	sum += pools & BIT(TT_MEMSTAT_POOL_L1_SMALL) ? c->sums.usage.small : 0;
	sum += pools & BIT(TT_MEMSTAT_POOL_CB) ? c->sums.usage.cb : 0;
	sum += pools & TTMEM_KNOWS_LOADED ? c->sums.usage.loaded : 0;
	return sum;
}

/* Subtract each pool's figure once, however many sets have snapshots of it. */
static void ttmem_drift_update(struct ttmem_ledger_client *c)
{
	const struct ttmem_snapshot_view *view = &c->view.snapshots;

	c->ledger->sums.drift -= c->sums.drift;
	c->sums.drift = view->drift_bytes - ttmem_client_pools(c, view->drift_pools);
	c->ledger->sums.drift += c->sums.drift;
}

/**
 * ttmem_figures_update_client() - update a client's sums and peaks
 * @c: attached
 */
void ttmem_figures_update_client(struct ttmem_ledger_client *c)
{
	struct ttmem_ledger *l = c->ledger;
	bool clipped = c->sums.clipped;

	l->clients_l1 -= c->sums.usage.l1;
	l->clients_dram -= c->sums.usage.dram;
	ttmem_sums_use(&c->sums, l, &c->geometry, &c->coverage, c->snap);
	if (clipped != c->sums.clipped)
		ttmem_view_invalidate(c);
	ttmem_sums_raise_peaks(&c->sums, ttmem_op_is_dispatch(c));
	l->clients_l1 += c->sums.usage.l1;
	l->clients_dram += c->sums.usage.dram;
	if (c->view.snapshots.drift_pools)
		ttmem_drift_update(c);
}

/**
 * ttmem_figures_update() - update sums and peaks of a client and of the chip
 * @c: attached
 */
void ttmem_figures_update(struct ttmem_ledger_client *c)
{
	ttmem_figures_update_client(c);
	ttmem_figures_update_chip(c->ledger);
}

void ttmem_figure_set(struct tt_memstat_figures *out, enum tt_memstat_figure figure, u64 value)
{
	out->known[figure / 64] |= 1ull << (figure % 64);
	out->value[figure] = value;
}

static void ttmem_put_if(struct tt_memstat_figures *out, bool known, enum tt_memstat_figure figure,
			 u64 value)
{
	if (known)
		ttmem_figure_set(out, figure, value);
}

/*
 * Pools whose current use this client knows: those of a known side. Where snapshots count for CBs,
 * resident or loaded is known if a snapshot says it.
 */
static u32 ttmem_client_knows(const struct ttmem_ledger_client *c)
{
	u32 said = 0, cb = BIT(TT_MEMSTAT_POOL_CB) | TTMEM_KNOWS_LOADED;

	if (!(c->pools & cb))
		return c->pools;
	if (!(c->recorded & cb)) {
		said |= c->sum[TT_MEMSTAT_POOL_CB].count ? BIT(TT_MEMSTAT_POOL_CB) : 0;
		said |= c->sum[TTMEM_SNAP_CB_LOADED].count ? TTMEM_KNOWS_LOADED : 0;
	}
	return (c->pools & ~cb) | (said ? said : cb);
}

/* False: no snapshot of the client has free blocks of the space. */
static bool ttmem_view_largest(const struct ttmem_ledger_client *c, unsigned int space,
			       u64 *largest)
{
	const struct rb_node *first = rb_first_cached(&c->largest[space]);

	*largest = first ? rb_entry(first, struct ttmem_snapshot, of_largest)->largest : 0;
	return first;
}

static void ttmem_view_snapshots(const struct ttmem_ledger_client *c,
				 struct ttmem_snapshot_view *view)
{
	unsigned int i;

	for (i = 0; i <= TTMEM_SNAP_CB_LOADED; i++) {
		const struct ttmem_snapshot_sum *sum = &c->sum[i];

		if (!sum->count)
			continue;
		if (c->recorded & BIT(ttmem_snapshot_pool(i))) {
			view->drift_pools |= BIT(i);
			view->drift_bytes += sum->bytes;
		} else {
			view->approx |= sum->totals;
			view->l1 |= !!(BIT(ttmem_snapshot_pool(i)) & TTMEM_POOLS_L1);
		}
	}
	view->age = c->nr_snapshots;
	view->newest = c->nr_snapshots ? c->snapshot_time : 0;
	view->dram_known = c->nr_allocatable;
	view->dram_allocatable = min(c->allocatable, ttmem_geometry_dram(&c->geometry));
	view->l1_largest_known = ttmem_view_largest(c, TT_MEMSTAT_SPACE_L1, &view->l1_largest);
	view->dram_largest_known = ttmem_view_largest(c, TT_MEMSTAT_SPACE_DRAM,
						      &view->dram_largest);
}

static void ttmem_put_layout(struct tt_memstat_figures *out, const struct ttmem_state *s)
{
	u64 used = s->sums.usage.l1;

	ttmem_put_if(out, s->view.kernel_region_known, TT_MEMSTAT_FIG_KERNEL_REGION,
		     s->view.kernel_region);
	if (!s->view.layout || !s->cores)
		return;
	ttmem_figure_set(out, TT_MEMSTAT_FIG_L1_ALLOCATABLE, s->view.allocatable);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_L1_RESERVED, s->l1_capacity - s->view.allocatable);
	ttmem_put_if(out, s->view.knows & TTMEM_POOLS_L1, TT_MEMSTAT_FIG_L1_FREE,
		     s->view.allocatable > used ? s->view.allocatable - used : 0);
}

/* A figure that is one of the sums; it is known if one of @pools is. */
struct ttmem_figure_of {
	u16 figure;
	u16 offset;
	u32 pools;
};

#define TTMEM_FIGURE_OF(_figure, _member, _pools)						\
	{ TT_MEMSTAT_FIG_##_figure, offsetof(struct ttmem_sums, _member), _pools }

/* Known by pools whose use is known. */
static const struct ttmem_figure_of ttmem_figures_now[] = {
	TTMEM_FIGURE_OF(L1_BUFFERS_USED, usage.buffers, BIT(TT_MEMSTAT_POOL_L1)),
	TTMEM_FIGURE_OF(L1_SMALL_USED, usage.small, BIT(TT_MEMSTAT_POOL_L1_SMALL)),
	TTMEM_FIGURE_OF(CB_USED, usage.cb, BIT(TT_MEMSTAT_POOL_CB)),
	TTMEM_FIGURE_OF(CB_LOADED, usage.loaded, TTMEM_KNOWS_LOADED),
	TTMEM_FIGURE_OF(L1_USED, usage.l1, TTMEM_POOLS_L1),
	TTMEM_FIGURE_OF(L1_FOOTPRINT, usage.footprint, TTMEM_POOLS_FOOTPRINT),
	TTMEM_FIGURE_OF(DRAM_BUFFERS_USED, usage.dram_buffers, BIT(TT_MEMSTAT_POOL_DRAM)),
	TTMEM_FIGURE_OF(TRACE_USED, usage.trace, BIT(TT_MEMSTAT_POOL_TRACE)),
	TTMEM_FIGURE_OF(DRAM_USED, usage.dram, TTMEM_POOLS_DRAM),
	TTMEM_FIGURE_OF(KERNEL_APP, kernel_app, BIT(TT_MEMSTAT_POOL_KERNEL)),
	TTMEM_FIGURE_OF(KERNEL_SYSTEM, kernel_system, TTMEM_KNOWS_SYSTEM),
};

/* Known by pools whose peaks are known. */
static const struct ttmem_figure_of ttmem_figures_ever[] = {
	TTMEM_FIGURE_OF(L1_PEAK, peaks.l1, TTMEM_POOLS_L1),
	TTMEM_FIGURE_OF(L1_FOOTPRINT_PEAK, peaks.footprint, TTMEM_POOLS_L1),
	TTMEM_FIGURE_OF(L1_FULLEST_CORE_PEAK, peaks.core, TTMEM_POOLS_L1),
	TTMEM_FIGURE_OF(L1_BUFFERS_PEAK, peaks.buffers, BIT(TT_MEMSTAT_POOL_L1)),
	TTMEM_FIGURE_OF(L1_SMALL_PEAK, peaks.small, BIT(TT_MEMSTAT_POOL_L1_SMALL)),
	TTMEM_FIGURE_OF(CB_PEAK, peaks.cb, BIT(TT_MEMSTAT_POOL_CB)),
	TTMEM_FIGURE_OF(CB_LOADED_PEAK, peaks.loaded, BIT(TT_MEMSTAT_POOL_CB)),
	TTMEM_FIGURE_OF(DRAM_PEAK, peaks.dram, TTMEM_POOLS_DRAM),
	TTMEM_FIGURE_OF(DRAM_BUFFERS_PEAK, peaks.dram_buffers, BIT(TT_MEMSTAT_POOL_DRAM)),
	TTMEM_FIGURE_OF(TRACE_PEAK, peaks.trace, BIT(TT_MEMSTAT_POOL_TRACE)),
};

static void ttmem_put_sums(struct tt_memstat_figures *out, const struct ttmem_sums *sums,
			   const struct ttmem_figure_of *of, size_t n, u32 known)
{
	for (; n--; of++)
		ttmem_put_if(out, known & of->pools, of->figure,
			     *(const u64 *)((const char *)sums + of->offset));
}

static void ttmem_put_overlaps(struct tt_memstat_figures *out, const struct ttmem_usage *usage,
			       u32 knows)
{
	ttmem_put_if(out, knows & TTMEM_POOLS_L1, TT_MEMSTAT_FIG_L1_OVERLAP,
		     usage->buffers + usage->small + usage->cb - usage->l1);
	ttmem_put_if(out, knows & TTMEM_POOLS_DRAM, TT_MEMSTAT_FIG_DRAM_OVERLAP,
		     usage->dram_buffers + usage->trace - usage->dram);
}

static void ttmem_put_core(struct tt_memstat_figures *out, const struct ttmem_state *s)
{
	if (!ttmem_state_cores_known(s))
		return;
	ttmem_figure_set(out, TT_MEMSTAT_FIG_L1_FULLEST_CORE_X, s->sums.core_index % s->columns);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y, s->sums.core_index / s->columns);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED, s->sums.usage.core);
}

static void ttmem_put_snapshots(struct tt_memstat_figures *out, const struct ttmem_state *s,
				u64 now_ns)
{
	const struct ttmem_snapshot_view *view = &s->view.snapshots;
	u64 used = s->sums.usage.dram;

	ttmem_put_if(out, view->drift_pools, TT_MEMSTAT_FIG_DRIFT, s->sums.drift);
	ttmem_put_if(out, view->age, TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS,
		     (now_ns - view->newest) / NSEC_PER_MSEC);
	ttmem_put_if(out, view->l1_largest_known, TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK,
		     view->l1_largest);
	ttmem_put_if(out, view->dram_largest_known, TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK,
		     view->dram_largest);
	ttmem_put_if(out, view->dram_known, TT_MEMSTAT_FIG_DRAM_ALLOCATABLE,
		     view->dram_allocatable);
	ttmem_put_if(out, view->dram_known && s->view.knows & TTMEM_POOLS_DRAM,
		     TT_MEMSTAT_FIG_DRAM_FREE,
		     view->dram_allocatable > used ? view->dram_allocatable - used : 0);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_APPROX, view->approx);
}

/**
 * ttmem_figures_client() - the figures of one client
 * @s: by ttmem_state_client()
 * @now_ns: same clock as ttmem_ledger_apply()
 * @out: zeroed
 */
void ttmem_figures_client(const struct ttmem_state *s, u64 now_ns, struct tt_memstat_figures *out)
{
	u32 knows = s->view.knows, partial = s->view.partial;
	const struct ttmem_sums *sums = &s->sums;

	ttmem_put_sums(out, sums, ttmem_figures_now, ARRAY_SIZE(ttmem_figures_now), knows);
	ttmem_put_sums(out, sums, ttmem_figures_ever, ARRAY_SIZE(ttmem_figures_ever),
		       s->ever_known);
	ttmem_put_overlaps(out, &sums->usage, knows);
	ttmem_put_layout(out, s);
	ttmem_put_core(out, s);
	ttmem_put_snapshots(out, s, now_ns);
	ttmem_put_if(out, sums->headroom_known, TT_MEMSTAT_FIG_L1_HEADROOM, sums->headroom);
	ttmem_put_if(out, sums->headroom_known, TT_MEMSTAT_FIG_L1_HEADROOM_MIN, sums->headroom_min);
	ttmem_put_if(out, sums->dispatched, TT_MEMSTAT_FIG_DISPATCH_AGE_MS,
		     (now_ns - sums->dispatch_time) / NSEC_PER_MSEC);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_GENERATION, sums->generation);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_L1_CLASH, sums->clash);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_L1_PARTIAL, partial & TTMEM_POOLS_L1);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_DRAM_PARTIAL, partial & TTMEM_POOLS_DRAM);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_PROGRAMS, sums->programs);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_RECORDS, sums->records);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_INCONSISTENT, s->view.lost || sums->clipped);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_REJECTED, sums->rejected);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_DROPPED, sums->dropped);
}

/**
 * ttmem_figures_chip() - the figures of the chip
 * @s: by ttmem_state_chip()
 * @now_ns: same clock as ttmem_ledger_apply()
 * @out: zeroed; the caller adds what the books do not have, such as the harvesting mask
 */
void ttmem_figures_chip(const struct ttmem_state *s, u64 now_ns, struct tt_memstat_figures *out)
{
	ttmem_figures_client(s, now_ns, out);
	ttmem_figure_set(out, TT_MEMSTAT_FIG_CLIENTS, s->clients);
	ttmem_put_if(out, s->view.knows & TTMEM_POOLS_L1, TT_MEMSTAT_FIG_L1_SHARED,
		     s->clients_l1 - s->sums.usage.l1);
	ttmem_put_if(out, s->view.knows & TTMEM_POOLS_DRAM, TT_MEMSTAT_FIG_DRAM_SHARED,
		     s->clients_dram - s->sums.usage.dram);
	ttmem_put_if(out, s->cores, TT_MEMSTAT_FIG_L1_CAPACITY, s->l1_capacity);
	ttmem_put_if(out, s->dram_capacity, TT_MEMSTAT_FIG_DRAM_CAPACITY, s->dram_capacity);
	ttmem_put_if(out, s->cores, TT_MEMSTAT_FIG_TENSIX_ACTIVE, s->cores);
}

/* Whether the use of single cores is known: snapshots have no cores. */
bool ttmem_state_cores_known(const struct ttmem_state *s)
{
	return s->cores && !s->view.snapshots.l1 && s->view.knows & TTMEM_POOLS_L1;
}

/* Make a client's view. */
static void ttmem_view_make(struct ttmem_ledger_client *c)
{
	struct ttmem_view *view = &c->view;

	memset(view, 0, sizeof(*view));
	view->knows = ttmem_client_knows(c);
	view->partial = ~c->covers | c->partial | ~view->knows;
	/* A client that sees only a part sees the application's kernels. */
	view->knows |= ~view->partial & BIT(TT_MEMSTAT_POOL_KERNEL) ? TTMEM_KNOWS_SYSTEM : 0;
	view->lost = c->lost || c->sums.clipped;
	view->layout = c->layout.valid & TT_MEMSTAT_LAYOUT_L1;
	if (view->layout)
		view->allocatable = (u64)c->set0_l1.banks * (c->layout.l1_end - c->layout.l1_base);
	view->kernel_region_known = c->layout.valid & TT_MEMSTAT_LAYOUT_KERNEL;
	view->kernel_region = view->kernel_region_known ? c->layout.kernel_region : 0;
	ttmem_view_snapshots(c, &view->snapshots);
	c->sums.drift = view->snapshots.drift_bytes -
		   ttmem_client_pools(c, view->snapshots.drift_pools);
}

static void ttmem_view_add_snapshots(struct ttmem_snapshot_view *to,
				     const struct ttmem_snapshot_view *from)
{
	to->age |= from->age;
	to->approx |= from->approx;
	to->l1 |= from->l1;
	to->l1_largest_known |= from->l1_largest_known;
	to->dram_largest_known |= from->dram_largest_known;
	to->dram_known |= from->dram_known;
	to->drift_pools |= from->drift_pools;
	to->newest = max(to->newest, from->newest);
	to->l1_largest = max(to->l1_largest, from->l1_largest);
	to->dram_largest = max(to->dram_largest, from->dram_largest);
	to->dram_allocatable = max(to->dram_allocatable, from->dram_allocatable);
}

/* Add a client's view to the chip's. */
static void ttmem_view_add(struct ttmem_ledger *l, const struct ttmem_ledger_client *c)
{
	const struct ttmem_view *from = &c->view;
	struct ttmem_view *to = &l->view;

	/* The coverage of a dead client counts until it is taken off. */
	to->knows |= from->knows;
	ttmem_view_add_snapshots(&to->snapshots, &from->snapshots);
	l->sums.drift += c->sums.drift;
	if (c->dead)
		return;
	to->partial |= from->partial;
	to->lost |= from->lost;
	to->layout |= from->layout;
	to->allocatable = max(to->allocatable, from->allocatable);
	to->kernel_region_known |= from->kernel_region_known;
	to->kernel_region = max(to->kernel_region, from->kernel_region);
	if (c->sums.dispatched) {
		l->sums.dispatched = true;
		l->sums.dispatch_time = max(l->sums.dispatch_time, c->sums.dispatch_time);
	}
}

/*
 * Make the chip's view anew, and that of each client whose @view_stale is set: after one of the few
 * events that change a view.
 */
void ttmem_ledger_refresh_view(struct ttmem_ledger *l)
{
	struct ttmem_ledger_client *c;

	memset(&l->view, 0, sizeof(l->view));
	l->sums.drift = 0;
	l->sums.dispatched = false;
	l->sums.dispatch_time = 0;
	list_for_each_entry(c, &l->clients, of_ledger) {
		if (c->view_stale)
			ttmem_view_make(c);
		ttmem_view_add(l, c);
	}
	if (!l->nr_clients)
		l->view.knows |= ttmem_pools_of(ttmem_geometry_sides(&l->known));
	l->view_stale = false;
}

static void ttmem_state_view(const struct ttmem_ledger *l, const struct ttmem_view *view,
			     const struct tt_memstat_geometry *g, struct ttmem_state *s)
{
	s->view = *view;
	s->cores = (u16)ttmem_geometry_cores(g);
	s->grid_x = (u16)g->grid_x;
	s->columns = l->columns;
	s->l1_capacity = ttmem_geometry_l1(g);
	s->dram_capacity = ttmem_geometry_dram(g);
}

/**
 * ttmem_state_chip() - copy the state that a chip's figures are made from
 * @l: its books, with a view that is not stale
 * @s: out
 * @view: copy the view and the geometry, too: they have changed since @s was filled
 */
void ttmem_state_chip(const struct ttmem_ledger *l, struct ttmem_state *s, bool view)
{
	s->sums = l->sums;
	if (view)
		ttmem_state_view(l, &l->view, &l->known, s);
	s->ever_known = l->ever_known & ~l->peaks_exceed;
	s->clients = l->nr_clients;
	s->clearing = l->clearing;
	s->clients_l1 = l->clients_l1;
	s->clients_dram = l->clients_dram;
}

/**
 * ttmem_state_client() - copy the state that a client's figures are made from
 * @c: attached
 * @s: out
 * @view: as of ttmem_state_chip()
 */
void ttmem_state_client(const struct ttmem_ledger_client *c, struct ttmem_state *s, bool view)
{
	s->sums = c->sums;
	if (view)
		ttmem_state_view(c->ledger, &c->view, &c->geometry, s);
	s->ever_known = c->pools;
}
