/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From options and snapshots to output and an exit status: what one-shot and watching share.
 */
#ifndef SMI_RUN_H
#define SMI_RUN_H

#include "options.h"
#include "sums.h"

/* The form that the options ask for. */
void smi_render(const struct smi_options *o, const struct smi_snapshot *s, struct smi_text *out);

/* Where output goes: a descriptor, or -1 after saying why not. */
int smi_output_open(const struct smi_options *o);

/* All of it; an exit status, after saying what went wrong. */
int smi_output(int fd, const struct smi_text *text);

/* To where the options say, once. Readers of --output see the old file or the new, never a part. */
int smi_deliver(const struct smi_options *o, const struct smi_text *text);

/* Says why a snapshot could not be taken; the exit status for it. */
int smi_complain(int rc, const char *missing);

/* What the caller asked for and is not there, or above its limits; the exit status for it. */
int smi_verdict(const struct smi_options *o, const struct smi_snapshot *s);

/* Loads the locale if a name needs it: only wide characters do. */
void smi_locale(const struct smi_options *o, const struct smi_snapshot *s);

/* --watch; comes in two builds, see watch_exec.c and watch.c. */
int smi_watch(const struct smi_options *o, char **argv);

#endif
