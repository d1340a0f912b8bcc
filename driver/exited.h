/* SPDX-License-Identifier: GPL-2.0-only */
/* The accounting of clients that have exited. */
#ifndef TTM_EXITED_H
#define TTM_EXITED_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct kobject;
struct ttm_attachment;
struct ttm_chip;
struct ttm_exited;

/**
 * struct ttm_accounts - a chip's exited clients
 * @dir: the directory `exited`
 * @work: shows those that wait, and takes away the oldest
 * @waiting: exited, not yet shown; chip lock
 * @waits: how many those are; chip lock
 * @shown: oldest first; the work's own
 * @shows: how many those are; the work's own
 * @last: number of the one that was shown last; the work's own
 */
struct ttm_accounts {
	struct kobject *dir;
	struct work_struct work;
	struct list_head waiting;
	unsigned int waits;
	struct list_head shown;
	unsigned int shows;
	u64 last;
};

void ttm_accounts_init(struct ttm_chip *chip);
int ttm_accounts_show(struct ttm_chip *chip);
void ttm_accounts_end(struct ttm_chip *chip);

struct ttm_exited *ttm_exited_alloc(void);
void ttm_exited_free(struct ttm_exited *exited);
void ttm_exited_attached(struct ttm_attachment *a);
void ttm_exited_keep(struct ttm_attachment *a);

#endif /* TTM_EXITED_H */
