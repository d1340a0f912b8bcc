/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The file in which a process under the reporter publishes the names of its operations, and what
 * each of its buffers and programs is of. It is a memfd, so that whoever may look into the process
 * finds it as /proc/PID/fd/N, whose link is "/memfd:" PUBLISHED_NAME " (deleted)".
 *
 * The file has the size of struct published and the byte order of the machine. The process alone
 * writes it, while others read it, and may be hostile to them: a reader takes nothing for granted.
 * Everything but @magic, @version and @pid grows or changes at any time:
 *
 * - a name is written once, before an entry has its number; number 0 is none;
 * - an entry has id 0 while it is written. Ids never come back, so that an entry that reads the
 *   same twice was whole.
 */
#ifndef REPORT_PUBLISHED_H
#define REPORT_PUBLISHED_H

#include <stdint.h>

#define PUBLISHED_NAME		"tt_memstat-names"
#define PUBLISHED_MAGIC		0x73656d616e5f7474u	/* "tt_names" */
#define PUBLISHED_VERSION	1
#define PUBLISHED_NAMES		1024
#define PUBLISHED_NAME_LEN	64	/* with the NUL that ends it */
#define PUBLISHED_ENTRIES	(1u << 18)

/**
 * struct published_entry - a buffer or a program that lives
 * @id: of its record or of the program, as the module has it; 0: none
 * @name: number of the operation that made it; 0: unknown
 * @cores: how many cores hold data of a buffer in L1; 0: unknown
 */
struct published_entry {
	uint64_t id;
	uint32_t name;
	uint32_t cores;
};

/**
 * struct published_head - what the file begins with
 * @magic: PUBLISHED_MAGIC
 * @version: PUBLISHED_VERSION; another one is another layout
 * @pid: that made it, in its own pid namespace
 * @used: of the entries those that have ever been used, which are the first ones
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
 * @head: the beginning
 * @names: by number
 * @entries: in no order
 */
struct published {
	struct published_head head;
	char names[PUBLISHED_NAMES][PUBLISHED_NAME_LEN];
	struct published_entry entries[PUBLISHED_ENTRIES];
};

#endif
