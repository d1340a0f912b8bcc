/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The operation of the runtime that allocates or launches, by the stack of the thread, and the file
 * in which others find it (published.h). Knows no buffers and no programs.
 */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether names are taken; does not change after names_open(). */
extern bool names_wanted;

/* Once, before all others. */
void names_open(void);

/* A child: the file is its parent's, and it has another one with its first name. */
void names_forget(void);

/* The operation that this thread is in, to be asked for with no lock held; 0: unknown. */
uint32_t names_walk(void);

static inline uint32_t names_here(void)
{
	return names_wanted ? names_walk() : 0;
}

/* NULL: unknown. */
const char *names_text(uint32_t name);

/*
 * With the books' lock: @id is of @name and has data on @cores, 0: unknown, until that is withdrawn
 * by what is returned; 0: it is not published.
 */
uint32_t names_publish(uint64_t id, uint32_t name, uint32_t cores);
void names_withdraw(uint32_t published);

/* names_mangled.c: the short name in a mangled symbol of an operation; false: it is of none. */
bool names_shorten(const char *symbol, char *name, size_t size);

#endif
