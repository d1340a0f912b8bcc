/* SPDX-License-Identifier: GPL-2.0-only */
/* A map from numbers to names, and interned texts. */
#ifndef TT_MEMSTAT_NAMES_H
#define TT_MEMSTAT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The entry of a number; the table owns the texts. */
struct names_entry {
	uint64_t id;
	const char *name;
	const char *scope;
	uint64_t event;
	void *object;	/* the caller's */
};

struct names_slot;

struct names {
	struct names_slot *slots;
	size_t room;		/* a power of two, or 0 */
	size_t used;		/* including removed entries */
	size_t count;
	void *texts;		/* of tsearch() */
};

/* The interned text; NULL if @text is NULL or memory is short. */
const char *names_keep(struct names *names, const char *text);
/* Add or replace an entry. -ENOMEM. */
int names_put(struct names *names, const struct names_entry *entry);
/* NULL: no entry. */
const struct names_entry *names_find(const struct names *names, uint64_t id);
void names_drop(struct names *names, uint64_t id);
/* Remove the entries for which @fn returns true. */
void names_drop_if(struct names *names, bool (*fn)(void *arg, uint64_t id), void *arg);
/* Remove all entries; texts stay valid. */
void names_clear(struct names *names);
void names_release(struct names *names);

#endif
