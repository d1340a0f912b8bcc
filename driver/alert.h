/* SPDX-License-Identifier: GPL-2.0-only */
/* Levels that root sets on a chip's memory, and telling userspace when they are crossed. */
#ifndef TTM_ALERT_H
#define TTM_ALERT_H

#include <linux/types.h>

struct tt_memstat_figures;
struct ttm_chip;

#define TTM_ALERTS	2	/* one a space, by enum tt_memstat_space */

/**
 * struct ttm_alert - the alert of a space of a chip
 * @percent: of what is allocatable, else of the capacity; 0 = off
 * @above: the level was crossed upwards, and not yet back
 * @next: nothing is told before; ktime_get_ns()
 *
 * The chip lock guards all of it.
 */
struct ttm_alert {
	u32 percent;
	bool above;
	u64 next;
};

u32 ttm_alert_percent(struct ttm_chip *chip, unsigned int space);
int ttm_alert_set(struct ttm_chip *chip, unsigned int space, u32 percent);
void ttm_alert_figures(const struct ttm_chip *chip, struct tt_memstat_figures *figures);
void ttm_alerts_look(struct ttm_chip *chip);

#endif /* TTM_ALERT_H */
