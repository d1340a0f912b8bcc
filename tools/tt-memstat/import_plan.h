/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an import has to do: which chip of a descriptor is which present chip.
 *
 * Knows how chips are told apart and what must be told before one is described. Pure: does not
 * know the file, the module, or whether what it plans will be done.
 */
#ifndef TT_MEMSTAT_IMPORT_PLAN_H
#define TT_MEMSTAT_IMPORT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ttmemstat.h>

#include "descriptor.h"

enum import_action {
	IMPORT_UNKNOWN = 0,	/* the descriptor does not tell what the chip has */
	IMPORT_ABSENT,		/* no present chip is beyond doubt this one */
	IMPORT_DESCRIBE,	/* geometry for @chip */
	IMPORT_DESCRIBE_REMOTE,	/* geometry for the chip at @location behind @chip */
	IMPORT_CREATE,		/* make a virtual chip */
	IMPORT_KEEP,		/* virtual @chip is already as it should be */
	IMPORT_REPLACE,		/* virtual @chip has its unique id, and is different */
};

#define IMPORT_WHY	128

/**
 * struct import_step - one chip of the descriptor
 * @source: what the descriptor tells
 * @action: enum import_action
 * @chip: N of tt<N>, as the action says; with IMPORT_DESCRIBE_REMOTE the gateway
 * @gateway: the descriptor's number of the chip that @source is reached through, if it has one
 * @unique_id: 0 = none; of a virtual chip whose descriptor tells none the one that UMD will give it
 * @located: @location is known
 * @location: which chip of its board it is
 * @same: IMPORT_DESCRIBE*: the chip already has this geometry, by an administrator
 * @geometry: unless IMPORT_UNKNOWN
 * @resolved: what @geometry comes to
 * @board: type of the board, for a virtual chip of two also its side
 * @why: for IMPORT_UNKNOWN and IMPORT_ABSENT
 */
struct import_step {
	const struct descriptor_chip *source;
	enum import_action action;
	uint32_t chip;
	uint32_t location;
	uint32_t gateway;
	uint64_t unique_id;
	bool located;
	bool same;
	struct tt_memstat_geometry geometry;
	struct ttmemstat_resolved resolved;
	char board[TT_MEMSTAT_NAME_LEN];
	char why[IMPORT_WHY];
};

#define IMPORT_VIRTUAL		(1u << 0)	/* virtual chips, not the present ones */
#define IMPORT_BY_ORDINAL	(1u << 1)	/* believe that ordinals have not moved */
#define IMPORT_FORCE		(1u << 2)	/* believe PCI addresses against unique ids */

/**
 * struct import_stale - a present chip of which what is known cannot be so any more
 * @chip: N of tt<N>; all that an import said of it is to be withdrawn
 * @present: the chip
 * @why: which chip of the descriptor it contradicts
 */
struct import_stale {
	uint32_t chip;
	const struct ttmemstat_chip *present;
	char why[IMPORT_WHY];
};

/**
 * struct import_plan - steps for all chips of a descriptor, which must outlive it
 * @steps: the chips of a board one after the other, left before right
 * @count: as many as the descriptor has chips
 * @stale: to be done before the steps; @present must outlive them
 * @stale_count: elements of @stale
 */
struct import_plan {
	struct import_step *steps;
	size_t count;
	struct import_stale *stale;
	size_t stale_count;
};

/*
 * 0; -EINVAL with @error filled: a mask that the chip's arch cannot have; -ENOMEM. @present may
 * be empty.
 */
int import_plan_build(const struct descriptor *descriptor,
		      const struct ttmemstat_chip_list *present, uint32_t flags,
		      struct import_plan *plan, struct descriptor_error *error);
void import_plan_free(struct import_plan *plan);

#endif
