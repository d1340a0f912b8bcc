/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Shared by foreign.c (names), interposed.c (functions that replace) and asked.c (queries). */
#ifndef REPORT_FOREIGN_PRIVATE_H
#define REPORT_FOREIGN_PRIVATE_H

#include "foreign.h"

#define FOREIGN_BUFFERS	(1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_TRACE | \
			 1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL)

/* Functions and vtables of tt-metal. */
enum call {
	CALL_ALLOCATE, CALL_DEALLOCATE, CALL_DEALLOCATE_ALL, CALL_CLEAR, CALL_SHRINK, CALL_RESET,
	CALL_ALLOCATOR_END, CALL_ALLOCATOR_BASE_END, CALL_CIRCULAR, CALL_DATAFLOW, CALL_SCRATCHPADS,
	CALL_TRACK_CIRCULAR, CALL_MARK, CALL_PROGRAM_END, CALL_JOIN, CALL_ENQUEUE, CALL_FINALIZE, CALL_BINARIES,
	CALL_TRACE_BEGIN, CALL_TRACE_END, CALL_TRACE_REPLAY, CALL_TRACE_RELEASE,
	BANK_BYTES, BUFFER_TYPE, IS_DRAM, IS_L1, IS_TRACE, DEVICE, ALIGNMENT, BANK_SIZE, BASE,
	BANKS, STATISTICS, SHARD_CORES, PAGES, PER_CORE, CORE_PLACES,
	PROGRAM_CORES, DEVICE_IDS, IMPL_IDS, MESH_ID, SHAPE, GRID, MESH_TABLE, DEVICE_TABLE, START, END,
	COORDS,
	CONTEXT, CLUSTER, DESCRIPTOR, UNIQUE_IDS, REMOTE, GATEWAY, LOCATION, ARCH, HARVEST, SERIALIZE,
	CALLS,
};

/* Their addresses; NULL: the release lacks it. */
extern void *foreign_theirs[CALLS];

/* A name is missing: these pools cannot be reported without it, or only in part. */
void foreign_miss(uint32_t not_seen, uint32_t in_part);

/* The result of foreign_open(); false before its first call. */
bool foreign_is_open(void);

/* The file for the runtime's descriptor, for the first caller that asks; NULL: none is left. */
const char *foreign_take_descriptor_file(void);

/* Call a function of tt-metal, which must exist. */
#define ASK(call, type, ...)	((type)foreign_theirs[call])(__VA_ARGS__)

typedef uint64_t (*number_fn)(const void *object);
typedef uint32_t (*number_by_id_fn)(const void *object, int id);
typedef void *(*pointer_fn)(const void *object);
typedef uint64_t (*number_by_ref_fn)(const void *object, const uint64_t *type);

/* A std::vector returned by value; the caller owns its memory. */
struct vector {
	void *begin;
	void *end;
	void *room;
};

/* The chips of a mesh device, or of its implementation, by @call. */
size_t foreign_device_ids(enum call call, const void *device, int ids[FOREIGN_CHIPS]);

/* Write the runtime's own descriptor; prints failures to standard error. */
void foreign_save_descriptor(const char *file);

#endif
