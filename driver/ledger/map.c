// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segment maps: which granules of which banks are covered, exactly, by whom.
 *
 * Knows boundaries and counts. Does not know records or programs.
 *
 * A client's map counts its ranges, the chip's map counts clients. Each boundary of a client is
 * a boundary of the chip, so a segment of a client is one or more whole segments of the chip,
 * and the chip's counts change only where a client's coverage flips. A boundary stays while a
 * range starts or ends at it: covering splits nothing but at its two ends, uncovering never
 * splits, and what uncovering leaves without users has equal counts on both sides.
 *
 * Nodes: a boundary is made when a range is recorded, from the fund of that record, and its
 * node goes to the fund of the free that takes its last user away. Only boundaries of USED come
 * and go with dispatches too. Each of them is also one of LOADED (buffers are in both, and of a
 * program USED has ends of its CBs), so every boundary of a client in LOADED brings a spare cut
 * and a spare top for USED along: they never run dry, in whatever order things go.
 */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "ledger.h"

/* What struct ttm_cut and struct ttm_top begin with. */
struct ttm_edge {
	struct rb_node rb;
	u32 at;
};

static_assert(offsetof(struct ttm_edge, at) == offsetof(struct ttm_cut, at));
static_assert(offsetof(struct ttm_edge, at) == offsetof(struct ttm_top, at));

unsigned int ttm_map_lanes(enum ttm_map_id map)
{
	return map == TTM_MAP_USED ? 3 : 2;
}

/* Counts in a lane; the DRAM map has one for all banks. */
unsigned int ttm_map_banks(const struct ttm_ledger *l, enum ttm_map_id map)
{
	if (map == TTM_MAP_DRAM)
		return 1;
	return map == TTM_MAP_DRAM_PART ? l->dram_banks : l->cores;
}

static unsigned int ttm_map_counts(const struct ttm_ledger *l, enum ttm_map_id map)
{
	return ttm_map_lanes(map) * ttm_map_banks(l, map);
}

static enum ttm_tally_id ttm_map_tally(enum ttm_map_id map)
{
	return map == TTM_MAP_DRAM_PART ? TTM_TALLY_DRAM : (enum ttm_tally_id)map;
}

static struct ttm_edge *ttm_edge_next(struct ttm_edge *edge)
{
	struct rb_node *rb = rb_next(&edge->rb);

	return rb ? rb_entry(rb, struct ttm_edge, rb) : NULL;
}

static struct ttm_cut *ttm_cut_next(struct ttm_cut *cut)
{
	return (struct ttm_cut *)ttm_edge_next((struct ttm_edge *)cut);
}

static struct ttm_top *ttm_top_next(struct ttm_top *top)
{
	return (struct ttm_top *)ttm_edge_next((struct ttm_edge *)top);
}

/* The last boundary at or below @at, and where one at @at would be linked. */
static struct ttm_edge *ttm_edge_find(struct rb_root *root, u32 at, struct rb_node **parent,
				      struct rb_node ***link)
{
	struct ttm_edge *best = NULL;

	*link = &root->rb_node;
	*parent = NULL;
	while (**link) {
		struct ttm_edge *edge = rb_entry(**link, struct ttm_edge, rb);

		*parent = **link;
		if (edge->at <= at) {
			best = edge;
			if (edge->at == at)
				break;
			*link = &(*parent)->rb_right;
		} else {
			*link = &(*parent)->rb_left;
		}
	}
	return best;
}

static struct ttm_edge *ttm_edge_floor(struct rb_root *root, u32 at)
{
	struct rb_node *parent, **link;

	return ttm_edge_find(root, at, &parent, &link);
}

/*
 * As ttm_edge_find(), but from a boundary below @at that is likely near: walks some steps, and
 * searches from the root only when that does not reach.
 */
static struct ttm_edge *ttm_edge_find_after(struct rb_root *root, struct ttm_edge *near, u32 at,
					    struct rb_node **parent, struct rb_node ***link)
{
	unsigned int steps;

	for (steps = 0; near && steps < 8; steps++) {
		struct ttm_edge *next = ttm_edge_next(near);

		if (next && next->at <= at) {
			near = next;
			continue;
		}
		if (!near->rb.rb_right) {
			*parent = &near->rb;
			*link = &near->rb.rb_right;
		} else {
			*parent = &next->rb;
			*link = &next->rb.rb_left;
		}
		return near;
	}
	return ttm_edge_find(root, at, parent, link);
}

/* @near: a boundary of the chip at or below @at, or NULL */
static struct ttm_top *ttm_top_get(struct ttm_ledger *l, enum ttm_map_id map, u32 at,
				   struct ttm_top *near, struct ttm_fund *fund)
{
	struct rb_root *root = &l->level.map[map];
	struct rb_node *parent, **link;
	struct ttm_top *before, *top;

	before = (struct ttm_top *)ttm_edge_find_after(root, (struct ttm_edge *)near, at,
						       &parent, &link);
	if (before && before->at == at) {
		before->users++;
		return before;
	}
	top = map == TTM_MAP_USED ? ttm_stack_pop(&l->spare_used) :
				    ttm_fund_take(fund, TTM_KIND_TOP + map);
	top->at = at;
	top->users = 1;
	if (before)
		memcpy(top->count, before->count, ttm_map_counts(l, map) * sizeof(top->count[0]));
	else
		memset(top->count, 0, ttm_map_counts(l, map) * sizeof(top->count[0]));
	rb_link_node(&top->rb, parent, link);
	rb_insert_color(&top->rb, root);
	return top;
}

static void ttm_top_put(struct ttm_ledger *l, enum ttm_map_id map, struct ttm_top *top,
			struct ttm_fund *fund)
{
	if (--top->users)
		return;
	rb_erase(&top->rb, &l->level.map[map]);
	if (map == TTM_MAP_USED)
		ttm_stack_push(&l->spare_used, top);
	else
		ttm_fund_give(fund, TTM_KIND_TOP + map, top);
}

/* A boundary of LOADED comes with what one of USED may need, and goes with it. */
static void ttm_used_deposit(struct ttm_ledger_client *c, struct ttm_fund *fund)
{
	ttm_stack_push(&c->spare_used, ttm_fund_take(fund, TTM_KIND_CUT + TTM_MAP_USED));
	ttm_stack_push(&c->ledger->spare_used, ttm_fund_take(fund, TTM_KIND_TOP + TTM_MAP_USED));
}

static void ttm_used_withdraw(struct ttm_ledger_client *c, struct ttm_fund *fund)
{
	ttm_fund_give(fund, TTM_KIND_CUT + TTM_MAP_USED, ttm_stack_pop(&c->spare_used));
	ttm_fund_give(fund, TTM_KIND_TOP + TTM_MAP_USED, ttm_stack_pop(&c->ledger->spare_used));
}

/* How many ranges of the client cover the segment from here; of DRAM, where there is one count. */
static u32 ttm_cut_depth(const struct ttm_cut *cut)
{
	return cut->count[TTM_LANE_DRAM] + cut->count[TTM_LANE_TRACE];
}

/*
 * How many ranges of the client have this boundary of DRAM inside: of those that cover what is
 * before it, @before, and of those that cover what is behind it, neither its ends nor its starts.
 */
static u32 ttm_cut_inside(const struct ttm_cut *cut, u32 before)
{
	u32 after = ttm_cut_depth(cut);

	return after - (cut->users + after - before) / 2;
}

/* A boundary has come, or goes; what is on its two sides is the same. */
static void ttm_cut_count(struct ttm_ledger_client *c, enum ttm_map_id map,
			  const struct ttm_cut *cut, int n)
{
	if (map == TTM_MAP_USED)
		return;
	c->nr_cuts += n;
	if (map == TTM_MAP_DRAM_PART)
		c->nr_part += n;
	if (map == TTM_MAP_DRAM && ttm_cut_depth(cut))
		c->nr_inner += n;
}

/* @near: a boundary of the client at or below @at, or NULL */
static struct ttm_cut *ttm_cut_get_after(struct ttm_ledger_client *c, enum ttm_map_id map,
					 u32 at, struct ttm_cut *near, struct ttm_fund *fund)
{
	unsigned int counts = ttm_map_counts(c->ledger, map);
	struct rb_root *root = &c->level.map[map];
	struct rb_node *parent, **link;
	struct ttm_cut *before, *cut;

	before = (struct ttm_cut *)ttm_edge_find_after(root, (struct ttm_edge *)near, at,
						       &parent, &link);
	if (before && before->at == at) {
		before->users++;
		c->near[map] = before;
		return before;
	}
	cut = map == TTM_MAP_USED ? ttm_stack_pop(&c->spare_used) :
				    ttm_fund_take(fund, TTM_KIND_CUT + map);
	cut->at = at;
	cut->users = 1;
	if (before)
		memcpy(cut->count, before->count, counts * sizeof(cut->count[0]));
	else
		memset(cut->count, 0, counts * sizeof(cut->count[0]));
	cut->top = ttm_top_get(c->ledger, map, at, before ? before->top : NULL, fund);
	rb_link_node(&cut->rb, parent, link);
	rb_insert_color(&cut->rb, root);
	c->near[map] = cut;
	ttm_cut_count(c, map, cut, 1);
	if (map == TTM_MAP_LOADED)
		ttm_used_deposit(c, fund);
	return cut;
}

/* Find or make the client's boundary at @at and use it; USED needs no fund. */
struct ttm_cut *ttm_cut_get(struct ttm_ledger_client *c, enum ttm_map_id map, u32 at,
			    struct ttm_fund *fund)
{
	struct ttm_cut *near = c->near[map];

	return ttm_cut_get_after(c, map, at, near && near->at <= at ? near : NULL, fund);
}

struct ttm_cut *ttm_cut_find(struct ttm_ledger_client *c, enum ttm_map_id map, u32 at)
{
	return (struct ttm_cut *)ttm_edge_floor(&c->level.map[map], at);
}

/* The boundary goes with its last user; counts left and right are equal by then. */
void ttm_cut_put(struct ttm_ledger_client *c, enum ttm_map_id map, struct ttm_cut *cut,
		 struct ttm_fund *fund)
{
	if (--cut->users)
		return;
	if (c->near[map] == cut)
		c->near[map] = rb_entry_safe(rb_prev(&cut->rb), struct ttm_cut, rb);
	ttm_cut_count(c, map, cut, -1);
	ttm_top_put(c->ledger, map, cut->top, fund);
	rb_erase(&cut->rb, &c->level.map[map]);
	if (map == TTM_MAP_USED)
		ttm_stack_push(&c->spare_used, cut);
	else
		ttm_fund_give(fund, TTM_KIND_CUT + map, cut);
	if (map == TTM_MAP_LOADED)
		ttm_used_withdraw(c, fund);
}

static bool ttm_edge_counts(const struct ttm_level *level, const struct ttm_edge *edge,
			    unsigned int i)
{
	if (level->chip)
		return ((const struct ttm_top *)edge)->count[i];
	return ((const struct ttm_cut *)edge)->count[i];
}

/* Is @bank of the segment covered in one of the lanes of @lanes? */
static bool ttm_edge_covers(const struct ttm_level *level, const struct ttm_edge *edge,
			    unsigned int banks, unsigned int bank, unsigned int lanes)
{
	unsigned int lane;

	for (lane = 0; lanes >> lane; lane++)
		if (lanes >> lane & 1 && ttm_edge_counts(level, edge, lane * banks + bank))
			return true;
	return false;
}

/* Granules, over all banks, of [at, end) that @map of this level covers in @lanes. */
static u64 ttm_level_covered(struct ttm_level *level, enum ttm_map_id map, unsigned int banks,
			     unsigned int lanes, u32 at, u32 end)
{
	struct ttm_edge *edge, *next;
	u64 sum = 0;

	if (RB_EMPTY_ROOT(&level->map[map]))
		return 0;
	edge = ttm_edge_floor(&level->map[map], at);
	if (!edge)
		edge = rb_entry(rb_first(&level->map[map]), struct ttm_edge, rb);
	for (; edge && edge->at < end; edge = next) {
		unsigned int bank, n = 0;

		next = ttm_edge_next(edge);
		if (!next)
			break;
		for (bank = 0; bank < banks; bank++)
			n += ttm_edge_covers(level, edge, banks, bank, lanes);
		if (n && next->at > at)
			sum += (u64)n * (min(next->at, end) - max(edge->at, at));
	}
	return sum;
}

/* Is @bank of the segment covered in another lane than @lane? */
static bool ttm_edge_covered_besides(const struct ttm_level *level, const struct ttm_edge *edge,
				     enum ttm_map_id map, unsigned int banks, unsigned int bank,
				     unsigned int lane)
{
	unsigned int others = (BIT(ttm_map_lanes(map)) - 1) & ~BIT(lane);

	return ttm_edge_covers(level, edge, banks, bank, others);
}

/*
 * The @flipped banks of the segment of @len granules at @edge have just become covered in @lane,
 * or uncovered. Set 0 of DRAM lives in a map of its own, so what the other DRAM map covers at the
 * same place is not gained.
 */
static void ttm_level_flip(struct ttm_level *level, const struct ttm_ledger *l,
			   enum ttm_map_id map, unsigned int lane, const struct ttm_edge *edge,
			   u32 len, const unsigned long *flipped, bool add)
{
	struct ttm_tally *tally = &level->tally[ttm_map_tally(map)];
	struct ttm_walk walk = ttm_walk_start(flipped, ttm_map_banks(l, map));
	unsigned int nr = ttm_map_banks(l, map), bank, n = 0, alone = 0;
	u32 end = edge->at + len;
	u64 gain, gain_any;

	while (ttm_walk_next(&walk, &bank)) {
		n++;
		if (ttm_edge_covered_besides(level, edge, map, nr, bank, lane))
			continue;
		alone++;
		if (map == TTM_MAP_USED)
			level->core[bank] += add ? len : -len;
	}
	level->core_changed |= map == TTM_MAP_USED && alone;
	gain = (u64)n * len;
	gain_any = (u64)alone * len;
	if (map == TTM_MAP_DRAM) {
		gain = gain * l->dram_banks - n *
			ttm_level_covered(level, TTM_MAP_DRAM_PART, l->dram_banks, BIT(lane),
					  edge->at, end);
		gain_any = gain_any * l->dram_banks - alone *
			ttm_level_covered(level, TTM_MAP_DRAM_PART, l->dram_banks, 3,
					  edge->at, end);
	} else if (map == TTM_MAP_DRAM_PART) {
		gain -= n * ttm_level_covered(level, TTM_MAP_DRAM, 1, BIT(lane), edge->at, end);
		gain_any -= alone * ttm_level_covered(level, TTM_MAP_DRAM, 1, 3, edge->at, end);
	}
	if (add) {
		tally->lane[lane] += gain;
		tally->any += gain_any;
	} else {
		tally->lane[lane] -= gain;
		tally->any -= gain_any;
	}
}

/* The client's coverage of @banks flipped on [from, to): so many clients more or less. */
static void ttm_top_cover(struct ttm_ledger *l, enum ttm_map_id map, unsigned int lane,
			  const unsigned long *banks, struct ttm_top *from, struct ttm_top *to,
			  bool add)
{
	unsigned int nr = ttm_map_banks(l, map), bank;
	DECLARE_BITMAP(flipped, TTM_MAX_CORES);
	struct ttm_top *top, *next;
	u64 work = 0;

	for (top = from; top != to; top = next) {
		struct ttm_walk walk = ttm_walk_start(banks, nr);
		u8 *count = &top->count[lane * nr];
		bool any = false;

		next = ttm_top_next(top);
		bitmap_zero(flipped, TTM_MAX_CORES);
		while (ttm_walk_next(&walk, &bank)) {
			work++;
			if (add ? count[bank]++ : --count[bank])
				continue;
			__set_bit(bank, flipped);
			any = true;
		}
		if (any)
			ttm_level_flip(&l->level, l, map, lane, (struct ttm_edge *)top,
				       next->at - top->at, flipped, add);
	}
	l->work += work;
}

/* A range of DRAM comes to have the boundary inside, or has it no more; counts are the former. */
static void ttm_cut_cross(struct ttm_ledger_client *c, const struct ttm_cut *cut, u32 before,
			  bool add)
{
	if (add && !ttm_cut_inside(cut, before))
		c->nr_inner++;
	if (!add && ttm_cut_inside(cut, before) == 1)
		c->nr_inner--;
}

/*
 * One range more, or less, on @banks of every segment of [from, end); both are boundaries.
 * Returns the one at @end.
 */
struct ttm_cut *ttm_map_cover(struct ttm_ledger_client *c, enum ttm_map_id map,
			      unsigned int lane, const unsigned long *banks,
			      struct ttm_cut *from, u32 end, bool add)
{
	unsigned int nr = ttm_map_banks(c->ledger, map), bank;
	DECLARE_BITMAP(flipped, TTM_MAX_CORES);
	struct ttm_cut *cut, *next;
	u32 before = 0;
	u64 work = 0;

	for (cut = from; cut->at != end; cut = next) {
		struct ttm_walk walk = ttm_walk_start(banks, nr);
		u32 *count = &cut->count[lane * nr];
		bool any = false;

		next = ttm_cut_next(cut);
		if (map == TTM_MAP_DRAM) {
			if (cut != from)
				ttm_cut_cross(c, cut, before, add);
			before = ttm_cut_depth(cut);
		}
		bitmap_zero(flipped, TTM_MAX_CORES);
		while (ttm_walk_next(&walk, &bank)) {
			work++;
			if (add ? count[bank]++ : --count[bank])
				continue;
			__set_bit(bank, flipped);
			any = true;
		}
		if (!any)
			continue;
		ttm_level_flip(&c->level, c->ledger, map, lane, (struct ttm_edge *)cut,
			       next->at - cut->at, flipped, add);
		ttm_top_cover(c->ledger, map, lane, flipped, cut->top, next->top, add);
	}
	c->ledger->work += work;
	return cut;
}

/* Returns the boundary at @at, which stays until the range is removed. */
struct ttm_cut *ttm_map_add(struct ttm_ledger_client *c, enum ttm_map_id map, unsigned int lane,
			    const unsigned long *banks, u32 at, u32 len, struct ttm_fund *fund)
{
	struct ttm_cut *from = ttm_cut_get(c, map, at, fund);

	ttm_cut_get_after(c, map, at + len, from, fund);
	ttm_map_cover(c, map, lane, banks, from, at + len, true);
	return from;
}

void ttm_map_remove(struct ttm_ledger_client *c, enum ttm_map_id map, unsigned int lane,
		    const unsigned long *banks, struct ttm_cut *from, u32 len,
		    struct ttm_fund *fund)
{
	struct ttm_cut *to = ttm_map_cover(c, map, lane, banks, from, from->at + len, false);

	ttm_cut_put(c, map, from, fund);
	ttm_cut_put(c, map, to, fund);
}

/*
 * A dying client: take its first boundary away with what the segment after it covers on the
 * chip, USED before LOADED. The client's own totals are not kept up any more. Returns false when
 * none was left.
 */
bool ttm_map_erase_first(struct ttm_ledger_client *c, enum ttm_map_id map, struct ttm_fund *fund)
{
	unsigned int banks = ttm_map_banks(c->ledger, map), lane, bank;
	struct rb_node *rb = rb_first(&c->level.map[map]);
	DECLARE_BITMAP(covered, TTM_MAX_CORES);
	struct ttm_cut *cut, *next;

	if (!rb)
		return false;
	cut = rb_entry(rb, struct ttm_cut, rb);
	next = ttm_cut_next(cut);
	for (lane = 0; next && lane < ttm_map_lanes(map); lane++) {
		bitmap_zero(covered, TTM_MAX_CORES);
		for (bank = 0; bank < banks; bank++)
			if (cut->count[lane * banks + bank])
				__set_bit(bank, covered);
		if (!bitmap_empty(covered, banks))
			ttm_top_cover(c->ledger, map, lane, covered, cut->top, next->top, false);
	}
	cut->users = 1;
	ttm_cut_put(c, map, cut, fund);
	return true;
}

/*
 * Whether a range more on [at, at + len) leaves what crossing boundaries costs within bounds. Those
 * of L1 are few enough by themselves.
 */
bool ttm_map_has_room(struct ttm_ledger_client *c, enum ttm_map_id map, u32 at, u32 len)
{
	struct ttm_cut *cut;
	u32 room;

	if (map == TTM_MAP_DRAM_PART && c->nr_part + 2 > TTM_MAX_PART_CUTS)
		return false;
	if (map != TTM_MAP_DRAM || (len <= TTM_INNER_LEN && c->nr_inner < TTM_MAX_INNER_CUTS))
		return true;
	/* Nearly always nothing overlaps, and the next boundary is the range's end or behind it. */
	room = TTM_MAX_INNER_CUTS - min_t(u32, c->nr_inner, TTM_MAX_INNER_CUTS);
	cut = ttm_cut_find(c, map, at);
	if (cut && ttm_cut_depth(cut) && room < 2)
		return false;
	if (!cut)
		cut = rb_entry_safe(rb_first(&c->level.map[map]), struct ttm_cut, rb);
	for (; cut && cut->at < at + len; cut = ttm_cut_next(cut))
		if (cut->at > at && !room--)
			return false;
	return true;
}

static bool ttm_cut_has(const struct ttm_cut *cut, unsigned int nr, const unsigned long *cores,
			unsigned int lane)
{
	struct ttm_walk walk = ttm_walk_start(cores, nr);
	unsigned int core;

	while (ttm_walk_next(&walk, &core))
		if (cut->count[lane * nr + core])
			return true;
	return false;
}

/* The lowest address of a live l1 buffer of this client on @cores, U32_MAX if none. */
u32 ttm_map_lowest_l1(struct ttm_ledger_client *c, const unsigned long *cores)
{
	unsigned int nr = c->ledger->cores;
	struct rb_node *rb;

	if (!c->level.tally[TTM_TALLY_USED].lane[TTM_LANE_L1])
		return U32_MAX;
	for (rb = rb_first(&c->level.map[TTM_MAP_USED]); rb; rb = rb_next(rb)) {
		struct ttm_cut *cut = rb_entry(rb, struct ttm_cut, rb);

		if (ttm_cut_has(cut, nr, cores, TTM_LANE_L1))
			return cut->at;
	}
	return U32_MAX;
}

/* Does an l1 or l1_small buffer of this client cover a byte of [at, end) on one of @cores? */
bool ttm_map_buffers_overlap(struct ttm_ledger_client *c, const unsigned long *cores,
			     u32 at, u32 end)
{
	const struct ttm_tally *used = &c->level.tally[TTM_TALLY_USED];
	unsigned int nr = c->ledger->cores;
	struct ttm_cut *cut;

	if (!used->lane[TTM_LANE_L1] && !used->lane[TTM_LANE_SMALL])
		return false;
	cut = ttm_cut_find(c, TTM_MAP_USED, at);
	for (; cut && cut->at < end; cut = ttm_cut_next(cut))
		if (ttm_cut_has(cut, nr, cores, TTM_LANE_L1) ||
		    ttm_cut_has(cut, nr, cores, TTM_LANE_SMALL))
			return true;
	return false;
}
