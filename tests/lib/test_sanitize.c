// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hostile names are made safe before they are shown.
 */
#include "testing.h"

#define BAD	"\xef\xbf\xbd"

static void replaces(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "python3", "python3" },
		{ "two words ~", "two words ~" },
		{ "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		  "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "a\nb\tc\rd", "a?b?c?d" },
		{ "\x1b[2J\x1b]0;x\x07", "?[2J?]0;x?" },
		{ "\x7f", "?" },
		{ "\xc2\x9b"
		  "31m",
		  "?31m" }, /* CSI as C1 */
		{ "\xe2\x80\xae"
		  "exe.txt",
		  "?exe.txt" }, /* right-to-left override */
		{ "\xe2\x81\xa6", "?" }, /* isolate */
		{ "\xe2\x80\xa8", "?" }, /* line separator */
		{ "\xd8\x9c", "?" }, /* Arabic letter mark */
		{ "\xe2\x80\xa7", "\xe2\x80\xa7" }, /* their harmless neighbour */
		{ "\x80", BAD },
		{ "\xff\xfe", BAD BAD },
		{ "\xc3", BAD }, /* cut at the end */
		{ "\xe2\x82", BAD BAD },
		{ "\xf0\x9f\x98", BAD BAD BAD },
		{ "\xc3(", BAD "(" },
		{ "\xc0\xaf", BAD BAD }, /* overlong */
		{ "\xe0\x80\xaf", BAD BAD BAD },
		{ "\xf0\x80\x80\x80", BAD BAD BAD BAD },
		{ "\xed\xa0\x80", BAD BAD BAD }, /* surrogate */
		{ "\xf4\x90\x80\x80", BAD BAD BAD BAD }, /* above U+10FFFF */
		{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		print_message("case %zu\n", i);
		assert_int_equal(ttmemstat_sanitize(out, sizeof(out), cases[i].in),
				 strlen(cases[i].out));
		assert_string_equal(out, cases[i].out);
	}
}

static void never_cuts_a_character(void **state)
{
	char out[16];

	(void)state;
	memset(out, 'x', sizeof(out));
	assert_int_equal(ttmemstat_sanitize(out, 4, "ab\xe2\x82\xac"), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(out[4], 'x');
	assert_int_equal(ttmemstat_sanitize(out, 6, "ab\xe2\x82\xac" "c"), 5);
	assert_string_equal(out, "ab\xe2\x82\xac");
	assert_int_equal(ttmemstat_sanitize(out, 3, "\xff"), 0);
	assert_string_equal(out, "");
	assert_int_equal(ttmemstat_sanitize(out, 1, "abc"), 0);
	assert_string_equal(out, "");
	out[0] = 'x';
	assert_int_equal(ttmemstat_sanitize(out, 0, "abc"), 0);
	assert_int_equal(out[0], 'x');
	assert_int_equal(ttmemstat_sanitize(out, sizeof(out), NULL), 0);
	assert_string_equal(out, "");
	assert_int_equal(ttmemstat_sanitize(NULL, 5, "abc"), 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(replaces),
	cmocka_unit_test(never_cuts_a_character),
};

TEST_MAIN(tests)
