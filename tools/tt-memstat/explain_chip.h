/* SPDX-License-Identifier: GPL-2.0-only */
/* Determine the chip of a capture. */
#ifndef TT_MEMSTAT_EXPLAIN_CHIP_H
#define TT_MEMSTAT_EXPLAIN_CHIP_H

#include <stdio.h>

#include <ttmemstat.h>

#include "capture.h"
#include "layout.h"

/* The runtime's layout of a chip with complete geometry; -ENODATA: it is incomplete. */
int chip_layout(const struct tt_memstat_geometry *geometry, struct layout_chip *chip);

/*
 * Sources in order of precedence: @asked (arch 0: nothing), the report's descriptor, the capture's
 * addresses and cores. Assumptions are printed to @notes. @device: the runtime's number of the
 * chip.
 * @geometry: for books_open(). -EINVAL: @asked is not a valid chip; @notes has the reason.
 */
int explain_chip(const struct capture *capture, int64_t device,
		 const struct tt_memstat_geometry *asked, struct tt_memstat_geometry *geometry,
		 FILE *notes);

#endif
