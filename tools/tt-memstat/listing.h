/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by tt-memstat records and programs: arguments, choice of clients, a table or JSON. */
#ifndef TT_MEMSTAT_LISTING_H
#define TT_MEMSTAT_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include <ttmemstat.h>

#include "cli.h"

struct listing_column {
	const char *name;	/* key in JSON; in capitals, the table's heading */
	bool text;		/* else a number, aligned to the right */
	bool unknown;		/* an empty cell means unknown */
};

#define LISTING_CELL	64

/**
 * struct listing_cell - a cell of a line
 * @text: what it contains
 * @json: instead of @text in JSON, if not NULL; listing_add() takes it over
 */
struct listing_cell {
	char text[LISTING_CELL];
	struct json_object *json;
};

struct listing;

/* Add a line: a cell for each column. 0 or -ENOMEM. */
int listing_add(struct listing *listing, const struct listing_cell *cells);

struct naming;

/*
 * Call listing_add() for each item of a client. @naming: names that its process publishes, or NULL.
 * 0 or a negative errno.
 */
typedef int (*listing_client_fn)(struct ttmemstat_ctx *ctx, uint32_t chip, uint64_t client,
				 const struct naming *naming, struct listing *listing);

void listing_number(struct listing_cell *cell, uint64_t number);
/* The operation that made the record or program @id. */
void listing_operation(struct listing_cell *cell, const struct naming *naming, uint64_t id);

/* Run the subcommand; returns the exit status. */
enum cli_status listing_run(int argc, char **argv, const struct listing_column *columns,
			    size_t count, listing_client_fn list_client);

#endif
