// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The one lock of the reporter, and the ids that it guards.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>

#include "lock.h"

#define LONGEST_END	1	/* seconds that an ending process waits for its threads */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t last_id;

void books_lock(void)
{
	pthread_mutex_lock(&lock);
}

void books_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

void books_wait(pthread_cond_t *cond)
{
	pthread_cond_wait(cond, &lock);
}

bool lock_at_end(void)
{
	struct timespec until;

	if (clock_gettime(CLOCK_REALTIME, &until))
		return false;
	until.tv_sec += LONGEST_END;
	return !pthread_mutex_timedlock(&lock, &until);
}

void lock_forget(void)
{
	pthread_mutex_init(&lock, NULL);
}

uint64_t books_new_ids(size_t count)
{
	const uint64_t first = last_id + 1;

	last_id += count;
	return first;
}
