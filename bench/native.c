// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measure the ledger in a process, without kernel, locks and calls, for growing numbers of live
 * objects (bench/native.sh). Prints `bench: NAME VALUE UNIT` lines, as ledger_bench.c does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../userspace/ledger/books.h"

#define PAIRS	100000
#define ROUNDS	5	/* the fastest counts, as other processes only slow it down */

static const struct tt_memstat_geometry p150 = {
	.arch = TT_MEMSTAT_ARCH_BLACKHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
	.grid_x = 12, .grid_y = 10, .dram_banks = 8,
};

static struct books *books;
static struct books_client *client;

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void take(const struct tt_memstat_entry *entry)
{
	if (books_take(client, entry, 0)) {
		fprintf(stderr, "native: op %u was refused\n", entry->op);
		exit(1);
	}
}

static void record(uint32_t pool, uint64_t id, uint64_t addr, uint64_t size)
{
	take(&(struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_RECORD, .pool = pool, .id = id, .addr = addr, .size = size });
}

/* Records one more beside those that live, and frees it. */
static void pair(const char *name, uint32_t pool, uint64_t live, uint64_t size)
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ns(), took;

		for (uint64_t i = 0; i < PAIRS; i++) {
			uint64_t id = live + i % 64;

			record(pool, id, id * size, size);
			take(&(struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_FREE, .id = id });
		}
		took = (now_ns() - start) / PAIRS;
		best = !round || took < best ? took : best;
	}
	printf("bench: ledger.native.%s_ns %.0f ns\n", name, best);
}

static void start(void)
{
	books_close(books);
	if (books_open(&p150, &books) ||
	    books_attach(books, NULL, NULL, TT_MEMSTAT_POOL_MASK_ALL, &client)) {
		fprintf(stderr, "native: no memory\n");
		exit(1);
	}
}

int main(void)
{
	static const struct {
		const char *name;
		uint64_t live;
	} dram[] = { { "dram_1k", 1000 }, { "dram_100k", 100000 }, { "dram_1m", 1000000 } };
	uint64_t live = 0;

	start();
	for (size_t i = 0; i < sizeof(dram) / sizeof(dram[0]); i++) {
		for (; live < dram[i].live; live++)
			record(TT_MEMSTAT_POOL_DRAM, live, live * 2048, 2048);
		pair(dram[i].name, TT_MEMSTAT_POOL_DRAM, live, 2048);
	}
	start();
	for (live = 0; live < 100; live++)
		record(TT_MEMSTAT_POOL_L1, live, live * 8192, 8192);
	pair("l1_100", TT_MEMSTAT_POOL_L1, live, 8192);
	books_close(books);
	return 0;
}
