/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that nvidia-smi has for fields of the same meaning. Pure. */
#ifndef SMI_ALIASES_H
#define SMI_ALIASES_H

#include "fields.h"
#include "text.h"

/* The field of chips or of processes that is called so; it keeps this name in @out. */
bool smi_alias(const char *name, size_t len, unsigned int of, struct smi_field *out);

/* Lines "ALIAS = FIELD" for --help-query. */
void smi_aliases_help(struct smi_text *out);

#endif
