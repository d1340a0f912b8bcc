// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compare the tables of names with the kernel's header, which is read as text, to detect figures
 * that are missing in the library.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "testing.h"

/* Call @check with the lower-case name and number of each enumerator that starts with @prefix. */
static unsigned int for_each_enumerator(const char *prefix,
					void (*check)(const char *name, unsigned int n))
{
	char line[256], word[128], name[128];
	unsigned int n, i, found = 0;
	FILE *f = fopen(UAPI_HEADER, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %127[A-Z0-9_] = %u,", word, &n) != 2 ||
		    strncmp(word, prefix, strlen(prefix)))
			continue;
		for (i = 0; word[strlen(prefix) + i]; i++)
			name[i] = (char)tolower(word[strlen(prefix) + i]);
		name[i] = '\0';
		check(name, n);
		found++;
	}
	fclose(f);
	return found;
}

static void check_figure(const char *name, unsigned int n)
{
	bool is_signed = strstr(name, "overlap") || strstr(name, "shared") ||
			 strstr(name, "headroom") || !strcmp(name, "drift");

	assert_string_equal(ttmemstat_figure_name(n), name);
	assert_int_equal(ttmemstat_figure_by_name(name), n);
	assert_int_equal(ttmemstat_figure_is_signed(n), is_signed);
}

static void figures_are_the_kernels(void **state)
{
	(void)state;
	assert_int_equal(for_each_enumerator("TT_MEMSTAT_FIG_", check_figure),
			 TT_MEMSTAT_FIGURES);
	assert_null(ttmemstat_figure_name(TT_MEMSTAT_FIGURES));
	assert_null(ttmemstat_figure_name(UINT32_MAX));
	assert_int_equal(ttmemstat_figure_by_name("l1_us"), -ENOENT);
	assert_int_equal(ttmemstat_figure_by_name("l1_usedd"), -ENOENT);
	assert_int_equal(ttmemstat_figure_by_name(""), -ENOENT);
	assert_int_equal(ttmemstat_figure_by_name(NULL), -ENOENT);
	assert_false(ttmemstat_figure_is_signed(TT_MEMSTAT_FIGURES));
}

static void check_pool(const char *name, unsigned int n)
{
	assert_string_equal(ttmemstat_pool_name(n), name);
	assert_int_equal(ttmemstat_pool_by_name(name), n);
}

static void pools_are_the_kernels(void **state)
{
	(void)state;
	assert_int_equal(for_each_enumerator("TT_MEMSTAT_POOL_", check_pool), TT_MEMSTAT_POOLS);
	assert_null(ttmemstat_pool_name(TT_MEMSTAT_POOLS));
	assert_int_equal(ttmemstat_pool_by_name("l1_"), -ENOENT);
	assert_int_equal(ttmemstat_pool_by_name(NULL), -ENOENT);
}

static void unknown_figures_say_so(void **state)
{
	struct tt_memstat_figures f = { 0 };
	uint64_t value = 7;
	int64_t drift = 7;

	(void)state;
	f.value[TT_MEMSTAT_FIG_L1_USED] = 5;	/* not known, so it must not be returned */
	assert_false(ttmemstat_figure(&f, TT_MEMSTAT_FIG_L1_USED, &value));
	assert_int_equal(value, 0);
	f.known[0] = UINT64_C(1) << TT_MEMSTAT_FIG_L1_USED |
		     UINT64_C(1) << TT_MEMSTAT_FIG_DRIFT;
	assert_true(ttmemstat_figure(&f, TT_MEMSTAT_FIG_L1_USED, &value));
	assert_int_equal(value, 5);
	assert_true(ttmemstat_figure(&f, TT_MEMSTAT_FIG_L1_USED, NULL));
	f.value[TT_MEMSTAT_FIG_DRIFT] = (uint64_t)-3;
	assert_true(ttmemstat_figure_signed(&f, TT_MEMSTAT_FIG_DRIFT, &drift));
	assert_true(drift == -3);
	/* Numbers of a newer kernel, and impossible ones. */
	f.known[1] = 1;
	f.value[64] = 9;
	assert_true(ttmemstat_figure(&f, 64, &value));
	assert_int_equal(value, 9);
	assert_false(ttmemstat_figure(&f, 127, &value));
	assert_false(ttmemstat_figure(&f, TT_MEMSTAT_FIGURES_MAX, &value));
	assert_false(ttmemstat_figure(&f, UINT32_MAX, &value));
	assert_false(ttmemstat_figure(NULL, 0, &value));
}

static void kinds(void **state)
{
	(void)state;
	assert_string_equal(ttmemstat_kind_name(TTMEMSTAT_KIND_LOCAL), "local");
	assert_string_equal(ttmemstat_kind_name(TTMEMSTAT_KIND_REMOTE), "remote");
	assert_string_equal(ttmemstat_kind_name(TTMEMSTAT_KIND_VIRTUAL), "virtual");
	assert_string_equal(ttmemstat_kind_name(TTMEMSTAT_KIND_UNKNOWN), "unknown");
	assert_string_equal(ttmemstat_kind_name(99), "unknown");
}

static void version(void **state)
{
	(void)state;
	assert_string_equal(ttmemstat_version(), TTMEMSTAT_VERSION);
	assert_true(strlen(ttmemstat_version()) >= strlen("0.0.0"));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(figures_are_the_kernels),
	cmocka_unit_test(pools_are_the_kernels),
	cmocka_unit_test(unknown_figures_say_so),
	cmocka_unit_test(kinds),
	cmocka_unit_test(version),
};

TEST_MAIN(tests)
