/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What records and programs share: arguments, which clients are meant, a table or JSON.
 *
 * Knows how a list is asked for and printed. Does not know what is in it.
 */
#ifndef TT_MEMSTAT_LISTING_H
#define TT_MEMSTAT_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include <ttmemstat.h>

#include "cli.h"

struct listing_column {
	const char *name;	/* JSON's key; in capitals the table's heading */
	bool text;		/* else numbers, to the right */
};

#define LISTING_CELL	32

struct listing;

/* One line: a cell for each column. 0 or -ENOMEM. */
int listing_add(struct listing *listing, const char (*cells)[LISTING_CELL]);

/* Lists all of one client: calls listing_add(). 0 or a negative errno. */
typedef int (*listing_client_fn)(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
				 struct listing *listing);

/* The whole subcommand; returns the exit status. */
enum cli_status listing_run(int argc, char **argv, const char *help,
			    const struct listing_column *columns, size_t count,
			    listing_client_fn list_client);

#endif
