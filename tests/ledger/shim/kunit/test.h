/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of KUnit that the ledger's suites use, for running them as a program (main.c). A failed
 * assertion ends the case, as in the kernel.
 */
#ifndef TTMEM_SHIM_KUNIT_TEST_H
#define TTMEM_SHIM_KUNIT_TEST_H

#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <errno.h>
#include <setjmp.h>
#include <string.h>

#define KUNIT_PARAM_DESC_SIZE	128

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
};

struct kunit {
	const char *name;
	void *priv;
	const void *param_value;
	enum kunit_status status;
	jmp_buf end;
};

struct kunit_case {
	const char *name;
	void (*run_case)(struct kunit *test);
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char *name;
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

void shim_kunit_suite(struct kunit_suite *suite);
void shim_kunit_param(const char *name, unsigned long long *value);
__attribute__((format(printf, 2, 3)))
void shim_kunit_fail(struct kunit *test, const char *format, ...);

#define strscpy(to, from, size)		((void)snprintf(to, size, "%s", from))

#define KUNIT_CASE(run)			{ .name = #run, .run_case = run }
#define KUNIT_CASE_PARAM(run, params)	{ .name = #run, .run_case = run, .generate_params = params }

#define kunit_test_suite(suite) \
	__attribute__((constructor)) static void shim_suite(void) { shim_kunit_suite(&(suite)); } \
	static_assert(true)
#define module_param(param, type, mode) \
	__attribute__((constructor)) static void shim_param_##param(void) \
	{ shim_kunit_param(#param, &(param)); } \
	static_assert(true)
#define MODULE_PARM_DESC(param, text)	static_assert(sizeof(text))

#define kunit_info(test, format, ...) \
	((void)(test), (void)fprintf(stderr, "# " format, __VA_ARGS__))
#define KUNIT_FAIL(test, ...)		shim_kunit_fail(test, __VA_ARGS__)

#define SHIM_CHECK(test, condition, text) \
	((condition) ? true : (shim_kunit_fail(test, "%s:%d: %s", __FILE__, __LINE__, text), false))
#define SHIM_ASSERT(test, condition, text) \
	((void)(SHIM_CHECK(test, condition, text) || (longjmp((test)->end, 1), false)))
#define SHIM_EXPECT(test, condition, text)	((void)SHIM_CHECK(test, condition, text))

#define KUNIT_EXPECT_EQ(test, a, b)	SHIM_EXPECT(test, (a) == (b), #a " == " #b)
#define KUNIT_EXPECT_NE(test, a, b)	SHIM_EXPECT(test, (a) != (b), #a " != " #b)
#define KUNIT_EXPECT_GT(test, a, b)	SHIM_EXPECT(test, (a) > (b), #a " > " #b)
#define KUNIT_EXPECT_GE(test, a, b)	SHIM_EXPECT(test, (a) >= (b), #a " >= " #b)
#define KUNIT_EXPECT_LT(test, a, b)	SHIM_EXPECT(test, (a) < (b), #a " < " #b)
#define KUNIT_EXPECT_LE(test, a, b)	SHIM_EXPECT(test, (a) <= (b), #a " <= " #b)
#define KUNIT_EXPECT_TRUE(test, a)	SHIM_EXPECT(test, a, #a)
#define KUNIT_EXPECT_FALSE(test, a)	SHIM_EXPECT(test, !(a), "!" #a)
#define KUNIT_EXPECT_NULL(test, a)	SHIM_EXPECT(test, !(a), #a " == NULL")
#define KUNIT_ASSERT_EQ(test, a, b)	SHIM_ASSERT(test, (a) == (b), #a " == " #b)
#define KUNIT_ASSERT_GE(test, a, b)	SHIM_ASSERT(test, (a) >= (b), #a " >= " #b)
#define KUNIT_ASSERT_NOT_NULL(test, a)	SHIM_ASSERT(test, (a) != NULL, #a " != NULL")
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, a)	KUNIT_ASSERT_NOT_NULL(test, a)

#endif
