// SPDX-License-Identifier: GPL-2.0-only
/* References between the nodes of a capture. */
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "capture_links.h"

/* Without connections, search for a tensor among so many nodes after its allocation. */
#define NEAR	64

int links_add(struct links *links, const struct link_node *node, struct json_object *connections)
{
	size_t count = connections ? json_object_array_length(connections) : 0;
	int err;

	if (node->role == LINK_NONE)
		return 0;
	err = array_reserve((void **)&links->nodes, links->node_count, &links->node_room,
			    sizeof(*links->nodes));
	if (err)
		return err;
	links->nodes[links->node_count++] = *node;
	for (size_t i = 0; i < count; i++) {
		struct json_object *to = json_object_array_get_idx(connections, i);

		if (!json_object_is_type(to, json_type_int) || json_object_get_int64(to) < 0)
			continue;
		err = array_reserve((void **)&links->links, links->count, &links->room,
				    sizeof(*links->links));
		if (err)
			return err;
		links->links[links->count++] = (struct link){
			.from = node->index, .to = json_object_get_uint64(to),
		};
	}
	return 0;
}

void links_free(struct links *links)
{
	free(links->nodes);
	free(links->links);
}

static int by_counter(const void *a, const void *b)
{
	const struct link_node *left = a;
	const struct link_node *right = b;

	if (left->counter != right->counter)
		return left->counter < right->counter ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

static const struct link_node *find(const struct links *links, uint64_t counter)
{
	size_t low = 0;
	size_t high = links->node_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (links->nodes[middle].counter < counter)
			low = middle + 1;
		else
			high = middle;
	}
	return low < links->node_count && links->nodes[low].counter == counter ?
		       &links->nodes[low] : NULL;
}

/* Either an allocation refers to its `buffer` node or the node to it; tensors likewise. */
static void tie(struct capture *capture, const struct link_node *from, const struct link_node *to)
{
	struct capture_node *nodes = capture->nodes;

	if (from->role == LINK_EVENT && to->role == LINK_BUFFER)
		nodes[from->index].identity = to->index;
	else if (from->role == LINK_BUFFER && to->role == LINK_EVENT &&
		 nodes[to->index].identity == CAPTURE_NO_IDENTITY)
		nodes[to->index].identity = from->index;
	else if (from->role == LINK_TENSOR && to->role == LINK_BUFFER)
		capture->tensors[from->tensor].buffer = to->index;
	else if (from->role == LINK_BUFFER && to->role == LINK_TENSOR &&
		 capture->tensors[to->tensor].buffer == CAPTURE_NO_IDENTITY)
		capture->tensors[to->tensor].buffer = from->index;
}

/* @from is an index of a node; find its entry in the sorted list. */
static int tie_all(struct links *links, struct capture *capture)
{
	uint32_t *at = calloc(capture->count + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	if (links->node_count)
		qsort(links->nodes, links->node_count, sizeof(*links->nodes), by_counter);
	for (size_t i = 0; i < links->node_count; i++)
		at[links->nodes[i].index] = (uint32_t)i;
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->links[i];
		const struct link_node *to = find(links, link->to);

		if (to)
			tie(capture, &links->nodes[at[link->from]], to);
	}
	free(at);
	return 0;
}

/* The first tensor in the buffer of an allocation is the one that it was made for. */
static int name_by_buffer(struct capture *capture)
{
	uint32_t *first = calloc(capture->count + 1, sizeof(*first));

	if (!first)
		return -ENOMEM;
	for (size_t i = capture->tensor_count; i > 0; i--) {
		if (capture->tensors[i - 1].buffer != CAPTURE_NO_IDENTITY)
			first[capture->tensors[i - 1].buffer] = (uint32_t)i;
	}
	for (size_t i = 0; i < capture->count; i++) {
		struct capture_node *node = &capture->nodes[i];

		if (node->kind == CAPTURE_BUFFER_ALLOCATE && node->identity != CAPTURE_NO_IDENTITY)
			node->tensor = first[node->identity];
	}
	free(first);
	return 0;
}

/* Without connections, take the first tensor after the allocation with its address. */
static void name_by_address(struct capture *capture)
{
	size_t recent[NEAR];
	size_t count = 0;
	size_t node = 0;

	for (size_t i = 0; i < capture->tensor_count; i++) {
		const struct capture_tensor *tensor = &capture->tensors[i];

		for (; node < tensor->node; node++) {
			if (capture->nodes[node].kind == CAPTURE_BUFFER_ALLOCATE)
				recent[count++ % NEAR] = node;
		}
		if (tensor->buffer != CAPTURE_NO_IDENTITY || !tensor->address)
			continue;
		for (size_t k = count; k > 0 && k + NEAR > count; k--) {
			struct capture_node *allocation = &capture->nodes[recent[(k - 1) % NEAR]];

			if (!(allocation->has & CAPTURE_HAS_ADDRESS) ||
			    allocation->address != tensor->address ||
			    allocation->buffer_type != tensor->buffer_type)
				continue;
			if (!allocation->tensor)
				allocation->tensor = (uint32_t)i + 1;
			break;
		}
	}
}

int links_resolve(struct links *links, struct capture *capture)
{
	int err = tie_all(links, capture);

	if (!err)
		err = name_by_buffer(capture);
	if (!err)
		name_by_address(capture);
	return err;
}
