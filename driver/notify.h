/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling those who poll `generation` of a chip. */
#ifndef TTMEM_NOTIFY_H
#define TTMEM_NOTIFY_H

struct ttmem_chip;

void ttmem_notify_init(struct ttmem_chip *chip);
void ttmem_notify_arm(struct ttmem_chip *chip);
void ttmem_notify_stop(struct ttmem_chip *chip);

#endif /* TTMEM_NOTIFY_H */
