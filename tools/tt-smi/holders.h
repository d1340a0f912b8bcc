/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes that have a card open and report no memory: compares tt-kmd's list of open nodes, a
 * file for each chip, with the module's clients. Walks no directory. It also reads the command line
 * of each process. If that is a management tool's, it reads the mappings, too, if the caller may.
 */
#ifndef SMI_HOLDERS_H
#define SMI_HOLDERS_H

#include "collect.h"
#include "kmd.h"
#include "owner.h"
#include "smi.h"

/*
 * Add the holders of the selected chips. Call this before dropping other chips from the snapshot,
 * as a process may report on a remote chip only. 0 or -ENOMEM.
 */
int smi_holders(struct smi_snapshot *s, const struct smi_request *request, struct smi_kmd *kmd,
		struct smi_names *names);

#endif
