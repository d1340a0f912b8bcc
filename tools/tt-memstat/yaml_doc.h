/* SPDX-License-Identifier: GPL-2.0-only */
/* Parse YAML text to a tree, with the place of an error, and read scalars. */
#ifndef TT_MEMSTAT_YAML_DOC_H
#define TT_MEMSTAT_YAML_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <yaml.h>

#include "descriptor.h"

/*
 * Parse a text with a single document; release with yaml_document_delete(). Duplicate keys are
 * errors. -EINVAL with place and reason in @error; -ENOMEM.
 */
int yaml_doc_load(const char *text, size_t len, yaml_document_t *doc,
		  struct descriptor_error *error);

size_t yaml_line(const yaml_node_t *node);
/* No value: NULL, an empty plain scalar, `~` or `null`. */
bool yaml_is_null(const yaml_node_t *node);
/* Decimal or 0x, quoted or not, at most @max. -EINVAL: anything else, including octal. */
int yaml_read_u64(const yaml_node_t *node, uint64_t max, uint64_t *value);
/* NULL: not a scalar, or with a NUL inside. Lives as long as the document. */
const char *yaml_text(const yaml_node_t *node);
/* NULL: @map is not a mapping or lacks the key. */
yaml_node_t *yaml_find(yaml_document_t *doc, const yaml_node_t *map, const char *key);

#endif
