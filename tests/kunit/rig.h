/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rig: a ledger and its oracle side by side.
 *
 * Acts as the ledger's caller, passes each event to the oracle, too, and compares every figure
 * afterwards.
 */
#ifndef TTMEM_TESTS_RIG_H
#define TTMEM_TESTS_RIG_H

#include <kunit/test.h>
#include "../../driver/ledger/ledger.h"
#include "oracle.h"

#define RIG_LOG		24
#define RIG_ITEM	300	/* approximate work on one segment or program of a small chip */

struct rig_event {
	const char *what;
	int client;
	int ret;
	u64 arg;
	struct tt_memstat_entry e;
};

/**
 * struct rig - one chip
 * @geo: geometry of the oracle; a core of a bank set is bit y * grid_x + x
 * @own: own geometry of clients that attach from now on; NULL: none
 * @oracle: NULL for chips too large for it: then nothing is compared
 * @user: charged for clients that attach from now on; NULL: nobody is charged
 * @max_records: records of a client; beyond it the rig refuses, as at a user's limit
 * @max_programs: the same for programs
 * @failed: a mismatch was reported; nothing is compared any more
 * @how: how to repeat this test, printed with a mismatch
 * @meanwhile: called between the steps of an entry, a drop or a death, to report for other clients
 * @along: called between the steps of an entry, to report for the same client; 0: nothing reported
 * @dies: called between the steps of an entry: whether its client dies there
 * @steps: number of holds of the lock at whose end an entry was not finished
 * @leaving: the client that such steps belong to, -1 = none
 */
struct rig {
	struct kunit *test;
	struct tt_memstat_geometry geo;
	const struct tt_memstat_geometry *own;
	struct ttmem_ledger ledger;
	struct ttmem_ledger_client *client[ORACLE_CLIENTS];
	struct oracle *oracle;
	struct ttmem_user *user;
	u32 max_records[ORACLE_CLIENTS];
	u32 max_programs[ORACLE_CLIENTS];
	u64 now_ns;
	u64 events;
	bool failed;
	const char *how;
	void (*meanwhile)(struct rig *rig, void *arg);
	bool (*along)(struct rig *rig, int client, struct tt_memstat_entry *e, void *arg);
	bool (*dies)(struct rig *rig, void *arg);
	void *meanwhile_arg;
	unsigned int steps;
	int leaving;
	struct rig_event log[RIG_LOG];
	struct tt_memstat_figures seen;
	struct tt_memstat_figures expected;
	struct tt_memstat_entry entries[ORACLE_RECORDS];
	struct oracle_program_info programs[ORACLE_PROGRAMS];
};

struct rig *rig_new(struct kunit *test, const struct tt_memstat_geometry *geo, bool oracle);

/* A chip of an architecture with up to @most cores and banks, of the same sizes. */
struct rig *rig_new_of(struct kunit *test, const struct tt_memstat_geometry *most,
		       const struct tt_memstat_geometry *geo, bool oracle);
void rig_free(struct rig *rig);
void rig_pay(struct rig *rig);
u64 rig_charged(struct rig *rig);

int rig_attach(struct rig *rig, const void *group, u32 covers, u32 partial,
	       const struct tt_memstat_layout *layout, u32 max_records, u32 max_programs);
void rig_detach(struct rig *rig, int client, unsigned int budget);
void rig_drop(struct rig *rig, int client, u32 pools, unsigned int budget);
void rig_reset_peaks(struct rig *rig);
u32 rig_set(struct rig *rig, int client, u32 space, u32 banks);
int rig_entry(struct rig *rig, int client, const struct tt_memstat_entry *e);
int rig_starve(struct rig *rig, int client, const struct tt_memstat_entry *e, int fail_after);
void rig_check(struct rig *rig);
void rig_check_lists(struct rig *rig, int client);

u64 rig_chip(struct rig *rig, unsigned int figure);
u64 rig_client(struct rig *rig, int client, unsigned int figure);
bool rig_knows(struct rig *rig, int client, unsigned int figure);

#endif /* TTMEM_TESTS_RIG_H */
