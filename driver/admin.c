// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the administrator says of a chip: its geometry and its identity, until he withdraws it.
 *
 * Knows how a geometry replaces another while clients are attached. Does not know what that does
 * to their books (ledger/refit.c), nor what an attaching runtime may say (attach.c).
 *
 * The gateways' lock makes each call one step, and guards what is remembered of the place.
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
#include "place.h"
#include "ring.h"

#define TTM_CLEAR_BUDGET 1024

/* Under the chip lock. */
static void ttm_admin_refit(struct ttm_chip *chip, const struct tt_memstat_geometry *g,
			    struct ttm_fund *fund)
{
	ttm_ledger_refit(&chip->ledger, g, fund);
	ttm_rings_withdraw(chip);
}

/* Under the chip lock: the first geometry of a chip that may have clients, but no record yet. */
void ttm_chip_adopt_geometry(struct ttm_chip *chip, const struct tt_memstat_geometry *g,
			     enum ttm_source source)
{
	struct ttm_fund none = {};

	chip->geometry = *g;
	chip->source = source;
	ttm_admin_refit(chip, g, &none);
}

/*
 * The bulk of what is live, without keeping others from the chip for long. They may go on
 * reporting, so the number of steps is bounded, and there may be something left.
 */
static void ttm_admin_clear(struct ttm_chip *chip)
{
	u64 steps = U64_MAX;
	bool more;

	do {
		struct ttm_fund fund = {};

		mutex_lock(&chip->lock);
		fund.arch = chip->ledger.arch;
		if (steps == U64_MAX)
			steps = chip->ledger.records + 2 * TTM_MAX_CLIENTS;
		ttm_ledger_begin(&chip->ledger);
		more = !chip->dead &&
		       ttm_ledger_clear_step(&chip->ledger, TTM_CLEAR_BUDGET, &fund);
		ttm_notify_arm(chip);
		mutex_unlock(&chip->lock);
		ttm_fund_empty(&fund);
		cond_resched();
	} while (more && steps--);
}

/* Under the chip lock. Whether @g (NULL: unknown) is what the chip has. */
static bool ttm_admin_agrees(const struct ttm_chip *chip, const struct tt_memstat_geometry *g)
{
	if (!g || !chip->geometry.arch)
		return !g && !chip->geometry.arch;
	return ttm_geometry_equal(&chip->geometry, g);
}

/* Under the chip lock. An equal geometry may still tell another mask, and a new source. */
static void ttm_admin_change(struct ttm_chip *chip, const struct tt_memstat_geometry *g,
			     struct ttm_fund *fund)
{
	if (!ttm_admin_agrees(chip, g)) {
		fund->arch = chip->ledger.arch;
		ttm_admin_refit(chip, g, fund);
	}
	if (g)
		chip->geometry = *g;
	else
		memset(&chip->geometry, 0, sizeof(chip->geometry));
	chip->source = g ? TTM_SOURCE_ADMIN : TTM_SOURCE_NONE;
	chip->told_by = NULL;
	ttm_notify_arm(chip);
}

/* Under the chip lock. @fund: takes what that frees. */
void ttm_chip_forget_geometry(struct ttm_chip *chip, struct ttm_fund *fund)
{
	ttm_admin_change(chip, NULL, fund);
}

/* @g, @identity: what is said from now on; @g NULL: nothing, and @identity is empty. */
static int ttm_admin_describe(struct ttm_chip *chip, const struct tt_memstat_geometry *g,
			      const struct ttm_identity *identity, bool force)
{
	struct ttm_fund fund = {};
	bool clear;
	int err;

	if (g && chip->arch && chip->arch != g->arch)
		return -EINVAL;
	err = ttm_attachments_settle(chip);
	if (err)
		return err;
	mutex_lock(&chip->lock);
	clear = !ttm_admin_agrees(chip, g) && ttm_ledger_is_live(&chip->ledger);
	mutex_unlock(&chip->lock);
	if (clear && !force)
		return -EBUSY;
	if (clear)
		ttm_admin_clear(chip);

	mutex_lock(&chip->lock);
	if (chip->dead)
		err = -ENODEV;
	else if (!force && !ttm_admin_agrees(chip, g) && ttm_ledger_is_live(&chip->ledger))
		err = -EBUSY;
	if (!err) {
		ttm_admin_change(chip, g, &fund);
		chip->identity = *identity;
	}
	mutex_unlock(&chip->lock);
	ttm_fund_empty(&fund);
	return err;
}

/* With a reference, or an error. */
static struct ttm_chip *ttm_admin_chip(const struct tt_memstat_geometry_set *arg, bool create)
{
	struct ttm_chip *chip = ttm_chip_get(arg->chip), *remote;

	if (!chip)
		return ERR_PTR(-ENODEV);
	if (arg->flags & TT_MEMSTAT_GEOMETRY_REMOTE) {
		remote = ttm_remote_get(chip, arg->asic_location, create);
		ttm_chip_put(chip);
		return remote;
	}
	if (chip->kind == TTM_CHIP_VIRTUAL) {
		ttm_chip_put(chip);
		return ERR_PTR(-EOPNOTSUPP);
	}
	return chip;
}

static void ttm_admin_identity(const struct ttm_chip *chip,
			       const struct tt_memstat_geometry_set *arg,
			       struct ttm_identity *identity)
{
	memset(identity, 0, sizeof(*identity));
	if (chip->place->remote) {
		identity->located = true;
		identity->asic_location = chip->place->location;
	} else if (arg->flags & TT_MEMSTAT_GEOMETRY_LOCATION) {
		identity->located = true;
		identity->asic_location = arg->asic_location;
	}
	identity->unique_id = arg->unique_id;
	identity->board_id = arg->board_id;
	strscpy(identity->board, arg->board, sizeof(identity->board));
}

/* @g: NULL to withdraw what was said. */
static int ttm_admin_say(struct tt_memstat_geometry_set *arg, const struct tt_memstat_geometry *g)
{
	bool force = arg->flags & TT_MEMSTAT_GEOMETRY_FORCE;
	struct ttm_identity identity;
	struct ttm_chip *chip;
	int err;

	ttm_gateways_lock();
	chip = ttm_admin_chip(arg, g);
	if (IS_ERR(chip)) {
		ttm_gateways_unlock();
		return PTR_ERR(chip);
	}
	ttm_admin_identity(chip, arg, &identity);
	err = ttm_admin_describe(chip, g, &identity, force);
	if (!err) {
		chip->place->imported = g;
		if (g)
			chip->place->geometry = *g;
		chip->place->identity = identity;
		arg->chip_out = chip->number;
	}
	mutex_lock(&chip->lock);
	ttm_remote_idle(chip);
	mutex_unlock(&chip->lock);
	ttm_gateways_unlock();
	ttm_chip_put(chip);
	return err;
}

static int ttm_admin_check(const struct tt_memstat_geometry_set *arg)
{
	const u32 where = TT_MEMSTAT_GEOMETRY_REMOTE | TT_MEMSTAT_GEOMETRY_LOCATION;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (arg->reserved || (arg->asic_location && !(arg->flags & where)))
		return -EINVAL;
	return strnlen(arg->board, sizeof(arg->board)) == sizeof(arg->board) ? -EINVAL : 0;
}

int ttm_ioctl_geometry_set(struct ttm_client *client, void *data)
{
	struct tt_memstat_geometry_set *arg = data;
	struct tt_memstat_geometry geometry;
	int err;

	err = ttm_admin_check(arg);
	if (!err)
		err = ttm_geometry_derive(&arg->geometry, &geometry);
	return err ?: ttm_admin_say(arg, &geometry);
}

int ttm_ioctl_geometry_unset(struct ttm_client *client, void *data)
{
	struct tt_memstat_geometry_set *arg = data;
	int err;

	err = ttm_admin_check(arg);
	if (err)
		return err;
	if (memchr_inv(&arg->geometry, 0, sizeof(arg->geometry)) || arg->unique_id ||
	    arg->board_id || arg->board[0])
		return -EINVAL;
	return ttm_admin_say(arg, NULL);
}
