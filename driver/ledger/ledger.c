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
#include "../geometry.h"
#include "ledger.h"

void ttmem_ledger_init(struct ttmem_ledger *l)
{
	memset(l, 0, sizeof(*l));
	l->coverage.chip = true;
	l->work_max = TTMEM_WORK_MAX;
	INIT_LIST_HEAD(&l->clients);
}

/* What was used before now is of no interest any more. */
void ttmem_ledger_reset_high_watermark(struct ttmem_ledger *l, enum tt_memstat_space space)
{
	l->high_watermark[space] = space == TT_MEMSTAT_SPACE_L1 ? l->usage.l1 : l->usage.dram;
}

/* The peaks start again from what is used now. */
void ttmem_ledger_reset_peaks(struct ttmem_ledger *l)
{
	struct ttmem_ledger_client *c;

	memset(&l->peaks, 0, sizeof(l->peaks));
	l->headroom_min = l->headroom;
	l->ever_known = 0;
	list_for_each_entry(c, &l->clients, of_ledger)
		l->ever_known |= c->pools;
	ttmem_figures_update_chip(l);
}

/* An entry was refused as wrong. */
void ttmem_ledger_count_rejected(struct ttmem_ledger_client *c)
{
	c->rejected++;
	c->ledger->rejected++;
}

/* A valid entry found no room: figures are short of the truth until a drop. */
void ttmem_ledger_count_dropped(struct ttmem_ledger_client *c)
{
	c->dropped++;
	c->ledger->dropped++;
	if (!c->lost)
		ttmem_view_touch(c);
	c->lost = true;
}

/**
 * ttmem_ledger_client_init() - books of a client to be
 * @c: zeroed
 * @group: whose; compared, never followed
 * @covers: mask of pools it will report
 * @partial: those of them that it reports only in part
 * @layout: validated
 * @user: who pays for what it has, and is there as long; NULL: nobody
 */
void ttmem_ledger_client_init(struct ttmem_ledger_client *c, const void *group, u32 covers,
			      u32 partial, const struct tt_memstat_layout *layout,
			      struct ttmem_user *user)
{
	c->group = group;
	c->covers = covers;
	c->partial = partial;
	c->layout = *layout;
	c->user = user;
	INIT_LIST_HEAD(&c->of_ledger);
	c->records = RB_ROOT;
	c->programs = RB_ROOT;
	INIT_LIST_HEAD(&c->resident);
	INIT_LIST_HEAD(&c->snapshots);
	xa_init_flags(&c->sets, XA_FLAGS_ACCOUNT);
}

/**
 * ttmem_ledger_attach() - the client joins the chip
 * @l: its books
 * @c: after ttmem_ledger_client_init()
 * @told: what it says of the chip, which fits what is told there; NULL: nothing
 */
void ttmem_ledger_attach(struct ttmem_ledger *l, struct ttmem_ledger_client *c,
			 const struct tt_memstat_geometry *told)
{
	c->ledger = l;
	c->geometry = told ? *told : l->told;
	c->own = told ? ttmem_geometry_sides(told) : 0;
	ttmem_ledger_client_learn(c);
	list_add_tail(&c->of_ledger, &l->clients);
	l->nr_clients++;
	l->generation++;
	ttmem_snapshot_join(c);
	ttmem_figures_update_client(c);
	ttmem_ledger_agree(l);
}

/* What is reported only in part from now on. 0, or -EINVAL: the client does not cover all of it. */
int ttmem_ledger_partial(struct ttmem_ledger_client *c, u32 partial)
{
	if (partial & ~c->covers)
		return -EINVAL;
	c->partial = partial;
	ttmem_view_touch(c);
	c->generation++;
	c->ledger->generation++;
	return 0;
}

static void ttmem_ledger_drop_empty_programs(struct ttmem_ledger_client *c,
					     struct ttmem_prealloc *prealloc)
{
	struct rb_node *rb, *next;

	for (rb = rb_first(&c->programs); rb; rb = next) {
		struct ttmem_program *p = rb_entry(rb, struct ttmem_program, rb);

		next = rb_next(rb);
		if (!p->records)
			ttmem_program_end(c, p, prealloc);
	}
}

static void ttmem_ledger_drop_end(struct ttmem_ledger_client *c, u32 pools,
				  struct ttmem_prealloc *prealloc)
{
	if (pools & (BIT(TT_MEMSTAT_POOL_CB) | BIT(TT_MEMSTAT_POOL_KERNEL)))
		ttmem_ledger_drop_empty_programs(c, prealloc);
	if (pools & BIT(TT_MEMSTAT_POOL_CB))
		ttmem_program_forget_dispatches(c);
	ttmem_snapshot_drop(c, pools, prealloc);
	c->lost = false;
	c->generation++;
	c->ledger->generation++;
	ttmem_view_touch(c);
	ttmem_figures_update(c);
}

/**
 * ttmem_ledger_drop() - forget the records and snapshots of some pools, a step of it
 * @c: nobody else reports for it meanwhile
 * @pools: mask of 1 << pool
 * @budget: how many records to look at, about
 * @prealloc: gets what was freed
 *
 * Return: true while there is more to do.
 */
bool ttmem_ledger_drop(struct ttmem_ledger_client *c, u32 pools, unsigned int budget,
		       struct ttmem_prealloc *prealloc)
{
	struct ttmem_record *r = ttmem_record_from(c, c->drop_next);
	unsigned int parts;

	for (; r && budget && !ttmem_ledger_should_yield(c->ledger);
	     budget -= min_t(unsigned int, budget, parts)) {
		struct rb_node *next = rb_next(&r->rb);

		parts = r->parts;
		if (pools & BIT(r->pool) && !ttmem_record_drop(c, r, prealloc))
			break;
		r = next ? rb_entry(next, struct ttmem_record, rb) : NULL;
	}
	if (r) {
		c->drop_next = r->id;
		ttmem_figures_update(c);
		return true;
	}
	c->drop_next = 0;
	ttmem_ledger_drop_end(c, pools, prealloc);
	return false;
}

/**
 * ttmem_ledger_detach() - the client leaves: it is dead, and no sum of clients has it any more
 * @c: attached; follow with ttmem_ledger_detach_step() until that returns false
 *
 * Until then what it covered is still used, as a difference that no client accounts for.
 */
void ttmem_ledger_detach(struct ttmem_ledger_client *c)
{
	struct ttmem_ledger *l = c->ledger;

	c->dead = true;
	l->nr_clients--;
	l->clearing++;
	l->records -= c->nr_records;
	l->programs -= c->nr_programs;
	l->kernel_app -= c->kernel_app;
	l->kernel_system -= c->kernel_system;
	l->clients_l1 -= c->usage.l1;
	l->clients_dram -= c->usage.dram;
	l->generation++;
	ttmem_ledger_agree(l);
}

static void ttmem_ledger_detach_end(struct ttmem_ledger_client *c)
{
	list_del_init(&c->of_ledger);
	c->ledger->clearing--;
	c->ledger->generation++;
	c->ledger->view_stale = true;
	ttmem_snapshot_leave(c);
}

/**
 * ttmem_ledger_detach_step() - take what a dead client covered off the chip, a step of it
 * @c: after ttmem_ledger_detach()
 * @budget: counts to look at, about
 * @prealloc: gets what was freed
 *
 * Return: true while there is more to do. May be called again after that.
 */
bool ttmem_ledger_detach_step(struct ttmem_ledger_client *c, unsigned int budget,
			      struct ttmem_prealloc *prealloc)
{
	struct ttmem_ledger *l = c->ledger;
	unsigned int map, done = 0;

	for (map = 0; map < TTMEM_MAPS; map++) {
		unsigned int cost = ttmem_map_classes(map) * ttmem_map_banks(l, map);

		while (done < budget && ttmem_map_erase_first(c, map, prealloc))
			done += cost;
	}
	if (done < budget && !list_empty(&c->of_ledger))
		ttmem_ledger_detach_end(c);
	ttmem_figures_update_chip(l);
	return done >= budget;
}

static void ttmem_ledger_free_records(struct ttmem_ledger_client *c,
				      struct ttmem_prealloc *prealloc)
{
	struct ttmem_record *r, *tmp, *part, *next;
	enum ttmem_node_type type;

	rbtree_postorder_for_each_entry_safe(r, tmp, &c->records, rb)
		for (part = r; part; part = next) {
			next = part->next_part;
			type = part->pool == TT_MEMSTAT_POOL_CB ||
			       part->pool == TT_MEMSTAT_POOL_KERNEL ?
				TTMEM_NODE_PROGRAM_RECORD : TTMEM_NODE_RECORD;
			ttmem_prealloc_push(prealloc, type, part);
			if (prealloc->type[type].count >= 1024) {
				ttmem_prealloc_free(prealloc);
				cond_resched();
			}
		}
}

static void ttmem_ledger_free_programs(struct ttmem_ledger_client *c,
				       struct ttmem_prealloc *prealloc)
{
	struct ttmem_program_boundary *boundary, *tmp_boundary;
	struct ttmem_program_set *ps, *tmp_ps;
	struct ttmem_program *p, *tmp;

	rbtree_postorder_for_each_entry_safe(p, tmp, &c->programs, rb) {
		list_for_each_entry_safe(ps, tmp_ps, &p->sets, of_program) {
			rbtree_postorder_for_each_entry_safe(boundary, tmp_boundary,
							     &ps->boundaries, rb)
				ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM_BOUNDARY,
						    boundary);
			ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM_SET, ps);
		}
		ttmem_prealloc_push(prealloc, TTMEM_NODE_PROGRAM, p);
		ttmem_prealloc_free(prealloc);
		cond_resched();
	}
}

/**
 * ttmem_ledger_client_free() - free what a dead client still has
 * @c: after the last ttmem_ledger_detach_step(), or never attached
 *
 * Context: may sleep; needs no lock, nobody else can see it.
 */
void ttmem_ledger_client_free(struct ttmem_ledger_client *c)
{
	struct ttmem_prealloc prealloc = { .user = c->user, .arch = c->geometry.arch };
	struct ttmem_snapshot *s, *next;

	ttmem_ledger_free_records(c, &prealloc);
	ttmem_ledger_free_programs(c, &prealloc);
	list_for_each_entry_safe(s, next, &c->snapshots, of_client)
		ttmem_prealloc_push(&prealloc, TTMEM_NODE_SNAPSHOT, s);
	ttmem_prealloc_free(&prealloc);
	ttmem_set_free_all(c);
}
