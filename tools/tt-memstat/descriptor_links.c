// SPDX-License-Identifier: GPL-2.0-only
/*
 * The section `ethernet_connections` of a descriptor. Where boards do not determine a remote chip's
 * gateway, it is the nearest chip with a PCI function, as in UMD.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "descriptor_parse.h"

struct link {
	size_t a, b;
};

struct links {
	struct link *links;
	size_t count;
};

/*
 * The chip at an end, `{chip: 0, chan: 8}`; DESCRIPTOR_NONE for other ends, such as a host's port.
 */
static size_t end_of(struct parse *parse, const yaml_node_t *end)
{
	const yaml_node_t *node = end && end->type == YAML_MAPPING_NODE ?
				  yaml_find(&parse->doc, end, "chip") : NULL;
	const struct descriptor_chip *chip;
	uint64_t id;

	if (!node || yaml_read_u64(node, UINT32_MAX, &id))
		return DESCRIPTOR_NONE;
	chip = parse_chip(parse, (uint32_t)id);
	return chip ? (size_t)(chip - parse->descriptor->chips) : DESCRIPTOR_NONE;
}

/* A link is a list of its two ends; further items, such as routing_enabled, are ignored. */
static int read_links(struct parse *parse, struct links *links)
{
	const yaml_node_t *list = yaml_find(&parse->doc, parse->root, "ethernet_connections");
	size_t most;

	*links = (struct links) { 0 };
	if (yaml_is_null(list) || list->type != YAML_SEQUENCE_NODE)
		return 0;
	most = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
	links->links = calloc(most ? most : 1, sizeof(*links->links));
	if (!links->links)
		return -ENOMEM;
	for (size_t i = 0; i < most; i++) {
		const yaml_node_t *node = parse_node(parse, list->data.sequence.items.start[i]);
		struct link link;

		if (node->type != YAML_SEQUENCE_NODE ||
		    node->data.sequence.items.top - node->data.sequence.items.start < 2)
			continue;
		link.a = end_of(parse, parse_node(parse, node->data.sequence.items.start[0]));
		link.b = end_of(parse, parse_node(parse, node->data.sequence.items.start[1]));
		if (link.a != DESCRIPTOR_NONE && link.b != DESCRIPTOR_NONE)
			links->links[links->count++] = link;
	}
	return 0;
}

/* Propagate gateways to neighbours, one step. Returns whether a gateway was set. */
static bool spread(const struct links *links, const size_t *gateways, size_t *next)
{
	bool more = false;

	for (size_t i = 0; i < links->count; i++)
		for (int turn = 0; turn < 2; turn++) {
			size_t from = turn ? links->links[i].b : links->links[i].a;
			size_t to = turn ? links->links[i].a : links->links[i].b;

			if (gateways[from] == DESCRIPTOR_NONE || gateways[to] != DESCRIPTOR_NONE ||
			    next[to] <= gateways[from])
				continue;
			next[to] = gateways[from];
			more = true;
		}
	return more;
}

/* The nearest chip with a PCI function for each chip; of several at equal distance, the first. */
static int find_nearest(const struct descriptor *descriptor, const struct links *links,
			size_t *gateways)
{
	size_t *next = calloc(descriptor->count, sizeof(*next));

	if (!next)
		return -ENOMEM;
	for (size_t i = 0; i < descriptor->count; i++) {
		gateways[i] = descriptor->chips[i].reach == DESCRIPTOR_LOCAL ? i : DESCRIPTOR_NONE;
		next[i] = gateways[i];
	}
	while (spread(links, gateways, next))
		for (size_t i = 0; i < descriptor->count; i++)
			gateways[i] = next[i];
	free(next);
	return 0;
}

/* A gateway's chips without a location are numbered from 1, to tell them apart. */
static void number(struct descriptor *descriptor, struct descriptor_chip *chip)
{
	uint32_t location = 1;

	for (size_t i = 0; i < descriptor->count; i++) {
		const struct descriptor_chip *other = &descriptor->chips[i];

		if (other != chip && other->gateway == chip->gateway &&
		    (other->known & DESCRIPTOR_LOCATION) && other->location == location) {
			location++;
			i = (size_t)-1;
		}
	}
	if (location > DESCRIPTOR_LOCATION_MAX)
		return;
	chip->location = location;
	chip->known |= DESCRIPTOR_LOCATION;
}

int parse_links(struct parse *parse)
{
	struct descriptor *descriptor = parse->descriptor;
	size_t *gateways = calloc(descriptor->count, sizeof(*gateways));
	struct links links;
	int err = gateways ? read_links(parse, &links) : -ENOMEM;

	if (!err)
		err = find_nearest(descriptor, &links, gateways);
	for (size_t i = 0; !err && i < descriptor->count; i++) {
		struct descriptor_chip *chip = &descriptor->chips[i];

		if (chip->reach != DESCRIPTOR_REMOTE || chip->gateway != DESCRIPTOR_NONE ||
		    gateways[i] == DESCRIPTOR_NONE)
			continue;
		chip->gateway = gateways[i];
		if (!(chip->known & DESCRIPTOR_LOCATION) && strcasecmp(chip->board, "n300"))
			number(descriptor, chip);
	}
	if (gateways)
		free(links.links);
	free(gateways);
	return err;
}
