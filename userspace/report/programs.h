/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Shared by books.c (lock, ids) and programs.c. All functions need the lock.
 */
#ifndef REPORT_PROGRAMS_H
#define REPORT_PROGRAMS_H

#include "books.h"
#include "chips.h"
#include "table.h"

static inline void books_unlocked(int *locked)
{
	(void)locked;
	books_unlock();
}

/* Hold the lock until the end of the block, even if tt-metal throws. */
#define LOCKED() \
	int locked __attribute__((cleanup(books_unlocked), unused)) = (books_lock(), 0)

#define CONTAINER(pointer, type) ((type *)(void *)(pointer))

/* The next chip of a set, from @n on; -1: none. */
static inline int next_chip(chips_mask mask, int n)
{
	mask = n < CHIPS_MAX ? mask >> n : 0;
	return mask ? n + __builtin_ctzll(mask) : -1;
}

struct program;

/* Cores of a chip, as bits of @rows. */
struct cores {
	uint64_t rows[FOREIGN_ROWS];
};

/* Mark the cores of the program on its chips; returns whether a core was not marked before. */
bool programs_take_cores(const struct program *program, struct cores taken[CHIPS_MAX]);

/* The program runs now. */
void programs_launch(struct program *program);

/* Add a launch to a trace that is being captured; returns whether there is one. */
bool traces_capture(struct program *program, chips_mask chips);
void traces_forget_program(const struct program *program);
void traces_forget_chip(int chip);

/* In a child: forget the parent's traces. */
void traces_forget(void);

/* Reserve @count consecutive ids for records and programs; returns the first. */
uint64_t books_new_ids(size_t count);

/* In a child: forget the parent's programs. */
void programs_forget(void);

/* As chips_forgotten() and chips_replay(), for programs. */
void programs_forgotten(int chip, bool gone);
void programs_replay(int chip);

#endif
