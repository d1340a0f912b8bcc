// SPDX-License-Identifier: GPL-2.0-only
/*
 * The periodic work of a chip: notify those who poll `generation`, look at alerts and drain rings,
 * at most every 100 ms. The first change after a notification arms it again; while the chip has
 * rings it keeps itself armed.
 */
#include "private.h"

#define TTMEM_NOTIFY_MS 100

static void ttmem_notify_work(struct work_struct *work)
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

void ttmem_notify_init(struct ttmem_chip *chip)
{
	INIT_DELAYED_WORK(&chip->notify, ttmem_notify_work);
}

/* Under the chip lock, so that nothing is armed once the chip is dead. */
void ttmem_notify_arm(struct ttmem_chip *chip)
{
	lockdep_assert_held(&chip->lock);
	if (!chip->dead && !delayed_work_pending(&chip->notify))
		queue_delayed_work(ttmem_wq, &chip->notify, msecs_to_jiffies(TTMEM_NOTIFY_MS));
}

/* Of a dead chip, before it leaves sysfs. */
void ttmem_notify_stop(struct ttmem_chip *chip)
{
	cancel_delayed_work_sync(&chip->notify);
}
