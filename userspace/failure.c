// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The last failure of an object. error.c makes text of it.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <time.h>

#include "failure.h"

/*
 * Waits are bounded: a signal handler may have interrupted the writer, and in a child of a
 * multithreaded process the flag may stay set. A failing call gives up soon and keeps the older
 * failure; a request for the text waits longer.
 */
#define SOON		100
#define NAP_NS		1000000
#define NAPS		1000

static bool try_take(struct ttmemstat_failure *failure)
{
	unsigned int tries;

	for (tries = 0; tries < SOON; tries++) {
		if (!atomic_flag_test_and_set_explicit(&failure->busy, memory_order_acquire))
			return true;
		sched_yield();
	}
	return false;
}

static bool take(struct ttmemstat_failure *failure)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };
	unsigned int naps;

	for (naps = 0; naps < NAPS; naps++) {
		if (try_take(failure))
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

static void release(struct ttmemstat_failure *failure)
{
	atomic_flag_clear_explicit(&failure->busy, memory_order_release);
}

int ttmemstat_note(struct ttmemstat_failure *failure, const struct ttmemstat_facts *facts)
{
	if (failure && facts->error && try_take(failure)) {
		failure->facts = *facts;
		release(failure);
	}
	return facts->error;
}

int ttmemstat_refuse(struct ttmemstat_failure *failure, enum ttmemstat_call call, int error,
		     const char *field, enum ttmemstat_rule rule, uint64_t value, uint64_t limit)
{
	return ttmemstat_note(failure, &(struct ttmemstat_facts) {
		.call = call, .error = error, .field = field, .rule = rule, .value = value,
		.limit = limit,
	});
}

void ttmemstat_note_as(struct ttmemstat_failure *failure, enum ttmemstat_call call,
		       const char *array, size_t index)
{
	if (try_take(failure)) {
		failure->facts.call = call;
		failure->facts.array = array;
		failure->facts.index = index;
		release(failure);
	}
}

struct ttmemstat_facts ttmemstat_failure_get(struct ttmemstat_failure *failure)
{
	struct ttmemstat_facts facts = { 0 };

	if (take(failure)) {
		facts = failure->facts;
		release(failure);
	}
	return facts;
}
