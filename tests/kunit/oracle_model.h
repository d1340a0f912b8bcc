/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle's model: the clients' live objects, in the units of the uAPI. Only the oracle's two
 * files use it.
 */
#ifndef TTMEM_TESTS_ORACLE_MODEL_H
#define TTMEM_TESTS_ORACLE_MODEL_H

#include "oracle.h"

#define BIT_OF(pool)	(1u << TT_MEMSTAT_POOL_##pool)
#define L1_SPACE	(BIT_OF(L1) | BIT_OF(L1_SMALL) | BIT_OF(CB))
#define DRAM_SPACE	(BIT_OF(DRAM) | BIT_OF(TRACE))
#define LOADED		TT_MEMSTAT_POOLS	/* in an array by pool: CBs of all programs */

/* Coverage of a granule: bits by pool, and: */
#define BIT_OF_LOADED	BIT(LOADED)

struct orecord {
	struct tt_memstat_entry e;
};

struct oprogram {
	u64 id;
	u64 list;
	u32 last;		/* cores where it was the last to be dispatched */
};

struct osnapshot {
	struct tt_memstat_entry e;
};

struct oset {
	u32 space;
	u32 number;
	u32 banks;
};

/* Coverage of a client or of the chip. */
struct omap {
	u8 l1[ORACLE_CORES][ORACLE_L1_GRANULES];
	u8 dram[ORACLE_BANKS][ORACLE_DRAM_GRANULES];
};

struct olevel {
	struct omap map;
	u64 snap[TT_MEMSTAT_POOLS + 1];
	bool counts[TT_MEMSTAT_POOLS + 1];	/* a snapshot that counts is live */
	bool clipped;
	bool total;				/* a TOTAL snapshot that counts is live */
	struct tt_memstat_figures now;
	u64 raw[TT_MEMSTAT_FIGURES];		/* use, known or unknown: for the peaks */
	u64 peak[TT_MEMSTAT_FIGURES];		/* by row of the table of peaks */
	u32 ever;				/* pools that were covered since the peaks began */
	u64 generation, rejected, dropped;
	u64 clash;
	s64 headroom, headroom_min;
	bool headroom_known;
};

struct oclient {
	bool live;
	const void *group;
	u32 covers, partial;
	struct tt_memstat_layout layout;
	u32 max_records, max_programs;
	bool dispatched;
	bool lost;
	u32 recorded;
	u32 left;		/* pools recorded by clients of its group that have left */
	u64 snapshot_ns;
	u64 dispatch_ns;
	struct oset sets[ORACLE_SETS];
	unsigned int nr_sets;
	struct orecord records[ORACLE_RECORDS];
	unsigned int nr_records;
	struct oprogram programs[ORACLE_PROGRAMS];
	unsigned int nr_programs;
	struct osnapshot snapshots[ORACLE_SNAPSHOTS];
	unsigned int nr_snapshots;
	struct olevel level;
};

struct oracle {
	struct tt_memstat_geometry geo;
	unsigned int cores;
	struct oclient client[ORACLE_CLIENTS];
	struct olevel level;
};

u32 oracle_space_of(u32 pool);
u64 oracle_capacity(const struct oracle *o, u32 space);
unsigned int oracle_count_bits(u32 mask);
u32 oracle_worker_grid(struct oracle *o, struct oclient *c);
u32 oracle_banks_of(struct oracle *o, struct oclient *c, u32 pool, u32 number);
struct oprogram *oracle_find_program(struct oclient *c, u64 id);
bool oracle_has_program(const struct tt_memstat_entry *e);
bool oracle_is_cb(const struct tt_memstat_entry *e);
u32 oracle_resident_cores(struct oclient *c, u64 program);
bool oracle_group_recorded(struct oracle *o, const struct oclient *c, u32 pool);
void oracle_recompute(struct oracle *o);
u64 oracle_level_core(const struct olevel *lv, unsigned int core);
unsigned int oracle_count_row(const u8 *row, unsigned int len, u32 bits);
void oracle_paint(u8 *row, const struct tt_memstat_entry *e, u8 bit);
void oracle_put(struct tt_memstat_figures *f, unsigned int n, bool known, u64 value);

#endif /* TTMEM_TESTS_ORACLE_MODEL_H */
