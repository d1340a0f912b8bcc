// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat programs: the loaded programs of the clients of a chip.
 */
#include <errno.h>
#include <stdio.h>

#include "cli.h"
#include "listing.h"

#define PAGE	256

static const struct listing_column columns[] = {
	{ "client", false, false },
	{ "program", false, false },
	{ "list", false, false },
	{ "records", false, false },
	{ "cb_bytes", false, false },
	{ "cores", false, false },
	{ "resident", false, false },
	{ "operation", true, true },
};

#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static int add_program(struct listing *listing, uint64_t client, const struct naming *naming,
		       const struct tt_memstat_program_info *program)
{
	struct listing_cell cells[COLUMNS] = { 0 };

	listing_number(&cells[0], client);
	listing_number(&cells[1], program->id);
	listing_number(&cells[2], program->list);
	listing_number(&cells[3], program->records);
	listing_number(&cells[4], program->cb_bytes);
	listing_number(&cells[5], program->cores);
	listing_number(&cells[6], program->resident);
	listing_operation(&cells[7], naming, program->id);
	return listing_add(listing, cells);
}

static int list_client(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
		       const struct naming *naming, struct listing *listing)
{
	struct tt_memstat_program_info page[PAGE];
	uint64_t cursor = 0;
	size_t count;
	int err;

	do {
		count = PAGE;
		err = ttmemstat_list_programs(ctx, chip, client, &cursor, page, &count);
		for (size_t i = 0; !err && i < count; i++)
			err = add_program(listing, client, naming, &page[i]);
	} while (!err && cursor);
	return err;
}

enum cli_status cmd_programs(int argc, char **argv)
{
	return listing_run(argc, argv, columns, COLUMNS, list_client);
}
