// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots keep a chip's number and import while the chip is away. They are few: one for each PCI
 * address and ASIC location that ever had a chip.
 */
#include "private.h"

static LIST_HEAD(ttmem_slots);

/**
 * ttmem_slot_get - the slot of this address, made when it is new
 * @pci: name of the PCI function
 * @remote: behind the function's own chip
 * @location: of a remote chip, else 0
 *
 * Return: the slot, or an error: -ENOMEM, or -ENAMETOOLONG for an address that the uAPI cannot
 * express.
 */
struct ttmem_slot *ttmem_slot_get(const char *pci, bool remote, u32 location)
{
	struct ttmem_slot *slot;

	list_for_each_entry(slot, &ttmem_slots, of_slots)
		if (slot->remote == remote && slot->location == location &&
		    !strcmp(slot->pci, pci))
			return slot;
	if (strlen(pci) >= sizeof(slot->pci))
		return ERR_PTR(-ENAMETOOLONG);
	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return ERR_PTR(-ENOMEM);
	strscpy(slot->pci, pci, sizeof(slot->pci));
	slot->remote = remote;
	slot->location = location;
	list_add_tail(&slot->of_slots, &ttmem_slots);
	return slot;
}

/* The next remote chip after @from (NULL: the first) that was imported behind this function. */
struct ttmem_slot *ttmem_slot_next_imported(const char *pci, struct ttmem_slot *from)
{
	struct ttmem_slot *slot = list_prepare_entry(from, &ttmem_slots, of_slots);

	list_for_each_entry_continue(slot, &ttmem_slots, of_slots)
		if (slot->remote && slot->imported && !strcmp(slot->pci, pci))
			return slot;
	return NULL;
}

/* With no chip left. */
void ttmem_slots_exit(void)
{
	struct ttmem_slot *slot, *next;

	list_for_each_entry_safe(slot, next, &ttmem_slots, of_slots)
		kfree(slot);
	INIT_LIST_HEAD(&ttmem_slots);
}
