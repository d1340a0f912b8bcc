/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one run of tt-smi looks at: the snapshot, and how it is to be shown.
 *
 * Knows the structures that collecting and showing share. Does not read and does not print.
 */
#ifndef SMI_H
#define SMI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <ttmemstat.h>

#ifndef SMI_VERSION
#define SMI_VERSION "0.1.0"
#endif

/* A client on a chip: one row of the process table. */
struct smi_process {
	const struct ttm_chip *chip;
	const struct ttm_client *client;
	char *user;		/* login name, or the uid in digits */
	char *command;		/* raw bytes; NULL: only the kernel's comm is known */
	bool selected;		/* by -p and -u; false only takes it out of the list */
};

/*
 * Chips come in the order in which they are shown (remote chips behind their gateway), processes
 * by falling memory. A client whose owner the reader cannot see has pid 0.
 */
struct smi_snapshot {
	struct timespec time;
	struct ttm_host host;
	struct ttm_chip **chips;
	size_t chip_count;
	size_t vanished;
	size_t hosted;		/* chips on the host, before -i */
	struct smi_process *processes;
	size_t process_count;
	bool filtered;		/* by -p or -u */
};

enum smi_breakdown {
	SMI_BREAKDOWN_AUTO,
	SMI_BREAKDOWN_ALWAYS,
	SMI_BREAKDOWN_NEVER,
};

struct smi_view {
	unsigned int width;	/* columns; 0 = no limit */
	bool utf8;
	bool color;
	bool bytes;
	bool verbose;
	enum smi_breakdown breakdown;
};

/* A number that may be unknown; all figures fit, what does not is cut to INT64_MAX. */
struct smi_value {
	bool known;
	int64_t v;
};

struct smi_value smi_figure(const struct tt_memstat_figures *figures, unsigned int n);
bool smi_flag(const struct tt_memstat_figures *figures, unsigned int n);

/* Saturating. An unknown addend leaves the sum as it is; a sum of unknowns is unknown. */
struct smi_value smi_sum(struct smi_value a, struct smi_value b);
struct smi_value smi_negative(struct smi_value a);

#endif
