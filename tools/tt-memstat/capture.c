// SPDX-License-Identifier: GPL-2.0-only
/* Parse a ttnn graph capture, a list of nodes or a report that contains one. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_parse.h"
#include "capture_python.h"

#define DEPTH		64	/* nesting of skipped values */

int capture_reject(struct capture_parse *parse, const char *format, ...)
{
	struct capture_error *error = parse->error;
	va_list args;
	int used = 0;

	error->line = 0;
	error->column = 0;
	if (parse->type)
		used = snprintf(error->message, sizeof(error->message), "node %zu (%s): ",
				parse->index, parse->type);
	else if (parse->index != SIZE_MAX)
		used = snprintf(error->message, sizeof(error->message), "node %zu: ",
				parse->index);
	va_start(args, format);
	vsnprintf(error->message + used, sizeof(error->message) - (size_t)used, format, args);
	va_end(args);
	return -EINVAL;
}

int capture_field(struct capture_parse *parse, struct json_object *params, const char *key,
		  uint64_t *value)
{
	int found = json_field_u64(params, key, value);

	return found < 0 ? capture_reject(parse, "`%s` is not an unsigned number of 64 bits", key) :
			   found;
}

/* Append a zeroed node; NULL: no memory. Grows by half, as a list of nodes can be large. */
static struct capture_node *add_node(struct capture_parse *parse)
{
	struct capture *capture = parse->capture;

	if (capture->count >= UINT32_MAX)
		return NULL;
	if (capture->count == parse->node_room) {
		size_t room = parse->node_room ? parse->node_room + parse->node_room / 2 : 64;
		struct capture_node *grown = realloc(capture->nodes, room * sizeof(*grown));

		if (!grown)
			return NULL;
		capture->nodes = grown;
		parse->node_room = room;
	}
	capture->nodes[capture->count] = (struct capture_node){ 0 };
	return &capture->nodes[capture->count++];
}

/* Parse node by node, so that the JSON tree of the whole list never exists. */
static int read_graph(struct capture_parse *parse)
{
	struct capture *capture = parse->capture;
	struct capture_node *node;
	struct json_object *object;
	int more = 1;
	int err = 0;

	if (capture->nodes)
		return json_wrong(&parse->source, "a second `graph`");
	json_take(&parse->source, '[');
	while (!err && (more = json_member(&parse->source, ']', !capture->count)) > 0) {
		parse->index = capture->count;
		parse->type = NULL;
		err = json_value(&parse->source, &object);
		if (err)
			break;
		node = add_node(parse);
		err = node ? capture_read_node(parse, object, node) : -ENOMEM;
		json_object_put(object);
	}
	parse->index = SIZE_MAX;
	parse->type = NULL;
	if (err || more < 0)
		return err ? err : more;
	if (!capture->nodes)
		capture->nodes = calloc(1, sizeof(*capture->nodes));
	if (!capture->nodes)
		return -ENOMEM;
	err = links_resolve(&parse->links, capture);
	if (!err)
		capture_find_places(capture);
	return err;
}

static int read_device_entry(struct capture_parse *parse, struct json_object *object,
			     struct capture_device *device)
{
	const struct {
		const char *key;
		uint64_t *value;
	} fields[] = {
		{ "num_x_compute_cores", &device->compute_x },
		{ "num_y_compute_cores", &device->compute_y },
		{ "worker_l1_size", &device->worker_l1_size },
		{ "l1_bank_size", &device->l1_bank_size },
		{ "address_at_first_l1_bank", &device->first_bank_address },
		{ "address_at_first_l1_cb_buffer", &device->first_cb_address },
	};
	int any = 0;

	device->id = -1;
	if (json_field_s64(object, "device_id", &device->id) < 0)
		return capture_reject(parse, "`device_id` of a device is not a number");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		int found = capture_field(parse, object, fields[i].key, fields[i].value);

		if (found < 0)
			return found;
		any |= found;
	}
	return any;
}

static int read_devices(struct capture_parse *parse, struct json_object *devices)
{
	struct capture *capture = parse->capture;
	size_t count = devices ? json_object_array_length(devices) : 0;

	parse->type = NULL;
	parse->index = SIZE_MAX;
	capture->devices = calloc(count ? count : 1, sizeof(*capture->devices));
	if (!capture->devices)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int any = read_device_entry(parse, json_object_array_get_idx(devices, i),
					    &capture->devices[capture->device_count]);

		if (any < 0)
			return any;
		capture->device_count += (size_t)any;
	}
	return 0;
}

static int read_descriptor(struct capture *capture, struct json_object *report)
{
	const char *descriptor = json_field_string(report, "cluster_descriptor");

	if (!descriptor || !*descriptor)
		return 0;
	capture->descriptor = strdup(descriptor);
	return capture->descriptor ? 0 : -ENOMEM;
}

/* Read the name of a member and the colon; *@key is valid on failure, too. */
static int read_key(struct json_source *source, struct json_object **key)
{
	int err = json_value(source, key);

	if (!err && !json_object_is_type(*key, json_type_string))
		err = json_wrong(source, "the name of a member is not a string");
	if (!err && !json_take(source, ':'))
		err = json_wrong(source, "expected : after the name of a member");
	return err;
}

/* Skip a value piece by piece, as values in reports can be long. */
static int skip_value(struct json_source *source, unsigned int depth)
{
	const char open = json_peek(source), close = open == '[' ? ']' : '}';
	struct json_object *value = NULL;
	bool first = true;
	int more = 1;
	int err = 0;

	if ((open != '[' && open != '{') || depth == DEPTH) {
		err = json_value(source, &value);
		json_object_put(value);
		return err;
	}
	json_take(source, open);
	for (; !err && (more = json_member(source, close, first)) > 0; first = false) {
		if (open == '{') {
			err = read_key(source, &value);
			json_object_put(value);
		}
		if (!err)
			err = skip_value(source, depth + 1);
	}
	return err ? err : more;
}

/* Handle a member of a report: keep useful ones in @report, except the graph. */
static int read_report_member(struct capture_parse *parse, const char *key,
			      struct json_object *report)
{
	static const char *const keys[] = {
		"version", "report_version", "cluster_descriptor", "devices", "python_io",
		"program_cache",
	};
	struct json_object *value;
	int err;

	if (!strcmp(key, "graph") && json_peek(&parse->source) == '[')
		return read_graph(parse);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(key, keys[i]))
			continue;
		err = json_value(&parse->source, &value);
		if (!err && json_object_object_add(report, key, value)) {
			json_object_put(value);
			err = -ENOMEM;
		}
		return err;
	}
	return skip_value(&parse->source, 0);
}

static int read_members(struct capture_parse *parse, struct json_object *report)
{
	struct json_source *source = &parse->source;
	struct json_object *key;
	bool first = true;
	int more = 1;
	int err = 0;

	json_take(source, '{');
	for (; !err && (more = json_member(source, '}', first)) > 0; first = false) {
		err = read_key(source, &key);
		if (!err && json_peek(source))
			err = read_report_member(parse, json_object_get_string(key), report);
		json_object_put(key);
	}
	return err ? err : more;
}

static int reject_root(struct capture_parse *parse)
{
	return capture_reject(parse, "neither a list of nodes nor a report with a `graph`");
}

static int read_report(struct capture_parse *parse, struct json_object *report)
{
	struct capture *capture = parse->capture;
	int err = read_members(parse, report);

	if (err)
		return err;
	if (!capture->nodes)
		return reject_root(parse);
	capture->report_version = 1;
	if (!json_field_u64(report, "version", &capture->report_version))
		json_field_u64(report, "report_version", &capture->report_version);
	json_field_bool(report, "program_cache", &capture->cached);
	err = read_descriptor(capture, report);
	if (!err)
		err = read_devices(parse, json_field(report, "devices", json_type_array));
	return err ? err : capture_python(capture, json_field(report, "python_io",
							      json_type_array));
}

static int read_root(struct capture_parse *parse)
{
	struct json_object *other;
	struct json_object *report;
	int err;

	if (json_peek(&parse->source) == '[')
		return read_graph(parse);
	if (json_peek(&parse->source) != '{') {
		err = json_value(&parse->source, &other);
		json_object_put(other);
		return err ? err : reject_root(parse);
	}
	report = json_object_new_object();
	err = report ? read_report(parse, report) : -ENOMEM;
	json_object_put(report);
	return err;
}

int capture_parse(const char *text, size_t len, struct capture **capture,
		  struct capture_error *error)
{
	struct capture_parse parse = { .error = error, .index = SIZE_MAX };
	int err;

	memset(error, 0, sizeof(*error));
	err = json_source_open(&parse.source, text, len, error);
	if (err)
		return err;
	parse.capture = calloc(1, sizeof(*parse.capture));
	err = parse.capture ? read_root(&parse) : -ENOMEM;
	if (!err && !json_at_end(&parse.source))
		err = json_wrong(&parse.source, "unexpected text after the end");
	json_source_close(&parse.source);
	links_free(&parse.links);
	if (err) {
		capture_free(parse.capture);
		return err;
	}
	*capture = parse.capture;
	return 0;
}

void capture_free(struct capture *capture)
{
	if (!capture)
		return;
	for (size_t i = 0; i < capture->count; i++) {
		free(capture->nodes[i].name);
		free(capture->nodes[i].layout);
		free(capture->nodes[i].line);
		core_ranges_free(&capture->nodes[i].cores);
	}
	for (size_t i = 0; i < capture->tensor_count; i++) {
		free(capture->tensors[i].shape);
		free(capture->tensors[i].dtype);
		free(capture->tensors[i].layout);
	}
	for (size_t i = 0; i < capture->unknown_count; i++)
		free(capture->unknown[i].type);
	free(capture->nodes);
	free(capture->tensors);
	free(capture->devices);
	free(capture->unknown);
	free(capture->descriptor);
	free(capture);
}
