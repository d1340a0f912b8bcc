// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find the chip of a runtime's device in a recorded tree. Ordinary devices of the system stand for
 * nodes of chips: the tree assigns their numbers to PCI functions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "testing.h"
#include "tree.h"

static char root[64];		/* stands for /sys; next to it the list of descriptors */
static char fds_dir[80];
static struct ttmemstat_attach_options options;

#define FUNCTION_A	"0000:41:00.0"
#define FUNCTION_B	"0000:c1:00.0"
#define FUNCTION_C	"10000:01:00.0"

static void put(const char *path, const char *text)
{
	tree_put(root, path, text, strlen(text));
}

static void link_at(const char *path, const char *target)
{
	tree_link(root, path, target);
}

/* Write the files of a chip, as `file content` lines. */
static void chip(unsigned int n, const char *function, const char *kind, const char *told)
{
	char dir[128], path[256], text[160];
	char file[32], content[32];
	int used;

	snprintf(dir, sizeof(dir), "%s%s/tt_memstat/tt%u", *function ? "devices/pci0000:00/" :
		 "devices/virtual", function, n);
	snprintf(path, sizeof(path), "%s/stat", dir);
	put(path, "generation 1\n");
	snprintf(path, sizeof(path), "%s/kind", dir);
	snprintf(text, sizeof(text), "%s\n", kind);
	put(path, text);
	for (; sscanf(told, " %31s %31s%n", file, content, &used) == 2; told += used) {
		snprintf(path, sizeof(path), "%s/%s", dir, file);
		snprintf(text, sizeof(text), "%s\n", content);
		put(path, text);
	}
	snprintf(path, sizeof(path), "class/tt_memstat/tt%u", n);
	snprintf(text, sizeof(text), "../../%s", dir);
	link_at(path, text);
}

/* Assign the number of a system device to a function's node. */
static void number(const char *device, const char *function, const char *name)
{
	char path[64], target[128];
	struct stat st;

	assert_int_equal(stat(device, &st), 0);
	snprintf(path, sizeof(path), "dev/char/%u:%u", major(st.st_rdev), minor(st.st_rdev));
	snprintf(target, sizeof(target), "../../devices/pci0000:00/%s/tenstorrent/%s", function,
		 name);
	link_at(path, target);
}

static int open_node(const char *device, int flags)
{
	char path[128];
	int fd = open(device, flags | O_CLOEXEC);

	assert_true(fd >= 0);
	snprintf(path, sizeof(path), "../fds/%d", fd);
	put(path, "");
	return fd;
}

static int setup(void **state)
{
	char base[64] = "/tmp/ttmem-resolve-XXXXXX", full[PATH_MAX];

	(void)state;
	if (!mkdtemp(base))
		return -1;
	snprintf(root, sizeof(root), "%s/sys", base);
	snprintf(fds_dir, sizeof(fds_dir), "%s/fds", base);
	mkdir(root, 0755);
	mkdir(fds_dir, 0755);
	tree_path(root, "class/tt_memstat/", full);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	/* Descriptors of one test must not be nodes in the next. */
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	snprintf(command, sizeof(command), "rm -rf '%.*s'", (int)(strlen(root) - strlen("/sys")),
		 root);
	return system(command);
}

static struct ttmemstat_device device(int runtime_id, uint64_t unique_id)
{
	struct ttmemstat_device d;

	ttmemstat_device_init(&d);
	d.runtime_id = runtime_id;
	d.unique_id = unique_id;
	return d;
}

static int resolve(struct ttmemstat_device d)
{
	const struct ttmemstat_resolve_roots roots = {
		.size = sizeof(roots), .sysfs = root, .fds = fds_dir,
	};

	ttmemstat_attach_options_init(&options);
	options.chip = 99;
	options.flags = TTMEMSTAT_ATTACH_RING;
	return ttmemstat_resolve(&d, &roots, &options);
}

/* A failure does not change the options. */
static void nothing(struct ttmemstat_device d, int error)
{
	assert_int_equal(resolve(d), error);
	assert_int_equal(options.chip, 99);
	assert_int_equal(options.proof, -1);
	assert_int_equal(options.runtime_id, -1);
	assert_int_equal(options.flags, TTMEMSTAT_ATTACH_RING);
}

static void found(struct ttmemstat_device d, int by, uint32_t n, int proof)
{
	assert_int_equal(resolve(d), by);
	assert_int_equal(options.chip, n);
	assert_int_equal(options.proof, proof);
	assert_int_equal(options.runtime_id, d.runtime_id);
	assert_int_equal(options.flags, TTMEMSTAT_ATTACH_RING |
			 (by == TTMEMSTAT_BY_GATEWAY && (d.flags & TTMEMSTAT_DEVICE_LOCATION) ?
				  TT_MEMSTAT_ATTACH_REMOTE : 0));
	assert_int_equal(options.asic_location, by == TTMEMSTAT_BY_GATEWAY ? d.asic_location : 0);
}

static void a_unique_id_goes_first(void **state)
{
	int a, b;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11");
	chip(1, FUNCTION_B, "local", "unique_id 22");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	a = open_node("/dev/null", O_RDWR);
	b = open_node("/dev/zero", O_RDWR);
	found(device(0, 22), TTMEMSTAT_BY_UNIQUE_ID, 1, b);
	found(device(1, 11), TTMEMSTAT_BY_UNIQUE_ID, 0, a);
	found(device(-1, 11), TTMEMSTAT_BY_UNIQUE_ID, 0, a);
}

/* A mapping by the user overrides ids; a card must still be open. */
static void a_chip_by_hand_goes_before_all(void **state)
{
	struct ttmemstat_device d = device(0, 11);
	char text[TTMEMSTAT_ERROR_LEN];
	int a;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11");
	chip(1, FUNCTION_B, "local", "unique_id 22");
	chip(2, FUNCTION_A, "remote", "unique_id 33 asic_location 1");
	chip(3, "", "virtual", "unique_id 11");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	a = open_node("/dev/null", O_RDWR);
	d.flags |= TTMEMSTAT_DEVICE_CHIP;
	found(d, TTMEMSTAT_BY_HAND, 0, a);
	d.chip = 2;
	found(d, TTMEMSTAT_BY_HAND, 2, a);
	d.chip = 3;
	found(d, TTMEMSTAT_BY_HAND, 3, -1);
	d.chip = 1;
	nothing(d, -EPERM);
	d.chip = 4;
	nothing(d, -ENODEV);
	ttmemstat_resolve_error(&d, NULL, -ENODEV, text, sizeof(text));
	assert_string_equal(text, "ttmemstat_resolve: runtime_id 0, chip 4: there is no such chip (ENODEV)");
}

static void nodes_are_counted_by_pci_address(void **state)
{
	int a, b, c;

	(void)state;
	chip(4, FUNCTION_C, "local", "");
	chip(5, FUNCTION_B, "local", "");
	chip(6, FUNCTION_A, "local", "");
	number("/dev/null", FUNCTION_C, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	number("/dev/full", FUNCTION_A, "tenstorrent!2");
	c = open_node("/dev/null", O_RDWR);
	b = open_node("/dev/zero", O_RDWR);
	found(device(0, 0), TTMEMSTAT_BY_NODE, 5, b);
	found(device(1, 0), TTMEMSTAT_BY_NODE, 4, c);
	nothing(device(2, 0), -ENODEV);
	a = open_node("/dev/full", O_RDWR);
	open_node("/dev/full", O_RDONLY);
	open_node("/dev/random", O_RDONLY);
	found(device(0, 0), TTMEMSTAT_BY_NODE, 6, a);
	found(device(1, 0), TTMEMSTAT_BY_NODE, 5, b);
	found(device(2, 0x77), TTMEMSTAT_BY_NODE, 4, c);
	nothing(device(3, 0), -ENODEV);
	nothing(device(-1, 0), -ENODEV);
}

static void what_is_no_node_is_not_counted(void **state)
{
	(void)state;
	chip(0, FUNCTION_A, "local", "");
	chip(1, "", "virtual", "");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "hwmon3");	/* of the function, not its node */
	number("/dev/full", FUNCTION_C, "tenstorrent!1");	/* that no chip stands for */
	open_node("/dev/zero", O_RDWR);
	open_node("/dev/null", O_PATH);
	open_node(root, O_RDONLY | O_DIRECTORY);
	put("../fds/4000", "");				/* not open */
	put("../fds/99999999999", "");
	put("../fds/name", "");
	nothing(device(0, 0), -ENODEV);
	open_node("/dev/full", O_RDWR);
	nothing(device(0, 0), -ENODEV);
}

static void board_ids_are_for_chips_without_a_better_one(void **state)
{
	struct ttmemstat_device d = device(-1, 0);
	int a, b;

	(void)state;
	chip(0, FUNCTION_A, "local", "board_id 7 asic_location 0");
	chip(1, FUNCTION_A, "remote", "board_id 7 asic_location 1");
	chip(2, FUNCTION_B, "local", "board_id 8");
	chip(3, FUNCTION_C, "local", "board_id 9 unique_id 33");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	a = open_node("/dev/null", O_RDWR);
	b = open_node("/dev/zero", O_RDWR);
	found(device(-1, 8), TTMEMSTAT_BY_BOARD_ID, 2, b);	/* a chip without a link */
	nothing(device(-1, 7), -ENOTUNIQ);
	found(device(0, 7), TTMEMSTAT_BY_NODE, 0, a);
	nothing(device(-1, 9), -ENODEV);
	d.board_id = 7;
	nothing(d, -ENOTUNIQ);
	d.flags = TTMEMSTAT_DEVICE_LOCATION;
	found(d, TTMEMSTAT_BY_BOARD_ID, 0, a);
	d.asic_location = 1;
	d.unique_id = 12345;
	found(d, TTMEMSTAT_BY_BOARD_ID, 1, a);
	d.asic_location = 2;
	nothing(d, -ENODEV);
	d.board_id = 8;
	found(d, TTMEMSTAT_BY_BOARD_ID, 2, b);
}

static void only_what_the_process_has_open(void **state)
{
	int b;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11");
	chip(1, FUNCTION_B, "local", "unique_id 22");
	nothing(device(0, 11), -EPERM);
	nothing(device(0, 33), -ENODEV);
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	b = open_node("/dev/zero", O_RDWR);
	nothing(device(0, 11), -EPERM);		/* which is known to be another one */
	found(device(0, 22), TTMEMSTAT_BY_UNIQUE_ID, 1, b);
	found(device(0, 0), TTMEMSTAT_BY_NODE, 1, b);
	found(device(0, 33), TTMEMSTAT_BY_NODE, 1, b);	/* its link came up since the import */
}

static void another_unique_id_is_not_taken_for_one_of_several(void **state)
{
	int a;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11 board_id 5");
	chip(1, FUNCTION_B, "local", "");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	a = open_node("/dev/null", O_RDWR);
	open_node("/dev/zero", O_RDWR);
	nothing(device(0, 33), -ENODEV);
	found(device(0, 5), TTMEMSTAT_BY_NODE, 0, a);
	found(device(0, 0), TTMEMSTAT_BY_NODE, 0, a);
}

/* UMD gives the first chip of a descriptor without ids the id 0. */
static void an_id_of_0_is_an_id_if_it_is_told(void **state)
{
	struct ttmemstat_device told = device(0, 0);

	(void)state;
	told.flags = TTMEMSTAT_DEVICE_UNIQUE_ID;
	chip(0, FUNCTION_A, "local", "");
	nothing(told, -ENODEV);
	chip(1, "", "virtual", "unique_id 4294967296");
	nothing(told, -ENODEV);
	chip(2, "", "virtual", "");
	nothing(device(0, 0), -ENODEV);
	found(told, TTMEMSTAT_BY_UNIQUE_ID, 2, -1);
	chip(3, "", "virtual", "");
	nothing(told, -ENOTUNIQ);
}

static void virtual_chips_need_no_node(void **state)
{
	int a;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11");
	chip(1, "", "virtual", "unique_id 11");
	chip(2, "", "virtual", "unique_id 22");
	chip(3, "", "virtual", "unique_id 22");
	found(device(0, 11), TTMEMSTAT_BY_UNIQUE_ID, 1, -1);
	nothing(device(0, 22), -ENOTUNIQ);
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	a = open_node("/dev/null", O_RDWR);
	found(device(0, 11), TTMEMSTAT_BY_UNIQUE_ID, 0, a);
}

static void remote_chips_are_behind_their_gateway(void **state)
{
	struct ttmemstat_device d = device(2, 0x55);
	int a, b;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11 asic_location 0");
	chip(1, FUNCTION_B, "local", "asic_location 0");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	a = open_node("/dev/null", O_RDWR);
	b = open_node("/dev/zero", O_RDWR);
	nothing(d, -ENODEV);
	d.flags = TTMEMSTAT_DEVICE_REMOTE;
	d.gateway_id = 1;
	nothing(d, -ENODEV);			/* which of those behind it */
	d.flags |= TTMEMSTAT_DEVICE_LOCATION;
	d.asic_location = 1;
	found(d, TTMEMSTAT_BY_GATEWAY, 1, b);
	d.gateway_unique_id = 11;		/* goes before its number */
	found(d, TTMEMSTAT_BY_GATEWAY, 0, a);
	d.gateway_id = -1;
	found(d, TTMEMSTAT_BY_GATEWAY, 0, a);
	d.gateway_unique_id = 0;
	nothing(d, -ENODEV);
	d.runtime_id = 1;			/* not one of those with a function */
	nothing(d, -ENODEV);
	chip(2, FUNCTION_A, "remote", "unique_id 85 asic_location 1");
	found(d, TTMEMSTAT_BY_UNIQUE_ID, 2, a);
	d.flags = TTMEMSTAT_DEVICE_REMOTE;
	d.asic_location = 0;
	d.unique_id = 0;
	d.gateway_id = 0;
	found(d, TTMEMSTAT_BY_GATEWAY, 2, a);	/* the only one there */
	d.gateway_id = 1;
	d.runtime_id = 3;
	nothing(d, -ENODEV);
	chip(3, FUNCTION_A, "remote", "unique_id 86 asic_location 2");
	d.gateway_id = 0;
	nothing(d, -ENODEV);
}

static void a_chip_may_be_local_to_others(void **state)
{
	struct ttmemstat_device d = device(1, 22);
	int a;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11 asic_location 0");
	chip(1, FUNCTION_B, "local", "unique_id 22 asic_location 1");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	number("/dev/zero", FUNCTION_B, "tenstorrent!1");
	a = open_node("/dev/null", O_RDWR);
	d.flags = TTMEMSTAT_DEVICE_REMOTE | TTMEMSTAT_DEVICE_LOCATION;
	d.asic_location = 1;
	nothing(d, -EPERM);
	d.gateway_id = 0;
	found(d, TTMEMSTAT_BY_GATEWAY, 0, a);
	d.gateway_unique_id = 22;
	nothing(d, -EPERM);
}

/* A node that was removed, and whose ordinal another card took. */
static void a_live_descriptor_goes_before_a_dead_one(void **state)
{
	char path[96];
	int live;

	(void)state;
	if (geteuid()) {
		print_message("only root can make nodes that go\n");
		return;
	}
	snprintf(path, sizeof(path), "%s/node", root);
	if (mknod(path, S_IFCHR | 0600, makedev(1, 3))) {
		print_message("no nodes in %s\n", root);
		return;
	}
	chip(0, FUNCTION_A, "local", "");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	live = open(path, O_RDWR | O_CLOEXEC);
	if (live < 0) {
		print_message("no devices in %s\n", root);
		return;
	}
	close(live);
	open_node(path, O_RDWR);
	unlink(path);
	live = open_node("/dev/null", O_RDWR);
	found(device(0, 0), TTMEMSTAT_BY_NODE, 0, live);
}

static void wrong_arguments_change_nothing(void **state)
{
	struct ttmemstat_resolve_roots roots = { .size = sizeof(roots),
						 .sysfs = root,
						 .fds = fds_dir };
	struct ttmemstat_device d = device(0, 11);
	unsigned char large[sizeof(d) + 8] = { 0 };
	int a;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	a = open_node("/dev/null", O_RDWR);
	assert_int_equal(ttmemstat_resolve(NULL, &roots, &options), -EINVAL);
	assert_int_equal(ttmemstat_resolve(&d, &roots, NULL), -EINVAL);
	d.size--;
	nothing(d, -EINVAL);
	d = device(0, 11);
	d.flags = 1u << 4;
	nothing(d, -EINVAL);
	d = device(0, 11);
	d.chip = 1;
	nothing(d, -EINVAL);
	nothing(device(-2, 11), -EINVAL);
	d = device(0, 11);
	d.asic_location = 1;			/* not said to be told */
	nothing(d, -EINVAL);
	d = device(0, 11);
	d.gateway_id = 0;			/* not said to be remote */
	nothing(d, -EINVAL);
	d.flags = TTMEMSTAT_DEVICE_REMOTE;	/* its own gateway */
	nothing(d, -EINVAL);
	d.gateway_id = -2;
	nothing(d, -EINVAL);
	d = device(0, 11);
	d.size = sizeof(large);
	memcpy(large, &d, sizeof(d));
	ttmemstat_attach_options_init(&options);
	assert_int_equal(ttmemstat_resolve((void *)large, &roots, &options),
			 TTMEMSTAT_BY_UNIQUE_ID);
	assert_int_equal(options.proof, a);
	large[sizeof(d)] = 1;
	assert_int_equal(ttmemstat_resolve((void *)large, &roots, &options), -E2BIG);
	d = device(0, 11);
	roots.reserved = 1;
	assert_int_equal(ttmemstat_resolve(&d, &roots, &options), -EINVAL);
	roots.reserved = 0;
	roots.size = 1;
	assert_int_equal(ttmemstat_resolve(&d, &roots, &options), -EINVAL);
}

static void without_the_module(void **state)
{
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/class/tt_memstat", root);
	rmdir(path);
	nothing(device(0, 11), -ENOENT);
}

static void leaves_no_descriptor_behind(void **state)
{
	int before, after;

	(void)state;
	chip(0, FUNCTION_A, "local", "unique_id 11");
	number("/dev/null", FUNCTION_A, "tenstorrent!0");
	open_node("/dev/null", O_RDWR);
	before = dup(0);
	close(before);
	assert_int_equal(resolve(device(0, 11)), TTMEMSTAT_BY_UNIQUE_ID);
	assert_int_equal(resolve(device(3, 33)), -ENODEV);
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

/* With the system's directories: this process has no chip open. */
static void the_real_directories(void **state)
{
	struct ttmemstat_device d = device(0, 0);
	int error;

	(void)state;
	ttmemstat_attach_options_init(&options);
	error = ttmemstat_resolve(&d, NULL, &options);
	assert_true(error == -ENOENT || error == -ENODEV);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(a_unique_id_goes_first),
	TEST(a_chip_by_hand_goes_before_all),
	TEST(nodes_are_counted_by_pci_address),
	TEST(what_is_no_node_is_not_counted),
	TEST(board_ids_are_for_chips_without_a_better_one),
	TEST(only_what_the_process_has_open),
	TEST(another_unique_id_is_not_taken_for_one_of_several),
	TEST(an_id_of_0_is_an_id_if_it_is_told),
	TEST(virtual_chips_need_no_node),
	TEST(remote_chips_are_behind_their_gateway),
	TEST(a_chip_may_be_local_to_others),
	TEST(a_live_descriptor_goes_before_a_dead_one),
	TEST(wrong_arguments_change_nothing),
	TEST(without_the_module),
	TEST(leaves_no_descriptor_behind),
	TEST(the_real_directories),
};

TEST_MAIN(tests)
