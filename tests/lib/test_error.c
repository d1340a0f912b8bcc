// SPDX-License-Identifier: GPL-2.0-only
/*
 * Texts of failures, with a simulated device (the linker replaces ioctl()): every check of the
 * library names the field, its value and the limit; for refusals of the module, the text derives
 * from the call and the module's answers.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

/* The simulated device: a Wormhole of 8x9 cores, tt3. */
static struct {
	int fail;		/* errno of what is asked but GET_INFO, CHIP_FIND and the queries */
	int query_fail;
	bool no_dram;		/* of the chip */
	unsigned int asked;	/* calls, to detect calls made for the text alone */
	unsigned int taken;	/* by a submit that fails */
	uint64_t records;
} dev;

static void answer_query(struct tt_memstat_query *query)
{
	query->figures.known[0] = UINT64_MAX;
	query->figures.value[TT_MEMSTAT_FIG_RECORDS] = dev.records;
	query->figures.value[TT_MEMSTAT_FIG_CLIENTS] = 2;
}

static void answer_find(struct tt_memstat_chip_find *find)
{
	assert_string_equal(find->name, "tt3");
	find->geometry = (struct tt_memstat_geometry) {
		.arch = TT_MEMSTAT_ARCH_WORMHOLE,
		.valid = TT_MEMSTAT_GEOMETRY_GRID,
		.grid_x = 8,
		.grid_y = 9,
		.l1_bytes = 1499136,
		.dram_bank_bytes = 1ull << 30,
		.dram_banks = dev.no_dram ? 0 : 12,
	};
}

static int play(unsigned long call, void *arg)
{
	struct tt_memstat_get_info *info = arg;

	switch (call) {
	case TT_MEMSTAT_GET_INFO:
		info->api_version = TT_MEMSTAT_API_VERSION;
		info->max_submit = 100;
		info->max_ring_entries = 4096;
		info->user_bytes = 500;
		info->max_user_bytes = 512;
		info->host_bytes = 600;
		info->max_host_bytes = 1024;
		info->max_sets = 4096;
		info->max_rects = 256;
		info->max_clients = 2;
		info->max_chips = 256;
		return 0;
	case TT_MEMSTAT_CHIP_FIND:
		if (dev.fail == ENOTUNIQ)
			return ENOTUNIQ;
		answer_find(arg);
		return 0;
	case TT_MEMSTAT_QUERY_CHIP:
	case TT_MEMSTAT_QUERY_CLIENT:
		answer_query(arg);
		return dev.query_fail;
	case TT_MEMSTAT_ATTACH:
		((struct tt_memstat_attach *)arg)->chip_out = 3;
		return dev.fail;
	case TT_MEMSTAT_SUBMIT:
		((struct tt_memstat_submit *)arg)->taken = dev.taken;
		return dev.fail;
	default:
		return dev.fail;
	}
}

int __wrap_ioctl(int fd, unsigned long call, void *arg);
int __wrap_ioctl(int fd, unsigned long call, void *arg)
{
	(void)fd;
	dev.asked++;
	errno = play(call, arg);
	return errno ? -1 : 0;
}

static struct ttmemstat_ctx *ctx;
static struct ttmemstat_attachment *att;

static int setup(void **state)
{
	const struct ttmemstat_open_options o = { .size = sizeof(o), .path = "/dev/null" };
	struct ttmemstat_attach_options a;

	(void)state;
	memset(&dev, 0, sizeof(dev));
	unsetenv("TT_MEMSTAT_DISABLED");
	ttmemstat_attach_options_init(&a);
	a.chip = 3;
	a.covers = 1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_L1 |
		   1u << TT_MEMSTAT_POOL_CB | 1u << TT_MEMSTAT_POOL_KERNEL;
	return ttmemstat_open(&ctx, &o) || ttmemstat_attach(ctx, &a, &att, NULL);
}

static int teardown(void **state)
{
	(void)state;
	dev.fail = 0;
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	return 0;
}

static void expect_text(const char *wanted, const char *text, size_t len)
{
	if (strcmp(wanted, text) != 0)
		fail_msg("expected: %s\n   saw:      %s", wanted, text);
	assert_int_equal(len, strlen(text));
}

/* The call returned @error, and the failure of the context, or of the attachment, has this text. */
static void ctx_says(int error, int wanted, const char *text)
{
	char buf[TTMEMSTAT_ERROR_LEN];
	size_t len;

	assert_int_equal(error, wanted);
	len = ttmemstat_error(ctx, buf, sizeof(buf));
	expect_text(text, buf, len);
}

static void att_says(int error, int wanted, const char *text)
{
	char buf[TTMEMSTAT_ERROR_LEN];
	size_t len;

	assert_int_equal(error, wanted);
	len = ttmemstat_attachment_error(att, buf, sizeof(buf));
	expect_text(text, buf, len);
}

/* ---- The library's own checks ---- */

static void records(void **state)
{
	static const struct {
		struct ttmemstat_record r;
		const char *text;
	} cases[] = {
		{ { .addr = 8, .size = 16 }, "addr is 8: it must be a multiple of 16" },
		{ { .pool = 9 }, "pool is 9: it must be below 6" },
		{ { .flags = 0x40 }, "flags is 0x40: it must have no bits but 0xf" },
		{ { .size = UINT64_MAX }, "size is 18446744073709551615: it must be at most "
					  "18446744073709551600" },
	};
	const struct ttmemstat_record good = { .size = 16 };
	char text[TTMEMSTAT_ERROR_LEN], wanted[TTMEMSTAT_ERROR_LEN];
	struct tt_memstat_entry entry;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		snprintf(wanted, sizeof(wanted), "ttmemstat_report_record: %s (EINVAL)",
			 cases[i].text);
		att_says(ttmemstat_report_record(att, &cases[i].r), -EINVAL, wanted);
		/* Pure. */
		assert_int_equal(ttmemstat_entry_record(&entry, &cases[i].r), -EINVAL);
		len = ttmemstat_record_error(&cases[i].r, text, sizeof(text));
		expect_text(wanted, text, len);
	}
	att_says(ttmemstat_report_record(att, NULL), -EINVAL,
		 "ttmemstat_report_record: record is NULL: it must be given (EINVAL)");
	assert_int_equal(ttmemstat_record_error(&good, text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void snapshots(void **state)
{
	static const struct {
		struct ttmemstat_snapshot s;
		const char *text;
	} cases[] = {
		{ { .pool = 6 }, "pool is 6: it must be below 6" },
		{ { .flags = 0x11 }, "flags is 0x11: it must have no bits but 0x20" },
		{ { .reserved = 7 }, "reserved is 7: it must be 0" },
	};
	struct ttmemstat_device_snapshots device = { .att = att, .count = 2 };
	struct ttmemstat_snapshot two[2] = { { .pool = 2 }, { .pool = 8 } };
	char text[TTMEMSTAT_ERROR_LEN], wanted[TTMEMSTAT_ERROR_LEN];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		snprintf(wanted, sizeof(wanted), "ttmemstat_report_snapshot: %s (EINVAL)",
			 cases[i].text);
		att_says(ttmemstat_report_snapshot(att, &cases[i].s), -EINVAL, wanted);
		len = ttmemstat_snapshot_error(&cases[i].s, text, sizeof(text));
		expect_text(wanted, text, len);
	}
	att_says(ttmemstat_report_snapshot(att, NULL), -EINVAL,
		 "ttmemstat_report_snapshot: snapshot is NULL: it must be given (EINVAL)");
	att_says(ttmemstat_report_snapshot_total(att, 7, 1, 0), -EINVAL,
		 "ttmemstat_report_snapshot_total: pool is 7: it must be below 6 (EINVAL)");
	att_says(ttmemstat_report_snapshot_total(att, 4, 1, 1), -EINVAL,
		 "ttmemstat_report_snapshot_total: flags is 0x1: it must have no bits but 0x20 "
		 "(EINVAL)");
	att_says(ttmemstat_report_device_snapshots(&device, 1), -EINVAL,
		 "ttmemstat_report_device_snapshots: snapshots is NULL: it must be given (EINVAL)");
	device.snapshots = two;
	att_says(ttmemstat_report_device_snapshots(&device, 1), -EINVAL,
		 "ttmemstat_report_device_snapshots: snapshots[1].pool is 8: it must be below 6 "
		 "(EINVAL)");
	device.reserved = 3;
	att_says(ttmemstat_report_device_snapshots(&device, 1), -EINVAL,
		 "ttmemstat_report_device_snapshots: reserved is 3: it must be 0 (EINVAL)");
	device.count = 0;
	att_says(ttmemstat_report_device_snapshots(&device, 1), -EINVAL,
		 "ttmemstat_report_device_snapshots: count is 0: it must not be 0 (EINVAL)");
}

static void other_events(void **state)
{
	const uint64_t high = TTMEMSTAT_KERNEL_ID;

	(void)state;
	att_says(ttmemstat_report_kernel_load(att, high, 1, 0), -EINVAL,
		 "ttmemstat_report_kernel_load: id is 9223372036854775808: it must be below "
		 "9223372036854775808 (EINVAL)");
	att_says(ttmemstat_report_kernel_load(att, 1, 1, 1), -EINVAL,
		 "ttmemstat_report_kernel_load: flags is 0x1: it must have no bits but 0x2 "
		 "(EINVAL)");
	att_says(ttmemstat_report_kernel_load(att, 1, UINT64_MAX, 0), -EINVAL,
		 "ttmemstat_report_kernel_load: size is 18446744073709551615: it must be at most "
		 "18446744073709551600 (EINVAL)");
	att_says(ttmemstat_report_kernel_unload(att, high | 1), -EINVAL,
		 "ttmemstat_report_kernel_unload: id is 9223372036854775809: it must be below "
		 "9223372036854775808 (EINVAL)");
	att_says(ttmemstat_drop(att, 0), -EINVAL,
		 "ttmemstat_drop: pools is 0: it must not be 0 (EINVAL)");
	att_says(ttmemstat_drop(att, 0x40), -EINVAL,
		 "ttmemstat_drop: pools is 0x40: it must have no bits but 0x3f (EINVAL)");
	att_says(ttmemstat_submit(att, NULL, 3, NULL), -EINVAL,
		 "ttmemstat_submit: entries is NULL: it must be given (EINVAL)");
	att_says(ttmemstat_ring_status(att, NULL), -EINVAL,
		 "ttmemstat_ring_status: status is NULL: it must be given (EINVAL)");
	att_says(ttmemstat_attachment_chip(att, NULL), -EINVAL,
		 "ttmemstat_attachment_chip: chip is NULL: it must be given (EINVAL)");
}

static void replacing(void **state)
{
	struct ttmemstat_record r[2] = { { .pool = TT_MEMSTAT_POOL_CB, .size = 16 },
					 { .pool = TT_MEMSTAT_POOL_CB, .size = 16 } };

	(void)state;
	att_says(ttmemstat_report_program_replace(att, 0, r, 2), -EINVAL,
		 "ttmemstat_report_program_replace: program is 0: it must not be 0 (EINVAL)");
	att_says(ttmemstat_report_program_replace(att, 5, NULL, 2), -EINVAL,
		 "ttmemstat_report_program_replace: records is NULL: it must be given (EINVAL)");
	att_says(ttmemstat_report_program_replace(att, 5, r, 0), -EINVAL,
		 "ttmemstat_report_program_replace: count is 0: it must not be 0 (EINVAL)");
	r[1].program = 6;
	att_says(ttmemstat_report_program_replace(att, 5, r, 2), -EINVAL,
		 "ttmemstat_report_program_replace: records[1].program is 6: it must be 0 or 5 "
		 "(EINVAL)");
	r[1].program = 5;
	r[1].pool = TT_MEMSTAT_POOL_L1;
	att_says(ttmemstat_report_program_replace(att, 5, r, 2), -EINVAL,
		 "ttmemstat_report_program_replace: records[1].pool is 2: it must be one of cb, "
		 "kernel (EINVAL)");
	r[1].pool = TT_MEMSTAT_POOL_CB;
	r[1].flags = TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	att_says(ttmemstat_report_program_replace(att, 5, r, 2), -EINVAL,
		 "ttmemstat_report_program_replace: records[1].flags is 0x8: it must have no bits "
		 "but 0x7 (EINVAL)");
	r[1].flags = 0;
	r[1].addr = 1;
	att_says(ttmemstat_report_program_replace(att, 5, r, 2), -EINVAL,
		 "ttmemstat_report_program_replace: records[1].addr is 1: it must be a multiple of "
		 "16 (EINVAL)");
	/* The module also refuses one of them. */
	r[1].addr = 0;
	r[1].id = 77;
	dev.fail = EEXIST;
	dev.taken = 1;
	att_says(ttmemstat_report_program_replace(att, 5, r, 2), -EEXIST,
		 "ttmemstat_report_program_replace: records[1]: id is 77: it is live already "
		 "(EEXIST)");
}

static void sets(void **state)
{
	const struct tt_memstat_rect rects[2] = { { 0, 0, 1, 1 }, { 0, 5, 3, 2 } };
	uint32_t set;

	(void)state;
	att_says(ttmemstat_bank_set_l1(att, rects, 1, NULL), -EINVAL,
		 "ttmemstat_bank_set_l1: set is NULL: it must be given (EINVAL)");
	att_says(ttmemstat_bank_set_l1(att, NULL, 1, &set), -EINVAL,
		 "ttmemstat_bank_set_l1: rects is NULL: it must be given (EINVAL)");
	att_says(ttmemstat_bank_set_l1(att, rects, 0, &set), -EINVAL,
		 "ttmemstat_bank_set_l1: count is 0: it must not be 0 (EINVAL)");
	att_says(ttmemstat_bank_set_dram(att, 1, NULL), -EINVAL,
		 "ttmemstat_bank_set_dram: set is NULL: it must be given (EINVAL)");
	att_says(ttmemstat_bank_set_dram(att, 0, &set), -EINVAL,
		 "ttmemstat_bank_set_dram: mask is 0: it must not be 0 (EINVAL)");
	dev.fail = EINVAL;
	att_says(ttmemstat_bank_set_l1(att, rects, 2, &set), -EINVAL,
		 "ttmemstat_bank_set_l1: rects[1].y0 is 5: it must be at most 2 (EINVAL)");
	dev.fail = ERANGE;
	att_says(ttmemstat_bank_set_l1(att, (struct tt_memstat_rect[]){ { 0, 0, 12, 3 } }, 1, &set),
		 -ERANGE, "ttmemstat_bank_set_l1: rects reach column 12 and row 3: that is outside "
		 "the logical grid of tt3, which is 8x9 (ERANGE)");
	att_says(ttmemstat_bank_set_dram(att, 0x1000, &set), -ERANGE,
		 "ttmemstat_bank_set_dram: mask is 0x1000: it names banks that tt3 does not have, "
		 "which has 12 (ERANGE)");
	/* An unknown number is not printed as 0. */
	dev.no_dram = true;
	att_says(ttmemstat_bank_set_dram(att, 0x1000, &set), -ERANGE,
		 "ttmemstat_bank_set_dram: mask is 0x1000: it names banks that tt3 does not have "
		 "(ERANGE)");
	dev.no_dram = false;
	dev.fail = ENOSPC;
	att_says(ttmemstat_bank_set_dram(att, 1, &set), -ENOSPC,
		 "ttmemstat_bank_set_dram: the attachment has named too many sets: max_sets is 4096; "
		 "or the user pins 500 bytes: max_user_bytes is 512; all users pin 600: "
		 "max_host_bytes is 1024 (ENOSPC)");
}

static void attach_fails(const struct ttmemstat_attach_options *o, int wanted, const char *text)
{
	struct ttmemstat_attachment *out = NULL;
	char buf[TTMEMSTAT_ERROR_LEN];

	snprintf(buf, sizeof(buf), "ttmemstat_attach: %s", text);
	ctx_says(ttmemstat_attach(ctx, o, &out, NULL), wanted, buf);
	assert_null(out);
}

/* @offset: of the field of 32 bits that is changed */
static void attaching(void **state)
{
	static const struct {
		size_t offset;
		uint32_t value;
		const char *text;
	} cases[] = {
#define OF(field, value, text)	{ offsetof(struct ttmemstat_attach_options, field), value, text }
		OF(reserved, 1, "reserved is 1: it must be 0 (EINVAL)"),
		OF(ring_entries, 64, "ring_entries is 64: it must be 0 unless flags has 0x80000000 "
		   "(EINVAL)"),
		OF(flags, 4, "flags is 0x4: it must have no bits but 0x80000003 (EINVAL)"),
		OF(covers, 0, "covers is 0: it must not be 0 (EINVAL)"),
		OF(covers, 0x44, "covers is 0x44: it must have no bits but 0x3f (EINVAL)"),
		OF(partial, 0x10, "partial is 0x10: it must have no bits but 0x4 (EINVAL)"),
		OF(runtime_id, (uint32_t)-5, "runtime_id is -5: it must be -1 or more (EINVAL)"),
		OF(asic_location, 2, "asic_location is 2: it must be 0 unless flags has 0x2 "
		   "(EINVAL)"),
		OF(layout.valid, 0x10, "layout.valid is 0x10: it must have no bits but 0xf "
		   "(EINVAL)"),
		OF(layout.reserved, 1, "layout.reserved is 1: it must be 0 (EINVAL)"),
		OF(layout.worker_x, 8, "layout.worker_x is 8: it must be 0 unless valid has 0x1 "
		   "(EINVAL)"),
		OF(layout.trace_region, 8, "layout.trace_region is 8: it must be 0 unless valid "
		   "has 0x8 (EINVAL)"),
#undef OF
	};
	struct ttmemstat_attach_options o, good;
	char label[80];
	size_t i;

	(void)state;
	dev.fail = EINVAL;
	ttmemstat_attach_options_init(&good);
	good.covers = 4;
	for (i = 0; i < COUNT(cases); i++) {
		o = good;
		memcpy((char *)&o + cases[i].offset, &cases[i].value, sizeof(cases[i].value));
		attach_fails(&o, -EINVAL, cases[i].text);
	}
	o = good;
	o.flags = TT_MEMSTAT_ATTACH_REMOTE;
	o.asic_location = 256;
	attach_fails(&o, -EINVAL, "asic_location is 256: it must be below 256 (EINVAL)");
	o = good;
	o.layout.valid = TT_MEMSTAT_LAYOUT_L1;
	o.layout.l1_base = 8;
	attach_fails(&o, -EINVAL, "layout.l1_base is 8: it must be a multiple of 16 (EINVAL)");
	o = good;
	o.flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	o.geometry.arch = 7;
	attach_fails(&o, -EINVAL, "arch is 7: it must be from 1 to 2 (EINVAL)");
	o = good;
	o.flags = TTMEMSTAT_ATTACH_RING;
	o.ring_entries = 32;
	attach_fails(&o, -EINVAL, "ring_entries is 32: it must be at least 64 (EINVAL)");
	o.ring_entries = 100;
	attach_fails(&o, -EINVAL, "ring_entries is 100: it must be a power of two (EINVAL)");
	o.ring_entries = 8192;
	attach_fails(&o, -EINVAL, "ring_entries is 8192: it must be at most 4096 (EINVAL)");
	memset(label, 'a', sizeof(label));
	label[70] = '\0';
	o = good;
	o.label = label;
	attach_fails(&o, -ENAMETOOLONG, "label is 70 bytes long: it must have at most 63 (ENAMETOOLONG)");
	attach_fails(NULL, -EINVAL, "options is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_attach(ctx, &good, NULL, NULL), -EINVAL,
		 "ttmemstat_attach: att is NULL: it must be given (EINVAL)");
	/* The library finds no mistake. */
	attach_fails(&good, -EINVAL, "tt0: the module does not take these arguments (EINVAL)");
}

static void sizes_of_structures(void **state)
{
	char text[TTMEMSTAT_ERROR_LEN];
	struct {
		struct ttmemstat_attach_options o;
		unsigned char tail[8];
	} longer = { .tail[3] = 1 };

	(void)state;
	ttmemstat_attach_options_init(&longer.o);
	longer.o.size = sizeof(longer);
	snprintf(text, sizeof(text), "size is %zu: what is unknown here must be 0, from byte %zu "
		 "(E2BIG)", sizeof(longer), sizeof(longer.o));
	attach_fails(&longer.o, -E2BIG, text);
	longer.o.size = 8;
	snprintf(text, sizeof(text), "size is 8: it must be at least %zu (EINVAL)",
		 offsetof(struct ttmemstat_attach_options, ring_entries));
	attach_fails(&longer.o, -EINVAL, text);
}

static void geometries(void **state)
{
	static const struct {
		struct tt_memstat_geometry g;
		int error;
		const char *text;
	} cases[] = {
		{ { .arch = 3, .valid = 1 }, EINVAL, "arch is 3: it must be from 1 to 2" },
		{ { .arch = 1 }, EINVAL, "valid is 0x0: it must have a bit of 0x7" },
		{ { .arch = 1, .valid = 9 }, EINVAL, "valid is 0x9: it must have no bits but 0x7" },
		{ { .arch = 1, .valid = 1, .reserved = 1 }, EINVAL,
		  "reserved is 1: it must be 0" },
		{ { .arch = 1, .valid = 1, .dram_mask = 1 }, EINVAL,
		  "dram_mask is 1: it must be 0 unless valid has 0x2" },
		{ { .arch = 1, .valid = 1, .grid_y = 3 }, EINVAL,
		  "grid_y is 3: it must be 0 unless valid has 0x4" },
		{ { .arch = 1, .valid = 1, .l1_bytes = 24 }, EINVAL,
		  "l1_bytes is 24: it must be a multiple of 16" },
		{ { .arch = 1, .valid = 1, .dram_bank_bytes = 8 }, EINVAL,
		  "dram_bank_bytes is 8: it must be a multiple of 16" },
		{ { .arch = 1, .valid = 1, .l1_bytes = 1499152 }, ERANGE,
		  "l1_bytes is 1499152: it must be at most 1499136" },
		{ { .arch = 1, .valid = 1, .tensix_mask = 0x400 }, ERANGE,
		  "tensix_mask is 0x400: it must have no bits but 0x3ff" },
		{ { .arch = 1, .valid = 1, .tensix_mask = 0x3ff }, ERANGE,
		  "tensix_mask is 0x3ff: it must leave a bit of 0x3ff" },
		{ { .arch = 1, .valid = 4, .grid_x = 9, .grid_y = 1 }, ERANGE,
		  "grid_x is 9: it must be from 1 to 8" },
		{ { .arch = 1, .valid = 5, .grid_x = 8, .grid_y = 8 }, EINVAL,
		  "grid_y is 8: with the mask given with it, it is 10" },
		{ { .arch = 1, .valid = 1, .dram_banks = 14 }, ERANGE,
		  "dram_banks is 14: it must be at most 12" },
		{ { .arch = 1, .valid = 1, .dram_banks = 7 }, ERANGE,
		  "dram_banks is 7: it must be a multiple of 2" },
		{ { .arch = 1, .valid = 3, .dram_mask = 1, .dram_banks = 12 }, EINVAL,
		  "dram_banks is 12: with the mask given with it, it is 10" },
	};
	const struct tt_memstat_geometry no_dram = { .arch = 1, .valid = 1 };
	char text[TTMEMSTAT_ERROR_LEN], wanted[TTMEMSTAT_ERROR_LEN];
	struct ttmemstat_resolved out;
	uint32_t chip;
	size_t i, len;

	(void)state;
	dev.fail = EINVAL;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(ttmemstat_geometry_resolve(&cases[i].g, &out), -cases[i].error);
		len = ttmemstat_geometry_error(&cases[i].g, text, sizeof(text));
		snprintf(wanted, sizeof(wanted), "ttmemstat_geometry_resolve: %s (%s)",
			 cases[i].text, cases[i].error == EINVAL ? "EINVAL" : "ERANGE");
		expect_text(wanted, text, len);
		/* The module says -EINVAL to all of them. */
		assert_int_equal(ttmemstat_chip_create(ctx, &cases[i].g, NULL, 0, 0, &chip),
				 -EINVAL);
		assert_true(ttmemstat_error(ctx, text, sizeof(text)) > 0);
		assert_non_null(strstr(text, cases[i].text));
	}
	len = ttmemstat_geometry_error(NULL, text, sizeof(text));
	expect_text("ttmemstat_geometry_resolve: geometry is NULL: it must be given (EINVAL)", text,
		    len);
	assert_int_equal(ttmemstat_geometry_error(&no_dram, text, sizeof(text)), 0);
}

static void chips(void **state)
{
	struct tt_memstat_geometry_set set = { .chip = 4, .flags = 0x10 };
	struct tt_memstat_chip_find find = { .flags = TT_MEMSTAT_FIND_NAME };
	const struct tt_memstat_geometry g = { .arch = 1, .valid = 3 };
	uint32_t chip;

	(void)state;
	ctx_says(ttmemstat_info(ctx, NULL), -EINVAL,
		 "ttmemstat_info: info is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_chip_create(ctx, NULL, NULL, 0, 0, &chip), -EINVAL,
		 "ttmemstat_chip_create: geometry is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_chip_create(ctx, &g, NULL, 0, 0, NULL), -EINVAL,
		 "ttmemstat_chip_create: chip is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_chip_create(ctx, &g, "sixteen letters!", 0, 0, &chip), -ENAMETOOLONG,
		 "ttmemstat_chip_create: board is 16 bytes long: it must have at most 15 (ENAMETOOLONG)");
	ctx_says(ttmemstat_chip_find(ctx, NULL), -EINVAL,
		 "ttmemstat_chip_find: find is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_geometry_set(ctx, NULL), -EINVAL,
		 "ttmemstat_geometry_set: set is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_geometry_unset(ctx, 4, 2), -EINVAL,
		 "ttmemstat_geometry_unset: flags is 0x2: it must have no bits but 0x1 (EINVAL)");
	dev.fail = EINVAL;
	ctx_says(ttmemstat_chip_create(ctx, &g, NULL, 0, 4, &chip), -EINVAL,
		 "ttmemstat_chip_create: flags is 0x4: it must have no bits but 0x3 (EINVAL)");
	ctx_says(ttmemstat_geometry_set(ctx, &set), -EINVAL,
		 "ttmemstat_geometry_set: flags is 0x10: it must have no bits but 0x7 (EINVAL)");
	set.flags = 0;
	set.asic_location = 1;
	ctx_says(ttmemstat_geometry_set(ctx, &set), -EINVAL,
		 "ttmemstat_geometry_set: asic_location is 1: it must be 0 unless flags has 0x6 "
		 "(EINVAL)");
	set.flags = TT_MEMSTAT_GEOMETRY_REMOTE;
	set.asic_location = 300;
	ctx_says(ttmemstat_geometry_set(ctx, &set), -EINVAL,
		 "ttmemstat_geometry_set: asic_location is 300: it must be below 256 (EINVAL)");
	dev.fail = ENODEV;
	ctx_says(ttmemstat_chip_destroy(ctx, 9), -ENODEV,
		 "ttmemstat_chip_destroy: chip is 9: there is no tt9 (ENODEV)");
	dev.fail = EBUSY;
	ctx_says(ttmemstat_geometry_set(ctx, &set), -EBUSY,
		 "ttmemstat_geometry_set: chip is 4: clients that are attached rely on what it has "
		 "now: FORCE ends them (EBUSY)");
	dev.fail = ENOTUNIQ;
	ctx_says(ttmemstat_chip_find(ctx, &find), -ENOTUNIQ,
		 "ttmemstat_chip_find: several chips match (ENOTUNIQ)");
}

static void queries(void **state)
{
	struct tt_memstat_record_info records[1];
	struct tt_memstat_set_info sets[1];
	struct tt_memstat_figures figures;
	uint64_t cursor = 0;
	size_t count = 0;

	(void)state;
	ctx_says(ttmemstat_query_chip(ctx, 0, NULL), -EINVAL,
		 "ttmemstat_query_chip: figures is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_list_records(ctx, 0, 1, NULL, records, &count), -EINVAL,
		 "ttmemstat_list_records: cursor is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_list_records(ctx, 0, 1, &cursor, NULL, &count), -EINVAL,
		 "ttmemstat_list_records: items is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_list_programs(ctx, 0, 1, &cursor, NULL, &count), -EINVAL,
		 "ttmemstat_list_programs: items is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_list_sets(ctx, 0, 1, &cursor, sets, &count), -EINVAL,
		 "ttmemstat_list_sets: count is 0: it must be from 1 to 4096 (EINVAL)");
	ctx_says(ttmemstat_list_records(ctx, 0, 1, &cursor, records, NULL), -EINVAL,
		 "ttmemstat_list_records: count is NULL: it must be given (EINVAL)");
	ctx_says(ttmemstat_list_records(ctx, 0, 1, &cursor, records, &count), -EINVAL,
		 "ttmemstat_list_records: count is 0: it must be from 1 to 4096 (EINVAL)");
	count = 4097;
	ctx_says(ttmemstat_list_records(ctx, 0, 1, &cursor, records, &count), -EINVAL,
		 "ttmemstat_list_records: count is 4097: it must be from 1 to 4096 (EINVAL)");
	dev.query_fail = ENODEV;
	ctx_says(ttmemstat_query_chip(ctx, 9, &figures), -ENODEV,
		 "ttmemstat_query_chip: chip is 9: there is no tt9 (ENODEV)");
	dev.query_fail = ENOENT;
	ctx_says(ttmemstat_query_client(ctx, 3, 21, &figures), -ENOENT,
		 "ttmemstat_query_client: client is 21: tt3 has no such client (ENOENT)");
	dev.fail = EPERM;
	count = 1;
	ctx_says(ttmemstat_list_records(ctx, 3, 21, &cursor, records, &count), -EPERM,
		 "ttmemstat_list_records: client is 21: it is another user's (EPERM)");
	dev.fail = ENOENT;
	ctx_says(ttmemstat_list_sets(ctx, 3, 21, &cursor, sets, &count), -ENOENT,
		 "ttmemstat_list_sets: client is 21: tt3 has no such client (ENOENT)");
}

/* ---- Without an object ---- */

static void opening(void **state)
{
	struct ttmemstat_open_options o = { .size = 4, .path = "/nonexistent/x" };
	char text[TTMEMSTAT_ERROR_LEN], wanted[TTMEMSTAT_ERROR_LEN];
	struct ttmemstat_ctx *none = NULL;
	size_t len;
	int error;

	(void)state;
	error = ttmemstat_open(&none, &o);
	len = ttmemstat_open_error(&o, error, text, sizeof(text));
	snprintf(wanted, sizeof(wanted), "ttmemstat_open: size is 4: it must be at least %zu "
		 "(EINVAL)", sizeof(o));
	expect_text(wanted, text, len);
	o.size = sizeof(o);
	o.flags = 6;
	error = ttmemstat_open(&none, &o);
	len = ttmemstat_open_error(&o, error, text, sizeof(text));
	expect_text("ttmemstat_open: flags is 0x6: it must have no bits but 0x1 (EINVAL)", text, len);
	o.flags = 0;
	error = ttmemstat_open(&none, &o);
	len = ttmemstat_open_error(&o, error, text, sizeof(text));
	expect_text("ttmemstat_open: /nonexistent/x: there is no such node: is the module tt_memstat "
		    "loaded? (ENOENT)", text, len);
	len = ttmemstat_open_error(NULL, -EACCES, text, sizeof(text));
	expect_text("ttmemstat_open: /dev/tt_memstat: this process may not open it for reading and "
		    "writing (EACCES)", text, len);
	len = ttmemstat_open_error(NULL, -EMFILE, text, sizeof(text));
	expect_text("ttmemstat_open: /dev/tt_memstat: the process has too many open files (EMFILE)",
		    text, len);
	len = ttmemstat_open_error(NULL, -ECANCELED, text, sizeof(text));
	expect_text("ttmemstat_open: /dev/tt_memstat: TT_MEMSTAT_DISABLED is set (ECANCELED)", text,
		    len);
	assert_int_equal(ttmemstat_open_error(&o, 0, text, sizeof(text)), 0);
	assert_null(none);
}

static void resolving(void **state)
{
	static const struct {
		struct ttmemstat_device d;
		const char *text;
	} cases[] = {
#define DEVICE(...)	{ .size = sizeof(struct ttmemstat_device), __VA_ARGS__ }
		{ DEVICE(.flags = 16), "flags is 0x10: it must have no bits but 0xf" },
		{ DEVICE(.chip = 4), "chip is 4: it must be 0 unless flags has 0x8" },
		{ DEVICE(.runtime_id = -2), "runtime_id is -2: it must be -1 or more" },
		{ DEVICE(.gateway_id = -2), "gateway_id is -2: it must be -1 or more" },
		{ DEVICE(.asic_location = 1, .gateway_id = -1),
		  "asic_location is 1: it must be 0 unless flags has 0x1" },
		{ DEVICE(.gateway_id = 3), "gateway_id is 3: it must be -1 unless flags has 0x2" },
		{ DEVICE(.gateway_id = -1, .gateway_unique_id = 5),
		  "gateway_unique_id is 5: it must be 0 unless flags has 0x2" },
		{ DEVICE(.flags = 2, .runtime_id = 3, .gateway_id = 3),
		  "gateway_id is 3: it must not be the device's own number" },
		{ { .size = 8 }, "size is 8: it must be at least 48" },
#undef DEVICE
	};
	struct ttmemstat_resolve_roots roots = {
		.size = sizeof(roots), .reserved = 2, .sysfs = "/nonexistent",
	};
	char text[TTMEMSTAT_ERROR_LEN], wanted[TTMEMSTAT_ERROR_LEN];
	struct ttmemstat_attach_options options;
	struct ttmemstat_device d;
	size_t i, len;
	int error;

	(void)state;
	ttmemstat_attach_options_init(&options);
	for (i = 0; i < COUNT(cases); i++) {
		error = ttmemstat_resolve(&cases[i].d, NULL, &options);
		assert_int_equal(error, -EINVAL);
		len = ttmemstat_resolve_error(&cases[i].d, NULL, error, text, sizeof(text));
		snprintf(wanted, sizeof(wanted), "ttmemstat_resolve: %s (EINVAL)", cases[i].text);
		expect_text(wanted, text, len);
	}
	ttmemstat_device_init(&d);
	d.runtime_id = 2;
	d.unique_id = 0xabc;
	error = ttmemstat_resolve(&d, &roots, &options);
	len = ttmemstat_resolve_error(&d, &roots, error, text, sizeof(text));
	expect_text("ttmemstat_resolve: reserved is 2: it must be 0 (EINVAL)", text, len);
	roots.reserved = 0;
	error = ttmemstat_resolve(&d, &roots, &options);
	len = ttmemstat_resolve_error(&d, &roots, error, text, sizeof(text));
	expect_text("ttmemstat_resolve: runtime_id 2, unique_id 0xabc, board_id 0x0: the module "
		    "tt_memstat is not loaded (ENOENT)", text, len);
	len = ttmemstat_resolve_error(NULL, NULL, -EINVAL, text, sizeof(text));
	expect_text("ttmemstat_resolve: device is NULL: it must be given (EINVAL)", text, len);
	assert_int_equal(ttmemstat_resolve_error(&d, NULL, TTMEMSTAT_BY_NODE, text, sizeof(text)),
			 0);
	assert_string_equal(text, "");
}

static void reading(void **state)
{
	struct ttmemstat_chip_list list;
	struct ttmemstat_reader *reader;
	char text[TTMEMSTAT_ERROR_LEN];
	struct ttmemstat_chip *chip;
	size_t len;

	(void)state;
	assert_int_equal(ttmemstat_reader_new(&reader, "/nonexistent"), 0);
	assert_int_equal(ttmemstat_reader_error(reader, text, sizeof(text)), 0);
	assert_int_equal(ttmemstat_reader_chips(reader, 0, &list), -ENOENT);
	len = ttmemstat_reader_error(reader, text, sizeof(text));
	expect_text("ttmemstat_reader_chips: /nonexistent/class/tt_memstat: it is not there: the "
		    "module tt_memstat is not loaded (ENOENT)", text, len);
	assert_int_equal(ttmemstat_reader_chip(reader, 1, 0x10, &chip), -EINVAL);
	len = ttmemstat_reader_error(reader, text, sizeof(text));
	expect_text("ttmemstat_reader_chip: flags is 0x10: it must have no bits but 0xf (EINVAL)",
		    text, len);
	assert_int_equal(ttmemstat_reader_version(reader, text, 0), -EINVAL);
	len = ttmemstat_reader_error(reader, text, sizeof(text));
	expect_text("ttmemstat_reader_version: size is 0: it must not be 0 (EINVAL)", text, len);
	assert_int_equal(ttmemstat_reader_host(reader, NULL), -EINVAL);
	len = ttmemstat_reader_error(reader, text, sizeof(text));
	expect_text("ttmemstat_reader_host: host is NULL: it must be given (EINVAL)", text, len);
	ttmemstat_reader_free(reader);
	len = ttmemstat_reader_error(NULL, text, sizeof(text));
	expect_text("ttmemstat_reader_error: reader is NULL: it must be given (EINVAL)", text, len);
}

/* ---- Refusals of the module ---- */

static void fails(int error, const struct tt_memstat_entry *entry, const char *text)
{
	char wanted[TTMEMSTAT_ERROR_LEN];

	dev.fail = error;
	snprintf(wanted, sizeof(wanted), "ttmemstat_submit: entries[0]: %s", text);
	att_says(ttmemstat_submit(att, entry, 1, NULL), -error, wanted);
}

static void entries(void **state)
{
	struct tt_memstat_entry e = {
		.op = TT_MEMSTAT_OP_RECORD, .id = 5, .addr = 1048576, .size = 2097152,
		.pool = TT_MEMSTAT_POOL_L1,
	};

	(void)state;
	fails(ERANGE, &e, "size 2097152 at addr 1048576 ends beyond the core, which has 1499136 "
	      "bytes (ERANGE)");
	fails(EEXIST, &e, "id is 5: it is live already (EEXIST)");
	fails(ENODATA, &e, "the cores of tt3 are unknown: neither this attachment nor an import has "
	      "described them (ENODATA)");
	fails(ENODEV, &e, "tt3 is gone (ENODEV)");
	e.set = 9;
	fails(ENOENT, &e, "set is 9: the attachment has named no such bank set (ENOENT)");
	fails(ENOSPC, &e, "the user pins 500 bytes: max_user_bytes is 512; all users pin 600: "
	      "max_host_bytes is 1024 (ENOSPC)");
	e.pool = TT_MEMSTAT_POOL_TRACE;
	fails(EINVAL, &e, "pool is 1 (trace): the attachment covers dram, l1, cb, kernel (EINVAL)");
	e.pool = TT_MEMSTAT_POOL_DRAM;
	fails(ENODATA, &e, "the DRAM banks of tt3 are unknown: neither this attachment nor an import "
	      "has described them (ENODATA)");
	e.size = 1ull << 40;
	fails(ERANGE, &e, "size 1099511627776 at addr 1048576 ends beyond the DRAM bank, which has "
	      "1073741824 bytes (ERANGE)");
	e.addr = 3;
	fails(EINVAL, &e, "addr is 3: it must be a multiple of 16 (EINVAL)");
	e.addr = 0;
	e.size = 0;
	fails(EINVAL, &e, "size is 0: it must not be, but of a view or a kernel (EINVAL)");
	e.op = 9;
	fails(EINVAL, &e, "op is 9: it must be from 1 to 5 (EINVAL)");
	e = (struct tt_memstat_entry) { .op = TT_MEMSTAT_OP_FREE, .id = 6 };
	fails(ENOENT, &e, "id is 6: nothing of this id is live (ENOENT)");
	e = (struct tt_memstat_entry) { .op = TT_MEMSTAT_OP_DISPATCH, .program = 8 };
	fails(ENOENT, &e, "program is 8: no such program is loaded (ENOENT)");
	e = (struct tt_memstat_entry) { .op = TT_MEMSTAT_OP_SNAPSHOT, .pool = 2, .id = 10,
					.addr = 20 };
	fails(EINVAL, &e, "allocated is 20: it must be at most allocatable, 10 (EINVAL)");
}

static void single_events(void **state)
{
	(void)state;
	dev.fail = ENOENT;
	att_says(ttmemstat_report_free(att, 6), -ENOENT,
		 "ttmemstat_report_free: id is 6: nothing of this id is live (ENOENT)");
	att_says(ttmemstat_report_program_free(att, 7), -ENOENT,
		 "ttmemstat_report_program_free: program is 7: no such program is loaded (ENOENT)");
	att_says(ttmemstat_report_kernel_unload(att, 8), -ENOENT,
		 "ttmemstat_report_kernel_unload: id is 8: nothing of this id is live (ENOENT)");
	att_says(ttmemstat_ring_status(att, &(struct tt_memstat_ring_status){ 0 }), -ENOENT,
		 "ttmemstat_ring_status: there is no ring, events go by submit (ENOENT)");
	dev.fail = EINVAL;
	att_says(ttmemstat_partial(att, 2), -EINVAL,
		 "ttmemstat_partial: pools is 0x2: the attachment covers 0x35 (EINVAL)");
	dev.fail = ENOTTY;
	att_says(ttmemstat_partial(att, 1), -EOPNOTSUPP,
		 "ttmemstat_partial: the module does not implement this call (EOPNOTSUPP)");
	dev.fail = 133;		/* of no call */
	att_says(ttmemstat_drop(att, 1), -133,
		 "ttmemstat_drop: the system refused it (errno 133)");
}

static void standing(void **state)
{
	struct ttmemstat_attach_options o;

	(void)state;
	ttmemstat_attach_options_init(&o);
	o.chip = 3;
	o.covers = 4;
	dev.fail = EPERM;
	attach_fails(&o, -EPERM, "proof is -1: tt3 needs an open descriptor of its /dev/tenstorrent "
		     "node, or is somebody else's virtual chip (EPERM)");
	dev.fail = ENODEV;
	attach_fails(&o, -ENODEV, "chip is 3: there is no tt3 (ENODEV)");
	o.proof = 12;
	attach_fails(&o, -ENODEV, "chip is 3: there is no tt3, or proof, 12, is not its node "
		     "(ENODEV)");
	dev.fail = EBADF;
	attach_fails(&o, -EBADF, "proof is 12: it is no open descriptor (EBADF)");
	dev.fail = EALREADY;
	attach_fails(&o, -EALREADY, "chip is 3: the context is attached to it already (EALREADY)");
	dev.fail = ENOSPC;
	attach_fails(&o, -ENOSPC, "tt3 has 2 clients: max_clients is 2, an eighth of them for "
		     "CAP_SYS_ADMIN, half of the rest one user's at most; max_remote is 0 (ENOSPC)");
	o.layout.valid = TT_MEMSTAT_LAYOUT_WORKER;
	o.layout.worker_x = 9;
	o.layout.worker_y = 8;
	dev.fail = ERANGE;
	attach_fails(&o, -ERANGE, "layout.worker_x is 9: it must be from 1 to 8 (ERANGE)");
	o.layout.worker_x = 8;
	o.layout.valid |= TT_MEMSTAT_LAYOUT_L1;
	o.layout.l1_base = 1024;
	o.layout.l1_end = 1499152;
	attach_fails(&o, -ERANGE, "layout.l1_end is 1499152: it must be from 1025 to 1499136 "
		     "(ERANGE)");
	o.flags = TT_MEMSTAT_ATTACH_GEOMETRY;
	o.geometry = (struct tt_memstat_geometry) { .arch = 1, .valid = 3 };
	dev.fail = EEXIST;
	o.layout.valid = 0;
	attach_fails(&o, -EEXIST, "geometry is wormhole 8x10, 1499136 bytes a core, 12 banks of "
		     "1073741824: tt3 is wormhole 8x10, 1499136 bytes a core, 12 banks of "
		     "1073741824 (EEXIST)");
}

/* ---- Rules for every text ---- */

static void success_leaves_it_alone(void **state)
{
	static const char text[] =
		"ttmemstat_report_free: id is 6: nothing of this id is live (ENOENT)";
	const struct ttmemstat_record r = { .size = 16 };
	char buf[TTMEMSTAT_ERROR_LEN];
	unsigned int asked;

	(void)state;
	assert_int_equal(ttmemstat_attachment_error(att, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_int_equal(ttmemstat_error(ctx, buf, sizeof(buf)), 0);
	dev.fail = ENOENT;
	asked = dev.asked;
	att_says(ttmemstat_report_free(att, 6), -ENOENT, text);
	/* No call was made for the text. */
	assert_int_equal(dev.asked, asked + 1);
	dev.fail = 0;
	assert_int_equal(ttmemstat_report_record(att, &r), 0);
	att_says(ttmemstat_drop(att, 1), 0, text);
	/* A failure of an attachment is not one of its context. */
	assert_int_equal(ttmemstat_error(ctx, buf, sizeof(buf)), 0);
}

static void short_buffers(void **state)
{
	static const char whole[] = "ttmemstat_drop: pools is 0: it must not be 0 (EINVAL)";
	char buf[sizeof(whole) + 8];
	size_t size;

	(void)state;
	assert_int_equal(ttmemstat_drop(att, 0), -EINVAL);
	assert_int_equal(ttmemstat_attachment_error(att, NULL, 0), sizeof(whole) - 1);
	assert_int_equal(ttmemstat_attachment_error(att, NULL, 10), sizeof(whole) - 1);
	for (size = 0; size < sizeof(buf); size++) {
		memset(buf, 'x', sizeof(buf));
		assert_int_equal(ttmemstat_attachment_error(att, buf, size), sizeof(whole) - 1);
		if (size && size < sizeof(whole)) {
			assert_memory_equal(buf, whole, size - 1);
			assert_int_equal(buf[size - 1], 0);
		} else if (size) {
			assert_string_equal(buf, whole);
		}
		if (size < sizeof(whole))
			assert_int_equal(buf[size], 'x');
	}
}

static void disabled(void **state)
{
	const struct ttmemstat_open_options o = {
		.size = sizeof(o), .flags = TTMEMSTAT_OPEN_OPTIONAL, .path = "/nonexistent/x",
	};
	static const char text[] = "the context is disabled: there is no such node: is the module "
				   "tt_memstat loaded? (ENOENT)";
	struct ttmemstat_attachment *a = NULL;
	struct tt_memstat_get_info info = { 0 };
	char buf[TTMEMSTAT_ERROR_LEN];
	struct ttmemstat_ctx *c = NULL;

	(void)state;
	assert_int_equal(ttmemstat_open(&c, &o), 0);
	assert_int_equal(ttmemstat_attach(c, NULL, &a, NULL), 0);
	assert_int_equal(ttmemstat_info(c, &info), -EOPNOTSUPP);
	expect_text(text, buf, ttmemstat_error(c, buf, sizeof(buf)));
	expect_text(text, buf, ttmemstat_attachment_error(a, buf, sizeof(buf)));
	ttmemstat_detach(a);
	ttmemstat_close(c);
	expect_text("the context or attachment is NULL: it must be given (EINVAL)", buf,
		    ttmemstat_error(NULL, buf, sizeof(buf)));
	expect_text("the context or attachment is NULL: it must be given (EINVAL)", buf,
		    ttmemstat_attachment_error(NULL, buf, sizeof(buf)));
}

static void closed(void **state)
{
	struct ttmemstat_ctx *c = ctx;

	ttmemstat_close(ctx);
	att_says(ttmemstat_report_free(att, 1), -EBADF,
		 "ttmemstat_report_free: the context is closed (EBADF)");
	assert_int_equal(ttmemstat_detach(att), -EBADF);
	assert_ptr_equal(c, ctx);
	assert_int_equal(setup(state), 0);
}

static void a_child(void **state)
{
	char buf[TTMEMSTAT_ERROR_LEN], wanted[TTMEMSTAT_ERROR_LEN];
	int status = -1;
	pid_t pid;

	(void)state;
	snprintf(wanted, sizeof(wanted), "the context is that of process %d, and this is another: "
		 "it needs its own (EPERM)", (int)getpid());
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (ttmemstat_report_free(att, 1) != -EPERM)
			_exit(1);
		ttmemstat_attachment_error(att, buf, sizeof(buf));
		if (strcmp(buf, wanted) != 0)
			_exit(2);
		ttmemstat_error(ctx, buf, sizeof(buf));
		_exit(strcmp(buf, wanted) ? 3 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- Threads ---- */

#define THREADS	4
#define ROUNDS	5000

static void *fail_and_ask(void *arg)
{
	const uint32_t pools = 0x40u << (uintptr_t)arg;
	char buf[TTMEMSTAT_ERROR_LEN];
	unsigned int i, whole = 0;

	for (i = 0; i < ROUNDS; i++) {
		ttmemstat_drop(att, pools);
		ttmemstat_attachment_error(att, buf, sizeof(buf));
		whole += strstr(buf, "ttmemstat_drop: pools is 0x") == buf &&
			 strstr(buf, "0: it must have no bits but 0x3f (EINVAL)") != NULL;
	}
	return (void *)(uintptr_t)whole;
}

/* The text may be any thread's, but it is complete. */
static void threads(void **state)
{
	pthread_t thread[THREADS];
	void *whole;
	size_t i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, fail_and_ask, (void *)i), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], &whole), 0);
		assert_int_equal((uintptr_t)whole, ROUNDS);
	}
}

#define T(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	T(records),
	T(snapshots),
	T(other_events),
	T(replacing),
	T(sets),
	T(attaching),
	T(sizes_of_structures),
	T(geometries),
	T(chips),
	T(queries),
	T(opening),
	T(resolving),
	T(reading),
	T(entries),
	T(single_events),
	T(standing),
	T(success_leaves_it_alone),
	T(short_buffers),
	T(disabled),
	T(closed),
	T(a_child),
	T(threads),
};

TEST_MAIN(tests)
