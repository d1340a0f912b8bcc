// SPDX-License-Identifier: GPL-2.0-only
/*
 * Property test: random histories with the requested number of events.
 *
 * A history depends only on its seed. The first one has the seed of the run, so a failing history
 * can be repeated with its own seed and events=1.
 */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include "history.h"

#define SLICE		50000	/* events of one test, within KUnit's time limit */

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "Seed of the random histories (0: a new one each time)");

static unsigned long long events = 100000;
module_param(events, ullong, 0444);
MODULE_PARM_DESC(events, "Events in the random histories, in all");

static void run_history(struct kunit *test, u64 from)
{
	struct history_chance chance = { .random = from };
	char how[96];

	snprintf(how, sizeof(how), "tt_memstat_kunit.seed=%llu tt_memstat_kunit.events=1", from);
	history_run(test, &chance, how);
}

/* Continue where the previous slice ended. */
static void random_histories(struct kunit *test)
{
	u64 first = ((unsigned long)test->param_value - 1) * (u64)SLICE;
	u64 left = min_t(u64, events - first, SLICE), n;

	for (n = 0; n < left; n += HISTORY_EVENTS) {
		run_history(test, seed + (first + n) / HISTORY_EVENTS * 0x632be59bd9b4e019ull);
		if (test->status == KUNIT_FAILURE)
			return;
	}
}

static const void *slices(const void *prev, char *desc)
{
	unsigned long n = (unsigned long)prev + 1;

	if ((n - 1) * (u64)SLICE >= events)
		return NULL;
	if (!seed)
		seed = history_mix(get_random_u64() ^ ktime_get_real_ns()) | 1;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "seed=%llu, from event %llu of %llu", seed,
		 (n - 1) * (u64)SLICE, events);
	return (const void *)n;
}

static struct kunit_case history_cases[] = {
	KUNIT_CASE_PARAM(random_histories, slices),
	{ }
};

static struct kunit_suite history_suite = {
	.name = "tt_memstat_history",
	.test_cases = history_cases,
};

kunit_test_suite(history_suite);
