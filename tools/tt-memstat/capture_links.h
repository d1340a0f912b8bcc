/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * References between the nodes of a capture: the `buffer` node of an allocation, and the tensor in
 * it.
 */
#ifndef TT_MEMSTAT_CAPTURE_LINKS_H
#define TT_MEMSTAT_CAPTURE_LINKS_H

#include <json-c/json.h>

#include "capture.h"

enum link_role {
	LINK_NONE = 0,
	LINK_EVENT,		/* allocation or deallocation of a buffer */
	LINK_BUFFER,
	LINK_TENSOR,
};

/* A node as a target of references. */
struct link_node {
	uint64_t counter;
	uint32_t index;
	uint32_t tensor;	/* LINK_TENSOR: index in the capture's tensors */
	enum link_role role;
};

struct link {
	uint32_t from;		/* index of a node */
	uint64_t to;		/* counter of another */
};

struct links {
	struct link_node *nodes;
	size_t node_count;
	size_t node_room;
	struct link *links;
	size_t count;
	size_t room;
};

/* Add the next node; other kinds of nodes are only counted. -ENOMEM. */
int links_add(struct links *links, const struct link_node *node, struct json_object *connections);

/* After all nodes: set identities and tensors of the capture's buffers. -ENOMEM. */
int links_resolve(struct links *links, struct capture *capture);
void links_free(struct links *links);

#endif
