// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cost of the ledger by the number of live objects. Runs in User-mode Linux without debugging.
 * Prints `bench: NAME VALUE UNIT` lines, which bench/run collects.
 */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>
#include "../driver/private.h"
#include "../driver/ledger/ledger.h"

#define CBS		24		/* of a program */
#define CB_BASE		111616		/* start of the CBs of a p150's runtime */
#define CORE_SETS	64		/* distinct core ranges over all programs */
#define DRAM_SIZE	2048
#define ROUNDS		3		/* the result is the median of these */

struct bench {
	struct kunit *test;
	struct ttmem_ledger ledger;
	struct ttmem_ledger_client client;
	struct rnd_state rnd;
	u32 sets[CORE_SETS];
	u64 events;
};

static const struct tt_memstat_geometry p150 = {
	.arch = TT_MEMSTAT_ARCH_BLACKHOLE,
	.grid_x = 12,
	.grid_y = 10,
	.l1_bytes = 1572864,
	.dram_bank_bytes = 4ull << 30,
	.dram_banks = 8,
};

static void tell(const char *name, u64 value, const char *unit)
{
	pr_info("bench: %s %llu %s\n", name, value, unit);
}

static u32 below(struct bench *b, u32 n)
{
	return prandom_u32_state(&b->rnd) % n;
}

static struct bench *bench_new(struct kunit *test, const struct tt_memstat_geometry *geometry)
{
	static const struct tt_memstat_layout layout;
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b);
	b->test = test;
	prandom_seed_state(&b->rnd, 1);
	ttmem_ledger_init(&b->ledger);
	ttmem_ledger_set_bounds(&b->ledger, geometry);
	ttmem_ledger_set_geometry(&b->ledger, geometry);
	ttmem_ledger_client_init(&b->client, b, TT_MEMSTAT_POOL_MASK_ALL, 0, &layout, NULL);
	ttmem_ledger_attach(&b->ledger, &b->client, NULL);
	return b;
}

/* End the client like an owner's death; optionally returns the longest hold of the lock. */
static u64 bench_end(struct bench *b)
{
	struct ttmem_prealloc prealloc = { .arch = b->ledger.arch };
	u64 longest = 0, start;
	bool more;

	ttmem_ledger_detach(&b->client);
	do {
		start = ktime_get_ns();
		ttmem_ledger_begin(&b->ledger);
		more = ttmem_ledger_detach_step(&b->client, &prealloc);
		longest = max(longest, ktime_get_ns() - start);
		ttmem_prealloc_free(&prealloc);
		cond_resched();
	} while (more);
	ttmem_ledger_client_free(&b->client);
	KUNIT_EXPECT_EQ(b->test, ttmem_bytes(b->ledger.coverage.tally[TTMEM_MAP_LOADED].any),
			0ull);
	KUNIT_EXPECT_EQ(b->test, ttmem_bytes(b->ledger.coverage.tally[TTMEM_MAP_DRAM].any), 0ull);
	return longest;
}

static void take_as(struct bench *b, struct ttmem_ledger_client *c,
		    const struct tt_memstat_entry *e)
{
	struct ttmem_prealloc prealloc = { .arch = b->ledger.arch };
	struct ttmem_need need = { 0 };
	int ret;

	ttmem_ledger_need(c, e, &need);
	ret = ttmem_prealloc_fill(&prealloc, &need);
	if (!ret)
		do {
			ttmem_ledger_begin(&b->ledger);
			ret = ttmem_ledger_apply(c, e, 0, &prealloc);
		} while (ret == TTMEM_AGAIN);
	ttmem_prealloc_free(&prealloc);
	if (ret)
		KUNIT_FAIL(b->test, "op %u: %d", e->op, ret);
	if (!(++b->events % 1024))
		cond_resched();
}

static void take(struct bench *b, const struct tt_memstat_entry *e)
{
	take_as(b, &b->client, e);
}

static void dram_record(struct bench *b, u64 id)
{
	struct tt_memstat_entry e = {
		.op = TT_MEMSTAT_OP_RECORD, .pool = TT_MEMSTAT_POOL_DRAM,
		.id = id, .addr = id * DRAM_SIZE, .size = DRAM_SIZE,
	};

	take(b, &e);
}

static void record_free(struct bench *b, u64 id)
{
	struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_FREE, .id = id };

	take(b, &e);
}

static u64 median(u64 *v)
{
	u64 low = min(v[0], v[1]), high = max(v[0], v[1]);

	return max(low, min(high, v[2]));
}

/* Record one more in addition to @live others, and free it. */
static u64 pair_ns(struct bench *b, u32 live)
{
	const u32 pairs = 20000;
	u64 round[ROUNDS], start;
	u32 i, r;

	for (r = 0; r < ROUNDS; r++) {
		start = ktime_get_ns();
		for (i = 0; i < pairs; i++) {
			dram_record(b, live + i % 1024);
			record_free(b, live + i % 1024);
		}
		round[r] = (ktime_get_ns() - start) / pairs;
	}
	return median(round);
}

/* Free a random one of @live records, whose nodes are not cached, and record it again. */
static u64 random_pair_ns(struct bench *b, u32 live)
{
	const u32 pairs = 20000;
	u64 round[ROUNDS], start;
	u32 i, r;

	for (r = 0; r < ROUNDS; r++) {
		start = ktime_get_ns();
		for (i = 0; i < pairs; i++) {
			u64 id = below(b, live);

			record_free(b, id);
			dram_record(b, id);
		}
		round[r] = (ktime_get_ns() - start) / pairs;
	}
	return median(round);
}

static u64 stat_ns(struct bench *b)
{
	const u32 reads = 2000;
	struct tt_memstat_figures *f = kzalloc(sizeof(*f), GFP_KERNEL);
	char *page = (char *)__get_free_page(GFP_KERNEL);
	u64 round[ROUNDS], start;
	struct ttmem_state state;
	u32 i, r;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(b->test, f);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(b->test, page);
	for (r = 0; r < ROUNDS; r++) {
		start = ktime_get_ns();
		for (i = 0; i < reads; i++) {
			memset(f, 0, sizeof(*f));
			ttmem_ledger_refresh_view(&b->ledger);
			ttmem_state_chip(&b->ledger, &state, true);
			ttmem_figures_chip(&state, 0, f);
			ttmem_figure_show_stat(f, TTMEM_FIGURE_CHIP, page, 0);
		}
		round[r] = (ktime_get_ns() - start) / reads;
	}
	free_page((unsigned long)page);
	kfree(f);
	return median(round);
}

static u64 free_bytes(void)
{
	return (u64)global_zone_page_state(NR_FREE_PAGES) << PAGE_SHIFT;
}

static void pairs_test(struct kunit *test)
{
	static const struct {
		u32 live;
		const char *pair, *random, *stat;
	} at[] = {
		{ 1000, "ledger.pair_1k_ns", "ledger.pair_random_1k_ns", "stat.1k_ns" },
		{ 10000, "ledger.pair_10k_ns", "ledger.pair_random_10k_ns", "stat.10k_ns" },
		{ 100000, "ledger.pair_100k_ns", "ledger.pair_random_100k_ns",
		  "stat.100k_ns" },
		{ 1000000, "ledger.pair_1m_ns", "ledger.pair_random_1m_ns", "stat.1m_ns" },
	};
	struct bench *b = bench_new(test, &p150);
	u64 before = free_bytes(), start;
	u32 i, live = 0;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		while (live < at[i].live)
			dram_record(b, live++);
		if (live == 1000000)
			tell("ledger.bytes_per_record", (before - free_bytes()) / live, "bytes");
		tell(at[i].pair, pair_ns(b, live), "ns");
		tell(at[i].random, random_pair_ns(b, live), "ns");
		tell(at[i].stat, stat_ns(b), "ns");
	}
	start = ktime_get_ns();
	tell("ledger.death_1m_longest_hold_ns", bench_end(b), "ns");
	tell("ledger.death_1m_ns", ktime_get_ns() - start, "ns");
}

static void make_sets(struct bench *b)
{
	u32 i, x, y;

	for (i = 0; i < CORE_SETS; i++) {
		DECLARE_BITMAP(map, TTMEM_MAX_CORES) = { 0 };
		/* Most core ranges start at logical 0,0, as in runtimes. */
		u32 x0 = below(b, 4) ? 0 : below(b, 11), y0 = below(b, 4) ? 0 : below(b, 10);
		u32 x1 = x0 + below(b, 11 - x0), y1 = y0 + below(b, 10 - y0);

		for (y = y0; y <= y1; y++)
			for (x = x0; x <= x1; x++)
				__set_bit(y * 12 + x, map);
		KUNIT_ASSERT_EQ(b->test, 0, ttmem_set_add(&b->client, TT_MEMSTAT_SPACE_L1, map,
							  &b->sets[i]));
	}
}

static u64 cb_size(struct bench *b, bool shared, u32 i)
{
	static const u32 tile[] = { 1088, 2048, 4096 };

	if (shared)
		return (u64)tile[i % 3] * (1 + i % 8);
	return (u64)tile[below(b, 3)] * (1 + below(b, 16));
}

/* One program like a runtime's: CBs bottom-up on a few core ranges. */
static void load_program(struct bench *b, u64 program, bool shared)
{
	u32 i, sets[5], nr = 1 + below(b, 5);
	u64 addr = CB_BASE;

	for (i = 0; i < nr; i++)
		sets[i] = below(b, 4) ? b->sets[below(b, CORE_SETS)] : 0;
	for (i = 0; i < CBS; i++) {
		struct tt_memstat_entry e = {
			.op = TT_MEMSTAT_OP_RECORD, .pool = TT_MEMSTAT_POOL_CB,
			.id = program * CBS + i, .addr = addr, .size = cb_size(b, shared, i),
			.set = sets[i * nr / CBS], .program = program,
		};

		if (addr + e.size > p150.l1_bytes)
			e.addr = CB_BASE;
		take(b, &e);
		addr = e.addr + e.size;
	}
}

static void free_program(struct bench *b, u64 program)
{
	struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_PROGRAM_FREE, .program = program };

	take(b, &e);
}

/* Cost of registering one CB while @cached programs are loaded. */
static u64 cb_ns(struct bench *b, u32 cached, bool shared)
{
	const u32 programs = 64;
	u64 round[ROUNDS], start;
	u32 i, r;

	for (r = 0; r < ROUNDS; r++) {
		start = ktime_get_ns();
		for (i = 1; i <= programs; i++)
			load_program(b, cached + i, shared);
		round[r] = (ktime_get_ns() - start) / (programs * CBS);
		for (i = 1; i <= programs; i++)
			free_program(b, cached + i);
	}
	return median(round);
}

static void dispatch(struct bench *b, u64 program)
{
	struct tt_memstat_entry e = { .op = TT_MEMSTAT_OP_DISPATCH, .program = program };

	take(b, &e);
}

static u64 dispatch_ns(struct bench *b, u32 cached)
{
	const u32 dispatches = 20000;
	u64 round[ROUNDS], start;
	u32 i, r;

	for (r = 0; r < ROUNDS; r++) {
		start = ktime_get_ns();
		for (i = 0; i < dispatches; i++)
			dispatch(b, 1 + below(b, cached));
		round[r] = (ktime_get_ns() - start) / dispatches;
	}
	return median(round);
}

static void run_programs(struct kunit *test, bool shared, const char *const *names)
{
	static const u32 cached[] = { 16, 256, 4096, 16384 };
	struct bench *b = bench_new(test, &p150);
	u64 before = free_bytes(), start;
	u32 i, loaded = 0;

	make_sets(b);
	/* As in a running model, a program was dispatched, so loading shows nothing. */
	load_program(b, ++loaded, shared);
	dispatch(b, 1);
	for (i = 0; i < ARRAY_SIZE(cached); i++) {
		while (loaded < cached[i])
			load_program(b, ++loaded, shared);
		if (!shared && loaded == 16384)
			tell("ledger.bytes_per_cb",
			     (before - free_bytes()) / ((u64)loaded * CBS), "bytes");
		tell(names[i], cb_ns(b, loaded, shared), "ns");
	}
	if (!shared)
		tell("ledger.dispatch_ns", dispatch_ns(b, loaded), "ns");
	start = ktime_get_ns();
	bench_end(b);
	tell(shared ? "ledger.death_cb_shared_ns" : "ledger.death_cb_ns",
	     ktime_get_ns() - start, "ns");
}

static void programs_test(struct kunit *test)
{
	static const char *const names[] = {
		"ledger.cb_16_ns", "ledger.cb_256_ns", "ledger.cb_4k_ns", "ledger.cb_16k_ns",
	};

	run_programs(test, false, names);
}

static void shared_programs_test(struct kunit *test)
{
	static const char *const names[] = {
		"ledger.cb_shared_16_ns", "ledger.cb_shared_256_ns", "ledger.cb_shared_4k_ns",
		"ledger.cb_shared_16k_ns",
	};

	run_programs(test, true, names);
}

/* A cached program as a runtime keeps it: regions of each core range. */
struct cached {
	u32 nr;
	struct {
		u32 start, end, cores;
	} region[CBS];
};

static struct cached *cached_new(struct bench *b)
{
	struct cached *p = kmalloc(sizeof(*p), GFP_KERNEL);
	u32 i, at = CB_BASE;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(b->test, p);
	p->nr = CBS;
	for (i = 0; i < CBS; i++) {
		p->region[i].start = at;
		at += (u32)cb_size(b, false, i);
		p->region[i].end = at;
		p->region[i].cores = 1 + below(b, 110);
	}
	return p;
}

/* A tracker without state: sum up every cached program at each registration. */
static u64 resum(struct cached **programs, u32 nr)
{
	u64 sum = 0;
	u32 i, k;

	for (i = 0; i < nr; i++)
		for (k = 0; k < programs[i]->nr; k++)
			sum += (u64)(programs[i]->region[k].end - programs[i]->region[k].start) *
			       programs[i]->region[k].cores;
	return sum;
}

static void upstream_test(struct kunit *test)
{
	static const struct {
		u32 cached, times;
		const char *name;
	} at[] = {
		{ 256, 2000, "upstream.cb_256_ns" },
		{ 16384, 50, "upstream.cb_16k_ns" },
	};
	struct cached **programs = vzalloc(sizeof(*programs) * 16384);
	struct bench *b = bench_new(test, &p150);
	u64 round[ROUNDS], sum = 0;
	u32 i, k, r, nr = 0;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, programs);
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		while (nr < at[i].cached)
			programs[nr++] = cached_new(b);
		for (r = 0; r < ROUNDS; r++) {
			u64 start = ktime_get_ns();

			for (k = 0; k < at[i].times; k++) {
				sum += resum(programs, nr);
				barrier();
			}
			round[r] = (ktime_get_ns() - start) / at[i].times;
			cond_resched();
		}
		tell(at[i].name, median(round), "ns");
	}
	KUNIT_EXPECT_NE(test, sum, 0ull);
	while (nr)
		kfree(programs[--nr]);
	vfree(programs);
	bench_end(b);
}

/* ---- A full chip ---- */

static const struct tt_memstat_geometry whole_blackhole = {
	.arch = TT_MEMSTAT_ARCH_BLACKHOLE,
	.grid_x = 14,
	.grid_y = 10,
	.l1_bytes = 1572864,
	.dram_bank_bytes = 4ull << 30,
	.dram_banks = 8,
};

static struct ttmem_ledger_client *another(struct bench *b)
{
	static const struct tt_memstat_layout layout;
	struct ttmem_ledger_client *c = kvzalloc(sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(b->test, c);
	ttmem_ledger_client_init(c, c, TT_MEMSTAT_POOL_MASK_ALL, 0, &layout, NULL);
	ttmem_ledger_attach(&b->ledger, c, NULL);
	return c;
}

static void end_another(struct bench *b, struct ttmem_ledger_client *c)
{
	struct ttmem_prealloc prealloc = { .arch = b->ledger.arch };

	ttmem_ledger_detach(c);
	do {
		ttmem_prealloc_free(&prealloc);
		cond_resched();
		ttmem_ledger_begin(&b->ledger);
	} while (ttmem_ledger_detach_step(c, &prealloc));
	ttmem_prealloc_free(&prealloc);
	ttmem_ledger_client_free(c);
	kvfree(c);
}

/* The maximum number of clients, each with the maximum number of snapshots. */
static void full_chip_test(struct kunit *test)
{
	static struct ttmem_ledger_client *other[TTMEM_MAX_CLIENTS - 1];
	struct tt_memstat_entry e = {
		.op = TT_MEMSTAT_OP_SNAPSHOT, .pool = TT_MEMSTAT_POOL_L1, .id = 1024, .addr = 16,
	};
	struct bench *b = bench_new(test, &whole_blackhole);
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);
	u32 i, k, set;
	u64 start;

	for (i = 0; i < TTMEM_MAX_CLIENTS - 1; i++) {
		other[i] = another(b);
		for (k = 0; k < TTMEM_MAX_SNAPSHOTS; k++) {
			bitmap_zero(map, TTMEM_MAX_CORES);
			map[0] = k + 1;
			KUNIT_ASSERT_EQ(test, 0,
					ttmem_set_add(other[i], TT_MEMSTAT_SPACE_L1, map, &set));
			e.set = set;
			take_as(b, other[i], &e);
		}
	}
	tell("stat.full_chip_ns", stat_ns(b), "ns");
	e.set = 0;
	start = ktime_get_ns();
	take(b, &e);
	tell("snapshot.full_chip_ns", ktime_get_ns() - start, "ns");
	for (i = 0; i < TTMEM_MAX_CLIENTS - 1; i++)
		end_another(b, other[i]);
	bench_end(b);
}

static struct kunit_case ledger_bench_cases[] = {
	KUNIT_CASE(pairs_test),
	KUNIT_CASE(programs_test),
	KUNIT_CASE(shared_programs_test),
	KUNIT_CASE(upstream_test),
	KUNIT_CASE(full_chip_test),
	{}
};

static struct kunit_suite ledger_bench_suite = {
	.name = "ledger_bench",
	.test_cases = ledger_bench_cases,
};

kunit_test_suite(ledger_bench_suite);
