/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * tt-kmd's nodes that this process has open, as found in /proc/self/fd and sysfs.
 */
#ifndef TTMEMSTAT_NODES_H
#define TTMEMSTAT_NODES_H

#include "public.h"

/**
 * struct ttmemstat_node - a PCI function whose node is open
 * @fd: the process's descriptor
 * @live: the path of the descriptor still leads to this node
 * @pci: of the function
 */
struct ttmemstat_node {
	int fd;
	bool live;
	char pci[TT_MEMSTAT_PCI_LEN];
};

/* One node for each function, sorted by PCI address. Release @nodes with free(). */
int ttmemstat_nodes_open(const char *sysfs, const char *fds, struct ttmemstat_node **nodes,
			 size_t *count);

#endif /* TTMEMSTAT_NODES_H */
