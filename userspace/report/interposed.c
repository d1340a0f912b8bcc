// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The functions that replace functions of tt-metal.
 *
 * Overview: this library is preloaded. tt-metal's libraries call each other, and themselves,
 * through tables that the loader fills, so a function defined here under a name of tt-metal is
 * called in its place, on all threads. Each such function calls the original, which foreign.c looks
 * up from the library of the caller, as Python loads libraries outside the global scope.
 *
 * Exceptions and locking: the originals may throw, so no lock is held while one runs, and brackets
 * end in cleanup handlers.
 */
#include "books.h"
#include "foreign_names.h"
#include "foreign_private.h"

/* The original function; the first call of all looks them up. */
static inline __attribute__((always_inline)) void *real(enum call call)
{
	foreign_open(__builtin_return_address(0));
	return foreign_theirs[call];
}

#define INTERPOSED(name)	__asm__(name) __attribute__((visibility("default")))

uint64_t report_allocate(void *allocator, void *buffer) INTERPOSED(ALLOCATE);
void report_deallocate(void *allocator, void *buffer) INTERPOSED(DEALLOCATE);
void report_deallocate_all(void *allocator) INTERPOSED(DEALLOCATE_ALL);
void report_clear(void *allocator) INTERPOSED(CLEAR);
void report_shrink(void *allocator, const void *type, uint64_t size, bool bottom_up) INTERPOSED(SHRINK);
void report_reset(void *allocator, const void *type) INTERPOSED(RESET);
void report_allocator_end(void *allocator) INTERPOSED(ALLOCATOR_END);
void report_allocator_base_end(void *allocator) INTERPOSED(ALLOCATOR_BASE_END);
void report_circular(void *program, const void *device) INTERPOSED(CIRCULAR);
void report_dataflow(void *program, const void *device) INTERPOSED(DATAFLOW);
void report_scratchpads(void *program, const void *device) INTERPOSED(SCRATCHPADS);
void report_track_circular(void *tracker, const void *cores, uint64_t addr, uint64_t size,
			   bool global, const void *device) INTERPOSED(TRACK_CIRCULAR);
void report_mark(const void *cores, uint64_t addr, uint64_t size, uint64_t base) INTERPOSED(MARK);
void report_program_end(void *program) INTERPOSED(PROGRAM_END);
void report_join(void *workload, const void *range, void *program) INTERPOSED(JOIN);
void report_enqueue(void *queue, void *workload, bool blocking) INTERPOSED(ENQUEUE);
void report_finalize(void *workload, void *device) INTERPOSED(FINALIZE);
uint32_t report_binaries(void *device, uint32_t type, const void *kernels, void *groups, uint32_t base,
			 uint32_t *offset, uint32_t *size) INTERPOSED(BINARIES);

void report_trace_begin(void *device, uint8_t queue, const uint32_t *id) INTERPOSED(TRACE_BEGIN);
void report_trace_end(void *device, uint8_t queue, const uint32_t *id) INTERPOSED(TRACE_END);
void report_trace_replay(void *device, uint8_t queue, const uint32_t *id, bool blocking)
	INTERPOSED(TRACE_REPLAY);
void report_trace_release(void *device, const uint32_t *id) INTERPOSED(TRACE_RELEASE);

typedef void (*object_fn)(void *object);
typedef void (*pair_fn)(void *object, const void *other);

uint64_t report_allocate(void *allocator, void *buffer)
{
	uint64_t (*call)(void *, void *) = real(CALL_ALLOCATE);
	uint64_t addr = call(allocator, buffer);
	const char *file = foreign_take_descriptor_file();

	if (file)
		foreign_save_descriptor(file);
	if (foreign_is_open())
		books_allocated(allocator, buffer, addr);
	return addr;
}

void report_deallocate(void *allocator, void *buffer)
{
	void (*call)(void *, void *) = real(CALL_DEALLOCATE);
	const int pool = foreign_is_open() ? books_freed(allocator, buffer) : -1;

	call(allocator, buffer);
	if (pool >= 0)
		books_settled(allocator, pool);
}

void report_deallocate_all(void *allocator)
{
	object_fn call = real(CALL_DEALLOCATE_ALL);

	if (foreign_is_open())
		books_emptied(allocator, false);
	call(allocator);
	for (int pool = TT_MEMSTAT_POOL_DRAM; foreign_is_open() && pool <= TT_MEMSTAT_POOL_L1_SMALL; pool++)
		books_settled(allocator, pool);
}

void report_clear(void *allocator)
{
	object_fn call = real(CALL_CLEAR);

	if (foreign_is_open())
		books_emptied(allocator, true);
	call(allocator);
}

/* L1 moves between the allocator and sub-devices, which changes its free memory. */
void report_shrink(void *allocator, const void *type, uint64_t size, bool bottom_up)
{
	void (*call)(void *, const void *, uint64_t, bool) = real(CALL_SHRINK);

	call(allocator, type, size, bottom_up);
	if (foreign_is_open())
		books_settled(allocator, TT_MEMSTAT_POOL_L1);
}

void report_reset(void *allocator, const void *type)
{
	pair_fn call = (pair_fn)real(CALL_RESET);

	call(allocator, type);
	if (foreign_is_open())
		books_settled(allocator, TT_MEMSTAT_POOL_L1);
}

void report_allocator_end(void *allocator)
{
	object_fn call = real(CALL_ALLOCATOR_END);

	if (foreign_is_open())
		books_emptied(allocator, true);
	call(allocator);
}

void report_allocator_base_end(void *allocator)
{
	object_fn call = real(CALL_ALLOCATOR_BASE_END);

	if (foreign_is_open())
		books_emptied(allocator, true);
	call(allocator);
}

/**
 * struct bracket - this thread is placing a program's memory of one kind
 * @kind: the kind
 * @extents: memory placed so far
 * @outer: enclosing bracket
 */
struct bracket {
	enum books_kind kind;
	struct extents extents;
	struct bracket *outer;
};

static __thread struct bracket *bracket __attribute__((tls_model("initial-exec")));

static void end_bracket(struct bracket *ended)
{
	bracket = ended->outer;
	extents_free(&ended->extents);
}

static void place(void *program, const void *device, enum books_kind kind, pair_fn call)
{
	struct bracket b __attribute__((cleanup(end_bracket))) = { .kind = kind, .outer = bracket };

	bracket = &b;
	call(program, device);
	if (foreign_is_open())
		books_placed(program, (void *)device, kind, &b.extents);
}

void report_circular(void *program, const void *device)
{
	place(program, device, BOOKS_CIRCULAR, (pair_fn)real(CALL_CIRCULAR));
}

void report_dataflow(void *program, const void *device)
{
	place(program, device, BOOKS_DATAFLOW, (pair_fn)real(CALL_DATAFLOW));
}

void report_scratchpads(void *program, const void *device)
{
	place(program, device, BOOKS_SCRATCHPAD, (pair_fn)real(CALL_SCRATCHPADS));
}

/* The first member of a CoreRangeSet is a vector of core ranges. */
void report_track_circular(void *tracker, const void *cores, uint64_t addr, uint64_t size,
			   bool global, const void *device)
{
	void (*call)(void *, const void *, uint64_t, uint64_t, bool, const void *) =
		real(CALL_TRACK_CIRCULAR);
	const struct vector *ranges = cores;

	if (bracket && bracket->kind == BOOKS_CIRCULAR)
		extents_add(&bracket->extents, ranges->begin,
			    (size_t)((struct foreign_range *)ranges->end -
				     (struct foreign_range *)ranges->begin),
			    addr, size, global);
	call(tracker, cores, addr, size, global, device);
}

/* The first member of a CircularBufferAllocator is its core range. */
void report_mark(const void *cores, uint64_t addr, uint64_t size, uint64_t base)
{
	void (*call)(const void *, uint64_t, uint64_t, uint64_t) = real(CALL_MARK);

	if (bracket && bracket->kind != BOOKS_CIRCULAR)
		extents_add(&bracket->extents, cores, 1, addr, size, false);
	call(cores, addr, size, base);
}

/* Bytes of the binaries on each core, of the workload that this thread finalizes. */
static __thread uint32_t *finalized __attribute__((tls_model("initial-exec")));

static void end_finalize(uint32_t *bytes)
{
	(void)bytes;
	finalized = NULL;
}

void report_finalize(void *workload, void *device)
{
	void (*call)(void *, void *) = real(CALL_FINALIZE);
	uint32_t bytes __attribute__((cleanup(end_finalize))) = 0;

	finalized = &bytes;
	call(workload, device);
	if (foreign_is_open() && bytes)
		books_finalized(workload, bytes);
}

/* Cores of type 0 are the Tensix cores. */
uint32_t report_binaries(void *device, uint32_t type, const void *kernels, void *groups, uint32_t base,
			 uint32_t *offset, uint32_t *size)
{
	uint32_t (*call)(void *, uint32_t, const void *, void *, uint32_t, uint32_t *, uint32_t *) =
		real(CALL_BINARIES);
	uint32_t end = call(device, type, kernels, groups, base, offset, size);

	if (finalized && !type)
		*finalized = *size;
	return end;
}

void report_program_end(void *program)
{
	object_fn call = real(CALL_PROGRAM_END);

	if (foreign_is_open())
		books_program_gone(program);
	call(program);
}

/* std::span<const uint32_t> MeshCoordinate::coords() const */
static bool coordinate(const void *range, enum call which, size_t *x, size_t *y)
{
	struct span {
		const uint32_t *begin;
		size_t count;
	} span;

	if (!foreign_theirs[which] || !foreign_theirs[COORDS])
		return false;
	span = ASK(COORDS, struct span (*)(const void *), ASK(which, pointer_fn, range));
	if (span.count != 1 && span.count != 2)
		return false;
	*y = span.count == 2 ? span.begin[0] : 0;
	*x = span.begin[span.count - 1];
	return true;
}

/* The first member of a Program points to its ProgramImpl, which a move preserves. */
void report_join(void *workload, const void *range, void *program)
{
	void (*call)(void *, const void *, void *) = real(CALL_JOIN);
	struct foreign_range where = { 0, 0, SIZE_MAX, SIZE_MAX };
	void *impl = *(void **)program;

	if (!coordinate(range, START, &where.x0, &where.y0) ||
	    !coordinate(range, END, &where.x1, &where.y1))
		where = (struct foreign_range){ 0, 0, SIZE_MAX, SIZE_MAX };
	call(workload, range, program);
	if (foreign_is_open())
		books_joined(workload, impl, &where);
}

/* The first member of a MeshWorkload points to its MeshWorkloadImpl. */
void report_enqueue(void *queue, void *workload, bool blocking)
{
	void (*call)(void *, void *, bool) = real(CALL_ENQUEUE);

	call(queue, workload, blocking);
	if (foreign_is_open())
		books_launched(*(void **)workload);
}

void report_trace_begin(void *device, uint8_t queue, const uint32_t *id)
{
	void (*call)(void *, uint8_t, const uint32_t *) = real(CALL_TRACE_BEGIN);
	int ids[FOREIGN_CHIPS];
	size_t count = 0;

	call(device, queue, id);
	if (!foreign_is_open())
		return;
	if (foreign_theirs[IMPL_IDS])
		count = foreign_device_ids(IMPL_IDS, device, ids);
	books_trace_begins(device, *id, ids, count);
}

void report_trace_end(void *device, uint8_t queue, const uint32_t *id)
{
	void (*call)(void *, uint8_t, const uint32_t *) = real(CALL_TRACE_END);

	/* Capturing ends even if the call fails. */
	if (foreign_is_open())
		books_trace_ends(device, *id);
	call(device, queue, id);
}

void report_trace_replay(void *device, uint8_t queue, const uint32_t *id, bool blocking)
{
	void (*call)(void *, uint8_t, const uint32_t *, bool) = real(CALL_TRACE_REPLAY);

	call(device, queue, id, blocking);
	if (foreign_is_open())
		books_trace_replayed(device, *id);
}

void report_trace_release(void *device, const uint32_t *id)
{
	pair_fn call = (pair_fn)real(CALL_TRACE_RELEASE);

	if (foreign_is_open())
		books_trace_released(device, *id);
	call(device, id);
}
