// SPDX-License-Identifier: GPL-2.0-only
/*
 * The devices of chips: how they are made and removed.
 *
 * A chip is removed in this order: mark it dead under its lock, take it out of the registry, end
 * its clients, stop its works, remove its device. Whoever still holds a reference then has an empty
 * shell.
 */
#include "trace.h"

static struct class ttmem_class = {
	.name = "tt_memstat",
	.class_groups = ttmem_host_groups,
	.dev_groups = ttmem_chip_groups,
};

static void ttmem_chip_release(struct device *dev)
{
	struct ttmem_chip *chip = ttmem_chip_of(dev);

	if (chip->kind == TTMEM_CHIP_VIRTUAL && chip->user)
		ttmem_user_remove_virtual(chip->user);
	else
		ttmem_user_put(chip->user);
	put_pid(chip->owner);
	put_device(chip->function);
	kfree(chip);
	ttmem_module_ref_put();
}

/* The caller fills the chip in, then adds it or puts it. NULL: no memory. */
struct ttmem_chip *ttmem_chip_alloc(enum ttmem_chip_kind kind)
{
	struct ttmem_chip *chip;

	/* Those that hardware bounds are made with the gateways' lock held. */
	chip = kzalloc(sizeof(*chip), kind == TTMEM_CHIP_VIRTUAL ? GFP_KERNEL_ACCOUNT : GFP_KERNEL);
	if (!chip)
		return NULL;
	chip->kind = kind;
	spin_lock_init(&chip->lock);
	init_completion(&chip->added);
	INIT_LIST_HEAD(&chip->attachments);
	seqcount_init(&chip->info_seq);
	seqcount_init(&chip->published.seq);
	INIT_WORK(&chip->drain, ttmem_rings_drain_work);
	init_waitqueue_head(&chip->drained);
	spin_lock_init(&chip->list_lock);
	INIT_DELAYED_WORK(&chip->notify, ttmem_notify_work);
	ttmem_exited_init(chip);
	ttmem_ledger_init(&chip->ledger);
	chip->dev.class = &ttmem_class;
	chip->dev.release = ttmem_chip_release;
	device_initialize(&chip->dev);
	ttmem_module_ref_get();
	return chip;
}

/**
 * ttmem_chip_add - register a chip and show it
 * @chip: filled in
 *
 * The uevent is sent last, so that listeners find everything in place. The chip can be found before
 * that: tasks that want to destroy it wait for @chip->added.
 *
 * Return: 0; the registry then holds a reference of its own. Else an error.
 */
int ttmem_chip_add(struct ttmem_chip *chip)
{
	struct device *dev = &chip->dev;
	int err;

	err = ttmem_registry_reserve(chip);
	if (err)
		return err;
	err = dev_set_name(dev, "tt%u", chip->number);
	if (err)
		goto unreserve;
	/* Files can be read from here on. */
	ttmem_publish_info(chip);
	dev_set_uevent_suppress(dev, true);
	err = device_add(dev);
	if (err)
		goto unreserve;
	chip->clients = kobject_create_and_add("clients", &dev->kobj);
	chip->exited.dir = kobject_create_and_add("exited", &dev->kobj);
	if (!chip->clients || !chip->exited.dir) {
		err = -ENOMEM;
		goto put;
	}
	spin_lock(&chip->lock);
	ttmem_publish(chip, NULL);
	spin_unlock(&chip->lock);
	ttmem_registry_add(chip);
	trace_chip_add(chip);
	dev_set_uevent_suppress(dev, false);
	kobject_uevent(&dev->kobj, KOBJ_ADD);
	complete_all(&chip->added);
	return 0;

put:
	kobject_del(chip->exited.dir);
	kobject_put(chip->exited.dir);
	kobject_del(chip->clients);
	kobject_put(chip->clients);
	device_del(dev);
	cancel_delayed_work_sync(&chip->notify);
unreserve:
	ttmem_registry_remove(chip);
	return err;
}

/**
 * ttmem_chip_destroy - remove a chip and all that was reported on it
 * @chip: added; the caller holds a reference of its own
 *
 * Return: 0 when all of it is gone, -ENODEV when another task is removing it.
 */
int ttmem_chip_destroy(struct ttmem_chip *chip)
{
	struct device *function;
	bool dead;

	spin_lock(&chip->lock);
	dead = chip->dead;
	spin_lock(&chip->list_lock);
	chip->dead = true;
	spin_unlock(&chip->list_lock);
	function = chip->function;
	chip->function = NULL;
	spin_unlock(&chip->lock);
	if (dead)
		return -ENODEV;

	ttmem_registry_remove(chip);
	trace_chip_remove(chip);
	ttmem_attachments_remove(chip, -ENODEV, NULL);
	cancel_work_sync(&chip->drain);
	cancel_delayed_work_sync(&chip->notify);
	ttmem_exited_end(chip);
	kobject_del(chip->clients);
	kobject_put(chip->clients);
	device_del(&chip->dev);
	put_device(function);
	ttmem_chip_put(chip);
	return 0;
}

/* The chips that live with a file. */
void ttmem_chips_destroy_of(const struct ttmem_client *creator)
{
	struct ttmem_chip *chip = NULL;

	while ((chip = ttmem_chip_next(chip)))
		if (chip->creator == creator)
			ttmem_chip_destroy(chip);
}

int ttmem_chips_init(void)
{
	ttmem_sysfs_chip_init();
	ttmem_sysfs_client_init();
	return class_register(&ttmem_class);
}

/* Destroy the chips that no client and no card takes along: the administrator's virtual ones. */
void ttmem_chips_exit(void)
{
	struct ttmem_chip *chip = NULL;

	while ((chip = ttmem_chip_next(chip)))
		ttmem_chip_destroy(chip);
	class_unregister(&ttmem_class);
}
