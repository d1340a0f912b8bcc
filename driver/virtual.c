// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual chips: for simulators, mock devices, tests and demonstrations.
 *
 * Knows who may make and remove one. Does not know how a chip is registered.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "chip.h"
#include "client.h"
#include "geometry.h"
#include "ioctl.h"
#include "limits.h"

static int ttm_virtual_charge(struct ttm_chip *chip, bool privileged)
{
	struct ttm_limits limits;
	int err = 0;

	ttm_limits_get(&limits);
	if (!privileged && !limits.allow_virtual)
		return -EPERM;
	chip->user = ttm_user_get(chip->uid);
	if (!chip->user)
		return -ENOMEM;
	if (privileged)
		ttm_user_charge_unlimited(chip->user, TTM_QUOTA_VIRTUAL, 1);
	else
		err = ttm_user_charge(chip->user, TTM_QUOTA_VIRTUAL, 1);
	chip->charged = !err;
	return err;
}

int ttm_ioctl_chip_create(struct ttm_client *client, void *data)
{
	struct tt_memstat_chip_create *arg = data;
	struct tt_memstat_geometry geometry;
	bool privileged;
	struct ttm_chip *chip;
	int err;

	if (arg->reserved || strnlen(arg->board, sizeof(arg->board)) == sizeof(arg->board))
		return -EINVAL;
	err = ttm_geometry_derive(&arg->geometry, &geometry);
	if (err)
		return err;
	privileged = capable(CAP_SYS_ADMIN);
	chip = ttm_chip_alloc(TTM_CHIP_VIRTUAL);
	if (!chip)
		return -ENOMEM;
	chip->uid = client->uid;
	chip->unprivileged = !privileged;
	chip->open = arg->flags & TT_MEMSTAT_CREATE_OPEN;
	chip->identity.unique_id = arg->unique_id;
	strscpy(chip->identity.board, arg->board, sizeof(chip->identity.board));
	if (!privileged || (arg->flags & TT_MEMSTAT_CREATE_EPHEMERAL))
		chip->creator = client;
	ttm_chip_set_geometry(chip, &geometry, TTM_SOURCE_CREATE);
	err = ttm_virtual_charge(chip, privileged);
	if (!err)
		err = ttm_chip_add(chip);
	if (err) {
		ttm_chip_put(chip);
		return err;
	}
	arg->chip = chip->number;
	return 0;
}

/* A chip whose number could not be told to its creator. */
void ttm_ioctl_chip_create_undo(struct ttm_client *client, void *data)
{
	const struct tt_memstat_chip_create *arg = data;
	struct ttm_chip *chip = ttm_chip_get(arg->chip);

	if (!chip)
		return;
	ttm_chip_destroy(chip);
	ttm_chip_put(chip);
}

int ttm_ioctl_chip_destroy(struct ttm_client *client, void *data)
{
	const struct tt_memstat_chip_destroy *arg = data;
	struct ttm_chip *chip;
	int err;

	if (arg->reserved)
		return -EINVAL;
	chip = ttm_chip_get(arg->chip);
	if (!chip)
		return -ENODEV;
	if (chip->kind != TTM_CHIP_VIRTUAL)
		err = -EOPNOTSUPP;
	else if (!uid_eq(chip->uid, client->uid) && !capable(CAP_SYS_ADMIN))
		err = -EPERM;
	else
		err = ttm_chip_destroy(chip);
	ttm_chip_put(chip);
	return err;
}
