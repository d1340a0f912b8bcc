/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slots: what is remembered of a PCI address while no chip is there.
 */
#ifndef TTMEM_SLOT_H
#define TTMEM_SLOT_H

#include <linux/list.h>
#include <linux/types.h>
#include "chip.h"

/**
 * struct ttmem_slot - a PCI address, or an ASIC location behind it
 * @of_slots: on the list of all; there until the module goes
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
struct ttmem_slot {
	struct list_head of_slots;
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

struct ttmem_slot *ttmem_slot_get(const char *pci, bool remote, u32 location);
struct ttmem_slot *ttmem_slot_next_imported(const char *pci, struct ttmem_slot *from);
void ttmem_slots_exit(void);

#endif /* TTMEM_SLOT_H */
