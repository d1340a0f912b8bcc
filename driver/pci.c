// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chips of PCI functions come and go with them.
 *
 * Knows ids. Binds to no function and touches none of its registers: they are its driver's.
 *
 * The notifier is registered before the walk, so that nothing is missed; what both see counts
 * once. The walk holds the lock under which functions are removed, as it must not come upon one
 * whose removal has been announced already.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include "gateway.h"
#include "pci.h"
#include "../uapi/tt_memstat.h"

#define TTM_PCI_VENDOR 0x1e52

static const struct pci_device_id ttm_pci_ids[] = {
	{ PCI_DEVICE(TTM_PCI_VENDOR, 0x401e), .driver_data = TT_MEMSTAT_ARCH_WORMHOLE },
	{ PCI_DEVICE(TTM_PCI_VENDOR, 0xb140), .driver_data = TT_MEMSTAT_ARCH_BLACKHOLE },
	{ }
};

/* For loading the module where there is something to do. */
MODULE_DEVICE_TABLE(pci, ttm_pci_ids);

static void ttm_pci_add(struct pci_dev *pdev)
{
	const struct pci_device_id *id;
	int err;

	id = pci_match_id(ttm_pci_ids, pdev);
	if (!id) {
		if (ttm_gateway_refuse(&pdev->dev))
			pci_info(pdev, "tt_memstat: device id %#06x is not supported\n",
				 pdev->device);
		return;
	}
	err = ttm_gateway_add(&pdev->dev, (u32)id->driver_data);
	if (err)
		pci_warn(pdev, "tt_memstat: cannot account for this chip: %d\n", err);
}

static int ttm_pci_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	if (pdev->vendor != TTM_PCI_VENDOR)
		return NOTIFY_DONE;
	if (action == BUS_NOTIFY_ADD_DEVICE)
		ttm_pci_add(pdev);
	else if (action == BUS_NOTIFY_DEL_DEVICE)
		ttm_gateway_remove(&pdev->dev);
	return NOTIFY_DONE;
}

static struct notifier_block ttm_pci_notifier = {
	.notifier_call = ttm_pci_notify,
};

int ttm_pci_init(void)
{
	return bus_register_notifier(&pci_bus_type, &ttm_pci_notifier);
}

void ttm_pci_walk(void)
{
	struct pci_dev *pdev = NULL;

	pci_lock_rescan_remove();
	while ((pdev = pci_get_device(TTM_PCI_VENDOR, PCI_ANY_ID, pdev)))
		ttm_pci_add(pdev);
	pci_unlock_rescan_remove();
}

/* A function that is removed meanwhile waits until its chips are gone. */
void ttm_pci_exit(void)
{
	ttm_gateways_close();
	bus_unregister_notifier(&pci_bus_type, &ttm_pci_notifier);
}
