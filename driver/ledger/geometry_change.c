// SPDX-License-Identifier: GPL-2.0-only
/*
 * The books of a chip when its geometry changes under its clients.
 *
 * Knows what of a client depends on the geometry. Does not know who may change it.
 *
 * Records, programs and snapshots are of one geometry: what a core's number means and how long a
 * node is depend on it. So they go first; whoever loses any has lost events until he drops. Bank
 * sets become void, set 0 is made anew, and a layout that does not fit any more is unknown.
 */
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/string.h>
#include "../geometry.h"
#include "ledger.h"

static bool ttmem_client_is_live(const struct ttmem_ledger_client *c)
{
	return !c->dead && (c->nr_records || c->nr_snapshots || c->nr_programs);
}

/* Whether a living client has anything that is of the present geometry. */
bool ttmem_ledger_is_live(const struct ttmem_ledger *l)
{
	const struct ttmem_ledger_client *c;

	list_for_each_entry(c, &l->clients, of_ledger)
		if (ttmem_client_is_live(c))
			return true;
	return false;
}

/*
 * A step of taking all that a client has: whether there is more. It may be reporting and dropping
 * at the same time.
 */
static bool ttmem_client_clear_step(struct ttmem_ledger_client *c, unsigned int budget,
				    struct ttmem_prealloc *prealloc)
{
	struct ttmem_prealloc freed = { .user = c->user, .arch = prealloc->arch };
	bool more = ttmem_ledger_drop(c, TT_MEMSTAT_POOL_MASK_ALL, budget, &freed);

	ttmem_prealloc_move(prealloc, &freed);
	if (!more)
		ttmem_ledger_count_dropped(c);
	return more;
}

/**
 * ttmem_ledger_clear_step() - take what living clients have, a step of it
 * @l: may be reported on between two steps
 * @budget: how many record ids to look at
 * @prealloc: of the ledger's arch; gets what was freed
 *
 * Return: true while there is more to do.
 */
bool ttmem_ledger_clear_step(struct ttmem_ledger *l, unsigned int budget,
			     struct ttmem_prealloc *prealloc)
{
	struct ttmem_ledger_client *c;

	list_for_each_entry(c, &l->clients, of_ledger)
		if (ttmem_client_is_live(c)) {
			ttmem_client_clear_step(c, budget, prealloc);
			return true;
		}
	return false;
}

/* What is left, in one go, and of dying clients what they still cover: these leave the list. */
static void ttmem_ledger_clear(struct ttmem_ledger *l, struct ttmem_prealloc *prealloc)
{
	struct ttmem_ledger_client *c, *next;

	list_for_each_entry_safe(c, next, &l->clients, of_ledger) {
		if (c->dead) {
			struct ttmem_prealloc freed = { .user = c->user, .arch = prealloc->arch };

			ttmem_ledger_detach_step(c, UINT_MAX, &freed);
			ttmem_prealloc_move(prealloc, &freed);
		} else if (ttmem_client_is_live(c)) {
			c->drop_next = 0;
			do
				ttmem_ledger_begin(l);
			while (ttmem_client_clear_step(c, UINT_MAX, prealloc));
		}
	}
}

static void ttmem_client_change_geometry(struct ttmem_ledger_client *c,
					 const struct tt_memstat_geometry *g)
{
	struct ttmem_ledger *l = c->ledger;

	c->arch = l->arch;
	if (!g || ttmem_geometry_check_layout(g, &c->layout))
		memset(&c->layout, 0, sizeof(c->layout));
	ttmem_ledger_set0(l, c);
	ttmem_view_touch(c);
	memset(&c->peaks, 0, sizeof(c->peaks));
	c->headroom_known = false;
	c->coverage.core_changed = true;
	ttmem_figures_update_client(c);
}

/**
 * ttmem_ledger_change_geometry() - the chip has another geometry from now on
 * @l: with whatever clients it has
 * @g: validated and complete, or NULL: unknown
 * @prealloc: of the ledger's arch before this; gets what was freed
 *
 * Peaks start again, the chip's and the clients'. How long it takes depends on what is live: use
 * ttmem_ledger_clear_step() before.
 */
void ttmem_ledger_change_geometry(struct ttmem_ledger *l, const struct tt_memstat_geometry *g,
				  struct ttmem_prealloc *prealloc)
{
	struct ttmem_ledger_client *c;

	ttmem_ledger_clear(l, prealloc);
	WRITE_ONCE(l->epoch, l->epoch + 1);
	l->generation++;
	l->coverage.core_changed = true;
	ttmem_ledger_set_geometry(l, g);
	list_for_each_entry(c, &l->clients, of_ledger)
		ttmem_client_change_geometry(c, g);
	ttmem_figures_update_chip(l);
}
