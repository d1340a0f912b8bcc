// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat records: the live records of the clients of a chip.
 */
#include <errno.h>
#include <stdio.h>

#include "banks.h"
#include "cli.h"
#include "listing.h"
#include "live.h"
#include "naming.h"

static const struct listing_column columns[] = {
	{ "client", false, false },
	{ "id", false, false },
	{ "pool", true, false },
	{ "address", false, false },
	{ "size", false, false },
	{ "set", false, false },
	{ "banks", false, false },
	{ "cores", true, true },
	{ "dram_banks", true, true },
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

static void put_banks(struct listing_cell *cores, struct listing_cell *dram,
		      const struct tt_memstat_set_info *set)
{
	if (!set)
		return;
	if (set->space == TT_MEMSTAT_SPACE_DRAM) {
		banks_print_dram(set, dram->text, LISTING_CELL);
		dram->json = banks_json_dram(set);
	} else {
		banks_print_cores(set, cores->text, LISTING_CELL);
		cores->json = banks_json_cores(set);
	}
}

static int add_record(struct listing *listing, uint64_t client, const struct naming *naming,
		      const struct live_client *live, const struct tt_memstat_record_info *record)
{
	const char *pool = ttmemstat_pool_name(record->pool);
	struct listing_cell cells[COLUMNS] = { 0 };
	uint32_t cores = naming_cores(naming, record->id);

	listing_number(&cells[0], client);
	listing_number(&cells[1], record->id);
	snprintf(cells[2].text, LISTING_CELL, "%s", pool ? pool : "?");
	listing_number(&cells[3], record->addr);
	listing_number(&cells[4], record->size);
	listing_number(&cells[5], record->set);
	listing_number(&cells[6], record->banks);
	put_banks(&cells[7], &cells[8], live_set(live, record));
	listing_number(&cells[9], record->program);
	print_flags(cells[10].text, record->flags);
	listing_operation(&cells[11], naming, record->program ? record->program : record->id);
	if (cores)
		listing_number(&cells[12], cores);
	return listing_add(listing, cells);
}

static int list_client(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
		       const struct naming *naming, struct listing *listing)
{
	struct live_client live;
	int err = live_read_records(ctx, chip, client, &live);

	for (size_t i = 0; !err && i < live.record_count; i++)
		err = add_record(listing, client, naming, &live, &live.records[i]);
	live_release(&live);
	return err;
}

enum cli_status cmd_records(int argc, char **argv)
{
	return listing_run(argc, argv, columns, COLUMNS, list_client);
}
