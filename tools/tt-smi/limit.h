/* SPDX-License-Identifier: GPL-2.0-only */
/* --max-used: limits, and the chips that exceed them. */
#ifndef SMI_LIMIT_H
#define SMI_LIMIT_H

#include "notes.h"
#include "smi.h"

enum smi_space {
	SMI_SPACE_L1,
	SMI_SPACE_DRAM,
	SMI_SPACES,
};

struct smi_limit {
	bool set;
	bool percent;		/* of allocatable memory, or of the capacity if that is unknown */
	int64_t v;		/* bytes, or hundredths of a per cent */
};

struct smi_limits {
	struct smi_limit space[SMI_SPACES];
};

/* "l1=90%", "dram=10GiB"; 0 or -EINVAL. */
int smi_limit_parse(struct smi_limits *limits, const char *text);

bool smi_limits_set(const struct smi_limits *limits);

/* Whether a chip exceeds a limit; prints a sentence about each that does. */
bool smi_limits_exceeded(const struct smi_limits *limits, const struct smi_snapshot *s,
			 smi_note_fn fn, void *data);

#endif
