/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds Tenstorrent's tt-smi in PATH and runs it in place of this program, which has the same name.
 */
#ifndef SMI_PEER_H
#define SMI_PEER_H

#include <stdbool.h>

/*
 * Executes the first tt-smi in PATH that is not this program, with the same arguments. It returns
 * only on failure: 0 if there is no such program, -errno if it cannot be executed.
 */
int smi_peer_exec(char **argv);

/*
 * Pure: whether @version is the output of this program for --version. Tenstorrent's tt-smi prints
 * the bare number.
 */
bool smi_peer_is_ours(const char *version);

#endif
