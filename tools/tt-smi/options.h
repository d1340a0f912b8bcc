/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line and the environment, turned into a request and a view.
 */
#ifndef SMI_OPTIONS_H
#define SMI_OPTIONS_H

#include "by.h"
#include "collect.h"
#include "limit.h"
#include "query.h"
#include "smi.h"

/* Exit statuses; the numbers that have one are nvidia-smi's. */
enum smi_exit {
	SMI_EXIT_OK = 0,
	SMI_EXIT_FAILURE = 1,
	SMI_EXIT_USAGE = 2,
	SMI_EXIT_PERMISSION = 4,
	SMI_EXIT_NOT_FOUND = 6,
	SMI_EXIT_NO_MODULE = 9,
	SMI_EXIT_ABOVE = 10,
};

enum smi_action {
	SMI_SHOW,
	SMI_JSON,
	SMI_SNAPSHOT,
	SMI_CSV,
	SMI_PROMETHEUS,
	SMI_QUERY_CHIPS,
	SMI_QUERY_PROCESSES,
	SMI_LIST,
	SMI_NAME_LINES,
	SMI_USE_LINES,
	SMI_LONG,
	SMI_ACCOUNTING,
	SMI_ACCOUNTING_JSON,
	SMI_HAND_OVER,		/* run Tenstorrent's tt-smi instead */
	SMI_HELP,		/* from here on the chips are not looked at */
	SMI_HELP_QUERY,
	SMI_HELP_METRICS,
	SMI_PRINT_VERSION,
};

struct smi_options {
	enum smi_action action;
	struct smi_request request;
	struct smi_view view;
	struct smi_query query;
	struct smi_limits limits;
	const char *file;	/* NULL: standard output */
	char *default_file;	/* owns @file if the user gave no name */
	bool both;		/* print a snapshot to the standard output, too */
	const char *output;	/* replaced in one go; NULL: as @file says */
	size_t process_series;	/* at most so many clients; 0: none */
	bool watch;
	unsigned int interval_ms;	/* 0: not said */
	unsigned long count;	/* of refreshes; 0: until stopped */
	enum smi_by by;
	bool sorted;		/* --sort was given */
	bool leveled;		/* --levels was given */
	bool formatted;		/* --format was given */
	bool tabled;		/* --csv=chips or --csv=processes was given */
	bool queried;		/* a query was given */
	bool one_line;		/* JSON */
	bool accounting;
	bool compatible;	/* Tenstorrent's tt-smi has all options that were given */
};

/* Returns SMI_EXIT_OK, or the status to exit with after saying why on stderr. */
int smi_options_parse(struct smi_options *o, int argc, char **argv);
void smi_options_release(struct smi_options *o);

#define SMI_INTERVAL_MS 2000

/* Pure: "2", "0.5" seconds in milliseconds, 0 when it is none from 0.1 to 86400. */
unsigned int smi_interval_parse(const char *text);

#endif
