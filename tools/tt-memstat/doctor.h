/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What keeps figures from being there or right on this host, and what to do about it.
 *
 * Knows the facts that matter and what each of them means. Judging is pure; see doctor_look.c for
 * where the facts come from.
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
 * @present: it is there
 * @device: it is a character device, with the number that the kernel gives it
 * @open_to_all: everybody may read and write it
 * @mine: this process may
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
 * @pid: 0: of a pid namespace that is not visible
 * @name: of the process; empty = unknown
 * @reports: it, or with @pid 0 some such process, is a client there
 * @reporter: libttmemstat-report.so is mapped into it
 * @hugepages: so are hugepages, which a card is given to work with
 * @unreadable: whether they are could not be seen
 * @monitor: it has the name of a program that looks at cards and runs nothing on them
 */
struct doctor_holder {
	size_t chip;
	int32_t pid;
	char name[64];
	bool reports;
	bool reporter;
	bool hugepages;
	bool unreadable;
	bool monitor;
};

/**
 * struct doctor_kept - a descriptor that is kept for each boot, and what is wrong with it or by it
 * @file: its path
 * @chip: index of a chip that is not as it says; DOCTOR_NO_CHIP: the file itself is wrong
 * @why: how so
 */
struct doctor_kept {
	char file[64];
	size_t chip;
	char why[160];
};

#define DOCTOR_NO_CHIP	SIZE_MAX

/**
 * struct doctor_facts - all that was looked at
 * @loaded: the module is there
 * @module: its version; empty = unknown
 * @library: the library's version
 * @disabled: reports are switched off in this environment
 * @preloaded: LD_PRELOAD of this environment has the reporter
 * @node: of the module
 * @chips: with their clients
 * @nodes: of each chip: its node of tt-kmd; of those that have none, @path is empty
 * @strays: nodes of tt-kmd, such as tenstorrent/3, that are of no chip
 * @kept: what is wrong with kept descriptors, or by them
 * @procfs: tt-kmd tells who has its nodes open
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
/* doctor_kept.c: a part of it, once the chips are known. @etc: /etc or what stands for it. */
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
 * @what: what is the case
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
