/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A history of a chip's memory: events that can be read repeatedly, from a capture or a recording.
 */
#ifndef TT_MEMSTAT_FEED_H
#define TT_MEMSTAT_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "../../userspace/ledger/books.h"
#include "scopes.h"

#define FEED_NO_NODE	UINT64_MAX

/**
 * struct feed_event - an event
 * @entry: with bank sets of the present run's client; zeroed if @drop is set
 * @drop: mask of pools whose records are dropped, as by TT_MEMSTAT_DROP; 0: none
 * @node: number of the node or event that caused it, in the source
 * @time_ns: since the first event; 0 throughout if the source has no times
 */
struct feed_event {
	struct tt_memstat_entry entry;
	uint32_t drop;
	uint64_t node;
	uint64_t time_ns;
};

/**
 * struct feed_name - names of a record or program, untrusted; NULL: unknown
 * @operation: operation that made it
 * @caller: caller of the operation, if different
 * @line: calling line of Python
 * @shape: of the tensor; @dtype and @layout likewise
 * @memory: memory layout of the buffer
 * @node: FEED_NO_NODE: unknown
 * @call: number of the outermost function's call; 0 = unknown
 * @unit: unit of @node: "node" or "event"
 * @cores: number of cores with data; 0 = all of its set
 * @pages: bytes of a page, 0 = unknown
 */
struct feed_name {
	const char *operation;
	const char *caller;
	const char *line;
	const char *shape;
	const char *dtype;
	const char *layout;
	const char *memory;
	const char *unit;
	uint64_t call;
	uint64_t node;
	uint64_t cores;
	uint64_t page;
};

/**
 * struct feed_ops - operations of a source
 * @fold: call books_fold() for all bank sets that the run will use
 * @taken: the latest event has been applied and was not refused. 0 or -ENOMEM; NULL: not needed
 * @used: what is in use after each event of the first run; NULL: not needed
 * @scopes: scopes of the first run; NULL: the source has none
 * @start: begin at the first event, for a client without reports. 0 or -errno
 * @next: 1 with @event, 0 at the end, or -errno
 * @where: names of what ran at @node, that of the latest event
 * @name: names of record @id, or with @id 0 of program @program, at the current event
 */
struct feed_ops {
	void (*fold)(void *of, struct books *books);
	int (*start)(void *of, struct books_client *client);
	int (*next)(void *of, struct feed_event *event);
	int (*taken)(void *of, const struct feed_event *event);
	void (*used)(void *of, uint64_t l1, uint64_t dram);
	const struct scopes *(*scopes)(void *of);
	void (*name)(void *of, uint64_t id, uint64_t program, struct feed_name *name);
	void (*where)(void *of, uint64_t node, struct feed_name *name);
};

struct feed {
	const struct feed_ops *ops;
	void *of;
};

#endif
