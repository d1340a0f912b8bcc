/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line and the environment, turned into a request and a view.
 */
#ifndef SMI_OPTIONS_H
#define SMI_OPTIONS_H

#include "collect.h"
#include "smi.h"

/* Exit statuses; the numbers that have one are nvidia-smi's. */
enum smi_exit {
	SMI_EXIT_OK = 0,
	SMI_EXIT_FAILURE = 1,
	SMI_EXIT_USAGE = 2,
	SMI_EXIT_PERMISSION = 4,
	SMI_EXIT_NOT_FOUND = 6,
	SMI_EXIT_NO_MODULE = 9,
};

enum smi_action {
	SMI_SHOW,
	SMI_JSON,
	SMI_LIST,
	SMI_HELP,
	SMI_PRINT_VERSION,
};

struct smi_options {
	enum smi_action action;
	struct smi_request request;
	struct smi_view view;
};

/* Returns SMI_EXIT_OK, or the status to exit with after saying why on stderr. */
int smi_options_parse(struct smi_options *o, int argc, char **argv);
void smi_options_release(struct smi_options *o);

extern const char smi_help[];

#endif
