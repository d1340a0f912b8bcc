// SPDX-License-Identifier: GPL-2.0-only
/* Parse YAML text to a tree, and read scalars. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yaml_doc.h"

size_t yaml_line(const yaml_node_t *node)
{
	return node->start_mark.line + 1;
}

bool yaml_is_null(const yaml_node_t *node)
{
	const char *text = node ? yaml_text(node) : "";

	if (!text || (node && node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE))
		return false;
	return !*text || !strcmp(text, "~") || !strcasecmp(text, "null");
}

const char *yaml_text(const yaml_node_t *node)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE)
		return NULL;
	text = (const char *)node->data.scalar.value;
	return strlen(text) == node->data.scalar.length ? text : NULL;
}

int yaml_read_u64(const yaml_node_t *node, uint64_t max, uint64_t *value)
{
	const char *text = yaml_text(node);
	const char *digits = "0123456789";
	unsigned long long number;
	int base = 10;

	if (!text)
		return -EINVAL;
	/* The value of 010 depends on the version of YAML. */
	if (text[0] == '0' && text[1]) {
		if (text[1] != 'x' && text[1] != 'X')
			return -EINVAL;
		text += 2;
		digits = "0123456789abcdefABCDEF";
		base = 16;
	}
	if (!*text || text[strspn(text, digits)])
		return -EINVAL;
	errno = 0;
	number = strtoull(text, NULL, base);
	if (errno || number > max)
		return -EINVAL;
	*value = number;
	return 0;
}

yaml_node_t *yaml_find(yaml_document_t *doc, const yaml_node_t *map, const char *key)
{
	if (map->type != YAML_MAPPING_NODE)
		return NULL;
	for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top; pair++) {
		const char *text = yaml_text(yaml_document_get_node(doc, pair->key));

		if (text && !strcmp(text, key))
			return yaml_document_get_node(doc, pair->value);
	}
	return NULL;
}

static int by_key(const void *left, const void *right)
{
	const yaml_node_t *a = *(const yaml_node_t *const *)left;
	const yaml_node_t *b = *(const yaml_node_t *const *)right;
	size_t shorter = a->data.scalar.length < b->data.scalar.length ? a->data.scalar.length :
									 b->data.scalar.length;
	int order = memcmp(a->data.scalar.value, b->data.scalar.value, shorter);

	if (!order)
		order = (a->data.scalar.length > b->data.scalar.length) -
			(a->data.scalar.length < b->data.scalar.length);
	if (!order)
		order = (a->start_mark.index > b->start_mark.index) -
			(a->start_mark.index < b->start_mark.index);
	return order;
}

static int check_keys(yaml_document_t *doc, const yaml_node_t *map, struct descriptor_error *error)
{
	size_t pairs = (size_t)(map->data.mapping.pairs.top - map->data.mapping.pairs.start);
	const yaml_node_t **keys = calloc(pairs ? pairs : 1, sizeof(*keys));
	size_t count = 0;
	int err = 0;

	if (!keys)
		return -ENOMEM;
	for (size_t i = 0; i < pairs; i++) {
		const yaml_node_t *key =
			yaml_document_get_node(doc, map->data.mapping.pairs.start[i].key);

		if (key->type == YAML_SCALAR_NODE)
			keys[count++] = key;
	}
	qsort(keys, count, sizeof(*keys), by_key);
	for (size_t i = 1; i < count && !err; i++) {
		if (keys[i]->data.scalar.length != keys[i - 1]->data.scalar.length ||
		    memcmp(keys[i]->data.scalar.value, keys[i - 1]->data.scalar.value,
			   keys[i]->data.scalar.length))
			continue;
		error->line = yaml_line(keys[i]);
		snprintf(error->message, sizeof(error->message),
			 "%.64s: repeated, first in line %zu",
			 (const char *)keys[i]->data.scalar.value, yaml_line(keys[i - 1]));
		err = -EINVAL;
	}
	free(keys);
	return err;
}

static int check_all_keys(yaml_document_t *doc, struct descriptor_error *error)
{
	int err = 0;

	for (const yaml_node_t *node = doc->nodes.start; node < doc->nodes.top && !err; node++) {
		if (node->type == YAML_MAPPING_NODE)
			err = check_keys(doc, node, error);
	}
	return err;
}

static size_t line_at(const char *text, size_t len, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < len; i++)
		line += text[i] == '\n';
	return line;
}

static int explain(const yaml_parser_t *parser, const char *text, size_t len,
		   struct descriptor_error *error)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	/* Errors of libyaml's reader have an offset but no line. */
	if (parser->error == YAML_READER_ERROR)
		error->line = line_at(text, len, parser->problem_offset);
	else
		error->line = parser->problem_mark.line + 1;
	snprintf(error->message, sizeof(error->message), "not YAML: %s",
		 parser->problem ? parser->problem : "malformed");
	return -EINVAL;
}

static int no_more(yaml_parser_t *parser, const char *text, size_t len,
		   struct descriptor_error *error)
{
	yaml_document_t next;
	yaml_node_t *root;
	int err = 0;

	if (!yaml_parser_load(parser, &next))
		return explain(parser, text, len, error);
	root = yaml_document_get_root_node(&next);
	if (root) {
		error->line = yaml_line(root);
		snprintf(error->message, sizeof(error->message), "a second document");
		err = -EINVAL;
	}
	yaml_document_delete(&next);
	return err;
}

int yaml_doc_load(const char *text, size_t len, yaml_document_t *doc,
		  struct descriptor_error *error)
{
	yaml_parser_t parser;
	int err;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, doc)) {
		err = explain(&parser, text, len, error);
		yaml_parser_delete(&parser);
		return err;
	}
	if (!yaml_document_get_root_node(doc)) {
		error->line = 1;
		snprintf(error->message, sizeof(error->message), "nothing in it");
		err = -EINVAL;
	} else {
		err = no_more(&parser, text, len, error);
	}
	if (!err)
		err = check_all_keys(doc, error);
	yaml_parser_delete(&parser);
	if (err)
		yaml_document_delete(doc);
	return err;
}
