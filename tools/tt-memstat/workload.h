/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is to be replayed: a capture from a file, from standard input, or from all files of a
 * directory.
 *
 * Knows files and says what is wrong with them. Does not know chips.
 */
#ifndef TT_MEMSTAT_WORKLOAD_H
#define TT_MEMSTAT_WORKLOAD_H

#include "capture.h"
#include "cli.h"

/**
 * struct workload_part - one file of it
 * @file: name without directory
 * @first: index of its first node
 */
struct workload_part {
	char *file;
	size_t first;
};

/**
 * struct workload - all of it
 * @name: as given
 * @capture: the files' captures, one after the other
 */
struct workload {
	const char *name;
	struct capture *capture;
	struct workload_part *parts;
	size_t part_count;
};

/*
 * @name: a file, "-", or a directory of which all *.json are taken, in the order of their names
 * with numbers in them as numbers. What is wrong has then been said.
 */
enum cli_status workload_read(const char *name, struct workload *workload);
void workload_free(struct workload *workload);

/* "node 7", or of several files "matmul_2.json: node 7". */
const char *workload_node(const struct workload *workload, size_t node, char *text, size_t len);
#define WORKLOAD_NODE_LEN	192

#endif
