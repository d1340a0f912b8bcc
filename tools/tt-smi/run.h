/* SPDX-License-Identifier: GPL-2.0-only */
/* From options and snapshots to output and an exit status; shared by one-shot and --watch. */
#ifndef SMI_RUN_H
#define SMI_RUN_H

#include "options.h"
#include "sums.h"

/* Render the snapshot in the requested form. */
void smi_render(const struct smi_options *o, const struct smi_snapshot *s, struct smi_text *out);

/* Descriptor for the output, or -1 after printing the reason. */
int smi_output_open(const struct smi_options *o);

/* Write all text; returns an exit status after printing any error. */
int smi_output(int fd, const struct smi_text *text);
/* Close it; the error of a late write counts if @status is SMI_EXIT_OK. */
int smi_output_close(int fd, const char *file, int status);

/* Write the output once. Readers of --output see the old file or the new one, never a part. */
int smi_deliver(const struct smi_options *o, const struct smi_text *text);

/* Print why a snapshot could not be taken; returns the exit status. */
int smi_complain(int rc, const char *missing);

/* Check for missing chips and processes and for exceeded limits; returns the exit status. */
int smi_verdict(const struct smi_options *o, const struct smi_snapshot *s);

/* --watch has two builds: see watch_exec.c and watch.c. */
int smi_watch(const struct smi_options *o, char **argv);

#endif
