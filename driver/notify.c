// SPDX-License-Identifier: GPL-2.0-only
/*
 * The periodic work of a chip: notify those who poll `generation`, look at alerts and drain rings,
 * at most every 100 ms. The first change after a notification arms it again (publish.c); while the
 * chip has rings it keeps itself armed.
 */
#include "apply.h"

/* Under the chip lock: do a step of a dispatch in progress, as it holds back the L1 peaks. */
static void ttmem_run_dispatch(struct ttmem_chip *chip)
{
	struct ttmem_ledger_client *c;
	struct ttmem_attachment *a;

	ttmem_ledger_begin(&chip->ledger);
	c = ttmem_ledger_run_dispatch(&chip->ledger);
	if (!c)
		return;
	a = container_of(c, struct ttmem_attachment, books);
	if (!c->op.active)
		trace_dispatch(a, c->op.entry.program, c->op.entry.id, c->op.clash);
	ttmem_publish(chip, a);
}

void ttmem_notify_work(struct work_struct *work)
{
	struct ttmem_chip *chip = container_of(to_delayed_work(work), struct ttmem_chip, notify);
	bool changed;

	spin_lock(&chip->lock);
	ttmem_run_dispatch(chip);
	changed = chip->ledger.sums.generation != chip->notified;
	chip->notified = chip->ledger.sums.generation;
	if (chip->rings)
		ttmem_notify_arm(chip);
	spin_unlock(&chip->lock);
	ttmem_rings_kick(chip);
	if (changed)
		sysfs_notify(&chip->dev.kobj, NULL, "generation");
	ttmem_alerts_look(chip);
}
