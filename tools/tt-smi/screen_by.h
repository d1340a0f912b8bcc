/* SPDX-License-Identifier: GPL-2.0-only */
/* --by as a table, with the rows that make its columns add up. Pure. */
#ifndef SMI_SCREEN_BY_H
#define SMI_SCREEN_BY_H

#include "by.h"

void smi_screen_by(const struct smi_snapshot *s, const struct smi_view *view, enum smi_by by,
		   struct smi_text *out);

#endif
