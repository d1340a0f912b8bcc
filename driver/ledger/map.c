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

/* What struct ttmem_cut and struct ttmem_top begin with. */
struct ttmem_edge {
	struct rb_node rb;
	u32 at;
};

static_assert(offsetof(struct ttmem_edge, at) == offsetof(struct ttmem_cut, at));
static_assert(offsetof(struct ttmem_edge, at) == offsetof(struct ttmem_top, at));

unsigned int ttmem_map_lanes(enum ttmem_map_id map)
{
	return map == TTMEM_MAP_USED ? 3 : 2;
}

/* Counts in a lane; the DRAM map has one for all banks. */
unsigned int ttmem_map_banks(const struct ttmem_ledger *l, enum ttmem_map_id map)
{
	if (map == TTMEM_MAP_DRAM)
		return 1;
	return map == TTMEM_MAP_DRAM_PART ? l->dram_banks : l->cores;
}

static unsigned int ttmem_map_counts(const struct ttmem_ledger *l, enum ttmem_map_id map)
{
	return ttmem_map_lanes(map) * ttmem_map_banks(l, map);
}

static enum ttmem_tally_id ttmem_map_tally(enum ttmem_map_id map)
{
	return map == TTMEM_MAP_DRAM_PART ? TTMEM_TALLY_DRAM : (enum ttmem_tally_id)map;
}

static struct ttmem_edge *ttmem_edge_next(struct ttmem_edge *edge)
{
	struct rb_node *rb = rb_next(&edge->rb);

	return rb ? rb_entry(rb, struct ttmem_edge, rb) : NULL;
}

static struct ttmem_cut *ttmem_cut_next(struct ttmem_cut *cut)
{
	return (struct ttmem_cut *)ttmem_edge_next((struct ttmem_edge *)cut);
}

static struct ttmem_top *ttmem_top_next(struct ttmem_top *top)
{
	return (struct ttmem_top *)ttmem_edge_next((struct ttmem_edge *)top);
}

/* The last boundary at or below @at, and where one at @at would be linked. */
static struct ttmem_edge *ttmem_edge_find(struct rb_root *root, u32 at, struct rb_node **parent,
					  struct rb_node ***link)
{
	struct ttmem_edge *best = NULL;

	*link = &root->rb_node;
	*parent = NULL;
	while (**link) {
		struct ttmem_edge *edge = rb_entry(**link, struct ttmem_edge, rb);

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

static struct ttmem_edge *ttmem_edge_floor(struct rb_root *root, u32 at)
{
	struct rb_node *parent, **link;

	return ttmem_edge_find(root, at, &parent, &link);
}

/*
 * As ttmem_edge_find(), but from a boundary below @at that is likely near: walks some steps, and
 * searches from the root only when that does not reach.
 */
static struct ttmem_edge *ttmem_edge_find_after(struct rb_root *root, struct ttmem_edge *near,
						u32 at, struct rb_node **parent,
						struct rb_node ***link)
{
	unsigned int steps;

	for (steps = 0; near && steps < 8; steps++) {
		struct ttmem_edge *next = ttmem_edge_next(near);

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
	return ttmem_edge_find(root, at, parent, link);
}

/* @near: a boundary of the chip at or below @at, or NULL */
static struct ttmem_top *ttmem_top_get(struct ttmem_ledger *l, enum ttmem_map_id map, u32 at,
				       struct ttmem_top *near, struct ttmem_fund *fund)
{
	struct rb_root *root = &l->level.map[map];
	struct rb_node *parent, **link;
	struct ttmem_top *before, *top;

	before = (struct ttmem_top *)ttmem_edge_find_after(root, (struct ttmem_edge *)near, at,
							   &parent, &link);
	if (before && before->at == at) {
		before->users++;
		return before;
	}
	top = map == TTMEM_MAP_USED ? ttmem_stack_pop(&l->spare_used) :
				    ttmem_fund_take(fund, TTMEM_KIND_TOP + map);
	top->at = at;
	top->users = 1;
	if (before)
		memcpy(top->count, before->count, ttmem_map_counts(l, map) * sizeof(top->count[0]));
	else
		memset(top->count, 0, ttmem_map_counts(l, map) * sizeof(top->count[0]));
	rb_link_node(&top->rb, parent, link);
	rb_insert_color(&top->rb, root);
	return top;
}

static void ttmem_top_put(struct ttmem_ledger *l, enum ttmem_map_id map, struct ttmem_top *top,
			  struct ttmem_fund *fund)
{
	if (--top->users)
		return;
	rb_erase(&top->rb, &l->level.map[map]);
	if (map == TTMEM_MAP_USED)
		ttmem_stack_push(&l->spare_used, top);
	else
		ttmem_fund_give(fund, TTMEM_KIND_TOP + map, top);
}

/* A boundary of LOADED comes with what one of USED may need, and goes with it. */
static void ttmem_used_deposit(struct ttmem_ledger_client *c, struct ttmem_fund *fund)
{
	ttmem_stack_push(&c->spare_used, ttmem_fund_take(fund, TTMEM_KIND_CUT + TTMEM_MAP_USED));
	ttmem_stack_push(&c->ledger->spare_used,
			 ttmem_fund_take(fund, TTMEM_KIND_TOP + TTMEM_MAP_USED));
}

static void ttmem_used_withdraw(struct ttmem_ledger_client *c, struct ttmem_fund *fund)
{
	ttmem_fund_give(fund, TTMEM_KIND_CUT + TTMEM_MAP_USED, ttmem_stack_pop(&c->spare_used));
	ttmem_fund_give(fund, TTMEM_KIND_TOP + TTMEM_MAP_USED,
			ttmem_stack_pop(&c->ledger->spare_used));
}

/* How many ranges of the client cover the segment from here; of DRAM, where there is one count. */
static u32 ttmem_cut_depth(const struct ttmem_cut *cut)
{
	return cut->count[TTMEM_LANE_DRAM] + cut->count[TTMEM_LANE_TRACE];
}

/*
 * How many ranges of the client have this boundary of DRAM inside: of those that cover what is
 * before it, @before, and of those that cover what is behind it, neither its ends nor its starts.
 */
static u32 ttmem_cut_inside(const struct ttmem_cut *cut, u32 before)
{
	u32 after = ttmem_cut_depth(cut);

	return after - (cut->users + after - before) / 2;
}

/* A boundary has come, or goes; what is on its two sides is the same. */
static void ttmem_cut_count(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			    const struct ttmem_cut *cut, int n)
{
	if (map == TTMEM_MAP_USED)
		return;
	c->nr_cuts += n;
	if (map == TTMEM_MAP_DRAM_PART)
		c->nr_part += n;
	if (map == TTMEM_MAP_DRAM && ttmem_cut_depth(cut))
		c->nr_inner += n;
}

/* @near: a boundary of the client at or below @at, or NULL */
static struct ttmem_cut *ttmem_cut_get_after(struct ttmem_ledger_client *c, enum ttmem_map_id map,
					     u32 at, struct ttmem_cut *near,
					     struct ttmem_fund *fund)
{
	unsigned int counts = ttmem_map_counts(c->ledger, map);
	struct rb_root *root = &c->level.map[map];
	struct rb_node *parent, **link;
	struct ttmem_cut *before, *cut;

	before = (struct ttmem_cut *)ttmem_edge_find_after(root, (struct ttmem_edge *)near, at,
							   &parent, &link);
	if (before && before->at == at) {
		before->users++;
		c->near[map] = before;
		return before;
	}
	cut = map == TTMEM_MAP_USED ? ttmem_stack_pop(&c->spare_used) :
				    ttmem_fund_take(fund, TTMEM_KIND_CUT + map);
	cut->at = at;
	cut->users = 1;
	if (before)
		memcpy(cut->count, before->count, counts * sizeof(cut->count[0]));
	else
		memset(cut->count, 0, counts * sizeof(cut->count[0]));
	cut->top = ttmem_top_get(c->ledger, map, at, before ? before->top : NULL, fund);
	rb_link_node(&cut->rb, parent, link);
	rb_insert_color(&cut->rb, root);
	c->near[map] = cut;
	ttmem_cut_count(c, map, cut, 1);
	if (map == TTMEM_MAP_LOADED)
		ttmem_used_deposit(c, fund);
	return cut;
}

/* Find or make the client's boundary at @at and use it; USED needs no fund. */
struct ttmem_cut *ttmem_cut_get(struct ttmem_ledger_client *c, enum ttmem_map_id map, u32 at,
				struct ttmem_fund *fund)
{
	struct ttmem_cut *near = c->near[map];

	return ttmem_cut_get_after(c, map, at, near && near->at <= at ? near : NULL, fund);
}

struct ttmem_cut *ttmem_cut_find(struct ttmem_ledger_client *c, enum ttmem_map_id map, u32 at)
{
	return (struct ttmem_cut *)ttmem_edge_floor(&c->level.map[map], at);
}

/* The boundary goes with its last user; counts left and right are equal by then. */
void ttmem_cut_put(struct ttmem_ledger_client *c, enum ttmem_map_id map, struct ttmem_cut *cut,
		   struct ttmem_fund *fund)
{
	if (--cut->users)
		return;
	if (c->near[map] == cut)
		c->near[map] = rb_entry_safe(rb_prev(&cut->rb), struct ttmem_cut, rb);
	ttmem_cut_count(c, map, cut, -1);
	ttmem_top_put(c->ledger, map, cut->top, fund);
	rb_erase(&cut->rb, &c->level.map[map]);
	if (map == TTMEM_MAP_USED)
		ttmem_stack_push(&c->spare_used, cut);
	else
		ttmem_fund_give(fund, TTMEM_KIND_CUT + map, cut);
	if (map == TTMEM_MAP_LOADED)
		ttmem_used_withdraw(c, fund);
}

static bool ttmem_edge_counts(const struct ttmem_level *level, const struct ttmem_edge *edge,
			      unsigned int i)
{
	if (level->chip)
		return ((const struct ttmem_top *)edge)->count[i];
	return ((const struct ttmem_cut *)edge)->count[i];
}

/* Is @bank of the segment covered in one of the lanes of @lanes? */
static bool ttmem_edge_covers(const struct ttmem_level *level, const struct ttmem_edge *edge,
			      unsigned int banks, unsigned int bank, unsigned int lanes)
{
	unsigned int lane;

	for (lane = 0; lanes >> lane; lane++)
		if (lanes >> lane & 1 && ttmem_edge_counts(level, edge, lane * banks + bank))
			return true;
	return false;
}

/* Granules, over all banks, of [at, end) that @map of this level covers in @lanes. */
static u64 ttmem_level_covered(struct ttmem_level *level, enum ttmem_map_id map, unsigned int banks,
			       unsigned int lanes, u32 at, u32 end)
{
	struct ttmem_edge *edge, *next;
	u64 sum = 0;

	if (RB_EMPTY_ROOT(&level->map[map]))
		return 0;
	edge = ttmem_edge_floor(&level->map[map], at);
	if (!edge)
		edge = rb_entry(rb_first(&level->map[map]), struct ttmem_edge, rb);
	for (; edge && edge->at < end; edge = next) {
		unsigned int bank, n = 0;

		next = ttmem_edge_next(edge);
		if (!next)
			break;
		for (bank = 0; bank < banks; bank++)
			n += ttmem_edge_covers(level, edge, banks, bank, lanes);
		if (n && next->at > at)
			sum += (u64)n * (min(next->at, end) - max(edge->at, at));
	}
	return sum;
}

/* Is @bank of the segment covered in another lane than @lane? */
static bool ttmem_edge_covered_besides(const struct ttmem_level *level,
				       const struct ttmem_edge *edge, enum ttmem_map_id map,
				       unsigned int banks, unsigned int bank, unsigned int lane)
{
	unsigned int others = (BIT(ttmem_map_lanes(map)) - 1) & ~BIT(lane);

	return ttmem_edge_covers(level, edge, banks, bank, others);
}

/*
 * The @flipped banks of the segment of @len granules at @edge have just become covered in @lane,
 * or uncovered. Set 0 of DRAM lives in a map of its own, so what the other DRAM map covers at the
 * same place is not gained.
 */
static void ttmem_level_flip(struct ttmem_level *level, const struct ttmem_ledger *l,
			     enum ttmem_map_id map, unsigned int lane,
			     const struct ttmem_edge *edge, u32 len, const unsigned long *flipped,
			     bool add)
{
	struct ttmem_tally *tally = &level->tally[ttmem_map_tally(map)];
	struct ttmem_walk walk = ttmem_walk_start(flipped, ttmem_map_banks(l, map));
	unsigned int nr = ttmem_map_banks(l, map), bank, n = 0, alone = 0;
	u32 end = edge->at + len;
	u64 gain, gain_any;

	while (ttmem_walk_next(&walk, &bank)) {
		n++;
		if (ttmem_edge_covered_besides(level, edge, map, nr, bank, lane))
			continue;
		alone++;
		if (map == TTMEM_MAP_USED)
			level->core[bank] += add ? len : -len;
	}
	level->core_changed |= map == TTMEM_MAP_USED && alone;
	gain = (u64)n * len;
	gain_any = (u64)alone * len;
	if (map == TTMEM_MAP_DRAM) {
		gain = gain * l->dram_banks - n *
			ttmem_level_covered(level, TTMEM_MAP_DRAM_PART, l->dram_banks, BIT(lane),
					    edge->at, end);
		gain_any = gain_any * l->dram_banks - alone *
			ttmem_level_covered(level, TTMEM_MAP_DRAM_PART, l->dram_banks, 3,
					    edge->at, end);
	} else if (map == TTMEM_MAP_DRAM_PART) {
		gain -= n * ttmem_level_covered(level, TTMEM_MAP_DRAM, 1, BIT(lane), edge->at, end);
		gain_any -= alone * ttmem_level_covered(level, TTMEM_MAP_DRAM, 1, 3, edge->at, end);
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
static void ttmem_top_cover(struct ttmem_ledger *l, enum ttmem_map_id map, unsigned int lane,
			    const unsigned long *banks, struct ttmem_top *from,
			    struct ttmem_top *to, bool add)
{
	unsigned int nr = ttmem_map_banks(l, map), bank;
	DECLARE_BITMAP(flipped, TTMEM_MAX_CORES);
	struct ttmem_top *top, *next;
	u64 work = 0;

	for (top = from; top != to; top = next) {
		struct ttmem_walk walk = ttmem_walk_start(banks, nr);
		u8 *count = &top->count[lane * nr];
		bool any = false;

		next = ttmem_top_next(top);
		bitmap_zero(flipped, TTMEM_MAX_CORES);
		while (ttmem_walk_next(&walk, &bank)) {
			work++;
			if (add ? count[bank]++ : --count[bank])
				continue;
			__set_bit(bank, flipped);
			any = true;
		}
		if (any)
			ttmem_level_flip(&l->level, l, map, lane, (struct ttmem_edge *)top,
					 next->at - top->at, flipped, add);
	}
	l->work += work;
}

/* A range of DRAM comes to have the boundary inside, or has it no more; counts are the former. */
static void ttmem_cut_cross(struct ttmem_ledger_client *c, const struct ttmem_cut *cut, u32 before,
			    bool add)
{
	if (add && !ttmem_cut_inside(cut, before))
		c->nr_inner++;
	if (!add && ttmem_cut_inside(cut, before) == 1)
		c->nr_inner--;
}

/*
 * One range more, or less, on @banks of every segment of [from, end); both are boundaries.
 * Returns the one at @end.
 */
struct ttmem_cut *ttmem_map_cover(struct ttmem_ledger_client *c, enum ttmem_map_id map,
				  unsigned int lane, const unsigned long *banks,
				  struct ttmem_cut *from, u32 end, bool add)
{
	unsigned int nr = ttmem_map_banks(c->ledger, map), bank;
	DECLARE_BITMAP(flipped, TTMEM_MAX_CORES);
	struct ttmem_cut *cut, *next;
	u32 before = 0;
	u64 work = 0;

	for (cut = from; cut->at != end; cut = next) {
		struct ttmem_walk walk = ttmem_walk_start(banks, nr);
		u32 *count = &cut->count[lane * nr];
		bool any = false;

		next = ttmem_cut_next(cut);
		if (map == TTMEM_MAP_DRAM) {
			if (cut != from)
				ttmem_cut_cross(c, cut, before, add);
			before = ttmem_cut_depth(cut);
		}
		bitmap_zero(flipped, TTMEM_MAX_CORES);
		while (ttmem_walk_next(&walk, &bank)) {
			work++;
			if (add ? count[bank]++ : --count[bank])
				continue;
			__set_bit(bank, flipped);
			any = true;
		}
		if (!any)
			continue;
		ttmem_level_flip(&c->level, c->ledger, map, lane, (struct ttmem_edge *)cut,
				 next->at - cut->at, flipped, add);
		ttmem_top_cover(c->ledger, map, lane, flipped, cut->top, next->top, add);
	}
	c->ledger->work += work;
	return cut;
}

/* Returns the boundary at @at, which stays until the range is removed. */
struct ttmem_cut *ttmem_map_add(struct ttmem_ledger_client *c, enum ttmem_map_id map,
				unsigned int lane, const unsigned long *banks, u32 at, u32 len,
				struct ttmem_fund *fund)
{
	struct ttmem_cut *from = ttmem_cut_get(c, map, at, fund);

	ttmem_cut_get_after(c, map, at + len, from, fund);
	ttmem_map_cover(c, map, lane, banks, from, at + len, true);
	return from;
}

void ttmem_map_remove(struct ttmem_ledger_client *c, enum ttmem_map_id map, unsigned int lane,
		      const unsigned long *banks, struct ttmem_cut *from, u32 len,
		      struct ttmem_fund *fund)
{
	struct ttmem_cut *to = ttmem_map_cover(c, map, lane, banks, from, from->at + len, false);

	ttmem_cut_put(c, map, from, fund);
	ttmem_cut_put(c, map, to, fund);
}

/*
 * A dying client: take its first boundary away with what the segment after it covers on the
 * chip, USED before LOADED. The client's own totals are not kept up any more. Returns false when
 * none was left.
 */
bool ttmem_map_erase_first(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			   struct ttmem_fund *fund)
{
	unsigned int banks = ttmem_map_banks(c->ledger, map), lane, bank;
	struct rb_node *rb = rb_first(&c->level.map[map]);
	DECLARE_BITMAP(covered, TTMEM_MAX_CORES);
	struct ttmem_cut *cut, *next;

	if (!rb)
		return false;
	cut = rb_entry(rb, struct ttmem_cut, rb);
	next = ttmem_cut_next(cut);
	for (lane = 0; next && lane < ttmem_map_lanes(map); lane++) {
		bitmap_zero(covered, TTMEM_MAX_CORES);
		for (bank = 0; bank < banks; bank++)
			if (cut->count[lane * banks + bank])
				__set_bit(bank, covered);
		if (!bitmap_empty(covered, banks))
			ttmem_top_cover(c->ledger, map, lane, covered, cut->top, next->top, false);
	}
	cut->users = 1;
	ttmem_cut_put(c, map, cut, fund);
	return true;
}

/*
 * Whether a range more on [at, at + len) leaves what crossing boundaries costs within bounds. Those
 * of L1 are few enough by themselves.
 */
bool ttmem_map_has_room(struct ttmem_ledger_client *c, enum ttmem_map_id map, u32 at, u32 len)
{
	struct ttmem_cut *cut;
	u32 room;

	if (map == TTMEM_MAP_DRAM_PART && c->nr_part + 2 > TTMEM_MAX_PART_CUTS)
		return false;
	if (map != TTMEM_MAP_DRAM || (len <= TTMEM_INNER_LEN && c->nr_inner < TTMEM_MAX_INNER_CUTS))
		return true;
	/* Nearly always nothing overlaps, and the next boundary is the range's end or behind it. */
	room = TTMEM_MAX_INNER_CUTS - min_t(u32, c->nr_inner, TTMEM_MAX_INNER_CUTS);
	cut = ttmem_cut_find(c, map, at);
	if (cut && ttmem_cut_depth(cut) && room < 2)
		return false;
	if (!cut)
		cut = rb_entry_safe(rb_first(&c->level.map[map]), struct ttmem_cut, rb);
	for (; cut && cut->at < at + len; cut = ttmem_cut_next(cut))
		if (cut->at > at && !room--)
			return false;
	return true;
}

static bool ttmem_cut_has(const struct ttmem_cut *cut, unsigned int nr, const unsigned long *cores,
			  unsigned int lane)
{
	struct ttmem_walk walk = ttmem_walk_start(cores, nr);
	unsigned int core;

	while (ttmem_walk_next(&walk, &core))
		if (cut->count[lane * nr + core])
			return true;
	return false;
}

/* The lowest address of a live l1 buffer of this client on @cores, U32_MAX if none. */
u32 ttmem_map_lowest_l1(struct ttmem_ledger_client *c, const unsigned long *cores)
{
	unsigned int nr = c->ledger->cores;
	struct rb_node *rb;

	if (!c->level.tally[TTMEM_TALLY_USED].lane[TTMEM_LANE_L1])
		return U32_MAX;
	for (rb = rb_first(&c->level.map[TTMEM_MAP_USED]); rb; rb = rb_next(rb)) {
		struct ttmem_cut *cut = rb_entry(rb, struct ttmem_cut, rb);

		if (ttmem_cut_has(cut, nr, cores, TTMEM_LANE_L1))
			return cut->at;
	}
	return U32_MAX;
}

/* Does an l1 or l1_small buffer of this client cover a byte of [at, end) on one of @cores? */
bool ttmem_map_buffers_overlap(struct ttmem_ledger_client *c, const unsigned long *cores,
			       u32 at, u32 end)
{
	const struct ttmem_tally *used = &c->level.tally[TTMEM_TALLY_USED];
	unsigned int nr = c->ledger->cores;
	struct ttmem_cut *cut;

	if (!used->lane[TTMEM_LANE_L1] && !used->lane[TTMEM_LANE_SMALL])
		return false;
	cut = ttmem_cut_find(c, TTMEM_MAP_USED, at);
	for (; cut && cut->at < end; cut = ttmem_cut_next(cut))
		if (ttmem_cut_has(cut, nr, cores, TTMEM_LANE_L1) ||
		    ttmem_cut_has(cut, nr, cores, TTMEM_LANE_SMALL))
			return true;
	return false;
}
