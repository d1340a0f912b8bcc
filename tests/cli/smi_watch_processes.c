// SPDX-License-Identifier: GPL-2.0-only
/* The full screen of tt-smi: processes, as a list and a tree, tags, signals, environments. */
#include <signal.h>
#include <sys/stat.h>

#include "smi_watch_test.h"

#include "usage.h"

/* One row a process, its sum; unfolded, one of each chip below. */
static void unfolding(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "kmd");
	look(&w, NULL);
	watch_start(&st, &w);
	watch_press(&w, &st, '2', 140, 30);
	assert_true(watch_shows("tt0+1"));
	assert_true(watch_shows("70.5M"));
	assert_false(watch_shows("└"));
	assert_int_equal(st.pid, 4242);
	watch_press(&w, &st, SMI_KEY_RIGHT, 140, 30);
	assert_true(watch_shows("└        tt0      39.8M"));
	assert_true(watch_shows("└        tt2      30.8M"));
	watch_press(&w, &st, SMI_KEY_DOWN, 140, 30);
	assert_int_equal(st.pid, 991);
	watch_press(&w, &st, '*', 140, 30);
	assert_true(watch_shows("└        tt2      30.8M"));
	watch_press(&w, &st, '*', 140, 30);
	assert_false(watch_shows("└"));
	smi_watch_key(&st, &w.s, 's');
	watch_press(&w, &st, 's', 140, 30);
	assert_true(watch_shows("DRAM USED▼"));
	watch_press(&w, &st, 'r', 140, 30);
	assert_true(watch_shows("DRAM USED▲"));
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
	watch_start(&st, &w);
	watch_press(&w, &st, '2', 160, 24);
	assert_false(watch_shows("torchrun"));
	assert_true(smi_watch_key(&st, &w.s, 't'));
	watch_lay_out(&w, &st, 160, 24);
	for (unsigned int y = 0; y < 24 && line < sizeof(order) / sizeof(order[0]); y++)
		line += watch_row_has(y, order[line]);
	assert_int_equal(line, sizeof(order) / sizeof(order[0]));
	assert_true(watch_shows("  NAME"));
	assert_true(watch_shows("  sshd: user"));
	assert_true(watch_shows("  └ torchrun --nproc 2 train.py"));
	assert_true(watch_shows("    ├ rank0"));
	assert_true(watch_shows("    └ rank1"));
	assert_true(watch_shows("      └ rank3"));
	assert_true(watch_shows("  2100                7.0 MiB"));
	/* Only those that report are chosen. */
	assert_int_equal(st.pid, 2101);
	watch_press(&w, &st, SMI_KEY_END, 160, 24);
	assert_int_equal(st.pid, 900);
	/* Ancestors of nobody who is to be seen go. */
	smi_watch_key(&st, &w.s, '/');
	for (const char *c = "rank2"; *c; c++)
		smi_watch_key(&st, &w.s, *c);
	watch_press(&w, &st, SMI_KEY_ENTER, 160, 24);
	assert_false(watch_shows("torchrun"));
	assert_true(watch_shows("  mpirun serve"));
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
	watch_start(&st, &w);
	smi_watch_key(&st, &w.s, '2');
	watch_press(&w, &st, 't', 160, 24);
	for (unsigned int n = 0; n < 5; n++) {
		char name[8];

		snprintf(name, sizeof(name), "rank%u", n);
		assert_true(watch_shows(name));
	}
	assert_true(watch_shows("seven"));
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
	watch_start(&st, &w);
	watch_lay_out(&w, &st, 120, 40);
	smi_watch_key(&st, &w.s, 'K');
	assert_int_equal(st.wish, SMI_WISH_NOTHING);
	watch_lay_out(&w, &st, 120, 40);
	assert_true(watch_shows("choose a process first"));
	smi_watch_key(&st, &w.s, SMI_KEY_TAB);
	watch_press(&w, &st, 'T', 120, 40);
	assert_int_equal(st.tag_count, 1);
	assert_true(watch_shows("●  2101"));
	assert_true(watch_shows("▶  2102"));
	watch_press(&w, &st, SMI_KEY_UP, 120, 40);
	assert_true(watch_shows("◉  2101"));
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
	struct smi_watch_view v = { .history = &watch_past, .environment = &e };
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "kin");
	look(&w, NULL);
	watch_start(&st, &w);
	assert_int_equal(smi_environment_read(&e, &w.s.processes[0], w.root), 0);
	assert_int_equal(e.pid, 2101);
	assert_int_equal(e.count, 5);
	assert_string_equal(e.lines[0], "EMPTY=");
	assert_string_equal(e.lines[4], "RANK=0");
	v.s = &w.s;
	v.view = (struct smi_view){ .width = 80, .utf8 = true };
	smi_watch_open(&st, SMI_PAGE_ENVIRONMENT);
	assert_int_equal(smi_frame_reset(&watch_screen, 80, 24), 0);
	assert_int_equal(smi_watch_layout(&watch_screen, &v, &st), 0);
	assert_true(watch_shows("Environment of process 2101"));
	assert_true(watch_shows("EVIL=?[2J?x"));
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
	struct smi_watch_view v = { .history = &watch_past };
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "kin");
	look(&w, NULL);
	watch_start(&st, &w);
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
		assert_int_equal(smi_frame_reset(&watch_screen, 80, 24), 0);
		assert_int_equal(smi_watch_layout(&watch_screen, &v, &st), 0);
		assert_int_equal(st.lines, (lengths[i / 2] + 12 + 79) / 80);
		assert_true(watch_shows("END"));
		smi_environment_release(&e);
	}
	unlink(path);
	for (char *slash; (slash = strrchr(path, '/')) && slash - path > 4;) {
		*slash = '\0';
		rmdir(path);
	}
	end(&w);
}

static const struct CMUnitTest processes_tests[] = {
	cmocka_unit_test(unfolding),
	cmocka_unit_test(tree_of_processes),
	cmocka_unit_test(tree_of_circles),
	cmocka_unit_test(tags_and_questions),
	cmocka_unit_test(environments),
	cmocka_unit_test(environments_long),
};

TEST_GROUP(processes);
