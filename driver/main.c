// SPDX-License-Identifier: GPL-2.0-only
/* The module and its device node. */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include "private.h"

static const struct file_operations ttmem_fops = {
	.owner = THIS_MODULE,
	.open = ttmem_client_open,
	.flush = ttmem_client_flush,
	.release = ttmem_client_release,
	.mmap = ttmem_ring_mmap,
	.unlocked_ioctl = ttmem_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
#ifdef CONFIG_PROC_FS
	.show_fdinfo = ttmem_show_fdinfo,
#endif
};

/* Every user may report, as every user may open the nodes of tt-kmd. */
static struct miscdevice ttmem_miscdevice = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "tt_memstat",
	.mode = 0666,
	.fops = &ttmem_fops,
};

static int __init ttmem_init(void)
{
	int err;

	err = ttmem_prealloc_init();
	if (err)
		return err;
	err = ttmem_module_init();
	if (err)
		goto prealloc;
	err = ttmem_chips_init();
	if (err)
		goto module;
	err = ttmem_pci_init();
	if (err)
		goto chips;
	err = misc_register(&ttmem_miscdevice);
	if (err)
		goto pci;
	/* Register the node before the chips so that udev rules for chips can use it. */
	ttmem_pci_walk(NULL);
	return 0;

pci:
	ttmem_pci_exit();
chips:
	ttmem_chips_exit();
module:
	ttmem_module_exit();
prealloc:
	ttmem_prealloc_exit();
	return err;
}

static void __exit ttmem_exit(void)
{
	misc_deregister(&ttmem_miscdevice);
	/* No file is open; works may still end clients, and destroy the chips that they made. */
	flush_workqueue(ttmem_end_wq);
	ttmem_pci_exit();
	ttmem_chips_exit();
	ttmem_module_exit();
	ttmem_users_exit();
	ttmem_prealloc_exit();
}

module_init(ttmem_init);
module_exit(ttmem_exit);

MODULE_AUTHOR("tt_memstat developers");
MODULE_DESCRIPTION("Tenstorrent device memory accounting");
MODULE_VERSION(TTMEM_VERSION);
MODULE_LICENSE("GPL");
