// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The reader: the class directory, the host's totals, the list of chips. Does not know what is in
 * a chip's directory (chip_read.c).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chip_read.h"
#include "parse.h"
#include "sysfs.h"

#define CLASS_PATH	"/class/tt_memstat"
#define READ_FLAGS	(TTM_READ_CLIENTS | TTM_READ_CORES)

/**
 * struct ttm_reader - where to read
 * @path: of the class directory, opened anew by each call: the module may come and go
 */
struct ttm_reader {
	char *path;
};

int ttm_reader_new(struct ttm_reader **out, const char *sysfs_root)
{
	struct ttm_reader *reader;

	if (!out)
		return -EINVAL;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	if (asprintf(&reader->path, "%s" CLASS_PATH, sysfs_root ? sysfs_root : "/sys") < 0) {
		free(reader);
		return -ENOMEM;
	}
	*out = reader;
	return 0;
}

void ttm_reader_free(struct ttm_reader *reader)
{
	if (!reader)
		return;
	free(reader->path);
	free(reader);
}

/* Descriptor, or -ENOENT when the module is not loaded. */
static int open_class(const struct ttm_reader *reader)
{
	int fd = ttm_sysfs_open_dir(AT_FDCWD, reader->path);

	return fd == -ENODEV || fd == -ENOTDIR ? -ENOENT : fd;
}

int ttm_reader_host(struct ttm_reader *reader, struct ttm_host *host)
{
	static const struct {
		const char *name;
		uint32_t bit;
		size_t offset;
	} numbers[] = {
		{ "chips", TTM_HOST_CHIPS, offsetof(struct ttm_host, chips) },
		{ "chips_unknown", TTM_HOST_CHIPS_UNKNOWN,
		  offsetof(struct ttm_host, chips_unknown) },
		{ "chips_virtual", TTM_HOST_CHIPS_VIRTUAL,
		  offsetof(struct ttm_host, chips_virtual) },
		{ "clients", TTM_HOST_CLIENTS, offsetof(struct ttm_host, clients) },
		{ "l1_capacity", TTM_HOST_L1_CAPACITY, offsetof(struct ttm_host, l1_capacity) },
		{ "l1_used", TTM_HOST_L1_USED, offsetof(struct ttm_host, l1_used) },
		{ "dram_capacity", TTM_HOST_DRAM_CAPACITY,
		  offsetof(struct ttm_host, dram_capacity) },
		{ "dram_used", TTM_HOST_DRAM_USED, offsetof(struct ttm_host, dram_used) },
	};
	struct ttm_host h = { 0 };
	char buf[256];
	size_t i, len;
	int fd;

	if (!reader || !host)
		return -EINVAL;
	fd = open_class(reader);
	if (fd < 0)
		return fd;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint64_t value;

		if (ttm_sysfs_read(fd, numbers[i].name, buf, sizeof(buf), &len) ||
		    ttm_parse_u64(buf, len, &value))
			continue;
		memcpy((char *)&h + numbers[i].offset, &value, sizeof(value));
		h.known |= numbers[i].bit;
	}
	if (!ttm_sysfs_read(fd, "version", buf, sizeof(buf), &len))
		ttm_parse_string(buf, len, h.version, sizeof(h.version));
	close(fd);
	*host = h;
	return 0;
}

static int chip_number(const char *name, uint64_t *number)
{
	uint32_t n;
	int error = ttm_parse_chip_name(name, &n);

	if (!error)
		*number = n;
	return error;
}

int ttm_reader_list(struct ttm_reader *reader, uint32_t **chips, size_t *count)
{
	uint64_t *numbers = NULL;
	uint32_t *list = NULL;
	size_t i, n = 0;
	int error;

	if (!reader || !chips || !count)
		return -EINVAL;
	error = ttm_sysfs_numbers(AT_FDCWD, reader->path, chip_number, &numbers, &n);
	if (error)
		return error == -ENODEV || error == -ENOTDIR ? -ENOENT : error;
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

/*
 * The chip's PCI function, or its gateway's: what the parent device is, or else the nearest
 * function above it, as the parent of a remote chip may be its gateway's chip.
 */
static void find_pci(struct ttm_chip *chip, int class_fd, int chip_fd)
{
	char path[PATH_MAX];
	ssize_t len;

	len = readlinkat(chip_fd, "device", path, sizeof(path) - 1);
	if (len > 0) {
		path[len] = '\0';
		if (ttm_parse_pci_path(path, chip->pci))
			return;
	}
	len = readlinkat(class_fd, chip->name, path, sizeof(path) - 1);
	if (len > 0) {
		path[len] = '\0';
		ttm_parse_pci_path(path, chip->pci);
	}
}

static int read_chip(int class_fd, uint32_t n, uint32_t flags, struct ttm_chip **out)
{
	struct ttm_chip *chip;
	int fd, error;

	chip = calloc(1, sizeof(*chip));
	if (!chip)
		return -ENOMEM;
	chip->n = n;
	snprintf(chip->name, sizeof(chip->name), "tt%u", n);
	fd = ttm_sysfs_open_dir(class_fd, chip->name);
	if (fd < 0) {
		error = fd == -ENOENT ? -ENODEV : fd;
	} else {
		find_pci(chip, class_fd, fd);
		error = ttm_chip_read(chip, fd, flags);
		close(fd);
	}
	if (error) {
		ttm_chip_free(chip);
		return error;
	}
	*out = chip;
	return 0;
}

int ttm_reader_chip(struct ttm_reader *reader, uint32_t n, uint32_t flags, struct ttm_chip **chip)
{
	int fd, error;

	if (!reader || !chip || (flags & ~READ_FLAGS))
		return -EINVAL;
	fd = open_class(reader);
	if (fd < 0)
		return fd;
	error = read_chip(fd, n, flags, chip);
	close(fd);
	return error;
}

int ttm_reader_chips(struct ttm_reader *reader, uint32_t flags, struct ttm_chip_list *list)
{
	struct ttm_chip_list l = { 0 };
	uint32_t *numbers;
	size_t i, n;
	int fd, error;

	if (!reader || !list || (flags & ~READ_FLAGS))
		return -EINVAL;
	fd = open_class(reader);
	if (fd < 0)
		return fd;
	error = ttm_reader_list(reader, &numbers, &n);
	if (error) {
		close(fd);
		return error;
	}
	if (n) {
		l.chips = calloc(n, sizeof(struct ttm_chip *));
		if (!l.chips)
			error = -ENOMEM;
	}
	for (i = 0; !error && i < n; i++) {
		error = read_chip(fd, numbers[i], flags, &l.chips[l.count]);
		if (!error)
			l.count++;
		else if (error == -ENODEV)
			l.vanished++;
		if (error == -ENODEV)
			error = 0;
	}
	free(numbers);
	close(fd);
	if (error) {
		ttm_chip_list_free(&l);
		return error;
	}
	*list = l;
	return 0;
}

void ttm_chip_list_free(struct ttm_chip_list *list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; i < list->count; i++)
		ttm_chip_free(list->chips[i]);
	free(list->chips);
	memset(list, 0, sizeof(*list));
}
