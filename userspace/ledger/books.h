/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The books of a chip in this process: driver/ledger/ as the module has it, behind calls like those
 * of /dev/tt_memstat. Needs no module and no privilege.
 *
 * Knows how the ledger is called. Does not know where events come from. The calls on one chip are
 * the caller's to keep apart; chips share nothing.
 */
#ifndef TTMEMSTAT_BOOKS_H
#define TTMEMSTAT_BOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tt_memstat.h>

struct books;
struct books_client;

/**
 * books_open() - a chip that nobody uses
 * @geometry: as for TT_MEMSTAT_CHIP_CREATE
 * @books: out
 *
 * Return: 0, -EINVAL: no geometry of a chip, or -ENOMEM.
 */
int books_open(const struct tt_memstat_geometry *geometry, struct books **books);

/* With its clients; NULL is none. */
void books_close(struct books *books);

/* What the chip has after harvesting; a side that was not told is 0. */
const struct tt_memstat_geometry *books_geometry(const struct books *books);

/**
 * books_attach() - a client, as TT_MEMSTAT_ATTACH makes one
 * @books: of the chip
 * @geometry: what the client tells of the chip, derived; NULL = nothing
 * @layout: of its runtime; NULL = nothing is known
 * @covers: mask of 1 << enum tt_memstat_pool
 * @client: out
 *
 * Return: 0, -ENOMEM, or as the ioctl for a layout that does not fit.
 */
int books_attach(struct books *books, const struct tt_memstat_geometry *geometry,
		 const struct tt_memstat_layout *layout, uint32_t covers,
		 struct books_client **client);

/* The client is gone, with all that it has recorded. */
void books_detach(struct books_client *client);

/* As TT_MEMSTAT_BANK_SET; corners of @rects included. -EINVAL, -ERANGE, -ENODATA, -ENOSPC, -ENOMEM. */
int books_set_l1(struct books_client *client, const struct tt_memstat_rect *rects, size_t count,
		 uint32_t *set);
int books_set_dram(struct books_client *client, uint64_t mask, uint32_t *set);

/**
 * books_take() - an event happens
 * @client: whose
 * @entry: as for TT_MEMSTAT_SUBMIT; its seq means nothing
 * @now_ns: for the age of snapshots and dispatches
 *
 * Return: 0, the error that the module has for the entry, which is counted, or -ENOMEM.
 */
int books_take(struct books_client *client, const struct tt_memstat_entry *entry, uint64_t now_ns);

/* As TT_MEMSTAT_DROP: the client has forgotten what it said of some pools. */
void books_drop(struct books_client *client, uint32_t pools);

/* As TT_MEMSTAT_PARTIAL: -EINVAL: a pool that the client does not cover. */
int books_partial(struct books_client *client, uint32_t pools);

/* As TT_MEMSTAT_LIST_RECORDS and LIST_PROGRAMS: a page from *@cursor on, *@count of @items. */
int books_list_records(const struct books_client *client, uint64_t *cursor,
		       struct tt_memstat_record_info *items, uint32_t *count);
int books_list_programs(const struct books_client *client, uint64_t *cursor,
			struct tt_memstat_program_info *items, uint32_t *count);

/* As TT_MEMSTAT_RESET_PEAKS. */
void books_reset_peaks(struct books *books);

/* As TT_MEMSTAT_QUERY, but for alerts, and conflicts of geometry, of which there are none. */
void books_chip_figures(struct books *books, uint64_t now_ns, struct tt_memstat_figures *figures);
void books_client_figures(struct books_client *client, uint64_t now_ns,
			  struct tt_memstat_figures *figures);

/**
 * struct books_usage - bytes that are used on the chip, of the figures with these names
 * @core_x: the fullest core
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

/* After each event, cheaply. */
void books_get_usage(const struct books *books, struct books_usage *usage);

/**
 * struct books_record - a live record, or a part of one, while books_each_record() shows it
 * @banks: cores or DRAM banks of its set
 * @shown: those of them where it counts as used: of a circular buffer, where its program is
 *	resident; none of a view or a kernel
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

/* Return: 0, or what @fn returned, which ends it when it is not 0. */
int books_each_record(struct books_client *client,
		      int (*fn)(void *arg, const struct books_record *record), void *arg);

/* Whether it counts as used on core @x, @y, or, of a record in DRAM, in bank @x. */
bool books_record_on(const struct books_client *client, const struct books_record *record,
		     uint32_t x, uint32_t y);

/* Bytes used on core @x, @y; 0 for one that there is not. */
uint64_t books_core_used(const struct books *books, uint32_t x, uint32_t y);

#endif
