/* SPDX-License-Identifier: GPL-2.0-only */
/* The captures to replay: a file, standard input, or all files of a directory. */
#ifndef TT_MEMSTAT_WORKLOAD_H
#define TT_MEMSTAT_WORKLOAD_H

#include "capture.h"
#include "cli.h"

/**
 * struct workload_part - one file
 * @file: name without directory
 * @first: index of its first node
 */
struct workload_part {
	char *file;
	size_t first;
};

/**
 * struct workload - all files
 * @name: as given
 * @capture: the files' captures, concatenated
 */
struct workload {
	const char *name;
	struct capture *capture;
	struct workload_part *parts;
	size_t part_count;
};

/*
 * @name: a file, "-", or a directory, whose *.json are sorted by name, with numbers in numeric
 *	order.
 * On failure, prints the reason.
 */
enum cli_status workload_read(const char *name, struct workload *workload);
void workload_free(struct workload *workload);

/* "node 7", or with several files "matmul_2.json: node 7". */
const char *workload_node(const struct workload *workload, size_t node, char *text, size_t len);
#define WORKLOAD_NODE_LEN	192

#endif
