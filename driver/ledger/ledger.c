// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Clients join and leave the books of a chip.
 *
 * A client leaves in steps, so that no hold is long however much it had: first it leaves the sums,
 * then its coverage comes off the chip's maps segment by segment. Its records and programs are
 * freed without the lock.
 */
#include <linux/errno.h>
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

/**
 * ttmem_ledger_client_init() - initialise the books of a client
 * @c: zeroed
 * @group: its thread group; compared, never followed
 * @covers: mask of pools that it will report
 * @partial: mask of pools that it reports only in part
 * @layout: validated
 * @user: charged for its memory; NULL: nobody
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
	c->reserve.user = user;
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
 * @own: its own geometry of the chip, which fits the one that binds all; NULL: none
 */
void ttmem_ledger_attach(struct ttmem_ledger *l, struct ttmem_ledger_client *c,
			 const struct tt_memstat_geometry *own)
{
	c->ledger = l;
	c->geometry = own ? *own : l->binding;
	c->own = own ? ttmem_geometry_sides(own) : 0;
	ttmem_ledger_client_learn(c);
	list_add_tail(&c->of_ledger, &l->clients);
	l->nr_clients++;
	l->sums.generation++;
	ttmem_snapshot_join(c);
	ttmem_figures_update_client(c);
	ttmem_ledger_agree(l);
}

/* Set the pools that are reported only in part. -EINVAL: the client does not cover one. */
int ttmem_ledger_partial(struct ttmem_ledger_client *c, u32 partial)
{
	if (partial & ~c->covers)
		return -EINVAL;
	c->partial = partial;
	ttmem_view_invalidate(c);
	c->sums.generation++;
	c->ledger->sums.generation++;
	return 0;
}

/**
 * ttmem_ledger_detach() - the client is dead and leaves the sums of clients
 * @c: attached; follow with ttmem_ledger_detach_step() until that returns false
 *
 * Until then its coverage counts for the chip and for no client. Of an event under way only the
 * present range is finished.
 */
void ttmem_ledger_detach(struct ttmem_ledger_client *c)
{
	struct ttmem_ledger *l = c->ledger;

	c->dead = true;
	l->nr_clients--;
	l->clearing++;
	l->sums.records -= c->sums.records;
	l->sums.programs -= c->sums.programs;
	l->sums.kernel_app -= c->sums.kernel_app;
	l->sums.kernel_system -= c->sums.kernel_system;
	l->clients_l1 -= c->sums.usage.l1;
	l->clients_dram -= c->sums.usage.dram;
	l->sums.generation++;
	ttmem_ledger_agree(l);
}

/**
 * ttmem_ledger_detach_step() - take the coverage of a dead client off the chip, in steps
 * @c: after ttmem_ledger_detach()
 * @prealloc: gets freed nodes
 *
 * Context: under the chip's lock, after ttmem_ledger_begin().
 * Return: true while there is more to do. May be called again after that.
 */
bool ttmem_ledger_detach_step(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc)
{
	bool done = ttmem_map_erase(c, prealloc);

	if (done && !list_empty(&c->of_ledger)) {
		list_del_init(&c->of_ledger);
		c->ledger->clearing--;
		c->ledger->dispatching -= ttmem_op_is_dispatch(c);
		c->ledger->sums.generation++;
		c->ledger->view_stale = true;
		ttmem_snapshot_leave(c);
	}
	ttmem_figures_update_chip(c->ledger);
	return !done;
}

static void ttmem_ledger_free_records(struct ttmem_ledger_client *c,
				      struct ttmem_prealloc *prealloc)
{
	struct ttmem_record *r, *tmp, *part, *next;
	enum ttmem_node_type type;

	rbtree_postorder_for_each_entry_safe(r, tmp, &c->records, rb)
		for (part = r; part; part = next) {
			next = part->next_part;
			type = ttmem_pool_has_program(part->pool) ? TTMEM_NODE_PROGRAM_RECORD :
								    TTMEM_NODE_RECORD;
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
 * ttmem_ledger_client_clear() - free the records, programs and snapshots of a dead client
 * @c: after the last ttmem_ledger_detach_step(), or never attached
 *
 * Context: may sleep. Needs no lock: they are unreachable after ttmem_ledger_detach().
 */
void ttmem_ledger_client_clear(struct ttmem_ledger_client *c)
{
	struct ttmem_prealloc prealloc = { .user = c->user, .arch = c->geometry.arch };
	struct ttmem_snapshot *s, *next;

	ttmem_ledger_free_records(c, &prealloc);
	c->records = RB_ROOT;
	ttmem_ledger_free_programs(c, &prealloc);
	c->programs = RB_ROOT;
	list_for_each_entry_safe(s, next, &c->snapshots, of_client)
		ttmem_prealloc_push(&prealloc, TTMEM_NODE_SNAPSHOT, s);
	INIT_LIST_HEAD(&c->snapshots);
	ttmem_prealloc_free(&prealloc);
}

/**
 * ttmem_ledger_client_free() - free all memory of a dead client
 * @c: as for ttmem_ledger_client_clear(), which may have been called
 *
 * Context: may sleep; needs no lock.
 */
void ttmem_ledger_client_free(struct ttmem_ledger_client *c)
{
	ttmem_ledger_client_clear(c);
	ttmem_prealloc_free(&c->reserve);
	ttmem_set_free_all(c);
}
