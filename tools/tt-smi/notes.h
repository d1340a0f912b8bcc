/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sentences about a snapshot: what went wrong while it was read, and why a figure is unknown.
 * Every output takes them from here.
 */
#ifndef SMI_NOTES_H
#define SMI_NOTES_H

#include "smi.h"

typedef void (*smi_note_fn)(void *data, const char *sentence);

/* Things that make the figures less than one moment's truth. */
void smi_notes(const struct smi_snapshot *s, smi_note_fn fn, void *data);

/* Why figures of a chip read unknown or only "at least". */
void smi_reasons(const struct ttmemstat_chip *chip, smi_note_fn fn, void *data);

/* What to do about what is wrong, one sentence each; none where all is well. */
void smi_advice(const struct smi_snapshot *s, smi_note_fn fn, void *data);

#endif
