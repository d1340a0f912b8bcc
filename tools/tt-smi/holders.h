/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes that hold a card and report no memory: tt-kmd's list of open nodes, one file for each
 * chip, against the clients of the module. Walks no directory; of each it reads the command line,
 * and of one that has the name of a management tool also the mappings, as far as they are its user's
 * to read.
 */
#ifndef SMI_HOLDERS_H
#define SMI_HOLDERS_H

#include "collect.h"
#include "kmd.h"
#include "owner.h"
#include "smi.h"

/*
 * Adds the holders of the requested chips. To be called before other chips are dropped from the
 * snapshot, because a process may report on a remote chip behind the card only. 0 or -ENOMEM.
 */
int smi_holders(struct smi_snapshot *s, const struct smi_request *request, struct smi_kmd *kmd,
		struct smi_names *names);

/*
 * Pure: process ids in the text of a file of tt-kmd, each once, without 0; @out has room for @max.
 * @zeros: lines that stand for a process of another namespace.
 */
size_t smi_holders_parse(const char *text, pid_t *out, size_t max, size_t *zeros);

#endif
