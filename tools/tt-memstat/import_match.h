/* SPDX-License-Identifier: GPL-2.0-only */
/* Find the present local chip for a chip of a descriptor. */
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
/* IMPORT_NOWHERE: no chip has the id, or several have it. */
size_t import_find_unique(const struct import_match *match, uint64_t id);
/* Find the step's chip; with IMPORT_NOWHERE, the step has the reason. */
size_t import_find_local(const struct import_match *match, struct import_step *step);
/* Whether tt-kmd reports another board for @chip; the step then has the reason. */
bool import_is_other_card(const struct import_match *match, const struct ttmemstat_chip *chip,
			  struct import_step *step);

/* Skip the step's chip, for a reason. */
__attribute__((format(printf, 3, 4)))
void import_leave(struct import_step *step, enum import_action action, const char *format, ...);

#endif
