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
	enum smi_sort sort;
	bool reverse;
	bool whole; /* all that is known of chips and processes, not what a screen needs */
	bool telemetry;
	bool details;	/* as well, see details.h */
	bool local;	/* without remote chips */
};

/* Where snapshots come from; @keep: one after the other, with files left open between them. */
struct smi_source;

int smi_source_new(struct smi_source **source, const struct smi_request *request, bool keep);
void smi_source_free(struct smi_source *source);

/* A chip came, went or changed: look at everything anew. */
void smi_source_forget(struct smi_source *source);

/*
 * -ENOENT: the module is not loaded; -ENODEV: @missing is an element of request->chips that
 * names no chip; else as the library's. @cores: a chip whose cores are wanted, NULL: none.
 * Release with smi_snapshot_release() in any case.
 */
int smi_collect(struct smi_snapshot *s, struct smi_source *source, const char *cores,
		const char **missing);
void smi_snapshot_release(struct smi_snapshot *s);

/* Whether @text, as a user writes it, names the chip. */
bool smi_chip_matches(const struct ttmemstat_chip *chip, const char *text);

/* Whether the chip is one of those that were asked for. */
bool smi_selects_chip(const struct smi_request *request, const struct ttmemstat_chip *chip);

/*
 * Frees and drops the chips that nobody asked for. -ENODEV, with all as they were: @missing is an
 * element of request->chips that names none.
 */
int smi_select_chips(const struct smi_request *request, struct ttmemstat_chip **chips,
		     size_t *count, const char **missing);

/* Whether the client is of a process and a user that were named. */
bool smi_selects_client(const struct smi_request *request, const struct ttmemstat_client *client);

#endif
