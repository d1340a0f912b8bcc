// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gateways: PCI functions, and the chips behind each.
 *
 * The gateways' mutex serialises everything that comes and goes. Neither readers of sysfs nor
 * the end of an attachment take it, since a removal under it may wait for them: a remote chip that
 * has lost its last attachment is left to a worker.
 *
 * Slots keep a chip's number and import while the chip is away. They are few: one for each PCI
 * address and ASIC location that ever had a chip.
 */
#include "private.h"

DEFINE_MUTEX(ttmem_gateways_mutex);
static bool ttmem_gateways_closed;
static LIST_HEAD(ttmem_slots);

/*
 * The worker removes remote chips that have neither clients nor an import, some time after the last
 * client left: a process that attaches in a loop must not cause a device event each time.
 */
static void ttmem_remotes_remove_idle(struct work_struct *work);
static DECLARE_DELAYED_WORK(ttmem_remotes_work, ttmem_remotes_remove_idle);

/*
 * The slot of an address, made when it is new; @location: of a remote chip, else 0. -ENOMEM, or
 * -ENAMETOOLONG for an address that the uAPI cannot express.
 */
static struct ttmem_slot *ttmem_slot_get(const char *pci, bool remote, u32 location)
{
	struct ttmem_slot *slot;

	list_for_each_entry(slot, &ttmem_slots, of_slots)
		if (slot->remote == remote && slot->location == location &&
		    !strcmp(slot->pci, pci))
			return slot;
	if (strlen(pci) >= sizeof(slot->pci))
		return ERR_PTR(-ENAMETOOLONG);
	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return ERR_PTR(-ENOMEM);
	strscpy(slot->pci, pci, sizeof(slot->pci));
	slot->remote = remote;
	slot->location = location;
	list_add_tail(&slot->of_slots, &ttmem_slots);
	return slot;
}

/* Restore the import of this slot, unless another architecture is plugged in now. */
static void ttmem_gateway_recall(struct ttmem_chip *chip)
{
	struct ttmem_slot *slot = chip->slot;

	if (slot->imported && chip->ledger.arch != slot->geometry.arch) {
		dev_info(chip->function, "tt_memstat: not the chip that was imported, forgotten\n");
		slot->imported = false;
	}
	if (slot->imported) {
		chip->identity = slot->identity;
		chip->source = TTMEM_SOURCE_ADMIN;
		ttmem_ledger_set_geometry(&chip->ledger, &slot->geometry);
	}
	if (slot->remote) {
		chip->identity.located = true;
		chip->identity.asic_location = slot->location;
	}
}

/* A new chip behind a function, with a reference, or an error. @user: its maker, or NULL. */
static struct ttmem_chip *ttmem_gateway_make(struct device *function, bool remote, u32 location,
					     u32 arch, struct ttmem_user *user)
{
	struct ttmem_slot *slot = ttmem_slot_get(dev_name(function), remote, location);
	struct tt_memstat_geometry most;
	struct ttmem_chip *chip;
	int err;

	if (IS_ERR(slot))
		return ERR_CAST(slot);
	chip = ttmem_chip_alloc(slot->remote ? TTMEM_CHIP_REMOTE : TTMEM_CHIP_LOCAL);
	if (!chip)
		return ERR_PTR(-ENOMEM);
	ttmem_geometry_whole(arch, &most);
	ttmem_ledger_set_bounds(&chip->ledger, &most);
	chip->slot = slot;
	chip->user = ttmem_user_hold(user);
	chip->function = get_device(function);
	chip->remove_idle = slot->remote ? &ttmem_remotes_work : NULL;
	chip->dev.parent = function;
	device_set_pm_not_required(&chip->dev);
	ttmem_gateway_recall(chip);
	err = ttmem_chip_add(chip);
	if (err) {
		ttmem_chip_put(chip);
		return ERR_PTR(err);
	}
	return chip;
}

/* As ttmem_chip_next(), of the chips behind a function. */
static struct ttmem_chip *ttmem_gateway_next(const struct device *function,
					     struct ttmem_chip *chip)
{
	bool behind = false;

	while (!behind && (chip = ttmem_chip_next(chip))) {
		spin_lock(&chip->lock);
		behind = chip->function == function;
		spin_unlock(&chip->lock);
	}
	return chip;
}

/* The function's own chip, with a reference; NULL: none. */
static struct ttmem_chip *ttmem_gateway_local(const struct device *function)
{
	struct ttmem_chip *chip = NULL;

	do {
		chip = ttmem_gateway_next(function, chip);
	} while (chip && chip->kind != TTMEM_CHIP_LOCAL);
	return chip;
}

/* Make the chips that were imported behind a function; they are of its arch. */
static void ttmem_gateway_make_imported(struct device *function, u32 arch)
{
	struct ttmem_slot *slot;
	struct ttmem_chip *chip;

	list_for_each_entry(slot, &ttmem_slots, of_slots) {
		if (!slot->remote || !slot->imported || strcmp(slot->pci, dev_name(function)))
			continue;
		chip = ttmem_gateway_make(function, true, slot->location, arch, NULL);
		if (!IS_ERR(chip))
			ttmem_chip_put(chip);
		else
			dev_warn(function,
				 "tt_memstat: the imported chip at location %u is missing: %ld\n",
				 slot->location, PTR_ERR(chip));
	}
	/* Remove those whose import was forgotten: they are of another architecture. */
	ttmem_remotes_check();
}

/**
 * ttmem_gateway_add - a function is there
 * @function: which; may have been seen already
 * @arch: of its chip
 *
 * Return: 0 or an error.
 */
int ttmem_gateway_add(struct device *function, u32 arch)
{
	struct ttmem_chip *chip;
	int err = 0;

	mutex_lock(&ttmem_gateways_mutex);
	chip = ttmem_gateways_closed ? NULL : ttmem_gateway_local(function);
	if (!chip && !ttmem_gateways_closed) {
		chip = ttmem_gateway_make(function, false, 0, arch, NULL);
		if (!IS_ERR(chip))
			ttmem_gateway_make_imported(function, arch);
	}
	if (IS_ERR(chip))
		err = PTR_ERR(chip);
	else if (chip)
		ttmem_chip_put(chip);
	mutex_unlock(&ttmem_gateways_mutex);
	return err;
}

/* A function goes: all that is behind it is gone when this returns, its own chip first. */
void ttmem_gateway_remove(struct device *function)
{
	struct ttmem_chip *chip = NULL;

	mutex_lock(&ttmem_gateways_mutex);
	while ((chip = ttmem_gateway_next(function, chip)))
		ttmem_chip_destroy(chip);
	mutex_unlock(&ttmem_gateways_mutex);
}

/*
 * The remote chip at a location, with a reference. Without one: @missing, or -ENOSPC if @user may
 * have no more behind this function; NULL if the chip may be made.
 */
static struct ttmem_chip *ttmem_remote_find(const struct device *function, u32 location,
					    const struct ttmem_user *user, int missing)
{
	struct ttmem_chip *chip = NULL;
	unsigned int n = 0, mine = 0;

	while ((chip = ttmem_gateway_next(function, chip))) {
		if (chip->kind != TTMEM_CHIP_REMOTE)
			continue;
		if (chip->slot->location == location)
			return chip;
		n++;
		/* Imported chips belong to no user. */
		mine += !chip->slot->imported && chip->user == user;
	}
	if (!missing && !ttmem_limits_room(TTMEM_MAX_REMOTE, n, mine))
		missing = -ENOSPC;
	return ERR_PTR(missing);
}

/**
 * ttmem_remote_get - the chip at a location behind a gateway
 * @gateway: its chip
 * @location: its ASIC location
 * @user: the caller; NULL: the administrator
 * @missing: 0: make the chip if there is none; else the error to return then
 *
 * Context: the gateways' mutex is held.
 * Return: the chip with a reference, or an error: -EOPNOTSUPP: not a gateway; -ENODEV: it is gone,
 * or has no such chip; -EINVAL: impossible location; -ENOSPC: too many chips behind the gateway,
 * or too many of this user's; -EAGAIN: the user has made too many devices of late.
 */
struct ttmem_chip *ttmem_remote_get(struct ttmem_chip *gateway, u32 location,
				    struct ttmem_user *user, int missing)
{
	struct device *function;
	struct ttmem_chip *chip;
	int err = 0;

	lockdep_assert_held(&ttmem_gateways_mutex);
	if (gateway->kind != TTMEM_CHIP_LOCAL)
		return ERR_PTR(-EOPNOTSUPP);
	if (location >= TTMEM_MAX_LOCATIONS)
		return ERR_PTR(-EINVAL);
	function = ttmem_chip_function(gateway);
	if (!function)
		return ERR_PTR(-ENODEV);
	chip = ttmem_remote_find(function, location, user, missing);
	if (!chip && user)
		err = ttmem_user_take_device(user);
	if (!chip)
		chip = err ? ERR_PTR(err) :
			     ttmem_gateway_make(function, true, location, gateway->ledger.arch,
						user);
	put_device(function);
	return chip;
}

/* Keep a remote chip during an attach, until ttmem_remote_release(). 0 or -EINTR. */
int ttmem_remote_hold(struct ttmem_chip *chip)
{
	int err = mutex_lock_killable(&ttmem_gateways_mutex);

	if (err)
		return err;
	spin_lock(&chip->lock);
	chip->joining++;
	spin_unlock(&chip->lock);
	mutex_unlock(&ttmem_gateways_mutex);
	return 0;
}

/* The same for a chip that is found by its gateway, or made (ttmem_remote_get()). */
struct ttmem_chip *ttmem_remote_join(struct ttmem_chip *gateway, u32 location,
				     struct ttmem_user *user, int missing)
{
	struct ttmem_chip *chip;
	int err = mutex_lock_killable(&ttmem_gateways_mutex);

	if (err)
		return ERR_PTR(err);
	chip = ttmem_remote_get(gateway, location, user, missing);
	if (!IS_ERR(chip)) {
		spin_lock(&chip->lock);
		chip->joining++;
		spin_unlock(&chip->lock);
	}
	mutex_unlock(&ttmem_gateways_mutex);
	return chip;
}

static void ttmem_remotes_remove_idle(struct work_struct *work)
{
	struct ttmem_chip *chip = NULL;
	bool idle, again = false;

	mutex_lock(&ttmem_gateways_mutex);
	while ((chip = ttmem_chip_next(chip))) {
		spin_lock(&chip->lock);
		idle = chip->kind == TTMEM_CHIP_REMOTE && !chip->slot->imported &&
		       !chip->joining && list_empty(&chip->attachments);
		if (idle && chip->linger_until > ttmem_clock_ns()) {
			idle = false;
			again = true;
		}
		spin_unlock(&chip->lock);
		if (idle)
			ttmem_chip_destroy(chip);
	}
	mutex_unlock(&ttmem_gateways_mutex);
	if (again)
		queue_delayed_work(ttmem_wq, &ttmem_remotes_work, HZ);
}

/* Have the worker look for idle remote chips now. */
void ttmem_remotes_check(void)
{
	mod_delayed_work(ttmem_wq, &ttmem_remotes_work, 0);
}

/* The attach is over, with or without success. */
void ttmem_remote_release(struct ttmem_chip *chip)
{
	spin_lock(&chip->lock);
	chip->joining--;
	ttmem_chip_linger(chip);
	spin_unlock(&chip->lock);
}

/* Add nothing from now on, and remove what there is; no file is open. */
void ttmem_gateways_close(void)
{
	struct ttmem_slot *slot, *next;
	struct ttmem_chip *chip = NULL;

	mutex_lock(&ttmem_gateways_mutex);
	ttmem_gateways_closed = true;
	while ((chip = ttmem_chip_next(chip)))
		if (chip->kind != TTMEM_CHIP_VIRTUAL)
			ttmem_chip_destroy(chip);
	mutex_unlock(&ttmem_gateways_mutex);
	cancel_delayed_work_sync(&ttmem_remotes_work);
	list_for_each_entry_safe(slot, next, &ttmem_slots, of_slots)
		kfree(slot);
}
