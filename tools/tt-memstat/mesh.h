/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A capture of a mesh as one capture for each of its chips.
 *
 * Knows which nodes name a chip and which the mesh. Does not know the module, nor which chips are
 * present.
 */
#ifndef TT_MEMSTAT_MESH_H
#define TT_MEMSTAT_MESH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"

#define MESH_CHIPS	256

/**
 * struct mesh - the chips that a capture names
 * @ids: the runtime's device numbers in program scope, ascending
 * @count: elements of @ids; 0 = none is named
 * @several: circular buffers (or dataflow buffers, or scratchpads) are of several chips
 * @each_ends: circular_buffer_deallocate_all names the chip too, not the mesh
 */
struct mesh {
	int64_t ids[MESH_CHIPS];
	size_t count;
	bool several;
	bool each_ends;
};

/* -E2BIG: more than MESH_CHIPS. */
int mesh_find(const struct capture *capture, struct mesh *mesh);

/*
 * Whose device number the @n-th of @chips chips has. -ENOENT: the capture's numbers do not go with
 * that many chips.
 */
int mesh_id(const struct mesh *mesh, size_t chips, size_t n, int64_t *id);

/* "0, 1, 4" */
void mesh_names(const struct mesh *mesh, char *text, size_t len);

/*
 * What is on the chip @id: all nodes of @capture, but those of other chips do nothing. Shares
 * everything but the list of nodes with @capture, which must outlive it; @all: of circular buffers,
 * all. -ENOMEM.
 */
int mesh_view(const struct capture *capture, const struct mesh *mesh, int64_t id, bool all,
	      struct capture *view);
void mesh_view_free(struct capture *view);

#endif
