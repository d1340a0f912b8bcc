/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The records and programs that are live during a run, for code that must know which of them an
 * event ends. Follows the rules of the ledger.
 */
#ifndef TT_MEMSTAT_PARTS_H
#define TT_MEMSTAT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "feed.h"
#include "names.h"

struct part;
struct parts_program;

/**
 * struct parts_ops - called when something ends; each may be NULL
 * @ended: for each part of a record, the first one first
 * @unloaded: for a program, after its records
 */
struct parts_ops {
	void (*ended)(void *arg, const struct part *part);
	void (*unloaded)(void *arg, uint64_t program);
};

/**
 * struct part - a live record, or one of several parts of it
 * @entry: the event that made it
 * @next: next part of the record, or NULL
 * @head: its first part; only this one has the other members
 * @last: its last part
 * @of_all: in struct parts
 * @program: NULL: belongs to none
 * @of_program: in @program
 * @data: the caller's, zeroed; ends with the part
 */
struct part {
	struct tt_memstat_entry entry;
	struct part *next;
	struct part *head;
	struct part *last;
	TAILQ_ENTRY(part) of_all;
	struct parts_program *program;
	TAILQ_ENTRY(part) of_program;
	void *data;
};

/**
 * struct parts - all that is live
 * @data: size of a part's data
 * @arg: for @ops
 * @all: records in the order in which they began
 * @ids: records by id
 * @numbers: programs by number
 */
struct parts {
	const struct parts_ops *ops;
	void *arg;
	size_t data;
	TAILQ_HEAD(, part) all;
	LIST_HEAD(, parts_program) programs;
	struct names ids;
	struct names numbers;
};

void parts_init(struct parts *parts, size_t data, const struct parts_ops *ops, void *arg);
/*
 * Follow an event that the ledger has not refused. @begun: the part that it begins, or NULL; may be
 * NULL. -ENOMEM.
 */
int parts_follow(struct parts *parts, const struct feed_event *event, struct part **begun);
/* The first part of a record, or NULL. */
struct part *parts_find(const struct parts *parts, uint64_t id);
/* Whether the program is loaded. */
bool parts_has_program(const struct parts *parts, uint64_t number);
/* The part after @part, of the program's records; NULL: the first one, or none follows. */
struct part *parts_of_program(const struct parts *parts, uint64_t number, const struct part *part);
/* The part after @part, of all records; NULL: the first one, or none follows. */
struct part *parts_next(const struct parts *parts, const struct part *part);
/* Remove everything without calling @ops. */
void parts_clear(struct parts *parts);

#endif
