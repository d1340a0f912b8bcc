/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cluster descriptor from and to a file, and what is said of one that is none.
 *
 * Does not know what becomes of it.
 */
#ifndef TT_MEMSTAT_DESCRIPTOR_FILE_H
#define TT_MEMSTAT_DESCRIPTOR_FILE_H

#include "cli.h"
#include "descriptor.h"

/* CLI_OK, or CLI_FAILED, and what is wrong has been said. "-" is standard input. */
enum cli_status descriptor_file_load(const char *file, struct descriptor **descriptor);

/* The same of a text; messages name @file. */
enum cli_status descriptor_text_load(const char *file, const char *text, size_t len,
				     struct descriptor **descriptor);
/* Writes @file, anew if it is there; the same statuses. */
enum cli_status descriptor_file_save(const char *file, const char *text, size_t len);

/* Says why @file is refused: @err, and of -EINVAL @error. CLI_FAILED. */
enum cli_status descriptor_file_refuse(const char *file, int err,
				       const struct descriptor_error *error);

#endif
