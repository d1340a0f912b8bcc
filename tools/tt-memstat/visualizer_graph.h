/* SPDX-License-Identifier: GPL-2.0-only */
/* The captured graph of an operation in a report: nodes as in a capture. */
#ifndef TT_MEMSTAT_VISUALIZER_GRAPH_H
#define TT_MEMSTAT_VISUALIZER_GRAPH_H

#include "banks.h"
#include "explain_tree.h"
#include "feed.h"
#include "layout.h"

/**
 * struct visualizer_buffer - a live buffer, or a part of one
 * @type: enum capture_buffer_type
 * @cores: number of cores with shards, 0 = interleaved
 * @on: in L1: the cores that it occupies
 * @partly: @on is not all workers
 */
struct visualizer_buffer {
	uint64_t address;
	uint64_t size;
	uint64_t cores;
	uint64_t page;
	uint32_t type;
	const char *memory;
	struct core_set on;
	bool partly;
};

/**
 * struct visualizer_graph - the nodes of one operation
 * @nodes: NULL: no operation is open
 * @name: of the operation, kept after its end
 * @inner: name of the open function in it, or NULL
 * @failed: no memory; nodes are missing
 */
struct visualizer_graph {
	const struct layout *layout;
	struct json_object *nodes;
	const char *name;
	const char *inner;
	bool failed;
};

/* Begin an operation; @name must outlive the graph. */
void visualizer_graph_open(struct visualizer_graph *graph, const char *name);
/* Change to another function in the operation; NULL: to none. @inner must outlive the graph. */
void visualizer_graph_enter(struct visualizer_graph *graph, const char *inner);
/* End the operation and return its graph as JSON, valid until visualizer_graph_release(). */
const char *visualizer_graph_close(struct visualizer_graph *graph);
void visualizer_graph_release(struct visualizer_graph *graph);

/* Add an allocation; returns the number of its `buffer` node. */
uint64_t visualizer_graph_allocate(struct visualizer_graph *graph,
				   const struct visualizer_buffer *buffer);
void visualizer_graph_deallocate(struct visualizer_graph *graph,
				 const struct visualizer_buffer *buffer);
/* Add the tensor in the buffer with the `buffer` node @node. */
void visualizer_graph_tensor(struct visualizer_graph *graph, const struct visualizer_buffer *buffer,
			     const struct feed_name *name, uint64_t id, uint64_t node);
void visualizer_graph_cb(struct visualizer_graph *graph, const struct tt_memstat_entry *entry,
			 const struct core_set *on);
/* End all circular buffers. */
void visualizer_graph_release_cbs(struct visualizer_graph *graph);

#endif
