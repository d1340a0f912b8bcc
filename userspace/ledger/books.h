/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The ledger of a chip in this process: the module's driver/ledger/, with calls like those of
 * /dev/tt_memstat. Needs no module and no privilege.
 *
 * The caller serialises the calls on one chip. Chips share nothing.
 */
#ifndef TTMEMSTAT_BOOKS_H
#define TTMEMSTAT_BOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tt_memstat.h>

/* Limits of driver/ledger/ledger.h, which books.c compares. */
#define BOOKS_MAX_SNAPSHOTS		256
#define BOOKS_MAX_PARTS			4096
#define BOOKS_MAX_PROGRAM_RECORDS	4096
#define BOOKS_KERNEL_BYTES_MAX		(1ull << 30)

struct books;
struct books_client;

/**
 * books_open() - make a chip without clients
 * @geometry: as for TT_MEMSTAT_CHIP_CREATE
 * @books: out
 *
 * Return: 0; -EINVAL: an invalid geometry; or -ENOMEM.
 */
int books_open(const struct tt_memstat_geometry *geometry, struct books **books);

/* Free the chip and its clients; NULL is allowed. */
void books_close(struct books *books);

/* Geometry after harvesting; the fields of an unknown side are 0. */
const struct tt_memstat_geometry *books_geometry(const struct books *books);

/**
 * books_fold() - keep cores with one history once, which costs less
 * @books: without clients
 * @rects: cores of a bank set that will be used
 * @count: of @rects
 *
 * Call it for each set that will be used; books_attach() does so for the worker grid. One client can
 * attach then. No figure, list or record differs.
 *
 * Return: 0, -EINVAL, -ERANGE and -ENODATA as books_set_l1(), or -EBUSY.
 */
int books_fold(struct books *books, const struct tt_memstat_rect *rects, size_t count);

/**
 * books_attach() - make a client, like TT_MEMSTAT_ATTACH
 * @books: of the chip
 * @geometry: the client's own geometry, derived; NULL = none
 * @layout: of its runtime; NULL = unknown
 * @covers: mask of 1 << enum tt_memstat_pool
 * @client: out
 *
 * Return: 0, -ENOMEM, -EBUSY: a second client on folded cores; or the ioctl's error for a layout
 * that does not fit.
 */
int books_attach(struct books *books, const struct tt_memstat_geometry *geometry,
		 const struct tt_memstat_layout *layout, uint32_t covers,
		 struct books_client **client);

/* Remove the client and its records. */
void books_detach(struct books_client *client);

/*
 * Like TT_MEMSTAT_BANK_SET. -EINVAL, -ERANGE, -ENODATA, -ENOSPC, -ENOMEM; -EXDEV: not one that
 * books_fold() was called for.
 */
int books_set_l1(struct books_client *client, const struct tt_memstat_rect *rects, size_t count,
		 uint32_t *set);
int books_set_dram(struct books_client *client, uint64_t mask, uint32_t *set);

/**
 * books_take() - apply an entry
 * @client: of books_attach()
 * @entry: as for TT_MEMSTAT_SUBMIT; its seq is ignored
 * @now_ns: for the age of snapshots and dispatches
 *
 * Return: 0; the module's error for the entry, which is counted; or -ENOMEM.
 */
int books_take(struct books_client *client, const struct tt_memstat_entry *entry, uint64_t now_ns);

/* Like TT_MEMSTAT_DROP: remove all records and snapshots of some pools. */
void books_drop(struct books_client *client, uint32_t pools);

/* As TT_MEMSTAT_PARTIAL: -EINVAL: a pool that the client does not cover. */
int books_partial(struct books_client *client, uint32_t pools);

/* As the calls TT_MEMSTAT_LIST_*: a page from *@cursor on, *@count of @items. */
int books_list_records(const struct books_client *client, uint64_t *cursor,
		       struct tt_memstat_record_info *items, uint32_t *count);
int books_list_programs(const struct books_client *client, uint64_t *cursor,
			struct tt_memstat_program_info *items, uint32_t *count);
int books_list_sets(const struct books_client *client, uint64_t *cursor,
		    struct tt_memstat_set_info *items, uint32_t *count);

/* Like TT_MEMSTAT_QUERY_CHIP and QUERY_CLIENT, without alerts and geometry_conflicts. */
void books_chip_figures(struct books *books, uint64_t now_ns, struct tt_memstat_figures *figures);
void books_client_figures(struct books_client *client, uint64_t now_ns,
			  struct tt_memstat_figures *figures);

/**
 * struct books_usage - bytes used on the chip; members have the names of the figures
 * @core_x: logical column of the fullest core
 */
struct books_usage {
	uint64_t l1_used;
	uint64_t l1_buffers_used;
	uint64_t l1_small_used;
	uint64_t cb_used;
	uint64_t cb_loaded;
	uint64_t dram_used;
	uint64_t dram_buffers_used;
	uint64_t trace_used;
	uint64_t fullest_core_used;
	uint32_t core_x;
	uint32_t core_y;
};

/* Cheap enough to call after each event. */
void books_get_usage(const struct books *books, struct books_usage *usage);

/**
 * struct books_record - a live record, or a part of one, while books_each_record() shows it
 * @banks: cores or DRAM banks of its set
 * @shown: those of them where it counts as used: for a circular buffer, where its program is
 *	resident; none for a view or a kernel
 * @of: for books_record_on()
 */
struct books_record {
	uint64_t id;
	uint64_t program;
	uint64_t address;
	uint64_t size;
	uint32_t pool;
	uint32_t flags;
	uint32_t set;
	uint32_t banks;
	uint32_t shown;
	const void *of;
};

/* Call @fn for each record until it returns non-zero. Return: 0, or the value of @fn. */
int books_each_record(struct books_client *client,
		      int (*fn)(void *arg, const struct books_record *record), void *arg);

/* Whether the record counts as used on core @x, @y; for a record in DRAM, in bank @x. */
bool books_record_on(const struct books_client *client, const struct books_record *record,
		     uint32_t x, uint32_t y);

/* Whether core @x, @y, or DRAM bank @x, is in a bank set; 0: the worker grid. */
bool books_set_has(struct books_client *client, uint32_t set, uint32_t x, uint32_t y);

/* Bytes used on core @x, @y; 0 if there is no such core. */
uint64_t books_core_used(const struct books *books, uint32_t x, uint32_t y);

#endif
