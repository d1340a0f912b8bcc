// SPDX-License-Identifier: GPL-2.0-only
/*
 * The statistics of the calls: how many of each kind, how they ended, how long the slowest took;
 * and the text that is printed at the end.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fuzz.h"

void fuzz_fail(const char *format, ...)
{
	uint32_t n = atomic_fetch_add(&fuzz->failures, 1);
	va_list args;

	if (n < FUZZ_MESSAGES) {
		va_start(args, format);
		vsnprintf(fuzz->message[n], sizeof(fuzz->message[n]), format, args);
		va_end(args);
	}
	atomic_store(&fuzz->stop, true);
}

/* Cheap, and good to a tick: what is looked for takes many. */
uint64_t fuzz_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

void fuzz_count(unsigned int kind, long ret, uint64_t started)
{
	struct tally *tally = &fuzz->tally[kind];
	uint64_t took = fuzz_now() - started;
	uint64_t slowest = atomic_load_explicit(&tally->slowest, memory_order_relaxed);

	while (took > slowest &&
	       !atomic_compare_exchange_weak(&tally->slowest, &slowest, took))
		;
	atomic_fetch_add_explicit(ret < 0 ? &tally->failed : &tally->ok, 1,
				  memory_order_relaxed);
	if (ret < 0 && -ret < FUZZ_ERRNOS)
		atomic_fetch_add_explicit(&tally->error[-ret], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&fuzz->done, 1, memory_order_relaxed);
}

static const char * const kind_names[KINDS] = {
	"get_info", "chip_create", "chip_destroy", "geometry_set", "geometry_unset", "chip_find",
	"attach", "detach", "bank_set", "submit", "drop", "ring_setup", "ring_doorbell",
	"ring_status", "query_chip", "query_client", "list_records", "list_programs",
	"partial", "list_sets",
	[KIND_UNKNOWN] = "(no such call)", [KIND_COMPAT] = "(32-bit caller)",
	[KIND_OPEN] = "open", [KIND_CLOSE] = "close", [KIND_MMAP] = "mmap",
	[KIND_MREMAP] = "mremap", [KIND_MPROTECT] = "mprotect", [KIND_MADVISE] = "madvise",
	[KIND_MUNMAP] = "munmap", [KIND_READ] = "read a file", [KIND_WRITE] = "write a file",
	[KIND_POLL] = "poll", [KIND_SEND] = "send descriptor", [KIND_RECEIVE] = "receive one",
	[KIND_FORK] = "fork", [KIND_EXEC] = "exec", [KIND_PLUG] = "plug, bind",
	[KIND_PARAMETER] = "set parameter", [KIND_UNLOAD] = "unload", [KIND_LOAD] = "load",
};

void tally_print(void)
{
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct tally *tally = &fuzz->tally[kind];

		printf("# %-16s %9llu ok %9llu refused  slowest %6llu ms ", kind_names[kind],
		       (unsigned long long)atomic_load(&tally->ok),
		       (unsigned long long)atomic_load(&tally->failed),
		       (unsigned long long)(atomic_load(&tally->slowest) / 1000000));
		for (int e = 1; e < FUZZ_ERRNOS; e++)
			if (atomic_load(&tally->error[e]))
				printf(" %s %u", strerrorname_np(e),
				       atomic_load(&tally->error[e]));
		putchar('\n');
	}
	printf("# entries taken %llu, published in rings %llu, lives %llu\n",
	       (unsigned long long)atomic_load(&fuzz->entries),
	       (unsigned long long)atomic_load(&fuzz->ring_entries),
	       (unsigned long long)atomic_load(&fuzz->lives));
	printf("# figures checked %llu times, chips compared with their clients %llu times\n",
	       (unsigned long long)atomic_load(&fuzz->checks),
	       (unsigned long long)atomic_load(&fuzz->sums));
	if (fuzz->kcov)
		printf("# places of the module's code reached: %u\n",
		       atomic_load(&fuzz->cover.found));
	printf("# calls %llu, seed %llu\n", (unsigned long long)atomic_load(&fuzz->total),
	       (unsigned long long)fuzz->seed);
}
