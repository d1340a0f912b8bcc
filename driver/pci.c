// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chips of PCI functions come and go with the functions. The module binds to none of them and
 * touches no register.
 *
 * The bus announces a new function before its uevent and its driver, so a work looks for it later,
 * under the rescan lock, which excludes removals that were already announced. The notifier is
 * registered before the first walk so that nothing is missed; a function found twice counts once.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include "private.h"

#define TTMEM_PCI_VENDOR 0x1e52

static const struct pci_device_id ttmem_pci_ids[] = {
	{ PCI_DEVICE(TTMEM_PCI_VENDOR, 0x401e), .driver_data = TT_MEMSTAT_ARCH_WORMHOLE },
	{ PCI_DEVICE(TTMEM_PCI_VENDOR, 0xb140), .driver_data = TT_MEMSTAT_ARCH_BLACKHOLE },
	{ }
};

/* For loading the module where there is something to do. */
MODULE_DEVICE_TABLE(pci, ttmem_pci_ids);

static void ttmem_pci_add(struct pci_dev *pdev)
{
	const struct pci_device_id *id;
	int err;

	id = pci_match_id(ttmem_pci_ids, pdev);
	if (!id) {
		dev_info_once(&pdev->dev, "tt_memstat: device id %#06x is not supported\n",
			      pdev->device);
		return;
	}
	err = ttmem_gateway_add(&pdev->dev, (u32)id->driver_data);
	if (err)
		pci_warn(pdev, "tt_memstat: cannot account for this chip: %d\n", err);
}

/* @work: NULL when the module is loaded */
void ttmem_pci_walk(struct work_struct *work)
{
	struct pci_dev *pdev = NULL;

	pci_lock_rescan_remove();
	while ((pdev = pci_get_device(TTMEM_PCI_VENDOR, PCI_ANY_ID, pdev)))
		ttmem_pci_add(pdev);
	pci_unlock_rescan_remove();
}

static DECLARE_WORK(ttmem_pci_work, ttmem_pci_walk);

static int ttmem_pci_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	if (pdev->vendor != TTMEM_PCI_VENDOR)
		return NOTIFY_DONE;
	if (action == BUS_NOTIFY_ADD_DEVICE)
		queue_work(ttmem_wq, &ttmem_pci_work);
	else if (action == BUS_NOTIFY_DEL_DEVICE)
		ttmem_gateway_remove(&pdev->dev);
	return NOTIFY_DONE;
}

static struct notifier_block ttmem_pci_notifier = {
	.notifier_call = ttmem_pci_notify,
};

int ttmem_pci_init(void)
{
	return bus_register_notifier(&pci_bus_type, &ttmem_pci_notifier);
}

/* A function that is removed meanwhile waits until its chips are gone. */
void ttmem_pci_exit(void)
{
	ttmem_gateways_close();
	bus_unregister_notifier(&pci_bus_type, &ttmem_pci_notifier);
	cancel_work_sync(&ttmem_pci_work);
}
