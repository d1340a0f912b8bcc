/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the hand-written cases: one small chip, and macros for entries in one line.
 *
 * The chip: wormhole, 4x3 cores of 64 granules (12,288 B of L1), 4 DRAM banks of 128 granules
 * (8192 B). Core x,y is bit y * 4 + x of a bank set.
 */
#ifndef TTMEM_TESTS_CASES_H
#define TTMEM_TESTS_CASES_H

#include "rig.h"

#define CORES		12
#define CORE_BYTES	1024ull
#define BANKS		4
#define BANK_BYTES	2048ull
#define ALL_CORES	0xfffu
#define ROW0		0x00fu
#define ROW1		0x0f0u

#define DRAM		TT_MEMSTAT_POOL_DRAM
#define TRACE		TT_MEMSTAT_POOL_TRACE
#define L1		TT_MEMSTAT_POOL_L1
#define L1_SMALL	TT_MEMSTAT_POOL_L1_SMALL
#define CB		TT_MEMSTAT_POOL_CB
#define KERNEL		TT_MEMSTAT_POOL_KERNEL
#define ALL_POOLS	TT_MEMSTAT_POOL_MASK_ALL

#define VIEW		TT_MEMSTAT_ENTRY_VIEW
#define SYSTEM		TT_MEMSTAT_ENTRY_SYSTEM
#define PART		TT_MEMSTAT_ENTRY_PART
#define REPLACE		TT_MEMSTAT_ENTRY_REPLACE_PROGRAM
#define TOTAL		TT_MEMSTAT_ENTRY_TOTAL
#define LOADED		TT_MEMSTAT_ENTRY_LOADED

/* Report a record: RECORD(rig, client, .pool = CB, .id = 1, .addr = 0, .size = 64) */
#define RECORD(rig, client, ...) \
	rig_entry(rig, client, &(struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_RECORD, \
							   __VA_ARGS__ })
#define SNAPSHOT(rig, client, ...) \
	rig_entry(rig, client, &(struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_SNAPSHOT, \
							   __VA_ARGS__ })

static inline int FREE(struct rig *rig, int client, u64 id)
{
	return rig_entry(rig, client, &(struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_FREE, .id = id });
}

static inline int PROGRAM_FREE(struct rig *rig, int client, u64 program)
{
	return rig_entry(rig, client, &(struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_PROGRAM_FREE, .program = program });
}

static inline int DISPATCH(struct rig *rig, int client, u64 program, u64 list)
{
	return rig_entry(rig, client, &(struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_DISPATCH, .program = program, .id = list });
}

/* A figure of the chip, or of a client, by the end of its name. */
#define CHIP(rig, figure)		rig_chip(rig, TT_MEMSTAT_FIG_##figure)
#define CLIENT(rig, client, figure)	rig_client(rig, client, TT_MEMSTAT_FIG_##figure)
#define KNOWN(rig, client, figure)	rig_knows(rig, client, TT_MEMSTAT_FIG_##figure)

#define EXPECT_CHIP(test, rig, figure, number) \
	KUNIT_EXPECT_EQ(test, CHIP(rig, figure), (u64)(number))
#define EXPECT_CLIENT(test, rig, client, figure, number) \
	KUNIT_EXPECT_EQ(test, CLIENT(rig, client, figure), (u64)(number))
#define EXPECT_TAKEN(test, result)	KUNIT_EXPECT_EQ(test, result, 0)
#define EXPECT_REFUSED(test, result, error) KUNIT_EXPECT_EQ(test, result, -(error))

extern const struct tt_memstat_geometry case_geometry;

int case_init(struct kunit *test);
void case_exit(struct kunit *test);

/* A client that covers every pool, in a thread group of its own. */
int case_client(struct rig *rig);
int case_client_of(struct rig *rig, const void *group, u32 covers);

#endif /* TTMEM_TESTS_CASES_H */
