// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reading side over recorded trees in a temporary directory. Reading a file with the content
 * "!ENAME" fails with that error. A hook runs just before a file of a given name is opened, to
 * change the tree during a reading.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing.h"
#include "tree.h"

static char root[64];			/* plays /sys */

static struct {
	const char *name;		/* of the file whose opening runs it; NULL: none */
	void (*run)(unsigned int nth);
	unsigned int count;
} hook;

int __real_openat(int dirfd, const char *name, int flags, ...);
int __wrap_openat(int dirfd, const char *name, int flags, ...);
ssize_t __real_read(int fd, void *buf, size_t size);
ssize_t __wrap_read(int fd, void *buf, size_t size);

/* Whether one of the names of a path is @name. */
static bool names(const char *path, const char *name)
{
	size_t len = strlen(name);

	for (;; path++) {
		if (!strncmp(path, name, len) && (!path[len] || path[len] == '/'))
			return true;
		path = strchr(path, '/');
		if (!path)
			return false;
	}
}

int __wrap_openat(int dirfd, const char *name, int flags, ...)
{
	assert_true(flags & O_CLOEXEC);
	if (hook.name && names(name, hook.name))
		hook.run(++hook.count);
	return __real_openat(dirfd, name, flags);
}

ssize_t __wrap_read(int fd, void *buf, size_t size)
{
	static const struct {
		const char *text;
		int error;
	} errors[] = {
		{ "!ENODATA", ENODATA }, { "!ENODEV", ENODEV }, { "!EIO", EIO },
		{ "!EACCES", EACCES },
	};
	ssize_t n = __real_read(fd, buf, size);
	size_t i;

	for (i = 0; n > 0 && i < COUNT(errors); i++) {
		if ((size_t)n >= strlen(errors[i].text) &&
		    !memcmp(buf, errors[i].text, strlen(errors[i].text))) {
			errno = errors[i].error;
			return -1;
		}
	}
	return n;
}

static void put(const char *path, const char *text)
{
	tree_put(root, path, text, strlen(text));
}

static void drop(const char *path)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -rf '%s/%s'", root, path);
	assert_int_equal(system(command), 0);
}

#define CLASS	"class/tt_memstat"
#define TT0	"devices/pci0000:00/0000:00:01.0/0000:01:00.0/tt_memstat/tt0"

static void link_at(const char *path, const char *target)
{
	tree_link(root, path, target);
}

static void put_client(const char *id, const char *stat)
{
	char path[256];

	snprintf(path, sizeof(path), TT0 "/clients/%s/stat", id);
	put(path, stat);
}

/* An n300's first chip with two clients, one of them not visible to the reader. */
static void record_tree(void)
{
	put(CLASS "/version", "0.1.0\n");
	put(TT0 "/arch", "wormhole\n");
	put(TT0 "/board", "n300\n");
	put(TT0 "/unique_id", "0x123456789abcdef0\n");
	put(TT0 "/board_id", "77\n");
	put(TT0 "/asic_location", "0\n");
	put(TT0 "/kind", "local\n");
	put(TT0 "/kmd_node", "tenstorrent/3\n");
	put(TT0 "/geometry_source", "runtime\n");
	put(TT0 "/grid", "3x2\n");
	put(TT0 "/l1_per_core", "1 2 3\n4 5 6\n");
	put(TT0 "/stat", "generation 7\nclients 2\nl1_capacity 95944704\nl1_used 4096\n"
			 "l1_overlap -16\nfuture_key 5\n");
	put_client("18", "pid 4242\nuid 1000\nstart_time 987654321\nruntime_id 2\ncovers 28\n"
			 "generation 3\nl1_used 1024\n");
	put(TT0 "/clients/18/comm", "evil\n\x1b[2J\n");
	put(TT0 "/clients/18/label", "llama\n");
	put_client("9", "pid 0\nuid 65534\ncovers 4\ngeneration 4\nl1_used 3072\n");
	put(TT0 "/clients/9/comm", "!ENODATA");
	put(TT0 "/clients/9/label", "\n");
	link_at(CLASS "/tt0", "../../" TT0);
	link_at(TT0 "/device", "../../../0000:01:00.0");
}

static int setup(void **state)
{
	(void)state;
	memset(&hook, 0, sizeof(hook));
	strcpy(root, "/tmp/ttmem-reader-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return system(command);
}

static struct ttmemstat_reader *reader(void)
{
	struct ttmemstat_reader *r = NULL;

	assert_int_equal(ttmemstat_reader_new(&r, root), 0);
	return r;
}

static uint64_t figure(const struct tt_memstat_figures *f, unsigned int n)
{
	uint64_t value;

	assert_true(ttmemstat_figure(f, n, &value));
	return value;
}

static int fd_count(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void module_not_loaded(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip_list list;
	struct ttmemstat_host host;
	struct ttmemstat_chip *chip = NULL;
	uint32_t *numbers;
	size_t count;

	(void)state;
	assert_int_equal(ttmemstat_reader_host(r, &host), -ENOENT);
	assert_int_equal(ttmemstat_reader_list(r, &numbers, &count), -ENOENT);
	assert_int_equal(ttmemstat_reader_chip(r, 0, 0, &chip), -ENOENT);
	assert_int_equal(ttmemstat_reader_chips(r, 0, &list), -ENOENT);
	/* The module may be loaded later. */
	put(CLASS "/version", "0.1.0\n");
	assert_int_equal(ttmemstat_reader_host(r, &host), 0);
	assert_int_equal(ttmemstat_reader_chip(r, 0, 0, &chip), -ENODEV);
	assert_null(chip);
	ttmemstat_reader_free(r);
}

static void no_chips(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip_list list;
	uint32_t *numbers = (void *)&list;
	size_t count = 9;

	(void)state;
	put(CLASS "/version", "0.1.0\n");
	put(CLASS "/tt", "");
	put(CLASS "/tt01/stat", "");
	assert_int_equal(ttmemstat_reader_list(r, &numbers, &count), 0);
	assert_null(numbers);
	assert_int_equal(count, 0);
	memset(&list, 0xff, sizeof(list));
	assert_int_equal(ttmemstat_reader_chips(r, TTMEMSTAT_READ_CLIENTS, &list), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(list.vanished, 0);
	ttmemstat_chip_list_free(&list);
	ttmemstat_reader_free(r);
}

static void host_totals(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_host h;

	(void)state;
	put(CLASS "/version", "0.1.0\n");
	put(CLASS "/chips", "2\n");
	put(CLASS "/chips_unknown", "1\n");
	put(CLASS "/chips_virtual", "3\n");
	put(CLASS "/clients", "5\n");
	put(CLASS "/l1_capacity", "191889408\n");
	put(CLASS "/l1_used", "!ENODATA");
	put(CLASS "/dram_capacity", "junk\n");
	assert_int_equal(ttmemstat_reader_host(r, &h), 0);
	assert_string_equal(h.version, "0.1.0");
	assert_int_equal(h.known, TTMEMSTAT_HOST_CHIPS | TTMEMSTAT_HOST_CHIPS_UNKNOWN |
				  TTMEMSTAT_HOST_CHIPS_VIRTUAL | TTMEMSTAT_HOST_CLIENTS |
				  TTMEMSTAT_HOST_L1_CAPACITY);
	assert_int_equal(h.chips, 2);
	assert_int_equal(h.chips_unknown, 1);
	assert_int_equal(h.chips_virtual, 3);
	assert_int_equal(h.clients, 5);
	assert_int_equal(h.l1_capacity, 191889408);
	assert_int_equal(h.l1_used, 0);
	assert_int_equal(h.dram_capacity, 0);
	put(CLASS "/l1_used", "16\n");
	put(CLASS "/dram_capacity", "32\n");
	put(CLASS "/dram_used", "48\n");
	assert_int_equal(ttmemstat_reader_host(r, &h), 0);
	assert_int_equal(h.known, 0xff);
	assert_int_equal(h.l1_used, 16);
	assert_int_equal(h.dram_capacity, 32);
	assert_int_equal(h.dram_used, 48);
	ttmemstat_reader_free(r);
}

static void one_chip(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c = NULL;
	int64_t overlap;
	int fds = fd_count();
	unsigned int i;

	(void)state;
	record_tree();
	assert_int_equal(
		ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS | TTMEMSTAT_READ_CORES, &c), 0);
	assert_string_equal(c->name, "tt0");
	assert_int_equal(c->n, 0);
	assert_int_equal(c->kind, TTMEMSTAT_KIND_LOCAL);
	assert_int_equal(c->arch, TT_MEMSTAT_ARCH_WORMHOLE);
	assert_string_equal(c->board, "n300");
	assert_true(c->unique_id == UINT64_C(0x123456789abcdef0));
	assert_int_equal(c->board_id, 77);
	assert_int_equal(c->asic_location, 0);
	assert_string_equal(c->pci, "0000:01:00.0");
	assert_string_equal(c->kmd_node, "tenstorrent/3");
	assert_string_equal(c->geometry_source, "runtime");
	assert_int_equal(c->grid_x, 3);
	assert_int_equal(c->grid_y, 2);
	assert_int_equal(figure(&c->figures, TT_MEMSTAT_FIG_L1_CAPACITY), 95944704);
	assert_int_equal(figure(&c->figures, TT_MEMSTAT_FIG_GENERATION), 7);
	assert_true(ttmemstat_figure_signed(&c->figures, TT_MEMSTAT_FIG_L1_OVERLAP, &overlap));
	assert_true(overlap == -16);
	assert_false(ttmemstat_figure(&c->figures, TT_MEMSTAT_FIG_DRAM_USED, NULL));
	assert_int_equal(c->malformed, 0);
	assert_false(c->torn);
	assert_int_equal(c->vanished, 0);
	assert_non_null(c->cores);
	for (i = 0; i < 6; i++)
		assert_int_equal(c->cores[i], i + 1);
	ttmemstat_chip_free(c);
	ttmemstat_chip_free(NULL);
	ttmemstat_reader_free(r);
	ttmemstat_reader_free(NULL);
	assert_int_equal(fd_count(), fds);
}

static void its_clients(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c = NULL;

	(void)state;
	record_tree();
	assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
	assert_null(c->cores);
	assert_int_equal(c->client_count, 2);

	assert_int_equal(c->clients[0]->id, 9);
	assert_int_equal(c->clients[0]->pid, 0);
	assert_int_equal(c->clients[0]->uid, 65534);
	assert_int_equal(c->clients[0]->runtime_id, -1);
	assert_int_equal(c->clients[0]->start_time, 0);
	assert_int_equal(c->clients[0]->covers, 4);
	assert_string_equal(c->clients[0]->comm, "");
	assert_string_equal(c->clients[0]->label, "");
	assert_int_equal(figure(&c->clients[0]->figures, TT_MEMSTAT_FIG_L1_USED), 3072);

	assert_int_equal(c->clients[1]->id, 18);
	assert_int_equal(c->clients[1]->pid, 4242);
	assert_int_equal(c->clients[1]->uid, 1000);
	assert_int_equal(c->clients[1]->runtime_id, 2);
	assert_int_equal(c->clients[1]->start_time, 987654321);
	assert_int_equal(c->clients[1]->covers, 0x1c);
	assert_string_equal(c->clients[1]->comm, "evil\n\x1b[2J");
	assert_string_equal(c->clients[1]->label, "llama");
	assert_int_equal(figure(&c->clients[1]->figures, TT_MEMSTAT_FIG_GENERATION), 3);
	ttmemstat_chip_free(c);

	assert_int_equal(ttmemstat_reader_chip(r, 0, 0, &c), 0);
	assert_int_equal(c->client_count, 0);
	assert_null(c->clients);
	ttmemstat_chip_free(c);
	ttmemstat_reader_free(r);
}

static void unknown_reads_as_unknown(void **state)
{
	static const char *const files[] = {
		"arch", "board", "unique_id", "board_id", "asic_location", "kind", "kmd_node",
		"geometry_source", "grid", "l1_per_core",
	};
	static const char *const contents[] = { "!ENODATA", "", "\n", "!EIO" };
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c;
	size_t i, j;

	(void)state;
	record_tree();
	drop(TT0 "/device");
	drop(TT0 "/clients/18");
	for (j = 0; j <= COUNT(contents); j++) {
		print_message("content %zu\n", j);
		for (i = 0; i < COUNT(files); i++) {
			char path[256];

			snprintf(path, sizeof(path), TT0 "/%s", files[i]);
			if (j < COUNT(contents))
				put(path, contents[j]);
			else
				drop(path);	/* a module that does not have it */
		}
		assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CORES, &c), 0);
		assert_int_equal(c->arch, TT_MEMSTAT_ARCH_UNKNOWN);
		assert_int_equal(c->kind, TTMEMSTAT_KIND_UNKNOWN);
		assert_string_equal(c->board, "");
		assert_int_equal(c->unique_id, 0);
		assert_int_equal(c->board_id, 0);
		assert_true(c->asic_location == TTMEMSTAT_LOCATION_UNKNOWN);
		assert_string_equal(c->kmd_node, "");
		assert_string_equal(c->geometry_source, "");
		assert_int_equal(c->grid_x, 0);
		assert_int_equal(c->grid_y, 0);
		assert_null(c->cores);
		/* Without a device link, use the function above the chip's directory. */
		assert_string_equal(c->pci, "0000:01:00.0");
		ttmemstat_chip_free(c);
	}
	put_client("9", "pid -4\nuid 4294967296\nruntime_id x\nstart_time soon\n");
	assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
	assert_int_equal(c->clients[0]->pid, 0);
	assert_true(c->clients[0]->uid == TTMEMSTAT_UID_UNKNOWN);
	assert_int_equal(c->clients[0]->runtime_id, -1);
	assert_int_equal(c->clients[0]->start_time, 0);
	ttmemstat_chip_free(c);
	drop(TT0 "/clients");
	assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
	assert_int_equal(c->client_count, 0);
	ttmemstat_chip_free(c);
	ttmemstat_reader_free(r);
}

static void truncated_files(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c;
	char big[20000];

	(void)state;
	record_tree();
	put(TT0 "/stat", "generation 7\nl1_used 40");
	put(TT0 "/l1_per_core", "1 2 3\n4 5");
	put(TT0 "/clients/18/stat", "");
	memset(big, 'b', sizeof(big));
	tree_put(root, TT0 "/board", big, 100);
	tree_put(root, TT0 "/kmd_node", big, sizeof(big));
	assert_int_equal(
		ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS | TTMEMSTAT_READ_CORES, &c), 0);
	assert_int_equal(c->malformed, 1);
	assert_int_equal(figure(&c->figures, TT_MEMSTAT_FIG_GENERATION), 7);
	assert_false(ttmemstat_figure(&c->figures, TT_MEMSTAT_FIG_L1_USED, NULL));
	assert_null(c->cores);
	assert_int_equal(strlen(c->board), sizeof(c->board) - 1);
	assert_string_equal(c->kmd_node, "");
	assert_int_equal(c->client_count, 2);
	assert_false(ttmemstat_figure(&c->clients[1]->figures, TT_MEMSTAT_FIG_L1_USED, NULL));
	ttmemstat_chip_free(c);
	/* A grid that would need much memory, and a stat that is too long. */
	put(TT0 "/grid", "65535x65535\n");
	assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CORES, &c), 0);
	assert_null(c->cores);
	ttmemstat_chip_free(c);
	tree_put(root, TT0 "/stat", big, sizeof(big));
	assert_int_equal(ttmemstat_reader_chip(r, 0, 0, &c), -EFBIG);
	put(TT0 "/stat", "!EIO");
	assert_int_equal(ttmemstat_reader_chip(r, 0, 0, &c), -EIO);
	ttmemstat_reader_free(r);
}

static void chips_in_order(void **state)
{
	static const unsigned int numbers[] = { 10, 9, 2, 100, 0 };
	static const unsigned int sorted[] = { 0, 2, 9, 10, 100 };
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip_list list;
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++) {
		snprintf(path, sizeof(path), CLASS "/tt%u/stat", numbers[i]);
		put(path, "generation 1\n");
		snprintf(path, sizeof(path), CLASS "/tt%u/kind", numbers[i]);
		put(path, "virtual\n");
	}
	put(CLASS "/version", "0.1.0\n");
	assert_int_equal(ttmemstat_reader_chips(r, 0, &list), 0);
	assert_int_equal(list.count, COUNT(sorted));
	for (i = 0; i < COUNT(sorted); i++) {
		assert_int_equal(list.chips[i]->n, sorted[i]);
		assert_int_equal(list.chips[i]->kind, TTMEMSTAT_KIND_VIRTUAL);
		assert_string_equal(list.chips[i]->pci, "");
	}
	ttmemstat_chip_list_free(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.chips);
	ttmemstat_chip_list_free(&list);
	ttmemstat_chip_list_free(NULL);
	ttmemstat_reader_free(r);
}

static void remove_tt1(unsigned int nth)
{
	if (nth == 1)
		drop(CLASS "/tt1");
}

static void a_chip_vanishes(void **state)
{
	static const char *const when[] = { "tt1", "stat" };
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip_list list;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(when); i++) {
		print_message("before %s\n", when[i]);
		put(CLASS "/tt1/stat", "generation 1\n");
		put(CLASS "/tt2/stat", "generation 1\n");
		hook.name = when[i];
		hook.run = remove_tt1;
		hook.count = 0;
		assert_int_equal(ttmemstat_reader_chips(r, TTMEMSTAT_READ_CLIENTS, &list), 0);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.vanished, 1);
		assert_int_equal(list.chips[0]->n, 2);
		ttmemstat_chip_list_free(&list);
	}
	hook.name = NULL;
	put(CLASS "/tt1/stat", "!ENODEV");
	assert_int_equal(ttmemstat_reader_chips(r, 0, &list), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.vanished, 1);
	ttmemstat_chip_list_free(&list);
	ttmemstat_reader_free(r);
}

static void remove_client(unsigned int nth)
{
	(void)nth;
	drop(TT0 "/clients/9");
}

static void a_client_vanishes(void **state)
{
	static const char *const when[] = { "9", "label" };
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c;
	size_t i;

	(void)state;
	record_tree();
	for (i = 0; i < COUNT(when); i++) {
		print_message("before %s\n", when[i]);
		put_client("9", "generation 4\n");
		hook.name = when[i];
		hook.run = remove_client;
		assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
		assert_int_equal(c->client_count, 1);
		assert_int_equal(c->clients[0]->id, 18);
		assert_int_equal(c->vanished, 1);
		ttmemstat_chip_free(c);
	}
	hook.name = NULL;
	put_client("9", "!ENODEV");
	assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
	assert_int_equal(c->client_count, 1);
	assert_int_equal(c->vanished, 1);
	ttmemstat_chip_free(c);
	ttmemstat_reader_free(r);
}

static unsigned int changes;	/* number of readings during which the chip changes */

static void change_chip(unsigned int nth)
{
	char text[128];

	if (nth > changes)
		return;
	snprintf(text, sizeof(text), "generation %u\nclients 2\n", 100 + nth);
	put(TT0 "/stat", text);
	snprintf(text, sizeof(text), "generation %u\n", 50 + nth);
	put_client("9", text);
}

static void a_changing_chip_is_read_again(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c;

	(void)state;
	record_tree();
	for (changes = 0; changes <= 4; changes++) {
		print_message("%u changes\n", changes);
		put(TT0 "/stat", "generation 7\nclients 2\n");
		put_client("9", "generation 4\n");
		hook.name = "clients";
		hook.run = change_chip;
		hook.count = 0;
		assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
		assert_int_equal(c->torn, changes >= 3);
		assert_int_equal(hook.count, changes < 3 ? changes + 1 : 3);
		assert_int_equal(c->client_count, 2);
		if (changes && changes < 3) {
			assert_int_equal(figure(&c->figures, TT_MEMSTAT_FIG_GENERATION),
					 100 + changes);
			assert_int_equal(figure(&c->clients[0]->figures,
						TT_MEMSTAT_FIG_GENERATION), 50 + changes);
		}
		ttmemstat_chip_free(c);
	}
	ttmemstat_reader_free(r);
}

static void age_grows(unsigned int nth)
{
	char text[128];

	snprintf(text, sizeof(text), "generation 7\nsnapshot_age_ms %u\n", 100 + nth);
	put(TT0 "/stat", text);
}

static void total_grows(unsigned int nth)
{
	char text[128];

	snprintf(text, sizeof(text), "generation 7\nl1_used %u\n", 100 + nth);
	put(TT0 "/stat", text);
}

static void what_counts_as_a_change(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c;

	(void)state;
	record_tree();
	put(TT0 "/stat", "generation 7\nsnapshot_age_ms 5\n");
	hook.name = "clients";
	hook.run = age_grows;
	assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
	assert_false(c->torn);
	assert_int_equal(hook.count, 1);
	ttmemstat_chip_free(c);
	/* A total that changed without an event, as when a process ended. */
	hook.run = total_grows;
	hook.count = 0;
	assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
	assert_true(c->torn);
	assert_int_equal(hook.count, 3);
	ttmemstat_chip_free(c);
	ttmemstat_reader_free(r);
}

static void misuse(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip_list list;
	struct ttmemstat_host host;
	struct ttmemstat_chip *chip = NULL;
	uint32_t *numbers;
	size_t count;
	char text[8];

	(void)state;
	record_tree();
	assert_int_equal(ttmemstat_reader_new(NULL, root), -EINVAL);
	assert_int_equal(ttmemstat_reader_host(NULL, &host), -EINVAL);
	assert_int_equal(ttmemstat_reader_host(r, NULL), -EINVAL);
	assert_int_equal(ttmemstat_reader_list(NULL, &numbers, &count), -EINVAL);
	assert_int_equal(ttmemstat_reader_list(r, NULL, &count), -EINVAL);
	assert_int_equal(ttmemstat_reader_list(r, &numbers, NULL), -EINVAL);
	assert_int_equal(ttmemstat_reader_chip(r, 0, 16, &chip), -EINVAL);
	assert_int_equal(ttmemstat_reader_chip(r, 0, 0, NULL), -EINVAL);
	assert_int_equal(ttmemstat_reader_chip(NULL, 0, 0, &chip), -EINVAL);
	assert_int_equal(ttmemstat_reader_chips(r, 16, &list), -EINVAL);
	assert_int_equal(ttmemstat_reader_chips(r, 0, NULL), -EINVAL);
	assert_int_equal(ttmemstat_reader_chips(NULL, 0, &list), -EINVAL);
	assert_int_equal(ttmemstat_reader_keep(NULL, true), -EINVAL);
	assert_int_equal(ttmemstat_reader_forget(NULL), -EINVAL);
	assert_int_equal(ttmemstat_reader_version(r, NULL, 8), -EINVAL);
	assert_int_equal(ttmemstat_reader_version(r, text, 0), -EINVAL);
	assert_int_equal(ttmemstat_reader_comm(r, 0, 18, text, 0), -EINVAL);
	assert_int_equal(ttmemstat_reader_comm(r, 0, 77, text, sizeof(text)), -ENODEV);
	assert_int_equal(ttmemstat_reader_chip(r, 1, 0, &chip), -ENODEV);
	assert_null(chip);
	ttmemstat_reader_free(r);
}

/* A reader with kept files and a new one return the same. */
static void same_as_fresh(struct ttmemstat_reader *kept, uint32_t flags)
{
	struct ttmemstat_reader *fresh = reader();
	struct ttmemstat_chip *a, *b;
	size_t i;

	assert_int_equal(ttmemstat_reader_chip(kept, 0, flags, &a), 0);
	assert_int_equal(ttmemstat_reader_chip(fresh, 0, flags, &b), 0);
	assert_memory_equal(&a->figures, &b->figures, sizeof(a->figures));
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->arch, b->arch);
	assert_int_equal(a->unique_id, b->unique_id);
	assert_int_equal(a->board_id, b->board_id);
	assert_int_equal(a->asic_location, b->asic_location);
	assert_int_equal(a->grid_x, b->grid_x);
	assert_string_equal(a->board, b->board);
	assert_string_equal(a->pci, b->pci);
	assert_string_equal(a->kmd_node, b->kmd_node);
	assert_string_equal(a->geometry_source, b->geometry_source);
	assert_int_equal(!a->cores, !b->cores);
	if (a->cores)
		assert_memory_equal(a->cores, b->cores, 6 * sizeof(*a->cores));
	assert_int_equal(a->client_count, b->client_count);
	for (i = 0; i < a->client_count; i++)
		assert_memory_equal(a->clients[i], b->clients[i], sizeof(*a->clients[i]));
	ttmemstat_chip_free(a);
	ttmemstat_chip_free(b);
	ttmemstat_reader_free(fresh);
}

static void a_kept_reader_keeps_up(void **state)
{
	const uint32_t all = TTMEMSTAT_READ_CLIENTS | TTMEMSTAT_READ_CORES,
		       brief = all | TTMEMSTAT_READ_BRIEF;
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip_list list;
	int before, open, i;

	(void)state;
	record_tree();
	before = fd_count();
	assert_int_equal(ttmemstat_reader_keep(r, true), 0);
	same_as_fresh(r, all);
	open = fd_count();
	assert_int_equal(open, before + 6);
	for (i = 0; i < 5; i++)
		same_as_fresh(r, brief);
	assert_int_equal(fd_count(), open);
	/* Changed figures and cores, a new client, a removed one, and an unchanged one. */
	put(TT0 "/stat", "generation 8\nclients 3\n");
	put(TT0 "/l1_per_core", "6 5 4\n3 2 1\n");
	put_client("18", "generation 9\nl1_used 7\n");
	put_client("12", "pid 55\ngeneration 1\nl1_used 5\n");
	put_client("40", "generation 1\n");
	drop(TT0 "/clients/9");
	same_as_fresh(r, brief);
	assert_int_equal(fd_count(), open + 1);
	drop(TT0 "/clients");
	same_as_fresh(r, TTMEMSTAT_READ_CLIENTS);
	/* The geometry changes. */
	put(TT0 "/stat", "generation 8\nl1_capacity 16\n");
	put(TT0 "/grid", "2x3\n");
	put(TT0 "/geometry_source", "admin\n");
	same_as_fresh(r, all);
	/* A change of only a name is visible after ttmemstat_reader_forget(). */
	put(TT0 "/board", "n150\n");
	assert_int_equal(ttmemstat_reader_forget(r), 0);
	assert_int_equal(fd_count(), before);
	same_as_fresh(r, all);
	drop(CLASS "/tt0");
	assert_int_equal(ttmemstat_reader_chips(r, TTMEMSTAT_READ_CLIENTS, &list), 0);
	assert_int_equal(list.count, 0);
	ttmemstat_chip_list_free(&list);
	assert_int_equal(fd_count(), before);
	assert_int_equal(ttmemstat_reader_keep(r, false), 0);
	ttmemstat_reader_free(r);
}

static void what_is_kept_is_bounded(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c;
	int before, i, n;

	(void)state;
	record_tree();
	for (i = 0; i < 700; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%d", 1000 + i);
		put_client(id, "generation 1\n");
	}
	before = fd_count();
	assert_int_equal(ttmemstat_reader_keep(r, true), 0);
	for (n = 0; n < 3; n++) {
		assert_int_equal(ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS, &c), 0);
		assert_int_equal(c->client_count, 702);
		assert_int_equal(c->vanished, 0);
		ttmemstat_chip_free(c);
		assert_in_range(fd_count(), before + 500, before + 520);
	}
	ttmemstat_reader_free(r);
	assert_int_equal(fd_count(), before);
}

static void brief_leaves_out(void **state)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c;
	char text[64];

	(void)state;
	record_tree();
	assert_int_equal(
		ttmemstat_reader_chip(r, 0, TTMEMSTAT_READ_CLIENTS | TTMEMSTAT_READ_BRIEF, &c), 0);
	assert_string_equal(c->board, "n300");
	assert_string_equal(c->pci, "0000:01:00.0");
	assert_int_equal(c->kind, TTMEMSTAT_KIND_LOCAL);
	assert_int_equal(c->asic_location, 0);
	assert_int_equal(c->unique_id, 0);
	assert_int_equal(c->client_count, 2);
	assert_int_equal(c->clients[1]->pid, 4242);
	assert_int_equal(c->clients[1]->uid, 1000);
	assert_string_equal(c->clients[1]->label, "llama");
	assert_string_equal(c->clients[1]->comm, "");
	ttmemstat_chip_free(c);
	assert_int_equal(ttmemstat_reader_comm(r, 0, 18, text, sizeof(text)), 0);
	assert_string_equal(text, "evil\n\x1b[2J");
	assert_int_equal(ttmemstat_reader_version(r, text, sizeof(text)), 0);
	assert_string_equal(text, "0.1.0");
	ttmemstat_reader_free(r);
}

static void what_is_kept_of_exited_clients(void **state)
{
	static const char stat[] = "client 7\npid 12\nuid 1000\nstart_time 5\nruntime_id 1\n"
				   "covers 63\nattached 100\nexited 200\ngeneration 9\n"
				   "l1_peak 4096\nrubbish\n";
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_exited *list;
	uint64_t value;
	size_t count;

	(void)state;
	record_tree();
	assert_int_equal(ttmemstat_reader_exited(r, 0, &list, &count), -ENODEV);
	put("class/tt_memstat/tt0/exited/x/stat", stat);
	assert_int_equal(ttmemstat_reader_exited(r, 0, &list, &count), 0);
	assert_int_equal(count, 0);
	free(list);
	put("class/tt_memstat/tt0/exited/10/stat", "client 8\npid 0\n");
	put("class/tt_memstat/tt0/exited/2/stat", stat);
	put("class/tt_memstat/tt0/exited/2/comm", "python3\n");
	put("class/tt_memstat/tt0/exited/2/label", "job\n");
	put("class/tt_memstat/tt0/exited/3/comm", "went while it was read\n");
	assert_int_equal(ttmemstat_reader_exited(r, 0, &list, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].number, 2);
	assert_int_equal(list[0].attached, 100);
	assert_int_equal(list[0].exited, 200);
	assert_int_equal(list[0].client.id, 7);
	assert_int_equal(list[0].client.pid, 12);
	assert_int_equal(list[0].client.uid, 1000);
	assert_int_equal(list[0].client.runtime_id, 1);
	assert_int_equal(list[0].client.covers, 63);
	assert_int_equal(list[0].client.start_time, 5);
	assert_true(ttmemstat_figure(&list[0].client.figures, TT_MEMSTAT_FIG_L1_PEAK, &value));
	assert_int_equal(value, 4096);
	assert_int_equal(list[0].client.malformed, 1);
	assert_string_equal(list[0].client.comm, "python3");
	assert_string_equal(list[0].client.label, "job");
	assert_int_equal(list[1].number, 10);
	assert_int_equal(list[1].exited, 0);
	assert_int_equal(list[1].client.uid, TTMEMSTAT_UID_UNKNOWN);
	assert_int_equal(list[1].client.runtime_id, -1);
	assert_string_equal(list[1].client.comm, "");
	free(list);
	put("class/tt_memstat/tt0/exited/10/stat", "!EACCES");
	assert_int_equal(ttmemstat_reader_exited(r, 0, &list, &count), -EACCES);
	assert_int_equal(ttmemstat_reader_exited(r, 9, &list, &count), -ENODEV);
	assert_int_equal(ttmemstat_reader_exited(r, 0, NULL, &count), -EINVAL);
	assert_int_equal(ttmemstat_reader_exited(r, 0, &list, NULL), -EINVAL);
	assert_int_equal(ttmemstat_reader_exited(NULL, 0, &list, &count), -EINVAL);
	drop("class");
	assert_int_equal(ttmemstat_reader_exited(r, 0, &list, &count), -ENOENT);
	ttmemstat_reader_free(r);
}

#define CARD "class/tenstorrent/tenstorrent!3"

/* tt0 with its board, but without geometry. */
static void unknown_chip(const char *board, const char *board_id)
{
	record_tree();
	drop(TT0 "/clients");
	drop(TT0 "/unique_id");
	put(TT0 "/board", board);
	put(TT0 "/board_id", board_id);
}

/* With @flags; to be freed. */
static struct ttmemstat_chip *read_card(const char *type, const char *serial, uint32_t flags)
{
	struct ttmemstat_reader *r = reader();
	struct ttmemstat_chip *c = NULL;

	put(CARD "/tt_card_type", type);
	put(CARD "/tt_serial", serial);
	put(CARD "/tt_asic_id", "0123456789ABCDEF\n");
	assert_int_equal(ttmemstat_reader_chip(r, 0, flags, &c), 0);
	ttmemstat_reader_free(r);
	return c;
}

static void a_card_tells_its_type_and_serial(void **state)
{
	struct ttmemstat_chip *c;

	(void)state;
	unknown_chip("", "");
	c = read_card("p300b\n", "0000044131800001\n", TTMEMSTAT_READ_CARD);
	assert_string_equal(c->card_type, "p300b");
	assert_string_equal(c->board, "p300b");
	assert_true(c->card_serial == UINT64_C(0x44131800001));
	assert_true(c->board_id == c->card_serial);
	assert_true(c->unique_id == 0);
	ttmemstat_chip_free(c);
	c = read_card("galaxy-blackhole\n", "0000044131800001\n", TTMEMSTAT_READ_CARD);
	assert_string_equal(c->card_type, "galaxy-blackhole");
	assert_string_equal(c->board, "galaxy");
	ttmemstat_chip_free(c);
	c = read_card("a-type-that-is-longer-than-any-there-is\n", "", TTMEMSTAT_READ_CARD);
	assert_string_equal(c->card_type, "a-type-that-is-longer-than-any-");
	assert_string_equal(c->board, "a");
	ttmemstat_chip_free(c);
}

static void a_card_is_asked_only_if_wanted(void **state)
{
	struct ttmemstat_chip *c;

	(void)state;
	unknown_chip("", "");
	c = read_card("p300b\n", "0000044131800001\n", 0);
	assert_string_equal(c->board, "");
	assert_string_equal(c->card_type, "");
	assert_true(!c->board_id && !c->card_serial);
	ttmemstat_chip_free(c);
	c = read_card("p300b\n", "0000044131800001\n", TTMEMSTAT_READ_CARD | TTMEMSTAT_READ_BRIEF);
	assert_string_equal(c->board, "p300b");
	assert_int_equal(c->arch, TT_MEMSTAT_ARCH_WORMHOLE);
	ttmemstat_chip_free(c);
	put(TT0 "/board", "p150\n");
	c = read_card("p300b\n", "0000044131800001\n", TTMEMSTAT_READ_CARD | TTMEMSTAT_READ_BRIEF);
	assert_string_equal(c->board, "p150");
	assert_string_equal(c->card_type, "");
	ttmemstat_chip_free(c);
}

/* The imported board is kept, next to the card's own data. */
static void an_import_goes_before_a_card(void **state)
{
	struct ttmemstat_chip *c;

	(void)state;
	unknown_chip("p150\n", "77\n");
	c = read_card("p300b\n", "0000044131800001\n", TTMEMSTAT_READ_CARD);
	assert_string_equal(c->board, "p150");
	assert_string_equal(c->card_type, "p300b");
	assert_true(c->board_id == 77 && c->card_serial == UINT64_C(0x44131800001));
	ttmemstat_chip_free(c);
}

/* A card that hangs, firmware that is older than the driver, and what else may stand there. */
static void what_a_card_does_not_know_is_unknown(void **state)
{
	static const char *const types[] = { "unknown\n", "", "\n" };
	static const char *const serials[] = {
		"FFFFFFFFFFFFFFFF\n", "0000000000000000\n", "", "44131800001\n",
		"0x00044131800001\n", "000004413180000100\n", "000004413180000g\n",
	};

	(void)state;
	unknown_chip("", "");
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		struct ttmemstat_chip *c = read_card(types[i % 3], serials[i], TTMEMSTAT_READ_CARD);

		assert_string_equal(c->board, "");
		assert_string_equal(c->card_type, "");
		assert_true(!c->board_id && !c->card_serial);
		ttmemstat_chip_free(c);
	}
}

#define T(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	T(module_not_loaded),
	T(no_chips),
	T(host_totals),
	T(one_chip),
	T(its_clients),
	T(unknown_reads_as_unknown),
	T(truncated_files),
	T(chips_in_order),
	T(a_chip_vanishes),
	T(a_client_vanishes),
	T(a_changing_chip_is_read_again),
	T(what_counts_as_a_change),
	T(a_kept_reader_keeps_up),
	T(what_is_kept_is_bounded),
	T(brief_leaves_out),
	T(a_card_tells_its_type_and_serial),
	T(a_card_is_asked_only_if_wanted),
	T(an_import_goes_before_a_card),
	T(what_a_card_does_not_know_is_unknown),
	T(what_is_kept_of_exited_clients),
	T(misuse),
};

TEST_MAIN(tests)
