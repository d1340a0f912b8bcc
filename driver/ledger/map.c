// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Segment maps: which granules of which banks are covered, exactly, and by whom.
 *
 * A client's map counts its ranges, the chip's map counts clients. Each boundary of a client is
 * a boundary of the chip, so a segment of a client is one or more whole segments of the chip,
 * and the chip's counts change only where a client's coverage flips. A boundary exists while a
 * range starts or ends at it: covering splits segments only at its two ends, uncovering never
 * splits, and a boundary that uncovering leaves without users has equal counts on both sides.
 *
 * Nodes: a boundary is made from the prealloc of the record that first needs it; the free that
 * removes its last user returns the node. Each boundary of a client brings a node for one of the
 * chip and takes one back. Because clients share addresses the chip may not need it: it keeps
 * such nodes as spares, so that a client takes away as many as it brought, no matter who leaves
 * an address last. Boundaries of USED also come and go with dispatches. Each of them is a boundary
 * of LOADED too (buffers are in both maps, and of a program USED has ends of its CBs), so every
 * boundary of a client in LOADED brings spares for USED, one of the client and one of the chip:
 * they never run out, in whatever order things go.
 *
 * Steps: a range is covered or uncovered segment by segment, as far as one hold of the lock goes.
 * Where a hold ends inside a segment the client's map gets a boundary there, a cut, until the range
 * has passed it. So both maps always say exactly how far the range has come, and any step may be
 * followed by changes of other clients or by the client's death. Each client keeps the nodes that
 * a cut needs in reserve.
 */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "counts.h"
#include "ledger.h"

/*
 * Work is counted in units of at most some 130 instructions: one for each 8 banks of a segment, one
 * for each bank where a client has several ranges, and this for the segment itself.
 */
#define TTMEM_SEGMENT_WORK	4

static_assert(offsetof(struct ttmem_boundary, at) == offsetof(struct ttmem_client_boundary, at));
static_assert(offsetof(struct ttmem_boundary, at) == offsetof(struct ttmem_chip_boundary, at));
static_assert(offsetof(struct ttmem_boundary, at) == offsetof(struct ttmem_program_boundary, at));

unsigned int ttmem_map_classes(enum ttmem_map_id map)
{
	return map == TTMEM_MAP_USED ? 3 : 2;
}

/* Counts in a class; the DRAM map has one for all banks. */
static unsigned int ttmem_map_banks(const struct ttmem_ledger *l, enum ttmem_map_id map)
{
	if (map == TTMEM_MAP_DRAM)
		return 1;
	return map == TTMEM_MAP_DRAM_PART ? l->banks : l->cores;
}

/* Most work on a segment, beside banks where a client has several ranges. */
static unsigned int ttmem_segment_work(const struct ttmem_ledger *l, enum ttmem_map_id map)
{
	return TTMEM_SEGMENT_WORK + DIV_ROUND_UP(ttmem_map_banks(l, map), TTMEM_COUNTS);
}

/* The other map of the same union, or the map itself. */
static enum ttmem_map_id ttmem_map_other(enum ttmem_map_id map)
{
	if (map == TTMEM_MAP_DRAM)
		return TTMEM_MAP_DRAM_PART;
	return map == TTMEM_MAP_DRAM_PART ? TTMEM_MAP_DRAM : map;
}

/* The next boundary in its map, or NULL. */
void *ttmem_boundary_next(void *boundary)
{
	return rb_entry_safe(rb_next(boundary), struct ttmem_boundary, rb);
}

/* The last boundary at or below @at, or NULL, and the place to link one at @at. */
void *ttmem_boundary_find(struct rb_root *root, u32 at, struct rb_node **parent,
			  struct rb_node ***link)
{
	struct ttmem_boundary *boundary, *best = NULL;

	*link = &root->rb_node;
	*parent = NULL;
	while (**link) {
		*parent = **link;
		boundary = rb_entry(*parent, struct ttmem_boundary, rb);
		if (boundary->at == at)
			return boundary;
		if (boundary->at < at) {
			best = boundary;
			*link = &(*parent)->rb_right;
		} else {
			*link = &(*parent)->rb_left;
		}
	}
	return best;
}

void *ttmem_boundary_floor(struct rb_root *root, u32 at)
{
	struct rb_node *parent, **link;

	return ttmem_boundary_find(root, at, &parent, &link);
}

/* The boundary of the segment that @at is in, else the first of all, or NULL. */
void *ttmem_boundary_from(struct rb_root *root, u32 at)
{
	return ttmem_boundary_floor(root, at) ?:
		rb_entry_safe(rb_first(root), struct ttmem_boundary, rb);
}

/*
 * As ttmem_boundary_find(), but try a few steps from a boundary below @at that is likely near
 * before the tree is searched.
 */
static void *ttmem_boundary_find_after(struct rb_root *root, struct ttmem_boundary *near, u32 at,
				       struct rb_node **parent, struct rb_node ***link)
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
	size_t size = ttmem_chip_boundary_size(ttmem_map_classes(map), ttmem_map_banks(l, map)) -
		      offsetof(struct ttmem_chip_boundary, counts);
	struct rb_root *root = &l->coverage.map[map];
	struct rb_node *parent, **link;
	struct ttmem_chip_boundary *before, *chip_boundary;

	before = ttmem_boundary_find_after(root, (void *)near, at, &parent, &link);
	if (before && before->at == at) {
		before->users++;
		return before;
	}
	chip_boundary = ttmem_prealloc_pop(&l->spare, TTMEM_NODE_CHIP_BOUNDARY + map);
	chip_boundary->at = at;
	chip_boundary->users = 1;
	if (before)
		memcpy(chip_boundary->counts, before->counts, size);
	else
		memset(chip_boundary->counts, 0, size);
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
	ttmem_prealloc_push(&l->spare, TTMEM_NODE_CHIP_BOUNDARY + map, chip_boundary);
}

/* Bring a node to the spares, or take one away. */
static void ttmem_spare_move(struct ttmem_prealloc *spare, struct ttmem_prealloc *prealloc,
			     enum ttmem_node_type type, bool bring)
{
	ttmem_prealloc_give(bring ? spare : prealloc, bring ? prealloc : spare, type);
}

/* Bring, or take, the nodes for one boundary of USED: the client's and the chip's. */
static void ttmem_spare_used(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc,
			     bool bring)
{
	ttmem_spare_move(&c->spare, prealloc, TTMEM_NODE_CLIENT_BOUNDARY + TTMEM_MAP_USED, bring);
	ttmem_spare_move(&c->ledger->spare, prealloc, TTMEM_NODE_CHIP_BOUNDARY + TTMEM_MAP_USED,
			 bring);
}

/* Bring, or take, the nodes that accompany a client's boundary: none for one of USED. */
static void ttmem_spare_beside(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			       struct ttmem_prealloc *prealloc, bool bring)
{
	if (map == TTMEM_MAP_USED)
		return;
	ttmem_spare_move(&c->ledger->spare, prealloc, TTMEM_NODE_CHIP_BOUNDARY + map, bring);
	if (map == TTMEM_MAP_LOADED)
		ttmem_spare_used(c, prealloc, bring);
}

/* @near: a boundary of the client at or below @at, or NULL */
static struct ttmem_client_boundary *
ttmem_client_boundary_get_after(struct ttmem_ledger_client *c, enum ttmem_map_id map, u32 at,
				struct ttmem_client_boundary *near, struct ttmem_prealloc *prealloc)
{
	size_t size = ttmem_client_boundary_size(ttmem_map_classes(map),
						 ttmem_map_banks(c->ledger, map)) -
		      offsetof(struct ttmem_client_boundary, counts);
	struct rb_root *root = &c->coverage.map[map];
	struct rb_node *parent, **link;
	struct ttmem_client_boundary *before, *boundary;

	before = ttmem_boundary_find_after(root, (void *)near, at, &parent, &link);
	if (before && before->at == at) {
		before->users++;
		c->near[map] = before;
		return before;
	}
	boundary = ttmem_prealloc_pop(map == TTMEM_MAP_USED ? &c->spare : prealloc,
				      TTMEM_NODE_CLIENT_BOUNDARY + map);
	boundary->at = at;
	boundary->users = 1;
	if (before)
		memcpy(boundary->counts, before->counts, size);
	else
		memset(boundary->counts, 0, size);
	ttmem_spare_beside(c, map, prealloc, true);
	boundary->chip_boundary = ttmem_chip_boundary_get(c->ledger, map, at,
							  before ? before->chip_boundary : NULL);
	rb_link_node(&boundary->rb, parent, link);
	rb_insert_color(&boundary->rb, root);
	c->near[map] = boundary;
	return boundary;
}

/* Find or make the client's boundary at @at and become a user of it; USED needs no prealloc. */
struct ttmem_client_boundary *ttmem_client_boundary_get(struct ttmem_ledger_client *c,
							enum ttmem_map_id map, u32 at,
							struct ttmem_prealloc *prealloc)
{
	struct ttmem_client_boundary *near = c->near[map];

	return ttmem_client_boundary_get_after(c, map, at, near && near->at <= at ? near : NULL,
					       prealloc);
}

/* Free the boundary with its last user; counts left and right are equal by then. */
static void ttmem_client_boundary_put(struct ttmem_ledger_client *c, enum ttmem_map_id map,
				      struct ttmem_client_boundary *boundary,
				      struct ttmem_prealloc *prealloc)
{
	if (--boundary->users)
		return;
	if (c->near[map] == boundary)
		c->near[map] =
			rb_entry_safe(rb_prev(&boundary->rb), struct ttmem_client_boundary, rb);
	ttmem_chip_boundary_put(c->ledger, map, boundary->chip_boundary);
	rb_erase(&boundary->rb, &c->coverage.map[map]);
	ttmem_prealloc_push(map == TTMEM_MAP_USED ? &c->spare : prealloc,
			    TTMEM_NODE_CLIENT_BOUNDARY + map, boundary);
	ttmem_spare_beside(c, map, prealloc, false);
}

/* The banks, of @nr, that the segment covers in one of @classes. */
static void ttmem_boundary_covers(const struct ttmem_coverage *coverage, void *boundary,
				  unsigned int nr, unsigned int classes, unsigned long *covered)
{
	struct ttmem_counts counts;
	unsigned int class;

	bitmap_zero(covered, nr);
	for (class = 0; classes >> class; class++) {
		if (!(classes >> class & 1))
			continue;
		counts = coverage->chip ? ttmem_chip_counts(boundary, class, nr) :
					  ttmem_client_counts(boundary, class, nr);
		if (nr > 1)
			bitmap_or(covered, covered, counts.covered, nr);
		else
			*covered |= coverage->chip ? !!*counts.clients : !!*counts.ranges;
	}
}

/* The kernel's functions are calls, too dear for the maps of one bank that most records are in. */
static bool ttmem_banks_empty(const unsigned long *banks, unsigned int nr)
{
	return nr == 1 ? !*banks : bitmap_empty(banks, nr);
}

/* How many banks @banks are; a core may stand for several. */
static unsigned int ttmem_banks_weight(const struct ttmem_ledger *l, enum ttmem_map_id map,
				       const unsigned long *banks)
{
	unsigned int nr = ttmem_map_banks(l, map), core, sum = 0;

	if (!l->weight || map == TTMEM_MAP_DRAM || map == TTMEM_MAP_DRAM_PART)
		return nr == 1 ? (unsigned int)*banks : bitmap_weight(banks, nr);
	for_each_set_bit(core, banks, nr)
		sum += l->weight[core];
	return sum;
}

/* Granules, over all banks, of [at, end) that @map, which is not empty, covers in @classes. */
static u64 ttmem_coverage_granules(struct ttmem_coverage *coverage, struct ttmem_ledger *l,
				   enum ttmem_map_id map, unsigned int classes, u32 at, u32 end)
{
	struct ttmem_boundary *boundary, *next;
	unsigned int nr = ttmem_map_banks(l, map), n;
	DECLARE_BITMAP(covered, TTMEM_MAX_CORES);
	u64 sum = 0;

	next = ttmem_boundary_from(&coverage->map[map], at);
	l->work += TTMEM_SEGMENT_WORK;
	while ((boundary = next) && boundary->at < end) {
		next = ttmem_boundary_next(boundary);
		if (!next)
			break;
		l->work += ttmem_segment_work(l, map);
		ttmem_boundary_covers(coverage, boundary, nr, classes, covered);
		n = bitmap_weight(covered, nr);
		if (n && next->at > at)
			sum += (u64)n * (min(next->at, end) - max(boundary->at, at));
	}
	return sum;
}

/* Add granules of @class and of any class, or subtract them. */
static void ttmem_tally_add(struct ttmem_coverage *coverage, enum ttmem_map_id map,
			    unsigned int class, u64 gain, u64 gain_any, bool add)
{
	struct ttmem_tally *tally = &coverage->tally[map];

	tally->class[class] += add ? gain : -gain;
	tally->any += add ? gain_any : -gain_any;
	if (tally->class[class])
		coverage->classes[map] |= BIT(class);
	else
		coverage->classes[map] &= ~BIT(class);
}

/* Add @len to each of @cores, of @nr. */
static void ttmem_cores_add(u32 *core, const unsigned long *cores, unsigned int nr, u32 len)
{
	unsigned int first, i;
	unsigned long bits;

	for (first = 0; first < nr; first += BITS_PER_BYTE, core += BITS_PER_BYTE) {
		bits = cores[BIT_WORD(first)] >> first % BITS_PER_LONG & 0xff;
		if (bits != 0xff) {
			for (i = 0; bits; bits >>= 1, i++)
				core[i] += bits & 1 ? len : 0;
			continue;
		}
		/* Usually a range is on all cores: this decides the cost of a foreign boundary. */
#pragma GCC unroll 8
		for (i = 0; i < BITS_PER_BYTE; i++)
			core[i] += len;
	}
}

/* Those of the @flipped banks that no class in @others covers; @banks has room for them. */
static const unsigned long *ttmem_flipped_alone(struct ttmem_coverage *coverage,
						struct ttmem_boundary *boundary, unsigned int nr,
						unsigned int others, const unsigned long *flipped,
						unsigned long *banks)
{
	if (!others)
		return flipped;
	ttmem_boundary_covers(coverage, boundary, nr, others, banks);
	if (!bitmap_intersects(banks, flipped, nr))
		return flipped;
	bitmap_andnot(banks, flipped, banks, nr);
	return banks;
}

/*
 * Account for the @flipped banks of a segment of @len granules at @boundary, which have just become
 * covered or uncovered in @class. The map DRAM holds set 0; what it covers is not counted in
 * DRAM_PART at the same place.
 */
static void ttmem_coverage_flip(struct ttmem_coverage *coverage, struct ttmem_ledger *l,
				enum ttmem_map_id map, unsigned int class,
				struct ttmem_boundary *boundary, u32 len,
				const unsigned long *flipped, bool add)
{
	unsigned int nr = ttmem_map_banks(l, map), n = ttmem_banks_weight(l, map, flipped), alone;
	enum ttmem_map_id other = ttmem_map_other(map);
	DECLARE_BITMAP(banks, TTMEM_MAX_CORES);
	u32 at = boundary->at, end = at + len;
	const unsigned long *alone_banks;
	u64 both = 0, both_any = 0;

	alone_banks = ttmem_flipped_alone(coverage, boundary, nr,
					  coverage->classes[map] & ~BIT(class), flipped, banks);
	alone = alone_banks == flipped ? n : ttmem_banks_weight(l, map, banks);
	if (map == TTMEM_MAP_USED && alone) {
		ttmem_cores_add(coverage->core, alone_banks, nr, add ? len : -len);
		coverage->core_changed = true;
	}
	if (other != map && !RB_EMPTY_ROOT(&coverage->map[other])) {
		both = n * ttmem_coverage_granules(coverage, l, other, BIT(class), at, end);
		both_any = alone * ttmem_coverage_granules(coverage, l, other, 3, at, end);
	}
	if (map == TTMEM_MAP_DRAM) {
		ttmem_tally_add(coverage, other, class, both, both_any, !add);
		both = 0;
		both_any = 0;
	}
	ttmem_tally_add(coverage, map, class, (u64)n * len - both, (u64)alone * len - both_any,
			add);
}

/*
 * The client's coverage of @banks flipped on [from, to): count it on the chip. Between segments of
 * another client the same banks flip again and again: account for them at once, unless that depends
 * on other classes or on the other map.
 */
static void ttmem_chip_boundary_cover(struct ttmem_ledger *l, enum ttmem_map_id map,
				      unsigned int class, const unsigned long *banks,
				      struct ttmem_chip_boundary *from,
				      struct ttmem_chip_boundary *to, bool add)
{
	bool each = l->coverage.classes[map] & ~BIT(class) || ttmem_map_other(map) != map;
	unsigned int nr = ttmem_map_banks(l, map), work = ttmem_segment_work(l, map);
	struct ttmem_chip_boundary *boundary, *next, *first = NULL;
	DECLARE_BITMAP(flipped, TTMEM_MAX_CORES);
	DECLARE_BITMAP(alike, TTMEM_MAX_CORES);
	struct ttmem_counts counts;
	u32 len = 0;

	for (boundary = from; boundary != to; boundary = next) {
		next = ttmem_boundary_next(boundary);
		l->work += work;
		counts = ttmem_chip_counts(boundary, class, nr);
		ttmem_counts_clients(&counts, banks, nr, add, flipped);
		if (ttmem_banks_empty(flipped, nr))
			continue;
		if (first && (each || !bitmap_equal(flipped, alike, nr))) {
			ttmem_coverage_flip(&l->coverage, l, map, class, (void *)first, len, alike,
					    add);
			first = NULL;
		}
		if (!first) {
			first = boundary;
			len = 0;
			memcpy(alike, flipped, sizeof(alike));
		}
		len += next->at - boundary->at;
	}
	if (first)
		ttmem_coverage_flip(&l->coverage, l, map, class, (void *)first, len, alike, add);
}

/*
 * How far the work of one hold reaches on [from, to) of the chip, one segment of the client: to the
 * first boundary, of this map or of its other, for which no work is left.
 */
static u32 ttmem_map_limit(struct ttmem_ledger *l, enum ttmem_map_id map,
			   struct ttmem_chip_boundary *from, struct ttmem_chip_boundary *to)
{
	enum ttmem_map_id other = ttmem_map_other(map);
	s64 cost = ttmem_segment_work(l, map), left = l->work_max - l->work;
	struct ttmem_chip_boundary *chip_boundary = from;
	struct ttmem_boundary *boundary = NULL;
	u32 end = to->at;

	if (other != map)
		boundary = ttmem_boundary_from(&l->coverage.map[other], from->at);
	if (boundary && boundary->at <= from->at)
		boundary = ttmem_boundary_next(boundary);
	/* Each segment looks up its place in the other map, twice for each of two sums. */
	if (boundary)
		cost += 4 * TTMEM_SEGMENT_WORK;
	while ((chip_boundary = ttmem_boundary_next(chip_boundary)) != to) {
		left -= cost;
		if (left <= 0) {
			end = chip_boundary->at;
			break;
		}
	}
	cost = 4 * ttmem_segment_work(l, other);
	for (; boundary && boundary->at < end; boundary = ttmem_boundary_next(boundary)) {
		left -= cost;
		if (left <= 0)
			return boundary->at;
	}
	return end;
}

static void ttmem_map_uncut(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			    struct ttmem_client_boundary *boundary)
{
	ttmem_client_boundary_put(c, map, boundary, &c->reserve);
	if (map == TTMEM_MAP_USED)
		ttmem_spare_used(c, &c->reserve, false);
}

/* The end of the part of the segment at @boundary that this hold covers. */
static struct ttmem_client_boundary *ttmem_map_next(struct ttmem_ledger_client *c,
						    enum ttmem_map_id map,
						    struct ttmem_client_boundary *boundary,
						    bool *is_cut)
{
	struct ttmem_client_boundary *next = ttmem_boundary_next(boundary);
	enum ttmem_map_id other = ttmem_map_other(map);
	struct ttmem_ledger *l = c->ledger;
	u32 limit;

	*is_cut = false;
	/* A client that is alone has all boundaries of the chip. */
	if ((other == map || RB_EMPTY_ROOT(&l->coverage.map[other])) &&
	    (list_is_singular(&l->clients) ||
	     ttmem_boundary_next(boundary->chip_boundary) == next->chip_boundary))
		return next;
	limit = ttmem_map_limit(l, map, boundary->chip_boundary, next->chip_boundary);
	if (limit == next->at)
		return next;
	*is_cut = true;
	if (map == TTMEM_MAP_USED)
		ttmem_spare_used(c, &c->reserve, true);
	return ttmem_client_boundary_get_after(c, map, limit, boundary, &c->reserve);
}

/* Count one range more, or less, on [boundary, next). */
static void ttmem_map_cover_segment(struct ttmem_ledger_client *c, const struct ttmem_cover *cover,
				    struct ttmem_client_boundary *boundary,
				    const struct ttmem_client_boundary *next)
{
	unsigned int nr = ttmem_map_banks(c->ledger, cover->map);
	struct ttmem_counts counts = ttmem_client_counts(boundary, cover->class, nr);
	DECLARE_BITMAP(flipped, TTMEM_MAX_CORES);

	c->ledger->work += ttmem_segment_work(c->ledger, cover->map) +
			   ttmem_counts_ranges(&counts, cover->banks, nr, cover->add, flipped);
	if (ttmem_banks_empty(flipped, nr))
		return;
	/* The coverage of a dead client is not read any more. */
	if (!c->dead)
		ttmem_coverage_flip(&c->coverage, c->ledger, cover->map, cover->class,
				    (void *)boundary, next->at - boundary->at,
				    flipped, cover->add);
	ttmem_chip_boundary_cover(c->ledger, cover->map, cover->class, flipped,
				  boundary->chip_boundary, next->chip_boundary, cover->add);
}

/*
 * Continue to cover, or uncover, the range at hand, if there is one. False: the work of the hold is
 * used up.
 */
bool ttmem_map_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	struct ttmem_cover *cover = &c->op.cover;
	struct ttmem_client_boundary *boundary = cover->at, *next;
	bool is_cut;

	if (!boundary)
		return true;
	while (boundary->at != cover->end) {
		if (ttmem_ledger_should_yield(c->ledger)) {
			cover->at = boundary;
			return false;
		}
		next = ttmem_map_next(c, cover->map, boundary, &is_cut);
		ttmem_map_cover_segment(c, cover, boundary, next);
		if (cover->cut)
			ttmem_map_uncut(c, cover->map, boundary);
		cover->cut = is_cut;
		boundary = next;
	}
	cover->at = NULL;
	if (cover->put_from)
		ttmem_client_boundary_put(c, cover->map, cover->from, prealloc);
	if (cover->put_to)
		ttmem_client_boundary_put(c, cover->map, boundary, prealloc);
	return true;
}

/* Take the reserve for cuts with the first range in the map. */
static void ttmem_map_reserve(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			      struct ttmem_prealloc *prealloc)
{
	u32 maps = BIT(map) | (map == TTMEM_MAP_LOADED ? BIT(TTMEM_MAP_USED) : 0);
	u32 types = maps << TTMEM_NODE_CLIENT_BOUNDARY | maps << TTMEM_NODE_CHIP_BOUNDARY;
	unsigned int type;

	WRITE_ONCE(c->reserved, c->reserved | maps);
	c->reserve.arch = c->ledger->arch;
	while (ttmem_node_types_next(&types, &type))
		while (c->reserve.type[type].count < TTMEM_RESERVE)
			ttmem_prealloc_give(&c->reserve, prealloc, type);
}

/*
 * Begin to cover [at, at + len); ttmem_map_run() does the work. Returns the boundary at @at, which
 * stays until the range is removed.
 */
struct ttmem_client_boundary *ttmem_map_add_begin(struct ttmem_ledger_client *c,
						  enum ttmem_map_id map, unsigned int class,
						  const unsigned long *banks, u32 at, u32 len,
						  struct ttmem_prealloc *prealloc)
{
	struct ttmem_client_boundary *from = ttmem_client_boundary_get(c, map, at, prealloc);

	ttmem_client_boundary_get_after(c, map, at + len, from, prealloc);
	if (map != TTMEM_MAP_USED && !(c->reserved & BIT(map)))
		ttmem_map_reserve(c, map, prealloc);
	c->op.cover = (struct ttmem_cover) {
		.map = map, .class = class, .banks = banks, .add = true,
		.from = from, .at = from, .end = at + len,
	};
	return from;
}

/* Begin to uncover the range at @from. */
void ttmem_map_remove_begin(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			    unsigned int class, const unsigned long *banks,
			    struct ttmem_client_boundary *from, u32 len)
{
	c->op.cover = (struct ttmem_cover) {
		.map = map, .class = class, .banks = banks, .put_from = true, .put_to = true,
		.from = from, .at = from, .end = from->at + len,
	};
}

/* For a dead client: remove its first boundary, and the segment's coverage from the chip. */
static void ttmem_map_erase_first(struct ttmem_ledger_client *c, enum ttmem_map_id map,
				  struct ttmem_prealloc *prealloc)
{
	unsigned int nr = ttmem_map_banks(c->ledger, map), class;
	struct ttmem_client_boundary *boundary, *next = NULL;
	DECLARE_BITMAP(covered, TTMEM_MAX_CORES);
	bool is_cut = false;

	boundary = rb_entry(rb_first(&c->coverage.map[map]), struct ttmem_client_boundary, rb);
	if (rb_next(&boundary->rb))
		next = ttmem_map_next(c, map, boundary, &is_cut);
	c->ledger->work += ttmem_segment_work(c->ledger, map);
	for (class = 0; next && class < ttmem_map_classes(map); class++) {
		ttmem_boundary_covers(&c->coverage, boundary, nr, BIT(class), covered);
		if (!bitmap_empty(covered, nr))
			ttmem_chip_boundary_cover(c->ledger, map, class, covered,
						  boundary->chip_boundary, next->chip_boundary,
						  false);
	}
	boundary->users = 1;
	if (c->op.cover.cut)
		ttmem_map_uncut(c, map, boundary);
	else
		ttmem_client_boundary_put(c, map, boundary, prealloc);
	c->op.cover.cut = is_cut;
}

/*
 * Take the coverage of a dead client off the chip, USED before LOADED, without updating the
 * client's own totals. False: the work of the hold is used up.
 */
bool ttmem_map_erase(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	enum ttmem_map_id map = 0;

	while (ttmem_map_run(c, prealloc)) {
		while (map < TTMEM_MAPS && RB_EMPTY_ROOT(&c->coverage.map[map]))
			map++;
		if (map == TTMEM_MAPS)
			return true;
		if (ttmem_ledger_should_yield(c->ledger))
			break;
		ttmem_map_erase_first(c, map, prealloc);
	}
	return false;
}

/*
 * Search USED from *@at to @end for a buffer of @classes on one of @cores; *@at is its address
 * then, or @end. False: the work of the hold is used up; continue from *@at.
 */
bool ttmem_map_seek(struct ttmem_ledger_client *c, const unsigned long *cores, unsigned int classes,
		    u32 *at, u32 end)
{
	struct ttmem_client_boundary *boundary;
	DECLARE_BITMAP(covered, TTMEM_MAX_CORES);
	unsigned int nr = c->ledger->cores;

	classes &= c->coverage.classes[TTMEM_MAP_USED];
	boundary = ttmem_boundary_from(&c->coverage.map[TTMEM_MAP_USED], *at);
	for (; classes && boundary && boundary->at < end;
	     boundary = ttmem_boundary_next(boundary)) {
		*at = max(*at, boundary->at);
		if (ttmem_ledger_should_yield(c->ledger))
			return false;
		c->ledger->work += ttmem_segment_work(c->ledger, TTMEM_MAP_USED);
		ttmem_boundary_covers(&c->coverage, boundary, nr, classes, covered);
		if (bitmap_intersects(covered, cores, nr))
			return true;
	}
	*at = end;
	return true;
}
