/* SPDX-License-Identifier: GPL-2.0-only */
/* The accounting of clients that have exited. */
#ifndef TTMEM_EXITED_H
#define TTMEM_EXITED_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct kobject;
struct ttmem_attachment;
struct ttmem_chip;
struct ttmem_exited;

/**
 * struct ttmem_accounts - a chip's exited clients
 * @dir: the directory `exited`
 * @work: shows those that wait, and takes away the oldest
 * @waiting: exited, not yet shown; chip lock
 * @waits: how many those are; chip lock
 * @shown: oldest first; the work's own
 * @shows: how many those are; the work's own
 * @last: number of the one that was shown last; the work's own
 */
struct ttmem_accounts {
	struct kobject *dir;
	struct work_struct work;
	struct list_head waiting;
	unsigned int waits;
	struct list_head shown;
	unsigned int shows;
	u64 last;
};

void ttmem_accounts_init(struct ttmem_chip *chip);
int ttmem_accounts_show(struct ttmem_chip *chip);
void ttmem_accounts_end(struct ttmem_chip *chip);

struct ttmem_exited *ttmem_exited_alloc(void);
void ttmem_exited_free(struct ttmem_exited *exited);
void ttmem_exited_attached(struct ttmem_attachment *a);
void ttmem_exited_keep(struct ttmem_attachment *a);

#endif /* TTMEM_EXITED_H */
