// SPDX-License-Identifier: GPL-2.0-only
/* Placing: the addresses that the runtime would choose, and buffers that do not fit. */
#include "memstat_test.h"

#include <errno.h>

#include "place.h"

static struct place *make(uint64_t l1_small)
{
	struct layout layout = test_layout();
	struct place *place;

	layout.l1_small = l1_small;
	assert_int_equal(place_new(&layout, &place), 0);
	return place;
}

static uint64_t put(struct place *place, enum place_region region, uint64_t size)
{
	struct place_misfit misfit;
	uint64_t address = 0;

	assert_int_equal(place_buffer(place, region, false, &address, size, &misfit), 0);
	return address;
}

static void place_l1_top_down(void **state)
{
	struct place *place = make(32768);
	const uint64_t top = 1572864 - 32768;

	(void)state;
	assert_int_equal(put(place, PLACE_L1, 20480), top - 20480);
	assert_int_equal(put(place, PLACE_L1, 100), top - 20480 - 112);
	place_release(place, PLACE_L1, top - 20480, 20480);
	assert_int_equal(put(place, PLACE_L1, 4096), top - 4096);
	assert_int_equal(put(place, PLACE_L1, 20480), top - 20480 - 112 - 20480);
	assert_int_equal(put(place, PLACE_L1, 16384), top - 20480);
	place_free(place);
}

static void place_small_has_its_own_region(void **state)
{
	struct place *place = make(32768);
	struct place_misfit misfit;
	uint64_t address;

	(void)state;
	assert_int_equal(put(place, PLACE_L1_SMALL, 32000), 1572864 - 32000);
	assert_int_equal(put(place, PLACE_L1, 16), 1572864 - 32768 - 16);
	assert_int_equal(place_buffer(place, PLACE_L1_SMALL, false, &address, 1024, &misfit),
			 -ERANGE);
	assert_int_equal(misfit.need, 33024);
	assert_int_equal(misfit.have, 32768);
	place_free(place);
}

static void place_dram_bottom_up_traces_from_the_end(void **state)
{
	struct place *place = make(0);

	(void)state;
	assert_int_equal(put(place, PLACE_DRAM, 100), 0);
	assert_int_equal(put(place, PLACE_DRAM, 4096), 128);
	assert_int_equal(put(place, PLACE_TRACE, 100), 4294967296 - 128);
	place_release(place, PLACE_DRAM, 0, 100);
	assert_int_equal(put(place, PLACE_DRAM, 112), 0);
	assert_int_equal(put(place, PLACE_DRAM, 64), 4224);
	place_free(place);
}

static void place_l1_exhausted(void **state)
{
	struct place *place = make(0);
	struct place_misfit misfit;
	uint64_t address = 5;

	(void)state;
	put(place, PLACE_L1, 1000000);
	assert_int_equal(place_buffer(place, PLACE_L1, false, &address, 500000, &misfit), -ERANGE);
	assert_int_equal(misfit.need, 1500000);
	assert_int_equal(misfit.have, 1572864 - 111616);
	assert_int_equal(misfit.x, 0);
	assert_int_equal(misfit.y, 0);
	/* Nothing changed: what fits still fits. */
	put(place, PLACE_L1, 461248);
	place_free(place);
}

static void place_fixed_beyond_the_bank(void **state)
{
	static const struct {
		uint64_t address;
		uint64_t size;
	} bad[] = {
		{ 1572864, 16 }, { 1572848, 32 }, { 0, UINT64_MAX }, { UINT64_MAX, 16 },
		{ UINT64_MAX, UINT64_MAX },
	};
	struct place *place = make(0);
	struct place_misfit misfit;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t address = bad[i].address;

		assert_int_equal(place_buffer(place, PLACE_L1, true, &address, bad[i].size,
					      &misfit), -ERANGE);
		assert_true(misfit.need > misfit.have);
		assert_int_equal(address, bad[i].address);
	}
	place_free(place);
}

static void place_fixed_may_overlap(void **state)
{
	struct place *place = make(0);
	struct place_misfit misfit;
	uint64_t address = 1552384;

	(void)state;
	assert_int_equal(place_buffer(place, PLACE_L1, true, &address, 20480, &misfit), 0);
	assert_int_equal(place_buffer(place, PLACE_L1, true, &address, 4096, &misfit), 0);
	place_release(place, PLACE_L1, address, 20480);
	place_release(place, PLACE_L1, address, 4096);
	assert_int_equal(put(place, PLACE_L1, 20480), 1552384);
	place_free(place);
}

static void place_cbs_core_by_core(void **state)
{
	struct place *place = make(0);
	struct place_program program = { 0 };
	struct core_set left = test_cores(2, 2);
	struct core_set wide = test_cores(4, 1);
	struct core_set right = { .row = { 0xc } };
	uint64_t address;

	(void)state;
	assert_int_equal(place_cb(place, &program, false, &left, &address, 1000), 0);
	assert_int_equal(address, 111616);
	assert_int_equal(place_cb(place, &program, false, &right, &address, 3000), 0);
	assert_int_equal(address, 111616);
	/* Above the highest of both, and to the alignment of DRAM. */
	assert_int_equal(place_cb(place, &program, false, &wide, &address, 64), 0);
	assert_int_equal(address, 111616 + 3008);
	assert_int_equal(place_cb(place, &program, false, &left, &address, 64), 0);
	assert_int_equal(address, 111616 + 3072);
	assert_int_equal(program.end[1][0], 111616 + 3136);
	assert_int_equal(program.end[0][3], 111616 + 3072);
	assert_int_equal(program.end[2][0], 0);
	place_free(place);
}

static void place_check_collision(void **state)
{
	struct place *place = make(32768);
	struct place_program program = { 0 };
	struct core_set all = test_cores(12, 10);
	struct core_set one = { .row = { [3] = 1u << 5 } };
	struct place_misfit misfit;
	uint64_t address;
	const uint64_t have = 1572864 - 32768 - 111616;

	(void)state;
	assert_int_equal(place_cb(place, &program, false, &all, &address, 400000), 0);
	put(place, PLACE_L1, 1000000);
	assert_int_equal(place_check(place, &program, &misfit), 0);
	assert_int_equal(place_cb(place, &program, false, &one, &address, 100000), 0);
	assert_int_equal(place_check(place, &program, &misfit), -ERANGE);
	assert_int_equal(misfit.x, 5);
	assert_int_equal(misfit.y, 3);
	assert_int_equal(misfit.have, have);
	assert_int_equal(misfit.need, 1000000 + 500000);
	place_release(place, PLACE_L1, 1572864 - 32768 - 1000000, 1000000);
	assert_int_equal(place_check(place, &program, &misfit), 0);
	place_free(place);
}

/* A core outside the worker grid has no buffers, and no L1_SMALL. */
static void place_check_outside_the_workers(void **state)
{
	struct place *place = make(32768);
	struct place_program program = { 0 };
	struct core_set last = { .row = { [9] = 1u << 11 } };
	struct place_misfit misfit;
	uint64_t address;

	(void)state;
	put(place, PLACE_L1, 1000000);
	assert_int_equal(place_cb(place, &program, false, &last, &address, 1461248), 0);
	assert_int_equal(place_check(place, &program, &misfit), 0);
	assert_int_equal(place_cb(place, &program, false, &last, &address, 16), -ERANGE);
	assert_int_equal(place_check(place, &program, &misfit), -ERANGE);
	assert_int_equal(misfit.x, 11);
	assert_int_equal(misfit.y, 9);
	assert_int_equal(misfit.have, 1461248);
	assert_int_equal(misfit.need, 1461248 + 16);
	place_free(place);
}

static void place_cb_of_any_size(void **state)
{
	struct place *place = make(0);
	struct place_program program = { 0 };
	struct core_set one = test_cores(1, 1);
	struct place_misfit misfit;
	uint64_t address = UINT64_MAX;

	(void)state;
	assert_int_equal(place_cb(place, &program, true, &one, &address, UINT64_MAX), -ERANGE);
	for (int i = 0; i < 5; i++)
		assert_int_equal(place_cb(place, &program, false, &one, &address, UINT64_MAX),
				 -ERANGE);
	assert_int_equal(address, UINT64_MAX);
	assert_int_equal(place_check(place, &program, &misfit), -ERANGE);
	assert_true(misfit.need > misfit.have);
	place_free(place);
}

static const struct CMUnitTest place_tests[] = {
	cmocka_unit_test(place_l1_top_down),
	cmocka_unit_test(place_small_has_its_own_region),
	cmocka_unit_test(place_dram_bottom_up_traces_from_the_end),
	cmocka_unit_test(place_l1_exhausted),
	cmocka_unit_test(place_fixed_beyond_the_bank),
	cmocka_unit_test(place_fixed_may_overlap),
	cmocka_unit_test(place_cbs_core_by_core),
	cmocka_unit_test(place_check_collision),
	cmocka_unit_test(place_check_outside_the_workers),
	cmocka_unit_test(place_cb_of_any_size),
};
TEST_GROUP(place);
