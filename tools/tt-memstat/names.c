// SPDX-License-Identifier: GPL-2.0-only
/* A map from numbers to names: a hash table with open addressing. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

enum names_state {
	NAMES_EMPTY = 0,
	NAMES_USED,
	NAMES_GONE,
};

struct names_slot {
	struct names_entry entry;
	enum names_state state;
};

static size_t place_of(const struct names *names, uint64_t id)
{
	return (size_t)(id * 0x9e3779b97f4a7c15ull >> 20) & (names->room - 1);
}

/* The slot of @id, or a free slot for it. */
static struct names_slot *seek(const struct names *names, uint64_t id)
{
	struct names_slot *free_slot = NULL;

	for (size_t at = place_of(names, id);; at = (at + 1) & (names->room - 1)) {
		struct names_slot *slot = &names->slots[at];

		if (slot->state == NAMES_USED && slot->entry.id == id)
			return slot;
		if (slot->state == NAMES_GONE && !free_slot)
			free_slot = slot;
		if (slot->state == NAMES_EMPTY)
			return free_slot ? free_slot : slot;
	}
}

static int make_room(struct names *names)
{
	struct names old = *names;

	if (names->used * 4 < names->room * 3)
		return 0;
	names->room = names->count * 2 < 64 ? 64 : old.room;
	while (names->room < names->count * 2)
		names->room *= 2;
	names->slots = calloc(names->room, sizeof(*names->slots));
	if (!names->slots) {
		*names = old;
		return -ENOMEM;
	}
	for (size_t i = 0; i < old.room; i++) {
		if (old.slots[i].state == NAMES_USED)
			*seek(names, old.slots[i].entry.id) = old.slots[i];
	}
	names->used = names->count;
	free(old.slots);
	return 0;
}

int names_put(struct names *names, const struct names_entry *entry)
{
	struct names_slot *slot;

	if (make_room(names))
		return -ENOMEM;
	slot = seek(names, entry->id);
	names->count += slot->state != NAMES_USED;
	names->used += slot->state == NAMES_EMPTY;
	slot->state = NAMES_USED;
	slot->entry = *entry;
	return 0;
}

const struct names_entry *names_find(const struct names *names, uint64_t id)
{
	const struct names_slot *slot = names->room ? seek(names, id) : NULL;

	return slot && slot->state == NAMES_USED ? &slot->entry : NULL;
}

void names_drop(struct names *names, uint64_t id)
{
	struct names_slot *slot = names->room ? seek(names, id) : NULL;

	if (!slot || slot->state != NAMES_USED)
		return;
	slot->state = NAMES_GONE;
	names->count--;
}

void names_drop_if(struct names *names, bool (*fn)(void *arg, uint64_t id), void *arg)
{
	for (size_t i = 0; i < names->room; i++)
		if (names->slots[i].state == NAMES_USED && fn(arg, names->slots[i].entry.id))
			names_drop(names, names->slots[i].entry.id);
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

const char *names_keep(struct names *names, const char *text)
{
	char **known, *copy;

	if (!text)
		return NULL;
	known = tfind(text, &names->texts, compare);
	if (known)
		return *known;
	copy = strdup(text);
	if (copy && !tsearch(copy, &names->texts, compare)) {
		free(copy);
		copy = NULL;
	}
	return copy;
}

void names_clear(struct names *names)
{
	free(names->slots);
	*names = (struct names){ .texts = names->texts };
}

void names_release(struct names *names)
{
	names_clear(names);
	tdestroy(names->texts, free);
	names->texts = NULL;
}
