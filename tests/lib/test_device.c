// SPDX-License-Identifier: GPL-2.0-only
/*
 * The writing side with a simulated device: the linker (--wrap) replaces ioctl() by a function that
 * records the library's calls byte by byte.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

#define MAX_SUBMIT	4

/* State of the simulated device: its answers, and the calls that it received. */
static struct {
	int fail;		/* errno of every call but GET_INFO; 0: none */
	int info_fail;
	uint32_t api_version;
	unsigned int calls;
	unsigned long last;
	bool cloexec;
	union {
		unsigned char bytes[2048];
		struct tt_memstat_chip_create create;
		struct tt_memstat_chip_destroy destroy;
		struct tt_memstat_geometry_set geometry;
		struct tt_memstat_chip_find find;
		struct tt_memstat_attach attach;
		struct tt_memstat_detach detach;
		struct tt_memstat_bank_set set;
		struct tt_memstat_drop drop;
		struct tt_memstat_partial partial;
		struct tt_memstat_query query;
		struct tt_memstat_list list;
	} arg;
	struct tt_memstat_entry entries[32];
	unsigned int entry_count;
	unsigned int refuse_at;	/* entry that a submit refuses with -ENOENT; UINT_MAX: none */
} dev;

static void answer_info(struct tt_memstat_get_info *info)
{
	assert_int_equal(info->argsz, sizeof(*info));
	info->api_version = dev.api_version;
	info->max_submit = MAX_SUBMIT;
	info->client = 42;
}

static int answer_submit(struct tt_memstat_submit *submit)
{
	const struct tt_memstat_entry *e = (const void *)(uintptr_t)submit->entries;
	uint32_t i;

	assert_int_equal(submit->argsz, sizeof(*submit));
	assert_int_equal(submit->flags, 0);
	assert_int_equal(submit->reserved, 0);
	assert_int_equal(submit->attachment, 7);
	assert_in_range(submit->count, 1, MAX_SUBMIT);
	for (i = 0; i < submit->count; i++) {
		if (dev.entry_count == dev.refuse_at) {
			submit->taken = i;
			errno = ENOENT;
			return -1;
		}
		assert_true(dev.entry_count < COUNT(dev.entries));
		dev.entries[dev.entry_count++] = e[i];
	}
	submit->taken = submit->count;
	return 0;
}

/* Write back what the real calls would return. */
static void answer(unsigned long call, void *arg)
{
	struct tt_memstat_attach *attach = arg;
	struct tt_memstat_list *list = arg;

	switch (call) {
	case TT_MEMSTAT_CHIP_CREATE:
		((struct tt_memstat_chip_create *)arg)->chip = 5;
		break;
	case TT_MEMSTAT_GEOMETRY_SET:
		((struct tt_memstat_geometry_set *)arg)->chip_out = 6;
		break;
	case TT_MEMSTAT_ATTACH:
		attach->attachment = 7;
		attach->chip_out = 8;
		attach->geometry.grid_x = 8;
		attach->geometry.grid_y = 9;
		break;
	case TT_MEMSTAT_BANK_SET:
		((struct tt_memstat_bank_set *)arg)->set = 3;
		break;
	case TT_MEMSTAT_QUERY_CHIP:
	case TT_MEMSTAT_QUERY_CLIENT:
		((struct tt_memstat_query *)arg)->figures.value[1] = 11;
		break;
	case TT_MEMSTAT_LIST_RECORDS:
	case TT_MEMSTAT_LIST_PROGRAMS:
	case TT_MEMSTAT_LIST_SETS:
		list->count = 1;
		list->cursor = 99;
		break;
	}
}

int __wrap_ioctl(int fd, unsigned long call, ...);

int __wrap_ioctl(int fd, unsigned long call, ...)
{
	uint32_t argsz;
	va_list ap;
	void *arg;

	va_start(ap, call);
	arg = va_arg(ap, void *);
	va_end(ap);
	dev.cloexec = fcntl(fd, F_GETFD) & FD_CLOEXEC;
	if (call == TT_MEMSTAT_GET_INFO && !dev.info_fail) {
		answer_info(arg);
		return 0;
	}
	if (call == TT_MEMSTAT_GET_INFO) {
		errno = dev.info_fail;
		return -1;
	}
	dev.calls++;
	dev.last = call;
	memcpy(&argsz, arg, sizeof(argsz));
	assert_in_range(argsz, 8, sizeof(dev.arg));
	memcpy(dev.arg.bytes, arg, argsz);
	if (call == TT_MEMSTAT_SUBMIT)
		return answer_submit(arg);
	if (dev.fail && dev.fail != EEXIST) {
		errno = dev.fail;
		return -1;
	}
	answer(call, arg);
	if (dev.fail) {
		errno = dev.fail;
		return -1;
	}
	return 0;
}

static int reset(void **state)
{
	(void)state;
	memset(&dev, 0, sizeof(dev));
	dev.api_version = TT_MEMSTAT_API_VERSION;
	dev.refuse_at = UINT_MAX;
	unsetenv("TT_MEMSTAT_DISABLED");
	return 0;
}

static struct ttmemstat_ctx *open_ctx(void)
{
	const struct ttmemstat_open_options o = { .size = sizeof(o), .path = "/dev/null" };
	struct ttmemstat_ctx *ctx = NULL;

	assert_int_equal(ttmemstat_open(&ctx, &o), 0);
	assert_true(ttmemstat_enabled(ctx));
	assert_int_equal(ttmemstat_disabled_reason(ctx), 0);
	return ctx;
}

static struct ttmemstat_ctx *open_disabled(void)
{
	const struct ttmemstat_open_options o = {
		.size = sizeof(o),
		.flags = TTMEMSTAT_OPEN_OPTIONAL,
		.path = "/nonexistent/tt_memstat",
	};
	struct ttmemstat_ctx *ctx = NULL;

	assert_int_equal(ttmemstat_open(&ctx, &o), 0);
	assert_false(ttmemstat_enabled(ctx));
	return ctx;
}

static struct ttmemstat_attachment *attach(struct ttmemstat_ctx *ctx)
{
	struct ttmemstat_attach_options o;
	struct ttmemstat_attachment *att = NULL;

	ttmemstat_attach_options_init(&o);
	o.covers = TT_MEMSTAT_POOL_MASK_ALL;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), 0);
	assert_non_null(att);
	return att;
}

static int open_path(const char *path, uint32_t flags, int *reason)
{
	const struct ttmemstat_open_options o = { .size = sizeof(o), .flags = flags, .path = path };
	struct ttmemstat_ctx *ctx = NULL;
	int error = ttmemstat_open(&ctx, &o);

	*reason = 0;
	if (error) {
		assert_null(ctx);
		return error;
	}
	*reason = ttmemstat_disabled_reason(ctx);
	assert_int_equal(ttmemstat_enabled(ctx), *reason == 0);
	ttmemstat_close(ctx);
	return 0;
}

static void open_without_device(void **state)
{
	char path[] = "/tmp/ttmem-test-XXXXXX";
	int reason, strict, optional, fd = mkstemp(path);
	uid_t uid = geteuid();

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(open_path("/nonexistent/x", 0, &reason), -ENOENT);
	assert_int_equal(open_path("/nonexistent/x", TTMEMSTAT_OPEN_OPTIONAL, &reason), 0);
	assert_int_equal(reason, -ENOENT);
	/* A path below a plain file is an error, not an absent device. */
	assert_int_equal(open_path("/dev/null/x", TTMEMSTAT_OPEN_OPTIONAL, &reason), -ENOTDIR);
	/* Drop root's privilege, which would allow the open. */
	assert_int_equal(fchmod(fd, 0), 0);
	if (!uid)
		assert_int_equal(seteuid(65534), 0);
	strict = open_path(path, 0, &reason);
	optional = open_path(path, TTMEMSTAT_OPEN_OPTIONAL, &reason);
	if (!uid)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(strict, -EACCES);
	assert_int_equal(optional, 0);
	assert_int_equal(reason, -EACCES);
	close(fd);
	unlink(path);
}

static void open_something_else(void **state)
{
	int reason;

	(void)state;
	dev.info_fail = ENOTTY;
	assert_int_equal(open_path("/dev/null", 0, &reason), -ENOTTY);
	assert_int_equal(open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason), 0);
	assert_int_equal(reason, -ENOTTY);
	dev.info_fail = ENOMEM;
	assert_int_equal(open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason), -ENOMEM);
	dev.info_fail = ECANCELED;
	assert_int_equal(open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason), -ECANCELED);
	dev.info_fail = 0;
	dev.api_version = 0;
	assert_int_equal(open_path("/dev/null", 0, &reason), -EOPNOTSUPP);
	assert_int_equal(open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason), 0);
	assert_int_equal(reason, -EOPNOTSUPP);
	dev.api_version = TT_MEMSTAT_API_VERSION + 1;
	assert_int_equal(open_path("/dev/null", 0, &reason), 0);
}

static void open_closes_on_exec_and_leaks_nothing(void **state)
{
	int before = dup(0), after, reason;

	(void)state;
	close(before);
	ttmemstat_close(open_ctx());
	assert_true(dev.cloexec);
	dev.info_fail = ENOTTY;
	open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason);
	open_path("/dev/null", 0, &reason);
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

static void open_bad_options(void **state)
{
	struct {
		struct ttmemstat_open_options o;
		unsigned char tail[8];
	} long_one = { .o = { .size = sizeof(long_one), .path = "/dev/null" } };
	struct ttmemstat_open_options o = { .size = sizeof(o), .flags = 2, .path = "/dev/null" };
	struct ttmemstat_ctx *ctx = NULL;

	(void)state;
	assert_int_equal(ttmemstat_open(&ctx, &o), -EINVAL);
	o.flags = 0;
	o.size = sizeof(o) - 1;
	assert_int_equal(ttmemstat_open(&ctx, &o), -EINVAL);
	o.size = 0;
	assert_int_equal(ttmemstat_open(&ctx, &o), -EINVAL);
	assert_int_equal(ttmemstat_open(NULL, &o), -EINVAL);
	long_one.tail[3] = 1;
	assert_int_equal(ttmemstat_open(&ctx, &long_one.o), -E2BIG);
	assert_null(ctx);
	long_one.tail[3] = 0;
	assert_int_equal(ttmemstat_open(&ctx, &long_one.o), 0);
	ttmemstat_close(ctx);
	ttmemstat_close(NULL);
	assert_false(ttmemstat_enabled(NULL));
	assert_int_equal(ttmemstat_disabled_reason(NULL), -EINVAL);
}

static void opt_out(void **state)
{
	int reason;

	(void)state;
	setenv("TT_MEMSTAT_DISABLED", "1", 1);
	assert_int_equal(open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason), 0);
	assert_int_equal(reason, -ECANCELED);
	/* Without TTMEMSTAT_OPEN_OPTIONAL the error is returned. */
	assert_int_equal(open_path("/dev/null", 0, &reason), 0);
	assert_int_equal(reason, 0);
	setenv("TT_MEMSTAT_DISABLED", "0", 1);
	assert_int_equal(open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason), 0);
	assert_int_equal(reason, 0);
	setenv("TT_MEMSTAT_DISABLED", "", 1);
	assert_int_equal(open_path("/dev/null", TTMEMSTAT_OPEN_OPTIONAL, &reason), 0);
	assert_int_equal(reason, 0);
}

static void disabled_reports_nothing(void **state)
{
	struct ttmemstat_ctx *ctx = open_disabled();
	struct tt_memstat_geometry present = { .arch = 9 };
	struct ttmemstat_attachment *att = NULL;
	struct ttmemstat_record bad = { .addr = 3, .pool = 99 };
	uint32_t set = 9, chip = 9;
	size_t taken = 9;

	(void)state;
	assert_int_equal(ttmemstat_disabled_reason(ctx), -ENOENT);
	assert_int_equal(ttmemstat_attach(ctx, NULL, &att, &present), 0);
	assert_non_null(att);
	assert_int_equal(present.arch, 0);
	assert_int_equal(ttmemstat_bank_set_l1(att, NULL, 0, &set), 0);
	assert_int_equal(set, 0);
	set = 9;
	assert_int_equal(ttmemstat_bank_set_dram(att, 0, &set), 0);
	assert_int_equal(set, 0);
	assert_int_equal(ttmemstat_submit(att, NULL, 5, &taken), 0);
	assert_int_equal(taken, 0);
	assert_int_equal(ttmemstat_report_record(att, &bad), 0);
	assert_int_equal(ttmemstat_report_record(att, NULL), 0);
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	assert_int_equal(ttmemstat_report_program_free(att, 1), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 1, 0), 0);
	assert_int_equal(ttmemstat_report_snapshot(att, NULL), 0);
	assert_int_equal(ttmemstat_report_snapshot_total(att, 99, 1, 99), 0);
	assert_int_equal(ttmemstat_drop(att, 0), 0);
	assert_int_equal(ttmemstat_partial(att, 99), 0);
	assert_int_equal(ttmemstat_report_kernel_load(att, TTMEMSTAT_KERNEL_ID, 1, 99), 0);
	assert_int_equal(ttmemstat_report_kernel_unload(att, TTMEMSTAT_KERNEL_ID), 0);
	assert_int_equal(ttmemstat_attachment_chip(att, &chip), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_detach(att), 0);
	assert_int_equal(dev.calls, 0);
	ttmemstat_close(ctx);
}

static void disabled_does_not_answer(void **state)
{
	struct ttmemstat_ctx *ctx = open_disabled();
	struct tt_memstat_geometry g = { 0 };
	struct tt_memstat_get_info info = { 0 };
	struct tt_memstat_chip_find find = { 0 };
	struct tt_memstat_geometry_set set = { 0 };
	struct tt_memstat_figures figures;
	struct tt_memstat_record_info record;
	struct tt_memstat_program_info program;
	struct tt_memstat_set_info bank_set;
	uint64_t cursor = 0;
	size_t count = 1;
	uint32_t chip;

	(void)state;
	assert_int_equal(ttmemstat_info(ctx, &info), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_chip_create(ctx, &g, NULL, 0, 0, &chip), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_chip_destroy(ctx, 0), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_chip_find(ctx, &find), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_geometry_set(ctx, &set), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_geometry_unset(ctx, 0, 0), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_query_chip(ctx, 0, &figures), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_query_client(ctx, 0, 1, &figures), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_list_records(ctx, 0, 1, &cursor, &record, &count), -EOPNOTSUPP);
	assert_int_equal(ttmemstat_list_programs(ctx, 0, 1, &cursor, &program, &count),
			 -EOPNOTSUPP);
	assert_int_equal(ttmemstat_list_sets(ctx, 0, 1, &cursor, &bank_set, &count), -EOPNOTSUPP);
	assert_int_equal(dev.calls, 0);
	ttmemstat_close(ctx);
}

static void info(void **state)
{
	struct tt_memstat_get_info i = { 0 };
	struct ttmemstat_ctx *ctx = open_ctx();

	(void)state;
	assert_int_equal(ttmemstat_info(ctx, &i), 0);
	assert_int_equal(i.client, 42);
	assert_int_equal(ttmemstat_info(ctx, NULL), -EINVAL);
	assert_int_equal(ttmemstat_info(NULL, &i), -EINVAL);
	ttmemstat_close(ctx);
}

static void chips(void **state)
{
	const struct tt_memstat_geometry g = { .arch = 1, .valid = 1, .tensix_mask = 0x21 };
	struct tt_memstat_chip_find find = { .flags = TT_MEMSTAT_FIND_NAME, .name = "tt5" };
	struct tt_memstat_geometry_set set = { .chip = 4 };
	struct ttmemstat_ctx *ctx = open_ctx();
	uint32_t chip = 0;

	(void)state;
	assert_int_equal(
		ttmemstat_chip_create(ctx, &g, "n300", 0xabc, TT_MEMSTAT_CREATE_OPEN, &chip), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_CHIP_CREATE);
	assert_int_equal(chip, 5);
	assert_int_equal(dev.arg.create.argsz, sizeof(dev.arg.create));
	assert_int_equal(dev.arg.create.flags, TT_MEMSTAT_CREATE_OPEN);
	assert_int_equal(dev.arg.create.unique_id, 0xabc);
	assert_string_equal(dev.arg.create.board, "n300");
	assert_memory_equal(&dev.arg.create.geometry, &g, sizeof(g));
	assert_int_equal(dev.arg.create.reserved, 0);
	assert_int_equal(ttmemstat_chip_create(ctx, &g, "fifteen letters", 0, 0, &chip), 0);
	dev.calls = 0;
	assert_int_equal(ttmemstat_chip_create(ctx, &g, "sixteen letters!", 0, 0, &chip),
			 -ENAMETOOLONG);
	assert_int_equal(ttmemstat_chip_create(ctx, NULL, NULL, 0, 0, &chip), -EINVAL);
	assert_int_equal(ttmemstat_chip_create(ctx, &g, NULL, 0, 0, NULL), -EINVAL);
	assert_int_equal(ttmemstat_geometry_unset(ctx, 4, TT_MEMSTAT_GEOMETRY_REMOTE), -EINVAL);
	assert_int_equal(dev.calls, 0);

	assert_int_equal(ttmemstat_chip_destroy(ctx, 5), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_CHIP_DESTROY);
	assert_int_equal(dev.arg.destroy.chip, 5);
	assert_int_equal(ttmemstat_chip_find(ctx, &find), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_CHIP_FIND);
	assert_int_equal(dev.arg.find.argsz, sizeof(find));
	assert_string_equal(dev.arg.find.name, "tt5");
	assert_int_equal(ttmemstat_geometry_set(ctx, &set), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_GEOMETRY_SET);
	assert_int_equal(dev.arg.geometry.argsz, sizeof(set));
	assert_int_equal(set.chip_out, 6);
	assert_int_equal(ttmemstat_geometry_unset(ctx, 4, TT_MEMSTAT_GEOMETRY_FORCE), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_GEOMETRY_UNSET);
	assert_int_equal(dev.arg.geometry.chip, 4);
	assert_int_equal(dev.arg.geometry.flags, TT_MEMSTAT_GEOMETRY_FORCE);

	dev.fail = ENODEV;
	chip = 77;
	assert_int_equal(ttmemstat_chip_create(ctx, &g, NULL, 0, 0, &chip), -ENODEV);
	assert_int_equal(chip, 77);
	assert_int_equal(ttmemstat_chip_destroy(ctx, 5), -ENODEV);
	assert_int_equal(ttmemstat_chip_find(ctx, &find), -ENODEV);
	assert_int_equal(ttmemstat_chip_find(ctx, NULL), -EINVAL);
	assert_int_equal(ttmemstat_geometry_set(ctx, NULL), -EINVAL);
	ttmemstat_close(ctx);
}

static void attaching(void **state)
{
	char name[TT_MEMSTAT_LABEL_LEN + 1];
	struct ttmemstat_attach_options o;
	struct tt_memstat_geometry present = { 0 };
	struct ttmemstat_attachment *att = NULL;
	struct ttmemstat_ctx *ctx = open_ctx();
	uint32_t chip = 0;

	(void)state;
	ttmemstat_attach_options_init(&o);
	o.flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	o.chip = 8;
	o.asic_location = 2;
	o.proof = 12;
	o.covers = 0x3f;
	o.partial = 0x10;
	o.runtime_id = 3;
	o.geometry.grid_x = 4;
	o.layout.l1_base = 1024;
	o.label = "job";
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, &present), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_ATTACH);
	assert_int_equal(dev.arg.attach.argsz, sizeof(dev.arg.attach));
	assert_int_equal(dev.arg.attach.flags, TT_MEMSTAT_ATTACH_GEOMETRY);
	assert_int_equal(dev.arg.attach.chip, 8);
	assert_int_equal(dev.arg.attach.asic_location, 2);
	assert_int_equal(dev.arg.attach.proof, 12);
	assert_int_equal(dev.arg.attach.covers, 0x3f);
	assert_int_equal(dev.arg.attach.partial, 0x10);
	assert_int_equal(dev.arg.attach.runtime_id, 3);
	assert_int_equal(dev.arg.attach.geometry.grid_x, 4);
	assert_int_equal(dev.arg.attach.layout.l1_base, 1024);
	assert_string_equal(dev.arg.attach.label, "job");
	assert_int_equal(present.grid_y, 9);
	assert_int_equal(ttmemstat_attachment_chip(att, &chip), 0);
	assert_int_equal(chip, 8);
	assert_int_equal(ttmemstat_detach(att), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_DETACH);
	assert_int_equal(dev.arg.detach.attachment, 7);

	/* The chip has another geometry, which is returned; there is no attachment. */
	att = NULL;
	memset(&present, 0, sizeof(present));
	dev.fail = EEXIST;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, &present), -EEXIST);
	assert_int_equal(present.grid_x, 8);
	assert_null(att);
	memset(&present, 0, sizeof(present));
	dev.fail = EPERM;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, &present), -EPERM);
	assert_int_equal(present.grid_x, 0);
	dev.fail = 0;

	dev.calls = 0;
	memset(name, 'a', sizeof(name));
	name[TT_MEMSTAT_LABEL_LEN] = '\0';
	o.label = name;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), -ENAMETOOLONG);
	o.label = NULL;
	o.size = offsetof(struct ttmemstat_attach_options, ring_entries) - 1;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), -EINVAL);
	assert_int_equal(ttmemstat_attach(ctx, NULL, &att, NULL), -EINVAL);
	assert_int_equal(ttmemstat_attach(ctx, &o, NULL, NULL), -EINVAL);
	assert_int_equal(ttmemstat_attach(NULL, &o, &att, NULL), -EINVAL);
	assert_int_equal(ttmemstat_detach(NULL), 0);
	assert_int_equal(dev.calls, 0);
	assert_null(att);
	ttmemstat_close(ctx);
}

static void attach_defaults(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);

	(void)state;
	assert_int_equal(dev.arg.attach.proof, -1);
	assert_int_equal(dev.arg.attach.runtime_id, -1);
	assert_int_equal(dev.arg.attach.flags, 0);
	assert_int_equal(dev.arg.attach.label[0], 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void bank_sets(void **state)
{
	const struct tt_memstat_rect rects[2] = { { 0, 0, 3, 3 }, { 5, 5, 5, 5 } };
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	uint32_t set = 0;

	(void)state;
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, 2, &set), 0);
	assert_int_equal(set, 3);
	assert_int_equal(dev.last, TT_MEMSTAT_BANK_SET);
	assert_int_equal(dev.arg.set.argsz, sizeof(dev.arg.set));
	assert_int_equal(dev.arg.set.attachment, 7);
	assert_int_equal(dev.arg.set.space, TT_MEMSTAT_SPACE_L1);
	assert_true(dev.arg.set.rects == (uintptr_t)rects);
	assert_int_equal(dev.arg.set.count, 2);
	assert_int_equal(dev.arg.set.mask, 0);
	assert_int_equal(ttmemstat_bank_set_dram(att, 0xff0, &set), 0);
	assert_int_equal(dev.arg.set.space, TT_MEMSTAT_SPACE_DRAM);
	assert_int_equal(dev.arg.set.mask, 0xff0);
	assert_int_equal(dev.arg.set.rects, 0);
	assert_int_equal(dev.arg.set.count, 0);
	dev.fail = ERANGE;
	set = 9;
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, 2, &set), -ERANGE);
	assert_int_equal(set, 9);
	dev.calls = 0;
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, 0, &set), -EINVAL);
	assert_int_equal(ttmemstat_bank_set_l1(att, NULL, 1, &set), -EINVAL);
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, 1, NULL), -EINVAL);
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, (size_t)UINT32_MAX + 1, &set), -EINVAL);
	assert_int_equal(ttmemstat_bank_set_dram(att, 0, &set), -EINVAL);
	assert_int_equal(ttmemstat_bank_set_dram(NULL, 1, &set), -EINVAL);
	assert_int_equal(dev.calls, 0);
	dev.fail = 0;
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void expect_entry(unsigned int n, struct tt_memstat_entry expected)
{
	assert_true(n < dev.entry_count);
	assert_memory_equal(&dev.entries[n], &expected, sizeof(expected));
}

static void events(void **state)
{
	const struct ttmemstat_record record = {
		.id = 1, .addr = 1024, .size = 33, .program = 2, .set = 3,
		.pool = TT_MEMSTAT_POOL_CB,
		.flags = TT_MEMSTAT_ENTRY_PART | TT_MEMSTAT_ENTRY_REPLACE_PROGRAM,
	};
	const struct ttmemstat_snapshot snapshot = {
		.allocatable = 100, .allocated = 60, .free = 40, .largest_free_block = 20,
		.set = 3, .pool = TT_MEMSTAT_POOL_CB, .flags = TT_MEMSTAT_ENTRY_LOADED,
	};
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);

	(void)state;
	assert_int_equal(ttmemstat_report_record(att, &record), 0);
	expect_entry(0, (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_RECORD,
		.flags = TT_MEMSTAT_ENTRY_PART | TT_MEMSTAT_ENTRY_REPLACE_PROGRAM,
		.id = 1, .addr = 1024, .size = 48, .set = 3, .pool = TT_MEMSTAT_POOL_CB,
		.program = 2 });
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	expect_entry(1, (struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_FREE, .id = 1 });
	assert_int_equal(ttmemstat_report_program_free(att, 2), 0);
	expect_entry(2, (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_PROGRAM_FREE, .program = 2 });
	assert_int_equal(ttmemstat_report_dispatch(att, 2, 9), 0);
	expect_entry(3, (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_DISPATCH, .id = 9, .program = 2 });
	assert_int_equal(ttmemstat_report_snapshot(att, &snapshot), 0);
	expect_entry(4, (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_SNAPSHOT, .flags = TT_MEMSTAT_ENTRY_LOADED, .id = 100,
		.addr = 60, .size = 40, .set = 3, .pool = TT_MEMSTAT_POOL_CB, .program = 20 });
	assert_int_equal(ttmemstat_report_snapshot_total(att, TT_MEMSTAT_POOL_L1, 77, 0), 0);
	expect_entry(5, (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_SNAPSHOT, .flags = TT_MEMSTAT_ENTRY_TOTAL, .size = 77,
		.pool = TT_MEMSTAT_POOL_L1 });
	assert_int_equal(dev.entry_count, 6);
	assert_int_equal(ttmemstat_drop(att, 3), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_DROP);
	assert_int_equal(dev.arg.drop.pools, 3);
	assert_int_equal(dev.arg.drop.attachment, 7);
	dev.refuse_at = 6;
	assert_int_equal(ttmemstat_report_free(att, 1), -ENOENT);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void kernels_have_ids_of_their_own(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);

	(void)state;
	assert_int_equal(ttmemstat_report_kernel_load(att, 5, 1001, 0), 0);
	expect_entry(0, (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_RECORD, .id = TTMEMSTAT_KERNEL_ID | 5, .size = 1008, .set = 3,
		.pool = TT_MEMSTAT_POOL_KERNEL });
	dev.calls = 0;
	assert_int_equal(ttmemstat_report_kernel_load(att, 6, 16, TT_MEMSTAT_ENTRY_SYSTEM), 0);
	assert_int_equal(dev.calls, 1);
	expect_entry(1, (struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_RECORD,
						   .flags = TT_MEMSTAT_ENTRY_SYSTEM,
						   .id = TTMEMSTAT_KERNEL_ID | 6,
						   .size = 16,
						   .set = 3,
						   .pool = TT_MEMSTAT_POOL_KERNEL });
	assert_int_equal(ttmemstat_report_kernel_unload(att, 5), 0);
	expect_entry(2, (struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_FREE, .id = TTMEMSTAT_KERNEL_ID | 5 });
	dev.calls = 0;
	assert_int_equal(ttmemstat_report_kernel_load(att, TTMEMSTAT_KERNEL_ID, 16, 0), -EINVAL);
	assert_int_equal(ttmemstat_report_kernel_load(att, 7, 16, TT_MEMSTAT_ENTRY_VIEW), -EINVAL);
	assert_int_equal(ttmemstat_report_kernel_load(att, 7, UINT64_MAX, 0), -EINVAL);
	assert_int_equal(ttmemstat_report_kernel_load(NULL, 7, 16, 0), -EINVAL);
	assert_int_equal(ttmemstat_report_kernel_unload(att, TTMEMSTAT_KERNEL_ID), -EINVAL);
	assert_int_equal(ttmemstat_report_kernel_unload(NULL, 7), -EINVAL);
	assert_int_equal(dev.calls, 0);
	dev.refuse_at = 3;
	assert_int_equal(ttmemstat_report_kernel_unload(att, 5), -ENOENT);
	ttmemstat_detach(att);
	/* A failure to define the set is explained. */
	att = attach(ctx);
	dev.fail = ENODATA;
	assert_int_equal(ttmemstat_report_kernel_load(att, 5, 16, 0), -ENODATA);
	dev.fail = 0;
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void partial_is_said_anew(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);

	(void)state;
	assert_int_equal(ttmemstat_partial(att, 20), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_PARTIAL);
	assert_int_equal(dev.arg.partial.partial, 20);
	assert_int_equal(dev.arg.partial.attachment, 7);
	dev.fail = EINVAL;
	assert_int_equal(ttmemstat_partial(att, 64), -EINVAL);
	/* A module that is older than the call. */
	dev.fail = ENOTTY;
	assert_int_equal(ttmemstat_partial(att, 20), -EOPNOTSUPP);
	dev.fail = 0;
	assert_int_equal(ttmemstat_partial(NULL, 20), -EINVAL);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void snapshots_of_many_chips(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *one = attach(ctx), *two = attach(ctx);
	const struct ttmemstat_snapshot s[] = {
		{ .allocatable = 100, .allocated = 60, .free = 40, .pool = TT_MEMSTAT_POOL_L1 },
		{ .allocatable = 200, .allocated = 50, .free = 150, .pool = TT_MEMSTAT_POOL_DRAM },
		{ .pool = TT_MEMSTAT_POOLS },
	};
	struct ttmemstat_device_snapshots devices[] = {
		{ .att = one, .snapshots = s, .count = 2, .error = 1 },
		{ .att = two, .snapshots = s + 1, .count = 1, .error = 1 },
	};

	(void)state;
	dev.calls = 0;
	assert_int_equal(ttmemstat_report_device_snapshots(devices, 2), 0);
	assert_int_equal(dev.calls, 2);
	assert_int_equal(devices[0].error, 0);
	assert_int_equal(devices[1].error, 0);
	expect_entry(0, (struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_SNAPSHOT, .id = 100,
		.addr = 60, .size = 40, .pool = TT_MEMSTAT_POOL_L1 });
	expect_entry(2, (struct tt_memstat_entry){ .op = TT_MEMSTAT_OP_SNAPSHOT, .id = 200,
		.addr = 50, .size = 150, .pool = TT_MEMSTAT_POOL_DRAM });
	assert_int_equal(dev.entry_count, 3);
	/* A mistake that the library detects refuses all chips; an error of the module only one. */
	devices[1].count = 2;
	assert_int_equal(ttmemstat_report_device_snapshots(devices, 2), -EINVAL);
	devices[1] = (struct ttmemstat_device_snapshots){ .att = two, .snapshots = s };
	assert_int_equal(ttmemstat_report_device_snapshots(devices, 2), -EINVAL);
	devices[1] = (struct ttmemstat_device_snapshots){ .snapshots = s, .count = 1 };
	assert_int_equal(ttmemstat_report_device_snapshots(devices, 2), -EINVAL);
	devices[1] = (struct ttmemstat_device_snapshots){
		.att = two, .snapshots = s, .count = 1, .reserved = 1 };
	assert_int_equal(ttmemstat_report_device_snapshots(devices, 2), -EINVAL);
	assert_int_equal(ttmemstat_report_device_snapshots(NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_report_device_snapshots(NULL, 0), 0);
	assert_int_equal(dev.entry_count, 3);
	devices[1].reserved = 0;
	dev.refuse_at = 4;
	assert_int_equal(ttmemstat_report_device_snapshots(devices, 2), -ENOENT);
	assert_int_equal(devices[0].error, -ENOENT);
	ttmemstat_detach(one);
	ttmemstat_detach(two);
	ttmemstat_close(ctx);
}

static void sizes_are_rounded_up(void **state)
{
	static const uint64_t pairs[][2] = {
		{ 0, 0 }, { 1, 16 }, { 15, 16 }, { 16, 16 }, { 17, 32 }, { 1499136, 1499136 },
		{ UINT64_MAX - 15, UINT64_MAX - 15 },
	};
	struct ttmemstat_record r = { .pool = TT_MEMSTAT_POOL_KERNEL };
	struct tt_memstat_entry e;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++) {
		r.size = pairs[i][0];
		assert_int_equal(ttmemstat_entry_record(&e, &r), 0);
		assert_true(e.size == pairs[i][1]);
	}
	r.size = UINT64_MAX - 14;
	assert_int_equal(ttmemstat_entry_record(&e, &r), -EINVAL);
}

static void bad_events(void **state)
{
	static const struct ttmemstat_record records[] = {
		{ .addr = 8, .size = 16 },
		{ .addr = UINT64_MAX, .size = 16 },
		{ .size = 16, .pool = TT_MEMSTAT_POOLS },
		{ .size = 16, .pool = UINT32_MAX },
		{ .size = 16, .flags = TT_MEMSTAT_ENTRY_TOTAL },
		{ .size = 16, .flags = TT_MEMSTAT_ENTRY_LOADED },
		{ .size = 16, .flags = 1u << 16 },
		{ .size = UINT64_MAX },
	};
	static const struct ttmemstat_snapshot snapshots[] = {
		{ .pool = TT_MEMSTAT_POOLS },
		{ .flags = TT_MEMSTAT_ENTRY_TOTAL },
		{ .flags = 1u << 16 },
		{ .reserved = 1 },
	};
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	struct tt_memstat_entry e;
	size_t i;

	(void)state;
	dev.calls = 0;
	for (i = 0; i < COUNT(records); i++) {
		print_message("record %zu\n", i);
		assert_int_equal(ttmemstat_report_record(att, &records[i]), -EINVAL);
	}
	for (i = 0; i < COUNT(snapshots); i++) {
		print_message("snapshot %zu\n", i);
		assert_int_equal(ttmemstat_report_snapshot(att, &snapshots[i]), -EINVAL);
	}
	assert_int_equal(ttmemstat_report_snapshot_total(att, TT_MEMSTAT_POOLS, 1, 0), -EINVAL);
	assert_int_equal(ttmemstat_report_snapshot_total(att, 0, 1, TT_MEMSTAT_ENTRY_TOTAL),
			 -EINVAL);
	assert_int_equal(ttmemstat_report_record(att, NULL), -EINVAL);
	assert_int_equal(ttmemstat_report_snapshot(att, NULL), -EINVAL);
	assert_int_equal(ttmemstat_drop(att, 0), -EINVAL);
	assert_int_equal(ttmemstat_drop(att, 1u << TT_MEMSTAT_POOLS), -EINVAL);
	assert_int_equal(ttmemstat_report_record(NULL, &records[0]), -EINVAL);
	assert_int_equal(ttmemstat_report_free(NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_report_program_free(NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_report_dispatch(NULL, 1, 0), -EINVAL);
	assert_int_equal(ttmemstat_report_snapshot(NULL, &snapshots[0]), -EINVAL);
	assert_int_equal(ttmemstat_report_snapshot_total(NULL, 0, 1, 0), -EINVAL);
	assert_int_equal(ttmemstat_drop(NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_submit(NULL, &e, 1, NULL), -EINVAL);
	assert_int_equal(ttmemstat_submit(att, NULL, 1, NULL), -EINVAL);
	assert_int_equal(ttmemstat_entry_record(NULL, &records[0]), -EINVAL);
	assert_int_equal(ttmemstat_entry_free(NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_entry_program_free(NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_entry_dispatch(NULL, 1, 1), -EINVAL);
	assert_int_equal(ttmemstat_entry_snapshot(NULL, &snapshots[0]), -EINVAL);
	assert_int_equal(ttmemstat_entry_snapshot_total(NULL, 0, 0, 0), -EINVAL);
	assert_int_equal(dev.calls, 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void submit_in_portions(void **state)
{
	struct tt_memstat_entry e[10];
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	size_t taken = 99;
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(e); i++)
		ttmemstat_entry_free(&e[i], 100 + i);
	dev.calls = 0;
	assert_int_equal(ttmemstat_submit(att, e, COUNT(e), &taken), 0);
	assert_int_equal(taken, COUNT(e));
	assert_int_equal(dev.calls, 3);
	for (i = 0; i < COUNT(e); i++)
		assert_int_equal(dev.entries[i].id, 100 + i);

	/* The first refused entry ends the submit, at any position. */
	for (i = 0; i < COUNT(e); i++) {
		dev.entry_count = 0;
		dev.refuse_at = i;
		dev.calls = 0;
		assert_int_equal(ttmemstat_submit(att, e, COUNT(e), &taken), -ENOENT);
		assert_int_equal(taken, i);
		assert_int_equal(dev.entry_count, i);
		assert_int_equal(dev.calls, i / MAX_SUBMIT + 1);
	}
	dev.calls = 0;
	assert_int_equal(ttmemstat_submit(att, e, 0, &taken), 0);
	assert_int_equal(taken, 0);
	assert_int_equal(ttmemstat_submit(att, NULL, 0, NULL), 0);
	assert_int_equal(dev.calls, 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void queries_and_lists(void **state)
{
	struct tt_memstat_record_info records[2];
	struct tt_memstat_program_info programs[2];
	struct tt_memstat_set_info sets[2];
	struct tt_memstat_figures f = { 0 };
	struct ttmemstat_ctx *ctx = open_ctx();
	uint64_t cursor = 4;
	size_t count = 2;

	(void)state;
	assert_int_equal(ttmemstat_query_chip(ctx, 3, &f), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_QUERY_CHIP);
	assert_int_equal(dev.arg.query.argsz, sizeof(dev.arg.query));
	assert_int_equal(dev.arg.query.chip, 3);
	assert_int_equal(dev.arg.query.client, 0);
	assert_int_equal(f.value[1], 11);
	assert_int_equal(ttmemstat_query_client(ctx, 3, 21, &f), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_QUERY_CLIENT);
	assert_int_equal(dev.arg.query.client, 21);
	assert_int_equal(ttmemstat_list_records(ctx, 3, 21, &cursor, records, &count), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_LIST_RECORDS);
	assert_int_equal(dev.arg.list.argsz, sizeof(dev.arg.list));
	assert_int_equal(dev.arg.list.chip, 3);
	assert_int_equal(dev.arg.list.client, 21);
	assert_int_equal(dev.arg.list.cursor, 4);
	assert_int_equal(dev.arg.list.count, 2);
	assert_true(dev.arg.list.items == (uintptr_t)records);
	assert_int_equal(cursor, 99);
	assert_int_equal(count, 1);
	assert_int_equal(ttmemstat_list_programs(ctx, 3, 21, &cursor, programs, &count), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_LIST_PROGRAMS);
	assert_true(dev.arg.list.items == (uintptr_t)programs);
	assert_int_equal(ttmemstat_list_sets(ctx, 3, 21, &cursor, sets, &count), 0);
	assert_int_equal(dev.last, TT_MEMSTAT_LIST_SETS);
	assert_true(dev.arg.list.items == (uintptr_t)sets);

	dev.fail = ENOENT;
	cursor = 5;
	count = 2;
	assert_int_equal(ttmemstat_list_records(ctx, 3, 21, &cursor, records, &count), -ENOENT);
	assert_int_equal(cursor, 5);
	assert_int_equal(count, 2);
	dev.fail = ENOTTY;
	assert_int_equal(ttmemstat_list_sets(ctx, 3, 21, &cursor, sets, &count), -EOPNOTSUPP);
	dev.fail = ENOENT;
	f.value[1] = 12;
	assert_int_equal(ttmemstat_query_client(ctx, 3, 21, &f), -ENOENT);
	assert_int_equal(f.value[1], 12);
	dev.calls = 0;
	count = 0;
	assert_int_equal(ttmemstat_list_records(ctx, 3, 21, &cursor, records, &count), -EINVAL);
	count = 4097;
	assert_int_equal(ttmemstat_list_records(ctx, 3, 21, &cursor, records, &count), -EINVAL);
	count = 2;
	assert_int_equal(ttmemstat_list_records(ctx, 3, 21, NULL, records, &count), -EINVAL);
	assert_int_equal(ttmemstat_list_records(ctx, 3, 21, &cursor, NULL, &count), -EINVAL);
	assert_int_equal(ttmemstat_list_records(NULL, 3, 21, &cursor, records, &count), -EINVAL);
	assert_int_equal(ttmemstat_query_chip(ctx, 0, NULL), -EINVAL);
	assert_int_equal(dev.calls, 0);
	ttmemstat_close(ctx);
}

/* Runs in a child: 0, or the number of the check that failed. */
static int as_a_child(struct ttmemstat_ctx *ctx, struct ttmemstat_attachment *att)
{
	struct tt_memstat_figures f;
	struct tt_memstat_get_info i = { 0 };
	struct tt_memstat_entry e;
	size_t taken = 9;

	dev.calls = 0;
	ttmemstat_entry_free(&e, 1);
	if (ttmemstat_report_free(att, 1) != -EPERM)
		return 1;
	if (ttmemstat_submit(att, &e, 1, &taken) != -EPERM || taken)
		return 2;
	if (ttmemstat_drop(att, 1) != -EPERM)
		return 3;
	if (ttmemstat_info(ctx, &i) != -EPERM)
		return 4;
	if (ttmemstat_query_chip(ctx, 0, &f) != -EPERM)
		return 5;
	if (ttmemstat_detach(att) != -EPERM)
		return 6;
	ttmemstat_close(ctx);
	return dev.calls ? 7 : 0;
}

static void a_child_is_refused(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	int status = -1;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(as_a_child(ctx, att));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	/* The parent is as it was. */
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

static void attachments_outlive_their_context(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *one = attach(ctx), *two = attach(ctx);

	(void)state;
	ttmemstat_close(ctx);
	dev.calls = 0;
	assert_int_equal(ttmemstat_report_free(one, 1), -EBADF);
	assert_int_equal(ttmemstat_drop(two, 1), -EBADF);
	assert_int_equal(ttmemstat_detach(one), -EBADF);
	assert_int_equal(ttmemstat_report_free(two, 1), -EBADF);
	assert_int_equal(ttmemstat_detach(two), -EBADF);
	assert_int_equal(dev.calls, 0);
}

#define T(name)	cmocka_unit_test_setup(name, reset)

static const struct CMUnitTest tests[] = {
	T(open_without_device),
	T(open_something_else),
	T(open_closes_on_exec_and_leaks_nothing),
	T(open_bad_options),
	T(opt_out),
	T(disabled_reports_nothing),
	T(disabled_does_not_answer),
	T(info),
	T(chips),
	T(attaching),
	T(attach_defaults),
	T(bank_sets),
	T(events),
	T(kernels_have_ids_of_their_own), T(partial_is_said_anew), T(snapshots_of_many_chips),
	T(sizes_are_rounded_up),
	T(bad_events),
	T(submit_in_portions),
	T(queries_and_lists),
	T(a_child_is_refused),
	T(attachments_outlive_their_context),
};

TEST_MAIN(tests)
