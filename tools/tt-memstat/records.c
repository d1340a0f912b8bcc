// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat records: the live records of the clients of a chip.
 */
#include <errno.h>
#include <stdio.h>

#include "cli.h"
#include "listing.h"
#include "naming.h"

#define PAGE	256

static const struct listing_column columns[] = {
	{ "client", false, false },
	{ "id", false, false },
	{ "pool", true, false },
	{ "address", false, false },
	{ "size", false, false },
	{ "set", false, false },
	{ "banks", false, false },
	{ "program", false, false },
	{ "flags", true, false },
	{ "operation", true, true },
	{ "data_cores", false, true },
};

#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static void print_flags(char *cell, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ TT_MEMSTAT_ENTRY_VIEW, "view" },
		{ TT_MEMSTAT_ENTRY_SYSTEM, "system" },
		{ TT_MEMSTAT_ENTRY_PART, "part" },
	};
	size_t used = 0;

	cell[0] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].flag)
			used += (size_t)snprintf(cell + used, LISTING_CELL - used, "%s%s",
						 used ? "," : "", names[i].name);
	}
}

static int add_record(struct listing *listing, uint64_t client, const struct naming *naming,
		      const struct tt_memstat_record_info *record)
{
	const char *pool = ttmemstat_pool_name(record->pool);
	char cells[COLUMNS][LISTING_CELL];
	uint32_t cores;

	snprintf(cells[0], LISTING_CELL, "%llu", (unsigned long long)client);
	snprintf(cells[1], LISTING_CELL, "%llu", (unsigned long long)record->id);
	snprintf(cells[2], LISTING_CELL, "%s", pool ? pool : "?");
	snprintf(cells[3], LISTING_CELL, "%llu", (unsigned long long)record->addr);
	snprintf(cells[4], LISTING_CELL, "%llu", (unsigned long long)record->size);
	snprintf(cells[5], LISTING_CELL, "%u", record->set);
	snprintf(cells[6], LISTING_CELL, "%u", record->banks);
	snprintf(cells[7], LISTING_CELL, "%llu", (unsigned long long)record->program);
	print_flags(cells[8], record->flags);
	cores = naming_cores(naming, record->id);
	cells[10][0] = '\0';
	if (cores)
		snprintf(cells[10], LISTING_CELL, "%u", cores);
	listing_operation(cells[9], naming, record->program ? record->program : record->id);
	return listing_add(listing, (const char (*)[LISTING_CELL])cells);
}

static int list_client(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
		       const struct naming *naming, struct listing *listing)
{
	struct tt_memstat_record_info page[PAGE];
	uint64_t cursor = 0;
	size_t count;
	int err;

	do {
		count = PAGE;
		err = ttmemstat_list_records(ctx, chip, client, &cursor, page, &count);
		for (size_t i = 0; !err && i < count; i++)
			err = add_record(listing, client, naming, &page[i]);
	} while (!err && cursor);
	return err;
}

enum cli_status cmd_records(int argc, char **argv)
{
	return listing_run(argc, argv, columns, COLUMNS, list_client);
}
