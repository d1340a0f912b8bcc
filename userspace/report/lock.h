/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * The one lock of the reporter.
 */
#ifndef REPORT_LOCK_H
#define REPORT_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void books_lock(void);
void books_unlock(void);

/* pthread_cond_wait() with the lock. */
void books_wait(pthread_cond_t *cond);

/* At the end of the process; false: another thread has kept the lock for a second. */
bool lock_at_end(void);

/* In a child: no thread has the lock. */
void lock_forget(void);

/* Reserve @count consecutive ids for records and programs; returns the first. Needs the lock. */
uint64_t books_new_ids(size_t count);

static inline void books_unlocked(int *locked)
{
	(void)locked;
	books_unlock();
}

/* Hold the lock until the end of the block, even if tt-metal throws. */
#define LOCKED() \
	int locked __attribute__((cleanup(books_unlocked), unused)) = (books_lock(), 0)

#endif
