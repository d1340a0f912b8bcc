// SPDX-License-Identifier: GPL-2.0-only
/* The full screen of tt-smi: its pages, the order and selection on them, and their bars. */
#include "smi_watch_test.h"

static void pages(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	assert_int_equal(smi_history_add(&watch_past, &w.s, 50), 0);
	watch_start(&st, &w);
	watch_lay_out(&w, &st, 120, 40);
	assert_true(watch_shows("59.5M/180.0M  38%"));
	assert_true(watch_shows("fullest core 3,4 806.9K  headroom 600.0K"));
	assert_true(watch_shows("[llama-3.1-8b] python3"));
	watch_press(&w, &st, 'p', 120, 40);
	assert_false(watch_shows("fullest core"));
	assert_true(watch_shows("pytest"));
	smi_watch_key(&st, &w.s, '1');
	assert_true(smi_watch_key(&st, &w.s, SMI_KEY_ENTER));
	look(&w, "tt0");
	watch_lay_out(&w, &st, 120, 50);
	assert_true(watch_shows("tt0 L1  ■ l1 42.0M  ■ l1_small 2.5M  ■ cb 15.0M  most 59.5M"));
	assert_true(watch_shows("-60s"));
	assert_true(watch_shows("  9 ▄▄▄▄▄▄▅▅▅▅▅▅▆▆▆▆▇▇▇▇▇▇··"));
	smi_watch_key(&st, &w.s, 'w');
	watch_press(&w, &st, 'w', 120, 50);
	assert_true(watch_shows("-300s"));
	watch_press(&w, &st, '?', 120, 60);
	assert_true(watch_shows("Ctrl-Z"));
	smi_watch_key(&st, &w.s, SMI_KEY_ESCAPE);
	assert_int_equal(st.page, SMI_PAGE_CHIP);
	assert_false(st.quit);
	smi_watch_key(&st, &w.s, 'q');
	assert_true(st.quit);
	end(&w);
}

/* Style of the cell in which @text begins; -1: it is not to be seen. */
static int style_of(const char *text, unsigned int row, bool *bold)
{
	char line[4096];

	line[0] = '\0';
	for (unsigned int x = 0; x < watch_screen.width; x++) {
		const struct smi_glyph *g = smi_frame_at(&watch_screen, x, row);

		strcat(line, g->bytes);
		if (strlen(line) >= strlen(text) &&
		    strcmp(line + strlen(line) - strlen(text), text) == 0) {
			*bold = g->bold;
			return g->style;
		}
	}
	return -1;
}

/* A bar has each pool's colour in proportion, and keeps it where it is chosen. */
static void bars_by_pool(void **state)
{
	unsigned int cells[SMI_STYLES] = { 0 };
	struct smi_watch_state st;
	struct world w;
	bool bold;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	watch_start(&st, &w);
	watch_lay_out(&w, &st, 120, 40);
	assert_int_equal(style_of("▶", 3, &bold), SMI_WARN);
	assert_true(bold);
	for (unsigned int x = 7; x < 100; x++) {
		const struct smi_glyph *g = smi_frame_at(&watch_screen, x, 4);

		cells[g->style]++;
		assert_true(g->bold);
		assert_int_not_equal(g->style, SMI_REVERSE);
	}
	/* 42.0, 2.5 and 15.0 MiB of 180. */
	assert_in_range(cells[SMI_POOL_L1], 93 * 42 / 180 - 1, 93 * 42 / 180 + 1);
	assert_in_range(cells[SMI_POOL_L1_SMALL], 1, 2);
	assert_in_range(cells[SMI_POOL_CB], 93 * 15 / 180 - 1, 93 * 15 / 180 + 1);
	end(&w);
}

/* The same without colour or UTF-8: letters tell pools apart. */
static void bars_without_colour(void **state)
{
	struct smi_frame f = { 0 };
	struct smi_view view = { .color = false, .utf8 = false };
	char row[64] = "";
	struct smi_use use;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	smi_use_of_chip(&use, w.s.chips[0]);
	assert_int_equal(smi_frame_reset(&f, 38, 1), 0);
	smi_pool_bar(&f, 0, 0, 38, w.s.chips[0], &use, &smi_space_views[SMI_SPACE_L1], &view);
	for (unsigned int x = 0; x < f.width; x++)
		strcat(row, smi_frame_at(&f, x, 0)->bytes);
	assert_string_equal(row, "[########scc....................=====]");
	smi_frame_release(&f);
	end(&w);
}

static void columns(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	watch_start(&st, &w);
	watch_press(&w, &st, '2', 140, 30);
	assert_true(watch_shows("USER"));
	watch_press(&w, &st, 'o', 140, 30);
	assert_true(watch_shows("[x] user"));
	watch_press(&w, &st, ' ', 140, 30);
	assert_true(watch_shows("[ ] user"));
	assert_false(st.paused);
	watch_press(&w, &st, SMI_KEY_ESCAPE, 140, 30);
	assert_false(watch_shows("USER"));
	assert_true(watch_shows("DRAM PEAK"));
	end(&w);
}

static void type(struct smi_watch_state *st, const struct world *w, const char *text)
{
	for (; *text; text++)
		smi_watch_key(st, &w->s, *text);
}

static void filter_and_order(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	watch_start(&st, &w);
	smi_watch_key(&st, &w.s, '/');
	type(&st, &w, "PYTEQ");
	smi_watch_key(&st, &w.s, SMI_KEY_BACKSPACE);
	smi_watch_key(&st, &w.s, 0xe9);
	watch_press(&w, &st, SMI_KEY_BACKSPACE, 120, 30);
	assert_string_equal(st.filter, "PYTE");
	assert_true(watch_shows("filter: PYTE_"));
	assert_false(watch_shows("20714"));
	assert_true(watch_shows("20950"));
	assert_true(watch_shows("(not selected)"));
	assert_true(watch_shows("59.5M"));
	for (unsigned int i = 0; i < 200; i++)
		smi_watch_key(&st, &w.s, 0x6f22);
	assert_true(strlen(st.filter) < SMI_FILTER_LEN);
	smi_watch_key(&st, &w.s, SMI_KEY_ENTER);
	assert_false(st.editing);
	smi_watch_key(&st, &w.s, SMI_KEY_ESCAPE);
	assert_string_equal(st.filter, "");
	for (unsigned int i = 0; i < SMI_SORTS; i++) {
		smi_watch_key(&st, &w.s, 's');
		watch_press(&w, &st, 'r', 120, 30);
		assert_true(watch_shows("20714"));
	}
	assert_int_equal(st.set.sort, SMI_SORT_MEMORY);
	end(&w);
}

static void scrolling(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "crowd");
	look(&w, NULL);
	watch_start(&st, &w);
	watch_lay_out(&w, &st, 50, 20);
	assert_true(watch_shows("▶tt0 "));
	assert_int_equal(st.chip_row, 0);
	watch_press(&w, &st, SMI_KEY_END, 50, 20);
	assert_int_equal(st.chip, 31);
	assert_true(watch_shows("▶tt31 "));
	assert_true(st.chip_row > 0);
	smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
	assert_int_equal(st.chip, 31);
	smi_watch_key(&st, &w.s, SMI_KEY_PAGE_UP);
	smi_watch_key(&st, &w.s, SMI_KEY_HOME);
	watch_press(&w, &st, SMI_KEY_UP, 50, 20);
	assert_int_equal(st.chip, 0);
	assert_true(watch_shows("▶tt0 "));
	/* Below the last process stands what makes the columns add up. */
	watch_press(&w, &st, '2', 100, 20);
	watch_press(&w, &st, SMI_KEY_END, 100, 20);
	assert_true(watch_shows("(total)"));
	assert_int_equal(st.row, 63);
	watch_press(&w, &st, SMI_KEY_HOME, 100, 20);
	assert_false(watch_shows("(total)"));
	for (unsigned int i = 0; i < 40; i++) {
		watch_press(&w, &st, SMI_KEY_DOWN, 100, 20);
		assert_true(watch_shows("▶ "));
	}
	assert_int_equal(st.row, 40);
	/* The chosen chip goes: another is chosen. */
	st.chip = 77;
	assert_non_null(smi_watch_chip(&st, &w.s));
	assert_int_equal(st.chip, 0);
	end(&w);
}

/* No size, page or tree makes the layout fail or write outside. */
static void every_size(void **state)
{
	static const char *const trees[] = { "empty", "p150", "crowd", "hostile", "unknown", "kmd" };
	struct smi_watch_state st;
	struct world w;

	(void)state;
	watch_read_cores();
	for (size_t t = 0; t < sizeof(trees) / sizeof(trees[0]); t++) {
		begin(&w, trees[t]);
		look(&w, "tt0");
		watch_start(&st, &w);
		for (unsigned int width = 0; width < 250; width += width < 30 ? 3 : 37)
			for (unsigned int height = 0; height < 70; height += height < 14 ? 1 : 19)
				for (const char *key = "1\t23[gho"; *key; key++) {
					watch_press(&w, &st, *key == '\t' ? SMI_KEY_TAB : *key, width, height);
					watch_press(&w, &st, SMI_KEY_END, width, height);
				}
		end(&w);
	}
	smi_core_map_release(&watch_cores);
}

static const struct CMUnitTest pages_tests[] = {
	cmocka_unit_test(pages),
	cmocka_unit_test(bars_by_pool),
	cmocka_unit_test(bars_without_colour),
	cmocka_unit_test(columns),
	cmocka_unit_test(filter_and_order),
	cmocka_unit_test(scrolling),
	cmocka_unit_test(every_size),
};

TEST_GROUP(pages);
