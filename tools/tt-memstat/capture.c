// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parse a ttnn graph capture, as a list or a report, to a list of nodes. Missing fields stay
 * missing; later stages decide on defaults.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "capture_links.h"
#include "capture_python.h"
#include "json.h"

/* The largest core and DRAM bank of all architectures, Blackhole's, and the unit of addresses. */
#define L1_MOST		(UINT64_C(1536) << 10)
#define DRAM_BANK_MOST	(UINT64_C(4) << 30)
#define GRANULE		16
#define DEPTH		64	/* nesting of skipped values */

struct type_name {
	const char *name;
	enum capture_kind kind;
	enum link_role role;
};

static const struct type_name types[] = {
	{ "buffer_allocate", CAPTURE_BUFFER_ALLOCATE, LINK_EVENT },
	{ "buffer_deallocate", CAPTURE_BUFFER_DEALLOCATE, LINK_EVENT },
	{ "circular_buffer_allocate", CAPTURE_CB, LINK_NONE },
	{ "dataflow_buffer_allocate", CAPTURE_DATAFLOW_BUFFER, LINK_NONE },
	{ "scratchpad_allocate", CAPTURE_SCRATCHPAD, LINK_NONE },
	{ "circular_buffer_deallocate_all", CAPTURE_CB_DEALLOCATE_ALL, LINK_NONE },
	{ "function_start", CAPTURE_FUNCTION_START, LINK_NONE },
	{ "function_end", CAPTURE_FUNCTION_END, LINK_NONE },
	{ "buffer", CAPTURE_NEUTRAL, LINK_BUFFER },
	{ "tensor", CAPTURE_NEUTRAL, LINK_TENSOR },
	{ "capture_start", CAPTURE_NEUTRAL, LINK_NONE },
	{ "capture_end", CAPTURE_NEUTRAL, LINK_NONE },
	{ "error", CAPTURE_ERROR, LINK_NONE },
	{ "program_execution", CAPTURE_NEUTRAL, LINK_NONE },
	{ "sub_device_manager", CAPTURE_NEUTRAL, LINK_NONE },
};

static const char *const buffer_types[] = {
	[CAPTURE_DRAM] = "DRAM",
	[CAPTURE_L1] = "L1",
	[CAPTURE_HOST] = "SYSTEM_MEMORY",
	[CAPTURE_L1_SMALL] = "L1_SMALL",
	[CAPTURE_TRACE] = "TRACE",
};

/* Distinct unknown types; further ones are counted together. */
#define UNKNOWN_TYPES	64

#define BUFFER_TYPES	(sizeof(buffer_types) / sizeof(buffer_types[0]))

/* State of a parse; @type: of the current node. */
struct parse {
	struct capture *capture;
	struct json_source source;
	struct capture_error *error;
	struct links links;
	size_t node_room;
	size_t tensor_room;
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

/* 1: present, 0: missing, negative: rejected */
static int field(struct parse *parse, struct json_object *params, const char *key, uint64_t *value)
{
	int found = json_field_u64(params, key, value);

	return found < 0 ? reject(parse, "`%s` is not an unsigned number of 64 bits", key) :
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
	return found < 0 ? reject(parse, "`device_id` is not a number") : 0;
}

/* Captures from before `buffer_type` only have its name, in `type`. */
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

static int read_cores(struct parse *parse, struct json_object *params, const char *key,
		      struct capture_node *node)
{
	const char *text = json_field_string(params, key);
	size_t at = 0;
	int err;

	if (!text)
		return reject(parse, "no `%s`", key);
	err = core_ranges_parse(text, &node->cores, &at);
	if (err == -EINVAL)
		return reject(parse, "`%s` is not understood from character %zu on", key, at + 1);
	return err;
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
	return json_field_string(params, CAPTURE_BUFFER_CORES) ?
		       read_cores(parse, params, CAPTURE_BUFFER_CORES, node) : 0;
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
	return read_cores(parse, params, "core_range_set", node);
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

/* Copy the text of an optional field. */
static int copy_text(struct json_object *params, const char *key, char **text)
{
	const char *value = json_field_string(params, key);

	*text = value && *value ? strdup(value) : NULL;
	return value && *value && !*text ? -ENOMEM : 0;
}

static int read_error(struct json_object *params, struct capture_node *node)
{
	int err = copy_text(params, "error_message", &node->name);

	return !err && !node->name ? copy_text(params, "error_type", &node->name) : err;
}

/* @index: output, index of the tensor */
static int read_tensor(struct parse *parse, struct json_object *params, uint32_t *index)
{
	struct capture *capture = parse->capture;
	struct capture_tensor tensor = { .node = parse->index, .buffer = CAPTURE_NO_IDENTITY };
	uint64_t type;
	int err;

	if (capture->tensor_count == parse->tensor_room) {
		size_t room = parse->tensor_room ? parse->tensor_room * 2 : 64;
		struct capture_tensor *grown = realloc(capture->tensors, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		capture->tensors = grown;
		parse->tensor_room = room;
	}
	*index = (uint32_t)capture->tensor_count;
	if (json_field_u64(params, "address", &tensor.address) < 0)
		tensor.address = 0;
	if (json_field_u64(params, "buffer_type", &type) > 0 && type < BUFFER_TYPES)
		tensor.buffer_type = (uint32_t)type;
	err = copy_text(params, "shape", &tensor.shape);
	if (!err)
		err = copy_text(params, "dtype", &tensor.dtype);
	if (!err)
		err = copy_text(params, "layout", &tensor.layout);
	capture->tensors[capture->tensor_count++] = tensor;
	return err;
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

static int read_params(struct parse *parse, struct json_object *object, struct capture_node *node,
		       struct link_node *link)
{
	struct json_object *params = json_field(object, "params", json_type_object);

	if (link->role == LINK_TENSOR)
		return read_tensor(parse, params, &link->tensor);
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
	case CAPTURE_ERROR:
		return read_error(params, node);
	default:
		return 0;
	}
}

static int read_node(struct parse *parse, struct json_object *object, struct capture_node *node)
{
	struct link_node link = { .counter = parse->index, .index = (uint32_t)parse->index };
	const struct type_name *type;
	const char *name;
	uint64_t level;
	int found;

	if (!json_object_is_type(object, json_type_object))
		return reject(parse, "not an object");
	name = json_field_string(object, "node_type");
	/* Captures of the first months of 2025 have `name` instead. */
	if (!name)
		name = json_field_string(object, "name");
	if (!name)
		return reject(parse, "no `node_type`");
	type = find_type(name);
	parse->type = type ? type->name : NULL;
	node->kind = type ? type->kind : CAPTURE_UNKNOWN;
	node->identity = CAPTURE_NO_IDENTITY;
	link.role = type ? type->role : LINK_NONE;
	if (field(parse, object, "counter", &link.counter) < 0)
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
	found = read_params(parse, object, node, &link);
	return found ? found : links_add(&parse->links, &link,
					 json_field(object, "connections", json_type_array));
}

static bool is_buffer_event(const struct capture_node *node)
{
	return node->kind == CAPTURE_BUFFER_ALLOCATE || node->kind == CAPTURE_BUFFER_DEALLOCATE;
}

static uint32_t kind_of(const struct capture_node *node)
{
	return capture_is_program_scope(node) ? CAPTURE_PROGRAM : node->buffer_type;
}

bool capture_has_place(const struct capture_node *node, uint32_t addressed)
{
	return (node->has & CAPTURE_HAS_ADDRESS) && addressed >> kind_of(node) & 1;
}

/*
 * Addresses are not 0, within the largest core or DRAM bank, and aligned. Captures of allocations
 * that did not happen have 0 or uninitialized memory as the address.
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
		capture->kinds |= 1u << kind_of(node);
		if (!(node->has & CAPTURE_HAS_ADDRESS))
			without |= 1u << kind_of(node);
	}
	capture->addressed = capture->kinds & ~without;
}

/* Append a zeroed node; NULL: no memory. */
static struct capture_node *add_node(struct parse *parse)
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
static int read_graph(struct parse *parse)
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
		err = node ? read_node(parse, object, node) : -ENOMEM;
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
		find_addresses(capture);
	return err;
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
		return reject(parse, "`device_id` of a device is not a number");
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

static int read_descriptor(struct capture *capture, struct json_object *report)
{
	const char *descriptor = json_field_string(report, "cluster_descriptor");

	if (!descriptor || !*descriptor)
		return 0;
	capture->descriptor = strdup(descriptor);
	return capture->descriptor ? 0 : -ENOMEM;
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
			err = json_value(source, &value);
			if (!err && !json_object_is_type(value, json_type_string))
				err = json_wrong(source, "the name of a member is not a string");
			json_object_put(value);
			if (!err && !json_take(source, ':'))
				err = json_wrong(source, "expected : after the name of a member");
		}
		if (!err)
			err = skip_value(source, depth + 1);
	}
	return err ? err : more;
}

/* Handle a member of a report: keep useful ones in @report, except the graph. */
static int read_report_member(struct parse *parse, const char *key, struct json_object *report)
{
	static const char *const keys[] = {
		"version", "report_version", "cluster_descriptor", "devices", "python_io",
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

static int read_members(struct parse *parse, struct json_object *report)
{
	struct json_source *source = &parse->source;
	struct json_object *key;
	bool first = true;
	int more = 1;
	int err = 0;

	json_take(source, '{');
	for (; !err && (more = json_member(source, '}', first)) > 0; first = false) {
		err = json_value(source, &key);
		if (err)
			break;
		if (!json_object_is_type(key, json_type_string))
			err = json_wrong(source, "the name of a member is not a string");
		else if (!json_take(source, ':'))
			err = json_wrong(source, "expected : after the name of a member");
		else if (json_peek(source))
			err = read_report_member(parse, json_object_get_string(key), report);
		json_object_put(key);
	}
	return err ? err : more;
}

static int read_report(struct parse *parse, struct json_object *report)
{
	struct capture *capture = parse->capture;
	int err = read_members(parse, report);

	if (err)
		return err;
	if (!capture->nodes)
		return reject(parse, "neither a list of nodes nor a report with a `graph`");
	capture->report_version = 1;
	if (!json_field_u64(report, "version", &capture->report_version))
		json_field_u64(report, "report_version", &capture->report_version);
	err = read_descriptor(capture, report);
	if (!err)
		err = read_devices(parse, json_field(report, "devices", json_type_array));
	return err ? err : capture_python(capture, json_field(report, "python_io",
							      json_type_array));
}

static int read_root(struct parse *parse)
{
	struct json_object *other;
	struct json_object *report;
	int err;

	if (json_peek(&parse->source) == '[')
		return read_graph(parse);
	if (json_peek(&parse->source) != '{') {
		err = json_value(&parse->source, &other);
		json_object_put(other);
		return err ? err : reject(parse, "neither a list of nodes nor a report with a `graph`");
	}
	report = json_object_new_object();
	err = report ? read_report(parse, report) : -ENOMEM;
	json_object_put(report);
	return err;
}

int capture_parse(const char *text, size_t len, struct capture **capture,
		  struct capture_error *error)
{
	struct parse parse = { .error = error, .index = SIZE_MAX };
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
