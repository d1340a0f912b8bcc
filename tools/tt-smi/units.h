/* SPDX-License-Identifier: GPL-2.0-only */
/* Format numbers: bytes in IEC units, whole units, per cent. */
#ifndef SMI_UNITS_H
#define SMI_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define SMI_NUMBER_LEN 32

enum smi_unit {
	SMI_UNIT_LONG,		/* 45.3 MiB */
	SMI_UNIT_SHORT,		/* 45.3M */
	SMI_UNIT_BYTES,		/* 47500493 */
};

/* @mark, unless NUL, precedes the digits. */
void smi_format_bytes(char out[SMI_NUMBER_LEN], int64_t bytes, enum smi_unit unit, char mark);

/* @value in whole @unit, half of one rounded away from 0, and the unit's @name. */
void smi_format_rounded(char out[SMI_NUMBER_LEN], int64_t value, int64_t unit, const char *name);

/* Rounded down, so that 100% means full; "<1%" for a part above 0 and below 1%. */
void smi_format_percent(char out[SMI_NUMBER_LEN], int64_t part, int64_t whole);

#endif
