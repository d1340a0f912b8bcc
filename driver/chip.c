// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registry of chips, their devices and their removal.
 *
 * A number is not reused while the module is loaded, except for the same slot. A chip is removed in
 * this order: mark it dead under its lock, take it out of the registry, end its clients, stop its
 * works, remove its device. Whoever still holds a reference then has an empty shell.
 */
#include "private.h"
#include "trace.h"

struct workqueue_struct *ttmem_wq;
struct workqueue_struct *ttmem_free_wq;

static DEFINE_XARRAY_ALLOC(ttmem_chips);
static DEFINE_MUTEX(ttmem_chips_lock);	/* guards what follows */
static u32 ttmem_chips_next;
static unsigned int ttmem_chips_real;
static unsigned int ttmem_chips_virtual;
static unsigned int ttmem_chips_unprivileged;	/* of the virtual ones */

static atomic_t ttmem_module_refs = ATOMIC_INIT(1);	/* one of the module's own */
static DECLARE_COMPLETION(ttmem_module_unused);

static struct class ttmem_class = {
	.name = "tt_memstat",
	.class_groups = ttmem_host_groups,
	.dev_groups = ttmem_chip_groups,
};

void ttmem_module_ref_get(void)
{
	atomic_inc(&ttmem_module_refs);
}

/*
 * Call this last in a release function, and do not sleep after it: unloading waits for an RCU tasks
 * grace period and relies on that.
 */
void ttmem_module_ref_put(void)
{
	if (atomic_dec_and_test(&ttmem_module_refs))
		complete(&ttmem_module_unused);
}

/*
 * No reference is left, and no task is still on its way out of a release: each has slept or left
 * the kernel since.
 */
static void ttmem_module_refs_exit(void)
{
	ttmem_module_ref_put();
	wait_for_completion(&ttmem_module_unused);
	synchronize_rcu_tasks();
}

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
	ttmem_published_init(&chip->published);
	INIT_WORK(&chip->drain, ttmem_rings_work);
	init_waitqueue_head(&chip->drained);
	spin_lock_init(&chip->list_lock);
	ttmem_notify_init(chip);
	ttmem_accounts_init(chip);
	ttmem_ledger_init(&chip->ledger);
	chip->dev.class = &ttmem_class;
	chip->dev.release = ttmem_chip_release;
	device_initialize(&chip->dev);
	ttmem_module_ref_get();
	return chip;
}

void ttmem_chip_put(struct ttmem_chip *chip)
{
	put_device(&chip->dev);
}

/*
 * Real and virtual chips have separate room. A part of the room for real chips is closed to remote
 * chips that users make, and unprivileged users get at most half of the room for virtual chips and
 * half of all numbers, each user no more than it leaves free.
 */
static bool ttmem_chip_has_room(const struct ttmem_chip *chip, unsigned int max)
{
	unsigned int mine;

	if (chip->kind != TTMEM_CHIP_VIRTUAL)
		return ttmem_chips_real < max - (chip->user ? ttmem_limits_reserve(max) : 0);
	if (!chip->unprivileged)
		return ttmem_chips_virtual < max;
	/* This one is charged already. */
	mine = ttmem_user_virtual(chip->user) - 1;
	return ttmem_chips_virtual < max && ttmem_chips_unprivileged + mine < max / 2 &&
	       ttmem_chips_next <= INT_MAX / 2;
}

static void ttmem_chip_count(const struct ttmem_chip *chip, int n)
{
	bool virtual = chip->kind == TTMEM_CHIP_VIRTUAL;

	ttmem_chips_real += virtual ? 0 : n;
	ttmem_chips_virtual += virtual ? n : 0;
	ttmem_chips_unprivileged += virtual && chip->unprivileged ? n : 0;
}

/* Takes a number and room in the registry, where the chip stays invisible. */
static int ttmem_chip_reserve(struct ttmem_chip *chip)
{
	struct ttmem_slot *slot = chip->slot;
	bool back = slot && slot->numbered;
	int err = -ENOSPC;

	mutex_lock(&ttmem_chips_lock);
	if (ttmem_chip_has_room(chip, ttmem_limit(TTMEM_LIMIT_CHIPS)) &&
	    (back || ttmem_chips_next <= INT_MAX)) {
		chip->number = back ? slot->number : ttmem_chips_next;
		/* Not accounted: no limit of a control group may hold up others here. */
		err = xa_reserve(&ttmem_chips, chip->number, GFP_KERNEL);
	}
	if (!err) {
		ttmem_chip_count(chip, 1);
		ttmem_chips_next += !back;
	}
	mutex_unlock(&ttmem_chips_lock);
	if (!err && slot) {
		slot->numbered = true;
		slot->number = chip->number;
	}
	return err;
}

static void ttmem_chip_unreserve(struct ttmem_chip *chip)
{
	mutex_lock(&ttmem_chips_lock);
	xa_erase(&ttmem_chips, chip->number);
	ttmem_chip_count(chip, -1);
	mutex_unlock(&ttmem_chips_lock);
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

	err = ttmem_chip_reserve(chip);
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
	err = ttmem_accounts_show(chip);
	if (err)
		goto put;
	spin_lock(&chip->lock);
	ttmem_chip_publish_info(chip);
	ttmem_publish(chip, NULL);
	spin_unlock(&chip->lock);
	get_device(dev);
	/* Room was reserved: this does not fail. */
	xa_store(&ttmem_chips, chip->number, chip, GFP_KERNEL);
	trace_chip_add(chip);
	dev_set_uevent_suppress(dev, false);
	kobject_uevent(&dev->kobj, KOBJ_ADD);
	complete_all(&chip->added);
	return 0;

put:
	kobject_put(chip->clients);
del:
	device_del(dev);
unreserve:
	ttmem_chip_unreserve(chip);
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

	ttmem_chip_unreserve(chip);
	trace_chip_remove(chip);
	ttmem_attachments_remove_all(chip);
	cancel_work_sync(&chip->drain);
	ttmem_notify_stop(chip);
	ttmem_accounts_end(chip);
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
	struct ttmem_chip *chip;
	unsigned long index = 0;

	for (; (chip = ttmem_chip_next(&index)); index++) {
		if (chip->creator == creator)
			ttmem_chip_destroy(chip);
		ttmem_chip_put(chip);
	}
}

/* With a reference; NULL: no such chip. */
struct ttmem_chip *ttmem_chip_get(u32 number)
{
	struct ttmem_chip *chip;

	xa_lock(&ttmem_chips);
	chip = xa_load(&ttmem_chips, number);
	if (chip)
		get_device(&chip->dev);
	xa_unlock(&ttmem_chips);
	return chip;
}

/* The first chip from *index on, with a reference, and its number in *index; NULL: no more. */
struct ttmem_chip *ttmem_chip_next(unsigned long *index)
{
	struct ttmem_chip *chip;

	xa_lock(&ttmem_chips);
	chip = xa_find(&ttmem_chips, index, ULONG_MAX, XA_PRESENT);
	if (chip)
		get_device(&chip->dev);
	xa_unlock(&ttmem_chips);
	return chip;
}

/* The PCI function that a chip is behind, with a reference; NULL: none, or it is gone. */
struct device *ttmem_chip_function(struct ttmem_chip *chip)
{
	struct device *function;

	spin_lock(&chip->lock);
	function = get_device(chip->function);
	spin_unlock(&chip->lock);
	return function;
}

/* Under the chip lock: copy identity, geometry and conflicts for readers. */
void ttmem_chip_publish_info(struct ttmem_chip *chip)
{
	const struct tt_memstat_geometry *known = &chip->ledger.known;

	preempt_disable();
	write_seqcount_begin(&chip->info_seq);
	chip->info.identity = chip->identity;
	chip->info.geometry = *known;
	chip->info.source = chip->source;
	if (!chip->source && ttmem_geometry_sides(known))
		chip->info.source = TTMEM_SOURCE_RUNTIME;
	chip->info.conflicts = chip->conflicts;
	write_seqcount_end(&chip->info_seq);
	preempt_enable();
}

void ttmem_chip_read_info(struct ttmem_chip *chip, struct ttmem_chip_info *info)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&chip->info_seq);
		*info = chip->info;
	} while (read_seqcount_retry(&chip->info_seq, seq));
}

/*
 * Owners that have died while others keep their files, and entries that were published in rings and
 * are not yet in the books.
 */
static void ttmem_chip_figures_pending(struct ttmem_chip *chip, u64 *entries, bool *clearing)
{
	struct ttmem_attachment *a;

	spin_lock(&chip->list_lock);
	list_for_each_entry(a, &chip->attachments, of_chip) {
		*entries += ttmem_ring_pending(a);
		*clearing |= ttmem_client_owner_is_dead(a->client);
	}
	spin_unlock(&chip->list_lock);
}

/* As published: takes no lock that a reporter holds for longer than a list needs. */
void ttmem_chip_figures(struct ttmem_chip *chip, struct tt_memstat_figures *figures)
{
	struct ttmem_chip_info info;
	struct ttmem_state state;
	bool clearing;
	u64 pending = 0;

	memset(figures, 0, sizeof(*figures));
	ttmem_chip_read_info(chip, &info);
	ttmem_published_read(&chip->published, &state);
	clearing = state.clearing;
	ttmem_chip_figures_pending(chip, &pending, &clearing);
	ttmem_figures_chip(&state, ttmem_clock_ns(), figures);
	ttmem_figure_set(figures, TT_MEMSTAT_FIG_CLEARING, clearing);
	ttmem_figure_set(figures, TT_MEMSTAT_FIG_RING_PENDING, pending);
	if (info.geometry.grid_x)
		ttmem_figure_set(figures, TT_MEMSTAT_FIG_TENSIX_TOTAL,
				 ttmem_arch_cores(ttmem_arch_get(info.geometry.arch)));
	if (info.geometry.valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK)
		ttmem_figure_set(figures, TT_MEMSTAT_FIG_TENSIX_HARVESTING,
				 info.geometry.tensix_mask);
	ttmem_figure_set(figures, TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS, info.conflicts);
	ttmem_alert_figures(chip, figures);
}

int ttmem_chips_init(void)
{
	int err;

	ttmem_free_wq = alloc_workqueue("tt_memstat_free", WQ_UNBOUND, 0);
	if (!ttmem_free_wq)
		return -ENOMEM;
	ttmem_wq = alloc_workqueue("tt_memstat", WQ_UNBOUND, 0);
	if (!ttmem_wq) {
		destroy_workqueue(ttmem_free_wq);
		return -ENOMEM;
	}
	ttmem_sysfs_chip_init();
	ttmem_sysfs_client_init();
	err = class_register(&ttmem_class);
	if (err) {
		destroy_workqueue(ttmem_wq);
		destroy_workqueue(ttmem_free_wq);
	}
	return err;
}

/* No file is open, so no chip has clients; those left are the administrator's virtual chips. */
void ttmem_chips_exit(void)
{
	struct ttmem_chip *chip;
	unsigned long index = 0;

	for (; (chip = ttmem_chip_next(&index)); index++) {
		ttmem_chip_destroy(chip);
		ttmem_chip_put(chip);
	}
	class_unregister(&ttmem_class);
	ttmem_module_refs_exit();
	destroy_workqueue(ttmem_wq);
	destroy_workqueue(ttmem_free_wq);
	ttmem_users_exit();
	xa_destroy(&ttmem_chips);
}
