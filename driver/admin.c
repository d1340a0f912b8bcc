// SPDX-License-Identifier: GPL-2.0-only
/*
 * GEOMETRY_SET and GEOMETRY_UNSET: the administrator describes a chip, until he withdraws it.
 *
 * The gateways' mutex makes each call one step. Clients that relied on another geometry end; their
 * memory is taken off after the mutex is dropped.
 */
#include "private.h"

/*
 * Under the chip lock: make @g, which may know no side, bind every client. With @force, end clients
 * that rely on another geometry; the caller takes their memory off later.
 */
static int ttmem_admin_bind(struct ttmem_chip *chip, const struct tt_memstat_geometry *g,
			    bool force)
{
	struct ttmem_attachment *a;

	if (chip->dead)
		return -ENODEV;
	list_for_each_entry(a, &chip->attachments, of_chip) {
		if (!ttmem_ledger_client_relies(&a->books, g))
			continue;
		if (!force)
			return -EBUSY;
		ttmem_attachment_end(a, -ESTALE);
	}
	ttmem_ledger_set_geometry(&chip->ledger, g);
	chip->ledger.sums.generation++;
	chip->source = ttmem_geometry_sides(g) ? TTMEM_SOURCE_ADMIN : TTMEM_SOURCE_NONE;
	ttmem_publish(chip, NULL);
	return 0;
}

/* @g NULL: withdraw the description; @identity is empty then. */
static int ttmem_admin_apply_geometry(struct ttmem_chip *chip, const struct tt_memstat_geometry *g,
				      const struct ttmem_identity *identity, bool force)
{
	struct tt_memstat_geometry geometry = chip->ledger.binding;
	int err;

	ttmem_geometry_forget(&geometry, U32_MAX);
	if (g && (g->arch != geometry.arch || g->l1_bytes != geometry.l1_bytes ||
		  g->dram_bank_bytes != geometry.dram_bank_bytes))
		return -EINVAL;
	spin_lock(&chip->lock);
	err = ttmem_admin_bind(chip, g ?: &geometry, force);
	if (!err) {
		chip->identity = *identity;
		ttmem_publish_info(chip);
	}
	spin_unlock(&chip->lock);
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
	const struct ttmem_slot *slot = chip->slot;

	*identity = (struct ttmem_identity) {
		.unique_id = arg->unique_id,
		.board_id = arg->board_id,
		.located = slot->remote || (arg->flags & TT_MEMSTAT_GEOMETRY_LOCATION),
		.asic_location = slot->remote ? slot->location : arg->asic_location,
	};
	strscpy(identity->board, arg->board, sizeof(identity->board));
}

/* @g NULL: withdraw the description. */
static int ttmem_admin_set_geometry(struct tt_memstat_geometry_set *arg,
				    const struct tt_memstat_geometry *g)
{
	bool force = arg->flags & TT_MEMSTAT_GEOMETRY_FORCE;
	struct ttmem_identity identity;
	struct ttmem_chip *chip;
	int err;

	mutex_lock(&ttmem_gateways_mutex);
	chip = ttmem_admin_chip(arg, g);
	if (IS_ERR(chip)) {
		mutex_unlock(&ttmem_gateways_mutex);
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
	ttmem_remotes_check();
	mutex_unlock(&ttmem_gateways_mutex);
	ttmem_attachments_remove(chip, -ESTALE, NULL);
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
