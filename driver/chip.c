// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chips: the registry, their devices, and the way out.
 *
 * Knows which chips there are and what was told of them. Does not know how a chip came to be
 * (virtual.c, gateway.c) nor who may report on it (attach.c).
 *
 * A number is not used twice while the module is loaded, except by what comes back to the same
 * place. A chip leaves in this order: dead under
 * its lock, out of the registry, its clients, its work, its device; then whoever still holds a
 * reference has an empty shell.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/xarray.h>
#include "alert.h"
#include "attachment.h"
#include "chip.h"
#include "clock.h"
#include "exited.h"
#include "figures.h"
#include "geometry.h"
#include "limits.h"
#include "notify.h"
#include "place.h"
#include "sysfs.h"
#include "trace.h"

struct workqueue_struct *ttm_wq;
struct workqueue_struct *ttm_free_wq;

static DEFINE_XARRAY_ALLOC(ttm_chips);
static DEFINE_MUTEX(ttm_chips_lock);	/* of what follows */
static u32 ttm_chips_next;
static unsigned int ttm_chips_real;
static unsigned int ttm_chips_virtual;
static unsigned int ttm_chips_unprivileged;	/* of the virtual ones */

static atomic_t ttm_objects = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(ttm_objects_wait);

static struct class ttm_class = {
	.name = "tt_memstat",
	.class_groups = ttm_host_groups,
	.dev_groups = ttm_chip_groups,
};

void ttm_object_born(void)
{
	atomic_inc(&ttm_objects);
}

/* The last thing that a release does; under RCU so that unloading can wait for its end too. */
void ttm_object_gone(void)
{
	rcu_read_lock();
	if (atomic_dec_and_test(&ttm_objects))
		wake_up_all(&ttm_objects_wait);
	rcu_read_unlock();
}

static void ttm_chip_release(struct device *dev)
{
	struct ttm_chip *chip = ttm_chip_of(dev);

	if (chip->charged)
		ttm_user_uncharge(chip->user, TTM_QUOTA_VIRTUAL, 1);
	ttm_user_put(chip->user);
	put_device(chip->function);
	mutex_destroy(&chip->lock);
	kfree(chip);
	ttm_object_gone();
}

/* The caller fills in what it knows, then adds it or puts it. NULL: no memory. */
struct ttm_chip *ttm_chip_alloc(enum ttm_chip_kind kind)
{
	struct ttm_chip *chip;

	chip = kzalloc(sizeof(*chip), GFP_KERNEL_ACCOUNT);
	if (!chip)
		return NULL;
	chip->kind = kind;
	mutex_init(&chip->lock);
	INIT_LIST_HEAD(&chip->attachments);
	INIT_WORK(&chip->reap, ttm_attachments_reap);
	ttm_notify_init(chip);
	ttm_accounts_init(chip);
	ttm_ledger_init(&chip->ledger);
	chip->dev.class = &ttm_class;
	chip->dev.release = ttm_chip_release;
	device_initialize(&chip->dev);
	ttm_object_born();
	return chip;
}

void ttm_chip_put(struct ttm_chip *chip)
{
	put_device(&chip->dev);
}

/*
 * Virtual chips never take the room of cards, nor users without privilege all of what there is for
 * virtual ones: half of it, and of the numbers.
 */
static bool ttm_chip_has_room(const struct ttm_chip *chip, unsigned int max)
{
	if (chip->kind != TTM_CHIP_VIRTUAL)
		return ttm_chips_real < max;
	if (ttm_chips_virtual >= max)
		return false;
	return !chip->unprivileged || (ttm_chips_unprivileged < max / 2 &&
				       ttm_chips_next <= INT_MAX / 2);
}

static void ttm_chip_count(const struct ttm_chip *chip, int n)
{
	bool virtual = chip->kind == TTM_CHIP_VIRTUAL;

	ttm_chips_real += virtual ? 0 : n;
	ttm_chips_virtual += virtual ? n : 0;
	ttm_chips_unprivileged += virtual && chip->unprivileged ? n : 0;
}

/* Takes a number and room in the registry, where the chip stays invisible. */
static int ttm_chip_reserve(struct ttm_chip *chip)
{
	struct ttm_place *place = chip->place;
	bool back = place && place->numbered;
	struct ttm_limits limits;
	int err = -ENOSPC;

	ttm_limits_get(&limits);
	mutex_lock(&ttm_chips_lock);
	if (ttm_chip_has_room(chip, limits.max_chips) && (back || ttm_chips_next <= INT_MAX)) {
		chip->number = back ? place->number : ttm_chips_next;
		err = xa_reserve(&ttm_chips, chip->number, GFP_KERNEL_ACCOUNT);
	}
	if (!err) {
		ttm_chip_count(chip, 1);
		ttm_chips_next += !back;
	}
	mutex_unlock(&ttm_chips_lock);
	if (!err && place) {
		place->numbered = true;
		place->number = chip->number;
	}
	return err;
}

static void ttm_chip_unreserve(struct ttm_chip *chip)
{
	mutex_lock(&ttm_chips_lock);
	xa_erase(&ttm_chips, chip->number);
	ttm_chip_count(chip, -1);
	mutex_unlock(&ttm_chips_lock);
}

/**
 * ttm_chip_add - register a chip and show it
 * @chip: filled in
 *
 * The uevent comes last, so that whoever it wakes finds everything in place.
 *
 * Return: 0; the registry then holds the caller's reference. Else an error, and the caller puts.
 */
int ttm_chip_add(struct ttm_chip *chip)
{
	struct device *dev = &chip->dev;
	int err;

	err = ttm_chip_reserve(chip);
	if (err)
		return err;
	err = dev_set_name(dev, "tt%u", chip->number);
	if (err)
		goto unreserve;
	dev_set_uevent_suppress(dev, true);
	err = device_add(dev);
	if (err)
		goto unreserve;
	chip->clients = kobject_create_and_add("clients", &dev->kobj);
	if (!chip->clients) {
		err = -ENOMEM;
		goto del;
	}
	err = ttm_accounts_show(chip);
	if (err)
		goto put;
	/* Room was reserved: this does not fail. */
	xa_store(&ttm_chips, chip->number, chip, GFP_KERNEL);
	trace_chip_add(chip);
	dev_set_uevent_suppress(dev, false);
	kobject_uevent(&dev->kobj, KOBJ_ADD);
	return 0;

put:
	kobject_put(chip->clients);
del:
	device_del(dev);
unreserve:
	ttm_chip_unreserve(chip);
	return err;
}

/**
 * ttm_chip_destroy - remove a chip and all that was reported on it
 * @chip: the caller holds a reference of its own
 *
 * Return: 0 when all of it is gone, -ENODEV when somebody else is removing it.
 */
int ttm_chip_destroy(struct ttm_chip *chip)
{
	struct device *function;
	bool dead;

	mutex_lock(&chip->lock);
	dead = chip->dead;
	chip->dead = true;
	function = chip->function;
	chip->function = NULL;
	mutex_unlock(&chip->lock);
	if (dead)
		return -ENODEV;

	ttm_chip_unreserve(chip);
	trace_chip_remove(chip);
	ttm_attachments_remove_all(chip);
	cancel_work_sync(&chip->reap);
	ttm_notify_stop(chip);
	ttm_accounts_end(chip);
	kobject_del(chip->clients);
	kobject_put(chip->clients);
	device_del(&chip->dev);
	put_device(function);
	ttm_chip_put(chip);
	return 0;
}

/* The chips that live with a file. */
void ttm_chips_destroy_of(const struct ttm_client *creator)
{
	struct ttm_chip *chip;
	unsigned long index = 0;

	for (; (chip = ttm_chip_next(&index)); index++) {
		if (chip->creator == creator)
			ttm_chip_destroy(chip);
		ttm_chip_put(chip);
	}
}

/* With a reference; NULL: no such chip. */
struct ttm_chip *ttm_chip_get(u32 number)
{
	struct ttm_chip *chip;

	xa_lock(&ttm_chips);
	chip = xa_load(&ttm_chips, number);
	if (chip)
		get_device(&chip->dev);
	xa_unlock(&ttm_chips);
	return chip;
}

/* The first chip from *index on, with a reference, and its number in *index; NULL: no more. */
struct ttm_chip *ttm_chip_next(unsigned long *index)
{
	struct ttm_chip *chip;

	xa_lock(&ttm_chips);
	chip = xa_find(&ttm_chips, index, ULONG_MAX, XA_PRESENT);
	if (chip)
		get_device(&chip->dev);
	xa_unlock(&ttm_chips);
	return chip;
}

/* The PCI function that a chip is behind, with a reference; NULL: none, or it is gone. */
struct device *ttm_chip_function(struct ttm_chip *chip)
{
	struct device *function;

	mutex_lock(&chip->lock);
	function = get_device(chip->function);
	mutex_unlock(&chip->lock);
	return function;
}

/* Before the chip is added. */
void ttm_chip_set_geometry(struct ttm_chip *chip, const struct tt_memstat_geometry *g,
			   enum ttm_source source)
{
	chip->geometry = *g;
	chip->source = source;
	ttm_ledger_set_geometry(&chip->ledger, g);
}

/* The figures of this moment, the ledger's and the chip's own. Takes the chip lock. */
void ttm_chip_figures(struct ttm_chip *chip, struct tt_memstat_figures *figures)
{
	const struct tt_memstat_geometry *g = &chip->geometry;
	const struct ttm_arch *arch;

	memset(figures, 0, sizeof(*figures));
	mutex_lock(&chip->lock);
	ttm_figures_chip(&chip->ledger, ttm_clock_ns(), figures);
	arch = ttm_arch_get(g->arch);
	if (arch) {
		ttm_figure_set(figures, TT_MEMSTAT_FIG_TENSIX_TOTAL, ttm_arch_cores(arch));
		ttm_figure_set(figures, TT_MEMSTAT_FIG_TENSIX_ACTIVE, ttm_geometry_cores(g));
	}
	if (g->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK)
		ttm_figure_set(figures, TT_MEMSTAT_FIG_TENSIX_HARVESTING, g->tensix_mask);
	ttm_figure_set(figures, TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS, chip->conflicts);
	ttm_alert_figures(chip, figures);
	mutex_unlock(&chip->lock);
}

int ttm_chips_init(void)
{
	int err;

	ttm_free_wq = alloc_workqueue("tt_memstat_free", WQ_UNBOUND, 0);
	if (!ttm_free_wq)
		return -ENOMEM;
	ttm_wq = alloc_workqueue("tt_memstat", WQ_UNBOUND, 0);
	if (!ttm_wq) {
		destroy_workqueue(ttm_free_wq);
		return -ENOMEM;
	}
	ttm_sysfs_chip_init();
	ttm_sysfs_client_init();
	err = class_register(&ttm_class);
	if (err) {
		destroy_workqueue(ttm_wq);
		destroy_workqueue(ttm_free_wq);
	}
	return err;
}

/* With no file open, nobody is attached; the chips are those that stay until destroyed. */
void ttm_chips_exit(void)
{
	struct ttm_chip *chip;
	unsigned long index = 0;

	for (; (chip = ttm_chip_next(&index)); index++) {
		ttm_chip_destroy(chip);
		ttm_chip_put(chip);
	}
	class_unregister(&ttm_class);
	wait_event(ttm_objects_wait, !atomic_read(&ttm_objects));
	synchronize_rcu();
	destroy_workqueue(ttm_wq);
	destroy_workqueue(ttm_free_wq);
	xa_destroy(&ttm_chips);
}
