// SPDX-License-Identifier: GPL-2.0-only
/* Read and write cluster descriptors as files, and report errors in them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

enum cli_status descriptor_text_load(const char *file, const char *text, size_t len,
				     struct descriptor **descriptor)
{
	struct descriptor_error error;
	int err = descriptor_parse(text, len, descriptor, &error);

	return err ? descriptor_file_refuse(file, err, &error) : CLI_OK;
}

enum cli_status descriptor_file_load(const char *file, struct descriptor **descriptor)
{
	enum cli_status status;
	char reason[CLI_ERROR_LEN];
	char *text;
	size_t len;
	int err = cli_read(file, DESCRIPTOR_BYTES_MAX, &text, &len);

	if (err)
		status = cli_fail(CLI_FAILED, "%s: %s", file,
				  cli_error(err, reason, sizeof(reason)));
	else
		status = descriptor_text_load(file, text, len, descriptor);
	free(text);
	return status;
}

/* Replace the file atomically. */
static int replace(const char *file, const char *beside, int fd, const char *text, size_t len)
{
	int err = cli_write(fd, text, len, 0);

	if (!err && fchmod(fd, 0644))
		err = -errno;
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(beside, file))
		err = -errno;
	if (err)
		unlink(beside);
	return err;
}

enum cli_status descriptor_file_save(const char *file, const char *text, size_t len)
{
	char reason[CLI_ERROR_LEN];
	char *beside;
	int fd, err;

	if (asprintf(&beside, "%s.XXXXXX", file) < 0)
		return cli_fail(CLI_FAILED, "%s", cli_error(-ENOMEM, reason, sizeof(reason)));
	fd = mkostemp(beside, O_CLOEXEC);
	err = fd < 0 ? -errno : replace(file, beside, fd, text, len);
	free(beside);
	return err ? cli_fail(CLI_FAILED, "%s: %s", file, cli_error(err, reason, sizeof(reason))) :
		     CLI_OK;
}
