/* SPDX-License-Identifier: GPL-2.0-only */
/* A ttnn graph capture as a list of nodes, independent of the format of the file. */
#ifndef TT_MEMSTAT_CAPTURE_H
#define TT_MEMSTAT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corerange.h"

enum capture_kind {
	CAPTURE_NEUTRAL = 0,		/* known, without effect on memory */
	CAPTURE_UNKNOWN,
	CAPTURE_BUFFER_ALLOCATE,
	CAPTURE_BUFFER_DEALLOCATE,
	CAPTURE_CB,
	CAPTURE_DATAFLOW_BUFFER,
	CAPTURE_SCRATCHPAD,
	CAPTURE_CB_DEALLOCATE_ALL,
	CAPTURE_FUNCTION_START,
	CAPTURE_FUNCTION_END,
	CAPTURE_ERROR,
};

/* Values of buffer_type in captures. */
enum capture_buffer_type {
	CAPTURE_DRAM = 0,
	CAPTURE_L1 = 1,
	CAPTURE_HOST = 2,
	CAPTURE_L1_SMALL = 3,
	CAPTURE_TRACE = 4,
};

/* Allocations in program scope are one kind, in addition to the types of buffers. */
#define CAPTURE_PROGRAM		5

/* Fields that a node has; an address counts only if it is valid. */
#define CAPTURE_HAS_ADDRESS	(1u << 0)
#define CAPTURE_HAS_PER_BANK	(1u << 1)
#define CAPTURE_HAS_DEVICE	(1u << 2)
#define CAPTURE_HAS_LEVEL	(1u << 3)
#define CAPTURE_HAS_VIEW	(1u << 4)

#define CAPTURE_NO_IDENTITY	UINT64_MAX

/* Field of a buffer in reports of tt-memstat export: its cores, unless it is on all workers. */
#define CAPTURE_BUFFER_CORES	"tt_memstat_cores"

/**
 * struct capture_node - one node
 * @kind: enum capture_kind
 * @has: CAPTURE_HAS_*
 * @buffer_type: buffers: enum capture_buffer_type
 * @level: stacking level
 * @view: program scope: memory of another allocation (globally allocated, borrowed)
 * @size: of the whole buffer; in program scope, bytes on each core
 * @per_bank: buffers: bytes on each bank
 * @address: on each bank
 * @page_size: buffers: 0 = unknown
 * @num_cores: buffers: number of cores with shards; 0 = interleaved
 * @device_id: its meaning depends on the kind of node
 * @identity: buffers: index of the corresponding `buffer` node, or CAPTURE_NO_IDENTITY
 * @arguments: functions: hash of the arguments, 0 = unknown
 * @duration_ns: ends of functions: duration, 0 = unknown
 * @tensor: allocations: 1 + index of the tensor that it is for, 0 = unknown
 * @name: functions: name, never NULL; errors: the message
 * @layout: buffers: memory layout, NULL = unknown
 * @line: starts of functions: calling line of Python, NULL = unknown
 * @cores: cores of the allocation; buffers: none = all workers
 */
struct capture_node {
	enum capture_kind kind;
	uint32_t has;
	uint32_t buffer_type;
	uint32_t level;
	bool view;
	uint64_t size;
	uint64_t per_bank;
	uint64_t address;
	uint64_t page_size;
	uint64_t num_cores;
	int64_t device_id;
	uint64_t identity;
	uint64_t arguments;
	uint64_t duration_ns;
	uint32_t tensor;
	char *name;
	char *layout;
	char *line;
	struct core_ranges cores;
};

/**
 * struct capture_tensor - contents of a `tensor` node; NULL: unknown
 * @node: its index
 * @buffer: index of the `buffer` node that contains it, or CAPTURE_NO_IDENTITY
 * @address: 0 = unknown
 */
struct capture_tensor {
	size_t node;
	uint64_t buffer;
	uint64_t address;
	uint32_t buffer_type;
	char *shape;
	char *dtype;
	char *layout;
};

/* An entry in a report's `devices`; unknown fields are 0. */
struct capture_device {
	int64_t id;		/* -1 = unknown */
	uint64_t compute_x;
	uint64_t compute_y;
	uint64_t worker_l1_size;
	uint64_t l1_bank_size;
	uint64_t first_bank_address;
	uint64_t first_cb_address;
};

struct capture_unknown {
	char *type;
	size_t count;
};

/**
 * struct capture - a whole file
 * @kinds: kinds of allocations: 1 << enum capture_buffer_type, 1 << CAPTURE_PROGRAM
 * @addressed: those of @kinds in which every allocation has an address: all in a run (NORMAL), at
 *	most CAPTURE_PROGRAM without dispatch (NO_DISPATCH)
 * @tensors: in the order of their nodes
 * @devices: of a report; those without any useful field are omitted
 * @report_version: 0 = a list
 * @descriptor: a report's cluster descriptor, as text; NULL = none
 * @cached: programs stay loaded
 */
struct capture {
	struct capture_node *nodes;
	size_t count;
	uint32_t kinds;
	uint32_t addressed;
	struct capture_tensor *tensors;
	size_t tensor_count;
	struct capture_device *devices;
	size_t device_count;
	struct capture_unknown *unknown;
	size_t unknown_count;
	uint64_t report_version;
	char *descriptor;
	bool cached;
};

#define CAPTURE_MESSAGE	256

/**
 * struct capture_error - where and why a text is not a capture
 * @line: from 1; 0: valid JSON, but not a capture; @message names the node
 */
struct capture_error {
	size_t line;
	size_t column;
	char message[CAPTURE_MESSAGE];
};

/* Whether the node has a usable address in a capture with this @addressed. */
bool capture_has_place(const struct capture_node *node, uint32_t addressed);

/* 0, -EINVAL with @error filled, or -ENOMEM. */
int capture_parse(const char *text, size_t len, struct capture **capture,
		  struct capture_error *error);
void capture_free(struct capture *capture);

/*
 * Append @next to @capture as if both were one capture; takes the contents of @next. Devices and
 * the descriptor of @capture have precedence. -EINVAL: only one of them has addresses; -ENOMEM.
 */
int capture_join(struct capture *capture, struct capture *next);

static inline bool capture_is_program_scope(const struct capture_node *node)
{
	return node->kind == CAPTURE_CB || node->kind == CAPTURE_DATAFLOW_BUFFER ||
	       node->kind == CAPTURE_SCRATCHPAD;
}

#endif
