// SPDX-License-Identifier: GPL-2.0-only
/* Find the line of Python that called a function of a capture, from tracebacks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_python.h"
#include "json.h"

/*
 * "File "/home/me/model.py", line 42, in forward" as "model.py:42 in forward"; NULL: no frame, or
 * no memory.
 */
static char *shorten(const char *text)
{
	const char *file = strstr(text, "File \"");
	const char *end, *base;
	char function[64] = "";
	unsigned long line;
	char *out;

	if (!file)
		return NULL;
	file += strlen("File \"");
	end = strstr(file, "\", line ");
	if (!end)
		return NULL;
	line = strtoul(end + strlen("\", line "), NULL, 10);
	base = memrchr(file, '/', (size_t)(end - file));
	base = base ? base + 1 : file;
	text = strstr(end, ", in ");
	if (text)
		sscanf(text + strlen(", in "), "%63[^\n]", function);
	if (asprintf(&out, "%.*s:%lu%s%s", (int)(end - base), base, line, *function ? " in " : "",
		     function) < 0)
		return NULL;
	return out;
}

/* Frames inside the runtime do not identify the caller. */
static bool is_runtimes(const char *text)
{
	return strstr(text, "/ttnn/") || strstr(text, "/importlib/");
}

/* The user's innermost frame, else the innermost one; the list begins with the outermost. */
static char *calling_line(struct json_object *trace)
{
	size_t count = json_object_array_length(trace);
	char *line = NULL;

	for (int own = 1; own >= 0 && !line; own--) {
		for (size_t i = count; i > 0 && !line; i--) {
			struct json_object *frame = json_object_array_get_idx(trace, i - 1);
			const char *text = json_object_is_type(frame, json_type_string) ?
						   json_object_get_string(frame) : "";

			if (!own || !is_runtimes(text))
				line = shorten(text);
		}
	}
	return line;
}

/* Index in @records at which to look for the next call of a name. */
struct cursor {
	const char *name;
	size_t at;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct cursor *)a)->name, ((const struct cursor *)b)->name);
}

static const char *name_of(struct json_object *records, size_t i)
{
	const char *name = json_field_string(json_object_array_get_idx(records, i), "name");

	return name ? name : "";
}

/* List the distinct names, sorted, with their first record; returns their number. */
static size_t list_names(struct json_object *records, struct cursor *cursors)
{
	size_t count = json_object_array_length(records), kept = 0;

	for (size_t i = 0; i < count; i++)
		cursors[i] = (struct cursor){ name_of(records, i), i };
	qsort(cursors, count, sizeof(*cursors), by_name);
	for (size_t i = 0; i < count; i++) {
		if (kept && !strcmp(cursors[kept - 1].name, cursors[i].name)) {
			if (cursors[i].at < cursors[kept - 1].at)
				cursors[kept - 1].at = cursors[i].at;
		} else {
			cursors[kept++] = cursors[i];
		}
	}
	return kept;
}

/* The record of the next call; NULL: none left. */
static struct json_object *next_call(struct json_object *records, struct cursor *cursor)
{
	size_t count = json_object_array_length(records);
	struct json_object *record = NULL;

	while (cursor->at < count && strcmp(name_of(records, cursor->at), cursor->name))
		cursor->at++;
	if (cursor->at < count)
		record = json_object_array_get_idx(records, cursor->at++);
	return record;
}

int capture_python(struct capture *capture, struct json_object *records)
{
	size_t count = records ? json_object_array_length(records) : 0;
	struct cursor *cursors = calloc(count + 1, sizeof(*cursors));
	size_t names;

	if (!cursors)
		return -ENOMEM;
	names = count ? list_names(records, cursors) : 0;
	for (size_t i = 0; names && i < capture->count; i++) {
		struct cursor key = { .name = capture->nodes[i].name };
		struct json_object *trace;
		struct cursor *found;

		if (capture->nodes[i].kind != CAPTURE_FUNCTION_START)
			continue;
		found = bsearch(&key, cursors, names, sizeof(*cursors), by_name);
		trace = found ? json_field(next_call(records, found), "python_stack_trace",
					   json_type_array) : NULL;
		if (trace)
			capture->nodes[i].line = calling_line(trace);
	}
	free(cursors);
	return 0;
}
