/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers to what is known of them, and texts that are kept once.
 *
 * Knows nothing of what the numbers are.
 */
#ifndef TT_MEMSTAT_NAMES_H
#define TT_MEMSTAT_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* What is known of a number; the texts belong to the table. */
struct names_entry {
	uint64_t id;
	const char *name;
	const char *scope;
	uint64_t event;
};

struct names_slot;

struct names {
	struct names_slot *slots;
	size_t room;		/* a power of two, or 0 */
	size_t used;		/* with those that were taken out */
	size_t count;
	void *texts;		/* of tsearch() */
};

/* The text as it is kept; NULL: @text is NULL, or there is no memory. */
const char *names_keep(struct names *names, const char *text);
/* In place of what was known. -ENOMEM. */
int names_put(struct names *names, const struct names_entry *entry);
/* NULL: nothing is known. */
const struct names_entry *names_find(const struct names *names, uint64_t id);
void names_drop(struct names *names, uint64_t id);
/* All numbers are forgotten, the texts stay. */
void names_clear(struct names *names);
void names_release(struct names *names);

#endif
