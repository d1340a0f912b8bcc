/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which present chip with a PCI function a chip of a descriptor is.
 *
 * Knows by what cards are told apart. Does not know what is done with them.
 */
#ifndef TT_MEMSTAT_IMPORT_MATCH_H
#define TT_MEMSTAT_IMPORT_MATCH_H

#include "import_plan.h"

struct import_match {
	const struct descriptor *descriptor;
	const struct ttmemstat_chip_list *present;
	uint32_t flags;		/* IMPORT_* */
};

/* Instead of an index into @present. */
#define IMPORT_NOWHERE	SIZE_MAX

size_t import_find_pci(const struct import_match *match, const char *pci);
/* IMPORT_NOWHERE: none has it, or several. */
size_t import_find_unique(const struct import_match *match, uint64_t id);
/* Of the step's chip; with IMPORT_NOWHERE the step has the reason. */
size_t import_find_local(const struct import_match *match, struct import_step *step);
/* Whether tt-kmd has another board's serial number of @chip; the step then has the reason. */
bool import_is_other_card(const struct import_match *match, const struct ttmemstat_chip *chip,
			  struct import_step *step);

/* Leaves the step's chip alone, for a reason. */
__attribute__((format(printf, 3, 4)))
void import_leave(struct import_step *step, enum import_action action, const char *format, ...);

#endif
