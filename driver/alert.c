// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alerts: a uevent when the use of a chip's L1 or DRAM crosses a level that root has set, and one
 * when it has fallen back.
 *
 * Knows levels and when they count as crossed. Does not know how use comes about: the ledger says
 * how high it was since it was last asked, so that no crossing is missed however short it was.
 *
 * Both are looked at by the chip's notifying work (notify.c), outside of every lock. What workloads
 * do cannot make it busy: a space of a chip is told of at most once a second, and what swings
 * around a level stays above it until it is well below.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include "alert.h"
#include "chip.h"
#include "clock.h"
#include "figures.h"
#include "notify.h"

#define TTM_ALERT_NS		NSEC_PER_SEC
#define TTM_ALERT_FALL		20	/* fallen back: below the level by one in so many */

static const struct {
	const char *name;
	unsigned int figure, used, allocatable, capacity;
} ttm_alert_of[TTM_ALERTS] = {
	[TT_MEMSTAT_SPACE_L1] = {
		"l1", TT_MEMSTAT_FIG_L1_ALERT, TT_MEMSTAT_FIG_L1_USED,
		TT_MEMSTAT_FIG_L1_ALLOCATABLE, TT_MEMSTAT_FIG_L1_CAPACITY,
	},
	[TT_MEMSTAT_SPACE_DRAM] = {
		"dram", TT_MEMSTAT_FIG_DRAM_ALERT, TT_MEMSTAT_FIG_DRAM_USED,
		TT_MEMSTAT_FIG_DRAM_ALLOCATABLE, TT_MEMSTAT_FIG_DRAM_CAPACITY,
	},
};

/* What a uevent says; bytes. */
struct ttm_alert_notice {
	bool told;
	bool above;
	bool known;
	u32 percent;
	u64 used;
	u64 highest;
	u64 of;
};

u32 ttm_alert_percent(struct ttm_chip *chip, unsigned int space)
{
	return READ_ONCE(chip->alert[space].percent);
}

/**
 * ttm_alert_set - set the level of a space
 * @chip: the chip
 * @space: enum tt_memstat_space
 * @percent: 1 to 100, or 0: off, which tells nobody anything
 *
 * Counts from now on: what was used before is not looked at, what is used now is.
 *
 * Return: 0, -EINVAL, or -ENODEV when the chip is going.
 */
int ttm_alert_set(struct ttm_chip *chip, unsigned int space, u32 percent)
{
	struct ttm_alert *alert = &chip->alert[space];
	int err = 0;

	if (percent > 100)
		return -EINVAL;
	mutex_lock(&chip->lock);
	if (chip->dead) {
		err = -ENODEV;
	} else {
		WRITE_ONCE(alert->percent, percent);
		alert->above = alert->above && percent;
		ttm_ledger_crest(&chip->ledger, space);
		ttm_notify_arm(chip);
	}
	mutex_unlock(&chip->lock);
	return err;
}

/* Unknown where no level is set. Under the chip lock. */
void ttm_alert_figures(const struct ttm_chip *chip, struct tt_memstat_figures *figures)
{
	unsigned int space;

	for (space = 0; space < TTM_ALERTS; space++)
		if (chip->alert[space].percent)
			ttm_figure_set(figures, ttm_alert_of[space].figure,
				       chip->alert[space].above);
}

/*
 * Whether there is something to tell, and then what. Under the chip lock. What comes too early is
 * left as it is, for the next look.
 */
static void ttm_alert_judge(struct ttm_chip *chip, unsigned int space, u64 now,
			    const struct tt_memstat_figures *f, struct ttm_alert_notice *notice)
{
	unsigned int allocatable = ttm_alert_of[space].allocatable;
	struct ttm_alert *alert = &chip->alert[space];
	u64 of = f->value[ttm_figure_known(f, allocatable) ? allocatable :
							     ttm_alert_of[space].capacity];
	u64 level = DIV_ROUND_UP_ULL(of * alert->percent, 100);
	u64 used = f->value[ttm_alert_of[space].used], highest = chip->ledger.crest[space];
	bool above = alert->above ? used >= level - div_u64(level, TTM_ALERT_FALL) :
				    highest >= level;

	/* Without a geometry there is no level. */
	above = above && level;
	if (above != alert->above && now < alert->next) {
		ttm_notify_arm(chip);
		return;
	}
	ttm_ledger_crest(&chip->ledger, space);
	if (above == alert->above)
		return;
	notice->told = true;
	notice->above = above;
	notice->known = ttm_figure_known(f, ttm_alert_of[space].used);
	notice->percent = alert->percent;
	notice->used = used;
	notice->highest = highest;
	notice->of = of;
	alert->above = above;
	alert->next = now + TTM_ALERT_NS;
	/* It may have fallen back meanwhile. */
	ttm_notify_arm(chip);
}

static void ttm_alert_tell(struct ttm_chip *chip, unsigned int space,
			   const struct ttm_alert_notice *notice)
{
	char text[6][48], *envp[ARRAY_SIZE(text) + 1] = {};
	unsigned int i, n = notice->known ? ARRAY_SIZE(text) : ARRAY_SIZE(text) - 1;

	snprintf(text[0], sizeof(text[0]), "TT_MEMSTAT_ALERT=%s", ttm_alert_of[space].name);
	snprintf(text[1], sizeof(text[1]), "TT_MEMSTAT_STATE=%s",
		 notice->above ? "above" : "below");
	snprintf(text[2], sizeof(text[2]), "TT_MEMSTAT_PERCENT=%u", notice->percent);
	snprintf(text[3], sizeof(text[3]), "TT_MEMSTAT_OF=%llu", notice->of);
	snprintf(text[4], sizeof(text[4]), "TT_MEMSTAT_HIGHEST=%llu", notice->highest);
	snprintf(text[5], sizeof(text[5]), "TT_MEMSTAT_USED=%llu", notice->used);
	for (i = 0; i < n; i++)
		envp[i] = text[i];
	kobject_uevent_env(&chip->dev.kobj, KOBJ_CHANGE, envp);
	sysfs_notify(&chip->dev.kobj, NULL, ttm_figure_table[ttm_alert_of[space].figure].name);
}

static bool ttm_alerts_on(struct ttm_chip *chip)
{
	return ttm_alert_percent(chip, TT_MEMSTAT_SPACE_L1) ||
	       ttm_alert_percent(chip, TT_MEMSTAT_SPACE_DRAM);
}

/* Look at what has been used since the last time, and tell of it. Takes the chip lock. */
void ttm_alerts_look(struct ttm_chip *chip)
{
	struct ttm_alert_notice notice[TTM_ALERTS] = {};
	struct tt_memstat_figures *figures;
	unsigned int space;

	if (!ttm_alerts_on(chip))
		return;
	figures = kzalloc(sizeof(*figures), GFP_KERNEL);
	mutex_lock(&chip->lock);
	if (!figures) {
		ttm_notify_arm(chip);
	} else if (!chip->dead) {
		ttm_figures_chip(&chip->ledger, ttm_clock_ns(), figures);
		for (space = 0; space < TTM_ALERTS; space++)
			if (chip->alert[space].percent)
				ttm_alert_judge(chip, space, ktime_get_ns(), figures,
						&notice[space]);
	}
	mutex_unlock(&chip->lock);
	kfree(figures);
	for (space = 0; space < TTM_ALERTS; space++)
		if (notice[space].told)
			ttm_alert_tell(chip, space, &notice[space]);
}
