/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The records on each core of a chip, by address, of the clients whose records the user may list.
 */
#ifndef SMI_CORE_MAP_H
#define SMI_CORE_MAP_H

#include "live.h"
#include "pieces.h"
#include "smi.h"

/* A client; @id as in the snapshot. */
struct smi_core_owner {
	struct live_client live;
	uint64_t id;
};

/**
 * struct smi_core_map - a chip's; zeroed = not read
 * @chip: its number
 * @denied: clients that only their owner's uid and CAP_SYS_ADMIN may read
 * @why: why there is nothing to show; empty if there is something
 */
struct smi_core_map {
	bool read;
	uint32_t chip;
	struct smi_core_owner *owners;
	size_t count;
	size_t denied;
	char why[96];
};

/* Read it from the device, which is closed again. -ENOMEM. */
int smi_core_map_look(struct smi_core_map *map, const struct ttmemstat_chip *chip);
/* The same on an open device. */
int smi_core_map_read(struct smi_core_map *map, struct ttmemstat_ctx *ctx,
		      const struct ttmemstat_chip *chip);
void smi_core_map_release(struct smi_core_map *map);

/* A record on a core. */
struct smi_core_item {
	const struct smi_core_owner *owner;
	const struct tt_memstat_record_info *record;
};

/**
 * struct smi_core - a core by address
 * @pieces: their holders are indexes in @items
 * @base: start of the runtime's part; 0: unknown
 * @headroom: between the highest circular buffer and the lowest buffer
 */
struct smi_core {
	struct pieces pieces;
	struct smi_core_item *items;
	size_t count;
	uint64_t base;
	uint64_t headroom;
};

/* Core @x, @y, which has @bytes. -ENOMEM. Release the core in any case. */
int smi_core_map_core(const struct smi_core_map *map, uint32_t x, uint32_t y, uint64_t bytes,
		      struct smi_core *core);
void smi_core_release(struct smi_core *core);

#endif
