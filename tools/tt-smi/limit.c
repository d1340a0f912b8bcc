// SPDX-License-Identifier: GPL-2.0-only
/* --max-used: see limit.h. */
#include "limit.h"
#include "units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *title;
	unsigned int used;
	unsigned int allocatable;
	unsigned int capacity;
} spaces[SMI_SPACES] = {
	[SMI_SPACE_L1] = { "l1", "L1", TT_MEMSTAT_FIG_L1_USED, TT_MEMSTAT_FIG_L1_ALLOCATABLE,
			   TT_MEMSTAT_FIG_L1_CAPACITY },
	[SMI_SPACE_DRAM] = { "dram", "DRAM", TT_MEMSTAT_FIG_DRAM_USED,
			     TT_MEMSTAT_FIG_DRAM_ALLOCATABLE, TT_MEMSTAT_FIG_DRAM_CAPACITY },
};

/* Parse a decimal number in hundredths; *@end is the text after it. */
static int hundredths(const char *text, uint64_t *value, const char **end)
{
	uint64_t v = 0, scale = 100;
	const char *start = text;

	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*text - '0'), &v))
			return -EINVAL;
	if (text == start || __builtin_mul_overflow(v, 100u, &v))
		return -EINVAL;
	if (*text == '.') {
		text++;
		if (*text < '0' || *text > '9')
			return -EINVAL;
		for (; *text >= '0' && *text <= '9'; text++) {
			scale /= 10;
			v += (uint64_t)(*text - '0') * scale;
		}
	}
	*value = v;
	*end = text;
	return 0;
}

/* Bytes of a unit: "", B, K, KiB ... T, TiB; 0: not a unit. */
static uint64_t unit_of(const char *text)
{
	static const char letters[] = "KMGT";
	const char *at = *text ? strchr(letters, *text) : NULL;

	if (!*text || strcmp(text, "B") == 0)
		return 1;
	if (!at || (text[1] && strcmp(text + 1, "iB") != 0))
		return 0;
	return UINT64_C(1) << (10u * (unsigned int)(at - letters + 1));
}

int smi_limit_parse(struct smi_limits *limits, const char *text)
{
	const char *value = strchr(text, '='), *end;
	struct smi_limit limit = { .set = true };
	unsigned int space = 0;
	uint64_t v, unit;

	if (!value)
		return -EINVAL;
	while (space < SMI_SPACES && (strncmp(text, spaces[space].name, (size_t)(value - text)) ||
				      spaces[space].name[value - text]))
		space++;
	if (space == SMI_SPACES || hundredths(value + 1, &v, &end))
		return -EINVAL;
	limit.percent = strcmp(end, "%") == 0;
	if (limit.percent) {
		if (v > 10000)
			return -EINVAL;
	} else {
		unit = unit_of(end);
		if (!unit || __builtin_mul_overflow(v, unit, &v))
			return -EINVAL;
		v /= 100;
		if (v > INT64_MAX)
			return -EINVAL;
	}
	limit.v = (int64_t)v;
	limits->space[space] = limit;
	return 0;
}

/* Hundredths of a per cent, rounded up, so that any use above a limit exceeds it. */
static int64_t part_of(int64_t used, int64_t whole)
{
	return (int64_t)(((__int128)used * 10000 + whole - 1) / whole);
}

static bool check(const struct smi_limit *limit, unsigned int n, const struct ttmemstat_chip *chip,
		  smi_note_fn fn, void *data)
{
	struct smi_value used = smi_figure(&chip->figures, spaces[n].used);
	struct smi_value whole = smi_figure(&chip->figures, spaces[n].allocatable);
	const char *of = "the allocatable memory";
	char a[SMI_NUMBER_LEN], b[SMI_NUMBER_LEN], text[160];
	int64_t part;

	if (!limit->set || !used.known)
		return false;
	if (!limit->percent) {
		if (used.v <= limit->v)
			return false;
		smi_format_bytes(a, used.v, SMI_UNIT_LONG, '\0');
		smi_format_bytes(b, limit->v, SMI_UNIT_LONG, '\0');
		snprintf(text, sizeof(text), "%s: %s used %s, above %s", chip->name,
			 spaces[n].title, a, b);
		fn(data, text);
		return true;
	}
	if (whole.v <= 0) {
		whole = smi_figure(&chip->figures, spaces[n].capacity);
		of = "the capacity";
	}
	if (whole.v <= 0)
		return false;
	part = part_of(used.v, whole.v);
	if (part <= limit->v)
		return false;
	snprintf(text, sizeof(text), "%s: %s used %" PRId64 ".%02" PRId64 "%% of %s, above %" PRId64
		 ".%02" PRId64 "%%", chip->name, spaces[n].title, part / 100, part % 100, of,
		 limit->v / 100, limit->v % 100);
	fn(data, text);
	return true;
}

bool smi_limits_set(const struct smi_limits *limits)
{
	for (unsigned int n = 0; n < SMI_SPACES; n++)
		if (limits->space[n].set)
			return true;
	return false;
}

bool smi_limits_exceeded(const struct smi_limits *limits, const struct smi_snapshot *s,
			 smi_note_fn fn, void *data)
{
	bool above = false;

	for (size_t i = 0; i < s->chip_count; i++)
		for (unsigned int n = 0; n < SMI_SPACES; n++)
			above |= check(&limits->space[n], n, s->chips[i], fn, data);
	return above;
}
