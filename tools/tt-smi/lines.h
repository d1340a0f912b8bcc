/* SPDX-License-Identifier: GPL-2.0-only */
/* One line for each chip: names and addresses, or use. Pure. */
#ifndef SMI_LINES_H
#define SMI_LINES_H

#include "smi.h"
#include "text.h"

/* -L: "Chip 0: n300 L (tt0, 0000:01:00.0, tenstorrent/0, 0x0123456789abcdef)". */
void smi_name_lines(const struct smi_snapshot *s, const struct smi_view *view,
		    struct smi_text *out);

/* --line: telemetry, use of both spaces, and the processes that use most. */
void smi_use_lines(const struct smi_snapshot *s, const struct smi_view *view, struct smi_text *out);

#endif
