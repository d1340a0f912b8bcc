/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The chips that this process reports on: which they are, and what becomes of an event. Does not
 * know what lives there: whoever attaches is asked to say it (chips_replay). All calls with the
 * books' lock held.
 */
#ifndef REPORT_CHIPS_H
#define REPORT_CHIPS_H

#include "foreign.h"

#define CHIPS_MAX	64
#define CHIPS_COVERS	(1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_TRACE | \
			 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL | \
			 1u << TT_MEMSTAT_POOL_CB)

/* A set of chips, by the numbers that chips_use() gives. */
typedef uint64_t chips_mask;

/* 0, or why nothing will ever be reported. */
int chips_open(void);

/**
 * struct chips_terms - what a chip is reported as
 * @device: which it is; by @device.runtime_id it is known here
 * @covers: pools that are reported
 * @partial: pools that are not reported wholly
 * @flags: TTMEMSTAT_ATTACH_RING: many events are to come
 * @geometry: what the runtime sees of it; without an arch: nothing is told
 * @layout: how the runtime divides it
 * @label: what the process is called there
 */
struct chips_terms {
	struct ttmemstat_device device;
	uint32_t covers;
	uint32_t partial;
	uint32_t flags;
	struct tt_memstat_geometry geometry;
	struct tt_memstat_layout layout;
	const char *label;
};

/* A chip, until as many calls of chips_leave(); -1: none. The terms are those of the first call. */
int chips_use(const struct chips_terms *terms);
void chips_leave(int chip);

/* The number of a chip that is used; -1: it is not. */
int chips_find(int id);

/* Whether the chip was described anew since the last time that this was asked. */
bool chips_renewed(int chip);

/* Whether several allocators manage it. */
bool chips_is_shared(int chip);

/* The writing side of a chip; NULL: nobody to tell now, or all that lives has just been told. */
struct ttmemstat_attachment *chips_attachment(int chip);

/* How the call went that told @chip something: an attachment that is at an end is made anew. */
void chips_judge(int chip, int error);

/* The number in the recording of one of names.h; 0: none, or nothing is recorded. */
uint32_t chips_name(uint32_t name);

/* The number that the runtime gives a chip that is used. */
int chips_id(int chip);

/* For the summary: the figures of all that are attached. */
void chips_summarize(void);

/* A child: nothing of what was inherited is its own. */
void chips_forget(void);

/* One line on standard error, if that is still what it was. */
__attribute__((format(printf, 1, 2)))
void chips_say(const char *format, ...);

/* books.c: all that lives on a chip, for an attachment that knows nothing of it. */
void chips_replay(int chip);

/* books.c: a chip knows nothing any more; @gone: and its number may become another's. */
void chips_forgotten(int chip, bool gone);

#endif
