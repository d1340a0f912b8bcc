// SPDX-License-Identifier: GPL-2.0-only
/* The pools of each chip, as sums. */
#include "screen.h"

#include <stdio.h>
#include <string.h>

/* An addend: its name and column. */
struct term {
	const char *name;
	enum smi_column column;
	bool subtracted;	/* shown only when it is not zero */
};

#define TERMS 4

struct equation {
	const char *space;
	enum smi_column used;
	struct term terms[TERMS];
};

static const struct equation equations[] = {
	{ "L1", SMI_L1_USED, { { "l1", SMI_L1, false }, { "l1_small", SMI_L1_SMALL, false },
			       { "cb", SMI_CB, false }, { "shared", SMI_L1_OVERLAP, true } } },
	{ "DRAM", SMI_DRAM_USED, { { "dram", SMI_DRAM, false }, { "trace", SMI_TRACE, false },
				   { NULL, 0, false },
				   { "shared", SMI_DRAM_OVERLAP, true } } },
};

enum { CHIP, SPACE, USED, TERM, POOL_COLUMNS = TERM + TERMS };

static bool idle(const struct ttmemstat_chip *chip)
{
	struct smi_use use;

	smi_use_of(&use, &chip->figures);
	return !chip->client_count && smi_use_is_zero(&use);
}

static void term_text(char *out, size_t size, const struct term *term, const struct smi_use *use,
		      bool first, enum smi_unit unit, const size_t widths[2],
		      struct smi_legend *legend)
{
	char mark = smi_use_mark(use, term->column), number[SMI_NUMBER_LEN];
	struct smi_value v = use->v[term->column];
	char sign = first ? '=' : '+';

	if (term->subtracted) {
		/* An overlap reduces the sum of the pools, so it is subtracted. */
		if (v.v == 0)
			return;
		mark = '\0';
		sign = v.v < 0 ? '+' : '-';
		if (v.v < 0)
			v = smi_negative(v);
	}
	smi_legend_note(legend, mark);
	smi_format(number, v, unit, mark);
	snprintf(out, size, "%c %-*s %*s", sign, (int)widths[0], term->name, (int)widths[1],
		 number);
}

/* Widest name and number of a term's column, for alignment. */
static void term_widths(const struct smi_snapshot *s, unsigned int n, enum smi_unit unit,
			size_t widths[2])
{
	widths[0] = widths[1] = 0;
	for (size_t i = 0; i < s->chip_count; i++) {
		struct smi_use use;

		smi_use_of_chip(&use, s->chips[i]);
		for (size_t e = 0; !idle(s->chips[i]) && e < 2; e++) {
			const struct term *term = &equations[e].terms[n];
			char number[SMI_NUMBER_LEN];
			size_t len;

			if (!term->name || (term->subtracted && !use.v[term->column].v))
				continue;
			smi_format(number, use.v[term->column], unit,
				   term->subtracted ? '\0' : smi_use_mark(&use, term->column));
			len = strlen(number) - (term->subtracted && number[0] == '-');
			if (strlen(term->name) > widths[0])
				widths[0] = strlen(term->name);
			if (len > widths[1])
				widths[1] = len;
		}
	}
}

struct equations {
	struct smi_table t;
	enum smi_unit unit;
	bool tight;		/* no padding, and the shared bytes on a line of their own */
	size_t widths[TERMS][2];
	struct smi_legend *legend;
};

static void equation_row(struct equations *q, const struct equation *equation,
			 const struct smi_use *use, const char *chip)
{
	char text[96], mark = smi_use_mark(use, equation->used);
	struct smi_cell *row = smi_table_row(&q->t);

	if (!row)
		return;
	smi_cell_set(&q->t, &row[CHIP], SMI_HEAD, chip);
	smi_cell_set(&q->t, &row[SPACE], SMI_PLAIN, equation->space);
	smi_legend_note(q->legend, mark);
	smi_format(text, use->v[equation->used], q->unit, mark);
	smi_cell_set(&q->t, &row[USED], mark == '!' ? SMI_BAD : SMI_PLAIN, text);
	for (unsigned int n = 0; n < TERMS; n++) {
		const struct term *term = &equation->terms[n];
		unsigned int column = TERM + n;

		text[0] = '\0';
		if (term->name)
			term_text(text, sizeof(text), term, use, n == 0, q->unit, q->widths[n],
				  q->legend);
		if (text[0] && term->subtracted && q->tight) {
			row = smi_table_row(&q->t);
			column = TERM;
		}
		if (!row)
			return;
		if (text[0])
			smi_cell_set(&q->t, &row[column], SMI_PLAIN, text);
	}
}

static void equation_rows(struct equations *q, const struct smi_snapshot *s)
{
	memset(q->widths, 0, sizeof(q->widths));
	for (unsigned int n = 0; !q->tight && n < TERMS; n++)
		term_widths(s, n, q->unit, q->widths[n]);
	for (size_t i = 0; i < s->chip_count; i++) {
		struct smi_use use;

		if (idle(s->chips[i]))
			continue;
		smi_use_of_chip(&use, s->chips[i]);
		equation_row(q, &equations[0], &use, s->chips[i]->name);
		equation_row(q, &equations[1], &use, "");
	}
}

void smi_screen_pools(const struct smi_snapshot *s, const struct smi_view *view,
		      struct smi_legend *legend, struct smi_text *out)
{
	struct smi_table_column columns[POOL_COLUMNS] = {
		[CHIP] = { .title = "CHIP" },
		[SPACE] = { .title = "SPACE" },
		[USED] = { .title = "IN USE", .align = SMI_RIGHT, .drop = 1 },
		[TERM] = { .title = "BY POOL", .owns = TERMS - 1 },
	};
	struct equations q = {
		.unit = view->bytes ? SMI_UNIT_BYTES : SMI_UNIT_LONG,
		.legend = legend,
	};

	for (;;) {
		smi_table_init(&q.t, columns, POOL_COLUMNS);
		equation_rows(&q, s);
		if (!smi_table_layout(&q.t, view) || q.tight)
			break;
		q.tight = q.unit != SMI_UNIT_LONG;
		if (!q.tight)
			q.unit = SMI_UNIT_SHORT;
		smi_table_release(&q.t);
	}
	if (q.t.row_count || q.t.failed) {
		smi_text_puts(out, "\n");
		smi_table_print(&q.t, view, out);
	}
	smi_table_release(&q.t);
}
