// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alerts: a uevent when the use of a chip's L1 or DRAM crosses a level that the administrator set,
 * and another when it has fallen back.
 *
 * The ledger keeps the highest use since the last look, so that no crossing is missed however short
 * it was. The work that notifies pollers (notify.c) looks, outside every lock. No workload can keep
 * it busy: each space of a chip sends at most one event a second, and has fallen back only well
 * below the level.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include "private.h"

#define TTMEM_ALERT_NS		NSEC_PER_SEC
#define TTMEM_ALERT_FALL	20	/* fallen back: below the level by one in so many */

static const struct {
	const char *name;
	unsigned int figure, used, allocatable, capacity;
} ttmem_alert_of[TTMEM_ALERTS] = {
	[TT_MEMSTAT_SPACE_L1] = {
		"l1", TT_MEMSTAT_FIG_L1_ALERT, TT_MEMSTAT_FIG_L1_USED,
		TT_MEMSTAT_FIG_L1_ALLOCATABLE, TT_MEMSTAT_FIG_L1_CAPACITY,
	},
	[TT_MEMSTAT_SPACE_DRAM] = {
		"dram", TT_MEMSTAT_FIG_DRAM_ALERT, TT_MEMSTAT_FIG_DRAM_USED,
		TT_MEMSTAT_FIG_DRAM_ALLOCATABLE, TT_MEMSTAT_FIG_DRAM_CAPACITY,
	},
};

u32 ttmem_alert_percent(const struct ttmem_chip *chip, unsigned int space)
{
	return READ_ONCE(chip->alert[space].percent);
}

/**
 * ttmem_alert_set - set the level of a space
 * @chip: the chip
 * @space: enum tt_memstat_space
 * @percent: 1 to 100, or 0: off, which sends no event
 *
 * The level applies to the present use, and to use from now on.
 *
 * Return: 0, -EINVAL, or -ENODEV when the chip is going.
 */
int ttmem_alert_set(struct ttmem_chip *chip, unsigned int space, u32 percent)
{
	struct ttmem_alert *alert = &chip->alert[space];
	int err = 0;

	if (percent > 100)
		return -EINVAL;
	spin_lock(&chip->lock);
	if (chip->dead) {
		err = -ENODEV;
	} else {
		WRITE_ONCE(alert->percent, percent);
		WRITE_ONCE(alert->above, alert->above && percent);
		ttmem_ledger_reset_high_watermark(&chip->ledger, space);
		ttmem_notify_arm(chip);
	}
	spin_unlock(&chip->lock);
	return err;
}

/* Unknown where no level is set. */
void ttmem_alert_figures(const struct ttmem_chip *chip, struct tt_memstat_figures *figures)
{
	unsigned int space;

	for (space = 0; space < TTMEM_ALERTS; space++)
		if (ttmem_alert_percent(chip, space))
			ttmem_figure_set(figures, ttmem_alert_of[space].figure,
					 READ_ONCE(chip->alert[space].above));
}

/*
 * Under the chip lock: whether an event is due, with @used of @of bytes in use. A crossing within
 * the minimum interval is left for the next look.
 */
static bool ttmem_alert_judge(struct ttmem_chip *chip, unsigned int space, u64 used, u64 of)
{
	struct ttmem_alert *alert = &chip->alert[space];
	u64 level = DIV_ROUND_UP_ULL(of * alert->percent, 100), now = ktime_get_ns();
	bool above = alert->above ? used >= level - div_u64(level, TTMEM_ALERT_FALL) :
				    chip->ledger.high_watermark[space] >= level;

	/* Without a geometry there is no level. */
	above = above && level;
	if (above != alert->above && now < alert->next) {
		ttmem_notify_arm(chip);
		return false;
	}
	ttmem_ledger_reset_high_watermark(&chip->ledger, space);
	if (above == alert->above)
		return false;
	WRITE_ONCE(alert->above, above);
	alert->next = now + TTMEM_ALERT_NS;
	/* It may have fallen back meanwhile. */
	ttmem_notify_arm(chip);
	return true;
}

/* Look at the use of a space since the last look and send the event that is due. */
static void ttmem_alert_look(struct ttmem_chip *chip, unsigned int space)
{
	char text[6][48], *envp[] = { text[0], text[1], text[2], text[3], text[4], text[5], NULL };
	unsigned int allocatable = ttmem_alert_of[space].allocatable;
	struct ttmem_alert *alert = &chip->alert[space];
	struct tt_memstat_figures f = {};
	u64 used, of, highest;
	bool due, above;
	u32 percent;

	spin_lock(&chip->lock);
	ttmem_figures_chip(&chip->published.state, ttmem_clock_ns(), &f);
	used = f.value[ttmem_alert_of[space].used];
	of = f.value[ttmem_figure_known(&f, allocatable) ? allocatable :
							   ttmem_alert_of[space].capacity];
	highest = chip->ledger.high_watermark[space];
	percent = alert->percent;
	due = !chip->dead && percent && ttmem_alert_judge(chip, space, used, of);
	above = alert->above;
	spin_unlock(&chip->lock);
	if (!due)
		return;
	snprintf(text[0], sizeof(text[0]), "TT_MEMSTAT_ALERT=%s", ttmem_alert_of[space].name);
	snprintf(text[1], sizeof(text[1]), "TT_MEMSTAT_STATE=%s", above ? "above" : "below");
	snprintf(text[2], sizeof(text[2]), "TT_MEMSTAT_PERCENT=%u", percent);
	snprintf(text[3], sizeof(text[3]), "TT_MEMSTAT_OF=%llu", of);
	snprintf(text[4], sizeof(text[4]), "TT_MEMSTAT_HIGHEST=%llu", highest);
	snprintf(text[5], sizeof(text[5]), "TT_MEMSTAT_USED=%llu", used);
	if (!ttmem_figure_known(&f, ttmem_alert_of[space].used))
		envp[5] = NULL;
	kobject_uevent_env(&chip->dev.kobj, KOBJ_CHANGE, envp);
	sysfs_notify(&chip->dev.kobj, NULL, ttmem_figure_table[ttmem_alert_of[space].figure].name);
}

/* Takes the chip lock. */
void ttmem_alerts_look(struct ttmem_chip *chip)
{
	unsigned int space;

	for (space = 0; space < TTMEM_ALERTS; space++)
		if (ttmem_alert_percent(chip, space))
			ttmem_alert_look(chip, space);
}
