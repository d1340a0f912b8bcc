/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tenstorrent's own tool of our name: finds it in PATH and hands a command line over. Knows how to
 * tell theirs from ours; does not know what either can do.
 */
#ifndef SMI_PEER_H
#define SMI_PEER_H

#include <stdbool.h>

/*
 * Becomes the first tt-smi of PATH that is none of ours, with the arguments as they are, and does
 * not return. 0: there is none; -errno: it cannot be run.
 */
int smi_peer_exec(char **argv);

/* Pure: whether this is what one of ours prints for --version. Theirs prints the number alone. */
bool smi_peer_is_ours(const char *version);

#endif
