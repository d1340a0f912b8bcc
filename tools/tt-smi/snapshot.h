/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot in the format of Tenstorrent's tt-smi 6.8.0: the same keys and string formats, and
 * "N/A" for unknown values. The additional key `memory` holds the document of json.h at the top
 * level, and the bytes in use in each device and process.
 */
#ifndef SMI_SNAPSHOT_H
#define SMI_SNAPSHOT_H

#include "smi.h"
#include "text.h"

/* Requires @s->details. @one_line prints the document on a single line. */
void smi_snapshot_print(const struct smi_snapshot *s, bool one_line, struct smi_text *out);

/*
 * Pure: the name that Tenstorrent's tt-smi gives a board. It follows from @serial if that has the
 * part number of a known board, else from @board. Empty if both are unknown.
 */
const char *smi_snapshot_board(uint64_t serial, const char *board, uint32_t arch);

#endif
