/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which chip a capture is of, without one at hand.
 */
#ifndef TT_MEMSTAT_EXPLAIN_CHIP_H
#define TT_MEMSTAT_EXPLAIN_CHIP_H

#include <stdio.h>

#include <ttmemstat.h>

#include "capture.h"
#include "layout.h"

/* Both sides of @geometry known: what runtimes have on such a chip; -ENODATA: they are not. */
int chip_layout(const struct tt_memstat_geometry *geometry, struct layout_chip *chip);

/*
 * What is in @asked (arch 0: nothing) stands, then the report's descriptor, then what the capture's
 * addresses and cores fit on; what is assumed is said on @notes. @device: the runtime's number of the
 * chip. @geometry: as for books_open(). -EINVAL: what is asked is no chip, and @notes says why.
 */
int explain_chip(const struct capture *capture, int64_t device,
		 const struct tt_memstat_geometry *asked, struct tt_memstat_geometry *geometry,
		 FILE *notes);

#endif
