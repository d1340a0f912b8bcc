/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Reading one chip's directory. Knows the names of its files; does not know the class.
 */
#ifndef TTM_CHIP_READ_H
#define TTM_CHIP_READ_H

#include "public.h"

/*
 * Fills a zeroed @chip, except its name, number and PCI address, from the directory @dirfd.
 * -ENODEV: it went. On failure @chip may hold memory for ttm_chip_free().
 */
int ttm_chip_read(struct ttm_chip *chip, int dirfd, uint32_t flags);

#endif /* TTM_CHIP_READ_H */
