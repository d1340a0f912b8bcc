// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling those who poll `generation` of a chip that it has changed, at most every 100 ms: the
 * first change after a notice arms the next one.
 */
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>
#include "chip.h"
#include "notify.h"

#define TTM_NOTIFY_MS 100

static void ttm_notify_work(struct work_struct *work)
{
	struct ttm_chip *chip = container_of(to_delayed_work(work), struct ttm_chip, notify);

	sysfs_notify(&chip->dev.kobj, NULL, "generation");
}

void ttm_notify_init(struct ttm_chip *chip)
{
	INIT_DELAYED_WORK(&chip->notify, ttm_notify_work);
}

/* Under the chip lock, so that nothing is armed once the chip is dead. */
void ttm_notify_arm(struct ttm_chip *chip)
{
	lockdep_assert_held(&chip->lock);
	if (!chip->dead)
		queue_delayed_work(ttm_wq, &chip->notify, msecs_to_jiffies(TTM_NOTIFY_MS));
}

/* Of a dead chip, before it leaves sysfs. */
void ttm_notify_stop(struct ttm_chip *chip)
{
	cancel_delayed_work_sync(&chip->notify);
}
