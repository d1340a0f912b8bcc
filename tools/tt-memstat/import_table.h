/* SPDX-License-Identifier: GPL-2.0-only */
/* The table that an import prints: one line for each chip of a descriptor. */
#ifndef TT_MEMSTAT_IMPORT_TABLE_H
#define TT_MEMSTAT_IMPORT_TABLE_H

#include <stdint.h>

#include "import_plan.h"

struct import_table;

struct import_table *import_table_new(void);
void import_table_free(struct import_table *table);

/* @chip: the chip's name, empty = none; @done: the action, as text. 0 or -ENOMEM. */
int import_table_add(struct import_table *table, const struct import_step *step, const char *chip,
		     const char *done);
/* Add a present chip that is not in the descriptor. */
int import_table_add_stale(struct import_table *table, const struct import_stale *stale,
			   const char *done);
int import_table_print(struct import_table *table);

#endif
