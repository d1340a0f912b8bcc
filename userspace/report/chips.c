// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/* The chips that this process reports on: attaching, retries, and messages about failures. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../internal.h"
#include "chips.h"
#include "names.h"
#include "published.h"
#include "summary.h"

#define FIRST_FD	256	/* above the low descriptors that programs expect to get */
#define FIRST_PAUSE	1	/* seconds before the first retry */
#define LONGEST_PAUSE	32

/**
 * struct chip - a chip that an allocator of the process manages
 * @terms: those of its first user
 * @att: NULL: not attached
 * @since: time of attaching, in seconds
 * @retry: time of the next attempt to attach
 * @pause: next interval between attempts
 * @users: number of allocators, or of regions of the mirror
 * @printed: a failure was printed
 * @renewed: its geometry changed since the last chips_renewed()
 */
struct chip {
	struct chips_terms terms;
	struct ttmemstat_attachment *att;
	time_t since;
	time_t retry;
	time_t pause;
	unsigned int users;
	bool printed;
	bool renewed;
};

static struct chip chips[CHIPS_MAX];
static struct ttmemstat_ctx *ctx;
static void (*chip_replay)(int chip);
static void (*chip_forgotten)(int chip, bool gone);
static struct stat device;	/* identity of the open device file */
static uint32_t recorded[PUBLISHED_NAMES];	/* numbers in the recording, by number of the name */

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	return time.tv_sec;
}

/* 0 if there is a module or a recording to report to. */
static int check_open(void)
{
	const int recording = ttmemstat_recorded(ctx);
	const int error = ttmemstat_disabled_reason(ctx);

	if (recording < 0)
		chips_say("nothing is recorded to %s: %s", secure_getenv("TT_MEMSTAT_RECORD"),
			  recording == -EINVAL ? "TT_MEMSTAT_RECORD_SIZE is not a size from 1M to 1T" :
			  strerrordesc_np(-recording));
	return recording > 0 ? 0 : error;
}

int chips_open(void (*replay)(int chip), void (*forgotten)(int chip, bool gone))
{
	const struct ttmemstat_open_options options = {
		.size = sizeof(options),
		.flags = TTMEMSTAT_OPEN_OPTIONAL,
	};
	int error = ttmemstat_open(&ctx, &options);
	int fd;

	chip_replay = replay;
	chip_forgotten = forgotten;
	say_open();
	if (!error)
		error = check_open();
	if (error) {
		ttmemstat_close(ctx);
		ctx = NULL;
		return error;
	}
	fd = fcntl(ctx->fd, F_DUPFD_CLOEXEC, FIRST_FD);
	if (fd >= 0) {
		close(ctx->fd);
		ctx->fd = fd;
	}
	if (fstat(ctx->fd, &device))
		memset(&device, 0, sizeof(device));
	return 0;
}

static const char *mock_descriptor(void)
{
	return getenv("TT_METAL_MOCK_CLUSTER_DESC_PATH");
}

/* Look up a device in a variable such as "0:3 1:4", by the runtime's number. */
static bool find_listed(const char *variable, int runtime_id, unsigned int *chip)
{
	const char *list = secure_getenv(variable);
	int id, len;

	for (; list && sscanf(list, "%d:%u%n", &id, chip, &len) == 2; list += len) {
		if (id == runtime_id)
			return true;
	}
	return false;
}

/* The device's identity, with the chip of `tt-memstat run --map` if there is one. */
static struct ttmemstat_device device_of(const struct chip *chip)
{
	struct ttmemstat_device known = chip->terms.device;

	if (find_listed("TT_MEMSTAT_MAP", known.runtime_id, &known.chip))
		known.flags |= TTMEMSTAT_DEVICE_CHIP;
	return known;
}

static void say_why(struct chip *chip, bool resolved, int error)
{
	const struct ttmemstat_device whole = device_of(chip), *known = &whole;
	char text[TTMEMSTAT_ERROR_LEN] = "";
	const char *mock = known->flags & TTMEMSTAT_DEVICE_CHIP ? NULL : mock_descriptor();

	if (chip->printed)
		return;
	chip->printed = true;
	if (!resolved && error == -ENODEV && mock &&
	    !(known->flags & TTMEMSTAT_DEVICE_UNIQUE_ID)) {
		chips_say("device %d is not reported: %s gives it no unique id"
			  " (`tt-memstat run --virtual` makes chips for it)", known->runtime_id, mock);
		return;
	}
	if (!resolved && error == -ENODEV && mock) {
		chips_say("device %d is not reported: no virtual chip has the id %#" PRIx64
			  " (`tt-memstat run --virtual`, or `import --virtual %s`, makes it)",
			  known->runtime_id, known->unique_id, mock);
		return;
	}
	if (resolved)
		ttmemstat_error(ctx, text, sizeof(text));
	else
		ttmemstat_resolve_error(known, NULL, error, text, sizeof(text));
	chips_say("device %d is not reported: %s", known->runtime_id, text);
}

/* A program may close all descriptors and reuse the number of the device's. */
static int open_again(void)
{
	if (ctx && (ctx->fd < 0 || say_is_same(ctx->fd, &device)))
		return 0;
	if (ctx)
		ctx->fd = -1;
	ttmemstat_close(ctx);
	ctx = NULL;
	return chips_open(chip_replay, chip_forgotten);
}

/*
 * Called by the library, with the books' lock held: the chip's geometry changed and its state is
 * lost.
 */
static void report_again(struct ttmemstat_attachment *att, void *arg)
{
	struct chip *chip = arg;

	chip->renewed = true;
	chip_forgotten((int)(chip - chips), false);
	chip_replay((int)(chip - chips));
	ttmemstat_partial(att, chip->terms.partial);
}

/* Whether @find is a virtual chip, without a unique id that contradicts @known. */
static bool find_virtual(struct tt_memstat_chip_find *find, const struct ttmemstat_device *known)
{
	find->argsz = sizeof(*find);
	return !ttmemstat_chip_find(ctx, find) && !find->pci[0] &&
	       (!known->unique_id || !find->unique_id || find->unique_id == known->unique_id);
}

/* Find the chip that `tt-memstat run --virtual` made for the device. */
static bool find_made(const struct ttmemstat_device *known, struct tt_memstat_chip_find *find)
{
	unsigned int chip;

	if (!find_listed("TT_MEMSTAT_VIRTUAL", known->runtime_id, &chip))
		return false;
	find->flags = TT_MEMSTAT_FIND_NAME;
	snprintf(find->name, sizeof(find->name), "tt%u", chip);
	return find_virtual(find, known);
}

/*
 * Devices of mocks and simulators are virtual chips; those of `tt-memstat run --virtual` come
 * first. A real card, which needs a proof, is refused: it only shares the id or the number.
 */
static int resolve_mock(const struct ttmemstat_device *known,
			struct ttmemstat_attach_options *options)
{
	struct tt_memstat_chip_find find = { 0 };
	int error;

	if (!find_made(known, &find)) {
		error = ttmemstat_resolve(known, NULL, options);
		if (error >= 0)
			return options->proof >= 0 ? -ENODEV : error;
		find = (struct tt_memstat_chip_find){ .flags = TT_MEMSTAT_FIND_UNIQUE_ID,
						      .unique_id = known->unique_id };
		if (error != -ENOTUNIQ || !find_virtual(&find, known))
			return error;
	}
	options->chip = find.chip;
	options->runtime_id = known->runtime_id;
	return 0;
}

static int resolve(const struct ttmemstat_device *known, struct ttmemstat_attach_options *options)
{
	/* Recordings without the module number chips as the runtime does. */
	if (!ttmemstat_enabled(ctx)) {
		options->chip = known->runtime_id < 0 ? 0 : (uint32_t)known->runtime_id;
		options->runtime_id = known->runtime_id;
		return 0;
	}
	if (known->flags & TTMEMSTAT_DEVICE_CHIP)
		return ttmemstat_resolve(known, NULL, options);
	return mock_descriptor() || getenv("TT_METAL_SIMULATOR") ?
	       resolve_mock(known, options) : ttmemstat_resolve(known, NULL, options);
}

/*
 * An imported geometry binds all clients; if the runtime's contradicts it, attach without the
 * latter.
 */
static int attach_as_described(struct chip *chip, struct ttmemstat_attach_options *options)
{
	char text[TTMEMSTAT_ERROR_LEN];
	int error = ttmemstat_attach(ctx, options, &chip->att, NULL);

	if (error != -EEXIST || !(options->flags & TT_MEMSTAT_ATTACH_GEOMETRY))
		return error;
	ttmemstat_error(ctx, text, sizeof(text));
	options->flags &= ~TT_MEMSTAT_ATTACH_GEOMETRY;
	error = ttmemstat_attach(ctx, options, &chip->att, NULL);
	if (!error)
		chips_say("device %d is reported with the geometry of tt%u, not the runtime's: %s",
			  chip->terms.device.runtime_id, options->chip, text);
	return error;
}

static int attach(struct chip *chip, bool *resolved)
{
	const struct ttmemstat_device known = device_of(chip);
	struct ttmemstat_attach_options options;
	int error = open_again();

	if (error)
		return error;
	ttmemstat_attach_options_init(&options);
	error = resolve(&known, &options);
	if (error < 0)
		return error;
	*resolved = true;
	options.flags |= chip->terms.flags;
	options.covers = chip->terms.covers;
	options.partial = chip->terms.partial;
	options.geometry = chip->terms.geometry;
	if (options.geometry.arch)
		options.flags |= TT_MEMSTAT_ATTACH_GEOMETRY;
	options.layout = chip->terms.layout;
	options.label = chip->terms.label;
	options.report_again = report_again;
	options.arg = chip;
	return attach_as_described(chip, &options);
}

struct ttmemstat_attachment *chips_attachment(int n)
{
	struct chip *chip = &chips[n];
	bool resolved = false;
	int error;

	if (chip->att)
		return chip->att;
	if (chip->retry > now())
		return NULL;
	error = attach(chip, &resolved);
	if (error) {
		say_why(chip, resolved, error);
		chip->pause = chip->pause ? chip->pause * 2 : FIRST_PAUSE;
		if (chip->pause > LONGEST_PAUSE)
			chip->pause = LONGEST_PAUSE;
		chip->retry = now() + chip->pause;
		return NULL;
	}
	chip->since = now();
	chip->pause = 0;
	chip_replay(n);
	return NULL;
}

/* Save the attachment's figures before they end with it. */
static void summarize(const struct chip *chip)
{
	struct tt_memstat_figures figures;
	struct tt_memstat_get_info info = { 0 };
	uint32_t number;

	if (!ttmemstat_info(ctx, &info) && !ttmemstat_attachment_chip(chip->att, &number) &&
	    !ttmemstat_query_client(ctx, number, info.client, &figures))
		summary_figures(chip->terms.device.runtime_id, number, &figures);
}

void chips_summarize(void)
{
	for (int n = 0; n < CHIPS_MAX; n++)
		if (chips[n].att)
			summarize(&chips[n]);
}

static void detach(int n, bool gone)
{
	if (summary_wanted && chips[n].att)
		summarize(&chips[n]);
	ttmemstat_detach(chips[n].att);
	chips[n].att = NULL;
	chip_forgotten(n, gone);
}

void chips_judge(int n, int error)
{
	struct chip *chip = &chips[n];

	if (error == -ENODATA && !chip->printed) {
		chip->printed = true;
		chips_say("device %d is not reported: its geometry is unknown (use `tt-memstat import`)",
			  chip->terms.device.runtime_id);
	}
	/* These errors end an attachment; the module counts others as refused events. */
	if (!chip->att || (error != -ENODEV && error != -ESTALE && error != -EPROTO &&
			   error != -EBUSY && error != -EBADF))
		return;
	detach(n, false);
	chip->retry = chip->since == now() ? now() + FIRST_PAUSE : 0;
	chips_attachment(n);
}

uint32_t chips_name(uint32_t name)
{
	const char *text = names_text(name);

	if (!text || !ctx)
		return 0;
	if (!recorded[name])
		ttmemstat_name(ctx, text, &recorded[name]);
	return recorded[name];
}

int chips_id(int n)
{
	return chips[n].terms.device.runtime_id;
}

int chips_find(int id)
{
	for (int n = 0; n < CHIPS_MAX; n++)
		if (chips[n].users && chips[n].terms.device.runtime_id == id)
			return n;
	return -1;
}

int chips_use(const struct chips_terms *terms)
{
	const int used = chips_find(terms->device.runtime_id);
	int unused = -1;

	if (used >= 0) {
		chips[used].users++;
		return used;
	}
	for (int n = 0; n < CHIPS_MAX && unused < 0; n++)
		if (!chips[n].users)
			unused = n;
	if (unused < 0)
		return -1;
	memset(&chips[unused], 0, sizeof(chips[unused]));
	chips[unused].users = 1;
	chips[unused].terms = *terms;
	return unused;
}

void chips_leave(int n)
{
	if (!--chips[n].users)
		detach(n, true);
}

bool chips_renewed(int n)
{
	const bool renewed = chips[n].renewed;

	chips[n].renewed = false;
	return renewed;
}

bool chips_is_shared(int n)
{
	return chips[n].users > 1;
}

void chips_forget(void)
{
	for (int n = 0; n < CHIPS_MAX; n++)
		if (chips[n].att)
			ttmemstat_detach(chips[n].att);
	memset(chips, 0, sizeof(chips));
	memset(recorded, 0, sizeof(recorded));
	ttmemstat_close(ctx);
	ctx = NULL;
}
