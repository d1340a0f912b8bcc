// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reporter's mirror reads images of a region of tt-metal's statistics.
 */
#include <errno.h>
#include <stdlib.h>

#include "report/mirror.h"
#include "testing.h"

#define PID	4242

static unsigned char image[MIRROR_SIZE];
static struct mirror_view view;

static void put32(size_t at, uint32_t value)
{
	memcpy(image + at, &value, sizeof(value));
}

/* dram, l1, l1_small, trace, cb: @first, @first + 1 ... */
static void put_figures(size_t at, uint64_t first)
{
	for (size_t i = 0; i < MIRROR_POOLS; i++, first++)
		memcpy(image + at + i * sizeof(first), &first, sizeof(first));
}

static void put_slot(size_t n, uint32_t pid, uint64_t first)
{
	put32(856 + n * 120, pid);
	put_figures(856 + n * 120 + 8, first);
}

static int set_up(void **state)
{
	(void)state;
	memset(image, 0, sizeof(image));
	put32(0, 3);
	put32(16, 1);
	put32(40, 2);
	return 0;
}

static int look(void)
{
	return mirror_read(image, sizeof(image), PID, &view);
}

static void is(uint64_t first)
{
	for (size_t i = 0; i < MIRROR_POOLS; i++)
		assert_int_equal(view.bytes[i], first + i);
}

static void names(void **state)
{
	static const char *const others[] = {
		"", "/", "/tt_device__memory", "/tt_device_5_memory2", "/tt_device_5x_memory",
		"/tt_device_-5_memory", "/tt_device_0x5_memory", "/tt_device_5", "/xtt_device_5_memory",
		"/tt_device_18446744073709551616_memory", "/tt_device_99999999999999999999999_memory",
		"/tt_device_5_memory/", "/TT_UMD_LOCK.CHIP_IN_USE_0_PCIe",
	};
	uint64_t id = 0;

	(void)state;
	assert_true(mirror_name("/tt_device_14251245764_memory", &id));
	assert_true(id == 14251245764);
	assert_true(mirror_name("tt_device_0_memory", &id));
	assert_true(id == 0);
	assert_true(mirror_name("//tt_device_18446744073709551615_memory", &id));
	assert_true(id == UINT64_MAX);
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(mirror_name(others[i], &id));
}

static void only_what_is_known_is_read(void **state)
{
	(void)state;
	assert_int_equal(look(), 0);
	assert_int_equal(mirror_read(image, MIRROR_SIZE - 1, PID, &view), -EMSGSIZE);
	assert_int_equal(mirror_read(image, 0, PID, &view), -EMSGSIZE);
	put32(0, 0);
	assert_int_equal(look(), -EAGAIN);
	put32(0, 5);
	assert_int_equal(look(), -EPROTONOSUPPORT);
	assert_int_equal(view.version, 5);
	put32(0, 2);
	assert_int_equal(look(), -EPROTONOSUPPORT);
	put32(0, 4);
	assert_int_equal(look(), -EAGAIN);
	put32(8536, 1);
	assert_int_equal(look(), -EAGAIN);
	put32(8536, 0x52454459);
	assert_int_equal(look(), 0);
	assert_int_equal(view.version, 4);
	assert_int_equal(view.device, 2);
	assert_true(view.open);
}

static void each_pool_is_in_its_place(void **state)
{
	(void)state;
	put_slot(0, PID + 1, 900);
	put_slot(63, PID, 100);
	put_figures(48, 1000);
	assert_int_equal(look(), 0);
	assert_true(view.open);
	assert_int_equal(view.bytes[MIRROR_DRAM], 100);
	assert_int_equal(view.bytes[MIRROR_L1], 101);
	assert_int_equal(view.bytes[MIRROR_L1_SMALL], 102);
	assert_int_equal(view.bytes[MIRROR_TRACE], 103);
	assert_int_equal(view.bytes[MIRROR_CB], 104);
}

static void without_a_slot_the_totals_are_ours(void **state)
{
	(void)state;
	put_figures(48, 1000);
	assert_int_equal(look(), 0);
	assert_true(view.open);
	is(1000);
	put32(16, 0);			/* closed */
	assert_int_equal(look(), 0);
	assert_false(view.open);
	put32(16, UINT32_MAX);		/* once more than opened */
	assert_int_equal(look(), 0);
	assert_false(view.open);
	put_slot(1, PID, 7);
	assert_int_equal(look(), 0);
	assert_true(view.open);
	is(7);
}

static void any_bytes_can_be_read(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof(image); i++)
			image[i] = (unsigned char)rand();
		put32(0, round & 1 ? 3 : 4);
		put32(8536, 0x52454459);
		if (round & 2)
			put32(856 + (size_t)(round % 64) * 120, PID);
		assert_int_equal(look(), 0);
		assert_true(view.open || !(round & 2));
	}
}

#define TEST(name)	cmocka_unit_test_setup(name, set_up)

static const struct CMUnitTest tests[] = {
	TEST(names),
	TEST(only_what_is_known_is_read),
	TEST(each_pool_is_in_its_place),
	TEST(without_a_slot_the_totals_are_ours),
	TEST(any_bytes_can_be_read),
};

TEST_MAIN(tests)
