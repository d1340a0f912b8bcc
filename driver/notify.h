/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling those who poll `generation` of a chip. */
#ifndef TTM_NOTIFY_H
#define TTM_NOTIFY_H

struct ttm_chip;

void ttm_notify_init(struct ttm_chip *chip);
void ttm_notify_arm(struct ttm_chip *chip);
void ttm_notify_stop(struct ttm_chip *chip);

#endif /* TTM_NOTIFY_H */
