// SPDX-License-Identifier: GPL-2.0-only
/*
 * Renewal of attachments after a change of the chip's geometry, with a simulated kernel: the linker
 * (--wrap) replaces ioctl() and mmap().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "testing.h"

#define SLOTS		64
#define SIZE		(4096 + SLOTS * sizeof(struct tt_memstat_entry))
#define ALL		TT_MEMSTAT_POOL_MASK_ALL

/* The simulated kernel: records of the current attachment, by id; rings are not drained. */
static struct {
	uint32_t handle;	/* the one that is not stale */
	uint32_t detached;
	unsigned int attaches;
	unsigned int anew_in;	/* calls until the geometry changes; 0: never */
	int refuse[8];		/* errors of the next attaches */
	struct tt_memstat_attach args[8];
	bool live[16];
	unsigned int drops;
	uint32_t sets;
	uint32_t partial;
	struct tt_memstat_ring *shared;
} k;

static void describe_anew(void)
{
	k.handle++;
	memset(k.live, 0, sizeof(k.live));
	if (k.shared)
		k.shared->error = -ESTALE;
}

static int play_attach(struct tt_memstat_attach *arg)
{
	unsigned int nr = k.attaches++;

	assert_true(nr < COUNT(k.refuse));
	k.args[nr] = *arg;
	if (k.refuse[nr]) {
		arg->geometry.grid_x = 99;
		return k.refuse[nr];
	}
	arg->attachment = k.handle;
	arg->chip_out = 3;
	k.partial = arg->partial;
	k.sets = 0;
	return 0;
}

static int play_entry(const struct tt_memstat_entry *e)
{
	bool *live = &k.live[(e->id & ~TTMEMSTAT_KERNEL_ID) % COUNT(k.live)];

	if (e->set > k.sets || (e->op == TT_MEMSTAT_OP_FREE && !*live))
		return -ENOENT;
	if (e->op == TT_MEMSTAT_OP_RECORD && *live)
		return -EEXIST;
	*live = e->op == TT_MEMSTAT_OP_RECORD;
	return 0;
}

static int play_submit(struct tt_memstat_submit *arg)
{
	const struct tt_memstat_entry *e = (void *)(uintptr_t)arg->entries;
	int error = 0;

	for (arg->taken = 0; arg->taken < arg->count && !error; arg->taken += !error)
		error = play_entry(&e[arg->taken]);
	return error;
}

static int play(unsigned long call, void *data)
{
	struct tt_memstat_ring_setup *setup = data;
	struct tt_memstat_get_info *info = data;
	struct tt_memstat_bank_set *set = data;
	struct tt_memstat_detach *any = data;

	if (call == TT_MEMSTAT_GET_INFO) {
		info->api_version = TT_MEMSTAT_API_VERSION;
		info->max_submit = 1000;
		info->max_ring_entries = 1024;
		return 0;
	}
	if (k.anew_in && !--k.anew_in)
		describe_anew();
	if (call == TT_MEMSTAT_ATTACH)
		return play_attach(data);
	if (call == TT_MEMSTAT_DETACH) {
		k.detached = any->attachment;
		return 0;
	}
	/* All other calls have the handle at the same place. */
	if (any->attachment != k.handle)
		return -ESTALE;
	switch (call) {
	case TT_MEMSTAT_SUBMIT:
		return play_submit(data);
	case TT_MEMSTAT_DROP:
		memset(k.live, 0, sizeof(k.live));
		k.drops++;
		return 0;
	case TT_MEMSTAT_PARTIAL:
		k.partial = ((struct tt_memstat_partial *)data)->partial;
		return 0;
	case TT_MEMSTAT_BANK_SET:
		set->set = ++k.sets;
		return 0;
	case TT_MEMSTAT_RING_SETUP:
		setup->offset = 1 << 24;
		setup->size = SIZE;
		setup->entries_offset = 4096;
		return 0;
	}
	return 0;
}

int __wrap_ioctl(int fd, unsigned long call, void *arg);
int __wrap_ioctl(int fd, unsigned long call, void *arg)
{
	int error = play(call, arg);

	(void)fd;
	errno = -error;
	return error ? -1 : 0;
}

void *__real_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
	void *map;

	if (flags & MAP_ANONYMOUS)
		return __real_mmap(addr, size, prot, flags, fd, offset);
	map = __real_mmap(NULL, size, prot, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(map != MAP_FAILED);
	k.shared = map;
	k.shared->credit = SLOTS;
	return map;
}

/* ---- A reporter with its own table ---- */

static struct {
	unsigned int asked;
	unsigned int anew;	/* the geometry changes during the n-th call of report_again */
	uint32_t set;
	bool table[16];
} own;

static void report_again(struct ttmemstat_attachment *att, void *arg)
{
	uint64_t id;

	assert_ptr_equal(arg, &own);
	own.asked++;
	for (id = 0; id < COUNT(own.table); id++) {
		if (own.anew == own.asked && id == 2)
			describe_anew();
		if (own.table[id])
			assert_int_equal(ttmemstat_report_record(att, &(struct ttmemstat_record) {
				.id = id, .size = 16, .pool = TT_MEMSTAT_POOL_L1 }), 0);
	}
}

static struct ttmemstat_ctx *ctx;
static struct ttmemstat_attachment *att;

static void attach(uint32_t flags, bool answers)
{
	const struct ttmemstat_open_options o = { .size = sizeof(o), .path = "/dev/null" };
	struct ttmemstat_attach_options options;

	assert_int_equal(ttmemstat_open(&ctx, &o), 0);
	ttmemstat_attach_options_init(&options);
	options.flags = flags | TT_MEMSTAT_ATTACH_GEOMETRY;
	options.ring_entries = flags & TTMEMSTAT_ATTACH_RING ? SLOTS : 0;
	options.chip = 3;
	options.proof = 11;
	options.covers = ALL;
	options.label = "me";
	options.geometry = (struct tt_memstat_geometry) { .arch = 1, .valid = 3 };
	options.layout.valid = TT_MEMSTAT_LAYOUT_L1;
	options.layout.l1_end = 1024;
	if (answers) {
		options.report_again = report_again;
		options.arg = &own;
	}
	assert_int_equal(ttmemstat_attach(ctx, &options, &att, NULL), 0);
}

static int record(uint64_t id)
{
	own.table[id] = true;
	return ttmemstat_report_record(att, &(struct ttmemstat_record) {
		.id = id, .size = 16, .pool = TT_MEMSTAT_POOL_L1 });
}

static int reset(void **state)
{
	(void)state;
	memset(&k, 0, sizeof(k));
	memset(&own, 0, sizeof(own));
	k.handle = 7;
	unsetenv("TT_MEMSTAT_DISABLED");
	return 0;
}

static void leave(void)
{
	assert_int_equal(ttmemstat_detach(att), 0);
	assert_int_equal(k.detached, k.handle);
	ttmemstat_close(ctx);
}

/* ---- The cases ---- */

static void attaches_again_as_before(void **state)
{
	(void)state;
	attach(0, true);
	assert_int_equal(record(1), 0);
	describe_anew();
	assert_int_equal(record(2), 0);
	assert_int_equal(k.attaches, 2);
	assert_int_equal(k.detached, 7);
	assert_int_equal(k.args[1].flags, TT_MEMSTAT_ATTACH_GEOMETRY);
	assert_int_equal(k.args[1].chip, 3);
	assert_int_equal(k.args[1].proof, 11);
	assert_int_equal(k.args[1].covers, ALL);
	assert_int_equal(k.args[1].geometry.valid, 3);
	assert_int_equal(k.args[1].geometry.grid_x, 0);
	assert_int_equal(k.args[1].layout.l1_end, 1024);
	assert_string_equal(k.args[1].label, "me");
	assert_int_equal(k.args[0].partial, 0);
	assert_int_equal(k.partial, ALL);
	leave();
}

static void asks_to_report_again(void **state)
{
	(void)state;
	attach(0, true);
	assert_int_equal(record(1), 0);
	assert_int_equal(record(3), 0);
	describe_anew();
	/* Reported by report_again and by the call itself: once is enough. */
	assert_int_equal(record(2), 0);
	assert_int_equal(own.asked, 1);
	assert_true(k.live[1] && k.live[2] && k.live[3]);
	assert_int_equal(record(4), 0);
	assert_int_equal(own.asked, 1);
	assert_int_equal(record(4), -EEXIST);
	leave();
}

/* A freed record is not reported again, so there is nothing to free. */
static void a_free_that_notices(void **state)
{
	(void)state;
	attach(0, true);
	assert_int_equal(record(1), 0);
	own.table[1] = false;
	describe_anew();
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	assert_int_equal(own.asked, 1);
	assert_int_equal(ttmemstat_report_free(att, 1), -ENOENT);
	leave();
}

static void every_call_notices(void **state)
{
	const struct tt_memstat_rect core = { 0 };
	const struct tt_memstat_entry some[2] = {
		{ .op = TT_MEMSTAT_OP_RECORD, .id = 1 }, { .op = TT_MEMSTAT_OP_RECORD, .id = 2 },
	};
	size_t taken;
	uint32_t set;

	(void)state;
	attach(0, false);
	describe_anew();
	assert_int_equal(ttmemstat_bank_set_l1(att, &core, 1, &set), 0);
	assert_int_equal(set, 1);
	describe_anew();
	assert_int_equal(ttmemstat_drop(att, 1), 0);
	describe_anew();
	assert_int_equal(ttmemstat_partial(att, 1), 0);
	assert_int_equal(k.partial, 1);
	describe_anew();
	assert_int_equal(ttmemstat_submit(att, some, 2, &taken), 0);
	assert_int_equal(taken, 2);
	assert_true(k.live[1] && k.live[2]);
	assert_int_equal(k.attaches, 5);
	leave();
}

/* The library defines the set of a kernel's core again. */
static void kernels_have_their_set_again(void **state)
{
	(void)state;
	attach(0, false);
	assert_int_equal(ttmemstat_report_kernel_load(att, 1, 16, 0), 0);
	assert_int_equal(k.sets, 1);
	describe_anew();
	assert_int_equal(ttmemstat_report_kernel_load(att, 2, 16, 0), 0);
	assert_int_equal(k.sets, 1);
	assert_true(k.live[2] && !k.live[1]);
	leave();
}

static void goes_by_what_the_chip_is_now(void **state)
{
	(void)state;
	attach(0, false);
	k.refuse[1] = -EEXIST;
	k.refuse[2] = -ERANGE;
	describe_anew();
	assert_int_equal(record(1), 0);
	assert_int_equal(k.attaches, 4);
	assert_int_equal(k.args[2].flags, 0);
	assert_int_equal(k.args[2].geometry.valid, 0);
	assert_int_equal(k.args[2].geometry.grid_x, 0);
	assert_int_equal(k.args[2].layout.valid, TT_MEMSTAT_LAYOUT_L1);
	assert_int_equal(k.args[3].layout.valid, 0);
	assert_int_equal(k.args[3].layout.l1_end, 0);
	/* The next renewal uses the original options. */
	describe_anew();
	assert_int_equal(record(2), 0);
	assert_int_equal(k.args[4].geometry.valid, 3);
	leave();
}

static void cannot_attach_again(void **state)
{
	(void)state;
	attach(0, true);
	k.refuse[1] = -EBADF;
	describe_anew();
	assert_int_equal(record(1), -ESTALE);
	assert_int_equal(record(2), -ESTALE);
	assert_int_equal(ttmemstat_drop(att, 1), -ESTALE);
	assert_int_equal(k.attaches, 2);
	assert_int_equal(own.asked, 0);
	assert_int_equal(ttmemstat_detach(att), 0);
	assert_int_equal(k.detached, 7);
	ttmemstat_close(ctx);
}

static void tries_again_where_there_was_no_room(void **state)
{
	(void)state;
	attach(0, true);
	k.refuse[1] = -ENOSPC;
	describe_anew();
	assert_int_equal(record(1), -ESTALE);
	assert_int_equal(record(2), 0);
	assert_int_equal(own.asked, 1);
	assert_true(k.live[1]);
	leave();
}

/* The geometry changes between the attach and the repeated call. */
static void anew_before_it_goes_on(void **state)
{
	(void)state;
	attach(0, false);
	describe_anew();
	k.anew_in = 4;		/* the record, the attach, the detach of the old one, the record */
	assert_int_equal(record(1), 0);
	assert_int_equal(k.attaches, 3);
	assert_true(k.live[1]);
	assert_int_equal(record(2), 0);
	leave();
}

/* The geometry changes during report_again, which is called once more. */
static void anew_in_the_answer(void **state)
{
	(void)state;
	attach(0, true);
	assert_int_equal(record(1), 0);
	assert_int_equal(record(3), 0);
	describe_anew();
	own.anew = 1;
	assert_int_equal(record(5), 0);
	assert_int_equal(own.asked, 2);
	assert_int_equal(k.drops, 1);
	assert_true(k.live[1] && k.live[3] && k.live[5]);
	leave();
}

static bool is_mapped(void *at)
{
	unsigned char there;

	return !mincore(at, 4096, &there);
}

static void a_ring_is_followed_by_another(void **state)
{
	struct tt_memstat_ring *former;

	(void)state;
	attach(TTMEMSTAT_ATTACH_RING, true);
	former = k.shared;
	assert_int_equal(record(1), 0);
	assert_int_equal(former->tail, 1);
	describe_anew();
	assert_int_equal(record(2), 0);
	assert_ptr_not_equal(k.shared, former);
	assert_int_equal(own.asked, 1);
	assert_int_equal(former->tail, 1);
	/* report_again reports 1 and 2, and the call 2 again, which the kernel refuses and counts. */
	assert_int_equal(k.shared->tail, 3);
	/* Another thread may still use it. */
	assert_true(is_mapped(former));
	former->error = 0;
	assert_int_equal(record(3), 0);
	assert_int_equal(former->tail, 1);
	leave();
	assert_false(is_mapped(former));
}

static void a_flush_notices(void **state)
{
	(void)state;
	attach(TTMEMSTAT_ATTACH_RING, false);
	assert_int_equal(record(1), 0);
	describe_anew();
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(k.attaches, 2);
	leave();
}

/* The error of a ring that cannot continue is the reason of its end. */
static void a_ring_that_cannot_go_on(void **state)
{
	(void)state;
	attach(TTMEMSTAT_ATTACH_RING, false);
	k.refuse[1] = -EPERM;
	describe_anew();
	assert_int_equal(record(1), -ESTALE);
	assert_int_equal(ttmemstat_flush(att), -ESTALE);
	assert_int_equal(ttmemstat_detach(att), 0);
	ttmemstat_close(ctx);
}

#define T(name)	cmocka_unit_test_setup(name, reset)

static const struct CMUnitTest tests[] = {
	T(attaches_again_as_before),
	T(asks_to_report_again),
	T(a_free_that_notices),
	T(every_call_notices),
	T(kernels_have_their_set_again),
	T(goes_by_what_the_chip_is_now),
	T(cannot_attach_again),
	T(tries_again_where_there_was_no_room),
	T(anew_before_it_goes_on),
	T(anew_in_the_answer),
	T(a_ring_is_followed_by_another),
	T(a_flush_notices),
	T(a_ring_that_cannot_go_on),
};

TEST_MAIN(tests)
