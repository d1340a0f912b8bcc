/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings that the full screen keeps between runs, in $XDG_CONFIG_HOME/tt-memstat/tt-smi.conf:
 * lines `name = value`.
 */
#ifndef SMI_SETTINGS_H
#define SMI_SETTINGS_H

#include "smi.h"

#include <stdio.h>

/* How histories are drawn. */
enum smi_graph {
	SMI_GRAPH_BRAILLE,
	SMI_GRAPH_BLOCK,
	SMI_GRAPHS,
};

/* Columns of processes that may be hidden. */
enum smi_optional {
	SMI_SHOW_USER,
	SMI_SHOW_AGE,
	SMI_SHOW_CHIPS,
	SMI_SHOW_PLACE,
	SMI_SHOW_POOLS,
	SMI_SHOW_PEAKS,
	SMI_SHOW_CPU,
	SMI_SHOW_HOST,
	SMI_OPTIONALS,
};

struct smi_settings {
	enum smi_sort sort;
	bool reverse;
	unsigned int seconds;	/* of histories: 60, 120, 300 */
	unsigned int interval_ms;
	enum smi_graph graph;
	unsigned int hidden;	/* bits of enum smi_optional */
	struct smi_levels levels;
	bool bell;
	bool mouse;
	bool tree;		/* processes below those that started them */
};

/* Defaults without a file. */
void smi_settings_default(struct smi_settings *set);

const char *smi_optional_name(enum smi_optional n);

/* Pure: ignores lines that it does not understand, and returns the number of the first one, or 0. */
size_t smi_settings_parse(struct smi_settings *set, const char *text);
/* Print the settings in the place of those in @old, with its comments and unknown lines. */
void smi_settings_print(const struct smi_settings *set, const char *old, FILE *f);

/*
 * The file's path, to be released with free(); NULL: no home directory. Reading a missing file
 * changes nothing; @bad: out: as smi_settings_parse(). Writing creates directories and follows a
 * link. 0 or -errno.
 */
char *smi_settings_path(void);
int smi_settings_read(struct smi_settings *set, const char *path, size_t *bad);
int smi_settings_write(const struct smi_settings *set, const char *path);

bool smi_settings_equal(const struct smi_settings *a, const struct smi_settings *b);

#endif
