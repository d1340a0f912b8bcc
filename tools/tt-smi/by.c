// SPDX-License-Identifier: GPL-2.0-only
/* --by: sums of processes by container, pod, unit, user or job: see by.h. */
#include "by.h"
#include "query.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[SMI_BYS] = {
	[SMI_BY_CONTAINER] = "container",
	[SMI_BY_POD] = "pod",
	[SMI_BY_UNIT] = "unit",
	[SMI_BY_USER] = "user",
	[SMI_BY_JOB] = "job",
};

enum smi_by smi_by_parse(const char *name)
{
	enum smi_by by = SMI_BY_NONE + 1;

	while (by < SMI_BYS && strcmp(name, names[by]) != 0)
		by++;
	return by;
}

const char *smi_by_name(enum smi_by by)
{
	return names[by];
}

/* The key of a process; empty: unknown. */
static const char *key_of(const struct smi_process *p, enum smi_by by)
{
	switch (by) {
	case SMI_BY_CONTAINER:
		return p->place ? p->place->container : "";
	case SMI_BY_POD:
		return p->place ? p->place->pod : "";
	case SMI_BY_UNIT:
		return p->place ? p->place->unit : "";
	case SMI_BY_JOB:
		return p->place ? p->place->job : "";
	default:
		return p->user;
	}
}

/* Order by key, then by process. */
static int compare_members(const void *a, const void *b, void *data)
{
	const struct smi_process *p = *(const struct smi_process *const *)a;
	const struct smi_process *q = *(const struct smi_process *const *)b;
	const enum smi_by *by = data;
	int rc = strcmp(key_of(p, *by), key_of(q, *by));

	return rc ? rc : (p->client->pid > q->client->pid) - (p->client->pid < q->client->pid);
}

static int compare_sums(const void *a, const void *b)
{
	const struct smi_by_sum *x = a, *y = b;
	int64_t v = smi_sum(x->use.v[SMI_L1_USED], x->use.v[SMI_DRAM_USED]).v;
	int64_t w = smi_sum(y->use.v[SMI_L1_USED], y->use.v[SMI_DRAM_USED]).v;

	return v != w ? (v < w) - (v > w) : strcmp(x->key, y->key);
}

/* Returns the number of sums; @list has room for one for each process. */
static size_t add_up(struct smi_by_sum *list, const struct smi_process **members,
		     const struct smi_snapshot *s, enum smi_by by)
{
	size_t count = 0, sums = 0;

	for (size_t i = 0; i < s->process_count; i++)
		if (smi_listed(&s->processes[i]))
			members[count++] = &s->processes[i];
	qsort_r(members, count, sizeof(members[0]), compare_members, &by);
	for (size_t i = 0; i < count; i++) {
		const struct smi_process *p = members[i];
		struct smi_use use;

		if (!sums || strcmp(list[sums - 1].key, key_of(p, by)) != 0)
			list[sums++] = (struct smi_by_sum){ .key = key_of(p, by) };
		if (!list[sums - 1].processes || members[i - 1]->client->pid != p->client->pid)
			list[sums - 1].processes++;
		smi_use_of(&use, &p->client->figures);
		smi_use_add(&list[sums - 1].use, &use);
	}
	qsort(list, sums, sizeof(*list), compare_sums);
	return sums;
}

int smi_by_sums(struct smi_by_sum **sums, size_t *count, const struct smi_snapshot *s,
		enum smi_by by)
{
	const struct smi_process **members = calloc(s->process_count + 1, sizeof(*members));

	*count = 0;
	*sums = calloc(s->process_count + 1, sizeof(**sums));
	if (*sums && members)
		*count = add_up(*sums, members, s, by);
	free(members);
	return *sums && members ? 0 : -ENOMEM;
}

void smi_by_csv(const struct smi_snapshot *s, enum smi_by by, struct smi_text *out)
{
	/* The names of a query, in the order of enum smi_column. */
	static const char columns[] = "l1_used,l1_buffers_used,l1_small_used,cb_used,l1_overlap,"
				      "dram_used,dram_buffers_used,trace_used,dram_overlap";
	struct smi_by_sum *sums;
	size_t count;

	out->failed |= smi_by_sums(&sums, &count, s, by) != 0;
	smi_text_printf(out, "%s,processes,clients,%s\n", names[by], columns);
	for (size_t i = 0; i < count; i++) {
		smi_csv_foreign(out, sums[i].key);
		smi_text_printf(out, ",%zu,%zu", sums[i].processes, sums[i].use.count);
		for (unsigned int column = 0; column < SMI_COLUMNS; column++) {
			struct smi_value v = sums[i].use.v[column];

			smi_text_puts(out, ",");
			if (v.known)
				smi_text_printf(out, "%" PRId64, v.v);
		}
		smi_text_puts(out, "\n");
	}
	free(sums);
}
