/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The chips that this process reports on. All calls need the lock.
 */
#ifndef REPORT_CHIPS_H
#define REPORT_CHIPS_H

#include "foreign.h"
#include "say.h"

#define CHIPS_MAX	64
#define CHIPS_COVERS	(1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_TRACE | \
			 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL | \
			 1u << TT_MEMSTAT_POOL_CB)

/* A set of chips, as bits by the numbers of chips_use(). */
typedef uint64_t chips_mask;

/*
 * 0, or the reason why nothing will be reported. @replay reports all live state of a chip to a new
 * attachment; @forgotten: a chip has lost its state, and, if @gone, its number may be reused.
 */
int chips_open(void (*replay)(int chip), void (*forgotten)(int chip, bool gone));

/**
 * struct chips_terms - how to report a chip
 * @device: its identity; @device.runtime_id is the key
 * @covers: pools that are reported
 * @partial: pools that are reported in part
 * @flags: TTMEMSTAT_ATTACH_RING: expect many events
 * @geometry: as seen by the runtime; without an arch: unknown
 * @layout: how the runtime divides it
 * @label: label of the client
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

/*
 * A chip's number, until as many calls of chips_leave(); -1: none. Only the first call's terms
 * count.
 */
int chips_use(const struct chips_terms *terms);
void chips_leave(int chip);

/* The number of a used chip; -1: not in use. */
int chips_find(int id);

/* Whether the chip's geometry changed since the last call. */
bool chips_renewed(int chip);

/* Whether several allocators manage the chip. */
bool chips_is_shared(int chip);

/* The chip's attachment; NULL: there is none, or it is new and has just received all live state. */
struct ttmemstat_attachment *chips_attachment(int chip);

/* Handle the result of a report to @chip: attach again if the attachment has ended. */
void chips_judge(int chip, int error);

/* The number of a name of names.h in the recording; 0: none, or nothing is recorded. */
uint32_t chips_name(uint32_t name);

/* The runtime's number of a used chip. */
int chips_id(int chip);

/* Pass the figures of all attachments to the summary. */
void chips_summarize(void);

/* In a child: forget all inherited chips. */
void chips_forget(void);

#endif
