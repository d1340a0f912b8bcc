// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: the device node, and the order in which everything comes and goes.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include "chip.h"
#include "client.h"
#include "fdinfo.h"
#include "ioctl.h"
#include "ledger/ledger.h"
#include "pci.h"
#include "ring.h"

static const struct file_operations ttm_fops = {
	.owner = THIS_MODULE,
	.open = ttm_client_open,
	.flush = ttm_client_flush,
	.release = ttm_client_release,
	.mmap = ttm_ring_mmap,
	.unlocked_ioctl = ttm_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
#ifdef CONFIG_PROC_FS
	.show_fdinfo = ttm_show_fdinfo,
#endif
};

/* Everybody may report what is theirs, as everybody may use the chips' own nodes. */
static struct miscdevice ttm_miscdevice = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "tt_memstat",
	.mode = 0666,
	.fops = &ttm_fops,
};

static int __init ttm_init(void)
{
	int err;

	err = ttm_fund_init();
	if (err)
		return err;
	err = ttm_rings_init();
	if (err)
		goto fund;
	err = ttm_chips_init();
	if (err)
		goto rings;
	err = ttm_pci_init();
	if (err)
		goto chips;
	err = misc_register(&ttm_miscdevice);
	if (err)
		goto pci;
	/* Whoever hears of a chip finds the node that he may want to describe it with. */
	ttm_pci_walk();
	return 0;

pci:
	ttm_pci_exit();
chips:
	ttm_chips_exit();
rings:
	ttm_rings_exit();
fund:
	ttm_fund_exit();
	return err;
}

static void __exit ttm_exit(void)
{
	misc_deregister(&ttm_miscdevice);
	ttm_pci_exit();
	ttm_chips_exit();
	ttm_rings_exit();
	ttm_fund_exit();
}

module_init(ttm_init);
module_exit(ttm_exit);

MODULE_DESCRIPTION("Tenstorrent device memory accounting");
MODULE_VERSION(TTM_VERSION);
MODULE_LICENSE("GPL");
