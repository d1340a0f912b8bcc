/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Red-black trees through their members (rbtree.c); NULL is a black leaf. */
#ifndef TTMEM_SHIM_RBTREE_H
#define TTMEM_SHIM_RBTREE_H

#include <linux/kernel.h>

struct rb_node {
	struct rb_node *rb_parent;
	struct rb_node *rb_left;
	struct rb_node *rb_right;
	bool rb_red;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT		((struct rb_root) { NULL })
#define RB_ROOT_CACHED	((struct rb_root_cached) { { NULL }, NULL })
#define RB_EMPTY_ROOT(root)	(!(root)->rb_node)

#define rb_entry(node, type, member)	container_of(node, type, member)
#define rb_entry_safe(node, type, member) __extension__ ({ \
	__typeof__(node) shim_node = (node); \
	shim_node ? rb_entry(shim_node, type, member) : NULL; })

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **link)
{
	*node = (struct rb_node) { .rb_parent = parent, .rb_red = true };
	*link = node;
}

/* @node was linked where it belongs, or is in the tree. */
void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);

struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

/* Children before their parents: each may be freed when it has been passed. */
struct rb_node *shim_rb_first_postorder(const struct rb_root *root);
struct rb_node *shim_rb_next_postorder(const struct rb_node *node);

#define rbtree_postorder_for_each_entry_safe(pos, after, root, member) \
	for (pos = rb_entry_safe(shim_rb_first_postorder(root), __typeof__(*(pos)), member); \
	     pos && ((after = rb_entry_safe(shim_rb_next_postorder(&pos->member), \
					    __typeof__(*(pos)), member)), true); pos = after)

static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *tree,
					  bool leftmost)
{
	if (leftmost)
		tree->rb_leftmost = node;
	rb_insert_color(node, &tree->rb_root);
}

static inline void rb_erase_cached(struct rb_node *node, struct rb_root_cached *tree)
{
	if (tree->rb_leftmost == node)
		tree->rb_leftmost = rb_next(node);
	rb_erase(node, &tree->rb_root);
}

static inline struct rb_node *rb_first_cached(const struct rb_root_cached *tree)
{
	return tree->rb_leftmost;
}

#endif
