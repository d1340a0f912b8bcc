/* SPDX-License-Identifier: GPL-2.0-only */
/* The chips of a replay: present ones, and virtual ones made for it. */
#ifndef TT_MEMSTAT_REPLAY_CHIPS_H
#define TT_MEMSTAT_REPLAY_CHIPS_H

#include "capture.h"
#include "cli.h"
#include "layout.h"
#include "mesh.h"

/* Get a chip's properties for the layout. On failure, prints the reason. */
enum cli_status replay_chip_describe(struct ttmemstat_ctx *ctx, uint32_t chip,
				     struct layout_chip *out);

/**
 * struct replay_made - chips made from a descriptor
 * @chips: N of tt<N>
 * @ids: id of each in the descriptor, ascending; the runtime uses the same
 * @count: elements of both
 */
struct replay_made {
	uint32_t chips[MESH_CHIPS];
	int64_t ids[MESH_CHIPS];
	size_t count;
};

/*
 * Make virtual chips that live as long as @ctx: those of the descriptor that the report's devices
 * or circular buffers name, or all if these name none. On failure, prints the reason.
 */
enum cli_status replay_chips_make(struct ttmemstat_ctx *ctx, const char *file,
				  const struct capture *capture, const struct mesh *mesh,
				  struct replay_made *made);

#endif
