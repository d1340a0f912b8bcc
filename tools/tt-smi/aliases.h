/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that nvidia-smi has for fields of the same meaning. Pure. */
#ifndef SMI_ALIASES_H
#define SMI_ALIASES_H

#include "fields.h"
#include "text.h"

/* Find the field of chips or processes that has this alias. @out gets the alias as its name. */
bool smi_alias(const char *name, size_t len, unsigned int of, struct smi_field *out);

/* Print the aliases and their fields for --help-query. */
void smi_aliases_help(struct smi_text *out);

#endif
