/* SPDX-License-Identifier: GPL-2.0-only */
/* --by: sums of the processes of each container, pod, unit, user or job. Pure. */
#ifndef SMI_BY_H
#define SMI_BY_H

#include "smi.h"
#include "sums.h"
#include "text.h"

enum smi_by {
	SMI_BY_NONE,
	SMI_BY_CONTAINER,
	SMI_BY_POD,
	SMI_BY_UNIT,
	SMI_BY_USER,
	SMI_BY_JOB,
	SMI_BYS,
};

/* SMI_BYS: none of these names. */
enum smi_by smi_by_parse(const char *name);
const char *smi_by_name(enum smi_by by);

/* Processes of one key; an empty one is unknown. */
struct smi_by_sum {
	const char *key;
	size_t processes;
	struct smi_use use;
};

/*
 * Sums of the listed processes, the largest first, to be released by free(). Returns 0 or -ENOMEM.
 * smi_balance() has the rows that make the columns add up.
 */
int smi_by_sums(struct smi_by_sum **sums, size_t *count, const struct smi_snapshot *s,
		enum smi_by by);

/* A row for each sum (RFC 4180), in bytes. */
void smi_by_csv(const struct smi_snapshot *s, enum smi_by by, struct smi_text *out);

#endif
