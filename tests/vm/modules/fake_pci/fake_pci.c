// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only, never installed: a PCI bus with cards that can be plugged and unplugged, and a
 * stand-in for their driver.
 *
 * The root bus has domain 0x77 (bus 1 in User-mode Linux, which has no domains). Its functions have
 * an id and no BAR. The driver "tenstorrent" makes a class of that name with character devices
 * tenstorrent/N, children of the function by cdev_device_add(), with the lowest free ordinals.
 *
 *	echo SLOT ID >/sys/module/fake_pci/parameters/plug	such as "3 0x401e"
 *	echo SLOT >/sys/module/fake_pci/parameters/unplug
 *
 * x86 and User-mode Linux only, as the bus needs the architecture's data.
 */
#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/numa.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#define FAKE_VENDOR	0x1e52
#define FAKE_SLOTS	32
#define FAKE_NODES	32
#define FAKE_CONFIG	64	/* bytes that mean anything */

/* ---- The bus ---------------------------------------------------------------------------- */

static struct pci_bus *fake_bus;
static u8 fake_config[FAKE_SLOTS][FAKE_CONFIG];
static bool fake_plugged[FAKE_SLOTS];
static DEFINE_MUTEX(fake_lock);		/* plug and unplug */

#ifdef CONFIG_UML
#define FAKE_BUS	1
#define FAKE_SYSDATA	NULL
#else
#define FAKE_BUS	0
#define FAKE_SYSDATA	(&fake_sysdata)

static struct pci_sysdata fake_sysdata = {
	.domain = 0x77,
	.node = NUMA_NO_NODE,
};
#endif

static bool fake_present(struct pci_bus *bus, unsigned int devfn)
{
	return bus->number == FAKE_BUS && !PCI_FUNC(devfn) &&
	       READ_ONCE(fake_plugged[PCI_SLOT(devfn)]);
}

static int fake_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *val)
{
	const u8 *config = fake_config[PCI_SLOT(devfn)];
	int i;

	*val = ~0u;
	if (!fake_present(bus, devfn))
		return PCIBIOS_DEVICE_NOT_FOUND;
	*val = 0;
	for (i = 0; i < size && where + i < FAKE_CONFIG; i++)
		*val |= (u32)config[where + i] << (8 * i);
	return PCIBIOS_SUCCESSFUL;
}

/* Only the command register stores written values; BARs read 0, so there are none. */
static int fake_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 val)
{
	if (!fake_present(bus, devfn))
		return PCIBIOS_DEVICE_NOT_FOUND;
	if (where == PCI_COMMAND) {
		fake_config[PCI_SLOT(devfn)][PCI_COMMAND] = (u8)val;
		fake_config[PCI_SLOT(devfn)][PCI_COMMAND + 1] = (u8)(val >> 8);
	}
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops fake_ops = {
	.read = fake_read,
	.write = fake_write,
};

static void fake_put16(u8 *config, int where, u16 value)
{
	config[where] = (u8)value;
	config[where + 1] = (u8)(value >> 8);
}

static void fake_fill(unsigned int slot, u16 id)
{
	u8 *config = fake_config[slot];

	memset(config, 0, FAKE_CONFIG);
	fake_put16(config, PCI_VENDOR_ID, FAKE_VENDOR);
	fake_put16(config, PCI_DEVICE_ID, id);
	fake_put16(config, PCI_SUBSYSTEM_VENDOR_ID, FAKE_VENDOR);
	fake_put16(config, PCI_CLASS_DEVICE, 0x1200);
}

static int fake_plug(unsigned int slot, u16 id)
{
	int err = -EEXIST;

	pci_lock_rescan_remove();
	mutex_lock(&fake_lock);
	if (!fake_bus) {
		err = -ENODEV;
	} else if (!fake_plugged[slot]) {
		fake_fill(slot, id);
		WRITE_ONCE(fake_plugged[slot], true);
		pci_rescan_bus(fake_bus);
		err = 0;
	}
	mutex_unlock(&fake_lock);
	pci_unlock_rescan_remove();
	return err;
}

static int fake_unplug(unsigned int slot)
{
	struct pci_dev *pdev;
	int err = -ENODEV;

	pci_lock_rescan_remove();
	mutex_lock(&fake_lock);
	if (fake_bus && fake_plugged[slot]) {
		pdev = pci_get_slot(fake_bus, PCI_DEVFN(slot, 0));
		if (pdev) {
			pci_stop_and_remove_bus_device(pdev);
			pci_dev_put(pdev);
		}
		WRITE_ONCE(fake_plugged[slot], false);
		err = 0;
	}
	mutex_unlock(&fake_lock);
	pci_unlock_rescan_remove();
	return err;
}

static int fake_plug_set(const char *text, const struct kernel_param *kp)
{
	unsigned int slot, id;

	if (sscanf(text, "%u %i", &slot, &id) != 2 || slot >= FAKE_SLOTS || id > 0xffff)
		return -EINVAL;
	return fake_plug(slot, (u16)id);
}

static int fake_unplug_set(const char *text, const struct kernel_param *kp)
{
	unsigned int slot;

	if (kstrtouint(text, 0, &slot) || slot >= FAKE_SLOTS)
		return -EINVAL;
	return fake_unplug(slot);
}

static const struct kernel_param_ops fake_plug_ops = { .set = fake_plug_set };
static const struct kernel_param_ops fake_unplug_ops = { .set = fake_unplug_set };
module_param_cb(plug, &fake_plug_ops, NULL, 0200);
module_param_cb(unplug, &fake_unplug_ops, NULL, 0200);

/* What firmware tells of the card in a slot; set before it is plugged. */
struct fake_card {
	char type[24];
	unsigned long long serial;
};

static struct fake_card fake_cards[FAKE_SLOTS];

static int fake_card_set(const char *text, const struct kernel_param *kp)
{
	struct fake_card card = {};
	unsigned int slot;

	if (sscanf(text, "%u %23s %llx", &slot, card.type, &card.serial) != 3 || slot >= FAKE_SLOTS)
		return -EINVAL;
	fake_cards[slot] = card;
	return 0;
}

static const struct kernel_param_ops fake_card_ops = { .set = fake_card_set };
module_param_cb(card, &fake_card_ops, NULL, 0200);

/* ---- The driver ------------------------------------------------------------------------- */

struct fake_node {
	struct device dev;
	struct cdev cdev;
	int ordinal;
};

static const struct fake_card *fake_card_of(struct device *dev)
{
	return &fake_cards[PCI_SLOT(to_pci_dev(dev->parent)->devfn)];
}

static ssize_t tt_card_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", fake_card_of(dev)->type);
}
static DEVICE_ATTR_RO(tt_card_type);

static ssize_t tt_serial_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%016llX\n", fake_card_of(dev)->serial);
}
static DEVICE_ATTR_RO(tt_serial);

static struct attribute *fake_card_attrs[] = {
	&dev_attr_tt_card_type.attr,
	&dev_attr_tt_serial.attr,
	NULL
};

static umode_t fake_card_is_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return fake_card_of(kobj_to_dev(kobj))->type[0] ? attr->mode : 0;
}

static const struct attribute_group fake_card_group = {
	.attrs = fake_card_attrs,
	.is_visible = fake_card_is_visible,
};

static const struct attribute_group *fake_groups[] = {
	&fake_card_group,
	NULL
};

static dev_t fake_devt;
static DEFINE_IDA(fake_ordinals);

/* Unreleased nodes: debug kernels delay the release of kobjects, so unloading waits for them. */
static atomic_t fake_nodes = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(fake_nodes_wait);

static struct class fake_class = {
	.name = "tenstorrent",
};

static const struct file_operations fake_fops = {
	.owner = THIS_MODULE,
};

static void fake_node_release(struct device *dev)
{
	kfree(container_of(dev, struct fake_node, dev));
	rcu_read_lock();
	if (atomic_dec_and_test(&fake_nodes))
		wake_up_all(&fake_nodes_wait);
	rcu_read_unlock();
}

static int fake_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct fake_node *node = kzalloc(sizeof(*node), GFP_KERNEL);
	int err;

	if (!node)
		return -ENOMEM;
	node->ordinal = ida_alloc_max(&fake_ordinals, FAKE_NODES - 1, GFP_KERNEL);
	if (node->ordinal < 0) {
		err = node->ordinal;
		kfree(node);
		return err;
	}
	device_initialize(&node->dev);
	atomic_inc(&fake_nodes);
	node->dev.devt = MKDEV(MAJOR(fake_devt), node->ordinal);
	node->dev.class = &fake_class;
	node->dev.groups = fake_groups;
	node->dev.parent = &pdev->dev;
	node->dev.release = fake_node_release;
	cdev_init(&node->cdev, &fake_fops);
	node->cdev.owner = THIS_MODULE;
	err = dev_set_name(&node->dev, "tenstorrent/%d", node->ordinal);
	if (!err)
		err = cdev_device_add(&node->cdev, &node->dev);
	if (err) {
		ida_free(&fake_ordinals, node->ordinal);
		put_device(&node->dev);
		return err;
	}
	pci_set_drvdata(pdev, node);
	return 0;
}

static void fake_remove(struct pci_dev *pdev)
{
	struct fake_node *node = pci_get_drvdata(pdev);

	cdev_device_del(&node->cdev, &node->dev);
	ida_free(&fake_ordinals, node->ordinal);
	put_device(&node->dev);
}

static const struct pci_device_id fake_ids[] = {
	{ PCI_DEVICE(FAKE_VENDOR, 0x401e) },
	{ PCI_DEVICE(FAKE_VENDOR, 0xb140) },
	{ }
};

static struct pci_driver fake_driver = {
	.name = "tenstorrent",
	.id_table = fake_ids,
	.probe = fake_probe,
	.remove = fake_remove,
};

/* ---- The module ------------------------------------------------------------------------- */

static int fake_bus_make(void)
{
	LIST_HEAD(resources);
	struct pci_bus *bus;

	pci_lock_rescan_remove();
	bus = pci_scan_root_bus(NULL, FAKE_BUS, &fake_ops, FAKE_SYSDATA, &resources);
	if (bus)
		pci_bus_add_devices(bus);
	fake_bus = bus;
	pci_unlock_rescan_remove();
	return bus ? 0 : -ENOMEM;
}

static void fake_bus_remove(void)
{
	pci_lock_rescan_remove();
	pci_stop_root_bus(fake_bus);
	pci_remove_root_bus(fake_bus);
	fake_bus = NULL;
	pci_unlock_rescan_remove();
}

static int __init fake_init(void)
{
	int err;

	err = alloc_chrdev_region(&fake_devt, 0, FAKE_NODES, "tenstorrent");
	if (err)
		return err;
	err = class_register(&fake_class);
	if (err)
		goto region;
	err = pci_register_driver(&fake_driver);
	if (err)
		goto class;
	err = fake_bus_make();
	if (err)
		goto driver;
	return 0;

driver:
	pci_unregister_driver(&fake_driver);
class:
	class_unregister(&fake_class);
region:
	unregister_chrdev_region(fake_devt, FAKE_NODES);
	return err;
}

static void __exit fake_exit(void)
{
	fake_bus_remove();
	pci_unregister_driver(&fake_driver);
	wait_event(fake_nodes_wait, !atomic_read(&fake_nodes));
	synchronize_rcu();
	class_unregister(&fake_class);
	unregister_chrdev_region(fake_devt, FAKE_NODES);
	ida_destroy(&fake_ordinals);
}

module_init(fake_init);
module_exit(fake_exit);

MODULE_AUTHOR("tt_memstat developers");
MODULE_DESCRIPTION("PCI functions that come and go, for tests");
MODULE_LICENSE("GPL");
