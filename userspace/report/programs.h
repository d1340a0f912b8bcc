/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Shared by books.c, programs.c and traces.c. All functions need the lock.
 */
#ifndef REPORT_PROGRAMS_H
#define REPORT_PROGRAMS_H

#include "books.h"
#include "chips.h"
#include "lock.h"
#include "table.h"

#define CONTAINER(pointer, type) ((type *)(void *)(pointer))

/* The next chip of a set, from @n on; -1: none. */
static inline int next_chip(chips_mask mask, int n)
{
	mask = n < CHIPS_MAX ? mask >> n : 0;
	return mask ? n + __builtin_ctzll(mask) : -1;
}

struct program;

/* Add a launch to a trace that is being captured; returns whether there is one. */
bool traces_capture(struct program *program, chips_mask chips);

/* The programs of a trace, in order, and their number, which may be lowered; NULL: none. */
struct program **traces_programs(const void *device, uint32_t id, size_t **count);
void traces_forget_program(const struct program *program);
void traces_forget_chip(int chip);

/* In a child: forget the parent's traces. */
void traces_forget(void);

/* In a child: forget the parent's programs. */
void programs_forget(void);

/* As the callbacks of chips_open(), for programs. */
void programs_forgotten(int chip, bool gone);
void programs_replay(int chip);

#endif
