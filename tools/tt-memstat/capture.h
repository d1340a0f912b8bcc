/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A ttnn graph capture as a list of nodes that no longer depends on how the file was written.
 *
 * Knows the two shapes of file (list and report) and the fields of a node. Does not know what
 * the nodes do to memory, nor any chip.
 */
#ifndef TT_MEMSTAT_CAPTURE_H
#define TT_MEMSTAT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corerange.h"

enum capture_kind {
	CAPTURE_NEUTRAL = 0,		/* known, and nothing to memory */
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

/* buffer_type as captures number it */
enum capture_buffer_type {
	CAPTURE_DRAM = 0,
	CAPTURE_L1 = 1,
	CAPTURE_HOST = 2,
	CAPTURE_L1_SMALL = 3,
	CAPTURE_TRACE = 4,
};

/* What has program scope is of one kind, beside the buffers of each type. */
#define CAPTURE_PROGRAM		5

/* Which fields a node has; an address only if it can be one. */
#define CAPTURE_HAS_ADDRESS	(1u << 0)
#define CAPTURE_HAS_PER_BANK	(1u << 1)
#define CAPTURE_HAS_DEVICE	(1u << 2)
#define CAPTURE_HAS_LEVEL	(1u << 3)
#define CAPTURE_HAS_VIEW	(1u << 4)

#define CAPTURE_NO_IDENTITY	UINT64_MAX

/**
 * struct capture_node - one node
 * @kind: what it is
 * @has: CAPTURE_HAS_*
 * @buffer_type: buffers: enum capture_buffer_type
 * @level: stacking level
 * @view: program scope: memory of somebody else (globally allocated, borrowed)
 * @size: whole buffer, or bytes on each core for what has program scope
 * @per_bank: buffers: bytes on each bank
 * @address: on each bank
 * @page_size: buffers, 0 = not told
 * @num_cores: buffers: shards lie on so many cores; 0 = interleaved
 * @device_id: means different things in different kinds of node
 * @identity: buffers: index of the `buffer` node that stands for it, or CAPTURE_NO_IDENTITY
 * @arguments: functions: hash of the arguments, 0 = not told
 * @duration_ns: end of a function: how long it took, 0 = not told
 * @tensor: allocations: 1 + index of the tensor that it was made for, 0 = not told
 * @name: functions: name, never NULL there; errors: what went wrong
 * @layout: buffers: memory layout, NULL = not told
 * @line: starts of functions: line of Python that called it, NULL = not told
 * @cores: program scope: where
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
 * struct capture_tensor - what a `tensor` node tells; NULL: nothing
 * @node: its index
 * @buffer: index of the `buffer` node that it lies in, or CAPTURE_NO_IDENTITY
 * @address: 0 = not told
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

/* A report's entry in `devices`; what is not told is 0. */
struct capture_device {
	int64_t id;		/* -1 = not told */
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
 * @kinds: 1 << enum capture_buffer_type, 1 << CAPTURE_PROGRAM: of what there are allocations
 * @addressed: those of @kinds of which every allocation has an address: all in a run (NORMAL), at
 *	most CAPTURE_PROGRAM where nothing is dispatched (NO_DISPATCH)
 * @tensors: in the order of their nodes
 * @devices: a report's; those without any field that is of use are left out
 * @report_version: 0 = a list
 * @descriptor: a report's cluster descriptor, as text; NULL = none
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
};

#define CAPTURE_MESSAGE	256

/**
 * struct capture_error - where and why a text is no capture
 * @line: from 1; 0: the text is JSON, but not of a capture, and @message names the node
 */
struct capture_error {
	size_t line;
	size_t column;
	char message[CAPTURE_MESSAGE];
};

/* Of a buffer or what has program scope: enum capture_buffer_type, or CAPTURE_PROGRAM. */
uint32_t capture_kind_of(const struct capture_node *node);
/* Whether its address is believed in a capture where @addressed is. */
bool capture_has_place(const struct capture_node *node, uint32_t addressed);

/* 0, -EINVAL with @error filled, or -ENOMEM. */
int capture_parse(const char *text, size_t len, struct capture **capture,
		  struct capture_error *error);
void capture_free(struct capture *capture);

/*
 * @next goes on where @capture ends, as when both had been made in one go; what is in @next is
 * taken from it. What both tell of devices and descriptor, the first says. -EINVAL: only one of
 * them has addresses; -ENOMEM.
 */
int capture_join(struct capture *capture, struct capture *next);

static inline bool capture_is_program_scope(const struct capture_node *node)
{
	return node->kind == CAPTURE_CB || node->kind == CAPTURE_DATAFLOW_BUFFER ||
	       node->kind == CAPTURE_SCRATCHPAD;
}

#endif
