/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The runtime's operation that allocates or launches, by the thread's stack, and the file that
 * publishes it to other processes (published.h).
 */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names are used; constant after names_open(). */
extern bool names_wanted;

/* Called once, before all others. */
void names_open(void);

/* In a child: drop the parent's file; the first name creates a new one. */
void names_forget(void);

/* The operation of this thread; call without locks. 0: unknown. */
uint32_t names_walk(void);

static inline uint32_t names_here(void)
{
	return names_wanted ? names_walk() : 0;
}

/* NULL: unknown. */
const char *names_text(uint32_t name);

/*
 * With the books' lock: publish that @id is of @name, with data on @cores (0: unknown). Returns the
 * entry for names_withdraw(); 0: not published.
 */
uint32_t names_publish(uint64_t id, uint32_t name, uint32_t cores);
void names_withdraw(uint32_t published);

/* names_mangled.c: the short name from an operation's mangled symbol; false: not an operation. */
bool names_shorten(const char *symbol, char *name, size_t size);

#endif
