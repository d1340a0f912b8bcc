/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Proof: a process has the node of a chip open.
 */
#ifndef TTMEM_PROOF_H
#define TTMEM_PROOF_H

struct device;

int ttmem_proof_check(struct device *function, unsigned int fd);
struct device *ttmem_proof_node(struct device *function);

#endif /* TTMEM_PROOF_H */
