// SPDX-License-Identifier: GPL-2.0-only
/* Names of operations that a process publishes, also a hostile one. */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memstat_test.h"
#include "naming.h"
#include "../../userspace/report/published.h"

/* A file as the reporter makes it, with id 7 of "Matmul" and id 9 of "python". */
static struct published *publish(int *fd)
{
	struct published *file;

	*fd = memfd_create(PUBLISHED_NAME, MFD_CLOEXEC);
	assert_true(*fd >= 0);
	assert_int_equal(ftruncate(*fd, sizeof(*file)), 0);
	file = mmap(NULL, sizeof(*file), PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	assert_true(file != MAP_FAILED);
	file->head = (struct published_head){ PUBLISHED_MAGIC, PUBLISHED_VERSION, 1, 3, { 0 } };
	strcpy(file->names[1], "python");
	strcpy(file->names[2], "Matmul");
	file->entries[0] = (struct published_entry){ 9, 1, 0 };
	file->entries[2] = (struct published_entry){ 7, 2, 44 };
	return file;
}

static void withdraw(struct published *file, int fd)
{
	munmap(file, sizeof(*file));
	close(fd);
}

/* This process's own names, found in the same way as those of others. */
static void expect_name(uint64_t id, const char *wanted)
{
	struct naming *naming = naming_read(getpid());
	const char *found = naming_find(naming, id);

	if (wanted)
		assert_string_equal(found, wanted);
	else
		assert_null(found);
	naming_free(naming);
}

static void naming_finds_ids(void **state)
{
	struct naming *naming;
	struct published *file;
	int fd;

	(void)state;
	file = publish(&fd);
	expect_name(7, "Matmul");
	expect_name(9, "python");
	expect_name(8, NULL);
	naming = naming_read(getpid());
	assert_int_equal(naming_cores(naming, 7), 44);
	assert_int_equal(naming_cores(naming, 9), 0);
	assert_int_equal(naming_cores(naming, 8), 0);
	assert_int_equal(naming_cores(NULL, 7), 0);
	naming_free(naming);
	/* An entry that is free. */
	expect_name(0, NULL);
	withdraw(file, fd);
}

static void naming_of_nobody(void **state)
{
	(void)state;
	assert_null(naming_read(getpid()));
	assert_null(naming_read(0));
	assert_null(naming_read(-1));
	assert_null(naming_read(0x7fffffff));
	assert_null(naming_find(NULL, 7));
}

static void naming_of_another_layout(void **state)
{
	struct published *file;
	int fd;

	(void)state;
	file = publish(&fd);
	file->head.version++;
	assert_null(naming_read(getpid()));
	file->head.version--;
	file->head.magic++;
	assert_null(naming_read(getpid()));
	withdraw(file, fd);
}

/* Every length that a file may be cut to: nothing is read that is not there. */
static void naming_of_a_file_cut_short(void **state)
{
	static const size_t sizes[] = {
		0, 1, sizeof(struct published_head) - 1, sizeof(struct published_head),
		offsetof(struct published, entries) - 1, offsetof(struct published, entries),
		offsetof(struct published, entries) + 2 * sizeof(struct published_entry),
	};
	struct published *file;
	int fd;

	(void)state;
	file = publish(&fd);
	for (size_t i = sizeof(sizes) / sizeof(sizes[0]); i-- > 0;) {
		assert_int_equal(ftruncate(fd, (off_t)sizes[i]), 0);
		assert_null(naming_read(getpid()));
	}
	withdraw(file, fd);
}

static void naming_takes_no_number_as_it_is(void **state)
{
	struct published *file;
	int fd;

	(void)state;
	file = publish(&fd);
	file->head.used = 0xffffffff;
	expect_name(7, "Matmul");
	file->entries[0].name = PUBLISHED_NAMES;
	expect_name(9, NULL);
	file->entries[0].name = 0xffffffff;
	expect_name(9, NULL);
	/* The number of a name that was never written. */
	file->entries[0].name = 5;
	expect_name(9, NULL);
	/* One id many times over. */
	for (size_t i = 0; i < PUBLISHED_ENTRIES; i++)
		file->entries[i] = (struct published_entry){ 7, 1, 0 };
	expect_name(7, "python");
	withdraw(file, fd);
}

static void naming_takes_no_text_as_it_is(void **state)
{
	struct published *file;
	char long_name[PUBLISHED_NAME_LEN];
	int fd;

	(void)state;
	file = publish(&fd);
	strcpy(file->names[2], "\x1b[2J\nMat\x7fmul");
	expect_name(7, "?[2J?Mat?mul");
	/* Nothing ends it. */
	memset(file->names[2], 'x', PUBLISHED_NAME_LEN);
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	expect_name(7, long_name);
	/* No UTF-8, and longer than its place when it is made so. */
	memset(file->names[2], 0xff, PUBLISHED_NAME_LEN);
	memset(long_name, 0, sizeof(long_name));
	for (size_t i = 0; i < sizeof(long_name) / 3; i++)
		memcpy(long_name + 3 * i, "\xef\xbf\xbd", 3);
	expect_name(7, long_name);
	withdraw(file, fd);
}

#define CANNOT	77

/* The child: a file of a mount that is gone shows its path from there. 0: it was not read. */
static int impersonate(void)
{
	const char *place = "/tmp", *path = "/tmp/memfd:" PUBLISHED_NAME;
	struct published *file;
	char link[64] = "", self[32];
	int fd, other;

	file = publish(&fd);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", place, "tmpfs", 0, NULL))
		return CANNOT;
	other = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (other < 0 || write(other, file, sizeof(*file)) != sizeof(*file))
		return 1;
	withdraw(file, fd);
	unlink(path);
	umount2(place, MNT_DETACH);
	snprintf(self, sizeof(self), "/proc/self/fd/%d", other);
	if (readlink(self, link, sizeof(link) - 1) < 0 ||
	    strcmp(link, "/memfd:" PUBLISHED_NAME " (deleted)") != 0)
		return 2;
	return naming_read(getpid()) ? 3 : 0;
}

/* A file that only has the name of a memfd may be of a file system that never answers. */
static void naming_reads_memfds_only(void **state)
{
	int status;
	pid_t child;

	(void)state;
	child = fork();
	if (!child)
		_exit(impersonate());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == CANNOT)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void naming_goes_on_after_a_bad_one(void **state)
{
	struct published *file;
	int fd, bad;

	(void)state;
	bad = memfd_create(PUBLISHED_NAME, MFD_CLOEXEC);
	file = publish(&fd);
	expect_name(7, "Matmul");
	withdraw(file, fd);
	close(bad);
}

static const struct CMUnitTest naming_tests[] = {
	cmocka_unit_test(naming_finds_ids),
	cmocka_unit_test(naming_of_nobody),
	cmocka_unit_test(naming_of_another_layout),
	cmocka_unit_test(naming_of_a_file_cut_short),
	cmocka_unit_test(naming_takes_no_number_as_it_is),
	cmocka_unit_test(naming_takes_no_text_as_it_is),
	cmocka_unit_test(naming_reads_memfds_only),
	cmocka_unit_test(naming_goes_on_after_a_bad_one),
};

TEST_GROUP(naming);
