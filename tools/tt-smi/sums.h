/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbers that make a table add up: rows of use, their sums and the signed differences.
 *
 * Knows the identities that every output keeps:
 *	pools - overlap = used,   clients - shared = used
 * Does not know how a row is shown.
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
	size_t count;		/* clients that went into it */
	bool inconsistent;
	bool approx[SMI_COLUMNS];
	bool partial[SMI_COLUMNS];	/* at least so much */
};

/*
 * Rows under the processes: what is listed + @foreign + @unselected + @shared + @unaccounted =
 * @total, column by column. @shared carries the published differences (the pools' columns: what
 * is left over), @unaccounted what remains when a client went while it was read.
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

/* A chip is approximate in the columns in which one of its clients is. */
void smi_use_of_chip(struct smi_use *use, const struct ttmemstat_chip *chip);
void smi_use_add(struct smi_use *sum, const struct smi_use *use);
bool smi_use_is_zero(const struct smi_use *use);

/* Prefix of a known number: '!' inconsistent, '~' approximate, '>' at least, NUL none. */
char smi_use_mark(const struct smi_use *use, enum smi_column column);

/* Over one chip, or over all when @chip is NULL. */
void smi_balance(struct smi_balance *b, const struct smi_snapshot *s,
		 const struct ttmemstat_chip *chip);

/*
 * Distinct processes on a chip, on the virtual chips or on all others; each client of another
 * namespace counts for itself, for nothing tells them apart.
 */
size_t smi_processes_on(const struct ttmemstat_chip *chip);
size_t smi_processes_of(const struct smi_snapshot *s, bool on_virtual);

/* Whether the process is listed by itself: selected, and of this pid namespace. */
bool smi_listed(const struct smi_process *p);

#endif
