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
	bool unknown;		/* an empty cell is unknown */
};

#define LISTING_CELL	64

struct listing;

/* One line: a cell for each column. 0 or -ENOMEM. */
int listing_add(struct listing *listing, const char (*cells)[LISTING_CELL]);

struct naming;

/*
 * Lists all of one client, whose process publishes @naming, NULL: nothing that one may read: calls
 * listing_add(). 0 or a negative errno.
 */
typedef int (*listing_client_fn)(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
				 const struct naming *naming, struct listing *listing);

/* The cell of the operation that made the record or program @id. */
void listing_operation(char *cell, const struct naming *naming, uint64_t id);

/* The whole subcommand; returns the exit status. */
enum cli_status listing_run(int argc, char **argv, const char *help,
			    const struct listing_column *columns, size_t count,
			    listing_client_fn list_client);

#endif
