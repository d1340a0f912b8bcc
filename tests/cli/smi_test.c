// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of tt-smi without processes and terminal; smi_watch_*.c test the full screen. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smi_test.h"

#include "chart.h"
#include "history.h"
#include "host.h"
#include "levels.h"
#include "limit.h"
#include "openers.h"
#include "options.h"
#include "peer.h"
#include "query.h"
#include "usage.h"
#include "watch_view.h"
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

/* Written settings are read back. */
static void settings(void **state)
{
	char path[] = "/tmp/smi-settings.XXXXXX/a/b/tt-smi.conf";
	struct smi_settings a, b, plain;
	size_t bad;

	(void)state;
	path[24] = '\0';
	assert_non_null(mkdtemp(path));
	path[24] = '/';
	smi_settings_default(&plain);
	b = plain;
	assert_int_equal(smi_settings_read(&b, path, &bad), 0);
	assert_true(smi_settings_equal(&b, &plain) && !bad);
	a = (struct smi_settings){ SMI_SORT_USER, true, 300, 1500, SMI_GRAPH_BLOCK,
				   1u << SMI_SHOW_AGE | 1u << SMI_SHOW_HOST, { 50, 60 }, true,
				   false, true };
	assert_int_equal(smi_settings_write(&a, path), 0);
	assert_int_equal(smi_settings_read(&b, path, &bad), 0);
	assert_true(smi_settings_equal(&a, &b) && !bad);
	unlink(path);
	for (char *slash = strrchr(path, '/'); slash && slash - path >= 24;
	     slash = strrchr(path, '/')) {
		*slash = '\0';
		rmdir(path);
	}
}

/* A line that is not understood changes nothing, is named and, if its name is unknown, kept. */
static void settings_bad(void **state)
{
	static const char *const bad[] = {
		"sort = what", "seconds=61", "interval = 0", "nothing", "graph =", "hidden = age no",
		"bell = maybe", "mouse = 1", "other = 1", "levels = 60,50", "=", "= yes", "sort", "bellx = yes",
		"bel = yes", "Bell = yes",
	};
	struct smi_settings b, plain;
	char text[256];

	(void)state;
	smi_settings_default(&plain);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		b = plain;
		snprintf(text, sizeof(text), "# a comment\n\n%s", bad[i]);
		assert_int_equal(smi_settings_parse(&b, text), 3);
		assert_true(smi_settings_equal(&b, &plain));
		snprintf(text, sizeof(text), " sort=-pid\nhidden =\n\t\n%s\n%s\n", bad[i], bad[0]);
		assert_int_equal(smi_settings_parse(&b, text), 4);
		assert_true(b.reverse && b.sort == SMI_SORT_PID);
	}
	assert_int_equal(smi_settings_parse(&b, " sort=-pid\r\n\r\nhidden =\n# x\n"), 0);
}

/* The file that replaces @old when @set is saved; the caller frees it. */
static char *printed(const struct smi_settings *set, const char *old)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	smi_settings_print(set, old, f);
	fclose(f);
	return text;
}

/* Comments, blank lines and unknown names stay where they are; each setting is there once. */
static void settings_kept(void **state)
{
	static const char *const lines[] = {
		"# mine", "", "  # indented", "color = red", "nothing", "sort = l1", "levels=1,2",
		"\tbell = yes", "sort = pid", "mouse = what", "=", "# sort = user",
	};
	static const bool kept[] = { true, true, true, true, true, false, false, false, false, false, true, true };
	const size_t count = sizeof(lines) / sizeof(lines[0]);
	struct smi_settings set, read;

	(void)state;
	smi_settings_default(&set);
	set.sort = SMI_SORT_USER;
	set.bell = set.tree = true;
	for (size_t seed = 0; seed < 1000; seed++) {
		char old[512] = "", *text, *again, *at;
		size_t n = seed;

		for (size_t i = 0; i < 1 + seed % 6; i++, n = n * 7 + 3)
			snprintf(old + strlen(old), sizeof(old) - strlen(old), "%s\n", lines[n % count]);
		text = at = printed(&set, old);
		n = seed;
		for (size_t i = 0; i < 1 + seed % 6; i++, n = n * 7 + 3) {
			char line[32];

			snprintf(line, sizeof(line), "%s\n", lines[n % count]);
			if (!kept[n % count])
				continue;
			at = strstr(at, line);
			assert_non_null(at);
			at += strlen(line);
		}
		smi_settings_default(&read);
		smi_settings_parse(&read, text);
		assert_true(smi_settings_equal(&set, &read));
		again = printed(&set, text);
		assert_string_equal(text, again);
		free(text);
		free(again);
	}
}

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* The file may be a link, to a link, relative or not: the file behind it is written. */
static void settings_link(void **state)
{
	char dir[] = "/tmp/smi-settings.XXXXXX", text[1024] = "";
	struct smi_settings set, read;
	char target[64];
	size_t bad;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	put_file("real", "# mine\n");
	assert_int_equal(symlink("real", "link"), 0);
	snprintf(target, sizeof(target), "%s/link", dir);
	assert_int_equal(symlink(target, "conf"), 0);
	smi_settings_default(&set);
	set.bell = true;
	assert_int_equal(smi_settings_write(&set, "./conf"), 0);
	assert_true(readlink("conf", text, sizeof(text)) > 0 && readlink("link", text, sizeof(text)) > 0);
	smi_settings_default(&read);
	assert_int_equal(smi_settings_read(&read, "real", &bad), 0);
	assert_true(smi_settings_equal(&set, &read));
	f = fopen("real", "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	assert_string_equal(text, "# mine\n");
	fclose(f);
	/* Behind a link that leads nowhere nothing is made, and the link stays. */
	assert_int_equal(unlink("real"), 0);
	assert_int_equal(smi_settings_write(&set, "./conf"), -ENOENT);
	assert_true(readlink("conf", text, sizeof(text)) > 0);
	/* A file that cannot be read as a whole is not replaced. */
	f = fopen("real", "w");
	assert_non_null(f);
	for (int i = 0; i < 20000; i++)
		fputs("# long\n", f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(smi_settings_write(&set, "./conf"), -EFBIG);
	unlink("real");
	unlink("link");
	unlink("conf");
	assert_int_equal(chdir("/"), 0);
	rmdir(dir);
}

/* A process that cannot be read is read as soon as it can, also if that was so at first. */
static void usage_late(void **state)
{
	char dir[] = "/tmp/smi-usage.XXXXXX";
	const pid_t pid = 77;
	static const char *const contents[] = { NULL, "", "garbage", NULL, "77 (x) R 1" };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(mkdir("proc", 0700), 0);
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		struct smi_usages *u = smi_usages_new(dir);
		struct smi_done done = { 0 };
		struct smi_names names = { .done = &done };
		struct smi_snapshot s = { 0 };

		assert_non_null(u);
		if (i)
			assert_int_equal(mkdir("proc/77", 0700), 0);
		if (contents[i])
			put_file("proc/77/stat", contents[i]);
		for (int k = 0; k < 3; k++) {
			assert_int_equal(smi_usages_read(u, &s, &pid, 1, false, &names), 0);
			assert_int_equal(s.usage_count, 0);
		}
		mkdir("proc/77", 0700);
		unlink("proc/77/stat");
		put_file("proc/77/stat", stat_text("late", 0, NULL));
		assert_int_equal(smi_usages_read(u, &s, &pid, 1, false, &names), 0);
		assert_int_equal(s.usage_count, 1);
		assert_int_equal(s.usages[0].parent, 4);
		free(s.usages);
		smi_usages_free(u);
		smi_names_release(&names);
		smi_done_close(&done);
		unlink("proc/77/stat");
		rmdir("proc/77");
	}
	rmdir("proc");
	assert_int_equal(chdir("/"), 0);
	rmdir(dir);
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
	assert_int_equal(openers_parse("12\n0\n12\n7\n", pids, 3, &zeros), 2);
	assert_int_equal(zeros, 1);
	assert_int_equal(pids[1], 7);
	assert_int_equal(openers_parse("1\n2\n3\n4", pids, 3, &zeros), 3);
	assert_int_equal(openers_parse("-1\n99999999999999\n 5\n5x\n\n", pids, 3, &zeros), 0);
	assert_int_equal(openers_parse("", pids, 3, &zeros), 0);
}

/* Words that are too long, or only resemble a name, do not match; nothing is read past the end. */
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

/* A reader in a namespace of control groups sees paths relative to its own group. */
static void places_from_a_namespace(void **state)
{
	static const char pod[] = "2c48913c-b29f-11e7-9350-020968147796";
	char text[400], id[65];
	struct smi_place p;

	(void)state;
	memset(id, 'c', 64);
	id[64] = '\0';
	snprintf(text, sizeof(text), "0::/../../../burstable/pod%s/%s\n", pod, id);
	smi_place_parse(&p, text);
	assert_string_equal(p.pod, pod);
	assert_string_equal(p.container, id);
	assert_string_equal(p.unit, "");
	snprintf(text, sizeof(text), "0::/../../pod%s/crio-%s\n", pod, id);
	smi_place_parse(&p, text);
	assert_string_equal(p.pod, pod);
	assert_string_equal(p.runtime, "cri-o");
	smi_place_parse(&p, "0::/../../system.slice/vllm.service\n");
	assert_string_equal(p.unit, "vllm.service");
	smi_place_parse(&p, "0::/../../user-1000.slice/user@1000.service/app.slice/a.service\n");
	assert_string_equal(p.unit, "a.service");
	smi_place_parse(&p, "0::/../../job_126/step_0/user/task_0\n");
	assert_string_equal(p.job, "126.0");
	/* The reader is in a service, the other group below it. */
	smi_place_parse(&p, "0::/../payload/init.service\n");
	assert_string_equal(p.unit, "");
	snprintf(text, sizeof(text), "0::/a/../pod%s\n", pod);
	smi_place_parse(&p, text);
	assert_string_equal(p.pod, "");
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
		cmocka_unit_test(proc_stat),
		cmocka_unit_test(settings),
		cmocka_unit_test(settings_bad),
		cmocka_unit_test(settings_kept),
		cmocka_unit_test(settings_link),
		cmocka_unit_test(usage_late),
		cmocka_unit_test(levels),
		cmocka_unit_test(limits),
		cmocka_unit_test(queries),
		cmocka_unit_test(holders),
		cmocka_unit_test(places),
		cmocka_unit_test(places_from_a_namespace),
		cmocka_unit_test(intervals),
		cmocka_unit_test(distributions),
		cmocka_unit_test(boards),
		cmocka_unit_test(whose),
	};
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	status = unit_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
	return status;
}
