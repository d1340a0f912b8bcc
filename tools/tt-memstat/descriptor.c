// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cluster descriptors of UMD: sections to chips.
 *
 * A section is a mapping from chip ids or, from older writers, a list of such mappings. Each
 * section may be missing or empty; its values are then unknown and never assumed. Unknown keys are
 * ignored.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "descriptor_parse.h"

int parse_reject(struct parse *parse, const yaml_node_t *node, const char *format, ...)
{
	struct descriptor_error *error = parse->error;
	size_t used = 0;
	va_list args;

	error->line = yaml_line(node);
	if (parse->section)
		used = (size_t)snprintf(error->message, sizeof(error->message), "%s: ",
					parse->section);
	va_start(args, format);
	vsnprintf(error->message + used, sizeof(error->message) - used, format, args);
	va_end(args);
	return -EINVAL;
}

const yaml_node_t *parse_node(struct parse *parse, yaml_node_item_t index)
{
	return yaml_document_get_node(&parse->doc, index);
}

struct descriptor_chip *parse_chip(const struct parse *parse, uint32_t id)
{
	struct descriptor *descriptor = parse->descriptor;

	for (size_t i = 0; i < descriptor->count; i++) {
		if (descriptor->chips[i].id == id)
			return &descriptor->chips[i];
	}
	return NULL;
}

int parse_number(struct parse *parse, const yaml_node_t *node, const char *what, uint64_t max,
		 uint64_t *value)
{
	const char *text = yaml_text(node);

	if (!yaml_read_u64(node, max, value))
		return 0;
	if (!text)
		return parse_reject(parse, node, "%s: a number is needed", what);
	return parse_reject(parse, node, "%s: not a number up to %llu: %.64s", what,
			    (unsigned long long)max, text);
}

int parse_number32(struct parse *parse, const yaml_node_t *node, const char *what,
		   uint32_t *value)
{
	uint64_t wide;
	int err = parse_number(parse, node, what, UINT32_MAX, &wide);

	if (!err)
		*value = (uint32_t)wide;
	return err;
}

int parse_text(struct parse *parse, const yaml_node_t *node, const char *what,
	       char (*out)[DESCRIPTOR_TEXT])
{
	const char *found = yaml_text(node);

	if (!found)
		return parse_reject(parse, node, "%s: a text is needed", what);
	snprintf(*out, sizeof(*out), "%s", found);
	return 0;
}

/* Read one chip's value in a section; @value is NULL if the section lists the chip without one. */
typedef int (*read_fn)(struct parse *parse, struct descriptor_chip *chip, const yaml_node_t *key,
		       const yaml_node_t *value);

struct section {
	const char *name;
	read_fn read;
	bool makes_chips;
	bool alone;			/* chips may be listed without a value */
};

static int chip_of(struct parse *parse, const struct section *section, const yaml_node_t *key,
		   struct descriptor_chip **chip)
{
	struct descriptor *descriptor = parse->descriptor;
	uint32_t id;
	int err = parse_number32(parse, key, "id of a chip", &id);

	if (err)
		return err;
	*chip = parse_chip(parse, id);
	if (*chip)
		return 0;
	if (!section->makes_chips)
		return parse_reject(parse, key, "no chip %u in `arch` or `chips`", id);
	if (descriptor->count == DESCRIPTOR_CHIPS_MAX)
		return parse_reject(parse, key, "more than %d chips", DESCRIPTOR_CHIPS_MAX);
	*chip = &descriptor->chips[descriptor->count++];
	(*chip)->id = id;
	(*chip)->gateway = DESCRIPTOR_NONE;
	(*chip)->board_at = DESCRIPTOR_NONE;
	return 0;
}

/* Chips already read. An id may be written in two notations, or appear in two items of a list. */
struct seen {
	uint32_t ids[DESCRIPTOR_CHIPS_MAX];
	size_t count;
};

static int read_one(struct parse *parse, const struct section *section, struct seen *seen,
		    const yaml_node_t *key, const yaml_node_t *value)
{
	struct descriptor_chip *chip;
	int err = chip_of(parse, section, key, &chip);

	if (err)
		return err;
	for (size_t i = 0; i < seen->count; i++) {
		if (seen->ids[i] == chip->id)
			return parse_reject(parse, key, "chip %u: repeated", chip->id);
	}
	seen->ids[seen->count++] = chip->id;
	if (value && yaml_is_null(value)) {
		if (!section->alone)
			return 0;
		value = NULL;
	}
	return section->read(parse, chip, key, value);
}

static int read_map(struct parse *parse, const struct section *section, struct seen *seen,
		    const yaml_node_t *map)
{
	int err = 0;

	for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top && !err; pair++)
		err = read_one(parse, section, seen, parse_node(parse, pair->key),
			       parse_node(parse, pair->value));
	return err;
}

static int read_list(struct parse *parse, const struct section *section, struct seen *seen,
		     const yaml_node_t *list)
{
	int err = 0;

	for (const yaml_node_item_t *item = list->data.sequence.items.start;
	     item < list->data.sequence.items.top && !err; item++) {
		const yaml_node_t *node = parse_node(parse, *item);

		if (node->type == YAML_MAPPING_NODE)
			err = read_map(parse, section, seen, node);
		else if (section->alone)
			err = read_one(parse, section, seen, node, NULL);
		else
			err = parse_reject(parse, node, "a mapping from a chip's id is needed");
	}
	return err;
}

static int read_section(struct parse *parse, const struct section *section)
{
	const yaml_node_t *node = yaml_find(&parse->doc, parse->root, section->name);
	struct seen *seen;
	int err;

	if (yaml_is_null(node))
		return 0;
	parse->section = section->name;
	seen = calloc(1, sizeof(*seen));
	if (!seen)
		return -ENOMEM;
	if (node->type == YAML_MAPPING_NODE)
		err = read_map(parse, section, seen, node);
	else if (node->type == YAML_SEQUENCE_NODE)
		err = read_list(parse, section, seen, node);
	else
		err = parse_reject(parse, node, "a mapping from chips' ids is needed");
	free(seen);
	parse->section = NULL;
	return err;
}

static int read_arch(struct parse *parse, struct descriptor_chip *chip, const yaml_node_t *key,
		     const yaml_node_t *value)
{
	(void)key;
	return parse_text(parse, value, "arch", &chip->arch);
}

/* Coordinates in a mesh: only the presence of the chip matters. */
static int read_nothing(struct parse *parse, struct descriptor_chip *chip, const yaml_node_t *key,
			const yaml_node_t *value)
{
	(void)parse;
	(void)chip;
	(void)key;
	(void)value;
	return 0;
}

static int read_unique_id(struct parse *parse, struct descriptor_chip *chip,
			  const yaml_node_t *key, const yaml_node_t *value)
{
	uint64_t id;
	int err = parse_number(parse, value, "unique id", UINT64_MAX, &id);

	(void)key;
	if (err || !id)
		return err;
	for (size_t i = 0; i < parse->descriptor->count; i++) {
		if (parse->descriptor->chips[i].unique_id == id)
			return parse_reject(parse, value, "chips %u and %u have the same unique id",
					    parse->descriptor->chips[i].id, chip->id);
	}
	chip->unique_id = id;
	return 0;
}

static int read_mmio(struct parse *parse, struct descriptor_chip *chip, const yaml_node_t *key,
		     const yaml_node_t *value)
{
	uint32_t ordinal;
	int err;

	(void)key;
	chip->reach = DESCRIPTOR_LOCAL;
	/* Without an ordinal, the entry only says that the chip has a PCI function. */
	if (!value)
		return 0;
	err = parse_number32(parse, value, "ordinal", &ordinal);
	if (err)
		return err;
	for (size_t i = 0; i < parse->descriptor->count; i++) {
		const struct descriptor_chip *other = &parse->descriptor->chips[i];

		if ((other->known & DESCRIPTOR_ORDINAL) && other->ordinal == ordinal)
			return parse_reject(parse, value, "chips %u and %u have the same ordinal",
					    other->id, chip->id);
	}
	chip->known |= DESCRIPTOR_ORDINAL;
	chip->ordinal = ordinal;
	return 0;
}

static int read_harvesting(struct parse *parse, struct descriptor_chip *chip,
			   const yaml_node_t *key, const yaml_node_t *value)
{
	const yaml_node_t *tensix = yaml_find(&parse->doc, value, "harvest_mask");
	const yaml_node_t *dram = yaml_find(&parse->doc, value, "dram_harvesting_mask");
	int err = 0;

	(void)key;
	if (value->type != YAML_MAPPING_NODE)
		return parse_reject(parse, value, "chip %u: a mapping is needed", chip->id);
	if (!yaml_is_null(tensix)) {
		err = parse_number32(parse, tensix, "harvest_mask", &chip->tensix_mask);
		chip->known |= DESCRIPTOR_TENSIX_MASK;
		chip->tensix_line = yaml_line(tensix);
	}
	if (!err && !yaml_is_null(dram)) {
		err = parse_number32(parse, dram, "dram_harvesting_mask", &chip->dram_mask);
		chip->known |= DESCRIPTOR_DRAM_MASK;
		chip->dram_line = yaml_line(dram);
	}
	return err;
}

static int read_location(struct parse *parse, struct descriptor_chip *chip,
			 const yaml_node_t *key, const yaml_node_t *value)
{
	uint64_t location = 0;
	int err = parse_number(parse, value, "ASIC location", DESCRIPTOR_LOCATION_MAX, &location);

	(void)key;
	chip->known |= DESCRIPTOR_LOCATION;
	chip->location = (uint32_t)location;
	return err;
}

static int read_bus(struct parse *parse, struct descriptor_chip *chip, const yaml_node_t *key,
		    const yaml_node_t *value)
{
	(void)key;
	chip->known |= DESCRIPTOR_BUS;
	return parse_number32(parse, value, "PCI bus", &chip->bus);
}

/* Parse "0000:41:00.0", with a domain of 4 to 7 digits, into @out in lower case. */
static bool parse_pci(const char *address, char (*out)[DESCRIPTOR_PCI])
{
	size_t domain = strspn(address, "0123456789abcdefABCDEF");
	const char *rest = address + domain;
	size_t i;

	if (domain < 4 || domain > 7 || strlen(rest) != 8 || rest[0] != ':' || rest[3] != ':' ||
	    rest[6] != '.' || rest[7] < '0' || rest[7] > '7' || rest[4] > '1')
		return false;
	for (i = 1; i < 6; i++) {
		if (i != 3 && !isxdigit((unsigned char)rest[i]))
			return false;
	}
	for (i = 0; address[i]; i++)
		(*out)[i] = (char)tolower((unsigned char)address[i]);
	(*out)[i] = '\0';
	return true;
}

static int read_pci(struct parse *parse, struct descriptor_chip *chip, const yaml_node_t *key,
		    const yaml_node_t *value)
{
	const char *address = yaml_text(value);
	char pci[DESCRIPTOR_PCI];

	if (!address || !parse_pci(address, &pci))
		return parse_reject(parse, value, "not a PCI address: %.64s", address ? address : "");
	if (parse->mmio_told && chip->reach != DESCRIPTOR_LOCAL)
		return parse_reject(parse, key, "chip %u is not in `chips_with_mmio`", chip->id);
	for (size_t i = 0; i < parse->descriptor->count; i++) {
		if (!strcmp(parse->descriptor->chips[i].pci, pci))
			return parse_reject(parse, value,
					    "chips %u and %u have the same PCI address",
					    parse->descriptor->chips[i].id, chip->id);
	}
	memcpy(chip->pci, pci, sizeof(pci));
	chip->reach = DESCRIPTOR_LOCAL;
	return 0;
}

/* The first section that has the type of a board wins. */
static int read_board_type(struct parse *parse, struct descriptor_chip *chip,
			   const yaml_node_t *key, const yaml_node_t *value)
{
	(void)key;
	return chip->board[0] ? 0 : parse_text(parse, value, "board type", &chip->board);
}

static int by_id(const void *left, const void *right)
{
	const struct descriptor_chip *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static int read_chips(struct parse *parse)
{
	static const struct section sections[] = {
		{ .name = "arch", .read = read_arch, .makes_chips = true },
		{ .name = "chips", .read = read_nothing, .makes_chips = true },
	};
	struct descriptor *descriptor = parse->descriptor;
	int err = 0;

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && !err; i++)
		err = read_section(parse, &sections[i]);
	if (!err && !descriptor->count)
		err = parse_reject(parse, parse->root, "not a cluster descriptor: no chip in `arch`");
	qsort(descriptor->chips, descriptor->count, sizeof(*descriptor->chips), by_id);
	return err;
}

static int read_device_type(struct parse *parse)
{
	const yaml_node_t *node = yaml_find(&parse->doc, parse->root, "io_device_type");
	const char *type;

	/* Older descriptors only describe PCI devices. */
	parse->descriptor->pcie = true;
	if (yaml_is_null(node))
		return 0;
	type = yaml_text(node);
	if (!type)
		return parse_reject(parse, node, "io_device_type: a text is needed");
	parse->descriptor->pcie = !strcasecmp(type, "PCIe");
	return 0;
}

static int read_all(struct parse *parse)
{
	static const struct section sections[] = {
		{ .name = "chip_unique_ids", .read = read_unique_id },
		{ .name = "chips_with_mmio", .read = read_mmio, .alone = true },
		{ .name = "harvesting", .read = read_harvesting },
		{ .name = "asic_locations", .read = read_location },
		{ .name = "chip_to_bus_id", .read = read_bus },
		{ .name = "chip_pci_bdfs", .read = read_pci },
		{ .name = "chip_to_boardtype", .read = read_board_type },
		{ .name = "boardtype", .read = read_board_type },
	};
	int err;

	if (parse->root->type != YAML_MAPPING_NODE)
		return parse_reject(parse, parse->root,
				    "not a cluster descriptor: a mapping is needed");
	err = read_chips(parse);
	if (!err)
		err = read_device_type(parse);
	if (!err)
		err = parse_boards(parse);
	parse->mmio_told = !yaml_is_null(yaml_find(&parse->doc, parse->root, "chips_with_mmio"));
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && !err; i++)
		err = read_section(parse, &sections[i]);
	return err;
}

int descriptor_parse(const char *text, size_t len, struct descriptor **descriptor,
		     struct descriptor_error *error)
{
	struct parse parse = { .error = error };
	int err;

	memset(error, 0, sizeof(*error));
	if (len > DESCRIPTOR_BYTES_MAX) {
		error->line = 1;
		snprintf(error->message, sizeof(error->message), "more than %u bytes",
			 DESCRIPTOR_BYTES_MAX);
		return -EINVAL;
	}
	err = yaml_doc_load(text, len, &parse.doc, error);
	if (err)
		return err;
	parse.root = yaml_document_get_root_node(&parse.doc);
	parse.descriptor = calloc(1, sizeof(*parse.descriptor));
	if (parse.descriptor)
		parse.descriptor->chips =
			calloc(DESCRIPTOR_CHIPS_MAX, sizeof(struct descriptor_chip));
	err = parse.descriptor && parse.descriptor->chips ? read_all(&parse) : -ENOMEM;
	if (!err)
		err = parse_relate(&parse);
	yaml_document_delete(&parse.doc);
	if (err) {
		descriptor_free(parse.descriptor);
		return err;
	}
	*descriptor = parse.descriptor;
	return 0;
}

void descriptor_free(struct descriptor *descriptor)
{
	if (!descriptor)
		return;
	free(descriptor->chips);
	free(descriptor);
}
