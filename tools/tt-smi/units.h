/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers as people read them: bytes in IEC units, per cent. Knows rounding, nothing else.
 */
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

/* @mark, unless NUL, stands before the digits. */
void smi_format_bytes(char out[SMI_NUMBER_LEN], int64_t bytes, enum smi_unit unit, char mark);

/* Rounded down, so that 100% means full; what is above nothing and below one reads "<1%". */
void smi_format_percent(char out[SMI_NUMBER_LEN], int64_t part, int64_t whole);

#endif
