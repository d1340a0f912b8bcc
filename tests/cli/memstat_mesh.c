// SPDX-License-Identifier: GPL-2.0-only
/* Meshes: the chips that a capture names, and the nodes of each. */
#include "memstat_test.h"
#include "mesh.h"

#include <errno.h>
#include <stdio.h>

#define ON(device, size)							\
	"{\"node_type\":\"circular_buffer_allocate\",\"params\":{\"address\":4096"	\
	",\"size\":" size ",\"core_range_set\":\"{[0-0]}\",\"device_id\":" device "}},"
#define PAD_ON(device)								\
	"{\"node_type\":\"scratchpad_allocate\",\"params\":{\"address\":4096,"	\
	"\"size\":64,\"core_range_set\":\"{[0-0]}\",\"device_id\":" device "}},"
#define ENDS_ON(device)								\
	"{\"node_type\":\"circular_buffer_deallocate_all\",\"params\":{\"device_id\":" device "}},"

static struct mesh find(const char *text)
{
	struct capture *capture = test_capture(text);
	struct mesh mesh;

	assert_int_equal(mesh_find(capture, &mesh), 0);
	capture_free(capture);
	return mesh;
}

static void mesh_several(void **state)
{
	struct mesh mesh = find(CAPTURE(RELEASE ON("9", "64") ON("0", "64") ON("9", "64")
					ON("4", "64")));
	char names[64];

	(void)state;
	assert_true(mesh.several);
	assert_false(mesh.each_ends);
	mesh_names(&mesh, names, sizeof(names));
	assert_string_equal(names, "0, 4, 9");
	mesh_names(&mesh, names, 5);
	assert_string_equal(names, "0, 4");
}

/* Kinds of node number devices differently: two numbers are no two chips then. */
static void mesh_one_chip(void **state)
{
	struct mesh mesh = find(CAPTURE(RELEASE ON("0", "64") PAD_ON("1")
					ALLOCATE("1", "4096", "64")));

	(void)state;
	assert_false(mesh.several);
	mesh = find(CAPTURE(ALLOCATE("1", "4096", "64")));
	assert_int_equal(mesh.count, 0);
	assert_false(mesh.several);
}

static void mesh_too_many(void **state)
{
	static char text[MESH_CHIPS * 160];
	struct capture *capture;
	struct mesh mesh;
	size_t used = 1;

	(void)state;
	text[0] = '[';
	for (int i = 0; i <= MESH_CHIPS; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			"%s{\"node_type\":\"scratchpad_allocate\",\"params\":{\"address\":0,\"size\":64,"
			"\"core_range_set\":\"{[0-0]}\",\"device_id\":%d}}", i ? "," : "", i);
	assert_true(used + 2 < sizeof(text));
	memcpy(text + used, "]", 2);
	capture = test_capture(text);
	assert_int_equal(mesh_find(capture, &mesh), -E2BIG);
	capture_free(capture);
}

static int64_t id(const struct mesh *mesh, size_t chips, size_t n)
{
	int64_t out = -99;

	return mesh_id(mesh, chips, n, &out) ? -1 : out;
}

static void mesh_numbers(void **state)
{
	struct mesh mesh = find(CAPTURE(ON("4", "64") ON("6", "64")));

	(void)state;
	/* As many devices as chips: assigned in order, even if the numbers differ. */
	assert_int_equal(id(&mesh, 2, 0), 4);
	assert_int_equal(id(&mesh, 2, 1), 6);
	/* More chips: the numbers count. */
	assert_int_equal(id(&mesh, 7, 0), 0);
	assert_int_equal(id(&mesh, 7, 6), 6);
	assert_int_equal(id(&mesh, 6, 0), -1);
	mesh = find(CAPTURE(ON("-2", "64") ON("1", "64")));
	assert_int_equal(id(&mesh, 3, 0), -1);
	mesh = find(CAPTURE(RELEASE));
	assert_int_equal(id(&mesh, 3, 2), 2);
}

/* Kinds of the nodes of a view, one letter each. */
static void expect_view(const char *text, int64_t on, bool all, const char *kinds)
{
	struct capture *capture = test_capture(text);
	struct capture view;
	struct mesh mesh;

	assert_int_equal(mesh_find(capture, &mesh), 0);
	assert_int_equal(mesh_view(capture, &mesh, on, all, &view), 0);
	assert_int_equal(view.count, strlen(kinds));
	for (size_t i = 0; i < view.count; i++) {
		static const char letters[] = {
			[CAPTURE_NEUTRAL] = '.', [CAPTURE_CB] = 'C', [CAPTURE_SCRATCHPAD] = 'S',
			[CAPTURE_BUFFER_ALLOCATE] = 'A', [CAPTURE_CB_DEALLOCATE_ALL] = 'E',
		};

		if (letters[view.nodes[i].kind] != kinds[i])
			fail_msg("node %zu of the view of %lld: saw %c, expected %c", i,
				 (long long)on, letters[view.nodes[i].kind], kinds[i]);
	}
	mesh_view_free(&view);
	capture_free(capture);
}

static void mesh_views(void **state)
{
	const char *text = CAPTURE(ALLOCATE("1", "4096", "64") ENDS_ON("1") ON("0", "64")
				   ON("1", "64") PAD_ON("1"));

	(void)state;
	expect_view(text, 0, false, "AEC...");
	expect_view(text, 1, false, "AE.CS.");
	expect_view(text, 2, false, "AE....");
	expect_view(text, 0, true, "AECCS.");
	/* Where the end names the chips as well, it is of that chip. */
	text = CAPTURE(ENDS_ON("0") ON("0", "64") ENDS_ON("1") ON("1", "64"));
	expect_view(text, 0, false, "EC...");
	expect_view(text, 1, false, "..EC.");
}

static const struct CMUnitTest mesh_tests[] = {
	cmocka_unit_test(mesh_several),
	cmocka_unit_test(mesh_one_chip),
	cmocka_unit_test(mesh_too_many),
	cmocka_unit_test(mesh_numbers),
	cmocka_unit_test(mesh_views),
};

TEST_GROUP(mesh);
