/* SPDX-License-Identifier: GPL-2.0-only */
/* Levels of use at which colours change. Pure. */
#ifndef SMI_LEVELS_H
#define SMI_LEVELS_H

#include "smi.h"
#include "text.h"

#define SMI_LEVELS_DEFAULT ((struct smi_levels){ .warn = 75, .bad = 90 })

/*
 * Parse "75,90": two whole percentages from 0 to 100, the second not below the first. Returns 0, or
 * -EINVAL without any change.
 */
int smi_levels_parse(struct smi_levels *levels, const char *text);

/* SMI_GOOD, SMI_WARN or SMI_BAD. @whole is above 0. */
enum smi_style smi_level_style(const struct smi_levels *levels, int64_t used, int64_t whole);

#endif
