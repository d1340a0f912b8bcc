/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Proof: a process has the node of a chip open.
 */
#ifndef TTMEM_KMD_NODE_H
#define TTMEM_KMD_NODE_H

struct device;

int ttmem_kmd_node_check(struct device *function, unsigned int fd);
struct device *ttmem_kmd_node_get(struct device *function);

#endif /* TTMEM_KMD_NODE_H */
