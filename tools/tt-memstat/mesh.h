/* SPDX-License-Identifier: GPL-2.0-only */
/* Split a capture of a mesh into one capture for each chip. */
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
 * @count: elements of @ids; 0 = the capture names no chip
 * @several: circular buffers (or dataflow buffers, or scratchpads) name several chips
 * @each_ends: circular_buffer_deallocate_all names a chip, not the mesh
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
 * The device number of the @n-th of @chips chips. -ENOENT: the capture's numbers do not match that
 * many chips.
 */
int mesh_id(const struct mesh *mesh, size_t chips, size_t n, int64_t *id);

/* "0, 1, 4" */
void mesh_names(const struct mesh *mesh, char *text, size_t len);

/*
 * View of @capture for the chip @id: all nodes, but those of other chips have no effect. Shares all
 * data except the list of nodes with @capture, which must outlive it. @all: include the circular
 * buffers of all chips. -ENOMEM.
 */
int mesh_view(const struct capture *capture, const struct mesh *mesh, int64_t id, bool all,
	      struct capture *view);
void mesh_view_free(struct capture *view);

#endif
