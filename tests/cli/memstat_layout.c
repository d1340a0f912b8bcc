// SPDX-License-Identifier: GPL-2.0-only
/* Layouts: the order of sources, assumptions, and layouts that do not fit the chip. */
#include "memstat_test.h"

#include <errno.h>
#include <stdio.h>

static const struct layout_chip blackhole = {
	.grid_x = 12, .grid_y = 10, .usual_x = 11, .usual_y = 10, .l1_bytes = 1572864,
	.usual_l1_base = 111616, .dram_bank_bytes = 4294967296, .dram_banks = 8, .dram_align = 64,
};

/* What was said is in @said. */
static int decide(const char *text, const struct layout_options *options,
		  const struct layout_chip *chip, struct layout *layout, char *said, size_t len)
{
	struct layout_options none = { 0 };
	struct capture *capture = test_capture(text);
	FILE *notes;
	int err;

	memset(said, 0, len);
	notes = fmemopen(said, len - 1, "w");
	assert_non_null(notes);
	err = layout_decide(capture, options ? options : &none, chip, layout, notes);
	fclose(notes);
	capture_free(capture);
	return err;
}

static void layout_assumes_and_says_so(void **state)
{
	struct layout layout;
	char said[512];

	(void)state;
	assert_int_equal(decide("[]", NULL, &blackhole, &layout, said, sizeof(said)), 0);
	assert_int_equal(layout.worker_x, 11);
	assert_int_equal(layout.worker_y, 10);
	assert_int_equal(layout.grid_source, LAYOUT_ASSUMED);
	assert_int_equal(layout.l1_base, 111616);
	assert_int_equal(layout.l1_end, 1572864);
	assert_int_equal(layout.l1_small, 0);
	assert_non_null(strstr(said, "worker grid 11x10 assumed"));
	assert_non_null(strstr(said, "L1 base 111616 assumed"));
	assert_null(strstr(said, "L1_SMALL"));
}

static void layout_clips_the_usual_grid(void **state)
{
	struct layout_chip small = blackhole;
	struct layout layout;
	char said[512];

	(void)state;
	small.grid_x = 9;
	assert_int_equal(decide("[]", NULL, &small, &layout, said, sizeof(said)), 0);
	assert_int_equal(layout.worker_x, 9);
	assert_non_null(strstr(said, "worker grid 9x10 assumed"));
}

static void layout_options_tell(void **state)
{
	struct layout_options options = {
		.given = LAYOUT_OPTION_GRID | LAYOUT_OPTION_L1_BASE | LAYOUT_OPTION_L1_SMALL,
		.grid_x = 12, .grid_y = 4, .l1_base = 102784, .l1_small = 65536,
	};
	struct layout layout;
	char said[512];

	(void)state;
	assert_int_equal(decide("[]", &options, &blackhole, &layout, said, sizeof(said)), 0);
	assert_int_equal(layout.worker_x, 12);
	assert_int_equal(layout.worker_y, 4);
	assert_int_equal(layout.l1_base, 102784);
	assert_int_equal(layout.l1_small, 65536);
	assert_string_equal(said, "");
	options.grid_x = 13;
	assert_int_equal(decide("[]", &options, &blackhole, &layout, said, sizeof(said)), -ERANGE);
	assert_non_null(strstr(said, "13x4 (option) is not within the chip's 12x10"));
}

#define DEVICE "{\"graph\":[],\"devices\":[{\"num_x_compute_cores\":8,"			\
	"\"num_y_compute_cores\":7,\"worker_l1_size\":1499136,\"l1_bank_size\":1336320,"	\
	"\"address_at_first_l1_cb_buffer\":130048}]}"

static void layout_report_tells_first(void **state)
{
	struct layout_options options = { .given = LAYOUT_OPTION_GRID, .grid_x = 4, .grid_y = 4 };
	struct layout layout;
	char said[512];

	(void)state;
	assert_int_equal(decide(DEVICE, &options, &blackhole, &layout, said, sizeof(said)), 0);
	assert_int_equal(layout.worker_x, 8);
	assert_int_equal(layout.worker_y, 7);
	assert_int_equal(layout.l1_base, 130048);
	assert_int_equal(layout.l1_end, 1499136);
	assert_int_equal(layout.l1_small, 32768);
	assert_int_equal(layout.small_source, LAYOUT_REPORT);
	assert_non_null(strstr(said, "--grid not used"));
}

static void layout_report_beyond_the_chip(void **state)
{
	struct layout_chip wormhole = blackhole;
	struct layout layout;
	char said[512];

	(void)state;
	wormhole.l1_bytes = 1400000;
	assert_int_equal(decide(DEVICE, NULL, &wormhole, &layout, said, sizeof(said)), -ERANGE);
	assert_non_null(strstr(said, "more than the chip's"));
	wormhole = blackhole;
	wormhole.grid_y = 6;
	assert_int_equal(decide(DEVICE, NULL, &wormhole, &layout, said, sizeof(said)), -ERANGE);
	assert_non_null(strstr(said, "8x7 (report)"));
}

static void layout_base_from_addresses(void **state)
{
	struct layout layout;
	char said[512];

	(void)state;
	assert_int_equal(decide(CAPTURE(CB("242688", "64", "{[0-0]}") CB("102992", "64", "{[0-0]}")
					VIEW("64", "{[0-0]}")),
				NULL, &blackhole, &layout, said, sizeof(said)), 0);
	assert_int_equal(layout.l1_base, 102992);
	assert_int_equal(layout.base_source, LAYOUT_CAPTURE);
}

static void layout_small_by_need(void **state)
{
	struct layout layout;
	char said[512];

	(void)state;
	assert_int_equal(decide(CAPTURE(ALLOCATE("3", "0", "1024")), NULL, &blackhole, &layout,
				said, sizeof(said)), 0);
	assert_int_equal(layout.l1_small, 32768);
	assert_non_null(strstr(said, "L1_SMALL 32768 assumed"));
	/* Two at a time are the most. */
	assert_int_equal(decide(CAPTURE(ALLOCATE("3", "0", "20000") ALLOCATE("3", "0", "20010")
					DEALLOCATE("3", "0", "20000") ALLOCATE("3", "0", "16")),
				NULL, &blackhole, &layout, said, sizeof(said)), 0);
	assert_int_equal(layout.l1_small, 40016);
	/* With addresses, down to the lowest. */
	assert_int_equal(decide(CAPTURE(ALLOCATE("3", "1522864", "16")), NULL, &blackhole, &layout,
				said, sizeof(said)), 0);
	assert_int_equal(layout.l1_small, 50000);
}

static void layout_refuses_nonsense(void **state)
{
	static const struct layout_options bad[] = {
		{ .given = LAYOUT_OPTION_L1_BASE, .l1_base = 111617 },
		{ .given = LAYOUT_OPTION_L1_BASE, .l1_base = 1572864 },
		{ .given = LAYOUT_OPTION_L1_BASE, .l1_base = UINT64_MAX - 15 },
		{ .given = LAYOUT_OPTION_L1_SMALL, .l1_small = 1572864 },
		{ .given = LAYOUT_OPTION_L1_SMALL, .l1_small = 8 },
		{ .given = LAYOUT_OPTION_GRID, .grid_x = 65535, .grid_y = 1 },
	};
	struct layout layout;
	char said[512];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(decide("[]", &bad[i], &blackhole, &layout, said, sizeof(said)),
				 -ERANGE);
		assert_true(said[0]);
	}
}

static void layout_derives_bytes_per_bank(void **state)
{
	struct layout layout = test_layout();
	struct capture_node node = { .buffer_type = CAPTURE_L1, .size = 2097152 };

	(void)state;
	node.page_size = 2048;
	assert_int_equal(layout_per_bank(&layout, &node), 20480);	/* 1024 pages on 110 */
	node.num_cores = 64;
	assert_int_equal(layout_per_bank(&layout, &node), 32768);
	node.page_size = 0;
	node.num_cores = 0;
	assert_int_equal(layout_per_bank(&layout, &node), 19066);
	node.buffer_type = CAPTURE_DRAM;
	assert_int_equal(layout_per_bank(&layout, &node), 262144);
	node.per_bank = 77;
	node.has = CAPTURE_HAS_PER_BANK;
	assert_int_equal(layout_per_bank(&layout, &node), 77);
}

static const struct CMUnitTest layout_tests[] = {
	cmocka_unit_test(layout_assumes_and_says_so),
	cmocka_unit_test(layout_clips_the_usual_grid),
	cmocka_unit_test(layout_options_tell),
	cmocka_unit_test(layout_report_tells_first),
	cmocka_unit_test(layout_report_beyond_the_chip),
	cmocka_unit_test(layout_base_from_addresses),
	cmocka_unit_test(layout_small_by_need),
	cmocka_unit_test(layout_refuses_nonsense),
	cmocka_unit_test(layout_derives_bytes_per_bank),
};
TEST_GROUP(layout);
