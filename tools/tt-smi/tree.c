// SPDX-License-Identifier: GPL-2.0-only
/* The process tree: see tree.h. */
#include "tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY		SIZE_MAX
#define GENERATIONS	24	/* indentation that fits the prefix; deeper rows use the same */

/* Groups come first, in order, then ancestors. */
struct node {
	pid_t pid;
	const struct smi_usage *usage;	/* NULL: unknown */
	struct smi_use use;		/* sum over the descendants */
	size_t parent;			/* index; NOBODY: unknown */
	size_t rank;			/* first group in this subtree; NOBODY: none */
	bool done;
};

struct forest {
	struct node *nodes;
	size_t count;
	size_t groups;
	struct smi_tree *tree;
	struct smi_group *order;	/* groups in the order of the forest */
	size_t ordered;
	const struct smi_groups *g;
	bool utf8;
};

static size_t find(const struct forest *f, pid_t pid)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->nodes[i].pid == pid)
			return i;
	return NOBODY;
}

static void make_nodes(struct forest *f, const struct smi_snapshot *s)
{
	for (size_t i = 0; i < f->groups; i++) {
		pid_t pid = f->g->list[i].first->client->pid;

		f->nodes[f->count++] = (struct node){ .pid = pid, .usage = smi_usage_of(s, pid),
						      .rank = NOBODY };
	}
	for (size_t i = 0; i < s->usage_count; i++)
		if (s->usages[i].command && find(f, s->usages[i].pid) == NOBODY)
			f->nodes[f->count++] = (struct node){ .pid = s->usages[i].pid,
							      .usage = &s->usages[i],
							      .rank = NOBODY };
	for (size_t i = 0; i < f->count; i++) {
		const struct smi_usage *usage = f->nodes[i].usage;

		f->nodes[i].parent = usage && usage->parent > 1 ? find(f, usage->parent) : NOBODY;
	}
}

/* Groups are visited in order, so the first to reach a node sets its rank. Terminates on loops. */
static void rank(struct forest *f)
{
	for (size_t i = 0; i < f->groups; i++)
		for (size_t n = i; n != NOBODY && f->nodes[n].rank == NOBODY; n = f->nodes[n].parent)
			f->nodes[n].rank = i;
}

static void sum(struct forest *f)
{
	for (size_t i = 0; i < f->groups; i++) {
		size_t n = f->nodes[i].parent;

		for (size_t steps = 0; n != NOBODY && steps < f->count; steps++) {
			smi_use_add(&f->nodes[n].use, &f->g->list[i].use);
			n = f->nodes[n].parent;
		}
	}
}

/* The child of @parent with the lowest rank above @after; NOBODY: none. */
static size_t next_child(const struct forest *f, size_t parent, size_t after)
{
	size_t best = NOBODY;

	for (size_t i = 0; i < f->count; i++) {
		const struct node *node = &f->nodes[i];

		if (node->parent == parent && !node->done && node->rank != NOBODY &&
		    (after == NOBODY || node->rank > after) &&
		    (best == NOBODY || node->rank < f->nodes[best].rank))
			best = i;
	}
	return best;
}

/* Add the rows of a subtree. @prefix: indentation of its root, without the branch. */
static void emit(struct forest *f, size_t n, const char *prefix, unsigned int depth, bool last)
{
	struct smi_tree_row *row = &f->tree->rows[f->tree->count++];
	char below[SMI_TREE_PREFIX];
	size_t child, next;

	f->nodes[n].done = true;
	*row = (struct smi_tree_row){ 0 };
	if (depth)
		snprintf(row->prefix, sizeof(row->prefix), "%s%s", prefix,
			 f->utf8 ? last ? "└ " : "├ " : last ? "`-" : "|-");
	if (n < f->groups) {
		f->order[f->ordered++] = f->g->list[n];
	} else {
		row->ancestor = f->nodes[n].usage;
		row->use = f->nodes[n].use;
	}
	if (!depth)
		below[0] = '\0';
	else
		snprintf(below, sizeof(below), "%s%s", prefix,
			 depth >= GENERATIONS ? "" : last ? "  " : f->utf8 ? "│ " : "| ");
	for (child = next_child(f, n, NOBODY); child != NOBODY; child = next) {
		next = next_child(f, n, f->nodes[child].rank);
		emit(f, child, below, depth + 1, next == NOBODY);
	}
}

static void plant(struct forest *f)
{
	size_t root;

	while ((root = next_child(f, NOBODY, NOBODY)) != NOBODY)
		emit(f, root, "", 0, true);
	/* Processes in a loop have no root. */
	for (size_t i = 0; i < f->groups; i++)
		if (!f->nodes[i].done)
			emit(f, i, "", 0, true);
}

int smi_tree_make(struct smi_tree *t, struct smi_groups *g, const struct smi_snapshot *s, bool kin,
		  bool utf8)
{
	size_t most = g->count + (kin ? s->usage_count : 0) + 1;
	struct forest f = { .groups = g->count, .tree = t, .g = g, .utf8 = utf8 };

	*t = (struct smi_tree){ .rows = calloc(most, sizeof(*t->rows)) };
	if (!t->rows)
		return -ENOMEM;
	t->count = kin ? 0 : g->count;
	if (!kin)
		return 0;
	f.nodes = calloc(most, sizeof(*f.nodes));
	f.order = calloc(g->count + 1, sizeof(*f.order));
	if (!f.nodes || !f.order) {
		free(f.nodes);
		free(f.order);
		smi_tree_release(t);
		return -ENOMEM;
	}
	make_nodes(&f, s);
	rank(&f);
	sum(&f);
	plant(&f);
	memcpy(g->list, f.order, g->count * sizeof(*g->list));
	free(f.nodes);
	free(f.order);
	return 0;
}

void smi_tree_release(struct smi_tree *t)
{
	free(t->rows);
	*t = (struct smi_tree){ 0 };
}
