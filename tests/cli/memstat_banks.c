// SPDX-License-Identifier: GPL-2.0-only
/* Bank sets as text and JSON, and where the records of a client are, from what the module lists. */
#include <errno.h>
#include <string.h>

#include "banks.h"
#include "feed_live.h"
#include "live.h"
#include "memstat_test.h"

static void add_rect(struct tt_memstat_set_info *set, uint32_t x0, uint32_t y0, uint32_t x1,
		     uint32_t y1)
{
	for (uint32_t y = y0; y <= y1; y++)
		for (uint32_t x = x0; x <= x1; x++)
			set->map[(y * set->columns + x) / 64] |= 1ull << (y * set->columns + x) % 64;
}

static void sets_of_cores(void **state)
{
	struct tt_memstat_set_info set = { .columns = 14 };
	char text[64];

	(void)state;
	banks_print_cores(&set, text, sizeof(text));
	assert_string_equal(text, "");
	add_rect(&set, 0, 0, 11, 8);
	banks_print_cores(&set, text, sizeof(text));
	assert_string_equal(text, "0,0-11,8");
	add_rect(&set, 13, 9, 13, 9);
	banks_print_cores(&set, text, sizeof(text));
	assert_string_equal(text, "0,0-11,8;13,9-13,9");
	for (uint32_t x = 0; x < 13; x += 2)
		add_rect(&set, x, 9, x, 9);
	banks_print_cores(&set, text, sizeof(text));
	assert_string_equal(text, "0,0-11,8;0,9-0,9;2,9-2,9;4,9-4,9;6,9-6,9;8,9-8,9;10,9-10,9;...");
	assert_true(strlen(text) < sizeof(text));
}

static void sets_of_banks(void **state)
{
	struct tt_memstat_set_info set = { .space = TT_MEMSTAT_SPACE_DRAM, .map = { 0xfe5 } };
	char text[16];

	(void)state;
	banks_print_dram(&set, text, sizeof(text));
	assert_string_equal(text, "0,2,5-11");
	set.map[0] = 0x555;
	banks_print_dram(&set, text, sizeof(text));
	assert_string_equal(text, "0,2,4,6,8,...");
	memset(set.map, 0xff, sizeof(set.map));
	banks_print_dram(&set, text, sizeof(text));
	assert_string_equal(text, "0-255");
}

static void expect_json(struct json_object *json, const char *text)
{
	assert_string_equal(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN), text);
	json_object_put(json);
}

static void sets_as_json(void **state)
{
	struct tt_memstat_set_info cores = { .columns = 8 };
	const struct tt_memstat_set_info banks = { .space = TT_MEMSTAT_SPACE_DRAM, .map = { 0x81 } };

	(void)state;
	add_rect(&cores, 0, 0, 7, 7);
	add_rect(&cores, 0, 8, 3, 8);
	expect_json(banks_json_cores(&cores), "[[0,0,7,7],[0,8,3,8]]");
	expect_json(banks_json_dram(&banks), "[0,7]");
}

/* ---- A client of a fake chip of 12x10 cores ---- */

struct fake {
	struct ttmemstat_ctx *ctx;
	struct ttmemstat_attachment *att;
	struct live_client live;
};

static struct fake fake_open(void)
{
	struct ttmemstat_attach_options options;
	struct fake fake = { 0 };

	setenv("TT_MEMSTAT_FAKE", "blackhole", 1);
	assert_int_equal(ttmemstat_open(&fake.ctx, NULL), 0);
	unsetenv("TT_MEMSTAT_FAKE");
	ttmemstat_attach_options_init(&options);
	options.covers = TT_MEMSTAT_POOL_MASK_ALL;
	assert_int_equal(ttmemstat_attach(fake.ctx, &options, &fake.att, NULL), 0);
	return fake;
}

static void fake_read(struct fake *fake)
{
	live_release(&fake->live);
	assert_int_equal(live_read(fake->ctx, 0, 1, 1, &fake->live), 0);
	assert_false(fake->live.changing);
}

static void fake_close(struct fake *fake)
{
	live_release(&fake->live);
	ttmemstat_detach(fake->att);
	ttmemstat_close(fake->ctx);
}

static uint32_t fake_set(struct fake *fake, uint16_t x0, uint16_t x1)
{
	const struct tt_memstat_rect rect = { .x0 = x0, .x1 = x1 };
	uint32_t set;

	assert_int_equal(ttmemstat_bank_set_l1(fake->att, &rect, 1, &set), 0);
	return set;
}

static void fake_record(struct fake *fake, uint64_t id, uint32_t pool, uint32_t set, uint64_t program,
			uint32_t flags)
{
	const struct ttmemstat_record record = {
		.id = id, .addr = 0x20000 + id * 0x1000, .size = 0x1000, .pool = pool, .set = set,
		.program = program, .flags = flags,
	};

	assert_int_equal(ttmemstat_report_record(fake->att, &record), 0);
}

/* Where record @id is in row 0, as "0011". */
static const char *row(const struct fake *fake, uint64_t id)
{
	static char text[13];

	for (size_t i = 0; i < fake->live.record_count; i++)
		for (uint32_t x = 0; fake->live.records[i].id == id && x < 12; x++)
			text[x] = live_record_on(&fake->live, &fake->live.records[i], x, 0) ? '1' : '0';
	return text;
}

static void where_buffers_are(void **state)
{
	struct fake fake = fake_open();
	uint32_t cores = fake_set(&fake, 2, 4), banks;

	(void)state;
	assert_int_equal(ttmemstat_bank_set_dram(fake.att, 0x6, &banks), 0);
	fake_record(&fake, 1, TT_MEMSTAT_POOL_L1, cores, 0, 0);
	fake_record(&fake, 2, TT_MEMSTAT_POOL_L1_SMALL, 0, 0, 0);
	fake_record(&fake, 3, TT_MEMSTAT_POOL_DRAM, banks, 0, 0);
	fake_record(&fake, 4, TT_MEMSTAT_POOL_TRACE, 0, 0, 0);
	fake_record(&fake, 5, TT_MEMSTAT_POOL_KERNEL, cores, 7, 0);
	fake_record(&fake, 6, TT_MEMSTAT_POOL_CB, cores, 7, TT_MEMSTAT_ENTRY_VIEW);
	fake_read(&fake);
	assert_string_equal(row(&fake, 1), "001110000000");
	assert_string_equal(row(&fake, 2), "111111111111");
	assert_string_equal(row(&fake, 3), "011000000000");
	assert_string_equal(row(&fake, 4), "111111110000");
	assert_string_equal(row(&fake, 5), "000000000000");
	assert_string_equal(row(&fake, 6), "000000000000");
	fake_close(&fake);
}

/* Circular buffers of programs 1 to 3 with these cores, as records 1 to 3. */
static struct fake fake_programs(const uint16_t cores[3][2])
{
	struct fake fake = fake_open();

	for (uint64_t i = 1; i <= 3; i++)
		fake_record(&fake, i, TT_MEMSTAT_POOL_CB,
			    fake_set(&fake, cores[i - 1][0], cores[i - 1][1]), i, 0);
	return fake;
}

static void dispatched(struct fake *fake, uint64_t program, uint64_t list)
{
	assert_int_equal(ttmemstat_report_dispatch(fake->att, program, list), 0);
}

static void where_programs_are_resident(void **state)
{
	const uint16_t cores[3][2] = { { 0, 7 }, { 4, 11 }, { 2, 5 } };
	struct fake fake = fake_programs(cores);

	(void)state;
	fake_record(&fake, 4, TT_MEMSTAT_POOL_CB, 0, 0, 0);
	fake_read(&fake);
	/* Before the first dispatch, everywhere. */
	assert_string_equal(row(&fake, 1), "111111110000");
	assert_string_equal(row(&fake, 2), "000011111111");
	dispatched(&fake, 1, 0);
	dispatched(&fake, 2, 0);
	fake_read(&fake);
	assert_string_equal(row(&fake, 1), "111100000000");
	assert_string_equal(row(&fake, 2), "000011111111");
	assert_string_equal(row(&fake, 3), "000000000000");
	assert_string_equal(row(&fake, 4), "111111111111");
	dispatched(&fake, 3, 0);
	fake_read(&fake);
	assert_string_equal(row(&fake, 1), "110000000000");
	assert_string_equal(row(&fake, 2), "000000111111");
	assert_string_equal(row(&fake, 3), "001111000000");
	dispatched(&fake, 2, 9);
	dispatched(&fake, 1, 9);
	fake_read(&fake);
	assert_string_equal(row(&fake, 1), "111111110000");
	assert_string_equal(row(&fake, 2), "000011111111");
	assert_string_equal(row(&fake, 3), "000000000000");
	assert_false(fake.live.assumed);
	fake_close(&fake);
}

/* A program that was freed had cores that no list tells. */
static void where_a_freed_program_was(void **state)
{
	const uint16_t cores[3][2] = { { 0, 7 }, { 4, 11 }, { 10, 11 } };
	struct fake fake = fake_programs(cores);

	(void)state;
	dispatched(&fake, 1, 0);
	dispatched(&fake, 2, 0);
	dispatched(&fake, 3, 0);
	assert_int_equal(ttmemstat_report_program_free(fake.att, 2), 0);
	fake_read(&fake);
	assert_true(fake.live.assumed);
	assert_string_equal(row(&fake, 1), "111100000000");
	assert_string_equal(row(&fake, 3), "000000000011");
	fake_close(&fake);
}

/* Run a history of the client; its records, and the sums in @usage. */
static size_t run_history(const struct live_owner *owner, struct books_usage *usage)
{
	const struct tt_memstat_geometry geometry = {
		.arch = TT_MEMSTAT_ARCH_BLACKHOLE, .tensix_mask = 0xc0,
		.valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK,
	};
	struct books_client *client;
	struct feed_event event;
	struct books *books;
	struct feed feed;
	size_t records = 0;
	int more;

	assert_int_equal(feed_live_new("tt0", owner, 1, &feed), 0);
	assert_int_equal(books_open(&geometry, &books), 0);
	feed.ops->fold(feed.of, books);
	assert_int_equal(books_attach(books, NULL, NULL, TT_MEMSTAT_POOL_MASK_ALL, &client), 0);
	assert_int_equal(feed.ops->start(feed.of, client), 0);
	while ((more = feed.ops->next(feed.of, &event)) > 0) {
		records += event.entry.op == TT_MEMSTAT_OP_RECORD;
		assert_int_equal(books_take(client, &event.entry, 0), 0);
	}
	assert_int_equal(more, 0);
	books_get_usage(books, usage);
	books_close(books);
	feed_live_free(&feed);
	return records;
}

static void history_of_what_is_live(void **state)
{
	const uint16_t cores[3][2] = { { 0, 7 }, { 4, 11 }, { 2, 5 } };
	struct fake fake = fake_programs(cores);
	struct books_usage usage;
	struct live_owner owner;
	struct feed feed;

	(void)state;
	fake_record(&fake, 4, TT_MEMSTAT_POOL_L1, fake_set(&fake, 1, 1), 0, 0);
	dispatched(&fake, 1, 0);
	dispatched(&fake, 2, 0);
	fake_read(&fake);
	owner = (struct live_owner){ .live = fake.live };
	assert_int_equal(run_history(&owner, &usage), 3);
	assert_int_equal(usage.cb_used, 12 * 0x1000);
	assert_int_equal(usage.l1_used, 13 * 0x1000);
	/* A program that went between the lists is left out, and so is its circular buffer. */
	owner.live.program_count--;
	owner.live.programs++;
	assert_int_equal(run_history(&owner, &usage), 2);
	assert_int_equal(usage.cb_used, 8 * 0x1000);
	/* Without sets nothing is known. */
	owner.live.set_count = 0;
	assert_int_equal(feed_live_new("tt0", &owner, 1, &feed), -EINVAL);
	fake_close(&fake);
}

static void refusals(void **state)
{
	struct fake fake = fake_open();
	struct live_client live;

	(void)state;
	assert_int_equal(live_read(fake.ctx, 0, 2, 1, &live), -ENOENT);
	live_release(&live);
	assert_int_equal(live_read(fake.ctx, 7, 1, 1, &live), -ENODEV);
	live_release(&live);
	assert_int_equal(live_read_records(fake.ctx, 0, 2, &live), -ENOENT);
	live_release(&live);
	fake_close(&fake);
}

static const struct CMUnitTest banks_tests[] = {
	cmocka_unit_test(sets_of_cores),
	cmocka_unit_test(sets_of_banks),
	cmocka_unit_test(sets_as_json),
	cmocka_unit_test(where_buffers_are),
	cmocka_unit_test(where_programs_are_resident),
	cmocka_unit_test(where_a_freed_program_was),
	cmocka_unit_test(history_of_what_is_live),
	cmocka_unit_test(refusals),
};
TEST_GROUP(banks);
