/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The nodes of the chips' own driver that this process has open. Knows how they look in sysfs;
 * does not know which runtime opened them.
 */
#ifndef TTMEMSTAT_NODES_H
#define TTMEMSTAT_NODES_H

#include "public.h"

/**
 * struct ttmemstat_node - a PCI function whose node is open
 * @fd: the process's descriptor
 * @live: its name still stands where it was opened
 * @pci: of the function
 */
struct ttmemstat_node {
	int fd;
	bool live;
	char pci[TT_MEMSTAT_PCI_LEN];
};

/* One for each function, in the order of PCI addresses; @nodes to be released by free(). */
int ttmemstat_nodes_open(const char *sysfs, const char *fds, struct ttmemstat_node **nodes,
			 size_t *count);

#endif /* TTMEMSTAT_NODES_H */
