/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle: computes every figure of a small chip from the definitions alone.
 *
 * It shares the uAPI's structures with the ledger, but no code or data: it keeps lists of live
 * objects, and draws a map of every granule on every bank after each event.
 */
#ifndef TTMEM_TESTS_ORACLE_H
#define TTMEM_TESTS_ORACLE_H

#include <linux/types.h>
#include "../../uapi/tt_memstat.h"

#define ORACLE_CLIENTS		8	/* on a chip at a time */
#define ORACLE_CORES		16
#define ORACLE_L1_GRANULES	64	/* of a core */
#define ORACLE_BANKS		8
#define ORACLE_DRAM_GRANULES	128	/* of a DRAM bank */
#define ORACLE_SETS		64	/* of a client, both spaces */
#define ORACLE_RECORDS		256	/* of a client */
#define ORACLE_PROGRAMS		64
#define ORACLE_SNAPSHOTS	128

#define ORACLE_CHIP		(-1)	/* in place of a client */

struct oracle;

/* One loaded program, as in LIST_PROGRAMS. */
struct oracle_program_info {
	u64 id;
	u64 cb_bytes;		/* union of its CBs */
	u32 cores;		/* mask of its core set */
	u32 resident;		/* mask of the cores where it is resident */
};

struct oracle *oracle_new(const struct tt_memstat_geometry *geometry);
void oracle_free(struct oracle *o);

int oracle_attach(struct oracle *o, const void *group, u32 covers, u32 partial,
		  const struct tt_memstat_layout *layout, u32 max_records, u32 max_programs);
void oracle_detach(struct oracle *o, int client);
void oracle_set(struct oracle *o, int client, u32 space, u32 number, u32 banks);

bool oracle_permits(struct oracle *o, int client, const struct tt_memstat_entry *e, int ret);
void oracle_take(struct oracle *o, int client, const struct tt_memstat_entry *e, u64 now_ns);
void oracle_step(struct oracle *o, int client);
void oracle_begin(struct oracle *o, int client, const struct tt_memstat_entry *e);
void oracle_reject(struct oracle *o, int client);
void oracle_lose(struct oracle *o, int client);
void oracle_drop(struct oracle *o, int client, u32 pools);
void oracle_reset_peaks(struct oracle *o);
void oracle_forget_peaks(struct oracle *o, int client);

void oracle_figures(struct oracle *o, int client, u64 now_ns, struct tt_memstat_figures *out);
u64 oracle_core_used(struct oracle *o, int client, unsigned int core);
unsigned int oracle_records(struct oracle *o, int client, struct tt_memstat_entry *out);
unsigned int oracle_programs(struct oracle *o, int client, struct oracle_program_info *out);

#endif /* TTMEM_TESTS_ORACLE_H */
