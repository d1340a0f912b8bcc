// SPDX-License-Identifier: GPL-2.0-only
/*
 * The periodic work of a chip: notify those who poll `generation`, look at alerts and drain rings,
 * at most every 100 ms. The first change after a notification arms it again (publish.c); while the
 * chip has rings it keeps itself armed.
 */
#include "private.h"

void ttmem_notify_work(struct work_struct *work)
{
	struct ttmem_chip *chip = container_of(to_delayed_work(work), struct ttmem_chip, notify);
	bool changed;

	spin_lock(&chip->lock);
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
