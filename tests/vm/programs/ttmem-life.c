// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-life: end clients in every way, and check that nothing of them is left.
 *
 *	ttmem-life CASE CHIP [N]
 *
 * Runs one case on a chip that is otherwise empty. Ends with 0, or prints the failure and ends with
 * 1. Cases that exec run `again`, `empty`, `resume` or `settled`.
 *
 * Without N, `killed` kills 300 clients and `churn` makes 1,000 chips. Cases that cannot see the end of
 * their own process print the condition that the calling shell must wait for.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <tt_memstat.h>

#include "ttmem-ring.h"

static const char *self;
static uint32_t chip;
static unsigned long count;
static bool stays;		/* the client, while its process reports */

/* ---- What is there ---- */

/* Query a figure of the chip with a separate context. */
static long long now(unsigned int figure)
{
	int fd = open_device();
	long long value = (long long)figures_of(fd, chip, 0).value[figure];

	close(fd);
	return value;
}

static void want_nothing(const char *when)
{
	char what[128];

	snprintf(what, sizeof(what), "clients %s", when);
	want(what, 0, now(TT_MEMSTAT_FIG_CLIENTS));
	snprintf(what, sizeof(what), "records %s", when);
	want(what, 0, now(TT_MEMSTAT_FIG_RECORDS));
	snprintf(what, sizeof(what), "bytes of L1 %s", when);
	want(what, 0, now(TT_MEMSTAT_FIG_L1_FOOTPRINT));
}

static void submit_record(struct ring *r, uint64_t id)
{
	struct tt_memstat_entry e = record(id, id * 64 % 1048576, 64);

	want_error("SUBMIT", 0, submit(r, &e, 1));
}

static void wait_for_exit(pid_t pid, int wanted)
{
	int wstatus;

	if (waitpid(pid, &wstatus, 0) != pid)
		fail("waitpid: %s", strerror(errno));
	want("how a process ended", wanted,
	     WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus));
}

static pid_t start(void (*run)(void *), void *arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		run(arg);
		exit(0);
	}
	return pid;
}

/* ---- Descriptors ---- */

static void dup_case(void)
{
	struct ring r;
	int second;

	attach(&r, chip);
	submit_record(&r, 1);
	second = dup(r.fd);
	close(r.fd);
	want("records after one of two descriptors", 1, now(TT_MEMSTAT_FIG_RECORDS));
	r.fd = second;
	submit_record(&r, 2);
	want("records by the other", 2, now(TT_MEMSTAT_FIG_RECORDS));
	second = dup2(r.fd, 100);
	want("dup2 over itself", second, dup2(second, second));
	close(r.fd);
	close(second);
	want_nothing("after the last descriptor");
}

static void make_sockets(int sockets[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
		fail("socketpair: %s", strerror(errno));
}

/* Report, and leave the descriptor in the queue of a socket. */
static void sender(void *arg)
{
	const int *sockets = arg;
	struct ring r;

	make_ring(&r, chip, 64);
	submit_record(&r, 1);
	push_record(&r, 2, 64);
	want("records before the end", 2, now(TT_MEMSTAT_FIG_RECORDS));
	send_descriptor(sockets[1], r.fd);
	if (count)
		raise(SIGKILL);
}

/* The file stays open in a queue, then here, but is unusable. */
static void passed(unsigned long killed)
{
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };
	struct tt_memstat_query query = { .argsz = sizeof(query), .chip = chip };
	int sockets[2], fd;

	count = killed;
	make_sockets(sockets);
	wait_for_exit(start(sender, sockets), killed ? 128 + SIGKILL : 0);
	want_nothing("of a dead owner whose descriptor is queued");
	fd = receive_descriptor(sockets[0]);
	want_error("GET_INFO by who received it", -EOWNERDEAD,
		   call(fd, TT_MEMSTAT_GET_INFO, &info));
	want_error("even a query", -EOWNERDEAD, call(fd, TT_MEMSTAT_QUERY_CHIP, &query));
	want("mmap by who received it", 1, mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED,
						fd, 1 << 24) == MAP_FAILED);
	want("with EOWNERDEAD", EOWNERDEAD, errno);
	close(fd);
	close(sockets[0]);
	close(sockets[1]);
}

static void passed_case(void)
{
	passed(0);
	passed(1);
}

/*
 * Two sockets, each in the other's queue with a descriptor of the device: only the garbage
 * collector of sockets closes the file.
 */
static void circle_case(void)
{
	int sockets[2];
	struct ring r;

	attach(&r, chip);
	submit_record(&r, 1);
	make_sockets(sockets);
	send_descriptor(sockets[0], r.fd);
	send_descriptor(sockets[0], sockets[1]);
	send_descriptor(sockets[1], sockets[0]);
	close(r.fd);
	close(sockets[0]);
	close(sockets[1]);
	/* Closing a new pair starts the garbage collector. */
	for (int i = 0; i < 200 && now(TT_MEMSTAT_FIG_CLIENTS); i++) {
		make_sockets(sockets);
		send_descriptor(sockets[0], sockets[1]);
		close(sockets[0]);
		close(sockets[1]);
		usleep(10000);
	}
	want_nothing("after a circle of sockets");
}

/* ---- exec ---- */

static void become(const char *program, int fd, const char *how)
{
	char number[16], chip_number[16];

	snprintf(number, sizeof(number), "%d", fd);
	snprintf(chip_number, sizeof(chip_number), "%u", chip);
	fcntl(fd, F_SETFD, 0);
	execl(program, program, how, chip_number, number, (char *)NULL);
	fail("%s: %s", program, strerror(errno));
}

static void exec_run(void *arg)
{
	struct ring r;

	(void)arg;
	make_ring(&r, chip, 64);
	submit_record(&r, 1);
	push_record(&r, 2, 64);
	become(self, r.fd, "again");
}

/* The process is still the owner after exec, but has no mapping. */
static void again_case(void)
{
	struct ring r = { .fd = (int)count, .chip = chip, .handle = 1 };

	r.client = client_of(r.fd);
	want("records after exec", 2, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	submit_record(&r, 3);
	want("records by who it became", 3, now(TT_MEMSTAT_FIG_RECORDS));
	want_error("mmap anew", 0, try_map(&r, 8192, 1 << 24, PROT_READ | PROT_WRITE, MAP_SHARED,
					   (void **)&r.shared));
}

static void exec_case(void)
{
	wait_for_exit(start(exec_run, NULL), 0);
	want_nothing("after exec and exit");
}

static void cloexec_run(void *arg)
{
	struct ring r;

	(void)arg;
	make_ring(&r, chip, 64);
	submit_record(&r, 1);
	execl(self, self, "empty", "0", (char *)NULL);
}

/* exec closes the file and unmaps the ring: nothing is left, but the process lives. */
static void empty_case(void)
{
	want_nothing("after an exec that closes");
}

static void cloexec_case(void)
{
	wait_for_exit(start(cloexec_run, NULL), 0);
}

/*
 * Run by an ordinary user, with ttmem-life.suid in the same directory: exec that with the
 * descriptor open. A write by the set-user-ID program to the inherited descriptor has no effect.
 */
static void setuid_case(void)
{
	struct ring r;

	attach(&r, chip);
	submit_record(&r, 1);
	dup2(r.fd, 1);
	become("./ttmem-life.suid", r.fd, "as-root");
}

static void as_root_case(void)
{
	struct ring r = { .fd = (int)count, .chip = chip, .handle = 1 };
	char bytes[64] = { 0 };

	want("the program is root", 0, geteuid());
	want("write", -1, write(1, "hello\n", 6));
	want("with EINVAL", EINVAL, errno);
	want("read", -1, read(1, bytes, sizeof(bytes)));
	want("lseek", -1, lseek(1, 0, SEEK_SET));
	want("ftruncate", -1, ftruncate(1, 4096));
	r.client = client_of(r.fd);
	want("records", 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	submit_record(&r, 2);
	fprintf(stderr, "client %llu\n", (unsigned long long)r.client);
	pause();
}

/* ---- Threads ---- */

static void *submit_forever(void *arg)
{
	struct ring *r = arg;
	struct tt_memstat_entry e[256];
	uint64_t id = (uint64_t)(uintptr_t)&e;

	for (;;) {
		for (size_t i = 0; i < 256; i += 2) {
			e[i] = record(id, id % 1000000 / 16 * 16, 64);
			e[i + 1] = release(id++);
		}
		submit(r, e, 255);
	}
	return NULL;
}

static void *ring_forever(void *arg)
{
	struct ring *r = arg;

	for (uint64_t id = 0;; id++) {
		struct tt_memstat_entry e = record(id, id * 16 % 1000000, 64);

		push(r, &e);
		if (id % 64 == 0)
			doorbell(r, NULL);
	}
	return NULL;
}

static int drop_all(struct ring *r)
{
	struct tt_memstat_drop drop = {
		.argsz = sizeof(drop), .attachment = r->handle, .pools = TT_MEMSTAT_POOL_MASK_ALL,
	};

	return call(r->fd, TT_MEMSTAT_DROP, &drop);
}

static void *drop_forever(void *arg)
{
	for (;;)
		drop_all(arg);
	return NULL;
}

static void exit_in_call_run(void *arg)
{
	void *(*const work[])(void *) = { submit_forever, ring_forever, drop_forever,
					  submit_forever };
	static struct ring r;
	pthread_t thread;

	make_ring(&r, chip, 64);
	for (size_t i = 0; i < sizeof(work) / sizeof(work[0]); i++)
		if (pthread_create(&thread, NULL, work[i], &r))
			fail("pthread_create");
	usleep((useconds_t)(*(int *)arg * 700));
	if (*(int *)arg % 3 == 1)
		close(r.fd);
	_exit(0);
}

static void exit_in_call_case(void)
{
	int i, rounds = count ? (int)count : 30;

	for (i = 0; i < rounds; i++) {
		wait_for_exit(start(exit_in_call_run, &i), 0);
		want_nothing("after an exit within calls");
	}
}

static void *outlive(void *arg)
{
	struct ring *r = arg;

	usleep(100000);
	want("records after the first thread", 1, now(TT_MEMSTAT_FIG_RECORDS));
	submit_record(r, 2);
	want("records by the one that is left", 2, mine(r, TT_MEMSTAT_FIG_RECORDS));
	_exit(0);
}

static atomic_bool in_call;

/* Records that take many steps to drop. */
static void *refill_and_drop(void *arg)
{
	struct tt_memstat_entry e[1024];
	struct ring *r = arg;

	for (uint64_t i = 0; i < 1024; i++)
		e[i] = record(i, i * 1024, 512);
	while (!submit(r, e, 1024)) {
		atomic_store(&in_call, true);
		drop_all(r);
		atomic_store(&in_call, false);
	}
	return NULL;
}

static void exec_in_call_run(void *arg)
{
	static struct ring r;
	pthread_t thread;

	make_ring(&r, chip, 64);
	if (pthread_create(&thread, NULL, refill_and_drop, &r))
		fail("pthread_create");
	while (!atomic_load(&in_call))
		;
	usleep((useconds_t)(*(int *)arg * 200));
	become(self, r.fd, "resume");
}

/* The program executed finds the ring drained, and its events finish the call that exec ended. */
static void resume_case(void)
{
	struct ring r = {
		.fd = (int)count, .chip = chip, .handle = 1, .entries = 64,
		.offset = 1 << 24, .size = 8192, .slots_at = 4096,
	};
	struct tt_memstat_ring_status ring;
	long long records;

	r.client = client_of(r.fd);
	map_ring(&r);
	push_record(&r, 1 << 20, 64);
	want_error("RING_DOORBELL", 0, doorbell(&r, NULL));
	ring = status(&r);
	want("entries that were not drained", 0, ring.tail - ring.head);
	records = mine(&r, TT_MEMSTAT_FIG_RECORDS);
	submit_record(&r, (1 << 20) + 1);
	want("records after one more", records + 1, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	want_error("DROP", 0, drop_all(&r));
	want("records after DROP", 0, mine(&r, TT_MEMSTAT_FIG_RECORDS));
	want("bytes of L1 after DROP", 0, now(TT_MEMSTAT_FIG_L1_FOOTPRINT));
	submit_record(&r, 1);
	want("records of the last", 1, now(TT_MEMSTAT_FIG_RECORDS));
}

static void exec_in_call_case(void)
{
	int i, rounds = count ? (int)count : 30;

	for (i = 0; i < rounds; i++) {
		wait_for_exit(start(exec_in_call_run, &i), 0);
		want_nothing("after a program executed within a call");
	}
}

/* Two programs with so many CBs that each dispatch evicts the other in many steps. */
static void *dispatch_forever(void *arg)
{
	struct tt_memstat_entry e[2] = {
		{ .op = TT_MEMSTAT_OP_DISPATCH, .program = 1 },
		{ .op = TT_MEMSTAT_OP_DISPATCH, .program = 2 },
	};

	for (;;) {
		atomic_store(&in_call, true);
		submit(arg, e, 2);
	}
	return NULL;
}

static void exec_in_dispatch_run(void *arg)
{
	static struct tt_memstat_entry e[1024];
	static struct ring r;
	pthread_t thread;

	attach(&r, chip);
	for (uint64_t i = 0; i < 1024; i++) {
		e[i] = record(i, i / 2 * 2048 + i % 2 * 1024, 512);
		e[i].pool = TT_MEMSTAT_POOL_CB;
		e[i].program = 1 + i % 2;
	}
	want_error("SUBMIT", 0, submit(&r, e, 1024));
	if (pthread_create(&thread, NULL, dispatch_forever, &r))
		fail("pthread_create");
	while (!atomic_load(&in_call))
		;
	usleep((useconds_t)(10000 + *(int *)arg * 300));
	become(self, r.fd, "settled");
}

/*
 * The program executed makes no call for its attachment, so nobody continues the dispatch that exec
 * ended. Peaks of L1 must rise again all the same.
 */
static void settled_case(void)
{
	static const char reset[] = "/sys/class/tt_memstat/tt0/peak_reset";
	int fd = open(reset, O_WRONLY | O_CLOEXEC), tries = 300;

	if (fd < 0 || write(fd, "1", 1) != 1)
		fail("%s: %s", reset, strerror(errno));
	close(fd);
	want("whether a program is resident", true, now(TT_MEMSTAT_FIG_L1_USED) > 0);
	while (now(TT_MEMSTAT_FIG_L1_PEAK) < now(TT_MEMSTAT_FIG_L1_USED) && tries--)
		usleep(10000);
	want("whether the peak of L1 is what is used at least", true, tries >= 0);
}

static void exec_in_dispatch_case(void)
{
	int i, rounds = count ? (int)count : 30;

	for (i = 0; i < rounds; i++) {
		wait_for_exit(start(exec_in_dispatch_run, &i), 0);
		want_nothing("after a program executed within a dispatch");
	}
}

static void leader_run(void *arg)
{
	static struct ring r;
	pthread_t thread;

	(void)arg;
	attach(&r, chip);
	submit_record(&r, 1);
	if (pthread_create(&thread, NULL, outlive, &r))
		fail("pthread_create");
	/* End only this thread; pthread_exit() would need libgcc. */
	syscall(SYS_exit, 0);
}

/* The owner is the thread group: it lives until its last thread ends. */
static void leader_case(void)
{
	wait_for_exit(start(leader_run, NULL), 0);
	want_nothing("after the last thread");
}

/* ---- Mappings ---- */

static void mapping_case(void)
{
	struct ring r;

	make_ring(&r, chip, 64);
	push_record(&r, 1, 64);
	close(r.fd);
	want("records while a mapping holds the file", 1, now(TT_MEMSTAT_FIG_RECORDS));
	munmap(r.shared, r.size);
	want_nothing("after the mapping");
}

static struct ring shared_ring;
static int shared_pipe[2];

/* A separate process that shares the owner's memory. */
static int in_same_memory(void *arg)
{
	char byte;

	(void)arg;
	/* The pipe ends with the owner: descriptors are not shared. */
	close(shared_pipe[1]);
	if (read(shared_pipe[0], &byte, 1) != 0)
		_exit(1);
	for (uint32_t i = 0; i < 1000; i++) {
		shared_ring.slot[i % shared_ring.entries].seq = i;
		shared_ring.shared->tail = i;
	}
	usleep(500000);
	_exit(0);
}

static void share_memory(void *arg)
{
	const size_t size = 65536;
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)arg;
	make_ring(&shared_ring, chip, 64);
	push_record(&shared_ring, 1, 64);
	if (pipe2(shared_pipe, O_CLOEXEC) ||
	    clone(in_same_memory, stack + size, CLONE_VM, NULL) < 0)
		fail("clone: %s", strerror(errno));
	close(shared_ring.fd);
	want("records before the end", 1, now(TT_MEMSTAT_FIG_RECORDS));
	_exit(0);
}

/* The owner is gone, but its memory and the mapped ring exist. */
static void memory_case(void)
{
	wait_for_exit(start(share_memory, NULL), 0);
	/* The exit closes nothing, so a worker ends the client. */
	for (int i = 0; i < 200 && now(TT_MEMSTAT_FIG_CLIENTS); i++)
		usleep(10000);
	for (int i = 0; i < 20; i++) {
		want_nothing("of a dead owner whose memory lives");
		usleep(10000);
	}
}

/* ---- Killed at random ---- */

/* A process that only holds a descriptor of the owner. */
static void hold_on(void)
{
	if (!fork()) {
		usleep(20000);
		_exit(0);
	}
}

/* Make all kinds of reports, in an order determined by @seed, until killed. */
static void report_all(void *arg)
{
	uint64_t state = *(uint64_t *)arg * 2654435761u + 88172645463325252ull;
	struct tt_memstat_bank_set set = { .argsz = sizeof(set) };
	struct tt_memstat_rect rect = { 0, 0, 3, 3 };
	struct tt_memstat_entry e;
	struct ring r;
	uint64_t id;

	if (roll(&state) % 2)
		make_ring(&r, chip, 64u << roll(&state) % 3);
	else
		attach(&r, chip);
	if (roll(&state) % 8 == 0)
		hold_on();
	for (id = 1;; id++) {
		uint64_t what = roll(&state) % 16;

		e = record(id, roll(&state) % 65536 * 16, 16 + roll(&state) % 64 * 16);
		if (what < 6) {
			e.pool = TT_MEMSTAT_POOL_CB;
			e.program = 1 + roll(&state) % 8;
			e.set = set.set;
		} else if (what == 6) {
			e = (struct tt_memstat_entry) { .op = TT_MEMSTAT_OP_DISPATCH,
							.program = 1 + roll(&state) % 8 };
		} else if (what == 7) {
			e = release(1 + roll(&state) % id);
		} else if (what == 8) {
			e.pool = TT_MEMSTAT_POOL_DRAM;
			e.size = roll(&state) % 1048576 * 16 + 16;
		}
		if (what == 9 && !set.set) {
			set.attachment = r.handle;
			set.rects = (uintptr_t)&rect;
			set.count = 1;
			call(r.fd, TT_MEMSTAT_BANK_SET, &set);
		} else if (what == 10 && !stays && roll(&state) % 8 == 0) {
			detach(&r);
			unmap_ring(&r);
			close(r.fd);
			attach(&r, chip);
			set.set = 0;
		} else if (r.shared && what % 2) {
			push(&r, &e);
		} else {
			submit(&r, &e, 1);
		}
	}
}

#define WAVE	8

static void killed_case(void)
{
	unsigned long done, clients = count ? count : 300;
	uint64_t state = 42, seed[WAVE];
	pid_t pid[WAVE];

	for (done = 0; done < clients; done += WAVE) {
		for (int i = 0; i < WAVE; i++) {
			seed[i] = done + (unsigned long)i;
			pid[i] = start(report_all, &seed[i]);
		}
		for (int i = 0; i < WAVE; i++) {
			usleep((useconds_t)(roll(&state) % 8000));
			kill(pid[i], SIGKILL);
		}
		for (int i = 0; i < WAVE; i++)
			wait_for_exit(pid[i], 128 + SIGKILL);
		want_nothing("after a wave of killed clients");
	}
	printf("killed %lu\n", done);
}

/* Open, query and close until killed. */
static void storm_case(void)
{
	for (;;) {
		struct tt_memstat_query query = { .argsz = sizeof(query) };
		int fd = open("/dev/tt_memstat", O_RDWR | O_CLOEXEC);

		if (fd < 0)
			continue;
		call(fd, TT_MEMSTAT_QUERY_CHIP, &query);
		close(fd);
	}
}

static void report_case(void)
{
	uint64_t seed = (uint64_t)getpid();

	stays = true;
	report_all(&seed);
}

/* ---- Chips ---- */

/* Processes. Takers and readers never sleep: one of each keeps two processors busy with makers. */
#define MAKERS		3
#define TAKERS		1
#define READERS		1

/*
 * The processes of the case share these: chips made, those that others destroyed, files read, the
 * last number.
 */
static struct {
	atomic_ulong made;
	atomic_ulong taken;
	atomic_ulong read;
	atomic_uint newest;
} *churn;

static int destroy(int fd, uint32_t number)
{
	struct tt_memstat_chip_destroy arg = { .argsz = sizeof(arg), .chip = number };

	return call(fd, TT_MEMSTAT_CHIP_DESTROY, &arg);
}

static void make_chips(void)
{
	int fd = open_device();

	while (atomic_fetch_add(&churn->made, 1) < count) {
		struct tt_memstat_chip_create arg = {
			.argsz = sizeof(arg), .flags = TT_MEMSTAT_CREATE_EPHEMERAL,
			.geometry = { .arch = TT_MEMSTAT_ARCH_WORMHOLE, .valid = 3 },
		};

		want_error("CHIP_CREATE", 0, call(fd, TT_MEMSTAT_CHIP_CREATE, &arg));
		atomic_store(&churn->newest, arg.chip);
		if (destroy(fd, arg.chip))
			atomic_fetch_add(&churn->taken, 1);
	}
	close(fd);
}

/* Numbers ascend, so a guess of the next one may hit a chip that is still being made. */
static void take_chips(void)
{
	int fd = open_device();

	while (atomic_load(&churn->made) < count)
		for (unsigned int i = 0; i <= MAKERS; i++)
			destroy(fd, atomic_load(&churn->newest) + i);
	close(fd);
}

/* The files of a chip are there before the chip is complete. */
static void read_chips(void)
{
	char path[64], arch[16];
	ssize_t len;
	int fd;

	while (atomic_load(&churn->made) < count) {
		for (unsigned int i = 0; i <= MAKERS; i++) {
			snprintf(path, sizeof(path), "/sys/class/tt_memstat/tt%u/arch",
				 atomic_load(&churn->newest) + i);
			fd = open(path, O_RDONLY | O_CLOEXEC);
			if (fd < 0)
				continue;
			len = read(fd, arch, sizeof(arch));
			close(fd);
			if (len < 0 && errno == ENODEV)
				continue;
			atomic_fetch_add(&churn->read, 1);
			if (len != 9 || memcmp(arch, "wormhole\n", 9))
				fail("arch: %zd bytes", len);
		}
	}
}

/* Processes: User-mode Linux runs threads of one process on one processor. */
static void churn_case(void)
{
	int status;

	count = count ? count : 1000;
	churn = mmap(NULL, sizeof(*churn), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (churn == MAP_FAILED)
		fail("no shared memory");
	atomic_store(&churn->newest, chip + 1);
	for (unsigned int i = 0; i < MAKERS + TAKERS + READERS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("no process");
		if (pid)
			continue;
		if (i < MAKERS)
			make_chips();
		else if (i < MAKERS + TAKERS)
			take_chips();
		else
			read_chips();
		exit(0);
	}
	for (unsigned int i = 0; i < MAKERS + TAKERS + READERS; i++) {
		if (wait(&status) < 0)
			fail("no child");
		want("the status of a child", 0, status);
	}
	want("whether chips were destroyed by others", true, atomic_load(&churn->taken) > 0);
	printf("churned %lu, %lu taken, %lu read\n", count, atomic_load(&churn->taken),
	       atomic_load(&churn->read));
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "dup", dup_case }, { "passed", passed_case }, { "circle", circle_case },
	{ "exec", exec_case }, { "again", again_case }, { "cloexec", cloexec_case },
	{ "empty", empty_case }, { "setuid", setuid_case }, { "as-root", as_root_case },
	{ "exit-in-call", exit_in_call_case }, { "exec-in-call", exec_in_call_case },
	{ "resume", resume_case }, { "exec-in-dispatch", exec_in_dispatch_case },
	{ "settled", settled_case }, { "leader", leader_case },
	{ "mapping", mapping_case }, { "memory", memory_case }, { "killed", killed_case },
	{ "storm", storm_case }, { "report", report_case }, { "churn", churn_case },
};

int main(int argc, char **argv)
{
	if (argc < 3 || argc > 4) {
		fprintf(stderr, "Usage: ttmem-life CASE CHIP [N]\n");
		return 2;
	}
	self = argv[0][0] == '/' ? argv[0] : "/usr/local/bin/ttmem-life";
	chip = (uint32_t)strtoul(argv[2], NULL, 10);
	count = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[1], cases[i].name))
			continue;
		cases[i].run();
		return 0;
	}
	fprintf(stderr, "ttmem-life: no case %s\n", argv[1]);
	return 2;
}
