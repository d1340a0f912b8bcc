// SPDX-License-Identifier: GPL-2.0-only
/* Matching: by `buffer` node, by address, by equal parameters, and from before the capture. */
#include "memstat_test.h"

#include "match.h"

static struct capture_node node(uint64_t identity, uint32_t type, uint64_t address, uint64_t size)
{
	return (struct capture_node){
		.identity = identity, .buffer_type = type, .address = address, .size = size,
		.per_bank = size, .page_size = 2048,
		.kind = CAPTURE_BUFFER_ALLOCATE,
		.has = (address ? CAPTURE_HAS_ADDRESS : 0) | CAPTURE_HAS_PER_BANK,
	};
}

#define NONE	CAPTURE_NO_IDENTITY

/* Which of @live @free takes; 0 = none. */
static uint64_t take(struct match *match, struct capture_node freed)
{
	struct match_live live;

	return match_take(match, &freed, &live) ? live.id : 0;
}

static void add(struct match *match, const struct capture_node *allocated, uint64_t id)
{
	struct match_live live = { .node = allocated, .id = id, .recorded = true };

	assert_int_equal(match_add(match, &live), 0);
}

static void match_by_identity_first(void **state)
{
	struct capture_node a = node(10, CAPTURE_L1, 4096, 64);
	struct capture_node b = node(11, CAPTURE_L1, 4096, 64);
	struct match match;

	(void)state;
	match_init(&match, UINT32_MAX);
	add(&match, &a, 1);
	add(&match, &b, 2);
	/* Another address and size do not matter when the node is named. */
	assert_int_equal(take(&match, node(11, CAPTURE_L1, 0, 1)), 2);
	/* A node without allocation is from before the capture, even if an address is equal. */
	assert_int_equal(take(&match, node(12, CAPTURE_L1, 4096, 64)), 0);
	assert_int_equal(take(&match, node(10, CAPTURE_L1, 4096, 64)), 1);
	assert_int_equal(take(&match, node(10, CAPTURE_L1, 4096, 64)), 0);
	match_free(&match);
}

static void match_by_address_and_type(void **state)
{
	struct capture_node l1 = node(NONE, CAPTURE_L1, 4096, 64);
	struct capture_node dram = node(NONE, CAPTURE_DRAM, 4096, 64);
	struct match match;

	(void)state;
	match_init(&match, UINT32_MAX);
	add(&match, &l1, 1);
	add(&match, &dram, 2);
	assert_int_equal(take(&match, node(NONE, CAPTURE_DRAM, 8192, 64)), 0);
	assert_int_equal(take(&match, node(NONE, CAPTURE_TRACE, 4096, 64)), 0);
	assert_int_equal(take(&match, node(NONE, CAPTURE_DRAM, 4096, 999)), 2);
	assert_int_equal(take(&match, node(NONE, CAPTURE_DRAM, 4096, 64)), 0);
	assert_int_equal(take(&match, node(7, CAPTURE_L1, 4096, 64)), 1);
	match_free(&match);
}

static void match_by_params_oldest_first(void **state)
{
	struct capture_node a = node(NONE, CAPTURE_L1, 0, 64);
	struct capture_node b = node(NONE, CAPTURE_L1, 0, 64);
	struct capture_node c = node(NONE, CAPTURE_L1, 0, 128);
	struct capture_node other;
	struct match match;

	(void)state;
	match_init(&match, 0);
	add(&match, &a, 1);
	add(&match, &c, 2);
	add(&match, &b, 3);
	other = node(NONE, CAPTURE_L1, 0, 64);
	other.page_size = 4096;
	assert_int_equal(take(&match, other), 0);
	other = node(NONE, CAPTURE_L1, 0, 64);
	other.layout = (char *)"HEIGHT_SHARDED";
	assert_int_equal(take(&match, other), 0);
	/* It has an address: it lived before nothing had one. */
	assert_int_equal(take(&match, node(NONE, CAPTURE_L1, 4096, 64)), 0);
	assert_int_equal(take(&match, node(NONE, CAPTURE_L1, 0, 64)), 1);
	assert_int_equal(take(&match, node(NONE, CAPTURE_L1, 0, 64)), 3);
	assert_int_equal(take(&match, node(NONE, CAPTURE_L1, 0, 64)), 0);
	assert_int_equal(match.count, 1);
	match_free(&match);
}

/* The mesh counts devices otherwise than the chip does. */
static void match_never_by_device(void **state)
{
	struct capture_node a = node(NONE, CAPTURE_L1, 4096, 64);
	struct capture_node freed = node(NONE, CAPTURE_L1, 4096, 64);
	struct match match;

	(void)state;
	match_init(&match, UINT32_MAX);
	a.device_id = 1;
	freed.device_id = 0;
	add(&match, &a, 1);
	assert_int_equal(take(&match, freed), 1);
	match_free(&match);
}

static const struct CMUnitTest match_tests[] = {
	cmocka_unit_test(match_by_identity_first),
	cmocka_unit_test(match_by_address_and_type),
	cmocka_unit_test(match_by_params_oldest_first),
	cmocka_unit_test(match_never_by_device),
};
TEST_GROUP(match);
