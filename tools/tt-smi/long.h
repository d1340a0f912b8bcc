/* SPDX-License-Identifier: GPL-2.0-only */
/* --long: everything that is known as lines `key: value`, for tickets and for screen readers. Pure. */
#ifndef SMI_LONG_H
#define SMI_LONG_H

#include "smi.h"
#include "text.h"

void smi_long(const struct smi_snapshot *s, struct smi_text *out);

#endif
