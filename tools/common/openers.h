/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that have a card open, as tt-kmd lists them, and whether they report memory. */
#ifndef TT_MEMSTAT_OPENERS_H
#define TT_MEMSTAT_OPENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <ttmemstat.h>

/* More processes of one card, or a longer list, are not looked at. */
#define OPENERS_MAX	256
#define OPENERS_TEXT	16384

/*
 * Parse tt-kmd's file `pids`, a line for each open node. Returns the number of different processes
 * in @out, at most @max, and in @zeros the lines of processes in other namespaces of pids.
 */
size_t openers_parse(const char *text, pid_t *out, size_t max, size_t *zeros);

/* Whether a process is a client of @chip, or of one behind the same PCI function. */
bool opener_reports(struct ttmemstat_chip *const *chips, size_t count,
		    const struct ttmemstat_chip *chip, pid_t pid);

#endif
