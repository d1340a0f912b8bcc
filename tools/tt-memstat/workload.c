// SPDX-License-Identifier: GPL-2.0-only
/* Read the captures to replay. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "visualizer.h"
#include "workload.h"

static enum cli_status refuse(const char *file, int err, const struct capture_error *error)
{
	char reason[CLI_ERROR_LEN];
	char path[4096];

	ttmemstat_sanitize(path, sizeof(path), file);
	if (!error->message[0])
		return cli_fail(CLI_FAILED, "%s: %s", path,
				cli_error(err, reason, sizeof(reason)));
	if (error->line)
		return cli_fail(CLI_FAILED, "%s:%zu:%zu: %s", path, error->line, error->column,
				error->message);
	return cli_fail(CLI_FAILED, "%s: %s", path, error->message);
}

static enum cli_status read_capture(const char *path, struct capture **capture)
{
	struct capture_error error = { 0 };
	char *text;
	size_t len;
	int err = visualizer_is(path) ? visualizer_read(path, &text, &len) :
					cli_read(path, SIZE_MAX - 1, &text, &len);

	if (!err)
		err = capture_parse(text, len, capture, &error);
	free(text);
	return err ? refuse(path, err, &error) : CLI_OK;
}

static enum cli_status take(struct workload *workload, const char *path, const char *file)
{
	struct capture_error error = { 0 };
	struct workload_part *grown;
	struct capture *next = NULL;
	enum cli_status status = read_capture(path, &next);
	int err = -ENOMEM;

	if (status)
		return status;
	grown = realloc(workload->parts, (workload->part_count + 1) * sizeof(*grown));
	if (grown) {
		workload->parts = grown;
		grown += workload->part_count;
		grown->first = workload->capture ? workload->capture->count : 0;
		grown->file = strdup(file);
		err = grown->file ? 0 : -ENOMEM;
	}
	if (err) {
		capture_free(next);
		return refuse(path, err, &error);
	}
	workload->part_count++;
	if (!workload->capture) {
		workload->capture = next;
		return CLI_OK;
	}
	err = capture_join(workload->capture, next);
	if (err == -EINVAL)
		snprintf(error.message, sizeof(error.message),
			 "only some of the captures have addresses: made with different modes");
	capture_free(next);
	return err ? refuse(path, err, &error) : CLI_OK;
}

static int is_capture(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 && !strcmp(entry->d_name + len - 5, ".json");
}

static enum cli_status take_directory(struct workload *workload)
{
	enum cli_status status = CLI_OK;
	char reason[CLI_ERROR_LEN];
	struct dirent **entries;
	int count = scandir(workload->name, &entries, is_capture, versionsort);

	if (count < 0)
		return cli_fail(CLI_FAILED, "%s: %s", workload->name,
				cli_error(-errno, reason, sizeof(reason)));
	if (!count)
		status = cli_fail(CLI_FAILED, "%s: no *.json in it", workload->name);
	for (int i = 0; i < count; i++) {
		char *path = NULL;

		if (!status && asprintf(&path, "%s/%s", workload->name, entries[i]->d_name) < 0)
			status = cli_fail(CLI_FAILED, "%s: no memory", workload->name);
		if (!status)
			status = take(workload, path, entries[i]->d_name);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return status;
}

enum cli_status workload_read(const char *name, struct workload *workload)
{
	const char *base = strrchr(name, '/');
	struct stat st;

	memset(workload, 0, sizeof(*workload));
	workload->name = name;
	if (strcmp(name, "-") && !stat(name, &st) && S_ISDIR(st.st_mode) && !visualizer_is(name))
		return take_directory(workload);
	return take(workload, name, base ? base + 1 : name);
}

void workload_free(struct workload *workload)
{
	for (size_t i = 0; i < workload->part_count; i++)
		free(workload->parts[i].file);
	free(workload->parts);
	capture_free(workload->capture);
}

const char *workload_node(const struct workload *workload, size_t node, char *text, size_t len)
{
	size_t part = workload->part_count - 1;
	char file[128];

	while (part && workload->parts[part].first > node)
		part--;
	if (workload->part_count == 1) {
		snprintf(text, len, "node %zu", node);
	} else {
		ttmemstat_sanitize(file, sizeof(file), workload->parts[part].file);
		snprintf(text, len, "%s: node %zu", file, node - workload->parts[part].first);
	}
	return text;
}
