/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Read the directory of one chip, once or repeatedly.
 */
#ifndef TTMEMSTAT_CHIP_READ_H
#define TTMEMSTAT_CHIP_READ_H

#include "public.h"
#include "sysfs.h"

/**
 * struct ttmemstat_client_files - a client that is read repeatedly
 * @fd: its `stat`; -1: not kept
 * @who: id and texts, which are not in `stat`
 */
struct ttmemstat_client_files {
	int fd;
	struct ttmemstat_client who;
};

/**
 * struct ttmemstat_chip_files - a chip's files
 * @done: descriptors to be closed
 * @room: number of descriptors of clients that may still be kept; NULL: the chip is read once
 * @cards: the class directory of tt-kmd's devices
 * @n: N of tt<N>
 * @dir: its directory
 * @stat: its `stat`; -1: not open yet, also below
 * @clients_dir: its directory `clients`
 * @cores: its `l1_per_core`
 * @known: TTMEMSTAT_READ_* flags that @what was read with
 * @identified: whether @what was read
 * @what: identity of the chip
 * @clients: kept between readings, ascending by id
 * @count: of @clients
 */
struct ttmemstat_chip_files {
	struct ttmemstat_done *done;
	unsigned int *room;
	const char *cards;
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
			       const char *cards, uint32_t n, int dir);
void ttmemstat_chip_files_close(struct ttmemstat_chip_files *files);

/*
 * Fill a zeroed @chip, except its name, number and PCI address, from open files. -ENODEV: it is
 * gone. On failure @chip may hold memory for ttmemstat_chip_free().
 */
int ttmemstat_chip_read(struct ttmemstat_chip *chip, struct ttmemstat_chip_files *files,
			uint32_t flags);

/*
 * card.c: read what tt-kmd says of a card, for TTMEMSTAT_READ_CARD; @cards is the class directory
 * of tt-kmd.
 */
void ttmemstat_card_read(struct ttmemstat_done *done, const char *cards,
			 struct ttmemstat_chip *chip);

/* Parse the owner of a client from @len bytes of its `stat`. */
void ttmemstat_client_parse_owner(struct ttmemstat_client *client, const char *buf, size_t len);

/* Read the open directory `exited` of a chip. Release @out with free(). */
int ttmemstat_exited_read(struct ttmemstat_done *done, int dirfd, struct ttmemstat_exited **out,
			  size_t *count);

#endif /* TTMEMSTAT_CHIP_READ_H */
