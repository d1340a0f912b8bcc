/* SPDX-License-Identifier: GPL-2.0-only */
/* Files below a temporary directory that stands for /sys. */
#ifndef TTMEMSTAT_TREE_H
#define TTMEMSTAT_TREE_H

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing.h"

/* The full path of @path below @root, in @full; creates the directories above it. */
static inline void tree_path(const char *root, const char *path, char full[PATH_MAX])
{
	char *p;

	snprintf(full, PATH_MAX, "%s/%s", root, path);
	for (p = full + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(full, 0755);
		*p = '/';
	}
}

static inline void tree_put(const char *root, const char *path, const char *bytes, size_t len)
{
	char full[PATH_MAX];
	FILE *f;

	tree_path(root, path, full);
	f = fopen(full, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static inline void tree_link(const char *root, const char *path, const char *target)
{
	char full[PATH_MAX];

	tree_path(root, path, full);
	assert_int_equal(symlink(target, full), 0);
}

#endif /* TTMEMSTAT_TREE_H */
