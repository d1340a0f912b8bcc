// SPDX-License-Identifier: GPL-2.0-only
/* Build the captured graph of an operation: the nodes of a report, in the format of a capture. */
#include <stdlib.h>

#include "visualizer_graph.h"

/* Stacking levels: of the operation, and of everything in it. */
#define OUTER	1
#define INNER	2

/* Append a node and return its number. Takes ownership of @params. */
static uint64_t add_node(struct visualizer_graph *graph, const char *type, struct tree *params,
			 uint64_t level)
{
	uint64_t counter = json_object_array_length(graph->nodes);
	struct tree node = tree_new();

	tree_number(&node, "counter", counter);
	tree_number(&node, "id", counter);
	tree_put(&node, "node_type", json_object_new_string(type));
	tree_child(&node, "params", params);
	tree_number(&node, "stacking_level", level);
	tree_put(&node, "arguments", json_object_new_array());
	tree_put(&node, "input_tensors", json_object_new_array());
	tree_put(&node, "connections", json_object_new_array());
	graph->failed |= node.failed || json_object_array_add(graph->nodes, node.object);
	return counter;
}

static void connect_nodes(struct visualizer_graph *graph, uint64_t from, uint64_t to)
{
	struct json_object *list;

	if (json_object_object_get_ex(json_object_array_get_idx(graph->nodes, from), "connections",
				      &list))
		json_object_array_add(list, json_object_new_uint64(to));
}

static void add_function(struct visualizer_graph *graph, const char *type, const char *name,
			 uint64_t level)
{
	struct tree params = tree_new();

	tree_text(&params, "name", name);
	add_node(graph, type, &params, level);
}

void visualizer_graph_open(struct visualizer_graph *graph, const char *name)
{
	struct tree params;

	graph->name = name;
	graph->nodes = json_object_new_array();
	if (!graph->nodes) {
		graph->failed = true;
		return;
	}
	params = tree_new();
	add_node(graph, "capture_start", &params, 0);
	add_function(graph, "function_start", name, OUTER);
}

void visualizer_graph_enter(struct visualizer_graph *graph, const char *inner)
{
	if (graph->inner == inner)
		return;
	if (graph->inner)
		add_function(graph, "function_end", graph->inner, INNER);
	if (inner)
		add_function(graph, "function_start", inner, INNER);
	graph->inner = inner;
}

const char *visualizer_graph_close(struct visualizer_graph *graph)
{
	struct tree params = tree_new();

	visualizer_graph_enter(graph, NULL);
	add_function(graph, "function_end", graph->name, OUTER);
	add_node(graph, "capture_end", &params, 0);
	return json_object_to_json_string_ext(graph->nodes, JSON_C_TO_STRING_PLAIN);
}

void visualizer_graph_release(struct visualizer_graph *graph)
{
	json_object_put(graph->nodes);
	graph->nodes = NULL;
}

/* "{[0-0 - 7-7], [0-8 - 3-8]}"; the caller frees it. NULL: no memory. */
static char *cores_text(const struct core_set *cores)
{
	struct core_rect rects[BANKS_RECTS];
	size_t count = core_set_rects(cores, rects, BANKS_RECTS), len;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputc('{', out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s[%u-%u - %u-%u]", i ? ", " : "", rects[i].x0, rects[i].y0, rects[i].x1,
			rects[i].y1);
	fputc('}', out);
	return fclose(out) ? NULL : text;
}

static struct tree buffer_params(const struct layout *layout,
				 const struct visualizer_buffer *buffer)
{
	static const char *const types[] = { "DRAM", "L1", "SYSTEM_MEMORY", "L1_SMALL", "TRACE" };
	uint64_t banks = buffer->cores ? buffer->cores : buffer->partly ? core_set_count(&buffer->on) :
			 buffer->type == 0 || buffer->type == 4 ? layout->dram_banks :
			 (uint64_t)layout->worker_x * layout->worker_y;
	struct tree params = tree_new();

	tree_number(&params, "address", buffer->address);
	tree_number(&params, "buffer_type", buffer->type);
	tree_number(&params, "device_id", 0);
	tree_text(&params, "layout", buffer->memory ? buffer->memory : "INTERLEAVED");
	tree_number(&params, "max_size_per_bank", buffer->size);
	tree_number(&params, "num_cores", buffer->cores);
	tree_number(&params, "page_size", buffer->page);
	tree_number(&params, "size", buffer->size * banks);
	tree_text(&params, "type", types[buffer->type]);
	if (buffer->partly) {
		char *cores = cores_text(&buffer->on);

		tree_text(&params, CAPTURE_BUFFER_CORES, cores);
		free(cores);
	}
	return params;
}

uint64_t visualizer_graph_allocate(struct visualizer_graph *graph,
				   const struct visualizer_buffer *buffer)
{
	struct tree params = buffer_params(graph->layout, buffer), identity = tree_new();
	uint64_t node;

	tree_number(&identity, "size", buffer->size);
	tree_text(&identity, "type", buffer->type == CAPTURE_DRAM ? "DRAM" : "L1");
	node = add_node(graph, "buffer", &identity, INNER);
	connect_nodes(graph, node, add_node(graph, "buffer_allocate", &params, INNER));
	return node;
}

void visualizer_graph_deallocate(struct visualizer_graph *graph,
				 const struct visualizer_buffer *buffer)
{
	struct tree params = buffer_params(graph->layout, buffer);

	add_node(graph, "buffer_deallocate", &params, INNER);
}

void visualizer_graph_tensor(struct visualizer_graph *graph, const struct visualizer_buffer *buffer,
			     const struct feed_name *name, uint64_t id, uint64_t node)
{
	struct tree params = tree_new();

	tree_number(&params, "tensor_id", id);
	tree_text(&params, "shape", name->shape);
	tree_text(&params, "dtype", name->dtype);
	tree_text(&params, "layout", name->layout);
	tree_number(&params, "device_id", 0);
	tree_number(&params, "address", buffer->address);
	tree_number(&params, "buffer_type", buffer->type);
	connect_nodes(graph, node, add_node(graph, "tensor", &params, INNER));
}

void visualizer_graph_cb(struct visualizer_graph *graph, const struct tt_memstat_entry *entry,
			 const struct core_set *on)
{
	struct tree params = tree_new();
	char *cores = cores_text(on);

	tree_number(&params, "address", entry->addr);
	tree_text(&params, "core_range_set", cores);
	tree_number(&params, "device_id", 0);
	tree_text(&params, "globally_allocated", entry->flags & TT_MEMSTAT_ENTRY_VIEW ? "1" : "0");
	tree_number(&params, "size", entry->size);
	add_node(graph, "circular_buffer_allocate", &params, INNER);
	graph->failed |= !cores;
	free(cores);
}

void visualizer_graph_release_cbs(struct visualizer_graph *graph)
{
	struct tree params = tree_new();

	tree_number(&params, "device_id", 0);
	add_node(graph, "circular_buffer_deallocate_all", &params, INNER);
}
