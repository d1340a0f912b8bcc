/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What books.c, which has the lock and the ids, and programs.c know of each other. What is not of
 * books.h is called with the lock held.
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

/* Until the end of the block, an exception of theirs included. */
#define LOCKED() \
	int locked __attribute__((cleanup(books_unlocked), unused)) = (books_lock(), 0)

#define CONTAINER(pointer, type) ((type *)(void *)(pointer))

/* The next chip of a set from @n on; -1: no more. */
static inline int next_chip(chips_mask mask, int n)
{
	mask = n < CHIPS_MAX ? mask >> n : 0;
	return mask ? n + __builtin_ctzll(mask) : -1;
}

struct program;

/* Cores of a chip, by the bits of @rows. */
struct cores {
	uint64_t rows[FOREIGN_ROWS];
};

/* Marks the cores of its chips that a program is on; whether one of them was not marked. */
bool programs_take_cores(const struct program *program, struct cores taken[CHIPS_MAX]);

/* It runs now. */
void programs_launch(struct program *program);

/* Whether a launch is of a trace that is being captured, which takes it. */
bool traces_capture(struct program *program, chips_mask chips);
void traces_forget_program(const struct program *program);
void traces_forget_chip(int chip);

/* A child: all traces are its parent's. */
void traces_forget(void);

/* Ids of records and programs: the first of @count. */
uint64_t books_new_ids(size_t count);

/* A child: all programs are its parent's. */
void programs_forget(void);

/* As chips_forgotten() and chips_replay(). */
void programs_forgotten(int chip, bool gone);
void programs_replay(int chip);

#endif
