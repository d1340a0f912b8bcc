/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events of a capture on a chip, in order, and what does not fit. A plan can be sent to the
 * module, printed, or tested without it.
 */
#ifndef TT_MEMSTAT_PLAN_H
#define TT_MEMSTAT_PLAN_H

#include <tt_memstat.h>

#include "capture.h"
#include "layout.h"
#include "place.h"
#include "program.h"

enum plan_op {
	PLAN_RECORD = 0,
	PLAN_FREE,
	PLAN_PROGRAM_FREE,
	PLAN_DISPATCH,
};

#define PLAN_WHOLE	SIZE_MAX	/* the worker grid, or all DRAM banks */

/**
 * struct plan_event - one event
 * @node: index of the node that caused it; @made: of the node that describes it, which is earlier
 *	for the circular buffers of a program
 * @id: RECORD, FREE: id of the record
 * @program: RECORD: 0 = none; PROGRAM_FREE, DISPATCH: id of the program
 * @set: RECORD: index in the plan's sets, or PLAN_WHOLE
 * @view: RECORD: memory of another buffer
 */
struct plan_event {
	enum plan_op op;
	enum tt_memstat_pool pool;
	size_t node;
	size_t made;
	uint64_t id;
	uint64_t program;
	uint64_t address;
	uint64_t size;
	size_t set;
	bool view;
};

struct plan_misfit {
	size_t node;
	struct place_misfit what;
};

/**
 * struct plan - all events of a capture
 * @sets: distinct sets of cores
 * @misfits: allocations that do not fit; they have no events, except those that fit the chip but
 *	collide with other allocations
 * @before: deallocations of buffers from before the capture
 * @host: allocations in host memory, omitted
 * @empty: buffers and circular buffers without bytes or without cores, omitted
 */
struct plan {
	struct plan_event *events;
	size_t event_count;
	struct core_set *sets;
	size_t set_count;
	struct plan_misfit *misfits;
	size_t misfit_count;
	size_t before;
	size_t host;
	size_t empty;
	struct program_counts programs;
};

int plan_build(const struct capture *capture, const struct layout *layout, bool cache,
	       struct plan **plan);
void plan_free(struct plan *plan);

#endif
