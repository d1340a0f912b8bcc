// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of tt-smi: what needs no process and no terminal. Snapshots come from recorded trees
 * below $SMI_TREES (smi_trees.py); what the full screen shows of them is looked at as cells.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../unit.h"

#include "chart.h"
#include "collect.h"
#include "history.h"
#include "holders.h"
#include "host.h"
#include "levels.h"
#include "limit.h"
#include "options.h"
#include "peer.h"
#include "query.h"
#include "snapshot.h"
#include "usage.h"
#include "watch_view.h"

struct world {
	char root[256];
	struct smi_request request;
	struct smi_source *source;
	struct smi_snapshot s;
};

static void begin(struct world *w, const char *tree)
{
	const char *trees = getenv("SMI_TREES");

	assert_non_null(trees);
	memset(w, 0, sizeof(*w));
	snprintf(w->root, sizeof(w->root), "%s/%s", trees, tree);
	w->request.sysfs_root = w->root;
	assert_int_equal(smi_source_new(&w->source, &w->request, true), 0);
}

static void look(struct world *w, const char *cores)
{
	const char *missing;

	smi_snapshot_release(&w->s);
	assert_int_equal(smi_collect(&w->s, w->source, cores, &missing), 0);
}

static void end(struct world *w)
{
	smi_snapshot_release(&w->s);
	smi_source_free(w->source);
}

static struct ttmemstat_chip *chip_with(uint32_t n, uint64_t l1)
{
	struct ttmemstat_chip *chip = calloc(1, sizeof(*chip));

	assert_non_null(chip);
	chip->n = n;
	chip->figures.known[0] = 1ull << TT_MEMSTAT_FIG_L1_USED;
	chip->figures.value[TT_MEMSTAT_FIG_L1_USED] = l1;
	return chip;
}

/* ---- History ---- */

static void note(struct smi_history *h, uint32_t n, uint64_t l1, int64_t second)
{
	struct ttmemstat_chip *chips[] = { chip_with(n, l1) };
	struct smi_snapshot s = { .chips = chips, .chip_count = 1 };

	assert_int_equal(smi_history_add(h, &s, second), 0);
	free(chips[0]);
}

static void history_holds_between_readings(void **state)
{
	struct smi_history h = { 0 };
	struct smi_value v[8];

	(void)state;
	note(&h, 3, 10, 100);
	note(&h, 3, 30, 103);
	note(&h, 3, 20, 103);
	note(&h, 3, 5, 105);
	smi_history_get(&h, 3, SMI_L1_USED, 106, v, 8);
	assert_false(v[0].known);
	for (unsigned int i = 1; i < 7; i++) {
		static const int64_t want[] = { 0, 10, 10, 10, 30, 30, 5 };

		assert_true(v[i].known);
		assert_int_equal(v[i].v, want[i]);
	}
	assert_false(v[7].known);
	smi_history_get(&h, 3, SMI_DRAM_USED, 106, v, 8);
	assert_false(v[4].known);
	smi_history_get(&h, 4, SMI_L1_USED, 106, v, 8);
	assert_false(v[4].known);
	smi_history_release(&h);
}

static void history_forgets(void **state)
{
	struct smi_value v[SMI_HISTORY_SECONDS];
	struct smi_history h = { 0 };

	(void)state;
	note(&h, 0, 7, 10);
	note(&h, 0, 8, 1000);
	smi_history_get(&h, 0, SMI_L1_USED, 1000, v, SMI_HISTORY_SECONDS);
	assert_int_equal(v[0].v, 7);
	assert_int_equal(v[SMI_HISTORY_SECONDS - 1].v, 8);
	/* Another chip comes in its place, and then one of the same number. */
	note(&h, 1, 1, 1001);
	assert_int_equal(h.count, 1);
	note(&h, 0, 2, 1002);
	smi_history_get(&h, 0, SMI_L1_USED, 1002, v, 3);
	assert_false(v[1].known);
	assert_int_equal(v[2].v, 2);
	smi_history_release(&h);
}

/* ---- Pictures ---- */

static void charts(void **state)
{
	struct smi_value v[4] = { { true, 0 }, { false, 0 }, { true, 1 }, { true, 100 } }, c[2];
	struct smi_levels levels = SMI_LEVELS_DEFAULT;
	enum smi_style style;

	(void)state;
	smi_chart_squeeze(v, 4, c, 2);
	assert_true(c[0].known);
	assert_int_equal(c[0].v, 0);
	assert_int_equal(c[1].v, 100);
	assert_string_equal(smi_heat(0, 100, &levels, false, &style), ".");
	assert_string_equal(smi_heat(1, 100, &levels, false, &style), "1");
	assert_string_equal(smi_heat(99, 100, &levels, false, &style), "8");
	assert_string_equal(smi_heat(UINT64_MAX, UINT64_MAX - 1, &levels, false, &style), "8");
	assert_int_equal(style, SMI_BAD);
	assert_string_equal(smi_heat(5, 0, &levels, false, &style), ".");
	smi_heat(1499136 / 2, 1499136, &levels, false, &style);
	assert_int_equal(style, SMI_GOOD);
	levels = (struct smi_levels){ 40, 50 };
	smi_heat(1499136 / 2, 1499136, &levels, false, &style);
	assert_int_equal(style, SMI_BAD);
}

static void frames(void **state)
{
	struct smi_frame f = { 0 };
	const char *rest;

	(void)state;
	assert_int_equal(smi_frame_reset(&f, 6, 2), 0);
	rest = smi_frame_line(&f, 0, 0, "a\033[1mb\033[0m漢字漢\nnext");
	assert_string_equal(rest, "next");
	assert_string_equal(smi_frame_at(&f, 0, 0)->bytes, "a");
	assert_int_equal(smi_frame_at(&f, 1, 0)->style, SMI_HEAD);
	assert_string_equal(smi_frame_at(&f, 2, 0)->bytes, "漢");
	assert_string_equal(smi_frame_at(&f, 3, 0)->bytes, "");
	assert_string_equal(smi_frame_at(&f, 4, 0)->bytes, "字");
	assert_null(smi_frame_line(&f, 0, 7, "outside"));
	assert_null(smi_frame_at(&f, 6, 0));
	assert_int_equal(smi_frame_reset(&f, 0, 0), 0);
	smi_frame_line(&f, 0, 0, "nowhere");
	smi_frame_release(&f);
}

/* ---- The full screen ---- */

static struct smi_frame screen;
static struct smi_history past;

static void lay_out(struct world *w, struct smi_watch_state *st, unsigned int width,
		    unsigned int height)
{
	struct smi_watch_view v = {
		.s = &w->s, .history = &past, .second = 50,
		.view = { .width = width, .utf8 = true, .color = true },
	};

	assert_int_equal(smi_frame_reset(&screen, width, height), 0);
	assert_int_equal(smi_watch_layout(&screen, &v, st), 0);
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
	smi_watch_key(&st, &w.s, 'p');
	lay_out(&w, &st, 120, 40);
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
	smi_watch_key(&st, &w.s, 'w');
	lay_out(&w, &st, 120, 50);
	assert_true(shows("-300s"));
	smi_watch_key(&st, &w.s, '?');
	lay_out(&w, &st, 120, 60);
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
	smi_watch_key(&st, &w.s, '2');
	lay_out(&w, &st, 140, 30);
	assert_true(shows("tt0+1"));
	assert_true(shows("70.5M"));
	assert_false(shows("└"));
	assert_int_equal(st.pid, 4242);
	smi_watch_key(&st, &w.s, SMI_KEY_RIGHT);
	lay_out(&w, &st, 140, 30);
	assert_true(shows("└        tt0      39.8M"));
	assert_true(shows("└        tt2      30.8M"));
	smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
	lay_out(&w, &st, 140, 30);
	assert_int_equal(st.pid, 991);
	smi_watch_key(&st, &w.s, '*');
	lay_out(&w, &st, 140, 30);
	assert_true(shows("└        tt2      30.8M"));
	smi_watch_key(&st, &w.s, '*');
	lay_out(&w, &st, 140, 30);
	assert_false(shows("└"));
	smi_watch_key(&st, &w.s, 's');
	smi_watch_key(&st, &w.s, 's');
	lay_out(&w, &st, 140, 30);
	assert_true(shows("DRAM USED▼"));
	smi_watch_key(&st, &w.s, 'r');
	lay_out(&w, &st, 140, 30);
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
	smi_watch_key(&st, &w.s, '2');
	lay_out(&w, &st, 160, 24);
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
	smi_watch_key(&st, &w.s, SMI_KEY_END);
	lay_out(&w, &st, 160, 24);
	assert_int_equal(st.pid, 900);
	/* Ancestors of nobody who is to be seen go. */
	smi_watch_key(&st, &w.s, '/');
	for (const char *c = "rank2"; *c; c++)
		smi_watch_key(&st, &w.s, *c);
	smi_watch_key(&st, &w.s, SMI_KEY_ENTER);
	lay_out(&w, &st, 160, 24);
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
	smi_watch_key(&st, &w.s, 't');
	lay_out(&w, &st, 160, 24);
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

/* The text of a process whose field @n is @value, and each other the field's number. */
static const char *stat_text(const char *name, unsigned int n, const char *value)
{
	static char text[512];
	int len = snprintf(text, sizeof(text), "7 (%s) R", name);

	for (unsigned int i = 4; i <= 25; i++) {
		char number[8];

		snprintf(number, sizeof(number), "%u", i);
		len += snprintf(text + len, sizeof(text) - (size_t)len, " %s",
				i == n ? value : number);
	}
	return text;
}

static void proc_stat(void **state)
{
	static const char *const bad[] = { "-5", "x", "", "18446744073709551616", "1x" };
	static const unsigned int fields[] = { 4, 14, 15, 22, 24 };
	struct smi_proc_stat stat;

	(void)state;
	assert_true(smi_proc_stat_parse(&stat, stat_text("a) S (b 7", 0, NULL)));
	assert_int_equal(stat.parent, 4);
	assert_int_equal(stat.cpu, 14 + 15);
	assert_int_equal(stat.start, 22);
	assert_int_equal(stat.pages, 24);
	assert_false(smi_proc_stat_parse(&stat, ""));
	assert_false(smi_proc_stat_parse(&stat, "7 (a) R 5 6 7"));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (size_t j = 0; j < sizeof(bad) / sizeof(bad[0]); j++)
			assert_false(smi_proc_stat_parse(&stat, stat_text("a", fields[i], bad[j])));
	assert_false(smi_proc_stat_parse(&stat, stat_text("a", 14, "18446744073709551615")));
	assert_false(smi_proc_stat_parse(&stat, stat_text("a", 24, "18446744073709551615")));
	assert_false(smi_proc_stat_parse(&stat, stat_text("a", 4, "2147483648")));
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
	smi_watch_key(&st, &w.s, 'T');
	lay_out(&w, &st, 120, 40);
	assert_int_equal(st.tag_count, 1);
	assert_true(shows("●  2101"));
	assert_true(shows("▶  2102"));
	smi_watch_key(&st, &w.s, SMI_KEY_UP);
	lay_out(&w, &st, 120, 40);
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

static void columns(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	start(&st, &w);
	smi_watch_key(&st, &w.s, '2');
	lay_out(&w, &st, 140, 30);
	assert_true(shows("USER"));
	smi_watch_key(&st, &w.s, 'o');
	lay_out(&w, &st, 140, 30);
	assert_true(shows("[x] user"));
	smi_watch_key(&st, &w.s, ' ');
	lay_out(&w, &st, 140, 30);
	assert_true(shows("[ ] user"));
	assert_false(st.paused);
	smi_watch_key(&st, &w.s, SMI_KEY_ESCAPE);
	lay_out(&w, &st, 140, 30);
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
	smi_watch_key(&st, &w.s, '3');
	lay_out(&w, &st, 120, 40);
	assert_true(shows("core 3,4  806.9 KiB  52%"));
	smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
	smi_watch_key(&st, &w.s, SMI_KEY_LEFT);
	lay_out(&w, &st, 120, 40);
	assert_true(shows("core 2,5  478.5 KiB  31%"));
	for (unsigned int i = 0; i < 20; i++)
		smi_watch_key(&st, &w.s, SMI_KEY_RIGHT);
	lay_out(&w, &st, 80, 24);
	assert_true(shows("core 11,5 0 B 0%"));
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

/* Written settings are read back; unknown lines change nothing. */
static void settings(void **state)
{
	char path[] = "/tmp/smi-settings.XXXXXX/a/b/tt-smi.conf";
	struct smi_settings a, b, plain;

	(void)state;
	path[24] = '\0';
	assert_non_null(mkdtemp(path));
	path[24] = '/';
	smi_settings_default(&plain);
	b = plain;
	assert_int_equal(smi_settings_read(&b, path), 0);
	assert_true(smi_settings_equal(&b, &plain));
	a = (struct smi_settings){ SMI_SORT_USER, true, 300, 1500, SMI_GRAPH_BLOCK,
				   1u << SMI_SHOW_AGE | 1u << SMI_SHOW_HOST, { 50, 60 }, true,
				   false, true };
	assert_int_equal(smi_settings_write(&a, path), 0);
	assert_int_equal(smi_settings_read(&b, path), 0);
	assert_true(smi_settings_equal(&a, &b));
	b = plain;
	assert_int_equal(smi_settings_parse(&b, "sort = what\nseconds=61\ninterval = 0\n\n"
					    "# a comment\nnothing\ngraph =\nhidden = age no\n"
					    "bell = maybe\nmouse = 1\nother = 1\nlevels = 60,50"),
			 10);
	assert_true(smi_settings_equal(&b, &plain));
	assert_int_equal(smi_settings_parse(&b, " sort=-pid\nhidden =\n"), 0);
	assert_true(b.reverse && b.sort == SMI_SORT_PID);
	unlink(path);
	for (char *slash = strrchr(path, '/'); slash && slash - path >= 24;
	     slash = strrchr(path, '/')) {
		*slash = '\0';
		rmdir(path);
	}
}

static void levels(void **state)
{
	static const char *const bad[] = { "", "75", "75,", ",90", "90,75", "75,101", "-1,90", "75, 90",
					   "75,90 ", "75;90", "7x,90", "75,90,95",
					   "99999999999999999999,99999999999999999999" };
	struct smi_levels l = SMI_LEVELS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(smi_levels_parse(&l, bad[i]), -EINVAL);
		assert_true(l.warn == 75 && l.bad == 90);
	}
	assert_int_equal(smi_level_style(&l, 749, 1000), SMI_GOOD);
	assert_int_equal(smi_level_style(&l, 750, 1000), SMI_WARN);
	assert_int_equal(smi_level_style(&l, 899, 1000), SMI_WARN);
	assert_int_equal(smi_level_style(&l, 900, 1000), SMI_BAD);
	assert_int_equal(smi_level_style(&l, INT64_MAX, INT64_MAX), SMI_BAD);
	assert_int_equal(smi_level_style(&l, 1, 1), SMI_GOOD);
	assert_int_equal(smi_levels_parse(&l, "0,0"), 0);
	assert_int_equal(smi_level_style(&l, 0, 1000), SMI_BAD);
	assert_int_equal(smi_levels_parse(&l, "100,100"), 0);
	assert_int_equal(smi_level_style(&l, 1000, 1000), SMI_BAD);
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
	smi_watch_key(&st, &w.s, SMI_KEY_BACKSPACE);
	lay_out(&w, &st, 120, 30);
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
		smi_watch_key(&st, &w.s, 'r');
		lay_out(&w, &st, 120, 30);
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
	smi_watch_key(&st, &w.s, SMI_KEY_END);
	lay_out(&w, &st, 50, 20);
	assert_int_equal(st.chip, 31);
	assert_true(shows("▶tt31 "));
	assert_true(st.chip_row > 0);
	smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
	assert_int_equal(st.chip, 31);
	smi_watch_key(&st, &w.s, SMI_KEY_PAGE_UP);
	smi_watch_key(&st, &w.s, SMI_KEY_HOME);
	smi_watch_key(&st, &w.s, SMI_KEY_UP);
	lay_out(&w, &st, 50, 20);
	assert_int_equal(st.chip, 0);
	assert_true(shows("▶tt0 "));
	/* Below the last process stands what makes the columns add up. */
	smi_watch_key(&st, &w.s, '2');
	lay_out(&w, &st, 100, 20);
	smi_watch_key(&st, &w.s, SMI_KEY_END);
	lay_out(&w, &st, 100, 20);
	assert_true(shows("(total)"));
	assert_int_equal(st.row, 63);
	smi_watch_key(&st, &w.s, SMI_KEY_HOME);
	lay_out(&w, &st, 100, 20);
	assert_false(shows("(total)"));
	for (unsigned int i = 0; i < 40; i++) {
		smi_watch_key(&st, &w.s, SMI_KEY_DOWN);
		lay_out(&w, &st, 100, 20);
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
	for (size_t t = 0; t < sizeof(trees) / sizeof(trees[0]); t++) {
		begin(&w, trees[t]);
		look(&w, "tt0");
		start(&st, &w);
		for (unsigned int width = 0; width < 250; width += width < 30 ? 3 : 37)
			for (unsigned int height = 0; height < 70; height += height < 14 ? 1 : 19)
				for (const char *key = "1\t23[gho"; *key; key++) {
					smi_watch_key(&st, &w.s, *key == '\t' ? SMI_KEY_TAB : *key);
					lay_out(&w, &st, width, height);
					smi_watch_key(&st, &w.s, SMI_KEY_END);
					lay_out(&w, &st, width, height);
				}
		end(&w);
	}
}

/* ---- Limits, queries, holders, intervals ---- */

static void limits(void **state)
{
	static const char *const bad[] = { "", "l1", "l1=", "=5%", "l1=%", "l1=5 %", "l1=-1",
		"l=5%", "l11=5%", "l1=1.%", "l1=100.01%", "l1=1GB", "l1=1KB", "l1=1MiBs",
		"l1=18446744073709551616", "l1=9999999999999TiB" };
	struct smi_limits l = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(smi_limit_parse(&l, bad[i]), -EINVAL);
	assert_false(smi_limits_set(&l));
	assert_int_equal(smi_limit_parse(&l, "l1=99.99%"), 0);
	assert_int_equal(l.space[SMI_SPACE_L1].v, 9999);
	assert_int_equal(smi_limit_parse(&l, "dram=1.5KiB"), 0);
	assert_int_equal(l.space[SMI_SPACE_DRAM].v, 1536);
	assert_int_equal(smi_limit_parse(&l, "dram=0"), 0);
	assert_true(smi_limits_set(&l));
}

static void queries(void **state)
{
	struct smi_query q = { 0 };
	struct smi_text out = { 0 };
	char *unknown;

	(void)state;
	assert_int_equal(smi_query_parse(&q, false, " chip , l1_used", &unknown), 0);
	assert_int_equal(q.count, 2);
	assert_string_equal(q.fields[1].unit, "B");
	assert_int_equal(smi_query_parse(&q, false, "chi", &unknown), -ENOENT);
	assert_string_equal(unknown, "chi");
	free(unknown);
	assert_int_equal(smi_query_parse(&q, true, "l1_capacity", &unknown), -ENOENT);
	free(unknown);
	smi_query_release(&q);
	assert_int_equal(smi_query_format(&q, "csv"), 0);
	assert_true(q.header && q.units);
	assert_int_equal(smi_query_format(&q, "csv,nounits,noheader"), 0);
	assert_false(q.header || q.units);
	assert_int_equal(smi_query_format(&q, "csv,"), -EINVAL);
	assert_int_equal(smi_query_format(&q, "csvnounits"), -EINVAL);
	assert_int_equal(smi_query_format(&q, "csv,nounitsx"), -EINVAL);
	smi_csv_text(&out, "a\"b,c");
	assert_string_equal(out.buf, "\"a\"\"b,c\"");
	smi_text_release(&out);
}

static void holders(void **state)
{
	pid_t pids[3];
	size_t zeros;

	(void)state;
	assert_int_equal(smi_holders_parse("12\n0\n12\n7\n", pids, 3, &zeros), 2);
	assert_int_equal(zeros, 1);
	assert_int_equal(pids[1], 7);
	assert_int_equal(smi_holders_parse("1\n2\n3\n4", pids, 3, &zeros), 3);
	assert_int_equal(smi_holders_parse("-1\n99999999999999\n 5\n5x\n\n", pids, 3, &zeros), 0);
	assert_int_equal(smi_holders_parse("", pids, 3, &zeros), 0);
}

/* What is longer than its place, or near to a name, is none; nothing is read beyond the end. */
static void places(void **state)
{
	char text[8192], word[200];
	struct smi_place p;

	(void)state;
	memset(word, 'a', sizeof(word));
	word[199] = '\0';
	snprintf(text, sizeof(text), "0::/machine.slice/systemd-nspawn@%s.service\n", word);
	smi_place_parse(&p, text);
	assert_true(strlen(p.container) < sizeof(p.container));
	assert_true(strlen(p.unit) < sizeof(p.unit));
	for (const char *at = "0::/a.slice/\\x2d.service"; *at; at++) {
		smi_place_parse(&p, at);
		assert_string_equal(p.container, "");
	}
	strcpy(text, "1:name=systemd:");
	for (unsigned int i = 0; i < 100; i++)
		strcat(text, "/x.slice");
	strcat(text, "/y.service");
	smi_place_parse(&p, text);
	assert_string_equal(p.unit, "");
	smi_place_parse(&p, "0::/a\n:\n\n7:b\n1:name=systemd:/user.slice/session-c2.scope");
	assert_string_equal(p.session, "c2");
	smi_place_text(text, sizeof(text), &p);
	assert_string_equal(text, "session:c2");
	smi_place_text(text, sizeof(text), NULL);
	assert_string_equal(text, "-");
}

static void intervals(void **state)
{
	(void)state;
	assert_int_equal(smi_interval_parse("2"), 2000);
	assert_int_equal(smi_interval_parse("0.25"), 250);
	assert_int_equal(smi_interval_parse("0.1"), 100);
	assert_int_equal(smi_interval_parse("86400"), 86400000);
	assert_int_equal(smi_interval_parse("0.05"), 0);
	assert_int_equal(smi_interval_parse("86401"), 0);
	assert_int_equal(smi_interval_parse("99999999999999999999"), 0);
	assert_int_equal(smi_interval_parse(".5"), 0);
	assert_int_equal(smi_interval_parse("-1"), 0);
	assert_int_equal(smi_interval_parse("1s"), 0);
}

static void distributions(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "NAME=x\nPRETTY_NAME=\"Debian 12 (b)\"\nID=y\n", "Debian 12 (b)" },
		{ "PRETTY_NAME=Arch", "Arch" },
		{ "PRETTY_NAME='a \\\"b\\\\ c'\n", "a \"b\\ c" },
		{ "OLD_PRETTY_NAME=no\nPRETTY_NAME=yes\n", "yes" },
		{ "PRETTY_NAME=0123456789abcdefghij", "0123456789abcde" },
		{ "PRETTY_NAME=\"\"\n", NULL },
		{ "NAME=x", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[16];
		bool found = smi_host_distribution(cases[i].text, out, sizeof(out));

		assert_int_equal(found, cases[i].want != NULL);
		if (found)
			assert_string_equal(out, cases[i].want);
	}
}

static void boards(void **state)
{
	const uint32_t wormhole = TT_MEMSTAT_ARCH_WORMHOLE, blackhole = TT_MEMSTAT_ARCH_BLACKHOLE;

	(void)state;
	assert_string_equal(smi_snapshot_board(0x0100014211702046, "", wormhole), "n300");
	assert_string_equal(smi_snapshot_board(0x0000046110000000, "p300", blackhole), "p300c");
	/* Without a serial number, or with one of an unknown board. */
	assert_string_equal(smi_snapshot_board(0, "n150", wormhole), "n150");
	assert_string_equal(smi_snapshot_board(0x0000999000000000, "p100", blackhole), "p100");
	assert_string_equal(smi_snapshot_board(0, "", wormhole), "");
	/* Names of UMD and of tt-kmd. */
	assert_string_equal(smi_snapshot_board(0, "galaxy-wormhole", wormhole), "tt-galaxy-wh");
	assert_string_equal(smi_snapshot_board(0, "ubb_blackhole", blackhole), "tt-galaxy-bh");
}

static void whose(void **state)
{
	(void)state;
	assert_true(smi_peer_is_ours("tt-smi " SMI_VERSION "\n"));
	assert_false(smi_peer_is_ours("6.8.0\n"));
	assert_false(smi_peer_is_ours("tt-smi-6.8.0\n"));
	assert_false(smi_peer_is_ours(""));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(history_holds_between_readings),
		cmocka_unit_test(history_forgets),
		cmocka_unit_test(charts),
		cmocka_unit_test(frames),
		cmocka_unit_test(pages),
		cmocka_unit_test(bars_by_pool),
		cmocka_unit_test(bars_without_colour),
		cmocka_unit_test(unfolding),
		cmocka_unit_test(tree_of_processes),
		cmocka_unit_test(tree_of_circles),
		cmocka_unit_test(proc_stat),
		cmocka_unit_test(tags_and_questions),
		cmocka_unit_test(environments),
		cmocka_unit_test(columns),
		cmocka_unit_test(core_cursor),
		cmocka_unit_test(mouse),
		cmocka_unit_test(clock_keys),
		cmocka_unit_test(settings),
		cmocka_unit_test(levels),
		cmocka_unit_test(filter_and_order),
		cmocka_unit_test(scrolling),
		cmocka_unit_test(every_size),
		cmocka_unit_test(limits),
		cmocka_unit_test(queries),
		cmocka_unit_test(holders),
		cmocka_unit_test(places),
		cmocka_unit_test(intervals),
		cmocka_unit_test(distributions),
		cmocka_unit_test(boards),
		cmocka_unit_test(whose),
	};
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	status = unit_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
	smi_history_release(&past);
	smi_frame_release(&screen);
	return status;
}
