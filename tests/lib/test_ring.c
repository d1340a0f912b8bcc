// SPDX-License-Identifier: GPL-2.0-only
/*
 * The producer's side of the ring with a simulated kernel: the linker (--wrap) replaces ioctl(),
 * mmap() and nanosleep(), the shared pages are a memfd, and the doorbell records published entries.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "testing.h"

#define SLOTS		64
#define LOG		400000
#define PAGE		4096

/* The simulated kernel: its settings, and the calls and entries that it received. */
static struct {
	pthread_mutex_t lock;
	uint32_t start;		/* position of a new ring */
	uint32_t max_ring;
	int setup_fail;
	int map_fail;
	uint32_t attach_flags;
	uint32_t entries;
	unsigned int setups;
	unsigned int doorbells;
	unsigned int submits;
	unsigned int drops;
	uint32_t head;
	uint32_t credit;
	struct tt_memstat_ring *shared;
	struct tt_memstat_entry *slot;
	struct tt_memstat_entry *log;
	size_t logged;
} k;

static void note(const struct tt_memstat_entry *e)
{
	if (k.logged < LOG)
		k.log[k.logged] = *e;
	k.logged++;
}

static int drain(void)
{
	uint32_t tail = __atomic_load_n(&k.shared->tail, __ATOMIC_ACQUIRE);

	if (k.shared->error)
		return k.shared->error;
	for (; k.head != tail; k.head++) {
		struct tt_memstat_entry *slot = &k.slot[k.head & (k.entries - 1)];

		if (__atomic_load_n(&slot->seq, __ATOMIC_ACQUIRE) != k.head + 1)
			break;
		note(slot);
	}
	k.credit = k.head + k.entries;
	__atomic_store_n(&k.shared->head, k.head, __ATOMIC_RELEASE);
	__atomic_store_n(&k.shared->credit, k.credit, __ATOMIC_RELEASE);
	return 0;
}

static int play_setup(struct tt_memstat_ring_setup *arg)
{
	k.setups++;
	k.entries = arg->entries;
	if (k.setup_fail)
		return -k.setup_fail;
	arg->offset = 7 << 24;
	arg->size = PAGE + arg->entries * sizeof(struct tt_memstat_entry);
	arg->entries_offset = PAGE;
	return 0;
}

static int play(unsigned long call, void *arg)
{
	struct tt_memstat_ring_doorbell *bell = arg;
	struct tt_memstat_ring_status *status = arg;
	struct tt_memstat_submit *submit = arg;
	struct tt_memstat_get_info *info = arg;
	int error;
	uint32_t i;

	switch (call) {
	case TT_MEMSTAT_GET_INFO:
		info->api_version = TT_MEMSTAT_API_VERSION;
		info->max_submit = 1000;
		info->max_ring_entries = k.max_ring;
		return 0;
	case TT_MEMSTAT_ATTACH:
		k.attach_flags = ((struct tt_memstat_attach *)arg)->flags;
		((struct tt_memstat_attach *)arg)->attachment = 7;
		return 0;
	case TT_MEMSTAT_RING_SETUP:
		return play_setup(arg);
	case TT_MEMSTAT_RING_DOORBELL:
		k.doorbells++;
		error = drain();
		bell->credit = k.credit;
		return error;
	case TT_MEMSTAT_RING_STATUS:
		if (!k.shared)
			return -ENOENT;
		status->head = k.head;
		status->refused = 5;
		return 0;
	case TT_MEMSTAT_SUBMIT:
		k.submits++;
		for (i = 0; i < submit->count; i++)
			note((struct tt_memstat_entry *)(uintptr_t)submit->entries + i);
		submit->taken = submit->count;
		return 0;
	case TT_MEMSTAT_DROP:
		k.drops++;
		return 0;
	default:
		return 0;
	}
}

int __wrap_ioctl(int fd, unsigned long call, void *arg);
int __wrap_ioctl(int fd, unsigned long call, void *arg)
{
	int error;

	(void)fd;
	pthread_mutex_lock(&k.lock);
	error = play(call, arg);
	pthread_mutex_unlock(&k.lock);
	errno = -error;
	return error ? -1 : 0;
}

static uint64_t napped_ns;

int __real_nanosleep(const struct timespec *nap, struct timespec *left);
int __wrap_nanosleep(const struct timespec *nap, struct timespec *left);
int __wrap_nanosleep(const struct timespec *nap, struct timespec *left)
{
	__atomic_add_fetch(&napped_ns, (uint64_t)nap->tv_nsec, __ATOMIC_RELAXED);
	return __real_nanosleep(nap, left);
}

void *__real_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset);

/* Kernel and library use different mappings of the pages, as in reality. */
void *__wrap_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
	int memory;
	void *map;

	if (flags & MAP_ANONYMOUS)
		return __real_mmap(addr, size, prot, flags, fd, offset);
	if (k.map_fail) {
		errno = k.map_fail;
		return MAP_FAILED;
	}
	assert_int_equal(offset, 7 << 24);
	assert_int_equal(size, PAGE + k.entries * sizeof(struct tt_memstat_entry));
	assert_int_equal(flags, MAP_SHARED);
	memory = memfd_create("ring", MFD_CLOEXEC);
	assert_true(memory >= 0);
	assert_int_equal(ftruncate(memory, (off_t)size), 0);
	map = __real_mmap(NULL, size, prot, flags, memory, 0);
#ifdef __SANITIZE_THREAD__
	k.shared = map;		/* ThreadSanitizer treats another mapping as other memory */
#else
	k.shared = __real_mmap(NULL, size, prot, flags, memory, 0);
#endif
	close(memory);
	assert_true(k.shared != MAP_FAILED && map != MAP_FAILED);
	madvise(map, size, MADV_DONTFORK);
	k.slot = (void *)((char *)k.shared + PAGE);
	k.head = k.start;
	k.credit = k.start + k.entries;
	k.shared->head = k.start;
	k.shared->tail = k.start;
	k.shared->credit = k.credit;
	return map;
}

static int reset(void **state)
{
	struct tt_memstat_entry *log = k.log;

	(void)state;
	if (k.shared)
		munmap(k.shared, PAGE + k.entries * sizeof(struct tt_memstat_entry));
	memset(&k, 0, sizeof(k));
	pthread_mutex_init(&k.lock, NULL);
	k.log = log ? log : calloc(LOG, sizeof(*log));
	k.max_ring = 4096;
	unsetenv("TT_MEMSTAT_DISABLED");
	return k.log ? 0 : -1;
}

static struct ttmemstat_ctx *open_ctx(void)
{
	const struct ttmemstat_open_options o = { .size = sizeof(o), .path = "/dev/null" };
	struct ttmemstat_ctx *ctx = NULL;

	assert_int_equal(ttmemstat_open(&ctx, &o), 0);
	return ctx;
}

static int try_attach(struct ttmemstat_ctx *ctx, uint32_t flags, uint32_t entries,
		      struct ttmemstat_attachment **att)
{
	struct ttmemstat_attach_options o;

	ttmemstat_attach_options_init(&o);
	o.covers = TT_MEMSTAT_POOL_MASK_ALL;
	o.flags = flags;
	o.ring_entries = entries;
	return ttmemstat_attach(ctx, &o, att, NULL);
}

static struct ttmemstat_attachment *attach(struct ttmemstat_ctx *ctx)
{
	struct ttmemstat_attachment *att = NULL;

	assert_int_equal(try_attach(ctx, TTMEMSTAT_ATTACH_RING, SLOTS, &att), 0);
	return att;
}

static void leave(struct ttmemstat_ctx *ctx, struct ttmemstat_attachment *att)
{
	assert_int_equal(ttmemstat_detach(att), 0);
	ttmemstat_close(ctx);
}

static bool is_mapped(void *at)
{
	unsigned char there;

	return !mincore((void *)((uintptr_t)at & ~(uintptr_t)(PAGE - 1)), PAGE, &there);
}

/* ---- Attaching ---- */

static void asking_for_a_ring(void **state)
{
	static const uint32_t bad[] = { 1, 32, 63, 65, 100, 8192, UINT32_MAX };
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = NULL;
	struct ttmemstat_attach_options o;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(try_attach(ctx, TTMEMSTAT_ATTACH_RING, bad[i], &att), -EINVAL);
	assert_int_equal(try_attach(ctx, 0, 64, &att), -EINVAL);
	assert_null(att);
	assert_int_equal(k.setups, 0);
	assert_int_equal(try_attach(ctx, TTMEMSTAT_ATTACH_RING | TT_MEMSTAT_ATTACH_REMOTE, 0, &att),
			 0);
	assert_int_equal(k.entries, TTMEMSTAT_RING_ENTRIES);
	assert_int_equal(k.attach_flags, TT_MEMSTAT_ATTACH_REMOTE);
	assert_int_equal(ttmemstat_detach(att), 0);

	/* Options of the version without rings. */
	ttmemstat_attach_options_init(&o);
	o.size = offsetof(struct ttmemstat_attach_options, ring_entries);
	o.ring_entries = 3;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), 0);
	assert_int_equal(k.setups, 1);
	ttmemstat_detach(att);
	o.size = sizeof(o);
	o.ring_entries = 0;
	o.reserved = 1;
	assert_int_equal(ttmemstat_attach(ctx, &o, &att, NULL), -EINVAL);
	ttmemstat_close(ctx);
}

static void goes_by_submit(struct ttmemstat_ctx *ctx)
{
	struct tt_memstat_ring_status status = { 0 };
	struct ttmemstat_attachment *att = NULL;

	assert_int_equal(try_attach(ctx, TTMEMSTAT_ATTACH_RING, 0, &att), 0);
	assert_int_equal(ttmemstat_report_free(att, 5), 0);
	assert_int_equal(k.submits, 1);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(ttmemstat_ring_status(att, &status), -ENOENT);
	assert_int_equal(k.doorbells, 0);
	leave(ctx, att);
}

static void a_module_without_rings(void **state)
{
	(void)state;
	k.max_ring = 0;
	goes_by_submit(open_ctx());
	assert_int_equal(k.setups, 0);
}

static void no_memory_for_a_ring(void **state)
{
	(void)state;
	k.setup_fail = ENOMEM;
	goes_by_submit(open_ctx());
	assert_int_equal(k.setups, 1);
}

static void no_mapping_of_a_ring(void **state)
{
	(void)state;
	k.map_fail = ENOMEM;
	goes_by_submit(open_ctx());
	assert_int_equal(k.setups, 1);
}

/* ---- Events ---- */

static void report_each_kind(struct ttmemstat_attachment *att)
{
	const struct ttmemstat_record r = {
		.id = 1, .addr = 16, .size = 20, .program = 9, .set = 3, .pool = 4,
		.flags = TT_MEMSTAT_ENTRY_VIEW,
	};
	const struct ttmemstat_snapshot s = {
		.allocatable = 9, .allocated = 4, .free = 5, .largest_free_block = 3, .set = 2,
		.pool = 2,
	};

	assert_int_equal(ttmemstat_report_record(att, &r), 0);
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	assert_int_equal(ttmemstat_report_program_free(att, 2), 0);
	assert_int_equal(ttmemstat_report_dispatch(att, 3, 4), 0);
	assert_int_equal(ttmemstat_report_snapshot(att, &s), 0);
	assert_int_equal(ttmemstat_report_snapshot_total(att, 1, 77, 0), 0);
}

static void each_kind_as_by_submit(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *ring = attach(ctx), *plain = NULL;
	size_t i;

	(void)state;
	assert_int_equal(try_attach(ctx, 0, 0, &plain), 0);
	report_each_kind(ring);
	assert_int_equal(k.doorbells + k.submits, 0);
	assert_int_equal(ttmemstat_flush(ring), 0);
	report_each_kind(plain);
	assert_int_equal(k.logged, 12);
	for (i = 0; i < 6; i++) {
		k.log[i].seq = 0;
		assert_memory_equal(&k.log[i], &k.log[i + 6], sizeof(k.log[i]));
	}
	assert_int_equal(ttmemstat_detach(plain), 0);
	leave(ctx, ring);
}

static void bad_events_take_no_slot(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	const struct ttmemstat_record r = { .id = 1, .addr = 8, .size = 16, .pool = 2 };

	(void)state;
	assert_int_equal(ttmemstat_report_record(att, &r), -EINVAL);
	assert_int_equal(ttmemstat_report_record(att, NULL), -EINVAL);
	assert_int_equal(ttmemstat_report_snapshot(att, NULL), -EINVAL);
	assert_int_equal(ttmemstat_report_snapshot_total(att, 9, 1, 0), -EINVAL);
	assert_int_equal(ttmemstat_report_free(NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_flush(NULL), -EINVAL);
	assert_int_equal(ttmemstat_ring_status(att, NULL), -EINVAL);
	assert_int_equal(k.shared->tail, 0);
	leave(ctx, att);
}

static void laps_from(uint32_t start)
{
	struct ttmemstat_attachment *att;
	struct ttmemstat_ctx *ctx;
	uint64_t i;

	k.start = start;
	ctx = open_ctx();
	att = attach(ctx);
	for (i = 0; i < 1000; i++)
		assert_int_equal(ttmemstat_report_free(att, i), 0);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(k.logged, 1000);
	for (i = 0; i < 1000; i++)
		assert_int_equal(k.log[i].id, i);
	/* When it is full, and once for the flush. */
	assert_int_equal(k.doorbells, 1000 / SLOTS + 1);
	assert_int_equal(k.submits, 0);
	leave(ctx, att);
}

static void laps(void **state)
{
	(void)state;
	laps_from(0);
}

static void laps_over_the_end_of_positions(void **state)
{
	(void)state;
	laps_from(UINT32_MAX - 500);
}

static void full(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	uint64_t i;

	(void)state;
	for (i = 0; i < SLOTS; i++)
		assert_int_equal(ttmemstat_report_free(att, i), 0);
	assert_int_equal(k.doorbells, 0);
	assert_int_equal(ttmemstat_report_free(att, i), 0);
	assert_int_equal(k.doorbells, 1);
	assert_int_equal(k.logged, SLOTS);
	leave(ctx, att);
}

static void a_slot_that_is_never_filled(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	uint64_t i, before = napped_ns;

	(void)state;
	__atomic_add_fetch(&k.shared->tail, 1, __ATOMIC_ACQ_REL);
	for (i = 1; i < SLOTS; i++)
		assert_int_equal(ttmemstat_report_free(att, i), 0);
	assert_int_equal(ttmemstat_report_free(att, 100), -EBUSY);
	assert_true(napped_ns - before >= 1000000000);
	before = napped_ns;
	assert_int_equal(ttmemstat_report_free(att, 101), -EBUSY);
	assert_int_equal(napped_ns, before);
	assert_int_equal(ttmemstat_flush(att), -EBUSY);
	assert_int_equal(ttmemstat_drop(att, 1), -EBUSY);
	assert_int_equal(k.drops, 0);
	/* Filled after all. */
	__atomic_store_n(&k.slot[0].seq, 1, __ATOMIC_RELEASE);
	assert_int_equal(ttmemstat_report_free(att, 102), 0);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(k.logged, SLOTS + 1);
	leave(ctx, att);
}

static void a_stopped_ring(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	struct tt_memstat_entry e;

	(void)state;
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	k.shared->error = -EPROTO;
	assert_int_equal(ttmemstat_report_free(att, 2), -EPROTO);
	assert_int_equal(ttmemstat_report_dispatch(att, 2, 0), -EPROTO);
	assert_int_equal(ttmemstat_flush(att), -EPROTO);
	assert_int_equal(k.shared->tail, 1);
	/* Calls that do not need the ring still work. */
	assert_int_equal(ttmemstat_drop(att, 1), 0);
	ttmemstat_entry_free(&e, 3);
	assert_int_equal(ttmemstat_submit(att, &e, 1, NULL), 0);
	assert_int_equal(k.log[0].id, 3);
	leave(ctx, att);
}

/* Credit that does not match the tail, as in overwritten pages, causes no endless loop. */
static void nonsense_in_the_pages(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);

	(void)state;
	k.shared->tail = 1u << 30;
	assert_int_equal(ttmemstat_report_free(att, 1), -EBUSY);
	k.shared->credit = (1u << 30) + 5;
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	assert_int_equal(k.slot[0].seq, (1u << 30) + 1);
	leave(ctx, att);
}

static void order_of_submit_and_drop(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	struct tt_memstat_ring_status status = { 0 };
	struct tt_memstat_entry e;

	(void)state;
	ttmemstat_entry_free(&e, 2);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(ttmemstat_submit(att, &e, 1, NULL), 0);
	assert_int_equal(k.doorbells, 0);
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	assert_int_equal(ttmemstat_submit(att, &e, 1, NULL), 0);
	assert_int_equal(k.doorbells, 1);
	assert_int_equal(k.log[1].id, 1);
	assert_int_equal(k.log[2].id, 2);
	assert_int_equal(ttmemstat_report_free(att, 3), 0);
	assert_int_equal(ttmemstat_drop(att, 1), 0);
	assert_int_equal(k.doorbells, 2);
	assert_int_equal(k.logged, 4);
	assert_int_equal(ttmemstat_ring_status(att, &status), 0);
	assert_int_equal(status.argsz, sizeof(status));
	assert_int_equal(status.head, 2);
	assert_int_equal(status.refused, 5);
	leave(ctx, att);
}

static void replace(uint32_t flags)
{
	struct ttmemstat_record r[20] = { 0 };
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = NULL;
	size_t i;

	assert_int_equal(try_attach(ctx, flags, 0, &att), 0);
	for (i = 0; i < COUNT(r); i++) {
		r[i].id = i;
		r[i].size = 16;
		r[i].program = i % 2 ? 5 : 0;
		r[i].pool = i % 3 ? TT_MEMSTAT_POOL_CB : TT_MEMSTAT_POOL_KERNEL;
	}
	assert_int_equal(ttmemstat_report_program_replace(att, 5, r, COUNT(r)), 0);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(k.logged, COUNT(r));
	for (i = 0; i < COUNT(r); i++) {
		assert_int_equal(k.log[i].id, i);
		assert_int_equal(k.log[i].program, 5);
		assert_int_equal(k.log[i].flags, i ? 0 : TT_MEMSTAT_ENTRY_REPLACE_PROGRAM);
	}
	k.logged = 0;
	assert_int_equal(ttmemstat_report_program_replace(att, 0, r, 1), -EINVAL);
	assert_int_equal(ttmemstat_report_program_replace(att, 6, r, 2), -EINVAL);
	assert_int_equal(ttmemstat_report_program_replace(att, 5, r, 0), -EINVAL);
	assert_int_equal(ttmemstat_report_program_replace(att, 5, NULL, 1), -EINVAL);
	assert_int_equal(ttmemstat_report_program_replace(NULL, 5, r, 1), -EINVAL);
	r[19].pool = TT_MEMSTAT_POOL_L1;
	assert_int_equal(ttmemstat_report_program_replace(att, 5, r, COUNT(r)), -EINVAL);
	r[19].pool = TT_MEMSTAT_POOL_CB;
	r[19].flags = TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	assert_int_equal(ttmemstat_report_program_replace(att, 5, r, COUNT(r)), -EINVAL);
	r[19].flags = 0;
	r[19].addr = 1;
	assert_int_equal(ttmemstat_report_program_replace(att, 5, r, COUNT(r)), -EINVAL);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(k.logged, 0);
	leave(ctx, att);
}

static void replacing_a_program(void **state)
{
	(void)state;
	replace(TTMEMSTAT_ATTACH_RING);
	assert_int_equal(k.submits, 0);
}

static void replacing_a_program_by_submit(void **state)
{
	(void)state;
	replace(0);
	assert_int_equal(k.submits, 2);
}

static void disabled(void **state)
{
	const struct ttmemstat_open_options o = {
		.size = sizeof(o),
		.flags = TTMEMSTAT_OPEN_OPTIONAL,
		.path = "/nonexistent/tt_memstat",
	};
	struct tt_memstat_ring_status status = { 0 };
	struct ttmemstat_attachment *att = NULL;
	struct ttmemstat_ctx *ctx = NULL;

	(void)state;
	assert_int_equal(ttmemstat_open(&ctx, &o), 0);
	assert_int_equal(try_attach(ctx, TTMEMSTAT_ATTACH_RING, 0, &att), 0);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(ttmemstat_report_program_replace(att, 0, NULL, 0), 0);
	assert_int_equal(ttmemstat_ring_status(att, &status), -EOPNOTSUPP);
	leave(ctx, att);
}

/* ---- Lives ---- */

/* The child has no mapping; other memory at this address must stay. */
static int as_a_child(struct ttmemstat_ctx *ctx, struct ttmemstat_attachment *att, void *at,
		      size_t size)
{
	const struct ttmemstat_record r = { .size = 16, .pool = TT_MEMSTAT_POOL_CB };
	struct tt_memstat_ring_status status = { 0 };
	char *other;

	k.doorbells = k.submits = 0;
	if (ttmemstat_report_free(att, 1) != -EPERM ||
	    ttmemstat_report_dispatch(att, 1, 0) != -EPERM)
		return 1;
	if (ttmemstat_flush(att) != -EPERM || ttmemstat_drop(att, 1) != -EPERM)
		return 2;
	if (ttmemstat_report_program_replace(att, 5, &r, 1) != -EPERM)
		return 3;
	if (ttmemstat_ring_status(att, &status) != -EPERM)
		return 4;
	other = is_mapped(at) ? MAP_FAILED :
		__real_mmap(at, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (other != at)
		return 5;
	other[0] = 'x';
	if (ttmemstat_detach(att) != -EPERM)
		return 6;
	ttmemstat_close(ctx);
	return other[0] != 'x' || k.doorbells || k.submits ? 7 : 0;
}

/* Find the library's mapping of the ring: the first one that is not the kernel's. */
static void *find_mapping(size_t *size)
{
	unsigned long from, to, found = 0;
	char line[512];
	FILE *f = fopen("/proc/self/maps", "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (!strstr(line, "memfd:ring") ||
		    sscanf(line, "%lx-%lx", &from, &to) != 2 || from == (uintptr_t)k.shared)
			continue;
		found = from;
		*size = to - from;
	}
	fclose(f);
	assert_true(found != 0);
	return (void *)found;
}

static void a_child_is_refused(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *att = attach(ctx);
	size_t size = 0;
	void *at = find_mapping(&size);
	int status = -1;
	pid_t pid;

	(void)state;
	assert_int_equal(ttmemstat_report_free(att, 1), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(as_a_child(ctx, att, at, size));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(ttmemstat_report_free(att, 2), 0);
	assert_int_equal(ttmemstat_flush(att), 0);
	assert_int_equal(k.logged, 2);
	leave(ctx, att);
}

static void ends_take_the_mapping(void **state)
{
	struct ttmemstat_ctx *ctx = open_ctx();
	struct ttmemstat_attachment *one = attach(ctx), *two;
	size_t size = 0;
	void *at = find_mapping(&size);

	(void)state;
	assert_int_equal(ttmemstat_detach(one), 0);
	assert_false(is_mapped(at));
	munmap(k.shared, size);
	one = attach(ctx);
	at = find_mapping(&size);
	two = attach(ctx);
	ttmemstat_close(ctx);
	assert_false(is_mapped(at));
	assert_int_equal(ttmemstat_report_free(one, 1), -EBADF);
	assert_int_equal(ttmemstat_flush(one), 0);
	assert_int_equal(ttmemstat_detach(one), -EBADF);
	assert_int_equal(ttmemstat_detach(two), -EBADF);
}

/* ---- Threads ---- */

#define THREADS		4
#define EVENTS		20000

static struct ttmemstat_attachment *everybodys;

static void *report(void *arg)
{
	uint64_t base = (uint64_t)(uintptr_t)arg << 32;
	uint64_t i;

	for (i = 0; i < EVENTS; i++)
		if (ttmemstat_report_free(everybodys, base + i))
			return everybodys;
	return ttmemstat_flush(everybodys) ? everybodys : NULL;
}

static void threads(void **state)
{
	uint64_t next[THREADS] = { 0 };
	struct ttmemstat_ctx *ctx = open_ctx();
	pthread_t thread[THREADS];
	void *failed;
	uintptr_t i;

	(void)state;
	everybodys = attach(ctx);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, report, (void *)i), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(k.logged, THREADS * EVENTS);
	for (i = 0; i < k.logged; i++) {
		uint64_t who = k.log[i].id >> 32;

		assert_true(who < THREADS);
		assert_int_equal(k.log[i].id & UINT32_MAX, next[who]);
		next[who]++;
	}
	leave(ctx, everybodys);
}

#define T(name)	cmocka_unit_test_setup(name, reset)

static const struct CMUnitTest tests[] = {
	T(asking_for_a_ring),
	T(a_module_without_rings),
	T(no_memory_for_a_ring),
	T(no_mapping_of_a_ring),
	T(each_kind_as_by_submit),
	T(bad_events_take_no_slot),
	T(laps),
	T(laps_over_the_end_of_positions),
	T(full),
	T(a_slot_that_is_never_filled),
	T(a_stopped_ring),
	T(nonsense_in_the_pages),
	T(order_of_submit_and_drop),
	T(replacing_a_program),
	T(replacing_a_program_by_submit),
	T(disabled),
	T(a_child_is_refused),
	T(ends_take_the_mapping),
	T(threads),
};

TEST_MAIN(tests)
