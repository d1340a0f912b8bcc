// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The geometry of the chip has two sides, cores and DRAM, each known or not. A client's events are
 * checked against its own geometry; the chip has what all clients agree on.
 *
 * The numbers of cores and banks, and their sizes, are those of the largest chip that it can be,
 * and never change. So the books can hold clients with different grids.
 */
#include <linux/limits.h>
#include <linux/string.h>
#include "../geometry.h"
#include "ledger.h"

/**
 * ttmem_ledger_set_bounds() - fix the largest possible numbers of cores and banks
 * @l: new
 * @most: both sides known
 */
void ttmem_ledger_set_bounds(struct ttmem_ledger *l, const struct tt_memstat_geometry *most)
{
	l->arch = most->arch;
	l->columns = (u16)most->grid_x;
	l->cores = (u16)ttmem_geometry_cores(most);
	l->banks = (u16)most->dram_banks;
	l->l1_len = (u32)(most->l1_bytes >> TTMEM_GRANULE_SHIFT);
	l->dram_len = (u32)(most->dram_bank_bytes >> TTMEM_GRANULE_SHIFT);
	l->binding = *most;
	ttmem_geometry_forget(&l->binding, U32_MAX);
	l->known = l->binding;
	l->view_stale = true;
}

static void ttmem_client_set0(struct ttmem_ledger_client *c)
{
	bool worker = c->layout.valid & TT_MEMSTAT_LAYOUT_WORKER;
	u32 y, nx = worker ? c->layout.worker_x : c->geometry.grid_x;
	u32 ny = worker ? c->layout.worker_y : c->geometry.grid_y;

	c->set0_l1.space = TT_MEMSTAT_SPACE_L1;
	bitmap_zero(c->set0_l1.map, TTMEM_MAX_CORES);
	for (y = 0; y < ny; y++)
		bitmap_set(c->set0_l1.map, y * c->ledger->columns, nx);
	c->set0_l1.banks = nx * ny;
	c->set0_dram.space = TT_MEMSTAT_SPACE_DRAM;
	bitmap_zero(c->set0_dram.map, TTMEM_MAX_CORES);
	bitmap_set(c->set0_dram.map, 0, c->geometry.dram_banks);
	c->set0_dram.banks = c->geometry.dram_banks;
}

/* Complete the client's own geometry by the one that binds all. Unknown sides have no records. */
void ttmem_ledger_client_learn(struct ttmem_ledger_client *c)
{
	ttmem_geometry_complete(&c->geometry, &c->ledger->binding);
	ttmem_client_set0(c);
	c->pools = c->covers & ttmem_pools_of(ttmem_geometry_sides(&c->geometry));
	c->ledger->ever_known |= c->pools;
	ttmem_view_invalidate(c);
}

/* Whether the client relies on a geometry that @g contradicts or no longer has. */
bool ttmem_ledger_client_relies(const struct ttmem_ledger_client *c,
				const struct tt_memstat_geometry *g)
{
	u32 bound = ttmem_geometry_sides(&c->geometry) & ~c->own;

	return !c->dead && (!ttmem_geometry_fits(&c->geometry, g) ||
			    (bound & ~ttmem_geometry_sides(g)));
}

/* The pools whose peaks are above a geometry's capacity: they date from another one. */
static u32 ttmem_peaks_exceed(const struct ttmem_ledger *l, const struct tt_memstat_geometry *g)
{
	u64 l1 = ttmem_geometry_l1(g) ?: U64_MAX, dram = ttmem_geometry_dram(g) ?: U64_MAX;
	bool l1_exceeds = max(l->sums.peaks.l1, l->sums.peaks.footprint) > l1;

	return ttmem_pools_of(l1_exceeds << TT_MEMSTAT_SPACE_L1 |
			      (l->sums.peaks.dram > dram) << TT_MEMSTAT_SPACE_DRAM);
}

/**
 * ttmem_ledger_set_geometry() - set the geometry that binds every client
 * @l: no living client relies on another
 * @g: of the arch and the sizes of ttmem_ledger_set_bounds()
 */
void ttmem_ledger_set_geometry(struct ttmem_ledger *l, const struct tt_memstat_geometry *g)
{
	struct ttmem_ledger_client *c;

	l->binding = *g;
	list_for_each_entry(c, &l->clients, of_ledger)
		if (!c->dead)
			ttmem_ledger_client_learn(c);
	ttmem_ledger_agree(l);
	if (ttmem_peaks_exceed(l, &l->binding))
		ttmem_ledger_reset_peaks(l);
}

/* Derive the chip's geometry anew, after clients or the geometry that binds them changed. */
void ttmem_ledger_agree(struct ttmem_ledger *l)
{
	struct ttmem_ledger_client *c;

	l->known = l->binding;
	l->differ = 0;
	list_for_each_entry(c, &l->clients, of_ledger) {
		if (c->dead)
			continue;
		ttmem_geometry_complete(&l->known, &c->geometry);
		l->differ |= ttmem_geometry_differs(&l->known, &c->geometry);
	}
	ttmem_geometry_forget(&l->known, l->differ);
	l->view_stale = true;
	/* Hide these peaks instead of resetting them: a client's geometry may be wrong. */
	l->peaks_exceed = ttmem_peaks_exceed(l, &l->known);
	if (l->peaks_exceed)
		memset(l->high_watermark, 0, sizeof(l->high_watermark));
	ttmem_figures_update_chip(l);
}

/* For a chip that no hardware bounds: a side that @g leaves out may have all that the arch can. */
void ttmem_ledger_describe(struct ttmem_ledger *l, const struct tt_memstat_geometry *g)
{
	struct tt_memstat_geometry whole, largest = *g;

	ttmem_geometry_whole(g->arch, &whole);
	whole.l1_bytes = g->l1_bytes;
	whole.dram_bank_bytes = g->dram_bank_bytes;
	ttmem_geometry_complete(&largest, &whole);
	ttmem_ledger_set_bounds(l, &largest);
	ttmem_ledger_set_geometry(l, g);
}
