/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cluster descriptor from a file, and what is said of one that is none.
 *
 * Does not know what becomes of it.
 */
#ifndef TT_MEMSTAT_DESCRIPTOR_FILE_H
#define TT_MEMSTAT_DESCRIPTOR_FILE_H

#include "cli.h"
#include "descriptor.h"

/* CLI_OK, or CLI_FAILED, and what is wrong has been said. "-" is standard input. */
enum cli_status descriptor_file_load(const char *file, struct descriptor **descriptor);

/* Says why @file is refused: @err, and of -EINVAL @error. CLI_FAILED. */
enum cli_status descriptor_file_refuse(const char *file, int err,
				       const struct descriptor_error *error);

#endif
