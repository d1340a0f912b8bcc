/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions that options.c and options_conclude.c share. */
#ifndef SMI_OPTIONS_PARTS_H
#define SMI_OPTIONS_PARTS_H

#include "options.h"

/* Prints a diagnostic and returns SMI_EXIT_USAGE, or SMI_EXIT_FAILURE. */
int smi_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int smi_refuse_actions(void);
int smi_out_of_memory(void);

/* Checks the options against each other and sets the fields that follow from several of them. */
int smi_options_conclude(struct smi_options *o);

#endif
