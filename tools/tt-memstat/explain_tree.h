/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Build JSON objects without checking each step; the caller checks for a lack of memory at the end.
 */
#ifndef TT_MEMSTAT_EXPLAIN_TREE_H
#define TT_MEMSTAT_EXPLAIN_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <json-c/json.h>
#include <ttmemstat.h>

struct tree {
	struct json_object *object;
	bool failed;
};

struct tree tree_new(void);
/* tree_put() and tree_child() take ownership of @value and @child. */
void tree_put(struct tree *tree, const char *key, struct json_object *value);
void tree_child(struct tree *tree, const char *key, struct tree *child);
void tree_push(struct tree *tree, struct json_object *list, struct tree *child);
void tree_number(struct tree *tree, const char *key, uint64_t value);
/* The text is sanitized; nothing is added if @value is NULL. */
void tree_text(struct tree *tree, const char *key, const char *value);
/* Add all known figures, by their names. */
void tree_figures(struct tree *tree, const struct tt_memstat_figures *figures);
/* Print a text with quotes, for JSON that is too long for an object. */
void tree_print_string(FILE *out, const char *text);

#endif
