// SPDX-License-Identifier: GPL-2.0-only
/* Join captures that were made one after the other; renumbers references to nodes and tensors. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

static int take_nodes(struct capture *capture, struct capture *next)
{
	size_t count = capture->count + next->count;
	struct capture_node *grown = realloc(capture->nodes, (count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	capture->nodes = grown;
	for (size_t i = 0; i < next->count; i++) {
		struct capture_node *node = &grown[capture->count + i];

		*node = next->nodes[i];
		if (node->identity != CAPTURE_NO_IDENTITY)
			node->identity += capture->count;
	}
	capture->count = count;
	next->count = 0;
	return 0;
}

/* Call before the nodes are moved, which changes the numbers of nodes and tensors. */
static int take_tensors(struct capture *capture, struct capture *next)
{
	size_t count = capture->tensor_count + next->tensor_count;
	struct capture_tensor *grown = realloc(capture->tensors, (count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	capture->tensors = grown;
	for (size_t i = 0; i < next->tensor_count; i++) {
		struct capture_tensor *tensor = &grown[capture->tensor_count + i];

		*tensor = next->tensors[i];
		tensor->node += capture->count;
		if (tensor->buffer != CAPTURE_NO_IDENTITY)
			tensor->buffer += capture->count;
	}
	for (size_t i = 0; i < next->count; i++) {
		if (next->nodes[i].tensor)
			next->nodes[i].tensor += (uint32_t)capture->tensor_count;
	}
	capture->tensor_count = count;
	next->tensor_count = 0;
	return 0;
}

static struct capture_unknown *find_unknown(struct capture *capture, const char *type)
{
	for (size_t i = 0; i < capture->unknown_count; i++) {
		if (!strcmp(capture->unknown[i].type, type))
			return &capture->unknown[i];
	}
	return NULL;
}

static int take_unknown(struct capture *capture, struct capture *next)
{
	size_t count = capture->unknown_count + next->unknown_count;
	struct capture_unknown *grown = realloc(capture->unknown, (count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	capture->unknown = grown;
	for (size_t i = 0; i < next->unknown_count; i++) {
		struct capture_unknown *known = find_unknown(capture, next->unknown[i].type);

		if (known) {
			known->count += next->unknown[i].count;
			free(next->unknown[i].type);
		} else {
			grown[capture->unknown_count++] = next->unknown[i];
		}
	}
	next->unknown_count = 0;
	return 0;
}

int capture_join(struct capture *capture, struct capture *next)
{
	int err;

	if (capture->kinds & next->kinds & (capture->addressed ^ next->addressed))
		return -EINVAL;
	err = take_unknown(capture, next);
	if (!err)
		err = take_tensors(capture, next);
	if (!err)
		err = take_nodes(capture, next);
	if (err)
		return err;
	capture->addressed |= next->addressed;
	capture->kinds |= next->kinds;
	if (!capture->device_count) {
		free(capture->devices);
		capture->devices = next->devices;
		capture->device_count = next->device_count;
		next->devices = NULL;
		next->device_count = 0;
	}
	if (!capture->descriptor) {
		capture->descriptor = next->descriptor;
		next->descriptor = NULL;
	}
	if (capture->report_version < next->report_version)
		capture->report_version = next->report_version;
	return 0;
}
