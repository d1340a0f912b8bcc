/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Reading one chip's directory, once or again and again. Knows the names of its files; does not
 * know the class.
 */
#ifndef TTM_CHIP_READ_H
#define TTM_CHIP_READ_H

#include "public.h"
#include "sysfs.h"

/**
 * struct ttm_client_files - a client that is read again and again
 * @fd: its `stat`; -1: not kept
 * @who: what `stat` does not tell: id and names
 */
struct ttm_client_files {
	int fd;
	struct ttm_client who;
};

/**
 * struct ttm_chip_files - a chip's files
 * @done: where descriptors go that are done with
 * @room: how many descriptors of clients may still be kept; NULL: the chip is read once
 * @n: N of tt<N>
 * @dir: its directory
 * @stat: its `stat`; -1: not open yet, also below
 * @clients_dir: its directory `clients`
 * @cores: its `l1_per_core`
 * @known: TTM_READ_* flags that @what was read with
 * @identified: whether @what was read at all
 * @what: what the chip is
 * @clients: kept between readings, ascending by id
 * @count: of them
 */
struct ttm_chip_files {
	struct ttm_done *done;
	unsigned int *room;
	uint32_t n;
	int dir;
	int stat;
	int clients_dir;
	int cores;
	uint32_t known;
	bool identified;
	struct ttm_chip what;
	struct ttm_client_files *clients;
	size_t count;
};

void ttm_chip_files_init(struct ttm_chip_files *files, struct ttm_done *done, uint32_t n, int dir);
void ttm_chip_files_close(struct ttm_chip_files *files);

/*
 * Fills a zeroed @chip, except its name, number and PCI address, from open files. -ENODEV: it
 * went. On failure @chip may hold memory for ttm_chip_free().
 */
int ttm_chip_read(struct ttm_chip *chip, struct ttm_chip_files *files, uint32_t flags);

/* What @len bytes of a client's `stat` say of its owner. */
void ttm_client_parse_owner(struct ttm_client *client, const char *buf, size_t len);

/* What is in the open directory `exited` of a chip; @out to be released by free(). */
int ttm_exited_read(struct ttm_done *done, int dirfd, struct ttm_exited **out, size_t *count);

#endif /* TTM_CHIP_READ_H */
