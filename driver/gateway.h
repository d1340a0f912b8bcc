/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gateways: PCI functions, and the chips behind each.
 */
#ifndef TTMEM_GATEWAY_H
#define TTMEM_GATEWAY_H

#include <linux/types.h>

struct device;
struct ttmem_chip;
struct ttmem_user;

/* Keeps functions, and the chips behind them, from coming and going; guards the slots. */
void ttmem_gateways_lock(void);
void ttmem_gateways_unlock(void);

int ttmem_gateway_add(struct device *function, u32 arch);
bool ttmem_gateway_refuse(struct device *function);
void ttmem_gateway_remove(struct device *function);
void ttmem_gateways_close(void);

struct ttmem_chip *ttmem_remote_get(struct ttmem_chip *gateway, u32 location,
				    struct ttmem_user *user, int missing);
void ttmem_remote_hold(struct ttmem_chip *chip);
struct ttmem_chip *ttmem_remote_join(struct ttmem_chip *gateway, u32 location, int missing);
void ttmem_remote_joined(struct ttmem_chip *chip);
void ttmem_remote_left(struct ttmem_chip *chip);
void ttmem_remote_idle(struct ttmem_chip *chip);

#endif /* TTMEM_GATEWAY_H */
