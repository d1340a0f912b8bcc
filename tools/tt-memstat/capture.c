// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ttnn graph capture as a list of nodes.
 *
 * Knows the list and the report shape, and the fields of each type of node. Does not know what
 * nodes do to memory: a field that is missing stays missing, and no place is made up here.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "json.h"

/* The largest core and DRAM bank that there are, Blackhole's, and what all addresses are multiples of. */
#define L1_MOST		(UINT64_C(1536) << 10)
#define DRAM_BANK_MOST	(UINT64_C(4) << 30)
#define GRANULE		16

struct type_name {
	const char *name;
	enum capture_kind kind;
};

static const struct type_name types[] = {
	{ "buffer_allocate", CAPTURE_BUFFER_ALLOCATE },
	{ "buffer_deallocate", CAPTURE_BUFFER_DEALLOCATE },
	{ "circular_buffer_allocate", CAPTURE_CB },
	{ "dataflow_buffer_allocate", CAPTURE_DATAFLOW_BUFFER },
	{ "scratchpad_allocate", CAPTURE_SCRATCHPAD },
	{ "circular_buffer_deallocate_all", CAPTURE_CB_DEALLOCATE_ALL },
	{ "function_start", CAPTURE_FUNCTION_START },
	{ "function_end", CAPTURE_FUNCTION_END },
	{ "buffer", CAPTURE_NEUTRAL },
	{ "tensor", CAPTURE_NEUTRAL },
	{ "capture_start", CAPTURE_NEUTRAL },
	{ "capture_end", CAPTURE_NEUTRAL },
	{ "error", CAPTURE_NEUTRAL },
	{ "program_execution", CAPTURE_NEUTRAL },
	{ "sub_device_manager", CAPTURE_NEUTRAL },
};

static const char *const buffer_types[] = {
	[CAPTURE_DRAM] = "DRAM",
	[CAPTURE_L1] = "L1",
	[CAPTURE_HOST] = "SYSTEM_MEMORY",
	[CAPTURE_L1_SMALL] = "L1_SMALL",
	[CAPTURE_TRACE] = "TRACE",
};

/* Of distinct unknown types; what is beyond is counted together. */
#define UNKNOWN_TYPES	64

#define BUFFER_TYPES	(sizeof(buffer_types) / sizeof(buffer_types[0]))

/* A counter and the index of the node that has it. */
struct numbered {
	uint64_t counter;
	size_t index;
	bool buffer;
};

/* What one parse needs; @numbers is in ascending order of counters once all nodes are read. */
struct parse {
	struct capture *capture;
	struct numbered *numbers;
	struct capture_error *error;
	size_t index;
	const char *type;
};

__attribute__((format(printf, 2, 3)))
static int reject(struct parse *parse, const char *format, ...)
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

/* 1: there, 0: not there, negative: rejected */
static int field(struct parse *parse, struct json_object *params, const char *key, uint64_t *value)
{
	int found = json_field_u64(params, key, value);

	return found < 0 ? reject(parse, "`%s` is no number from 0 on that fits 64 bits", key) :
			   found;
}

static int required(struct parse *parse, struct json_object *params, const char *key,
		    uint64_t *value)
{
	int found = field(parse, params, key, value);

	return found ? found : reject(parse, "no `%s`", key);
}

static int read_address(struct parse *parse, struct json_object *params, struct capture_node *node)
{
	int found = field(parse, params, "address", &node->address);

	if (found > 0)
		node->has |= CAPTURE_HAS_ADDRESS;
	return found < 0 ? found : 0;
}

static int read_device(struct parse *parse, struct json_object *params, struct capture_node *node)
{
	int found = json_field_s64(params, "device_id", &node->device_id);

	if (found > 0)
		node->has |= CAPTURE_HAS_DEVICE;
	return found < 0 ? reject(parse, "`device_id` is no number") : 0;
}

/* Captures from before `buffer_type` only have the name of it. */
static int read_buffer_type(struct parse *parse, struct json_object *params,
			    struct capture_node *node)
{
	const char *name = json_field_string(params, "type");
	uint64_t number = BUFFER_TYPES;
	int found = field(parse, params, "buffer_type", &number);

	if (found < 0)
		return found;
	for (uint64_t i = 0; !found && name && i < BUFFER_TYPES; i++) {
		if (!strcmp(name, buffer_types[i]))
			number = i;
	}
	if (number >= BUFFER_TYPES)
		return reject(parse, "neither `buffer_type` nor `type` names a known memory");
	node->buffer_type = (uint32_t)number;
	return 0;
}

static int read_buffer(struct parse *parse, struct json_object *params, struct capture_node *node)
{
	const char *layout = json_field_string(params, "layout");
	int found;

	if (read_buffer_type(parse, params, node) || read_address(parse, params, node) ||
	    read_device(parse, params, node))
		return -EINVAL;
	found = field(parse, params, "max_size_per_bank", &node->per_bank);
	if (found < 0)
		return found;
	if (found)
		node->has |= CAPTURE_HAS_PER_BANK;
	found = found ? field(parse, params, "size", &node->size) :
			required(parse, params, "size", &node->size);
	if (found < 0 || field(parse, params, "page_size", &node->page_size) < 0 ||
	    field(parse, params, "num_cores", &node->num_cores) < 0)
		return -EINVAL;
	if (layout) {
		node->layout = strdup(layout);
		if (!node->layout)
			return -ENOMEM;
	}
	return 0;
}

static int read_cores(struct parse *parse, struct json_object *params, struct capture_node *node)
{
	const char *text = json_field_string(params, "core_range_set");
	size_t at = 0;
	int err;

	if (!text)
		return reject(parse, "no `core_range_set`");
	err = core_ranges_parse(text, &node->cores, &at);
	if (err == -EINVAL)
		return reject(parse, "`core_range_set` is not understood from character %zu on",
			      at + 1);
	return err;
}

static int read_program_scope(struct parse *parse, struct json_object *params,
			      struct capture_node *node)
{
	const char *key = node->kind == CAPTURE_CB ? "globally_allocated" :
			  node->kind == CAPTURE_DATAFLOW_BUFFER ? "borrows_memory" : NULL;
	int found = key ? json_field_bool(params, key, &node->view) : 1;

	if (found < 0)
		return reject(parse, "`%s` is neither true nor false", key);
	if (found)
		node->has |= CAPTURE_HAS_VIEW;
	found = node->view ? field(parse, params, "size", &node->size) :
			     required(parse, params, "size", &node->size);
	if (found < 0 || read_address(parse, params, node) || read_device(parse, params, node))
		return -EINVAL;
	return read_cores(parse, params, node);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ull;
	return hash;
}

static int read_function(struct json_object *object, struct json_object *params,
			 struct capture_node *node)
{
	struct json_object *arguments = json_field(object, "arguments", json_type_array);
	const char *name = json_field_string(params, "name");

	node->name = strdup(name ? name : "");
	if (!node->name)
		return -ENOMEM;
	if (node->kind == CAPTURE_FUNCTION_END &&
	    json_field_u64(object, "duration_ns", &node->duration_ns) < 0)
		node->duration_ns = 0;
	if (arguments && json_object_array_length(arguments))
		node->arguments = hash_text(0xcbf29ce484222325ull,
					    json_object_to_json_string(arguments));
	return 0;
}

static int count_unknown(struct capture *capture, const char *type)
{
	struct capture_unknown *grown;

	for (size_t i = 0; i < capture->unknown_count; i++) {
		if (!strcmp(capture->unknown[i].type, type)) {
			capture->unknown[i].count++;
			return 0;
		}
	}
	if (capture->unknown_count + 1 >= UNKNOWN_TYPES && strcmp(type, "..."))
		return count_unknown(capture, "...");
	grown = realloc(capture->unknown, (capture->unknown_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	capture->unknown = grown;
	grown += capture->unknown_count;
	grown->type = strdup(type);
	if (!grown->type)
		return -ENOMEM;
	grown->count = 1;
	capture->unknown_count++;
	return 0;
}

static const struct type_name *find_type(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!strcmp(types[i].name, name))
			return &types[i];
	}
	return NULL;
}

static int read_params(struct parse *parse, struct json_object *object, struct capture_node *node)
{
	struct json_object *params = json_field(object, "params", json_type_object);

	switch (node->kind) {
	case CAPTURE_BUFFER_ALLOCATE:
	case CAPTURE_BUFFER_DEALLOCATE:
		return read_buffer(parse, params, node);
	case CAPTURE_CB:
	case CAPTURE_DATAFLOW_BUFFER:
	case CAPTURE_SCRATCHPAD:
		return read_program_scope(parse, params, node);
	case CAPTURE_CB_DEALLOCATE_ALL:
		return read_device(parse, params, node);
	case CAPTURE_FUNCTION_START:
	case CAPTURE_FUNCTION_END:
		return read_function(object, params, node);
	default:
		return 0;
	}
}

static int read_node(struct parse *parse, struct json_object *object, struct capture_node *node)
{
	struct numbered *number = &parse->numbers[parse->index];
	const struct type_name *type;
	const char *name;
	uint64_t level;
	int found;

	if (!json_object_is_type(object, json_type_object))
		return reject(parse, "no object");
	name = json_field_string(object, "node_type");
	/* As in the first months of 2025. */
	if (!name)
		name = json_field_string(object, "name");
	if (!name)
		return reject(parse, "no `node_type`");
	type = find_type(name);
	parse->type = type ? type->name : NULL;
	node->kind = type ? type->kind : CAPTURE_UNKNOWN;
	node->identity = CAPTURE_NO_IDENTITY;
	number->index = parse->index;
	number->counter = parse->index;
	number->buffer = !strcmp(name, "buffer");
	if (field(parse, object, "counter", &number->counter) < 0)
		return -EINVAL;
	found = field(parse, object, "stacking_level", &level);
	if (found < 0)
		return found;
	if (found && level <= UINT32_MAX) {
		node->level = (uint32_t)level;
		node->has |= CAPTURE_HAS_LEVEL;
	}
	if (!type)
		return count_unknown(parse->capture, name);
	return read_params(parse, object, node);
}

static int by_counter(const void *a, const void *b)
{
	const struct numbered *left = a;
	const struct numbered *right = b;

	if (left->counter != right->counter)
		return left->counter < right->counter ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

static const struct numbered *find_number(const struct parse *parse, struct json_object *counter)
{
	size_t low = 0;
	size_t high = parse->capture->count;
	uint64_t want;

	if (!json_object_is_type(counter, json_type_int) || json_object_get_int64(counter) < 0)
		return NULL;
	want = json_object_get_uint64(counter);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (parse->numbers[middle].counter < want)
			low = middle + 1;
		else
			high = middle;
	}
	return low < parse->capture->count && parse->numbers[low].counter == want ?
		       &parse->numbers[low] : NULL;
}

static bool is_buffer_event(const struct capture_node *node)
{
	return node->kind == CAPTURE_BUFFER_ALLOCATE || node->kind == CAPTURE_BUFFER_DEALLOCATE;
}

/* An allocation points at its `buffer` node, or that node points at the allocation. */
static void tie(const struct parse *parse, struct json_object *object, const struct numbered *self)
{
	struct json_object *connections = json_field(object, "connections", json_type_array);
	struct capture_node *nodes = parse->capture->nodes;
	size_t count = connections ? json_object_array_length(connections) : 0;

	for (size_t i = 0; i < count; i++) {
		const struct numbered *other =
			find_number(parse, json_object_array_get_idx(connections, i));

		if (!other)
			continue;
		if (is_buffer_event(&nodes[self->index]) && other->buffer)
			nodes[self->index].identity = other->index;
		else if (self->buffer && is_buffer_event(&nodes[other->index]) &&
			 nodes[other->index].identity == CAPTURE_NO_IDENTITY)
			nodes[other->index].identity = self->index;
	}
}

uint32_t capture_kind_of(const struct capture_node *node)
{
	return capture_is_program_scope(node) ? CAPTURE_PROGRAM : node->buffer_type;
}

bool capture_has_place(const struct capture_node *node, uint32_t addressed)
{
	return (node->has & CAPTURE_HAS_ADDRESS) && addressed >> capture_kind_of(node) & 1;
}

/*
 * Nothing lies at 0, beyond the largest core or DRAM bank that there is, or off the granule. Where
 * nothing is allocated, captures have 0 or what happened to be in memory.
 */
static bool can_be_address(const struct capture_node *node)
{
	const bool dram = !capture_is_program_scope(node) &&
			  (node->buffer_type == CAPTURE_DRAM || node->buffer_type == CAPTURE_TRACE);
	const uint64_t end = dram ? DRAM_BANK_MOST : L1_MOST;
	const uint64_t size = capture_is_program_scope(node) ? node->size : node->per_bank;

	return node->address && node->address % GRANULE == 0 && size <= end &&
	       node->address <= end - size;
}

static bool is_allocation(const struct capture_node *node)
{
	if (capture_is_program_scope(node))
		return !node->view && node->size;
	return node->kind == CAPTURE_BUFFER_ALLOCATE && node->buffer_type != CAPTURE_HOST &&
	       (node->has & CAPTURE_HAS_PER_BANK ? node->per_bank : node->size);
}

static void find_addresses(struct capture *capture)
{
	uint32_t without = 0;

	for (size_t i = 0; i < capture->count; i++) {
		struct capture_node *node = &capture->nodes[i];

		if (!is_buffer_event(node) && !capture_is_program_scope(node))
			continue;
		if (!can_be_address(node))
			node->has &= ~CAPTURE_HAS_ADDRESS;
		if (!is_allocation(node))
			continue;
		capture->kinds |= 1u << capture_kind_of(node);
		if (!(node->has & CAPTURE_HAS_ADDRESS))
			without |= 1u << capture_kind_of(node);
	}
	capture->addressed = capture->kinds & ~without;
}

static int read_graph(struct parse *parse, struct json_object *graph)
{
	struct capture *capture = parse->capture;
	size_t count = json_object_array_length(graph);
	int err;

	capture->nodes = calloc(count ? count : 1, sizeof(*capture->nodes));
	parse->numbers = calloc(count ? count : 1, sizeof(*parse->numbers));
	if (!capture->nodes || !parse->numbers)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		parse->index = i;
		parse->type = NULL;
		capture->count = i + 1;
		err = read_node(parse, json_object_array_get_idx(graph, i), &capture->nodes[i]);
		if (err)
			return err;
	}
	qsort(parse->numbers, count, sizeof(*parse->numbers), by_counter);
	for (size_t i = 0; i < count; i++)
		tie(parse, json_object_array_get_idx(graph, parse->numbers[i].index),
		    &parse->numbers[i]);
	find_addresses(capture);
	return 0;
}

static int read_device_entry(struct parse *parse, struct json_object *object,
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
		return reject(parse, "`device_id` of a device is no number");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		int found = field(parse, object, fields[i].key, fields[i].value);

		if (found < 0)
			return found;
		any |= found;
	}
	return any;
}

static int read_devices(struct parse *parse, struct json_object *devices)
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

static int read_root(struct parse *parse, struct json_object *root)
{
	struct json_object *graph;
	const char *descriptor;
	int err;

	parse->index = SIZE_MAX;
	if (json_object_is_type(root, json_type_array))
		return read_graph(parse, root);
	graph = json_field(root, "graph", json_type_array);
	if (!graph)
		return reject(parse, "neither a list of nodes nor a report with a `graph`");
	parse->capture->report_version = 1;
	if (!json_field_u64(root, "version", &parse->capture->report_version))
		json_field_u64(root, "report_version", &parse->capture->report_version);
	descriptor = json_field_string(root, "cluster_descriptor");
	if (descriptor && *descriptor) {
		parse->capture->descriptor = strdup(descriptor);
		if (!parse->capture->descriptor)
			return -ENOMEM;
	}
	err = read_devices(parse, json_field(root, "devices", json_type_array));
	return err ? err : read_graph(parse, graph);
}

int capture_parse(const char *text, size_t len, struct capture **capture,
		  struct capture_error *error)
{
	struct parse parse = { .error = error, .index = SIZE_MAX };
	struct json_object *root;
	int err;

	memset(error, 0, sizeof(*error));
	err = json_parse_text(text, len, &root, error);
	if (err)
		return err;
	parse.capture = calloc(1, sizeof(*parse.capture));
	err = parse.capture ? read_root(&parse, root) : -ENOMEM;
	json_object_put(root);
	free(parse.numbers);
	if (err) {
		capture_free(parse.capture);
		return err;
	}
	*capture = parse.capture;
	return 0;
}
