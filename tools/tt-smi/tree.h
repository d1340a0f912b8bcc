/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The process tree.
 *
 * Pure: orders groups as a forest and adds rows for ancestors that do not report.
 */
#ifndef SMI_TREE_H
#define SMI_TREE_H

#include "groups.h"

#define SMI_TREE_PREFIX 128

/* A row of an ancestor or, without @ancestor, of the next group. */
struct smi_tree_row {
	const struct smi_usage *ancestor;
	struct smi_use use;	/* sum over the descendants of an ancestor */
	char prefix[SMI_TREE_PREFIX];
};

struct smi_tree {
	struct smi_tree_row *rows;
	size_t count;
};

/*
 * Make one row per group, in order. With @kin, reorder the groups as a forest and add rows for
 * ancestors; siblings keep the order of their first descendants. -ENOMEM.
 */
int smi_tree_make(struct smi_tree *t, struct smi_groups *g, const struct smi_snapshot *s, bool kin,
		  bool utf8);
void smi_tree_release(struct smi_tree *t);

#endif
