/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients put together by what they have in common: all those of a process.
 *
 * Knows sums; does not know how they are shown. Clients of other namespaces and those that are not
 * selected are in no group, as in struct smi_balance.
 */
#ifndef SMI_GROUPS_H
#define SMI_GROUPS_H

#include "sums.h"

struct smi_group {
	const struct smi_process *first;	/* on the chip of the lowest number */
	struct smi_use use;
	size_t start;		/* of its members */
	size_t count;
	size_t chips;		/* different ones */
};

struct smi_groups {
	struct smi_group *list;
	size_t count;
	const struct smi_process **members;	/* by group, and in it by chip */
};

/* Of @chip alone unless NULL; in the order of @sort. -ENOMEM. */
int smi_groups_of_processes(struct smi_groups *g, const struct smi_snapshot *s,
			    const struct ttmemstat_chip *chip, enum smi_sort sort, bool reverse);
void smi_groups_release(struct smi_groups *g);

#endif
