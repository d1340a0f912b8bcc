// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run the ledger's KUnit suites as a program, with the ledger in userspace.
 *
 *   ledger-unit [NAME=VALUE...]: module parameters, such as events=1000000 or seed=7
 */
#include <kunit/test.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "../../driver/ledger/ledger.h"

#define PARAMS	8

static struct kunit_suite *suites;
static struct {
	const char *name;
	unsigned long long *value;
} params[PARAMS];
static unsigned int nr_params;

void shim_kunit_suite(struct kunit_suite *suite)
{
	suite->next = suites;
	suites = suite;
}

void shim_kunit_param(const char *name, unsigned long long *value)
{
	if (nr_params == PARAMS)
		abort();
	params[nr_params].name = name;
	params[nr_params++].value = value;
}

void shim_kunit_fail(struct kunit *test, const char *format, ...)
{
	va_list args;

	test->status = KUNIT_FAILURE;
	printf("# %s: ", test->name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static bool run_one(const struct kunit_suite *suite, const struct kunit_case *one,
		    const void *param, const char *desc)
{
	struct kunit test = { .name = one->name, .param_value = param };

	if (suite->init && suite->init(&test))
		shim_kunit_fail(&test, "no memory");
	else if (!setjmp(test.end))
		one->run_case(&test);
	if (suite->exit)
		suite->exit(&test);
	printf("%s - %s.%s%s%s\n", test.status == KUNIT_SUCCESS ? "ok" : "not ok", suite->name,
	       one->name, *desc ? " " : "", desc);
	return test.status == KUNIT_SUCCESS;
}

static void run_case(const struct kunit_suite *suite, const struct kunit_case *one,
		     unsigned int *passed, unsigned int *failed)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const void *param = NULL;

	do {
		if (one->generate_params) {
			param = one->generate_params(param, desc);
			if (!param)
				return;
		}
		++*(run_one(suite, one, param, desc) ? passed : failed);
	} while (param);
}

static int set_param(const char *text)
{
	const char *value = strchr(text, '=');

	for (unsigned int i = 0; value && i < nr_params; i++)
		if (strlen(params[i].name) == (size_t)(value - text) &&
		    !strncmp(params[i].name, text, (size_t)(value - text))) {
			*params[i].value = strtoull(value + 1, NULL, 0);
			return 0;
		}
	fprintf(stderr, "ledger-unit: no such parameter: %s\n", text);
	return -1;
}

int main(int argc, char **argv)
{
	unsigned int passed = 0, failed = 0;

	for (int i = 1; i < argc; i++)
		if (set_param(argv[i]))
			return 2;
	if (ttmem_prealloc_init())
		return 1;
	for (const struct kunit_suite *suite = suites; suite; suite = suite->next)
		for (const struct kunit_case *one = suite->test_cases; one->name; one++)
			run_case(suite, one, &passed, &failed);
	ttmem_prealloc_exit();
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed;
}
