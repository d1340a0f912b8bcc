/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A history of a chip's memory, event by event, as often as it is asked for.
 *
 * Knows what a source of events must be able to do. Does not know captures or recordings.
 */
#ifndef TT_MEMSTAT_FEED_H
#define TT_MEMSTAT_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "../../userspace/ledger/books.h"

#define FEED_NO_NODE	UINT64_MAX

/**
 * struct feed_event - one of them
 * @entry: with bank sets as the client of this run knows them
 * @node: that caused it, in the source's own count
 * @time_ns: since the first event; 0 throughout where the source does not tell times
 */
struct feed_event {
	struct tt_memstat_entry entry;
	uint64_t node;
	uint64_t time_ns;
};

/**
 * struct feed_name - who a record or a program is; NULL: not known. Not fit for terminals.
 * @operation: that made it
 * @caller: what called that, if it is something else
 * @line: of Python
 * @shape: of the tensor; @dtype and @layout alike
 * @memory: how the buffer is laid out over banks
 * @node: FEED_NO_NODE: not known
 * @call: of the outermost function, another number for each; 0 = not known
 * @unit: what @node counts: "node" or "event"
 * @cores: on so many cores it has data; 0 = all of its set
 * @pages: bytes of a page, 0 = not known
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
 * struct feed_ops - what a source does
 * @fold: call books_fold() for all bank sets that the run will use
 * @start: from the first event on, for a client that has reported nothing yet. 0 or -errno
 * @next: 1 with @event, 0 at the end, or -errno
 * @where: what ran when @node was, which is that of the event that was told last
 * @name: of record @id, or with @id 0 of program @program, at the moment that has been reached
 */
struct feed_ops {
	void (*fold)(void *of, struct books *books);
	int (*start)(void *of, struct books_client *client);
	int (*next)(void *of, struct feed_event *event);
	void (*name)(void *of, uint64_t id, uint64_t program, struct feed_name *name);
	void (*where)(void *of, uint64_t node, struct feed_name *name);
};

struct feed {
	const struct feed_ops *ops;
	void *of;
};

#endif
