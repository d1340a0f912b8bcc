// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long a replay waits between the nodes of a capture.
 *
 * A function's duration is known at its end and includes nested functions; the replay waits there
 * for the rest. This file only computes and does not wait.
 */
#include <errno.h>
#include <stdlib.h>

#include "pace.h"

/* Longer durations are ignored. */
#define LONGEST_NS	3600000000000ull

/* Running functions, innermost last: nanoseconds already waited in each. */
struct stack {
	uint64_t *spent;
	size_t depth;
};

static void start(struct stack *stack, const struct capture_node *node)
{
	/* An aborted function has no end node. */
	if ((node->has & CAPTURE_HAS_LEVEL) && node->level && node->level - 1 < stack->depth)
		stack->depth = node->level - 1;
	stack->spent[stack->depth++] = 0;
}

static uint64_t end(struct stack *stack, const struct capture_node *node)
{
	uint64_t whole = node->duration_ns < LONGEST_NS ? node->duration_ns : LONGEST_NS;
	uint64_t spent;
	uint64_t rest;

	if (!stack->depth)
		return 0;
	spent = stack->spent[--stack->depth];
	rest = whole > spent ? whole - spent : 0;
	if (stack->depth)
		stack->spent[stack->depth - 1] += spent + rest;
	return rest;
}

int pace_waits(const struct capture *capture, const struct pace *pace, uint64_t **waits,
	       bool *has_durations)
{
	struct stack stack = { .spent = malloc((capture->count + 1) * sizeof(*stack.spent)) };
	uint64_t *out = calloc(capture->count + 1, sizeof(*out));

	*has_durations = false;
	if (!stack.spent || !out) {
		free(stack.spent);
		free(out);
		return -ENOMEM;
	}
	for (size_t i = 0; i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];

		if (node->kind == CAPTURE_FUNCTION_START)
			start(&stack, node);
		if (node->kind == CAPTURE_FUNCTION_END && pace->speed > 0)
			out[i] = (uint64_t)((double)end(&stack, node) / pace->speed);
		*has_durations |= node->duration_ns != 0;
		if (i + 1 < capture->count)
			out[i] += pace->step_ms * 1000000;
	}
	free(stack.spent);
	*waits = out;
	return 0;
}
