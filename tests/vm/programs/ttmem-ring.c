// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-ring: tests of the submission ring from the producers' side, using the uAPI.
 *
 *   ttmem-ring CASE CHIP [SECONDS]
 *
 * Each case is a test: it ends with status 0, or prints the difference and ends with status 1. CHIP
 * is the number of a virtual chip that every user may attach to and that has no clients; for
 * `described-anew`, which runs as root, of a card's chip. Shell tests run the cases `read`,
 * `steady` and `hog` concurrently; these print their results.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <tt_memstat.h>

#include "ttmem-ring.h"

#define STEADY_EVENTS	20000

static uint32_t chip;
static double limit;

/* ---- Set-up and mapping ---- */

static void setup_errors(void)
{
	static const uint32_t bad[] = { 0, 1, 32, 63, 65, 96, 1023, 2048, 1u << 31, UINT32_MAX };
	struct tt_memstat_ring_setup arg = { .argsz = sizeof(arg), .entries = 64 };
	struct ring r;
	size_t i;

	attach(&r, chip);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		want_error("a number of entries that is none", -EINVAL, try_setup(&r, bad[i]));
	want_error("doorbell without a ring", -ENOENT, doorbell(&r, NULL));
	want_error("set-up, no attachment", -ENOENT, call(r.fd, TT_MEMSTAT_RING_SETUP, &arg));
	arg.attachment = r.handle;
	arg.flags = 1;
	want_error("set-up, unknown flag", -EINVAL, call(r.fd, TT_MEMSTAT_RING_SETUP, &arg));
	want_error("the smallest", 0, try_setup(&r, 64));
	want("its size", 8192, (long long)r.size);
	want_error("twice", -EEXIST, try_setup(&r, 64));
	want_error("detach", 0, detach(&r));
	want_error("doorbell after detach", -ENOENT, doorbell(&r, NULL));
	leave(&r);
	attach(&r, chip);
	want_error("the largest", 0, try_setup(&r, MAX_RING));
	map_ring(&r);
	want("credit at first", MAX_RING, r.shared->credit);
	leave(&r);
}

static void mapping_errors(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	struct ring r;
	void *map;

	attach(&r, chip);
	want_error("mmap without a ring", -ENOENT,
		   try_map(&r, 8192, (uint64_t)r.handle << 24, rw, MAP_SHARED, &map));
	want_error("RING_SETUP", 0, try_setup(&r, 128));
	want_error("private", -EINVAL, try_map(&r, r.size, r.offset, rw, MAP_PRIVATE, &map));
	want_error("read only", -EINVAL,
		   try_map(&r, r.size, r.offset, PROT_READ, MAP_SHARED, &map));
	want_error("executable", -EINVAL,
		   try_map(&r, r.size, r.offset, rw | PROT_EXEC, MAP_SHARED, &map));
	want_error("too short", -EINVAL, try_map(&r, 4096, r.offset, rw, MAP_SHARED, &map));
	want_error("too long", -EINVAL,
		   try_map(&r, r.size + 4096, r.offset, rw, MAP_SHARED, &map));
	want_error("not at its start", -EINVAL,
		   try_map(&r, r.size - 4096, r.offset + 4096, rw, MAP_SHARED, &map));
	want_error("another attachment's", -ENOENT,
		   try_map(&r, r.size, r.offset + (1 << 24), rw, MAP_SHARED, &map));
	want_error("far away", -EINVAL,
		   try_map(&r, r.size, 1ull << 62, rw, MAP_SHARED, &map));
	map_ring(&r);
	want("mprotect may not add execution", -1, mprotect(r.shared, r.size, PROT_EXEC));
	want("with EACCES", EACCES, errno);
	want("madvise may not let children have it", -1,
	     madvise(r.shared, r.size, MADV_DOFORK));
	want("with EINVAL", EINVAL, errno);
	map = mremap(r.shared, r.size, r.size * 2, MREMAP_MAYMOVE);
	want("mremap may not let it grow", 1, map == MAP_FAILED);
	push_record(&r, 1, 64);
	want("the mapping still works", 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	leave(&r);
}

static int child_calls(struct ring *r)
{
	struct tt_memstat_ring_status arg = { .argsz = sizeof(arg), .attachment = r->handle };
	void *map;

	want_error("mmap by a child", -EPERM,
		   try_map(r, r->size, r->offset, PROT_READ | PROT_WRITE, MAP_SHARED, &map));
	want_error("doorbell by a child", -EPERM, doorbell(r, NULL));
	want_error("status by a child", -EPERM, call(r->fd, TT_MEMSTAT_RING_STATUS, &arg));
	want_error("set-up by a child", -EPERM, try_setup(r, 64));
	return 0;
}

static int child_touches(struct ring *r)
{
	return (int)__atomic_load_n(&r->shared->tail, __ATOMIC_RELAXED);
}

static void fork_rule(void)
{
	struct ring r;

	make_ring(&r, chip, 64);
	push_record(&r, 1, 64);
	want("calls of a child", 0, in_child(child_calls, &r));
	want("a child that touches the pages", 128 + SIGSEGV, in_child(child_touches, &r));
	want("the parent's ring still works", 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	leave(&r);
}

/* ---- Producing ---- */

static void seen_by_reader(void)
{
	struct tt_memstat_ring_status s;
	struct ring r;
	uint64_t i;

	make_ring(&r, chip, 64);
	for (i = 1; i <= 500; i++) {
		push_record(&r, i, 64);
		want("records right after publishing", (long long)i,
		     i % 2 ? mine(&r, TT_MEMSTAT_FIG_RECORDS) : whole(&r, TT_MEMSTAT_FIG_RECORDS));
	}
	s = status(&r);
	want("head", 500, s.head);
	want("tail", 500, s.tail);
	want("error", 0, s.error);
	want("refused", 0, (long long)s.refused);
	leave(&r);
}

static void many_laps(void)
{
	struct ring r;
	uint64_t i;

	make_ring(&r, chip, 64);
	for (i = 0; i < 64 * 100; i++) {
		push_record(&r, i, 64);
		push_free(&r, i);
	}
	push_record(&r, i, 4096);
	want("records", 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	want("head", 64 * 200 + 1, status(&r).head);
	want("refused", 0, (long long)status(&r).refused);
	leave(&r);
}

static void no_credit(void)
{
	struct tt_memstat_entry e = record(1, 0, 64);
	struct tt_memstat_ring_status s;
	uint32_t credit, position;
	struct ring r;
	int n = 0;

	make_ring(&r, chip, 64);
	for (; claim(&r, &position); n++) {
		e.id = position;
		publish(&r, position, &e);
	}
	if (n < 64)
		fail("at first there is credit for every slot: expected 64 or more, saw %d", n);
	want_error("the doorbell", 0, doorbell(&r, &credit));
	s = status(&r);
	want("it takes all", s.tail, s.head);
	want("it funds a whole ring", s.head + 64, credit);
	want("which producers see", credit, r.shared->credit);
	want("as it does", 64, (long long)s.credit - s.head);
	want("records", n, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	leave(&r);
}

static void stuck_slot(void)
{
	struct tt_memstat_entry e = record(2, 0, 64);
	uint32_t position;
	struct ring r;

	make_ring(&r, chip, 64);
	push_record(&r, 1, 64);
	want("a claim", 1, claim(&r, &position));
	push_record(&r, 3, 64);
	push_record(&r, 4, 64);
	want("what stands before the slot is seen", 1, whole(&r, TT_MEMSTAT_FIG_RECORDS));
	want_error("the doorbell returns", 0, doorbell(&r, NULL));
	want("head stops there", 1, status(&r).head);
	want("tail is further", 4, status(&r).tail);
	publish(&r, position, &e);
	want("then all is seen", 4, whole(&r, TT_MEMSTAT_FIG_RECORDS));
	leave(&r);
}

static void stuck_ring_is_full(void)
{
	struct tt_memstat_entry e = record(1, 0, 64);
	uint32_t first, position;
	struct ring r;

	make_ring(&r, chip, 64);
	want("a claim", 1, claim(&r, &first));
	while (claim(&r, &position)) {
		e.id = position + 1000;
		publish(&r, position, &e);
	}
	want_error("the doorbell returns", 0, doorbell(&r, NULL));
	want("but there is no credit", 0, claim(&r, &position));
	publish(&r, first, &e);
	want_error("the doorbell", 0, doorbell(&r, NULL));
	want("now there is", 1, claim(&r, &position));
	leave(&r);
}

/* ---- Faulty and hostile producers ---- */

static void stopped_by_tail(struct ring *r, uint32_t tail)
{
	__atomic_store_n(&r->shared->tail, tail, __ATOMIC_RELEASE);
	want_error("doorbell at a hostile tail", -EPROTO, doorbell(r, NULL));
	want("its error", -EPROTO, status(r).error);
	want("as producers see it", -EPROTO, r->shared->error);
	want("its records stay", 2, mine(r, TT_MEMSTAT_FIG_RECORDS));
	r->shared->tail = 2;
	r->shared->error = 0;
	want_error("it stays stopped", -EPROTO, doorbell(r, NULL));
}

static void hostile_tail(void)
{
	static const int32_t off[] = { 1, 64, -1, INT32_MAX, INT32_MIN };
	struct tt_memstat_figures before, after;
	struct ring r, other;
	size_t i;

	attach(&other, chip);
	want_error("submit", 0, submit(&other, &(struct tt_memstat_entry){
		.op = TT_MEMSTAT_OP_RECORD, .id = 1, .size = 4096, .pool = L1 }, 1));
	before = figures_of(other.fd, chip, other.client);
	for (i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		make_ring(&r, chip, 64);
		push_record(&r, 1, 64);
		push_record(&r, 2, 64);
		want("records", 2, mine(&r, TT_MEMSTAT_FIG_RECORDS));
		stopped_by_tail(&r, off[i] > 0 ? r.shared->credit + (uint32_t)off[i]
					       : (uint32_t)(2 + off[i]));
		unmap_ring(&r);
		want_error("set-up anew", 0, try_setup(&r, 128));
		map_ring(&r);
		push_record(&r, 3, 64);
		want("what the new ring takes", 3, mine(&r, TT_MEMSTAT_FIG_RECORDS));
		leave(&r);
	}
	after = figures_of(other.fd, chip, other.client);
	want("the other client's figures", 0, memcmp(&before, &after, sizeof(before)));
	leave(&other);
}

/* A mapping of a replaced ring has no effect. */
static void old_mapping(void)
{
	struct ring r, old;

	make_ring(&r, chip, 64);
	old = r;
	r.shared->tail = 1000;
	want_error("stopped", -EPROTO, doorbell(&r, NULL));
	want_error("set-up anew", 0, try_setup(&r, 64));
	map_ring(&r);
	old.shared->tail = 3;
	push_record(&r, 1, 64);
	want("records", 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	want("tail", 1, status(&r).tail);
	unmap_ring(&old);
	leave(&r);
}

/* Mapped pages, here four, are charged to the user. */
static uint64_t charged(const struct ring *r)
{
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };

	want_error("GET_INFO", 0, call(r->fd, TT_MEMSTAT_GET_INFO, &info));
	return info.user_bytes;
}

/* Memory of a detached client is freed shortly afterwards. */
static void want_charged(const char *what, uint64_t bytes, const struct ring *r)
{
	int tries;

	for (tries = 0; tries < 500 && charged(r) != bytes; tries++)
		usleep(10000);
	want(what, (long long)bytes, (long long)charged(r));
}

#define ATTACHMENT_BYTES	(20 << 10)	/* the driver's estimate, TTMEM_CLIENT_BYTES */

static void kept_pages(void)
{
	struct ring r;

	make_ring(&r, chip, 64);
	want_error("DETACH", 0, detach(&r));
	want_charged("the mapping keeps pages and attachment", r.size + ATTACHMENT_BYTES, &r);
	want("a part of it goes", 0, munmap(r.shared, 4096));
	want_charged("so does half of it", r.size + ATTACHMENT_BYTES, &r);
	want("the other part", 0, munmap((char *)r.shared + 4096, 4096));
	want_charged("nothing", 0, &r);
	close(r.fd);
}

static void bad_entries(void)
{
	struct tt_memstat_entry bad[] = {
		{ .op = 0 }, { .op = 77, .id = 5 }, record(1, 8, 64), record(2, 0, 1ull << 40),
		record(9, 0, 64), release(404),
	};
	const int n = sizeof(bad) / sizeof(bad[0]);
	struct tt_memstat_ring_status s;
	struct ring r;
	int i;

	make_ring(&r, chip, 64);
	push_record(&r, 9, 64);
	for (i = 0; i < n; i++)
		want_error("publishing", 0, push(&r, &bad[i]));
	push_record(&r, 10, 64);
	want("the good ones are taken", 2, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	want("the others rejected", n, mine(&r, TT_MEMSTAT_FIG_REJECTED));
	want("none dropped", 0, mine(&r, TT_MEMSTAT_FIG_DROPPED));
	s = status(&r);
	want("refused", n, (long long)s.refused);
	want_error("the last error", -ENOENT, s.entry_error);
	want("where", n, s.entry_position);
	want("the ring runs", 0, s.error);
	leave(&r);
}

/* ---- Ends ---- */

static void detach_drains(void)
{
	struct ring r, watch;
	long long dropped;
	uint32_t position;

	attach(&watch, chip);
	dropped = whole(&watch, TT_MEMSTAT_FIG_DROPPED);
	make_ring(&r, chip, 64);
	push_record(&r, 1, 1048576);
	want_error("detach", 0, detach(&r));
	want("the peak has it", 1048576 * whole(&watch, TT_MEMSTAT_FIG_TENSIX_ACTIVE),
	     whole(&watch, TT_MEMSTAT_FIG_L1_PEAK));
	want("the use has not", 0, whole(&watch, TT_MEMSTAT_FIG_L1_USED));
	want("nothing is dropped", dropped, whole(&watch, TT_MEMSTAT_FIG_DROPPED));
	leave(&r);

	make_ring(&r, chip, 64);
	want("a claim", 1, claim(&r, &position));
	push_record(&r, 1, 64);
	push_record(&r, 2, 64);
	want_error("detach", 0, detach(&r));
	want("what was stuck is dropped", dropped + 3, whole(&watch, TT_MEMSTAT_FIG_DROPPED));
	leave(&r);
	leave(&watch);
}

static void close_drains(void)
{
	struct ring r, watch;
	long long dropped, generation;
	uint32_t position;

	attach(&watch, chip);
	dropped = whole(&watch, TT_MEMSTAT_FIG_DROPPED);
	make_ring(&r, chip, 64);
	generation = whole(&watch, TT_MEMSTAT_FIG_GENERATION);
	push_record(&r, 1, 64);
	push_free(&r, 1);
	want("a claim", 1, claim(&r, &position));
	push_record(&r, 2, 64);
	leave(&r);
	if (whole(&watch, TT_MEMSTAT_FIG_GENERATION) < generation + 2)
		fail("what was published before close is taken: expected %lld or more, saw %lld",
		     generation + 2, whole(&watch, TT_MEMSTAT_FIG_GENERATION));
	want("what was stuck is dropped", dropped + 2, whole(&watch, TT_MEMSTAT_FIG_DROPPED));
	want("nothing is left", 0, whole(&watch, TT_MEMSTAT_FIG_RECORDS));
	leave(&watch);
}

static int killed_child(struct ring *watch)
{
	struct ring r;
	uint64_t i;

	(void)watch;
	make_ring(&r, chip, 64);
	for (i = 0; i < 60; i++)
		push_record(&r, i, 1500000 - 1500000 % 16);
	raise(SIGKILL);
	return 0;
}

/* The periodic drain may come first, so one run of five must show discarded entries. */
static void kill_discards(void)
{
	struct ring watch;
	int i, discarded = 0;

	attach(&watch, chip);
	for (i = 0; i < 5; i++) {
		long long before = whole(&watch, TT_MEMSTAT_FIG_REJECTED);
		long long dropped = whole(&watch, TT_MEMSTAT_FIG_DROPPED);
		long long rejected;

		/* Invalid entries would be rejected if they were applied. */
		want("killed", 128 + SIGKILL, in_child(killed_child, &watch));
		want("nothing is left", 0, whole(&watch, TT_MEMSTAT_FIG_RECORDS));
		want("one client", 1, whole(&watch, TT_MEMSTAT_FIG_CLIENTS));
		rejected = whole(&watch, TT_MEMSTAT_FIG_REJECTED) - before;
		want("what is discarded is counted", dropped + 60 - rejected,
		     whole(&watch, TT_MEMSTAT_FIG_DROPPED));
		discarded += rejected < 60;
	}
	if (!discarded)
		fail("what a killed owner left in its ring was taken, 5 times of 5");
	leave(&watch);
}

static void drop_takes_first(void)
{
	struct tt_memstat_drop arg = { .argsz = sizeof(arg), .pools = TT_MEMSTAT_POOL_MASK_ALL };
	struct ring r;

	make_ring(&r, chip, 64);
	push_record(&r, 1, 64);
	push_record(&r, 2, 64);
	arg.attachment = r.handle;
	want_error("drop", 0, call(r.fd, TT_MEMSTAT_DROP, &arg));
	want("head", 2, status(&r).head);
	want("records", 0, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	push_record(&r, 1, 64);
	want("it goes on", 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	leave(&r);
}

/* ---- A chip of a PCI function with a changing geometry ---- */

/* Set a geometry of @rows rows of 8 cores. */
static void describe(const struct ring *r, uint32_t rows)
{
	struct tt_memstat_geometry_set arg = {
		.argsz = sizeof(arg), .chip = chip, .flags = TT_MEMSTAT_GEOMETRY_FORCE,
		.geometry = {
			.arch = TT_MEMSTAT_ARCH_WORMHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
			.grid_x = 8, .grid_y = rows, .dram_banks = 12,
		},
	};

	want_error("describing", 0, call(r->fd, TT_MEMSTAT_GEOMETRY_SET, &arg));
}

/* Every call on the attachment except DETACH. */
static void want_stale(struct ring *r)
{
	struct tt_memstat_ring_status state = { .argsz = sizeof(state), .attachment = r->handle };
	struct tt_memstat_submit none = { .argsz = sizeof(none), .attachment = r->handle };
	struct tt_memstat_partial partial = { .argsz = sizeof(partial), .attachment = r->handle };
	struct tt_memstat_drop drop = {
		.argsz = sizeof(drop), .attachment = r->handle, .pools = 1,
	};
	struct tt_memstat_bank_set set = {
		.argsz = sizeof(set), .attachment = r->handle, .space = TT_MEMSTAT_SPACE_DRAM,
		.mask = 1,
	};
	void *map;

	want_error("the doorbell", -ESTALE, doorbell(r, NULL));
	want_error("the ring's status", -ESTALE, call(r->fd, TT_MEMSTAT_RING_STATUS, &state));
	want_error("another ring", -ESTALE, try_setup(r, 64));
	want_error("another mapping", -ESTALE,
		   try_map(r, r->size, r->offset, PROT_READ | PROT_WRITE, MAP_SHARED, &map));
	want_error("a submit", -ESTALE, call(r->fd, TT_MEMSTAT_SUBMIT, &none));
	want_error("a drop", -ESTALE, call(r->fd, TT_MEMSTAT_DROP, &drop));
	want_error("partial", -ESTALE, call(r->fd, TT_MEMSTAT_PARTIAL, &partial));
	want_error("a bank set", -ESTALE, call(r->fd, TT_MEMSTAT_BANK_SET, &set));
}

/* A full ring whose drain is blocked by a slot that is claimed and not published. */
static void described_anew(void)
{
	struct tt_memstat_attach again = {
		.argsz = sizeof(again), .chip = chip, .proof = -1, .runtime_id = -1,
		.covers = TT_MEMSTAT_POOL_MASK_ALL,
	};
	struct tt_memstat_entry e = record(1000, 0, 64);
	uint32_t stuck, position;
	struct ring admin, r;
	uint64_t id;

	attach(&admin, chip);
	describe(&admin, 8);
	make_ring(&r, chip, 64);
	push_record(&r, 1, 64);
	want("it is in the figures", 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	want("a claim", 1, claim(&r, &stuck));
	for (id = 2; claim(&r, &position); id++)
		publish(&r, position, &e);

	describe(&admin, 9);
	want("the ring says so", -ESTALE, r.shared->error);
	want("no record is left", 0, whole(&admin, TT_MEMSTAT_FIG_RECORDS));
	want("nor any use", 0, whole(&admin, TT_MEMSTAT_FIG_L1_USED));
	want("nor anything to clear", 0, whole(&admin, TT_MEMSTAT_FIG_CLEARING));
	want("nor anything pending", 0, whole(&admin, TT_MEMSTAT_FIG_RING_PENDING));
	want_stale(&r);
	publish(&r, stuck, &e);

	want_error("attaching again, before detaching", 0,
		   call(r.fd, TT_MEMSTAT_ATTACH, &again));
	want("by what the chip has now", 9, again.geometry.grid_y);
	want_error("twice", -EALREADY, call(r.fd, TT_MEMSTAT_ATTACH, &again));
	want_stale(&r);
	want_error("detach", 0, detach(&r));
	want_error("the doorbell of what is detached", -ENOENT, doorbell(&r, NULL));
	r.handle = again.attachment;
	want_error("detach again", 0, detach(&r));
	leave(&r);
	leave(&admin);
}

/* ---- Threads ---- */

static struct ring shared_ring;
static atomic_bool stop;

#define PRODUCERS	4
#define PAIRS		4000

/* A free that is applied before its record is refused. */
static void *produce(void *arg)
{
	uint64_t base = (uint64_t)(uintptr_t)arg << 32;
	uint64_t i;

	for (i = 0; i < PAIRS; i++) {
		push_record(&shared_ring, base + i, 64);
		push_free(&shared_ring, base + i);
	}
	push_record(&shared_ring, base + i, 64);
	return NULL;
}

/* Equations and bounds that hold for every reading. */
static void check_reading(const struct tt_memstat_figures *f)
{
	const __u64 *v = f->value;
	__u64 pools = v[TT_MEMSTAT_FIG_L1_BUFFERS_USED] + v[TT_MEMSTAT_FIG_L1_SMALL_USED] +
			 v[TT_MEMSTAT_FIG_CB_USED];
	__u64 dram = v[TT_MEMSTAT_FIG_DRAM_BUFFERS_USED] + v[TT_MEMSTAT_FIG_TRACE_USED];

	if (v[TT_MEMSTAT_FIG_L1_USED] > v[TT_MEMSTAT_FIG_L1_CAPACITY])
		fail("l1_used above l1_capacity");
	if (v[TT_MEMSTAT_FIG_DRAM_USED] > v[TT_MEMSTAT_FIG_DRAM_CAPACITY])
		fail("dram_used above dram_capacity");
	want("pools - overlap", (long long)v[TT_MEMSTAT_FIG_L1_USED],
	     (long long)(pools - v[TT_MEMSTAT_FIG_L1_OVERLAP]));
	want("pools - overlap of dram", (long long)v[TT_MEMSTAT_FIG_DRAM_USED],
	     (long long)(dram - v[TT_MEMSTAT_FIG_DRAM_OVERLAP]));
}

static void *read_all(void *arg)
{
	int fd = open_device();

	(void)arg;
	while (!atomic_load(&stop)) {
		struct tt_memstat_figures f = figures_of(fd, chip, 0);

		check_reading(&f);
		f = figures_of(fd, chip, shared_ring.client);
	}
	close(fd);
	return NULL;
}

static void run_producers(int readers)
{
	pthread_t producer[PRODUCERS], reader[8];
	uintptr_t i;

	make_ring(&shared_ring, chip, 256);
	atomic_store(&stop, false);
	for (i = 0; i < PRODUCERS; i++)
		pthread_create(&producer[i], NULL, produce, (void *)i);
	for (i = 0; i < (uintptr_t)readers; i++)
		pthread_create(&reader[i], NULL, read_all, NULL);
	for (i = 0; i < PRODUCERS; i++)
		pthread_join(producer[i], NULL);
	atomic_store(&stop, true);
	for (i = 0; i < (uintptr_t)readers; i++)
		pthread_join(reader[i], NULL);
	want("records", PRODUCERS, mine(&shared_ring, TT_MEMSTAT_FIG_RECORDS));
	want("refused", 0, (long long)status(&shared_ring).refused);
	want("head", PRODUCERS * (2 * PAIRS + 1), status(&shared_ring).head);
	leave(&shared_ring);
}

static void threads(void) { run_producers(0); }
static void readers(void) { run_producers(3); }

/* ---- Comparison with submit ---- */

static struct tt_memstat_entry some_entry(uint64_t *state)
{
	struct tt_memstat_entry e = {
		.op = (uint16_t)(1 + roll(state) % 5), .id = roll(state) % 40,
		.program = roll(state) % 6,
	};
	static const uint32_t pools[] = {
		L1, L1, TT_MEMSTAT_POOL_CB, TT_MEMSTAT_POOL_DRAM, TT_MEMSTAT_POOL_L1_SMALL,
		TT_MEMSTAT_POOL_KERNEL,
	};

	if (e.op == TT_MEMSTAT_OP_SNAPSHOT && roll(state) % 8)
		e.op = TT_MEMSTAT_OP_RECORD;
	if (e.op == TT_MEMSTAT_OP_RECORD) {
		e.pool = pools[roll(state) % 6];
		e.addr = roll(state) % 90000 * 16;
		e.size = (1 + roll(state) % 4000) * 16;
		if (e.pool != TT_MEMSTAT_POOL_CB && e.pool != TT_MEMSTAT_POOL_KERNEL)
			e.program = 0;
		if (roll(state) % 16 == 0)
			e.flags = (uint16_t)(1u << roll(state) % 6);
	} else if (e.op == TT_MEMSTAT_OP_FREE) {
		e.program = 0;
	} else if (e.op == TT_MEMSTAT_OP_SNAPSHOT) {
		e.flags = TT_MEMSTAT_ENTRY_TOTAL;
		e.pool = TT_MEMSTAT_POOL_TRACE;
		e.size = roll(state) % 1000000;
		e.id = e.program = 0;
	} else if (e.op == TT_MEMSTAT_OP_PROGRAM_FREE) {
		e.id = 0;
	}
	return e;
}

static void same_as_submit(void)
{
	struct tt_memstat_figures a, b;
	uint64_t state = 88172645463325252u;
	struct ring ring, plain;
	int i, n;

	make_ring(&ring, chip, 64);
	attach(&plain, chip + 1);
	for (i = 0; i < 20000; i++) {
		struct tt_memstat_entry e = some_entry(&state);

		want_error("publishing", 0, push(&ring, &e));
		submit(&plain, &e, 1);
		if (i % 1000)
			continue;
		a = figures_of(ring.fd, ring.chip, ring.client);
		b = figures_of(plain.fd, plain.chip, plain.client);
		for (n = 0; n < TT_MEMSTAT_FIGURES; n++) {
			if (n == TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS ||
			    n == TT_MEMSTAT_FIG_DISPATCH_AGE_MS || a.value[n] == b.value[n])
				continue;
			fail("after %d events, figure %d: by submit %llu, by the ring %llu", i + 1,
			     n, (unsigned long long)b.value[n], (unsigned long long)a.value[n]);
		}
		want("what is known", 0, memcmp(a.known, b.known, sizeof(a.known)));
	}
	leave(&ring);
	leave(&plain);
}

/* ---- Scribbling ---- */

static volatile struct tt_memstat_ring *scribbled;

/* Entries of all kinds into any slot, most of them published, while the kernel reads them. */
static void scribble_slot(uint64_t *state)
{
	const uint32_t mask = shared_ring.entries - 1;
	uint32_t i = (uint32_t)roll(state) & mask, head = scribbled->head;
	volatile struct tt_memstat_entry *slot = &shared_ring.slot[i];

	*slot = some_entry(state);
	slot->seq = head + ((i - head) & mask) + 1;
	if (roll(state) % 16 == 0)
		((volatile uint64_t *)slot)[roll(state) % 8] = roll(state);
}

/* Write mostly valid tails, sometimes random data in the shared page. */
static void *scribble(void *arg)
{
	uint64_t state = 0x9e3779b97f4a7c15u;
	uint32_t tail, room;

	(void)arg;
	while (!atomic_load(&stop)) {
		scribble_slot(&state);
		tail = scribbled->tail;
		room = scribbled->credit - tail;
		if (room && room <= shared_ring.entries)
			scribbled->tail = tail + (uint32_t)roll(&state) % (room < 8 ? room + 1 : 8);
		if (roll(&state) % 100000 == 0)
			((volatile uint32_t *)scribbled)[roll(&state) % 32] =
				(uint32_t)roll(&state);
	}
	return NULL;
}

static void *ring_again(void *arg)
{
	(void)arg;
	while (!atomic_load(&stop))
		if (doorbell(&shared_ring, NULL) == -EPROTO)
			try_setup(&shared_ring, shared_ring.entries);
	return NULL;
}

/*
 * Run until hundreds of the scribbler's entries were applied or rejected, for any speed of the
 * machine. The scribbler writes only to its mapping. After a stop this has no effect, so the
 * checking thread maps the new ring at the same address.
 */
static void scribbling(void)
{
	struct tt_memstat_figures before, after, all;
	double end = seconds() + limit;
	pthread_t bad, bell;
	struct ring other;
	long long generation, refused, taken, rejected;

	make_ring(&other, chip, 64);
	push_record(&other, 1, 65536);
	push_record(&other, 2, 4096);
	before = figures_of(other.fd, chip, other.client);
	generation = whole(&other, TT_MEMSTAT_FIG_GENERATION);
	refused = whole(&other, TT_MEMSTAT_FIG_REJECTED);
	make_ring(&shared_ring, chip, 256);
	scribbled = shared_ring.shared;
	atomic_store(&stop, false);
	pthread_create(&bad, NULL, scribble, NULL);
	pthread_create(&bell, NULL, ring_again, NULL);
	do {
		after = figures_of(other.fd, chip, other.client);
		want("the other client's figures", 0, memcmp(&before, &after, sizeof(before)));
		all = figures_of(other.fd, chip, 0);
		check_reading(&all);
		if (mmap(shared_ring.shared, shared_ring.size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, shared_ring.fd,
			 (off_t)shared_ring.offset) == MAP_FAILED)
			fail("mmap anew: %s", strerror(errno));
		taken = whole(&other, TT_MEMSTAT_FIG_GENERATION) - generation;
		rejected = whole(&other, TT_MEMSTAT_FIG_REJECTED) - refused;
	} while (seconds() < end || taken < 100 || rejected < 100);
	atomic_store(&stop, true);
	pthread_join(bad, NULL);
	pthread_join(bell, NULL);
	leave(&shared_ring);
	printf("taken %lld rejected %lld\n", taken, rejected);
	want("the other client's records", 2, whole(&other, TT_MEMSTAT_FIG_RECORDS));
	leave(&other);
}

/* ---- For shell tests, concurrently and in control groups ---- */

/* Read the chip for SECONDS, and print the number of readings. */
static void read_case(void)
{
	double end = seconds() + limit;
	struct tt_memstat_figures f;
	int fd = open_device();
	unsigned long n = 0;

	for (; seconds() < end; n++) {
		f = figures_of(fd, chip, 0);
		check_reading(&f);
	}
	printf("read %lu\n", n);
}

/*
 * Report for SECONDS, and print the number of events and the longest time of one, in hundredths of
 * the total. Runs longer on a slow machine, to make results comparable.
 */
static void steady_case(void)
{
	double start = seconds(), longest = 0, now, before;
	unsigned long n = 0;
	struct ring r;

	make_ring(&r, chip, 256);
	for (before = start; before < start + limit || n < STEADY_EVENTS; before = now, n += 2) {
		push_record(&r, n, 64);
		push_free(&r, n);
		now = seconds();
		if (now - before > longest)
			longest = now - before;
	}
	want("refused", 0, (long long)status(&r).refused);
	printf("steady %lu longest_percent %.0f\n", n, longest / (before - start) * 1e2);
	leave(&r);
}

/*
 * A ring whose entries each record and free all of L1 over many small records. Prints `ready`, and
 * then rings the doorbell for each line that it reads.
 */
static void heavy_case(void)
{
	const uint64_t pieces = 4000, all = 1499136;
	struct tt_memstat_entry e[64];
	uint32_t credit;
	struct ring r;
	char line[16];
	uint64_t i;

	make_ring(&r, chip, 256);
	for (i = 0; i < pieces; i++) {
		e[i % 64] = record(i + 1, i * 32, 16);
		if (i % 64 == 63 || i + 1 == pieces)
			want("submit", 0, submit(&r, e, (uint32_t)(i % 64) + 1));
	}
	for (i = 0; i < 120; i++) {
		e[0] = record(pieces + 1, 0, all);
		want("push", 0, push(&r, &e[0]));
		push_free(&r, pieces + 1);
	}
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		want("doorbell", 0, doorbell(&r, &credit));
		printf("rung\n");
		fflush(stdout);
	}
	leave(&r);
}

/* Record up to a limit (or until killed by it), and print the state of the ring. */
static void hog_case(void)
{
	struct tt_memstat_entry e;
	struct ring r;
	uint64_t i;

	make_ring(&r, chip, 1024);
	for (i = 1; i <= 400000; i++) {
		e = record(i, i * 64 % 1048576, 32);
		if (push(&r, &e) || (i % 1024 == 0 && status(&r).refused))
			break;
	}
	printf("hog %llu refused %llu error %s\n", (unsigned long long)i,
	       (unsigned long long)status(&r).refused,
	       status(&r).entry_error ? strerrorname_np(-status(&r).entry_error) : "none");
	printf("inconsistent %lld\n", mine(&r, TT_MEMSTAT_FIG_INCONSISTENT));
	leave(&r);
}

/* The same without a ring: the lack of memory is returned at once. */
static void hog_submit_case(void)
{
	struct tt_memstat_entry e[64];
	uint64_t id = 0;
	struct ring r;
	int err = 0;

	attach(&r, chip);
	while (!err && id < 400000) {
		for (size_t i = 0; i < 64; i++, id++)
			e[i] = record(id, id * 64 % 1048576, 32);
		err = submit(&r, e, 64);
	}
	printf("hog %llu error %s\n", (unsigned long long)id, err ? strerrorname_np(-err) : "none");
	leave(&r);
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "setup-errors", setup_errors }, { "mapping-errors", mapping_errors },
	{ "fork", fork_rule }, { "seen", seen_by_reader }, { "laps", many_laps },
	{ "no-credit", no_credit }, { "stuck", stuck_slot }, { "stuck-full", stuck_ring_is_full },
	{ "hostile-tail", hostile_tail }, { "old-mapping", old_mapping },
	{ "kept-pages", kept_pages }, { "described-anew", described_anew },
	{ "bad-entries", bad_entries }, { "detach", detach_drains }, { "close", close_drains },
	{ "kill", kill_discards }, { "drop", drop_takes_first }, { "threads", threads },
	{ "readers", readers }, { "same-as-submit", same_as_submit }, { "scribble", scribbling },
	{ "read", read_case }, { "steady", steady_case }, { "hog", hog_case },
	{ "hog-submit", hog_submit_case }, { "heavy", heavy_case },
};

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "Usage: ttmem-ring CASE CHIP [SECONDS]\n");
		return 2;
	}
	chip = (uint32_t)strtoul(argv[2], NULL, 10);
	limit = argc > 3 ? strtod(argv[3], NULL) : 5;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[1], cases[i].name))
			continue;
		cases[i].run();
		return 0;
	}
	fprintf(stderr, "ttmem-ring: no case %s\n", argv[1]);
	return 2;
}
