// SPDX-License-Identifier: GPL-2.0-only
/* Folded books: figures, cores and records are the same as those of unfolded books. */
#include <errno.h>
#include <stdlib.h>

#include "memstat_test.h"
#include "../../userspace/ledger/books.h"

#define SETS	6
#define IDS	60
#define PROGRAMS	8
#define EVENTS	3000

static const struct tt_memstat_geometry chips[] = {
	{ .arch = TT_MEMSTAT_ARCH_BLACKHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
	  .grid_x = 12, .grid_y = 10, .dram_banks = 8 },
	{ .arch = TT_MEMSTAT_ARCH_WORMHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
	  .grid_x = 8, .grid_y = 8, .dram_banks = 12 },
};

/* The same history on both. */
struct pair {
	struct books *books[2];
	struct books_client *client[2];
	const struct tt_memstat_geometry *chip;
	struct tt_memstat_layout layout;
	struct tt_memstat_rect rects[SETS][2];
	uint32_t sets[SETS];
	uint32_t random;
};

static uint32_t below(struct pair *pair, uint32_t limit)
{
	pair->random = pair->random * 1664525 + 1013904223;
	return (pair->random >> 8) % limit;
}

static struct tt_memstat_rect random_rect(struct pair *pair)
{
	uint32_t x = below(pair, pair->chip->grid_x), y = below(pair, pair->chip->grid_y);

	return (struct tt_memstat_rect){
		.x0 = (uint16_t)x, .y0 = (uint16_t)y,
		.x1 = (uint16_t)(x + below(pair, pair->chip->grid_x - x)),
		.y1 = (uint16_t)(y + below(pair, pair->chip->grid_y - y)),
	};
}

static void open_pair(struct pair *pair, uint32_t seed)
{
	*pair = (struct pair){ .chip = &chips[seed % 2], .random = seed };
	pair->layout = (struct tt_memstat_layout){
		.valid = TT_MEMSTAT_LAYOUT_WORKER,
		.worker_x = pair->chip->grid_x - below(pair, 2), .worker_y = pair->chip->grid_y,
	};
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(books_open(pair->chip, &pair->books[i]), 0);
	for (size_t i = 0; i < SETS; i++) {
		pair->rects[i][0] = random_rect(pair);
		pair->rects[i][1] = random_rect(pair);
		assert_int_equal(books_fold(pair->books[1], pair->rects[i], 2), 0);
	}
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(books_attach(pair->books[i], NULL, &pair->layout,
					      TT_MEMSTAT_POOL_MASK_ALL, &pair->client[i]), 0);
	/* Sets that are one on both have one number on both. */
	for (size_t i = 0; i < SETS; i++) {
		uint32_t other;

		assert_int_equal(books_set_l1(pair->client[0], pair->rects[i], 2, &other), 0);
		assert_int_equal(books_set_l1(pair->client[1], pair->rects[i], 2, &pair->sets[i]), 0);
		assert_int_equal(other, pair->sets[i]);
	}
}

static void close_pair(struct pair *pair)
{
	books_close(pair->books[0]);
	books_close(pair->books[1]);
}

static struct tt_memstat_entry random_entry(struct pair *pair)
{
	static const uint32_t pools[] = { TT_MEMSTAT_POOL_L1, TT_MEMSTAT_POOL_L1_SMALL,
		TT_MEMSTAT_POOL_CB, TT_MEMSTAT_POOL_CB, TT_MEMSTAT_POOL_DRAM, TT_MEMSTAT_POOL_KERNEL };
	uint32_t kind = below(pair, 20);
	struct tt_memstat_entry entry = { .op = TT_MEMSTAT_OP_RECORD };

	if (kind < 7)
		return (struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_FREE, .id = below(pair, IDS) };
	if (kind < 10)
		return (struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_DISPATCH,
			.id = below(pair, 3), .program = 1 + below(pair, PROGRAMS) };
	if (kind < 11)
		return (struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_PROGRAM_FREE,
			.program = 1 + below(pair, PROGRAMS) };
	entry.pool = pools[below(pair, 6)];
	entry.id = below(pair, IDS);
	entry.size = 16 * (1 + below(pair, 4000));
	if (entry.pool != TT_MEMSTAT_POOL_KERNEL)
		entry.addr = 16 * below(pair, 80000);
	if (entry.pool == TT_MEMSTAT_POOL_CB || entry.pool == TT_MEMSTAT_POOL_KERNEL)
		entry.program = below(pair, PROGRAMS);
	if (entry.pool != TT_MEMSTAT_POOL_DRAM && below(pair, 4))
		entry.set = pair->sets[below(pair, SETS)];
	return entry;
}

static void expect_same_figures(struct pair *pair)
{
	struct tt_memstat_figures chip[2], client[2];

	for (size_t i = 0; i < 2; i++) {
		books_chip_figures(pair->books[i], 1, &chip[i]);
		books_client_figures(pair->client[i], 1, &client[i]);
		/* A long event counts steps, and folded ones are shorter. */
		chip[i].value[TT_MEMSTAT_FIG_GENERATION] = 0;
		client[i].value[TT_MEMSTAT_FIG_GENERATION] = 0;
	}
	assert_memory_equal(&chip[0], &chip[1], sizeof(chip[0]));
	assert_memory_equal(&client[0], &client[1], sizeof(client[0]));
	for (uint32_t y = 0; y < pair->chip->grid_y; y++)
		for (uint32_t x = 0; x < pair->chip->grid_x; x++)
			assert_int_equal(books_core_used(pair->books[0], x, y),
					 books_core_used(pair->books[1], x, y));
}

struct shown {
	const struct pair *pair;
	size_t which;
	uint64_t hash;
};

static int show(void *arg, const struct books_record *record)
{
	struct shown *shown = arg;
	const struct books_client *client = shown->pair->client[shown->which];
	uint64_t hash = record->id + record->banks * 31ull + record->shown * 131ull + record->set;

	for (uint32_t y = 0; y < shown->pair->chip->grid_y; y++)
		for (uint32_t x = 0; x < shown->pair->chip->grid_x; x++)
			hash = hash * 3 + books_record_on(client, record, x, y);
	shown->hash = shown->hash * 31 + hash;
	return 0;
}

static void expect_same_lists(const struct pair *pair)
{
	struct shown shown[2] = { { .pair = pair }, { .pair = pair, .which = 1 } };
	struct tt_memstat_program_info programs[2][PROGRAMS + 1] = { 0 };
	struct tt_memstat_record_info records[2][IDS] = { 0 };
	struct tt_memstat_set_info sets[2][SETS + 2] = { 0 };

	for (size_t i = 0; i < 2; i++) {
		uint32_t count = PROGRAMS + 1;
		uint64_t cursor = 0;

		assert_int_equal(books_list_programs(pair->client[i], &cursor, programs[i], &count), 0);
		count = IDS;
		cursor = 0;
		assert_int_equal(books_list_records(pair->client[i], &cursor, records[i], &count), 0);
		count = SETS + 2;
		cursor = 0;
		assert_int_equal(books_list_sets(pair->client[i], &cursor, sets[i], &count), 0);
		books_each_record(pair->client[i], show, &shown[i]);
	}
	assert_memory_equal(programs[0], programs[1], sizeof(programs[0]));
	assert_memory_equal(records[0], records[1], sizeof(records[0]));
	assert_memory_equal(sets[0], sets[1], sizeof(sets[0]));
	assert_int_equal(shown[0].hash, shown[1].hash);
}

static void folded_books_are_the_same(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 6; seed++) {
		struct pair pair;

		open_pair(&pair, seed);
		for (uint32_t n = 0; n < EVENTS; n++) {
			struct tt_memstat_entry entry = random_entry(&pair);
			int err = books_take(pair.client[0], &entry, 1);

			assert_int_equal(books_take(pair.client[1], &entry, 1), err);
			expect_same_figures(&pair);
			if (n % 50 == 0)
				expect_same_lists(&pair);
		}
		close_pair(&pair);
	}
}

static void a_set_that_was_not_told(void **state)
{
	const struct tt_memstat_rect row = { .x1 = 7, .y1 = 0 }, column = { .x1 = 0, .y1 = 7 };
	struct books_client *client;
	struct books *books;
	uint32_t set;

	(void)state;
	assert_int_equal(books_open(&chips[1], &books), 0);
	assert_int_equal(books_fold(books, &column, 0), -EINVAL);
	assert_int_equal(books_fold(books, &row, 1), 0);
	assert_int_equal(books_attach(books, NULL, NULL, TT_MEMSTAT_POOL_MASK_ALL, &client), 0);
	assert_int_equal(books_set_l1(client, &row, 1, &set), 0);
	assert_int_equal(books_set_l1(client, &column, 1, &set), -EXDEV);
	assert_int_equal(books_fold(books, &column, 1), -EBUSY);
	books_close(books);
}

static const struct CMUnitTest fold_tests[] = {
	cmocka_unit_test(folded_books_are_the_same),
	cmocka_unit_test(a_set_that_was_not_told),
};
TEST_GROUP(fold);
