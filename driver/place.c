// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places: what is remembered of a PCI address while no chip is there.
 *
 * Knows addresses. Does not know what is behind them at the moment.
 *
 * They are few: addresses that cards were ever plugged in at, times the ASIC locations that the
 * uAPI allows.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "place.h"

static LIST_HEAD(ttmem_places);

/**
 * ttmem_place_get - the place of this address, made when it is new
 * @pci: name of the PCI function
 * @remote: behind the function's own chip
 * @location: of a remote chip, else 0
 *
 * Return: the place, or an error: -ENOMEM, or -ENAMETOOLONG for an address that the uAPI cannot
 * express.
 */
struct ttmem_place *ttmem_place_get(const char *pci, bool remote, u32 location)
{
	struct ttmem_place *place;

	list_for_each_entry(place, &ttmem_places, of_places)
		if (place->remote == remote && place->location == location &&
		    !strcmp(place->pci, pci))
			return place;
	if (strlen(pci) >= sizeof(place->pci))
		return ERR_PTR(-ENAMETOOLONG);
	place = kzalloc(sizeof(*place), GFP_KERNEL);
	if (!place)
		return ERR_PTR(-ENOMEM);
	strscpy(place->pci, pci, sizeof(place->pci));
	place->remote = remote;
	place->location = location;
	list_add_tail(&place->of_places, &ttmem_places);
	return place;
}

/* The next remote chip after @from (NULL: the first) that was imported behind this function. */
struct ttmem_place *ttmem_place_next_imported(const char *pci, struct ttmem_place *from)
{
	struct ttmem_place *place = list_prepare_entry(from, &ttmem_places, of_places);

	list_for_each_entry_continue(place, &ttmem_places, of_places)
		if (place->remote && place->imported && !strcmp(place->pci, pci))
			return place;
	return NULL;
}

/* With no chip left. */
void ttmem_places_exit(void)
{
	struct ttmem_place *place, *next;

	list_for_each_entry_safe(place, next, &ttmem_places, of_places)
		kfree(place);
	INIT_LIST_HEAD(&ttmem_places);
}
