// SPDX-License-Identifier: GPL-2.0-only
/*
 * Split a capture of a mesh into one capture for each chip.
 *
 * Device numbers are only compared within a kind of node: buffers name the mesh, circular buffers a
 * chip.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mesh.h"

struct ids {
	int64_t ids[MESH_CHIPS];
	size_t count;
};

static int add(struct ids *set, int64_t id)
{
	size_t at = 0;

	while (at < set->count && set->ids[at] < id)
		at++;
	if (at < set->count && set->ids[at] == id)
		return 0;
	if (set->count == MESH_CHIPS)
		return -E2BIG;
	memmove(&set->ids[at + 1], &set->ids[at], (set->count - at) * sizeof(*set->ids));
	set->ids[at] = id;
	set->count++;
	return 0;
}

static bool equal(const struct ids *a, const struct ids *b)
{
	return a->count == b->count && !memcmp(a->ids, b->ids, a->count * sizeof(*a->ids));
}

int mesh_find(const struct capture *capture, struct mesh *mesh)
{
	struct ids kinds[CAPTURE_CB_DEALLOCATE_ALL + 1] = { 0 };
	struct ids all = { 0 };
	int err = 0;

	memset(mesh, 0, sizeof(*mesh));
	for (size_t i = 0; !err && i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];

		if (!(node->has & CAPTURE_HAS_DEVICE))
			continue;
		if (capture_is_program_scope(node))
			err = add(&all, node->device_id);
		if (!err && (capture_is_program_scope(node) ||
			     node->kind == CAPTURE_CB_DEALLOCATE_ALL))
			err = add(&kinds[node->kind], node->device_id);
	}
	if (err)
		return err;
	mesh->several = kinds[CAPTURE_CB].count > 1 || kinds[CAPTURE_DATAFLOW_BUFFER].count > 1 ||
			kinds[CAPTURE_SCRATCHPAD].count > 1;
	mesh->each_ends = mesh->several && equal(&kinds[CAPTURE_CB_DEALLOCATE_ALL], &all);
	memcpy(mesh->ids, all.ids, sizeof(mesh->ids));
	mesh->count = all.count;
	return 0;
}

int mesh_id(const struct mesh *mesh, size_t chips, size_t n, int64_t *id)
{
	if (mesh->count == chips) {
		*id = mesh->ids[n];
		return 0;
	}
	if (mesh->count && (mesh->ids[0] < 0 || mesh->ids[mesh->count - 1] >= (int64_t)chips))
		return -ENOENT;
	*id = (int64_t)n;
	return 0;
}

void mesh_names(const struct mesh *mesh, char *text, size_t len)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < mesh->count && used < len; i++)
		used += (size_t)snprintf(text + used, len - used, "%s%lld", i ? ", " : "",
					 (long long)mesh->ids[i]);
}

int mesh_view(const struct capture *capture, const struct mesh *mesh, int64_t id, bool all,
	      struct capture *view)
{
	*view = *capture;
	view->nodes = malloc((capture->count + 1) * sizeof(*view->nodes));
	if (!view->nodes)
		return -ENOMEM;
	memcpy(view->nodes, capture->nodes, capture->count * sizeof(*view->nodes));
	for (size_t i = 0; !all && i < view->count; i++) {
		struct capture_node *node = &view->nodes[i];

		if (!(node->has & CAPTURE_HAS_DEVICE) || node->device_id == id)
			continue;
		if (capture_is_program_scope(node) ||
		    (node->kind == CAPTURE_CB_DEALLOCATE_ALL && mesh->each_ends))
			node->kind = CAPTURE_NEUTRAL;
	}
	return 0;
}

void mesh_view_free(struct capture *view)
{
	free(view->nodes);
	view->nodes = NULL;
}
