// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proof of access: a process has the chip's node of tt-kmd open.
 *
 * tt-kmd makes a character device of class "tenstorrent" that is a child of the PCI function. None
 * of its symbols are used. Device numbers prove nothing, as they are reused, so compare the cdev
 * that the file was opened through: it is a child of its device (cdev_device_add()) and stays with
 * the inode while the file is open.
 */
#include <linux/cdev.h>
#include <linux/file.h>
#include "private.h"

struct ttmem_kmd_node_search {
	const struct kobject *of_cdev;	/* NULL: any */
	struct device *found;
};

/* Only live devices are children: a removed one has left the list. */
static int ttmem_kmd_node_match(struct device *dev, void *data)
{
	struct ttmem_kmd_node_search *search = data;

	if (!dev->class || strcmp(dev->class->name, "tenstorrent"))
		return 0;
	if (search->of_cdev && search->of_cdev != &dev->kobj)
		return 0;
	search->found = get_device(dev);
	return 1;
}

/* The class device of the function's node, with a reference; NULL: none at the moment. */
struct device *ttmem_kmd_node_get(struct device *function)
{
	struct ttmem_kmd_node_search search = {};

	device_for_each_child(function, &search, ttmem_kmd_node_match);
	return search.found;
}

/**
 * ttmem_kmd_node_check - whether a descriptor of the caller is an open node of a chip
 * @function: the PCI function of the chip; NULL: it has none, or is gone
 * @fd: descriptor
 *
 * Return: 0; -EBADF: not open (O_PATH does not open a device); -ENODEV: open, but not that.
 */
int ttmem_kmd_node_check(struct device *function, unsigned int fd)
{
	struct ttmem_kmd_node_search search = {};
	struct file *file = fget(fd);
	const struct cdev *cdev;

	if (!file)
		return -EBADF;
	cdev = S_ISCHR(file_inode(file)->i_mode) ? READ_ONCE(file_inode(file)->i_cdev) : NULL;
	search.of_cdev = cdev ? cdev->kobj.parent : NULL;
	if (function && search.of_cdev)
		device_for_each_child(function, &search, ttmem_kmd_node_match);
	fput(file);
	put_device(search.found);
	return search.found ? 0 : -ENODEV;
}
