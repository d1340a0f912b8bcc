/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The file in which a process under the reporter publishes the operation that made each of its
 * buffers and programs. It is a memfd. Processes that may inspect this one find it as
 * /proc/PID/fd/N, a link to "/memfd:" PUBLISHED_NAME " (deleted)".
 *
 * The file has the size of struct published and the machine's byte order. Only the process writes
 * it. Readers must not trust it. Everything except @magic, @version and @pid may change at any
 * time:
 *
 * - A name is written once, before an entry refers to it. Name 0 is unused.
 * - An entry has id 0 while it is written. Ids are not reused, so an entry that reads the same
 * twice is consistent.
 */
#ifndef REPORT_PUBLISHED_H
#define REPORT_PUBLISHED_H

#include <stdint.h>

#define PUBLISHED_NAME		"tt_memstat-names"
#define PUBLISHED_MAGIC		0x73656d616e5f7474u	/* "tt_names" */
#define PUBLISHED_VERSION	1
#define PUBLISHED_NAMES		1024
#define PUBLISHED_NAME_LEN	64	/* with the final NUL */
#define PUBLISHED_ENTRIES	(1u << 18)

/**
 * struct published_entry - a live buffer or program
 * @id: of its record or of the program, as in the module; 0: free
 * @name: number of the operation that made it; 0: unknown
 * @cores: number of cores with data of a buffer in L1; 0: unknown
 */
struct published_entry {
	uint64_t id;
	uint32_t name;
	uint32_t cores;
};

/**
 * struct published_head - beginning of the file
 * @magic: PUBLISHED_MAGIC
 * @version: PUBLISHED_VERSION; other versions have other layouts
 * @pid: of the process, in its own pid namespace
 * @used: number of leading entries that have ever been used
 * @reserved: zero
 */
struct published_head {
	uint64_t magic;
	uint32_t version;
	uint32_t pid;
	uint32_t used;
	uint32_t reserved[11];
};

/**
 * struct published - the file
 * @head: beginning of the file
 * @names: by number
 * @entries: unordered
 */
struct published {
	struct published_head head;
	char names[PUBLISHED_NAMES][PUBLISHED_NAME_LEN];
	struct published_entry entries[PUBLISHED_ENTRIES];
};

#endif
