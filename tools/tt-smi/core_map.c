// SPDX-License-Identifier: GPL-2.0-only
/* The records on each core of a chip, by address: see core_map.h. */
#include "core_map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Others than these are left out without a word: they have just gone. */
static int read_owner(struct smi_core_map *map, struct ttmemstat_ctx *ctx,
		      const struct ttmemstat_client *client)
{
	struct smi_core_owner *owner = &map->owners[map->count];
	int err = live_read(ctx, map->chip, client->id, 1, &owner->live);

	if (!err && owner->live.record_count && !owner->live.set_count) {
		snprintf(map->why, sizeof(map->why), "The module is too old to tell it.");
		err = -EOPNOTSUPP;
	}
	if (err) {
		live_release(&owner->live);
		map->denied += err == -EPERM;
		return err == -ENOMEM ? err : 0;
	}
	owner->id = client->id;
	map->count++;
	return 0;
}

int smi_core_map_read(struct smi_core_map *map, struct ttmemstat_ctx *ctx,
		      const struct ttmemstat_chip *chip)
{
	int err = 0;

	smi_core_map_release(map);
	map->read = true;
	map->chip = chip->n;
	map->owners = calloc(chip->client_count + 1, sizeof(*map->owners));
	if (!map->owners)
		return -ENOMEM;
	for (size_t i = 0; !err && i < chip->client_count; i++)
		err = read_owner(map, ctx, chip->clients[i]);
	if (!map->count && chip->client_count && !*map->why)
		snprintf(map->why, sizeof(map->why), "%s", map->denied ?
			 "needs CAP_SYS_ADMIN or the owner's uid" : "Its clients cannot be read.");
	return err;
}

int smi_core_map_look(struct smi_core_map *map, const struct ttmemstat_chip *chip)
{
	const struct ttmemstat_open_options options = { .size = sizeof(options) };
	struct ttmemstat_ctx *ctx;
	int err = ttmemstat_open(&ctx, &options);

	if (!err) {
		err = smi_core_map_read(map, ctx, chip);
		ttmemstat_close(ctx);
		return err;
	}
	smi_core_map_release(map);
	map->read = true;
	map->chip = chip->n;
	snprintf(map->why, sizeof(map->why), "/dev/tt_memstat cannot be opened: %s", strerror(-err));
	return err == -ENOMEM ? err : 0;
}

void smi_core_map_release(struct smi_core_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		live_release(&map->owners[i].live);
	free(map->owners);
	*map = (struct smi_core_map){ 0 };
}

/* ---- A core ---- */

static int list_items(const struct smi_core_map *map, uint32_t x, uint32_t y,
		      struct smi_core *core, struct held **held)
{
	size_t most = 0;

	for (size_t i = 0; i < map->count; i++)
		most += map->owners[i].live.record_count;
	core->items = malloc((most + 1) * sizeof(*core->items));
	*held = malloc((most + 1) * sizeof(**held));
	if (!core->items || !*held)
		return -ENOMEM;
	for (size_t i = 0; i < map->count; i++) {
		const struct live_client *live = &map->owners[i].live;

		for (size_t k = 0; k < live->record_count; k++) {
			const struct tt_memstat_record_info *record = &live->records[k];

			if (record->pool == TT_MEMSTAT_POOL_DRAM ||
			    record->pool == TT_MEMSTAT_POOL_TRACE ||
			    !live_record_on(live, record, x, y))
				continue;
			core->items[core->count] = (struct smi_core_item){ &map->owners[i], record };
			(*held)[core->count] = (struct held){
				record->addr, record->addr + record->size, core->count, record->pool,
			};
			core->count++;
		}
	}
	return 0;
}

int smi_core_map_core(const struct smi_core_map *map, uint32_t x, uint32_t y, uint64_t bytes,
		      struct smi_core *core)
{
	uint64_t small = bytes;
	struct held *held = NULL;
	int err;

	*core = (struct smi_core){ 0 };
	for (size_t i = 0; i < map->count; i++) {
		const struct live_client *live = &map->owners[i].live;
		const uint64_t lowest = live_l1_small(live, bytes);

		small = lowest < small ? lowest : small;
		if (!core->base)
			core->base = live_l1_base(live, bytes);
	}
	if (small < core->base)
		small = bytes;
	err = list_items(map, x, y, core, &held);
	if (!err)
		err = pieces_build_core(held, core->count, core->base, small, bytes, bytes,
					&core->pieces);
	core->headroom = pieces_headroom(&core->pieces, core->base, small);
	free(held);
	return err;
}

void smi_core_release(struct smi_core *core)
{
	pieces_release(&core->pieces);
	free(core->items);
	*core = (struct smi_core){ 0 };
}
