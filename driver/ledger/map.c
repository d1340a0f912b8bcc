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
 * Nodes: a boundary is made when a range is recorded, from the prealloc of that record, and its
 * node goes to the preallocation of the free that takes its last user away. With each boundary of a
 * client comes a node for one of the chip, and goes with it. The chip keeps as spares those that it
 * does not need, because clients share addresses; so a client takes away as many as it brought,
 * whoever leaves an address last. Only boundaries of USED come and go with dispatches too. Each of
 * them is also one of LOADED (buffers are in both, and of a program USED has ends of its CBs), so
 * every boundary of a client in LOADED brings a spare boundary of the client and one of the chip
 * for USED along: they never run dry, in whatever order things go.
 */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "ledger.h"

/* What struct ttmem_client_boundary and struct ttmem_chip_boundary begin with. */
struct ttmem_boundary {
	struct rb_node rb;
	u32 at;
};

static_assert(offsetof(struct ttmem_boundary, at) == offsetof(struct ttmem_client_boundary, at));
static_assert(offsetof(struct ttmem_boundary, at) == offsetof(struct ttmem_chip_boundary, at));

unsigned int ttmem_map_classes(enum ttmem_map_id map)
{
	return map == TTMEM_MAP_USED ? 3 : 2;
}

/* Counts in a class; the DRAM map has one for all banks. */
unsigned int ttmem_map_banks(const struct ttmem_ledger *l, enum ttmem_map_id map)
{
	if (map == TTMEM_MAP_DRAM)
		return 1;
	return map == TTMEM_MAP_DRAM_PART ? l->banks : l->cores;
}

static unsigned int ttmem_map_counts(const struct ttmem_ledger *l, enum ttmem_map_id map)
{
	return ttmem_map_classes(map) * ttmem_map_banks(l, map);
}

static struct ttmem_boundary *ttmem_boundary_next(struct ttmem_boundary *boundary)
{
	struct rb_node *rb = rb_next(&boundary->rb);

	return rb ? rb_entry(rb, struct ttmem_boundary, rb) : NULL;
}

static struct ttmem_client_boundary *
ttmem_client_boundary_next(struct ttmem_client_boundary *boundary)
{
	struct ttmem_boundary *next = ttmem_boundary_next((struct ttmem_boundary *)boundary);

	return (struct ttmem_client_boundary *)next;
}

static struct ttmem_chip_boundary *
ttmem_chip_boundary_next(struct ttmem_chip_boundary *chip_boundary)
{
	struct ttmem_boundary *next = ttmem_boundary_next((struct ttmem_boundary *)chip_boundary);

	return (struct ttmem_chip_boundary *)next;
}

/* The last boundary at or below @at, and where one at @at would be linked. */
static struct ttmem_boundary *ttmem_boundary_find(struct rb_root *root, u32 at,
						  struct rb_node **parent, struct rb_node ***link)
{
	struct ttmem_boundary *best = NULL;

	*link = &root->rb_node;
	*parent = NULL;
	while (**link) {
		struct ttmem_boundary *boundary = rb_entry(**link, struct ttmem_boundary, rb);

		*parent = **link;
		if (boundary->at <= at) {
			best = boundary;
			if (boundary->at == at)
				break;
			*link = &(*parent)->rb_right;
		} else {
			*link = &(*parent)->rb_left;
		}
	}
	return best;
}

static struct ttmem_boundary *ttmem_boundary_floor(struct rb_root *root, u32 at)
{
	struct rb_node *parent, **link;

	return ttmem_boundary_find(root, at, &parent, &link);
}

/*
 * As ttmem_boundary_find(), but from a boundary below @at that is likely near: walks some steps,
 * and searches from the root only when that does not reach.
 */
static struct ttmem_boundary *ttmem_boundary_find_after(struct rb_root *root,
							struct ttmem_boundary *near, u32 at,
							struct rb_node **parent,
							struct rb_node ***link)
{
	unsigned int steps;

	for (steps = 0; near && steps < 8; steps++) {
		struct ttmem_boundary *next = ttmem_boundary_next(near);

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
	return ttmem_boundary_find(root, at, parent, link);
}

/* @near: a boundary of the chip at or below @at, or NULL */
static struct ttmem_chip_boundary *ttmem_chip_boundary_get(struct ttmem_ledger *l,
							   enum ttmem_map_id map, u32 at,
							   struct ttmem_chip_boundary *near)
{
	struct rb_root *root = &l->coverage.map[map];
	struct rb_node *parent, **link;
	struct ttmem_chip_boundary *before, *chip_boundary;

	before = (struct ttmem_chip_boundary *)
		ttmem_boundary_find_after(root, (struct ttmem_boundary *)near, at, &parent, &link);
	if (before && before->at == at) {
		before->users++;
		return before;
	}
	chip_boundary = ttmem_stack_pop(&l->spare[map]);
	chip_boundary->at = at;
	chip_boundary->users = 1;
	if (before)
		memcpy(chip_boundary->count, before->count,
		       ttmem_map_counts(l, map) * sizeof(chip_boundary->count[0]));
	else
		memset(chip_boundary->count, 0,
		       ttmem_map_counts(l, map) * sizeof(chip_boundary->count[0]));
	rb_link_node(&chip_boundary->rb, parent, link);
	rb_insert_color(&chip_boundary->rb, root);
	return chip_boundary;
}

static void ttmem_chip_boundary_put(struct ttmem_ledger *l, enum ttmem_map_id map,
				    struct ttmem_chip_boundary *chip_boundary)
{
	if (--chip_boundary->users)
		return;
	rb_erase(&chip_boundary->rb, &l->coverage.map[map]);
	ttmem_stack_push(&l->spare[map], chip_boundary);
}

/* What a boundary of a client brings beside itself: nothing if it is one of USED. */
static void ttmem_spare_bring(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			      struct ttmem_prealloc *prealloc)
{
	if (map == TTMEM_MAP_USED)
		return;
	ttmem_stack_push(&c->ledger->spare[map],
			 ttmem_prealloc_pop(prealloc, TTMEM_NODE_CHIP_BOUNDARY + map));
	if (map != TTMEM_MAP_LOADED)
		return;
	ttmem_stack_push(&c->spare_used,
			 ttmem_prealloc_pop(prealloc, TTMEM_NODE_CLIENT_BOUNDARY + TTMEM_MAP_USED));
	ttmem_stack_push(&c->ledger->spare[TTMEM_MAP_USED],
			 ttmem_prealloc_pop(prealloc, TTMEM_NODE_CHIP_BOUNDARY + TTMEM_MAP_USED));
}

static void ttmem_spare_take(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			     struct ttmem_prealloc *prealloc)
{
	if (map == TTMEM_MAP_USED)
		return;
	ttmem_prealloc_push(prealloc, TTMEM_NODE_CHIP_BOUNDARY + map,
			    ttmem_stack_pop(&c->ledger->spare[map]));
	if (map != TTMEM_MAP_LOADED)
		return;
	ttmem_prealloc_push(prealloc, TTMEM_NODE_CLIENT_BOUNDARY + TTMEM_MAP_USED,
			    ttmem_stack_pop(&c->spare_used));
	ttmem_prealloc_push(prealloc, TTMEM_NODE_CHIP_BOUNDARY + TTMEM_MAP_USED,
			    ttmem_stack_pop(&c->ledger->spare[TTMEM_MAP_USED]));
}

/* How many ranges of the client cover the segment from here; of DRAM, where there is one count. */
static u32 ttmem_client_boundary_depth(const struct ttmem_client_boundary *boundary)
{
	return boundary->count[TTMEM_CLASS_DRAM] + boundary->count[TTMEM_CLASS_TRACE];
}

/*
 * How many ranges of the client have this boundary of DRAM inside: of those that cover what is
 * before it, @before, and of those that cover what is behind it, neither its ends nor its starts.
 */
static u32 ttmem_client_boundary_inside(const struct ttmem_client_boundary *boundary, u32 before)
{
	u32 after = ttmem_client_boundary_depth(boundary);

	return after - (boundary->users + after - before) / 2;
}

/* A boundary has come, or goes; what is on its two sides is the same. */
static void ttmem_client_boundary_count(struct ttmem_ledger_client *c, enum ttmem_map_id map,
					const struct ttmem_client_boundary *boundary, int n)
{
	if (map == TTMEM_MAP_DRAM_PART)
		c->nr_part += n;
	if (map == TTMEM_MAP_DRAM && ttmem_client_boundary_depth(boundary))
		c->nr_inner += n;
}

/* @near: a boundary of the client at or below @at, or NULL */
static struct ttmem_client_boundary *
ttmem_client_boundary_get_after(struct ttmem_ledger_client *c, enum ttmem_map_id map, u32 at,
				struct ttmem_client_boundary *near, struct ttmem_prealloc *prealloc)
{
	unsigned int counts = ttmem_map_counts(c->ledger, map);
	struct rb_root *root = &c->coverage.map[map];
	struct rb_node *parent, **link;
	struct ttmem_client_boundary *before, *boundary;

	before = (struct ttmem_client_boundary *)
		ttmem_boundary_find_after(root, (struct ttmem_boundary *)near, at, &parent, &link);
	if (before && before->at == at) {
		before->users++;
		c->near[map] = before;
		return before;
	}
	boundary = map == TTMEM_MAP_USED ? ttmem_stack_pop(&c->spare_used) :
				    ttmem_prealloc_pop(prealloc, TTMEM_NODE_CLIENT_BOUNDARY + map);
	boundary->at = at;
	boundary->users = 1;
	if (before)
		memcpy(boundary->count, before->count, counts * sizeof(boundary->count[0]));
	else
		memset(boundary->count, 0, counts * sizeof(boundary->count[0]));
	ttmem_spare_bring(c, map, prealloc);
	boundary->chip_boundary = ttmem_chip_boundary_get(c->ledger, map, at,
							  before ? before->chip_boundary : NULL);
	rb_link_node(&boundary->rb, parent, link);
	rb_insert_color(&boundary->rb, root);
	c->near[map] = boundary;
	ttmem_client_boundary_count(c, map, boundary, 1);
	return boundary;
}

/* Find or make the client's boundary at @at and use it; USED needs no prealloc. */
struct ttmem_client_boundary *ttmem_client_boundary_get(struct ttmem_ledger_client *c,
							enum ttmem_map_id map, u32 at,
							struct ttmem_prealloc *prealloc)
{
	struct ttmem_client_boundary *near = c->near[map];

	return ttmem_client_boundary_get_after(c, map, at, near && near->at <= at ? near : NULL,
					       prealloc);
}

struct ttmem_client_boundary *ttmem_client_boundary_find(struct ttmem_ledger_client *c,
							 enum ttmem_map_id map, u32 at)
{
	return (struct ttmem_client_boundary *)ttmem_boundary_floor(&c->coverage.map[map], at);
}

/* The boundary goes with its last user; counts left and right are equal by then. */
void ttmem_client_boundary_put(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			       struct ttmem_client_boundary *boundary,
			       struct ttmem_prealloc *prealloc)
{
	if (--boundary->users)
		return;
	if (c->near[map] == boundary)
		c->near[map] =
			rb_entry_safe(rb_prev(&boundary->rb), struct ttmem_client_boundary, rb);
	ttmem_client_boundary_count(c, map, boundary, -1);
	ttmem_chip_boundary_put(c->ledger, map, boundary->chip_boundary);
	rb_erase(&boundary->rb, &c->coverage.map[map]);
	if (map == TTMEM_MAP_USED)
		ttmem_stack_push(&c->spare_used, boundary);
	else
		ttmem_prealloc_push(prealloc, TTMEM_NODE_CLIENT_BOUNDARY + map, boundary);
	ttmem_spare_take(c, map, prealloc);
}

static bool ttmem_boundary_counts(const struct ttmem_coverage *coverage,
				  const struct ttmem_boundary *boundary, unsigned int i)
{
	if (coverage->chip)
		return ((const struct ttmem_chip_boundary *)boundary)->count[i];
	return ((const struct ttmem_client_boundary *)boundary)->count[i];
}

/* Is @bank of the segment covered in one of the classes of @classes? */
static bool ttmem_boundary_covers(const struct ttmem_coverage *coverage,
				  const struct ttmem_boundary *boundary, unsigned int banks,
				  unsigned int bank, unsigned int classes)
{
	unsigned int class;

	for (class = 0; classes >> class; class++)
		if (classes >> class & 1 &&
		    ttmem_boundary_counts(coverage, boundary, class * banks + bank))
			return true;
	return false;
}

/* Granules, over all banks, of [at, end) that @map covers in @classes. */
static u64 ttmem_coverage_granules(struct ttmem_coverage *coverage, enum ttmem_map_id map,
				   unsigned int banks, unsigned int classes, u32 at, u32 end)
{
	struct ttmem_boundary *boundary, *next;
	u64 sum = 0;

	if (RB_EMPTY_ROOT(&coverage->map[map]))
		return 0;
	boundary = ttmem_boundary_floor(&coverage->map[map], at);
	if (!boundary)
		boundary = rb_entry(rb_first(&coverage->map[map]), struct ttmem_boundary, rb);
	for (; boundary && boundary->at < end; boundary = next) {
		unsigned int bank, n = 0;

		next = ttmem_boundary_next(boundary);
		if (!next)
			break;
		for (bank = 0; bank < banks; bank++)
			n += ttmem_boundary_covers(coverage, boundary, banks, bank, classes);
		if (n && next->at > at)
			sum += (u64)n * (min(next->at, end) - max(boundary->at, at));
	}
	return sum;
}

/* Is @bank of the segment covered in another class than @class? */
static bool ttmem_boundary_covered_besides(const struct ttmem_coverage *coverage,
					   const struct ttmem_boundary *boundary,
					   enum ttmem_map_id map, unsigned int banks,
					   unsigned int bank, unsigned int class)
{
	unsigned int others = (BIT(ttmem_map_classes(map)) - 1) & ~BIT(class);

	return ttmem_boundary_covers(coverage, boundary, banks, bank, others);
}

/* Of @class and of any class so many granules more, or less. */
static void ttmem_tally_add(struct ttmem_coverage *coverage, enum ttmem_map_id map,
			    unsigned int class, u64 gain, u64 gain_any, bool add)
{
	struct ttmem_tally *tally = &coverage->tally[map];

	tally->class[class] += add ? gain : -gain;
	tally->any += add ? gain_any : -gain_any;
}

/*
 * The @flipped banks of the segment of @len granules at @boundary have just become covered in
 * @class, or uncovered. Set 0 of DRAM lives in a map of its own: what that covers is not counted in
 * the other DRAM map at the same place.
 */
static void ttmem_coverage_flip(struct ttmem_coverage *coverage, const struct ttmem_ledger *l,
				enum ttmem_map_id map, unsigned int class,
				const struct ttmem_boundary *boundary, u32 len,
				const unsigned long *flipped, bool add)
{
	struct ttmem_walk walk = ttmem_walk_start(flipped, ttmem_map_banks(l, map));
	unsigned int nr = ttmem_map_banks(l, map), bank, n = 0, alone = 0;
	u32 end = boundary->at + len;
	u64 gain, gain_any;

	while (ttmem_walk_next(&walk, &bank)) {
		n++;
		if (ttmem_boundary_covered_besides(coverage, boundary, map, nr, bank, class))
			continue;
		alone++;
		if (map == TTMEM_MAP_USED)
			coverage->core[bank] += add ? len : -len;
	}
	coverage->core_changed |= map == TTMEM_MAP_USED && alone;
	gain = (u64)n * len;
	gain_any = (u64)alone * len;
	if (map == TTMEM_MAP_DRAM) {
		ttmem_tally_add(coverage, TTMEM_MAP_DRAM_PART, class,
				n * ttmem_coverage_granules(coverage, TTMEM_MAP_DRAM_PART, l->banks,
							    BIT(class), boundary->at, end),
				alone * ttmem_coverage_granules(coverage, TTMEM_MAP_DRAM_PART,
								l->banks, 3, boundary->at, end),
				!add);
	} else if (map == TTMEM_MAP_DRAM_PART) {
		gain -= n * ttmem_coverage_granules(coverage, TTMEM_MAP_DRAM, 1, BIT(class),
						    boundary->at, end);
		gain_any -= alone * ttmem_coverage_granules(coverage, TTMEM_MAP_DRAM, 1, 3,
							    boundary->at, end);
	}
	ttmem_tally_add(coverage, map, class, gain, gain_any, add);
}

/* The client's coverage of @banks flipped on [from, to): so many clients more or less. */
static void ttmem_chip_boundary_cover(struct ttmem_ledger *l, enum ttmem_map_id map,
				      unsigned int class, const unsigned long *banks,
				      struct ttmem_chip_boundary *from,
				      struct ttmem_chip_boundary *to, bool add)
{
	unsigned int nr = ttmem_map_banks(l, map), bank;
	DECLARE_BITMAP(flipped, TTMEM_MAX_CORES);
	struct ttmem_chip_boundary *chip_boundary, *next;
	u64 work = 0;

	for (chip_boundary = from; chip_boundary != to; chip_boundary = next) {
		struct ttmem_walk walk = ttmem_walk_start(banks, nr);
		u8 *count = &chip_boundary->count[class * nr];
		bool any = false;

		next = ttmem_chip_boundary_next(chip_boundary);
		bitmap_zero(flipped, TTMEM_MAX_CORES);
		while (ttmem_walk_next(&walk, &bank)) {
			work++;
			if (add ? count[bank]++ : --count[bank])
				continue;
			__set_bit(bank, flipped);
			any = true;
		}
		if (any)
			ttmem_coverage_flip(&l->coverage, l, map, class,
					    (struct ttmem_boundary *)chip_boundary,
					    next->at - chip_boundary->at, flipped, add);
	}
	l->work += work;
}

/* A range of DRAM comes to have the boundary inside, or has it no more; counts are the former. */
static void ttmem_client_boundary_cross(struct ttmem_ledger_client *c,
					const struct ttmem_client_boundary *boundary, u32 before,
					bool add)
{
	if (add && !ttmem_client_boundary_inside(boundary, before))
		c->nr_inner++;
	if (!add && ttmem_client_boundary_inside(boundary, before) == 1)
		c->nr_inner--;
}

/*
 * One range more, or less, on @banks of every segment of [from, end); both are boundaries.
 * Returns the one at @end.
 */
struct ttmem_client_boundary *ttmem_map_cover(struct ttmem_ledger_client *c, enum ttmem_map_id map,
					      unsigned int class, const unsigned long *banks,
					      struct ttmem_client_boundary *from, u32 end, bool add)
{
	unsigned int nr = ttmem_map_banks(c->ledger, map), bank;
	DECLARE_BITMAP(flipped, TTMEM_MAX_CORES);
	struct ttmem_client_boundary *boundary, *next;
	u32 before = 0;
	u64 work = 0;

	for (boundary = from; boundary->at != end; boundary = next) {
		struct ttmem_walk walk = ttmem_walk_start(banks, nr);
		u32 *count = &boundary->count[class * nr];
		bool any = false;

		next = ttmem_client_boundary_next(boundary);
		if (map == TTMEM_MAP_DRAM) {
			if (boundary != from)
				ttmem_client_boundary_cross(c, boundary, before, add);
			before = ttmem_client_boundary_depth(boundary);
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
		ttmem_coverage_flip(&c->coverage, c->ledger, map, class,
				    (struct ttmem_boundary *)boundary, next->at - boundary->at,
				    flipped, add);
		ttmem_chip_boundary_cover(c->ledger, map, class, flipped, boundary->chip_boundary,
					  next->chip_boundary, add);
	}
	c->ledger->work += work;
	return boundary;
}

/* Returns the boundary at @at, which stays until the range is removed. */
struct ttmem_client_boundary *ttmem_map_add(struct ttmem_ledger_client *c, enum ttmem_map_id map,
					    unsigned int class, const unsigned long *banks, u32 at,
					    u32 len, struct ttmem_prealloc *prealloc)
{
	struct ttmem_client_boundary *from = ttmem_client_boundary_get(c, map, at, prealloc);

	ttmem_client_boundary_get_after(c, map, at + len, from, prealloc);
	ttmem_map_cover(c, map, class, banks, from, at + len, true);
	return from;
}

void ttmem_map_remove(struct ttmem_ledger_client *c, enum ttmem_map_id map, unsigned int class,
		      const unsigned long *banks, struct ttmem_client_boundary *from, u32 len,
		      struct ttmem_prealloc *prealloc)
{
	struct ttmem_client_boundary *to =
		ttmem_map_cover(c, map, class, banks, from, from->at + len, false);

	ttmem_client_boundary_put(c, map, from, prealloc);
	ttmem_client_boundary_put(c, map, to, prealloc);
}

/*
 * A dying client: take its first boundary away with what the segment after it covers on the
 * chip, USED before LOADED. The client's own totals are not kept up any more. Returns false when
 * none was left.
 */
bool ttmem_map_erase_first(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			   struct ttmem_prealloc *prealloc)
{
	unsigned int banks = ttmem_map_banks(c->ledger, map), class, bank;
	struct rb_node *rb = rb_first(&c->coverage.map[map]);
	DECLARE_BITMAP(covered, TTMEM_MAX_CORES);
	struct ttmem_client_boundary *boundary, *next;

	if (!rb)
		return false;
	boundary = rb_entry(rb, struct ttmem_client_boundary, rb);
	next = ttmem_client_boundary_next(boundary);
	for (class = 0; next && class < ttmem_map_classes(map); class++) {
		bitmap_zero(covered, TTMEM_MAX_CORES);
		for (bank = 0; bank < banks; bank++)
			if (boundary->count[class * banks + bank])
				__set_bit(bank, covered);
		if (!bitmap_empty(covered, banks))
			ttmem_chip_boundary_cover(c->ledger, map, class, covered,
						  boundary->chip_boundary, next->chip_boundary,
						  false);
	}
	boundary->users = 1;
	ttmem_client_boundary_put(c, map, boundary, prealloc);
	return true;
}

/*
 * Whether a range more on [at, at + len) leaves what crossing boundaries costs within bounds. Those
 * of L1 are few enough by themselves.
 */
bool ttmem_map_has_room(struct ttmem_ledger_client *c, enum ttmem_map_id map, u32 at, u32 len)
{
	struct ttmem_client_boundary *boundary;
	u32 room;

	if (map == TTMEM_MAP_DRAM_PART && c->nr_part + 2 > TTMEM_MAX_PART_BOUNDARIES)
		return false;
	if (map != TTMEM_MAP_DRAM ||
	    (len <= TTMEM_INNER_LEN && c->nr_inner < TTMEM_MAX_INNER_BOUNDARIES))
		return true;
	/* Nearly always nothing overlaps, and the next boundary is the range's end or behind it. */
	room = TTMEM_MAX_INNER_BOUNDARIES - min_t(u32, c->nr_inner, TTMEM_MAX_INNER_BOUNDARIES);
	boundary = ttmem_client_boundary_find(c, map, at);
	if (boundary && ttmem_client_boundary_depth(boundary) && room < 2)
		return false;
	if (!boundary)
		boundary = rb_entry_safe(rb_first(&c->coverage.map[map]),
					 struct ttmem_client_boundary, rb);
	for (; boundary && boundary->at < at + len; boundary = ttmem_client_boundary_next(boundary))
		if (boundary->at > at && !room--)
			return false;
	return true;
}

static bool ttmem_client_boundary_has(const struct ttmem_client_boundary *boundary, unsigned int nr,
				      const unsigned long *cores, unsigned int class)
{
	struct ttmem_walk walk = ttmem_walk_start(cores, nr);
	unsigned int core;

	while (ttmem_walk_next(&walk, &core))
		if (boundary->count[class * nr + core])
			return true;
	return false;
}

/* The lowest address of a live l1 buffer of this client on @cores, U32_MAX if none. */
u32 ttmem_map_lowest_l1(struct ttmem_ledger_client *c, const unsigned long *cores)
{
	unsigned int nr = c->ledger->cores;
	struct rb_node *rb;

	if (!c->coverage.tally[TTMEM_MAP_USED].class[TTMEM_CLASS_L1])
		return U32_MAX;
	for (rb = rb_first(&c->coverage.map[TTMEM_MAP_USED]); rb; rb = rb_next(rb)) {
		struct ttmem_client_boundary *boundary =
			rb_entry(rb, struct ttmem_client_boundary, rb);

		if (ttmem_client_boundary_has(boundary, nr, cores, TTMEM_CLASS_L1))
			return boundary->at;
	}
	return U32_MAX;
}

/* Does an l1 or l1_small buffer of this client cover a byte of [at, end) on one of @cores? */
bool ttmem_map_buffers_overlap(struct ttmem_ledger_client *c, const unsigned long *cores,
			       u32 at, u32 end)
{
	const struct ttmem_tally *used = &c->coverage.tally[TTMEM_MAP_USED];
	unsigned int nr = c->ledger->cores;
	struct ttmem_client_boundary *boundary;

	if (!used->class[TTMEM_CLASS_L1] && !used->class[TTMEM_CLASS_SMALL])
		return false;
	boundary = ttmem_client_boundary_find(c, TTMEM_MAP_USED, at);
	for (; boundary && boundary->at < end; boundary = ttmem_client_boundary_next(boundary))
		if (ttmem_client_boundary_has(boundary, nr, cores, TTMEM_CLASS_L1) ||
		    ttmem_client_boundary_has(boundary, nr, cores, TTMEM_CLASS_SMALL))
			return true;
	return false;
}
