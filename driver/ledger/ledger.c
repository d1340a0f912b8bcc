// SPDX-License-Identifier: GPL-2.0-only
/*
 * The books of a chip and of its clients: opened, dropped, closed.
 *
 * Knows who is attached. Does not know who may.
 *
 * Closing goes in steps, so that no lock is held for long however much a client had: the first
 * takes it out of the sums, the next are frees as far as the chip's figures go: what the client
 * covered comes off the chip's maps segment by segment. Its records and programs need no lock.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "ledger.h"

void ttm_ledger_init(struct ttm_ledger *l)
{
	memset(l, 0, sizeof(*l));
	l->level.chip = true;
	l->work_max = TTM_WORK_MAX;
	INIT_LIST_HEAD(&l->clients);
}

/**
 * ttm_ledger_set_geometry() - the chip has this, or (NULL) it is unknown
 * @l: without a live record
 * @g: validated and complete: grid, sizes, DRAM banks
 */
void ttm_ledger_set_geometry(struct ttm_ledger *l, const struct tt_memstat_geometry *g)
{
	l->arch = g ? g->arch : 0;
	l->grid_x = g ? (u16)g->grid_x : 0;
	l->grid_y = g ? (u16)g->grid_y : 0;
	l->cores = l->grid_x * l->grid_y;
	l->dram_banks = g ? (u16)g->dram_banks : 0;
	l->l1_len = g ? (u32)(g->l1_bytes >> TTM_GRANULE_SHIFT) : 0;
	l->dram_len = g ? (u32)(g->dram_bank_bytes >> TTM_GRANULE_SHIFT) : 0;
	l->ever_known = 0;
	l->headroom_known = false;
	memset(l->crest, 0, sizeof(l->crest));
	ttm_ledger_reset_peaks(l);
}

/* What was used before now is of no interest any more. */
void ttm_ledger_crest(struct ttm_ledger *l, enum tt_memstat_space space)
{
	l->crest[space] = space == TT_MEMSTAT_SPACE_L1 ? l->now.l1 : l->now.dram;
}

/* The peaks start again from what is used now. */
void ttm_ledger_reset_peaks(struct ttm_ledger *l)
{
	struct ttm_ledger_client *c;

	memset(&l->peaks, 0, sizeof(l->peaks));
	l->headroom_min = l->headroom;
	l->ever_known = 0;
	list_for_each_entry(c, &l->clients, of_ledger)
		l->ever_known |= c->covers;
	ttm_figures_update_chip(l);
}

/* An entry was refused as wrong. */
void ttm_ledger_reject(struct ttm_ledger_client *c)
{
	c->rejected++;
	c->ledger->rejected++;
}

/* A valid entry found no room: figures are short of the truth until a drop. */
void ttm_ledger_lose(struct ttm_ledger_client *c)
{
	c->dropped++;
	c->ledger->dropped++;
	c->lost = true;
}

/**
 * ttm_ledger_client_init() - books of a client to be
 * @c: zeroed
 * @group: whose; compared, never followed
 * @covers: mask of pools it will report
 * @partial: those of them that it reports only in part
 * @layout: validated
 * @limits: caps
 */
void ttm_ledger_client_init(struct ttm_ledger_client *c, const void *group, u32 covers,
			    u32 partial, const struct tt_memstat_layout *layout,
			    const struct ttm_ledger_limits *limits)
{
	c->group = group;
	c->covers = covers;
	c->partial = partial;
	c->layout = *layout;
	c->limits = *limits;
	INIT_LIST_HEAD(&c->of_ledger);
	c->records = RB_ROOT;
	c->programs = RB_ROOT;
	INIT_LIST_HEAD(&c->resident);
	INIT_LIST_HEAD(&c->snapshots);
	xa_init_flags(&c->sets, XA_FLAGS_ACCOUNT);
}

/* Set 0 of each space, for the geometry of now. */
void ttm_ledger_set0(struct ttm_ledger *l, struct ttm_ledger_client *c)
{
	bool worker = c->layout.valid & TT_MEMSTAT_LAYOUT_WORKER;
	u32 x, y, nx = worker ? c->layout.worker_x : l->grid_x;
	u32 ny = worker ? c->layout.worker_y : l->grid_y;

	c->set0_l1.space = TT_MEMSTAT_SPACE_L1;
	bitmap_zero(c->set0_l1.map, TTM_MAX_CORES);
	for (y = 0; y < ny; y++)
		for (x = 0; x < nx; x++)
			__set_bit(y * l->grid_x + x, c->set0_l1.map);
	c->set0_l1.banks = nx * ny;
	c->set0_dram.space = TT_MEMSTAT_SPACE_DRAM;
	bitmap_zero(c->set0_dram.map, TTM_MAX_CORES);
	bitmap_set(c->set0_dram.map, 0, l->dram_banks);
	c->set0_dram.banks = l->dram_banks;
}

/* The client joins the chip. */
void ttm_ledger_attach(struct ttm_ledger *l, struct ttm_ledger_client *c)
{
	c->ledger = l;
	c->arch = l->arch;
	ttm_ledger_set0(l, c);
	list_add_tail(&c->of_ledger, &l->clients);
	l->nr_clients++;
	l->ever_known |= c->covers;
	l->generation++;
	ttm_snapshot_recount(l);
	ttm_figures_update(c);
}

/* What is reported only in part from now on. 0, or -EINVAL: the client does not cover all of it. */
int ttm_ledger_partial(struct ttm_ledger_client *c, u32 partial)
{
	if (partial & ~c->covers)
		return -EINVAL;
	c->partial = partial;
	c->generation++;
	c->ledger->generation++;
	return 0;
}

static void ttm_ledger_drop_empty_programs(struct ttm_ledger_client *c, struct ttm_fund *fund)
{
	struct rb_node *rb, *next;

	for (rb = rb_first(&c->programs); rb; rb = next) {
		struct ttm_program *p = rb_entry(rb, struct ttm_program, rb);

		next = rb_next(rb);
		if (!p->records)
			ttm_program_end(c, p, fund);
	}
}

static void ttm_ledger_drop_end(struct ttm_ledger_client *c, u32 pools, struct ttm_fund *fund)
{
	if (pools & (BIT(TT_MEMSTAT_POOL_CB) | BIT(TT_MEMSTAT_POOL_KERNEL)))
		ttm_ledger_drop_empty_programs(c, fund);
	if (pools & BIT(TT_MEMSTAT_POOL_CB))
		ttm_program_forget_dispatches(c);
	ttm_snapshot_drop(c, pools, fund);
	ttm_share_settle(c);
	c->self_recorded &= ~pools;
	c->lost = false;
	c->generation++;
	c->ledger->generation++;
	ttm_snapshot_recount(c->ledger);
	ttm_figures_update(c);
}

/**
 * ttm_ledger_drop() - forget the records and snapshots of some pools, a step of it
 * @c: nobody else reports for it meanwhile
 * @pools: mask of 1 << pool
 * @budget: how many records to look at, about
 * @fund: gets what was freed
 *
 * Return: true while there is more to do.
 */
bool ttm_ledger_drop(struct ttm_ledger_client *c, u32 pools, unsigned int budget,
		     struct ttm_fund *fund)
{
	struct ttm_record *r = ttm_record_from(c, c->drop_next);
	unsigned int parts;

	for (; r && budget && !ttm_ledger_is_tired(c->ledger);
	     budget -= min_t(unsigned int, budget, parts)) {
		struct rb_node *next = rb_next(&r->rb);

		parts = r->parts;
		if (pools & BIT(r->pool) && !ttm_record_drop(c, r, fund))
			break;
		r = next ? rb_entry(next, struct ttm_record, rb) : NULL;
	}
	ttm_share_trim(c);
	if (r) {
		c->drop_next = r->id;
		ttm_figures_update(c);
		return true;
	}
	c->drop_next = 0;
	ttm_ledger_drop_end(c, pools, fund);
	return false;
}

/**
 * ttm_ledger_detach() - the client leaves: it is dead, and no sum of clients has it any more
 * @c: attached; follow with ttm_ledger_detach_step() until that returns false
 *
 * Until then what it covered is still used, as a difference that no client accounts for. It stays
 * on the list so long, as what its thread group has recorded in decides which snapshots count.
 */
void ttm_ledger_detach(struct ttm_ledger_client *c)
{
	struct ttm_ledger *l = c->ledger;

	c->dead = true;
	l->nr_clients--;
	l->records -= c->nr_records;
	l->programs -= c->nr_programs;
	l->kernel_app -= c->kernel_app;
	l->kernel_system -= c->kernel_system;
	l->clients_l1 -= c->now.l1;
	l->clients_dram -= c->now.dram;
	l->generation++;
}

static void ttm_ledger_detach_end(struct ttm_ledger_client *c)
{
	list_del_init(&c->of_ledger);
	c->ledger->generation++;
	ttm_snapshot_recount(c->ledger);
}

/**
 * ttm_ledger_detach_step() - take what a dead client covered off the chip, a step of it
 * @c: after ttm_ledger_detach()
 * @budget: counts to look at, about
 * @fund: gets what was freed
 *
 * Return: true while there is more to do. May be called again after that.
 */
bool ttm_ledger_detach_step(struct ttm_ledger_client *c, unsigned int budget,
			    struct ttm_fund *fund)
{
	struct ttm_ledger *l = c->ledger;
	unsigned int map, done = 0;

	for (map = 0; map < TTM_MAPS; map++) {
		unsigned int cost = ttm_map_lanes(map) * ttm_map_banks(l, map);

		while (done < budget && ttm_map_erase_first(c, map, fund))
			done += cost;
	}
	if (done < budget && !list_empty(&c->of_ledger))
		ttm_ledger_detach_end(c);
	ttm_figures_update_chip(l);
	return done >= budget;
}

static void ttm_ledger_free_records(struct ttm_ledger_client *c, struct ttm_fund *fund)
{
	struct ttm_record *r, *tmp, *part, *next;
	enum ttm_kind kind;

	rbtree_postorder_for_each_entry_safe(r, tmp, &c->records, rb)
		for (part = r; part; part = next) {
			next = part->next_part;
			kind = part->pool == TT_MEMSTAT_POOL_CB ||
			       part->pool == TT_MEMSTAT_POOL_KERNEL ?
				TTM_KIND_PROGRAM_RECORD : TTM_KIND_RECORD;
			ttm_fund_give(fund, kind, part);
			if (fund->kind[kind].count >= 1024) {
				ttm_fund_empty(fund);
				cond_resched();
			}
		}
}

static void ttm_ledger_free_programs(struct ttm_ledger_client *c, struct ttm_fund *fund)
{
	struct ttm_program_cut *cut, *tmp_cut;
	struct ttm_program_set *ps, *tmp_ps;
	struct ttm_program *p, *tmp;

	rbtree_postorder_for_each_entry_safe(p, tmp, &c->programs, rb) {
		list_for_each_entry_safe(ps, tmp_ps, &p->sets, of_program) {
			rbtree_postorder_for_each_entry_safe(cut, tmp_cut, &ps->cuts, rb)
				ttm_fund_give(fund, TTM_KIND_PROGRAM_CUT, cut);
			ttm_fund_give(fund, TTM_KIND_PROGRAM_SET, ps);
		}
		ttm_fund_give(fund, TTM_KIND_PROGRAM, p);
		ttm_fund_empty(fund);
		cond_resched();
	}
}

/**
 * ttm_ledger_client_free() - free what a dead client still has
 * @c: after the last ttm_ledger_detach_step(), or never attached
 *
 * Context: may sleep; needs no lock, nobody else can see it.
 */
void ttm_ledger_client_free(struct ttm_ledger_client *c)
{
	struct ttm_fund fund = { .arch = c->arch };
	struct ttm_snapshot *s, *next;

	ttm_ledger_free_records(c, &fund);
	ttm_ledger_free_programs(c, &fund);
	list_for_each_entry_safe(s, next, &c->snapshots, of_client)
		ttm_fund_give(&fund, TTM_KIND_SNAPSHOT, s);
	ttm_fund_empty(&fund);
	ttm_set_free_all(c);
	ttm_share_end(c);
}
