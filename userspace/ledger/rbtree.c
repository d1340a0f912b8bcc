// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Red-black trees: no red node has a red child, and all paths from a node down to its leaves have
 * the same number of black nodes.
 */
#include <linux/rbtree.h>

static bool is_red(const struct rb_node *node)
{
	return node && node->rb_red;
}

/* @with, or nothing, comes to be where @node is. */
static void replace(struct rb_root *root, struct rb_node *node, struct rb_node *with)
{
	struct rb_node *parent = node->rb_parent;

	if (!parent)
		root->rb_node = with;
	else if (parent->rb_left == node)
		parent->rb_left = with;
	else
		parent->rb_right = with;
	if (with)
		with->rb_parent = parent;
}

/* The child on the other side than @left comes up, @node goes down to the side of @left. */
static void rotate(struct rb_root *root, struct rb_node *node, bool left)
{
	struct rb_node *up = left ? node->rb_right : node->rb_left;
	struct rb_node *inner = left ? up->rb_left : up->rb_right;

	replace(root, node, up);
	if (left) {
		node->rb_right = inner;
		up->rb_left = node;
	} else {
		node->rb_left = inner;
		up->rb_right = node;
	}
	node->rb_parent = up;
	if (inner)
		inner->rb_parent = node;
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	while (is_red(node->rb_parent)) {
		struct rb_node *parent = node->rb_parent, *above = parent->rb_parent;
		bool left = above->rb_left == parent;
		struct rb_node *uncle = left ? above->rb_right : above->rb_left;

		above->rb_red = true;
		if (is_red(uncle)) {
			parent->rb_red = false;
			uncle->rb_red = false;
			node = above;
			continue;
		}
		if (node == (left ? parent->rb_right : parent->rb_left)) {
			rotate(root, parent, left);
			parent = node;
		}
		parent->rb_red = false;
		rotate(root, above, !left);
		break;
	}
	root->rb_node->rb_red = false;
}

/* The ways through @node, a child of @parent, which may be a leaf, lack a black node. */
static void lacks_black(struct rb_root *root, struct rb_node *node, struct rb_node *parent)
{
	while (parent && !is_red(node)) {
		bool left = parent->rb_left == node;
		struct rb_node *sibling = left ? parent->rb_right : parent->rb_left;
		struct rb_node *outer;

		if (sibling->rb_red) {
			sibling->rb_red = false;
			parent->rb_red = true;
			rotate(root, parent, left);
			sibling = left ? parent->rb_right : parent->rb_left;
		}
		if (!is_red(sibling->rb_left) && !is_red(sibling->rb_right)) {
			sibling->rb_red = true;
			node = parent;
			parent = node->rb_parent;
			continue;
		}
		outer = left ? sibling->rb_right : sibling->rb_left;
		if (!is_red(outer)) {
			outer = sibling;
			sibling = left ? sibling->rb_left : sibling->rb_right;
			rotate(root, outer, !left);
		}
		sibling->rb_red = parent->rb_red;
		parent->rb_red = false;
		outer->rb_red = false;
		rotate(root, parent, left);
		return;
	}
	if (node)
		node->rb_red = false;
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *next, *child, *parent;
	bool red = node->rb_red;

	if (!node->rb_left || !node->rb_right) {
		child = node->rb_left ? node->rb_left : node->rb_right;
		parent = node->rb_parent;
		replace(root, node, child);
	} else {
		/* The next one, which has no left child, takes its place. */
		next = rb_next(node);
		red = next->rb_red;
		child = next->rb_right;
		parent = next;
		if (next != node->rb_right) {
			parent = next->rb_parent;
			replace(root, next, child);
			next->rb_right = node->rb_right;
			next->rb_right->rb_parent = next;
		}
		replace(root, node, next);
		next->rb_left = node->rb_left;
		next->rb_left->rb_parent = next;
		next->rb_red = node->rb_red;
	}
	if (!red)
		lacks_black(root, child, parent);
}

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_right)
		return rb_first(&(struct rb_root) { node->rb_right });
	for (parent = node->rb_parent; parent && parent->rb_right == node;
	     parent = node->rb_parent)
		node = parent;
	return parent;
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_left)
		return rb_last(&(struct rb_root) { node->rb_left });
	for (parent = node->rb_parent; parent && parent->rb_left == node;
	     parent = node->rb_parent)
		node = parent;
	return parent;
}

static struct rb_node *deepest(struct rb_node *node)
{
	while (node && (node->rb_left || node->rb_right))
		node = node->rb_left ? node->rb_left : node->rb_right;
	return node;
}

struct rb_node *shim_rb_first_postorder(const struct rb_root *root)
{
	return deepest(root->rb_node);
}

struct rb_node *shim_rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = node->rb_parent;

	if (parent && parent->rb_left == node && parent->rb_right)
		return deepest(parent->rb_right);
	return parent;
}
