// SPDX-License-Identifier: GPL-2.0-only
/* CHIP_CREATE and CHIP_DESTROY: virtual chips for simulators, mock devices and tests. */
#include "private.h"

/*
 * Whether a virtual chip belongs to the client's user: the same uid, in a pid namespace where the
 * creator is visible.
 */
bool ttmem_chip_is_own(const struct ttmem_chip *chip, const struct ttmem_client *client)
{
	return chip->kind == TTMEM_CHIP_VIRTUAL && uid_eq(chip->uid, client->uid) &&
	       pid_vnr(chip->owner);
}

static int ttmem_virtual_charge(struct ttmem_chip *chip, struct ttmem_user *user, bool privileged)
{
	/* Check again with capable(): this failure refuses the call, so the audit log has it. */
	if (!privileged && !ttmem_limit(TTMEM_LIMIT_ALLOW_VIRTUAL) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	chip->user = ttmem_user_add_virtual(user, privileged);
	return chip->user ? ttmem_user_take_device(user) : -ENOSPC;
}

int ttmem_ioctl_chip_create(struct ttmem_client *client, void *data)
{
	struct tt_memstat_chip_create *arg = data;
	struct tt_memstat_geometry geometry;
	struct ttmem_chip *chip;
	bool privileged;
	int err;

	if (arg->reserved || strnlen(arg->board, sizeof(arg->board)) == sizeof(arg->board))
		return -EINVAL;
	err = ttmem_geometry_derive(&arg->geometry, &geometry);
	if (err)
		return err;
	privileged = ttmem_is_admin();
	chip = ttmem_chip_alloc(TTMEM_CHIP_VIRTUAL);
	if (!chip)
		return -ENOMEM;
	chip->uid = client->uid;
	chip->owner = get_pid(client->owner);
	chip->unprivileged = !privileged;
	chip->open = arg->flags & TT_MEMSTAT_CREATE_OPEN;
	chip->identity.unique_id = arg->unique_id;
	strscpy(chip->identity.board, arg->board, sizeof(chip->identity.board));
	if (!privileged || (arg->flags & TT_MEMSTAT_CREATE_EPHEMERAL)) {
		WRITE_ONCE(client->made_chips, true);
		chip->creator = client;
	}
	chip->source = TTMEM_SOURCE_CREATE;
	ttmem_ledger_describe(&chip->ledger, &geometry);
	err = ttmem_virtual_charge(chip, client->user, privileged);
	if (!err)
		err = ttmem_chip_add(chip);
	arg->chip = chip->number;
	ttmem_chip_put(chip);
	return err;
}

/* The answer could not be delivered: remove the chip. */
void ttmem_ioctl_chip_create_undo(struct ttmem_client *client, void *data)
{
	const struct tt_memstat_chip_create *arg = data;
	struct ttmem_chip *chip = ttmem_chip_get(arg->chip);

	if (!chip)
		return;
	ttmem_chip_destroy(chip);
	ttmem_chip_put(chip);
}

int ttmem_ioctl_chip_destroy(struct ttmem_client *client, void *data)
{
	const struct tt_memstat_chip_destroy *arg = data;
	struct ttmem_chip *chip;
	int err;

	if (arg->reserved)
		return -EINVAL;
	chip = ttmem_chip_get(arg->chip);
	if (!chip)
		return -ENODEV;
	if (chip->kind != TTMEM_CHIP_VIRTUAL)
		err = -EOPNOTSUPP;
	else if ((!chip->unprivileged || !ttmem_chip_is_own(chip, client)) &&
		 !capable(CAP_SYS_ADMIN))
		err = -EPERM;
	else
		err = wait_for_completion_killable(&chip->added) ?: ttmem_chip_destroy(chip);
	ttmem_chip_put(chip);
	return err;
}
