// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Reading one chip's directory and its clients', so that all of it is of one moment, or says that
 * it is not. Knows the names of the files; does not know their formats (parse.c) or the class.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chip_read.h"
#include "parse.h"
#include "sysfs.h"

#define READINGS	3	/* of a chip that keeps changing, before it is called torn */

/* What one file said: @len bytes, none if it did not say anything. */
struct content {
	size_t len;
	char buf[TTM_SYSFS_MAX];
};

/* Whether an error says that the directory went, or at least may have gone. */
static bool is_gone(int error)
{
	return error == -ENOENT || error == -ENODEV;
}

/*
 * A file that is unknown, not there (another version of the module) or unreadable says nothing.
 * That the directory went is noticed at its `stat`, which is read after all of these.
 */
static bool get(int dirfd, const char *name, struct content *c)
{
	if (ttm_sysfs_read(dirfd, name, c->buf, sizeof(c->buf), &c->len))
		c->len = 0;
	return c->len != 0;
}

static int get_stat(int dirfd, struct content *c, struct tt_memstat_figures *figures,
		    uint64_t *malformed)
{
	size_t bad;
	int error;

	error = ttm_sysfs_read(dirfd, "stat", c->buf, sizeof(c->buf), &c->len);
	if (error)
		return is_gone(error) ? -ENODEV : error;
	error = ttm_parse_stat(c->buf, c->len, figures, &bad);
	if (!error)
		*malformed = bad;
	return error;
}

static void read_identity(struct ttm_chip *chip, int dirfd, struct content *c)
{
	uint64_t location;
	char name[32];
	int arch;

	get(dirfd, "kind", c);
	chip->kind = ttm_parse_kind(c->buf, c->len);
	get(dirfd, "arch", c);
	ttm_parse_string(c->buf, c->len, name, sizeof(name));
	arch = ttm_arch_parse(name);
	chip->arch = arch < 0 ? TT_MEMSTAT_ARCH_UNKNOWN : (uint32_t)arch;
	get(dirfd, "board", c);
	ttm_parse_string(c->buf, c->len, chip->board, sizeof(chip->board));
	chip->unique_id = 0;
	if (get(dirfd, "unique_id", c))
		ttm_parse_u64(c->buf, c->len, &chip->unique_id);
	chip->asic_location = TTM_LOCATION_UNKNOWN;
	if (get(dirfd, "asic_location", c) && !ttm_parse_u64(c->buf, c->len, &location) &&
	    location < TTM_LOCATION_UNKNOWN)
		chip->asic_location = (uint32_t)location;
	get(dirfd, "kmd_node", c);
	ttm_parse_string(c->buf, c->len, chip->kmd_node, sizeof(chip->kmd_node));
	get(dirfd, "geometry_source", c);
	ttm_parse_string(c->buf, c->len, chip->geometry_source, sizeof(chip->geometry_source));
	chip->grid_x = 0;
	chip->grid_y = 0;
	if (get(dirfd, "grid", c))
		ttm_parse_grid(c->buf, c->len, &chip->grid_x, &chip->grid_y);
}

static void read_owner(struct ttm_client *client, int dirfd, struct content *c)
{
	int64_t number;
	uint64_t value;

	if (get(dirfd, "pid", c) && !ttm_parse_s64(c->buf, c->len, 0, INT32_MAX, &number))
		client->pid = (int32_t)number;
	client->uid = TTM_UID_UNKNOWN;
	if (get(dirfd, "uid", c) && !ttm_parse_u64(c->buf, c->len, &value) && value <= UINT32_MAX)
		client->uid = (uint32_t)value;
	client->runtime_id = -1;
	if (get(dirfd, "runtime_id", c) &&
	    !ttm_parse_s64(c->buf, c->len, -1, INT32_MAX, &number))
		client->runtime_id = (int32_t)number;
	if (get(dirfd, "start_time", c))
		ttm_parse_u64(c->buf, c->len, &client->start_time);
	if (get(dirfd, "covers", c))
		ttm_parse_pools(c->buf, c->len, &client->covers);
	get(dirfd, "comm", c);
	ttm_parse_string(c->buf, c->len, client->comm, sizeof(client->comm));
	get(dirfd, "label", c);
	ttm_parse_string(c->buf, c->len, client->label, sizeof(client->label));
}

static int read_client(struct ttm_client **out, int clients, uint64_t id, struct content *c)
{
	struct ttm_client *client;
	char name[24];
	int dirfd, error;

	snprintf(name, sizeof(name), "%llu", (unsigned long long)id);
	dirfd = ttm_sysfs_open_dir(clients, name);
	if (dirfd < 0)
		return is_gone(dirfd) ? -ENODEV : dirfd;
	client = calloc(1, sizeof(*client));
	if (!client) {
		close(dirfd);
		return -ENOMEM;
	}
	client->id = id;
	read_owner(client, dirfd, c);
	error = get_stat(dirfd, c, &client->figures, &client->malformed);
	close(dirfd);
	if (error) {
		free(client);
		return error;
	}
	*out = client;
	return 0;
}

static void forget_clients(struct ttm_chip *chip)
{
	size_t i;

	for (i = 0; i < chip->client_count; i++)
		free(chip->clients[i]);
	free(chip->clients);
	chip->clients = NULL;
	chip->client_count = 0;
	chip->vanished = 0;
}

static int read_each(struct ttm_chip *chip, int dirfd, const uint64_t *ids, size_t count,
		     struct content *c)
{
	size_t i;

	chip->clients = calloc(count, sizeof(struct ttm_client *));
	if (!chip->clients)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		int error = read_client(&chip->clients[chip->client_count], dirfd, ids[i], c);

		if (!error)
			chip->client_count++;
		else if (error == -ENODEV)
			chip->vanished++;
		else
			return error;
	}
	return 0;
}

static int read_clients(struct ttm_chip *chip, int dirfd, struct content *c)
{
	uint64_t *ids = NULL;
	size_t count = 0;
	int clients, error;

	forget_clients(chip);
	clients = ttm_sysfs_open_dir(dirfd, "clients");
	if (clients < 0)
		return is_gone(clients) ? 0 : clients;
	error = ttm_sysfs_numbers(clients, ".", ttm_parse_client_name, &ids, &count);
	if (!error && count)
		error = read_each(chip, clients, ids, count, c);
	else if (is_gone(error))
		error = 0;
	free(ids);
	close(clients);
	return error;
}

static int read_cores(struct ttm_chip *chip, int dirfd, struct content *c)
{
	size_t count = (size_t)chip->grid_x * chip->grid_y;

	free(chip->cores);
	chip->cores = NULL;
	/* The content bounds the grid before memory is taken: a core has at least two bytes. */
	if (!count || !get(dirfd, "l1_per_core", c) || count > c->len)
		return 0;
	chip->cores = calloc(count, sizeof(*chip->cores));
	if (!chip->cores)
		return -ENOMEM;
	if (ttm_parse_cores(c->buf, c->len, chip->grid_x, chip->grid_y, chip->cores)) {
		free(chip->cores);
		chip->cores = NULL;
	}
	return 0;
}

/*
 * Equal figures mean that nothing happened between: the generation counts events, and the rest
 * tells what is no event, such as a geometry or a process that ended. Time passes all the same.
 */
static bool same_moment(const struct tt_memstat_figures *a, const struct tt_memstat_figures *b)
{
	unsigned int n;

	for (n = 0; n < TT_MEMSTAT_FIGURES; n++) {
		uint64_t x, y;

		if (n == TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS)
			continue;
		if (ttm_figure(a, n, &x) != ttm_figure(b, n, &y) || x != y)
			return false;
	}
	return true;
}

static int read_parts(struct ttm_chip *chip, int dirfd, uint32_t flags, struct content *c)
{
	int error = 0;

	if (flags & TTM_READ_CLIENTS)
		error = read_clients(chip, dirfd, c);
	if (!error && (flags & TTM_READ_CORES))
		error = read_cores(chip, dirfd, c);
	return error;
}

int ttm_chip_read(struct ttm_chip *chip, int dirfd, uint32_t flags)
{
	struct tt_memstat_figures after;
	struct content *c;
	uint64_t malformed = 0;
	int error, readings;

	c = malloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	if (!flags)
		read_identity(chip, dirfd, c);
	error = get_stat(dirfd, c, &chip->figures, &chip->malformed);
	for (readings = 0; !error && flags && readings < READINGS; readings++) {
		read_identity(chip, dirfd, c);
		error = read_parts(chip, dirfd, flags, c);
		if (!error)
			error = get_stat(dirfd, c, &after, &malformed);
		if (error)
			break;
		chip->torn = !same_moment(&chip->figures, &after);
		if (!chip->torn)
			break;
		/* What closes this reading opens the next. */
		chip->figures = after;
		chip->malformed = malformed;
	}
	free(c);
	return error;
}

void ttm_chip_free(struct ttm_chip *chip)
{
	if (!chip)
		return;
	forget_clients(chip);
	free(chip->cores);
	free(chip);
}
