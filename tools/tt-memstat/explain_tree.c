// SPDX-License-Identifier: GPL-2.0-only
/* Build objects of JSON. */
#include "explain_tree.h"

void tree_put(struct tree *tree, const char *key, struct json_object *value)
{
	if (!value || json_object_object_add(tree->object, key, value)) {
		json_object_put(value);
		tree->failed = true;
	}
}

void tree_number(struct tree *tree, const char *key, uint64_t value)
{
	tree_put(tree, key, json_object_new_uint64(value));
}

void tree_text(struct tree *tree, const char *key, const char *value)
{
	char clean[4096];

	if (!value)
		return;
	ttmemstat_sanitize(clean, sizeof(clean), value);
	tree_put(tree, key, json_object_new_string(clean));
}

void tree_child(struct tree *tree, const char *key, struct tree *child)
{
	tree->failed |= child->failed;
	tree_put(tree, key, child->object);
}

void tree_push(struct tree *tree, struct json_object *list, struct tree *child)
{
	tree->failed |= child->failed;
	if (!child->object || !list || json_object_array_add(list, child->object)) {
		json_object_put(child->object);
		tree->failed = true;
	}
}

struct tree tree_new(void)
{
	struct tree tree = { .object = json_object_new_object() };

	tree.failed = !tree.object;
	return tree;
}

void tree_figures(struct tree *tree, const struct tt_memstat_figures *figures)
{
	for (unsigned int n = 0; n < TT_MEMSTAT_FIGURES; n++) {
		const char *name = ttmemstat_figure_name(n);
		uint64_t value;
		int64_t number;

		if (!name || !ttmemstat_figure(figures, n, &value))
			continue;
		if (ttmemstat_figure_is_signed(n) && ttmemstat_figure_signed(figures, n, &number))
			tree_put(tree, name, json_object_new_int64(number));
		else
			tree_number(tree, name, value);
	}
}

void tree_print_string(FILE *out, const char *text)
{
	struct json_object *string = json_object_new_string(text);

	fputs(string ? json_object_to_json_string(string) : "\"\"", out);
	json_object_put(string);
}
