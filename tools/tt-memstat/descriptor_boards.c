// SPDX-License-Identifier: GPL-2.0-only
/* The section `boards` of a descriptor, and the gateways that follow from it. */
#include <errno.h>
#include <string.h>

#include "descriptor_parse.h"

/* A board is a mapping or a list of mappings. Find the value of @key. */
static int board_field(struct parse *parse, const yaml_node_t *board, const char *key,
		       const yaml_node_t **found)
{
	*found = NULL;
	if (board->type == YAML_MAPPING_NODE) {
		*found = yaml_find(&parse->doc, board, key);
		return 0;
	}
	if (board->type != YAML_SEQUENCE_NODE)
		return parse_reject(parse, board, "a list of mappings is needed");
	for (const yaml_node_item_t *item = board->data.sequence.items.start;
	     item < board->data.sequence.items.top; item++) {
		const yaml_node_t *node = parse_node(parse, *item);
		const yaml_node_t *value;

		if (node->type != YAML_MAPPING_NODE)
			return parse_reject(parse, node, "a list of mappings is needed");
		value = yaml_find(&parse->doc, node, key);
		if (value && *found)
			return parse_reject(parse, value, "%s: repeated, first in line %zu", key,
					    yaml_line(*found));
		if (value)
			*found = value;
	}
	return 0;
}

/* Chips of one board. */
struct board {
	bool has_id;
	uint64_t id;
	char type[DESCRIPTOR_TEXT];
	size_t first;
};

static int seat_chip(struct parse *parse, struct board *board, const yaml_node_t *node)
{
	struct descriptor_chip *chip;
	uint32_t id;
	int err = parse_number32(parse, node, "id of a chip", &id);

	if (err)
		return err;
	chip = parse_chip(parse, id);
	if (!chip)
		return parse_reject(parse, node, "no chip %u in `arch` or `chips`", id);
	if (chip->board_at != DESCRIPTOR_NONE)
		return parse_reject(parse, node, "chip %u: on a board already", id);
	if (board->first == DESCRIPTOR_NONE)
		board->first = (size_t)(chip - parse->descriptor->chips);
	chip->board_at = board->first;
	if (board->has_id) {
		chip->known |= DESCRIPTOR_BOARD_ID;
		chip->board_id = board->id;
	}
	memcpy(chip->board, board->type, sizeof(chip->board));
	return 0;
}

static int read_board(struct parse *parse, const yaml_node_t *node)
{
	struct board board = { .first = DESCRIPTOR_NONE };
	const yaml_node_t *id, *type, *chips;
	int err = board_field(parse, node, "board_id", &id);

	if (!err)
		err = board_field(parse, node, "board_type", &type);
	if (!err)
		err = board_field(parse, node, "chips", &chips);
	if (!err && !yaml_is_null(id)) {
		board.has_id = true;
		err = parse_number(parse, id, "board_id", UINT64_MAX, &board.id);
		for (size_t i = 0; !err && i < parse->descriptor->count; i++) {
			const struct descriptor_chip *other = &parse->descriptor->chips[i];

			if ((other->known & DESCRIPTOR_BOARD_ID) && other->board_id == board.id)
				err = parse_reject(parse, id, "board %llu: repeated",
						   (unsigned long long)board.id);
		}
	}
	if (!err && !yaml_is_null(type))
		err = parse_text(parse, type, "board_type", &board.type);
	if (err || !chips || yaml_is_null(chips))
		return err;
	if (chips->type != YAML_SEQUENCE_NODE)
		return parse_reject(parse, chips, "chips: a list is needed");
	for (const yaml_node_item_t *item = chips->data.sequence.items.start;
	     item < chips->data.sequence.items.top && !err; item++)
		err = seat_chip(parse, &board, parse_node(parse, *item));
	return err;
}

/* Boards are a list, or a mapping whose keys are ignored. */
static int read_boards(struct parse *parse, const yaml_node_t *boards)
{
	int err = 0;

	if (boards->type == YAML_SEQUENCE_NODE) {
		for (const yaml_node_item_t *item = boards->data.sequence.items.start;
		     item < boards->data.sequence.items.top && !err; item++)
			err = read_board(parse, parse_node(parse, *item));
		return err;
	}
	if (boards->type != YAML_MAPPING_NODE)
		return parse_reject(parse, boards, "a list is needed");
	for (const yaml_node_pair_t *pair = boards->data.mapping.pairs.start;
	     pair < boards->data.mapping.pairs.top && !err; pair++)
		err = read_board(parse, parse_node(parse, pair->value));
	return err;
}

int parse_boards(struct parse *parse)
{
	const yaml_node_t *boards = yaml_find(&parse->doc, parse->root, "boards");
	int err;

	if (yaml_is_null(boards))
		return 0;
	parse->section = "boards";
	err = read_boards(parse, boards);
	parse->section = NULL;
	return err;
}

/* A board's only chip with a PCI function is the gateway of its other chips. */
static void find_gateways(const struct parse *parse)
{
	struct descriptor *descriptor = parse->descriptor;

	for (size_t i = 0; i < descriptor->count; i++) {
		struct descriptor_chip *chip = &descriptor->chips[i];
		size_t found = 0;

		if (parse->mmio_told && chip->reach == DESCRIPTOR_REACH_UNKNOWN)
			chip->reach = DESCRIPTOR_REMOTE;
		if (chip->board_at == DESCRIPTOR_NONE || chip->reach != DESCRIPTOR_REMOTE)
			continue;
		for (size_t k = 0; k < descriptor->count; k++) {
			if (descriptor->chips[k].board_at == chip->board_at &&
			    descriptor->chips[k].reach == DESCRIPTOR_LOCAL) {
				chip->gateway = k;
				found++;
			}
		}
		if (found != 1)
			chip->gateway = DESCRIPTOR_NONE;
	}
}

/* A list may name a board's chips in any order; @board_at becomes the lowest index. */
static void place_boards(struct descriptor *descriptor)
{
	for (size_t i = 0; i < descriptor->count; i++) {
		size_t board = descriptor->chips[i].board_at;

		if (board == DESCRIPTOR_NONE) {
			descriptor->chips[i].board_at = i;
		} else if (board > i) {
			for (size_t k = i; k < descriptor->count; k++) {
				if (descriptor->chips[k].board_at == board)
					descriptor->chips[k].board_at = i;
			}
		}
	}
}

int parse_relate(struct parse *parse)
{
	find_gateways(parse);
	place_boards(parse->descriptor);
	return parse_links(parse);
}

const struct descriptor_chip *descriptor_fellow(const struct descriptor *descriptor,
						const struct descriptor_chip *chip)
{
	const struct descriptor_chip *fellow = NULL;

	for (size_t i = 0; i < descriptor->count; i++) {
		const struct descriptor_chip *other = &descriptor->chips[i];

		if (other == chip || other->board_at != chip->board_at)
			continue;
		if (fellow)
			return NULL;
		fellow = other;
	}
	return fellow;
}
