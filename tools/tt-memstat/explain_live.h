/* SPDX-License-Identifier: GPL-2.0-only */
/* Explain what is live on a chip of this host now. */
#ifndef TT_MEMSTAT_EXPLAIN_LIVE_H
#define TT_MEMSTAT_EXPLAIN_LIVE_H

#include "explain_options.h"
#include "moment.h"

struct live_chip;

/*
 * Read the clients of the chip that was asked for. On failure, prints the reason. @chip must be
 * closed after an error, too.
 */
enum cli_status live_chip_open(const struct explain_request *request, struct live_chip **chip);
void live_chip_close(struct live_chip *chip);

/* The chip and its clients, such as "tt0, python3 (1234)", and how many records they have. */
const char *live_chip_name(const struct live_chip *chip, uint64_t *records);

/*
 * Fill in geometry, layout and feed of a history, and run it. Assumptions and what is missing are
 * printed to @notes. -ENODATA: the chip's cores or DRAM banks are unknown; -EINVAL: @notes has the
 * reason; -ENOMEM.
 */
int live_chip_history(const struct live_chip *chip, const struct explain_request *request,
		      struct history *history, FILE *notes);

#endif
