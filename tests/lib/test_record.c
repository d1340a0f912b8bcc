// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings, written by the library without a module and read back. Checks the reader's results
 * and, where necessary, the bytes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "testing.h"

#include "recording/format.h"

#define PAGE	4096

static char dir[64];
static char path[128];

/* A temporary directory, and no module. */
static int set_up(void **state)
{
	(void)state;
	if (scratch_make("ttmem-record", dir, sizeof(dir)))
		return -1;
	snprintf(path, sizeof(path), "%s/run", dir);
	setenv("TT_MEMSTAT_RECORD", path, 1);
	unsetenv("TT_MEMSTAT_RECORD_SIZE");
	unsetenv("TT_MEMSTAT_DISABLED");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return scratch_remove(dir);
}

static struct ttmemstat_ctx *open_ctx(void)
{
	const struct ttmemstat_open_options options = {
		.size = sizeof(options), .flags = TTMEMSTAT_OPEN_OPTIONAL,
		.path = "/nonexistent/tt_memstat",
	};
	struct ttmemstat_ctx *ctx;

	assert_int_equal(ttmemstat_open(&ctx, &options), 0);
	return ctx;
}

static void fill_options(struct ttmemstat_attach_options *o, uint32_t chip)
{
	ttmemstat_attach_options_init(o);
	o->chip = chip;
	o->covers = TT_MEMSTAT_POOL_MASK_ALL;
	o->partial = 1u << TT_MEMSTAT_POOL_CB;
	o->runtime_id = 4;
	o->flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	o->geometry = (struct tt_memstat_geometry) {
		.arch = TT_MEMSTAT_ARCH_BLACKHOLE,
		.valid = TT_MEMSTAT_GEOMETRY_GRID | TT_MEMSTAT_GEOMETRY_DRAM_MASK,
		.grid_x = 12, .grid_y = 10, .dram_mask = 1,
	};
	o->layout = (struct tt_memstat_layout) {
		.valid = TT_MEMSTAT_LAYOUT_WORKER | TT_MEMSTAT_LAYOUT_L1,
		.worker_x = 11, .worker_y = 9, .l1_base = 4096, .l1_end = 1 << 20, .l1_small = 512,
	};
	o->label = "a label";
}

static struct ttmemstat_attachment *attach(struct ttmemstat_ctx *ctx, uint32_t chip)
{
	struct ttmemstat_attachment *att;
	struct ttmemstat_attach_options o;

	fill_options(&o, chip);
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), 0);
	return att;
}

static struct ttmemstat_recording *open_recording(void)
{
	struct ttmemstat_recording *r;

	assert_int_equal(ttmemstat_recording_open(&r, path), 0);
	return r;
}

static struct ttmemstat_recorded_event next(struct ttmemstat_recording *r, uint32_t kind)
{
	struct ttmemstat_recorded_event event;

	assert_int_equal(ttmemstat_recording_next(r, &event), 1);
	assert_int_equal(event.kind, kind);
	return event;
}

static struct ttmemstat_recording_info info_of(struct ttmemstat_recording *r)
{
	struct ttmemstat_recording_info info = { .size = sizeof(info) };

	assert_int_equal(ttmemstat_recording_get_info(r, &info), 0);
	return info;
}

/* Expect the end of the recording, without malformed slots. */
static void expect_end(struct ttmemstat_recording *r)
{
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording_info info;

	assert_int_equal(ttmemstat_recording_next(r, &event), 0);
	info = info_of(r);
	assert_int_equal(info.torn, 0);
	assert_int_equal(info.malformed, 0);
	assert_int_equal(info.lost, 0);
	assert_int_equal(info.error, 0);
	ttmemstat_recording_close(r);
}

static int record(struct ttmemstat_attachment *att, uint64_t id, uint32_t name)
{
	const struct ttmemstat_record r = {
		.id = id, .addr = id * 16, .size = 32, .pool = TT_MEMSTAT_POOL_L1, .name = name,
	};

	return ttmemstat_report_record(att, &r);
}

/* ---- Reading returns what was written ---- */

static void attachments(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 3);
	struct ttmemstat_recording *r;
	struct ttmemstat_recorded_event event;
	struct ttmemstat_attach_options options;

	(void)state;
	assert_false(ttmemstat_enabled(ctx));
	assert_int_equal(ttmemstat_recorded(ctx), 1);
	assert_int_equal(ttmemstat_partial(att, 0), 0);
	assert_int_equal(ttmemstat_drop(att, 1u << TT_MEMSTAT_POOL_L1), 0);
	assert_int_equal(ttmemstat_detach(att), 0);
	ttmemstat_close(ctx);

	r = open_recording();
	event = next(r, TTMEMSTAT_RECORDED_ATTACH);
	fill_options(&options, 3);
	assert_int_equal(event.thread, gettid());
	assert_int_equal(event.attach->chip, 3);
	assert_int_equal(event.attach->covers, options.covers);
	assert_int_equal(event.attach->partial, options.partial);
	assert_int_equal(event.attach->runtime_id, 4);
	assert_int_equal(event.attach->geometry.grid_x, 12);
	assert_int_equal(event.attach->geometry.dram_mask, 1);
	assert_memory_equal(&event.attach->layout, &options.layout, sizeof(options.layout));
	assert_string_equal(event.attach->label, "a label");
	assert_int_equal(next(r, TTMEMSTAT_RECORDED_PARTIAL).pools, 0);
	assert_int_equal(next(r, TTMEMSTAT_RECORDED_DROP).pools, 1u << TT_MEMSTAT_POOL_L1);
	next(r, TTMEMSTAT_RECORDED_DETACH);
	assert_int_equal(info_of(r).pid, getpid());
	assert_string_equal(info_of(r).library, ttmemstat_version());
	expect_end(r);
}

/* Each event, reported in each way. */
static void events(void **state)
{
	const struct ttmemstat_record whole = {
		.id = 1ull << 63 | 7, .addr = 0xfffffffull * 16, .size = 0x1234567ull * 16,
		.program = UINT64_MAX, .pool = TT_MEMSTAT_POOL_CB,
		.flags = TT_MEMSTAT_ENTRY_PART | TT_MEMSTAT_ENTRY_REPLACE_PROGRAM,
	};
	const struct ttmemstat_snapshot snapshot = {
		.allocatable = 0xfedcba987654, .allocated = 1, .free = 3ull << 40,
		.largest_free_block = 0x010203040506, .pool = TT_MEMSTAT_POOL_TRACE,
	};
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct tt_memstat_entry wanted[8], *w = wanted;
	struct ttmemstat_recording *r;
	struct ttmemstat_recorded_event event;
	size_t i, count;

	(void)state;
	assert_int_equal(ttmemstat_entry_record(w++, &whole), 0);
	assert_int_equal(ttmemstat_entry_free(w++, 5), 0);
	assert_int_equal(ttmemstat_entry_program_free(w++, 6), 0);
	assert_int_equal(ttmemstat_entry_dispatch(w++, 7, 8), 0);
	assert_int_equal(ttmemstat_entry_snapshot(w++, &snapshot), 0);
	assert_int_equal(ttmemstat_entry_snapshot_total(w++, TT_MEMSTAT_POOL_CB, 1ull << 44,
							TT_MEMSTAT_ENTRY_LOADED), 0);
	count = (size_t)(w - wanted);
	assert_int_equal(ttmemstat_report_record(att, &whole), 0);
	assert_int_equal(ttmemstat_report_free(att, 5), 0);
	assert_int_equal(ttmemstat_report_program_free(att, 6), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 7, 8), 0);
	assert_int_equal(ttmemstat_report_snapshot(att, &snapshot), 0);
	assert_int_equal(ttmemstat_report_snapshot_total(att, TT_MEMSTAT_POOL_CB, 1ull << 44,
							 TT_MEMSTAT_ENTRY_LOADED), 0);
	assert_int_equal(ttmemstat_submit(att, wanted, count, NULL), 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);

	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	for (i = 0; i < 2 * count; i++) {
		event = next(r, TTMEMSTAT_RECORDED_ENTRY);
		assert_memory_equal(&event.entry, &wanted[i % count], sizeof(event.entry));
	}
	next(r, TTMEMSTAT_RECORDED_DETACH);
	expect_end(r);
}

/* Entries that the library refuses are neither reported nor recorded. */
static void refused(void **state)
{
	const struct ttmemstat_record bad = { .addr = 8, .size = 16 };
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0), *other;
	const struct tt_memstat_rect outside = { 0, 0, 12, 0 }, exchanged = { 1, 0, 0, 0 };
	struct ttmemstat_attach_options o;
	struct ttmemstat_recording *r;
	uint32_t set;

	(void)state;
	assert_int_equal(ttmemstat_report_record(att, &bad), -EINVAL);
	assert_int_equal(ttmemstat_bank_set_l1(att, &outside, 1, &set), -ERANGE);
	assert_int_equal(ttmemstat_bank_set_l1(att, &exchanged, 1, &set), -EINVAL);
	assert_int_equal(ttmemstat_bank_set_dram(att, 0, &set), -EINVAL);
	fill_options(&o, 0);
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, NULL), -EALREADY);
	o.chip = 1;
	o.covers = 0;
	assert_int_equal(ttmemstat_attach(ctx, &o, &other, NULL), -EINVAL);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	next(r, TTMEMSTAT_RECORDED_DETACH);
	expect_end(r);
}

/* Entries that the module refuses do not become valid by being recorded. */
static void what_no_slot_expresses(void **state)
{
	static const struct tt_memstat_entry bad[] = {
		{ .op = 0, .size = 16 },
		{ .op = 6, .size = 16 },
		{ .op = TT_MEMSTAT_OP_RECORD, .addr = 8, .size = 16 },
		{ .op = TT_MEMSTAT_OP_RECORD, .size = 24 },
		{ .op = TT_MEMSTAT_OP_RECORD, .size = 16, .flags = 1 << 6 },
		{ .op = TT_MEMSTAT_OP_RECORD, .size = 16, .pool = 8 },
		{ .op = TT_MEMSTAT_OP_RECORD, .size = 16, .set = 1 << 16 },
		{ .op = TT_MEMSTAT_OP_RECORD, .size = 16, .reserved = { 0, 1 } },
		{ .op = TT_MEMSTAT_OP_FREE, .size = 1 },
		{ .op = TT_MEMSTAT_OP_FREE, .reserved = { 1 } },
		{ .op = TT_MEMSTAT_OP_SNAPSHOT, .pool = 10 },
	};
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct ttmemstat_recording *r;

	(void)state;
	assert_int_equal(ttmemstat_submit(att, bad, COUNT(bad), NULL), 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	next(r, TTMEMSTAT_RECORDED_DETACH);
	expect_end(r);
}

static void sets(void **state)
{
	const struct tt_memstat_rect rects[] = { { 0, 0, 3, 1 }, { 5, 5, 5, 5 } };
	const struct tt_memstat_rect same[] = { { 5, 5, 5, 5 }, { 0, 1, 3, 1 }, { 0, 0, 3, 0 } };
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct ttmemstat_recorded_set bank_set;
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	uint32_t one, two, again;

	(void)state;
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, 2, &one), 0);
	assert_int_equal(ttmemstat_bank_set_dram(att, 5, &two), 0);
	assert_int_equal(ttmemstat_bank_set_l1(att, same, 3, &again), 0);
	assert_int_equal(again, one);
	assert_int_not_equal(two, one);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);

	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	event = next(r, TTMEMSTAT_RECORDED_SET);
	assert_int_equal(event.set, one);
	assert_int_equal(event.bank_set.count, 2);
	assert_memory_equal(event.bank_set.rects, rects, sizeof(rects));
	assert_int_equal(next(r, TTMEMSTAT_RECORDED_SET).bank_set.mask, 5);
	assert_int_equal(ttmemstat_recording_set(r, event.attachment, two, &bank_set), 0);
	assert_int_equal(bank_set.space, TT_MEMSTAT_SPACE_DRAM);
	assert_int_equal(ttmemstat_recording_set(r, event.attachment, 3, &bank_set), -ENOENT);
	assert_int_equal(ttmemstat_recording_set(r, 1024, one, &bank_set), -ENOENT);
	next(r, TTMEMSTAT_RECORDED_DETACH);
	assert_int_equal(ttmemstat_recording_set(r, event.attachment, one, &bank_set), -ENOENT);
	expect_end(r);
}

static void names(void **state)
{
	char longest[TTMEMSTAT_NAME_MAX + 2];
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct ttmemstat_recording *r;
	uint32_t matmul, again, other, number, i;

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[TTMEMSTAT_NAME_MAX + 1] = '\0';
	assert_int_equal(ttmemstat_name(ctx, longest, &number), -ENAMETOOLONG);
	longest[TTMEMSTAT_NAME_MAX] = '\0';
	assert_int_equal(ttmemstat_name(ctx, longest, &number), 0);
	assert_int_equal(ttmemstat_name(ctx, "", &number), -EINVAL);
	assert_int_equal(ttmemstat_name(ctx, NULL, &number), -EINVAL);
	assert_int_equal(ttmemstat_name(ctx, "Matmul", &matmul), 0);
	assert_int_equal(ttmemstat_name(ctx, "Softmax", &other), 0);
	assert_int_equal(ttmemstat_name(ctx, "Matmul", &again), 0);
	assert_int_equal(matmul, again);
	assert_int_not_equal(matmul, other);
	assert_int_equal(ttmemstat_name_program(att, 9, other), 0);
	assert_int_equal(ttmemstat_name_program(att, 0, other), -EINVAL);
	assert_int_equal(record(att, 1, matmul), 0);
	assert_int_equal(record(att, 2, 0), 0);
	assert_int_equal(record(att, 3, 77777), 0);	/* none that was recorded */
	assert_int_equal(record(att, 4, number), 0);
	for (i = 0; i < 3000; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", i);
		assert_int_equal(ttmemstat_name(ctx, text, &number), 0);
		assert_int_equal(record(att, 10 + i, number), 0);
	}
	ttmemstat_detach(att);
	ttmemstat_close(ctx);

	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	assert_string_equal(next(r, TTMEMSTAT_RECORDED_PROGRAM_NAME).name, "Softmax");
	assert_string_equal(next(r, TTMEMSTAT_RECORDED_ENTRY).name, "Matmul");
	assert_null(next(r, TTMEMSTAT_RECORDED_ENTRY).name);
	assert_null(next(r, TTMEMSTAT_RECORDED_ENTRY).name);
	assert_string_equal(next(r, TTMEMSTAT_RECORDED_ENTRY).name, longest);
	for (i = 0; i < 3000; i++)
		assert_int_equal(atoi(next(r, TTMEMSTAT_RECORDED_ENTRY).name), i);
	next(r, TTMEMSTAT_RECORDED_DETACH);
	expect_end(r);
}

static void *report_outside(void *att)
{
	assert_int_equal(record(att, 4, 0), 0);
	return NULL;
}

static void scopes(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx(), *second = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	pthread_t thread;

	(void)state;
	assert_int_equal(record(att, 1, 0), 0);
	assert_int_equal(ttmemstat_scope_begin(ctx, "model"), 0);
	/* Another context of the process, like the Python package's with the reporter. */
	assert_int_equal(ttmemstat_scope_begin(second, "attention"), 0);
	assert_int_equal(record(att, 2, 0), 0);
	pthread_create(&thread, NULL, report_outside, att);
	pthread_join(thread, NULL);
	assert_int_equal(ttmemstat_scope_end(second), 0);
	assert_int_equal(record(att, 3, 0), 0);
	assert_int_equal(ttmemstat_scope_end(ctx), 0);
	assert_int_equal(ttmemstat_scope_begin(ctx, ""), -EINVAL);
	ttmemstat_close(second);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);

	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	assert_null(next(r, TTMEMSTAT_RECORDED_ENTRY).scope);
	event = next(r, TTMEMSTAT_RECORDED_SCOPE_BEGIN);
	assert_string_equal(event.name, "model");
	assert_null(event.scope);
	assert_string_equal(next(r, TTMEMSTAT_RECORDED_SCOPE_BEGIN).scope, "model");
	assert_string_equal(next(r, TTMEMSTAT_RECORDED_ENTRY).scope, "attention");
	event = next(r, TTMEMSTAT_RECORDED_ENTRY);
	assert_null(event.scope);
	assert_int_not_equal(event.thread, gettid());
	next(r, TTMEMSTAT_RECORDED_SCOPE_END);
	assert_string_equal(next(r, TTMEMSTAT_RECORDED_ENTRY).scope, "model");
	next(r, TTMEMSTAT_RECORDED_SCOPE_END);
	next(r, TTMEMSTAT_RECORDED_DETACH);
	expect_end(r);
}

/* ---- The file ---- */

static void the_users_alone_and_small(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct stat before, after;
	uint64_t i;

	(void)state;
	/* The same file: unused space is freed when the last context closes. */
	ttmemstat_close(ctx);
	ttmemstat_detach(att);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(before.st_mode & 07777, 0600);
	ctx = open_ctx();
	att = attach(ctx, 0);
	for (i = 1; i <= 1000; i++)
		assert_int_equal(record(att, i, 0), 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	assert_int_equal(stat(path, &after), 0);
	/* An attachment takes 7 slots, and one for its end. */
	assert_int_equal(after.st_size - before.st_size, (1000 + 8) * 40);
}

static void never_overwritten(void **state)
{
	struct ttmemstat_attachment *att;
	struct ttmemstat_ctx *ctx;
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	(void)state;
	assert_int_equal(write(fd, "precious", 8), 8);
	close(fd);
	ctx = open_ctx();
	assert_int_equal(ttmemstat_recorded(ctx), -EEXIST);
	att = attach(ctx, 0);
	assert_int_equal(record(att, 1, 0), 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 8);
	/* Nor is the target of a link. */
	unlink(path);
	assert_int_equal(symlink("elsewhere", path), 0);
	ctx = open_ctx();
	assert_int_equal(ttmemstat_recorded(ctx), -EEXIST);
	ttmemstat_close(ctx);
}

static void pid_in_the_name(void **state)
{
	char pattern[160], wanted[160];
	struct ttmemstat_ctx *ctx;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/a%%%%p-%%p-%%x", dir);
	snprintf(wanted, sizeof(wanted), "%s/a%%p-%d-%%x", dir, getpid());
	setenv("TT_MEMSTAT_RECORD", pattern, 1);
	ctx = open_ctx();
	/* The file is not made before the first report. */
	assert_int_equal(access(wanted, F_OK), -1);
	assert_int_equal(ttmemstat_scope_begin(ctx, "x"), 0);
	assert_int_equal(access(wanted, F_OK), 0);
	ttmemstat_close(ctx);
}

static void where_it_cannot_be(void **state)
{
	struct ttmemstat_ctx *ctx;
	uint32_t number = 7;

	(void)state;
	setenv("TT_MEMSTAT_RECORD", "/nonexistent/file", 1);
	ctx = open_ctx();
	assert_int_equal(ttmemstat_recorded(ctx), -ENOENT);
	assert_int_equal(ttmemstat_name(ctx, "x", &number), 0);
	assert_int_equal(number, 0);
	ttmemstat_close(ctx);
	unsetenv("TT_MEMSTAT_RECORD");
	ctx = open_ctx();
	assert_int_equal(ttmemstat_recorded(ctx), 0);
	ttmemstat_close(ctx);
	assert_int_equal(ttmemstat_recorded(NULL), -EINVAL);
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		int wanted;
	} cases[] = {
		{ "1M", 1 }, { "1024K", 1 }, { "1048576", 1 }, { "1T", 1 }, { "", 1 },
		{ "1023K", -EINVAL }, { "1048575", -EINVAL }, { "2T", -EINVAL }, { "1048577M", -EINVAL },
		{ "-1M", -EINVAL }, { " 1M", -EINVAL }, { "1M ", -EINVAL }, { "1MB", -EINVAL },
		{ "1m", -EINVAL }, { "M", -EINVAL }, { "0x100000", -EINVAL }, { "1.5M", -EINVAL },
		{ "99999999999999999999", -EINVAL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct ttmemstat_ctx *ctx;

		print_message("'%s'\n", cases[i].text);
		setenv("TT_MEMSTAT_RECORD_SIZE", cases[i].text, 1);
		ctx = open_ctx();
		assert_int_equal(ttmemstat_recorded(ctx), cases[i].wanted);
		ttmemstat_close(ctx);
		unlink(path);
	}
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* A child does not write to its parent's recording, and has its own only with %p. */
static void children(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	struct ttmemstat_recording *r;
	pid_t pid;

	(void)state;
	assert_int_equal(record(att, 1, 0), 0);
	pid = fork();
	if (!pid) {
		struct ttmemstat_ctx *own = open_ctx();
		bool fine = record(att, 2, 0) == -EPERM && ttmemstat_recorded(ctx) == -EPERM &&
			    ttmemstat_recorded(own) == -EEXIST;

		ttmemstat_close(own);
		ttmemstat_detach(att);
		ttmemstat_close(ctx);
		_exit(!fine);
	}
	assert_int_equal(status_of(pid), 0);
	assert_int_equal(record(att, 3, 0), 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	assert_int_equal(next(r, TTMEMSTAT_RECORDED_ENTRY).entry.id, 1);
	assert_int_equal(next(r, TTMEMSTAT_RECORDED_ENTRY).entry.id, 3);
	next(r, TTMEMSTAT_RECORDED_DETACH);
	expect_end(r);
}

#define KILLED_THREADS	4

static void *report_until_killed(void *arg)
{
	struct ttmemstat_attachment *att = arg;
	const uint64_t first = (uint64_t)gettid() << 32;
	uint64_t i;

	for (i = 1;; i++)
		record(att, first | i, 0);
	return NULL;
}

/* All events of each thread are there up to some event. */
static void killed(void **state)
{
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	uint64_t last[KILLED_THREADS] = { 0 }, count = 0;
	uint32_t threads[KILLED_THREADS] = { 0 };
	pid_t pid = fork();
	size_t i;

	(void)state;
	if (!pid) {
		struct ttmemstat_attachment *att = attach(open_ctx(), 0);
		pthread_t thread;

		for (i = 0; i < KILLED_THREADS; i++)
			pthread_create(&thread, NULL, report_until_killed, att);
		pause();
	}
	do {
		struct stat st;

		usleep(1000);
		if (!stat(path, &st) && st.st_size > 5 << 20)
			break;
	} while (count++ < 20000);
	kill(pid, SIGKILL);
	assert_true(WIFSIGNALED(status_of(pid)));
	r = open_recording();
	next(r, TTMEMSTAT_RECORDED_ATTACH);
	count = 0;
	while (ttmemstat_recording_next(r, &event) == 1) {
		for (i = 0; threads[i] && threads[i] != event.thread; i++)
			assert_true(i < KILLED_THREADS - 1);
		threads[i] = event.thread;
		assert_int_equal(event.entry.id, (uint64_t)event.thread << 32 | ++last[i]);
		count++;
	}
	assert_true(count > 100000);
	assert_int_equal(info_of(r).malformed, 0);
	/* Each thread may have been writing one. */
	assert_true(info_of(r).torn <= KILLED_THREADS);
	ttmemstat_recording_close(r);
}

/* ---- Limit of the size ---- */

/* Count live records like a reader: ids that no event ended. */
static size_t live_of(struct ttmemstat_recording *r, bool live[], size_t room)
{
	struct ttmemstat_recorded_event event;
	size_t count = 0;

	memset(live, 0, room * sizeof(*live));
	while (ttmemstat_recording_next(r, &event) == 1) {
		if (event.kind != TTMEMSTAT_RECORDED_ENTRY)
			continue;
		assert_true(event.entry.id < room);
		if (event.entry.op == TT_MEMSTAT_OP_RECORD) {
			assert_false(live[event.entry.id]);
			assert_non_null(event.name);
		}
		live[event.entry.id] = event.entry.op == TT_MEMSTAT_OP_RECORD;
	}
	while (room--)
		count += live[room];
	return count;
}

#define IDS	5000
#define ROUNDS	100000

static void bounded(void **state)
{
	static bool alive[IDS], seen[IDS];
	struct ttmemstat_attachment *att;
	struct ttmemstat_recording *r;
	struct ttmemstat_ctx *ctx;
	uint64_t bytes = 0, random = 1;
	uint32_t name, i;
	char file[160];
	struct stat st;

	(void)state;
	setenv("TT_MEMSTAT_RECORD_SIZE", "1M", 1);
	ctx = open_ctx();
	att = attach(ctx, 0);
	assert_int_equal(ttmemstat_scope_begin(ctx, "all of it"), 0);
	assert_int_equal(ttmemstat_name(ctx, "Matmul", &name), 0);
	for (i = 0; i < ROUNDS; i++) {
		const uint32_t id = (uint32_t)((random = random * 6364136223846793005u + 1) >> 33) % IDS;

		/* Half of the ids live from the beginning to the end. */
		if (!alive[id])
			assert_int_equal(record(att, id, name), 0);
		else if (id % 2)
			assert_int_equal(ttmemstat_report_free(att, id), 0);
		alive[id] = id % 2 ? !alive[id] : true;
	}
	assert_int_equal(ttmemstat_recorded(ctx), 1);
	r = open_recording();
	live_of(r, seen, IDS);
	assert_memory_equal(seen, alive, sizeof(seen));
	assert_int_equal(info_of(r).folded, 1);
	assert_int_equal(info_of(r).malformed, 0);
	assert_int_equal(info_of(r).torn, 0);
	ttmemstat_recording_close(r);
	for (i = 0; i < 1000; i++) {
		snprintf(file, sizeof(file), i ? "%s.%u" : "%s", path, i);
		if (!stat(file, &st))
			bytes += (uint64_t)st.st_blocks * 512;
	}
	assert_true(bytes <= 1u << 20);
	snprintf(file, sizeof(file), "%s.base", path);
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_size < (IDS + 200) * 40);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

/* A program keeps its last dispatch, its name and its records. */
static void folded_programs(void **state)
{
	struct ttmemstat_attachment *att, *gone;
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	struct ttmemstat_ctx *ctx;
	const struct tt_memstat_rect core = { 1, 1, 1, 1 };
	struct ttmemstat_record cb = { .id = 1, .size = 16, .pool = TT_MEMSTAT_POOL_CB, .program = 9 };
	struct ttmemstat_snapshot old = { .allocatable = 1, .pool = 2 }, young = { .allocatable = 2, .pool = 2 };
	uint32_t name, set, i, dispatches = 0, records = 0, snapshots = 0, names = 0, sets = 0;
	uint32_t attaches = 0;

	(void)state;
	setenv("TT_MEMSTAT_RECORD_SIZE", "1M", 1);
	ctx = open_ctx();
	gone = attach(ctx, 1);
	assert_int_equal(record(gone, 3, 0), 0);
	ttmemstat_detach(gone);
	att = attach(ctx, 0);
	assert_int_equal(ttmemstat_name(ctx, "Softmax", &name), 0);
	assert_int_equal(ttmemstat_bank_set_l1(att, &core, 1, &set), 0);
	cb.set = set;
	assert_int_equal(ttmemstat_report_program_replace(att, 9, &cb, 1), 0);
	cb.id = 2;
	assert_int_equal(ttmemstat_name_program(att, 9, name), 0);
	assert_int_equal(ttmemstat_report_program_replace(att, 9, &cb, 1), 0);
	assert_int_equal(ttmemstat_report_snapshot(att, &old), 0);
	assert_int_equal(ttmemstat_report_snapshot(att, &young), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(ttmemstat_report_dispatch(att, 9, i), 0);
	for (i = 0; i < 40000; i++) {
		assert_int_equal(record(att, 100 + i, 0), 0);
		assert_int_equal(ttmemstat_report_free(att, 100 + i), 0);
	}
	r = open_recording();
	while (ttmemstat_recording_next(r, &event) == 1 && records < 2) {
		attaches += event.kind == TTMEMSTAT_RECORDED_ATTACH;
		sets += event.kind == TTMEMSTAT_RECORDED_SET;
		if (event.kind == TTMEMSTAT_RECORDED_PROGRAM_NAME) {
			assert_string_equal(event.name, "Softmax");
			names++;
		}
		if (event.kind != TTMEMSTAT_RECORDED_ENTRY)
			continue;
		if (event.entry.op == TT_MEMSTAT_OP_DISPATCH) {
			assert_int_equal(event.entry.id, 2);
			dispatches++;
		}
		if (event.entry.op == TT_MEMSTAT_OP_SNAPSHOT) {
			assert_int_equal(event.entry.id, 2);
			snapshots++;
		}
		if (event.entry.op == TT_MEMSTAT_OP_RECORD && !records++)
			assert_int_equal(event.entry.id, 2);
	}
	assert_int_equal(info_of(r).malformed, 0);
	ttmemstat_recording_close(r);
	assert_int_equal(attaches, 1);
	assert_int_equal(sets, 1);
	assert_int_equal(names, 1);
	assert_int_equal(dispatches, 1);
	assert_int_equal(snapshots, 1);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
}

/* A full disk ends the recording, not the program. */
static void out_of_room(void **state)
{
	struct ttmemstat_recording *r;
	struct ttmemstat_recorded_event event;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		struct rlimit limit = { 2 << 20, 2 << 20 };
		struct ttmemstat_attachment *att;
		struct ttmemstat_ctx *ctx = open_ctx();
		bool fine = true;
		uint64_t i;

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		att = attach(ctx, 0);
		for (i = 1; i < 100000; i++)
			fine = fine && !record(att, i, 0);
		fine = fine && ttmemstat_recorded(ctx) == -EFBIG;
		ttmemstat_detach(att);
		ttmemstat_close(ctx);
		_exit(!fine);
	}
	assert_int_equal(status_of(pid), 0);
	r = open_recording();
	while (ttmemstat_recording_next(r, &event) == 1)
		;
	assert_true(info_of(r).events > 20000);
	assert_int_equal(info_of(r).error, EFBIG);
	assert_true(info_of(r).lost > 40000);
	ttmemstat_recording_close(r);
}

/* ---- Threads ---- */

#define THREADS	8
#define EACH	20000

static void *report_many(void *arg)
{
	struct ttmemstat_attachment *att = arg;
	const uint64_t first = (uint64_t)gettid() << 32;
	uint64_t i;

	for (i = 1; i <= EACH; i++)
		assert_int_equal(record(att, first | i, 0), 0);
	return NULL;
}

static void threads(void **state)
{
	struct ttmemstat_ctx *ctx[2] = { open_ctx(), open_ctx() };
	struct ttmemstat_attachment *att[2] = { attach(ctx[0], 0), attach(ctx[1], 1) };
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	pthread_t thread[THREADS];
	uint64_t sum = 0;
	size_t i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, report_many, att[i % 2]);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (i = 0; i < 2; i++) {
		ttmemstat_detach(att[i]);
		ttmemstat_close(ctx[i]);
	}
	r = open_recording();
	while (ttmemstat_recording_next(r, &event) == 1) {
		if (event.kind != TTMEMSTAT_RECORDED_ENTRY)
			continue;
		assert_int_equal(event.entry.id >> 32, event.thread);
		sum += event.entry.id & 0xffffffff;
	}
	assert_int_equal(sum, (uint64_t)THREADS * EACH * (EACH + 1) / 2);
	assert_int_equal(info_of(r).events, THREADS * EACH + 4);
	assert_int_equal(info_of(r).torn, 0);
	assert_int_equal(info_of(r).malformed, 0);
	ttmemstat_recording_close(r);
}

/* ---- Hostile files ---- */

static void no_recordings(void **state)
{
	struct ttmemstat_recording *r;
	int fd;

	(void)state;
	assert_int_equal(ttmemstat_recording_open(&r, path), -ENOENT);
	assert_int_equal(ttmemstat_recording_open(&r, dir), -EISDIR);
	assert_int_equal(ttmemstat_recording_open(&r, "/dev/null"), -EBADMSG);
	assert_int_equal(ttmemstat_recording_open(NULL, path), -EINVAL);
	assert_int_equal(ttmemstat_recording_open(&r, NULL), -EINVAL);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(ttmemstat_recording_open(&r, path), -EBADMSG);
	assert_int_equal(ftruncate(fd, 8192), 0);
	assert_int_equal(ttmemstat_recording_open(&r, path), -EBADMSG);
	close(fd);
	ttmemstat_recording_close(NULL);
}

/* A small recording with all kinds of events, as bytes. */
static size_t sample(char **bytes)
{
	const struct tt_memstat_rect rects[] = { { 0, 0, 3, 1 }, { 5, 5, 5, 5 } };
	const struct ttmemstat_snapshot snapshot = { .allocatable = 64, .pool = TT_MEMSTAT_POOL_L1 };
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx, 0);
	uint32_t name, set;
	struct stat st;
	int fd;

	assert_int_equal(ttmemstat_name(ctx, "a name that takes two pieces, not one", &name), 0);
	assert_int_equal(ttmemstat_bank_set_l1(att, rects, 2, &set), 0);
	assert_int_equal(ttmemstat_bank_set_dram(att, 5, &set), 0);
	assert_int_equal(ttmemstat_scope_begin(ctx, "scope"), 0);
	assert_int_equal(record(att, 1, name), 0);
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 2, 3), 0);
	assert_int_equal(ttmemstat_name_program(att, 2, name), 0);
	assert_int_equal(ttmemstat_report_program_free(att, 2), 0);
	assert_int_equal(ttmemstat_report_snapshot(att, &snapshot), 0);
	assert_int_equal(ttmemstat_drop(att, 1), 0);
	assert_int_equal(ttmemstat_partial(att, 1), 0);
	assert_int_equal(ttmemstat_scope_end(ctx), 0);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	fd = open(path, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	*bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, *bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	/* For the fuzzer: as its first two bytes say, slots behind a page that is good. */
	if (getenv("TT_MEMSTAT_SAMPLE")) {
		fd = open(getenv("TT_MEMSTAT_SAMPLE"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
		assert_int_equal(write(fd, "\1\377", 2), 2);
		assert_int_equal(write(fd, *bytes + PAGE, (size_t)st.st_size - PAGE),
				 st.st_size - PAGE);
		close(fd);
	}
	return (size_t)st.st_size;
}

/* For any contents of the file, all results are valid. */
static void read_hostile(const char *bytes, size_t len)
{
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), found;

	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
	if (ttmemstat_recording_open(&r, path))
		return;
	while ((found = ttmemstat_recording_next(r, &event)) == 1) {
		assert_in_range(event.kind, TTMEMSTAT_RECORDED_ENTRY, TTMEMSTAT_RECORDED_SCOPE_END);
		assert_in_range(event.attachment, 0, 1023);
		assert_true(event.entry.pool < TT_MEMSTAT_POOLS);
		assert_true(!event.name || strlen(event.name) <= TTMEMSTAT_NAME_MAX);
		if (event.kind == TTMEMSTAT_RECORDED_ATTACH)
			assert_true(strlen(event.attach->label) < TT_MEMSTAT_LABEL_LEN);
		if (event.kind == TTMEMSTAT_RECORDED_SET && event.bank_set.count)
			assert_true(event.bank_set.rects[event.bank_set.count - 1].x0 <=
				    event.bank_set.rects[event.bank_set.count - 1].x1);
	}
	assert_int_equal(found, 0);
	ttmemstat_recording_close(r);
}

/* Flip one bit, and all bits, of every byte. */
static void each_byte_bent(void **state)
{
	char *bytes;
	size_t len = sample(&bytes), i;
	int turn;

	(void)state;
	for (i = 0; i < len; i++) {
		if (i == sizeof(struct rec_page))
			i = PAGE;
		for (turn = 0; turn < 2; turn++) {
			const char turned = (char)(turn ? 0xff : 1 << i % 8);

			bytes[i] ^= turned;
			read_hostile(bytes, len);
			bytes[i] ^= turned;
		}
	}
	free(bytes);
}

static void cut_anywhere(void **state)
{
	char *bytes;
	size_t len = sample(&bytes), i;

	(void)state;
	for (i = 0; i <= len; i = i < PAGE ? i + 64 : i + 1)
		read_hostile(bytes, i);
	free(bytes);
}

/* Invalid slots are skipped, and the rest is read. */
static void malformed_slots_are_counted(void **state)
{
	struct ttmemstat_recorded_event event;
	struct ttmemstat_recording *r;
	struct rec_slot *slot;
	char *bytes;
	size_t len = sample(&bytes), whole = 0, after = 0;
	int fd;

	(void)state;
	r = open_recording();
	while (ttmemstat_recording_next(r, &event) == 1)
		whole++;
	ttmemstat_recording_close(r);
	for (slot = (struct rec_slot *)(bytes + PAGE); (char *)slot < bytes + len; slot++)
		if ((slot->head & 15) == REC_FREE)
			slot->addr = 1;
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
	r = open_recording();
	while (ttmemstat_recording_next(r, &event) == 1)
		after++;
	assert_int_equal(after, whole - 1);
	assert_int_equal(info_of(r).malformed, 1);
	ttmemstat_recording_close(r);
	free(bytes);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(attachments),
	TEST(events),
	TEST(refused),
	TEST(what_no_slot_expresses),
	TEST(sets),
	TEST(names),
	TEST(scopes),
	TEST(the_users_alone_and_small),
	TEST(never_overwritten),
	TEST(pid_in_the_name),
	TEST(where_it_cannot_be),
	TEST(sizes),
	TEST(children),
	TEST(killed),
	TEST(bounded),
	TEST(folded_programs),
	TEST(out_of_room),
	TEST(threads),
	TEST(no_recordings),
	TEST(each_byte_bent),
	TEST(cut_anywhere),
	TEST(malformed_slots_are_counted),
};

TEST_MAIN(tests)
