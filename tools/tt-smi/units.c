// SPDX-License-Identifier: GPL-2.0-only
/* Format numbers: see units.h. */
#include "units.h"

#include <inttypes.h>
#include <stdio.h>

void smi_format_bytes(char out[SMI_NUMBER_LEN], int64_t bytes, enum smi_unit unit, char mark)
{
	static const char letters[] = "BKMGTPE";
	uint64_t size = bytes < 0 ? 0 - (uint64_t)bytes : (uint64_t)bytes;
	char lead[3] = "";
	uint64_t whole = size, tenths = 0;
	unsigned int step = 0;
	size_t n = 0;

	if (mark)
		lead[n++] = mark;
	if (bytes < 0)
		lead[n++] = '-';
	lead[n] = '\0';

	while (whole >= 1024 || (step && whole == 1023 && tenths == 10)) {
		uint64_t scale = UINT64_C(1) << (10 * ++step);

		whole = size / scale;
		tenths = (size % scale / (scale >> 10) * 10 + 512) >> 10;
	}
	if (tenths == 10) {
		whole++;
		tenths = 0;
	}

	if (unit == SMI_UNIT_BYTES || size == 0)
		snprintf(out, SMI_NUMBER_LEN, "%s%" PRIu64 "%s", lead, size,
			 unit == SMI_UNIT_LONG ? " B" : "");
	else if (step == 0)
		snprintf(out, SMI_NUMBER_LEN, "%s%" PRIu64 "%s", lead, whole,
			 unit == SMI_UNIT_LONG ? " B" : "B");
	else if (unit == SMI_UNIT_LONG)
		snprintf(out, SMI_NUMBER_LEN, "%s%" PRIu64 ".%" PRIu64 " %ciB", lead, whole,
			 tenths, letters[step]);
	else
		snprintf(out, SMI_NUMBER_LEN, "%s%" PRIu64 ".%" PRIu64 "%c", lead, whole, tenths,
			 letters[step]);
}

void smi_format_rounded(char out[SMI_NUMBER_LEN], int64_t value, int64_t unit, const char *name)
{
	snprintf(out, SMI_NUMBER_LEN, "%" PRId64 "%s", value / unit + value % unit * 2 / unit, name);
}

void smi_format_percent(char out[SMI_NUMBER_LEN], int64_t part, int64_t whole)
{
	uint64_t percent;

	if (part <= 0 || whole <= 0) {
		snprintf(out, SMI_NUMBER_LEN, "%s", part > 0 ? "-" : "0%");
		return;
	}
	percent = (uint64_t)part <= UINT64_MAX / 100 ?
		  (uint64_t)part * 100 / (uint64_t)whole :
		  (uint64_t)part / ((uint64_t)whole / 100 + 1);
	if (percent == 0)
		snprintf(out, SMI_NUMBER_LEN, "<1%%");
	else if (percent > 999)
		snprintf(out, SMI_NUMBER_LEN, ">999%%");
	else
		snprintf(out, SMI_NUMBER_LEN, "%" PRIu64 "%%", percent);
}
