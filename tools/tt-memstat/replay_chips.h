/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The chips of a replay: those that are there, and those made for it.
 *
 * Knows the module and descriptors. Does not know what is reported.
 */
#ifndef TT_MEMSTAT_REPLAY_CHIPS_H
#define TT_MEMSTAT_REPLAY_CHIPS_H

#include "capture.h"
#include "cli.h"
#include "layout.h"
#include "mesh.h"

/* What a chip has, for the layout. What is wrong has then been said. */
enum cli_status replay_chip_describe(struct ttmemstat_ctx *ctx, uint32_t chip,
				     struct layout_chip *out);

/**
 * struct replay_made - chips made from a descriptor
 * @chips: N of tt<N>
 * @ids: the descriptor's number of each, ascending; that is also the runtime's
 * @count: elements of both
 */
struct replay_made {
	uint32_t chips[MESH_CHIPS];
	int64_t ids[MESH_CHIPS];
	size_t count;
};

/*
 * Virtual chips that go with @ctx: those of the descriptor that the report's devices or its
 * circular buffers name; all if they name none. What is wrong has then been said.
 */
enum cli_status replay_chips_make(struct ttmemstat_ctx *ctx, const char *file,
				  const struct capture *capture, const struct mesh *mesh,
				  struct replay_made *made);

#endif
