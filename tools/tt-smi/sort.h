/* SPDX-License-Identifier: GPL-2.0-only */
/* Orders of processes. Pure. */
#ifndef SMI_SORT_H
#define SMI_SORT_H

#include "smi.h"

/* "memory", "l1" and so on; NULL or SMI_SORTS: no such order. */
const char *smi_sort_name(enum smi_sort sort);
enum smi_sort smi_sort_parse(const char *name);

void smi_sort(struct smi_snapshot *s, enum smi_sort sort, bool reverse);

#endif
