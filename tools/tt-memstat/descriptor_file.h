/* SPDX-License-Identifier: GPL-2.0-only */
/* Read and write cluster descriptors as files, and report errors in them. */
#ifndef TT_MEMSTAT_DESCRIPTOR_FILE_H
#define TT_MEMSTAT_DESCRIPTOR_FILE_H

#include "cli.h"
#include "descriptor.h"

/* "-" is standard input. On failure, prints the reason and returns CLI_FAILED. */
enum cli_status descriptor_file_load(const char *file, struct descriptor **descriptor);

/* As descriptor_file_load(), from a text; messages name @file. */
enum cli_status descriptor_text_load(const char *file, const char *text, size_t len,
				     struct descriptor **descriptor);
/* Create or replace @file; same statuses. */
enum cli_status descriptor_file_save(const char *file, const char *text, size_t len);

/* Print why @file is refused: @err, or for -EINVAL @error. Returns CLI_FAILED. */
enum cli_status descriptor_file_refuse(const char *file, int err,
				       const struct descriptor_error *error);

#endif
