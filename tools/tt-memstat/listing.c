// SPDX-License-Identifier: GPL-2.0-only
/* Shared by tt-memstat records and programs. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols/libsmartcols.h>

#include "cli.h"
#include "tt-memstat.options.h"
#include "listing.h"
#include "naming.h"

struct listing {
	const struct listing_column *columns;
	size_t count;
	struct libscols_table *table;	/* either this */
	struct json_object *json;	/* or this is set */
};

struct request {
	const char *chip_name;
	uint32_t chip;
	uint64_t client;
	bool one;			/* only @client */
	bool json;
};

static int add_line(struct listing *listing, const struct listing_cell *cells)
{
	struct libscols_line *line = scols_table_new_line(listing->table, NULL);

	if (!line)
		return -ENOMEM;
	for (size_t i = 0; i < listing->count; i++) {
		const bool unknown = listing->columns[i].unknown && !*cells[i].text;

		if (scols_line_set_data(line, i, unknown ? "-" : cells[i].text))
			return -ENOMEM;
	}
	return 0;
}

/* NULL: JSON's null, or no memory. */
static struct json_object *cell_value(const struct listing_column *column,
				      const struct listing_cell *cell)
{
	if (cell->json)
		return json_object_get(cell->json);
	if (column->unknown && !*cell->text)
		return NULL;
	return column->text ? json_object_new_string(cell->text) :
			      json_object_new_uint64(strtoull(cell->text, NULL, 0));
}

static int add_object(struct listing *listing, const struct listing_cell *cells)
{
	struct json_object *object = json_object_new_object();

	if (!object || json_object_array_add(listing->json, object)) {
		json_object_put(object);
		return -ENOMEM;
	}
	for (size_t i = 0; i < listing->count; i++) {
		struct json_object *value = cell_value(&listing->columns[i], &cells[i]);

		if ((!value && !listing->columns[i].unknown) ||
		    json_object_object_add(object, listing->columns[i].name, value)) {
			json_object_put(value);
			return -ENOMEM;
		}
	}
	return 0;
}

int listing_add(struct listing *listing, const struct listing_cell *cells)
{
	int err = listing->json ? add_object(listing, cells) : add_line(listing, cells);

	for (size_t i = 0; i < listing->count; i++)
		json_object_put(cells[i].json);
	return err;
}

void listing_number(struct listing_cell *cell, uint64_t number)
{
	snprintf(cell->text, sizeof(cell->text), "%" PRIu64, number);
}

void listing_operation(struct listing_cell *cell, const struct naming *naming, uint64_t id)
{
	const char *name = naming_find(naming, id);

	snprintf(cell->text, sizeof(cell->text), "%s", name ? name : "");
}

static int listing_init(struct listing *listing, bool json)
{
	if (json) {
		listing->json = json_object_new_array();
		return listing->json ? 0 : -ENOMEM;
	}
	listing->table = scols_new_table();
	if (!listing->table)
		return -ENOMEM;
	for (size_t i = 0; i < listing->count; i++) {
		char heading[LISTING_CELL];
		size_t n;

		for (n = 0; listing->columns[i].name[n] && n + 1 < sizeof(heading); n++)
			heading[n] = (char)toupper((unsigned char)listing->columns[i].name[n]);
		heading[n] = '\0';
		if (!scols_table_new_column(listing->table, heading, 0,
					    listing->columns[i].text ? 0 : SCOLS_FL_RIGHT))
			return -ENOMEM;
	}
	return 0;
}

static int listing_print(struct listing *listing)
{
	const char *text;

	if (listing->table)
		return scols_print_table(listing->table) ? -EIO : 0;
	text = json_object_to_json_string_ext(listing->json, JSON_C_TO_STRING_PRETTY);
	if (!text)
		return -ENOMEM;
	puts(text);
	return 0;
}

static void listing_free(struct listing *listing)
{
	scols_unref_table(listing->table);
	json_object_put(listing->json);
}

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	int option;

	while ((option = cli_option(argc, argv)) != -1) {
		if (option != MEMSTAT_OPT_JSON)
			return cli_stop(option);
		request->json = true;
	}
	if (argc - optind < 1 || argc - optind > 2)
		return cli_fail(CLI_USAGE, "a chip is needed, and at most a client");
	request->chip_name = argv[optind];
	if (cli_chip(argv[optind], &request->chip))
		return cli_fail(CLI_USAGE, "not a chip name: %s", argv[optind]);
	if (argc - optind == 2) {
		request->one = true;
		if (cli_number(argv[optind + 1], &request->client))
			return cli_fail(CLI_USAGE, "no client id: %s",
							 argv[optind + 1]);
	}
	return CLI_OK;
}

/*
 * Names are read before the list: if the client exists afterwards, its owner's pid was not reused
 * in between.
 */
static enum cli_status one_client(struct ttmemstat_ctx *ctx, const struct request *request,
				  const struct ttmemstat_client *client,
				  listing_client_fn list_client, struct listing *listing)
{
	struct naming *naming = naming_read(client->pid);
	char reason[CLI_ERROR_LEN];
	int err = list_client(ctx, request->chip, client->id, naming, listing);

	naming_free(naming);
	switch (err) {
	case 0:
		return CLI_OK;
	case -ENODEV:
		return cli_fail(CLI_FAILED, "%s: no such chip", request->chip_name);
	case -ENOENT:
		/* A client may end between its listing and this call. */
		if (!request->one)
			return CLI_OK;
		return cli_fail(CLI_FAILED, "%s: no client %llu", request->chip_name,
				(unsigned long long)client->id);
	default:
		return cli_fail(CLI_FAILED, "%s: client %llu: %s", request->chip_name,
				(unsigned long long)client->id,
				cli_error(err, reason, sizeof(reason)));
	}
}

/* A client that sysfs does not have is queried all the same, for the kernel's error. */
static enum cli_status asked_client(struct ttmemstat_ctx *ctx, const struct request *request,
				    const struct ttmemstat_chip *chip,
				    listing_client_fn list_client, struct listing *listing)
{
	const struct ttmemstat_client unseen = { .id = request->client };
	const struct ttmemstat_client *client = &unseen;

	for (size_t i = 0; i < chip->client_count; i++)
		if (chip->clients[i]->id == request->client)
			client = chip->clients[i];
	return one_client(ctx, request, client, list_client, listing);
}

static enum cli_status all_clients(struct ttmemstat_ctx *ctx, const struct request *request,
				   listing_client_fn list_client, struct listing *listing)
{
	enum cli_status worst = CLI_OK;
	char reason[CLI_ERROR_LEN];
	struct ttmemstat_reader *reader;
	struct ttmemstat_chip *chip;
	int err;

	err = ttmemstat_reader_new(&reader, NULL);
	if (!err) {
		err = ttmemstat_reader_chip(reader, request->chip, TTMEMSTAT_READ_CLIENTS, &chip);
		ttmemstat_reader_free(reader);
	}
	if (err == -ENODEV)
		return cli_fail(CLI_FAILED, "%s: no such chip", request->chip_name);
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", request->chip_name,
						 cli_error(err, reason, sizeof(reason)));
	if (request->one)
		worst = asked_client(ctx, request, chip, list_client, listing);
	for (size_t i = 0; !request->one && i < chip->client_count; i++) {
		enum cli_status status = one_client(ctx, request, chip->clients[i], list_client,
						    listing);

		worst = status ? status : worst;
	}
	ttmemstat_chip_free(chip);
	return worst;
}

enum cli_status listing_run(int argc, char **argv, const struct listing_column *columns,
			    size_t count, listing_client_fn list_client)
{
	struct listing listing = { .columns = columns, .count = count };
	struct request request = { 0 };
	char reason[CLI_ERROR_LEN];
	struct ttmemstat_ctx *ctx = NULL;
	enum cli_status status = parse(argc, argv, &request);
	int err;

	if (!status)
		status = cli_open(&ctx);
	if (status)
		return status;
	err = listing_init(&listing, request.json);
	if (!err) {
		status = all_clients(ctx, &request, list_client, &listing);
		err = listing_print(&listing);
	}
	listing_free(&listing);
	ttmemstat_close(ctx);
	if (err)
		return cli_fail(CLI_FAILED, "%s", cli_error(err, reason, sizeof(reason)));
	return cli_finish(status);
}
