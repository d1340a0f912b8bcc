/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The geometry of a chip that is in use.
 */
#ifndef TTMEM_ADMIN_H
#define TTMEM_ADMIN_H

#include "chip.h"

void ttmem_chip_adopt_geometry(struct ttmem_chip *chip, const struct tt_memstat_geometry *g,
			       enum ttmem_source source);
void ttmem_chip_forget_geometry(struct ttmem_chip *chip, struct ttmem_prealloc *prealloc);

#endif /* TTMEM_ADMIN_H */
