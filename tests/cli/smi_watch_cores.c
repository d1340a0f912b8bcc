// SPDX-License-Identifier: GPL-2.0-only
/* The full screen of tt-smi: the grid of cores, and the map of a core by address. */
#include "smi_watch_test.h"

/* The grid of cores has a cursor, which starts on the fullest core. */
static void core_cursor(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, "tt0");
	watch_start(&st, &w);
	watch_press(&w, &st, '3', 120, 40);
	assert_true(watch_shows("core 3,4  806.9 KiB  52%"));
	smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
	watch_press(&w, &st, SMI_KEY_LEFT, 120, 40);
	assert_true(watch_shows("core 2,5  478.5 KiB  31%"));
	for (unsigned int i = 0; i < 20; i++)
		watch_press(&w, &st, SMI_KEY_RIGHT, 80, 24);
	assert_true(watch_shows("core 11,5 0 B 0%"));
	end(&w);
}

/* One client of a fake chip: circular buffers from below, buffers from above. */
static void report(struct ttmemstat_attachment *att)
{
	static const struct tt_memstat_rect corner = { .x1 = 3, .y1 = 4 };
	static const struct ttmemstat_record records[] = {
		{ .id = 1, .pool = TT_MEMSTAT_POOL_L1, .addr = 0x150000, .size = 0x20000 },
		{ .id = 2, .pool = TT_MEMSTAT_POOL_L1, .addr = 0x170000, .size = 0x8000, .set = 1 },
		{ .id = 3, .pool = TT_MEMSTAT_POOL_L1_SMALL, .addr = 0x17c000, .size = 0x2000 },
		{ .id = 4, .pool = TT_MEMSTAT_POOL_CB, .addr = 0x20000, .size = 0x10000, .program = 9 },
		{ .id = 5, .pool = TT_MEMSTAT_POOL_CB, .addr = 0x30000, .size = 0x4000, .program = 9 },
		{ .id = 6, .pool = TT_MEMSTAT_POOL_CB, .addr = 0x34000, .size = 0x1000, .program = 9,
		  .set = 1 },
		{ .id = 7, .pool = TT_MEMSTAT_POOL_CB, .addr = 0x20000, .size = 0x80000, .program = 8 },
		{ .id = 8, .pool = TT_MEMSTAT_POOL_DRAM, .addr = 0x20000, .size = 0x80000 },
		{ .id = 9, .pool = TT_MEMSTAT_POOL_L1, .addr = 0x140000, .size = 0x40, .set = 1 },
	};
	uint32_t set;

	assert_int_equal(ttmemstat_bank_set_l1(att, &corner, 1, &set), 0);
	assert_int_equal(set, 1);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		assert_int_equal(ttmemstat_report_record(att, &records[i]), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 8, 0), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 9, 0), 0);
}

void watch_read_cores(void)
{
	struct ttmemstat_client mine = { .id = 1 }, gone = { .id = 2 };
	struct ttmemstat_client *clients[] = { &gone, &mine };
	struct ttmemstat_chip chip = { .clients = clients, .client_count = 2 };
	struct ttmemstat_attach_options options;
	struct ttmemstat_attachment *att;
	struct ttmemstat_ctx *ctx;

	setenv("TT_MEMSTAT_FAKE", "blackhole", 1);
	assert_int_equal(ttmemstat_open(&ctx, NULL), 0);
	unsetenv("TT_MEMSTAT_FAKE");
	ttmemstat_attach_options_init(&options);
	options.covers = TT_MEMSTAT_POOL_MASK_ALL;
	options.layout.valid = TT_MEMSTAT_LAYOUT_L1;
	options.layout.l1_base = 0x1c000;
	options.layout.l1_end = 0x180000;
	options.layout.l1_small = 0x8000;
	assert_int_equal(ttmemstat_attach(ctx, &options, &att, NULL), 0);
	report(att);
	assert_int_equal(smi_core_map_read(&watch_cores, ctx, &chip), 0);
	assert_int_equal(watch_cores.count, 1);
	assert_int_equal(watch_cores.denied, 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

/* A map of clients none of which the device knows. */
static void read_nobody(void)
{
	struct ttmemstat_client gone = { .id = 2 }, *clients[] = { &gone };
	struct ttmemstat_chip chip = { .clients = clients, .client_count = 1 };
	struct ttmemstat_ctx *ctx;

	setenv("TT_MEMSTAT_FAKE", "blackhole", 1);
	assert_int_equal(ttmemstat_open(&ctx, NULL), 0);
	unsetenv("TT_MEMSTAT_FAKE");
	assert_int_equal(smi_core_map_read(&watch_cores, ctx, &chip), 0);
	ttmemstat_close(ctx);
}

/* The screen is that of a file beside those of smi-watch.sh; SMI_UPDATE=1 writes it anew. */
static void expect_screen(const char *name)
{
	const char *here = strrchr(__FILE__, '/');
	char path[512], *text = NULL, seen[4];
	size_t len = 0, at = 0;
	FILE *out = open_memstream(&text, &len), *file;

	assert_non_null(out);
	for (unsigned int y = 0; y < watch_screen.height; y++) {
		unsigned int end = watch_screen.width;

		while (end && (!strcmp(smi_frame_at(&watch_screen, end - 1, y)->bytes, " ") ||
			       !*smi_frame_at(&watch_screen, end - 1, y)->bytes))
			end--;
		/* The first line has the time. */
		for (unsigned int x = 0; y && x < end; x++)
			fputs(smi_frame_at(&watch_screen, x, y)->bytes, out);
		fputc('\n', out);
	}
	fclose(out);
	snprintf(path, sizeof(path), "%.*s/smi-watch-expected/%s.txt", (int)(here - __FILE__), __FILE__,
		 name);
	if (getenv("SMI_UPDATE")) {
		file = fopen(path, "we");
		assert_non_null(file);
		fputs(text, file);
		fclose(file);
	}
	file = fopen(path, "re");
	assert_non_null(file);
	while (fread(seen, 1, 1, file) == 1) {
		if (at >= len || seen[0] != text[at])
			fail_msg("%s differs from the screen at byte %zu: SMI_UPDATE=1 writes it", path, at);
		at++;
	}
	assert_int_equal(at, len);
	fclose(file);
	free(text);
}

static void core_by_address(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	/* Other tests have added to it. */
	smi_history_release(&watch_past);
	begin(&w, "p150");
	look(&w, "tt0");
	watch_start(&st, &w);
	watch_read_cores();
	/* The owner, and the one that the fake has. */
	assert_int_equal(w.s.processes[0].client->pid, 20714);
	w.s.processes[0].mutable_client->id = 1;
	watch_press(&w, &st, '3', 80, 24);
	assert_true(watch_shows("Core 3,4 by address"));
	assert_true(watch_shows("free"));
	expect_screen("map-p150-80x24");
	watch_press(&w, &st, SMI_KEY_REDRAW, 120, 40);
	assert_true(watch_shows("0x020000    64.0K cb  program 9, python3 (20714)"));
	expect_screen("map-p150-120x40");
	watch_press(&w, &st, SMI_KEY_REDRAW, 200, 50);
	assert_true(watch_shows("0x17c000     8.0K l1_small  record 3, python3 (20714)"));
	assert_true(watch_shows("6 more pieces"));
	watch_press(&w, &st, SMI_KEY_REDRAW, 200, 70);
	assert_false(watch_shows("more pieces"));
	assert_true(watch_shows("0x035000     1.0M free"));
	assert_true(watch_shows("headroom 1.0M"));
	expect_screen("map-p150-200x50");
	/* Outside the corner there is less, and program 8 has been evicted everywhere. */
	for (int i = 0; i < 9; i++)
		watch_press(&w, &st, SMI_KEY_RIGHT, 200, 70);
	assert_true(watch_shows("Core 11,4 by address"));
	assert_true(watch_shows("0x034000     1.1M free"));
	assert_true(watch_shows("0x030000    16.0K cb  program 9"));
	assert_false(watch_shows("program 8"));
	assert_false(watch_shows("record 9"));
	watch_ascii = true;
	watch_press(&w, &st, SMI_KEY_REDRAW, 120, 40);
	assert_true(watch_shows("======.cccc"));
	watch_ascii = false;
	smi_core_map_release(&watch_cores);
	watch_press(&w, &st, SMI_KEY_REDRAW, 120, 40);
	assert_false(watch_shows("by address"));
	end(&w);
}

/* A client that may not be read makes all that is not listed unknown. */
static void core_of_others(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, "tt0");
	watch_start(&st, &w);
	watch_read_cores();
	watch_cores.denied = 1;
	for (unsigned int height = 24; height <= 72; height += 16) {
		watch_press(&w, &st, '3', 120, height);
		assert_true(watch_shows("1 of 2 clients: needs CAP_SYS_ADMIN or the owner's uid"));
		assert_false(watch_shows("K free"));
		assert_false(watch_shows("headroom 1.0M"));
	}
	assert_true(watch_shows("1.0M not listed"));
	smi_core_map_release(&watch_cores);
	watch_cores.read = true;
	watch_cores.denied = 2;
	snprintf(watch_cores.why, sizeof(watch_cores.why), "needs CAP_SYS_ADMIN or the owner's uid");
	watch_press(&w, &st, '3', 80, 24);
	assert_true(watch_shows("needs CAP_SYS_ADMIN or the owner's uid"));
	assert_false(watch_shows("0x"));
	/* Nothing is called free because nobody can be read. */
	read_nobody();
	watch_press(&w, &st, '3', 80, 24);
	assert_true(watch_shows("Its clients cannot be read."));
	assert_false(watch_shows("1.5M free"));
	/* A map of another chip is not shown. */
	watch_cores.chip = 1;
	watch_press(&w, &st, '3', 80, 24);
	assert_false(watch_shows("by address"));
	smi_core_map_release(&watch_cores);
	end(&w);
}

static const struct CMUnitTest cores_tests[] = {
	cmocka_unit_test(core_cursor),
	cmocka_unit_test(core_by_address),
	cmocka_unit_test(core_of_others),
};

TEST_GROUP(cores);
