// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Read the class directory: the host's totals and the list of chips. chip_read.c reads each chip.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chip_read.h"
#include "internal.h"
#include "local.h"
#include "parse.h"
#include "sysfs.h"

#define CLASS_PATH	"/class/tt_memstat"
#define CARDS_PATH	"/class/tenstorrent"
#define READ_FLAGS	(TTMEMSTAT_READ_CLIENTS | TTMEMSTAT_READ_CORES | TTMEMSTAT_READ_BRIEF | \
			 TTMEMSTAT_READ_CARD)
#define KEPT_CLIENTS	512
#define NO_CLASS	INT_MAX	/* instead of a descriptor of the class directory */

/**
 * struct ttmemstat_reader - a reader of sysfs, or of the chips of a context
 * @fake: the context; NULL: sysfs
 * @path: of the class directory, which each call opens, because the module may be reloaded
 * @cards: of the class directory of tt-kmd's devices
 * @keep: whether chips stay open between calls
 * @room: number of descriptors of clients that may still be kept
 * @kept: open chips
 * @count: of @kept
 * @done: descriptors to be closed; none between calls
 * @failure: the last failure
 */
struct ttmemstat_reader {
	struct ttmemstat_ctx *fake;
	char *path;
	char *cards;
	bool keep;
	unsigned int room;
	struct ttmemstat_chip_files **kept;
	size_t count;
	struct ttmemstat_done done;
	struct ttmemstat_failure failure;
};

/* Note a failure that concerns chip @n and, if the call has one, @client. */
static int failed(struct ttmemstat_reader *reader, enum ttmemstat_call call, int error, uint32_t n,
		  uint64_t client)
{
	struct ttmemstat_facts facts = { .call = call, .error = error, .chip = n, .client = client };

	if (error == -ENOENT) {
		facts.about = reader->path;
		facts.why = "it is not there: the module tt_memstat is not loaded";
	}
	return ttmemstat_note(&reader->failure, &facts);
}

/* Refuse a missing pointer, or one without @size. */
static int refuse(struct ttmemstat_reader *reader, enum ttmemstat_call call, const char *field,
		  bool is_size)
{
	return ttmemstat_refuse(&reader->failure, call, -EINVAL, field,
				is_size ? TTMEMSTAT_RULE_NOT_ZERO : TTMEMSTAT_RULE_GIVEN, 0, 0);
}

static int refuse_flags(struct ttmemstat_reader *reader, enum ttmemstat_call call, uint32_t flags)
{
	return ttmemstat_refuse(&reader->failure, call, -EINVAL, "flags", TTMEMSTAT_RULE_WITHIN,
				flags, READ_FLAGS);
}

int ttmemstat_reader_new(struct ttmemstat_reader **out, const char *sysfs_root)
{
	struct ttmemstat_reader *reader;

	if (!out)
		return -EINVAL;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	if (!sysfs_root)
		sysfs_root = "/sys";
	if (asprintf(&reader->path, "%s" CLASS_PATH, sysfs_root) < 0)
		reader->path = NULL;
	if (asprintf(&reader->cards, "%s" CARDS_PATH, sysfs_root) < 0)
		reader->cards = NULL;
	if (!reader->path || !reader->cards) {
		ttmemstat_reader_free(reader);
		return -ENOMEM;
	}
	reader->room = KEPT_CLIENTS;
	*out = reader;
	return 0;
}

int ttmemstat_reader_of(struct ttmemstat_ctx *ctx, struct ttmemstat_reader **reader)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_reader_of;
	int error;

	if (!ctx)
		return -EINVAL;
	if (!reader)
		return ttmemstat_refuse(&ctx->failure, call, -EINVAL, "reader",
					TTMEMSTAT_RULE_GIVEN, 0, 0);
	error = ttmemstat_local_has_chips(ctx) ? ttmemstat_reader_new(reader, NULL) : -EOPNOTSUPP;
	if (error)
		return ttmemstat_note(&ctx->failure, &(struct ttmemstat_facts) {
			.call = call, .error = error,
			.why = error == -EOPNOTSUPP ?
				"only the chips of TT_MEMSTAT_FAKE are read by their context" : NULL,
		});
	(*reader)->fake = ctx;
	ttmemstat_ctx_get(ctx);
	return 0;
}

static void release(struct ttmemstat_chip_files *files)
{
	ttmemstat_chip_files_close(files);
	free(files);
}

int ttmemstat_reader_forget(struct ttmemstat_reader *reader)
{
	if (!reader)
		return -EINVAL;
	while (reader->count)
		release(reader->kept[--reader->count]);
	free(reader->kept);
	reader->kept = NULL;
	ttmemstat_sysfs_close_done(&reader->done);
	return 0;
}

int ttmemstat_reader_keep(struct ttmemstat_reader *reader, bool keep)
{
	if (!reader)
		return -EINVAL;
	reader->keep = keep;
	return keep ? 0 : ttmemstat_reader_forget(reader);
}

void ttmemstat_reader_free(struct ttmemstat_reader *reader)
{
	if (!reader)
		return;
	ttmemstat_reader_forget(reader);
	if (reader->fake)
		ttmemstat_ctx_put(reader->fake);
	free(reader->path);
	free(reader->cards);
	free(reader);
}

/* Return: a descriptor, or -ENOENT: the module is not loaded. */
static int open_class(struct ttmemstat_reader *reader)
{
	int fd;

	if (reader->fake)
		return NO_CLASS;
	fd = ttmemstat_sysfs_open_dir(&reader->done, AT_FDCWD, reader->path);
	return fd == -ENODEV || fd == -ENOTDIR ? -ENOENT : fd;
}

static void close_class(struct ttmemstat_reader *reader, int fd)
{
	if (fd != NO_CLASS)
		ttmemstat_sysfs_done(&reader->done, fd);
	ttmemstat_sysfs_close_done(&reader->done);
}

static void read_version(struct ttmemstat_reader *reader, int fd, char *version, size_t size)
{
	char buf[256];
	size_t len;

	if (reader->fake)
		snprintf(version, size, "fake");
	else if (!ttmemstat_sysfs_read(&reader->done, fd, "version", buf, sizeof(buf), &len))
		ttmemstat_parse_string(buf, len, version, size);
}

int ttmemstat_reader_host(struct ttmemstat_reader *reader, struct ttmemstat_host *host)
{
	static const struct {
		const char *name;
		uint32_t bit;
		size_t offset;
	} numbers[] = {
		{ "chips", TTMEMSTAT_HOST_CHIPS, offsetof(struct ttmemstat_host, chips) },
		{ "chips_unknown", TTMEMSTAT_HOST_CHIPS_UNKNOWN,
		  offsetof(struct ttmemstat_host, chips_unknown) },
		{ "chips_virtual", TTMEMSTAT_HOST_CHIPS_VIRTUAL,
		  offsetof(struct ttmemstat_host, chips_virtual) },
		{ "clients", TTMEMSTAT_HOST_CLIENTS, offsetof(struct ttmemstat_host, clients) },
		{ "l1_capacity", TTMEMSTAT_HOST_L1_CAPACITY,
		  offsetof(struct ttmemstat_host, l1_capacity) },
		{ "l1_used", TTMEMSTAT_HOST_L1_USED, offsetof(struct ttmemstat_host, l1_used) },
		{ "dram_capacity", TTMEMSTAT_HOST_DRAM_CAPACITY,
		  offsetof(struct ttmemstat_host, dram_capacity) },
		{ "dram_used", TTMEMSTAT_HOST_DRAM_USED,
		  offsetof(struct ttmemstat_host, dram_used) },
	};
	struct ttmemstat_host h = { 0 };
	char buf[256];
	size_t i, len;
	int fd;

	if (!reader)
		return -EINVAL;
	if (!host)
		return refuse(reader, TTMEMSTAT_CALL_reader_host, "host", false);
	if (reader->fake) {
		int error = ttmemstat_local_host(reader->fake, host);

		return error ? failed(reader, TTMEMSTAT_CALL_reader_host, error, 0, 0) : 0;
	}
	fd = open_class(reader);
	if (fd < 0)
		return failed(reader, TTMEMSTAT_CALL_reader_host, fd, 0, 0);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint64_t value;

		if (ttmemstat_sysfs_read(&reader->done, fd, numbers[i].name, buf, sizeof(buf),
					 &len) ||
		    ttmemstat_parse_u64(buf, len, &value))
			continue;
		memcpy((char *)&h + numbers[i].offset, &value, sizeof(value));
		h.known |= numbers[i].bit;
	}
	read_version(reader, fd, h.version, sizeof(h.version));
	close_class(reader, fd);
	*host = h;
	return 0;
}

int ttmemstat_reader_version(struct ttmemstat_reader *reader, char *version, size_t size)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_reader_version;
	int fd;

	if (!reader)
		return -EINVAL;
	if (!version || !size)
		return refuse(reader, call, version ? "size" : "version", version);
	fd = open_class(reader);
	if (fd < 0)
		return failed(reader, call, fd, 0, 0);
	version[0] = '\0';
	read_version(reader, fd, version, size);
	close_class(reader, fd);
	return 0;
}

int ttmemstat_reader_comm(struct ttmemstat_reader *reader, uint32_t n, uint64_t client, char *comm,
			  size_t size)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_reader_comm;
	char name[80], buf[256];
	size_t len;
	int fd, error;

	if (!reader)
		return -EINVAL;
	if (!comm || !size)
		return refuse(reader, call, comm ? "size" : "comm", comm);
	if (reader->fake) {
		error = ttmemstat_local_comm(reader->fake, n, client, comm, size);
		return error ? failed(reader, call, error, n, client) : 0;
	}
	fd = open_class(reader);
	if (fd < 0)
		return failed(reader, call, fd, n, client);
	snprintf(name, sizeof(name), "tt%u/clients/%llu/comm", n, (unsigned long long)client);
	error = ttmemstat_sysfs_read(&reader->done, fd, name, buf, sizeof(buf), &len);
	close_class(reader, fd);
	if (error)
		return failed(reader, call, error == -ENOENT ? -ENODEV : error, n, client);
	ttmemstat_parse_string(buf, len, comm, size);
	return 0;
}

int ttmemstat_reader_exited(struct ttmemstat_reader *reader, uint32_t n,
			    struct ttmemstat_exited **list, size_t *count)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_reader_exited;
	char name[48];
	int fd, dir, error;

	if (!reader)
		return -EINVAL;
	if (!list || !count)
		return refuse(reader, call, list ? "count" : "list", false);
	if (reader->fake) {
		error = ttmemstat_local_exited(reader->fake, n, list, count);
		return error ? failed(reader, call, error, n, 0) : 0;
	}
	fd = open_class(reader);
	if (fd < 0)
		return failed(reader, call, fd, n, 0);
	snprintf(name, sizeof(name), "tt%u/exited", n);
	dir = ttmemstat_sysfs_open_dir(&reader->done, fd, name);
	error = dir;
	if (dir >= 0) {
		error = ttmemstat_exited_read(&reader->done, dir, list, count);
		ttmemstat_sysfs_done(&reader->done, dir);
	}
	close_class(reader, fd);
	if (error < 0)
		return failed(reader, call, error == -ENOENT ? -ENODEV : error, n, 0);
	return 0;
}

static int chip_number(const char *name, uint64_t *number)
{
	uint32_t n;
	int error = ttmemstat_parse_chip_name(name, &n);

	if (!error)
		*number = n;
	return error;
}

/* The numbers of all chips, from the open class directory. */
static int list_chips(const struct ttmemstat_reader *reader, int fd, uint32_t **chips,
		      size_t *count)
{
	uint64_t *numbers = NULL;
	uint32_t *list = NULL;
	size_t i, n = 0;
	int error;

	if (reader->fake)
		return ttmemstat_local_list(reader->fake, chips, count);
	error = ttmemstat_sysfs_numbers(fd, chip_number, UINT64_MAX, &numbers, &n);
	if (error)
		return error;
	if (n) {
		list = calloc(n, sizeof(*list));
		if (!list) {
			free(numbers);
			return -ENOMEM;
		}
	}
	for (i = 0; i < n; i++)
		list[i] = (uint32_t)numbers[i];
	free(numbers);
	*chips = list;
	*count = n;
	return 0;
}

int ttmemstat_reader_list(struct ttmemstat_reader *reader, uint32_t **chips, size_t *count)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_reader_list;
	int fd, error;

	if (!reader)
		return -EINVAL;
	if (!chips || !count)
		return refuse(reader, call, chips ? "count" : "chips", false);
	fd = open_class(reader);
	if (fd < 0)
		return failed(reader, call, fd, 0, 0);
	error = list_chips(reader, fd, chips, count);
	close_class(reader, fd);
	return error ? failed(reader, call, error, 0, 0) : 0;
}

/*
 * Find the PCI function of the chip or of its gateway: the nearest function above it in the device
 * tree. The class entry is a link into that tree. In recorded trees where it is not, use its link
 * `device`.
 */
static void find_pci(struct ttmemstat_chip *chip, int class_fd, int chip_fd)
{
	char path[PATH_MAX];
	ssize_t len;

	len = readlinkat(class_fd, chip->name, path, sizeof(path) - 1);
	if (len > 0) {
		path[len] = '\0';
		if (ttmemstat_parse_pci_path(path, chip->pci) || strstr(path, "/virtual/"))
			return;
	}
	len = readlinkat(chip_fd, "device", path, sizeof(path) - 1);
	if (len > 0) {
		path[len] = '\0';
		ttmemstat_parse_pci_path(path, chip->pci);
	}
}

static struct ttmemstat_chip_files *kept_files(const struct ttmemstat_reader *reader, uint32_t n)
{
	size_t i;

	for (i = 0; i < reader->count; i++)
		if (reader->kept[i]->n == n)
			return reader->kept[i];
	return NULL;
}

/* Open a chip, and keep it if the reader keeps chips. */
static int open_files(struct ttmemstat_reader *reader, int class_fd, struct ttmemstat_chip *chip,
		      struct ttmemstat_chip_files **out)
{
	int fd = ttmemstat_sysfs_open_dir(&reader->done, class_fd, chip->name);
	struct ttmemstat_chip_files *files;

	if (fd < 0)
		return fd == -ENOENT ? -ENODEV : fd;
	files = malloc(sizeof(*files));
	if (!files) {
		ttmemstat_sysfs_done(&reader->done, fd);
		return -ENOMEM;
	}
	ttmemstat_chip_files_init(files, &reader->done, reader->cards, chip->n, fd);
	memcpy(files->what.name, chip->name, sizeof(chip->name));
	find_pci(&files->what, class_fd, fd);
	if (reader->keep) {
		struct ttmemstat_chip_files **grown = reallocarray(reader->kept, reader->count + 1,
								   sizeof(*grown));

		if (!grown) {
			release(files);
			return -ENOMEM;
		}
		reader->kept = grown;
		reader->kept[reader->count++] = files;
		files->room = &reader->room;
	}
	*out = files;
	return 0;
}

static void close_files(struct ttmemstat_reader *reader, struct ttmemstat_chip_files *files)
{
	size_t i = 0;

	while (i < reader->count && reader->kept[i] != files)
		i++;
	if (i < reader->count)
		reader->kept[i] = reader->kept[--reader->count];
	release(files);
}

static int read_chip(struct ttmemstat_reader *reader, int class_fd, uint32_t n, uint32_t flags,
		     struct ttmemstat_chip **out)
{
	struct ttmemstat_chip_files *files = kept_files(reader, n);
	struct ttmemstat_chip *chip;
	int error = 0;

	if (reader->fake)
		return ttmemstat_local_chip(reader->fake, n, flags, out);
	chip = calloc(1, sizeof(*chip));
	if (!chip)
		return -ENOMEM;
	chip->n = n;
	snprintf(chip->name, sizeof(chip->name), "tt%u", n);
	if (!files)
		error = open_files(reader, class_fd, chip, &files);
	if (!error) {
		memcpy(chip->pci, files->what.pci, sizeof(chip->pci));
		error = ttmemstat_chip_read(chip, files, flags);
		if (error || !reader->keep)
			close_files(reader, files);
	}
	if (error) {
		ttmemstat_chip_free(chip);
		return error;
	}
	*out = chip;
	return 0;
}

int ttmemstat_reader_chip(struct ttmemstat_reader *reader, uint32_t n, uint32_t flags,
			  struct ttmemstat_chip **chip)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_reader_chip;
	int fd, error;

	if (!reader)
		return -EINVAL;
	if (!chip)
		return refuse(reader, call, "chip", false);
	if (flags & ~READ_FLAGS)
		return refuse_flags(reader, call, flags);
	fd = open_class(reader);
	if (fd < 0)
		return failed(reader, call, fd, n, 0);
	error = read_chip(reader, fd, n, flags, chip);
	close_class(reader, fd);
	return error ? failed(reader, call, error, n, 0) : 0;
}

/* Close kept chips that are no longer listed. */
static void forget_absent(struct ttmemstat_reader *reader, const uint32_t *numbers, size_t count)
{
	size_t i, j;

	for (i = reader->count; i-- > 0;) {
		for (j = 0; j < count && numbers[j] != reader->kept[i]->n; j++)
			;
		if (j == count)
			close_files(reader, reader->kept[i]);
	}
}

static int read_chips(struct ttmemstat_reader *reader, int fd, uint32_t flags,
		      struct ttmemstat_chip_list *list)
{
	uint32_t *numbers;
	size_t i, n;
	int error = list_chips(reader, fd, &numbers, &n);

	if (error)
		return error;
	forget_absent(reader, numbers, n);
	if (n) {
		list->chips = calloc(n, sizeof(struct ttmemstat_chip *));
		if (!list->chips)
			error = -ENOMEM;
	}
	for (i = 0; !error && i < n; i++) {
		error = read_chip(reader, fd, numbers[i], flags, &list->chips[list->count]);
		if (!error)
			list->count++;
		else if (error == -ENODEV)
			list->vanished++;
		if (error == -ENODEV)
			error = 0;
	}
	free(numbers);
	return error;
}

int ttmemstat_reader_chips(struct ttmemstat_reader *reader, uint32_t flags,
			   struct ttmemstat_chip_list *list)
{
	const enum ttmemstat_call call = TTMEMSTAT_CALL_reader_chips;
	struct ttmemstat_chip_list l = { 0 };
	int fd, error;

	if (!reader)
		return -EINVAL;
	if (!list)
		return refuse(reader, call, "list", false);
	if (flags & ~READ_FLAGS)
		return refuse_flags(reader, call, flags);
	fd = open_class(reader);
	if (fd < 0)
		return failed(reader, call, fd, 0, 0);
	error = read_chips(reader, fd, flags, &l);
	close_class(reader, fd);
	if (error) {
		ttmemstat_chip_list_free(&l);
		return failed(reader, call, error, 0, 0);
	}
	*list = l;
	return 0;
}

void ttmemstat_chip_list_free(struct ttmemstat_chip_list *list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; i < list->count; i++)
		ttmemstat_chip_free(list->chips[i]);
	free(list->chips);
	memset(list, 0, sizeof(*list));
}

size_t ttmemstat_reader_error(struct ttmemstat_reader *reader, char *text, size_t size)
{
	struct ttmemstat_facts facts = {
		.call = TTMEMSTAT_CALL_reader_error, .error = -EINVAL, .field = "reader",
		.rule = TTMEMSTAT_RULE_GIVEN,
	};

	if (reader)
		facts = ttmemstat_failure_get(&reader->failure);
	return ttmemstat_facts_text(&facts, NULL, NULL, text, size);
}
