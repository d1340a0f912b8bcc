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

static int ttmem_kmd_node_of_file(struct device *function, const struct file *file)
{
	struct ttmem_kmd_node_search search = {};
	const struct inode *inode = file_inode(file);
	const struct cdev *cdev;

	if (!function || !S_ISCHR(inode->i_mode))
		return -ENODEV;
	cdev = READ_ONCE(inode->i_cdev);
	if (!cdev || !cdev->kobj.parent)
		return -ENODEV;
	search.of_cdev = cdev->kobj.parent;
	device_for_each_child(function, &search, ttmem_kmd_node_match);
	if (!search.found)
		return -ENODEV;
	put_device(search.found);
	return 0;
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
	struct file *file = fget(fd);
	int err;

	if (!file)
		return -EBADF;
	err = ttmem_kmd_node_of_file(function, file);
	fput(file);
	return err;
}
