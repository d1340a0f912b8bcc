// SPDX-License-Identifier: GPL-2.0-only
/* Read one node of a capture. Missing fields stay missing; later stages decide on defaults. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "capture_parse.h"

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

static int required(struct capture_parse *parse, struct json_object *params, const char *key,
		    uint64_t *value)
{
	int found = capture_field(parse, params, key, value);

	return found ? found : capture_reject(parse, "no `%s`", key);
}

static int read_address(struct capture_parse *parse, struct json_object *params,
			struct capture_node *node)
{
	int found = capture_field(parse, params, "address", &node->address);

	if (found > 0)
		node->has |= CAPTURE_HAS_ADDRESS;
	return found < 0 ? found : 0;
}

static int read_device(struct capture_parse *parse, struct json_object *params,
		       struct capture_node *node)
{
	int found = json_field_s64(params, "device_id", &node->device_id);

	if (found > 0)
		node->has |= CAPTURE_HAS_DEVICE;
	return found < 0 ? capture_reject(parse, "`device_id` is not a number") : 0;
}

/* Captures from before `buffer_type` only have its name, in `type`. */
static int read_buffer_type(struct capture_parse *parse, struct json_object *params,
			    struct capture_node *node)
{
	const char *name = json_field_string(params, "type");
	uint64_t number = BUFFER_TYPES;
	int found = capture_field(parse, params, "buffer_type", &number);

	if (found < 0)
		return found;
	for (uint64_t i = 0; !found && name && i < BUFFER_TYPES; i++) {
		if (!strcmp(name, buffer_types[i]))
			number = i;
	}
	if (number >= BUFFER_TYPES)
		return capture_reject(parse, "neither `buffer_type` nor `type` names a known memory");
	node->buffer_type = (uint32_t)number;
	return 0;
}

static int read_cores(struct capture_parse *parse, struct json_object *params, const char *key,
		      struct capture_node *node)
{
	const char *text = json_field_string(params, key);
	size_t at = 0;
	int err;

	if (!text)
		return capture_reject(parse, "no `%s`", key);
	err = core_ranges_parse(text, &node->cores, &at);
	if (err == -EINVAL)
		return capture_reject(parse, "`%s` is not understood from character %zu on", key, at + 1);
	return err;
}

static int read_buffer(struct capture_parse *parse, struct json_object *params,
		       struct capture_node *node)
{
	const char *layout = json_field_string(params, "layout");
	int found;

	if (read_buffer_type(parse, params, node) || read_address(parse, params, node) ||
	    read_device(parse, params, node))
		return -EINVAL;
	found = capture_field(parse, params, "max_size_per_bank", &node->per_bank);
	if (found < 0)
		return found;
	if (found)
		node->has |= CAPTURE_HAS_PER_BANK;
	found = found ? capture_field(parse, params, "size", &node->size) :
			required(parse, params, "size", &node->size);
	if (found < 0 || capture_field(parse, params, "page_size", &node->page_size) < 0 ||
	    capture_field(parse, params, "num_cores", &node->num_cores) < 0)
		return -EINVAL;
	if (layout) {
		node->layout = strdup(layout);
		if (!node->layout)
			return -ENOMEM;
	}
	return json_field_string(params, CAPTURE_BUFFER_CORES) ?
		       read_cores(parse, params, CAPTURE_BUFFER_CORES, node) : 0;
}

static int read_program_scope(struct capture_parse *parse, struct json_object *params,
			      struct capture_node *node)
{
	const char *key = node->kind == CAPTURE_CB ? "globally_allocated" :
			  node->kind == CAPTURE_DATAFLOW_BUFFER ? "borrows_memory" : NULL;
	int found = key ? json_field_bool(params, key, &node->view) : 1;

	if (found < 0)
		return capture_reject(parse, "`%s` is neither true nor false", key);
	if (found)
		node->has |= CAPTURE_HAS_VIEW;
	found = node->view ? capture_field(parse, params, "size", &node->size) :
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
static int read_tensor(struct capture_parse *parse, struct json_object *params, uint32_t *index)
{
	struct capture *capture = parse->capture;
	struct capture_tensor tensor = { .node = parse->index, .buffer = CAPTURE_NO_IDENTITY };
	uint64_t type;
	int err;

	err = array_reserve((void **)&capture->tensors, capture->tensor_count, &parse->tensor_room,
			    sizeof(*capture->tensors));
	if (err)
		return err;
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

static int read_params(struct capture_parse *parse, struct json_object *object,
		       struct capture_node *node, struct link_node *link)
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

int capture_read_node(struct capture_parse *parse, struct json_object *object,
		      struct capture_node *node)
{
	struct link_node link = { .counter = parse->index, .index = (uint32_t)parse->index };
	const struct type_name *type;
	const char *name;
	uint64_t level;
	int found;

	if (!json_object_is_type(object, json_type_object))
		return capture_reject(parse, "not an object");
	name = json_field_string(object, "node_type");
	/* Captures of the first months of 2025 have `name` instead. */
	if (!name)
		name = json_field_string(object, "name");
	if (!name)
		return capture_reject(parse, "no `node_type`");
	type = find_type(name);
	parse->type = type ? type->name : NULL;
	node->kind = type ? type->kind : CAPTURE_UNKNOWN;
	node->identity = CAPTURE_NO_IDENTITY;
	link.role = type ? type->role : LINK_NONE;
	if (capture_field(parse, object, "counter", &link.counter) < 0)
		return -EINVAL;
	found = capture_field(parse, object, "stacking_level", &level);
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
