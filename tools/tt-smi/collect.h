/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking a snapshot: chips and clients by the library's reader, names from the system.
 *
 * Opens no device and walks no directory of /proc.
 */
#ifndef SMI_COLLECT_H
#define SMI_COLLECT_H

#include <sys/types.h>

#include "smi.h"

/* What to look at. Empty lists select everything. */
struct smi_request {
	const char *sysfs_root;	/* NULL: the live system; else a recorded tree, read by itself */
	char **chips;		/* names, indexes, PCI addresses, unique ids, nodes */
	size_t chip_count;
	pid_t *pids;
	size_t pid_count;
	uid_t *uids;
	size_t uid_count;
};

/*
 * -ENOENT: the module is not loaded; -ENODEV: @missing is an element of request->chips that
 * names no chip; else as the library's. Release with smi_snapshot_release() in any case.
 */
int smi_collect(struct smi_snapshot *s, const struct smi_request *request, const char **missing);
void smi_snapshot_release(struct smi_snapshot *s);

/* Whether @text, as a user writes it, names the chip. */
bool smi_chip_matches(const struct ttm_chip *chip, const char *text);

#endif
