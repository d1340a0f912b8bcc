// SPDX-License-Identifier: GPL-2.0-only
/* GET_INFO, CHIP_FIND and the queries. */
#include <linux/sched/signal.h>
#include "private.h"

int ttmem_ioctl_get_info(struct ttmem_client *client, void *data)
{
	struct tt_memstat_get_info *info = data;
	struct ttmem_charges charges;
	u32 argsz = info->argsz;

	ttmem_user_charges(client->user, &charges);
	memset(info, 0, sizeof(*info));
	info->argsz = argsz;
	info->api_version = TT_MEMSTAT_API_VERSION;
	info->granule = TT_MEMSTAT_GRANULE;
	info->calls = ttmem_ioctl_calls();
	if (ttmem_limits_allow_virtual())
		info->features |= TT_MEMSTAT_FEATURE_ALLOW_VIRTUAL;
	info->client = client->id;
	info->max_chips = ttmem_limit(TTMEM_LIMIT_CHIPS);
	info->max_clients = ttmem_limit(TTMEM_LIMIT_CLIENTS);
	info->max_sets = TTMEM_MAX_SETS;
	info->max_submit = ttmem_limit(TTMEM_LIMIT_SUBMIT);
	info->max_ring_entries = TTMEM_RING_MAX;
	info->max_virtual = ttmem_limit(TTMEM_LIMIT_VIRTUAL);
	info->max_rects = TTMEM_MAX_RECTS;
	info->max_remote = TTMEM_MAX_REMOTE;
	strscpy(info->version, TTMEM_VERSION, sizeof(info->version));
	info->user_bytes = charges.user;
	info->max_user_bytes = charges.max_user;
	info->host_bytes = charges.host;
	info->max_host_bytes = charges.max_host;
	return 0;
}

static u64 ttmem_chip_unique_id(struct ttmem_chip *chip)
{
	struct ttmem_chip_info info;

	ttmem_chip_read_info(chip, &info);
	return info.identity.unique_id;
}

static bool ttmem_chip_matches(struct ttmem_chip *chip, const struct tt_memstat_chip_find *arg)
{
	if (arg->flags & TT_MEMSTAT_FIND_NAME)
		return !strcmp(dev_name(&chip->dev), arg->name);
	if (arg->flags & TT_MEMSTAT_FIND_PCI)
		return chip->kind == TTMEM_CHIP_LOCAL && !strcmp(chip->slot->pci, arg->pci);
	return ttmem_chip_unique_id(chip) == arg->unique_id;
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

	memset(arg->name, 0, sizeof(arg->name));
	memset(arg->pci, 0, sizeof(arg->pci));
	strscpy(arg->name, dev_name(&chip->dev), sizeof(arg->name));
	if (chip->kind == TTMEM_CHIP_LOCAL || chip->kind == TTMEM_CHIP_REMOTE)
		strscpy(arg->pci, chip->slot->pci, sizeof(arg->pci));
	arg->chip = chip->number;
	ttmem_chip_read_info(chip, &info);
	arg->unique_id = info.identity.unique_id;
	arg->asic_location = info.identity.asic_location;
	arg->geometry = info.geometry;
}

int ttmem_ioctl_chip_find(struct ttmem_client *client, void *data)
{
	struct tt_memstat_chip_find *arg = data;
	struct ttmem_chip *chip, *found = NULL;
	unsigned int rank, best = 0;
	unsigned long index = 0;
	int err = 0;

	if (hweight32(arg->flags) != 1)
		return -EINVAL;
	if (strnlen(arg->name, sizeof(arg->name)) == sizeof(arg->name) ||
	    strnlen(arg->pci, sizeof(arg->pci)) == sizeof(arg->pci))
		return -EINVAL;
	if ((arg->flags & TT_MEMSTAT_FIND_UNIQUE_ID) && !arg->unique_id)
		return -EINVAL;

	for (; (chip = ttmem_chip_next(&index)); index++) {
		rank = ttmem_chip_rank(chip, client);
		if (ttmem_chip_matches(chip, arg) && (!found || rank >= best)) {
			err = found && rank == best ? -ENOTUNIQ : 0;
			best = rank;
			swap(found, chip);
		}
		if (chip)
			ttmem_chip_put(chip);
	}
	if (!found)
		return -ENODEV;
	if (!err)
		ttmem_chip_describe(found, arg);
	ttmem_chip_put(found);
	return err;
}

/* Apply the caller's published entries, and those of others as far as a reader waits for them. */
static int ttmem_query_sync(struct ttmem_client *client, struct ttmem_chip *chip)
{
	struct ttmem_attachment *a;
	unsigned long handle = 0;
	int err = 0;

	if (task_tgid(current) == client->owner)
		for (; !err && (a = ttmem_attachment_next(client, &handle)); handle++) {
			if (a->chip == chip)
				err = ttmem_ring_drain(a);
			ttmem_attachment_put(a);
		}
	if (!err)
		ttmem_rings_sync(chip);
	return err;
}

int ttmem_ioctl_query_chip(struct ttmem_client *client, void *data)
{
	struct tt_memstat_query *arg = data;
	struct ttmem_chip *chip;
	int err;

	if (arg->reserved || arg->client)
		return -EINVAL;
	chip = ttmem_chip_get(arg->chip);
	if (!chip)
		return -ENODEV;
	err = ttmem_query_sync(client, chip);
	if (!err)
		ttmem_chip_figures(chip, &arg->figures);
	ttmem_chip_put(chip);
	return err;
}

int ttmem_ioctl_query_client(struct ttmem_client *client, void *data)
{
	struct tt_memstat_query *arg = data;
	struct ttmem_attachment *a;
	struct ttmem_chip *chip;
	int err;

	if (arg->reserved)
		return -EINVAL;
	chip = ttmem_chip_get(arg->chip);
	if (!chip)
		return -ENODEV;
	err = ttmem_query_sync(client, chip);
	a = err ? NULL : ttmem_attachment_find(chip, arg->client);
	ttmem_chip_put(chip);
	if (!a)
		return err ?: -ENOENT;
	err = ttmem_attachment_figures(a, &arg->figures) ? -ENOENT : 0;
	ttmem_attachment_put(a);
	return err;
}
