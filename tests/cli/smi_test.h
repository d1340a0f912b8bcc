/* SPDX-License-Identifier: GPL-2.0-only */
/* Snapshots for unit tests, of the recorded trees below $SMI_TREES (smi_trees.py). */
#ifndef TT_SMI_TEST_H
#define TT_SMI_TEST_H

#include <stdlib.h>
#include <string.h>

#include "../unit.h"

#include "collect.h"
#include "snapshot.h"

struct world {
	char root[256];
	struct smi_request request;
	struct smi_source *source;
	struct smi_snapshot s;
};

static inline void begin(struct world *w, const char *tree)
{
	const char *trees = getenv("SMI_TREES");

	assert_non_null(trees);
	memset(w, 0, sizeof(*w));
	snprintf(w->root, sizeof(w->root), "%s/%s", trees, tree);
	w->request.sysfs_root = w->root;
	assert_int_equal(smi_source_new(&w->source, &w->request, true), 0);
}

static inline void look(struct world *w, const char *cores)
{
	const char *missing;

	smi_snapshot_release(&w->s);
	assert_int_equal(smi_collect(&w->s, w->source, cores, &missing), 0);
}

static inline void end(struct world *w)
{
	smi_snapshot_release(&w->s);
	smi_source_free(w->source);
}

#endif /* TT_SMI_TEST_H */
