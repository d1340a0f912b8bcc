/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The geometry of a chip that is in use.
 */
#ifndef TTM_ADMIN_H
#define TTM_ADMIN_H

#include "chip.h"

void ttm_chip_adopt_geometry(struct ttm_chip *chip, const struct tt_memstat_geometry *g,
			     enum ttm_source source);
void ttm_chip_forget_geometry(struct ttm_chip *chip, struct ttm_fund *fund);

#endif /* TTM_ADMIN_H */
