// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Read the directories of a chip and of its clients. All figures are of one moment, or the chip is
 * marked torn. parse.c has the formats; reader.c reads the class directory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chip_read.h"
#include "parse.h"
#include "sysfs.h"

#define READINGS	3	/* of a chip that keeps changing, before it is marked torn */

/* Content of a file: @len bytes, none if it could not be read. */
struct content {
	size_t len;
	char buf[TTMEMSTAT_SYSFS_MAX];
};

/* Whether an error means that the directory is gone, or may be. */
static bool is_gone(int error)
{
	return error == -ENOENT || error == -ENODEV;
}

/*
 * A file that is unknown, missing (in another version of the module) or unreadable has no content.
 * `stat`, which is read last, shows whether the directory is gone.
 */
static bool get(struct ttmemstat_done *done, int dirfd, const char *name, struct content *c)
{
	if (ttmemstat_sysfs_read(done, dirfd, name, c->buf, sizeof(c->buf), &c->len))
		c->len = 0;
	return c->len != 0;
}

/* Read through *@fd, which is opened the first time and stays open. */
static int get_open(struct ttmemstat_done *done, int dirfd, const char *name, int *fd,
		    struct content *c)
{
	if (*fd >= 0)
		return ttmemstat_sysfs_reread(*fd, c->buf, sizeof(c->buf), &c->len);
	*fd = ttmemstat_sysfs_open(done, dirfd, name);
	if (*fd < 0)
		return *fd;
	return ttmemstat_sysfs_read_open(*fd, c->buf, sizeof(c->buf), &c->len);
}

static int get_stat(struct ttmemstat_done *done, int dirfd, const char *name, int *fd,
		    struct content *c, struct tt_memstat_figures *figures, uint64_t *malformed)
{
	size_t bad;
	int error;

	error = get_open(done, dirfd, name, fd, c);
	if (error)
		return is_gone(error) ? -ENODEV : error;
	error = ttmemstat_parse_stat(c->buf, c->len, figures, &bad);
	if (!error)
		*malformed = bad;
	return error;
}

static void get_string(struct ttmemstat_done *done, int dirfd, const char *name, struct content *c,
		       char *dst, size_t size)
{
	get(done, dirfd, name, c);
	ttmemstat_parse_string(c->buf, c->len, dst, size);
}

/* A location identifies a chip only on boards with several chips. */
static bool has_several_chips(const char *board)
{
	return !strncmp(board, "n300", 4) || !strncmp(board, "p300", 4);
}

static void read_identity(struct ttmemstat_chip *chip, const struct ttmemstat_chip_files *files,
			  uint32_t flags, struct content *c)
{
	struct ttmemstat_done *done = files->done;
	bool brief = flags & TTMEMSTAT_READ_BRIEF;
	int arch, dirfd = files->dir;
	uint64_t location;
	char name[32];

	chip->arch = TT_MEMSTAT_ARCH_UNKNOWN;
	chip->unique_id = 0;
	chip->board_id = 0;
	chip->geometry_source[0] = '\0';
	get_string(done, dirfd, "board", c, chip->board, sizeof(chip->board));
	get_string(done, dirfd, "kmd_node", c, chip->kmd_node, sizeof(chip->kmd_node));
	/* Only a local chip has a node of its own. */
	chip->kind = TTMEMSTAT_KIND_LOCAL;
	if (!brief || !chip->kmd_node[0]) {
		get(done, dirfd, "kind", c);
		chip->kind = ttmemstat_parse_kind(c->buf, c->len);
	}
	if (!brief || !chip->board[0]) {
		get_string(done, dirfd, "arch", c, name, sizeof(name));
		arch = ttmemstat_arch_parse(name);
		chip->arch = arch < 0 ? TT_MEMSTAT_ARCH_UNKNOWN : (uint32_t)arch;
	}
	chip->asic_location = TTMEMSTAT_LOCATION_UNKNOWN;
	if ((!brief || has_several_chips(chip->board)) && get(done, dirfd, "asic_location", c) &&
	    !ttmemstat_parse_u64(c->buf, c->len, &location) &&
	    location < TTMEMSTAT_LOCATION_UNKNOWN)
		chip->asic_location = (uint32_t)location;
	chip->grid_x = 0;
	chip->grid_y = 0;
	if ((!brief || (flags & TTMEMSTAT_READ_CORES)) && get(done, dirfd, "grid", c))
		ttmemstat_parse_grid(c->buf, c->len, &chip->grid_x, &chip->grid_y);
	if (brief)
		return;
	if (get(done, dirfd, "unique_id", c))
		ttmemstat_parse_u64(c->buf, c->len, &chip->unique_id);
	if (get(done, dirfd, "board_id", c))
		ttmemstat_parse_u64(c->buf, c->len, &chip->board_id);
	get_string(done, dirfd, "geometry_source", c, chip->geometry_source,
		   sizeof(chip->geometry_source));
}

/* Skipped if the module has all values that the caller shows, as it queries the firmware. */
static void read_card(struct ttmemstat_chip *chip, const struct ttmemstat_chip_files *files,
		      uint32_t flags)
{
	if ((flags & TTMEMSTAT_READ_CARD) && chip->kind == TTMEMSTAT_KIND_LOCAL &&
	    !((flags & TTMEMSTAT_READ_BRIEF) && chip->board[0]))
		ttmemstat_card_read(files->done, files->cards, chip);
}

static void copy_identity(struct ttmemstat_chip *to, const struct ttmemstat_chip *from)
{
	to->kind = from->kind;
	to->arch = from->arch;
	to->asic_location = from->asic_location;
	to->grid_x = from->grid_x;
	to->grid_y = from->grid_y;
	to->unique_id = from->unique_id;
	to->board_id = from->board_id;
	memcpy(to->board, from->board, sizeof(to->board));
	memcpy(to->kmd_node, from->kmd_node, sizeof(to->kmd_node));
	memcpy(to->geometry_source, from->geometry_source, sizeof(to->geometry_source));
	memcpy(to->card_type, from->card_type, sizeof(to->card_type));
	to->card_serial = from->card_serial;
}

/* Compare the figures that change with the chip's geometry. */
static bool same_shape(const struct tt_memstat_figures *a, const struct tt_memstat_figures *b)
{
	static const unsigned int shape[] = {
		TT_MEMSTAT_FIG_TENSIX_TOTAL, TT_MEMSTAT_FIG_TENSIX_ACTIVE,
		TT_MEMSTAT_FIG_TENSIX_HARVESTING, TT_MEMSTAT_FIG_L1_CAPACITY,
		TT_MEMSTAT_FIG_DRAM_CAPACITY, TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS,
	};
	size_t i;

	for (i = 0; i < sizeof(shape) / sizeof(shape[0]); i++) {
		uint64_t x, y;

		if (ttmemstat_figure(a, shape[i], &x) != ttmemstat_figure(b, shape[i], &y) ||
		    x != y)
			return false;
	}
	return true;
}

static void drop_client(struct ttmemstat_chip_files *files, struct ttmemstat_client_files *kept)
{
	if (kept->fd < 0)
		return;
	ttmemstat_sysfs_done(files->done, kept->fd);
	(*files->room)++;
}

static void drop_clients(struct ttmemstat_chip_files *files)
{
	while (files->count)
		drop_client(files, &files->clients[--files->count]);
	free(files->clients);
	files->clients = NULL;
}

/* Fill in the chip's identity: read it, or copy it from the last reading. */
static void identify(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files,
		     uint32_t flags, struct content *c)
{
	flags &= TTMEMSTAT_READ_BRIEF | TTMEMSTAT_READ_CORES | TTMEMSTAT_READ_CARD;
	if (!files->room) {
		read_identity(chip, files, flags, c);
		read_card(chip, files, flags);
		return;
	}
	if (!files->identified || ((files->known ^ flags) & TTMEMSTAT_READ_BRIEF) ||
	    (flags & ~files->known & (TTMEMSTAT_READ_CORES | TTMEMSTAT_READ_CARD)) ||
	    !same_shape(&files->what.figures, &chip->figures)) {
		/* The kept names must have been read with the same flags. */
		if ((files->known ^ flags) & TTMEMSTAT_READ_BRIEF)
			drop_clients(files);
		read_identity(&files->what, files, flags, c);
		read_card(&files->what, files, flags);
		files->identified = true;
		files->known = flags;
		files->what.figures = chip->figures;
	}
	copy_identity(chip, &files->what);
}

/* "<id>/<name>" */
struct client_path {
	char text[48];
};

static struct client_path path_of(uint64_t id, const char *name)
{
	struct client_path path;

	snprintf(path.text, sizeof(path.text), "%llu/%s", (unsigned long long)id, name);
	return path;
}

void ttmemstat_client_parse_owner(struct ttmemstat_client *client, const char *buf, size_t len)
{
	int64_t n;

	client->uid = TTMEMSTAT_UID_UNKNOWN;
	client->runtime_id = -1;
	if (!ttmemstat_parse_stat_number(buf, len, "pid", 0, INT32_MAX, &n))
		client->pid = (int32_t)n;
	if (!ttmemstat_parse_stat_number(buf, len, "uid", 0, UINT32_MAX, &n))
		client->uid = (uint32_t)n;
	if (!ttmemstat_parse_stat_number(buf, len, "runtime_id", -1, INT32_MAX, &n))
		client->runtime_id = (int32_t)n;
	if (!ttmemstat_parse_stat_number(buf, len, "start_time", 0, INT64_MAX, &n))
		client->start_time = (uint64_t)n;
	if (!ttmemstat_parse_stat_number(buf, len, "covers", 0, UINT32_MAX, &n))
		client->covers = (uint32_t)n;
}

/* Read the texts, which are not in `stat`. */
static void read_names(struct ttmemstat_client *client, struct ttmemstat_done *done, int dirfd,
		       uint32_t flags, struct content *c)
{
	get_string(done, dirfd, path_of(client->id, "label").text, c, client->label,
		   sizeof(client->label));
	if (!(flags & TTMEMSTAT_READ_BRIEF))
		get_string(done, dirfd, path_of(client->id, "comm").text, c, client->comm,
			   sizeof(client->comm));
}

/* @kept: the client from an earlier reading, or NULL. */
static int read_client(struct ttmemstat_client **out, struct ttmemstat_chip_files *files,
		       int clients, uint64_t id, struct ttmemstat_client_files *kept,
		       uint32_t flags, struct content *c)
{
	struct ttmemstat_client *client = calloc(1, sizeof(*client));
	int error, fd = kept ? kept->fd : -1;

	if (!client)
		return -ENOMEM;
	if (kept) {
		*client = kept->who;
	} else {
		client->id = id;
		read_names(client, files->done, clients, flags, c);
	}
	error = get_stat(files->done, clients, path_of(id, "stat").text, &fd, c,
			 &client->figures, &client->malformed);
	if (!kept || kept->fd < 0) {
		if (kept && !error && fd >= 0 && *files->room) {
			(*files->room)--;
			kept->fd = fd;
		} else if (fd >= 0) {
			ttmemstat_sysfs_done(files->done, fd);
		}
	}
	if (error) {
		free(client);
		return error;
	}
	ttmemstat_client_parse_owner(client, c->buf, c->len);
	*out = client;
	return 0;
}

static void forget_clients(struct ttmemstat_chip *chip)
{
	size_t i;

	for (i = 0; i < chip->client_count; i++)
		free(chip->clients[i]);
	free(chip->clients);
	chip->clients = NULL;
	chip->client_count = 0;
	chip->vanished = 0;
}

/*
 * Update the kept clients to the present ones; both lists ascend by id. Read the names of new
 * clients, and close those that are gone.
 */
static int keep_clients(struct ttmemstat_chip_files *files, int clients, const uint64_t *ids,
			size_t count, uint32_t flags, struct content *c)
{
	struct ttmemstat_client_files *list;
	size_t i, old = 0;

	list = calloc(count ? count : 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		while (old < files->count && files->clients[old].who.id < ids[i])
			drop_client(files, &files->clients[old++]);
		if (old < files->count && files->clients[old].who.id == ids[i]) {
			list[i] = files->clients[old++];
			continue;
		}
		list[i].fd = -1;
		list[i].who.id = ids[i];
		read_names(&list[i].who, files->done, clients, flags, c);
	}
	while (old < files->count)
		drop_client(files, &files->clients[old++]);
	free(files->clients);
	files->clients = list;
	files->count = count;
	return 0;
}

static int read_each(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files, int clients,
		     const uint64_t *ids, size_t count, uint32_t flags, struct content *c)
{
	size_t i;
	int error = 0;

	if (files->room)
		error = keep_clients(files, clients, ids, count, flags, c);
	if (error || !count)
		return error;
	chip->clients = calloc(count, sizeof(struct ttmemstat_client *));
	if (!chip->clients)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		error = read_client(&chip->clients[chip->client_count], files, clients, ids[i],
				    files->room ? &files->clients[i] : NULL, flags, c);
		if (!error)
			chip->client_count++;
		else if (error == -ENODEV)
			chip->vanished++;
		else
			return error;
	}
	return 0;
}

static int open_clients(struct ttmemstat_chip_files *files)
{
	int fd = files->clients_dir;

	if (fd >= 0) {
		if (lseek(fd, 0, SEEK_SET) == 0)
			return fd;
		ttmemstat_sysfs_done(files->done, fd);
		files->clients_dir = -1;
	}
	fd = ttmemstat_sysfs_open_dir(files->done, files->dir, "clients");
	if (fd >= 0 && files->room)
		files->clients_dir = fd;
	return fd;
}

static int read_clients(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files,
			uint32_t flags, struct content *c)
{
	uint64_t *ids = NULL, expected;
	size_t count = 0;
	int clients, error;

	forget_clients(chip);
	clients = open_clients(files);
	if (clients < 0)
		return is_gone(clients) ? 0 : clients;
	if (!ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_CLIENTS, &expected))
		expected = UINT64_MAX;
	error = ttmemstat_sysfs_numbers(clients, ttmemstat_parse_client_name, expected, &ids,
					&count);
	if (!error)
		error = read_each(chip, files, clients, ids, count, flags, c);
	else if (is_gone(error))
		error = 0;
	free(ids);
	if (clients != files->clients_dir)
		ttmemstat_sysfs_done(files->done, clients);
	return error;
}

static int read_cores(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files,
		      struct content *c)
{
	size_t count = (size_t)chip->grid_x * chip->grid_y;
	int error;

	free(chip->cores);
	chip->cores = NULL;
	if (!count)
		return 0;
	error = get_open(files->done, files->dir, "l1_per_core", &files->cores, c);
	/* Check the grid against the length before allocating: a core has at least two bytes. */
	if (error || count > c->len)
		return 0;
	chip->cores = calloc(count, sizeof(*chip->cores));
	if (!chip->cores)
		return -ENOMEM;
	if (ttmemstat_parse_cores(c->buf, c->len, chip->grid_x, chip->grid_y, chip->cores)) {
		free(chip->cores);
		chip->cores = NULL;
	}
	return 0;
}

/*
 * If all figures are equal, nothing changed in between: the generation counts events, and other
 * figures show changes that are not events. Ignore figures that change with time alone.
 */
static bool same_moment(const struct tt_memstat_figures *a, const struct tt_memstat_figures *b)
{
	unsigned int n;

	for (n = 0; n < TT_MEMSTAT_FIGURES; n++) {
		uint64_t x, y;

		if (n == TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS || n == TT_MEMSTAT_FIG_DISPATCH_AGE_MS)
			continue;
		if (ttmemstat_figure(a, n, &x) != ttmemstat_figure(b, n, &y) || x != y)
			return false;
	}
	return true;
}

static int read_parts(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files,
		      uint32_t flags, struct content *c)
{
	int error = 0;

	if (flags & TTMEMSTAT_READ_CLIENTS)
		error = read_clients(chip, files, flags, c);
	if (!error && (flags & TTMEMSTAT_READ_CORES))
		error = read_cores(chip, files, c);
	return error;
}

static int get_chip_stat(struct ttmemstat_chip_files *files, struct content *c,
			 struct tt_memstat_figures *figures, uint64_t *malformed)
{
	return get_stat(files->done, files->dir, "stat", &files->stat, c, figures, malformed);
}

int ttmemstat_chip_read(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files,
			uint32_t flags)
{
	bool parts = flags & (TTMEMSTAT_READ_CLIENTS | TTMEMSTAT_READ_CORES);
	struct tt_memstat_figures after;
	struct content *c;
	uint64_t malformed = 0;
	int error, readings;

	c = malloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	if (!parts)
		identify(chip, files, flags, c);
	error = get_chip_stat(files, c, &chip->figures, &chip->malformed);
	for (readings = 0; !error && parts && readings < READINGS; readings++) {
		identify(chip, files, flags, c);
		error = read_parts(chip, files, flags, c);
		if (!error)
			error = get_chip_stat(files, c, &after, &malformed);
		if (error)
			break;
		chip->torn = !same_moment(&chip->figures, &after);
		if (!chip->torn)
			break;
		/* The end of this attempt is the start of the next. */
		chip->figures = after;
		chip->malformed = malformed;
	}
	free(c);
	return error;
}

void ttmemstat_chip_files_init(struct ttmemstat_chip_files *files, struct ttmemstat_done *done,
			       const char *cards, uint32_t n, int dir)
{
	memset(files, 0, sizeof(*files));
	files->done = done;
	files->cards = cards;
	files->n = n;
	files->dir = dir;
	files->stat = -1;
	files->clients_dir = -1;
	files->cores = -1;
}

void ttmemstat_chip_files_close(struct ttmemstat_chip_files *files)
{
	const int fds[] = { files->dir, files->stat, files->clients_dir, files->cores };
	size_t i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			ttmemstat_sysfs_done(files->done, fds[i]);
	drop_clients(files);
}

void ttmemstat_chip_free(struct ttmemstat_chip *chip)
{
	if (!chip)
		return;
	forget_clients(chip);
	free(chip->cores);
	free(chip);
}
