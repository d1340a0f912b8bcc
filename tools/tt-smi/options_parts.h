/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of options.c that lie in files of their own. */
#ifndef SMI_OPTIONS_PARTS_H
#define SMI_OPTIONS_PARTS_H

#include "options.h"

/* Says on stderr what is wrong, and returns the status to exit with. */
int smi_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int smi_out_of_memory(void);

/* Fills in what options imply, once all have been taken; refuses those that contradict. */
int smi_options_conclude(struct smi_options *o);

#endif
