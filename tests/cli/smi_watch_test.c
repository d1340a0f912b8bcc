// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the full screen of tt-smi: keys and the cells that follow, without a terminal. */
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "smi_test.h"

#include "history.h"
#include "usage.h"
#include "watch_view.h"

static struct smi_frame screen;
static struct smi_history past;
static struct smi_core_map cores;	/* of the next layouts; zeroed: not read */
static bool ascii;

static void lay_out(struct world *w, struct smi_watch_state *st, unsigned int width,
		    unsigned int height)
{
	struct smi_watch_view v = {
		.s = &w->s, .history = &past, .second = 50, .map = &cores,
		.view = { .width = width, .utf8 = !ascii, .color = true },
	};

	assert_int_equal(smi_frame_reset(&screen, width, height), 0);
	assert_int_equal(smi_watch_layout(&screen, &v, st), 0);
}

/* Press a key and lay the screen out. */
static void press(struct world *w, struct smi_watch_state *st, int key, unsigned int width,
		  unsigned int height)
{
	smi_watch_key(st, &w->s, key);
	lay_out(w, st, width, height);
}

static bool row_has(unsigned int y, const char *text)
{
	char row[4096] = "";

	for (unsigned int x = 0; x < screen.width; x++)
		strcat(row, smi_frame_at(&screen, x, y)->bytes);
	return strstr(row, text);
}

static bool shows(const char *text)
{
	for (unsigned int y = 0; y < screen.height; y++)
		if (row_has(y, text))
			return true;
	return false;
}

/* A watch as it begins without a file of settings. */
static void start(struct smi_watch_state *st, const struct world *w)
{
	struct smi_settings set;

	smi_settings_default(&set);
	smi_watch_start(st, &w->s, &set);
}

static void pages(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	assert_int_equal(smi_history_add(&past, &w.s, 50), 0);
	start(&st, &w);
	lay_out(&w, &st, 120, 40);
	assert_true(shows("59.5M/180.0M  38%"));
	assert_true(shows("fullest core 3,4 806.9K  headroom 600.0K"));
	assert_true(shows("[llama-3.1-8b] python3"));
	press(&w, &st, 'p', 120, 40);
	assert_false(shows("fullest core"));
	assert_true(shows("pytest"));
	smi_watch_key(&st, &w.s, '1');
	assert_true(smi_watch_key(&st, &w.s, SMI_KEY_ENTER));
	look(&w, "tt0");
	lay_out(&w, &st, 120, 50);
	assert_true(shows("tt0 L1  ■ l1 42.0M  ■ l1_small 2.5M  ■ cb 15.0M  most 59.5M"));
	assert_true(shows("-60s"));
	assert_true(shows("  9 ▄▄▄▄▄▄▅▅▅▅▅▅▆▆▆▆▇▇▇▇▇▇··"));
	smi_watch_key(&st, &w.s, 'w');
	press(&w, &st, 'w', 120, 50);
	assert_true(shows("-300s"));
	press(&w, &st, '?', 120, 60);
	assert_true(shows("Ctrl-Z"));
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
	for (unsigned int x = 0; x < screen.width; x++) {
		const struct smi_glyph *g = smi_frame_at(&screen, x, row);

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
	start(&st, &w);
	lay_out(&w, &st, 120, 40);
	assert_int_equal(style_of("▶", 3, &bold), SMI_WARN);
	assert_true(bold);
	for (unsigned int x = 7; x < 100; x++) {
		const struct smi_glyph *g = smi_frame_at(&screen, x, 4);

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

/* One row a process, its sum; unfolded, one of each chip below. */
static void unfolding(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "kmd");
	look(&w, NULL);
	start(&st, &w);
	press(&w, &st, '2', 140, 30);
	assert_true(shows("tt0+1"));
	assert_true(shows("70.5M"));
	assert_false(shows("└"));
	assert_int_equal(st.pid, 4242);
	press(&w, &st, SMI_KEY_RIGHT, 140, 30);
	assert_true(shows("└        tt0      39.8M"));
	assert_true(shows("└        tt2      30.8M"));
	press(&w, &st, SMI_KEY_DOWN, 140, 30);
	assert_int_equal(st.pid, 991);
	press(&w, &st, '*', 140, 30);
	assert_true(shows("└        tt2      30.8M"));
	press(&w, &st, '*', 140, 30);
	assert_false(shows("└"));
	smi_watch_key(&st, &w.s, 's');
	press(&w, &st, 's', 140, 30);
	assert_true(shows("DRAM USED▼"));
	press(&w, &st, 'r', 140, 30);
	assert_true(shows("DRAM USED▲"));
	/* The chosen process stays chosen wherever it stands. */
	assert_int_equal(st.pid, 991);
	assert_int_equal(st.row, 0);
	end(&w);
}

/* Below those that started them, as far up as the first of each family, with what all use. */
static void tree_of_processes(void **state)
{
	static const char *const order[] = {
		"800 ", "2100 ", "2101 ", "2102 ", "2110 ", "2200 ", "2201 ", "900 "
	};
	struct smi_watch_state st;
	size_t line = 0;
	struct world w;

	(void)state;
	begin(&w, "kin");
	assert_int_equal(smi_source_watch(w.source, NULL, 0, true), 0);
	look(&w, NULL);
	start(&st, &w);
	press(&w, &st, '2', 160, 24);
	assert_false(shows("torchrun"));
	assert_true(smi_watch_key(&st, &w.s, 't'));
	lay_out(&w, &st, 160, 24);
	for (unsigned int y = 0; y < 24 && line < sizeof(order) / sizeof(order[0]); y++)
		line += row_has(y, order[line]);
	assert_int_equal(line, sizeof(order) / sizeof(order[0]));
	assert_true(shows("  NAME"));
	assert_true(shows("  sshd: user"));
	assert_true(shows("  └ torchrun --nproc 2 train.py"));
	assert_true(shows("    ├ rank0"));
	assert_true(shows("    └ rank1"));
	assert_true(shows("      └ rank3"));
	assert_true(shows("  2100                7.0 MiB"));
	/* Only those that report are chosen. */
	assert_int_equal(st.pid, 2101);
	press(&w, &st, SMI_KEY_END, 160, 24);
	assert_int_equal(st.pid, 900);
	/* Ancestors of nobody who is to be seen go. */
	smi_watch_key(&st, &w.s, '/');
	for (const char *c = "rank2"; *c; c++)
		smi_watch_key(&st, &w.s, *c);
	press(&w, &st, SMI_KEY_ENTER, 160, 24);
	assert_false(shows("torchrun"));
	assert_true(shows("  mpirun serve"));
	end(&w);
}

/* Processes that are each other's parents, as only damaged files tell, are all there. */
static void tree_of_circles(void **state)
{
	struct smi_usage usages[] = {
		{ .pid = 2101, .parent = 2102 }, { .pid = 2102, .parent = 7 },
		{ .pid = 7, .parent = 2101, .command = "seven" },
		{ .pid = 900, .parent = 900 },
	};
	struct smi_watch_state st;
	struct smi_usage *own;
	struct world w;

	(void)state;
	begin(&w, "kin");
	look(&w, NULL);
	own = w.s.usages;
	w.s.usages = usages;
	w.s.usage_count = 4;
	start(&st, &w);
	smi_watch_key(&st, &w.s, '2');
	press(&w, &st, 't', 160, 24);
	for (unsigned int n = 0; n < 5; n++) {
		char name[8];

		snprintf(name, sizeof(name), "rank%u", n);
		assert_true(shows(name));
	}
	assert_true(shows("seven"));
	w.s.usages = own;
	w.s.usage_count = 0;
	end(&w);
}

/* Tags are of processes, not of pids; what is done asks first, and anything but yes is no. */
static void tags_and_questions(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "kin");
	look(&w, NULL);
	start(&st, &w);
	lay_out(&w, &st, 120, 40);
	smi_watch_key(&st, &w.s, 'K');
	assert_int_equal(st.wish, SMI_WISH_NOTHING);
	lay_out(&w, &st, 120, 40);
	assert_true(shows("choose a process first"));
	smi_watch_key(&st, &w.s, SMI_KEY_TAB);
	press(&w, &st, 'T', 120, 40);
	assert_int_equal(st.tag_count, 1);
	assert_true(shows("●  2101"));
	assert_true(shows("▶  2102"));
	press(&w, &st, SMI_KEY_UP, 120, 40);
	assert_true(shows("◉  2101"));
	w.s.processes[0].mutable_client->start_time++;
	smi_watch_prune(&st, &w.s);
	assert_int_equal(st.tag_count, 0);
	for (unsigned int i = 0; i < 2; i++) {
		smi_watch_key(&st, &w.s, i ? 'I' : 'K');
		assert_int_equal(st.wish, SMI_WISH_QUESTION);
		assert_int_equal(st.signal, i ? SIGINT : SIGKILL);
		for (const int *key = (const int[]){ 'n', ' ', 'q', SMI_KEY_ENTER, 'y', 0 }; *key; key++) {
			st.asking = true;
			st.wish = SMI_WISH_NOTHING;
			smi_watch_key(&st, &w.s, *key);
			assert_false(st.asking || st.quit);
			assert_int_equal(st.wish, *key == 'y' ? SMI_WISH_SIGNAL : SMI_WISH_NO_SIGNAL);
		}
	}
	end(&w);
}

/* Sorted, each as long as it is, and harmless. */
static void environments(void **state)
{
	struct smi_environment e = { 0 };
	struct smi_watch_view v = { .history = &past, .environment = &e };
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "kin");
	look(&w, NULL);
	start(&st, &w);
	assert_int_equal(smi_environment_read(&e, &w.s.processes[0], w.root), 0);
	assert_int_equal(e.pid, 2101);
	assert_int_equal(e.count, 5);
	assert_string_equal(e.lines[0], "EMPTY=");
	assert_string_equal(e.lines[4], "RANK=0");
	v.s = &w.s;
	v.view = (struct smi_view){ .width = 80, .utf8 = true };
	smi_watch_open(&st, SMI_PAGE_ENVIRONMENT);
	assert_int_equal(smi_frame_reset(&screen, 80, 24), 0);
	assert_int_equal(smi_watch_layout(&screen, &v, &st), 0);
	assert_true(shows("Environment of process 2101"));
	assert_true(shows("EVIL=?[2J?x"));
	/* 5 and 300 columns of 80. */
	assert_int_equal(st.lines, 4 + 4);
	smi_watch_key(&st, &w.s, SMI_KEY_ESCAPE);
	assert_int_equal(st.page, SMI_PAGE_CHIPS);
	assert_int_equal(smi_environment_read(&e, &w.s.processes[4], w.root), 0);
	assert_int_equal(e.pid, 900);
	assert_string_equal(e.why, "The process is gone.");
	smi_environment_release(&e);
	end(&w);
}

/* A variable of any length is shown to its end, also if each byte becomes three. */
static void environments_long(void **state)
{
	static const size_t lengths[] = { 8100, 8179, 8180, 8181, 8191, 8192, 8193, 100000, 1100000 };
	char dir[] = "/tmp/smi-environ.XXXXXX", path[64];
	struct smi_watch_view v = { .history = &past };
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "kin");
	look(&w, NULL);
	start(&st, &w);
	assert_non_null(mkdtemp(dir));
	for (const char *part = "/proc\0/proc/2101\0"; *part; part += strlen(part) + 1) {
		snprintf(path, sizeof(path), "%s%s", dir, part);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	snprintf(path, sizeof(path), "%s/proc/2101/environ", dir);
	v.s = &w.s;
	v.view = (struct smi_view){ .width = 80, .utf8 = true };
	for (size_t i = 0; i < 2 * sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct smi_environment e = { 0 };
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		fputs("LONG=", f);
		for (size_t n = 0; n < lengths[i / 2]; n++)
			fputc(i % 2 ? '\xff' : 'x', f);
		fputs("THE END", f);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(smi_environment_read(&e, &w.s.processes[0], dir), 0);
		v.environment = &e;
		smi_watch_open(&st, SMI_PAGE_ENVIRONMENT);
		st.scroll = SIZE_MAX;
		assert_int_equal(smi_frame_reset(&screen, 80, 24), 0);
		assert_int_equal(smi_watch_layout(&screen, &v, &st), 0);
		assert_int_equal(st.lines, (lengths[i / 2] + 12 + 79) / 80);
		assert_true(shows("END"));
		smi_environment_release(&e);
	}
	unlink(path);
	for (char *slash; (slash = strrchr(path, '/')) && slash - path > 4;) {
		*slash = '\0';
		rmdir(path);
	}
	end(&w);
}

static void columns(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	start(&st, &w);
	press(&w, &st, '2', 140, 30);
	assert_true(shows("USER"));
	press(&w, &st, 'o', 140, 30);
	assert_true(shows("[x] user"));
	press(&w, &st, ' ', 140, 30);
	assert_true(shows("[ ] user"));
	assert_false(st.paused);
	press(&w, &st, SMI_KEY_ESCAPE, 140, 30);
	assert_false(shows("USER"));
	assert_true(shows("DRAM PEAK"));
	end(&w);
}

/* The grid of cores has a cursor, which starts on the fullest core. */
static void core_cursor(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, "tt0");
	start(&st, &w);
	press(&w, &st, '3', 120, 40);
	assert_true(shows("core 3,4  806.9 KiB  52%"));
	smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
	press(&w, &st, SMI_KEY_LEFT, 120, 40);
	assert_true(shows("core 2,5  478.5 KiB  31%"));
	for (unsigned int i = 0; i < 20; i++)
		press(&w, &st, SMI_KEY_RIGHT, 80, 24);
	assert_true(shows("core 11,5 0 B 0%"));
	end(&w);
}

/* ---- A core by address ---- */

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

/* Read the map of a fake chip with one client; another one has just gone. */
static void read_cores(void)
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
	assert_int_equal(smi_core_map_read(&cores, ctx, &chip), 0);
	assert_int_equal(cores.count, 1);
	assert_int_equal(cores.denied, 0);
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
	assert_int_equal(smi_core_map_read(&cores, ctx, &chip), 0);
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
	for (unsigned int y = 0; y < screen.height; y++) {
		unsigned int end = screen.width;

		while (end && (!strcmp(smi_frame_at(&screen, end - 1, y)->bytes, " ") ||
			       !*smi_frame_at(&screen, end - 1, y)->bytes))
			end--;
		/* The first line has the time. */
		for (unsigned int x = 0; y && x < end; x++)
			fputs(smi_frame_at(&screen, x, y)->bytes, out);
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
	smi_history_release(&past);
	begin(&w, "p150");
	look(&w, "tt0");
	start(&st, &w);
	read_cores();
	/* The owner, and the one that the fake has. */
	assert_int_equal(w.s.processes[0].client->pid, 20714);
	w.s.processes[0].mutable_client->id = 1;
	press(&w, &st, '3', 80, 24);
	assert_true(shows("Core 3,4 by address"));
	assert_true(shows("free"));
	expect_screen("map-p150-80x24");
	press(&w, &st, SMI_KEY_REDRAW, 120, 40);
	assert_true(shows("0x020000    64.0K cb  program 9, python3 (20714)"));
	expect_screen("map-p150-120x40");
	press(&w, &st, SMI_KEY_REDRAW, 200, 50);
	assert_true(shows("0x17c000     8.0K l1_small  record 3, python3 (20714)"));
	assert_true(shows("6 more pieces"));
	press(&w, &st, SMI_KEY_REDRAW, 200, 70);
	assert_false(shows("more pieces"));
	assert_true(shows("0x035000     1.0M free"));
	assert_true(shows("headroom 1.0M"));
	expect_screen("map-p150-200x50");
	/* Outside the corner there is less, and program 8 has been evicted everywhere. */
	for (int i = 0; i < 9; i++)
		press(&w, &st, SMI_KEY_RIGHT, 200, 70);
	assert_true(shows("Core 11,4 by address"));
	assert_true(shows("0x034000     1.1M free"));
	assert_true(shows("0x030000    16.0K cb  program 9"));
	assert_false(shows("program 8"));
	assert_false(shows("record 9"));
	ascii = true;
	press(&w, &st, SMI_KEY_REDRAW, 120, 40);
	assert_true(shows("======.cccc"));
	ascii = false;
	smi_core_map_release(&cores);
	press(&w, &st, SMI_KEY_REDRAW, 120, 40);
	assert_false(shows("by address"));
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
	start(&st, &w);
	read_cores();
	cores.denied = 1;
	for (unsigned int height = 24; height <= 72; height += 16) {
		press(&w, &st, '3', 120, height);
		assert_true(shows("1 of 2 clients: needs CAP_SYS_ADMIN or the owner's uid"));
		assert_false(shows("K free"));
		assert_false(shows("headroom 1.0M"));
	}
	assert_true(shows("1.0M not listed"));
	smi_core_map_release(&cores);
	cores.read = true;
	cores.denied = 2;
	snprintf(cores.why, sizeof(cores.why), "needs CAP_SYS_ADMIN or the owner's uid");
	press(&w, &st, '3', 80, 24);
	assert_true(shows("needs CAP_SYS_ADMIN or the owner's uid"));
	assert_false(shows("0x"));
	/* Nothing is called free because nobody can be read. */
	read_nobody();
	press(&w, &st, '3', 80, 24);
	assert_true(shows("Its clients cannot be read."));
	assert_false(shows("1.5M free"));
	/* A map of another chip is not shown. */
	cores.chip = 1;
	press(&w, &st, '3', 80, 24);
	assert_false(shows("by address"));
	smi_core_map_release(&cores);
	end(&w);
}

static void mouse(void **state)
{
	struct smi_mouse m = { 0, 0, SMI_BUTTON_LEFT };
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "crowd");
	look(&w, NULL);
	start(&st, &w);
	lay_out(&w, &st, 120, 40);
	st.chip = 99;
	for (size_t i = 0; i < st.spot_count; i++) {
		struct smi_spot spot = st.spots[i];

		m.x = spot.x + spot.width - 1;
		m.y = spot.y + spot.height - 1;
		smi_watch_mouse(&st, &w.s, &m);
		if (spot.kind == SMI_SPOT_CHIP)
			assert_int_equal(st.chip, spot.n);
		else if (spot.kind == SMI_SPOT_ROW)
			assert_int_equal(st.row, spot.n);
		else
			assert_int_equal(st.set.sort, spot.n);
	}
	st.chip = 5;
	st.on_processes = false;
	m.button = SMI_BUTTON_WHEEL_DOWN;
	m.x = st.spots[0].x;
	m.y = st.spots[0].y;
	smi_watch_mouse(&st, &w.s, &m);
	assert_int_equal(st.chip, 6);
	/* A second click opens. */
	m.button = SMI_BUTTON_LEFT;
	assert_false(smi_watch_mouse(&st, &w.s, &m));
	assert_true(smi_watch_mouse(&st, &w.s, &m));
	assert_int_equal(st.page, SMI_PAGE_CHIP);
	end(&w);
}

static void clock_keys(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	start(&st, &w);
	for (unsigned int i = 0; i < 20; i++)
		smi_watch_key(&st, &w.s, '-');
	assert_int_equal(st.set.interval_ms, 100);
	smi_watch_key(&st, &w.s, '+');
	assert_int_equal(st.set.interval_ms, 200);
	st.set.interval_ms = 1500;
	smi_watch_key(&st, &w.s, '+');
	assert_int_equal(st.set.interval_ms, 2000);
	for (unsigned int i = 0; i < 20; i++)
		smi_watch_key(&st, &w.s, '+');
	assert_int_equal(st.set.interval_ms, 60000);
	assert_false(smi_watch_key(&st, &w.s, ' '));
	lay_out(&w, &st, 120, 30);
	assert_true(shows("PAUSED 60.0 s"));
	assert_true(smi_watch_key(&st, &w.s, ' '));
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
	start(&st, &w);
	smi_watch_key(&st, &w.s, '/');
	type(&st, &w, "PYTEQ");
	smi_watch_key(&st, &w.s, SMI_KEY_BACKSPACE);
	smi_watch_key(&st, &w.s, 0xe9);
	press(&w, &st, SMI_KEY_BACKSPACE, 120, 30);
	assert_string_equal(st.filter, "PYTE");
	assert_true(shows("filter: PYTE_"));
	assert_false(shows("20714"));
	assert_true(shows("20950"));
	assert_true(shows("(not selected)"));
	assert_true(shows("59.5M"));
	for (unsigned int i = 0; i < 200; i++)
		smi_watch_key(&st, &w.s, 0x6f22);
	assert_true(strlen(st.filter) < SMI_FILTER_LEN);
	smi_watch_key(&st, &w.s, SMI_KEY_ENTER);
	assert_false(st.editing);
	smi_watch_key(&st, &w.s, SMI_KEY_ESCAPE);
	assert_string_equal(st.filter, "");
	for (unsigned int i = 0; i < SMI_SORTS; i++) {
		smi_watch_key(&st, &w.s, 's');
		press(&w, &st, 'r', 120, 30);
		assert_true(shows("20714"));
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
	start(&st, &w);
	lay_out(&w, &st, 50, 20);
	assert_true(shows("▶tt0 "));
	assert_int_equal(st.chip_row, 0);
	press(&w, &st, SMI_KEY_END, 50, 20);
	assert_int_equal(st.chip, 31);
	assert_true(shows("▶tt31 "));
	assert_true(st.chip_row > 0);
	smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
	assert_int_equal(st.chip, 31);
	smi_watch_key(&st, &w.s, SMI_KEY_PAGE_UP);
	smi_watch_key(&st, &w.s, SMI_KEY_HOME);
	press(&w, &st, SMI_KEY_UP, 50, 20);
	assert_int_equal(st.chip, 0);
	assert_true(shows("▶tt0 "));
	/* Below the last process stands what makes the columns add up. */
	press(&w, &st, '2', 100, 20);
	press(&w, &st, SMI_KEY_END, 100, 20);
	assert_true(shows("(total)"));
	assert_int_equal(st.row, 63);
	press(&w, &st, SMI_KEY_HOME, 100, 20);
	assert_false(shows("(total)"));
	for (unsigned int i = 0; i < 40; i++) {
		press(&w, &st, SMI_KEY_DOWN, 100, 20);
		assert_true(shows("▶ "));
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
	read_cores();
	for (size_t t = 0; t < sizeof(trees) / sizeof(trees[0]); t++) {
		begin(&w, trees[t]);
		look(&w, "tt0");
		start(&st, &w);
		for (unsigned int width = 0; width < 250; width += width < 30 ? 3 : 37)
			for (unsigned int height = 0; height < 70; height += height < 14 ? 1 : 19)
				for (const char *key = "1\t23[gho"; *key; key++) {
					press(&w, &st, *key == '\t' ? SMI_KEY_TAB : *key, width, height);
					press(&w, &st, SMI_KEY_END, width, height);
				}
		end(&w);
	}
	smi_core_map_release(&cores);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages),
		cmocka_unit_test(bars_by_pool),
		cmocka_unit_test(bars_without_colour),
		cmocka_unit_test(unfolding),
		cmocka_unit_test(tree_of_processes),
		cmocka_unit_test(tree_of_circles),
		cmocka_unit_test(tags_and_questions),
		cmocka_unit_test(environments),
		cmocka_unit_test(environments_long),
		cmocka_unit_test(columns),
		cmocka_unit_test(core_cursor),
		cmocka_unit_test(core_by_address),
		cmocka_unit_test(core_of_others),
		cmocka_unit_test(mouse),
		cmocka_unit_test(clock_keys),
		cmocka_unit_test(filter_and_order),
		cmocka_unit_test(scrolling),
		cmocka_unit_test(every_size),
	};
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	status = unit_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
	smi_history_release(&past);
	smi_frame_release(&screen);
	return status;
}
