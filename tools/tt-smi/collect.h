/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Take a snapshot: chips and clients from the library's reader, names from the system. Opens no
 * device and walks no directory of /proc.
 */
#ifndef SMI_COLLECT_H
#define SMI_COLLECT_H

#include <sys/types.h>

#include "smi.h"

/* What to read. Empty lists select everything. */
struct smi_request {
	const char *sysfs_root;	/* NULL: the live system; else a recorded tree */
	char **chips;		/* names, indexes, PCI addresses, unique ids, nodes */
	size_t chip_count;
	pid_t *pids;
	size_t pid_count;
	uid_t *uids;
	size_t uid_count;
	enum smi_sort sort;
	bool reverse;
	bool whole; /* all properties of chips and processes, not only those of a screen */
	bool telemetry;
	bool details;	/* see details.h */
	bool local;	/* omit remote chips */
	bool only_visible;	/* omit chips that TT_VISIBLE_DEVICES does not select */
};

/* A source of snapshots; @keep: of several in a row, with files kept open between them. */
struct smi_source;

int smi_source_new(struct smi_source **source, const struct smi_request *request, bool keep);
void smi_source_free(struct smi_source *source);

/*
 * Read the host resources of processes into later snapshots, see usage.h. @pids stay the caller's.
 * -ENOMEM.
 */
int smi_source_watch(struct smi_source *source, const pid_t *pids, size_t count, bool kin);

/* Reopen everything, as a chip was added, removed or changed. */
void smi_source_forget(struct smi_source *source);

/*
 * -ENOENT: the module is not loaded; -ENODEV: @missing is an element of request->chips that names
 * no chip; -ENXIO: @missing is a token of TT_VISIBLE_DEVICES that names no card, and only visible
 * chips are wanted; else as the library. @cores: name of the chip whose cores are wanted, or NULL.
 * Release with smi_snapshot_release() in any case.
 */
int smi_collect(struct smi_snapshot *s, struct smi_source *source, const char *cores,
		const char **missing);
void smi_snapshot_release(struct smi_snapshot *s);

/* Whether the user's @text names the chip. */
bool smi_chip_matches(const struct ttmemstat_chip *chip, const char *text);

/* Whether the request selects the chip. */
bool smi_selects_chip(const struct smi_request *request, const struct ttmemstat_chip *chip);

/*
 * Free and drop chips that the request does not select. -ENODEV, without any change: @missing is an
 * element of request->chips that names no chip.
 */
int smi_select_chips(const struct smi_request *request, struct ttmemstat_chip **chips,
		     size_t *count, const char **missing);

/* Whether the request selects the client by process and user. */
bool smi_selects_client(const struct smi_request *request, const struct ttmemstat_client *client);

#endif
