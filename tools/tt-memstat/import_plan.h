/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plan an import: which chip of a descriptor is which present chip. Planning has no side effects
 * and needs no module.
 */
#ifndef TT_MEMSTAT_IMPORT_PLAN_H
#define TT_MEMSTAT_IMPORT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ttmemstat.h>

#include "descriptor.h"

enum import_action {
	IMPORT_UNKNOWN = 0,	/* the descriptor does not have the geometry */
	IMPORT_ABSENT,		/* no present chip is certainly this one */
	IMPORT_DESCRIBE,	/* set the geometry of @chip */
	IMPORT_DESCRIBE_REMOTE,	/* set the geometry of the chip at @location behind @chip */
	IMPORT_CREATE,		/* make a virtual chip */
	IMPORT_KEEP,		/* virtual @chip needs no change */
	IMPORT_REPLACE,		/* virtual @chip has its unique id, but differs */
};

#define IMPORT_WHY	128

/**
 * struct import_step - one chip of the descriptor
 * @source: the chip in the descriptor
 * @action: enum import_action
 * @chip: N of tt<N>, see @action; with IMPORT_DESCRIBE_REMOTE, that of the gateway
 * @gateway: id of @source's gateway in the descriptor, if it has one
 * @unique_id: 0 = none; for a virtual chip without one, the id that UMD will give it
 * @located: @location is known
 * @location: ASIC location on the board
 * @same: IMPORT_DESCRIBE*: an administrator has set this geometry already
 * @geometry: unless IMPORT_UNKNOWN
 * @resolved: capacities that follow from @geometry
 * @board: type of the board; for a virtual chip of a board with two, also the side
 * @why: reason of IMPORT_UNKNOWN and IMPORT_ABSENT
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
#define IMPORT_BY_ORDINAL	(1u << 1)	/* assume that ordinals are unchanged */
#define IMPORT_FORCE		(1u << 2)	/* PCI addresses override unique ids */

/**
 * struct import_stale - a present chip whose description the descriptor contradicts
 * @chip: N of tt<N>; its imported description is to be withdrawn
 * @present: the chip
 * @why: the contradiction
 */
struct import_stale {
	uint32_t chip;
	const struct ttmemstat_chip *present;
	char why[IMPORT_WHY];
};

/**
 * struct import_plan - steps for all chips of a descriptor, which must outlive it
 * @steps: the chips of a board are adjacent, left before right
 * @count: number of chips in the descriptor
 * @stale: to be executed before the steps; @present must outlive them
 * @stale_count: elements of @stale
 */
struct import_plan {
	struct import_step *steps;
	size_t count;
	struct import_stale *stale;
	size_t stale_count;
};

/*
 * -EINVAL with @error: a mask that the chip's arch cannot have; -ENOMEM. @present may be empty.
 */
int import_plan_build(const struct descriptor *descriptor,
		      const struct ttmemstat_chip_list *present, uint32_t flags,
		      struct import_plan *plan, struct descriptor_error *error);
void import_plan_free(struct import_plan *plan);

#endif
