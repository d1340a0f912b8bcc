// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registry of chips: their numbers, and looking them up.
 *
 * A number is not reused while the module is loaded, except for the same slot.
 */
#include "private.h"

#define TTMEM_LINGER_NS	(10 * (u64)NSEC_PER_SEC)

static DEFINE_XARRAY_ALLOC(ttmem_chips);
static DEFINE_MUTEX(ttmem_chips_lock);	/* guards what follows */
static u32 ttmem_chips_next;
static unsigned int ttmem_chips_real;
static unsigned int ttmem_chips_virtual;
static unsigned int ttmem_chips_unprivileged;	/* of the virtual ones */

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
int ttmem_registry_reserve(struct ttmem_chip *chip)
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

/* The chip can be found from now on; the registry has a reference. */
void ttmem_registry_add(struct ttmem_chip *chip)
{
	get_device(&chip->dev);
	/* Room was reserved: this does not fail. */
	xa_store(&ttmem_chips, chip->number, chip, GFP_KERNEL);
}

/*
 * Undo ttmem_registry_reserve() and, if it was called, ttmem_registry_add(), whose reference the
 * caller then puts.
 */
void ttmem_registry_remove(struct ttmem_chip *chip)
{
	mutex_lock(&ttmem_chips_lock);
	xa_erase(&ttmem_chips, chip->number);
	ttmem_chip_count(chip, -1);
	mutex_unlock(&ttmem_chips_lock);
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

/*
 * The chip after @from, with a reference, and put @from; NULL as @from: the first; NULL: no more.
 * So a loop that does not end by itself has a reference to put.
 */
struct ttmem_chip *ttmem_chip_next(struct ttmem_chip *from)
{
	unsigned long number = from ? from->number + 1 : 0;
	struct ttmem_chip *chip;

	xa_lock(&ttmem_chips);
	chip = xa_find(&ttmem_chips, &number, ULONG_MAX, XA_PRESENT);
	if (chip)
		get_device(&chip->dev);
	xa_unlock(&ttmem_chips);
	if (from)
		ttmem_chip_put(from);
	return chip;
}

/*
 * Under the chip lock: a client has left. A remote chip without clients lingers a while and is then
 * removed (gateway.c). The work runs once a second at most, however often clients come and go.
 */
void ttmem_chip_linger(struct ttmem_chip *chip)
{
	chip->linger_until = ttmem_clock_ns() + TTMEM_LINGER_NS;
	if (chip->remove_idle)
		queue_delayed_work(ttmem_wq, chip->remove_idle, HZ);
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
