// SPDX-License-Identifier: GPL-2.0-only
/* --by: sums of the processes of each container, pod, unit or user. */
#include "screen_by.h"
#include "screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[SMI_BYS] = {
	[SMI_BY_CONTAINER] = "container",
	[SMI_BY_POD] = "pod",
	[SMI_BY_UNIT] = "unit",
	[SMI_BY_USER] = "user",
	[SMI_BY_JOB] = "job",
};

static const char *const titles[SMI_BYS] = {
	[SMI_BY_CONTAINER] = "CONTAINER",
	[SMI_BY_POD] = "POD",
	[SMI_BY_UNIT] = "UNIT",
	[SMI_BY_USER] = "USER",
	[SMI_BY_JOB] = "JOB",
};

enum smi_by smi_by_parse(const char *name)
{
	enum smi_by by = SMI_BY_NONE + 1;

	while (by < SMI_BYS && strcmp(name, names[by]) != 0)
		by++;
	return by;
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

struct sum {
	const char *key;
	size_t processes;
	struct smi_use use;
};

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
	const struct sum *x = a, *y = b;
	int64_t v = smi_sum(x->use.v[SMI_L1_USED], x->use.v[SMI_DRAM_USED]).v;
	int64_t w = smi_sum(y->use.v[SMI_L1_USED], y->use.v[SMI_DRAM_USED]).v;

	return v != w ? (v < w) - (v > w) : strcmp(x->key, y->key);
}

/* Returns the number of sums; @list has room for one for each process. */
static size_t add_up(struct sum *list, const struct smi_process **members,
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
			list[sums++] = (struct sum){ .key = key_of(p, by) };
		if (!list[sums - 1].processes || members[i - 1]->client->pid != p->client->pid)
			list[sums - 1].processes++;
		smi_use_of(&use, &p->client->figures);
		smi_use_add(&list[sums - 1].use, &use);
	}
	qsort(list, sums, sizeof(*list), compare_sums);
	return sums;
}

enum { KEY, PROCESSES, USE, COLUMNS = USE + SMI_COLUMNS };

struct sheet {
	struct smi_table t;
	const struct smi_view *view;
	struct smi_legend *legend;
	enum smi_unit unit;
	bool overlap[2];
};

static void add_row(void *data, const struct smi_use *use, size_t count, const char *what,
		    enum smi_style style)
{
	struct sheet *sheet = data;
	struct smi_cell *row = smi_table_row(&sheet->t);
	char text[SMI_TEXT_LEN];

	if (!row)
		return;
	smi_text_clean(text, sizeof(text), what, sheet->view->utf8);
	smi_cell_set(&sheet->t, &row[KEY], style, text);
	snprintf(text, sizeof(text), "%zu", count);
	smi_cell_set(&sheet->t, &row[PROCESSES], style, count ? text : "-");
	smi_use_cells(&sheet->t, &row[USE], use, sheet->overlap, sheet->unit, style,
		      sheet->legend);
}

static void print(struct sheet *sheet, const struct smi_snapshot *s, enum smi_by by,
		  const struct sum *list, size_t count, struct smi_text *out)
{
	struct smi_table_column columns[COLUMNS] = {
		[KEY] = { .title = titles[by], .least = sheet->view->width < 70 ? 12 : 38 },
		[PROCESSES] = { .title = "PROCS", .align = SMI_RIGHT, .drop = 2 },
		[USE + SMI_L1_USED] = { .title = "L1 USED", .align = SMI_RIGHT },
		[USE + SMI_L1] = { .title = "l1", .align = SMI_RIGHT, .drop = 3 },
		[USE + SMI_L1_SMALL] = { .title = "l1_small", .align = SMI_RIGHT, .drop = 5 },
		[USE + SMI_CB] = { .title = "cb", .align = SMI_RIGHT, .drop = 3 },
		[USE + SMI_L1_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 6 },
		[USE + SMI_DRAM_USED] = { .title = "DRAM USED", .align = SMI_RIGHT },
		[USE + SMI_DRAM] = { .title = "dram", .align = SMI_RIGHT, .drop = 3 },
		[USE + SMI_TRACE] = { .title = "trace", .align = SMI_RIGHT, .drop = 4 },
		[USE + SMI_DRAM_OVERLAP] = { .title = "shared", .align = SMI_RIGHT, .drop = 6 },
	};

	smi_table_init(&sheet->t, columns, COLUMNS);
	columns[USE + SMI_L1_OVERLAP].gone = !sheet->overlap[0];
	columns[USE + SMI_DRAM_OVERLAP].gone = !sheet->overlap[1];
	for (size_t i = 0; i < count; i++)
		add_row(sheet, &list[i].use, list[i].processes,
			list[i].key[0] ? list[i].key : "(unknown)", SMI_PLAIN);
	smi_balance_rows(s, NULL, count, add_row, sheet);
	smi_table_layout(&sheet->t, sheet->view);
	if (sheet->t.row_count || sheet->t.failed)
		smi_table_print(&sheet->t, sheet->view, out);
	else
		smi_text_puts(out, "No process reports memory.\n");
	smi_table_release(&sheet->t);
}

void smi_screen_by(const struct smi_snapshot *s, const struct smi_view *view, enum smi_by by,
		   struct smi_text *out)
{
	const struct smi_process **members = calloc(s->process_count + 1,
						    sizeof(struct smi_process *));
	struct sum *list = calloc(s->process_count + 1, sizeof(*list));
	struct smi_legend legend = { 0 };
	struct sheet sheet = {
		.view = view, .legend = &legend,
		.unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG,
	};

	smi_screen_head(s, view, &legend, out);
	smi_text_puts(out, "\n");
	if (list && members) {
		smi_use_overlaps(s, sheet.overlap);
		print(&sheet, s, by, list, add_up(list, members, s, by), out);
	} else {
		out->failed = true;
	}
	smi_screen_foot(s, view, &legend, out);
	free(members);
	free(list);
}
