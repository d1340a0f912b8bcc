/* SPDX-License-Identifier: GPL-2.0-only */
/* Levels that root sets on a chip's memory, and telling userspace when they are crossed. */
#ifndef TTMEM_ALERT_H
#define TTMEM_ALERT_H

#include <linux/types.h>

struct tt_memstat_figures;
struct ttmem_chip;

#define TTMEM_ALERTS	2	/* one a space, by enum tt_memstat_space */

/**
 * struct ttmem_alert - the alert of a space of a chip
 * @percent: of what is allocatable, else of the capacity; 0 = off
 * @above: the level was crossed upwards, and not yet back
 * @next: nothing is told before; ktime_get_ns()
 *
 * The chip lock guards all of it.
 */
struct ttmem_alert {
	u32 percent;
	bool above;
	u64 next;
};

u32 ttmem_alert_percent(const struct ttmem_chip *chip, unsigned int space);
int ttmem_alert_set(struct ttmem_chip *chip, unsigned int space, u32 percent);
void ttmem_alert_figures(const struct ttmem_chip *chip, struct tt_memstat_figures *figures);
void ttmem_alerts_look(struct ttmem_chip *chip);

#endif /* TTMEM_ALERT_H */
