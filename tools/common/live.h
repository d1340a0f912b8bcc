/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The live objects of a client on a chip, as the module lists them: records, programs and bank sets,
 * and the cores or DRAM banks on which each record counts as used.
 */
#ifndef TT_MEMSTAT_LIVE_H
#define TT_MEMSTAT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ttmemstat.h>

/**
 * struct live_program - a loaded program
 * @info: as listed
 * @cores: sets of its circular buffers, together; bits as in struct tt_memstat_set_info
 * @resident: where it is resident
 * @assumed: @resident has the right number of cores, and which they are is not known
 */
struct live_program {
	struct tt_memstat_program_info info;
	uint64_t cores[TT_MEMSTAT_SET_WORDS];
	uint64_t resident[TT_MEMSTAT_SET_WORDS];
	bool assumed;
};

/**
 * struct live_client - a client
 * @records: in ascending order of ids
 * @programs: in ascending order of ids
 * @sets: of L1 and of DRAM; none: the module does not list sets
 * @figures: of the client
 * @changing: the client reported while it was read; the lists may be of different moments
 * @assumed: some program is
 */
struct live_client {
	struct tt_memstat_record_info *records;
	size_t record_count;
	struct live_program *programs;
	size_t program_count;
	struct tt_memstat_set_info *sets;
	size_t set_count;
	struct tt_memstat_figures figures;
	bool changing;
	bool assumed;
};

/*
 * Read a client, at most @tries times while it is changing. -EPERM: another user's; -ENODEV: no such chip; -ENOENT: no such client on it;
 * -ENOMEM. @live must be released after an error, too.
 */
int live_read(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client, unsigned int tries,
	      struct live_client *live);
/* The same without programs, in which case live_record_on() does not know circular buffers. */
int live_read_records(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
		      struct live_client *live);
void live_release(struct live_client *live);

/* The set of a record; NULL: unknown. */
const struct tt_memstat_set_info *live_set(const struct live_client *live,
					   const struct tt_memstat_record_info *record);

/* The program of a record; NULL: it has none. */
const struct live_program *live_program(const struct live_client *live,
					const struct tt_memstat_record_info *record);

/*
 * How the runtime divides @bytes of L1, as far as the module tells: where its part starts, by what it
 * may allocate if that ends where L1 does (0: unknown), and where the lowest buffer in L1_SMALL starts
 * (@bytes: there is none).
 */
uint64_t live_l1_base(const struct live_client *live, uint64_t bytes);
uint64_t live_l1_small(const struct live_client *live, uint64_t bytes);

/*
 * Whether a record counts as used on core @x, @y; for a record in DRAM, in bank @x. Views and kernels
 * never do, circular buffers where their program is resident.
 */
bool live_record_on(const struct live_client *live, const struct tt_memstat_record_info *record,
		    uint32_t x, uint32_t y);

#endif
