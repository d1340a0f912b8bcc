// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the preload shim makes of a region of tt-metal's statistics, from images of it.
 */
#include <errno.h>
#include <stdlib.h>

#include "shim/region.h"
#include "testing.h"

#define PID	4242

static unsigned char image[REGION_SIZE];
static struct region_view view;
static struct region_figures own;

static void put32(size_t at, uint32_t value)
{
	memcpy(image + at, &value, sizeof(value));
}

/* dram, l1, l1_small, trace, cb: @first, @first + 1 ... */
static void put_figures(size_t at, uint64_t first)
{
	for (size_t i = 0; i < REGION_POOLS; i++, first++)
		memcpy(image + at + i * sizeof(first), &first, sizeof(first));
}

static void put_slot(size_t n, uint32_t pid, uint64_t first)
{
	put32(856 + n * 120, pid);
	put_figures(856 + n * 120 + 8, first);
}

static void put_chip(size_t n, uint32_t id, uint64_t first)
{
	put32(88 + n * 48, id);
	put_figures(88 + n * 48 + 8, first);
}

static int set_up(void **state)
{
	(void)state;
	memset(image, 0, sizeof(image));
	put32(0, REGION_V3);
	put32(16, 1);
	put32(40, 2);
	for (size_t i = 0; i < REGION_CHIPS; i++)
		put32(88 + i * 48, i ? UINT32_MAX : 2);
	return 0;
}

static int look(void)
{
	return region_read(image, sizeof(image), PID, &view);
}

static void is(uint64_t first)
{
	for (size_t i = 0; i < REGION_POOLS; i++)
		assert_int_equal(own.bytes[i], first + i);
}

static void is_nothing(void)
{
	for (size_t i = 0; i < REGION_POOLS; i++)
		assert_int_equal(own.bytes[i], 0);
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
	assert_true(region_name("/tt_device_14251245764_memory", &id));
	assert_true(id == 14251245764);
	assert_true(region_name("tt_device_0_memory", &id));
	assert_true(id == 0);
	assert_true(region_name("//tt_device_18446744073709551615_memory", &id));
	assert_true(id == UINT64_MAX);
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(region_name(others[i], &id));
}

static void only_what_is_known_is_read(void **state)
{
	(void)state;
	assert_int_equal(look(), 0);
	assert_int_equal(region_read(image, REGION_SIZE - 1, PID, &view), -EMSGSIZE);
	assert_int_equal(region_read(image, 0, PID, &view), -EMSGSIZE);
	put32(0, 0);
	assert_int_equal(look(), -EAGAIN);
	put32(0, 5);
	assert_int_equal(look(), -EPROTONOSUPPORT);
	assert_int_equal(view.version, 5);
	put32(0, 2);
	assert_int_equal(look(), -EPROTONOSUPPORT);
	put32(0, REGION_V4);
	assert_int_equal(look(), -EAGAIN);
	put32(8536, 1);
	assert_int_equal(look(), -EAGAIN);
	put32(8536, 0x52454459);
	assert_int_equal(look(), 0);
	assert_int_equal(view.version, 4);
	assert_int_equal(view.device_id, 2);
	assert_int_equal(view.users, 1);
}

static void each_pool_is_in_its_place(void **state)
{
	(void)state;
	put_slot(0, PID + 1, 900);
	put_slot(63, PID, 100);
	put_figures(48, 1000);
	assert_int_equal(look(), 0);
	assert_true(view.present);
	assert_int_equal(view.slot.bytes[REGION_DRAM], 100);
	assert_int_equal(view.slot.bytes[REGION_L1], 101);
	assert_int_equal(view.slot.bytes[REGION_L1_SMALL], 102);
	assert_int_equal(view.slot.bytes[REGION_TRACE], 103);
	assert_int_equal(view.slot.bytes[REGION_CB], 104);
	assert_int_equal(view.total.bytes[REGION_TRACE], 1003);
	assert_true(region_private(&view, &own));
	is(100);
}

static void without_a_slot_the_totals_are_ours(void **state)
{
	(void)state;
	put_figures(48, 1000);
	assert_int_equal(look(), 0);
	assert_false(view.present);
	assert_true(region_private(&view, &own));
	is(1000);
	put32(16, 0);			/* closed */
	assert_int_equal(look(), 0);
	assert_false(region_private(&view, &own));
	put32(16, UINT32_MAX);		/* once more than opened */
	assert_int_equal(look(), 0);
	assert_false(region_private(&view, &own));
	put_slot(1, PID, 7);
	assert_int_equal(look(), 0);
	assert_true(region_private(&view, &own));
	is(7);
}

static void chips_behind_a_device_are_apart(void **state)
{
	(void)state;
	put_slot(0, PID, 500);
	put_chip(0, 2, 300);
	put_chip(1, 5, 200);
	put_chip(2, 6, 0);
	memset(image + 88 + 2 * 48 + 8, 0, 40);	/* of which nothing was reported */
	assert_int_equal(look(), 0);
	assert_int_equal(view.chip_count, 1);
	assert_int_equal(view.chips[0].id, 5);
	assert_int_equal(view.chips[0].figures.bytes[REGION_CB], 204);
	assert_true(region_private(&view, &own));
	for (size_t i = 0; i < REGION_POOLS; i++)
		assert_int_equal(own.bytes[i], 300);
	put_chip(15, 7, 400);		/* more than there is: no figure is below 0 */
	assert_int_equal(look(), 0);
	assert_int_equal(view.chip_count, 2);
	assert_true(region_private(&view, &own));
	is_nothing();
}

static void what_stood_in_the_slot_is_not_ours(void **state)
{
	struct region_base base = { 0 };

	(void)state;
	put_slot(3, PID, 1000);
	assert_int_equal(look(), 0);
	region_base_take(&base, &view);
	assert_true(region_own(&base, &view, &own));
	is_nothing();
	put_slot(3, PID, 1050);
	assert_int_equal(look(), 0);
	assert_true(region_own(&base, &view, &own));
	for (size_t i = 0; i < REGION_CB; i++)
		assert_int_equal(own.bytes[i], 50);
	assert_int_equal(own.bytes[REGION_CB], 1054);	/* was written over, not added to */
	put_slot(3, PID, 990);		/* more freed than was ours */
	assert_int_equal(look(), 0);
	assert_true(region_own(&base, &view, &own));
	assert_int_equal(own.bytes[REGION_DRAM], 0);
	put_slot(3, 0, 0);		/* given back, and taken anew */
	assert_int_equal(look(), 0);
	assert_false(region_own(&base, &view, &own));
	put_slot(9, PID, 20);
	assert_int_equal(look(), 0);
	assert_true(region_own(&base, &view, &own));
	is(20);
}

static void a_region_set_up_anew_has_no_past(void **state)
{
	struct region_base base = { 0 };

	(void)state;
	put_slot(3, PID, 1000);
	assert_int_equal(look(), 0);
	region_base_take(&base, &view);
	put32(0, REGION_V4);
	put32(8536, 0x52454459);
	put_slot(3, PID, 1500);
	assert_int_equal(look(), 0);
	assert_true(region_own(&base, &view, &own));
	is(1500);
	/* One that was not set up at first sight has none either. */
	memset(&base, 0, sizeof(base));
	assert_true(region_own(&base, &view, &own));
	is(1500);
}

static void any_bytes_can_be_read(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < 2000; round++) {
		struct region_base base = { 0 };

		for (size_t i = 0; i < sizeof(image); i++)
			image[i] = (unsigned char)rand();
		put32(0, round & 1 ? REGION_V3 : REGION_V4);
		put32(8536, 0x52454459);
		if (round & 2)
			put32(856 + (size_t)(round % 64) * 120, PID);
		assert_int_equal(look(), 0);
		assert_true(view.chip_count <= REGION_CHIPS);
		region_own(&base, &view, &own);
		region_private(&view, &own);
	}
}

#define TEST(name)	cmocka_unit_test_setup(name, set_up)

static const struct CMUnitTest tests[] = {
	TEST(names),
	TEST(only_what_is_known_is_read),
	TEST(each_pool_is_in_its_place),
	TEST(without_a_slot_the_totals_are_ours),
	TEST(chips_behind_a_device_are_apart),
	TEST(what_stood_in_the_slot_is_not_ours),
	TEST(a_region_set_up_anew_has_no_past),
	TEST(any_bytes_can_be_read),
};

TEST_MAIN(tests)
