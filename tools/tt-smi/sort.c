// SPDX-License-Identifier: GPL-2.0-only
/* Orders of processes: see sort.h. */
#include "sort.h"

#include <stdlib.h>
#include <string.h>

static int64_t memory_of(const struct smi_process *p)
{
	return smi_sum(smi_figure(&p->client->figures, TT_MEMSTAT_FIG_L1_USED),
		       smi_figure(&p->client->figures, TT_MEMSTAT_FIG_DRAM_USED)).v;
}

struct order {
	enum smi_sort sort;
	bool reverse;
};

static int compare_numbers(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

static int compare_by(const struct smi_process *p, const struct smi_process *q,
		      enum smi_sort sort)
{
	switch (sort) {
	case SMI_SORT_L1_USE:
		return compare_numbers(smi_figure(&q->client->figures, TT_MEMSTAT_FIG_L1_USED).v,
				       smi_figure(&p->client->figures, TT_MEMSTAT_FIG_L1_USED).v);
	case SMI_SORT_DRAM_USE:
		return compare_numbers(smi_figure(&q->client->figures, TT_MEMSTAT_FIG_DRAM_USED).v,
				       smi_figure(&p->client->figures, TT_MEMSTAT_FIG_DRAM_USED).v);
	case SMI_SORT_CHIP:
		return compare_numbers(p->chip->n, q->chip->n);
	case SMI_SORT_PID:
		return compare_numbers(p->client->pid, q->client->pid);
	case SMI_SORT_USER:
		return strcmp(p->user, q->user);
	case SMI_SORT_NAME:
		return strcmp(smi_process_name(p), smi_process_name(q));
	default:
		return compare_numbers(memory_of(q), memory_of(p));
	}
}

static int compare(const void *a, const void *b, void *data)
{
	const struct smi_process *p = a, *q = b;
	const struct order *order = data;
	int rc = compare_by(p, q, order->sort);

	if (rc)
		return order->reverse ? -rc : rc;
	rc = compare_numbers(memory_of(q), memory_of(p));
	if (!rc)
		rc = compare_numbers(p->chip->n, q->chip->n);
	return rc ? rc : (p->client->id > q->client->id) - (p->client->id < q->client->id);
}

void smi_sort(struct smi_snapshot *s, enum smi_sort sort, bool reverse)
{
	struct order order = { sort, reverse };

	if (s->process_count)
		qsort_r(s->processes, s->process_count, sizeof(*s->processes), compare, &order);
}

static const char *const sort_names[SMI_SORTS] = {
	[SMI_SORT_MEMORY] = "memory",
	[SMI_SORT_L1_USE] = "l1",
	[SMI_SORT_DRAM_USE] = "dram",
	[SMI_SORT_CHIP] = "chip",
	[SMI_SORT_PID] = "pid",
	[SMI_SORT_USER] = "user",
	[SMI_SORT_NAME] = "name",
};

const char *smi_sort_name(enum smi_sort sort)
{
	return sort < SMI_SORTS ? sort_names[sort] : NULL;
}

enum smi_sort smi_sort_parse(const char *name)
{
	enum smi_sort sort = 0;

	while (sort < SMI_SORTS && strcmp(name, sort_names[sort]) != 0)
		sort++;
	return sort;
}
