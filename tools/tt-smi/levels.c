// SPDX-License-Identifier: GPL-2.0-only
/* Levels of use at which colours change: see levels.h. */
#include "levels.h"

#include <errno.h>
#include <stdlib.h>

static bool percent(const char *text, char end, unsigned int *value, const char **rest)
{
	char *at;
	unsigned long n;

	if (*text < '0' || *text > '9')
		return false;
	n = strtoul(text, &at, 10);
	if (n > 100 || *at != end)
		return false;
	*value = (unsigned int)n;
	*rest = at + 1;
	return true;
}

int smi_levels_parse(struct smi_levels *levels, const char *text)
{
	struct smi_levels read;

	if (!percent(text, ',', &read.warn, &text) || !percent(text, '\0', &read.bad, &text) ||
	    read.warn > read.bad)
		return -EINVAL;
	*levels = read;
	return 0;
}

enum smi_style smi_level_style(const struct smi_levels *levels, int64_t used, int64_t whole)
{
	int64_t of = whole / 100 ? whole / 100 : 1;

	return used / of >= levels->bad ? SMI_BAD : used / of >= levels->warn ? SMI_WARN : SMI_GOOD;
}
