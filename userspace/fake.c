// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * TT_MEMSTAT_FAKE: chips without the module, for tests of integrations. The module's ledger
 * computes their figures in this process. Calls return the module's errors, except those about
 * privilege, proof and cards.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"
#include "ledger/books.h"
#include "local.h"

#define CHIPS		TTMEMSTAT_LOCAL_CHIPS
#define CLIENT		1	/* id of the only client, the context */
#define SUBMIT_MAX	4096
#define RECTS_MAX	256
#define SETS_MAX	4096
#define LIST_MAX	4096

/**
 * struct fake_chip - a chip, and the context's attachment to it
 * @books: NULL: there is no such chip
 * @unique_id: 0 = none
 * @client: NULL: not attached
 * @handle: handle of the attachment
 * @args: of its attach
 * @board: of its creator
 */
struct fake_chip {
	struct books *books;
	uint64_t unique_id;
	struct books_client *client;
	uint32_t handle;
	struct tt_memstat_attach args;
	char board[TT_MEMSTAT_NAME_LEN];
};

struct fake {
	struct ttmemstat_local local;
	uint32_t last;
	struct fake_chip chips[CHIPS];
};

static struct fake *fake_of(const struct ttmemstat_ctx *ctx)
{
	return (struct fake *)ctx->local;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static struct fake_chip *chip_of(struct fake *fake, uint32_t chip)
{
	return chip < CHIPS && fake->chips[chip].books ? &fake->chips[chip] : NULL;
}

static struct fake_chip *attached_by(struct fake *fake, uint32_t handle)
{
	uint32_t i;

	for (i = 0; i < CHIPS; i++)
		if (fake->chips[i].client && fake->chips[i].handle == handle)
			return &fake->chips[i];
	return NULL;
}

/* ---- Chips ------------------------------------------------------------------------------- */

static int get_info(struct tt_memstat_get_info *info)
{
	const uint32_t argsz = info->argsz;

	*info = (struct tt_memstat_get_info) {
		.argsz = argsz, .api_version = TT_MEMSTAT_API_VERSION,
		.granule = TT_MEMSTAT_GRANULE, .features = TT_MEMSTAT_FEATURE_ALLOW_VIRTUAL,
		.client = CLIENT, .max_chips = CHIPS, .max_clients = 1, .max_sets = SETS_MAX,
		.max_submit = SUBMIT_MAX, .max_virtual = CHIPS, .max_rects = RECTS_MAX,
		.version = "fake",
	};
	return 0;
}

static int make_chip(struct fake *fake, const struct tt_memstat_geometry *geometry,
		     uint64_t unique_id, uint32_t *number)
{
	uint32_t i;
	int error;

	for (i = 0; i < CHIPS && fake->chips[i].books; i++)
		;
	if (i == CHIPS)
		return -ENOSPC;
	error = books_open(geometry, &fake->chips[i].books);
	if (error)
		return error;
	fake->chips[i].unique_id = unique_id;
	*number = i;
	return 0;
}

static int create(struct fake *fake, struct tt_memstat_chip_create *arg)
{
	int error;

	if (arg->flags & ~(TT_MEMSTAT_CREATE_OPEN | TT_MEMSTAT_CREATE_EPHEMERAL) || arg->reserved)
		return -EINVAL;
	error = make_chip(fake, &arg->geometry, arg->unique_id, &arg->chip);
	if (!error)
		memcpy(fake->chips[arg->chip].board, arg->board, sizeof(arg->board));
	return error;
}

static int destroy(struct fake *fake, const struct tt_memstat_chip_destroy *arg)
{
	struct fake_chip *chip = chip_of(fake, arg->chip);

	if (!chip)
		return -ENODEV;
	books_close(chip->books);
	memset(chip, 0, sizeof(*chip));
	return 0;
}

static int chip_find(struct fake *fake, struct tt_memstat_chip_find *arg)
{
	char name[TT_MEMSTAT_NAME_LEN];
	const struct fake_chip *chip;
	uint32_t i, found = CHIPS;

	for (i = 0; i < CHIPS; i++) {
		chip = &fake->chips[i];
		snprintf(name, sizeof(name), "tt%u", i);
		if (!chip->books || (arg->flags == TT_MEMSTAT_FIND_UNIQUE_ID ?
				     !arg->unique_id || chip->unique_id != arg->unique_id :
				     arg->flags != TT_MEMSTAT_FIND_NAME ||
				     strncmp(name, arg->name, sizeof(name)) != 0))
			continue;
		if (found < CHIPS)
			return -ENOTUNIQ;
		found = i;
	}
	if (found == CHIPS)
		return -ENODEV;
	chip = &fake->chips[found];
	memset(arg->pci, 0, sizeof(arg->pci));
	memset(arg->name, 0, sizeof(arg->name));
	snprintf(arg->name, sizeof(arg->name), "tt%u", found);
	arg->unique_id = chip->unique_id;
	arg->chip = found;
	arg->asic_location = 0;
	arg->geometry = *books_geometry(chip->books);
	return 0;
}

/* ---- An attachment ----------------------------------------------------------------------- */

/* Whether the runtime's geometry contradicts the chip's. */
static bool contradicts(const struct tt_memstat_geometry *given,
			const struct tt_memstat_geometry *has)
{
	struct ttmemstat_resolved r;

	if (ttmemstat_geometry_resolve(given, &r) || given->arch != has->arch)
		return true;
	return (r.grid_x && (r.grid_x != has->grid_x || r.grid_y != has->grid_y)) ||
	       (r.dram_banks && r.dram_banks != has->dram_banks) ||
	       r.l1_bytes != has->l1_bytes || r.dram_bank_bytes != has->dram_bank_bytes;
}

static int attach(const struct ttmemstat_ctx *ctx, struct tt_memstat_attach *arg)
{
	struct fake *fake = fake_of(ctx);
	struct fake_chip *chip = chip_of(fake, arg->chip);
	const bool described = arg->flags & TT_MEMSTAT_ATTACH_GEOMETRY;
	/* The library's objects are never constant; const promises not to change their identity. */
	int error = ttmemstat_attach_check((struct ttmemstat_ctx *)ctx, arg);

	if (error)
		return error;
	if (!chip)
		return -ENODEV;
	if (arg->flags & TT_MEMSTAT_ATTACH_REMOTE)
		return -EOPNOTSUPP;
	if (chip->client)
		return -EALREADY;
	if (described && contradicts(&arg->geometry, books_geometry(chip->books))) {
		arg->geometry = *books_geometry(chip->books);
		return -EEXIST;
	}
	error = books_attach(chip->books, NULL, &arg->layout, arg->covers, &chip->client);
	if (error)
		return error;
	books_partial(chip->client, arg->partial);
	arg->geometry = *books_geometry(chip->books);
	arg->chip_out = arg->chip;
	arg->attachment = chip->handle = ++fake->last;
	chip->args = *arg;
	return 0;
}

static int bank_set(struct fake_chip *chip, struct tt_memstat_bank_set *arg)
{
	if (arg->space == TT_MEMSTAT_SPACE_DRAM)
		return books_set_dram(chip->client, arg->mask, &arg->set);
	if (arg->count > RECTS_MAX)
		return -EINVAL;
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the uAPI's type */
	return books_set_l1(chip->client, (const void *)(uintptr_t)arg->rects, arg->count,
			    &arg->set);
}

static int submit(struct fake_chip *chip, struct tt_memstat_submit *arg)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the uAPI's type */
	const struct tt_memstat_entry *entries = (const void *)(uintptr_t)arg->entries;
	const uint64_t time = now();
	int error = 0;

	for (arg->taken = 0; arg->taken < arg->count && !error; arg->taken += !error)
		error = books_take(chip->client, &entries[arg->taken], time);
	return error;
}

/* Calls on an attachment, whose arguments begin with the same three fields. */
static int call_on(struct fake *fake, unsigned long call, void *arg)
{
	struct fake_chip *chip = attached_by(fake, ((struct tt_memstat_detach *)arg)->attachment);

	if (!chip)
		return -ENOENT;
	switch (call) {
	case TT_MEMSTAT_DETACH:
		books_detach(chip->client);
		chip->client = NULL;
		return 0;
	case TT_MEMSTAT_BANK_SET:
		return bank_set(chip, arg);
	case TT_MEMSTAT_PARTIAL:
		return books_partial(chip->client, ((struct tt_memstat_partial *)arg)->partial);
	case TT_MEMSTAT_SUBMIT:
		return submit(chip, arg);
	default:
		books_drop(chip->client, ((struct tt_memstat_drop *)arg)->pools);
		return 0;
	}
}

/* ---- Queries ----------------------------------------------------------------------------- */

static int query(struct fake *fake, unsigned long call, struct tt_memstat_query *arg)
{
	struct fake_chip *chip = chip_of(fake, arg->chip);

	if (!chip)
		return -ENODEV;
	if (call == TT_MEMSTAT_QUERY_CHIP) {
		books_chip_figures(chip->books, now(), &arg->figures);
		return 0;
	}
	if (arg->client != CLIENT || !chip->client)
		return -ENOENT;
	books_client_figures(chip->client, now(), &arg->figures);
	return 0;
}

static int list(struct fake *fake, unsigned long call, struct tt_memstat_list *arg)
{
	struct fake_chip *chip = chip_of(fake, arg->chip);
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the uAPI's type */
	void *items = (void *)(uintptr_t)arg->items;
	uint64_t cursor = arg->cursor;
	uint32_t count = arg->count;
	int error;

	if (!count || count > LIST_MAX)
		return -EINVAL;
	if (!chip)
		return -ENODEV;
	if (arg->client != CLIENT || !chip->client)
		return -ENOENT;
	if (call == TT_MEMSTAT_LIST_RECORDS)
		error = books_list_records(chip->client, &cursor, items, &count);
	else if (call == TT_MEMSTAT_LIST_PROGRAMS)
		error = books_list_programs(chip->client, &cursor, items, &count);
	else
		error = books_list_sets(chip->client, &cursor, items, &count);
	if (!error) {
		arg->cursor = cursor;
		arg->count = count;
	}
	return error;
}

static int call_fake(const struct ttmemstat_ctx *ctx, unsigned long call, void *arg)
{
	struct fake *fake = fake_of(ctx);

	switch (call) {
	case TT_MEMSTAT_GET_INFO:
		return get_info(arg);
	case TT_MEMSTAT_CHIP_CREATE:
		return create(fake, arg);
	case TT_MEMSTAT_CHIP_DESTROY:
		return destroy(fake, arg);
	case TT_MEMSTAT_CHIP_FIND:
		return chip_find(fake, arg);
	case TT_MEMSTAT_ATTACH:
		return attach(ctx, arg);
	case TT_MEMSTAT_DETACH:
	case TT_MEMSTAT_BANK_SET:
	case TT_MEMSTAT_PARTIAL:
	case TT_MEMSTAT_SUBMIT:
	case TT_MEMSTAT_DROP:
		return call_on(fake, call, arg);
	case TT_MEMSTAT_QUERY_CHIP:
	case TT_MEMSTAT_QUERY_CLIENT:
		return query(fake, call, arg);
	case TT_MEMSTAT_LIST_RECORDS:
	case TT_MEMSTAT_LIST_PROGRAMS:
	case TT_MEMSTAT_LIST_SETS:
		return list(fake, call, arg);
	default:
		return -EOPNOTSUPP;
	}
}

/* ---- Reading ----------------------------------------------------------------------------- */

static struct ttmemstat_client *read_client(const struct fake_chip *chip)
{
	struct ttmemstat_client *client = calloc(1, sizeof(*client));
	FILE *comm;

	if (!client)
		return NULL;
	client->id = CLIENT;
	client->pid = getpid();
	client->uid = getuid();
	client->runtime_id = chip->args.runtime_id;
	client->covers = chip->args.covers;
	memcpy(client->label, chip->args.label, sizeof(client->label));
	books_client_figures(chip->client, now(), &client->figures);
	comm = fopen("/proc/self/comm", "re");
	if (comm) {
		if (fgets(client->comm, sizeof(client->comm), comm))
			client->comm[strcspn(client->comm, "\n")] = '\0';
		fclose(comm);
	}
	return client;
}

static int read_clients(const struct fake_chip *from, struct ttmemstat_chip *chip)
{
	if (!from->client)
		return 0;
	chip->clients = calloc(1, sizeof(struct ttmemstat_client *));
	if (!chip->clients)
		return -ENOMEM;
	chip->clients[0] = read_client(from);
	if (!chip->clients[0])
		return -ENOMEM;
	chip->client_count = 1;
	return 0;
}

static int read_cores(const struct fake_chip *from, struct ttmemstat_chip *chip)
{
	const size_t count = (size_t)chip->grid_x * chip->grid_y;
	size_t i;

	chip->cores = count ? calloc(count, sizeof(*chip->cores)) : NULL;
	for (i = 0; chip->cores && i < count; i++)
		chip->cores[i] = books_core_used(from->books, (uint32_t)(i % chip->grid_x),
						 (uint32_t)(i / chip->grid_x));
	return chip->cores || !count ? 0 : -ENOMEM;
}

static int read_chip(struct ttmemstat_local *local, uint32_t n, uint32_t flags,
		     struct ttmemstat_chip **out)
{
	const struct fake_chip *from = chip_of((struct fake *)local, n);
	const struct tt_memstat_geometry *geometry;
	struct ttmemstat_chip *chip;
	int error = 0;

	if (!from)
		return -ENODEV;
	chip = calloc(1, sizeof(*chip));
	if (!chip)
		return -ENOMEM;
	geometry = books_geometry(from->books);
	chip->n = n;
	chip->kind = TTMEMSTAT_KIND_VIRTUAL;
	chip->arch = geometry->arch;
	chip->asic_location = TTMEMSTAT_LOCATION_UNKNOWN;
	chip->grid_x = geometry->grid_x;
	chip->grid_y = geometry->grid_y;
	chip->unique_id = from->unique_id;
	snprintf(chip->name, sizeof(chip->name), "tt%u", n);
	snprintf(chip->geometry_source, sizeof(chip->geometry_source), "create");
	memcpy(chip->board, from->board, sizeof(chip->board));
	books_chip_figures(from->books, now(), &chip->figures);
	if (flags & TTMEMSTAT_READ_CLIENTS)
		error = read_clients(from, chip);
	if (!error && flags & TTMEMSTAT_READ_CORES)
		error = read_cores(from, chip);
	if (error)
		ttmemstat_chip_free(chip);
	else
		*out = chip;
	return error;
}

/* ---- TT_MEMSTAT_FAKE --------------------------------------------------------------------- */

static void free_fake(struct ttmemstat_local *local)
{
	struct fake *fake = (struct fake *)local;
	uint32_t i;

	for (i = 0; i < CHIPS; i++)
		books_close(fake->chips[i].books);
	free(fake);
}

/* "blackhole", or "wormhole:2" for two chips. */
static int parse(const char *text, struct tt_memstat_geometry *geometry, uint32_t *chips)
{
	const char *colon = strchrnul(text, ':');
	char name[16] = "";
	int arch;

	if ((size_t)(colon - text) < sizeof(name))
		memcpy(name, text, (size_t)(colon - text));
	arch = ttmemstat_arch_parse(name);
	*chips = 1;
	if (*colon) {
		char *end;
		unsigned long number = strtoul(colon + 1, &end, 10);

		if (colon[1] < '1' || colon[1] > '9' || *end || number > CHIPS)
			return -EINVAL;
		*chips = (uint32_t)number;
	}
	if (arch < 0)
		return -EINVAL;
	/* As a p150 with two columns harvested, and an n150 with one row. */
	*geometry = (struct tt_memstat_geometry) {
		.arch = (uint32_t)arch,
		.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK,
		.tensix_mask = arch == TT_MEMSTAT_ARCH_BLACKHOLE ? 0x3000 : 0x200,
	};
	return 0;
}

int ttmemstat_fake_new(struct ttmemstat_local **local)
{
	const char *wanted = secure_getenv("TT_MEMSTAT_FAKE");
	struct tt_memstat_geometry geometry;
	uint32_t chips, number;
	struct fake *fake;
	int error;

	*local = NULL;
	if (!wanted || !*wanted)
		return 0;
	error = parse(wanted, &geometry, &chips);
	if (error)
		return error;
	fake = calloc(1, sizeof(*fake));
	if (!fake)
		return -ENOMEM;
	fake->local.call = call_fake;
	fake->local.chip = read_chip;
	fake->local.free = free_fake;
	pthread_mutex_init(&fake->local.lock, NULL);
	while (chips-- && !error)
		error = make_chip(fake, &geometry, 0, &number);
	if (error)
		ttmemstat_local_free(&fake->local);
	else
		*local = &fake->local;
	return error;
}
