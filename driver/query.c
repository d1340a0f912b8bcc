// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that only ask: the module's versions and limits, a chip by what is known of it, figures.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "attachment.h"
#include "chip.h"
#include "client.h"
#include "ioctl.h"
#include "limits.h"
#include "place.h"
#include "ring.h"

int ttm_ioctl_get_info(struct ttm_client *client, void *data)
{
	struct tt_memstat_get_info *info = data;
	struct ttm_limits limits;
	u32 argsz = info->argsz;

	ttm_limits_get(&limits);
	memset(info, 0, sizeof(*info));
	info->argsz = argsz;
	info->api_version = TT_MEMSTAT_API_VERSION;
	info->granule = TT_MEMSTAT_GRANULE;
	info->calls = ttm_ioctl_calls();
	if (limits.allow_virtual)
		info->features |= TT_MEMSTAT_FEATURE_ALLOW_VIRTUAL;
	info->client = client->id;
	info->max_chips = limits.max_chips;
	info->max_clients = limits.max_clients;
	info->max_records = limits.max_records;
	info->max_programs = limits.max_programs;
	info->max_sets = TTM_MAX_SETS;
	info->max_submit = limits.max_submit;
	info->max_ring_entries = TTM_RING_MAX;
	info->max_virtual = limits.max_user[TTM_QUOTA_VIRTUAL];
	info->max_rects = TTM_MAX_RECTS;
	info->max_remote = TTM_MAX_REMOTE;
	strscpy(info->version, TTM_VERSION, sizeof(info->version));
	info->max_boundaries = limits.max_boundaries;
	info->max_user_clients = limits.max_user[TTM_QUOTA_CLIENTS];
	info->max_user_records = limits.max_user[TTM_QUOTA_RECORDS];
	info->max_user_boundaries = limits.max_user[TTM_QUOTA_BOUNDARIES];
	info->max_user_sets = limits.max_user[TTM_QUOTA_SETS];
	info->max_user_ring_pages = limits.max_user[TTM_QUOTA_RING_PAGES];
	return 0;
}

static u64 ttm_chip_unique_id(struct ttm_chip *chip)
{
	u64 id;

	mutex_lock(&chip->lock);
	id = chip->identity.unique_id;
	mutex_unlock(&chip->lock);
	return id;
}

static bool ttm_chip_matches(struct ttm_chip *chip, const struct tt_memstat_chip_find *arg)
{
	if (arg->flags & TT_MEMSTAT_FIND_NAME)
		return !strcmp(dev_name(&chip->dev), arg->name);
	if (arg->flags & TT_MEMSTAT_FIND_PCI)
		return chip->kind == TTM_CHIP_LOCAL && !strcmp(chip->place->pci, arg->pci);
	return ttm_chip_unique_id(chip) == arg->unique_id;
}

static void ttm_chip_describe(struct ttm_chip *chip, struct tt_memstat_chip_find *arg)
{
	memset(arg->name, 0, sizeof(arg->name));
	memset(arg->pci, 0, sizeof(arg->pci));
	strscpy(arg->name, dev_name(&chip->dev), sizeof(arg->name));
	if (chip->kind == TTM_CHIP_LOCAL || chip->kind == TTM_CHIP_REMOTE)
		strscpy(arg->pci, chip->place->pci, sizeof(arg->pci));
	arg->chip = chip->number;
	mutex_lock(&chip->lock);
	arg->unique_id = chip->identity.unique_id;
	arg->asic_location = chip->identity.asic_location;
	arg->geometry = chip->geometry;
	mutex_unlock(&chip->lock);
}

int ttm_ioctl_chip_find(struct ttm_client *client, void *data)
{
	struct tt_memstat_chip_find *arg = data;
	struct ttm_chip *chip, *found = NULL;
	unsigned long index = 0;
	int err = 0;

	if (hweight32(arg->flags) != 1)
		return -EINVAL;
	if (strnlen(arg->name, sizeof(arg->name)) == sizeof(arg->name) ||
	    strnlen(arg->pci, sizeof(arg->pci)) == sizeof(arg->pci))
		return -EINVAL;
	if ((arg->flags & TT_MEMSTAT_FIND_UNIQUE_ID) && !arg->unique_id)
		return -EINVAL;

	for (; !err && (chip = ttm_chip_next(&index)); index++) {
		if (!ttm_chip_matches(chip, arg)) {
			ttm_chip_put(chip);
		} else if (found) {
			err = -ENOTUNIQ;
			ttm_chip_put(chip);
		} else {
			found = chip;
		}
	}
	if (!found)
		return -ENODEV;
	if (!err)
		ttm_chip_describe(found, arg);
	ttm_chip_put(found);
	return err;
}

int ttm_ioctl_query_chip(struct ttm_client *client, void *data)
{
	struct tt_memstat_query *arg = data;
	struct ttm_chip *chip;
	int err;

	if (arg->reserved || arg->client)
		return -EINVAL;
	chip = ttm_chip_get(arg->chip);
	if (!chip)
		return -ENODEV;
	err = ttm_attachments_settle(chip);
	if (!err)
		ttm_chip_figures(chip, &arg->figures);
	ttm_chip_put(chip);
	return err;
}

int ttm_ioctl_query_client(struct ttm_client *client, void *data)
{
	struct tt_memstat_query *arg = data;
	struct ttm_attachment *a;
	struct ttm_chip *chip;
	int err;

	if (arg->reserved)
		return -EINVAL;
	chip = ttm_chip_get(arg->chip);
	if (!chip)
		return -ENODEV;
	ttm_attachments_sweep(chip);
	a = ttm_attachment_find(chip, arg->client);
	ttm_chip_put(chip);
	if (!a)
		return -ENOENT;
	err = ttm_ring_drain(a);
	if (!err)
		err = ttm_attachment_figures(a, &arg->figures) ? -ENOENT : 0;
	ttm_attachment_put(a);
	return err;
}
