// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/* Traces: programs launched while a trace is captured run only when it is replayed. */
#include <stdlib.h>
#include <string.h>

#include "programs.h"

/**
 * struct trace - a trace of a mesh
 * @device: device of the trace
 * @id: its id on the device
 * @chips: chips of the mesh that are in use
 * @open: it is being captured
 * @list: its programs, in order; after a replay, only those resident at its end
 * @count: elements of @list
 * @room: size of @list
 * @next: next trace
 */
struct trace {
	const void *device;
	uint32_t id;
	chips_mask chips;
	bool open;
	struct program **list;
	size_t count;
	size_t room;
	struct trace *next;
};

static struct trace *traces;

static struct trace **find(const void *device, uint32_t id)
{
	struct trace **link = &traces;

	while (*link && ((*link)->device != device || (*link)->id != id))
		link = &(*link)->next;
	return link;
}

static void end(struct trace **link)
{
	struct trace *trace = *link;

	*link = trace->next;
	free(trace->list);
	free(trace);
}

bool traces_capture(struct program *program, chips_mask chips)
{
	struct program **list;
	struct trace *trace = traces;
	size_t room;

	while (trace && (!trace->open || !(trace->chips & chips)))
		trace = trace->next;
	if (!trace)
		return false;
	if (trace->count == trace->room) {
		room = trace->room ? trace->room * 2 : 64;
		list = realloc(trace->list, room * sizeof(*list));
		if (!list)
			return true;
		trace->list = list;
		trace->room = room;
	}
	trace->list[trace->count++] = program;
	return true;
}

void traces_forget_program(const struct program *program)
{
	for (struct trace **link = &traces, *trace; (trace = *link);) {
		size_t kept = 0;

		for (size_t i = 0; i < trace->count; i++)
			if (trace->list[i] != program)
				trace->list[kept++] = trace->list[i];
		trace->count = kept;
		if (trace->open || kept)
			link = &trace->next;
		else
			end(link);
	}
}

/* Closing a mesh ends its traces without a call. */
void traces_forget_chip(int chip)
{
	for (struct trace **link = &traces, *trace; (trace = *link);) {
		trace->chips &= ~((chips_mask)1 << chip);
		if (trace->chips)
			link = &trace->next;
		else
			end(link);
	}
}

void traces_forget(void)
{
	traces = NULL;
}

void books_trace_begins(const void *device, uint32_t id, const int *ids, size_t count)
{
	struct trace *trace;

	LOCKED();
	if (*find(device, id))
		end(find(device, id));
	trace = calloc(1, sizeof(*trace));
	if (!trace)
		return;
	*trace = (struct trace){ .device = device, .id = id, .open = true, .next = traces };
	for (size_t i = 0; i < count; i++) {
		const int n = chips_find(ids[i]);

		trace->chips |= n < 0 ? 0 : (chips_mask)1 << n;
	}
	/* A mesh without buffers has no programs. */
	if (!trace->chips)
		free(trace);
	else
		traces = trace;
}

void books_trace_ends(const void *device, uint32_t id)
{
	struct trace *trace;

	LOCKED();
	trace = *find(device, id);
	if (trace)
		trace->open = false;
}

struct program **traces_programs(const void *device, uint32_t id, size_t **count)
{
	struct trace *trace = *find(device, id);

	*count = trace ? &trace->count : NULL;
	return trace ? trace->list : NULL;
}

void books_trace_released(const void *device, uint32_t id)
{
	LOCKED();
	if (*find(device, id))
		end(find(device, id));
}
