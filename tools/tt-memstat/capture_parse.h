/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files that parse a capture: state, messages, values. */
#ifndef TT_MEMSTAT_CAPTURE_PARSE_H
#define TT_MEMSTAT_CAPTURE_PARSE_H

#include "capture.h"
#include "capture_links.h"
#include "json.h"

/* State of a parse; @type: of the current node, or NULL; @index: SIZE_MAX outside the nodes. */
struct capture_parse {
	struct capture *capture;
	struct json_source source;
	struct capture_error *error;
	struct links links;
	size_t node_room;
	size_t tensor_room;
	size_t index;
	const char *type;
};

/* Fill in the error; returns -EINVAL. */
__attribute__((format(printf, 2, 3)))
int capture_reject(struct capture_parse *parse, const char *format, ...);
/* 1: present, 0: missing, -EINVAL: rejected */
int capture_field(struct capture_parse *parse, struct json_object *params, const char *key,
		  uint64_t *value);

/* Read the node @parse->index of the list. -EINVAL or -ENOMEM. */
int capture_read_node(struct capture_parse *parse, struct json_object *object,
		      struct capture_node *node);

/* capture_place.c: after all nodes: determine which addresses are valid. */
void capture_find_places(struct capture *capture);

#endif
