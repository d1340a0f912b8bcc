/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Proof: a process has the node of a chip open.
 */
#ifndef TTM_PROOF_H
#define TTM_PROOF_H

struct device;

int ttm_proof_check(struct device *function, unsigned int fd);
struct device *ttm_proof_node(struct device *function);

#endif /* TTM_PROOF_H */
