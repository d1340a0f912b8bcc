/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of use, their sums and the signed differences, so that all outputs satisfy
 *	pools - overlap = used,   clients - shared = used
 */
#ifndef SMI_SUMS_H
#define SMI_SUMS_H

#include "smi.h"

enum smi_column {
	SMI_L1_USED,
	SMI_L1,
	SMI_L1_SMALL,
	SMI_CB,
	SMI_L1_OVERLAP,
	SMI_DRAM_USED,
	SMI_DRAM,
	SMI_TRACE,
	SMI_DRAM_OVERLAP,
	SMI_COLUMNS,
};

struct smi_use {
	struct smi_value v[SMI_COLUMNS];
	size_t count;		/* number of clients */
	bool inconsistent;
	bool approx[SMI_COLUMNS];
	bool partial[SMI_COLUMNS];	/* a lower bound */
};

/*
 * Rows below the processes, in each column: the listed ones + @foreign + @unselected + @shared +
 * @unaccounted = @total. @shared has the differences that the module publishes and, in columns of
 * pools, the remainder; @unaccounted has the remainder if a client went while it was read.
 */
struct smi_balance {
	struct smi_use listed;
	struct smi_use foreign;
	struct smi_use unselected;
	struct smi_use shared;
	struct smi_use unaccounted;
	struct smi_use total;
};

void smi_use_of(struct smi_use *use, const struct tt_memstat_figures *figures);

/* A chip is approximate in the columns in which a client is. */
void smi_use_of_chip(struct smi_use *use, const struct ttmemstat_chip *chip);
void smi_use_add(struct smi_use *sum, const struct smi_use *use);
bool smi_use_is_zero(const struct smi_use *use);

/* Prefix of a known number: '!' inconsistent, '~' approximate, '>' at least, NUL none. */
char smi_use_mark(const struct smi_use *use, enum smi_column column);

/* For one chip, or for all if @chip is NULL. */
void smi_balance(struct smi_balance *b, const struct smi_snapshot *s,
		 const struct ttmemstat_chip *chip);

/*
 * Number of distinct processes on a chip, on virtual chips or on all others. Each client of another
 * namespace counts as a process, as these cannot be distinguished.
 */
size_t smi_processes_on(const struct ttmemstat_chip *chip);
size_t smi_processes_of(const struct smi_snapshot *s, bool on_virtual);

/* Whether the process has a row: selected, and in this pid namespace. */
bool smi_listed(const struct smi_process *p);
/* Also foreign processes, unless a filter excludes them: for outputs with a row for each client. */
bool smi_listed_or_foreign(const struct smi_snapshot *s, const struct smi_process *p);

#endif
