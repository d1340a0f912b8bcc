// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the administrator says of a chip: its geometry and its identity, until he withdraws it.
 *
 * Knows how a geometry replaces another while clients are attached. Does not know what that does
 * to their books (ledger/geometry_change.c), nor what an attaching runtime may say (attach.c).
 *
 * The gateways' lock makes each call one step, and guards the slots.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "admin.h"
#include "attachment.h"
#include "chip.h"
#include "gateway.h"
#include "geometry.h"
#include "ioctl.h"
#include "notify.h"
#include "slot.h"
#include "ring.h"

#define TTMEM_CLEAR_BUDGET 1024

/* Under the chip lock. */
static void ttmem_admin_change_geometry(struct ttmem_chip *chip,
					const struct tt_memstat_geometry *g,
					struct ttmem_prealloc *prealloc)
{
	ttmem_ledger_change_geometry(&chip->ledger, g, prealloc);
	ttmem_rings_withdraw(chip);
}

/* Under the chip lock: the first geometry of a chip that may have clients, but no record yet. */
void ttmem_chip_adopt_geometry(struct ttmem_chip *chip, const struct tt_memstat_geometry *g,
			       enum ttmem_source source)
{
	struct ttmem_prealloc none = {};

	chip->geometry = *g;
	chip->source = source;
	ttmem_admin_change_geometry(chip, g, &none);
}

/*
 * The bulk of what is live, without keeping others from the chip for long. They may go on
 * reporting, so the number of steps is bounded, and there may be something left.
 */
static void ttmem_admin_clear(struct ttmem_chip *chip)
{
	u64 steps = U64_MAX;
	bool more;

	do {
		struct ttmem_prealloc prealloc = {};

		mutex_lock(&chip->lock);
		prealloc.arch = chip->ledger.arch;
		if (steps == U64_MAX)
			steps = chip->ledger.records + 2 * TTMEM_MAX_CLIENTS;
		ttmem_ledger_begin(&chip->ledger);
		more = !chip->dead &&
		       ttmem_ledger_clear_step(&chip->ledger, TTMEM_CLEAR_BUDGET, &prealloc);
		ttmem_notify_arm(chip);
		mutex_unlock(&chip->lock);
		ttmem_prealloc_free(&prealloc);
		cond_resched();
	} while (more && steps--);
}

/* Under the chip lock. Whether @g (NULL: unknown) is what the chip has. */
static bool ttmem_admin_agrees(const struct ttmem_chip *chip, const struct tt_memstat_geometry *g)
{
	if (!g || !chip->geometry.arch)
		return !g && !chip->geometry.arch;
	return ttmem_geometry_equal(&chip->geometry, g);
}

/* Under the chip lock. An equal geometry may still tell another mask, and a new source. */
static void ttmem_admin_change(struct ttmem_chip *chip, const struct tt_memstat_geometry *g,
			       struct ttmem_prealloc *prealloc)
{
	if (!ttmem_admin_agrees(chip, g)) {
		prealloc->arch = chip->ledger.arch;
		ttmem_admin_change_geometry(chip, g, prealloc);
	}
	if (g)
		chip->geometry = *g;
	else
		memset(&chip->geometry, 0, sizeof(chip->geometry));
	chip->source = g ? TTMEM_SOURCE_ADMIN : TTMEM_SOURCE_NONE;
	chip->geometry_owner = NULL;
	ttmem_notify_arm(chip);
}

/* Under the chip lock. @prealloc: receives what that frees. */
void ttmem_chip_forget_geometry(struct ttmem_chip *chip, struct ttmem_prealloc *prealloc)
{
	ttmem_admin_change(chip, NULL, prealloc);
}

/* @g, @identity: what is said from now on; @g NULL: nothing, and @identity is empty. */
static int ttmem_admin_apply_geometry(struct ttmem_chip *chip, const struct tt_memstat_geometry *g,
				      const struct ttmem_identity *identity, bool force)
{
	struct ttmem_prealloc prealloc = {};
	bool clear;
	int err;

	if (g && chip->arch && chip->arch != g->arch)
		return -EINVAL;
	err = ttmem_attachments_sync(chip);
	if (err)
		return err;
	mutex_lock(&chip->lock);
	clear = !ttmem_admin_agrees(chip, g) && ttmem_ledger_is_live(&chip->ledger);
	mutex_unlock(&chip->lock);
	if (clear && !force)
		return -EBUSY;
	if (clear)
		ttmem_admin_clear(chip);

	mutex_lock(&chip->lock);
	if (chip->dead)
		err = -ENODEV;
	else if (!force && !ttmem_admin_agrees(chip, g) && ttmem_ledger_is_live(&chip->ledger))
		err = -EBUSY;
	if (!err) {
		ttmem_admin_change(chip, g, &prealloc);
		chip->identity = *identity;
	}
	mutex_unlock(&chip->lock);
	ttmem_prealloc_free(&prealloc);
	return err;
}

/* With a reference, or an error. */
static struct ttmem_chip *ttmem_admin_chip(const struct tt_memstat_geometry_set *arg, bool create)
{
	struct ttmem_chip *chip = ttmem_chip_get(arg->chip), *remote;

	if (!chip)
		return ERR_PTR(-ENODEV);
	if (arg->flags & TT_MEMSTAT_GEOMETRY_REMOTE) {
		remote = ttmem_remote_get(chip, arg->asic_location, NULL, create ? 0 : -ENODEV);
		ttmem_chip_put(chip);
		return remote;
	}
	if (chip->kind == TTMEM_CHIP_VIRTUAL) {
		ttmem_chip_put(chip);
		return ERR_PTR(-EOPNOTSUPP);
	}
	return chip;
}

static void ttmem_admin_identity(const struct ttmem_chip *chip,
				 const struct tt_memstat_geometry_set *arg,
				 struct ttmem_identity *identity)
{
	memset(identity, 0, sizeof(*identity));
	if (chip->slot->remote) {
		identity->located = true;
		identity->asic_location = chip->slot->location;
	} else if (arg->flags & TT_MEMSTAT_GEOMETRY_LOCATION) {
		identity->located = true;
		identity->asic_location = arg->asic_location;
	}
	identity->unique_id = arg->unique_id;
	identity->board_id = arg->board_id;
	strscpy(identity->board, arg->board, sizeof(identity->board));
}

/* @g: NULL to withdraw what was said. */
static int ttmem_admin_set_geometry(struct tt_memstat_geometry_set *arg,
				    const struct tt_memstat_geometry *g)
{
	bool force = arg->flags & TT_MEMSTAT_GEOMETRY_FORCE;
	struct ttmem_identity identity;
	struct ttmem_chip *chip;
	int err;

	ttmem_gateways_lock();
	chip = ttmem_admin_chip(arg, g);
	if (IS_ERR(chip)) {
		ttmem_gateways_unlock();
		return PTR_ERR(chip);
	}
	ttmem_admin_identity(chip, arg, &identity);
	err = ttmem_admin_apply_geometry(chip, g, &identity, force);
	if (!err) {
		chip->slot->imported = g;
		if (g)
			chip->slot->geometry = *g;
		chip->slot->identity = identity;
		arg->chip_out = chip->number;
	}
	mutex_lock(&chip->lock);
	ttmem_remote_idle(chip);
	mutex_unlock(&chip->lock);
	ttmem_gateways_unlock();
	ttmem_chip_put(chip);
	return err;
}

static int ttmem_admin_check(const struct tt_memstat_geometry_set *arg)
{
	const u32 where = TT_MEMSTAT_GEOMETRY_REMOTE | TT_MEMSTAT_GEOMETRY_LOCATION;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (arg->reserved || (arg->asic_location && !(arg->flags & where)))
		return -EINVAL;
	return strnlen(arg->board, sizeof(arg->board)) == sizeof(arg->board) ? -EINVAL : 0;
}

int ttmem_ioctl_geometry_set(struct ttmem_client *client, void *data)
{
	struct tt_memstat_geometry_set *arg = data;
	struct tt_memstat_geometry geometry;
	int err;

	err = ttmem_admin_check(arg);
	if (!err)
		err = ttmem_geometry_derive(&arg->geometry, &geometry);
	return err ?: ttmem_admin_set_geometry(arg, &geometry);
}

int ttmem_ioctl_geometry_unset(struct ttmem_client *client, void *data)
{
	struct tt_memstat_geometry_set *arg = data;
	int err;

	err = ttmem_admin_check(arg);
	if (err)
		return err;
	if (memchr_inv(&arg->geometry, 0, sizeof(arg->geometry)) || arg->unique_id ||
	    arg->board_id || arg->board[0])
		return -EINVAL;
	return ttmem_admin_set_geometry(arg, NULL);
}
