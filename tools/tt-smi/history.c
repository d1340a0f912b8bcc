// SPDX-License-Identifier: GPL-2.0-only
/* Use of each chip in the last five minutes: see history.h. */
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct smi_past {
	uint32_t n;		/* N of tt<N> */
	int64_t first;		/* second of the oldest reading */
	int64_t last;		/* second of the latest reading */
	bool present;		/* in the latest snapshot */
	struct smi_value v[SMI_HISTORY_SECONDS][SMI_COLUMNS];
};

static struct smi_past *past_of(const struct smi_history *h, uint32_t n)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->chips[i].n == n)
			return &h->chips[i];
	return NULL;
}

static struct smi_value *bucket(struct smi_past *past, int64_t second)
{
	return past->v[second % SMI_HISTORY_SECONDS];
}

/* Between readings nothing changed, so seconds without a reading repeat the previous one. */
static void advance(struct smi_past *past, int64_t second)
{
	int64_t from = past->last;

	if (second - from > SMI_HISTORY_SECONDS)
		from = second - SMI_HISTORY_SECONDS;
	for (int64_t t = from + 1; t <= second; t++)
		if (t != past->last)
			memcpy(bucket(past, t), bucket(past, past->last), sizeof(past->v[0]));
	if (second > past->last)
		past->last = second;
}

static void note(struct smi_past *past, const struct ttmemstat_chip *chip, int64_t second)
{
	bool same = second == past->last && past->present;
	struct smi_value *v;
	struct smi_use use;

	smi_use_of_chip(&use, chip);
	advance(past, second);
	v = bucket(past, second);
	for (unsigned int i = 0; i < SMI_COLUMNS; i++)
		if (!same || !use.v[i].known || !v[i].known || use.v[i].v > v[i].v)
			v[i] = use.v[i];
	past->present = true;
}

static struct smi_past *begin(struct smi_history *h, uint32_t n, int64_t second)
{
	struct smi_past *grown = reallocarray(h->chips, h->count + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	h->chips = grown;
	grown += h->count++;
	memset(grown, 0, sizeof(*grown));
	grown->n = n;
	grown->first = grown->last = second;
	return grown;
}

int smi_history_add(struct smi_history *h, const struct smi_snapshot *s, int64_t second)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->chip_count; i++)
		if (!past_of(h, s->chips[i]->n) && !begin(h, s->chips[i]->n, second))
			return -ENOMEM;
	for (size_t i = 0; i < h->count; i++) {
		const struct ttmemstat_chip *chip = NULL;

		for (size_t j = 0; j < s->chip_count; j++)
			if (s->chips[j]->n == h->chips[i].n)
				chip = s->chips[j];
		/* A chip with a reused number may be another one. */
		if (!chip)
			continue;
		note(&h->chips[i], chip, second);
		if (kept != i)
			h->chips[kept] = h->chips[i];
		kept++;
	}
	h->count = kept;
	return 0;
}

void smi_history_get(const struct smi_history *h, uint32_t chip, enum smi_column column,
		     int64_t second, struct smi_value *out, size_t count)
{
	struct smi_past *past = past_of(h, chip);

	for (size_t i = 0; i < count; i++) {
		int64_t t = second - (int64_t)(count - 1 - i);

		out[i] = (struct smi_value){ 0 };
		if (past && t >= past->first && t <= past->last &&
		    t > past->last - SMI_HISTORY_SECONDS)
			out[i] = bucket(past, t)[column];
	}
}

void smi_history_release(struct smi_history *h)
{
	free(h->chips);
	*h = (struct smi_history){ 0 };
}
