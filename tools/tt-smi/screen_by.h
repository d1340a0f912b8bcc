/* SPDX-License-Identifier: GPL-2.0-only */
/* --by: sums of the processes of each container, pod, unit or user. Pure. */
#ifndef SMI_SCREEN_BY_H
#define SMI_SCREEN_BY_H

#include "smi.h"
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

/* SMI_BYS: not a key. */
enum smi_by smi_by_parse(const char *name);

void smi_screen_by(const struct smi_snapshot *s, const struct smi_view *view, enum smi_by by,
		   struct smi_text *out);

#endif
