/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sentences about a snapshot for all outputs: problems while it was read, and why a figure is
 * unknown.
 */
#ifndef SMI_NOTES_H
#define SMI_NOTES_H

#include "smi.h"

typedef void (*smi_note_fn)(void *data, const char *sentence);

/* Reasons why the figures may not belong to a single moment. */
void smi_notes(const struct smi_snapshot *s, smi_note_fn fn, void *data);

/* Reasons why figures of a chip are unknown or "at least". */
void smi_reasons(const struct ttmemstat_chip *chip, smi_note_fn fn, void *data);

/* What to do about problems, one sentence each. */
void smi_advice(const struct smi_snapshot *s, smi_note_fn fn, void *data);

#endif
