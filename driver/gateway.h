/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gateways: PCI functions, and the chips behind each.
 */
#ifndef TTM_GATEWAY_H
#define TTM_GATEWAY_H

#include <linux/types.h>

struct device;
struct ttm_chip;

/* Keeps functions, and the chips behind them, from coming and going; guards the places. */
void ttm_gateways_lock(void);
void ttm_gateways_unlock(void);

int ttm_gateway_add(struct device *function, u32 arch);
bool ttm_gateway_refuse(struct device *function);
void ttm_gateway_remove(struct device *function);
void ttm_gateways_close(void);

struct ttm_chip *ttm_remote_get(struct ttm_chip *gateway, u32 location, bool create);
void ttm_remote_hold(struct ttm_chip *chip);
struct ttm_chip *ttm_remote_join(struct ttm_chip *gateway, u32 location);
void ttm_remote_joined(struct ttm_chip *chip);
void ttm_remote_idle(struct ttm_chip *chip);

#endif /* TTM_GATEWAY_H */
