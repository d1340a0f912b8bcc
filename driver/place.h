/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places: what is remembered of a PCI address while no chip is there.
 */
#ifndef TTMEM_PLACE_H
#define TTMEM_PLACE_H

#include <linux/list.h>
#include <linux/types.h>
#include "chip.h"

/**
 * struct ttmem_place - a PCI address, or an ASIC location behind it
 * @of_places: on the list of all; there until the module goes
 * @pci: name of the PCI function
 * @remote: a chip behind the one of the function
 * @location: of a remote chip
 * @numbered: @number is given
 * @number: N of tt<N>, for every chip that is ever here
 * @refused: it was said that what is here is not supported
 * @imported: the administrator has said what is here
 * @geometry: what he said, derived
 * @identity: what he said
 *
 * The gateways' lock guards everything.
 */
struct ttmem_place {
	struct list_head of_places;
	char pci[TT_MEMSTAT_PCI_LEN];
	bool remote;
	u32 location;
	bool numbered;
	u32 number;
	bool refused;
	bool imported;
	struct tt_memstat_geometry geometry;
	struct ttmem_identity identity;
};

struct ttmem_place *ttmem_place_get(const char *pci, bool remote, u32 location);
struct ttmem_place *ttmem_place_next_imported(const char *pci, struct ttmem_place *from);
void ttmem_places_exit(void);

#endif /* TTMEM_PLACE_H */
