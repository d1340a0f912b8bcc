/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Problems with figures on this host, and advice. doctor_look.c collects facts; doctor_judge.c
 * judges them and has no side effects.
 */
#ifndef TT_MEMSTAT_DOCTOR_H
#define TT_MEMSTAT_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ttmemstat.h>

/**
 * struct doctor_node - a device node
 * @path: as users know it
 * @present: the file exists
 * @device: it is a character device with the number that the kernel gives it
 * @open_to_all: all users may read and write it
 * @mine: this process may read and write it
 */
struct doctor_node {
	char path[64];
	bool present;
	bool device;
	bool open_to_all;
	bool mine;
};

/**
 * struct doctor_holder - a process that has the node of a chip open
 * @chip: index in the list of chips
 * @pid: 0: in a pid namespace that is not visible
 * @name: of the process; empty = unknown
 * @reports: the process, or with @pid 0 some invisible process, is a client of the chip
 * @reporter: libttmemstat-report.so is mapped
 * @hugepages: hugepages are mapped, as by programs that run work on a card
 * @unreadable: the mappings cannot be read
 * @onlooker: its program is known to monitor or manage cards only
 */
struct doctor_holder {
	size_t chip;
	int32_t pid;
	char name[64];
	bool reports;
	bool reporter;
	bool hugepages;
	bool unreadable;
	bool onlooker;
};

/**
 * struct doctor_kept - a descriptor that is imported at each boot, and a problem with it
 * @file: its path
 * @chip: index of a chip that contradicts it; DOCTOR_NO_CHIP: the file itself is wrong
 * @why: the problem
 */
struct doctor_kept {
	char file[64];
	size_t chip;
	char why[160];
};

#define DOCTOR_NO_CHIP	SIZE_MAX

/**
 * struct doctor_facts - all collected facts
 * @loaded: the module is loaded
 * @module: its version; empty = unknown
 * @library: the library's version
 * @disabled: this environment disables reports
 * @preloaded: LD_PRELOAD of this environment has the reporter
 * @node: of the module
 * @chips: with their clients
 * @nodes: the node of tt-kmd for each chip; @path is empty for chips without one
 * @strays: nodes of tt-kmd, such as tenstorrent/3, that belong to no chip
 * @kept: problems with descriptors in /etc
 * @procfs: tt-kmd shows which processes have its nodes open
 */
struct doctor_facts {
	bool loaded;
	char module[32];
	char library[32];
	bool disabled;
	bool preloaded;
	struct doctor_node node;
	struct ttmemstat_chip_list chips;
	struct doctor_node *nodes;
	char (*strays)[64];
	size_t stray_count;
	struct doctor_holder *holders;
	size_t holder_count;
	struct doctor_kept *kept;
	size_t kept_count;
	bool procfs;
};

/* @root: NULL = the live system; a directory with class/, proc/, dev/ and etc/ instead. */
int doctor_look(const char *root, struct doctor_facts *facts);
/* doctor_kept.c: collect @kept, after the chips. @etc: /etc or its replacement. */
int doctor_look_at_kept(const char *etc, struct doctor_facts *facts);
void doctor_facts_free(struct doctor_facts *facts);

enum doctor_verdict {
	DOCTOR_OK = 0,
	DOCTOR_NOTE,		/* worth knowing, nothing to do */
	DOCTOR_TODO,
};

/**
 * struct doctor_finding - one judgement
 * @check: module, versions, environment, node, kmd, geometry, board, events, holders, reporter,
 *	kept
 * @subject: chip or process; empty = the host
 * @what: the observation
 * @advice: what to do; empty = nothing
 */
struct doctor_finding {
	enum doctor_verdict verdict;
	const char *check;
	char subject[96];
	char what[256];
	char advice[256];
};

struct doctor_findings {
	struct doctor_finding *list;
	size_t count;
};

/* Pure. 0 or -ENOMEM. */
int doctor_judge(const struct doctor_facts *facts, struct doctor_findings *findings);
void doctor_findings_free(struct doctor_findings *findings);

#endif
