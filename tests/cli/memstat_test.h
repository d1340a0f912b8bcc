/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the unit tests of tt-memstat.
 */
#ifndef MEMSTAT_TEST_H
#define MEMSTAT_TEST_H

#include <string.h>

#include "../unit.h"

#include "capture.h"
#include "layout.h"
#include "plan.h"

/* A text that must be a capture. */
struct capture *test_capture(const char *text);
/* Blackhole with two columns off: 12x10, an 11x10 worker grid, base 111616. */
struct layout test_layout(void);
/* The cores from 0,0 on. */
struct core_set test_cores(uint32_t columns, uint32_t rows);
struct plan *test_plan(const char *text, const struct layout *layout, bool cache);
/* The n-th event of a kind; fails the test if there is none. */
const struct plan_event *test_event(const struct plan *plan, enum plan_op op, size_t n);
size_t test_count(const struct plan *plan, enum plan_op op);

/* Nodes of captures, to be put together as string literals. */
#define OP_START(name) "{\"node_type\":\"function_start\",\"params\":{\"name\":\"" name "\"}},"
#define OP_END(name) "{\"node_type\":\"function_end\",\"params\":{\"name\":\"" name "\"}},"
#define RELEASE "{\"node_type\":\"circular_buffer_deallocate_all\",\"params\":{\"device_id\":1}},"
#define CB(address, size, cores)					\
	"{\"node_type\":\"circular_buffer_allocate\",\"params\":{\"address\":" address	\
	",\"core_range_set\":\"" cores "\",\"device_id\":0,\"globally_allocated\":\"0\",\"size\":" \
	size "}},"
#define VIEW(size, cores)						\
	"{\"node_type\":\"circular_buffer_allocate\",\"params\":{\"address\":0,"	\
	"\"core_range_set\":\"" cores "\",\"device_id\":0,\"globally_allocated\":\"1\",\"size\":" \
	size "}},"
#define BUFFER(event, type, address, size)				\
	"{\"node_type\":\"buffer_" event "\",\"params\":{\"address\":" address		\
	",\"buffer_type\":" type ",\"device_id\":1,\"layout\":\"INTERLEAVED\","		\
	"\"max_size_per_bank\":" size ",\"num_cores\":0,\"page_size\":2048,\"size\":"	\
	size "}},"
#define ALLOCATE(type, address, size) BUFFER("allocate", type, address, size)
#define DEALLOCATE(type, address, size) BUFFER("deallocate", type, address, size)
#define CAPTURE(nodes) "[" nodes "{\"node_type\":\"capture_end\",\"params\":null}]"

#endif
