// SPDX-License-Identifier: GPL-2.0-only
/* Sums of tables: see sums.h. */
#include "sums.h"

#include <string.h>

static const unsigned int figure_of[SMI_COLUMNS] = {
	[SMI_L1_USED] = TT_MEMSTAT_FIG_L1_USED,
	[SMI_L1] = TT_MEMSTAT_FIG_L1_BUFFERS_USED,
	[SMI_L1_SMALL] = TT_MEMSTAT_FIG_L1_SMALL_USED,
	[SMI_CB] = TT_MEMSTAT_FIG_CB_USED,
	[SMI_L1_OVERLAP] = TT_MEMSTAT_FIG_L1_OVERLAP,
	[SMI_DRAM_USED] = TT_MEMSTAT_FIG_DRAM_USED,
	[SMI_DRAM] = TT_MEMSTAT_FIG_DRAM_BUFFERS_USED,
	[SMI_TRACE] = TT_MEMSTAT_FIG_TRACE_USED,
	[SMI_DRAM_OVERLAP] = TT_MEMSTAT_FIG_DRAM_OVERLAP,
};

struct smi_value smi_figure(const struct tt_memstat_figures *figures, unsigned int n)
{
	struct smi_value value = { 0 };

	if (ttmemstat_figure_is_signed(n)) {
		value.known = ttmemstat_figure_signed(figures, n, &value.v);
	} else {
		uint64_t v;

		value.known = ttmemstat_figure(figures, n, &v);
		value.v = v > INT64_MAX ? INT64_MAX : (int64_t)v;
	}
	if (!value.known)
		value.v = 0;
	return value;
}

bool smi_flag(const struct tt_memstat_figures *figures, unsigned int n)
{
	return smi_figure(figures, n).v != 0;
}

struct smi_value smi_sum(struct smi_value a, struct smi_value b)
{
	struct smi_value sum = { .known = a.known || b.known };

	if (__builtin_add_overflow(a.v, b.v, &sum.v))
		sum.v = a.v < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

struct smi_value smi_negative(struct smi_value a)
{
	a.v = a.v == INT64_MIN ? INT64_MAX : -a.v;
	return a;
}

void smi_use_of(struct smi_use *use, const struct tt_memstat_figures *figures)
{
	uint64_t l1 = (uint64_t)smi_figure(figures, TT_MEMSTAT_FIG_L1_PARTIAL).v;
	uint64_t dram = (uint64_t)smi_figure(figures, TT_MEMSTAT_FIG_DRAM_PARTIAL).v;
	uint64_t partial = l1 | dram;

	memset(use, 0, sizeof(*use));
	for (unsigned int i = 0; i < SMI_COLUMNS; i++)
		use->v[i] = smi_figure(figures, figure_of[i]);
	use->count = 1;
	for (unsigned int i = 0; i < SMI_COLUMNS; i++)
		use->approx[i] = smi_flag(figures, TT_MEMSTAT_FIG_APPROX);
	use->inconsistent = smi_flag(figures, TT_MEMSTAT_FIG_INCONSISTENT);
	use->partial[SMI_L1_USED] = l1 != 0;
	use->partial[SMI_L1] = partial & 1u << TT_MEMSTAT_POOL_L1;
	use->partial[SMI_L1_SMALL] = partial & 1u << TT_MEMSTAT_POOL_L1_SMALL;
	use->partial[SMI_CB] = partial & 1u << TT_MEMSTAT_POOL_CB;
	use->partial[SMI_DRAM_USED] = dram != 0;
	use->partial[SMI_DRAM] = partial & 1u << TT_MEMSTAT_POOL_DRAM;
	use->partial[SMI_TRACE] = partial & 1u << TT_MEMSTAT_POOL_TRACE;
}

void smi_use_of_chip(struct smi_use *use, const struct ttmemstat_chip *chip)
{
	bool any = false, approx[SMI_COLUMNS] = { false };

	smi_use_of(use, &chip->figures);
	for (size_t i = 0; i < chip->client_count; i++) {
		struct smi_use client;

		smi_use_of(&client, &chip->clients[i]->figures);
		for (unsigned int n = 0; n < SMI_COLUMNS; n++) {
			approx[n] |= client.approx[n] && client.v[n].known;
			any |= approx[n];
		}
	}
	/* The chip is approximate, but no visible client is: mark all columns. */
	if (any)
		memcpy(use->approx, approx, sizeof(approx));
}

void smi_use_add(struct smi_use *sum, const struct smi_use *use)
{
	for (unsigned int i = 0; i < SMI_COLUMNS; i++) {
		sum->v[i] = smi_sum(sum->v[i], use->v[i]);
		sum->approx[i] |= use->approx[i] && use->v[i].known;
		sum->partial[i] |= use->partial[i];
	}
	sum->count += use->count;
	sum->inconsistent |= use->inconsistent;
}

bool smi_use_is_zero(const struct smi_use *use)
{
	for (unsigned int i = 0; i < SMI_COLUMNS; i++)
		if (use->v[i].v)
			return false;
	return true;
}

char smi_use_mark(const struct smi_use *use, enum smi_column column)
{
	bool whole = column == SMI_L1_USED || column == SMI_DRAM_USED;

	if (!use->v[column].known || (!whole && !use->v[column].v))
		return '\0';
	if (use->inconsistent)
		return '!';
	if (use->approx[column])
		return '~';
	return use->partial[column] ? '>' : '\0';
}

const struct smi_usage *smi_usage_of(const struct smi_snapshot *s, pid_t pid)
{
	for (size_t i = 0; i < s->usage_count; i++)
		if (s->usages[i].pid == pid)
			return &s->usages[i];
	return NULL;
}

const char *smi_process_name(const struct smi_process *p)
{
	return p->command && p->command[0] ? p->command : p->client->comm;
}

bool smi_listed(const struct smi_process *p)
{
	return p->selected && p->client->pid > 0;
}

bool smi_listed_or_foreign(const struct smi_snapshot *s, const struct smi_process *p)
{
	return s->filtered ? smi_listed(p) : p->selected;
}

/* The part of @total beyond the rows above, in one column; unknown only if the total is. */
static struct smi_value rest(const struct smi_balance *b, unsigned int column)
{
	struct smi_value v = b->total.v[column];
	const struct smi_use *rows[] = { &b->listed, &b->foreign, &b->unselected, &b->shared };

	for (size_t i = 0; v.known && i < sizeof(rows) / sizeof(rows[0]); i++)
		v = smi_sum(v, smi_negative(rows[i]->v[column]));
	return v;
}

void smi_balance(struct smi_balance *b, const struct smi_snapshot *s,
		 const struct ttmemstat_chip *chip)
{
	static const enum smi_column l1[] = { SMI_L1, SMI_L1_SMALL, SMI_CB, SMI_L1_OVERLAP };
	static const enum smi_column dram[] = { SMI_DRAM, SMI_TRACE, SMI_DRAM_OVERLAP };
	bool lost_l1, lost_dram;

	memset(b, 0, sizeof(*b));
	for (size_t i = 0; i < s->chip_count; i++) {
		const struct tt_memstat_figures *figures = &s->chips[i]->figures;
		struct smi_use use;

		if (chip && chip != s->chips[i])
			continue;
		smi_use_of_chip(&use, s->chips[i]);
		smi_use_add(&b->total, &use);
		use = (struct smi_use){ 0 };
		use.v[SMI_L1_USED] = smi_negative(smi_figure(figures, TT_MEMSTAT_FIG_L1_SHARED));
		use.v[SMI_DRAM_USED] =
			smi_negative(smi_figure(figures, TT_MEMSTAT_FIG_DRAM_SHARED));
		smi_use_add(&b->shared, &use);
	}
	for (size_t i = 0; i < s->process_count; i++) {
		const struct smi_process *p = &s->processes[i];
		struct smi_use use;

		if (chip && chip != p->chip)
			continue;
		smi_use_of(&use, &p->client->figures);
		smi_use_add(smi_listed(p) ? &b->listed :
			    p->client->pid <= 0 ? &b->foreign : &b->unselected, &use);
	}

	b->unaccounted.v[SMI_L1_USED] = rest(b, SMI_L1_USED);
	b->unaccounted.v[SMI_DRAM_USED] = rest(b, SMI_DRAM_USED);
	lost_l1 = b->unaccounted.v[SMI_L1_USED].v != 0;
	lost_dram = b->unaccounted.v[SMI_DRAM_USED].v != 0;
	for (size_t i = 0; i < sizeof(l1) / sizeof(l1[0]); i++)
		(lost_l1 ? &b->unaccounted : &b->shared)->v[l1[i]] = rest(b, l1[i]);
	for (size_t i = 0; i < sizeof(dram) / sizeof(dram[0]); i++)
		(lost_dram ? &b->unaccounted : &b->shared)->v[dram[i]] = rest(b, dram[i]);
}

size_t smi_processes_on(const struct ttmemstat_chip *chip)
{
	size_t count = 0;

	for (size_t i = 0; i < chip->client_count; i++) {
		size_t j = 0;

		while (j < i && (chip->clients[i]->pid <= 0 ||
				 chip->clients[j]->pid != chip->clients[i]->pid))
			j++;
		if (j == i)
			count++;
	}
	return count;
}

size_t smi_processes_of(const struct smi_snapshot *s, bool on_virtual)
{
	size_t count = 0;

	for (size_t i = 0; i < s->process_count; i++) {
		const struct smi_process *p = &s->processes[i];
		size_t j = 0;

		if ((p->chip->kind == TTMEMSTAT_KIND_VIRTUAL) != on_virtual)
			continue;
		while (j < i &&
		       (p->client->pid <= 0 || s->processes[j].client->pid != p->client->pid ||
			(s->processes[j].chip->kind == TTMEMSTAT_KIND_VIRTUAL) != on_virtual))
			j++;
		if (j == i)
			count++;
	}
	return count;
}
