// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peaks of a chip in the scopes of a recording.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scopes.h"

/* A reset has no end. */
#define NO_THREAD	UINT32_MAX

/* The place of the name, or of a new one. -ENOMEM. */
static int find(struct scopes *scopes, const char *name, size_t *place)
{
	const char *text = names_keep(&scopes->names, name);
	const struct names_entry *known = text ? names_find(&scopes->names, (uintptr_t)text) : NULL;
	const struct names_entry added = { .id = (uintptr_t)text, .event = scopes->count };
	struct scope *grown;

	if (known) {
		*place = (size_t)known->event;
		return 0;
	}
	grown = text ? realloc(scopes->items, (scopes->count + 1) * sizeof(*grown)) : NULL;
	if (!grown)
		return -ENOMEM;
	scopes->items = grown;
	if (names_put(&scopes->names, &added))
		return -ENOMEM;
	grown[scopes->count] = (struct scope){ .name = text };
	*place = scopes->count++;
	return 0;
}

static void raise(struct scope *scope, uint64_t l1, uint64_t dram)
{
	scope->l1 = l1 > scope->l1 ? l1 : scope->l1;
	scope->dram = dram > scope->dram ? dram : scope->dram;
}

static int open_one(struct scopes *scopes, uint32_t thread, size_t place)
{
	struct scope_open *grown = realloc(scopes->open, (scopes->open_count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	scopes->open = grown;
	grown[scopes->open_count++] = (struct scope_open){ thread, place };
	return 0;
}

int scopes_begin(struct scopes *scopes, uint32_t thread, const char *name, uint64_t l1, uint64_t dram)
{
	const bool reset = !strcmp(name, SCOPES_RESET);
	struct scope *scope;
	size_t place;
	int err = find(scopes, name, &place);

	if (err)
		return err;
	scope = &scopes->items[place];
	if (reset) {
		scope->l1 = 0;
		scope->dram = 0;
	}
	raise(scope, l1, dram);
	if (reset && !scope->calls)
		err = open_one(scopes, NO_THREAD, place);
	scope->calls++;
	return err ? err : open_one(scopes, thread, place);
}

void scopes_end(struct scopes *scopes, uint32_t thread)
{
	size_t at = scopes->open_count;

	while (at && scopes->open[at - 1].thread != thread)
		at--;
	if (!at)
		return;
	scopes->open_count--;
	memmove(&scopes->open[at - 1], &scopes->open[at],
		(scopes->open_count - (at - 1)) * sizeof(*scopes->open));
}

void scopes_use(struct scopes *scopes, uint64_t l1, uint64_t dram)
{
	for (size_t i = 0; i < scopes->open_count; i++)
		raise(&scopes->items[scopes->open[i].scope], l1, dram);
}

void scopes_release(struct scopes *scopes)
{
	free(scopes->items);
	free(scopes->open);
	names_release(&scopes->names);
}
