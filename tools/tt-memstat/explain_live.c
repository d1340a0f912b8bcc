// SPDX-License-Identifier: GPL-2.0-only
/*
 * Explain what is live on a chip of this host now.
 *
 * A client that may not be read, or that has left meanwhile, is left out. Where all are read, the
 * result must have the chip's figures; if it does not, that is said.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "banks.h"
#include "explain_chip.h"
#include "explain_live.h"
#include "feed_live.h"

#define TRIES	5

struct live_chip {
	const char *name;
	char title[128];
	struct tt_memstat_geometry geometry;
	struct tt_memstat_figures figures;	/* of the chip, or of the only client asked for */
	struct live_owner *owners;
	size_t count;
	size_t denied;		/* clients of others */
	uint32_t covers;	/* pools that some client reports */
};

/* ---- Reading ---- */

/* As books_open() takes it. */
static int read_geometry(struct ttmemstat_ctx *ctx, struct live_chip *chip)
{
	struct tt_memstat_chip_find find = { .argsz = sizeof(find), .flags = TT_MEMSTAT_FIND_NAME };
	int err;

	snprintf(find.name, sizeof(find.name), "%s", chip->name);
	err = ttmemstat_chip_find(ctx, &find);
	chip->geometry = find.geometry;
	if (find.geometry.grid_x)
		chip->geometry.valid |= TT_MEMSTAT_GEOMETRY_GRID;
	return err;
}

static bool is_asked(const struct explain_request *request, const struct ttmemstat_client *client)
{
	if (request->one_client && client->id != request->client)
		return false;
	return !request->pid || (client->pid > 0 && (uint64_t)client->pid == request->pid);
}

/*
 * Names are read before the lists: if the client exists afterwards, its owner's pid was not reused
 * in between.
 */
static int read_owner(struct ttmemstat_ctx *ctx, uint32_t n, const struct ttmemstat_client *client,
		      struct live_chip *chip)
{
	struct live_owner *owner = &chip->owners[chip->count];
	int err;

	owner->naming = naming_read(client->pid);
	err = live_read(ctx, n, client->id, TRIES, &owner->live);
	if (!err) {
		chip->count++;
		chip->covers |= client->covers;
		return 0;
	}
	live_release(&owner->live);
	naming_free(owner->naming);
	chip->denied += err == -EPERM;
	return err == -EPERM || err == -ENOENT ? 0 : err;
}

static int read_owners(struct ttmemstat_ctx *ctx, const struct explain_request *request,
		       const struct ttmemstat_chip *from, struct live_chip *chip)
{
	const struct ttmemstat_client *last = NULL;
	size_t asked = 0;
	int err = 0;

	chip->owners = calloc(from->client_count + 1, sizeof(*chip->owners));
	if (!chip->owners)
		return -ENOMEM;
	for (size_t i = 0; !err && i < from->client_count; i++) {
		if (!is_asked(request, from->clients[i]))
			continue;
		last = from->clients[i];
		asked++;
		err = read_owner(ctx, from->n, last, chip);
	}
	if (err)
		return err;
	if (asked == 1) {
		char comm[sizeof(last->comm)];

		ttmemstat_sanitize(comm, sizeof(comm), last->comm);
		snprintf(chip->title, sizeof(chip->title), "%s, %s (%" PRId32 ")", chip->name, comm,
			 last->pid);
	} else {
		snprintf(chip->title, sizeof(chip->title), "%s, %zu clients", chip->name, asked);
	}
	if (asked == 1 && chip->count)
		chip->figures = chip->owners[0].live.figures;
	else
		err = ttmemstat_query_chip(ctx, from->n, &chip->figures);
	return err ? err : asked ? 0 : -ENOENT;
}

static int read_chip(struct ttmemstat_ctx *ctx, const struct explain_request *request,
		     struct live_chip *chip)
{
	struct ttmemstat_reader *reader;
	struct ttmemstat_chip *from;
	int err = read_geometry(ctx, chip);

	if (!err)
		err = ttmemstat_reader_new(&reader, NULL);
	if (err)
		return err;
	err = ttmemstat_reader_chip(reader, request->chip, TTMEMSTAT_READ_CLIENTS, &from);
	ttmemstat_reader_free(reader);
	if (err)
		return err;
	err = read_owners(ctx, request, from, chip);
	ttmemstat_chip_free(from);
	return err;
}

enum cli_status live_chip_open(const struct explain_request *request, struct live_chip **out)
{
	struct live_chip *chip = calloc(1, sizeof(*chip));
	char reason[CLI_ERROR_LEN];
	struct ttmemstat_ctx *ctx;
	enum cli_status status;
	int err;

	*out = chip;
	if (!chip)
		return cli_fail(CLI_FAILED, "no memory");
	chip->name = request->chip_name;
	status = cli_open(&ctx);
	if (status)
		return status;
	err = read_chip(ctx, request, chip);
	ttmemstat_close(ctx);
	if (err == -ENODEV)
		return cli_fail(CLI_FAILED, "%s: no such chip", chip->name);
	if (err == -ENOENT)
		return cli_fail(CLI_FAILED, "%s: no %sclient", chip->name,
				request->one_client || request->pid ? "such " : "");
	if (err)
		return cli_fail(CLI_FAILED, "%s: %s", chip->name, cli_error(err, reason, sizeof(reason)));
	if (!chip->count)
		return cli_fail(CLI_FAILED, "%s: %s", chip->name, chip->denied ?
				"its clients are other users': CAP_SYS_ADMIN is needed" :
				"no client is left");
	return CLI_OK;
}

void live_chip_close(struct live_chip *chip)
{
	if (!chip)
		return;
	for (size_t i = 0; i < chip->count; i++) {
		live_release(&chip->owners[i].live);
		naming_free(chip->owners[i].naming);
	}
	free(chip->owners);
	free(chip);
}

const char *live_chip_name(const struct live_chip *chip, uint64_t *records)
{
	*records = 0;
	for (size_t i = 0; i < chip->count; i++)
		*records += chip->owners[i].live.record_count;
	return chip->title;
}

/* ---- Layout ---- */

/* The worker grid is the set 0 of a client. */
static void find_grid(const struct live_chip *chip, struct layout_options *options)
{
	for (size_t i = 0; i < chip->count && !(options->given & LAYOUT_OPTION_GRID); i++) {
		const struct live_client *live = &chip->owners[i].live;
		struct core_set cores;

		if (!live->set_count || live->sets[0].set || live->sets[0].space != TT_MEMSTAT_SPACE_L1)
			continue;
		banks_cores(&live->sets[0], &cores);
		core_set_bounds(&cores, &options->grid_x, &options->grid_y);
		options->given |= LAYOUT_OPTION_GRID;
	}
}

/* The rest as the first client that tells has it. */
static void find_parts(const struct live_chip *chip, const struct layout_chip *of,
		       struct layout_options *options)
{
	uint64_t base, lowest = of->l1_bytes;

	for (size_t i = 0; i < chip->count; i++) {
		const struct live_client *live = &chip->owners[i].live;
		const uint64_t small = live_l1_small(live, of->l1_bytes);

		lowest = small < lowest ? small : lowest;
		base = live_l1_base(live, of->l1_bytes);
		if (!base || options->given & LAYOUT_OPTION_L1_BASE)
			continue;
		options->l1_base = base;
		options->given |= LAYOUT_OPTION_L1_BASE;
	}
	if (options->given & LAYOUT_OPTION_L1_SMALL)
		return;
	options->l1_small = of->l1_bytes - lowest;
	options->given |= LAYOUT_OPTION_L1_SMALL;
}

/* ---- The history ---- */

static const struct {
	enum tt_memstat_figure figure;
	const char *name;
} compared[] = {
	{ TT_MEMSTAT_FIG_L1_USED, "l1_used" },
	{ TT_MEMSTAT_FIG_CB_USED, "cb_used" },
	{ TT_MEMSTAT_FIG_DRAM_USED, "dram_used" },
};

static int compare(const struct live_chip *chip, struct history *history, FILE *notes)
{
	struct moment end;
	int err = history_moments(history, &history->events, 1, &end);

	for (size_t i = 0; !err && i < sizeof(compared) / sizeof(compared[0]); i++) {
		const uint64_t want = moment_figure(&chip->figures, compared[i].figure);
		const uint64_t is = moment_figure(&end.chip, compared[i].figure);

		if (want != is)
			fprintf(notes, "tt-memstat: %s: %s is %" PRIu64 " here, and was %" PRIu64
				" on the chip\n", chip->name, compared[i].name, is, want);
	}
	moment_free(&end);
	return err;
}

/* Kernels are not part of a history. */
static void tell_uncovered(const struct live_chip *chip, FILE *notes)
{
	bool first = true;

	for (uint32_t pool = 0; pool < TT_MEMSTAT_POOL_KERNEL; pool++) {
		if (chip->covers >> pool & 1)
			continue;
		if (first)
			fprintf(notes, "tt-memstat: %s: nobody reports ", chip->name);
		fprintf(notes, "%s%s", first ? "" : ", ", ttmemstat_pool_name(pool));
		first = false;
	}
	if (!first)
		fputs(": 0 here\n", notes);
}

static void tell(const struct live_chip *chip, FILE *notes)
{
	bool changing = false, assumed = false;

	for (size_t i = 0; i < chip->count; i++) {
		changing |= chip->owners[i].live.changing;
		assumed |= chip->owners[i].live.assumed;
	}
	if (chip->denied)
		fprintf(notes, "tt-memstat: %s: %zu of %zu clients left out: they are other users', "
			"and CAP_SYS_ADMIN is needed\n", chip->name, chip->denied,
			chip->denied + chip->count);
	tell_uncovered(chip, notes);
	if (changing)
		fprintf(notes, "tt-memstat: %s: a client allocated while it was read\n", chip->name);
	if (assumed)
		fprintf(notes, "tt-memstat: %s: a program is on part of its cores, and the module does "
			"not tell which: some assumed\n", chip->name);
}

int live_chip_history(const struct live_chip *chip, const struct explain_request *request,
		      struct history *history, FILE *notes)
{
	static const struct capture nothing;
	struct layout_options options = request->layout;
	struct layout_chip of;
	int err;

	history->geometry = chip->geometry;
	err = chip_layout(&history->geometry, &of);
	if (err)
		return err;
	find_grid(chip, &options);
	find_parts(chip, &of, &options);
	if (layout_decide(&nothing, &options, &of, &history->layout, notes))
		return -EINVAL;
	err = feed_live_new(chip->title, chip->owners, chip->count, &history->feed);
	if (err == -EINVAL)
		fprintf(notes, "tt-memstat: %s: the module is too old to tell which cores a record is "
			"on\n", chip->name);
	if (!err)
		err = history_run(history);
	if (err)
		return err;
	tell(chip, notes);
	return chip->denied ? 0 : compare(chip, history, notes);
}
