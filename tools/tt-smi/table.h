/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables that fit a width: columns shrink, then are dropped in the order of @drop. */
#ifndef SMI_TABLE_H
#define SMI_TABLE_H

#include <stdint.h>

#include "smi.h"
#include "text.h"

/* Parts of @total; the rest is free. Not drawn if @total is 0. */
struct smi_bar {
	uint64_t total;
	uint64_t used;
	uint64_t reserved;
};

struct smi_cell {
	char *text;
	enum smi_style style;
	struct smi_bar bar;
};

enum smi_align {
	SMI_LEFT,
	SMI_RIGHT,
	SMI_BAR,		/* gone where the view has no bars */
};

struct smi_table_column {
	const char *title;
	const char *brief;	/* shorter title */
	enum smi_align align;
	unsigned int drop;	/* the highest is dropped first; 0: never */
	unsigned int least;	/* SMI_BAR and the cut column: narrowest */
	unsigned int most;	/* SMI_BAR: widest; left: where to cut, 0 = by need only */
	unsigned int owns;	/* the title also spans so many columns to the right */
	/* for the layout */
	size_t width;
	bool gone;
};

struct smi_table {
	struct smi_table_column *columns;
	size_t column_count;
	struct smi_cell *cells;
	size_t row_count;
	size_t rows_allocated;
	bool failed;
};

void smi_table_init(struct smi_table *t, struct smi_table_column *columns, size_t count);
void smi_table_release(struct smi_table *t);

/* Add a row of empty cells; NULL without memory, which also sets @failed. */
struct smi_cell *smi_table_row(struct smi_table *t);
void smi_cell_set(struct smi_table *t, struct smi_cell *cell, enum smi_style style,
		  const char *text);

/* Compute the widths; returns the number of dropped columns. */
size_t smi_table_layout(struct smi_table *t, const struct smi_view *view);

/* The first column of the screen that a column occupies; 0 if it is dropped. */
size_t smi_table_place(const struct smi_table *t, const struct smi_view *view, size_t column);
void smi_table_print(const struct smi_table *t, const struct smi_view *view, struct smi_text *out);

#endif
