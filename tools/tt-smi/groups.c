// SPDX-License-Identifier: GPL-2.0-only
/* Group clients: see groups.h. */
#include "groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_numbers(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

static int compare_members(const void *a, const void *b)
{
	const struct smi_process *p = *(const struct smi_process *const *)a;
	const struct smi_process *q = *(const struct smi_process *const *)b;
	int rc = compare_numbers(p->client->pid, q->client->pid);

	if (!rc)
		rc = compare_numbers(p->chip->n, q->chip->n);
	return rc ? rc : (p->client->id > q->client->id) - (p->client->id < q->client->id);
}

static int64_t memory_of(const struct smi_use *use)
{
	return smi_sum(use->v[SMI_L1_USED], use->v[SMI_DRAM_USED]).v;
}

struct order {
	enum smi_sort sort;
	bool reverse;
};

static int compare_by(const struct smi_group *g, const struct smi_group *h, enum smi_sort sort)
{
	switch (sort) {
	case SMI_SORT_L1_USE:
		return compare_numbers(h->use.v[SMI_L1_USED].v, g->use.v[SMI_L1_USED].v);
	case SMI_SORT_DRAM_USE:
		return compare_numbers(h->use.v[SMI_DRAM_USED].v, g->use.v[SMI_DRAM_USED].v);
	case SMI_SORT_CHIP:
		return compare_numbers(g->first->chip->n, h->first->chip->n);
	case SMI_SORT_PID:
		return compare_numbers(g->first->client->pid, h->first->client->pid);
	case SMI_SORT_USER:
		return strcmp(g->first->user, h->first->user);
	case SMI_SORT_NAME:
		return strcmp(smi_process_name(g->first), smi_process_name(h->first));
	default:
		return compare_numbers(memory_of(&h->use), memory_of(&g->use));
	}
}

static int compare_groups(const void *a, const void *b, void *data)
{
	const struct smi_group *g = a, *h = b;
	const struct order *order = data;
	int rc = compare_by(g, h, order->sort);

	if (rc)
		return order->reverse ? -rc : rc;
	rc = compare_numbers(memory_of(&h->use), memory_of(&g->use));
	return rc ? rc : compare_numbers(g->first->client->pid, h->first->client->pid);
}

static void put_together(struct smi_groups *g, size_t members)
{
	struct smi_group *group = NULL;

	for (size_t i = 0; i < members; i++) {
		const struct smi_process *p = g->members[i];
		struct smi_use use;

		if (!group || group->first->client->pid != p->client->pid) {
			group = &g->list[g->count++];
			*group = (struct smi_group){ .first = p, .start = i };
		}
		if (!group->count || g->members[i - 1]->chip != p->chip)
			group->chips++;
		group->count++;
		smi_use_of(&use, &p->client->figures);
		smi_use_add(&group->use, &use);
	}
}

int smi_groups_of_processes(struct smi_groups *g, const struct smi_snapshot *s,
			    const struct ttmemstat_chip *chip, enum smi_sort sort, bool reverse)
{
	struct order order = { sort, reverse };
	size_t members = 0;

	*g = (struct smi_groups){
		.list = calloc(s->process_count + 1, sizeof(*g->list)),
		.members = calloc(s->process_count + 1, sizeof(struct smi_process *)),
	};
	if (!g->list || !g->members) {
		smi_groups_release(g);
		return -ENOMEM;
	}
	for (size_t i = 0; i < s->process_count; i++) {
		const struct smi_process *p = &s->processes[i];

		if (smi_listed(p) && (!chip || p->chip == chip))
			g->members[members++] = p;
	}
	qsort(g->members, members, sizeof(struct smi_process *), compare_members);
	put_together(g, members);
	qsort_r(g->list, g->count, sizeof(*g->list), compare_groups, &order);
	return 0;
}

void smi_groups_release(struct smi_groups *g)
{
	free(g->list);
	free(g->members);
	*g = (struct smi_groups){ 0 };
}
