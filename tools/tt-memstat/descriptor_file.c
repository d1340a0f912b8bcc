// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cluster descriptor from a file, and what is said of one that is none.
 */
#include <errno.h>
#include <stdlib.h>

#include "descriptor_file.h"

enum cli_status descriptor_file_refuse(const char *file, int err,
				       const struct descriptor_error *error)
{
	char text[DESCRIPTOR_MESSAGE];

	if (err != -EINVAL)
		return cli_fail(CLI_FAILED, "%s: %s", file, cli_error(err, text, sizeof(text)));
	ttmemstat_sanitize(text, sizeof(text), error->message);
	return cli_fail(CLI_FAILED, "%s:%zu: %s", file, error->line, text);
}

enum cli_status descriptor_file_load(const char *file, struct descriptor **descriptor)
{
	struct descriptor_error error;
	char reason[CLI_ERROR_LEN];
	char *text;
	size_t len;
	int err = cli_read(file, DESCRIPTOR_BYTES_MAX, &text, &len);

	if (err) {
		free(text);
		return cli_fail(CLI_FAILED, "%s: %s", file,
				cli_error(err, reason, sizeof(reason)));
	}
	err = descriptor_parse(text, len, descriptor, &error);
	free(text);
	return err ? descriptor_file_refuse(file, err, &error) : CLI_OK;
}
