/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Group the clients of each process and add up their figures. Clients of other namespaces and
 * clients that are not selected are in no group, as in struct smi_balance.
 */
#ifndef SMI_GROUPS_H
#define SMI_GROUPS_H

#include "sums.h"

struct smi_group {
	const struct smi_process *first;	/* on the chip with the lowest number */
	struct smi_use use;
	size_t start;		/* index of its first member */
	size_t count;
	size_t chips;		/* number of different chips */
};

struct smi_groups {
	struct smi_group *list;
	size_t count;
	const struct smi_process **members;	/* by group, then by chip */
};

/* Groups on @chip, or on all chips if NULL, sorted by @sort. -ENOMEM. */
int smi_groups_of_processes(struct smi_groups *g, const struct smi_snapshot *s,
			    const struct ttmemstat_chip *chip, enum smi_sort sort, bool reverse);
void smi_groups_release(struct smi_groups *g);

#endif
