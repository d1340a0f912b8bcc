// SPDX-License-Identifier: GPL-2.0-only
/* CHIP_FIND and the queries. */
#include <linux/sched/signal.h>
#include "private.h"

static bool ttmem_chip_matches(struct ttmem_chip *chip, const struct tt_memstat_chip_find *arg)
{
	struct ttmem_chip_info info;

	if (arg->flags & TT_MEMSTAT_FIND_NAME)
		return !strcmp(dev_name(&chip->dev), arg->name);
	if (arg->flags & TT_MEMSTAT_FIND_PCI)
		return chip->kind == TTMEM_CHIP_LOCAL && !strcmp(chip->slot->pci, arg->pci);
	ttmem_chip_read_info(chip, &info);
	return info.identity.unique_id == arg->unique_id;
}

/*
 * Precedence of chips with the same unique id: cards, since no user can make one; virtual chips of
 * the caller's user; those of the administrator; those of other users.
 */
static unsigned int ttmem_chip_rank(const struct ttmem_chip *chip,
				    const struct ttmem_client *client)
{
	if (chip->kind != TTMEM_CHIP_VIRTUAL)
		return 3;
	if (ttmem_chip_is_own(chip, client))
		return 2;
	return chip->unprivileged ? 0 : 1;
}

static void ttmem_chip_describe(struct ttmem_chip *chip, struct tt_memstat_chip_find *arg)
{
	struct ttmem_chip_info info;

	strscpy_pad(arg->name, dev_name(&chip->dev), sizeof(arg->name));
	strscpy_pad(arg->pci, chip->slot ? chip->slot->pci : "", sizeof(arg->pci));
	arg->chip = chip->number;
	ttmem_chip_read_info(chip, &info);
	arg->unique_id = info.identity.unique_id;
	arg->asic_location = info.identity.asic_location;
	arg->geometry = info.geometry;
}

int ttmem_ioctl_chip_find(struct ttmem_client *client, void *data)
{
	struct tt_memstat_chip_find *arg = data;
	struct ttmem_chip *chip = NULL, *found = NULL;
	unsigned int rank, best = 0;
	int err = 0;

	if (hweight32(arg->flags) != 1)
		return -EINVAL;
	if (strnlen(arg->name, sizeof(arg->name)) == sizeof(arg->name) ||
	    strnlen(arg->pci, sizeof(arg->pci)) == sizeof(arg->pci))
		return -EINVAL;
	if ((arg->flags & TT_MEMSTAT_FIND_UNIQUE_ID) && !arg->unique_id)
		return -EINVAL;

	while ((chip = ttmem_chip_next(chip))) {
		rank = ttmem_chip_rank(chip, client);
		if (!ttmem_chip_matches(chip, arg) || (found && rank < best))
			continue;
		err = found && rank == best ? -ENOTUNIQ : 0;
		best = rank;
		if (found)
			ttmem_chip_put(found);
		get_device(&chip->dev);
		found = chip;
	}
	if (!found)
		return -ENODEV;
	if (!err)
		ttmem_chip_describe(found, arg);
	ttmem_chip_put(found);
	return err;
}

/*
 * The chip, with a reference, or an error. Apply the caller's published entries, and those of
 * others as far as a reader waits for them.
 */
static struct ttmem_chip *ttmem_query_open(struct ttmem_client *client, u32 number)
{
	struct ttmem_chip *chip = ttmem_chip_get(number);
	struct ttmem_attachment *a = NULL;
	int err;

	if (!chip)
		return ERR_PTR(-ENODEV);
	while (task_tgid(current) == client->owner && (a = ttmem_attachment_next(client, a))) {
		err = a->chip == chip ? ttmem_attachment_drain(a) : 0;
		if (err) {
			ttmem_attachment_put(a);
			ttmem_chip_put(chip);
			return ERR_PTR(err);
		}
	}
	ttmem_rings_sync(chip);
	return chip;
}

int ttmem_ioctl_query_chip(struct ttmem_client *client, void *data)
{
	struct tt_memstat_query *arg = data;
	struct ttmem_chip *chip;

	if (arg->reserved || arg->client)
		return -EINVAL;
	chip = ttmem_query_open(client, arg->chip);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	ttmem_chip_figures(chip, &arg->figures);
	ttmem_chip_put(chip);
	return 0;
}

int ttmem_ioctl_query_client(struct ttmem_client *client, void *data)
{
	struct tt_memstat_query *arg = data;
	struct ttmem_attachment *a;
	struct ttmem_chip *chip;
	int err;

	if (arg->reserved)
		return -EINVAL;
	chip = ttmem_query_open(client, arg->chip);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	a = ttmem_attachment_find(chip, arg->client);
	ttmem_chip_put(chip);
	if (!a)
		return -ENOENT;
	err = ttmem_attachment_figures(a, &arg->figures) ? -ENOENT : 0;
	ttmem_attachment_put(a);
	return err;
}
