/* SPDX-License-Identifier: GPL-2.0-only */
/* --long: all known values as lines `key: value`, for bug reports and screen readers. Pure. */
#ifndef SMI_LONG_H
#define SMI_LONG_H

#include "smi.h"
#include "text.h"

void smi_long(const struct smi_snapshot *s, struct smi_text *out);

#endif
