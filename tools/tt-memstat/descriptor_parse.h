/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files that read a descriptor: state, messages, values. */
#ifndef TT_MEMSTAT_DESCRIPTOR_PARSE_H
#define TT_MEMSTAT_DESCRIPTOR_PARSE_H

#include "descriptor.h"
#include "yaml_doc.h"

struct parse {
	yaml_document_t doc;
	const yaml_node_t *root;
	struct descriptor *descriptor;
	struct descriptor_error *error;
	const char *section;		/* prefix of messages; NULL = none */
	bool mmio_told;			/* the section `chips_with_mmio` exists */
};

/* Fill in the error; returns -EINVAL. */
__attribute__((format(printf, 3, 4)))
int parse_reject(struct parse *parse, const yaml_node_t *node, const char *format, ...);

const yaml_node_t *parse_node(struct parse *parse, yaml_node_item_t index);
/* NULL: no such chip so far. */
struct descriptor_chip *parse_chip(const struct parse *parse, uint32_t id);

/* -EINVAL fills in the error, in which @what names the value. */
int parse_number(struct parse *parse, const yaml_node_t *node, const char *what,
		 uint64_t max, uint64_t *value);
int parse_number32(struct parse *parse, const yaml_node_t *node, const char *what,
		   uint32_t *value);
int parse_text(struct parse *parse, const yaml_node_t *node, const char *what,
	       char (*out)[DESCRIPTOR_TEXT]);

/* The section `boards`. */
int parse_boards(struct parse *parse);
/* Derive gateways and the order of chips, after all sections are read. */
int parse_relate(struct parse *parse);

/* descriptor_links.c: set the gateways that boards do not determine. 0 or -ENOMEM. */
int parse_links(struct parse *parse);

#endif
