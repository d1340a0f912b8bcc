/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot in the form of Tenstorrent's tt-smi 6.8.0: its keys, its strings, "N/A" for what is
 * unknown. Beside them stands `memory`: the whole document of json.h, and the bytes of each chip
 * and process where their readers already look.
 */
#ifndef SMI_SNAPSHOT_H
#define SMI_SNAPSHOT_H

#include "smi.h"
#include "text.h"

/* Of a snapshot with details. @one_line: a line of its own, for those who read line by line. */
void smi_snapshot_print(const struct smi_snapshot *s, bool one_line, struct smi_text *out);

/*
 * Pure: the name that Tenstorrent's tt-smi has for a board, of a serial number (16 hexadecimal
 * digits), else of one of our names for it. Empty: neither tells.
 */
const char *smi_snapshot_board(const char *serial, const char *board, uint32_t arch);

#endif
