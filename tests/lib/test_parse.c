// SPDX-License-Identifier: GPL-2.0-only
/*
 * The formats of sysfs files. Every input is copied to memory of its exact length, so that
 * the sanitizers and valgrind find reads beyond its end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "testing.h"
#include "parse.h"

/* The text without its NUL, in memory of its own. */
static char *exact(const char *text, size_t *len)
{
	char *buf;

	*len = strlen(text);
	buf = malloc(*len ? *len : 1);
	assert_non_null(buf);
	memcpy(buf, text, *len);
	return buf;
}

static size_t parse_stat(const char *text, struct tt_memstat_figures *f)
{
	size_t len, malformed = 99;
	char *buf = exact(text, &len);

	assert_int_equal(ttmemstat_parse_stat(buf, len, f, &malformed), 0);
	free(buf);
	return malformed;
}

static uint64_t known_count(const struct tt_memstat_figures *f)
{
	return (uint64_t)(__builtin_popcountll(f->known[0]) + __builtin_popcountll(f->known[1]));
}

static void stat_reads_all_figures(void **state)
{
	char text[4096] = "";
	struct tt_memstat_figures f;
	unsigned int n;

	(void)state;
	for (n = 0; n < TT_MEMSTAT_FIGURES; n++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %u\n",
			 ttmemstat_figure_name(n), 1000 + n);
	assert_int_equal(parse_stat(text, &f), 0);
	for (n = 0; n < TT_MEMSTAT_FIGURES; n++) {
		uint64_t value;

		assert_true(ttmemstat_figure(&f, n, &value));
		assert_int_equal(value, 1000 + n);
	}
	assert_int_equal(known_count(&f), TT_MEMSTAT_FIGURES);
}

static void stat_in_any_order(void **state)
{
	struct tt_memstat_figures f;
	uint64_t value;
	int64_t number;

	(void)state;
	assert_int_equal(parse_stat("dropped 3\nl1_headroom -64\ngeneration 18446744073709551615\n"
				    "l1_used 5\ndrift -9223372036854775808\n", &f), 0);
	assert_int_equal(known_count(&f), 5);
	assert_true(ttmemstat_figure(&f, TT_MEMSTAT_FIG_DROPPED, &value));
	assert_int_equal(value, 3);
	assert_true(ttmemstat_figure_signed(&f, TT_MEMSTAT_FIG_L1_HEADROOM, &number));
	assert_true(number == -64);
	assert_true(ttmemstat_figure(&f, TT_MEMSTAT_FIG_GENERATION, &value));
	assert_true(value == UINT64_MAX);
	assert_true(ttmemstat_figure_signed(&f, TT_MEMSTAT_FIG_DRIFT, &number));
	assert_true(number == INT64_MIN);
	assert_false(ttmemstat_figure(&f, TT_MEMSTAT_FIG_L1_PEAK, &value));
}

static void stat_skips_what_it_does_not_know(void **state)
{
	struct tt_memstat_figures f;

	(void)state;
	assert_int_equal(parse_stat("l2_used 5\nl1_used_more 6\nl1_use 7\nfuture 1 2 three\n"
				    "l1_used 8\n", &f), 0);
	assert_int_equal(known_count(&f), 1);
	assert_int_equal(f.value[TT_MEMSTAT_FIG_L1_USED], 8);
}

static void stat_malformed_lines_are_unknown(void **state)
{
	static const char *const lines[] = {
		"\n", " \n", "l1_used\n", "l1_used \n", "l1_used x\n", "l1_used 5x\n",
		"l1_used 5 \n", "l1_used  5\n", " l1_used 5\n", "l1_used -5\n", "l1_used -\n",
		"l1_used 18446744073709551616\n", "drift -9223372036854775809\n", "l1_used\t5\n",
		"l1_used +5\n", "l1_used 0x5\n", "l1_used 5\r\n",
		/* truncated: the number may continue */
		"l1_used 5", "l1_used", "l", "new_key 5",
	};
	struct tt_memstat_figures f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		char text[128];

		print_message("case %zu\n", i);
		snprintf(text, sizeof(text), "dram_used 4\n%s", lines[i]);
		assert_int_equal(parse_stat(text, &f), 1);
		assert_int_equal(known_count(&f), 1);
		assert_int_equal(f.value[TT_MEMSTAT_FIG_DRAM_USED], 4);
	}
	assert_int_equal(parse_stat("", &f), 0);
	assert_int_equal(known_count(&f), 0);
	assert_int_equal(ttmemstat_parse_stat("l1_used 5\n", 10, NULL, NULL), -EINVAL);
	assert_int_equal(ttmemstat_parse_stat(NULL, 10, &f, NULL), -EINVAL);
	assert_int_equal(ttmemstat_parse_stat("l1_used 5\n", 10, &f, NULL), 0);
	assert_int_equal(known_count(&f), 1);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		int error;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 }, { "12\n", 0, 12 }, { "0x1F\n", 0, 31 }, { "007", 0, 7 },
		{ "18446744073709551615\n", 0, UINT64_MAX },
		{ "0xffffffffffffffff\n", 0, UINT64_MAX },
		{ "18446744073709551616", -EBADMSG, 0 }, { "0x10000000000000000", -EBADMSG, 0 },
		{ "", -EBADMSG, 0 }, { "\n", -EBADMSG, 0 }, { "0x", -EBADMSG, 0 },
		{ "0x\n", -EBADMSG, 0 }, { "1 2", -EBADMSG, 0 }, { "-1", -EBADMSG, 0 },
		{ "1\n\n", -EBADMSG, 0 }, { "a", -EBADMSG, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		uint64_t value = 77;
		size_t len;
		char *buf = exact(cases[i].text, &len);

		print_message("case %zu\n", i);
		assert_int_equal(ttmemstat_parse_u64(buf, len, &value), cases[i].error);
		assert_true(value == (cases[i].error ? 77 : cases[i].value));
		free(buf);
	}
}

static void signed_numbers(void **state)
{
	int64_t value = 77;

	(void)state;
	assert_int_equal(ttmemstat_parse_s64("-1\n", 3, -1, 10, &value), 0);
	assert_true(value == -1);
	assert_int_equal(ttmemstat_parse_s64("10", 2, -1, 10, &value), 0);
	assert_true(value == 10);
	assert_int_equal(ttmemstat_parse_s64("-9223372036854775808", 20, INT64_MIN, 0, &value), 0);
	assert_true(value == INT64_MIN);
	value = 77;
	assert_int_equal(ttmemstat_parse_s64("11", 2, -1, 10, &value), -EBADMSG);
	assert_int_equal(ttmemstat_parse_s64("-2", 2, -1, 10, &value), -EBADMSG);
	assert_int_equal(ttmemstat_parse_s64("18446744073709551615", 20, INT64_MIN, INT64_MAX,
					     &value),
			 -EBADMSG);
	assert_int_equal(ttmemstat_parse_s64("-", 1, -1, 10, &value), -EBADMSG);
	assert_int_equal(ttmemstat_parse_s64("", 0, -1, 10, &value), -EBADMSG);
	assert_true(value == 77);
}

static void strings(void **state)
{
	char out[5];

	(void)state;
	ttmemstat_parse_string("abc\n", 4, out, sizeof(out));
	assert_string_equal(out, "abc");
	ttmemstat_parse_string("a\n\n", 3, out, sizeof(out));
	assert_string_equal(out, "a\n");
	ttmemstat_parse_string("abcdefg\n", 8, out, sizeof(out));
	assert_string_equal(out, "abcd");
	ttmemstat_parse_string("a\0b\n", 4, out, sizeof(out));
	assert_string_equal(out, "a");
	ttmemstat_parse_string("\n", 1, out, sizeof(out));
	assert_string_equal(out, "");
	ttmemstat_parse_string("", 0, out, sizeof(out));
	assert_string_equal(out, "");
	out[0] = 'x';
	ttmemstat_parse_string("a", 1, out, 0);
	assert_int_equal(out[0], 'x');
}

static void grids(void **state)
{
	static const char *const bad[] = {
		"", "8", "8x", "x8", "8x8x8", "0x8", "8x0", "8 8", "65536x1", "-8x8", "8x8 ",
	};
	uint32_t x = 1, y = 1;
	size_t i;

	(void)state;
	assert_int_equal(ttmemstat_parse_grid("14x10\n", 6, &x, &y), 0);
	assert_int_equal(x, 14);
	assert_int_equal(y, 10);
	for (i = 0; i < COUNT(bad); i++) {
		print_message("case %zu\n", i);
		assert_int_equal(ttmemstat_parse_grid(bad[i], strlen(bad[i]), &x, &y), -EBADMSG);
	}
	assert_int_equal(x, 14);
	assert_int_equal(y, 10);
}

static int number_in(const char *text, const char *key, int64_t *value)
{
	size_t len;
	char *buf = exact(text, &len);
	int error = ttmemstat_parse_stat_number(buf, len, key, -1, 100, value);

	free(buf);
	return error;
}

static void stat_number(void **state)
{
	int64_t value = 7;

	(void)state;
	assert_int_equal(number_in("pid 42\nuid 0\n", "pid", &value), 0);
	assert_int_equal(value, 42);
	assert_int_equal(number_in("apid 1\npid -1\npid 5\n", "pid", &value), 0);
	assert_int_equal(value, -1);
	value = 9;
	assert_int_equal(number_in("", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pid", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pid 4", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pid \n", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pid\n1\n", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pid 1 2\n", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pid 101\n", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pid -2\n", "pid", &value), -EBADMSG);
	assert_int_equal(number_in("pids 1\npi 2\n\n", "pid", &value), -EBADMSG);
	assert_int_equal(value, 9);
}
static int parse_cores(const char *text, uint64_t *cores)
{
	size_t len;
	char *buf = exact(text, &len);
	int error = ttmemstat_parse_cores(buf, len, 3, 2, cores);

	free(buf);
	return error;
}

static void cores(void **state)
{
	static const char *const bad[] = {
		"", "\n", "1 2 3\n", "1 2 3\n4 5", "1 2 3\n4 5 6 7\n", "1 2 3 4\n5 6\n",
		"1 2 3\n4 5 6\n7", "1 2 3\n\n4 5 6\n", "1 2 3\n4 -5 6", "1 2 3\n4 5 6x\n",
		"1,2,3\n4,5,6\n",
	};
	uint64_t c[6] = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(parse_cores("1 2 3\n4 5 1499136\n", c), 0);
	assert_int_equal(c[0], 1);
	assert_int_equal(c[2], 3);
	assert_int_equal(c[3], 4);
	assert_int_equal(c[5], 1499136);
	assert_int_equal(parse_cores("  1  2 3 \n 4 5 6", c), 0);
	assert_int_equal(c[5], 6);
	for (i = 0; i < COUNT(bad); i++) {
		print_message("case %zu\n", i);
		assert_int_equal(parse_cores(bad[i], c), -EBADMSG);
	}
}

static void file_names(void **state)
{
	static const char *const not_chips[] = {
		"", "tt", "ttx", "tt01", "tt-1", "tt1 ", "tt4294967296", "TT1", "t1", "version",
	};
	uint32_t n = 9;
	uint64_t id = 9;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(not_chips); i++) {
		print_message("case %zu\n", i);
		assert_int_equal(ttmemstat_parse_chip_name(not_chips[i], &n), -EBADMSG);
	}
	assert_int_equal(n, 9);
	assert_int_equal(ttmemstat_parse_chip_name("tt0", &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(ttmemstat_parse_chip_name("tt4294967295", &n), 0);
	assert_true(n == UINT32_MAX);
	assert_int_equal(ttmemstat_parse_client_name("18446744073709551615", &id), 0);
	assert_true(id == UINT64_MAX);
	assert_int_equal(ttmemstat_parse_client_name("..", &id), -EBADMSG);
	assert_int_equal(ttmemstat_parse_client_name("", &id), -EBADMSG);
	assert_int_equal(ttmemstat_parse_client_name("007", &id), -EBADMSG);
	assert_int_equal(ttmemstat_parse_client_name("7x", &id), -EBADMSG);
	assert_true(id == UINT64_MAX);
}

static void pci_paths(void **state)
{
	char pci[TT_MEMSTAT_PCI_LEN];

	(void)state;
	assert_true(ttmemstat_parse_pci_path("../../../0000:01:00.0", pci));
	assert_string_equal(pci, "0000:01:00.0");
	assert_true(ttmemstat_parse_pci_path("../../devices/pci0000:00/0000:00:01.0/0000:c1:00.0/"
					     "tt_memstat/tt0", pci));
	assert_string_equal(pci, "0000:c1:00.0");
	assert_true(ttmemstat_parse_pci_path("10000:01:00.7", pci));
	assert_string_equal(pci, "10000:01:00.7");
	assert_false(ttmemstat_parse_pci_path("../../devices/virtual/tt_memstat/tt0", pci));
	assert_string_equal(pci, "");
	assert_false(ttmemstat_parse_pci_path("", pci));
	assert_false(ttmemstat_parse_pci_path("/", pci));
	assert_false(ttmemstat_parse_pci_path("0000:01:00.8", pci));
	assert_false(ttmemstat_parse_pci_path("0000:01:20.0", pci));
	assert_false(ttmemstat_parse_pci_path("0000:100:00.0", pci));
	assert_false(ttmemstat_parse_pci_path("000:01:00.0", pci));
	assert_false(ttmemstat_parse_pci_path("0000:01:00.0x", pci));
	assert_false(ttmemstat_parse_pci_path("00000000000000:01:00.0", pci));
}

static void kinds(void **state)
{
	(void)state;
	assert_int_equal(ttmemstat_parse_kind("local\n", 6), TTMEMSTAT_KIND_LOCAL);
	assert_int_equal(ttmemstat_parse_kind("remote\n", 7), TTMEMSTAT_KIND_REMOTE);
	assert_int_equal(ttmemstat_parse_kind("virtual", 7), TTMEMSTAT_KIND_VIRTUAL);
	assert_int_equal(ttmemstat_parse_kind("unknown", 7), TTMEMSTAT_KIND_UNKNOWN);
	assert_int_equal(ttmemstat_parse_kind("", 0), TTMEMSTAT_KIND_UNKNOWN);
}

/* A fixed sequence, so that failures are reproducible. */
static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* Only accesses outside the buffers fail here; the sanitizers detect them. */
static void anything_goes(void **state)
{
	static const char alphabet[] = "0123456789 \n-xl1_usedram,:./\xff";
	uint32_t seed = 1;
	unsigned int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		struct tt_memstat_figures f;
		size_t len = next(&seed) % 40, malformed, i;
		char *buf = malloc(len ? len : 1);
		char out[8];
		uint64_t c[6], u;
		uint32_t x, y;
		int64_t s;

		assert_non_null(buf);
		for (i = 0; i < len; i++)
			buf[i] = alphabet[next(&seed) % sizeof(alphabet)];
		assert_int_equal(ttmemstat_parse_stat(buf, len, &f, &malformed), 0);
		assert_true(malformed + known_count(&f) <= len);
		ttmemstat_parse_u64(buf, len, &u);
		ttmemstat_parse_s64(buf, len, -5, 5, &s);
		ttmemstat_parse_string(buf, len, out, sizeof(out));
		assert_true(strlen(out) < sizeof(out));
		ttmemstat_parse_grid(buf, len, &x, &y);
		ttmemstat_parse_stat_number(buf, len, "l1", -5, 5, &s);
		ttmemstat_parse_kind(buf, len);
		ttmemstat_parse_cores(buf, len, 3, 2, c);
		ttmemstat_is_pci_address(buf, len);
		free(buf);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(stat_reads_all_figures),
	cmocka_unit_test(stat_in_any_order),
	cmocka_unit_test(stat_skips_what_it_does_not_know),
	cmocka_unit_test(stat_malformed_lines_are_unknown),
	cmocka_unit_test(numbers),
	cmocka_unit_test(signed_numbers),
	cmocka_unit_test(strings),
	cmocka_unit_test(grids),
	cmocka_unit_test(stat_number),
	cmocka_unit_test(cores),
	cmocka_unit_test(file_names),
	cmocka_unit_test(pci_paths),
	cmocka_unit_test(kinds),
	cmocka_unit_test(anything_goes),
};

TEST_MAIN(tests)
