/* SPDX-License-Identifier: GPL-2.0-only */
/* The data of one run of tt-smi: a snapshot, and how to show it. */
#ifndef SMI_H
#define SMI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include <ttmemstat.h>

#include "place.h"

#ifndef SMI_VERSION
#define SMI_VERSION "0.1.0"
#endif

/* A client of a chip: a row of the process table. */
struct smi_process {
	const struct ttmemstat_chip *chip;
	const struct ttmemstat_client *client;
	struct ttmemstat_client *mutable_client;	/* the same, for collecting */
	/* Login name, or uid in digits; empty: unknown. As the next two, owned by the source. */
	const char *user;
	const char *command;	/* raw bytes; NULL or empty: not read or not readable */
	const struct smi_place *place;	/* NULL: in another namespace */
	bool selected;		/* by -p and -u; false hides the row, but not its bytes */
};

/* A number or unknown. Larger numbers are clamped to INT64_MAX. */
struct smi_value {
	bool known;
	int64_t v;
};

/* Microwatts, thousandths of a degree Celsius, MHz. */
struct smi_telemetry {
	struct smi_value temperature;
	struct smi_value power;
	struct smi_value clock;
};

/* A process that has a card's node open and reports nothing. pid 0: in another namespace. */
struct smi_holder {
	const struct ttmemstat_chip *chip;
	pid_t pid;
	bool tool;		/* a management tool, which has nothing to report */
	const char *user;	/* owned by the source; NULL: unknown */
	char *command;
};

/* Host resources of a client's process, or of an ancestor of one. */
struct smi_usage {
	pid_t pid;
	pid_t parent;
	struct smi_value cpu;		/* tenths of a percent of one CPU, since the last reading */
	struct smi_value memory;	/* resident bytes */
	const char *command;		/* of an ancestor: raw bytes, of the source; else NULL */
};

/*
 * Chips are in display order, with remote chips after their gateway; processes are sorted by
 * descending memory. A client whose owner the reader cannot see has pid 0.
 */
struct smi_snapshot {
	struct timespec time;
	char hostname[65];	/* empty: unknown */
	uint64_t boot_ns;	/* since boot; 0: a recorded tree */
	int64_t took_ns;	/* duration of the reading; 0 unless all is requested */
	struct ttmemstat_host host;
	struct ttmemstat_chip **chips;
	struct smi_telemetry *telemetry;	/* of each chip; NULL: not requested */
	struct smi_details *details;		/* of each chip; NULL: not requested */
	char driver[32];	/* version of tt-kmd, with @details; empty: unknown */
	size_t chip_count;
	size_t vanished;
	size_t hosted;		/* chips on the host, before -i */
	struct smi_process *processes;
	size_t process_count;
	struct smi_holder *holders;
	size_t holder_count;
	struct smi_usage *usages;	/* see smi_source_watch() */
	size_t usage_count;
	bool filtered;		/* by -p or -u */
	uint32_t *visible;	/* numbers of chips, by TT_VISIBLE_DEVICES; NULL: it is not set */
	size_t visible_count;
	char visible_wrong[32];	/* a token of it that names no card; empty: none */
};

/* Orders of processes: memory, L1 and DRAM descend, others ascend. */
enum smi_sort {
	SMI_SORT_MEMORY,
	SMI_SORT_L1_USE,
	SMI_SORT_DRAM_USE,
	SMI_SORT_CHIP,
	SMI_SORT_PID,
	SMI_SORT_USER,
	SMI_SORT_NAME,
	SMI_SORTS,
};

enum smi_breakdown {
	SMI_BREAKDOWN_AUTO,
	SMI_BREAKDOWN_ALWAYS,
	SMI_BREAKDOWN_NEVER,
};

/* Per cent of use from which it is shown as a warning, and as bad. */
struct smi_levels {
	unsigned int warn;
	unsigned int bad;
};

struct smi_view {
	unsigned int width;	/* columns; 0 = no limit */
	bool utf8;
	bool bars;		/* drawn of characters, which a screen reader spells out */
	bool color;
	bool bytes;
	bool verbose;
	enum smi_breakdown breakdown;
	struct smi_levels levels;
};

/* NULL: unknown. */
const struct smi_usage *smi_usage_of(const struct smi_snapshot *s, pid_t pid);

/* The command line, else the kernel's name for it, else "". */
const char *smi_process_name(const struct smi_process *p);

struct smi_value smi_figure(const struct tt_memstat_figures *figures, unsigned int n);
bool smi_flag(const struct tt_memstat_figures *figures, unsigned int n);

/* Saturating sum of the known addends; unknown if none is known. */
struct smi_value smi_sum(struct smi_value a, struct smi_value b);
struct smi_value smi_negative(struct smi_value a);

#endif
