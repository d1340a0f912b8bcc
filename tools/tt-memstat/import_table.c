// SPDX-License-Identifier: GPL-2.0-only
/* The table that an import prints. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <libsmartcols/libsmartcols.h>

#include "import_table.h"

struct import_table {
	struct libscols_table *table;
};

enum column { ID, CHIP, BOARD, ARCH, BEHIND, MASK, CORES, L1, DRAM, DONE, COLUMNS };

#define CELL	192

struct import_table *import_table_new(void)
{
	static const struct {
		const char *name;
		int flags;
	} columns[COLUMNS] = {
		[ID] = { "ID", SCOLS_FL_RIGHT },
		[CHIP] = { "CHIP", 0 },
		[BOARD] = { "BOARD", 0 },
		[ARCH] = { "ARCH", 0 },
		[BEHIND] = { "BEHIND", SCOLS_FL_RIGHT },
		[MASK] = { "MASK", SCOLS_FL_RIGHT },
		[CORES] = { "CORES", SCOLS_FL_RIGHT },
		[L1] = { "L1", SCOLS_FL_RIGHT },
		[DRAM] = { "DRAM", SCOLS_FL_RIGHT },
		[DONE] = { "DONE", 0 },
	};
	struct import_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->table = scols_new_table();
	for (size_t i = 0; table->table && i < COLUMNS; i++) {
		if (!scols_table_new_column(table->table, columns[i].name, 0, columns[i].flags)) {
			scols_unref_table(table->table);
			table->table = NULL;
		}
	}
	if (!table->table) {
		free(table);
		return NULL;
	}
	return table;
}

void import_table_free(struct import_table *table)
{
	if (!table)
		return;
	scols_unref_table(table->table);
	free(table);
}

/* Texts come from the file and are sanitized. */
static int put(struct libscols_line *line, enum column column, const char *text)
{
	char clean[CELL];

	ttmemstat_sanitize(clean, sizeof(clean), *text ? text : "-");
	return scols_line_set_data(line, column, clean) ? -ENOMEM : 0;
}

static int put_number(struct libscols_line *line, enum column column, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), column == MASK ? "0x%x" : "%u", value);
	return put(line, column, text);
}

/* Whole GiB, else MiB with two decimals. */
static int put_bytes(struct libscols_line *line, enum column column, uint64_t bytes)
{
	const uint64_t mib = UINT64_C(1) << 20, gib = UINT64_C(1) << 30;
	char text[32] = "";

	if (bytes && bytes % gib == 0)
		snprintf(text, sizeof(text), "%llu GiB", (unsigned long long)(bytes / gib));
	else if (bytes)
		snprintf(text, sizeof(text), "%llu.%02llu MiB", (unsigned long long)(bytes / mib),
			 (unsigned long long)(bytes % mib * 100 / mib));
	return put(line, column, text);
}

/* The chip with the PCI function that a remote one is reached through. */
static int put_gateway(struct libscols_line *line, const struct import_step *step)
{
	if (step->source->gateway == DESCRIPTOR_NONE)
		return put(line, BEHIND, "");
	return put_number(line, BEHIND, step->gateway);
}

static int put_geometry(struct libscols_line *line, const struct import_step *step)
{
	const struct ttmemstat_resolved *resolved = &step->resolved;
	const bool cores = resolved->tensix_active, dram = resolved->dram_banks;
	int err;

	err = cores ? put_number(line, MASK, step->geometry.tensix_mask) : put(line, MASK, "");
	if (!err)
		err = cores ? put_number(line, CORES, resolved->tensix_active) :
			      put(line, CORES, "");
	if (!err)
		err = cores ? put_bytes(line, L1, resolved->l1_capacity) : put(line, L1, "");
	if (!err)
		err = dram ? put_bytes(line, DRAM, resolved->dram_capacity) : put(line, DRAM, "");
	return err;
}

int import_table_add(struct import_table *table, const struct import_step *step, const char *chip,
		     const char *done)
{
	struct libscols_line *line = scols_table_new_line(table->table, NULL);
	const char *arch = step->geometry.arch ? ttmemstat_arch_name(step->geometry.arch) :
						 step->source->arch;
	int err = line ? put_number(line, ID, step->source->id) : -ENOMEM;

	if (!err)
		err = put(line, CHIP, chip);
	if (!err)
		err = put(line, BOARD, step->board);
	if (!err)
		err = put(line, ARCH, arch);
	if (!err)
		err = put_gateway(line, step);
	if (!err)
		err = put_geometry(line, step);
	return err ? err : put(line, DONE, done);
}

int import_table_add_stale(struct import_table *table, const struct import_stale *stale,
			   const char *done)
{
	struct libscols_line *line = scols_table_new_line(table->table, NULL);
	int err = line ? put(line, ID, "") : -ENOMEM;

	if (!err)
		err = put(line, CHIP, stale->present->name);
	if (!err)
		err = put(line, BOARD, stale->present->board);
	if (!err)
		err = put(line, ARCH, ttmemstat_arch_name(stale->present->arch));
	for (enum column column = BEHIND; !err && column < DONE; column++)
		err = put(line, column, "");
	return err ? err : put(line, DONE, done);
}

int import_table_print(struct import_table *table)
{
	return scols_print_table(table->table) ? -EIO : 0;
}
