/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Reading one chip's directory, once or again and again. Knows the names of its files; does not
 * know the class.
 */
#ifndef TTMEMSTAT_CHIP_READ_H
#define TTMEMSTAT_CHIP_READ_H

#include "public.h"
#include "sysfs.h"

/**
 * struct ttmemstat_client_files - a client that is read again and again
 * @fd: its `stat`; -1: not kept
 * @who: what `stat` does not tell: id and names
 */
struct ttmemstat_client_files {
	int fd;
	struct ttmemstat_client who;
};

/**
 * struct ttmemstat_chip_files - a chip's files
 * @done: where descriptors go that are done with
 * @room: how many descriptors of clients may still be kept; NULL: the chip is read once
 * @n: N of tt<N>
 * @dir: its directory
 * @stat: its `stat`; -1: not open yet, also below
 * @clients_dir: its directory `clients`
 * @cores: its `l1_per_core`
 * @known: TTMEMSTAT_READ_* flags that @what was read with
 * @identified: whether @what was read at all
 * @what: what the chip is
 * @clients: kept between readings, ascending by id
 * @count: of them
 */
struct ttmemstat_chip_files {
	struct ttmemstat_done *done;
	unsigned int *room;
	uint32_t n;
	int dir;
	int stat;
	int clients_dir;
	int cores;
	uint32_t known;
	bool identified;
	struct ttmemstat_chip what;
	struct ttmemstat_client_files *clients;
	size_t count;
};

void ttmemstat_chip_files_init(struct ttmemstat_chip_files *files, struct ttmemstat_done *done,
			       uint32_t n, int dir);
void ttmemstat_chip_files_close(struct ttmemstat_chip_files *files);

/*
 * Fills a zeroed @chip, except its name, number and PCI address, from open files. -ENODEV: it
 * went. On failure @chip may hold memory for ttmemstat_chip_free().
 */
int ttmemstat_chip_read(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files,
			uint32_t flags);

/* What @len bytes of a client's `stat` say of its owner. */
void ttmemstat_client_parse_owner(struct ttmemstat_client *client, const char *buf, size_t len);

/* What is in the open directory `exited` of a chip; @out to be released by free(). */
int ttmemstat_exited_read(struct ttmemstat_done *done, int dirfd, struct ttmemstat_exited **out,
			  size_t *count);

#endif /* TTMEMSTAT_CHIP_READ_H */
